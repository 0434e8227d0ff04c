"""Answers to the exercises of lesson 01: planted wrong ones, each with a word of its hint, and other right ones."""

import itertools
import operator

import numpy as np
import torch

from helpers import read_image
from helpers.exercises.lesson_01 import faulty_folder


def quarter(picture):
    return picture[picture.shape[0] // 2 :, picture.shape[1] // 2 :, :]


def grey_by_mean(picture):
    return picture.mean(axis=2).astype(np.uint8)


def grey_by_wider_type(picture):
    wide = picture.astype(int)
    total = wide[:, :, 0] + wide[:, :, 1] + wide[:, :, 2]
    return (total // 3).astype(np.uint8)


def grey_that_wraps(picture):
    return (picture[:, :, 0] + picture[:, :, 1] + picture[:, :, 2]) // 3


def classes_of(folder):
    return [entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith(".")]


def count_by_glob(folder):
    return {entry.name: len(list(entry.glob("*.jpg"))) for entry in classes_of(folder)}


def count_in_a_loop(folder):
    counts = {}
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and entry.name[0] != ".":
            counts[entry.name] = sum(file.suffix == ".jpg" for file in entry.iterdir())
    return counts


def count_everything(folder):
    return {entry.name: len(list(entry.iterdir())) for entry in classes_of(folder)}


def count_hidden(folder):
    return {entry.name: len(list(entry.glob("*.jpg"))) for entry in folder.iterdir() if entry.is_dir()}


def count_files(folder):
    return {entry.name: len(list(entry.glob("*.jpg"))) for entry in folder.iterdir() if entry.name[0] != "."}


def count_where_there_are_some(folder):
    return {name: count for name, count in count_by_glob(folder).items() if count}


def contents_of(paths, labels):
    labels_of = {}
    for path, label in zip(paths, labels, strict=True):
        labels_of.setdefault(path.read_bytes(), set()).add(label)
    return labels_of


def contradictions_by_bytes(paths, labels):
    labels_of = contents_of(paths, labels)
    return sum(len(labels_of[path.read_bytes()]) > 1 for path in paths)


def contradictions_in_pairs(paths, labels):
    found = 0
    for path, label in zip(paths, labels, strict=True):
        copies = [other for other in range(len(paths)) if paths[other].read_bytes() == path.read_bytes()]
        found += any(labels[other] != label for other in copies)
    return found


def contradicting_contents(paths, labels):
    return sum(len(known) > 1 for known in contents_of(paths, labels).values())


def contradicting_the_first(paths, labels):
    first = {}
    return sum(first.setdefault(p.read_bytes(), label) != label for p, label in zip(paths, labels, strict=True))


def contradictions_by_name(paths, labels):
    names = [path.name for path in paths]
    return sum(names.count(name) > 1 for name in names)


def files_with_copies(paths, labels):
    contents = [path.read_bytes() for path in paths]
    return sum(contents.count(content) > 1 for content in contents)


def pairs_that_contradict(paths, labels):
    known = [(path.read_bytes(), label) for path, label in zip(paths, labels, strict=True)]
    return sum(one[0] == two[0] and one[1] != two[1] for one, two in itertools.combinations(known, 2))


def quarter_by_a_loop(picture):
    height, width, _ = picture.shape
    return [[picture[row, column] for column in range(width // 2, width)] for row in range(height // 2, height)]


def grey_by_a_loop(picture):
    rows = [[round(sum(map(int, pixel)) / 3) for pixel in row] for row in picture]
    return np.array(rows, dtype="uint8")


# Lesson 01.7: the answer, found by other code than the checker's.
FAULTY = faulty_folder()
LEAKED = ["valid/cats/004.jpg", "valid/cats/022.jpg", *(f"valid/dogs/{n}.jpg" for n in ("011", "013", "027"))]
TWINS = ["train/cats/031.jpg", "train/cats/009.jpg", *(f"train/dogs/{n}.jpg" for n in ("017", "038", "002"))]
DOUBLES = ["train/cats/006.jpg", "train/cats/024.jpg"]
ALL_OF_VALID = [f"valid/{path.parent.name}/{path.name}" for path in FAULTY.glob("valid/*/*.jpg")]


def mean_of(channel, split, label):
    return [read_image(path)[:, :, channel].mean() for path in (FAULTY / split / label).iterdir()]


def percent_right(channel, split, learned_on="train"):
    cats, dogs = (np.mean(mean_of(channel, learned_on, label)) for label in ("cats", "dogs"))
    above = operator.gt if dogs > cats else operator.le
    right = [not above(value, (cats + dogs) / 2) for value in mean_of(channel, split, "cats")]
    return 100 * np.mean(right + [above(value, (cats + dogs) / 2) for value in mean_of(channel, split, "dogs")])


def found(**changed):
    """Return the right answer to 01.7, except for what is changed."""
    answer = {"leak": LEAKED, "label": "train/cats/018.jpg", "shortcut": "blue", "percent": percent_right(2, "valid")}
    answer |= changed
    return {("wrong label" if key == "label" else key): value for key, value in answer.items()}


CASES = {
    "01.1": {
        "also_right": [np.prod((3000, 4000, 3)), 36e6, torch.tensor(36_000_000)],
        "wrong": {
            "number of pixels": 12_000_000,
            "added the sides": 7000,
            "not the millions": 36,
            "four numbers a pixel": 48_000_000,
            "one number can have": 3_072_000_000,
            "bits": 288_000_000,
            "Height × width": 5,
            "quotes": "36000000",
        },
    },
    "01.2": {
        "also_right": [8, np.float32(100 * 0.08), torch.tensor(8.0)],
        "wrong": {
            "23,000 to train on": 100 * 2000 / 23_000,
            "as a fraction": 0.08,
            "training pictures": 92,
            "other way round": 12.5,
            "cats alone": 4,
            "how many pictures": 2000,
            "of each 100": 20,
            "quotes": "8 %",
        },
    },
    "01.3": {
        "also_right": [quarter, quarter_by_a_loop, lambda picture: torch.from_numpy(quarter(picture).copy())],
        "wrong": {
            "top-left": lambda picture: picture[: picture.shape[0] // 2, : picture.shape[1] // 2],
            "top-right": lambda picture: picture[: picture.shape[0] // 2, picture.shape[1] // 2 :],
            "bottom-left": lambda picture: picture[picture.shape[0] // 2 :, : picture.shape[1] // 2],
            "colours are gone": lambda picture: quarter(picture)[:, :, 0],
            "bottom half": lambda picture: picture[picture.shape[0] // 2 :],
            "right half": lambda picture: picture[:, picture.shape[1] // 2 :],
            "larger part": lambda picture: picture[-(picture.shape[0] // 2) :, -(picture.shape[1] // 2) :],
            "is needed": lambda picture: picture[picture.shape[1] // 2 :, picture.shape[0] // 2 :],
            "place is not": lambda picture: quarter(picture)[::-1],
            "TypeError": lambda picture: picture[picture.shape[0] / 2 :],
            "without brackets": np.zeros((3, 4, 3)),
        },
    },
    "01.4": {
        "also_right": [
            grey_by_mean,
            grey_by_wider_type,
            grey_by_a_loop,
            lambda picture: torch.from_numpy(picture).float().mean(dim=2).to(torch.uint8),
        ],
        "wrong": {
            "wraps around": grey_that_wraps,
            "still has three": lambda picture: picture,
            "last axis only": lambda picture: picture.mean(axis=0).astype(np.uint8),
            "channel 1 alone": lambda picture: picture[:, :, 1],
            "brightest": lambda picture: picture.max(axis=2),
            "median": lambda picture: np.median(picture, axis=2).astype(np.uint8),
            "as the eye does": lambda picture: (picture @ [0.299, 0.587, 0.114]).astype(np.uint8),
            "Those are sums": lambda picture: picture.sum(axis=2),
            "from 0 to 1": lambda picture: picture.mean(axis=2) / 255,
            "length 1": lambda picture: picture.mean(axis=2, keepdims=True).astype(np.uint8),
            "The pixel [": lambda picture: (picture.astype(int).sum(axis=2) // 2).clip(0, 255).astype(np.uint8),
            "their type is float": lambda picture: picture.mean(axis=2),
            "An array is asked for": lambda picture: float(picture.mean()),
        },
    },
    "01.5": {
        "also_right": [count_by_glob, count_in_a_loop],
        "wrong": {
            "text file beside": count_everything,
            "does not end in it": lambda folder: {
                entry.name: len(list(entry.glob("*.jpg*"))) for entry in classes_of(folder)
            },
            "files themselves": lambda folder: {entry.name: list(entry.glob("*.jpg")) for entry in classes_of(folder)},
            "hidden folder": count_hidden,
            "file became a class": count_files,
            "without pictures is missing": count_where_there_are_some,
            "keys are paths": lambda folder: dict.fromkeys(classes_of(folder), 1),
            "a whole number": lambda folder: len(list(folder.rglob("*.jpg"))),
            "it gives {": lambda folder: {"cats": 1, "dogs": 1, "rabbits": 1},
            "NotADirectoryError": lambda folder: {entry.name: len(list(entry.iterdir())) for entry in folder.iterdir()},
        },
    },
    "01.6": {
        "also_right": [contradictions_by_bytes, contradictions_in_pairs],
        "wrong": {
            "counts contents": contradicting_contents,
            "counts pairs": pairs_that_contradict,
            "compares names": contradictions_by_name,
            "Each file of a contradiction": contradicting_the_first,
            "the same label": files_with_copies,
            "their sizes": lambda paths, labels: sum(path.stat().st_size == 1 for path in paths),
            "none was found": lambda paths, labels: len(paths) - len(set(paths)),
            "files where there are 8": lambda paths, labels: len(paths) + len(labels),
        },
    },
    "01.7": {
        "also_right": [
            found(leak=tuple(FAULTY / name for name in LEAKED), label=FAULTY / "train/cats/018.jpg"),
            found(leak=set(LEAKED), label=["cats/train/cats/018.jpg"], shortcut=" Blue"),
            found(leak=np.array(LEAKED), percent=torch.tensor(percent_right(2, "valid")).float()),
        ],
        "wrong": {
            "belong in train": found(leak=TWINS),
            "not a leak: nothing": found(leak=[*LEAKED, *DOUBLES]),
            "Both files of each pair": found(leak=LEAKED + TWINS),
            "Did you compare names?": found(leak=ALL_OF_VALID),
            "valid/cats/000.jpg is no": found(leak=[*LEAKED, "valid/cats/000.jpg"]),
            "2 of the 5 leaked": found(leak=LEAKED[:2]),
            "in which folder": found(leak=[name[-7:] for name in LEAKED]),
            "You name 2 files": found(label=DOUBLES),
            "the folder is not": found(label="train/dogs/018.jpg"),
            "024.jpg has a copy": found(label=DOUBLES[1]),
            "train/cats/004.jpg shows": found(label="train/cats/004.jpg"),
            "labels of valid are right": found(label="valid/dogs/000.jpg"),
            "what its folder says": found(label="train/cats/000.jpg"),
            'By "red" alone': found(shortcut="red"),
            "one of the five measures": found(shortcut="brightness"),
            "as a fraction": found(percent=percent_right(2, "valid") / 100),
            "how many are wrong": found(percent=100 - percent_right(2, "valid")),
            "percentage for train": found(percent=percent_right(2, "train")),
            "learned on valid": found(percent=percent_right(2, "valid", "valid")),
            "percentage for red": found(percent=percent_right(0, "valid")),
            "Count on valid": found(percent=50),
            "answer is a dict. This exercise needs a dictionary": {
                key: value for key, value in found().items() if key != "percent"
            },
            "answer is a list. This exercise needs a dictionary": [LEAKED, "train/cats/018.jpg", "blue", 85],
        },
    },
}
