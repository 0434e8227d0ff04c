"""The picture of the function builder: target and sum of ReLUs, each ReLU's part, and the loss of each step."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from ...plots import FIRST, GREY, SECOND, THIRD
from ...widgets.entries import enough
from .state import ACROSS, POINTS, Builder

LOWEST, HIGHEST = 1e-6, 1e2  # losses that are drawn
WIDE, HIGH = (-1.06, 1.06), (-1.6, 2.0)  # what the large Axes show of x and y
FAR = 1e3  # values beyond it are not drawn


def plot_builder(builder: Builder, *, axes: Any = None) -> np.ndarray:
    """Draw a builder: target and sum of ReLUs, what each ReLU adds, and the loss of each step; three Axes.

    >>> [ax.get_xlabel() for ax in plot_builder(Builder("hill"))]
    ['x', 'x', 'step']
    """
    if axes is None:
        figure = plt.figure(figsize=(8.4, 4.0), facecolor="white")
        axes = _make_axes(figure)
    three = np.asarray(axes)
    _draw_background(three, builder)
    _draw_state(three, builder)
    return three


def _make_axes(figure: Figure) -> list[Axes]:
    """Return the three Axes of the picture: one large on the left, two small on the right."""
    grid = figure.add_gridspec(
        2, 2, width_ratios=(1.35, 1), left=0.06, right=0.975, bottom=0.12, top=0.92, wspace=0.24, hspace=0.62
    )
    return [figure.add_subplot(grid[:, 0]), figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[1, 1])]


def last_step(builder: Builder) -> float:
    """Return where the axis of steps ends."""
    most = max([builder.steps, *(len(losses) - 1 for losses in builder.races.values())])
    return enough(most, (50, 200, 500, 1000, 2000, 5000))


def with_gap(values: np.ndarray) -> np.ndarray:
    """Return the values of a curve with a gap at its jump: a line through it would be a part of no function."""
    return np.where(np.abs(np.diff(values, append=values[-1])) > 0.5, np.nan, values)


def _draw_background(axes: np.ndarray, builder: Builder) -> None:
    large, small, losses = axes
    if builder.curve == POINTS:
        large.plot(builder.across, builder.wanted, "o", color="black", markersize=6, label="your points")
    else:
        large.plot(ACROSS, with_gap(builder.wanted), "--", color=GREY, linewidth=3.5, label=builder.target_in_words)
    large.plot([], [], color=FIRST, linewidth=2.2, label="sum of ReLUs")
    large.plot([], [], "v", color=THIRD, markersize=7, label="bends")
    large.legend(frameon=False, loc="upper center", ncols=3, fontsize=8.5, handlelength=1.6)
    large.set(xlabel="x", xlim=WIDE, ylim=HIGH, title="what is followed, and the sum")
    small.axhline(0, color=GREY, linewidth=0.8)
    small.set(xlabel="x", xlim=WIDE, ylim=(-3, 3), title="what each ReLU adds; thick: the chosen one")
    losses.set(xlabel="step", xlim=(0, last_step(builder)), ylim=(LOWEST, HIGHEST), yscale="log")
    losses.set_title("loss after each step")
    losses.set_yticks([1e-6, 1e-4, 1e-2, 1, 100], ["0.000001", "0.0001", "0.01", "1", "100"])
    losses.yaxis.set_minor_locator(NullLocator())
    for ax in axes:
        ax.title.set_fontsize(9.5)
        ax.tick_params(labelsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    for ax in (large, small):
        ax.set_xticks([-1, -0.5, 0, 0.5, 1])


def _draw_state(axes: np.ndarray, builder: Builder) -> None:
    """Draw what changes with every step."""
    large, small, losses = axes
    function = builder.function
    kinks = function.places
    fine = np.unique(np.concatenate([ACROSS, kinks[np.abs(kinks) < 1]]))  # with every kink among them
    large.plot(fine, np.clip(function(fine), -FAR, FAR), color=FIRST, linewidth=2.2)
    seen = kinks[np.abs(kinks) <= 1]
    large.plot(seen, np.clip(function(seen), -FAR, FAR), "v", color=THIRD, markersize=7)
    colours = (FIRST, SECOND, THIRD, GREY)
    for number, piece in enumerate(function.pieces(fine)):
        width = 2.8 if number == builder.chosen else 1
        small.plot(fine, np.clip(piece, -FAR, FAR), color=colours[number % 4], linewidth=width)
    for colour, (name, run) in zip((GREY, SECOND, "black"), builder.races.items(), strict=False):
        losses.plot(np.clip(run, LOWEST, HIGHEST), color=colour, linewidth=1.4, label=name)
    if builder.races:
        tight: dict[str, Any] = {"handlelength": 1.2, "columnspacing": 1, "handletextpad": 0.4, "borderaxespad": 0}
        losses.legend(frameon=False, fontsize=7.5, loc="upper right", ncols=3, **tight)
    values = np.clip(builder.losses, LOWEST, HIGHEST)
    losses.plot(values, color=FIRST, linewidth=1.6)
    losses.plot([len(values) - 1], values[-1:], "o", color=THIRD, markersize=6, clip_on=False)
