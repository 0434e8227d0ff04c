"""How far a measured accuracy can be trusted: intervals, predictions with their counts, and honest comparisons."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import comb, sqrt
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


@dataclass(frozen=True)
class Comparison:
    """What two models say about the same pictures, counted where only one of them is right.

    only_first, only_second: pictures that only that model classified correctly. total: all pictures. p: how probable
    so uneven a split, or a more uneven one, would be if both models were equally good (McNemar's test, exact).
    """

    only_first: int
    only_second: int
    total: int

    @property
    def p(self) -> float:
        """The probability of a split at least so uneven when each of the differing pictures is a fair coin; 0 to 1."""
        differing, fewer = self.only_first + self.only_second, min(self.only_first, self.only_second)
        return min(1.0, 2 * sum(comb(differing, k) for k in range(fewer + 1)) / 2**differing)

    @property
    def verdict(self) -> str:
        """How the second model does beside the first, at 5 %: "better", "worse" or "not distinguishable"."""
        if self.p >= 0.05:
            return "not distinguishable"
        return "better" if self.only_second > self.only_first else "worse"

    def __repr__(self) -> str:
        words = {"not distinguishable": f"not distinguishable from the first with {self.total:,} pictures"}
        return (
            f"The second is {words.get(self.verdict, f'{self.verdict} than the first')}: {self.only_second:,} "
            f"of {self.total:,} only the second got right, {self.only_first:,} only the first (p = {self.p:.2g})"
        )


def compare(first: Predictions, second: Predictions) -> Comparison:
    """Return the paired comparison of two models' predictions for the same labelled pictures.

    Raises ValueError where the pictures or their order differ. McNemar (1947), "Note on the sampling error of the
    difference between correlated proportions or percentages". Taught in lesson 09.

    >>> labels, paths = np.array([0, 0, 1, 1]), [Path(f"{i}.jpg") for i in range(4)]
    >>> always_cat = Predictions(np.array([[0.9, 0.1]] * 4), labels, paths, ("cat", "dog"))
    >>> perfect = Predictions(np.eye(2)[labels], labels, paths, ("cat", "dog"))
    >>> compare(always_cat, perfect)
    The second is not distinguishable from the first with 4 pictures: 2 of 4 only the second got right, \
0 only the first (p = 0.5)
    """
    same = list(first.paths) == list(second.paths) and np.array_equal(first.known_labels, second.known_labels)
    if not same:
        raise ValueError(
            f"got predictions for {len(first):,} and for {len(second):,} pictures that are not the same in the same "
            "order; compare predictions of one split, such as both models' predict_all()"
        )
    one, other = first.correct, second.correct
    return Comparison(int((one & ~other).sum()), int((other & ~one).sum()), len(first))
