"""An activation function at one point: a state, its words and its code, and its picture without widgets."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from ...lessons.nonlinear import NonLinearity, checked_alpha, non_linearity
from ...plots import FIRST, GREY, SECOND, THIRD
from ...widgets.numbers import as_code, checked_number, written

REACH = 6.0  # the axis runs from −REACH to REACH
SLOPES = (-0.2, 1.3)  # the axis of the slope: it holds those of all functions


@dataclass(frozen=True)
class Point:
    """A point on an activation function; ValueError with a sentence for a name, x or alpha that is none.

    >>> Point("relu", 2).value, Point("relu", 2).slope
    (2.0, 1.0)
    """

    name: str = "sigmoid"
    x: float = 1.0
    alpha: float = 0.1

    def __post_init__(self) -> None:
        """Check the numbers, and write the name as the table does."""
        for name, value in (
            ("name", self.entry.name),
            ("x", checked_number("x", self.x, -REACH, REACH)),
            ("alpha", checked_alpha(self.alpha)),
        ):
            object.__setattr__(self, name, value)

    @property
    def entry(self) -> NonLinearity:
        """The function with its gradient and their formulas."""
        return non_linearity(self.name)

    @property
    def value(self) -> float:
        """The function at x."""
        return float(self.entry.at(self.x, self.alpha)[0])

    @property
    def slope(self) -> float:
        """The slope at x."""
        return float(self.entry.at(self.x, self.alpha)[1])

    @property
    def limits(self) -> tuple[float, float]:
        """Where the axis of the values begins and ends."""
        values = self.entry.at(np.linspace(-REACH, REACH, 241), self.alpha)[0]
        margin = 0.08 * float(np.ptp(values))
        return float(values.min()) - margin, float(values.max()) + margin

    @property
    def code(self) -> str:
        """The lines that bring this state back, as an explorer and as a picture.

        >>> print(Point("ReLU", 2.0).code)
        activation_explorer("ReLU", x=2, alpha=0.1)
        axes = plot_activation("ReLU", 2, alpha=0.1)
        """
        x, alpha = as_code(self.x), as_code(self.alpha)
        return (
            f'activation_explorer("{self.name}", x={x}, alpha={alpha})\n'
            f'axes = plot_activation("{self.name}", {x}, alpha={alpha})'
        )


def describe_point(name: str, x: float, alpha: float = 0.01) -> str:
    """Describe in words what `plot_activation` shows at the point.

    >>> describe_point("sigmoid", 0)
    'sigmoid at x = 0: the value is 0.5, the slope is 0.25.'
    """
    point = Point(name, x, alpha)
    given = f" with α = {written(alpha, 3)}" if point.entry.has_alpha else ""
    return (
        f"{point.name}{given} at x = {written(x, 4)}: the value is {written(point.value, 3)}, "
        f"the slope is {written(point.slope, 3)}."
    )


def plot_activation(
    name: str, x: float = 1.0, *, alpha: float = 0.01, axes: Sequence[Axes] | None = None
) -> np.ndarray:
    """Draw an activation function with its tangent at `x` on the left, its gradient on the right; returns both Axes.

    x: from −6 to 6. alpha: PyTorch's `negative_slope` of leaky ReLU, 0 to 1. ValueError for others. Lesson 05.

    >>> plot_activation("ReLU", 2.0)[0].get_title()
    'ReLU: f(x) = max(0, x)'
    """
    point = Point(name, x, alpha)
    if axes is None:
        _, axes = plt.subplots(1, 2, figsize=(8.2, 2.9), layout="constrained", facecolor="white")
    both = np.asarray(axes)
    _draw_curves(both, point)
    near = np.array([point.x - 1.5, point.x + 1.5])
    both[0].plot(near, point.value + point.slope * (near - point.x), "--", color=THIRD, linewidth=1.8)
    both[0].plot([point.x], [point.value], "o", color=THIRD, markersize=8)
    both[1].plot([point.x], [point.slope], "s", color=THIRD, markersize=8)
    return both


def _draw_curves(axes: np.ndarray, point: Point) -> None:
    across = np.linspace(-REACH, REACH, 241)
    values, gradients = point.entry.at(across, point.alpha)
    for ax, drawn, colour, limits in (
        (axes[0], values, FIRST, point.limits),
        (axes[1], gradients, SECOND, SLOPES),
    ):
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.axvline(0, color=GREY, linewidth=0.8)
        ax.plot(across, drawn, color=colour, linewidth=2)
        ax.set(xlabel="x", xlim=(-REACH, REACH), ylim=limits)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_title(f"{point.name}: f(x) = {point.entry.formula}", fontsize=10)
    axes[1].set_title(f"its slope: {point.entry.gradient_formula}", fontsize=10)
