"""Answers to the exercises of lesson 09: right ones, and planted wrong ones, each with a word of its hint."""

import copy
import functools
import math
from dataclasses import replace

import numpy as np
import torch

from helpers.history import History
from helpers.learner import ConvLearner
from helpers.statistics import Comparison, compare
from tests.exercises import solutions
from tests.exercises.solutions import Later


def change_by_whole_numbers(picture):
    """With whole amounts, and the same lines of code for both kinds of pictures."""
    chosen = torch.where(torch.rand(()) < 0.5, picture.flip(-1), picture)
    return torch.clamp(chosen.int() + torch.randint(-40, 41, ()), 0, 255).byte()


def change_in_numpy(picture):
    """With arrays, after draws of torch."""
    mirror, light = torch.rand(2).tolist()
    pixels = picture.numpy()[:, :, ::-1] if mirror > 0.5 else picture.numpy()
    return torch.from_numpy(np.clip(pixels.astype(float) + 80 * light - 40, 0, 255).astype(np.uint8))


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


def change_not_repeatable(picture):
    rng = np.random.default_rng()
    return lit(picture.flip(2) if rng.random() < 0.5 else picture, 80 * rng.random() - 40)


def change_with_one_draw(picture):
    draw = float(torch.rand(()))
    return lit(picture.flip(2) if draw < 0.5 else picture, 80 * draw - 40)


def change_only_mirrored(picture):
    return lit(picture.flip(2), amount()) if half() else picture


def change_in_place(picture):
    picture[:] = lit(picture.flip(2) if half() else picture, amount())
    return picture


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


def mcnemar_of_the_first(first, second):
    return min(1, 2 * tail(sum(counts(first, second)), counts(first, second)[0]))


def mcnemar_of_fewer(first, second):
    return min(1, 2 * tail(sum(counts(first, second)), min(counts(first, second)) - 1))


def mcnemar_in_float32(first, second):
    return torch.tensor(mcnemar(first, second), dtype=torch.float32)


def mcnemar_exactly(first, second):
    coins = sum(counts(first, second))
    return min(1, 2 * math.comb(coins, min(counts(first, second))) / 2**coins)


class Quick(ConvLearner):
    """A learner that has said already what it will say."""

    def predict_all(self, split="valid"):
        return self.said[0]

    def tta(self, split="valid", *, n=4):
        return self.said[1]


def steps():
    """What the solution gives: two histories, predictions, a learner and a comparison."""
    return next(answer for name, answer in solutions.answers_in("09") if name == "09.8")


@functools.cache
def answers_of_second(seed):
    learn = copy.copy(steps()[3])
    learn.__dict__["seed"] = seed
    return learn.predict_all(), learn.tta()


def quick(seed=7, said=None, epochs_done=0):
    """The second learner, whose answers are computed once."""
    learn = copy.copy(steps()[3])
    learn.__class__ = Quick
    learn.__dict__ |= {"said": said or answers_of_second(seed), "epochs_done": epochs_done}
    return learn


def like(**parts):
    """The solution with a part exchanged; the second learner answers quickly."""
    names = ("head", "first", "whole", "second", "comparison")
    return [*(dict(zip(names, steps(), strict=True)) | {"second": quick()} | parts).values()]


def parts(place):
    return steps()[place].rows, steps()[place].settings


def changed(place, **settings):
    rows, kept = parts(place)
    return History(rows, replace(kept, **settings))


def shuffled():
    return replace(steps()[1], probabilities=steps()[1].probabilities[::-1])


