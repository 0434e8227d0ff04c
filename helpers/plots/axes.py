"""Axes on opaque white, the colours of the course, and a line."""

import matplotlib as mpl
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


def shrinking(width: float, height: float) -> float:
    """Return the factor, at most 1, that keeps a figure of so many inches below 24 million pixels, 60,000 a side."""
    dpi = mpl.rcParams["figure.dpi"]
    return min(1.0, (24e6 / (width * height)) ** 0.5 / dpi, 60_000 / (dpi * max(width, height)))
