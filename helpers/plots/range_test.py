"""The curve of a learning-rate range test, with the rates that known rules choose on it."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from .axes import FIRST, GREY, SECOND, THIRD, plot_line


def plot_range_test(
    rates: Sequence[float],
    losses: Sequence[float],
    smoothed: np.ndarray,
    choices: Mapping[str, float],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw losses against rates, spaced by factors of ten, their running mean, and a mark for each rule's choice.

    smoothed: may be shorter than `losses`, which may end in one that is no number. Lesson 03.

    >>> plot_range_test([1e-3, 1e-2], [2.0, 1.0], np.array([2.0, 1.5]), {"steepest": 3e-3}).get_xscale()
    'log'
    """
    words = {"xlabel": "learning rate", "ylabel": "training loss", "log_x": True}
    axes = plot_line(rates, losses, colour="#bcd7f2", label="one batch", ax=ax, **words)
    known = np.array(rates[: len(smoothed)])
    axes = plot_line(known, smoothed, colour=FIRST, label="running mean", ax=axes, **words)
    if len(smoothed) > 1:
        axes.set_ylim(*_limits(smoothed))
    for (rule, rate), marker, colour in zip(choices.items(), "osv^", (THIRD, SECOND, GREY, "#555555"), strict=False):
        height = float(np.interp(math.log10(rate), np.log10(known), smoothed))
        axes.plot([rate], [height], marker, color=colour, markersize=9, label=f"{rule}: {rate:.2g}", zorder=3)
    axes.legend(frameon=False, fontsize=8)
    return axes


def _limits(curve: np.ndarray) -> tuple[float, float]:
    """Return the lowest and highest loss to show: the rise at the end is cut where it leaves the rest flat."""
    low, start = float(curve.min()), float(curve[: max(1, len(curve) // 2)].max())
    room = 0.15 * (start - low) + 1e-9
    return low - room, max(start, min(float(curve.max()), start + 0.6 * (start - low))) + room
