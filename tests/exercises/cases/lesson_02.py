"""Answers to the exercises of lesson 02: planted wrong ones, each with a word of its hint, and other right ones."""

import math

import numpy as np
import torch

from helpers.history import Epoch, History


def run(accuracy: float, epochs: int = 3, *, interrupted: bool = False) -> History:
    rows = [Epoch(number + 1, 0.3, 0.2, accuracy, accuracy, accuracy, 0.1) for number in range(epochs)]
    return History(rows, interrupted=interrupted)


def softmax_in_torch(scores):
    return torch.as_tensor(scores).softmax(0)


def softmax_that_overflows(scores):
    return np.exp(scores) / np.exp(scores).sum()


def accuracy_by_numpy(batches):
    right, total = np.array(batches).sum(axis=0)
    return right / total


def channels(picture):
    return picture.mean(axis=(0, 1)), picture.std(axis=(0, 1))


def standardise_in_torch(picture):
    values = torch.from_numpy(picture).double()
    return (values - values.mean(dim=(0, 1))) / values.std(dim=(0, 1), correction=0)


def confusion_by_comparing(labels, predicted, classes):
    return [
        [int(((labels == row) & (predicted == column)).sum()) for column in range(classes)] for row in range(classes)
    ]


def confusion_of_whole_arrays(labels, predicted, classes):
    counts = np.zeros((classes, classes), dtype=int)
    counts[labels, predicted] += 1
    return counts


def confusion_of_what_occurs(labels, predicted, classes):
    return confusion_by_comparing(labels, predicted, max(labels.max(), predicted.max()) + 1)


CASES = {
    "02.1": {
        "also_right": [np.ceil(23_000 / 64)],
        "wrong": {
            "round up": 23_000 / 64,
            "left over": 23_000 // 64,
            "multiplied": 23_000 * 64,
            "two epochs": 720,
            "Divide the number": 64,
        },
    },
    "02.2": {
        "also_right": [softmax_in_torch],
        "wrong": {
            "too large": softmax_that_overflows,
            "sum is not 1": np.exp,
            "divided the scores": lambda scores: scores / scores.sum(),
            "one number for each": lambda scores: np.ones((2, 2)),
            "is needed": lambda scores: softmax_in_torch(-scores),
            "without brackets": np.array([0.88, 0.12]),
        },
    },
    "02.3": {
        "also_right": [math.log(4), 1.39],
        "wrong": {
            "The sign": np.log(0.25),
            "third": -np.log(0.5),
            "Another logarithm": -math.log10(0.25),
            "missing from 1": 0.75,
            "natural logarithm of": 0.25,
        },
    },
    "02.4": {
        "also_right": [accuracy_by_numpy],
        "wrong": {
            "small batch counts too much": lambda batches: np.mean([good / total for good, total in batches]),
            "percent": lambda batches: 100 * accuracy_by_numpy(batches),
            "how many were right": lambda batches: sum(good for good, _ in batches),
            "is needed": lambda batches: batches[0][0] / batches[0][1],
            "None back": print,
        },
    },
    "02.5": {
        "also_right": [standardise_in_torch],
        "wrong": {
            "One mean for all": lambda picture: (picture - picture.mean()) / picture.std(),
            "means are 0": lambda picture: picture - channels(picture)[0],
            "variance": lambda picture: (picture - channels(picture)[0]) / picture.var(axis=(0, 1)),
            "between 0 and 1": lambda picture: (
                (picture.astype(float) - picture.min()) / (picture.max() - picture.min())
            ),
            "shape should stay": lambda picture: standardise_in_torch(picture).mean(dim=2),
            "0 and 1 are needed": lambda picture: picture / 255,
        },
    },
    "02.6": {
        "also_right": [confusion_by_comparing],
        "wrong": {
            "swapped": lambda labels, predicted, classes: confusion_by_comparing(predicted, labels, classes),
            "not counted": confusion_of_whole_arrays,
            "without pictures": confusion_of_what_occurs,
            "shares": lambda labels, predicted, classes: (
                confusion_by_comparing(labels, predicted, classes) / np.bincount(labels, minlength=classes)[:, None]
            ),
            "(3, 3) is needed": lambda labels, predicted, classes: np.bincount(labels),
            "is needed": lambda labels, predicted, classes: np.eye(classes),
        },
    },
    "02.7": {
        "also_right": [run(0.9), run(0.97)],
        "wrong": {
            "holds 2 epochs": run(0.97, 2),
            "interrupted": run(0.97, interrupted=True),
            "is low": run(0.5),
            "what fit gave back": 0.97,
            "Give what fit": run(0.97).rows,
        },
    },
}
