"""What happened in a run: its settings, a row for each epoch, a rate and a loss for each step."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, overload

import numpy as np
import torch
from matplotlib.axes import Axes

from .plots import plot_line


class TrainingDiverged(ArithmeticError):
    """The loss became infinite or not a number; the message says at which rate, and what to try."""


class Epoch(NamedTuple):
    """One row of a history: an epoch's number from 1, mean losses, accuracy with its 95 % interval, seconds."""

    epoch: int
    train_loss: float
    valid_loss: float
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    seconds: float

    HEADER = "epoch   train loss   valid loss   accuracy   95 % interval    seconds"

    def line(self) -> str:
        """The row as it is printed below `HEADER`."""
        interval = f"{100 * self.accuracy_low:.1f} to {100 * self.accuracy_high:.1f} %"
        return (
            f"{self.epoch:>5}   {self.train_loss:>10.4f}   {self.valid_loss:>10.4f}   {100 * self.accuracy:>6.1f} %"
            f"   {interval:<15}  {self.seconds:>7.1f}"
        )


@dataclass
class EpochTable:
    """Shows the rows of a run as they come: printed below `HEADER`, or in a notebook one table that grows.

    In a notebook means: printed text would be shown there. Where somebody redirects it, the text goes where it should.
    """

    shown: int = 0
    handle: Any = None

    def __call__(self, rows: Sequence[Epoch]) -> None:
        """Show the rows that are new."""
        lines = [Epoch.HEADER, *(row.line() for row in rows)]
        if not hasattr(sys.stdout, "pub_thread"):  # a kernel's own stream has one
            print("\n".join(lines[self.shown :]))
        else:
            from IPython.display import display

            both = {"text/plain": "\n".join(lines), "text/html": in_html(rows)}
            if self.handle is None:
                self.handle = display(both, raw=True, display_id=True)
            else:
                self.handle.update(both, raw=True)
        self.shown = len(lines)


def in_html(rows: Sequence[Epoch]) -> str:
    """Return rows as an HTML table, the accuracy set off."""
    names = ("epoch", "train loss", "valid loss", "accuracy", "95 % interval", "time")
    heads = "".join(f"<th>{name}</th>" for name in names)
    body = "".join(
        f"<tr><td>{row.epoch}</td><td>{row.train_loss:.4f}</td><td>{row.valid_loss:.4f}</td>"
        f'<td style="font-size: 1.15em"><b>{100 * row.accuracy:.1f} %</b></td>'
        f"<td>{100 * row.accuracy_low:.1f} to {100 * row.accuracy_high:.1f} %</td><td>{row.seconds:.1f} s</td></tr>"
        for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True)
class Settings:
    """What was run: all that tells this run from another, under the names of the arguments that chose it.

    lr: one rate per layer group. pictures: how many there are to learn from. pretrained: whether the body began so.
    epochs_before: of the same learner.
    """

    architecture: str
    size: int
    lr: tuple[float, ...]
    n: int
    cycle_len: int | None
    cycle_mult: int
    schedule: str
    frozen: bool
    precompute: bool
    augmentation: str | None
    batch_size: int
    classes: tuple[str, ...]
    pictures: int
    seed: int | None
    pretrained: bool
    epochs_before: int


@dataclass(frozen=True, eq=False, repr=False)
class History(Sequence[Epoch]):
    """The rows of one `fit`: `history[-1].accuracy`, `[row.valid_loss for row in history]`, `history.settings.lr`.

    Its repr is one closing line, because the rows were printed as they came.
    """

    rows: Sequence[Epoch] = ()
    settings: Settings | None = None
    interrupted: bool = False

    @overload
    def __getitem__(self, index: int) -> Epoch: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Epoch]: ...
    def __getitem__(self, index: int | slice) -> Epoch | Sequence[Epoch]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        stopped = " (interrupted)" if self.interrupted else ""
        if not self.rows:
            return f"No epoch was finished{stopped}"
        last = self.rows[-1]
        count = "1 epoch" if len(self.rows) == 1 else f"{len(self.rows)} epochs"
        return (
            f"{count}{stopped}: accuracy {100 * last.accuracy:.1f} % after the last, valid loss {last.valid_loss:.4f}"
        )


@dataclass
class Record:
    """What happened at each step of the last run: the learning rate per layer group, and the loss of the batch."""

    must_be_finite: ClassVar[bool] = True
    READ_EVERY: ClassVar[int] = 20  # steps: reading a loss makes a GPU wait, so they are read together

    rates: list[tuple[float, ...]] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)

    def read(self, losses: list[torch.Tensor]) -> None:
        """Move the losses of the latest steps from their device, out of the list that is given.

        Raises TrainingDiverged where one is not a finite number.
        """
        new = torch.stack(losses).float().tolist() if losses else []
        losses.clear()
        self.losses += new
        del self.rates[len(self.losses) :]  # a step that was broken off has a rate, but no loss
        wrong = [step for step, loss in enumerate(new, len(self.losses) - len(new) + 1) if not math.isfinite(loss)]
        if wrong and self.must_be_finite:
            raise TrainingDiverged(f"the loss became {self.losses[wrong[0] - 1]} at step {wrong[0]}")

    def plot_lr(self, *, ax: Axes | None = None) -> Axes:
        """Draw the learning rate (of the head) at each step. Lesson 03."""
        self._needs_steps("plot_lr")
        rates = [rates[-1] for rates in self.rates]
        return plot_line(range(1, len(rates) + 1), rates, xlabel="step", ylabel="learning rate", ax=ax)

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw the loss of each step's batch, and in front its running mean. Lesson 02."""
        self._needs_steps("plot")
        steps = np.arange(1, len(self.losses) + 1)
        axes = plot_line(
            steps, self.losses, xlabel="step", ylabel="training loss", colour="#bcd7f2", label="one batch", ax=ax
        )
        return plot_line(
            steps, smoothed(self.losses), xlabel="step", ylabel="training loss", label="running mean", ax=axes
        )

    def _needs_steps(self, name: str) -> None:
        if not self.losses:
            raise ValueError(f"sched.{name}() has nothing to draw before a run; type learn.fit(0.01, 2) first")


def smoothed(values: Sequence[float], keep: float = 0.9) -> np.ndarray:
    """Return a running mean that keeps `keep` of itself at each step, corrected for its start at zero.

    >>> smoothed([2.0, 2.0, 2.0]).round(6).tolist()
    [2.0, 2.0, 2.0]
    """
    mean, result = 0.0, []
    for step, value in enumerate(values, start=1):
        mean = keep * mean + (1 - keep) * value
        result.append(mean / (1 - keep**step))
    return np.array(result)
