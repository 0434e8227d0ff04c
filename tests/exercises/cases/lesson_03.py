"""Answers to the exercises of lesson 03: planted wrong ones, each with a word of its hint, and other right ones."""

from types import SimpleNamespace

import numpy as np
import torch

from helpers import ConvLearner
from helpers.finder import RangeTest
from helpers.history import Epoch, History, Record, Settings


def descend(gradient, start, rate, steps):
    if steps <= 0:
        return start
    return descend(gradient, start - rate * gradient(start), rate, steps - 1)


def descend_in_torch(gradient, start, rate, steps):
    x = torch.tensor(start, dtype=torch.float32)
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


def steepest_in_a_loop(rates, curve):
    best = 0
    for step in range(1, len(curve) - 1):
        if curve[step + 1] - curve[step] < curve[best + 1] - curve[best]:
            best = step
    return rates[best]


CLASSES = ("left", "right", "upright", "upside_down")


def finder(classes=4, start=1e-5):
    """A range test whose loss falls between 0.0001 and 0.01, and shoots up after 0.3."""
    rates = start * 1e6 ** (np.arange(80) / 99)
    losses = 0.4 + 1.2 / (1 + (rates / 1e-3) ** 1.5) + 0.1 * (rates / 0.3) ** 4
    return RangeTest(rates=[(rate,) for rate in rates], losses=losses.tolist(), classes=classes)


CHOICE, STEEPEST = finder().suggestion, finder().suggestions["steepest"]
assert CHOICE > 1.5 * STEEPEST


def learner(
    *, classes=CLASSES, name="resnet10", size=128, seed=0, precompute=True, pretrained=True, epochs_done=0, sched=None
):
    """A learner without a network: only what the checker reads."""
    made = object.__new__(ConvLearner)
    model = SimpleNamespace(name=name, size=size, pretrained=pretrained)
    made.__dict__.update(data=SimpleNamespace(classes=classes), model=model)
    made.__dict__.update(seed=seed, _precompute=precompute, epochs_done=epochs_done, sched=sched or finder())
    return made


def run(rate, valid_loss=0.9, *, accuracy=0.6, train_loss=0.8, done=2, **others):
    settings = {
        "architecture": "resnet10", "size": 128, "lr": (rate,), "n": 2, "cycle_len": None, "cycle_mult": 1,
        "schedule": "constant", "frozen": True, "precompute": True, "augmentation": None, "batch_size": 64,
        "classes": CLASSES, "pictures": 400, "seed": 0, "pretrained": True, "epochs_before": 0,
    }  # fmt: skip
    row = Epoch(done, train_loss, valid_loss, accuracy, accuracy - 0.05, accuracy + 0.05, 0.1)
    return History([row] * done, Settings(**settings | others))


def runs(middle=CHOICE, shares=(1 / 3, 1, 3), **others):
    """Three runs. The first has the lowest validation loss, the second the best accuracy, the third fits best."""
    first, second, third = (middle * share for share in shares)
    return [
        run(first, 0.8, accuracy=0.60, train_loss=0.7, **others),
        run(second, 0.9, accuracy=0.65, train_loss=0.6, **others),
        run(third, 1.9, accuracy=0.55, train_loss=0.5, **others),
    ]


def with_second(**others):
    first, _, third = runs()
    return [first, run(CHOICE, **others), third]


THIRD = CHOICE / 3

