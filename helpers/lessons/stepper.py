"""The state of a descent on a · x² that is taken one step at a time, and what is to be said of every step."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .descent import NEAR, Quadratic, judge_rate

LARGEST_RATE, SMALLEST_RATE = 1.5, 0.001  # for a = 1; twice as steep a curve needs rates half as large
LARGEST_START = 5.0
AWAY = 1000.0  # whoever is so far from the bottom will not come back
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

    def __post_init__(self) -> None:
        """Check the choices and stand at the start."""
        self.curve = Quadratic(self.a)
        self.set_rate(self.rate)
        self.set_start(self.start)

    def set_rate(self, rate: Any) -> None:
        """Take the next steps at another rate; where we stand stays."""
        low, high = self.rates
        self.rate = _checked("the rate", rate, low, high)

    def set_start(self, start: Any) -> None:
        """Go to another start."""
        self.start = _checked("the start", start, -LARGEST_START, LARGEST_START)
        self.reset()

    @property
    def rates(self) -> tuple[float, float]:
        """The smallest and the largest rate that may be set."""
        return SMALLEST_RATE / self.a, LARGEST_RATE / self.a

    @property
    def x(self) -> float:
        """Where we stand."""
        return self.positions[-1]

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.positions) - 1

    @property
    def slope(self) -> float:
        """The slope where we stand."""
        return float(self.curve.slope(self.x))

    @property
    def move(self) -> float:
        """What the next step takes away from x: rate × slope."""
        return self.rate * self.slope

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
        self.before = self.positions if len(self.positions) > 1 else self.before
        self.positions, self.taken = [self.start], []

    def beside(self, momentum: float) -> list[float]:
        """Return the positions of a descent with momentum, from the same start and at the same rates.

        As in `torch.optim.SGD`: the speed keeps so much of itself, the slope is added, and a step is rate × speed.

        >>> stepper = Stepper(rate=0.25, start=4.0)
        >>> stepper.go_to(2)
        >>> stepper.positions, stepper.beside(momentum=0.5)
        ([4.0, 2.0, 1.0], [4.0, 2.0, 0.0])
        """
        speed, positions = 0.0, self.positions[:1]
        for rate in self.taken:
            speed = momentum * speed + float(self.curve.slope(positions[-1]))
            positions.append(positions[-1] - rate * speed)
        return positions

    def go_to(self, steps: int) -> None:
        """Step or go back until so many steps are taken, or the run has ended."""
        while self.steps > steps:
            self.back()
        while self.steps < steps and self.step():
            pass

    @property
    def verdict(self) -> str:
        """What is to be said of the rate, and of what has happened so far."""
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
        here = f"x = {_short(self.x)}, loss {_short(float(self.curve(self.x)))}"
        if self.ended:
            return f"{here}. Press Reset, or Back."
        return (
            f"{here}. Next step: slope {2 * self.a:g} × {_in_brackets(self.x)} = {_short(self.slope)}, "
            f"rate × slope = {self.rate:g} × {_in_brackets(self.slope)} = {_short(self.move)}, "
            f"new x = {_short(self.x)} − {_in_brackets(self.move)} = {_short(self.x - self.move)}."
        )


def _checked(name: str, value: Any, low: float, high: float) -> float:
    """Return a number between low and high; ValueError with a sentence otherwise."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not low - 1e-9 <= number <= high + 1e-9:
        raise ValueError(f"got {value!r} as {name}; a number from {_short(low)} to {_short(high)} is needed")
    return number


def _short(number: float) -> str:
    """Four digits, and a minus as long as a plus: -2.0 becomes "−2"."""
    return f"{number:.4g}".replace("-", "−")


def _in_brackets(number: float) -> str:
    """As `_short`, in brackets where a sign in front would stand beside another."""
    return f"({_short(number)})" if number < 0 else _short(number)


def in_steps(count: int) -> str:
    """Return a number of steps in words.

    >>> in_steps(1), in_steps(2)
    ('1 step', '2 steps')
    """
    return "1 step" if count == 1 else f"{count} steps"
