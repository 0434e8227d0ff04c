"""Answers to the exercises of lesson 02: planted wrong ones, each with a word of its hint, and other right ones."""

import functools
import math
import os
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from helpers import get_data
from helpers.history import Epoch, History, Settings
from helpers.models import build
from helpers.predictor import save_model
from helpers.statistics import Predictions

# 02.2


def softmax_in_torch(scores):
    return torch.as_tensor(scores).softmax(0)


def softmax_of_floats(scores):
    exponentials = [math.exp(score - max(scores)) for score in scores]
    return [one / sum(exponentials) for one in exponentials]


def softmax_in_float32(scores):
    return torch.tensor(scores, dtype=torch.float32).softmax(0).numpy()


def softmax_that_overflows(scores):
    return np.exp(scores) / np.exp(scores).sum()


def softmax_cut_off(scores):
    return softmax_that_overflows(np.minimum(scores, 700))


def softmax_from_the_mean(scores):
    return softmax_that_overflows(scores - scores.mean())


def softmax_from_the_largest_size(scores):
    return softmax_that_overflows(scores - abs(scores).max())


# 02.4


def accuracy_by_numpy(batches):
    right, total = np.array(batches).sum(axis=0)
    return right / total


def accuracy_in_torch(batches):
    right, total = torch.tensor(batches, dtype=torch.float32).sum(dim=0)
    return right / total


# 02.5


def channels(picture):
    return picture.mean(axis=(0, 1)), picture.std(axis=(0, 1))


def standardise_in_torch(picture, correction=0):
    values = torch.from_numpy(picture).double()
    return (values - values.mean(dim=(0, 1))) / values.std(dim=(0, 1), correction=correction)


def standardise_by_channels(picture):
    result = np.empty(picture.shape, dtype=np.float32)
    for channel in range(3):
        values = picture[..., channel]
        result[..., channel] = (values - values.mean()) / values.std()
    return result


def standardise_in_place(picture):
    picture -= picture.mean(axis=(0, 1))
    return picture


# 02.6


def confusion_by_comparing(labels, predicted, classes):
    return [
        [int(((labels == row) & (predicted == column)).sum()) for column in range(classes)] for row in range(classes)
    ]


def confusion_by_bincount(labels, predicted, classes):
    return np.bincount(labels * classes + predicted, minlength=classes**2).reshape(classes, classes)


def confusion_in_torch(labels, predicted, classes):
    counts = torch.zeros(classes, classes)
    for label, guess in zip(labels, predicted, strict=True):
        counts[label, guess] += 1
    return counts


def confusion_of_whole_arrays(labels, predicted, classes):
    counts = np.zeros((classes, classes), dtype=int)
    counts[labels, predicted] += 1
    return counts


def confusion_of_what_occurs(labels, predicted, classes):
    return confusion_by_comparing(labels, predicted, max(labels.max(), predicted.max()) + 1)


# 02.7

RUN = Settings(
    architecture="resnet10", size=96, lr=(0.01,) * 3, n=3, cycle_len=None, cycle_mult=1, schedule="constant",
    frozen=True, precompute=True, augmentation=None, batch_size=64, classes=("cats", "dogs"), pictures=1000, seed=4,
    pretrained=True, epochs_before=0,
)  # fmt: skip
VALID = sorted((get_data("sample") / "valid").glob("*/*.jpg"))
SURE = 1 / (1 + math.exp(-3.5))  # what the saved model says of every picture: a cat, with this probability
MISTAKES = {"dog.557.jpg": SURE, "cat.544.jpg": 0.9, "dog.560.jpg": 0.8, "cat.501.jpg": 0.6}


def run(accuracy: float = 296 / 300, epochs: int = 3, *, interrupted: bool = False, **changes: object) -> History:
    rows = [Epoch(number + 1, 0.3, 0.2, accuracy, accuracy, accuracy, 0.1) for number in range(epochs)]
    return History(rows, Settings(**{**vars(RUN), **changes}), interrupted=interrupted)


def said(paths: list[Path]) -> Predictions:
    """Return predictions that are right with 0.95, but for the four mistakes."""
    labels = np.array([path.parent.name == "dogs" for path in paths]).astype(int)
    sure = np.array([MISTAKES.get(path.name, 0.95) for path in paths])
    guess = np.where([path.name in MISTAKES for path in paths], 1 - labels, labels)
    probabilities = np.stack([np.where(guess == 0, sure, 1 - sure), np.where(guess == 1, sure, 1 - sure)], axis=1)
    return Predictions(probabilities, labels, tuple(paths), ("cats", "dogs"))


