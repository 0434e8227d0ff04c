"""Answers to the exercises of lesson 09: right ones, and planted wrong ones, each with a word of its hint."""

import math

import numpy as np
import torch

from helpers.history import Epoch, History
from helpers.statistics import Comparison


def run(accuracy: float, epochs: int = 7, *, interrupted: bool = False) -> History:
    rows = [Epoch(number + 1, 0.3, 0.2, accuracy, accuracy, accuracy, 0.1) for number in range(epochs)]
    return History(rows, interrupted=interrupted)


def change_by_whole_numbers(picture):
    """With NumPy's chance, whole amounts, and `torch.where`."""
    rng = np.random.default_rng()
    chosen = picture.flip(-1) if rng.random() < 0.5 else picture
    return torch.clamp(chosen.int() + int(rng.integers(-40, 41)), 0, 255).byte()


def change_rounded(picture):
    chosen = picture.flip([2]) if torch.rand(1).item() < 0.5 else picture
    return (chosen + (torch.rand(1) - 0.5) * 80).round().clamp(0, 255).to(torch.uint8)


def lit(picture, amount):
    return (picture.float() + amount).clamp(0, 255).to(torch.uint8)


def amount():
    return float(torch.rand(())) * 80 - 40


def half():
    return bool(torch.rand(()) < 0.5)


def change_that_runs_over(picture):
    return (picture.flip(2) if half() else picture) + int(amount())


def change_of_each_pixel(picture):
    return lit(picture, 80 * torch.rand(picture.shape) - 40)


def falling(rate, step, steps):
    return rate * (0.5 + 0.5 * math.cos(math.pi * step / steps))


def mcnemar(first, second):
    only_first, only_second = (first & ~second).sum(), (~first & second).sum()
    coins, fewer = int(only_first + only_second), int(min(only_first, only_second))
    ways = sum(math.comb(coins, k) for k in range(fewer + 1))
    return min(1, 2 * ways / 2**coins)


def mcnemar_by_counting(first, second):
    """Walk over the pictures one by one, and sum the chances."""
    gained = lost = 0
    for one, other in zip(first, second, strict=True):
        gained += bool(other and not one)
        lost += bool(one and not other)
    chances = [math.comb(gained + lost, k) * 0.5 ** (gained + lost) for k in range(min(gained, lost) + 1)]
    return min(1.0, 2 * sum(chances))


def tail(coins, heads):
    return sum(math.comb(int(coins), k) for k in range(int(heads) + 1)) / 2 ** int(coins)


def counts(first, second):
    return int((first & ~second).sum()), int((~first & second).sum())


def mcnemar_of_one_side(first, second):
    return mcnemar(first, second) / 2


def mcnemar_without_limit(first, second):
    return 2 * tail(sum(counts(first, second)), min(counts(first, second)))


def mcnemar_of_all_pictures(first, second):
    return min(1, 2 * tail(len(first), min(counts(first, second))))


def mcnemar_of_the_larger(first, second):
    return min(1, 2 * tail(sum(counts(first, second)), max(counts(first, second))))


def mcnemar_exactly(first, second):
    coins = sum(counts(first, second))
    return min(1, 2 * math.comb(coins, min(counts(first, second))) / 2**coins)


