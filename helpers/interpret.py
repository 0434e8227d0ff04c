"""What a model got right, what it got wrong, and what it was unsure of: one set of predictions, many views."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from .files.images import read_image
from .names import listed, printable, shortened
from .plots import lettering, plot_confusion_matrix, show_images, wrapped
from .schedule import whole_number
from .statistics import Predictions


@dataclass(frozen=True, eq=False)
class Pictures:
    """Some of a set of predictions, chosen: `what` they are, their files, a title each, and indices in the set."""

    what: str
    paths: tuple[Path, ...] = field(repr=False)
    titles: tuple[str, ...] = field(repr=False)
    indices: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.paths)

    def __repr__(self) -> str:
        if not self.paths:
            return f"{self.what}: none"
        pictures = zip(self.paths, self.titles, strict=True)
        return "\n".join([f"{self.what}:", *(f"  {printable(path.name)}: {title}" for path, title in pictures)])

    def show(self, *, columns: int = 4) -> np.ndarray:
        """Draw the pictures with their titles and return the Axes; where there are none, say so and return no Axes."""
        if not self.paths:
            print(f"{self.what}: none")
            return np.empty(0, dtype=object)
        axes = show_images([read_image(path) for path in self.paths], self.titles, columns=columns)
        (what,), style = lettering([self.what])
        axes[0].figure.suptitle(wrapped(what, 72 * axes[0].figure.get_figwidth(), 11, style), fontsize=11, **style)
        return axes


def random_correct(predictions: Predictions, n: int = 4, *, seed: int | None = None) -> Pictures:
    """Return `n` pictures, chosen at random, that were classified correctly."""
    return _at_random(predictions, predictions.correct, "Classified correctly", n, seed)


def random_wrong(predictions: Predictions, n: int = 4, *, seed: int | None = None) -> Pictures:
    """Return `n` pictures, chosen at random, that were classified incorrectly."""
    return _at_random(predictions, ~predictions.correct, "Classified incorrectly", n, seed)


def most_correct(predictions: Predictions, label: str, n: int = 4) -> Pictures:
    """Return the `n` pictures of a class that the model was right about and surest of. Lesson 02."""
    number = _class_number(predictions, label)
    chosen = np.flatnonzero(predictions.correct & (predictions.known_labels == number))
    surest = _highest(chosen, predictions.probabilities[chosen, number], n)
    return _pictures(predictions, surest, f"Surest right {label}")


def most_wrong(predictions: Predictions, label: str, n: int = 4) -> Pictures:
    """Return the `n` pictures of a class that the model was wrong about and surest of. Lesson 02."""
    number = _class_number(predictions, label)
    chosen = np.flatnonzero(~predictions.correct & (predictions.known_labels == number))
    best = predictions.probabilities[chosen].max(axis=1) if len(chosen) else np.empty(0)
    return _pictures(predictions, _highest(chosen, best, n), f"Surest wrong about {label}")


def most_uncertain(predictions: Predictions, n: int = 4) -> Pictures:
    """Return the `n` pictures whose most probable class leads the second by least, labelled or not. Lesson 02."""
    ranked = np.sort(predictions.probabilities, axis=1)
    lead = ranked[:, -1] - ranked[:, -2]
    return _pictures(predictions, _highest(np.arange(len(predictions)), -lead, n), "Least sure")


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    """How often each class (row) was taken for each class (column): `counts` (classes, classes)."""

    counts: np.ndarray
    classes: Sequence[str]

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw the counts."""
        return plot_confusion_matrix(self.counts, self.classes, ax=ax)

    def __repr__(self) -> str:
        names = [shortened(name) for name in self.classes]
        if len(names) > 30:
            right = f"{np.trace(self.counts):,} of {self.counts.sum():,} pictures right"
            return f"{len(names):,} classes, {right}; type .plot() to see which were taken for which"
        table = self._table(names, names)
        if table.index("\n") > 120:  # columns are called by their numbers, and rows by both
            numbers = [str(number) for number in range(len(names))]
            table = self._table([f"{number} {name}" for number, name in enumerate(names)], numbers)
        return table

    def _table(self, rows: list[str], columns: list[str]) -> str:
        cells = [columns, *([f"{count:,}" for count in row] for row in self.counts)]
        first, width = max(18, *map(len, rows)) + 1, max(len(cell) for row in cells for cell in row) + 2
        names = ["true / predicted", *rows]
        return "\n".join(
            name.ljust(first) + "".join(cell.rjust(width) for cell in row)
            for name, row in zip(names, cells, strict=True)
        )


def confusion_matrix(predictions: Predictions) -> ConfusionMatrix:
    """Count, for each true class, what the pictures of it were taken for. Lesson 02."""
    size = len(predictions.classes)
    counts = np.zeros((size, size), dtype=int)
    np.add.at(counts, (predictions.known_labels, predictions.predicted), 1)
    return ConfusionMatrix(counts, predictions.classes)


def _class_number(predictions: Predictions, label: str) -> int:
    if label not in predictions.classes:
        known = listed((repr(shortened(name)) for name in predictions.classes), 4)
        raise ValueError(f"got the class {shortened(repr(label))}; these pictures have {known}")
    return list(predictions.classes).index(label)


def _at_random(predictions: Predictions, chosen: np.ndarray, what: str, n: int, seed: int | None) -> Pictures:
    indices = np.random.default_rng(seed).permutation(np.flatnonzero(chosen))
    return _pictures(predictions, indices[: whole_number("n", n, "pictures")], what)


def _highest(indices: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    return indices[np.argsort(-values, kind="stable")[: whole_number("n", n, "pictures")]]


def _pictures(predictions: Predictions, indices: np.ndarray, what: str) -> Pictures:
    titles = []
    for index in indices.tolist():
        guess = int(predictions.predicted[index])
        said = f"{predictions.classes[guess]} {100 * predictions.probabilities[index, guess]:.0f} %"
        if predictions.labels is not None and predictions.labels[index] != guess:
            said += f", is {predictions.classes[int(predictions.labels[index])]}"
        titles.append(said)
    return Pictures(what, tuple(predictions.paths[index] for index in indices.tolist()), tuple(titles), indices)
