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


def triangle(low, top, steps):
    middle = steps // 2
    return [top - (top - low) * abs(step - middle) / middle for step in range(steps)]


def triangle_by_factors(low, top, steps):
    up = np.geomspace(low, top, steps // 2 + 1)
    return np.concatenate([up, up[-2::-1]])


def rising_half(low, top, steps):
    return np.linspace(low, top, steps // 2 + 1)


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
        "also_right": [
            lambda rates, curve: rates[(curve[:-1] - curve[1:]).argmax()],
            lambda rates, curve: min(zip(np.diff(curve), rates, strict=False))[1],
        ],
        "wrong": {
            "after the largest fall": lambda rates, curve: rates[np.diff(curve).argmin() + 1],
            "rises most": lambda rates, curve: rates[np.diff(curve).argmax()],
            "is lowest": lambda rates, curve: rates[curve.argmin()],
            "divided by the differences": lambda rates, curve: rates[(np.diff(curve) / np.diff(rates)).argmin()],
            "number of the step": lambda rates, curve: np.diff(curve).argmin(),
            "how far the curve falls": lambda rates, curve: np.diff(curve).min(),
            "is needed": lambda rates, curve: 2 * rates[0],
        },
    },
    "03.6": {
        "also_right": [triangle, lambda *asked: torch.tensor(triangle(*asked))],
        "wrong": {
            "top comes twice": lambda *asked: np.concatenate([rising_half(*asked), rising_half(*asked)[::-1]]),
            "does not fall again": rising_half,
            "shape": lambda low, top, steps: triangle(low, top, steps + 2),
            "at the end": np.linspace,
            "falls first": lambda low, top, steps: triangle(top, low, steps),
            "same factor": triangle_by_factors,
            "is needed": lambda low, top, steps: triangle(low, 2 * top, steps),
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
