"""The learning-rate finder: raise the rate at every step, watch the loss, and read a good rate off the curve."""

import math
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import torch
from matplotlib.axes import Axes

from .history import Record, smoothed
from .plots import plot_range_test
from .schedule import MOMENTUM, Plan, whole_number

KEEP = 0.85  # of the running mean at each step
FEWEST = 16  # steps before a curve can tell anything
SETTLING = 8  # steps in which the running mean is one of few losses, and jumps
NOISE = 7  # times the noise of the running mean: how far a flat curve falls at random, 99 times of 100
CLEARLY = 0.2  # of the steepest gradient: what still counts as clearly improving
CHOSEN = "still improving"


class LearningRateError(ValueError):
    """A curve from which no rate can be read; the message says why, and `learn.sched.plot()` shows it."""


@dataclass
class RangeTest(Record):
    """What `lr_find` saw: rates and losses of every step, the smoothed curve, and what known rules choose on it.

    classes: how many there are, which tells what guessing costs.
    """

    must_be_finite: ClassVar[bool] = False  # a loss that is no number ends the curve, and is no error
    READ_EVERY: ClassVar[int] = 1  # the loss of each step decides whether there is another

    classes: int = 2
    best: float = field(default=math.inf, repr=False)

    @property
    def smoothed(self) -> np.ndarray:
        """The running mean of the finite losses, corrected for its start; shape (steps,)."""
        return smoothed([loss for loss in self.losses if math.isfinite(loss)], KEEP)

    @property
    def suggestions(self) -> dict[str, float]:
        """The rate that each known rule chooses; LearningRateError where the curve is too short or flat.

        "still improving": the highest rate at which the loss is still clearly improving, the course's choice.
        "steepest": where it falls fastest. "valley": two thirds of the way down the longest fall.
        "minimum / 10": a tenth of the rate with the lowest loss.
        """
        curve = self.smoothed
        steps, rates = len(curve), np.array([rate[-1] for rate in self.rates[: len(curve)]])
        if steps < FEWEST:
            why = "it became infinite or not a number" if steps < len(self.losses) else "there were no more steps"
            raise LearningRateError(
                f"the loss could be followed for {steps} steps only, because {why}; {FEWEST} are needed: "
                "start lower, learn.lr_find(start=1e-8), or look at the pictures first"
            )
        lowest = SETTLING + int(curve[SETTLING:].argmin())
        top = SETTLING + int(curve[SETTLING : lowest + 1].argmax())
        fall = float(curve[top] - curve[lowest])
        noise = float(np.std(np.diff(self.losses[: lowest + 1]))) / math.sqrt(2) * math.sqrt((1 - KEEP) / (1 + KEEP))
        if lowest - top < 3 or fall < max(NOISE * noise, 0.02 * float(curve[top])):
            raise LearningRateError(
                f"the loss never fell clearly below {curve[top]:.3g} at any rate up to {rates[-1]:.2g}, so none can be "
                "chosen: learn.sched.plot() shows it; type learn.summary() to see what learns, or give a larger end="
            )
        gradients = _gradients(np.log10(rates), curve)[top : lowest + 1]
        steepest = int(gradients.argmin())
        clear = np.flatnonzero(gradients <= CLEARLY * gradients[steepest])
        last = steepest
        for index in clear[clear > steepest]:  # not past the first rest: what falls later may be noise
            last = index if index - last <= 2 else last
        if top + last >= steps - 3 and steps == len(self.losses):
            raise LearningRateError(
                f"the loss was still falling at the highest rate that was tried, {rates[-1]:.2g}; give a larger end=, "
                "such as learn.lr_find(end=10)"
            )
        return {
            CHOSEN: float(rates[top + last]),
            "steepest": float(rates[top + steepest]),
            "valley": float(rates[top + (lowest - top) * 2 // 3]),
            "minimum / 10": float(rates[lowest] / 10),
        }

    @property
    def suggestion(self) -> float:
        """The rate of the course's rule, of the last layer group."""
        return self.suggestions[CHOSEN]

    def on_batch_end(self, step: int, loss: torch.Tensor) -> bool:
        """Watch a run, and stop it where the curve has shot up."""
        last = self.losses[-1]
        curve = float(smoothed(self.losses, KEEP)[-1]) if math.isfinite(last) else math.inf
        self.best = min(self.best, curve)
        # Four times the best; after a good start that is too little, so at least half of what guessing costs.
        shot_up = len(self.losses) > FEWEST and curve > max(4 * self.best, 0.5 * math.log(self.classes))
        return shot_up or not math.isfinite(last)

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw the loss against the rate, raw and smoothed, with a mark for the choice of every rule. Lesson 03."""
        self._needs_steps("plot")
        try:
            marks = self.suggestions
        except LearningRateError:
            marks = {}
        return plot_range_test([rate[-1] for rate in self.rates], self.losses, self.smoothed, marks, ax=ax)

    def plot_lr(self, *, ax: Axes | None = None) -> Axes:
        """Draw the learning rate at each step, upwards by factors of ten. Lesson 03."""
        axes = super().plot_lr(ax=ax)
        axes.set_yscale("log")
        return axes


def _gradients(x: np.ndarray, y: np.ndarray, reach: int = 4) -> np.ndarray:
    """Return dy/dx at every x: of the straight line that fits it and its neighbours best, `reach` a side."""
    result = np.empty(len(x))
    for index in range(len(x)):
        near = slice(max(0, index - reach), index + reach + 1)
        across, up = x[near] - x[near].mean(), y[near] - y[near].mean()
        result[index] = (across * up).sum() / (across * across).sum()
    return result


def range_plan(first: float, last: float, steps: int) -> Plan:
    """Return the plan of a range test: the rate grows by the same factor at every step, from `first` to `last`.

    Smith (2015), "Cyclical learning rates for training neural networks". Raises ValueError. Taught in lesson 03.

    >>> range_plan(0.001, 1.0, 31).factors[::10].round(6).tolist()
    [1.0, 10.0, 100.0, 1000.0]
    """
    steps = whole_number("steps", steps, "steps")
    if steps < FEWEST:
        raise ValueError(f"got steps={steps}; a curve needs {FEWEST} or more, such as learn.lr_find(steps=100)")
    if not last > first:
        raise ValueError(f"got start={first:g} and end={last:g}; the rate grows, so end must be larger, such as end=10")
    choices = {"n": 1, "cycle_len": None, "cycle_mult": 1, "schedule": "range test"}
    return Plan(1, steps, np.geomspace(1.0, last / first, steps), np.full(steps, MOMENTUM), choices)


def needs_two_batches(batches: int, pictures: int) -> None:
    """Raise LearningRateError where the training pictures make up one batch only, with what to type."""
    if batches < 2:
        advice = f"type batch_size={max(2, pictures // 4)} in ImageClassifierData.from_paths"
        more = "put more pictures into the training folder: 4 are the fewest, and a curve needs dozens"
        found = f"got one batch of {pictures} pictures; the finder needs two"
        raise LearningRateError(f"{found}: {advice if pictures > 3 else more}")
