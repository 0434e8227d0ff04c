"""The picture of a stepper without widgets, and the runs that it is compared with."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from ...lessons.descent import draw_curve, draw_path
from ...plots import FIRST, SECOND, THIRD
from ...widgets.entries import enough
from .state import LARGEST_START, MOST, Stepper

LOWEST, HIGHEST = 1e-6, 1e6  # losses that are drawn
MOMENTUM = 0.9  # of the run beside it: what `fit` uses


def plot_stepper(stepper: Stepper, *, momentum: bool = False, before: bool = False, axes: Any = None) -> np.ndarray:
    """Draw the state of a stepper: left all positions on the curve and the next step, right the loss of each.

    momentum: also draw a run with momentum 0.9. before: also draw the run before this one.

    >>> [ax.get_xlabel() for ax in plot_stepper(Stepper())]
    ['x', 'step']
    """
    if axes is None:
        _, axes = plt.subplots(1, 2, figsize=(8.4, 3.2), layout="constrained", facecolor="white")
    both = np.asarray(axes)
    rivals = rivals_of(stepper, momentum, before)
    _draw_background(both, stepper, rivals)
    _draw_state(both, stepper, rivals)
    return both


def rivals_of(stepper: Stepper, momentum: bool, before: bool) -> dict[str, list[float]]:
    """Return the runs that a stepper is compared with, by name: their positions after each step.

    >>> rivals_of(Stepper(start=2.0), momentum=True, before=True)
    {'with momentum 0.9': [2.0]}
    """
    rivals = {f"with momentum {MOMENTUM:g}": stepper.beside(MOMENTUM)} if momentum else {}
    return rivals | ({"the run before": stepper.before} if before and stepper.before else {})


def reach_of(stepper: Stepper) -> float:
    """Return how far the axis of x goes: enough for this position and the next, and for the first step of any start.

    So the axis stays as it is while the ball is dragged to another start.
    """
    first = LARGEST_START * max(1, abs(1 - 2 * stepper.a * stepper.rate))
    passed = [*stepper.positions, stepper.x if stepper.ended else stepper.x - stepper.move]
    return enough(max(first, *map(abs, passed)), (5.6, 11, 22, 55, 110, 220, 550, 1100, 2200, 5500))


def last_step(stepper: Stepper, rivals: dict[str, list[float]]) -> float:
    """Return where the axis of steps ends."""
    most = max(stepper.steps, *(len(positions) - 1 for positions in rivals.values()), 0)
    return enough(most, (20, 50, MOST))


def powers_of(losses: np.ndarray) -> tuple[int, int]:
    """Return the powers of ten between which losses are drawn: a few, so that the axis seldom jumps.

    >>> powers_of(np.array([16.0, 1.1])), powers_of(np.array([16.0, 1e-4, 0.0]))
    ((-1, 2), (-6, 2))
    """
    low, high = np.log10(np.clip([losses.min(), losses.max()], LOWEST, HIGHEST))
    return -int(enough(-low, (1, 3, 6))), int(enough(high, (2, 4, 6)))


def _draw_background(axes: np.ndarray, stepper: Stepper, rivals: dict[str, list[float]]) -> None:
    left, right = axes
    draw_curve(left, stepper.curve, reach_of(stepper))
    left.set_ylabel("")
    left.yaxis.set_major_formatter("{x:,.0f}")
    left.set_title("loss at x; the circle: the next step", fontsize=10, loc="left")
    right.set_title("loss after each step", fontsize=10, loc="left")
    low, high = powers_of(np.concatenate([stepper.losses, *map(stepper.curve, rivals.values())]))
    limits = {"xlim": (-0.5, last_step(stepper, rivals) + 0.5), "ylim": (10.0**low / 2, 2 * 10.0**high)}
    right.set(xlabel="step", yscale="log", **limits)
    ticks = [10.0**power for power in range(low, high + 1, 1 if high - low < 6 else 3)]
    right.set_yticks(ticks, [f"{tick:,.7g}" if tick >= 0.0001 else np.format_float_positional(tick) for tick in ticks])
    right.minorticks_off()
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)


def _draw_state(axes: np.ndarray, stepper: Stepper, rivals: dict[str, list[float]]) -> None:
    """Draw what changes with every step."""
    left, right = axes
    positions = np.array(stepper.positions)
    if not stepper.ended:
        x, after, loss = stepper.x, stepper.x - stepper.move, float(stepper.losses[-1])
        near = np.array([x - 0.18 * left.get_xlim()[1], x + 0.18 * left.get_xlim()[1]])
        left.plot(near, loss + stepper.gradient * (near - x), "--", color=SECOND, linewidth=2.2)
        left.plot([x, after, after], [loss, loss, float(stepper.curve(after))], ":", color="black")
        # Above the star: near the bottom both nearly coincide.
        left.plot([after], [float(stepper.curve(after))], "o", color="white", markeredgecolor="black", zorder=5)
    draw_path(left, positions, stepper.curve)
    for name, path in rivals.items():
        style = {"marker": "^" if "momentum" in name else "s", "color": "black", "markerfacecolor": "white"}
        heights = stepper.curve(path)
        now = min(stepper.steps, len(path) - 1)
        left.plot(path[now], heights[now], markersize=9, **style)
        clipped = np.clip(heights, LOWEST, HIGHEST)
        right.plot(clipped, linestyle=":", linewidth=1, markersize=5, label=name, **style)
    losses = np.clip(stepper.losses, LOWEST, HIGHEST)
    right.plot(losses, "o-", color=FIRST, markersize=4, linewidth=1)
    right.plot([len(losses) - 1], losses[-1:], "*", color=THIRD, markersize=13, markeredgecolor="black")
    if rivals:
        right.legend(loc="upper right", frameon=False, fontsize=9)
