"""Runs of a fresh head on kept activations: the same settings with several seeds."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...learner import ConvLearner
from ...lessons.three_questions import some_of_each, train_head
from ...widgets.numbers import Limits, as_code

SEEDS, MOST_EPOCHS, FEWEST = 3, 12, 4  # runs with each setting; epochs; training pictures of each class
POWERS = (-4, 1)  # of ten, between which the learning rate lies
KEPT = 6  # settings that are remembered


@dataclass(frozen=True, eq=False)
class Runs:
    """Training a fresh head with one choice of settings, once per seed.

    pictures: of each class, chosen by the seed. power: of ten, which is the learning rate. epochs: how many. tried:
    settings before these, and the error that came of them.
    """

    learn: ConvLearner = field(repr=False)
    pictures: int
    power: float
    epochs: int
    tried: tuple[tuple[str, float], ...] = field(default=(), repr=False)

    @property
    def rate(self) -> float:
        """The learning rate."""
        return float(f"{10**self.power:.2g}")

    @property
    def limits(self) -> Limits:
        """The lowest and highest value of each setting."""
        return limits_of(self.learn)

    @cached_property
    def outcomes(self) -> tuple[np.ndarray, np.ndarray]:
        """Validation errors (shares) and validation losses after each epoch: (seeds, epochs) each."""
        labels, measured = _labels(self.learn), range(1, self.epochs + 1)
        runs = [
            train_head(
                self.learn, some_of_each(labels, self.pictures, seed), rate=self.rate, measured=measured, seed=seed
            )
            for seed in range(SEEDS)
        ]
        return (
            np.array([[wrong.mean() for wrong, _, _ in run] for run in runs]),
            np.array([[loss for _, loss, _ in run] for run in runs]),
        )

    @property
    def code(self) -> str:
        """Lines that train so again."""
        made = f"Runs(learn, pictures={self.pictures}, power={as_code(self.power)}, epochs={self.epochs})"
        return f"from helpers.explorers.run_explorer import Runs\nerrors, losses = {made}.outcomes"

    @property
    def settings(self) -> str:
        """The settings in words."""
        epochs = f"{self.epochs} epoch{'s' * (self.epochs != 1)}"
        return f"{self.pictures:,} of each class, rate {self.rate:g}, {epochs}"

    def changed(self, **changes: Any) -> "Runs":
        """Return runs with other settings; these are remembered."""
        new = replace(self, **changes)
        if new.settings == self.settings:
            return self
        tried = (
            *(one for one in self.tried if one[0] != self.settings),
            (self.settings, float(self.outcomes[0][:, -1].mean())),
        )
        return replace(new, tried=tried[-KEPT:])


def limits_of(learn: ConvLearner) -> Limits:
    """Return the lowest and highest value of each setting."""
    most = int(np.bincount(_labels(learn), minlength=len(learn.data.classes)).min())
    return Limits(pictures=(min(FEWEST, most), most), power=POWERS, epochs=(1, MOST_EPOCHS))


def _labels(learn: ConvLearner) -> np.ndarray:
    return learn.data.train.known_labels[learn.activations("train").indices]


def first_runs(learn: ConvLearner, pictures: int = 32, rate: float = 0.01, epochs: int = 2) -> Runs:
    """Return the runs that the explorer opens with; ValueError for settings beyond its limits."""
    limits = limits_of(learn)
    power = limits.checked("power", np.log10(rate) if rate > 0 else np.nan)
    few = min(int(limits["pictures"][1]), pictures) if pictures == 32 else pictures
    return Runs(learn, limits.whole("pictures", few), power, limits.whole("epochs", epochs))
