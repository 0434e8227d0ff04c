"""The backpropagation stepper in the page: type an expression, set its numbers, step forward and back."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import checked_number, read_number, written
from ...widgets.showing import show
from .layout import HIGH, WIDE, placed
from .state import EXAMPLES, LIMITS, Pass
from .words import label_of, said

ROW = 74  # pixels of a row of the graph
HINT = "Black: the number. Red: its gradient. Click a box to go to its step; the arrow keys step, too."


def backpropagation_stepper(expression: str | None = None, **numbers: float) -> None:
    """Show an expression as a graph, and step through it: its numbers forward, its gradients back.

    expression: with + - * / **, relu, exp and log, such as "relu(w * x + b)", and the numbers by their names. Where a
    page cannot draw it, `plot_graph(Pass(expression, numbers, step=4))` does. Taught in lesson 10.

    >>> backpropagation_stepper("a * b + a", a=2, b=3)  # doctest: +ELLIPSIS
    Backpropagation stepper. ...
    """
    one = Pass(expression, numbers) if expression is not None else Pass(numbers=numbers or None)
    show(lambda: BackpropagationView(one).canvas, text_form(one))


def text_form(one: Pass) -> str:
    """Return the state as text, with the line to type where the page does not draw it."""
    gradients = ", ".join(f"{name} {written(gradient, 4)}" for name, gradient in one.gradients().items())
    return "\n".join(
        [
            "Backpropagation stepper. It is drawn when this cell is run in JupyterLab. To draw a step in a cell:",
            f"  {one.code}",
            f"{one.expression} = {written(one.result.number, 4)}. Gradients: {gradients}.",
        ]
    )


class BackpropagationView(Explorer):
    """The stepper in the page."""

    state: Pass

    def __init__(self, one: Pass) -> None:
        super().__init__(one)

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""
        acts: dict[str, Callable[[Told], Any]] = {
            "play": lambda told: self.begin(bool(told["value"])),
            "step": lambda told: self.go_to(self.state.step + 1),
            "back": lambda told: self.go_to(self.state.step - 1),
            "start": lambda told: self.go_to(0),
            "end": lambda told: self.go_to(self.state.last),
            "graph": self.choose,
            "expression": lambda told: self.stopped(self.state.with_expression(told["value"])),
        }
        for name, example in EXAMPLES.items():
            acts[name] = lambda told, example=example: self.stopped(Pass(*example))
        for place in range(8):
            acts[f"number {place}"] = lambda told, place=place: self.set_number(place, told["value"])
        return acts

    def begin(self, plays: bool) -> Pass | None:
        """Begin or end a play: one that is at the end is played from its start."""
        return self.state.changed(step=0) if plays and self.state.step == self.state.last else None

    def stopped(self, one: Pass) -> Pass:
        """Pause, and go on with another state."""
        self.playing = False
        return one

    def go_to(self, step: int) -> Pass:
        """Go to a step, and pause."""
        return self.stopped(self.state.changed(step=min(max(step, 0), self.state.last)))

    def set_number(self, place: int, text: str) -> Pass:
        """Give one of the numbers another value; the step stays."""
        names = [*(self.state.numbers or {})]
        if place >= len(names):
            raise ValueError("there is no such number in the expression now")
        number = checked_number(names[place], read_number(text), *LIMITS)
        return self.state.changed(numbers={**(self.state.numbers or {}), names[place]: number})

    def choose(self, told: Told) -> Pass | None:
        """Go to the step that computes the value under the pointer, or, on the way back, that passes its gradient."""
        state = self.state
        if "key" in told:
            step = {"ArrowLeft": state.step - 1, "ArrowRight": state.step + 1, "Home": 0, "End": state.last}
            return self.go_to(step[told["key"]]) if told["key"] in step else None
        for value, (x, y) in placed(state.result).items():
            if abs(told["x"] - x) <= WIDE / 2 and abs(told["y"] - y) <= HIGH / 2 and value.parents:
                at = state.operations.index(value)
                return self.go_to(state.last - at if state.step > len(state.operations) else at + 1)
        return None

    def advance(self) -> bool:
        """Take one step; False after the last."""
        self.state = self.state.changed(step=min(self.state.step + 1, self.state.last))
        return self.state.step < self.state.last

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        state = self.state
        numbers = {
            f"number {place}": entries.field(name, number, step=0.1, limits=LIMITS)
            for place, (name, number) in enumerate((state.numbers or {}).items())
        }
        fields = [[*numbers][at : at + 2] for at in range(0, len(numbers), 2)]
        examples = {name: entries.button(name, tip=text) for name, (text, _) in EXAMPLES.items()}
        return numbers | examples | self.graph() | {
            "expression": entries.field("expression", state.expression, long=True, hint="+ - * / **, relu, exp, log"),
            "play": entries.play(interval=700),
            "step": entries.button("Step", tip="one step on", off=state.step == state.last),
            "back": entries.button("Back", tip="one step back", off=not state.step),
            "start": entries.button("Start", tip="before the first step", off=not state.step),
            "end": entries.button("End", tip="after the last step", off=state.step == state.last),
            "said": entries.words(said(state), live=True),
            "check": self.table(),
            "hint": entries.words(HINT, tone="quiet"),
            "code": entries.code(state.code),
            "layout": entries.layout(
                "Backpropagation stepper",
                ["expression", [*EXAMPLES], *fields, ["play", "step", "back"], ["start", "end", "undo"], "said",
                 entries.more("Check it by nudging", "check"), entries.more("The code of this state", "code"), "error"],
                ["graph", "hint"],
            ),
        }  # fmt: skip

    def table(self) -> Entry:
        """Return the gradients beside those found by nudging each number."""
        state, arrived = self.state, self.state.received()
        rows = [["number", "gradient", "by nudging"]]
        for value in (one for one in state.values if one.name):
            shown = written(arrived[value], 5) if value in arrived else "?"
            try:
                nudged = written(state.nudged(value.name), 5)
            except ValueError:
                nudged = "?"  # beside this place there is no value
            rows.append([value.name, shown, nudged])
        return entries.numbers("gradient of the result", rows, small=True)

    def graph(self) -> dict[str, Entry]:
        """Return the figure of the computation, as far as it is."""
        state, places = self.state, placed(self.state.result)
        columns, rows = (1 + max(place[axis] for place in places.values()) for axis in (0, 1))
        columns, rows = max(columns, 4), max(rows, 3)
        known, arrived, items = state.known, state.received(), []
        for value, (x, y) in places.items():
            for parent, local in zip(value.parents, value.local, strict=True):
                start = places[parent]
                passes = state.goes_back and value is state.current
                across = np.array([start[0] + WIDE / 2, x - WIDE / 2])
                down = np.array([start[1], y])
                items.append(entries.line(across, down, "third" if passes else "grey", width=3 if passes else 1.5))
                if passes:
                    items.append(entries.text(across.mean(), down.mean() - 0.08, f"× {written(local, 4)}", size=11,
                                              align="center", colour="third"))  # fmt: skip
        for value, (x, y) in places.items():
            items += self.box(value, x, y, known, arrived)
        found = f"{state.expression} = {written(state.result.number, 4)}" if state.result in known else state.expression
        return {
            "boxes": entries.layer(items),
            "graph": entries.figure(
                found, ["boxes"], f"The graph of {state.expression}. {' '.join(said(state))}", axes=False, click=True,
                height=round(ROW * rows), ratio=1.6 * columns / rows,
                x=entries.axis((-0.5, columns - 0.5), ticks=[]), y=entries.axis((rows - 0.5, -0.5), ticks=[]),
                keys="left and right step, Home and End go to the start and the end",
            ),
        }  # fmt: skip

    def box(self, value: Any, x: float, y: float, known: Any, arrived: Any) -> list[Entry]:
        """Return the box of a value: what it is, its number, and the gradient that has arrived."""
        state = self.state
        label = f"{state.name_of(value)}: {label_of(value)}" if value.parents else label_of(value)
        left, top, right, bottom = x - WIDE / 2, y - HIGH / 2, x + WIDE / 2, y + HIGH / 2
        items = [entries.line([left, right, right, left, left], [top, top, bottom, bottom, top], "ink", width=1)]
        if value is state.current:
            items.append(entries.frame([left, top, WIDE, HIGH]))
        said: list[tuple[float, str, Any]] = [(y - 0.21, label, {"size": 11})]
        if value in known:
            said.append((y + 0.02, written(value.number, 4), {"size": 13, "bold": True}))
        if value in arrived and (value.parents or value.name):
            said.append((y + 0.25, written(arrived[value], 4), {"size": 12, "colour": "third"}))
        items += [entries.text(x, at, text, align="center", baseline="middle", **style) for at, text, style in said]
        return items
