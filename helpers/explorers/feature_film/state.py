"""A very small convolutional network, trained in seconds, and its first kernels as they were after every few steps."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from ...data import ImageClassifierData
from ...device import one_thread
from ...widgets.numbers import checked_number

KERNELS, SIDE = 12, 7  # of the first layer: how many, and rows and columns
BATCH, EVERY, FIRST_SPREAD = 64, 5, 0.01  # pictures in a step; steps from frame to frame; of the first kernels' numbers
RATE, DECAY = 0.003, 0.5  # AdamW's; the decay, of the first kernels alone, lets what training does not need fade away


@dataclass(frozen=True, eq=False)
class Film:
    """The first kernels of a network while it learns: a frame after every few steps, and which of them is shown.

    steps: (frames,). kernels: (frames, 12, 7, 7). accuracies: on the validation pictures, (frames,).
    """

    steps: np.ndarray
    kernels: np.ndarray
    accuracies: np.ndarray
    frame: int = 0

    def at(self, step: float) -> "Film":
        """Return the film at the frame that is nearest to a step; ValueError beyond its ends."""
        number = checked_number("step", step, 0, int(self.steps[-1]))
        return replace(self, frame=int(np.abs(self.steps - number).argmin()))

    @property
    def step(self) -> int:
        """The step of the frame that is shown."""
        return int(self.steps[self.frame])

    def smoothness(self, frame: int) -> float:
        """Return how alike neighbours in a frame's kernels are: 0 for noise, 1 for kernels of a single value each."""
        kernels = self.kernels[frame]
        pairs = [(kernels[:, 1:], kernels[:, :-1]), (kernels[:, :, 1:], kernels[:, :, :-1])]
        return float(np.mean([np.corrcoef(one.ravel(), other.ravel())[0, 1] for one, other in pairs]))


def film_training(data: ImageClassifierData, steps: int = 300, *, seed: int = 1) -> Film:
    """Train a very small network on a data set's pictures, in grey, and film its first kernels.

    Three convolutions with ReLU, the first of 12 kernels of 7 × 7, with pooling; 13,530 numbers. Give pictures of
    about 48 pixels: 300 steps take a few seconds. ValueError for steps that are no multiple of 5. Taught in lesson 08.

    >>> from helpers import get_data, tfms_from_model
    >>> data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 32))
    >>> film = film_training(data, steps=10)
    >>> film.steps.tolist(), film.kernels.shape
    ([0, 5, 10], (3, 12, 7, 7))
    """
    steps = int(checked_number("steps", steps, EVERY, 5000, whole=True))
    if steps % EVERY:
        raise ValueError(
            f"got steps={steps}; a multiple of {EVERY} is needed: there is a frame for every {EVERY} steps"
        )
    with one_thread(), torch.random.fork_rng(devices=[]), torch.inference_mode(False), torch.enable_grad():
        torch.manual_seed(seed)
        (pictures, labels), (seen, answers) = (_grey(data, split) for split in ("train", "valid"))
        pictures, seen = ((one - pictures.mean()) / pictures.std() for one in (pictures, seen))
        network = small_network(len(data.classes))
        first: Any = network[0].weight
        rest = [value for value in network.parameters() if value is not first]
        optimizer = torch.optim.AdamW([{"params": [first], "weight_decay": DECAY}, {"params": rest}], lr=RATE)
        frames = []
        for step in range(steps + 1):
            if step % EVERY == 0:
                with torch.no_grad():
                    right = (network.eval()(seen).argmax(dim=1) == answers).float().mean().item()
                frames.append((step, first.detach()[:, 0].numpy().copy(), right))
                network.train()
            rows = torch.randint(len(labels), (BATCH,))
            batch = pictures[rows]
            mirrored = torch.rand(BATCH, 1, 1, 1) < 0.5
            loss = cross_entropy(network(torch.where(mirrored, batch.flip(3), batch)), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    numbers, kernels, accuracies = (np.array(part) for part in zip(*frames, strict=True))
    return Film(numbers, kernels, accuracies)


def small_network(classes: int) -> nn.Sequential:
    """Return the untrained network; its first kernels begin as faint noise.

    It is normalised by groups of channels: batch-norm's running statistics lag behind in so short a training.
    """
    network = nn.Sequential(
        nn.Conv2d(1, KERNELS, SIDE, stride=2, padding=SIDE // 2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(KERNELS, 32, 3, padding=1), nn.GroupNorm(4, 32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3, padding=1), nn.GroupNorm(4, 32), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, classes),
    )  # fmt: skip
    first: Any = network[0]
    nn.init.normal_(first.weight, std=FIRST_SPREAD)
    return network


def _grey(data: ImageClassifierData, split: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a split's pictures in grey, (n, 1, size, size), and their labels."""
    batches = [(batch.pixels.float().mean(dim=1, keepdim=True), batch.labels) for batch in data.batches(split)]
    pictures, labels = zip(*batches, strict=True)
    return torch.cat(pictures), torch.cat(labels)
