"""A small model, an optimiser and a few batches, to try a reader's training code on."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from .answers import Hint, kind_of

Batches = list[tuple[torch.Tensor, torch.Tensor]]


class SmallModel(nn.Module):
    """A classifier of 3 classes with batch-norm and dropout. It notes every call: training mode, gradients, inputs."""

    def __init__(self, dropout: float = 0.25) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(8)
        self.layers = nn.Sequential(nn.Linear(4, 8), self.norm, nn.ReLU(), nn.Dropout(dropout), nn.Linear(8, 3))
        self.calls: list[tuple[bool, bool, torch.Tensor]] = []

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the scores (n, 3) of inputs (n, 4)."""
        self.calls.append((self.training, torch.is_grad_enabled(), inputs))
        return self.layers(inputs)


def new_trial(dropout: float = 0.25) -> tuple[SmallModel, torch.optim.Optimizer, Batches]:
    """The same small model, its optimiser, and batches of 8, 8 and 3 inputs, at every call."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        model = SmallModel(dropout)
        batches = [(torch.randn(count, 4), torch.randint(3, (count,))) for count in (8, 8, 3)]
    return model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), batches


def run_on(answer: Any, *arguments: Any) -> Any:
    """Run the reader's function on these very objects, which it is meant to change; with the same dropout each time."""
    if not callable(answer):
        raise Hint(f"Your answer is {kind_of(answer)}. Give the function itself: its name, without brackets after it.")
    with torch.random.fork_rng(devices=[]), torch.inference_mode(False), torch.enable_grad():
        torch.manual_seed(0)
        try:
            return answer(*arguments)
        except Exception as error:
            words = " ".join(str(error).split())
            raise Hint(f"Your function stops with {type(error).__name__}: {words[:200]}") from None


def weights_of(model: nn.Module) -> torch.Tensor:
    """All parameters of a model, one after the other."""
    return torch.cat([value.detach().flatten() for value in model.parameters()])


def training_loop(*, evaluating: bool, softmax: bool, adding_up: bool) -> Callable[[SmallModel, Any, Batches], None]:
    """A training loop, right where nothing is true, with so many of its faults otherwise."""

    def train(model: SmallModel, optimizer: torch.optim.Optimizer, batches: Batches) -> None:
        model.train(not evaluating)
        for inputs, labels in batches:
            scores = model(inputs)
            loss = cross_entropy(scores.softmax(dim=1) if softmax else scores, labels)
            if not adding_up:
                optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return train


def check_order(rows: list[list[int]], count: int) -> None:
    """Hint where batches of 8, three epochs long, do not show each of `count` inputs once an epoch, in a new order."""
    sizes, wanted = [len(one) for one in rows], [8, 8, count - 16] * 3
    if not sizes:
        raise Hint("It never asks the model. model(inputs[rows]) gives the scores of a batch.")
    if sizes == wanted[:3]:
        raise Hint("That is one epoch. As many as `epochs` are asked for.")
    if sizes == [8, 8] * 3:
        raise Hint(f"The last batch of each epoch is left out: it has only {count - 16} inputs, and they count too.")
    if sizes == [count] * 3:
        raise Hint("It shows all inputs at once. Cut them into batches of `batch_size`, and take a step for each.")
    if sizes != wanted:
        raise Hint(f"For {count} inputs, 3 epochs and a batch size of 8 the batches are 8, 8, {count - 16}, and so on.")
    epochs = [[*rows[start], *rows[start + 1], *rows[start + 2]] for start in range(0, 9, 3)]
    if any(len(set(one)) < count for one in epochs):
        raise Hint("In an epoch some inputs are seen twice and others never. Shuffle all of them, then cut.")
    if epochs[0] == sorted(epochs[0]):
        raise Hint("The order is that of the data. torch.randperm(len(labels)) gives a new one.")
    if epochs[0] == epochs[1]:
        raise Hint("Every epoch has the same order. Draw a new one in the loop over epochs.")
