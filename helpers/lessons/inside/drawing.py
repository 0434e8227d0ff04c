"""Drawings of what is inside a network: feature maps of a layer, and receptive fields on the picture."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...plots import FIRST, GREY, SECOND, THIRD, new_axes, show_image
from .layers import checked_index
from .maps import FeatureMaps

LINES = ((SECOND, "-"), (THIRD, "--"), (FIRST, "-."), ("black", ":"), (GREY, "-"))


def plot_maps(found: FeatureMaps, layer: int, channels: Sequence[int] | None = None, *, n: int = 8) -> np.ndarray:
    """Draw feature maps of a layer side by side, each from 0 (dark) to its own maximum (bright); returns the Axes.

    channels: which; without it, the `n` with the largest maxima. Taught in lesson 08.
    """
    maps = found.maps(layer)
    strongest = np.argsort(-maps.max(axis=(1, 2)), kind="stable")[:n].tolist()
    channels = [checked_index("channel", one, len(maps)) for one in (strongest if channels is None else channels)]
    figure, axes = plt.subplots(
        1, len(channels), figsize=(1.15 * len(channels), 1.5), squeeze=False, layout="constrained", facecolor="white"
    )
    for ax, channel in zip(axes[0], channels, strict=True):
        ax.imshow(maps[channel], cmap="viridis", vmin=0, vmax=max(float(maps[channel].max()), 1e-12))
        ax.set_title(f"channel {channel}", fontsize=8)
        ax.axis("off")
    figure.suptitle(f"layer {layer}: {len(maps):,} maps of {maps.shape[1]} × {maps.shape[2]}", fontsize=10)
    return axes[0]


def plot_windows(found: FeatureMaps, positions: Sequence[tuple[int, int, int]], *, ax: Axes | None = None) -> Axes:
    """Draw the picture with a frame around the receptive field of each activation, (layer, row, column). Lesson 08.

    A frame may reach over the edge of the picture: there the network sees padding.
    """
    axes = show_image(found.picture, ax=new_axes(ax, (5.8, 3.9)), grid=True)
    size = found.picture.shape[0]
    bounds = [0.0, 0.0, float(size), float(size)]
    for (layer, row, column), (colour, line) in zip(positions, LINES * len(positions), strict=False):
        top, left, bottom, right = found.layer(layer).field.window(row, column)
        words = f"layer {layer}: {found.layer(layer).field.size[0]} pixels"
        frame = Rectangle((left - 0.5, top - 0.5), right - left, bottom - top, fill=False, label=words)
        frame.set(edgecolor=colour, linestyle=line, linewidth=2.2)
        axes.add_patch(frame)
        bounds = [min(bounds[0], top), min(bounds[1], left), max(bounds[2], bottom), max(bounds[3], right)]
    axes.set(xlim=(bounds[1] - 3, bounds[3] + 2), ylim=(bounds[2] + 2, bounds[0] - 3))
    axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False)
    return axes


def overlay(picture: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return a heat map over a picture: grey where a value is 0, then red, and yellow at the largest. Lesson 08.

    picture: uint8 (height, width, 3). values: (height, width), 0 or more; each map has its own largest.

    >>> overlay(np.full((1, 2, 3), 90, dtype=np.uint8), np.array([[0.0, 3.0]])).tolist()
    [[[90, 90, 90], [205, 205, 27]]]
    """
    strength = values / max(float(values.max()), 1e-12)
    grey = picture.mean(axis=2, keepdims=True)
    cover = 0.7 * strength[..., None]  # enough of the picture shows through to recognise it
    return ((1 - cover) * grey + cover * 255 * colormaps["autumn"](strength)[..., :3]).astype(np.uint8)
