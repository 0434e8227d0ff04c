"""Backpropagation by hand: numbers that remember what they were computed from, and a network made of them.

Taught in lesson 10. Rumelhart, Hinton and Williams (1986) showed how well networks learn by it; Linnainmaa (1970) had
described it for any computation.
"""

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np


class Value:
    """A number that remembers what it was computed from; `backward()` finds how the result depends on each number.

    number: the number itself. name: for drawings. parents: the values it was computed from. local: for each parent, the
    derivative of this value with respect to it. operation: what computed it.

    >>> w, x, b = Value(3.0), Value(2.0), Value(-1.0)
    >>> loss = (w * x + b) ** 2
    >>> loss.backward()
    >>> loss.number, w.gradient, x.gradient, b.gradient
    (25.0, 20.0, 30.0, 10.0)
    """

    def __init__(
        self,
        number: float,
        name: str = "",
        parents: tuple["Value", ...] = (),
        local: tuple[float, ...] = (),
        operation: str = "",
    ) -> None:
        self.number, self.name, self.gradient = float(number), name, 0.0
        self.parents, self.local, self.operation = parents, local, operation

    def __repr__(self) -> str:
        named = f"{self.name} = " if self.name else ""
        return f"Value({named}{self.number:.6g}, gradient {self.gradient:.6g})"

    def __add__(self, other: "Number") -> "Value":
        other = as_value(other)
        return Value(self.number + other.number, "", (self, other), (1.0, 1.0), "+")

    def __mul__(self, other: "Number") -> "Value":
        other = as_value(other)
        return Value(self.number * other.number, "", (self, other), (other.number, self.number), "×")

    def __pow__(self, power: float) -> "Value":
        return Value(self.number**power, "", (self,), (power * self.number ** (power - 1),), f"power {power:g}")

    def relu(self) -> "Value":
        """Return the number where it is positive, and 0 elsewhere."""
        return Value(max(0.0, self.number), "", (self,), (float(self.number > 0),), "ReLU")

    def exp(self) -> "Value":
        """Return e to the power of this number."""
        result = math.exp(self.number)
        return Value(result, "", (self,), (result,), "exp")

    def log(self) -> "Value":
        """Return the natural logarithm."""
        return Value(math.log(self.number), "", (self,), (1 / self.number,), "log")

    def __sub__(self, other: "Number") -> "Value":
        other = as_value(other)
        return Value(self.number - other.number, "", (self, other), (1.0, -1.0), "−")

    def __truediv__(self, other: "Number") -> "Value":
        return self * as_value(other) ** -1

    def __neg__(self) -> "Value":
        return 0 - self

    def __rsub__(self, other: "Number") -> "Value":
        return as_value(other) - self

    def __rtruediv__(self, other: "Number") -> "Value":
        return as_value(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def backward(self) -> None:
        """Compute the gradient of this value with respect to every value before it.

        As in PyTorch, what a computation begins with adds its gradient to the one it has; set that to 0 before.
        """
        order = computation(self)
        for value in order:
            if value.parents:
                value.gradient = 0.0
        self.gradient += 1.0
        for value in reversed(order):
            for parent, local in zip(value.parents, value.local, strict=True):
                parent.gradient += local * value.gradient


Number = Value | float


def as_value(number: Number) -> Value:
    """Return a number as a `Value`."""
    return number if isinstance(number, Value) else Value(number)


def computation(result: Value) -> list[Value]:
    """Return every value that a result was computed from, each after its parents; the result comes last.

    >>> a = Value(2, "a")
    >>> [one.name or one.operation for one in computation(a * a + 1)]
    ['a', '×', '', '+']
    """
    # A list of what is waiting, not a function that calls itself: Python allows about a thousand calls inside calls.
    order, seen, waiting = [], set(), [(result, False)]
    while waiting:
        value, parents_done = waiting.pop()
        if parents_done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            waiting += [(value, True), *((parent, False) for parent in reversed(value.parents))]
    return order


class ScalarNetwork:
    """A network of single values: linear layers with ReLU in between, drawn with the variance 2 / inputs (He).

    sizes: inputs, hidden units, scores, as [2, 8, 2].

    >>> network = ScalarNetwork([2, 3, 2], seed=1)
    >>> len(network.parameters), len(network([0.5, -0.5]))
    (17, 2)
    """

    def __init__(self, sizes: Sequence[int], seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.weights = [
            [[Value(rng.normal(0, math.sqrt(2 / inputs))) for _ in range(inputs)] for _ in range(outputs)]
            for inputs, outputs in itertools.pairwise(sizes)
        ]
        self.biases = [[Value(0.0) for _ in layer] for layer in self.weights]

    def __call__(self, inputs: Iterable[float]) -> list[Value]:
        """Return the scores of one example."""
        values = [*map(as_value, inputs)]
        for number, (weights, biases) in enumerate(zip(self.weights, self.biases, strict=True), 1):
            sums = zip(weights, biases, strict=True)
            values = [sum((w * x for w, x in zip(row, values, strict=True)), bias) for row, bias in sums]
            if number < len(self.weights):
                values = [value.relu() for value in values]
        return values

    @property
    def parameters(self) -> list[Value]:
        """All weights and biases."""
        weights = [one for layer in self.weights for row in layer for one in row]
        return weights + [one for layer in self.biases for one in layer]


def cross_entropy(scores: Sequence[Value], label: int) -> Value:
    """Return the loss of one example: −log of the probability that softmax gives to its label.

    >>> round(cross_entropy([Value(0.0), Value(0.0)], label=1).number, 4)
    0.6931
    """
    return sum((score.exp() for score in scores), Value(0.0)).log() - scores[label]
