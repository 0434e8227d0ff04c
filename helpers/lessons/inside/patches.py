"""The patches of many pictures with the largest activations of a filter: what it responds to."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import fx

from ...data import ImageClassifierData
from ...files.images import read_tensor, resize_and_crop
from ...plots import show_images
from ...progress import Progress
from .layers import ConvolutionLayer, checked_index, evaluating, layer_number, layers_in, model_of, traced

OUTSIDE = 128  # grey, where a window reaches over the edge of its picture


@dataclass(frozen=True, eq=False)
class Patches:
    """The patches with the largest activations of one filter, the largest first: one of each picture at most.

    values: the activations. paths: the pictures. windows: (n, 4), the receptive field as top, left, bottom, right, in
    pixels of the picture as the network gets it. images: what it sees, uint8 (rows, columns, 3), grey where there is no
    picture. labels: the pictures' classes, by name.
    """

    layer: int
    channel: int
    values: np.ndarray
    paths: tuple[Path, ...] = field(repr=False)
    windows: np.ndarray = field(repr=False)
    images: tuple[np.ndarray, ...] = field(repr=False)
    labels: tuple[str, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.paths)

    def show(self, *, columns: int = 9) -> np.ndarray:
        """Draw the patches with the activation above each, and return the Axes; where there are none, say so."""
        if not len(self):
            print(f"layer {self.layer}, channel {self.channel}: no picture excites it")
            return np.empty(0, dtype=object)
        titles = [f"{value:.1f}" for value in self.values]
        axes = show_images(list(self.images), titles, columns=columns)
        shown = min(columns, len(self))
        axes[0].figure.set_size_inches(1.0 * shown, 0.35 + 1.2 * -(-len(self) // shown))
        axes[0].figure.suptitle(f"layer {self.layer}, channel {self.channel}", fontsize=11)
        return axes


@dataclass(frozen=True, eq=False)
class PatchSearch:
    """The largest activations of each filter of each layer in a set of pictures, from `search_patches`."""

    pictures: int
    layers: tuple[ConvolutionLayer, ...] = field(repr=False)
    values: tuple[np.ndarray, ...] = field(repr=False)  # for each layer (n, channels)
    positions: tuple[np.ndarray, ...] = field(repr=False)  # likewise (n, channels, 3): picture, row, column
    data: ImageClassifierData = field(repr=False)
    split: str = "train"

    def best(self, layer: int, channel: int, n: int = 9) -> Patches:
        """Return the `n` patches with the largest activations of a channel of a layer. Taught in lesson 08."""
        chosen = layer_number(self.layers, layer)
        values, positions = self.values[layer - 1], self.positions[layer - 1]
        channel = checked_index("channel", channel, values.shape[1])
        strong = values[:n, channel] > 0  # a filter that responds to fewer pictures has fewer patches
        rows = positions[:n, channel][strong]
        pictures = self.data.split(self.split)
        paths = tuple(pictures.paths[index] for index in rows[:, 0])
        windows = np.array([chosen.field.window(*row[1:].tolist()) for row in rows]).reshape(-1, 4)
        images = tuple(_cut(path, window, self.data.tfms.size) for path, window in zip(paths, windows, strict=True))
        labels = pictures.labels
        names = tuple("" if labels is None else self.data.classes[labels[index]] for index in rows[:, 0])
        return Patches(layer, channel, values[:n, channel][strong], paths, windows, images, names)

    def __repr__(self) -> str:
        filters = sum(values.shape[1] for values in self.values)
        return f"The best patches of {self.pictures:,} {self.split} pictures, for each of {filters:,} filters"


def search_patches(learn: Any, *, split: str = "train", keep: int = 9, most: int = 1000) -> PatchSearch:
    """Find the `keep` largest activations of every filter in the pictures of a split, by running them through the body.

    At most `most` pictures of the split are looked at, spread evenly over it; of each picture only the largest
    activation counts. Girshick et al. (2013), "Rich feature hierarchies". Taught in lesson 08.
    """
    model, data = model_of(learn), learn.data
    graph = traced(model)
    layers = layers_in(graph)
    pictures = data.split(split)
    order = np.unique(np.linspace(0, len(pictures) - 1, min(most, len(pictures))).astype(int))
    best: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
    device = next(model.parameters()).device
    with Progress(f"patches of {len(order):,} pictures", len(order)) as bar, evaluating(model), torch.inference_mode():
        for batch in data.batches(split, order=order):
            _Strongest(graph, layers, torch.from_numpy(batch.indices), keep, best).run(
                model.normalise(batch.pixels.to(device))
            )
            bar.advance(len(batch.indices))
    values = tuple(best[layer.output][0].numpy() for layer in layers)
    positions = tuple(best[layer.output][1].numpy() for layer in layers)
    return PatchSearch(len(order), layers, values, positions, data, split)


class _Strongest(fx.Interpreter):
    """Runs a batch through a traced body, and merges the largest activations of each channel into `best`."""

    def __init__(
        self,
        graph: fx.GraphModule,
        layers: tuple[ConvolutionLayer, ...],
        indices: torch.Tensor,
        keep: int,
        best: dict[str, tuple[torch.Tensor, torch.Tensor]],
    ) -> None:
        super().__init__(graph)
        self.outputs, self.indices, self.keep, self.best = {one.output for one in layers}, indices, keep, best

    def run_node(self, n: fx.Node) -> Any:
        value = super().run_node(n)
        if n.name in self.outputs:
            largest, index = value.flatten(2).max(2)  # (pictures, channels)
            largest, index = largest.float().cpu(), index.cpu()
            width = value.shape[3]
            here = torch.stack([self.indices[:, None].expand_as(index), index // width, index % width], dim=2)
            if n.name in self.best:
                old = self.best[n.name]
                largest, here = torch.cat([old[0], largest]), torch.cat([old[1], here])
            largest, order = largest.sort(dim=0, descending=True, stable=True)
            largest, order = largest[: self.keep], order[: self.keep]
            self.best[n.name] = largest, here.gather(0, order[..., None].expand(-1, -1, 3))
        return value


def _cut(path: Path, window: np.ndarray, size: int) -> np.ndarray:
    """Return the window of a picture as the network gets it; grey beyond the edge, but no more of it than `size`."""
    picture = resize_and_crop(read_tensor(path), size).permute(1, 2, 0).numpy()
    top, left, bottom, right = window.tolist()
    if bottom - top >= size or right - left >= size:
        return picture  # it sees everything, or nearly
    padded = np.pad(picture, ((size, size), (size, size), (0, 0)), constant_values=OUTSIDE)
    return padded[top + size : bottom + size, left + size : right + size]
