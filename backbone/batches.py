"""Batches for training the backbone: pictures from every archive, mixed in shares that change over the run."""

from dataclasses import dataclass

import numpy as np
import torch
from augment import PAINTED, augmented, normalise, resized
from pictures import PictureSet

NATIVE = 128
SIZES = ((0.25, 64), (0.60, 96), (1.0, NATIVE))  # up to this part of the run, pictures of this side in pixels


@dataclass(frozen=True)
class Batch:
    """One batch: normalised pictures, the teacher's logits and standardised features, labels (-1: none)."""

    pictures: torch.Tensor
    logits: torch.Tensor
    features: torch.Tensor
    labels: torch.Tensor


class Batches:
    """All sets together: deals training batches by step number; knows the classes and the held-out pictures.

    `begin`: where in the plan of sizes and shares the run begins, 0 for a new network, more for one that has learned.
    `paint`: the share of pictures shown as if painted.
    """

    def __init__(self, sets: list[PictureSet], seed: int, begin: float = 0.0, paint: float = PAINTED) -> None:
        self.sets, self.seed, self.begin, self.paint = sets, seed, begin, paint
        self.classes = sorted({name for one in sets for name in one.classes if name is not None})
        number = {name: i for i, name in enumerate(self.classes)}
        self.labels = [torch.tensor([number.get(name, -1) for name in one.classes]) for one in sets]
        self.held_out = [np.flatnonzero(one.held_out) for one in sets]
        self.training = [np.flatnonzero(~one.held_out) for one in sets]
        some = [one.features[rows[:4000], 0].astype(np.float32) for one, rows in zip(sets, self.training, strict=True)]
        self.mean = torch.from_numpy(np.concatenate(some).mean(axis=0))
        self.deviation = torch.from_numpy(np.concatenate(some).std(axis=0)) + 1e-3

    def batch(self, step: int, progress: float, batch_size: int) -> Batch:
        """The batch of a step: a function of seed, step and progress alone, so that a resumed run needs no memory."""
        rng = np.random.default_rng((self.seed, step))
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        progress = self.begin + (1 - self.begin) * progress
        size = next(side for until, side in SIZES if progress <= until)
        shares = np.array([np.interp(progress, (0, 0.5, 1), one.kind.shares) for one in self.sets])
        counts = np.bincount(rng.choice(len(self.sets), batch_size, p=shares / shares.sum()), minlength=len(self.sets))
        pictures, logits, features, labels = [], [], [], []
        for one, training, known, count in zip(self.sets, self.training, self.labels, counts, strict=True):
            rows = np.sort(rng.choice(training, count))  # sorted: the views lie in a file
            views = rng.integers(one.kind.views, size=count)
            pictures.append(resized(one.views[rows, views], size * 9 // 8))
            logits.append(torch.from_numpy(one.logits[rows, views]))
            features.append(one.features[rows, views])
            labels.append(known[rows])
        moved = normalise(augmented(torch.cat(pictures), size, generator, self.paint))
        return Batch(moved, torch.cat(logits).float(), self.standardised(np.concatenate(features)), torch.cat(labels))

    def standardised(self, features: np.ndarray) -> torch.Tensor:
        """The teacher's features (n, 1280), each with mean 0 and deviation 1 over the training pictures."""
        return (torch.from_numpy(features).float() - self.mean) / self.deviation
