"""An untrained deep stack: a state, its sizes, its words and its code, and its picture without widgets."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from torch import nn

from ...device import one_thread
from ...lessons.deep_stack import deep_stack, initial_std, make_activation
from ...lessons.nonlinear import checked_alpha, non_linearity
from ...plots import FIRST, GREY, THIRD, new_axes
from ...widgets.numbers import Limits, as_code, checked_number, written

DEEPEST, LARGEST = 50, 5.0  # layers, and scale of the initial weights
LIMITS = Limits({"depth": (2, DEEPEST), "scale": (0.1, LARGEST)})
UNITS, INPUTS = 64, 64  # of the stack that is looked into
FAR = 1e14  # a size beyond it, or beyond 1 / FAR, is drawn at the edge

Sizes = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Stack:
    """An untrained stack of `depth` layers; ValueError with a sentence for a name or a number that is none."""

    name: str = "sigmoid"
    depth: int = 20
    scale: float = 1.0
    alpha: float = 0.1

    def __post_init__(self) -> None:
        """Check the numbers, and write the name as the table does."""
        make_activation(self.name)
        for name, value in (
            ("name", self.name if self.name == "none" else non_linearity(self.name).name),
            ("depth", LIMITS.whole("depth", self.depth)),
            ("scale", LIMITS.checked("scale", self.scale)),
            ("alpha", checked_alpha(self.alpha)),
        ):
            object.__setattr__(self, name, value)

    @property
    def code(self) -> str:
        """The lines that bring this state back, as an explorer and as a picture.

        >>> print(Stack("tanh", 5, 1.0).code)
        depth_explorer("tanh", depth=5, scale=1, alpha=0.1)
        axes = plot_depth("tanh", 5, 1, alpha=0.1)
        """
        scale, alpha = as_code(self.scale), as_code(self.alpha)
        return (
            f'depth_explorer("{self.name}", depth={self.depth}, scale={scale}, alpha={alpha})\n'
            f'axes = plot_depth("{self.name}", {self.depth}, {scale}, alpha={alpha})'
        )


def stack_sizes(name: str, depth: int, scale: float | str, *, alpha: float = 0.01) -> Sizes:
    """Return the root mean square of activations and of gradients in each layer of an untrained stack: two (depth,).

    64 units a layer; 64 random inputs of size 1 run forward, and a random gradient of size 1 from the last layer back.

    >>> stack_sizes("none", 3, 1.0)[1][-1].round(1)
    np.float64(1.0)
    """
    std, bend = initial_std(UNITS, UNITS, scale), make_activation(name, alpha)
    inputs = np.random.default_rng(0).normal(size=(INPUTS, UNITS))
    passed = torch.as_tensor(inputs, dtype=torch.float32).requires_grad_()
    outputs: list[Any] = []
    with one_thread():
        for weights in _unscaled(max(depth, DEEPEST))[:depth]:
            passed = bend(nn.functional.linear(passed, weights * std))
            passed.retain_grad()
            outputs.append(passed)
        passed.backward(torch.randn(passed.shape, generator=torch.Generator().manual_seed(0)))
        both = torch.stack([torch.stack(outputs).detach(), torch.stack([one.grad for one in outputs])])
        forward, back = both.double().square().mean(dim=(2, 3)).sqrt().numpy()
    return forward, back


@lru_cache(maxsize=1)
def _unscaled(depth: int) -> list[torch.Tensor]:
    """Return the weights of each layer as `deep_stack` draws them, with a standard deviation of 1.

    To draw and to wrap them takes twice as long as all else, and a scale only multiplies them.
    """
    layers: Any = deep_stack([UNITS] * (depth + 1) + [1], "none", scale=math.sqrt(UNITS), seed=1)[::2]
    return [layer.weight.detach() for layer in layers]


@lru_cache(maxsize=512)
def sizes_of(stack: Stack) -> Sizes:
    """Return the sizes of a stack; play goes over the same ones again and again."""
    return stack_sizes(stack.name, stack.depth, stack.scale, alpha=stack.alpha)


def describe_depth(name: str, depth: int, scale: float | str, sizes: Sizes) -> str:
    """Describe in words what `plot_depth` shows.

    >>> describe_depth("ReLU", 2, 1.0, (np.array([1.0, 0.5]), np.array([0.25, 1.0]))).split("; ")[1]
    'gradients of size 1 in the last layer, 0.25 in the first.'
    """
    (first, last), (front, rear) = ((written(values[0], 3), written(values[-1], 3)) for values in sizes)
    beyond = any((values > FAR).any() or (values < 1 / FAR).any() for values in sizes)
    edge = " What lies beyond the picture is drawn at its edge." if beyond else ""
    return (
        f"{stack_name(name, depth, scale)}: activations of size {first} in the first layer, {last} "
        f"in the last; gradients of size {rear} in the last layer, {front} in the first.{edge}"
    )


def describe_factors(sizes: Sizes) -> str:
    """Describe by what a layer multiplies sizes on average, forward and back.

    >>> describe_factors((np.array([1.0, 2.0, 4.0]), np.array([1.0, 0.1, 0.01])))
    'On average a layer multiplies activations by 2 on their way forward, gradients by 10 on their way back.'
    """
    forward, back = sizes
    between = len(forward) - 1
    up, down = ((end / start) ** (1 / between) for start, end in ((forward[0], forward[-1]), (back[-1], back[0])))
    return (
        f"On average a layer multiplies activations by {written(up, 3)} on their way forward, "
        f"gradients by {written(down, 3)} on their way back."
    )


def stack_name(name: str, depth: int, scale: float | str) -> str:
    """Name a stack by its depth, its function and its scale.

    >>> stack_name("none", 3, 0.5)
    '3 linear layers, no activation function, scale 0.5'
    """
    plain = "linear layers, no activation function" if name == "none" else f"layers of {non_linearity(name).name}"
    return f"{depth} {plain}, scale {scale if isinstance(scale, str) else format(scale, 'g')}"


def plot_depth(
    name: str, depth: int = 20, scale: float | str = 1.0, *, alpha: float = 0.01, ax: Axes | None = None
) -> Axes:
    """Draw the sizes of activations and gradients in each layer of an untrained stack, on a logarithmic axis.

    depth: 2 to 50 layers. scale: of the initial weights, as in `deep_stack`. Taught in lesson 05.

    >>> plot_depth("tanh", 5).get_ylabel()
    'typical size'
    """
    depth = int(checked_number("depth", depth, *LIMITS["depth"]))
    axes = new_axes(ax, (7.2, 3.2))
    axes.set(xlabel="layer", ylabel="typical size", xlim=(0, DEEPEST + 1), ylim=(1 / FAR, FAR), yscale="log")
    axes.set_yticks([10.0**power for power in range(-12, 13, 4)])
    axes.minorticks_off()
    axes.axhline(1, color=GREY, linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    layers = np.arange(1, depth + 1)
    forward, back = (np.clip(values, 1 / FAR, FAR) for values in stack_sizes(name, depth, scale, alpha=alpha))
    axes.plot(layers, forward, "o-", color=FIRST, markersize=4, label="activations, sent forward")
    axes.plot(layers, back, "s--", color=THIRD, markersize=4, label="gradients, sent back")
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 0.98), ncols=2, fontsize=9)
    axes.set_title(stack_name(name, depth, scale), fontsize=10, pad=24)  # above the legend
    return axes
