"""The state of the network explorer: a picture's feature maps, a layer, a channel, a position, and the arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ...lessons.inside import Arithmetic, FeatureMaps, PatchSearch, explain_number, feature_maps, origin
from ...lessons.inside.layers import checked_index

SHOWN = 3  # input channels whose products are written out


@dataclass(frozen=True, eq=False)
class NetworkState:
    """One activation of a network: layer, channel, row and column in the maps `found`; `search` has the best patches.

    whole: the probabilities with all channels on; some are off where `found.off` says so. classes: their names.
    ranked: the channels of each layer, the one with the largest activation first, with all channels on.
    """

    found: FeatureMaps
    layer: int
    channel: int
    row: int
    column: int
    whole: np.ndarray
    classes: tuple[str, ...]
    search: PatchSearch | None = None
    ranked: tuple[np.ndarray, ...] = field(default=(), repr=False)

    @cached_property
    def number(self) -> Arithmetic:
        """The arithmetic of the activation."""
        return explain_number(self.found, self.layer, self.channel, self.row, self.column)

    @property
    def maps(self) -> np.ndarray:
        """The feature maps of the layer: (channels, height, width)."""
        return self.found.maps(self.layer)

    @property
    def map(self) -> np.ndarray:
        """The feature map of the channel: (height, width)."""
        return self.maps[self.channel]

    @property
    def seen(self) -> tuple[int, int, int, int]:
        """The receptive field in the picture: top, left, bottom, right, in pixels."""
        return self.found.layer(self.layer).field.seen(self.row, self.column, self.found.picture.shape[0])

    def at(self, *, channel: Any = None, row: Any = None, column: Any = None) -> "NetworkState":
        """Return the same layer at another channel, row or column; IndexError for one that does not exist."""
        channels, rows, columns = self.maps.shape
        return replace(
            self,
            channel=self.channel if channel is None else checked_index("channel", channel, channels),
            row=self.row if row is None else checked_index("row", row, rows),
            column=self.column if column is None else checked_index("column", column, columns),
        )

    def in_layer(self, layer: int) -> "NetworkState":
        """Return another layer at the same position of the picture, at the channel with the largest activation."""
        old, new = self.maps.shape[1:], self.found.maps(layer).shape[1:]
        row, column = (int((at + 0.5) * after / before)
                       for at, before, after in zip((self.row, self.column), old, new, strict=True))  # fmt: skip
        return replace(self, layer=int(layer), channel=0, row=row, column=column).at_strongest_channel()

    def to(self, layer: int, channel: int) -> "NetworkState":
        """Return a channel of a layer at the same position of the picture."""
        return self.in_layer(layer).at(channel=channel)

    def at_strongest_place(self) -> "NetworkState":
        """Return the position of the largest activation of this channel."""
        channel, row, column = self.found.strongest(self.layer, self.channel)
        return self.at(channel=channel, row=row, column=column)

    def at_strongest_channel(self) -> "NetworkState":
        """Return the channel with the largest activation at this position."""
        return self.at(channel=int(self.maps[:, self.row, self.column].argmax()))

    def followed(self, given: int | None = None) -> "NetworkState":
        """Return the activation of an earlier layer in the largest product; ValueError where there is none.

        given: the place of one input channel in the kernel, to look only at its products.
        """
        products = np.abs(self.number.products)
        if given is not None:
            products = np.where(np.arange(len(products))[:, None, None] == given, products, -1)
        channel, row, column = np.unravel_index(products.argmax(), products.shape)
        convolution = self.found.layer(self.layer).convolution
        position = [
            at * convolution.stride[axis] + int(offset) * convolution.dilation[axis] - int(convolution.padding[axis])
            for axis, (at, offset) in enumerate(((self.row, row), (self.column, column)))
        ]
        before = origin(self.found, self.layer, self.first_given + int(channel), *position)
        if before is None:
            raise ValueError("the largest product does not come from one earlier layer: here it is the picture itself")
        layer, channel, row, column = before
        return replace(self, layer=layer, channel=channel, row=row, column=column)

    @property
    def first_given(self) -> int:
        """The first input channel that the kernel multiplies: 0 but where a convolution has groups."""
        convolution = self.number.layer.convolution
        return self.channel * convolution.groups // convolution.out_channels * len(self.number.kernel)

    def with_picture(self, learn: Any, picture: Any) -> "NetworkState":
        """Return the same layer, channel and position for another picture, with the same channels off."""
        found = feature_maps(learn, picture)
        new = replace(self, found=found, whole=found.probabilities, ranked=ranked_channels(found))
        return new.with_off(learn, self.found.off)

    def with_off(self, learn: Any, off: Iterable[tuple[int, int]]) -> "NetworkState":
        """Return the same with these channels off, as pairs (layer, channel), and all others on."""
        return replace(self, found=feature_maps(learn, self.found.picture, off=off))

    def switched(self, learn: Any) -> "NetworkState":
        """Return the same with this channel off, or on again: what comes after it is computed anew."""
        return self.with_off(learn, {(self.layer, self.channel)} ^ set(self.found.off))

    @property
    def is_off(self) -> bool:
        """Whether this channel is switched off."""
        return (self.layer, self.channel) in self.found.off


def ranked_channels(found: FeatureMaps) -> tuple[np.ndarray, ...]:
    """Return the channels of every layer, the one with the largest activation first."""
    largest = (found.maps(layer.number).max(axis=(1, 2)) for layer in found.layers)
    return tuple(np.argsort(-values, kind="stable") for values in largest)


def network_state(
    learn: Any,
    picture: str | Path | np.ndarray,
    layer: int = 1,
    channel: int | None = None,
    row: int | None = None,
    column: int | None = None,
    *,
    search: PatchSearch | None = None,
    off: Iterable[tuple[int, int]] = (),
) -> NetworkState:
    """Return the state for a picture, a file or an array (height, width, 3), and an activation of a layer.

    Without a channel it is the one with the layer's largest activation, without row and column where that is largest.
    search: of `search_patches`, to show the patches with a channel's largest activations. off: channels to switch off,
    as pairs (layer, channel). Raises ValueError or IndexError for what the network does not have.

    >>> from helpers.models import build
    >>> grey = np.full((64, 64, 3), 90, dtype=np.uint8)
    >>> network_state(build("resnet10", 64, 2), grey, 3, 5, 2, 2).number.steps[0][0]
    'sum of 576 products'
    """
    found = feature_maps(learn, picture)
    strongest = found.strongest(found.layer(layer).number, channel)
    classes = getattr(learn, "classes", getattr(getattr(learn, "data", None), "classes", None))
    names = tuple(classes or (f"class {number}" for number in range(len(found.probabilities))))
    ranked = ranked_channels(found)
    state = NetworkState(found, int(layer), *strongest, found.probabilities, names, search, ranked)
    return state.at(row=row, column=column).with_off(learn, off)
