"""Deep fully connected networks: initialisation, sizes of activations and gradients, dead units, and training.

Taught in lesson 05. After Glorot and Bengio (2010) and He et al. (2015), who chose initial weights by such pictures.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from torch import nn

from ..device import one_thread
from ..plots import FIRST, GREY, SECOND, THIRD, new_axes
from .nonlinear import checked_alpha, non_linearity

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "none": nn.Identity, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "ReLU": nn.ReLU, "leaky ReLU": nn.LeakyReLU,
    "GELU": nn.GELU,
}  # fmt: skip


def make_activation(name: str, alpha: float = 0.01) -> nn.Module:
    """Return the torch.nn module of an activation function by its name; nn.Identity for "none".

    >>> make_activation("leaky relu", alpha=0.2)
    LeakyReLU(negative_slope=0.2)
    """
    plain = "none" if name == "none" else non_linearity(name).name
    return nn.LeakyReLU(checked_alpha(alpha)) if plain == "leaky ReLU" else ACTIVATIONS[plain]()


def deep_stack(
    sizes: Sequence[int], activation: str, *, scale: float | str = "He", alpha: float = 0.01, seed: int = 0
) -> nn.Sequential:
    """Return an nn.Sequential of linear layers of these sizes, inputs first, with an activation function in between.

    scale: of the initial weights. "Xavier" draws them with the variance 2 / (inputs + outputs), "He" with 2 / inputs, a
    number s with s² / inputs. All biases start at 0.

    >>> len(deep_stack([2, 16, 16, 1], "ReLU"))
    5
    """
    if len(sizes) < 3:
        raise ValueError(
            f"got sizes={list(sizes)}; we need three or more: inputs, hidden units, outputs, as [2, 16, 2]"
        )
    layers: list[nn.Module] = []
    generator = torch.Generator().manual_seed(seed)
    for inputs, outputs in itertools.pairwise(sizes):
        linear: Any = nn.utils.skip_init(nn.Linear, inputs, outputs)  # its own initial weights would be thrown away
        with torch.no_grad():
            linear.weight.normal_(0, initial_std(inputs, outputs, scale), generator=generator)
            linear.bias.zero_()
        layers += [linear, make_activation(activation, alpha)]
    return nn.Sequential(*layers[:-1])


def initial_std(inputs: int, outputs: int, scale: float | str) -> float:
    """Return the standard deviation of a linear layer's initial weights; ValueError for a scale that is none.

    >>> initial_std(50, 50, "Xavier") == initial_std(50, 50, 1) == math.sqrt(1 / 50)
    True
    """
    if scale == "Xavier":
        return math.sqrt(2 / (inputs + outputs))
    if scale == "He":
        return math.sqrt(2 / inputs)
    if isinstance(scale, str) or not 0 < scale < math.inf:
        raise ValueError(f'got scale={scale!r}; type "Xavier", "He", or a number above 0 such as 1.0')
    return scale / math.sqrt(inputs)


@dataclass(eq=False)
class Capture:
    """The output of one layer, with its name: values (inputs, units, ...), and their gradient after `backward()`."""

    name: str
    values: np.ndarray
    output: torch.Tensor

    @property
    def gradient(self) -> np.ndarray:
        """The gradient with respect to each value of what `backward()` was called on."""
        if self.output.grad is None:
            raise ValueError(f"no gradient has reached {self.name} yet; call backward() on a result first")
        return self.output.grad.numpy(force=True)


@contextmanager
def captured(network: nn.Module, *kinds: type[nn.Module]) -> Iterator[list[Capture]]:
    """Collect the outputs of all modules of the given kinds inside the `with` block, by forward hooks.

    >>> network = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    >>> with captured(network, nn.ReLU) as found:
    ...     scores = network(torch.zeros(4, 2))
    >>> found[0].name, found[0].values.shape
    ('1', (4, 3))
    """
    found: list[Capture] = []
    names = {module: name for name, module in network.named_modules()}

    def keep(module: nn.Module, _: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        if output.requires_grad:
            output.retain_grad()
        found.append(Capture(names[module], output.detach().float().cpu().clone().numpy(), output))

    hooks = [module.register_forward_hook(keep) for module in names if isinstance(module, kinds)]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def look_inside(network: nn.Sequential, inputs: ArrayLike, *, seed: int = 0) -> list[Capture]:
    """Run `inputs` (n, features) forward and a random gradient of size 1 backward; return what each hidden layer got.

    >>> stack = deep_stack([8, 8, 8, 1], "tanh")
    >>> [capture.gradient.shape for capture in look_inside(stack, np.ones((5, 8)))]
    [(5, 8), (5, 8)]
    """
    kinds = tuple(type(layer) for layer in network[1::2])
    with one_thread(), captured(network, *kinds) as found:
        network(torch.as_tensor(np.asarray(inputs), dtype=torch.float32))
        last = found[-1].output
        last.backward(torch.randn(last.shape, generator=torch.Generator().manual_seed(seed)))
    return found


def root_mean_square(values: ArrayLike) -> float:
    """Return the root mean square of values, their typical size.

    >>> root_mean_square([3, -3])
    3.0
    """
    return float(np.sqrt(np.mean(np.square(np.asarray(values, dtype=float)))))


def dead_units(values: ArrayLike) -> np.ndarray:
    """Return which units are dead, 0 for every input: values (inputs, units, ...) → (units,) of True or False.

    >>> dead_units([[0, 1.5], [0, 0]]).tolist()
    [True, False]
    """
    outputs = np.asarray(values)
    if outputs.ndim < 2 or not len(outputs):
        raise ValueError(f"got shape {outputs.shape}; we need (inputs, units), a row for each input, one or more")
    return (outputs == 0).all(axis=(0, *range(2, outputs.ndim)))


def two_spirals(count: int, *, noise: float = 0.03, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the two-spirals data set: points float32 (2 · count, 2), labels 0 or 1.

    >>> points, labels = two_spirals(50)
    >>> points.shape, labels.mean()
    ((100, 2), np.float64(0.5))
    """
    rng = np.random.default_rng(seed)
    along = np.sqrt(rng.uniform(0.02, 1, (2, count)))  # the root: as dense outside as inside
    angle = 3 * np.pi * along + np.array([[0], [np.pi]])
    points = np.stack([along * np.cos(angle), along * np.sin(angle)], axis=-1) + rng.normal(0, noise, (2, count, 2))
    return points.reshape(-1, 2).astype(np.float32), np.repeat([0, 1], count)


