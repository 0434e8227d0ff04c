"""Wrong answers to lesson 12, and other right ones."""

import copy
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from helpers.history import History
from helpers.learner import ConvLearner
from tests.exercises import solutions
from tests.exercises.solutions import Later


def leaks_by_loop(train, valid):
    found = []
    for name in valid:
        if valid[name] in list(train.values()):
            found.append(name)
    found.sort()
    return found


def leaks_by_reverse(train, valid):
    of = {}
    for name, content in valid.items():
        of.setdefault(content, []).append(name)
    return sorted(name for content in set(train.values()) for name in of.get(content, []))


def leaks_one_each(train, valid):
    of = {content: name for name, content in valid.items()}
    return sorted(of[content] for content in train.values() if content in of)


def leaks_twice(train, valid):
    return sorted(name for name in valid for content in train.values() if valid[name] == content)


def far_by_sorting(distances, valid_distances):
    threshold = sorted(valid_distances)[int(0.95 * len(valid_distances))]
    return [distance >= threshold for distance in distances]


def far_by_percentile(distances, valid_distances):
    return np.asarray(distances) > np.percentile(valid_distances, 95)


def answer_by_max(probabilities, classes, distance, threshold, least=0.8):
    highest = max(probabilities)
    if distance > threshold:
        return "neither"
    elif highest < least:
        return "not sure"
    else:
        return classes[list(probabilities).index(highest)]


def answer_by_sorting(probabilities, classes, distance, threshold, least=0.8):
    highest, label = sorted(zip(probabilities, classes, strict=True))[-1]
    return "neither" if distance > threshold else label if highest >= least else "not sure"


def answer_but(*, far=True, sure=True, first="far", strict=False, fixed=None, wrap=lambda name: name, at=False):
    def answer(probabilities, classes, distance, threshold, least=0.8):
        least = fixed or least
        highest = max(probabilities)
        beyond = far and (distance >= threshold if at else distance > threshold)
        unsure = sure and (highest <= least if strict else highest < least)
        if first == "sure" and unsure:
            return "not sure"
        if beyond:
            return "neither"
        return "not sure" if unsure else wrap(classes[int(np.argmax(probabilities))])

    return answer


def shapes():
    """What the solution gives: a history, a learner, an opening, a file and a prediction."""
    return next(answer for name, answer in solutions.answers_in("12") if name == "12.6")


def like(**parts):
    """The solution with parts exchanged."""
    names = ("history", "learn", "opening", "file", "said")
    return [*(dict(zip(names, shapes(), strict=True)) | parts).values()]


def parts():
    return shapes()[0].rows, shapes()[0].settings


def changed(**settings):
    return History(shapes()[0].rows, replace(shapes()[0].settings, **settings))


def twin(**of_data):
    """The learner, whose data have other attributes."""
    learn = copy.copy(shapes()[1])
    learn.__dict__["data"] = data = copy.copy(learn.data)
    data.__dict__ |= of_data
    return learn


def name_of(path):
    return f"{path.parent.name}/{path.name}"


def with_pairs(change):
    """The learner, with another list of training pictures and labels."""
    split = shapes()[1].data.splits
    pairs = change([*zip(split["train"].paths, split["train"].labels.tolist(), strict=True)])
    paths, labels = zip(*pairs, strict=True)
    train = replace(split["train"], paths=paths, labels=np.array(labels))
    return twin(splits=split | {"train": train})


def with_also(*names, but=""):
    """The learner, which learns from these pictures too; `but`: one that is in no split."""
    learn = with_pairs(
        lambda pairs: [*pairs, *((pairs[0][0].parents[1] / name, int(name[0] == "t")) for name in names)]
    )
    if but:
        splits = learn.data.splits
        for name, split in splits.items():
            keep = [place for place, path in enumerate(split.paths) if name_of(path) != but]
            splits[name] = replace(split, paths=tuple(split.paths[i] for i in keep), labels=split.labels[keep])
    return learn


def without(*names):
    return with_pairs(lambda pairs: [(path, label) for path, label in pairs if name_of(path) not in names])


def relabelled(beginning):
    return with_pairs(lambda pairs: [(p, 1 if name_of(p).startswith(beginning) else label) for p, label in pairs])


def half_validates():
    """Half of the training pictures are in `valid` instead."""
    train, valid = (shapes()[1].data.splits[name] for name in ("train", "valid"))
    labels = np.concatenate([valid.labels, train.labels[::2]])
    valid = replace(valid, paths=(*valid.paths, *train.paths[::2]), labels=labels)
    train = replace(train, paths=train.paths[1::2], labels=train.labels[1::2])
    return twin(splits={"train": train, "valid": valid})


def nothing_sealed():
    return twin(path=Path(tempfile.mkdtemp()))


def saved_untrained():
    return ConvLearner.pretrained("resnet10", shapes()[1].data, seed=9).save("untrained")


