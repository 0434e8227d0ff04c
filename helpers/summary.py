"""A model written out as a table: its layers, what one picture becomes in each, and how many numbers each learns."""

from dataclasses import dataclass

import torch
from torch import nn

from .models import Classifier


@dataclass(frozen=True)
class Layer:
    """One line of a summary: its group and name, the shape it gives for one picture, its parameters, do they learn."""

    group: str
    name: str
    shape: tuple[int, ...]
    parameters: int
    learns: bool


@dataclass(frozen=True)
class Summary:
    """A model's layers in order; its repr is a table."""

    name: str
    layers: tuple[Layer, ...]

    @property
    def parameters(self) -> int:
        """The number of parameters."""
        return sum(layer.parameters for layer in self.layers)

    def __repr__(self) -> str:
        learning = sum(layer.parameters for layer in self.layers if layer.learns)
        rows = [f"{'group':<11} {'layer':<22} {'gives':<16} {'parameters':>11}  learns"]
        for layer in self.layers:
            shape = " × ".join(map(str, layer.shape))
            learns = ("yes" if layer.learns else "no") if layer.parameters else "-"
            rows.append(f"{layer.group:<11} {layer.name:<22} {shape:<16} {layer.parameters:>11,}  {learns}")
        return "\n".join([*rows, f"{self.name}: {self.parameters:,} parameters, {learning:,} of them learn"])


def summarise(model: Classifier) -> Summary:
    """Return a line for each block of the body and each layer of the head, with what one picture becomes there.

    >>> summarise(Classifier("resnet10", 64, 2)).layers[0].shape
    (3, 64, 64)
    """
    early, late, head = model.groups()
    named: list[tuple[str, nn.Module]] = [("", model.normalise)]
    named += [("early body", block) for block in early] + [("late body", block) for block in late]
    named += [("", model.pool)] + [("head", layer) for layer in head]
    layers = []
    values = torch.zeros(1, 3, model.size, model.size, dtype=torch.uint8, device=model.normalise.mean.device)
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        for group, layer in named:
            values = layer(values)
            parameters = list(layer.parameters())
            count, learns = sum(value.numel() for value in parameters), any(value.requires_grad for value in parameters)
            layers.append(Layer(group, type(layer).__name__, tuple(values.shape[1:]), count, learns))
    model.train(was_training)
    return Summary(model.name, tuple(layers))
