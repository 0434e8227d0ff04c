"""How well a backbone serves pictures that are no pets: small tasks of classes that no training sees.

    python backbone/judge.py --weights FILE [FILE ...] --pictures FOLDER [--teacher FILE]

The classes are `JUDGED` of pictures.py. Each task tells two or five of them apart, and learns from 50 or 100 pictures
of each: the course's own head, on the frozen body, two epochs at 0.01, five seeds. It is scored on all other pictures
of these classes. With --teacher, mobilenet_v2 is judged beside it.
"""

import argparse
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from augment import normalise, resized
from batches import NATIVE
from pictures import JUDGED, class_of, contents, middle_square, picture_archives, read_picture
from probe import head_accuracy, network_of
from teacher import load_teacher
from torch import nn

from helpers.architectures import cut_before_pooling
from helpers.models import AverageAndMaxPool

SEEDS, LEARNED = range(1, 6), (50, 100)  # pictures of each class to learn from
WAYS = (2, 5)  # classes to tell apart


@dataclass(frozen=True)
class Judged:
    """An archive's pictures of judged classes: uint8 (n, side, side, 3), and the number of each one's class (n,)."""

    archive: str
    pictures: np.ndarray
    labels: np.ndarray

    @property
    def tasks(self) -> dict[int, list[np.ndarray]]:
        """For each number of classes to tell apart, the classes of each task; a class is in one task of each kind."""
        classes = np.unique(self.labels)
        return {
            ways: [*classes[: len(classes) // ways * ways].reshape(-1, ways)] for ways in WAYS if len(classes) >= ways
        }


def judged_pictures(archive: Path, side: int = NATIVE) -> Judged | None:
    """Return the middle squares of an archive's judged pictures; None where it has none."""
    names = [name for name in contents(archive)[0] if class_of(name) in JUDGED]
    if not names:
        return None
    classes = sorted({class_of(name) for name in names})
    pictures = np.empty((len(names), side, side, 3), np.uint8)
    with zipfile.ZipFile(archive) as opened:
        for place, name in enumerate(names):
            picture = read_picture(opened, name)
            pictures[place] = picture.resize((side, side), box=middle_square(*picture.size))
    return Judged(archive.stem, pictures, np.array([classes.index(class_of(name)) for name in names]))


@torch.inference_mode()
def features(body: nn.Module, pictures: np.ndarray) -> torch.Tensor:
    """The pooled activations (n, features) of a frozen body."""
    pool, parts = AverageAndMaxPool(), []
    for i in range(0, len(pictures), 128):
        with torch.autocast("cpu", torch.bfloat16):
            parts.append(pool(body.eval()(normalise(resized(pictures[i : i + 128], NATIVE)))).float())
    return torch.cat(parts)


def task_accuracy(found: torch.Tensor, labels: np.ndarray, classes: np.ndarray, learned: int, seed: int) -> float:
    """The accuracy on a task of a head that learns from so many pictures of each class, chosen by the seed."""
    rng = np.random.default_rng(seed)
    rows = [rng.permutation(np.flatnonzero(labels == one)) for one in classes]
    known, asked = (
        (
            found[np.concatenate(part)],
            torch.repeat_interleave(torch.arange(len(classes)), torch.tensor([*map(len, part)])),
        )
        for part in ([one[:learned] for one in rows], [one[learned:] for one in rows])
    )
    return head_accuracy(known, asked, seed)


def judge(body: nn.Module, sets: list[Judged]) -> dict[tuple[str, int, int], np.ndarray]:
    """Return the accuracies (tasks, seeds) by archive, number of classes, and pictures of each to learn from."""
    scores = {}
    for one in sets:
        found = features(body, one.pictures)
        for ways, tasks in one.tasks.items():
            for learned in LEARNED:
                scores[one.archive, ways, learned] = np.array(
                    [[task_accuracy(found, one.labels, task, learned, seed) for seed in SEEDS] for task in tasks]
                )
    return scores


def main(arguments: list[str] | None = None) -> None:
    """Print a row for each kind of task, and the mean of the rows."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, nargs="+", required=True, help="backbones: .safetensors files")
    parser.add_argument("--pictures", type=Path, required=True, help="folder of .zip archives of pictures")
    parser.add_argument("--teacher", type=Path, help="state dict of torchvision's mobilenet_v2, to be judged as well")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)  # a head is small
    try:
        sets = [one for one in map(judged_pictures, picture_archives(options.pictures)) if one is not None]
        bodies = {file.name: cut_before_pooling(network_of(file)) for file in options.weights}
        if options.teacher:
            bodies["mobilenet_v2"] = cut_before_pooling(load_teacher(options.teacher)[0])
    except ValueError as problem:
        sys.exit(str(problem))
    if not sets:
        sys.exit(f"No archive in `{options.pictures}` has pictures of the classes {', '.join(sorted(JUDGED))}.")
    scores = {name: judge(body, sets) for name, body in bodies.items()}
    print("archive, classes, pictures of each".ljust(44), *(name.rjust(22) for name in scores))
    for key in next(iter(scores.values())):
        archive, ways, learned = key
        cells = [
            f"{100 * each[key].mean():.1f} % (seeds {np.ptp(100 * each[key].mean(axis=0)):.1f})"
            for each in scores.values()
        ]
        print(f"{archive}, {ways}, {learned}".ljust(44), *(cell.rjust(22) for cell in cells))
    means = [100 * np.mean([score.mean() for score in each.values()]) for each in scores.values()]
    print("mean of the rows".ljust(44), *(f"{mean:.1f} %".rjust(22) for mean in means))


if __name__ == "__main__":
    main()