class Saved(os.PathLike):
    """A saved model of a size, which says the same of every picture; made when a checker asks for it."""

    folder = tempfile.TemporaryDirectory()

    def __init__(self, size: int, score: float) -> None:
        self.size, self.score = size, score

    def __fspath__(self) -> str:
        return str(self._made)

    @functools.cached_property
    def _made(self) -> Path:
        model = build("resnet10", self.size, 2, "DEFAULT")
        with torch.no_grad():
            model.head[-1].weight.zero_()
            model.head[-1].bias.copy_(torch.tensor([self.score, 0.0]))
        return save_model(Path(self.folder.name) / f"{self.size} {self.score}.safetensors", model, ("cats", "dogs"))


FILE, SAID, NAME = Saved(96, 3.5), said(VALID), "dog.557.jpg"


def project(history: object = None, predictions: object = SAID, name: object = NAME, file: object = FILE) -> list:
    return [history or run(), predictions, name, file]


CASES = {
    "02.1": {
        "also_right": [np.ceil(23_000 / 64), -(-23_000 // 64), torch.tensor(360)],
        "wrong": {
            "round up": 23_000 / 64,
            "left over": 23_000 // 64,
            "multiplied": 23_000 * 64,
            "two epochs": 720,
            "25,000 pictures": math.ceil(25_000 / 64),
            "1,000 drawings": 16,
            "one step for each picture": 23_000,
            "Divide the number": 64,
        },
    },
    "02.2": {
        "also_right": [softmax_in_torch, softmax_of_floats, softmax_in_float32],
        "wrong": {
            "e to such a power is too large": softmax_that_overflows,
            "Nothing may be cut off": softmax_cut_off,
            "Given [3000.0, 0.0], it gives nan": softmax_from_the_mean,
            "so is their sum": softmax_from_the_largest_size,
            "These are the exponentials": np.exp,
            "divided the scores": lambda scores: scores / scores.sum(),
            "one number for each": lambda scores: np.ones((2, 2)),
            "Turned round": lambda scores: softmax_in_torch(-scores),
            "powers of 2": lambda scores: np.exp2(scores - scores.max()) / np.exp2(scores - scores.max()).sum(),
            "Only the winner": lambda scores: scores == scores.max(),
            "logarithms": lambda scores: torch.as_tensor(scores).log_softmax(0),
            "by itself": lambda scores: torch.as_tensor(scores).sigmoid(),
            "rounded": lambda scores: softmax_in_torch(scores).numpy().round(3),
            "whose sum is 1.13534": lambda scores: np.exp(scores) / np.exp(scores).max(),
            "without brackets": np.array([0.88, 0.12]),
        },
    },
    "02.3": {
        "also_right": [
            math.log(4),
            1.39,
            np.float32(1.3863),
            cross_entropy(torch.tensor([[2.0, 1, 1]]).log(), torch.tensor([2])),
        ],
        "wrong": {
            "The sign": np.log(0.25),
            "third": -np.log(0.5),
            "base 10": -math.log10(0.25),
            "base 2": -math.log2(0.25),
            "missing from 1": 0.75,
            "That is the probability": 0.25,
            "mean over all": -np.log([0.5, 0.25, 0.25]).mean(),
            "sum over all": -np.log([0.5, 0.25, 0.25]).sum(),
            "probabilities already": cross_entropy(torch.tensor([[0.5, 0.25, 0.25]]), torch.tensor([2])),
            "Look up": math.exp(-0.25),
        },
    },
    "02.4": {
        "also_right": [accuracy_by_numpy, accuracy_in_torch],
        "wrong": {
            "small ones count too much": lambda batches: np.mean([good / total for good, total in batches]),
            "percent": lambda batches: 100 * accuracy_by_numpy(batches),
            "how many were right": lambda batches: sum(good for good, _ in batches),
            "wrong ones": lambda batches: 1 - accuracy_by_numpy(batches),
            "first batch": lambda batches: batches[0][0] / batches[0][1],
            "last batch": lambda batches: batches[-1][0] / batches[-1][1],
            "as large as the first": lambda batches: sum(good for good, _ in batches) / (64 * len(batches)),
            "//": lambda batches: sum(good for good, _ in batches) // sum(total for _, total in batches),
            "rounded": lambda batches: round(accuracy_by_numpy(batches), 2),
            "it gives 38; 0.95 is needed": lambda batches: sum(good for good, _ in batches) / len(batches),
            "single number": lambda batches: (76, 80),
            "None back": print,
        },
    },
    "02.5": {
        "also_right": [
            standardise_in_torch,
            standardise_by_channels,
            lambda picture: standardise_in_torch(picture, correction=1),
            lambda picture: standardise_in_torch(picture).tolist(),
        ],
        "wrong": {
            "One mean for all": lambda picture: (picture - picture.mean()) / picture.std(),
            "share one deviation": lambda picture: (picture - channels(picture)[0]) / picture.std(),
            "means are 0": lambda picture: picture - channels(picture)[0],
            "variance": lambda picture: (picture - channels(picture)[0]) / picture.var(axis=(0, 1)),
            "squeezes": lambda picture: (picture.astype(float) - picture.min()) / np.ptp(picture.astype(float)),
            "ImageNet's": lambda picture: (picture / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225],
            "sign is turned round": lambda picture: -standardise_in_torch(picture),
            "Each column": lambda picture: (picture - picture.mean(axis=0)) / picture.std(axis=0),
            "Only the mean is divided": lambda picture: picture - channels(picture)[0] / channels(picture)[1],
            "whole numbers": lambda picture: standardise_in_torch(picture).int(),
            "shape should stay": lambda picture: standardise_in_torch(picture).mean(dim=2),
            "0 and 1 are needed": lambda picture: picture / 255,
            "in their order": lambda picture: standardise_in_torch(picture).flip(0),
            "stops with": standardise_in_place,
        },
    },
    "02.6": {
        "also_right": [confusion_by_comparing, confusion_by_bincount, confusion_in_torch],
        "wrong": {
            "swapped": lambda labels, predicted, classes: confusion_by_comparing(predicted, labels, classes),
            "not counted": confusion_of_whole_arrays,
            "a class without pictures": confusion_of_what_occurs,
            "shares of each row": lambda labels, predicted, classes: (
                confusion_by_comparing(labels, predicted, classes) / np.bincount(labels, minlength=classes)[:, None]
            ),
            "shares of all": lambda labels, predicted, classes: (
                np.array(confusion_by_comparing(labels, predicted, classes)) / len(labels)
            ),
            "right ones": lambda labels, predicted, classes: np.diag(np.bincount(labels[labels == predicted])),
            "Only the mistakes": lambda labels, predicted, classes: confusion_by_comparing(
                labels[labels != predicted], predicted[labels != predicted], classes
            ),
            "twice": lambda labels, predicted, classes: (
                confusion_by_bincount(labels, predicted, classes) + confusion_by_bincount(predicted, labels, classes)
            ),
            "one too high": lambda labels, predicted, classes: confusion_by_bincount(labels, predicted, classes) + 1,
            "(3, 3) is needed": lambda labels, predicted, classes: np.bincount(labels),
            "row 0, column 1 holds 0; 2 is needed": lambda labels, predicted, classes: np.eye(classes),
        },
    },
    "02.7": {
        "also_right": [
            project(),
            tuple(project(run(0.985, seed=4), name=VALID[[path.name for path in VALID].index(NAME)])),
        ],
        "wrong": {
            "A list of four": run(),
            "first of the four is a number": project(0.987),
            "interrupted": project(run(interrupted=True)),
            "network is resnet10_no_pets": project(run(architecture="resnet10_no_pets")),
            "have 128 pixels": project(run(size=128)),
            "(1000, 32)": project(run(batch_size=32)),
            "changed at random": project(run(augmentation="side_on")),
            "same all the time": project(run(cycle_len=1)),
            "learning rate is 0.1": project(run(lr=(0.1,) * 3)),
            "trained for 2 epochs": project(run(epochs=2)),
            "Leave out unfreeze": project(run(frozen=False, precompute=False)),
            "precompute=True": project(run(precompute=False)),
            "seed is None": project(run(seed=None)),
            "seed is 1": project(run(seed=1)),
            "for 2 epochs. Make a new one": project(run(epochs_before=2)),
            "weights=None": project(run(0.58, pretrained=False)),
            "second of the four": project(predictions=VALID),
            "for 4 pictures": project(predictions=said(VALID[:4])),
            "right for 98.7 %": project(run(0.93)),
            "third of the four": project(name=57),
            "with its ending": project(name="dog.557"),
            "is right about": project(name=VALID[0].name),
            "least sure": project(name="cat.501.jpg"),
            "its own class": project(name="cat.544.jpg"),
            "wrong with 80.000 %": project(name="dog.560.jpg"),
            "the fourth of the four, the file": project(file=SAID),
            "no model at": project(file="project.safetensors"),
            "128 × 128": project(file=Saved(128, 3.5)),
            "sure of its answer to 50.0 %": project(file=Saved(96, 0.0)),
        },
    },
}
