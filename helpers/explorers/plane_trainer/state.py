"""The state of the plane trainer: points of two classes, and a network that trains on them step by step."""

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from ...device import one_thread
from ...lessons.deep_stack import deep_stack, initial_std, make_activation
from ...widgets.numbers import Limits, checked_number
from .points import MADE

OWN = "your points"  # only those that the reader has added
SETS = (*MADE, OWN)
MOST_LAYERS, MOST_UNITS, MOST_STEPS, MOST_POINTS = 4, 32, 5000, 100
FRESH = 1000  # points of the same distribution, not trained on
LIMITS = Limits({
    "points of each class": (5, 250), "noise": (0.0, 0.3), "rate": (0.0001, 10.0), "seed": (0, 9999),
    "units": (1, MOST_UNITS), "weight": (-100.0, 100.0),
    "x": (-1.2, 1.2), "y": (-1.2, 1.2),
})  # fmt: skip
ALPHA = 0.1  # of leaky ReLU


@dataclass(frozen=True)
class Setting:
    """The architecture of a network and its data set; ValueError with a sentence for wrong values."""

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
            LIMITS.whole("units", units)
        make_activation(self.activation)
        initial_std(1, 1, self.scale)
        LIMITS.whole("points of each class", self.count)
        LIMITS.checked("noise", self.noise)
        LIMITS.whole("seed", self.seed)


