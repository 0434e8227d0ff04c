"""A network's convolutions as numbered layers, each with its batch-norm, skip connection and activation function."""

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

ACTIVATIONS = (nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.GELU, nn.SiLU, nn.Hardswish, nn.Sigmoid, nn.Tanh)
_ACTIVATION_FUNCTIONS = (torch.relu, functional.relu, functional.relu6, functional.gelu, functional.silu)
_ADDITIONS = (operator.add, operator.iadd, torch.add)


@dataclass(frozen=True, eq=False)
class ConvolutionLayer:
    """A convolution with what directly follows it: batch-norm, a skip connection's addition, an activation function.

    number: counted from 1. convolution: the module. norm: its batch-norm, or None. activation: the activation function,
    or None. source, skip, output: names of values in the traced network: the input, what is added (or ""), the
    output. field: the receptive field.
    """

    number: int
    name: str
    convolution: nn.Conv2d
    norm: nn.BatchNorm2d | None = field(repr=False)
    activation: Any = field(repr=False)
    source: str = field(repr=False)
    skip: str = field(repr=False)
    output: str = field(repr=False)
    field: ReceptiveField = field(repr=False)

    @property
    def products(self) -> int:
        """How many products make one output of this layer."""
        return self.convolution.weight[0].numel()

    @property
    def what(self) -> str:
        """The layer's parts in words."""
        rows, columns = self.convolution.kernel_size
        parts = [f"{rows} × {columns} × {self.convolution.weight.shape[1]}"]
        if max(self.convolution.stride) > 1:
            parts.append(f"stride {self.convolution.stride[0]}")
        parts += ["batch-norm"] if self.norm is not None else []
        parts += ["+ skip connection"] if self.skip else []
        return ", ".join([*parts, *([activation_name(self.activation)] if self.activation is not None else [])])


def activation_name(activation: Any) -> str:
    """Return the name of an activation function, a module or a function.

    >>> activation_name(nn.ReLU()), activation_name(torch.relu)
    ('ReLU', 'relu')
    """
    return type(activation).__name__ if isinstance(activation, nn.Module) else activation.__name__


def model_of(learn: Any) -> Classifier:
    """Return the classifier in a learner, in a loaded model, or the classifier itself; TypeError for other things."""
    model = getattr(learn, "model", learn)
    if not isinstance(model, Classifier):
        raise TypeError(
            f"got {type(learn).__name__}; give a learner, as ConvLearner.pretrained returns, or load_model(file)"
        )
    return model


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Put a model into evaluation mode and exact float32 inside the `with` block, and leave every module as it was."""
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
    """Trace the body with torch.fx: a graph with one node each time that a module or function is called."""
    try:
        return fx.symbolic_trace(model.body)
    except Exception as error:
        raise ValueError(
            f"{model.name} cannot be followed step by step ({type(error).__name__}); take one that can, such as "
            'arch = "resnet10"'
        ) from None


def layers_of(learn: Any) -> tuple[ConvolutionLayer, ...]:
    """List the convolutional layers of a model's body, in the order of the forward pass.

    The 1 × 1 convolutions on the skip connections of a ResNet are not counted: their output is what is added. Taught in
    lesson 08; He et al. (2015), "Deep residual learning for image recognition".

    >>> from helpers.models import build
    >>> layers = layers_of(build("resnet10", 64, 2, weights=None))
    >>> len(layers), layers[0].what, layers[2].what
    (9, '7 × 7 × 3, stride 2, batch-norm, ReLU', '3 × 3 × 64, batch-norm, + skip connection, ReLU')
    """
    graph = traced(model_of(learn))
    return layers_in(graph)


def layers_in(graph: fx.GraphModule) -> tuple[ConvolutionLayer, ...]:
    """List the convolutional layers of a traced body."""
    fields, modules = receptive_fields(graph), dict(graph.named_modules())
    chains = [_chain(node, modules) for node in graph.graph.nodes if _is(node, modules, nn.Conv2d)]
    # Of two convolutions that are added, the first is the layer, the other its skip connection.
    taken: dict[fx.Node, fx.Node] = {}
    for chain in chains:
        for node in chain[1:]:
            taken.setdefault(node, chain[0])
    found: list[ConvolutionLayer] = []
    for chain in chains:
        additions = [node for node in chain if node.target in _ADDITIONS]
        if any(taken[node] is not chain[0] for node in additions):
            continue
        parts = [modules.get(str(node.target)) for node in chain]
        norm = next((part for part in parts if isinstance(part, nn.BatchNorm2d)), None)
        last = chain[-1]
        module: Any = parts[-1]
        function = last.target if last.target in _ACTIVATION_FUNCTIONS else None
        others = [str(node) for add in additions for node in add.all_input_nodes if node not in chain]
        convolution: Any = parts[0]
        layer = ConvolutionLayer(
            number=len(found) + 1,
            name=str(chain[0].target),
            convolution=convolution,
            norm=norm,
            activation=module if isinstance(module, ACTIVATIONS) else function,
            source=chain[0].all_input_nodes[0].name,
            skip=others[0] if others else "",
            output=last.name,
            field=fields[last.name],
        )
        found.append(layer)
    return tuple(found)


def _chain(start: fx.Node, modules: Mapping[str, nn.Module]) -> list[fx.Node]:
    """Return a convolution's node and those that directly follow: batch-norm, an addition, an activation function."""
    chain, may_follow = [start], ["norm", "add", "activation"]
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
    return "activation" if _is(node, modules, ACTIVATIONS) or node.target in _ACTIVATION_FUNCTIONS else ""


def _is(node: fx.Node, modules: Mapping[str, nn.Module], kinds: Any) -> bool:
    return node.op == "call_module" and isinstance(modules.get(str(node.target)), kinds)


def layer_number(layers: tuple[ConvolutionLayer, ...], number: Any) -> ConvolutionLayer:
    """Return a layer by its number; ValueError with a sentence where there is none."""
    if isinstance(number, bool) or number not in range(1, len(layers) + 1):
        raise ValueError(f"got layer={number!r}; this network has the layers 1 to {len(layers)}")
    return layers[int(number) - 1]


def checked_index(name: str, value: Any, count: int) -> int:
    """Return the index of a channel, row or column; IndexError with a sentence where there is none.

    >>> checked_index("row", 3, 4)
    3
    """
    if isinstance(value, bool) or value not in range(count):
        raise IndexError(f"got {name}={value!r}; this layer has {count} {name}s: type 0 to {count - 1}")
    return int(value)
