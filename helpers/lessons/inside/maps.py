"""The feature maps of every layer of a network for one picture, and the gradient of an activation by the pixels."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import fx

from ...files.images import picture_tensor, resize_and_crop
from .layers import ConvolutionLayer, checked_index, evaluating, layer_number, layers_in, model_of, traced


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """The feature maps of one picture in every layer of a network: float32 (channels, height, width) for each.

    picture: what the network saw, uint8 (size, size, 3). layers: those of `layers_of`. values: the output of every node
    of the traced network by its name, among them the normalised picture. probabilities: of each class. off: the
    channels that were made 0, as pairs (layer, channel).
    """

    picture: np.ndarray = field(repr=False)
    layers: tuple[ConvolutionLayer, ...] = field(repr=False)
    values: dict[str, np.ndarray] = field(repr=False)
    graph: fx.GraphModule = field(repr=False)
    probabilities: np.ndarray = field(repr=False)
    off: tuple[tuple[int, int], ...] = ()

    def layer(self, number: int) -> ConvolutionLayer:
        """Return a layer by its number, from 1; ValueError where there is none."""
        return layer_number(self.layers, number)

    def maps(self, number: int) -> np.ndarray:
        """Return the feature maps of a layer: float32 (channels, height, width)."""
        return self.values[self.layer(number).output]

    def strongest(self, number: int, channel: int | None = None) -> tuple[int, int, int]:
        """Return channel, row and column of the largest activation of a layer, or of one channel of it."""
        maps = self.maps(number)
        if channel is not None:
            channel = checked_index("channel", channel, len(maps))
            row, column = np.unravel_index(maps[channel].argmax(), maps.shape[1:])
            return channel, int(row), int(column)
        channel, row, column = (int(index) for index in np.unravel_index(maps.argmax(), maps.shape))
        return channel, row, column

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
    """Runs a traced network and keeps the output of every node; channels of some nodes may be made 0."""

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
    """Run a model on one picture and return the feature maps of every layer.

    learn: a learner, or what `load_model` returns. picture: a file, or uint8 (height, width, 3); it is resized and
    cropped as for `predict`. off: channels whose maps are made 0 in the forward pass, as pairs (layer, channel). The
    model is left as it was. ValueError or IndexError for a layer or channel that does not exist. Zeiler and Fergus
    (2013), "Visualizing and understanding convolutional networks". Taught in lesson 08.

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
        checked_index("channel", channel, layer_number(layers, number).convolution.out_channels)
    made_zero = [(layers[number - 1].output, channel) for number, channel in off]
    with evaluating(model), torch.inference_mode():
        maps = _Recorder(graph, kept, made_zero).run(model.normalise(pixels[None].to(next(model.parameters()).device)))
        probabilities = model.head(model.pool(maps)).softmax(dim=1)[0].cpu().numpy()
    values = {name: value[0].float().cpu().numpy() for name, value in kept.items() if value.ndim == 4}
    return FeatureMaps(pixels.permute(1, 2, 0).numpy(), layers, values, graph, probabilities, off)


def influence(
    learn: Any, picture: str | Path | np.ndarray, layer: int, row: int, column: int, *, channel: int | None = None
) -> np.ndarray:
    """Return the saliency map of one activation: the absolute gradient by the pixels, float32 (size, size).

    The activation is taken before its activation function, the gradient by the normalised pixels; absolute values are
    summed over red, green and blue. Without `channel` it is the gradient of the sum of the squares of all
    channels there. Raises ValueError or IndexError for a layer or index that does not exist. Simonyan et al. (2013),
    "Deep inside convolutional networks"; Luo et al. (2016), "Understanding the effective receptive field". Taught in
    lesson 08.
    """
    model = model_of(learn)
    graph = traced(model)
    chosen = layer_number(layers_in(graph), layer)
    pixels = resize_and_crop(picture_tensor(picture), model.size)
    kept: dict[str, torch.Tensor] = {}
    with evaluating(model), torch.enable_grad():
        leaf = model.normalise(pixels[None].to(next(model.parameters()).device)).requires_grad_()
        _Recorder(graph, kept).run(leaf)
        maps = kept[_before_activation(graph, chosen)][0]
        at = maps[:, checked_index("row", row, maps.shape[1]), checked_index("column", column, maps.shape[2])]
        number = at.square().sum() if channel is None else at[checked_index("channel", channel, len(at))]
        (gradient,) = torch.autograd.grad(number, leaf)
    return gradient[0].abs().sum(0).cpu().numpy()


def _before_activation(graph: fx.GraphModule, layer: ConvolutionLayer) -> str:
    node = next(node for node in graph.graph.nodes if node.name == layer.output)
    return node.name if layer.activation is None else node.all_input_nodes[0].name