def train_stack(network: nn.Module, points: ArrayLike, labels: ArrayLike, *, rate: float, steps: int) -> np.ndarray:
    """Train a classifier on the full batch, by SGD with momentum 0.9; return the loss before each step, (steps,).

    >>> losses = train_stack(deep_stack([2, 8, 2], "tanh"), *two_spirals(20), rate=0.1, steps=30)
    >>> bool(losses[-1] < losses[0])
    True
    """
    inputs, wanted = torch.as_tensor(np.asarray(points)), torch.as_tensor(np.asarray(labels))
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)
    losses = torch.empty(steps)
    with one_thread():
        for step in range(steps):
            loss = nn.functional.cross_entropy(network(inputs), wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses[step] = loss.detach()
    return losses.numpy()


def share_right(network: nn.Module, points: ArrayLike, labels: ArrayLike) -> float:
    """Return the accuracy of a network: the share of points whose largest score is that of their label."""
    with torch.inference_mode(), one_thread():
        scores = network(torch.as_tensor(np.asarray(points, dtype=np.float32)))
    return float((scores.argmax(dim=1).numpy() == np.asarray(labels)).mean())


def plot_histograms(
    stacks: Mapping[str, Sequence[Capture]], layers: Sequence[int], *, of: str = "activations"
) -> np.ndarray:
    """Draw histograms of activations or gradients: a row for each stack, a column for each layer (1 the first).

    of: "activations", or "gradients", which are drawn as powers of ten: they differ so much. Lesson 05.

    >>> plot_histograms({"tanh": look_inside(deep_stack([8, 8, 8, 1], "tanh"), np.eye(8))}, [1, 2]).shape
    (1, 2)
    """
    grid = plt.subplots(
        len(stacks), len(layers), figsize=(9, 0.5 + 1.05 * len(stacks)), squeeze=False, layout="constrained",
        facecolor="white", sharex=False if of == "activations" else "all",
    )[1]  # fmt: skip
    for row, (name, found) in zip(grid, stacks.items(), strict=True):
        if of == "activations":
            drawn = [found[layer - 1].values.ravel() for layer in layers]
            edges = np.linspace(min(map(np.min, drawn)), np.quantile(np.concatenate(drawn), 0.999), 41)
        else:
            sizes = [np.abs(found[layer - 1].gradient.ravel()) for layer in layers]
            drawn = [np.log10(values[values > 0]).clip(-16, 2) for values in sizes]  # 0 has no power of ten
            edges = np.linspace(-16, 2, 73)
        for axes, values in zip(row, drawn, strict=True):
            axes.hist(values, bins=edges, color=FIRST if of == "activations" else THIRD)
            axes.spines[["top", "right", "left"]].set_visible(False)
            axes.set_yticks([])
            axes.tick_params(labelsize=8)
        row[0].set_ylabel(name, fontsize=9)
    for axes, layer in zip(grid[0], layers, strict=True):
        axes.set_title(f"layer {layer}", fontsize=9)
    words = "activation" if of == "activations" else "size of the gradient, as a power of ten"
    grid[0, 0].figure.supxlabel(words, fontsize=9)
    return grid


def plot_decisions(network: nn.Module, points: ArrayLike, labels: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw the decision regions of a classifier of points in the plane, and the points with their labels.

    >>> points, labels = two_spirals(20)
    >>> plot_decisions(deep_stack([2, 4, 2], "ReLU"), points, labels).get_aspect()
    1.0
    """
    positions, kinds = np.asarray(points), np.asarray(labels)
    axes = new_axes(ax, (3.4, 3.4))
    reach = 1.1 * float(np.abs(positions).max())
    line = np.linspace(-reach, reach, 121, dtype=np.float32)
    plane = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    with torch.inference_mode(), one_thread():
        given = network(torch.from_numpy(plane)).argmax(dim=1).numpy().reshape(len(line), len(line))
    axes.contourf(line, line, given, levels=[-0.5, 0.5, 1.5], colors=[FIRST, SECOND], alpha=0.3)
    for kind, colour, marker in ((0, FIRST, "o"), (1, SECOND, "^")):
        axes.scatter(*positions[kinds == kind].T, s=14, marker=marker, color=colour, edgecolors=GREY, linewidths=0.4)
    axes.set(aspect="equal", xticks=[], yticks=[])
    return axes
