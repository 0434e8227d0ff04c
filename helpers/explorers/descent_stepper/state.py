"""Gradient descent on a · x², one step at a time, with the arithmetic and the verdict of each step in words."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...lessons.descent import NEAR, Quadratic, judge_rate

LARGEST_RATE, SMALLEST_RATE = 1.5, 0.001  # for a = 1; twice as steep a curve needs rates half as large
LARGEST_START = 5.0
AWAY = 1000.0  # from so far from the minimum it will not come back
MOST = 100  # steps


@dataclass
class Stepper:
    """Gradient descent on a · x², one step at a time; `positions` holds the start and where each step led.

    rate: from 0.001 / a to 1.5 / a. start: from -5 to 5. ValueError with a sentence for others. Taught in lesson 03.

    >>> stepper = Stepper(rate=0.25, start=4.0)
    >>> stepper.step(), stepper.x, stepper.back(), stepper.x
    (True, 2.0, True, 4.0)
    """

    rate: float = 0.1
    start: float = 4.0
    a: float = 1.0
    positions: list[float] = field(default_factory=list, repr=False)
    taken: list[float] = field(default_factory=list, repr=False)  # the rate of each step: it may change on the way
    before: list[float] = field(default_factory=list, repr=False)  # the positions of the run before this one
    taken_before: list[float] = field(default_factory=list, repr=False)  # and its rates

    def __post_init__(self) -> None:
        """Check the arguments, and begin at the start."""
        self.curve = Quadratic(self.a)
        self.set_rate(self.rate)
        self.set_start(self.start)

    def set_rate(self, rate: Any) -> None:
        """Take the next steps at another learning rate, from the same position."""
        low, high = self.rates
        self.rate = _checked("the rate", rate, low, high)

    def set_start(self, start: Any) -> None:
        """Begin at another start."""
        self.start = _checked("the start", start, -LARGEST_START, LARGEST_START)
        self.reset()

    @property
    def rates(self) -> tuple[float, float]:
        """The smallest and the largest learning rate that may be set."""
        return SMALLEST_RATE / self.a, LARGEST_RATE / self.a

    @property
    def x(self) -> float:
        """The current position."""
        return self.positions[-1]

    @property
    def steps(self) -> int:
        """The number of steps taken."""
        return len(self.positions) - 1

    @property
    def gradient(self) -> float:
        """The gradient at the current position."""
        return float(self.curve.gradient(self.x))

    @property
    def move(self) -> float:
        """What the next step subtracts from x: rate × gradient."""
        return self.rate * self.gradient

    @property
    def losses(self) -> np.ndarray:
        """The loss at the start and after each step, (steps + 1,)."""
        return self.curve(self.positions)

    @property
    def ended(self) -> bool:
        """Whether no further step will be taken: too far away, or too many."""
        return abs(self.x) > AWAY or self.steps >= MOST

    def step(self) -> bool:
        """Take one step downhill; False where the run has ended."""
        if self.ended:
            return False
        self.taken.append(self.rate)
        self.positions.append(self.x - self.move)
        return True

    def back(self) -> bool:
        """Take the last step back; False at the start."""
        if not self.steps:
            return False
        self.positions.pop()
        self.taken.pop()
        return True

    def reset(self) -> None:
        """Go back to the start; what was run is kept as the run before."""
        if self.taken:
            self.before, self.taken_before = self.positions, self.taken
        self.positions, self.taken = [self.start], []

    def beside(self, momentum: float) -> list[float]:
        """Return the positions of gradient descent with momentum, from the same start and at the same rates.

        As in `torch.optim.SGD`: velocity = momentum × velocity + gradient, and a step is rate × velocity.

        >>> stepper = Stepper(rate=0.25, start=4.0)
        >>> stepper.go_to(2)
        >>> stepper.positions, stepper.beside(momentum=0.5)
        ([4.0, 2.0, 1.0], [4.0, 2.0, 0.0])
        """
        velocity, positions = 0.0, self.positions[:1]
        for rate in self.taken:
            velocity = momentum * velocity + float(self.curve.gradient(positions[-1]))
            positions.append(positions[-1] - rate * velocity)
        return positions

    def go_to(self, steps: int) -> None:
        """Step or go back until so many steps are taken, or the run has ended."""
        while self.steps > steps:
            self.back()
        while self.steps < steps and self.step():
            pass

    @property
    def verdict(self) -> str:
        """A verdict on the rate, and on the steps so far, in words."""
        kind, why = judge_rate(self.rate, self.a)
        line = f"Rate {self.rate:g} is {kind}: {why}."
        if not self.start:
            return "You start at the bottom. The slope is 0 there, so no rate leads away. Choose another start."
        if abs(self.x) > AWAY:
            return f"{line} After {in_steps(self.steps)} x is further than {AWAY:,.0f} from the bottom: it diverged."
        if self.steps and abs(self.x) <= NEAR * abs(self.start):
            return f"{line} After {in_steps(self.steps)} at most 1 % of the distance is left: it has arrived."
        return line

    @property
    def numbers(self) -> str:
        """The arithmetic of the next step, to be checked by hand.

        >>> Stepper(rate=0.1, start=4.0).numbers
        'x = 4, loss 16. Next step: slope 2 × 4 = 8, rate × slope = 0.1 × 8 = 0.8, new x = 4 − 0.8 = 3.2.'
        """
        here = f"x = {_four_digits(self.x)}, loss {_four_digits(float(self.curve(self.x)))}"
        if self.ended:
            return f"{here}. Press Reset, or Back."
        return (
            f"{here}. Next step: slope {2 * self.a:g} × {_in_brackets(self.x)} = {_four_digits(self.gradient)}, "
            f"rate × slope = {self.rate:g} × {_in_brackets(self.gradient)} = {_four_digits(self.move)}, "
            f"new x = {_four_digits(self.x)} − {_in_brackets(self.move)} = {_four_digits(self.x - self.move)}."
        )


def _checked(name: str, value: Any, low: float, high: float) -> float:
    """Return a number between low and high; ValueError with a sentence otherwise."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not low - 1e-9 <= number <= high + 1e-9:
        got = f"{value:.15g}" if isinstance(value, float) else repr(value)
        raise ValueError(f"got {got} as {name}; a number from {_four_digits(low)} to {_four_digits(high)} is needed")
    return number


def _four_digits(number: float) -> str:
    """Return four digits, with a true minus sign: -2.0 becomes "−2"."""
    return f"{number:.4g}".replace("-", "−")


def _in_brackets(number: float) -> str:
    """Return `_four_digits`, in brackets where a sign in front would stand beside another."""
    return f"({_four_digits(number)})" if number < 0 else _four_digits(number)


def in_steps(count: int) -> str:
    """Return a number of steps in words.

    >>> in_steps(1), in_steps(2)
    ('1 step', '2 steps')
    """
    return "1 step" if count == 1 else f"{count} steps"