CASES = {
    "12.1": {
        "also_right": [97, 2 * (50 - 1), np.int64(98)],
        "wrong": {
            "half of the validation pictures": 49,
            "One less in each half": 100,
            "they are only half": 50,
            "That is for 5 %": 38,
            "1 in n + 1": 95,
            "Then double n": 1000,
            "in quotes": "98",
        },
    },
    "12.2": {
        "also_right": [leaks_by_loop, leaks_by_reverse],
        "wrong": {
            "compared the names": lambda train, valid: sorted(set(train) & set(valid)),
            "same name and the same content": lambda train, valid: [n for n in valid if train.get(n) == valid[n]],
            "names in train": lambda train, valid: sorted(n for n in train if train[n] in valid.values()),
            "Those are the good ones": lambda train, valid: sorted(n for n in valid if valid[n] not in train.values()),
            "in no order": lambda train, valid: [n for n in valid if valid[n] in train.values()],
            "a set": lambda train, valid: {n for n in valid if valid[n] in train.values()},
            "a whole number": lambda train, valid: 4,
            "holds contents": lambda train, valid: sorted(set(train.values()) & set(valid.values())),
            "finds 3 of 4": leaks_one_each,
            "listed twice": leaks_twice,
            "among train.values()": lambda train, valid: sorted(valid),
        },
    },
    "12.3": {
        "also_right": [
            far_by_sorting,
            far_by_percentile,
            lambda far, valid: torch.tensor(far) > torch.quantile(torch.tensor(valid), 0.95),
        ],
        "wrong": {
            "other way round": lambda far, valid: far <= np.quantile(valid, 0.95),
            "5 % do not exceed": lambda far, valid: far > np.quantile(valid, 0.05),
            "largest distance": lambda far, valid: far > np.max(valid),
            "new distances themselves": lambda far, valid: far > np.quantile(far, 0.95),
            "not 95 % of a distance": lambda far, valid: far > 0.95,
            "That is the middle": lambda far, valid: far > np.mean(valid),
            "You compared the validation": lambda far, valid: valid > np.quantile(valid, 0.95),
            "These are the distances": lambda far, valid: far[far > np.quantile(valid, 0.95)],
            "An array is asked for": lambda far, valid: float(np.quantile(valid, 0.95)),
            "stops with ValueError": lambda far, valid: far > np.quantile(valid, 95),
            "threshold = np.quantile": lambda far, valid: far > 0.12,
        },
    },
    "12.4": {
        "also_right": [0.4 * 0.15 + 0.6 * 0.05, np.float64(0.09), (40 * 0.15 + 60 * 0.05) / 100],
        "wrong": {
            "In percent": 9,
            "The mean of both bins": 0.1,
            "absolute values": 0.03,
            "The sum of both": 0.2,
            "other way round": 0.11,
            "share of wrong answers": 0.16,
            "In each bin": 0.5,
        },
    },
    "12.5": {
        "also_right": [answer_by_max, answer_by_sorting],
        "wrong": {
            "sure, and far away it says": answer_but(far=False),
            "near, and not sure it says": answer_but(sure=False),
            "ask about the distance first": answer_but(first="sure"),
            "below least means less": answer_but(strict=True),
            "with least=0.5": answer_but(fixed=0.8),
            "beyond it means farther": answer_but(at=True),
            "gives None back": lambda *given: print(end=""),
            "number of a class": lambda probabilities, *rest: int(np.argmax(probabilities)),
            "a number": lambda probabilities, *rest: float(max(probabilities)),
        },
    },
    "12.6": {
        "also_right": [
            Later(lambda: tuple(shapes())),
            Later(lambda: like(history=changed(pictures=44), learn=without("triangle/43.png"))),
            Later(lambda: like(file=str(shapes()[3]))),
        ],
        "wrong": {
            "A list of five": [1, 2],
            "The first of the five": Later(lambda: like(history=0.9)),
            "The second of the five": Later(lambda: like(learn=shapes()[1].predictor)),
            "The third of the five": Later(lambda: like(opening=shapes()[2].sealed)),
            "The fourth of the five": Later(lambda: like(file=shapes()[1])),
            "The last of the five": Later(lambda: like(said="triangle")),
            "interrupted": Later(lambda: like(history=History(*parts(), interrupted=True))),
            "rates of the groups": Later(lambda: like(history=changed(lr=(0.01,) * 3))),
            "ran for 5 epochs": Later(lambda: like(history=changed(n=5))),
            "The seed is None": Later(lambda: like(history=changed(seed=None))),
            "began with random numbers": Later(lambda: like(history=changed(pretrained=False))),
            "made 96 pixels": Later(lambda: like(history=changed(size=96))),
            "Give precompute=True": Later(lambda: like(history=changed(precompute=False))),
            "Train a new one": Later(lambda: like(history=changed(epochs_before=10))),
            "not of this one": Later(lambda: like(history=changed(pictures=44))),
            "should learn from what faulty_folder()": Later(lambda: like(learn=twin(classes=("house", "star")))),
            "cannot be read": Later(lambda: like(learn=with_also("circle/40.png"))),
            "still there twice": Later(lambda: like(learn=with_also("circle/11.png", "circle/41.png"))),
            "still in both classes": Later(lambda: like(learn=with_also("circle/42.png", "triangle/05.png"))),
            "Its copy among the circles": Later(lambda: like(learn=with_also("circle/42.png", but="triangle/05.png"))),
            "is missing": Later(lambda: like(learn=without("circle/01.png", "circle/02.png", "circle/03.png"))),
            "No pictures are sealed": Later(lambda: like(learn=nothing_sealed())),
            "a quarter and a fifth": Later(lambda: like(learn=half_validates())),
            "One label is still wrong": Later(lambda: like(learn=relabelled("triangle/43.png"))),
            "now it has another": Later(lambda: like(learn=relabelled("circle/0"))),
            "had been opened before": Later(lambda: like(opening=replace(shapes()[2], before=("2026-11-27 12:00",)))),
            "with another learner": Later(lambda: like(opening=replace(shapes()[2], valid=shapes()[2].sealed))),
            "holds no model": Later(lambda: like(file=Path("nowhere.safetensors"))),
            "is another one": Later(lambda: like(file=saved_untrained())),
            "Which picture did you": Later(lambda: like(said=shapes()[1].predict(shapes()[1].data.train.paths[0]))),
        },
    },
}
