"""Answers to the exercises of lesson 07: right ones, and planted wrong ones, each with a word of its hint."""

import numpy as np

from helpers.statistics import wilson_interval


def relu(x):
    return np.maximum(x, 0)


def saw(u, times):
    for _ in range(times):
        u = 2 * relu(u) - 4 * relu(u - 0.5)
    return u


def saw_by_recursion(u, times):
    return u if times == 0 else saw_by_recursion(np.minimum(2 * u, 2 - 2 * u), times - 1)


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


def distances(pictures, examples):
    return ((pictures[:, None] - examples) ** 2).sum(axis=2)


def nearest(pictures, examples):
    return distances(pictures, examples).argmin(axis=1)


def nearest_by_loops(pictures, examples):
    return [int(np.argmin([np.linalg.norm(one - other) for other in examples])) for one in pictures]


CASES = {
    "07.1": {
        "also_right": [saw_by_recursion],
        "wrong": {
            "not high enough": saw_too_low,
            "does not come down": saw_that_climbs,
            "You added tents": lambda u, times: times * saw(u, 1),
            "How often does your loop run": lambda u, times: saw(u, 1),
            "one tent too many": lambda u, times: saw(u, times + 1),
            "The tent is 2 relu(u)": lambda u, times: 1 - saw(u, times),
            "of shape": lambda u, times: saw(u, times)[:-1],
        },
    },
    "07.2": {
        "wrong": {
            "524,288": 19,
            "number of ReLUs": 40,
            "for each corner": 1_000_000,
            "which power": 6,
            "three make 8": 12,
        },
    },
    "07.3": {
        "also_right": [65.0],
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
        "also_right": [lambda x, W, b: [[max(0, w @ row + c) for w, c in zip(W, b, strict=True)] for row in x]],
        "wrong": {
            "ReLU is missing": lambda x, W, b: x @ W.T + b,
            "biases are missing": lambda x, W, b: relu(x @ W.T),
            "after the ReLU": lambda x, W, b: relu(x @ W.T) + b,
            "swapped": lambda x, W, b: layer(x, W, b).T,
            "Transpose the weights": lambda x, W, b: relu(x @ W + b),
            "stops with ZeroDivisionError": lambda x, W, b: 1 / 0,
            "swaps rows and columns": lambda x, W, b: 2 * layer(x, W, b),
        },
    },
    "07.5": {
        "also_right": [nearest_by_loops],
        "wrong": {
            "Those are the distances": distances,
            "each example": lambda pictures, examples: distances(pictures, examples).argmin(axis=0),
            "smallest distances": lambda pictures, examples: distances(pictures, examples).min(axis=1),
            "farthest": lambda pictures, examples: distances(pictures, examples).argmax(axis=1),
            "are not squared": lambda pictures, examples: (pictures[:, None] - examples).sum(axis=2).argmin(axis=1),
            "absolute": lambda pictures, examples: np.abs(pictures[:, None] - examples).sum(axis=2).argmin(axis=1),
            "over the last axis": lambda pictures, examples: nearest(pictures, examples) + 1,
            "of shape": lambda pictures, examples: nearest(pictures, examples)[:2],
        },
    },
    "07.6": {
        "also_right": [[0.0407, 0.0630], np.array([0.041, 0.063])],
        "wrong": {
            "Those are percentages": [4.07, 6.30],
            "the right answers": wilson_interval(1424, 1500),
            "lower end comes first": [0.063, 0.0407],
            "the share itself": [76 / 1500, 76 / 1500],
            "wilson_interval(76, 1500), after": [0.03, 0.09],
            "its lower and its upper end": [0.0407],
        },
    },
}
