"""Learning rates over a run: the plan made before it starts, and the record of what happened in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, overload

import numpy as np
from matplotlib.axes import Axes

from .plots import plot_line
from .statistics import wilson_interval


def rates_per_group(lr: float | Sequence[float], groups: int) -> tuple[float, ...]:
    """Return one learning rate per layer group from a number, or from a sequence of that many numbers.

    >>> rates_per_group(0.01, 3)
    (0.01, 0.01, 0.01)
    """
    try:
        rates = np.atleast_1d(np.asarray(lr, dtype=float))
    except (TypeError, ValueError):
        raise ValueError(f"got lr={lr!r}; a learning rate is a positive number, such as 0.01") from None
    if rates.shape == (1,):
        rates = np.repeat(rates, groups)
    if rates.shape != (groups,):
        raise ValueError(
            f"got {len(rates)} learning rates; we need one number, or {groups}: early body, late body, head, "
            "such as [1e-4, 1e-3, 1e-2]"
        )
    if not (np.isfinite(rates) & (rates > 0)).all():
        raise ValueError(f"got lr={lr!r}; a learning rate is a positive number, such as 0.01")
    return tuple(float(rate) for rate in rates)


@dataclass(frozen=True, eq=False)
class Plan:
    """The learning rates of a run, made before it starts: for each step a factor of the chosen rate, and a momentum.

    epochs: how many there are. factors, momenta: (epochs × steps of an epoch,).
    """

    epochs: int
    factors: np.ndarray
    momenta: np.ndarray

    def at(self, step: int) -> tuple[float, float]:
        """Return factor and momentum of a step, counted from 0."""
        return float(self.factors[step]), float(self.momenta[step])

    @property
    def steps(self) -> int:
        """The number of steps in an epoch."""
        return len(self.factors) // self.epochs


MOMENTUM = 0.9


def make_plan(
    n: int, steps: int, *, cycle_len: int | None = None, cycle_mult: int = 1, schedule: str = "constant"
) -> Plan:
    """Return the plan for `n` epochs of `steps` steps, or for `n` cycles where `cycle_len` says how long they are.

    cycle_len: epochs of the first cycle, in each of which the rate falls from the chosen one to 0 along half a cosine
    (Loshchilov and Hutter, 2016, "SGDR: stochastic gradient descent with warm restarts"). cycle_mult: how many times
    as long each cycle is as the one before. schedule: "constant", or "one_cycle", one rise and one fall over all
    epochs while the momentum does the opposite (Smith, 2018, "A disciplined approach to neural network
    hyper-parameters"). Raises ValueError. Taught in lesson 03.

    >>> make_plan(3, 10, cycle_len=1, cycle_mult=2).epochs
    7
    """
    n = whole_number("n", n, "epochs, or of cycles where cycle_len is given")
    cycle_mult = whole_number("cycle_mult", cycle_mult, "times that each cycle is as long as the one before")
    if schedule not in ("constant", "one_cycle"):
        raise ValueError(f'got schedule={schedule!r}; it is "constant" or "one_cycle", or give cycle_len for cycles')
    if cycle_len is None:
        if cycle_mult != 1:
            raise ValueError(
                f"got cycle_mult={cycle_mult} without cycle_len; type cycle_len=1, cycle_mult={cycle_mult}"
            )
        factors, momenta = _one_cycle(n * steps) if schedule == "one_cycle" else (np.ones(n * steps), None)
        return Plan(n, factors, np.full(n * steps, MOMENTUM) if momenta is None else momenta)
    if schedule != "constant":
        raise ValueError(f"got cycle_len={cycle_len!r} with schedule={schedule!r}; type one of them")
    cycle_len = whole_number("cycle_len", cycle_len, "epochs in the first cycle")
    lengths = [cycle_len * cycle_mult**number for number in range(n)]
    falls = [0.5 + 0.5 * np.cos(np.pi * np.arange(length * steps) / (length * steps)) for length in lengths]
    return Plan(sum(lengths), np.concatenate(falls), np.full(sum(lengths) * steps, MOMENTUM))


def whole_number(name: str, value: Any, what: str) -> int:
    """Return `value` where it is a whole number of 1 or more; ValueError that names the argument otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"got {name}={value!r}; it is a whole number of {what}, 1 or more")
    return int(value)


def _one_cycle(total: int) -> tuple[np.ndarray, np.ndarray]:
    """Factors from 1/25 up to 1 in the first 30 % of the steps, then down to 1/250,000; momenta 0.95, 0.85, 0.95."""
    top = max(0.3 * total - 1, 0.0)
    step = np.arange(total)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.clip(step / top if top else 1.0 + step, 0, 1))
    fall = 0.5 - 0.5 * np.cos(np.pi * np.clip((step - top) / max(total - 1 - top, 1), 0, 1))
    factors = np.where(step <= top, 1 / 25 + rise * (1 - 1 / 25), 1 + fall * (1 / 250_000 - 1))
    return factors, np.where(step <= top, 0.95 - 0.1 * rise, 0.85 + 0.1 * fall)


class Epoch(NamedTuple):
    """One row of a history: an epoch's number from 1, mean losses, accuracy with its 95 % interval, seconds."""

    epoch: int
    train_loss: float
    valid_loss: float
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    seconds: float

    @classmethod
    def measured(
        cls, epoch: int, train_loss: float, valid_loss: float, correct: int, total: int, seconds: float
    ) -> "Epoch":
        """Make a row from counts: `correct` of `total` validation pictures."""
        return cls(epoch, train_loss, valid_loss, correct / total, *wilson_interval(correct, total), seconds)

    HEADER = "epoch   train loss   valid loss   accuracy   95 % interval    seconds"

    def line(self) -> str:
        """The row as it is printed below `HEADER`."""
        interval = f"{100 * self.accuracy_low:.1f} to {100 * self.accuracy_high:.1f} %"
        return (
            f"{self.epoch:>5}   {self.train_loss:>10.4f}   {self.valid_loss:>10.4f}   {100 * self.accuracy:>6.1f} %"
            f"   {interval:<15}  {self.seconds:>7.1f}"
        )


class History(Sequence[Epoch]):
    """The rows of one `fit`: `history[-1].accuracy`, `[row.valid_loss for row in history]`.

    Its repr is one closing line, because the rows were printed as they came.
    """

    def __init__(self, rows: Sequence[Epoch] = (), *, interrupted: bool = False) -> None:
        self.rows, self.interrupted = tuple(rows), interrupted

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

    rates: list[tuple[float, ...]] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)

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
