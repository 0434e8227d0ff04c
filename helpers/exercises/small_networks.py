"""Networks of the exercises of lesson 05: layers that are one, a forward pass, and first weights."""

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from .answers import Hint
from .slips import explain


def random_layers(sizes: Sequence[int]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return a pair (W, b) for each layer of a network of these sizes, the same at every call."""
    rng = np.random.default_rng(0)
    return [(rng.normal(size=(rows, columns)), rng.normal(size=rows)) for columns, rows in itertools.pairwise(sizes)]


def compare_layer(matrix: np.ndarray, bias: np.ndarray, layers: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Say what is wrong with one layer that should do what all `layers` do in a row."""
    inputs, outputs = layers[0][0].shape[1], layers[-1][0].shape[0]
    if matrix.shape != (outputs, inputs):
        raise Hint(f"W has the shape {matrix.shape}. Outputs are rows, inputs columns: {(outputs, inputs)} is needed.")
    right, right_bias = layers[0]
    for weights, added in layers[1:]:
        right, right_bias = weights @ right, weights @ right_bias + added
    if not np.allclose(matrix, right, rtol=1e-4, atol=1e-5):
        turned = functools.reduce(np.matmul, [weights for weights, _ in layers]) if inputs == outputs else right
        explain(matrix, {"The order: the first layer's matrix stands on the right, next to x. W2 @ W1.": turned})
        raise Hint("W is not the product of all. Matrices are multiplied with @, the first layer on the right.")
    if bias.shape != (outputs,):
        raise Hint(f"b has the shape {bias.shape}; one number for each output is needed, {(outputs,)}.")
    if not np.allclose(bias, right_bias, rtol=1e-4, atol=1e-5):
        explain(bias, {
            "You kept only the last b. The biases before it go through the later layers: W2 @ b1.": layers[-1][1],
            "W2 @ b1 is right. What does the second layer add?": right_bias - layers[-1][1],
            "b1 is multiplied by the second layer before b2 is added: W2 @ b1 + b2.": (
                sum(added for _, added in layers) if inputs == outputs else ()
            ),
        })  # fmt: skip
        raise Hint("Multiply out W2 (W1 x + b1) + b2: what stands there without x is b.")


def compare_output(given: np.ndarray, x: np.ndarray, layers: list, activation: Callable) -> None:
    """Hint where a network's output is not what it should be, with `activation` after all layers but the last."""

    def result(activated: str = "110", biases: int = 1, first: bool = False, late: bool = False) -> np.ndarray:
        values = activation(x) if first else x
        for (matrix, bias), active in zip(layers, activated, strict=True):
            values = matrix @ values + biases * bias * (not late)
            values = (activation(values) if active == "1" else values) + biases * bias * late
        return values

    right = result()
    if np.allclose(given, right, rtol=1e-4, atol=1e-5):
        return
    explain(given, {
        "After the last layer there is no activation function: a score may be negative.": result("111"),
        "There is no activation function in it, so it is one linear layer. Call activation in between.": result("000"),
        "It follows only the first layer: activation after each layer but the last.": result("100"),
        "The biases are missing: W @ x + b.": result(biases=0),
        "The input goes into the first layer as it is, with no activation function before it.": result(first=True),
        "The bias is added before the activation function: activation(W @ x + b).": result(late=True),
    })  # fmt: skip
    if activation is np.tanh:
        raise Hint("With ReLU it is right, with tanh it is not: call the activation that it is given.")
    raise Hint(f"With ReLU the first score is {given[0]:.6g}; {right[0]:.6g} is needed. W @ x + b, layer by layer.")


ALPHA, SIZES = 0.5, [64, *[100] * 20]  # of the network of exercise 05.8


def check_layers(layers: list[nn.Module]) -> None:
    """Hint where a network is not twenty linear layers of the right sizes, each followed by leaky ReLU."""
    linear = [layer for layer in layers if isinstance(layer, nn.Linear)]
    found = [*(layer.in_features for layer in linear[:1]), *(layer.out_features for layer in linear)]
    if found != SIZES:
        raise Hint(f"There are {len(linear)} linear layers, of sizes {found[:3]} and so on; needed: 20, {SIZES[:3]} …")
    points = torch.tensor([-2.0, -0.5, 0.0, 3.0], dtype=linear[0].weight.dtype)
    for number, one in enumerate(linear, 1):
        activation = layers[2 * number - 1] if len(layers) >= 2 * number else None
        if layers[2 * number - 2] is not one or activation is None or isinstance(activation, nn.Linear):
            raise Hint(f"Linear layer {number} is not followed by leaky ReLU. Each of the twenty is.")
        if not torch.allclose(activation(points), torch.where(points > 0, points, ALPHA * points)):
            raise Hint(f"After linear layer {number} stands {activation}; nn.LeakyReLU({ALPHA}) is needed.")


def check_weights(linear: list[Any]) -> None:
    """Hint where the first weights are not those that keep the sizes of numbers."""
    weights = [layer.weight.detach() for layer in linear]
    for number, layer in enumerate(linear, 1):
        if layer.bias is not None and layer.bias.any():
            raise Hint(f"The biases of layer {number} are not 0. PyTorch draws them: nn.init.zeros_(layer.bias)")
    if any(torch.equal(one, two) for one, two in itertools.pairwise(weights[1:])):
        raise Hint("Two layers have the same weights. Make a new layer for each place, and set a seed only once.")
    if any(abs(one.mean()) > 0.1 * one.std() for one in weights):
        raise Hint("The weights do not lie around 0. torch.randn has the mean 0, torch.rand has not.")
    scales = [float(one.square().mean().sqrt()) * math.sqrt(one.shape[1]) for one in weights]
    right, later = math.sqrt(2 / (1 + ALPHA**2)), float(np.mean(scales[1:]))
    if np.allclose(scales, right, rtol=0.05) and math.isclose(later, right, rel_tol=0.01):
        return
    explain(later, {
        "That is He's start, for ReLU. Leaky ReLU keeps more of the squares, so the weights are smaller.": math.sqrt(2),
        "A scale of 1 is for a function that keeps all squares. Which share of them does this one keep?": 1.0,
        "These are the weights that PyTorch draws, and they shrink the numbers. Draw your own.": 1 / math.sqrt(3),
        "α takes part as its square: what is multiplied by α has α² times the square.": math.sqrt(2 / (1 + ALPHA)),
        "You took the factor of the variance for that of the standard deviation, which is its root.": right**2,
        "That is the variance. The standard deviation is its root.": right**2 / math.sqrt(SIZES[1]),
        "Divide by the root of the number of inputs: they are added up.": right * math.sqrt(SIZES[1]),
    }, rtol=0.02)  # fmt: skip
    if math.isclose(later, right, rel_tol=0.01):
        raise Hint(f"Layer 1 has {SIZES[0]} inputs and {SIZES[1]} outputs. It is the inputs that are added up.")
    raise Hint(f"The weights have the scale {later:.3f}, which does not keep the sizes. What is left of the squares?")


def check_sizes(layers: list[nn.Module], values: torch.Tensor, found: np.ndarray) -> None:
    """Hint where what was found are not the root mean squares of what each leaky ReLU gives."""
    outputs: list[np.ndarray] = []
    with torch.no_grad():
        values = values.to(next(layers[0].parameters()).dtype)
        for layer in layers:
            values = layer(values)
            outputs.append(values.numpy().astype(float))
    squares = np.array([(one**2).mean() for one in outputs])
    right = np.sqrt(squares[1::2])
    if found.shape != right.shape:
        raise Hint(f"There are {len(found)} sizes; {len(right)} are needed, one for what each leaky ReLU gives.")
    if not (close := np.isclose(found, right, rtol=1e-3)).all():
        explain(found, {
            "Those are the sizes before the activation functions. Take what leaky ReLU gives.": squares[::2] ** 0.5,
            "These are standard deviations: a size does not take the mean away.": [one.std() for one in outputs[1::2]],
            "These are the means of the squares. Take the root.": squares[1::2],
            "These are means of absolute values. Square, mean, root.": [np.abs(one).mean() for one in outputs[1::2]],
        }, rtol=1e-3)  # fmt: skip
        first = int(close.argmin())
        raise Hint(f"Size {first + 1} is {found[first]:.5g}; with your network and inputs it is {right[first]:.5g}.")
