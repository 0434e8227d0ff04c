"""Answers to the exercises of lesson 03: planted wrong ones, each with a word of its hint, and other right ones."""

import numpy as np
import torch


def descend(gradient, start, rate, steps):
    if steps <= 0:
        return start
    return descend(gradient, start - rate * gradient(start), rate, steps - 1)


def descend_in_torch(gradient, start, rate, steps):
    x = torch.tensor(start, dtype=torch.float64)
    for _ in range(steps):
        x -= rate * gradient(x)
    return x


def descend_uphill(gradient, start, rate, steps):
    return descend(lambda x: -gradient(x), start, rate, steps)


def descend_by_the_first_slope(gradient, start, rate, steps):
    return start - steps * rate * gradient(start)


def descend_once(gradient, start, rate, steps):
    for _ in range(steps):
        return start - rate * gradient(start)
    return start


def all_positions(gradient, start, rate, steps):
    return [descend(gradient, start, rate, number) for number in range(steps + 1)]


def running_mean_by_weights(losses, keep):
    return np.array(
        [np.average(losses[:step], weights=keep ** np.arange(step)[::-1]) for step in range(1, len(losses) + 1)]
    )


def running_mean_from_zero(losses, keep):
    mean, result = 0, []
    for loss in losses:
        mean = keep * mean + (1 - keep) * loss
        result.append(mean)
    return result


def running_mean_one_late(losses, keep):
    means = running_mean_from_zero(losses, keep)
    return [mean / (1 - keep ** max(step, 0.5)) for step, mean in enumerate(means)]


CASES = {
    "03.1": {
        "also_right": [2.4, np.float32(2.4)],
        "wrong": {
            "uphill": 3.6,
            "rate × x": 2.7,
            "rate × f(x)": 2.1,
            "That is the step": 0.6,
            "took the rate away": 2.9,
            "at rate 1": -3,
            "slope of x² at x is 2x": 6,
        },
    },
    "03.2": {
        "also_right": [descend, descend_in_torch],
        "wrong": {
            "uphill": descend_uphill,
            "slope at the start": descend_by_the_first_slope,
            "inside the loop": descend_once,
            "one step too few": lambda gradient, start, rate, steps: descend(gradient, start, rate, steps - 1),
            "one step too many": lambda gradient, start, rate, steps: descend(gradient, start, rate, steps + 1),
            "for the slope of every curve": lambda gradient, *others: descend(lambda x: 2 * x, *others),
            "Given the slope of x², 4.0, 0.1, 3": lambda gradient, start: start,
            "last position": all_positions,
            "is needed": lambda gradient, start, rate, steps: start,
            "without brackets": 2.048,
        },
    },
    "03.3": {
        "also_right": [0.333],
        "wrong": {
            "border of x²": 1,
            "needs a smaller rate": 3,
            "leads to the bottom": 1 / 6,
            "6x, and not 3x": 2 / 3,
            "a third of the distance": 1 / 9,
            "is that −x": 0.5,
        },
    },
    "03.4": {
        "also_right": [15.0, 2**4 - 1],
        "wrong": {
            "number of cycles": 4,
            "3 cycles": 7,
            "last cycle alone": 8,
            "1 + 2 + 3 + 4": 10,
            "fifth cycle": 16,
            "Add four": 12,
        },
    },
    "03.5": {
        "also_right": [np.geomspace, lambda a, b, n: torch.logspace(np.log10(a), np.log10(b), n)],
        "wrong": {
            "same amount": np.linspace,
            "one factor less": lambda first, last, steps: first * (last / first) ** (np.arange(steps) / steps),
            "powers of ten": lambda first, last, steps: np.linspace(np.log10(first), np.log10(last), steps),
            "go down": lambda first, last, steps: np.geomspace(last, first, steps),
            "is needed": lambda first, last, steps: np.geomspace(first, last, steps + 1),
            "are needed": lambda first, last, steps: first * 10.0 ** np.arange(steps),
        },
    },
    "03.6": {
        "also_right": [running_mean_by_weights],
        "wrong": {
            "starts at 0": running_mean_from_zero,
            "one too small": running_mean_one_late,
            "mean so far": lambda losses, keep: running_mean_by_weights(losses, 1 - keep),
            "Old ones must fade": lambda losses, keep: np.cumsum(losses) / np.arange(1, len(losses) + 1),
            "as many means": lambda losses, keep: running_mean_by_weights(losses, keep)[-1],
            "is needed": lambda losses, keep: losses,
        },
    },
    "03.7": {
        "also_right": [" c "],
        "wrong": {
            "does not fall yet": "A",
            "falls fastest": "b",
            "lowest": "D",
            "rises": "E",
            "one of the letters": "F",
            "write it in quotes": 0.03,
        },
    },
}
