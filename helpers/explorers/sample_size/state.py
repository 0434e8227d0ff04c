"""How far a measured accuracy, or a measured difference of two, is off with so many validation pictures."""

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

from ...widgets.numbers import Limits, as_code, checked_number

Z = NormalDist().inv_cdf(0.975)  # 1.96: a normal variable stays within so many deviations 95 times in 100
LIMITS = Limits(pictures=(20, 20_000), accuracy=(50, 99.9), disagree=(0.1, 50), difference=(0.1, 20))
WHAT = {"pictures": "validation pictures", "accuracy": "accuracy (%)", "disagree": "disagreement (%)",
        "difference": "difference (points)"}  # fmt: skip


@dataclass(frozen=True)
class SampleSize:
    """A number of validation pictures, and what is measured on them; all shares in percent.

    accuracy: of one model. disagree: the pictures of which exactly one of two models is right. difference: in points,
    what should be seen. A margin is half of a 95 % interval in points, by the normal approximation; of a difference
    for two models that are equally good.

    >>> SampleSize(pictures=300, accuracy=95).margin.__round__(2)
    2.47
    >>> SampleSize(accuracy=95, disagree=4, difference=1).needed, SampleSize(disagree=4, difference=1).needed_paired
    (1825, 1537)
    """

    pictures: int = 300
    accuracy: float = 95.0
    disagree: float = 4.0
    difference: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is beyond the limits, in a sentence."""
        for name, (low, high) in LIMITS.items():
            checked_number(WHAT[name], getattr(self, name), low, high, whole=name == "pictures")

    @property
    def variances(self) -> tuple[float, float]:
        """The variance that one picture adds: to the accuracy of one model, and to the difference of two."""
        return self.accuracy / 100 * (1 - self.accuracy / 100), self.disagree / 100

    @property
    def margin(self) -> float:
        """The margin of the accuracy of one model."""
        return margin_of(self.variances[0], self.pictures)

    @property
    def paired_margin(self) -> float:
        """The margin of the difference between two models on the same pictures."""
        return margin_of(self.variances[1], self.pictures)

    @property
    def needed(self) -> int:
        """How many pictures make the margin of one model as small as the difference."""
        return _needed(self.variances[0], self.difference)

    @property
    def needed_paired(self) -> int:
        """How many pictures make the margin of a comparison as small as the difference."""
        return _needed(self.variances[1], self.difference)

    def changed(self, **changes: Any) -> "SampleSize":
        """Return the same with other values."""
        return replace(self, **changes)

    @property
    def code(self) -> str:
        """Lines that compute it again."""
        values = ", ".join(f"{name}={as_code(getattr(self, name))}" for name in LIMITS)
        return f"from helpers.explorers.sample_size import SampleSize\nsize = SampleSize({values})"


def margin_of(variance: float, pictures: float) -> float:
    """Return half of a 95 % interval, in points, of a mean over pictures whose single values have this variance."""
    return 100 * Z * math.sqrt(variance / pictures)


def _needed(variance: float, difference: float) -> int:
    return math.ceil((100 * Z / difference) ** 2 * variance)
