"""Wide against deep networks: the linear pieces each can draw, and fits of both with equally many parameters."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike

from ..device import one_thread


def tent(x: ArrayLike, times: int = 1) -> np.ndarray:
    """Return the tent map 0 → 1 → 0 on [0, 1], composed with itself so many times: 2**times linear pieces.

    ValueError for x outside of [0, 1]. Telgarsky (2016) separated deep from wide networks by it. Taught in lesson 07.

    >>> tent([0.0, 0.25, 0.5, 1.0]).tolist(), tent([0.0, 0.25, 0.5, 1.0], times=2).tolist()
    ([0.0, 0.5, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0])
    """
    values = np.asarray(x, dtype=float)
    if values.size and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(f"got x from {values.min():g} to {values.max():g}; the tent stands on 0 to 1")
    for _ in range(times):
        values = 1 - np.abs(2 * values - 1)
    return values


def deep_tent(times: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return a ReLU network that equals `tent`, as pairs (W, b): hidden layers of two units each, and a linear output.

    relu(u) and relu(u − 1/2) make the tent: 2 · relu(u) − 4 · relu(u − 1/2). The next layer takes this sum as its u.

    >>> [matrix.shape for matrix, _ in deep_tent(3)]
    [(2, 1), (2, 2), (2, 2), (1, 2)]
    """
    if times < 1:
        raise ValueError(f"got times={times!r}; it is how many hidden layers, 1 or more")
    both, sum_of_both = np.array([[1.0], [1.0]]), np.array([[2.0, -4.0]])
    bias = np.array([0.0, -0.5])
    return [(both, bias), *[(both @ sum_of_both, bias)] * (times - 1), (sum_of_both, np.zeros(1))]


def run_layers(layers: Sequence[tuple[np.ndarray, np.ndarray]], x: ArrayLike) -> np.ndarray:
    """Return the output (n,) of a ReLU network of pairs (W, b) for inputs x (n,), one number each.

    >>> run_layers(deep_tent(2), [0.0, 0.25, 0.5]).tolist()
    [0.0, 1.0, 0.0]
    """
    values = np.asarray(x, dtype=float)[None, :]
    for number, (matrix, bias) in enumerate(layers, 1):
        values = matrix @ values + bias[:, None]
        if number < len(layers):
            values = np.maximum(values, 0)
    return values[0]


def count_pieces(x: ArrayLike, y: ArrayLike) -> int:
    """Count the linear pieces of a curve, by its points: neighbours with the same slope are one piece.

    >>> count_pieces([0, 1, 2, 3, 4], [0, 1, 2, 1, 0])
    2
    """
    slopes = np.diff(np.asarray(y, dtype=float)) / np.diff(np.asarray(x, dtype=float))
    return 1 + int((np.abs(np.diff(slopes)) > 1e-6).sum())


def count_parameters(sizes: Sequence[int]) -> int:
    """Count the parameters of linear layers of these sizes, weights and biases.

    >>> count_parameters([1, 300, 1]), count_parameters([1, 20, 20, 20, 1])
    (901, 901)
    """
    return sum((inputs + 1) * outputs for inputs, outputs in itertools.pairwise(sizes))


def fit_networks(
    sizes: Sequence[int], x: ArrayLike, y: ArrayLike, *, rate: float, steps: int, seeds: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Train a ReLU network on points (x, y), once for each seed; return losses (seeds, steps), curves (seeds, n).

    sizes: as [1, 20, 20, 1]. The loss is the mean squared error. All seeds are trained side by side, as one stack of
    matrices. The optimiser is Adam, the schedule one cycle up to `rate`. Kingma and Ba (2014). Lesson 07.

    >>> x = np.linspace(0, 1, 33)
    >>> losses, curves = fit_networks([1, 8, 1], x, tent(x), rate=0.03, steps=200, seeds=range(3))
    >>> curves.shape, bool(losses[:, -1].max() < losses[:, 0].min())
    ((3, 33), True)
    """
    if len(sizes) < 3 or sizes[0] != 1 or sizes[-1] != 1:
        raise ValueError(f"got sizes={list(sizes)}; one number in, one out, hidden layers between, as [1, 20, 20, 1]")
    inputs = torch.as_tensor(2 * np.asarray(x) - 1, dtype=torch.float32)[None, None, :]  # [0, 1] → [−1, 1]
    wanted = torch.as_tensor(np.asarray(y), dtype=torch.float32)
    layers = [
        _initial_layer(before, after, seeds, index) for index, (before, after) in enumerate(itertools.pairwise(sizes))
    ]
    parameters = [values.requires_grad_() for layer in layers for values in layer]
    optimizer = torch.optim.Adam(parameters, lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)

    def curves() -> torch.Tensor:
        values = inputs.expand(len(seeds), -1, -1)
        for number, (matrix, bias) in enumerate(layers, 1):
            values = torch.baddbmm(bias, matrix, values)
            values = values.relu() if number < len(layers) else values
        return values[:, 0]

    losses = torch.empty(steps, len(seeds))
    with one_thread():
        for step in range(steps):
            loss = (curves() - wanted).square().mean(dim=1)
            optimizer.zero_grad()
            loss.sum().backward()  # no seed has a part in another's loss
            optimizer.step()
            schedule.step()
            losses[step] = loss.detach()
        with torch.no_grad():
            return losses.T.numpy(), curves().numpy()


def _initial_layer(inputs: int, outputs: int, seeds: Sequence[int], index: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a layer's He-initialised weights, (seeds, outputs, inputs), and its biases, (seeds, outputs, 1)."""
    matrices, biases = [], []
    for seed in seeds:
        generator = torch.Generator().manual_seed(1000 * seed + index)
        matrix = torch.randn(outputs, inputs, generator=generator) * math.sqrt(2 / inputs)
        kinks = torch.rand(outputs, 1, generator=generator) * 2 - 1
        matrices.append(matrix)
        # In the first layer the kinks of the ReLUs are spread over [−1, 1]: with biases of 0 all would lie at one x.
        biases.append(-matrix * kinks if index == 0 else torch.zeros(outputs, 1))
    return torch.stack(matrices), torch.stack(biases)


def root_mean_square_error(curves: ArrayLike, y: ArrayLike) -> np.ndarray:
    """Return the root mean squared error of each of the curves (seeds, n) from y (n,): (seeds,).

    >>> root_mean_square_error([[3.0, 3.0]], [0.0, 0.0]).tolist()
    [3.0]
    """
    return np.sqrt(np.mean((np.asarray(curves, dtype=float) - np.asarray(y, dtype=float)) ** 2, axis=-1))
