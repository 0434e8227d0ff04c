"""Receptive fields: which pixels an activation depends on, computed from kernel sizes, strides and padding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx, nn
from torch.nn import functional

Pair = tuple[int, int]
EVERYTHING = 10**6  # pixels to each side: what averages over a whole map sees the whole picture, however large
_ADAPTIVE = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)
_POOLS = (functional.max_pool2d, functional.avg_pool2d)


@dataclass(frozen=True)
class ReceptiveField:
    """The receptive field of a layer, in pixels of the picture; each entry is a pair, for rows and for columns.

    size: of the window that one activation sees. step: how far the window moves from one activation to the next. start:
    where the window of row 0, column 0 begins; below 0 where it reaches over the edge into the padding.

    >>> picture = ReceptiveField()
    >>> picture.under((7, 7), (2, 2), (3, 3)).under((3, 3), (2, 2), (1, 1))
    ReceptiveField(size=(11, 11), step=(4, 4), start=(-5, -5))
    """

    size: Pair = (1, 1)
    step: Pair = (1, 1)
    start: Pair = (0, 0)

    def under(self, kernel_size: Pair, stride: Pair, padding: Pair, dilation: Pair = (1, 1)) -> "ReceptiveField":
        """Return the field of a convolution or pooling on top of this one.

        A kernel of k weights spans k windows that lie one step apart: size + (k − 1) · step. A stride multiplies the
        step. Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning". Taught in lesson 08.
        """
        size, step, start = [], [], []
        for axis in (0, 1):
            size.append(self.size[axis] + (kernel_size[axis] - 1) * dilation[axis] * self.step[axis])
            step.append(self.step[axis] * stride[axis])
            start.append(self.start[axis] - padding[axis] * self.step[axis])
        return ReceptiveField(_pair(size), _pair(step), _pair(start))

    def joined(self, other: "ReceptiveField") -> "ReceptiveField":
        """Return the field of the sum of two branches: what either of them sees."""
        start = [min(ours, theirs) for ours, theirs in zip(self.start, other.start, strict=True)]
        ends = [max(self.start[axis] + self.size[axis], other.start[axis] + other.size[axis]) for axis in (0, 1)]
        size = [end - begin for begin, end in zip(start, ends, strict=True)]
        step = [max(ours, theirs) for ours, theirs in zip(self.step, other.step, strict=True)]
        return ReceptiveField(_pair(size), _pair(step), _pair(start))

    def whole(self) -> "ReceptiveField":
        """Return the field of a mean or maximum over a whole map."""
        reach = (2 * EVERYTHING, 2 * EVERYTHING)
        return ReceptiveField(reach, self.step, (-EVERYTHING, -EVERYTHING))

    def window(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return the receptive field of the activation at (row, column): top, left, bottom, right.

        It may reach over the picture's edge; bottom and right are the first row and column that it does not see, as in
        a slice.

        >>> ReceptiveField((7, 7), (2, 2), (-3, -3)).window(0, 10)
        (-3, 17, 4, 24)
        """
        top, left = (self.start[axis] + index * self.step[axis] for axis, index in ((0, row), (1, column)))
        return top, left, top + self.size[0], left + self.size[1]

    def seen(self, row: int, column: int, size: int) -> tuple[int, int, int, int]:
        """Return the part of `window` that lies in a picture of size × size pixels."""
        top, left, bottom, right = self.window(row, column)
        return max(top, 0), max(left, 0), min(bottom, size), min(right, size)


def receptive_fields(graph: fx.GraphModule) -> dict[str, ReceptiveField]:
    """Compute the receptive field of every node of a traced network, by the node's name.

    Convolutions and poolings make it larger; where branches meet, it is what any of them sees.
    """
    fields: dict[str, ReceptiveField] = {}
    modules = dict(graph.named_modules())
    for node in graph.graph.nodes:
        sources = [fields[source.name] for source in node.all_input_nodes]
        field = sources[0] if sources else ReceptiveField()
        for other in sources[1:]:
            field = field.joined(other)
        fields[node.name] = _after(node, field, modules)
    return fields


def _after(node: fx.Node, field: ReceptiveField, modules: Mapping[str, nn.Module]) -> ReceptiveField:
    """Return the field of a node whose inputs together have `field`."""
    module: Any = modules.get(str(node.target)) if node.op == "call_module" else None
    if isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        return field.under(*(_as_pair(getattr(module, name, 1)) for name in _GEOMETRY))
    if isinstance(module, _ADAPTIVE) or node.target in (functional.adaptive_avg_pool2d, torch.mean, "mean"):
        return field.whole()
    if node.target in _POOLS:
        return field.under(*_pool_arguments(node))
    return field


_GEOMETRY = ("kernel_size", "stride", "padding", "dilation")


def _pool_arguments(node: fx.Node) -> tuple[Pair, Pair, Pair]:
    given = dict(zip(("input", "kernel_size", "stride", "padding"), node.args, strict=False)) | node.kwargs
    kernel_size = given["kernel_size"]
    return _as_pair(kernel_size), _as_pair(given.get("stride") or kernel_size), _as_pair(given.get("padding", 0))


def _as_pair(value: Any) -> Pair:
    return (value, value) if isinstance(value, int) else _pair(value)


def _pair(values: Any) -> Pair:
    rows, columns = values
    return int(rows), int(columns)
