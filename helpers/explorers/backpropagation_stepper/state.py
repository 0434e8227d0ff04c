"""An expression, and how far it is computed forward and its gradients back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ...lessons.backpropagation import Value, computation
from ...widgets.numbers import as_code, checked_number, written
from .expressions import MOST_VALUES, compute, names_in

EXAMPLES = {
    "one weight": ("(w * x - y) ** 2", {"w": 3.0, "x": 2.0, "y": 1.0}),
    "one unit": ("(v * relu(w * x + b) - y) ** 2", {"v": 2.0, "w": 1.5, "x": 2.0, "b": -1.0, "y": 1.0}),
    "used twice": ("a * b + a", {"a": 2.0, "b": 3.0}),
    "sigmoid": ("1 / (1 + exp(-x))", {"x": 1.0}),
}
FIRST = "one weight"
LIMITS = (-100.0, 100.0)
NUDGE = 1e-4


@dataclass(frozen=True)
class Pass:
    """An expression with the numbers of its names, and a step: first every operation forward, then back from the last.

    Names without a number get 1, those of an example its own. ValueError with a sentence for what is no expression, or
    has no value. Taught in lesson 10.

    >>> Pass("(w * x - y) ** 2", {"w": 3, "x": 2, "y": 1}).gradients()
    {'w': 20.0, 'x': 30.0, 'y': -10.0}
    """

    expression: str = EXAMPLES[FIRST][0]
    numbers: Mapping[str, float] | None = None
    step: int = 0

    def __post_init__(self) -> None:
        given = dict(EXAMPLES.values()).get(self.expression, {}) if self.numbers is None else self.numbers
        names = names_in(self.expression)
        if unknown := set(given) - set(names):
            raise ValueError(f"got a number for {min(unknown)}, which is not in the expression {self.expression}")
        checked = {name: checked_number(name, given.get(name, 1.0), *LIMITS) for name in names}
        object.__setattr__(self, "numbers", checked)
        if len(self.values) > MOST_VALUES:
            raise ValueError(f"that makes {len(self.values)} numbers; {MOST_VALUES} at most can be drawn")
        object.__setattr__(self, "step", int(checked_number("step", self.step, 0, self.last, whole=True)))

    @cached_property
    def result(self) -> Value:
        """The result, with all gradients."""
        result = compute(self.expression, self.numbers or {})
        result.backward()
        return result

    @cached_property
    def values(self) -> list[Value]:
        """All values, each after its parents."""
        return computation(self.result)

    @cached_property
    def operations(self) -> list[Value]:
        """The values that are computed, in order."""
        return [value for value in self.values if value.parents]

    @property
    def last(self) -> int:
        """The number of the last step: every operation forward, the result's own gradient, every operation back."""
        return 2 * len(self.operations) + 1

    @property
    def current(self) -> Value | None:
        """The value that the step computes, or that passes its gradient back; None at the start."""
        forward = len(self.operations)
        if self.step <= forward:
            return self.operations[self.step - 1] if self.step else None
        return self.result if self.step == forward + 1 else self.operations[-(self.step - forward - 1)]

    @property
    def goes_back(self) -> bool:
        """Whether the step passes a gradient back."""
        return self.step > len(self.operations) + 1

    @property
    def known(self) -> set[Value]:
        """The values that are computed so far."""
        return {value for value in self.values if not value.parents} | set(self.operations[: self.step])

    def received(self, step: int | None = None) -> dict[Value, float]:
        """Return the gradients that have arrived after a step, this one unless told.

        A value that is used twice gets its gradient in two parts, and after the first it is not yet whole.
        """
        back = (self.step if step is None else step) - len(self.operations) - 1
        if back < 0:
            return {}
        arrived = {self.result: 1.0}
        for value in self.operations[::-1][:back]:
            for parent, local in zip(value.parents, value.local, strict=True):
                arrived[parent] = arrived.get(parent, 0.0) + local * arrived[value]
        return arrived

    def gradients(self) -> dict[str, float]:
        """Return the gradient of the result with respect to each named number."""
        return {value.name: value.gradient for value in self.values if value.name}

    def nudged(self, name: str) -> float:
        """Return how much the result changes by a small change of one number, per change: a gradient by trying."""
        numbers = dict(self.numbers or {})
        above, below = (
            compute(self.expression, numbers | {name: numbers[name] + sign * NUDGE}).number for sign in (1, -1)
        )
        return (above - below) / (2 * NUDGE)

    def changed(self, **changes: Any) -> "Pass":
        """Return a pass with another expression, other numbers or another step."""
        return replace(self, **changes)

    def with_expression(self, text: str) -> "Pass":
        """Return a pass of another expression, from its start; names that it shares keep their numbers."""
        kept = dict(self.numbers or {})
        return Pass(text, {name: kept[name] for name in names_in(text) if name in kept})

    @property
    def code(self) -> str:
        """The lines that draw this state."""
        numbers = ", ".join(f'"{name}": {as_code(number)}' for name, number in (self.numbers or {}).items())
        return f'axes = plot_graph(Pass("{self.expression}", {{{numbers}}}, step={self.step}))'

    def name_of(self, value: Value) -> str:
        """Return what a value is called in words: its name, its number where it is a constant, t1, t2 … or result."""
        if value.name or not value.parents:
            return value.name or written(value.number, 4)
        return "result" if value is self.result else f"t{self.operations.index(value) + 1}"
