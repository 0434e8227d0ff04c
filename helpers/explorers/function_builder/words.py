"""A builder in words, as a formula, and as lines of code."""

from typing import TYPE_CHECKING

import numpy as np

from ...lessons.relu_sums import ReluSum
from ...widgets.numbers import written

if TYPE_CHECKING:
    from .state import Builder

POINTS = "your points"  # the target instead of a curve
USUAL_RATE = 0.05


def words_of(builder: "Builder") -> list[str]:
    """Return sentences: the function with its loss, the steps taken, why it ended, and how a race went."""
    counted = "1 ReLU follows" if builder.function.count == 1 else f"{builder.function.count} ReLUs follow"
    said = [f"{counted} {builder.target_in_words}. Loss {builder.now.loss:.4g}, largest gap {builder.gap:.3g}."]
    if builder.steps or builder.now.diverged:
        said.append(f"Gradient descent: {builder.steps} steps, from a loss of {builder.losses[0]:.4g}.")
    if builder.now.diverged:
        said.append(f"The next step at rate {builder.rate:g} would run away. Take a smaller rate, and press Reset.")
    if builder.races:
        ends = [f"{name}: {_end(losses)}" for name, losses in builder.races.items()]
        steps = len(next(iter(builder.races.values()))) - 1
        said.append(f"Race at rate {builder.rate:g}, loss after {steps} steps: {', '.join(ends)}.")
    return said


def formula_of(function: ReluSum, chosen: int) -> str:
    """Return the ReLUs of a sum, one a line, numbered; the chosen one has a mark.

    >>> formula_of(ReluSum([0.5], [-2.0], [-1]), 0).splitlines()
    ['f(x) = 0', '▸ 1: − 2 · relu(−x + 0.5)']
    """
    lines = [f"f(x) = {written(function.bias, 3)}"]
    each = zip(function.places, function.slopes, function.sides, strict=True)
    for number, (place, slope, side) in enumerate(each):
        mark = "▸" if number == chosen else " "
        left, right = ("x", -place) if side > 0 else ("−x", place)
        inside = f"{left} {'−' if right < 0 else '+'} {written(abs(right), 3)}" if right else left
        lines.append(f"{mark} {number + 1}: {'−' if slope < 0 else '+'} {written(abs(slope), 3)} · relu({inside})")
    return "\n".join(lines)


def code_of(builder: "Builder", digits: int | None = None) -> str:
    """Return the lines of Python that make a builder like this one, and draw it; digits: of the function's numbers."""
    rate = f", rate={builder.rate}" if builder.rate != USUAL_RATE else ""
    points = f", points={builder.points}" if builder.points and builder.curve == POINTS else ""
    made = f"builder = Builder({builder.curve!r}, function{rate}{points})"
    return f"function = {builder.function.code(digits)}\n{made}\naxes = plot_builder(builder)"


def _end(losses: np.ndarray) -> str:
    return f"{losses[-1]:.2g}" if np.isfinite(losses[-1]) else "ran away"
