"""What the engine draws: functions take arrays, return matplotlib Axes, and never show.

In a notebook the figure appears below the cell by itself. In a script, save it with
`axes.figure.savefig("name.png")`.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.typing import ColorType
from numpy.typing import ArrayLike
from PIL import Image

from .images import picture_tensor
from .lettering import lettering, width_of, wrapped
from .names import shortened

_ROUNDING = 1e-3  # how far, of white, arithmetic may carry a value past black or white
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
    """Draw one picture: height × width × 3, or height × width for grey; values 0–255 or 0.0–1.0; or a PIL picture.

    `grid=True` keeps the row and column numbers at the edges. Raises ValueError for other shapes and values. Taught in
    lesson 01.

    >>> show_image(np.zeros((4, 6, 3), dtype=np.uint8), "black").get_title()
    'black'
    """
    pixels, white = _pixels(image)
    height, width = pixels.shape[:2]
    (text,), style = lettering([title])
    axes = new_axes(ax, (4.2, 4.2 * min(max(height / width, 0.4), 1.6)))
    limits: dict[str, Any] = {} if pixels.ndim == 3 else {"cmap": "gray", "vmin": 0, "vmax": white}
    axes.imshow(pixels, interpolation="nearest" if max(height, width) < 100 else None, origin="upper", **limits)
    axes.set_title(text if ax else wrapped(text, 4.0 * 72, 10, style), fontsize=10, **style)
    if grid:
        axes.set(xlabel="column", ylabel="row")
        axes.spines[:].set_visible(True)
    else:
        axes.axis("off")
    return axes


def _pixels(image: ArrayLike) -> tuple[np.ndarray, float]:
    """Return a picture's pixels as matplotlib draws them rightly, and the value of white."""
    if isinstance(image, Image.Image):
        image = picture_tensor(image).permute(1, 2, 0)
    pixels = np.asarray(image)
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (3, 4)) or 0 in pixels.shape:
        raise ValueError(
            f"got an array of shape {pixels.shape}; a picture is (height, width) or (height, width, 3). "
            "A PyTorch picture (3, height, width) needs .permute(1, 2, 0) first"
        )
    if pixels.dtype == np.uint8:
        return pixels, 255.0
    known = pixels[np.isfinite(pixels)] if pixels.dtype.kind in "buif" else np.array([np.nan])
    low, high = known.min(initial=0), known.max(initial=0)
    white = 255.0 if pixels.dtype.kind in "iu" or high >= 2 else 1.0
    if not -_ROUNDING * white <= low <= high <= (1 + _ROUNDING) * white:
        raise ValueError(
            f"got {pixels.dtype} values from {low:.4g} to {high:.4g}; a picture holds 0 to 255 or 0.0 to 1.0; "
            "to draw other numbers, scale them first: (x - x.min()) / (x.max() - x.min())"
        )
    if pixels.ndim == 2:
        return pixels, white
    return np.nan_to_num(pixels / white).clip(0, 1), white  # matplotlib takes fractions of colour from 0 to 1 alone


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
    texts, style = lettering(titles)
    texts = [wrapped(text, 2.2 * 72, 10, style) for text in texts]
    lines = max((text.count("\n") for text in texts), default=-1) + 1
    width, height = 2.3 * columns, (1.9 + (0.25 if lines else 0) + 0.17 * max(0, lines - 1)) * rows
    smaller = _shrinking(width, height)
    figure, grid = plt.subplots(rows, columns, squeeze=False, layout="constrained", facecolor="white")
    figure.set_size_inches(smaller * width, smaller * height)
    cells = grid.ravel()
    for index, cell in enumerate(cells):
        cell.axis("off")
        if index < len(images):
            show_image(images[index], ax=cell)
            cell.set_title(texts[index] if index < len(texts) else "", fontsize=10 * smaller, **style)
    figure.get_layout_engine().set(w_pad=0.05, h_pad=0.05)  # type: ignore[union-attr]
    return cells[: len(images)]


def _shrinking(width: float, height: float) -> float:
    """Return the factor, at most 1, that keeps a figure of so many inches below 24 million pixels, 60,000 a side."""
    dpi = mpl.rcParams["figure.dpi"]
    return min(1.0, (24e6 / (width * height)) ** 0.5 / dpi, 60_000 / (dpi * max(width, height)))


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
    axes = new_axes(ax, tuple(_shrinking(width, height) * np.array([width, height])))
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