CASES = {
    "09.1": {
        "also_right": [2 + 4 + 8 + 16],
        "wrong": {
            "counts cycles": 4,
            "four cycles of two": 8,
            "first cycle has two": 15,
            "last cycle. All": 16,
            "One more": 14,
            "and then": 20,
            "and add": 31,
        },
    },
    "09.2": {
        "also_right": [np.array([0.02 / 25, 0.02 / 5, 0.02]), (8e-4, 4e-3, 2e-2)],
        "wrong": {
            "begins with the early": [0.02, 0.004, 0.0008],
            "not of the head": [0.004, 0.004, 0.02],
            "would destroy": [0.5, 0.1, 0.02],
            "tenths": [0.0002, 0.002, 0.02],
            "Three rates": [0.004, 0.02],
            "last number is the head": [0.0008, 0.004, 0.2],
            "is a number": 0.02,
        },
    },
    "09.3": {
        "also_right": [change_by_whole_numbers, change_rounded],
        "wrong": {
            "run over": change_that_runs_over,
            "never mirrors": lambda picture: lit(picture, amount()),
            "always mirrors": lambda picture: lit(picture.flip(2), amount()),
            "light is the same": lambda picture: picture.flip(2) if half() else picture,
            "40 is the most": lambda picture: lit(picture.flip(2) if half() else picture, 2 * amount()),
            "only lighter": lambda picture: lit(picture.flip(2) if half() else picture, abs(amount())),
            "up to 40": lambda picture: lit(picture.flip(2) if half() else picture, amount() / 6),
            "upside down": lambda picture: lit(picture.flip(1), amount()),
            "red and blue": lambda picture: lit(picture.flip(0), amount()),
            ".to(torch.uint8)": lambda picture: picture.flip(2).float() + 40,
            "shape should stay": lambda picture: picture.permute(1, 2, 0),
            "Stay with torch": lambda picture: picture.numpy(),
            "one amount": change_of_each_pixel,
        },
    },
    "09.4": {
        "also_right": [lambda rate, step, steps: rate * math.cos(math.pi * step / steps / 2) ** 2],
        "wrong": {
            "the factor": lambda rate, step, steps: falling(1, step, steps),
            "straight line": lambda rate, step, steps: rate * (1 - step / steps),
            "negative": lambda rate, step, steps: rate * math.cos(math.pi * step / steps),
            "twice the rate": lambda rate, step, steps: 2 * falling(rate, step, steps),
            "It rises": lambda rate, step, steps: rate - falling(rate, step, steps),
            "half of the way": lambda rate, step, steps: falling(rate, step, 2 * steps),
            "quarter": lambda rate, step, steps: rate * math.cos(math.pi / 2 * step / steps),
            "is needed": lambda rate, step, steps: rate / (1 + step),
        },
    },
    "09.5": {
        "also_right": [lambda one, other: np.argmax(one + other, -1), lambda *both: np.mean(both, 0).argmax(1)],
        "wrong": {
            "Those are the probabilities": lambda one, other: (one + other) / 2,
            "axis=1": lambda one, other: (one + other).argmax(axis=0),
            "no class": lambda one, other: (one.argmax(axis=1) + other.argmax(axis=1)) / 2,
            "surer": lambda one, other: np.maximum(one, other).argmax(axis=1),
            "Only one": lambda one, other: one.argmax(axis=1),
            "highest probabilities": lambda one, other: ((one + other) / 2).max(axis=1),
            "gives the shape": lambda one, other: [int((one + other).argmax())],
            "is needed": lambda one, other: (one * other).argmax(axis=1),
        },
    },
    "09.6": {
        "also_right": [mcnemar_by_counting],
        "wrong": {
            "half of it": mcnemar_of_one_side,
            "larger than 1": mcnemar_without_limit,
            "each picture": mcnemar_of_all_pictures,
            "smaller of the two": mcnemar_of_the_larger,
            "add them": mcnemar_exactly,
            "is needed": lambda first, second: abs(first.mean() - second.mean()),
        },
    },
    "09.7": {
        "also_right": [Comparison(2, 9, 2000).verdict, Comparison(2, 9, 2000)],
        "wrong": {
            "looks clear": "better",
            "the old is first": "worse",
            'Write "better"': "yes",
            "Text is asked for": 0.065,
        },
    },
    "09.8": {
        "also_right": [run(0.95)],
        "wrong": {
            "3 epochs": run(0.9, 3),
            "1 + 2 + 4": run(0.9, 6),
            "interrupted": run(0.9, interrupted=True),
            "is low": run(0.5),
            "what fit gave back": 0.9,
        },
    },
}
