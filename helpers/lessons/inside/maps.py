"""What every layer of a network makes of one picture: its feature maps, and which pixels moved a number of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import fx

from ...images import picture_tensor, resize_and_crop
from .layers import Layer, checked_place, layer_number, layers_in, looking, model_of, traced


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """What a network made of one picture on its way through: float32 maps (channels, height, width) for each layer.

    picture: what the network saw, uint8 (size, size, 3). layers: those of `layers_of`. values: the maps after every
    single step, by the step's name in the traced network, among them the normalised picture. probabilities: what the
    head made of them, a number for each class. off: the channels that were made 0, as pairs (layer, channel).
    """

    picture: np.ndarray = field(repr=False)
    layers: tuple[Layer, ...] = field(repr=False)
    values: dict[str, np.ndarray] = field(repr=False)
    graph: fx.GraphModule = field(repr=False)
    probabilities: np.ndarray = field(repr=False)
    off: tuple[tuple[int, int], ...] = ()

    def layer(self, number: int) -> Layer:
        """Return a layer by its number, from 1; ValueError where there is none."""
        return layer_number(self.layers, number)

    def maps(self, number: int) -> np.ndarray:
        """Return what a layer put out: float32 (channels, height, width)."""
        return self.values[self.layer(number).output]

    def strongest(self, number: int, channel: int | None = None) -> tuple[int, int, int]:
        """Return channel, row and column of the largest number of a layer, or of one channel of it."""
        maps = self.maps(number)
        if channel is not None:
            channel = checked_place("channel", channel, len(maps))
            row, column = np.unravel_index(maps[channel].argmax(), maps.shape[1:])
            return channel, int(row), int(column)
        place = np.unravel_index(maps.argmax(), maps.shape)
        return int(place[0]), int(place[1]), int(place[2])

    def __len__(self) -> int:
        return len(self.layers)

    def __repr__(self) -> str:
        lines = ["layer   maps                sees        one number is made by"]
        for layer in self.layers:
            channels, height, width = self.maps(layer.number).shape
            rows, columns = (min(size, 10**6) for size in layer.field.size)
            seen = "everything" if rows == 10**6 else f"{rows} × {columns}"
            lines.append(f"{layer.number:>5}   {f'{channels:,} of {height} × {width}':<18}  {seen:<10}  {layer.what}")
        return "\n".join(lines)


class _Recorder(fx.Interpreter):
    """Runs a traced network step by step, and keeps what each step gives; some steps' channels may be made 0."""

    def __init__(
        self, graph: fx.GraphModule, kept: dict[str, torch.Tensor], off: Iterable[tuple[str, int]] = ()
    ) -> None:
        super().__init__(graph)
        self.kept, self.off = kept, tuple(off)

    def run_node(self, n: fx.Node) -> Any:
        value = super().run_node(n)
        if isinstance(value, torch.Tensor):
            for _, channel in (one for one in self.off if one[0] == n.name):
                value[:, channel] = 0
            self.kept[n.name] = value.clone()  # a copy: a ReLU may write over what it gets
        return value


def feature_maps(learn: Any, picture: str | Path | np.ndarray, *, off: Iterable[tuple[int, int]] = ()) -> FeatureMaps:
    """Send one picture through a model, and return what each layer made of it.

    learn: a learner, or what `load_model` returns. picture: a file, or uint8 (height, width, 3); it is resized and
    cropped as for `predict`. off: channels whose maps are made 0 on the way, as pairs (layer, channel). The model is
    left as it was. ValueError or IndexError for a layer or channel that does not exist. Zeiler and Fergus (2013),
    "Visualizing and understanding convolutional networks". Taught in lesson 08.

    >>> from helpers.models import build
    >>> found = feature_maps(build("resnet10", 64, 2, weights=None), np.zeros((80, 90, 3), dtype=np.uint8))
    >>> found.picture.shape, found.maps(1).shape, found.maps(9).shape
    ((64, 64, 3), (64, 32, 32), (512, 2, 2))
    """
    model = model_of(learn)
    pixels = resize_and_crop(picture_tensor(picture), model.size)
    graph, kept = traced(model), {}
    layers, off = layers_in(graph), tuple(sorted(set(off)))
    for number, channel in off:
        checked_place("channel", channel, layer_number(layers, number).convolution.out_channels)
    made_zero = [(layers[number - 1].output, channel) for number, channel in off]
    with looking(model), torch.inference_mode():
        maps = _Recorder(graph, kept, made_zero).run(model.normalise(pixels[None].to(next(model.parameters()).device)))
        probabilities = model.head(model.pool(maps)).softmax(dim=1)[0].cpu().numpy()
    values = {name: value[0].float().cpu().numpy() for name, value in kept.items() if value.ndim == 4}
    return FeatureMaps(pixels.permute(1, 2, 0).numpy(), layers, values, graph, probabilities, off)


def influence(
    learn: Any, picture: str | Path | np.ndarray, layer: int, row: int, column: int, *, channel: int | None = None
) -> np.ndarray:
    """Return how much each pixel moves a layer's number at a place, before its bend: float32 (size, size).

    It is the gradient of that number by the normalised pixels, its absolute value summed over red, green and blue.
    Without `channel` it is the gradient of the sum of the squares of all channels there. Raises ValueError or
    IndexError for a layer or place that does not exist. Simonyan et al. (2013), "Deep inside convolutional
    networks"; Luo et al. (2016), "Understanding the effective receptive field". Taught in lesson 08.
    """
    model = model_of(learn)
    graph = traced(model)
    chosen = layer_number(layers_in(graph), layer)
    pixels = resize_and_crop(picture_tensor(picture), model.size)
    kept: dict[str, torch.Tensor] = {}
    with looking(model), torch.enable_grad():
        leaf = model.normalise(pixels[None].to(next(model.parameters()).device)).requires_grad_()
        _Recorder(graph, kept).run(leaf)
        maps = kept[_before_bend(graph, chosen)][0]
        at = maps[:, checked_place("row", row, maps.shape[1]), checked_place("column", column, maps.shape[2])]
        number = at.square().sum() if channel is None else at[checked_place("channel", channel, len(at))]
        (gradient,) = torch.autograd.grad(number, leaf)
    return gradient[0].abs().sum(0).cpu().numpy()


def _before_bend(graph: fx.GraphModule, layer: Layer) -> str:
    node = next(node for node in graph.graph.nodes if node.name == layer.output)
    return node.name if layer.bend is None else node.all_input_nodes[0].name
