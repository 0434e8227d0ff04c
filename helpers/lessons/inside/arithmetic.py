"""The arithmetic of one activation by hand: products, their sum, batch-norm, skip connection, activation function."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn

from .layers import ConvolutionLayer, activation_name, checked_index
from .maps import FeatureMaps


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """One activation of a layer, computed by hand in float64 from the layer's input, step by step.

    patch and kernel: (input channels, rows, columns). steps: each step's name and the value after it, the last of them
    the output. network: what the network itself computed, in float32.
    """

    layer: ConvolutionLayer
    channel: int
    row: int
    column: int
    patch: np.ndarray = field(repr=False)
    kernel: np.ndarray = field(repr=False)
    steps: tuple[tuple[str, float], ...]
    network: float

    @property
    def products(self) -> np.ndarray:
        """Patch times kernel, elementwise: (input channels, rows, columns)."""
        return self.patch * self.kernel

    @property
    def output(self) -> float:
        """The value after the last step."""
        return self.steps[-1][1]

    def largest(self, n: int = 3) -> np.ndarray:
        """Return the `n` input channels with the largest absolute sum of products, the largest first."""
        sums = np.abs(self.products.sum(axis=(1, 2)))
        return np.argsort(-sums, kind="stable")[:n]

    def __repr__(self) -> str:
        head = f"layer {self.layer.number}, channel {self.channel}, row {self.row}, column {self.column}"
        lines = [f"  {name:<34}{value:>10.4f}" for name, value in self.steps]
        return "\n".join([head, *lines, f"  {'the network says':<34}{self.network:>10.4f}"])


def explain_number(found: FeatureMaps, layer: int, channel: int, row: int, column: int) -> Arithmetic:
    """Recompute one activation of a layer by hand: products, sum, batch-norm, skip connection, activation function.

    Raises ValueError or IndexError, with what there is, for a layer or index that does not exist. Ioffe and Szegedy
    (2015), "Batch normalization". Taught in lesson 08.

    >>> from helpers.lessons.inside import feature_maps
    >>> from helpers.models import build
    >>> found = feature_maps(build("resnet10", 64, 2), np.full((64, 64, 3), 90, dtype=np.uint8))
    >>> number = explain_number(found, 3, 5, 2, 2)
    >>> [name for name, _ in number.steps], bool(abs(number.output - number.network) < 1e-3)
    (['sum of 576 products', 'after batch-norm', 'with the skip connection', 'after ReLU'], True)
    """
    chosen, maps = found.layer(layer), found.maps(layer)
    channel = checked_index("channel", channel, len(maps))
    row, column = checked_index("row", row, maps.shape[1]), checked_index("column", column, maps.shape[2])
    patch, kernel = _patch(found, chosen, channel, row, column)
    value = float((patch * kernel).sum())
    steps = [(f"sum of {kernel.size:,} products", value)]
    if chosen.convolution.bias is not None:
        value += float(chosen.convolution.bias[channel].detach())
        steps.append(("with the bias", value))
    if chosen.norm is not None:
        value = batch_normalised(chosen.norm, channel, value)
        steps.append(("after batch-norm", value))
    if chosen.skip:
        value += float(found.values[chosen.skip][channel, row, column])
        steps.append(("with the skip connection", value))
    if chosen.activation is not None:
        value = _activated(chosen.activation, value)
        steps.append((f"after {activation_name(chosen.activation)}", value))
    if (layer, channel) in found.off:
        value = 0.0
        steps.append(("switched off", value))
    network = float(maps[channel, row, column])
    return Arithmetic(chosen, channel, row, column, patch, kernel, tuple(steps), network)


def _patch(
    found: FeatureMaps, layer: ConvolutionLayer, channel: int, row: int, column: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the input under a layer's kernel, 0 in the padding, and the kernel: both (channels, rows, columns)."""
    convolution = layer.convolution
    kernel = convolution.weight[channel].detach().double().cpu().numpy()
    group = channel * convolution.groups // convolution.out_channels
    given = found.values[layer.source][group * len(kernel) : (group + 1) * len(kernel)].astype(float)
    up, left = (int(pad) for pad in convolution.padding)
    padded = np.pad(given, ((0, 0), (up, up), (left, left)))
    (down, across), (rows, columns) = convolution.dilation, kernel.shape[1:]
    top, start = row * convolution.stride[0], column * convolution.stride[1]
    return padded[:, top : top + rows * down : down, start : start + columns * across : across], kernel


def batch_normalised(norm: nn.BatchNorm2d, channel: int, value: float) -> float:
    """Batch-normalise one value of a channel, as in evaluation mode: (value − mean) / deviation · weight + bias.

    Mean and variance are the running ones that training has kept. PyTorch adds a tiny `eps` to the variance, so that
    nothing is ever divided by 0. Taught in lesson 08.

    >>> norm = nn.BatchNorm2d(1, eps=0)
    >>> norm.running_mean[0], norm.running_var[0] = 10, 4
    >>> batch_normalised(norm, 0, 16.0)
    3.0
    """
    mean, variance = (float(kept[channel]) for kept in (norm.running_mean, norm.running_var))  # type: ignore[index]
    result = (value - mean) / np.sqrt(variance + norm.eps)
    if norm.affine:
        result = result * float(norm.weight[channel].detach()) + float(norm.bias[channel].detach())
    return float(result)


def _activated(activation: Any, value: float) -> float:
    """Apply an activation function to one value."""
    return float(activation(torch.tensor([value], dtype=torch.float64)))


def origin(found: FeatureMaps, layer: int, channel: int, row: int, column: int) -> tuple[int, int, int, int] | None:
    """Return where a value of a layer's input comes from, as (layer, channel, row, column) of an earlier layer.

    Through max pooling it is the largest value of the window, which is the one that came through. None where the
    input is the picture itself, padding, or put together of several layers.
    """
    outputs = {one.output: one.number for one in found.layers}
    modules = dict(found.graph.named_modules())
    name = found.layer(layer).source
    while name not in outputs:
        node = next(node for node in found.graph.graph.nodes if node.name == name)
        module: Any = modules.get(str(node.target)) if node.op == "call_module" else None
        if not isinstance(module, nn.MaxPool2d):
            return None
        name = node.all_input_nodes[0].name
        row, column = _largest_below(found.values[name][channel], module, row, column)
    height, width = found.values[name].shape[1:]
    if not (0 <= row < height and 0 <= column < width):
        return None
    return outputs[name], int(channel), int(row), int(column)


def _largest_below(given: np.ndarray, pool: nn.MaxPool2d, row: int, column: int) -> tuple[int, int]:
    """Return row and column of the largest value in the window of a max pooling."""
    size, stride, padding = (value if isinstance(value, int) else value[0]
                             for value in (pool.kernel_size, pool.stride, pool.padding))  # fmt: skip
    top, left = row * stride - padding, column * stride - padding
    rows = slice(max(top, 0), max(top + size, 0))
    columns = slice(max(left, 0), max(left + size, 0))
    window = given[rows, columns]
    if not window.size:
        return -1, -1
    inner = np.unravel_index(window.argmax(), window.shape)
    return int(rows.start + inner[0]), int(columns.start + inner[1])
