"""Answers to the exercises of lesson 07: right ones, and planted wrong ones, each with a word of its hint."""

from itertools import pairwise

import numpy as np
import torch

from helpers.lessons.depth import count_parameters, fit_networks, tent
from helpers.statistics import wilson_interval


def relu(x):
    return np.maximum(x, 0)


def saw(u, times):
    for _ in range(times):
        u = 2 * relu(u) - 4 * relu(u - 0.5)
    return u


def saw_by_recursion(u, times):
    return u if times == 0 else saw_by_recursion(np.minimum(2 * u, 2 - 2 * u), times - 1)


def saw_in_torch(u, times):
    u = torch.as_tensor(u).float()
    for _ in range(times):
        u = 2 * torch.relu(u) - 4 * torch.relu(u - 0.5)
    return u


def saw_too_low(u, times):
    for _ in range(times):
        u = relu(u) - 2 * relu(u - 0.5)
    return u


def saw_that_climbs(u, times):
    for _ in range(times):
        u = 2 * relu(u)
    return u


def layer(inputs, weights, biases):
    return relu(inputs @ weights.T + biases)


def layer_in_torch(inputs, weights, biases):
    inputs, weights, biases = (torch.tensor(one).float() for one in (inputs, weights, biases))
    return torch.nn.functional.linear(inputs, weights, biases).relu()


def distances(pictures, examples):
    return ((pictures[:, None] - examples) ** 2).sum(axis=2)


def nearest(pictures, examples):
    return distances(pictures, examples).argmin(axis=1)


def nearest_by_loops(pictures, examples):
    return [int(np.argmin([np.linalg.norm(one - other) for other in examples])) for one in pictures]


def nearest_by_dot_products(pictures, examples):
    return ((examples**2).sum(1) - 2 * pictures @ examples.T).argmin(1)


def nearest_in_torch(pictures, examples):
    return torch.cdist(torch.tensor(pictures), torch.tensor(examples)).argmin(dim=1)


SIZES = {1: [1, 133, 1], 2: [1, 18, 18, 1], 4: [1, 10, 10, 10, 10, 1]}


def run(sizes, *, steps=500, rate=0.02, seeds=range(4), times=3, points=129):
    """Losses that begin as those of a run, and then fall smoothly, at no cost."""
    u = np.linspace(0, 1, points)
    first = fit_networks(sizes, u, tent(u, times), rate=rate, steps=10, seeds=seeds)[0][:, :2]
    rest = np.outer(np.arange(1, len(first) + 1) ** 3, np.geomspace(0.01, 0.0005, steps - 2))
    return np.hstack([first, rest])


def entry(depth=2, sizes=None, parameters=None, multiplications=None, losses=None, error=None):
    sizes = sizes or SIZES[depth]
    weights = sum(before * after for before, after in pairwise(sizes))
    losses = run(sizes) if losses is None else losses
    error = error or (lambda last: np.median(np.sqrt(np.asarray(last))))
    return (
        sizes,
        parameters or count_parameters(sizes),
        multiplications or 129 * weights,
        losses,
        error(losses[:, -1]),
    )


def project(**changed):
    """The project, with something changed in the entry for two hidden layers."""
    return {1: entry(1), 2: entry(2, **changed), 4: entry(4)}


