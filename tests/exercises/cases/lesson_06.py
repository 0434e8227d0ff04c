"""Answers to the exercises of lesson 06: right ones, and planted wrong ones, each with a word of its hint."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def hat(x, place, width, height):
    slope = height / width
    return slope * (relu(x - place + width) - 2 * relu(x - place) + relu(x - place - width))


def hat_without_end(x, place, width, height):
    return height / width * (relu(x - place + width) - 2 * relu(x - place))


def hat_that_climbs(x, place, width, height):
    return height / width * relu(x - place + width)


def changes(x, y):
    steepness = np.diff(y) / np.diff(x)
    return np.diff(steepness, prepend=0)


def changes_by_loop(x, y):
    found, before = [], 0
    for k in range(len(x) - 1):
        slope = (y[k + 1] - y[k]) / (x[k + 1] - x[k])
        found.append(slope - before)
        before = slope
    return found


def gradient(places, slopes, x, y):
    activations = relu(x - places[:, None])
    return 2 * activations @ (slopes @ activations - y) / len(x)


def step(places, slopes, x, y, rate):
    return slopes - rate * gradient(places, slopes, x, y)


def step_by_loop(places, slopes, x, y, rate):
    f = sum(slope * relu(x - place) for place, slope in zip(places, slopes, strict=True))
    return [slope - rate * np.mean(2 * (f - y) * relu(x - place)) for place, slope in zip(places, slopes, strict=True)]


def cells(path, size):
    columns, rows = np.minimum((path * size).astype(int), size - 1).T
    counts = np.zeros((size, size))
    np.add.at(counts, (rows, columns), 1)
    return counts


def cells_by_histogram(path, size):
    return np.histogram2d(path[:, 1], path[:, 0], bins=size, range=[[0, 1], [0, 1]])[0]


def cells_beyond_the_last(path, size):
    counts = np.zeros((size, size))
    for x, y in path:
        counts[int(y * size), int(x * size)] += 1
    return counts


def cells_that_count_once(path, size):
    columns, rows = np.minimum((path * size).astype(int), size - 1).T
    counts = np.zeros((size, size))
    counts[rows, columns] += 1
    return counts


CASES = {
    "06.1": {
        "also_right": [lambda x, place, width, height: height * relu(1 - np.abs(x - place) / width)],
        "wrong": {
            "does not come back to 0": hat_without_end,
            "does not come down": hat_that_climbs,
            "height · width": lambda x, place, width, height: hat(x, place, width, height * width),
            "upside down": lambda x, place, width, height: -hat(x, place, width, height),
            "It should be": lambda x, place, width, height: hat(x, 0, width, height + 1),
            "of shape": lambda x, place, width, height: hat(x, place, width, height)[:3],
        },
    },
    "06.2": {
        "also_right": [changes_by_loop],
        "wrong": {
            "slopes of the pieces": lambda x, y: np.diff(y) / np.diff(x),
            "first is missing": lambda x, y: changes(x, y)[1:],
            "differences of y": lambda x, y: np.diff(y),
            "The sign": lambda x, y: -changes(x, y),
            "of shape": lambda x, y: y,
            "is needed.": lambda x, y: changes(x, y) + 1,
        },
    },
    "06.3": {
        "also_right": [12 * 10, np.int64(119)],
        "wrong": {
            "ten thousand times smaller": 1200,
            "a sixteenth": 48,
            "ten times 12": 10,
            "has the square 100": 12,
        },
    },
    "06.4": {
        "also_right": [step_by_loop],
        "wrong": {
            "That is the gradient": lambda p, s, x, y, rate: gradient(p, s, x, y),
            "the step alone": lambda p, s, x, y, rate: rate * gradient(p, s, x, y),
            "uphill": lambda p, s, x, y, rate: s + rate * gradient(p, s, x, y),
            "Half of the step": lambda p, s, x, y, rate: s - rate * gradient(p, s, x, y) / 2,
            "is a mean": lambda p, s, x, y, rate: s - rate * gradient(p, s, x, y) * len(x),
            "For each ReLU": lambda p, s, x, y, rate: s,
        },
    },
    "06.5": {
        "also_right": [cells_by_histogram],
        "wrong": {
            "are swapped": lambda path, size: cells(path, size).T,
            "count once": cells_that_count_once,
            "is upside down": lambda path, size: cells(path, size)[::-1],
            "There is no cell 4": cells_beyond_the_last,
            "at exactly 1": lambda path, size: cells(path[(path < 1).all(axis=1)], size),
            "of shape": lambda path, size: np.zeros(size),
            "belongs to the row": lambda path, size: 2 * cells(path, size),
        },
    },
}
