"""The layers of a network as columns of thumbnails, joined by lines: what the map of a network always shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...lessons.inside import FeatureMaps
from ...widgets import entries
from ...widgets.entries import Entry
from .drawing import colours_of_each, smaller

FEW = 5  # channels of each layer; below them is room for one more
ROW, TOP, BELOW = 1.1, 0.95, 0.35  # everything is measured in thumbnails of 1 × 1
FIRST, LAST = 3.0, 3.3  # where layer 1 stands, and the room for the prediction
WIDTH, HEIGHT = 28.0, TOP + (FEW + 1) * ROW + BELOW
MIDDLE = TOP + ROW * FEW / 2
LEAST = (WIDTH - FIRST - LAST) / 9  # from layer to layer: of a deeper network a part is seen
SIDE = 64  # most pixels of a thumbnail's side
LARGE, SMALL, NEAR = 30, 24, 60  # pixels of a thumbnail from which there is more text, or less, or only one channel
FAR, ROOMY, TINY = {"from": SMALL, "until": NEAR}, {"from": LARGE, "until": NEAR}, {"until": SMALL}
WIDEST = 3.0  # pixels of a line


@dataclass(frozen=True)
class Columns:
    """The channels of each layer that are shown, and where: the same for every choice of the reader."""

    found: FeatureMaps
    shown: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.shown)

    @property
    def pitch(self) -> float:
        """How far it is from one layer to the next."""
        return min(max((WIDTH - FIRST - LAST) / len(self), LEAST), 2 * LEAST)

    def box(self, layer: int, place: int) -> list[float]:
        """Return the box of a thumbnail: x, y, width, height."""
        return [FIRST + self.pitch * (layer - 1), TOP + ROW * place, 1.0, 1.0]

    def boxes(self, layer: int) -> list[list[float]]:
        """Return the boxes of a layer."""
        return [self.box(layer, place) for place in range(len(self.shown[layer - 1]))]

    def source(self, layer: int) -> int | None:
        """Return the layer that another one takes its input from, 0 for the picture; None where there are several."""
        return comes_from(self.found, self.found.layer(layer).source)

    def users(self, layer: int) -> list[int]:
        """Return the layers that take their input from a layer."""
        return [after for after in range(1, len(self) + 1) if self.source(after) == layer]

    def weights(self, layer: int) -> np.ndarray | None:
        """Return the weights between two layers, (outputs, inputs): see `weights_between`."""
        return weights_between(self.found, layer)


@lru_cache(maxsize=1024)
def comes_from(found: FeatureMaps, name: str) -> int | None:
    """Return the layer that a value of the network is made of, 0 for the picture; None where several are put together.

    Poolings, and the convolution of a skip connection, are gone back through.
    """
    outputs = {one.output: one.number for one in found.layers}
    nodes = {node.name: node for node in found.graph.graph.nodes}
    while name not in outputs:
        before = nodes[name].all_input_nodes
        if len(before) != 1:
            return None if before else 0
        name = before[0].name
    return outputs[name]


@lru_cache(maxsize=128)
def weights_between(found: FeatureMaps, layer: int) -> np.ndarray | None:
    """Return the sum of the absolute kernel values for each pair of channels, (outputs, inputs).

    Its sign is that of the kernel's sum. None where the input is neither the output of one layer nor the picture.
    """
    chosen = found.layer(layer)
    source, convolution = comes_from(found, chosen.source), chosen.convolution
    if source is None or convolution.groups > 1 or (source and len(found.maps(source)) != convolution.in_channels):
        return None
    kernels = convolution.weight.detach().float().cpu().numpy()
    return np.copysign(np.abs(kernels).sum((2, 3)), kernels.sum((2, 3)))


def joints(
    starts: Sequence[Sequence[float]], ends: Sequence[Sequence[float]], weights: np.ndarray, alpha: float
) -> Entry:
    """Return lines from boxes to boxes, the thicker the larger the weight (ends, starts)."""
    lines = [[x + wide, y + high / 2, to, top + 0.5] for to, top, *_ in ends for x, y, wide, high in starts]
    strength = np.abs(weights) / max(float(np.abs(weights).max(initial=0)), 1e-12)
    widths = np.copysign(0.4 + (WIDEST - 0.4) * strength**2, weights)
    return entries.joints(lines, widths.ravel(), alpha=alpha, until=NEAR)


@lru_cache(maxsize=8)
def drawn(columns: Columns) -> list[Entry]:
    """Return the lines, the picture, and the thumbnails of every layer with what they are."""
    items = [item for layer in range(1, len(columns) + 1) for item in _lines(columns, layer)]
    picture = [0.2, MIDDLE - 1.1, 2.2, 2.2]
    items += [entries.image(picture, columns.found.picture, smooth=True, until=NEAR),
              entries.text(1.3, MIDDLE - 1.3, "picture", size=12, bold=True, align="center", **FAR)]  # fmt: skip
    for layer, shown in enumerate(columns.shown, 1):
        maps, middle = columns.found.maps(layer), columns.box(layer, 0)[0] + 0.5
        pictures = colours_of_each(smaller(maps[list(shown)], SIDE))
        shape = f"{len(maps):,} of {maps.shape[1]}×{maps.shape[2]}"
        items += [
            entries.images(columns.boxes(layer), pictures, colour="soft", width=1, until=NEAR),
            entries.text(middle, 0.35, f"layer {layer}", size=12, bold=True, align="center", **FAR),
            entries.text(middle, 0.76, shape, size=11, align="center", **ROOMY),
            entries.text(middle, 0.76, f"{layer}", size=11, align="center", **TINY),
        ]
    return items


def _lines(columns: Columns, layer: int) -> list[Entry]:
    """Return the lines to a layer, and the way of the skip connection to it."""
    items, weights, source = [], columns.weights(layer), columns.source(layer)
    skip = comes_from(columns.found, columns.found.layer(layer).skip) if columns.found.layer(layer).skip else None
    if skip:
        start, end, high, low = (columns.box(skip, 0)[0] + 0.5, columns.box(layer, 0)[0] + 0.5, TOP + ROW * FEW,
                                 HEIGHT - 0.15)  # fmt: skip
        said = entries.text(
            (start + end) / 2, low - 0.1, "skip connection", size=11, align="center", colour="grey", **ROOMY
        )
        way = [start, start, end, end], [high, low, low, high]
        items += [entries.line(*way, "grey", width=1.2, dash="dashed", until=NEAR), said]
    if weights is not None:
        shown = weights[list(columns.shown[layer - 1])]
        starts = columns.boxes(source) if source else [[0.2, MIDDLE - 0.5, 2.2, 1.0]]
        shown = shown[:, list(columns.shown[source - 1])] if source else shown.sum(axis=1, keepdims=True)
        items.append(joints(starts, columns.boxes(layer), shown, 0.4))
    return items