class PlaneTrainer:
    """Trains a network to classify points in the plane, by SGD on the full batch with momentum 0.9.

    points: one of `SETS`, count of each class to train on, moved by noise; own: more of them, as (x, y, class).
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
        self.rate = LIMITS.checked("rate", rate)
        self.own = [checked_point(*point) for point in own]
        self.setting = Setting(points, tuple(hidden), activation, scale, count, noise, seed)
        self.reset()

    def __deepcopy__(self, memo: dict[int, Any]) -> "PlaneTrainer":
        """Return a trainer that goes on by itself; the points are shared, for they are replaced and never changed."""
        new = copy.copy(self)
        new.network, new.optimizer = copy.deepcopy((self.network, self.optimizer), memo)
        for name in ("own", "done", "train_losses", "fresh_losses"):
            setattr(new, name, list(getattr(self, name)))
        return new

    def reset(self) -> None:
        """Start anew with the initial weights of the seed; the points that the reader has added stay."""
        setting = self.setting
        self.sizes = [2, *setting.hidden, 2]
        self.network = deep_stack(self.sizes, setting.activation, scale=setting.scale, alpha=ALPHA, seed=setting.seed)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=self.rate, momentum=0.9)
        self.steps, self.last_rate = 0, self.rate
        self.chosen = (1, 1, 1)  # a weight: its layer, its unit, and its source
        self.done: list[tuple[Any, ...]]
        self.first_rate, self.first_own, self.done = self.rate, tuple(self.own), []  # what reproduces this state
        self.train_losses: list[float] = []
        self.fresh_losses: list[float] = []
        self._gather()

    def change(self, **new: Any) -> None:
        """Change the setting, such as activation="tanh", and start anew."""
        if "hidden" in new:
            new["hidden"] = tuple(new["hidden"])
        self.setting = replace(self.setting, **new)
        self.reset()

    def add_layer(self) -> None:
        """Add a hidden layer like the last one, and start anew."""
        self.change(hidden=[*self.setting.hidden, self.setting.hidden[-1]])

    def remove_layer(self) -> None:
        """Remove the last hidden layer, and start anew."""
        self.change(hidden=self.setting.hidden[:-1])

    def set_rate(self, rate: Any) -> None:
        """Take the next steps at another learning rate; the network stays as it is."""
        self.rate = LIMITS.checked("rate", rate)
        self.optimizer.param_groups[0]["lr"] = self.rate
        if self.steps:
            self._note("set_rate", self.rate)
        else:
            self.first_rate = self.rate

    def add_point(self, x: Any, y: Any, label: Any) -> None:
        """Add a point of class 0 or 1 to the training set; the network stays as it is."""
        point = checked_point(x, y, label)
        if len(self.own) >= MOST_POINTS:
            raise ValueError(f"there are {MOST_POINTS} points of yours, which is the most; remove one first")
        self.own.append(point)
        self._note("add_point", *point)
        self._gather()

    def move_point(self, number: Any, x: Any, y: Any) -> None:
        """Move a point of the reader's, counted from 1, to another place; the network stays as it is."""
        at = self._own_at(number)
        self.own[at] = checked_point(x, y, self.own[at][2])
        if at == len(self.own) - 1 and self.done and self.done[-1][0] == "add_point":
            self.done[-1] = ("add_point", *self.own[at])
        else:
            self._note("move_point", at + 1, *self.own[at][:2])
        self._gather()

    def remove_point(self, number: Any = None) -> None:
        """Remove a point of the reader's, counted from 1, or the one that was added last."""
        at = self._own_at(len(self.own) if number is None else number)
        del self.own[at]
        self._note("remove_point", *([] if number is None else [at + 1]))
        self._gather()

    def _own_at(self, number: Any) -> int:
        if not self.own:
            raise ValueError("there is no point of yours")
        return int(checked_number("point", number, 1, len(self.own), whole=True)) - 1

    def clear(self) -> None:
        """Remove all points that the reader has added."""
        self.own.clear()
        self._note("clear")
        self._gather()

    def _gather(self) -> None:
        """Make the training and the fresh set anew: the points of the set, and the reader's own."""
        setting, made = self.setting, MADE.get(self.setting.points)
        points, labels = np.empty((0, 2), np.float32), np.empty(0, np.int64)
        self.fresh = self.fresh_labels = None
        if made:
            points, labels = made(setting.count, setting.noise, 1)
            fresh, fresh_labels = made(FRESH // 2, setting.noise, 2)
            self.fresh, self.fresh_labels = torch.from_numpy(fresh), torch.from_numpy(fresh_labels)
        self.made, self.made_labels = points, labels
        own = np.array(self.own, dtype=np.float32).reshape(-1, 3)
        self.points = np.concatenate([points, own[:, :2]])
        self.labels = np.concatenate([labels, own[:, 2].astype(np.int64)])
        self._inputs, self._targets = torch.from_numpy(self.points), torch.from_numpy(self.labels)
        self._measure()

    @property
    def reach(self) -> float:
        """Half the side of the plane that is drawn, so that every point lies in it."""
        return max(1.26, round(1.05 * float(np.abs(self.points).max(initial=0)), 4))

    @property
    def diverged(self) -> bool:
        """Whether the loss is NaN or infinite."""
        return len(self.points) > 0 and not math.isfinite(self.train_losses[-1])

    @property
    def ended(self) -> bool:
        """Whether no further step will be taken: there is no point, the network diverged, or it was the last step."""
        return not len(self.points) or self.diverged or self.steps >= MOST_STEPS

    def step(self, count: int = 1) -> None:
        """Take so many training steps on the full batch; record both losses after each."""
        taken = 0
        with one_thread():
            while taken < count and not self.ended:
                loss = nn.functional.cross_entropy(self.network(self._inputs), self._targets)
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
        """Record what was done; steps add up, and of several rates or places in a row only the last was used."""
        last, *before = self.done[-1] if self.done else ("", 0)
        if last == name and (name in ("step", "set_rate") or (name == "move_point" and before[0] == values[0])):
            self.done.pop()
            values = (before[0] + values[0],) if name == "step" else values
        self.done.append((name, *values))

    def _measure(self) -> None:
        """Record the losses after this many steps, replacing what was there."""
        del self.train_losses[self.steps :], self.fresh_losses[self.steps :]
        loss, self._right = self._loss(self._inputs, self._targets)
        self.train_losses.append(loss)
        loss, self._fresh_right = self._loss(self.fresh, self.fresh_labels)
        self.fresh_losses.append(loss)

    def _loss(self, inputs: torch.Tensor | None, targets: torch.Tensor | None) -> tuple[float, float]:
        if inputs is None or targets is None or not len(inputs):
            return math.nan, math.nan
        with torch.no_grad(), one_thread():
            scores = self.network(inputs)
            right = (scores.argmax(dim=1) == targets).float().mean()
            return float(nn.functional.cross_entropy(scores, targets)), float(right)

    @property
    def right(self) -> tuple[float, float]:
        """The accuracy on the training points and on the fresh points; NaN where there are none."""
        return self._right, self._fresh_right

    def outputs(self, points: np.ndarray) -> list[np.ndarray]:
        """Return what each layer gives at points (n, 2): (n, units) of each hidden layer, and the scores (n, 2)."""
        values, found = torch.from_numpy(points), []
        with torch.no_grad(), one_thread():
            for number, module in enumerate(self.network, 1):
                values = module(values)
                if number % 2 == 0 or number == len(self.network):
                    found.append(values.numpy())
        return found

    def units(self, points: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """Return the activations of each hidden layer at points (n, 2), (n, units), and the probability of class 1."""
        *found, scores = self.outputs(points)
        return found, torch.from_numpy(scores).softmax(dim=1)[:, 1].numpy()

    def choose(self, layer: Any = None, unit: Any = None, source: Any = None) -> None:
        """Choose a weight by its layer and unit, from 1, and its source, a unit before or 0 for the bias.

        What is not named stays, as far as it can: a smaller layer has fewer units.
        """
        at, which, start = self.chosen
        if layer is not None:
            at = int(checked_number("layer", layer, 1, len(self.sizes) - 1, whole=True))
        units, sources = self.sizes[at], self.sizes[at - 1]
        which = min(which, units) if unit is None else int(checked_number("unit", unit, 1, units, whole=True))
        start = min(start, sources) if source is None else int(checked_number("from", source, 0, sources, whole=True))
        self.chosen = at, which, start

    @property
    def weight(self) -> float:
        """The chosen weight or bias."""
        linear, index = self._chosen_parameter()
        return linear[index].item()

    def set_weight(self, value: Any) -> None:
        """Set the chosen weight; training continues from there."""
        number = LIMITS.checked("weight", value)
        values, index = self._chosen_parameter()
        with torch.no_grad():
            values[index] = number
        if self.done[-2:-1] == [("choose", *self.chosen)] and self.done[-1][0] == "set_weight":
            self.done[-1] = ("set_weight", number)
        else:
            self.done += [("choose", *self.chosen), ("set_weight", number)]
        self._measure()

    def _chosen_parameter(self) -> tuple[torch.Tensor, tuple[int, ...]]:
        """Return the parameter that holds the chosen weight, and the index in it."""
        layer, unit, source = self.chosen
        linear: Any = self.network[2 * layer - 2]
        return (linear.weight, (unit - 1, source - 1)) if source else (linear.bias, (unit - 1,))


def checked_point(x: Any, y: Any, label: Any) -> tuple[float, float, int]:
    """Return a point and its class; ValueError with a sentence for a wrong one."""
    return (
        LIMITS.checked("x", x) + 0.0,
        LIMITS.checked("y", y) + 0.0,
        int(checked_number("class", label, 0, 1, whole=True)),
    )
