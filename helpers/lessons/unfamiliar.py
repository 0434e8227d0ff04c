"""When a picture looks like neither class: its distance from the training pictures, in the body's activations.

The body turns a picture into a row of numbers, its activations. The distance of a picture is 1 minus the cosine
similarity to a training picture, averaged over the five nearest. Half of the validation pictures set the threshold
beyond which 5 % of pictures like them lie; the other half check it.

Measured on 540 Imagenette pictures without its dogs, and on validation pictures that had no part in the threshold;
means over 20 ways to halve the validation pictures, in percent (others caught, false alarms):

                                     drawn sample    photographs     photographs
                                     resnet10        resnet10        mobilenet_v2
    highest probability              54   5.2        28   4.9        36   4.5
    energy of the scores             61   5.3        20   4.5        33   4.7
    cosine, nearest class mean      100   5.2        98   5.1        85   4.8
    Mahalanobis, covariance shrunk  100   4.6        94   5.2        94   5.2
    cosine, nearest picture         100   4.9        94   4.6        99   4.8
    cosine, five nearest pictures   100   5.2        99   4.8        99   5.0

The nearest class mean is simpler still, but with 200 training pictures of each class some choices of them left
mobilenet_v2 at 59 %, where the nearest pictures stayed above 97 %. Unlike is not the same as of another class: of
Imagenette's 60 springers, dogs all, 44 and 33 % look like neither. A large distance may only mean another kind of
photograph.
"""

from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from PIL.Image import Image
from safetensors.numpy import save_file

from ..files.images import picture_tensor, resize_and_crop
from ..files.keeping import write_atomically
from ..files.weights import DAMAGED, read_tensors
from ..learner import ConvLearner
from ..models import body_digest
from ..names import shortened
from ..plots import FIRST, SECOND, THIRD, new_axes
from ..predictor import ModelFileError, Predictor

NEIGHBOURS, MOST = 5, 2000  # of training pictures: to average over, and to compare with (more change little)


def distances_to_nearest(features: ArrayLike, known: ArrayLike) -> np.ndarray:
    """Return 1 − the mean cosine similarity of each row (n, features) to its five nearest rows of `known`: (n,).

    Sun and others (2022), "Out-of-distribution detection with deep nearest neighbors".

    >>> distances_to_nearest([[2.0, 0.0], [0.0, 3.0]], [[1.0, 0.0]]).tolist()
    [0.0, 1.0]
    """
    rows, others = np.asarray(features, dtype=np.float32), np.asarray(known, dtype=np.float32)
    rows, others = (each / np.linalg.norm(each, axis=1, keepdims=True).clip(1e-12) for each in (rows, others))
    return 1 - np.sort(rows @ others.T, axis=1)[:, -NEIGHBOURS:].mean(axis=1)


def threshold_for(distances: ArrayLike, false_alarms: float = 0.05) -> float:
    """Return the threshold that the next picture of the same kind exceeds with a probability of at most `false_alarms`.

    Of n distances it is number (1 − false_alarms) · (n + 1) from below, rounded up: split conformal prediction (Lei
    and others, 2018). ValueError where there are too few for that.

    >>> threshold_for(range(1, 20))
    19.0
    """
    ordered = np.sort(np.asarray(distances, dtype=float))
    number = ceil((1 - false_alarms) * (len(ordered) + 1) - 1e-9)  # 1e-9: 0.9 · 20 may be a little more than 18
    if not 1 <= number <= len(ordered):
        few = f"got {false_alarms=}, and {len(ordered)} validation pictures (half of them) to set the threshold by"
        raise ValueError(f"{few}; n of them allow shares from 1 / (n + 1) to 1: add pictures, or give another share")
    return float(ordered[number - 1])