CASES = {
    "03.1": {
        "also_right": [2.4, np.float32(2.4), torch.tensor([2.4])],
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
            "subtracts the whole slope": lambda gradient, start, rate, steps: descend(gradient, start, 1, steps),
            "begins at 4": lambda gradient, start, rate, steps: descend(gradient, 4.0, rate, steps),
            "Given the slope of x², 4.0, 0.1, 3": lambda gradient, start: start,
            "last position": all_positions,
            "it gives 0.512; 2.048 is needed": lambda *asked: descend(*asked) / 4,
            "without brackets": 2.048,
        },
    },
    "03.3": {
        "also_right": [0.333, np.float32(1 / 3), torch.tensor(1 / 3)],
        "wrong": {
            "border of x²": 1,
            "needs a smaller rate": 3,
            "leads to the bottom": 0.167,
            "6x, and not 3x": 2 / 3,
            "a third of the distance": 0.111,
            "0.33 is a little below": 0.33,
            "0.334 is a little above": 0.334,
            "is that −x": 0.5,
        },
    },
    "03.4": {
        "also_right": [15.0, 2**4 - 1, np.int64(15)],
        "wrong": {
            "number of cycles": 4,
            "3 cycles": 7,
            "last cycle alone": 8,
            "1 + 2 + 3 + 4": 10,
            "fifth cycle": 16,
            "5 cycles": 31,
            "Add four": 12,
        },
    },
    "03.5": {
        "also_right": [
            steepest_in_a_loop,
            lambda rates, curve: rates[(curve[:-1] - curve[1:]).argmax()],
            lambda rates, curve: min(zip(np.diff(curve), rates, strict=False))[1],
            lambda rates, curve: torch.as_tensor(rates)[torch.as_tensor(curve).float().diff().argmin()],
        ],
        "wrong": {
            "after the largest fall": lambda rates, curve: rates[np.diff(curve).argmin() + 1],
            "rises most": lambda rates, curve: rates[np.abs(np.diff(curve)).argmax()],
            "is lowest": lambda rates, curve: rates[curve.argmin()],
            "divided by the rates' differences": lambda rates, curve: rates[(np.diff(curve) / np.diff(rates)).argmin()],
            "number of the step": lambda rates, curve: np.diff(curve).argmin(),
            "how far the curve falls": lambda rates, curve: np.diff(curve).min(),
            "divided neighbouring losses": lambda rates, curve: rates[(curve[1:] / curve[:-1]).argmin()],
            "np.gradient": lambda rates, curve: rates[np.gradient(curve).argmin()],
            "fall is the first": lambda rates, curve: rates[1 + np.diff(curve)[1:].argmin()],
            "fall is the last": lambda rates, curve: rates[np.diff(curve)[:-1].argmin()],
            "is needed": lambda rates, curve: 2 * rates[0],
        },
    },
    "03.6": {
        "also_right": ["C", " c ", np.str_("c")],
        "wrong": {
            "does not fall yet": "A",
            "falls fastest": "b",
            "lowest": "D",
            "rises": "E",
            "one of the letters": "F",
            "write it in quotes": 0.03,
        },
    },
    "03.7": {
        "also_right": [
            (learner(), tuple(runs()), THIRD),
            [learner(), runs(round(CHOICE, 3)), np.float32(THIRD)],
            [learner(), with_second(valid_loss=0.7), torch.tensor(CHOICE)],
        ],
        "wrong": {
            "[learn, histories, best]": [learner(), *runs()],
            "first part is a number": [CHOICE, runs(), THIRD],
            "value of classes is ('cats', 'dogs')": [learner(classes=("cats", "dogs")), runs(), THIRD],
            "finder's learner seed is 1": [learner(seed=1), runs(), THIRD],
            "finder's learner size is 64": [learner(size=64), runs(), THIRD],
            "finder's learner precompute is False": [learner(precompute=False), runs(), THIRD],
            "finder's learner the head was trained": [learner(epochs_done=2), runs(), THIRD],
            "lr_find has not run": [learner(sched=Record()), runs(), THIRD],
            "its own start": [learner(sched=finder(start=1e-6)), runs(), THIRD],
            "second part is a History": [learner(), runs()[0], THIRD],
            "there is an Epoch": [learner(), [one[-1] for one in runs()], THIRD],
            "In run 1 the number of epochs or cycles is 1": [learner(), runs(n=1, done=1), THIRD],
            "run 2 the head was trained before, for 2": [learner(), with_second(epochs_before=2), THIRD],
            "In the finder's learner the body began": [learner(pretrained=False), runs(), THIRD],
            "In run 1 the body began with random": [learner(), runs(pretrained=False), THIRD],
            "In run 2 seed is None": [learner(), with_second(seed=None), THIRD],
            "In run 1 cycle_len is 1": [learner(), runs(cycle_len=1), THIRD],
            "In run 1 schedule is 'one_cycle'": [learner(), runs(schedule="one_cycle"), THIRD],
            "In run 1 frozen is False": [learner(), runs(frozen=False), THIRD],
            "In run 2 only 1 of 2": [learner(), with_second(done=1), THIRD],
            "opposite order": [learner(), runs(shares=(3, 1, 1 / 3)), THIRD],
            "a tenth of the choice": [learner(), runs(shares=(0.1, 1, 10)), CHOICE / 10],
            "'steepest'": [learner(), runs(STEEPEST), STEEPEST / 3],
            "The rates are 0.00333, 0.01, 0.03": [learner(), runs(0.01), 0.01 / 3],
            "highest accuracy": [learner(), runs(), CHOICE],
            "lowest training loss": [learner(), runs(), 3 * CHOICE],
            "The rate that led to it": [learner(), runs(), 0.8],
            "The best rate is not 0.": [learner(), runs(), 0],
        },
    },
}
