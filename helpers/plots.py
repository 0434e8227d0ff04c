"""What the engine draws: functions take arrays, return matplotlib Axes, and never show.

In a notebook the figure appears below the cell by itself. In a script, save it with
`axes.figure.savefig("name.png")`.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.typing import ColorType
from numpy.typing import ArrayLike

FIRST, SECOND, THIRD, GREY = "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2"  # the first four of petroff10


def new_axes(ax: Axes | None = None, size: tuple[float, float] = (6.0, 3.6)) -> Axes:
    """Return `ax`, or the Axes of a new opaque white figure of `size` inches (width, height).

    >>> new_axes(size=(4, 3)).figure.get_size_inches().tolist()
    [4.0, 3.0]
    """
    if ax is not None:
        return ax
    figure, axes = plt.subplots(figsize=size, layout="constrained", facecolor="white")
    figure.get_layout_engine().set(w_pad=0.06, h_pad=0.06)  # type: ignore[union-attr]
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def show_image(image: ArrayLike, title: str = "", *, ax: Axes | None = None, grid: bool = False) -> Axes:
    """Draw one picture: height × width × 3, or height × width for grey; values 0–255 or 0.0–1.0.

    `grid=True` keeps the row and column numbers at the edges. Taught in lesson 01.

    >>> show_image(np.zeros((4, 6, 3), dtype=np.uint8), "black").get_title()
    'black'
    """
    pixels = np.asarray(image)
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (3, 4)):
        raise ValueError(
            f"got an array of shape {pixels.shape}; a picture is (height, width) or (height, width, 3). "
            "A PyTorch picture (3, height, width) needs .permute(1, 2, 0) first"
        )
    height, width = pixels.shape[:2]
    axes = new_axes(ax, (4.2, 4.2 * min(max(height / width, 0.4), 1.6)))
    limits: dict[str, Any] = {} if pixels.ndim == 3 else {"cmap": "gray", "vmin": 0, "vmax": _white(pixels)}
    axes.imshow(pixels, interpolation="nearest" if max(height, width) < 100 else None, **limits)
    axes.set_title(title, fontsize=10)
    if grid:
        axes.set(xlabel="column", ylabel="row")
        axes.spines[:].set_visible(True)
    else:
        axes.axis("off")
    return axes


def _white(pixels: np.ndarray) -> float:
    """The value drawn as white: 255 for whole numbers, 1 for fractions."""
    return 255.0 if np.issubdtype(pixels.dtype, np.integer) else max(1.0, float(pixels.max(initial=1.0)))


def show_images(images: Sequence[ArrayLike], titles: Sequence[str] = (), *, columns: int = 4) -> np.ndarray:
    """Draw several pictures in rows of `columns`; returns the array of Axes, one a picture.

    >>> show_images([np.zeros((4, 6, 3), dtype=np.uint8)] * 3, columns=2).shape
    (3,)
    """
    if not len(images):
        raise ValueError("got no pictures to draw; pass a list with at least one array")
    if columns < 1:
        raise ValueError(f"got columns={columns!r}; it is how many pictures stand in a row, 1 or more")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(2.3 * columns, (2.15 if len(titles) else 1.9) * rows),
        squeeze=False,
        layout="constrained",
        facecolor="white",
    )
    cells = grid.ravel()
    for index, cell in enumerate(cells):
        cell.axis("off")
        if index < len(images):
            show_image(images[index], titles[index] if index < len(titles) else "", ax=cell)
    figure.get_layout_engine().set(w_pad=0.05, h_pad=0.05)  # type: ignore[union-attr]
    return cells[: len(images)]


def plot_line(
    x: ArrayLike,
    y: ArrayLike,
    *,
    xlabel: str,
    ylabel: str,
    label: str = "",
    log_x: bool = False,
    colour: ColorType = FIRST,
    ax: Axes | None = None,
) -> Axes:
    """Draw y against x with named axes; `log_x` spaces x by factors of ten.

    >>> plot_line([1, 2], [3, 4], xlabel="step", ylabel="loss").get_xlabel()
    'step'
    """
    axes = new_axes(ax)
    axes.plot(np.asarray(x), np.asarray(y), color=colour, label=label or None)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    if log_x:
        axes.set_xscale("log")
    if label:
        axes.legend(frameon=False)
    return axes


def plot_confusion_matrix(matrix: ArrayLike, classes: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """Draw counts of pictures: rows the true class, columns the predicted one. Lesson 02.

    >>> plot_confusion_matrix([[9, 1], [2, 8]], ["cats", "dogs"]).get_ylabel()
    'true class'
    """
    counts = np.asarray(matrix)
    needed = (len(classes), len(classes))
    if counts.shape != needed:
        raise ValueError(f"got counts of shape {counts.shape} for {len(classes)} classes; we need {needed}")
    side = 1.6 + 0.75 * len(classes)
    axes = new_axes(ax, (side + 0.4, side))
    axes.imshow(counts, cmap="Blues", vmin=0)
    axes.spines[:].set_visible(False)
    axes.set_xticks(range(len(classes)), classes, rotation=0 if len(classes) < 5 else 60)
    axes.set_yticks(range(len(classes)), classes)
    axes.set(xlabel="predicted class", ylabel="true class")
    dark = counts.max(initial=1) / 2
    for row, column in np.ndindex(counts.shape):
        count = counts[row, column]
        axes.text(column, row, f"{count:,}", ha="center", va="center", color="white" if count > dark else "black")
    return axes
