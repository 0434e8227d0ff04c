"""One-hidden-layer ReLU networks of one input: as sums of pieces, by interpolation, and trained step by step.

Such a network is a sum of ReLUs: relu(w · x + b) has its kink at x = −b / w.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

from .nonlinear import relu

FAR = 1e6  # a loss beyond it will not come back
RACERS: list[tuple[str, Any, dict[str, float]]] = [
    ("gradient descent", torch.optim.SGD, {}),
    ("momentum 0.9", torch.optim.SGD, {"momentum": 0.9}),
    ("Adam", torch.optim.Adam, {}),
]
TARGETS = {
    "hill": lambda x: np.exp(-8 * np.square(x)),
    "wave": lambda x: np.sin(1.5 * np.pi * np.asarray(x)),
    "zigzag": lambda x: np.interp(x, [-1, -0.5, 0, 0.5, 1], [0, 1, -0.5, 0.5, 0]),
    "jump": lambda x: np.where(np.asarray(x) < 0, -0.5, 0.5),
}


def target(name: str, x: ArrayLike) -> np.ndarray:
    """Return the values at `x`, between −1 and 1, of a target curve: "hill", "wave", "zigzag" or "jump".

    All but "jump" are continuous. ValueError for another name. Taught in lesson 06.

    >>> target("zigzag", [-0.5, 0.0, 0.25]).tolist()
    [1.0, -0.5, 0.0]
    """
    if name not in TARGETS:
        raise ValueError(f"got {name!r}, which is no curve we have; type one of {', '.join(TARGETS)}")
    return np.asarray(TARGETS[name](x), dtype=float)


class ReluSum:
    """A one-hidden-layer ReLU network of one input: f(x) = bias + the sum of slope · relu(side · (x − place)).

    It takes a number or an array and returns the same shape. places: of the bends, (n,). slopes: the output weights,
    (n,). sides: (n,), 1 for a ReLU that is flat on its left and rises to the right, −1 for one that is mirrored; all 1
    if not given. n may be 0. ValueError for lists of different lengths. Taught in lesson 06.

    >>> ReluSum(places=[0, 1], slopes=[1, -2])([-1.0, 1.0, 3.0]).tolist()
    [0.0, 1.0, -1.0]
    """

    def __init__(
        self, places: ArrayLike = (), slopes: ArrayLike = (), sides: ArrayLike | None = None, bias: float = 0.0
    ) -> None:
        self.places, self.slopes = (np.atleast_1d(np.array(values, dtype=float)) for values in (places, slopes))
        self.sides = np.ones(len(self.places)) if sides is None else np.atleast_1d(np.array(sides, dtype=float))
        self.bias, self.count = float(bias), len(self.places)
        if not self.places.shape == self.slopes.shape == self.sides.shape == (self.count,):
            raise ValueError(
                f"got {self.places.size} places, {self.slopes.size} slopes and {self.sides.size} sides; each ReLU "
                "needs one of each, such as ReluSum(places=[0, 1], slopes=[1, -2])"
            )
        if not np.isfinite([*self.places, *self.slopes, self.bias]).all():
            raise ValueError("got a place, a slope or a bias that is no number; each must be finite")
        if not np.isin(self.sides, (-1, 1)).all():
            raise ValueError(f"got sides={self.sides.tolist()}; a side is 1 (rises to the right) or -1 (to the left)")

    def __repr__(self) -> str:
        return self.code()

    def __call__(self, x: ArrayLike) -> np.ndarray:
        """Return the value at x."""
        return self.bias + self.pieces(x).sum(axis=0)

    def activations(self, x: ArrayLike) -> np.ndarray:
        """Return the activation of each ReLU, relu(side · (x − place)): (n, ...) for x of shape (...)."""
        x = np.asarray(x, dtype=float)
        places, sides = (np.reshape(values, (-1, *[1] * x.ndim)) for values in (self.places, self.sides))
        return relu(sides * (x - places))

    def pieces(self, x: ArrayLike) -> np.ndarray:
        """Return what each ReLU adds, slope · relu(side · (x − place)): (n, ...) for x of shape (...)."""
        activations = self.activations(x)
        return np.reshape(self.slopes, (-1, *[1] * (activations.ndim - 1))) * activations

    def code(self, digits: int | None = 4) -> str:
        """Return the line of Python that makes this function, its values rounded to `digits` decimals, if it is given.

        >>> ReluSum([0.5], [2], [-1], 0.25).code()
        'ReluSum(places=[0.5], slopes=[2.0], sides=[-1], bias=0.25)'
        """
        values = (self.places, self.slopes, self.bias)
        places, slopes, bias = (np.asarray(v if digits is None else np.round(v, digits)).tolist() for v in values)
        return f"ReluSum(places={places}, slopes={slopes}, sides={self.sides.astype(int).tolist()}, bias={bias})"


def interpolate(x: ArrayLike, y: ArrayLike) -> ReluSum:
    """Interpolate points (x, y) linearly by a sum of ReLUs: n points need n − 1 ReLUs.

    Left of the first point it is flat, right of the last it goes straight on. x must increase: ValueError otherwise.
    The ReLU at each point changes the slope there to what the next piece needs. Taught in lesson 06.

    >>> interpolate([-1, 0, 1], [0, 1, 0]).code()
    'ReluSum(places=[-1.0, 0.0], slopes=[1.0, -2.0], sides=[1, 1], bias=0.0)'
    """
    across, up = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if across.ndim != 1 or across.shape != up.shape or len(across) < 2:
        raise ValueError(
            f"got x of shape {across.shape} and y of shape {up.shape}; we need two points or more, as lists"
        )
    if not (np.diff(across) > 0).all():
        raise ValueError("got x that does not increase; sort the points by x, and keep one of those at the same x")
    steepness = np.diff(up) / np.diff(across)
    return ReluSum(across[:-1], np.diff(steepness, prepend=0.0), bias=float(up[0]))


def random_sum(count: int, seed: int = 0) -> ReluSum:
    """Return `count` random ReLUs: places uniform in [−1, 1], small slopes, and either side. Lesson 06.

    >>> random_sum(5).count
    5
    """
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise ValueError(f"got count={count!r}; it is how many ReLUs to draw, 1 or more")
    rng = np.random.default_rng(seed)
    return ReluSum(rng.uniform(-1, 1, count), rng.normal(0, 0.3, count), rng.choice([-1, 1], count))


def loss_and_gradient(function: ReluSum, x: ArrayLike, y: ArrayLike) -> tuple[float, np.ndarray]:
    """Return the mean squared error of a sum at the points (x, y), and its gradient by hand: (2n + 1,).

    The gradient is with respect to the places, the slopes, and the bias, in this order. Where a ReLU is 0, a point
    adds nothing to the gradient of its place and its slope. Taught in lesson 06.

    >>> loss, gradient = loss_and_gradient(ReluSum([0], [1]), [1.0, 2.0], [0.0, 0.0])
    >>> loss, gradient.tolist()
    (2.5, [-3.0, 5.0, 3.0])
    """
    activations = function.activations(np.asarray(x, dtype=float))
    errors = function.bias + function.slopes @ activations - np.asarray(y, dtype=float)
    by_value = 2 * errors / len(errors)  # the gradient with respect to each value of the function
    by_place = -function.slopes * function.sides * ((activations > 0) @ by_value)
    return float(np.mean(errors**2)), np.concatenate([by_place, activations @ by_value, [by_value.sum()]])


def moved(function: ReluSum, by: np.ndarray) -> ReluSum:
    """Return a sum with `by` added to its places, slopes and bias: (2n + 1,), ordered as in `loss_and_gradient`.

    >>> moved(ReluSum([0], [1]), np.array([0.5, 1.0, 2.0])).code()
    'ReluSum(places=[0.5], slopes=[2.0], sides=[1], bias=2.0)'
    """
    count = function.count
    places, slopes = function.places + by[:count], function.slopes + by[count:-1]
    return ReluSum(places, slopes, function.sides, float(function.bias + by[-1]))


@dataclass(frozen=True, eq=False)
class Step:
    """The state of gradient descent after some steps: the function, its loss, and whether it diverged."""

    number: int
    function: ReluSum = field(repr=False)
    loss: float
    diverged: bool = False
    movement: np.ndarray = field(default_factory=lambda: np.zeros(1), repr=False)  # of the last step: momentum


def take_step(step: Step, x: ArrayLike, y: ArrayLike, rate: float, momentum: float = 0.9) -> Step:
    """Take one step of gradient descent with momentum, as torch.optim.SGD does, and return the new state.

    Where the loss would be NaN or beyond a million, the function stays and `diverged` is True. Lesson 03.
    """
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"got rate={rate!r}; a learning rate is a positive number, such as 0.05")
    if not 0 <= momentum < 1:
        raise ValueError(f"got momentum={momentum!r}; it is the share of the last step to keep, from 0 to below 1")
    _, gradient = loss_and_gradient(step.function, x, y)
    movement = momentum * step.movement + gradient if step.number else gradient
    with np.errstate(over="ignore", invalid="ignore"):  # divergence is an answer here, not a fault
        by = -rate * movement
        if not np.isfinite(by).all():
            return Step(step.number, step.function, step.loss, True, step.movement)
        function = moved(step.function, by)
        loss, _ = loss_and_gradient(function, x, y)
    if not loss < FAR:
        return Step(step.number, step.function, step.loss, True, step.movement)
    return Step(step.number + 1, function, loss, False, movement)


def descend(
    start: ReluSum, x: ArrayLike, y: ArrayLike, *, rate: float = 0.05, steps: int = 500, momentum: float = 0.9
) -> Iterator[Step]:
    """Train by gradient descent on places, slopes and bias, the sides fixed; yield the start and each step.

    x, y: the points to fit, (points,). It ends early where it diverges. Taught in lesson 06.

    >>> *_, last = descend(random_sum(6, seed=1), [-1.0, 0.0, 1.0], [0.0, 1.0, 0.0], steps=200)
    >>> last.number, last.loss < 0.01
    (200, True)
    """
    step = Step(0, start, loss_and_gradient(start, x, y)[0])
    yield step
    while step.number < steps and not step.diverged:
        step = take_step(step, x, y, rate, momentum)
        yield step


def race(start: ReluSum, x: ArrayLike, y: ArrayLike, *, rate: float = 0.05, steps: int = 200) -> dict[str, np.ndarray]:
    """Compare three optimisers from one start, SGD, SGD with momentum and Adam: their losses, each (steps + 1,).

    All three get the same rate. Where one diverges, its later losses are NaN. Kingma and Ba (2014), "Adam".
    Taught in lesson 06.

    >>> found = race(random_sum(6, seed=1), [-1.0, 0.0, 1.0], [0.0, 1.0, 0.0], steps=50)
    >>> {name: len(losses) for name, losses in found.items()}
    {'gradient descent': 51, 'momentum 0.9': 51, 'Adam': 51}
    """
    found = {}
    for name, optimizer, choices in RACERS:
        by = torch.zeros(2 * start.count + 1, dtype=torch.float64, requires_grad=True)  # what is added to start
        stepping = optimizer([by], lr=rate, **choices)
        found[name] = losses = np.full(steps + 1, np.nan)
        for step in range(steps + 1):
            loss, gradient = loss_and_gradient(moved(start, by.detach().numpy()), x, y)
            if not loss < FAR:
                break
            losses[step], by.grad = loss, torch.from_numpy(gradient)
            stepping.step()
            if not bool(by.isfinite().all()):
                break
    return found
