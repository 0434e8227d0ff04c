"""Whether probabilities can be taken at their word: of pictures said to be 80 % cats, four in five should be cats."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from ..plots import FIRST, GREY, new_axes
from ..schedule import whole_number
from ..statistics import Predictions, wilson_interval


@dataclass(frozen=True, eq=False, repr=False)
class Reliability:
    """Predictions in bins by the probability of the predicted class: how sure, and how often right. Empty bins are out.

    counts, correct: pictures in each bin, and those classified correctly (bins,). confidence: the mean probability in
    each bin (bins,).
    """

    counts: np.ndarray
    correct: np.ndarray
    confidence: np.ndarray

    @property
    def accuracy(self) -> np.ndarray:
        """The share of correct predictions in each bin: (bins,)."""
        return self.correct / self.counts

    @property
    def intervals(self) -> np.ndarray:
        """The 95 % interval of each bin's accuracy: (bins, 2)."""
        return np.array([*map(wilson_interval, self.correct.tolist(), self.counts.tolist())])

    @property
    def error(self) -> float:
        """The expected calibration error: |accuracy − confidence|, averaged over all pictures; 0 to 1.

        Few pictures make it larger: their accuracy differs from the confidence by chance. The intervals allow for that.
        """
        return float(np.average(np.abs(self.accuracy - self.confidence), weights=self.counts))

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw each bin's accuracy with its interval against its confidence; a perfect model lies on the diagonal."""
        axes, sure = new_axes(ax, (4.6, 4.2)), 100 * self.confidence
        axes.axline((100, 100), slope=1, color=GREY, linestyle="--", label="perfectly calibrated")
        axes.vlines(sure, *(100 * self.intervals.T), color=FIRST, linewidth=2, label="95 % interval")
        axes.scatter(sure, 100 * self.accuracy, s=16 + 120 * self.counts / self.counts.max(), color=FIRST, zorder=3)
        axes.set(xlabel="probability of the predicted class (%)", ylabel="classified correctly (%)")
        axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
        return axes

    def __repr__(self) -> str:
        return f"Expected calibration error {100 * self.error:.1f} % over {self.counts.sum():,} pictures"


def reliability(predictions: Predictions, *, bins: int = 10) -> Reliability:
    """Sort labelled predictions into bins of equal width, from 1 / classes to 1, and count how often each is right.

    Guo and others (2017), "On calibration of modern neural networks".

    >>> said, files = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.2, 0.8]]), ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
    >>> four = Predictions(said, np.array([0, 1, 1, 1]), files, ("cats", "dogs"))
    >>> round(reliability(four, bins=5).error, 3)  # |1/2 − 0.9| · 2/4 + |1 − 0.8| · 2/4
    0.3
    """
    sure, correct = predictions.probabilities.max(axis=1).astype(float), predictions.correct
    edges = np.linspace(1 / len(predictions.classes), 1, whole_number("bins", bins, "bins") + 1)
    _, place = np.unique(np.searchsorted(edges[1:-1], sure), return_inverse=True)  # numbered without the empty ones
    counts = np.bincount(place)
    return Reliability(counts, np.bincount(place, correct).astype(int), np.bincount(place, sure) / counts)
