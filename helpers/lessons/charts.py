"""Charts that only lessons draw: functions take arrays, return matplotlib Axes, and never show."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.typing import ColorType
from numpy.typing import ArrayLike

from ..plots import FIRST, GREY, THIRD, lettering, new_axes, plot_line, show_image

CHANNEL_COLOURS = ("#c8102e", "#1a7f37", "#0b5cad")
CHANNEL_LINES = ("-", "--", ":")


def plot_histogram(image: ArrayLike, *, bins: int = 64, ax: Axes | None = None) -> Axes:
    """Draw the histogram of a picture's pixel values, one line per channel: (height, width, 3). Lesson 02.

    >>> len(plot_histogram(np.zeros((4, 6, 3), dtype=np.uint8)).lines)
    3
    """
    pixels = np.asarray(image)
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        raise ValueError(f"got an array of shape {pixels.shape}; a picture is needed here, (height, width, 3)")
    axes = new_axes(ax, (6.0, 3.0))
    low, high = float(pixels.min()), float(pixels.max())
    edges = np.linspace(low, high if high > low else low + 1, bins + 1)
    for channel, name in enumerate(("red", "green", "blue")):
        counts, _ = np.histogram(pixels[..., channel], bins=edges)
        axes.plot(
            (edges[:-1] + edges[1:]) / 2, counts, CHANNEL_LINES[channel], color=CHANNEL_COLOURS[channel], label=name
        )
    axes.set(xlabel="value", ylabel="how many pixels")
    axes.legend(frameon=False)
    return axes


def plot_accuracies(
    names: Sequence[str],
    accuracies: ArrayLike,
    intervals: Sequence[tuple[float, float]],
    *,
    baseline: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw accuracies (0 to 1) with their confidence intervals in percent, one row per name. Lesson 02.

    >>> plot_accuracies(["a"], [0.9], [(0.8, 0.95)], baseline=0.5).get_xlabel()
    'accuracy (%)'
    """
    values = 100 * np.asarray(accuracies, dtype=float)
    bounds = 100 * np.asarray(intervals, dtype=float).reshape(-1, 2)
    axes = new_axes(ax, (6.0, 0.9 + 0.42 * len(values)))
    rows = np.arange(len(values))[::-1]
    axes.hlines(rows, bounds[:, 0], bounds[:, 1], color=FIRST, linewidth=3)
    axes.plot(values, rows, "o", color=THIRD, markersize=7)
    texts, style = lettering(names)
    axes.set_yticks(rows, texts, **style)
    axes.set_ylim(-0.6, len(values) - 0.4)
    axes.set_xlabel("accuracy (%)")
    if baseline is not None:
        axes.axvline(100 * baseline, color=GREY, linestyle="--", linewidth=1)
        axes.annotate(
            " always the largest class", (100 * baseline, len(values) - 0.5), fontsize=8, color="#555555", va="top"
        )
    return axes


def plot_pixels(image: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw a few pixels enlarged, with the RGB values written on each: (height, width, 3), at most 12 × 12.

    Raises ValueError for more pixels, whose values could not be read. Taught in lesson 01.

    >>> len(plot_pixels(np.zeros((2, 3, 3), dtype=np.uint8)).texts)
    18
    """
    pixels = np.asarray(image)
    if pixels.ndim != 3 or pixels.shape[2] != 3 or max(pixels.shape[:2]) > 12:
        raise ValueError(f"got shape {pixels.shape}; cut out a few pixels first, such as picture[:4, :4]")
    height, width = pixels.shape[:2]
    axes = show_image(pixels, ax=new_axes(ax, (0.95 * width + 0.6, 0.95 * height + 0.6)), grid=True)
    axes.set(xticks=range(width), yticks=range(height))
    for row, column, channel in np.ndindex(pixels.shape):
        dark = np.dot(pixels[row, column], (0.299, 0.587, 0.114)) < 140
        axes.text(
            column,
            row + 0.27 * (channel - 1),
            f"{'RGB'[channel]} {pixels[row, column, channel]}",
            ha="center",
            va="center",
            fontsize=9,
            color="white" if dark else "black",
        )
    return axes


def plot_points(
    x: ArrayLike,
    y: ArrayLike,
    *,
    xlabel: str,
    ylabel: str,
    names: Sequence[str] = (),
    label: str = "",
    marker: str = "o",
    colour: ColorType = FIRST,
    ax: Axes | None = None,
) -> Axes:
    """Draw a scatter plot of x and y, with a name beside each point if there are `names`.

    >>> plot_points([1, 2], [3, 4], xlabel="width", ylabel="height", names=["a", "b"]).texts[1].get_text()
    'b'
    """
    across, up = np.asarray(x), np.asarray(y)
    axes = new_axes(ax)
    inside: Any = "none" if len(across) > 50 else colour  # many marks overlap: hollow ones can still be told apart
    edge: Any = colour
    axes.scatter(across, up, s=26, marker=marker, facecolors=inside, edgecolors=edge, label=label or None)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    texts, style = lettering(names)
    for text, left, bottom in zip(texts, across, up, strict=False):
        axes.annotate(text, (left, bottom), xytext=(5, 4), textcoords="offset points", fontsize=8, **style)
    if label:
        axes.legend(frameon=False)
    return axes


def plot_runs(
    x: ArrayLike,
    runs: ArrayLike,
    *,
    xlabel: str,
    ylabel: str,
    label: str = "",
    log_x: bool = False,
    colour: ColorType = FIRST,
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean of repeated runs (runs, len(x)) as a line, each result as a dot, minimum to maximum as a band.

    >>> plot_runs([1, 2], [[3, 4], [5, 6]], xlabel="epoch", ylabel="loss").lines[0].get_ydata().tolist()
    [4.0, 5.0]
    """
    steps, values = np.asarray(x), np.asarray(runs, dtype=float)
    if values.ndim != 2 or values.shape[1] != len(steps):
        raise ValueError(f"got runs of shape {values.shape}; we need one row a run, each with {len(steps)} values")
    axes = plot_line(
        steps, values.mean(axis=0), xlabel=xlabel, ylabel=ylabel, label=label, log_x=log_x, colour=colour, ax=ax
    )
    axes.fill_between(steps, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.15, linewidth=0)
    axes.plot(np.broadcast_to(steps, values.shape).ravel(), values.ravel(), ".", color=colour, markersize=5)
    return axes
