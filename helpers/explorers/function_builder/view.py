"""The function builder in the page: bends, ends and points are dragged, and a click adds one."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...lessons.relu_sums import ReluSum
from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import read_number
from ...widgets.showing import show
from .figures import large_figure, losses_figure, on_rim, pieces_figure, reach_of
from .state import CURVES, LIMITS, MOST_POINTS, MOST_RELUS, POINTS, Builder
from .words import code_of, words_of

AT_A_TIME = "steps at a time"
OPTIONS = {AT_A_TIME: 10, "ReLUs": 8, "seed": 1}
INTERVAL = 33  # milliseconds of a frame of play
BESIDE = 0.25  # how far from the sum the button puts a new bend
SAME = 1e-6  # how far what is told of a handle may lie from where it stood, and it has not been moved


def function_builder(
    curve: str = "hill",
    function: ReluSum | None = None,
    *,
    rate: float = 0.05,
    points: Sequence[tuple[float, float]] = (),
) -> None:
    """Show the function builder: fit a curve, or points, with ReLUs by hand or by gradient descent.

    Takes what `Builder` takes. Taught in lesson 06.
    """
    builder = Builder(curve, function, rate=rate, points=points)
    text = f"Function builder. {builder.words}\n{builder.formula}\nTo draw it in a cell:\n{code_of(builder, 4)}"
    show(lambda: BuilderView(builder).canvas, text)


class BuilderView(Explorer):
    """A builder in the page. Options: the chosen point, steps at a time, and how many ReLUs a random start has."""

    state: Builder

    def __init__(self, builder: Builder) -> None:
        super().__init__(builder, point=0, **OPTIONS)

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control and handle does."""
        acts: dict[str, Callable[[Told], Any]] = {
            "step": self.step,
            "reset": lambda told: self.state.reset(),
            "follow": lambda told: self.state.choose_curve(CURVES[told["value"]]),
            "sum": self.click,
            "add": lambda told: self.add_bend(),
            "remove": lambda told: self.state.remove(),
            "clear": lambda told: self.state.clear(),
            "number": lambda told: self.state.choose(read_number(told["value"])),
            "side": lambda told: self.state.change("side", -1 if told["value"] else 1),
            "left": self.lift,
            "right": lambda told: None if told.get("press") else self.state.move_end(round(told["y"], 3)),
            "steep": self.tilt,
            "rate": lambda told: self.state.set_rate(read_number(told["value"])),
            "scatter": lambda told: self.state.scatter(self.options["ReLUs"], self.options["seed"]),
            "race": lambda told: self.state.race(),
            "add point": lambda told: self.add_point(*self.roomiest()),
            "remove point": lambda told: self.remove_point(),
            "x": lambda told: self.change_point(0, read_number(told["value"])),
            "y": lambda told: self.change_point(1, read_number(told["value"])),
        }
        for name in ("place", "slope", "bias"):
            acts[name] = lambda told, name=name: self.state.change(name, read_number(told["value"]))
        for name in OPTIONS:
            acts[name] = lambda told, name=name: self.set_option(name, read_number(told["value"]))
        for index in range(MOST_RELUS):
            acts[f"bend {index}"] = lambda told, index=index: self.drag_bend(index, told)
        for index in range(MOST_POINTS):
            acts[f"point {index}"] = lambda told, index=index: self.drag_point(index, told)
        return acts

    def step(self, _: Told) -> None:
        """Take the next steps of gradient descent."""
        self.state.step(self.options[AT_A_TIME])

    def advance(self) -> bool:
        """Take the next steps of gradient descent; False where it has ended."""
        self.state.step(self.options[AT_A_TIME])
        return not self.state.ended

    def set_option(self, name: str, value: float) -> None:
        """Take another whole number for what comes."""
        self.options[name] = LIMITS.whole(name, value)

    # By hand in the figures --------------------------------------------------------------------------------------

    def click(self, told: Told) -> None:
        """Add a bend, or, where points are followed, a point, where the large figure was clicked."""
        x, y = (round(min(max(told[name], LIMITS[name][0]), LIMITS[name][1]), 2) for name in "xy")
        if self.state.curve == POINTS:
            self.add_point(x, y)
        else:
            self.state.add_bend(x, y)

    def add_bend(self) -> None:
        """Add a bend in the widest gap, a little beside the sum, which the arrow keys move on."""
        function = self.state.function
        x = widest_gap(function.places)
        y = float(function(x))
        self.state.add_bend(x, round(y - np.copysign(BESIDE, y - 0.5), 3))

    def drag_bend(self, index: int, told: Told) -> None:
        """Choose a ReLU, and take its bend to where it was dragged."""
        if told.get("press"):
            self.state.choose(index + 1)
            return
        function = self.state.function
        value = float(function(function.places[index]))
        y = value if abs(told["y"] - on_rim(value)) < SAME else round(told["y"], 3)
        self.state.move_bend(index, round(told["x"], 3), y)

    def lift(self, told: Told) -> None:
        """Change the bias by as much as the handle at the left edge was dragged."""
        if not told.get("press"):
            bias = self.state.function.bias + told["y"] - on_rim(float(self.state.function(-1.0)))
            self.state.change("bias", round(min(max(bias, LIMITS["bias"][0]), LIMITS["bias"][1]), 3))

    def tilt(self, told: Told) -> None:
        """Take the slope with which the piece of the chosen ReLU ends where its handle was dragged."""
        reach = reach_of(self.state)
        if reach and not told.get("press"):
            low, high = LIMITS["slope"]
            self.state.change("slope", round(min(max(told["y"] / reach, low), high), 2))

    # Points ------------------------------------------------------------------------------------------------------

    @property
    def point(self) -> int:
        """The index of the chosen point."""
        return min(self.options["point"], len(self.state.points) - 1)

    def drag_point(self, index: int, told: Told) -> None:
        """Choose a point, and take it to where it was dragged."""
        self.options["point"] = index
        if not told.get("press"):
            self.state.move_point(index, round(told["x"], 3), round(told["y"], 3))

    def change_point(self, which: int, value: float) -> None:
        """Give the chosen point another x or y."""
        place = list(self.state.points[self.point])
        place[which] = value
        self.state.move_point(self.point, *place)

    def add_point(self, x: float, y: float) -> None:
        """Add a point, and choose it."""
        self.state.add_point(x, y)
        self.options["point"] = len(self.state.points) - 1

    def remove_point(self) -> None:
        """Remove the chosen point."""
        self.state.remove_point(self.point)
        self.options["point"] = self.point

    def roomiest(self) -> tuple[float, float]:
        """Return a point in the widest gap between those that there are, as high as the sum."""
        builder = self.state
        x = widest_gap(np.array([x for x, _ in builder.points] or np.linspace(-1, 1, 5)))
        low, high = LIMITS["y"]
        return x, round(min(max(float(builder.function(x)), low), high), 2)

    # What is seen ------------------------------------------------------------------------------------------------

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        figures = large_figure(self.state, self.point) | pieces_figure(self.state) | losses_figure(self.state)
        return self.by_hand() | self.by_descent() | self.points() | figures | {
            "said": entries.words(*words_of(self.state), live=True),
            "formula": {"kind": "code", "text": self.state.formula, "label": "the formula of the sum"},
            "code": entries.code(self.state.code),
            "layout": entries.layout(
                "Function builder",
                [["play"], ["step", "reset", "undo"], "follow", ["add", "remove", "clear"], "number", "place", "slope",
                 "side", "bias", "said", "error",
                 entries.more("Gradient descent", ["ReLUs", "seed", "scatter"], ["rate", AT_A_TIME], "race"),
                 entries.more("Your points", ["x", "y"], ["add point", "remove point"])],
                ["sum", ["pieces", "losses"], entries.more("Formula and code", "formula", "code")],
            ),
        }  # fmt: skip

    def by_hand(self) -> dict[str, Entry]:
        """Return the controls of the ReLUs."""
        builder, function = self.state, self.state.function
        none, chosen = not function.count, builder.chosen
        place, slope, side = (0.0, 0.0, 1) if none else (
            round(float(values[chosen]), 4) for values in (function.places, function.slopes, function.sides)
        )  # fmt: skip
        number = "" if none else float(chosen + 1)
        return {
            "follow": entries.choice("follow", CURVES, CURVES.index(builder.curve)),
            "add": entries.button("Add", tip="add a bend in the widest gap"),
            "remove": entries.button("Remove", tip="take the chosen ReLU away", off=none),
            "clear": entries.button("Clear", tip="take all ReLUs away", off=none),
            "number": entries.field(f"chosen ReLU, of {function.count}", number, step=1,
                                    limits=(1, max(function.count, 1)), off=none),
            "place": entries.field("place", place, step=0.05, limits=LIMITS["place"], slides=True, off=none),
            "slope": entries.field("slope", slope, step=0.1, limits=LIMITS["slope"], slides=True, off=none),
            "side": entries.choice("flat on the", ["left", "right"], int(side < 0), off=none),
            "bias": entries.field("bias", round(function.bias, 4), step=0.05, limits=LIMITS["bias"],
                                    slides=True),
        }  # fmt: skip

    def by_descent(self) -> dict[str, Entry]:
        """Return the controls of gradient descent."""
        builder, options = self.state, self.options
        whole = {name: entries.field(name, options[name], step=1, limits=LIMITS[name]) for name in OPTIONS}
        return whole | {
            "play": entries.play(off=builder.ended, interval=INTERVAL, tip="play and pause gradient descent"),
            "step": entries.button("Step", tip=f"take {options[AT_A_TIME]} steps of the descent", off=builder.ended),
            "reset": entries.button("Reset", tip="go back to where the descent began",
                                    off=not builder.steps and not builder.now.diverged),
            "scatter": entries.button("Random start", tip="put so many random ReLUs in place of these"),
            "rate": entries.field("rate", builder.rate, step=0.01, limits=LIMITS["rate"], slides=True),
            "race": entries.button("Race", tip="let plain gradient descent, momentum and Adam start from here",
                                   off=not builder.function.count),
        }  # fmt: skip

    def points(self) -> dict[str, Entry]:
        """Return the controls of the chosen point."""
        builder = self.state
        off = builder.curve != POINTS
        place = ("", "") if off else builder.points[self.point]
        fields = {name: entries.field(name, value, step=0.05, limits=LIMITS[name], off=off)
                  for name, value in zip("xy", place, strict=True)}  # fmt: skip
        return fields | {
            "add point": entries.button("Add point", tip="add a point in the widest gap; your points are followed"),
            "remove point": entries.button("Remove point", tip="take the chosen point away", off=off),
        }


def widest_gap(places: np.ndarray) -> float:
    """Return the middle of the widest gap between places and the edges, to two decimals.

    >>> widest_gap(np.array([0.0, 0.5]))
    -0.5
    """
    inside = np.unique(np.concatenate([[-1.0, 1.0], places[np.abs(places) <= 1]]))
    left = int(np.argmax(np.diff(inside)))
    return round(float(inside[left] + inside[left + 1]) / 2, 2)
