"""What a run is fed: batches of pictures, or of their kept activations, in an order that (seed, epoch) alone decide."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch

from .activations import FeatureExtractor, Features
from .data import ImageClassifierData, split_evenly
from .distributed import gather_rows
from .transforms import augment

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Batches = Iterator[tuple[torch.Tensor, torch.Tensor]]  # inputs (n, …) and labels (n,), on the device


def epoch_order(count: int, seed: int, epoch: int) -> np.ndarray:
    """Return the places 0 … count − 1 shuffled: the same for the same seed and epoch, whatever is read.

    >>> bool((epoch_order(9, seed=1, epoch=0) == epoch_order(9, seed=1, epoch=0)).all())
    True
    """
    return np.random.default_rng((seed, epoch)).permutation(count)


class Fed(Protocol):
    """What a run is fed with: batches to learn from, and batches to be judged by."""

    def train(self, seed: int, epoch: int) -> Batches:
        """Yield the training batches of an epoch."""
        ...

    def valid(self) -> Batches:
        """Yield the validation batches."""
        ...

    def total(self, sums: torch.Tensor) -> torch.Tensor:
        """Add up what all processes counted."""
        ...


class PictureBatches:
    """Batches of pictures uint8 (n, 3, size, size), decoded anew in each epoch and augmented on the device.

    Of several processes, each decodes its share of a batch, and knows the labels of all of it.
    """

    def __init__(self, data: ImageClassifierData, fabric: "Fabric") -> None:
        self.data, self.fabric = data, fabric

    def train(self, seed: int, epoch: int) -> Batches:
        """Yield the training pictures, shuffled; a batch of one is left out, for it has no variance."""
        order = epoch_order(len(self.data.train), seed, epoch)
        for pixels, labels, indices in self._read("train", order):
            if self.data.tfms.augmentation is not None and len(indices):
                pixels = augment(pixels, self.data.tfms.augmentation, seed=seed, epoch=epoch, indices=indices)
            labels = gather_rows(self.fabric, labels)
            if len(labels) > 1:
                yield pixels, labels

    def valid(self) -> Batches:
        """Yield the validation pictures in their own order, unchanged."""
        for pixels, labels, _ in self._read("valid", np.arange(len(self.data.valid))):
            yield pixels, labels

    def total(self, sums: torch.Tensor) -> torch.Tensor:
        """Add up what all processes counted on their shares."""
        return self.fabric.all_reduce(sums, reduce_op="sum") if self.fabric.world_size > 1 else sums  # type: ignore

    def _read(self, split: str, order: np.ndarray) -> Iterator[tuple[torch.Tensor, torch.Tensor, np.ndarray]]:
        device = self.fabric.device
        for batch in self.data.batches(split, order=order, share=(self.fabric.global_rank, self.fabric.world_size)):
            yield batch.pixels.to(device, non_blocking=True), batch.labels.to(device), batch.indices
        if self.fabric.world_size > 1:  # what one process could not read, the first tells
            for rank in range(self.fabric.world_size):
                self.data.leave_out(self.fabric.broadcast(self.data.unreadable, rank))


class BodyBatches:
    """Batches of activations float32 (n, features) that a frozen body gives anew for every batch of pictures."""

    def __init__(self, pictures: PictureBatches, extractor: FeatureExtractor) -> None:
        self.pictures, self.extractor = pictures, extractor

    def train(self, seed: int, epoch: int) -> Batches:
        """Yield the training pictures' activations, of augmented pictures where there is augmentation."""
        for pixels, labels in self.pictures.train(seed, epoch):
            # A copy: what was made in inference mode cannot take part in finding slopes.
            yield gather_rows(self.pictures.fabric, self.extractor(pixels).clone()), labels

    def valid(self) -> Batches:
        """Yield the validation pictures' activations in their own order."""
        for pixels, labels in self.pictures.valid():
            yield self.extractor(pixels), labels

    def total(self, sums: torch.Tensor) -> torch.Tensor:
        """Add up what all processes counted on their shares."""
        return self.pictures.total(sums)


class ActivationBatches:
    """Batches of kept activations float32 (n, features): the same pictures in the same batches, without the body.

    Of several processes, each has all of every batch: a head is so small that sharing it would cost more.
    """

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

    def total(self, sums: torch.Tensor) -> torch.Tensor:
        """Return the sums as they are: this process has counted every picture."""
        return sums

    def _read(self, split: str, order: np.ndarray) -> Batches:
        kept = self.features[split]
        row_of = np.full(len(order), -1)  # pictures that could not be read have no row
        row_of[kept.indices] = np.arange(len(kept))
        labels = torch.from_numpy(self.data.split(split).known_labels).to(self.device)
        for places in split_evenly(order, self.data.batch_size):
            places = places[row_of[places] >= 0]
            if len(places):
                yield kept.features[torch.from_numpy(row_of[places])], labels[torch.from_numpy(places)]