CASES = {
    "07.1": {
        "also_right": [saw_by_recursion, saw_in_torch, lambda u, times: saw(u, times).tolist()],
        "wrong": {
            "not high enough": saw_too_low,
            "does not come down": saw_that_climbs,
            "You added tents": lambda u, times: times * saw(u, 1),
            "How often does your loop run": lambda u, times: saw(u, 1),
            "one tent too many": lambda u, times: saw(u, times + 1),
            "The tent is 2 relu(u)": lambda u, times: 1 - saw(u, times),
            "side by side": lambda u, times: saw(u * times % 1, 1),
            "You multiplied tents": lambda u, times: saw(u, 1) ** times,
            "of shape": lambda u, times: saw(u, times)[:-1],
        },
    },
    "07.2": {
        "also_right": [20, torch.tensor(20.0), np.ceil(6 / np.log10(2))],
        "wrong": {
            "Layers come whole": np.log2(1_000_000),
            "one fewer": 21,
            "only once": 10,
            "natural logarithm": np.ceil(np.log(1_000_000)),
            "524,288": 19,
            "number of ReLUs": 40,
            "for each corner": 1_000_000,
            "which power": 6,
            "three make 8": 12,
        },
    },
    "07.3": {
        "also_right": [65.0, np.int64(65), torch.tensor(65)],
        "wrong": {
            "not equal parameters": 30,
            "That is the number of parameters": 261,
            "one weight more": 86.7,
            "count the biases": 57.5,
            "take 1 away": 65.25,
            "for each layer": 64,
        },
    },
    "07.4": {
        "also_right": [
            layer_in_torch,
            lambda x, W, b: [[max(0, w @ row + c) for w, c in zip(W, b, strict=True)] for row in x],
        ],
        "wrong": {
            "ReLU is missing": lambda x, W, b: x @ W.T + b,
            "biases are missing": lambda x, W, b: relu(x @ W.T),
            "after the ReLU": lambda x, W, b: relu(x @ W.T) + b,
            "swapped": lambda x, W, b: layer(x, W, b).T,
            "Transpose the weights": lambda x, W, b: relu(x @ W + b),
            "lost their sign": lambda x, W, b: abs(x @ W.T + b),
            "The inputs went through": lambda x, W, b: layer(relu(x), W, b),
            "Input 0, unit": lambda x, W, b: relu(x @ W.T - b),
        },
    },
    "07.5": {
        "also_right": [nearest_by_loops, nearest_by_dot_products, nearest_in_torch],
        "wrong": {
            "Those are the distances": distances,
            "each example": lambda pictures, examples: distances(pictures, examples).argmin(axis=0),
            "smallest distances": lambda pictures, examples: distances(pictures, examples).min(axis=1),
            "farthest": lambda pictures, examples: distances(pictures, examples).argmax(axis=1),
            "are not squared": lambda pictures, examples: (pictures[:, None] - examples).sum(axis=2).argmin(axis=1),
            "absolute": lambda pictures, examples: np.abs(pictures[:, None] - examples).sum(axis=2).argmin(axis=1),
            "largest dot product": lambda pictures, examples: (pictures @ examples.T).argmax(1),
            "without an axis": lambda pictures, examples: np.array(distances(pictures, examples).argmin()),
            "over the last axis": lambda pictures, examples: nearest(pictures, examples) + 1,
            "of shape": lambda pictures, examples: nearest(pictures, examples)[:2],
        },
    },
    "07.6": {
        "also_right": [[0.0407, 0.0630], np.array([0.041, 0.063]), torch.tensor(wilson_interval(76, 1500))],
        "wrong": {
            "Those are percentages": [4.07, 6.30],
            "the right answers": wilson_interval(1424, 1500),
            "lower end comes first": [0.063, 0.0407],
            "the share itself": [76 / 1500, 76 / 1500],
            "76 of 1,424": wilson_interval(76, 1424),
            "1.96 standard errors": [0.0396, 0.0618],
            "wilson_interval(76, 1500), after": [0.03, 0.09],
            "its lower and its upper end": [0.0407],
        },
    },
    "07.7": {
        "also_right": [
            project(),
            {depth: list(entry(depth, losses=torch.tensor(run(SIZES[depth])).float())) for depth in (4, 2, 1)},
        ],
        "wrong": {
            "with the keys 1, 2 and 4": {1: entry(1), 4: entry(4)},
            "needs five things": {1: entry(1), 2: entry(2)[:4], 4: entry(4)},
            "2 hidden": project(sizes=[1, 18, 1]),
            "differ in width": project(sizes=[1, 18, 17, 1]),
            "400 is the most": project(sizes=[1, 19, 19, 1]),
            "can be wider": project(sizes=[1, 17, 17, 1]),
            "Those are the weights": project(parameters=360),
            "401 parameters; 397 is right": project(parameters=401),
            "for one number": project(multiplications=360),
            "counted the biases": project(multiplications=397 * 129),
            "counted the additions": project(multiplications=2 * 360 * 129),
            "for 500 times": project(multiplications=360 * 129 * 500),
            "46,439 multiplications; 46,440 is right": project(multiplications=360 * 129 - 1),
            "(4, 500) is needed": project(losses=run(SIZES[2], steps=200)),
            "a rate of 0.01": project(losses=run(SIZES[2], rate=0.01)),
            "another rate": project(losses=run(SIZES[2], rate=0.03)),
            "the saw of 16 pieces": project(losses=run(SIZES[2], times=4)),
            "the seeds 1 to 4": project(losses=run(SIZES[2], seeds=range(1, 5))),
            "Are u, its 129 points": project(losses=run(SIZES[2], points=257)),
            "the mean over the starts": project(error=lambda last: np.sqrt(last).mean()),
            "the best start": project(error=lambda last: np.sqrt(last).min()),
            "the worst start": project(error=lambda last: np.sqrt(last).max()),
            "of the squared errors": project(error=np.median),
            "the root of each": project(error=lambda last: np.sqrt(np.median(last))),
            "The error of the entry 2": project(error=lambda last: 0.5),
        },
    },
}
