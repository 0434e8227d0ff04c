"""The training loop, short enough to read aloud: predict, measure the loss, find the slopes, take a step."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from .history import Record
from .progress import Progress
from .schedule import Plan

READ_EVERY = 20  # steps: reading a loss makes a GPU wait, so they are read together


class TrainingDiverged(ArithmeticError):
    """The loss became infinite or not a number; the message says at which rate, and what to try."""


class StopTraining(Exception):
    """Raised inside the loop when an observer asks to stop."""


class Measured(NamedTuple):
    """A model measured on a split: mean loss per picture, how many were right, how many there were."""

    loss: float
    correct: int
    total: int


def train_epoch(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    *,
    record: Record,
    backward: Callable[[torch.Tensor], Any],
    after_batch: Callable[[int, torch.Tensor], None],
    bar: Progress,
    read_every: int = READ_EVERY,
) -> float:
    """Show the model every batch (inputs, labels) once and return the mean loss per picture. Lesson 08 rebuilds it."""
    losses: list[torch.Tensor] = []
    counts: list[int] = []
    unread = 0
    try:
        for inputs, labels in batches:
            loss = cross_entropy(model(inputs), labels)
            optimizer.zero_grad()
            backward(loss)
            optimizer.step()

            losses.append(loss.detach())
            counts.append(len(labels))
            after_batch(len(losses), losses[-1])
            if len(losses) - unread == read_every:
                new, unread = losses[unread:], len(losses)
                _read(new, record)
                bar.advance(read_every)
    finally:  # after an interrupt too: a loss that is no number must not leave its weights behind
        try:
            _read(losses[unread:], record)
        finally:
            del record.rates[len(record.losses) :]  # a step that was broken off has a rate, but no loss
        bar.advance(len(losses) - unread)
    if not losses:
        raise ValueError("there are no pictures to train on: none could be read, and data.unreadable says why")
    taken = record.losses[-len(losses) :]
    return sum(loss * count for loss, count in zip(taken, counts, strict=True)) / sum(counts)


def paced(
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    optimizer: torch.optim.Optimizer,
    plan: Plan,
    rates: Sequence[float],
    *,
    record: Record,
    epoch: int = 0,
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Pass on the batches of an epoch, counted from 0, and before each set the rates that the plan has for that step.

    rates: one per layer group; the optimizer's groups carry the place of theirs as "group".
    """
    for step, batch in enumerate(batches, epoch * plan.steps):
        factor, momentum = plan.at(step)
        for group in optimizer.param_groups:
            group["lr"], group["momentum"] = rates[group["group"]] * factor, momentum
        record.rates.append(tuple(rate * factor for rate in rates))
        yield batch


def _read(losses: list[torch.Tensor], record: Record) -> None:
    """Move losses from the device to the record, and stop where one is not a finite number."""
    if not losses:
        return
    record.losses += torch.stack(losses).float().cpu().tolist()
    for step, loss in enumerate(record.losses[-len(losses) :], start=len(record.losses) - len(losses) + 1):
        if not math.isfinite(loss):
            raise TrainingDiverged(f"the loss became {loss} at step {step}")


@torch.inference_mode()
def evaluate(
    model: nn.Module,
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    *,
    total: Callable[[torch.Tensor], torch.Tensor] = lambda sums: sums,
) -> Measured:
    """Measure the model on labelled batches: every picture counts once, whatever the size of its batch.

    total: adds up what several processes counted, (loss, correct, pictures).
    """
    sums: Any = 0.0
    for inputs, labels in batches:
        scores = model(inputs).float()
        loss = cross_entropy(scores, labels, reduction="sum")
        sums = sums + torch.stack([loss, (scores.argmax(1) == labels).sum(), loss.new_tensor(len(labels))])
    if not isinstance(sums, torch.Tensor):
        raise ValueError("there are no pictures to be judged by: none could be read, and data.unreadable says why")
    loss, correct, pictures = total(sums).tolist()
    return Measured(loss / pictures, int(correct), int(pictures))
