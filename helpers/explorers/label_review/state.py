"""Labels that a model doubts, and what the reader decides about them; no file is moved or changed."""

import csv
import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ...data import ImageClassifierData
from ...files.keeping import write_atomically
from ...labels import COLUMNS
from ...learner import ConvLearner
from ...names import listed, shortened
from ...schedule import whole_number

SPLITS, ASIDE = ("train", "valid"), -1  # what is looked at; the number, among labels, of what is set aside
Decisions = Mapping[Path, str | None]


@dataclass(frozen=True)
class Doubt:
    """A picture of a split, its label, and what the model says in place of it, or less surely than of others.

    given: the probability that the model gives the label; probability: what it gives the class that it says.
    """

    split: str
    path: Path
    label: str
    given: float
    said: str
    probability: float

    @property
    def name(self) -> str:
        """The end of its path, such as train/star/012.png."""
        return shortened("/".join(self.path.parts[-3:]), 60)

    def __repr__(self) -> str:
        says = f"the model says {shortened(self.said)}, {100 * self.probability:.1f} %"
        return f"{self.name} is labelled {shortened(self.label)}; {says}"


@dataclass(frozen=True, eq=False)
class ReviewState:
    """The doubts, the index of the chosen one, and the decisions: the new label of a picture, or None for set aside."""

    doubts: tuple[Doubt, ...]
    chosen: int = 0
    decisions: Decisions = field(default_factory=lambda: MappingProxyType({}))

    @property
    def doubt(self) -> Doubt:
        """The chosen one."""
        return self.doubts[self.chosen]

    def now(self, doubt: Doubt) -> str | None:
        """Return the label of a picture as decided so far; None where it is set aside."""
        return self.decisions.get(doubt.path, doubt.label)

    def at(self, chosen: int) -> "ReviewState":
        """Return the state with another one chosen."""
        return replace(self, chosen=chosen)

    def decided(self, path: Path, before: str, label: str | None) -> "ReviewState":
        """Return the state with a decision; one for the label that it had `before` is none."""
        decisions = {other: found for other, found in self.decisions.items() if other != path}
        if label != before:
            decisions[path] = label
        return replace(self, decisions=MappingProxyType(decisions))


class Review:
    """What was decided about labels, as data: `decisions`, `labels(split)`, and `save(csv)` for `from_csv`.

    Made by `review_labels(learn)`, where decisions are made by hand; `decide` makes one in a line of code.
    """

    def __init__(self, data: ImageClassifierData, state: ReviewState) -> None:
        self.data, self.state = data, state
        self.changed: Callable[[], None] = lambda: None  # told of what is decided in code

    @property
    def decisions(self) -> dict[Path, str | None]:
        """The new label of each picture that has one, or None where it is set aside."""
        return dict(self.state.decisions)

    def decide(self, picture: str | Path, label: str | None) -> None:
        """Give a picture another label, or set it aside with None.

        picture: its path, or the end of it, such as "star/012.png". ValueError for a class or a picture that the data
        do not have, and for an end that several have.
        """
        if label is not None and label not in self.data.classes:
            known = listed(map(repr, map(shortened, self.data.classes)), 6)
            raise ValueError(f"got label={label!r}; it is one of {known}, or None to set the picture aside")
        path, before = self._found(Path(picture))
        self.state = self.state.decided(path, before, label)
        self.changed()

    def labels(self, split: str = "train") -> np.ndarray:
        """Return the labels of a split as numbers of `data.classes`, in the order of its paths, −1 for set aside: (n,).

        `learn.activations(split).features` has its rows in the same order, where every picture can be read.
        """
        pictures, numbers = self.data.split(split), {label: number for number, label in enumerate(self.data.classes)}
        labels = pictures.known_labels.copy()
        for place, path in enumerate(pictures.paths):
            if path in self.state.decisions:
                label = self.state.decisions[path]
                labels[place] = ASIDE if label is None else numbers[label]
        return labels

    def save(self, table: str | Path) -> Path:
        """Write file, label and split of every picture that was not set aside to a CSV file, and return its path.

        `ImageClassifierData.from_csv(data.path, table, tfms=…)` reads it. No file is overwritten: where one of that
        name has other content, the next free one is taken, such as labels-2.csv. ValueError where it cannot be written.
        """
        path, written = Path(table).expanduser(), io.StringIO(newline="")
        rows = csv.writer(written)
        rows.writerow(COLUMNS)
        for split in SPLITS:
            pictures = self.data.split(split)
            for file, label in zip(pictures.paths, self.labels(split).tolist(), strict=True):
                if label != ASIDE:
                    rows.writerow(
                        [Path(os.path.relpath(file, self.data.path)).as_posix(), self.data.classes[label], split]
                    )
        content = written.getvalue().encode()
        try:
            names = chain([path], (path.with_stem(f"{path.stem}-{number}") for number in count(2)))
            place = next(one for one in names if not os.path.lexists(one) or _holds(one, content))
            if os.path.lexists(place):
                return place
            return write_atomically(place, lambda part: part.write_bytes(content), durable=True)
        except OSError as error:
            why = error.strerror or error
            raise ValueError(f"{shortened(path, 100)} cannot be written ({why}); give a place of your own") from None

    def _found(self, picture: Path) -> tuple[Path, str]:
        """Return the one picture whose path ends so, and its label."""
        end, shown = picture.parts, shortened(picture)
        found = {
            path: self.data.classes[label]
            for split in map(self.data.split, SPLITS)
            for path, label in zip(split.paths, split.known_labels.tolist(), strict=True)
            if end and path.parts[-len(end) :] == end
        }
        if len(found) != 1:
            names = listed(("/".join(path.parts[-len(end) - 1 :]) for path in found), 3)
            many = (
                f"which ends the paths of {len(found):,} pictures: {names}"
                if found
                else "which is none of the pictures"
            )
            raise ValueError(f"got {shown!r}, {many}; give more of its path, such as 'train/{self.data.classes[0]}/…'")
        return next(iter(found.items()))

    def __repr__(self) -> str:
        aside = sum(label is None for label in self.state.decisions.values())
        changed = len(self.state.decisions) - aside
        return f"{changed:,} label{'s' * (changed != 1)} changed, {aside:,} picture{'s' * (aside != 1)} set aside"


def _holds(file: Path, content: bytes) -> bool:
    return file.is_file() and file.read_bytes() == content


def doubts(learn: ConvLearner, n: int = 24) -> tuple[Doubt, ...]:
    """Return the `n` pictures of train and valid to whose label the model gives the lowest probability."""
    found = []
    for split in SPLITS:
        said = learn.predict_all(split)
        for path, label, row in zip(said.paths, said.known_labels.tolist(), said.probabilities, strict=True):
            best = int(row.argmax())
            names = str(said.classes[label]), str(said.classes[best])
            found.append(Doubt(split, path, names[0], float(row[label]), names[1], float(row[best])))
    found.sort(key=lambda doubt: (doubt.given, doubt.path))
    return tuple(found[: whole_number("n", n, "pictures")])
