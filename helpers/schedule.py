"""The learning rates of a run, planned before it starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MOMENTUM = 0.9
GROUPS = ("early body", "late body", "head")  # the layer groups of every model


def rates_per_group(lr: float | Sequence[float]) -> tuple[float, float, float]:
    """Return one learning rate per layer group from a number, or from a sequence of three.

    Raises ValueError for another count, and for what is not a positive number. Taught in lesson 09.

    >>> rates_per_group(0.01)
    (0.01, 0.01, 0.01)
    """
    try:
        rates = np.atleast_1d(np.asarray(lr, dtype=float))
    except (TypeError, ValueError):
        raise ValueError(f"got lr={lr!r}; a learning rate is a positive number, such as 0.01") from None
    if rates.shape == (1,):
        rates = np.repeat(rates, len(GROUPS))
    if rates.shape != (len(GROUPS),):
        raise ValueError(
            f"got {len(rates)} learning rates; we need one number, or {len(GROUPS)}: {', '.join(GROUPS)}, "
            "such as [1e-4, 1e-3, 1e-2]"
        )
    if not (np.isfinite(rates) & (rates > 0)).all():
        raise ValueError(f"got lr={lr!r}; a learning rate is a positive number, such as 0.01")
    early, late, head = map(float, rates)
    return early, late, head


@dataclass(frozen=True, eq=False)
class Plan:
    """The learning rates of a run, made before it starts: for each step a factor of the chosen rate, and a momentum.

    epochs: how many there are, each of `steps` steps. factors, momenta: (epochs × steps,). choices: the arguments that
    it was made of. announcement: what to tell a reader who may not expect so many epochs.
    """

    epochs: int
    steps: int
    factors: np.ndarray
    momenta: np.ndarray
    choices: dict[str, Any]
    announcement: str = ""


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
    choices = {"n": n, "cycle_len": cycle_len, "cycle_mult": cycle_mult, "schedule": schedule}
    if cycle_len is None:
        if cycle_mult != 1:
            raise ValueError(
                f"got cycle_mult={cycle_mult} without cycle_len; type cycle_len=1, cycle_mult={cycle_mult}"
            )
        flat = np.ones(n * steps), np.full(n * steps, MOMENTUM)
        return Plan(n, steps, *(_one_cycle(n * steps) if schedule == "one_cycle" else flat), choices)
    if schedule != "constant":
        raise ValueError(f"got cycle_len={cycle_len!r} with schedule={schedule!r}; type one of them")
    choices["cycle_len"] = whole_number("cycle_len", cycle_len, "epochs in the first cycle")
    lengths = [choices["cycle_len"] * cycle_mult**number for number in range(n)]
    falls = [0.5 + 0.5 * np.cos(np.pi * np.arange(length * steps) / (length * steps)) for length in lengths]
    epochs, summed = sum(lengths), " + ".join(map(str, lengths))
    said = f"{n} cycles of {summed} = {epochs} epochs." if n > 1 else f"1 cycle; epochs: {summed}."
    return Plan(epochs, steps, np.concatenate(falls), np.full(epochs * steps, MOMENTUM), choices, said)


def _one_cycle(total: int) -> tuple[np.ndarray, np.ndarray]:
    """Factors from 1/25 up to 1 in the first 30 % of the steps, then down to 1/250,000; momenta 0.95, 0.85, 0.95."""
    top = max(0.3 * total - 1, 0.0)
    step = np.arange(total)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.clip(step / top if top else 1.0 + step, 0, 1))
    fall = 0.5 - 0.5 * np.cos(np.pi * np.clip((step - top) / max(total - 1 - top, 1), 0, 1))
    factors = np.where(step <= top, 1 / 25 + rise * (1 - 1 / 25), 1 + fall * (1 / 250_000 - 1))
    return factors, np.where(step <= top, 0.95 - 0.1 * rise, 0.85 + 0.1 * fall)


def whole_number(name: str, value: Any, what: str) -> int:
    """Return `value` where it is a whole number of 1 or more; ValueError that names the argument otherwise.

    >>> whole_number("n", np.int64(3), "epochs")
    3
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"got {name}={value!r}; it is a whole number of {what}, 1 or more")
    return int(value)
