"""A confusion matrix of 2 to 1,000 classes, readable at its size."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from numpy.typing import ArrayLike

from ..names import shortened
from .axes import new_axes, shrinking
from .text import lettering, width_of, wrapped


def plot_confusion_matrix(matrix: ArrayLike, classes: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """Draw counts of pictures: rows the true class, columns the predicted one. Lesson 02.

    Of many classes, every second, third, … is named, and colours alone, with their scale beside them, show the counts.

    >>> plot_confusion_matrix([[9, 1], [2, 8]], ["cats", "dogs"]).get_ylabel()
    'true class'
    """
    counts = np.asarray(matrix)
    count = len(classes)
    if counts.shape != (count, count):
        raise ValueError(f"got counts of shape {counts.shape} for {count} classes; we need {(count, count)}")
    names, style = lettering([shortened(name) for name in classes])
    side = min(0.75 + 0.75 * count, max(9.0, min(0.11 * count, 14.0)))  # of the matrix, in inches
    if ax is not None:
        side = min(ax.get_window_extent().size) / ax.figure.dpi
    cell = 72 * side / max(1, count)  # in points, as sizes of letters are
    size = min(10.0, max(6.0, 0.8 * cell))
    if cell > 50:  # room for names of several lines
        names = [wrapped(name, 150, size, style) for name in names]
    longest = max((width_of(line, size, style) for name in names for line in name.split("\n")), default=0.0)
    level = longest < 0.95 * cell
    texts = np.array([f"{count:,}" for count in counts.ravel()]).reshape(counts.shape) if cell >= 18 else None

    height = side + 0.85 + (0.0 if level else longest / 72)
    width = side + 0.85 + longest / 72 + (1.2 if texts is None else 0.0)  # there, a scale stands beside it
    axes = new_axes(ax, tuple(shrinking(width, height) * np.array([width, height])))
    norm = PowerNorm(0.5 if texts is None else 1, 0, max(1, counts.max(initial=0)))  # so that few are seen beside many
    image = axes.imshow(counts, cmap="Blues", norm=norm, origin="upper")
    axes.spines[:].set_visible(False)
    every = slice(0, None, -int(-1.2 * size // cell))
    axes.set_xticks(range(count)[every], names[every], rotation=0 if level else 90, fontsize=size, **style)
    axes.set_yticks(range(count)[every], names[every], fontsize=size, **style)
    axes.set(xlabel="predicted class", ylabel="true class")
    if texts is None:
        axes.figure.colorbar(image, ax=axes, label="pictures", shrink=0.6)
        return axes
    digits = max(map(len, texts.flat), default=1)
    for (row, column), text in np.ndenumerate(texts):
        dark = counts[row, column] > counts.max() / 2
        style = {"ha": "center", "va": "center", "fontsize": min(10.0, 1.5 * cell / digits)}
        axes.text(column, row, text, color="white" if dark else "black", **style)
    return axes
