"""Answers to the exercises of lesson 01: planted wrong ones, each with a word of its hint, and other right ones."""

import numpy as np


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


CASES = {
    "01.1": {
        "also_right": [np.prod((3000, 4000, 3)), 36e6],
        "wrong": {
            "number of pixels": 12_000_000,
            "added the sides": 7000,
            "not the millions": 36,
            "Height × width": 48_000_000,
            "quotes": "36000000",
        },
    },
    "01.2": {
        "also_right": [8],
        "wrong": {
            "23,000 to train on": 100 * 2000 / 23_000,
            "as a fraction": 0.08,
            "training pictures": 92,
            "100 *": 12.5,
        },
    },
    "01.3": {
        "also_right": [quarter],
        "wrong": {
            "top-left": lambda picture: picture[: picture.shape[0] // 2, : picture.shape[1] // 2],
            "bottom-left": lambda picture: picture[picture.shape[0] // 2 :, : picture.shape[1] // 2],
            "colours are gone": lambda picture: quarter(picture)[:, :, 0],
            "is needed": lambda picture: picture[picture.shape[0] // 2 :],
            "place is not": lambda picture: quarter(picture)[::-1],
            "TypeError": lambda picture: picture[picture.shape[0] / 2 :],
            "without brackets": np.zeros((3, 4, 3)),
        },
    },
    "01.4": {
        "also_right": [grey_by_mean, grey_by_wider_type],
        "wrong": {
            "wraps around": grey_that_wraps,
            "still has three": lambda picture: picture,
            "last axis only": lambda picture: picture.mean(axis=0).astype(np.uint8),
            "one of the channels": lambda picture: picture[:, :, 1],
            "is needed": lambda picture: picture.max(axis=2),
            "their type is float": lambda picture: picture.mean(axis=2),
            "An array is asked for": lambda picture: float(picture.mean()),
        },
    },
    "01.5": {
        "also_right": [count_by_glob, count_in_a_loop],
        "wrong": {
            "text file beside": count_everything,
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
            "count contents": contradicting_contents,
            "compared names": contradictions_by_name,
            "the first one as well": contradicting_the_first,
            "the same label": files_with_copies,
            "their sizes": lambda paths, labels: sum(path.stat().st_size == 1 for path in paths),
            "none was found": lambda paths, labels: len(paths) - len(set(paths)),
            "files where there are 4": lambda paths, labels: len(paths) + len(labels),
        },
    },
}