@dataclass(frozen=True, eq=False, repr=False)
class Familiarity:
    """How far pictures are from a learner's training pictures, and from where on that is too far.

    known: activations of training pictures (n, features). threshold: a distance. checked: the distances of the
    validation pictures that did not set it, so that `flagged(checked)` counts false alarms (n,). version: of the body.
    Make one with `Familiarity.of(learn)`.
    """

    predictor: Predictor
    known: np.ndarray
    threshold: float
    checked: np.ndarray
    version: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, learn: ConvLearner, *, false_alarms: float = 0.05, seed: int = 0) -> "Familiarity":
        """Measure a learner's training and validation pictures.

        false_alarms: the share of pictures of its classes that may look like neither. seed: halves the validation
        pictures. Raises ValueError where they are too few.
        """
        known, valid = (learn.activations(split).features.cpu().numpy() for split in ("train", "valid"))
        known, valid = (np.random.default_rng(seed).permutation(each) for each in (known, valid))
        setting, checked = np.array_split(distances_to_nearest(valid, known := known[:MOST]), 2)
        threshold = threshold_for(setting, false_alarms)
        return cls(learn.predictor, known, threshold, checked, learn.predictor.extractor.version)

    def distance(self, picture: str | Path | Image | np.ndarray) -> float:
        """Return the distance of a picture, given as to `learn.predict`: 0 to 2."""
        if self.predictor.extractor.version != self.version:
            raise ValueError("the body has changed since these distances were measured; type Familiarity.of(learn)")
        pixels = resize_and_crop(picture_tensor(picture), self.predictor.model.size)
        return float(distances_to_nearest(self.predictor.extractor(pixels[None]).cpu(), self.known)[0])

    def looks_like_neither(self, picture: str | Path | Image | np.ndarray) -> bool:
        """Say whether a picture is farther from the training pictures than the threshold."""
        return self.distance(picture) > self.threshold

    def flagged(self, distances: ArrayLike) -> tuple[int, int]:
        """Return how many distances lie beyond the threshold, and of how many: `wilson_interval(*flagged)`."""
        return int((np.asarray(distances) > self.threshold).sum()), np.size(distances)

    def save(self, path: str | Path) -> Path:
        """Keep it in one safetensors file: with the saved model it needs no training picture, and no learner."""
        kept = {"known": self.known, "checked": self.checked, "threshold": np.array([self.threshold])}
        body = {"body": body_digest(self.predictor.model) + repr(self.predictor.classes)}
        return write_atomically(Path(path), lambda temporary: save_file(kept, temporary, body), durable=True)

    @classmethod
    def load(cls, path: str | Path, predictor: Predictor) -> "Familiarity":
        """Return what `save` kept, for the same model: `Familiarity.load(path, load_model(...))`.

        Raises ModelFileError for any other file, and for another model.
        """
        try:
            tensors, facts = read_tensors(Path(path))
            known, checked, (threshold,) = (tensors[name].numpy() for name in ("known", "checked", "threshold"))
            if facts["body"] != body_digest(predictor.model) + repr(predictor.classes):
                raise ValueError(f"it is of another body than this {predictor.model.name}'s, or of other classes")
        except DAMAGED as error:
            raise ModelFileError(f"{shortened(Path(path).name)} is no file of familiar.save(path): {error}") from None
        return cls(predictor, known, float(threshold), checked, predictor.extractor.version)

    def __repr__(self) -> str:
        far, total = self.flagged(self.checked)
        return f"Distances above {self.threshold:.3f} look like neither (false alarms: {far:,} of {total:,} pictures)"


def plot_distances(familiar: Familiarity, others: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw the distances of checked validation pictures and of others as histograms, and the threshold."""
    axes, groups = new_axes(ax), [familiar.checked, np.asarray(others)]
    weights, names = [np.full(len(far), 100 / len(far)) for far in groups], ["validation pictures", "other things"]
    axes.hist(groups, 40, weights=weights, histtype="stepfilled", alpha=0.75, color=[FIRST, SECOND], label=names)
    axes.axvline(familiar.threshold, color=THIRD, linestyle="--", label="threshold")
    axes.set(xlabel="distance from the training pictures", ylabel="% of pictures")
    axes.legend(frameon=False)
    return axes
