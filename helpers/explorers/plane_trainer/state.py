"""What the plane trainer holds: points of two classes, a network, and a descent that goes on as long as one likes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from ...device import one_thread
from ...lessons.deep_stack import deep_stack, first_deviation, make_layer
from ...widgets.text import checked_number
from .points import MADE

OWN = "your points"  # those alone that the reader has added
SETS = (*MADE, OWN)
MOST_LAYERS, MOST_UNITS, MOST_STEPS, MOST_POINTS = 4, 32, 5000, 100
FRESH = 1000  # points of the same kind that are not learnt from
LIMITS = {
    "points of each class": (5, 250), "noise": (0.0, 0.3), "rate": (0.0001, 10.0), "seed": (0, 9999),
    "units": (1, MOST_UNITS), "weight": (-100.0, 100.0),
    "x": (-1.2, 1.2), "y": (-1.2, 1.2),
}  # fmt: skip
ALPHA = 0.1  # of leaky ReLU


@dataclass(frozen=True)
class Setting:
    """What a network is made of, and from what it learns; ValueError with a sentence for wrong values."""

    points: str
    hidden: tuple[int, ...]
    activation: str
    scale: float | str
    count: int
    noise: float
    seed: int

    def __post_init__(self) -> None:
        if self.points not in SETS:
            raise ValueError(f"got points={self.points!r}; choose one of {', '.join(map(repr, SETS))}")
        if not 1 <= len(self.hidden) <= MOST_LAYERS:
            raise ValueError(f"got {len(self.hidden)} hidden layers; 1 to {MOST_LAYERS} can be drawn, as in [8, 8]")
        for units in self.hidden:
            checked("units", units, whole=True)
        make_layer(self.activation)
        first_deviation(1, 1, self.scale)
        checked("points of each class", self.count, whole=True)
        checked("noise", self.noise)
        checked("seed", self.seed, whole=True)


class PlaneTrainer:
    """A network that learns to tell two classes of points in the plane apart, by descent with momentum 0.9.

    points: one of `SETS`, count of each class to learn from, moved by noise; own: more of them, as (x, y, class).
    hidden: the units of each hidden layer. scale: as in `deep_stack`. Wrong values raise ValueError with a sentence.
    Taught in lesson 05.

    >>> trainer = PlaneTrainer("two hills", [4], "tanh")
    >>> trainer.step(60); trainer.right[1] > 0.95
    True
    """

    def __init__(
        self,
        points: str = "spirals",
        hidden: Sequence[int] = (8, 8),
        activation: str = "ReLU",
        *,
        rate: float = 0.1,
        scale: float | str = "He",
        count: int = 150,
        noise: float = 0.03,
        seed: int = 1,
        own: Sequence[tuple[float, float, int]] = (),
    ) -> None:
        self.rate = checked("rate", rate)
        self.own = [checked_point(*point) for point in own]
        self.setting = Setting(points, tuple(hidden), activation, scale, count, noise, seed)
        self.reset()

    def reset(self) -> None:
        """Begin anew, with the weights of the seed; the points that the reader has added stay."""
        setting = self.setting
        self.sizes = [2, *setting.hidden, 2]
        self.network = deep_stack(self.sizes, setting.activation, scale=setting.scale, alpha=ALPHA, seed=setting.seed)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=self.rate, momentum=0.9)
        self.steps, self.last_rate = 0, self.rate
        self.chosen = (1, 1, 1)  # a weight: its layer, its unit, and where it comes from
        self.done: list[tuple[Any, ...]]
        self.first_rate, self.first_own, self.done = self.rate, tuple(self.own), []  # what brings this back
        self.train_losses: list[float] = []
        self.fresh_losses: list[float] = []
        self._gather()

    def change(self, **new: Any) -> None:
        """Take another setting, such as activation="tanh", and begin anew."""
        if "hidden" in new:
            new["hidden"] = tuple(new["hidden"])
        self.setting = replace(self.setting, **new)
        self.reset()

    def add_layer(self) -> None:
        """Add a hidden layer like the last one, and begin anew."""
        self.change(hidden=[*self.setting.hidden, self.setting.hidden[-1]])

    def remove_layer(self) -> None:
        """Take the last hidden layer away, and begin anew."""
        self.change(hidden=self.setting.hidden[:-1])

    def set_rate(self, rate: Any) -> None:
        """Take the next steps at another rate; the network stays as it is."""
        self.rate = checked("rate", rate)
        self.optimizer.param_groups[0]["lr"] = self.rate
        if self.steps:
            self._note("set_rate", self.rate)
        else:
            self.first_rate = self.rate

    def add_point(self, x: Any, y: Any, label: Any) -> None:
        """Add a point of class 0 or 1 to those from which the network learns; the network stays as it is."""
        point = checked_point(x, y, label)
        if len(self.own) >= MOST_POINTS:
            raise ValueError(f"there are {MOST_POINTS} points of yours, which is the most; remove one first")
        self.own.append(point)
        self._note("add_point", *point)
        self._gather()

    def remove_point(self) -> None:
        """Take away the point that was added last."""
        if not self.own:
            raise ValueError("there is no point of yours that could go")
        self.own.pop()
        self._note("remove_point")
        self._gather()

    def clear(self) -> None:
        """Take all points away that the reader has added."""
        self.own.clear()
        self._note("clear")
        self._gather()

    def _gather(self) -> None:
        """Make the points anew: those of the set, and the reader's own."""
        setting, made = self.setting, MADE.get(self.setting.points)
        places, labels = np.empty((0, 2), np.float32), np.empty(0, np.int64)
        self.fresh = self.fresh_labels = None
        if made:
            places, labels = made(setting.count, setting.noise, 1)
            fresh, wanted = made(FRESH // 2, setting.noise, 2)
            self.fresh, self.fresh_labels = torch.from_numpy(fresh), torch.from_numpy(wanted)
        own = np.array(self.own, dtype=np.float32).reshape(-1, 3)
        self.points = np.concatenate([places, own[:, :2]])
        self.labels = np.concatenate([labels, own[:, 2].astype(np.int64)])
        self._inputs, self._wanted = torch.from_numpy(self.points), torch.from_numpy(self.labels)
        self._measure()

    @property
    def reach(self) -> float:
        """How far the plane goes to each side, so that every point lies in it."""
        return max(1.25, 1.05 * float(np.abs(self.points).max(initial=0)))

    @property
    def diverged(self) -> bool:
        """Whether the loss is no number any more."""
        return len(self.points) > 0 and not math.isfinite(self.train_losses[-1])

    @property
    def ended(self) -> bool:
        """Whether no further step will be taken: there is no point, the network ran away, or it was the last step."""
        return not len(self.points) or self.diverged or self.steps >= MOST_STEPS

    def step(self, count: int = 1) -> None:
        """Take so many steps, each on all training points; write down both losses after each."""
        taken = 0
        with one_thread():
            while taken < count and not self.ended:
                loss = nn.functional.cross_entropy(self.network(self._inputs), self._wanted)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                self.steps += 1
                taken += 1
                self._measure()
        if taken:
            self.last_rate = self.rate
            self._note("step", taken)

    def _note(self, name: str, *values: float) -> None:
        """Write down what was done; steps add up, and of several rates in a row only the last was used."""
        if self.done and self.done[-1][0] == name and name in ("step", "set_rate"):
            before = self.done.pop()[1:]
            values = (before[0] + values[0],) if name == "step" else values
        self.done.append((name, *values))

    def _measure(self) -> None:
        """Write down the losses after this many steps, in place of what was there."""
        del self.train_losses[self.steps :], self.fresh_losses[self.steps :]
        loss, self._right = self._loss(self._inputs, self._wanted)
        self.train_losses.append(loss)
        loss, self._fresh_right = self._loss(self.fresh, self.fresh_labels)
        self.fresh_losses.append(loss)

    def _loss(self, inputs: torch.Tensor | None, wanted: torch.Tensor | None) -> tuple[float, float]:
        if inputs is None or wanted is None or not len(inputs):
            return math.nan, math.nan
        with torch.no_grad(), one_thread():
            scores = self.network(inputs)
            right = (scores.argmax(dim=1) == wanted).float().mean()
            return float(nn.functional.cross_entropy(scores, wanted)), float(right)

    @property
    def right(self) -> tuple[float, float]:
        """The shares of training points and of fresh points that are right now; NaN where there are none."""
        return self._right, self._fresh_right

    def units(self, places: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """Return what each hidden layer gives at places (n, 2), as (n, units), and the probability of class 1, (n,)."""
        values, found = torch.from_numpy(places), []
        with torch.no_grad(), one_thread():
            for number, module in enumerate(self.network):
                values = module(values)
                if number % 2:
                    found.append(values.numpy())
            return found, values.softmax(dim=1)[:, 1].numpy()

    def choose(self, layer: Any = None, unit: Any = None, source: Any = None) -> None:
        """Choose a weight by its layer and unit, from 1, and the unit of the layer before, or 0 for the offset.

        What is not named stays, as far as it can: a smaller layer has fewer units.
        """
        at, which, start = self.chosen
        if layer is not None:
            at = int(checked("layer", layer, (1, len(self.sizes) - 1), whole=True))
        units, sources = self.sizes[at], self.sizes[at - 1]
        which = min(which, units) if unit is None else int(checked("unit", unit, (1, units), whole=True))
        start = min(start, sources) if source is None else int(checked("from", source, (0, sources), whole=True))
        self.chosen = at, which, start

    @property
    def weight(self) -> float:
        """The weight that is chosen, or the offset."""
        linear, index = self._place()
        return linear[index].item()

    def set_weight(self, value: Any) -> None:
        """Put a number in place of the chosen weight; the network learns on from there."""
        number = checked("weight", value)
        values, index = self._place()
        with torch.no_grad():
            values[index] = number
        self._note("choose", *self.chosen)
        self._note("set_weight", number)
        self._measure()

    def _place(self) -> tuple[torch.Tensor, tuple[int, ...]]:
        """Return the tensor that holds the chosen weight, and its index there."""
        layer, unit, source = self.chosen
        linear: Any = self.network[2 * layer - 2]
        return (linear.weight, (unit - 1, source - 1)) if source else (linear.bias, (unit - 1,))


def checked_point(x: Any, y: Any, label: Any) -> tuple[float, float, int]:
    """Return a point and its class; ValueError with a sentence where one is none."""
    return checked("x", x) + 0.0, checked("y", y) + 0.0, int(checked("class", label, (0, 1), whole=True))


def checked(name: str, value: Any, limits: tuple[float, float] | None = None, *, whole: bool = False) -> float:
    """Return a number between the limits of its name; ValueError with a sentence otherwise.

    >>> checked("units", 8, whole=True)
    8.0
    """
    return checked_number(name, value, *(limits or LIMITS[name]), whole=whole)
