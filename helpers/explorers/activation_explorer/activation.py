"""The activation explorer in the page: the point is dragged along the curve, or along that of its slope."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ...lessons.nonlinear import NON_LINEARITIES
from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import Limits, read_number, written
from ...widgets.showing import show
from .point import REACH, SLOPES, Point, describe_point

NAMES = list(NON_LINEARITIES)
LIMITS = Limits({"x": (-REACH, REACH), "α": (0.01, 0.99)})
STRIDE = 0.05  # of x, from one frame of play to the next
JUMP = 1e-6  # to the right of 0, where ReLU's slope is 1 already
ACROSS = np.sort([*np.linspace(-REACH, REACH, 241), JUMP / 2, JUMP])


def activation_explorer(name: str = "sigmoid", x: float = 1.0, alpha: float = 0.1) -> None:
    """Show the explorer of one activation function: choose it, move the point, see value, slope and tangent."""
    point = Point(name, x, alpha)
    text = (
        f"Activation explorer. {describe_point(point.name, point.x, point.alpha)}\n"
        f"To draw it in a cell: {point.code.splitlines()[1]}"
    )
    show(lambda: ActivationView(point).canvas, text)


class ActivationView(Explorer):
    """A point on an activation function in the page."""

    state: Point

    def __init__(self, point: Point) -> None:
        super().__init__(point)

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""
        return {
            "name": lambda told: replace(self.state, name=NAMES[told["value"]]),
            "x": lambda told: self.moved(read_number(told["value"])),
            "alpha": lambda told: replace(self.state, alpha=LIMITS.checked("α", read_number(told["value"]))),
            "point": lambda told: self.moved(told["x"]),
            "slope": lambda told: self.moved(told["x"]),
            "play": lambda told: self.moved(-REACH) if told["value"] and self.state.x >= REACH else None,
        }

    def moved(self, x: float) -> Point:
        """Return the point of the same function at another x."""
        return replace(self.state, x=LIMITS.checked("x", x))

    def advance(self) -> bool:
        """Let the point travel to the right; False where it has arrived."""
        self.state = self.moved(min(round(self.state.x + STRIDE, 6), REACH))
        return self.state.x < REACH

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        point = self.state
        alpha = {"step": 0.01, "limits": LIMITS["α"], "slides": True, "off": not point.entry.has_alpha}
        return self._left() | self._right() | {
            "play": entries.play(tip="let the point travel to the right, and stop"),
            "name": entries.choice("function", NAMES, NAMES.index(point.name)),
            "x": entries.field("x", point.x, step=0.1, limits=LIMITS["x"], slides=True),
            "alpha": entries.field("α", point.alpha, tip="the slope of leaky ReLU on the left", **alpha),
            "said": entries.words(describe_point(point.name, point.x, point.alpha), live=True),
            "code": entries.code(point.code),
            "layout": entries.layout(
                "Activation explorer",
                [["play", "undo"], "name", "x", "alpha", "said",
                 entries.more("The code of this state", "code"), "error"],
                [["left", "right"]],
            ),
        }  # fmt: skip

    def _left(self) -> dict[str, Entry]:
        """Return the figure of the function, with the point and its tangent."""
        point, (low, high) = self.state, self.state.limits
        curve = entries.line(ACROSS, point.entry.at(ACROSS, point.alpha)[0], "first", width=2.5)
        x, value, slope = point.x, point.value, point.slope
        near = np.array([x - 2, x + 2])
        tangent = entries.line(near, value + slope * (near - x), "third", width=2, dash="dashed")
        handle = entries.handle(
            "point", "point on the curve: drag it", x, value, limits=(-REACH, REACH, low, high), step=(0.01, 0),
            keys=(0.1, 0), along=curve, value=f"x {written(x, 4)}, value {written(value, 3)}",
        )  # fmt: skip
        alt = f"The curve of {point.name}, with its tangent. {describe_point(point.name, x, point.alpha)}"
        return {
            "curve": entries.layer([*cross(low, high), curve]),
            "tangent": entries.layer([tangent], [handle]),
            "left": entries.figure(
                f"{point.name}: f(x) = {point.entry.formula}", ["curve", "tangent"], alt,
                x=entries.axis((-REACH, REACH), "x"), y=entries.axis((low, high)), height=330, ratio=1.05,
                legend=[("tangent", "third", "dashed")],
            ),
        }  # fmt: skip

    def _right(self) -> dict[str, Entry]:
        """Return the figure of the slope, with its own point."""
        point, x, slope = self.state, self.state.x, self.state.slope
        slopes = point.entry.at(ACROSS, point.alpha)[1]
        jumps = abs(slopes[ACROSS == JUMP] - slopes[ACROSS == 0]) > 1e-3
        drawn = np.where((ACROSS == JUMP / 2) & jumps, np.nan, slopes)  # no line where there is no slope
        handle = entries.handle(
            "slope", "point on the curve of the slope: drag it", x, slope, limits=(-REACH, REACH, *SLOPES),
            step=(0.01, 0), keys=(0.1, 0), along=entries.line(ACROSS, slopes),
            value=f"x {written(x, 4)}, slope {written(slope, 3)}",
        )  # fmt: skip
        return {
            "slopes": entries.layer([*cross(*SLOPES), entries.line(ACROSS, drawn, "second", width=2.5)]),
            "height": entries.layer([entries.line([x, x], [0, slope], "ink", width=1.2, dash="dotted")], [handle]),
            "right": entries.figure(
                f"its slope: {point.entry.gradient_formula}", ["slopes", "height"],
                f"The slope of {point.name} for every x: at x = {written(x, 4)} it is {written(slope, 3)}.",
                x=entries.axis((-REACH, REACH), "x"), y=entries.axis(SLOPES), height=330, ratio=1.05,
                legend=[("slope of the tangent", "third", "dot")],
            ),
        }  # fmt: skip


def cross(low: float, high: float) -> list[Entry]:
    """Return the lines at x = 0 and y = 0, between the limits of y."""
    return [
        entries.line([-REACH, REACH], [0, 0], "soft", width=1),
        entries.line([0, 0], [low, high], "soft", width=1),
    ]
