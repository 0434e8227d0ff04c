"""What a run is fed: batches of pictures, or of their kept activations, in an order that (seed, epoch) alone decide."""

from collections.abc import Iterator

import numpy as np
import torch

from .activations import Features
from .data import ImageClassifierData, split_evenly
from .transforms import augment

Batches = Iterator[tuple[torch.Tensor, torch.Tensor]]  # inputs (n, …) and labels (n,), on the device


def epoch_order(count: int, seed: int, epoch: int) -> np.ndarray:
    """Return the places 0 … count − 1 shuffled: the same for the same seed and epoch, whatever is read.

    >>> bool((epoch_order(9, seed=1, epoch=0) == epoch_order(9, seed=1, epoch=0)).all())
    True
    """
    return np.random.default_rng((seed, epoch)).permutation(count)


class PictureBatches:
    """Batches of pictures uint8 (n, 3, size, size), decoded anew in each epoch and augmented on the device."""

    def __init__(self, data: ImageClassifierData, device: torch.device) -> None:
        self.data, self.device = data, device

    def train(self, seed: int, epoch: int) -> Batches:
        """Yield the training pictures, shuffled; a batch of one is left out, for it has no variance."""
        order = epoch_order(len(self.data.train), seed, epoch)
        for pixels, labels, indices in self._read("train", order):
            if self.data.tfms.augmentation is not None:
                pixels = augment(pixels, self.data.tfms.augmentation, seed=seed, epoch=epoch, indices=indices)
            if len(labels) > 1:
                yield pixels, labels

    def valid(self) -> Batches:
        """Yield the validation pictures in their own order, unchanged."""
        for pixels, labels, _ in self._read("valid", np.arange(len(self.data.valid))):
            yield pixels, labels

    def _read(self, split: str, order: np.ndarray) -> Iterator[tuple[torch.Tensor, torch.Tensor, np.ndarray]]:
        for batch in self.data.batches(split, order=order):
            yield batch.pixels.to(self.device, non_blocking=True), batch.labels.to(self.device), batch.indices


class ActivationBatches:
    """Batches of kept activations float32 (n, features): the same pictures in the same batches, without the body."""

    def __init__(self, data: ImageClassifierData, device: torch.device, features: dict[str, Features]) -> None:
        self.data, self.device, self.features = data, device, features

    def train(self, seed: int, epoch: int) -> Batches:
        """Yield the training pictures' activations, shuffled; a batch of one is left out."""
        for features, labels in self._read("train", epoch_order(len(self.data.train), seed, epoch)):
            if len(labels) > 1:
                yield features, labels

    def valid(self) -> Batches:
        """Yield the validation pictures' activations in their own order."""
        return self._read("valid", np.arange(len(self.data.valid)))

    def _read(self, split: str, order: np.ndarray) -> Batches:
        kept = self.features[split]
        row_of = np.full(len(order), -1)  # pictures that could not be read have no row
        row_of[kept.indices] = np.arange(len(kept))
        labels = torch.from_numpy(self.data.split(split).known_labels).to(self.device)
        for places in split_evenly(order, self.data.batch_size):
            places = places[row_of[places] >= 0]
            if len(places):
                yield kept.features[torch.from_numpy(row_of[places])], labels[torch.from_numpy(places)]