CASES = {
    "09.1": {
        "also_right": [30.0, np.int64(30), torch.tensor(30)],
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
        "also_right": [np.array([0.02 / 25, 0.02 / 5, 0.02]), (8e-4, 4e-3, 2e-2), torch.tensor([8e-4, 4e-3, 2e-2])],
        "wrong": {
            "begins with the early": [0.02, 0.004, 0.0008],
            "not of the head": [0.004, 0.004, 0.02],
            "would destroy": [0.5, 0.1, 0.02],
            "tenths": [0.0002, 0.002, 0.02],
            "thirds": [0.02 / 9, 0.02 / 3, 0.02],
            "One rate for all": (0.02, 0.02, 0.02),
            "Three rates": [0.004, 0.02],
            "last number is the head": [0.0008, 0.004, 0.2],
            "is a number": 0.02,
        },
    },
    "09.3": {
        "also_right": [change_by_whole_numbers, change_rounded, change_in_numpy],
        "wrong": {
            "they overflow": change_that_runs_over,
            "it is about 200": lambda picture: lit(picture.flip(2) if torch.rand(()) < 0.2 else picture, amount()),
            "only in some pictures": change_only_mirrored,
            "One draw decides both": change_with_one_draw,
            "only 2 amounts": lambda picture: lit(picture.flip(2) if half() else picture, 40 if half() else -40),
            "same pictures again": change_not_repeatable,
            "return a new tensor": change_in_place,
            "never mirrors": lambda picture: lit(picture, amount()),
            "always mirrors": lambda picture: lit(picture.flip(2), amount()),
            "light is the same": lambda picture: picture.flip(2) if half() else picture,
            "40 is the most": lambda picture: lit(picture.flip(2) if half() else picture, 2 * amount()),
            "only lighter": lambda picture: lit(picture.flip(2) if half() else picture, abs(amount())),
            "up to 40": lambda picture: lit(picture.flip(2) if half() else picture, amount() / 6),
            "upside down": lambda picture: lit(picture.flip(1) if half() else picture, amount()),
            "red and blue": lambda picture: lit(picture.flip(0), amount()),
            ".to(torch.uint8)": lambda picture: picture.flip(2).float() + 40,
            "shape should stay": lambda picture: picture.permute(1, 2, 0),
            "Stay with torch": lambda picture: picture.numpy(),
            "one amount": change_of_each_pixel,
        },
    },
    "09.4": {
        "also_right": [
            lambda rate, step, steps: rate * math.cos(math.pi * step / steps / 2) ** 2,
            lambda rate, step, steps: np.float32(rate * (0.5 + 0.5 * np.cos(np.pi * step / steps))),
            lambda rate, step, steps: rate * (torch.tensor(math.pi * step / steps).cos() + 1) / 2,
        ],
        "wrong": {
            "the factor": lambda rate, step, steps: falling(1, step, steps),
            "straight line": lambda rate, step, steps: rate * (1 - step / steps),
            "negative": lambda rate, step, steps: rate * math.cos(math.pi * step / steps),
            "twice the rate": lambda rate, step, steps: 2 * falling(rate, step, steps),
            "It rises": lambda rate, step, steps: rate - falling(rate, step, steps),
            "half of the way": lambda rate, step, steps: falling(rate, step, 2 * steps),
            "quarter": lambda rate, step, steps: rate * math.cos(math.pi / 2 * step / steps),
            "not by steps - 1": lambda rate, step, steps: falling(rate, step, steps - 1),
            "one step ahead": lambda rate, step, steps: falling(rate, step + 1, steps),
            "takes radians": lambda rate, step, steps: rate * (1 + math.cos(180 * step / steps)) / 2,
            "is needed": lambda rate, step, steps: rate / (1 + step),
        },
    },
    "09.5": {
        "also_right": [
            lambda one, other: np.argmax(one + other, -1),
            lambda *both: np.mean(both, 0).argmax(1).tolist(),
            lambda one, other: torch.tensor(one + other, dtype=torch.float32).argmax(dim=1),
            lambda one, other: [max(range(3), key=lambda c: a[c] + b[c]) for a, b in zip(one, other, strict=True)],
        ],
        "wrong": {
            "Those are the probabilities": lambda one, other: (one + other) / 2,
            "axis=1": lambda one, other: (one + other).argmax(axis=0),
            "no class": lambda one, other: (one.argmax(axis=1) + other.argmax(axis=1)) / 2,
            "surer": lambda one, other: np.maximum(one, other).argmax(axis=1),
            "Only one": lambda one, other: one.argmax(axis=1),
            "highest probabilities": lambda one, other: ((one + other) / 2).max(axis=1),
            "gives the shape": lambda one, other: [int((one + other).argmax())],
            "You multiplied": lambda one, other: (one * other).argmax(axis=1),
            "least probable": lambda one, other: (one + other).argmin(axis=1),
            "is needed": lambda one, other: (one + other).argmax(axis=1) + 1,
        },
    },
    "09.6": {
        "also_right": [
            mcnemar_by_counting,
            mcnemar_in_float32,
            lambda first, second: Comparison(*counts(first, second), len(first)).p,
        ],
        "wrong": {
            "half of it": mcnemar_of_one_side,
            "larger than 1": mcnemar_without_limit,
            "each picture": mcnemar_of_all_pictures,
            "took the larger": mcnemar_of_the_larger,
            "heads of the first model": mcnemar_of_the_first,
            "ends with k": mcnemar_of_fewer,
            "add them": mcnemar_exactly,
            "is needed": lambda first, second: abs(first.mean() - second.mean()),
        },
    },
    "09.7": {
        "also_right": ["Not distinguishable.", Comparison(2, 9, 2000), np.str_(" not distinguishable ")],
        "wrong": {
            "looks clear": "better",
            "so it is not worse": "worse",
            "the old one is first": Comparison(9, 2, 2000),
            "You compare 2 with 11": Comparison(2, 11, 2000),
            "cannot be shown either": "equally good",
            'Write "better"': "yes",
            "Text is asked for": 0.065,
        },
    },
    "09.8": {
        "also_right": [
            Later(lambda: tuple(steps())),
            Later(lambda: like(second=quick(0), comparison=compare(steps()[1], quick(0).tta()))),
            Later(lambda: like(head=changed(0, lr=(0.01, 0.01, np.float64(0.01))))),
        ],
        "wrong": {
            "A list of five": [1, 2],
            "The first run: a number": [0.9] * 5,
            "The second run was interrupted": Later(lambda: like(whole=History(*parts(2), interrupted=True))),
            "has pictures of 96": Later(lambda: like(head=changed(0, size=96))),
            "has the rates (0.001": Later(lambda: like(head=changed(0, lr=(0.001,) * 3))),
            "has the seed None": Later(lambda: like(head=changed(0, seed=None))),
            "has the augmentation None": Later(lambda: like(head=changed(0, augmentation=None))),
            "has the body resnet18": Later(lambda: like(head=changed(0, architecture="resnet18"))),
            "began with a random body": Later(lambda: like(head=changed(0, pretrained=False))),
            "did not keep the activations": Later(lambda: like(head=changed(0, precompute=False))),
            "began after 2 epochs. Begin": Later(lambda: like(head=changed(0, epochs_before=2))),
            "The first run has 3": Later(lambda: like(head=changed(0, n=3))),
            "used the kept": Later(lambda: like(whole=changed(2, precompute=True, frozen=True))),
            "the head alone": Later(lambda: like(whole=changed(2, frozen=True))),
            "begins with the early": Later(lambda: like(whole=changed(2, lr=(2e-3, 2e-4, 2e-5)))),
            "2e-5, 2e-4 and 2e-3": Later(lambda: like(whole=changed(2, lr=(2e-3,) * 3))),
            "began after 0 epochs; it": Later(lambda: like(whole=changed(2, epochs_before=0))),
            "cycle_mult=1": Later(lambda: like(whole=changed(2, cycle_mult=1))),
            "cycle_len=2": Later(lambda: like(whole=changed(2, cycle_len=2))),
            "has 3 cycles": Later(lambda: like(whole=changed(2, n=3))),
            "made after the second run": Later(lambda: like(first=quick().predict_all())),
            "predict_all() after it": Later(lambda: like(first=replace(steps()[1], labels=1 - steps()[1].labels))),
            "The second of the five": Later(lambda: like(first=0.9)),
            "load_model gives": Later(lambda: like(second=steps()[3].predictor)),
            "has trained for 5": Later(lambda: like(second=quick(epochs_done=5))),
            "let it load the file": Later(lambda: like(second=quick(said=(shuffled(), shuffled())))),
            "before its second run": Later(lambda: like(second=quick(said=(steps()[1], steps()[1])))),
            "not only its verdict": Later(lambda: like(comparison="not distinguishable")),
            "The last of the five": Later(lambda: like(comparison=quick().tta())),
            "in the other order": Later(lambda: like(comparison=compare(quick().tta(), steps()[1]))),
            "looked once": Later(lambda: like(comparison=compare(steps()[1], quick().predict_all()))),
            "two answers of the second": Later(lambda: like(comparison=compare(quick().predict_all(), quick().tta()))),
            "not the counts": Later(lambda: like(comparison=Comparison(40, 41, 300))),
        },
    },
}
