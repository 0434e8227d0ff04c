"""How many pictures, which learning rate, how many epochs: experiments on kept activations, each with several seeds.

Every run trains a fresh head on the activations of the training pictures, step for step as `learn.fit` would with
`precompute=True`. The learner stays as it is.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import inf, log
from pathlib import Path

import numpy as np
import torch
from matplotlib.axes import Axes
from torch.nn.functional import cross_entropy
from torch.random import fork_rng

from ..batches import epoch_order
from ..data import split_evenly
from ..device import one_thread
from ..learner import ConvLearner
from ..models import make_head
from ..schedule import MOMENTUM, rates_per_group, whole_number
from ..training import train
from .charts import plot_runs

PICTURES, RATE, EPOCHS = "training pictures per class", "learning rate", "epochs"
MEASURES = {"errors": "validation error (share)", "losses": "validation loss", "seconds": "seconds"}
STORED = Path(__file__).with_name("sweeps.npz")  # written by benchmarks/sweeps.py
SEEDS, FARTHEST = range(5), 4  # of a sweep; times the pictures that were tried, beyond which no line is trusted

Outcome = tuple[np.ndarray, float, float]  # which validation pictures are wrong (pictures,), mean loss, seconds so far


@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """What came of training with each of some values, once per seed.

    what: the name of the values (values,). wrong: booleans (seeds, values, validation pictures). losses, seconds:
    (seeds, values).
    """

    what: str
    values: np.ndarray
    wrong: np.ndarray
    losses: np.ndarray
    seconds: np.ndarray

    @property
    def errors(self) -> np.ndarray:
        """The share of validation pictures classified incorrectly: (seeds, values)."""
        return self.wrong.mean(axis=2)

    def plot(self, measure: str = "errors", *, ax: Axes | None = None) -> Axes:
        """Draw "errors", "losses" or "seconds": the mean over the seeds, and a band from lowest to highest."""
        if measure not in MEASURES:
            raise ValueError(f"got measure={measure!r}; it is {', '.join(map(repr, MEASURES))}")
        names = {"xlabel": self.what, "ylabel": MEASURES[measure]}
        axes = plot_runs(self.values, getattr(self, measure), log_x=self.what != EPOCHS, ax=ax, **names)
        if self.what != EPOCHS:
            axes.set_xticks(self.values, [f"{value:g}" for value in self.values])
            axes.minorticks_off()
        return axes

    def __repr__(self) -> str:
        each = zip(self.values, 100 * self.errors.T, strict=True)
        rows = [f"{value:>8g}: {runs.mean():5.1f} % ({runs.min():.1f} to {runs.max():.1f} %)" for value, runs in each]
        return "\n".join([f"{self.what}: validation error (lowest to highest of {len(self.wrong)} seeds)", *rows])


def stored_sweep(name: str) -> Sweep:
    """Return a sweep that was run before: "photographs, pictures", "…, rates", "…, epochs", or a kind of pictures.

    And "photographs, frozen", "…, frozen, no pets seen", "…, frozen, random numbers": heads on three bodies, at 64
    pixels; "…, fine-tuned" and "…, from scratch": whole networks, whose seconds are nan, because the machine was
    shared. `benchmarks/from_scratch.py` runs them, with three seeds.

    The photographs are 2,000 of Kaggle's cats and dogs to learn from and 1,000 to be judged by. Of every kind of
    pictures, 40 of each class were learned from for ten epochs, with nine rates. ValueError for another name.

    >>> stored_sweep("stars and houses").values.tolist()
    [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
    """
    with np.load(STORED, allow_pickle=False) as kept:
        known = dict.fromkeys(key.partition("/")[0] for key in kept)
        if name not in known:
            raise ValueError(f"got {name!r}; the sweeps that were run before are {', '.join(map(repr, known))}")
        parts = (kept[f"{name}/{part}"] for part in ("values", "wrong", "losses", "seconds"))
        return Sweep(str(kept[f"{name}/what"]), *parts)


def train_head(
    learn: ConvLearner, rows: np.ndarray | slice = slice(None), *, rate: float, measured: Collection[int], seed: int
) -> list[Outcome]:
    """Train a fresh head as `learn.fit(rate, max(measured))` would; return its outcome after each epoch in `measured`.

    rows: which rows of `learn.activations("train")` to train on.
    """
    outcomes, start, device = [], time.perf_counter(), learn.fabric.device
    with one_thread(), fork_rng([device] * (device.type == "cuda")), torch.inference_mode(False), torch.enable_grad():
        (inputs, labels), (seen, answers) = _activations(learn, "train"), _activations(learn, "valid")
        inputs, labels = inputs[rows], labels[rows]
        torch.manual_seed(seed)
        head = make_head(inputs.shape[1], len(learn.data.classes)).to(device)
        optimizer = torch.optim.SGD(head.parameters(), lr=rates_per_group(rate)[-1], momentum=MOMENTUM)
        for epoch in range(whole_number("epochs", max(measured), "epochs")):
            torch.manual_seed(int(np.random.SeedSequence((seed, epoch)).generate_state(1)[0]))  # as a Run does
            order = epoch_order(len(labels), seed, epoch)
            batches = ((inputs[some], labels[some]) for some in split_evenly(order, learn.data.batch_size))
            list(train(head.train(), optimizer, batches))  # every step is taken
            if epoch + 1 in measured:
                with torch.no_grad():
                    scores = head.eval()(seen)
                wrong, loss = (scores.argmax(1) != answers).cpu().numpy(), float(cross_entropy(scores, answers))
                outcomes.append((wrong, loss, time.perf_counter() - start))
    return outcomes


def some_of_each(labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return the rows of `count` pictures of each class, sorted; a seed's fewer are among its more."""
    mixed = np.random.default_rng(seed).permutation(len(labels))
    return np.sort(np.concatenate([mixed[labels[mixed] == label][:count] for label in np.unique(labels)]))


def try_pictures(
    learn: ConvLearner, per_class: Sequence[int], *, rate: float = 0.01, epochs: int = 2, seeds: Sequence[int] = SEEDS
) -> Sweep:
    """How many pictures? Train on so many of each class, chosen by the seed; return the sweep.

    Every run takes about as many steps as all pictures would in `epochs` epochs: else fewer pictures would also mean
    less training. A seed's smaller choices are part of its larger ones. Numbers that fill whole batches make the
    smoothest curve: a last batch of few pictures is noisy. ValueError for more than there are.
    """
    labels, size = _activations(learn, "train")[1].cpu().numpy(), learn.data.batch_size
    fewest = np.bincount(labels, minlength=len(learn.data.classes)).min()
    if not all(1 <= count <= fewest for count in per_class):
        raise ValueError(f"got per_class={list(per_class)}; give numbers from 1 to {fewest}, the smallest class's size")
    steps = whole_number("epochs", epochs, "epochs") * len(split_evenly(labels, size))

    def run(count: int, seed: int) -> Outcome:
        rows = some_of_each(labels, count, seed)
        enough = max(1, round(steps / len(split_evenly(rows, size))))
        return train_head(learn, rows, rate=rate, measured=[enough], seed=seed)[0]

    return _sweep(PICTURES, per_class, [[run(count, seed) for count in per_class] for seed in seeds])


def try_rates(learn: ConvLearner, rates: Sequence[float], *, epochs: int = 2, seeds: Sequence[int] = SEEDS) -> Sweep:
    """Which learning rate? Train for `epochs` epochs with each; return the sweep."""
    runs = [[train_head(learn, rate=rate, measured=[epochs], seed=seed)[0] for rate in rates] for seed in seeds]
    return _sweep(RATE, rates, runs)


def try_epochs(learn: ConvLearner, most: int, *, rate: float = 0.01, seeds: Sequence[int] = SEEDS) -> Sweep:
    """How many epochs? Train for `most` epochs and measure after each; return the sweep."""
    after = range(1, whole_number("most", most, "epochs") + 1)
    return _sweep(EPOCHS, after, [train_head(learn, rate=rate, measured=after, seed=seed) for seed in seeds])


@dataclass(frozen=True)
class Needed:
    """How many pictures per class an error needs, and the slope of log error against log pictures; 95 % intervals.

    The upper end of `interval` is infinite where it lies beyond four times what was tried.
    """

    pictures: float
    interval: tuple[float, float]
    slope: float
    slope_interval: tuple[float, float]


def pictures_needed(sweep: Sweep, error: float, *, draws: int = 1000, seed: int = 0) -> Needed:
    """How many pictures would I need for this error? Read it off a line through log error against log pictures.

    sweep: of `try_pictures`. error: 0 to 1. The intervals are those of lines through `draws` other choices of the same
    seeds and validation pictures (the bootstrap: Efron, 1979). ValueError more than four times beyond what was tried,
    and where the runs do not show that pictures help. Such lines: Hestness and others (2017), "Deep learning scaling
    is predictable, empirically".
    """
    (seeds, values, pictures), tried, rng = sweep.wrong.shape, sweep.values, np.random.default_rng(seed)
    if sweep.what != PICTURES or seeds < 2 or values < 3 or not 0 < error < 1:
        got = f"got {error=} and {values} × {sweep.what}, {seeds} seeds"
        raise ValueError(f"{got}; it takes an error between 0 and 1, and try_pictures with 3 numbers, 2 seeds or more")
    drawn = (rng.multinomial(n, np.full(n, 1 / n), draws) for n in (seeds, pictures))
    of_seeds, of_pictures = (np.vstack([np.ones(each.shape[1]), each]) for each in drawn)  # first, all as they are
    wrong = np.einsum("ds,svd->vd", of_seeds, sweep.wrong @ of_pictures.T)
    # An error of 0 has no logarithm: half a picture more is counted as wrong.
    slopes, logs = np.polyfit(np.log(tried), np.log((wrong + 0.5) / (seeds * pictures + 1)), 1)
    low, high = np.quantile(slopes[1:], (0.025, 0.975)).tolist()
    if high > -1e-6:  # rounding may leave a slope of 0 just below it
        raise ValueError(f"got a slope of {low:.2f} to {high:.2f}: more pictures may not help; try a wider range")
    needed, farthest = np.exp(((log(error) - logs) / slopes).clip(max=99)), FARTHEST * tried.max()
    if not tried.min() / FARTHEST <= needed[0] <= farthest:
        far = f"more than {FARTHEST} times beyond the {tried.min():,} to {tried.max():,} pictures of each class"
        raise ValueError(f"got {error=}; it lies {far} that were tried, where the line may bend: name a nearer error")
    needed[(slopes >= 0) | (needed > farthest)] = inf
    ends = np.quantile(needed[1:], (0.025, 0.975), method="nearest").tolist()
    return Needed(float(needed[0]), (ends[0], ends[1]), float(slopes[0]), (low, high))


def _activations(learn: ConvLearner, split: str) -> tuple[torch.Tensor, torch.Tensor]:
    found = learn.activations(split)
    labels = learn.data.split(split).known_labels[found.indices]
    return found.features, torch.from_numpy(labels).to(found.features.device)


def _sweep(what: str, values: Sequence[float], runs: list[list[Outcome]]) -> Sweep:
    """Stack the outcomes of runs, a list for each seed."""
    if not len(values) or not runs:
        raise ValueError(f"got {len(values)} × {what}, {len(runs)} seeds; give at least one of each")
    wrong, losses, seconds = (np.array([[outcome[part] for outcome in run] for run in runs]) for part in range(3))
    return Sweep(what, np.array(values), wrong, losses, seconds)
