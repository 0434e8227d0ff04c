"""A network's body as a row of numbered layers: which batch-norm, short cut and bend belong to which convolution."""

import operator
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import fx, nn
from torch.nn import functional

from ...models import Classifier
from .receptive_field import ReceptiveField, receptive_fields

BENDS = (nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.GELU, nn.SiLU, nn.Hardswish, nn.Sigmoid, nn.Tanh)
_BEND_FUNCTIONS = (torch.relu, functional.relu, functional.relu6, functional.gelu, functional.silu)
_ADDITIONS = (operator.add, operator.iadd, torch.add)


@dataclass(frozen=True, eq=False)
class Layer:
    """A convolution and what is done to its sums at once: batch-norm, the addition of a short cut, a bend.

    number: counted from 1. convolution: the module. norm: its batch-norm, or None. The names say where in the traced
    network the values are: `source` goes in, `short_cut` is added (or ""), `output` comes out. field: what a number
    of it sees. bend: what is applied last, or None.
    """

    number: int
    name: str
    convolution: nn.Conv2d
    norm: nn.BatchNorm2d | None = field(repr=False)
    bend: Any = field(repr=False)
    source: str = field(repr=False)
    short_cut: str = field(repr=False)
    output: str = field(repr=False)
    field: ReceptiveField = field(repr=False)

    @property
    def products(self) -> int:
        """How many products make one number of this layer."""
        return self.convolution.weight[0].numel()

    @property
    def what(self) -> str:
        """The layer's parts in words."""
        rows, columns = self.convolution.kernel_size
        parts = [f"{rows} × {columns} × {self.convolution.weight.shape[1]}"]
        if max(self.convolution.stride) > 1:
            parts.append(f"stride {self.convolution.stride[0]}")
        parts += ["batch-norm"] if self.norm is not None else []
        parts += ["+ short cut"] if self.short_cut else []
        return ", ".join([*parts, *([bend_name(self.bend)] if self.bend is not None else [])])


def bend_name(bend: Any) -> str:
    """Return what a non-linearity is called.

    >>> bend_name(nn.ReLU()), bend_name(torch.relu)
    ('ReLU', 'relu')
    """
    return type(bend).__name__ if isinstance(bend, nn.Module) else bend.__name__


def model_of(learn: Any) -> Classifier:
    """Return the classifier in a learner, in a loaded model, or the classifier itself; TypeError for other things."""
    model = getattr(learn, "model", learn)
    if not isinstance(model, Classifier):
        raise TypeError(
            f"got {type(learn).__name__}; give a learner, as ConvLearner.pretrained returns, or load_model(file)"
        )
    return model


@contextmanager
def looking(model: nn.Module) -> Iterator[None]:
    """Put a model into evaluation mode and exact float32 for a while, and leave every part of it as it was."""
    before = {module: module.training for module in model.modules()}
    try:
        with torch.backends.cudnn.flags(allow_tf32=False), torch.autocast(_device_type(model), enabled=False):
            yield model.eval() and None
    finally:
        for module, training in before.items():
            module.training = training


def _device_type(model: nn.Module) -> str:
    return next(model.parameters()).device.type


def traced(model: Classifier) -> fx.GraphModule:
    """Return the body as a graph of its steps: one node each time that a module or function is used."""
    try:
        return fx.symbolic_trace(model.body)
    except Exception as error:
        raise ValueError(
            f"{model.name} cannot be followed step by step ({type(error).__name__}); take one that can, such as "
            'arch = "resnet10"'
        ) from None


def layers_of(learn: Any) -> tuple[Layer, ...]:
    """Return the layers of a model's body, in the order in which a picture goes through them.

    The 1 × 1 convolutions on the short cuts of a ResNet are not counted: their result is what is added. Taught in
    lesson 08; He et al. (2015), "Deep residual learning for image recognition".

    >>> from helpers.models import build
    >>> layers = layers_of(build("resnet10", 64, 2, weights=None))
    >>> len(layers), layers[0].what, layers[2].what
    (9, '7 × 7 × 3, stride 2, batch-norm, ReLU', '3 × 3 × 64, batch-norm, + short cut, ReLU')
    """
    graph = traced(model_of(learn))
    return layers_in(graph)


def layers_in(graph: fx.GraphModule) -> tuple[Layer, ...]:
    """Return the layers of a traced body."""
    fields, modules = receptive_fields(graph), dict(graph.named_modules())
    chains = [_chain(node, modules) for node in graph.graph.nodes if _is(node, modules, nn.Conv2d)]
    # Of two convolutions that are added, the first is the layer, the other its short cut.
    taken: dict[fx.Node, fx.Node] = {}
    for chain in chains:
        for node in chain[1:]:
            taken.setdefault(node, chain[0])
    found: list[Layer] = []
    for chain in chains:
        additions = [node for node in chain if node.target in _ADDITIONS]
        if any(taken[node] is not chain[0] for node in additions):
            continue
        parts = [modules.get(str(node.target)) for node in chain]
        norm = next((part for part in parts if isinstance(part, nn.BatchNorm2d)), None)
        last = chain[-1]
        bend = parts[-1] if isinstance(parts[-1], BENDS) else last.target if last.target in _BEND_FUNCTIONS else None
        others = [str(node) for add in additions for node in add.all_input_nodes if node not in chain]
        convolution: Any = parts[0]
        layer = Layer(
            number=len(found) + 1,
            name=str(chain[0].target),
            convolution=convolution,
            norm=norm,
            bend=bend,
            source=chain[0].all_input_nodes[0].name,
            short_cut=others[0] if others else "",
            output=last.name,
            field=fields[last.name],
        )
        found.append(layer)
    return tuple(found)


def _chain(start: fx.Node, modules: Mapping[str, nn.Module]) -> list[fx.Node]:
    """Return a convolution's node and those that follow it directly: batch-norm, an addition, a bend, in this order."""
    chain, may_follow = [start], ["norm", "add", "bend"]
    while len(chain[-1].users) == 1 and may_follow:
        following = next(iter(chain[-1].users))
        kind = _kind(following, modules)
        if kind not in may_follow:
            break
        may_follow = may_follow[may_follow.index(kind) + 1 :]
        chain.append(following)
    return chain


def _kind(node: fx.Node, modules: Mapping[str, nn.Module]) -> str:
    if _is(node, modules, nn.BatchNorm2d):
        return "norm"
    if node.target in _ADDITIONS and len(node.all_input_nodes) == 2:
        return "add"
    return "bend" if _is(node, modules, BENDS) or node.target in _BEND_FUNCTIONS else ""


def _is(node: fx.Node, modules: Mapping[str, nn.Module], kinds: Any) -> bool:
    return node.op == "call_module" and isinstance(modules.get(str(node.target)), kinds)


def layer_number(layers: tuple[Layer, ...], number: Any) -> Layer:
    """Return a layer by its number; ValueError with a sentence where there is none."""
    if isinstance(number, bool) or number not in range(1, len(layers) + 1):
        raise ValueError(f"got layer={number!r}; this network has the layers 1 to {len(layers)}")
    return layers[int(number) - 1]


def checked_place(name: str, value: Any, count: int) -> int:
    """Return a channel, row or column that there is; IndexError with a sentence otherwise.

    >>> checked_place("row", 3, 4)
    3
    """
    if isinstance(value, bool) or value not in range(count):
        raise IndexError(f"got {name}={value!r}; this layer has {count} {name}s: type 0 to {count - 1}")
    return int(value)
