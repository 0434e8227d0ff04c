"""The source of a run's batches: pictures, a frozen body's output for them, or kept activations."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from .activations import FeatureExtractor, Features, KeptActivations
from .data import ImageClassifierData, split_evenly
from .distributed import gather_rows
from .transforms import augment

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Batches = Iterator[tuple[torch.Tensor, torch.Tensor]]  # inputs (n, …) and labels (n,), on the device


def epoch_order(count: int, seed: int, epoch: int) -> np.ndarray:
    """Return the indices 0 … count − 1 shuffled: the same for the same seed and epoch, whatever is read.

    >>> bool((epoch_order(9, seed=1, epoch=0) == epoch_order(9, seed=1, epoch=0)).all())
    True
    """
    return np.random.default_rng((seed, epoch)).permutation(count)


@dataclass
class PictureBatches:
    """Batches of pictures, decoded anew in each epoch, augmented on the device, and run through the body.

    They are the activations float32 (n, features) of its fast copy; where it learns, the training batches are pictures
    uint8 (n, 3, size, size). Of several processes, each decodes its share of a batch, and has the labels and
    activations of all of it.
    """

    data: ImageClassifierData
    fabric: "Fabric"
    body: FeatureExtractor
    learns: bool
    small, shared = False, True  # one thread is not enough; each of several processes measures a share

    def prepare(self) -> None:
        """Do nothing: pictures are read as they are needed."""

    def train(self, seed: int, epoch: int) -> Batches:
        """Yield the training batches of an epoch, shuffled; a batch of one is left out, for it has no variance."""
        augmentation, together = self.data.tfms.augmentation, self.fabric.world_size > 1
        order = epoch_order(len(self.data.splits["train"].paths), seed, epoch)
        for inputs, labels, indices in self._read("train", order):
            if augmentation is not None and len(indices):
                inputs = augment(inputs, augmentation, seed=seed, epoch=epoch, indices=indices)
            if not self.learns:  # a copy: what was made in inference mode cannot take part in finding gradients
                inputs = self.body(inputs).clone()
            if together:
                inputs = inputs if self.learns else gather_rows(self.fabric, inputs)
                labels = gather_rows(self.fabric, labels)
            if len(labels) > 1:
                yield inputs, labels

    def valid(self) -> Batches:
        """Yield the activations of the validation batches; of several processes, each its shares."""
        for inputs, labels, _ in self._read("valid", np.arange(len(self.data.splits["valid"].paths))):
            yield self.body(inputs), labels

    def _read(self, split: str, order: np.ndarray) -> Iterator[tuple[torch.Tensor, torch.Tensor, np.ndarray]]:
        device, rank, processes = self.fabric.device, self.fabric.global_rank, self.fabric.world_size
        for batch in self.data.batches(split, order=order, share=(rank, processes)):
            yield batch.pixels.to(device, non_blocking=True), batch.labels.to(device), batch.indices
        if processes > 1:  # what one process could not read, the first tells
            for one in range(processes):
                self.data.leave_out(self.fabric.broadcast(self.data.unreadable, one))


@dataclass
class ActivationBatches:
    """Batches of kept activations float32 (n, features): the same pictures in the same batches, without the body.

    Of several processes, each has all of every batch: a head is so small that sharing it would cost more.
    """

    kept: KeptActivations
    data: ImageClassifierData
    device: torch.device
    features: dict[str, Features] = field(default_factory=dict)
    small, shared = True, False  # one thread does it fastest; every process measures all

    def prepare(self) -> None:
        """Have all activations in memory."""
        self.features["train"], self.features["valid"] = self.kept.of("train", "valid")

    def train(self, seed: int, epoch: int) -> Batches:
        """Yield the training batches of an epoch, shuffled; a batch of one is left out."""
        for features, labels in self._read("train", epoch_order(len(self.data.splits["train"].paths), seed, epoch)):
            if len(labels) > 1:
                yield features, labels

    def valid(self) -> Batches:
        """Yield the validation batches."""
        return self._read("valid", np.arange(len(self.data.splits["valid"].paths)))

    def _read(self, split: str, order: np.ndarray) -> Batches:
        kept = self.features[split]
        row_of = np.full(len(order), -1)  # pictures that could not be read have no row
        row_of[kept.indices] = np.arange(len(kept.indices))
        labels = torch.from_numpy(np.asarray(self.data.splits[split].labels)).to(self.device)
        for indices in split_evenly(order, self.data.batch_size):
            indices = indices[row_of[indices] >= 0]
            if len(indices):
                yield kept.features[torch.from_numpy(row_of[indices])], labels[torch.from_numpy(indices)]


Source = PictureBatches | ActivationBatches
