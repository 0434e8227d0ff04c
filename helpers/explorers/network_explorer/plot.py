"""A state of the network explorer as one ordinary picture, without widgets."""

import textwrap
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from ...plots import FIRST, SECOND, lettering, show_image
from .drawing import best_patches, draw_map, draw_patches, draw_picture
from .state import NetworkState, network_state
from .words import grids, headline, in_decimals, prediction_in_words, steps

SIGNED = LinearSegmentedColormap.from_list("signed", [FIRST, "white", SECOND])


def plot_network(learn: Any, picture: Any = None, layer: int = 1, *indices: Any, **values: Any) -> np.ndarray:
    """Draw the network explorer without widgets: picture and feature map above, largest products, best patches below.

    Takes what `network_state` and `network_explorer` take, or a state instead of the learner. Returns the Axes.
    Taught in lesson 08.
    """
    state = learn if isinstance(learn, NetworkState) else network_state(learn, picture, layer, *indices, **values)
    rows, ratios = ["pppmmm", "aabbcc", "tttttt"], [2.2, 1.15, 0.75]
    shown = 2 if state.search is None else 3
    figure = plt.figure(figsize=(7.4, 1.8 * sum(ratios[:shown])), layout="constrained", facecolor="white")
    axes = figure.subplot_mosaic(";".join(rows[:shown]), height_ratios=ratios[:shown])
    show_image(draw_picture(state), "what the number sees of the picture", ax=axes["p"])
    show_image(draw_map(state), f"layer {state.layer}, channel {state.channel}", ax=axes["m"])
    name, patch, kernel, products = grids(state)[0]
    _draw_table(axes["a"], patch, name)
    _draw_table(axes["b"], kernel, "× kernel")
    _draw_table(axes["c"], products, f"= products, sum {in_decimals(products.sum())}")
    if state.search is not None:
        patches = best_patches(state.search, state.layer, state.channel)
        show_image(draw_patches(patches), "the patches that excite this channel most", ax=axes["t"])
    said = [headline(state), steps(state), prediction_in_words(state)]
    (text,), style = lettering(["\n".join(textwrap.fill(line, 100) for line in said)])
    figure.suptitle(text, fontsize=9, **style)
    return np.array(list(axes.values()))


def _draw_table(axes: Axes, values: np.ndarray, title: str) -> None:
    """Draw a grid of numbers, more orange the further above 0, and bluer the further below."""
    largest = max(float(np.abs(values).max()), 1e-12)
    axes.imshow(values, cmap=SIGNED, vmin=-1.3 * largest, vmax=1.3 * largest)
    axes.set_title(title, fontsize=10)
    axes.set(xticks=[], yticks=[])
    digits = 3 if len(values) < 5 else 2
    size = 8 if len(values) < 5 else 7 if len(values) < 7 else 6
    for row, column in np.ndindex(values.shape):
        axes.text(column, row, in_decimals(float(values[row, column]), digits), ha="center", va="center", fontsize=size)
