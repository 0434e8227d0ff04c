"""How far a measured accuracy can be trusted: intervals, and predictions with their counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np


def wilson_interval(correct: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval in which the true accuracy lies with `confidence`, as two fractions (low, high).

    `correct` of `total` pictures were classified correctly. Raises ValueError for counts that cannot be.
    Wilson (1927), "Probable inference, the law of succession, and statistical inference". Taught in lesson 02.

    >>> low, high = wilson_interval(1982, 2000)
    >>> f"{low:.4f} to {high:.4f}"
    '0.9858 to 0.9943'
    """
    if total <= 0 or not 0 <= correct <= total:
        raise ValueError(f"got {correct} correct of {total}; we need 0 ≤ correct ≤ total and at least one picture")
    if not 0 < confidence < 1:
        raise ValueError(f"got confidence={confidence}; it is a fraction between 0 and 1, such as 0.95")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = correct / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    # At the ends rounding would leave the share itself just outside.
    return 0.0 if correct == 0 else centre - half, 1.0 if correct == total else centre + half


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a model said about a set of pictures, beside what they are.

    probabilities: (pictures, classes), rows sum to 1. labels: (pictures,) class numbers, or None where the pictures
    have no labels. paths: the files, in the same order. classes: the names behind the numbers.
    """

    probabilities: np.ndarray
    labels: np.ndarray | None
    paths: Sequence[Path] = field(repr=False)
    classes: Sequence[str]

    def __len__(self) -> int:
        return len(self.probabilities)

    @property
    def predicted(self) -> np.ndarray:
        """The most probable class of each picture, as its number; shape (pictures,)."""
        return self.probabilities.argmax(axis=1)

    @property
    def known_labels(self) -> np.ndarray:
        """The labels; ValueError where the pictures have none."""
        if self.labels is None:
            raise ValueError("these pictures have no labels, so nothing says which predictions are right")
        return self.labels

    @property
    def correct(self) -> np.ndarray:
        """Whether each picture was classified correctly; shape (pictures,), booleans."""
        return self.predicted == self.known_labels

    @property
    def accuracy(self) -> float:
        """The share of pictures classified correctly: every picture counts once."""
        return float(self.correct.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the accuracy."""
        return wilson_interval(int(self.correct.sum()), len(self))

    def __repr__(self) -> str:
        if self.labels is None:
            return f"Predictions for {len(self):,} unlabelled pictures of {len(self.classes)} classes"
        low, high = self.interval
        return (
            f"Predictions for {len(self):,} pictures: {int(self.correct.sum()):,} right, accuracy "
            f"{100 * self.accuracy:.1f} % (95 % interval {100 * low:.1f} to {100 * high:.1f} %)"
        )
