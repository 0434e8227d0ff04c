"""A state of the lab as one ordinary picture, without widgets."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from ...plots import show_image
from .arithmetic import grids, number, sentence
from .drawing import draw_input, draw_output
from .state import CHANNELS, LabState, lab_state


def plot_lab(picture: Any = "cat.0.jpg", kernel: Any = "sharpen", *, channel: int = 0, **values: Any) -> np.ndarray:
    """Draw what the kernel lab shows: picture and output above, one place's pixels × kernel = products below.

    Takes what `lab_state` and `kernel_lab` take, or a state in the place of the picture. channel: whose numbers are
    shown, 0 red, 1 green, 2 blue. Returns the five Axes. Taught in lesson 04.

    >>> len(plot_lab("square", "blur", padding=1))
    5
    """
    state = picture if isinstance(picture, LabState) else lab_state(picture, kernel, **values)
    if state.problem:
        raise ValueError(state.problem)
    figure = plt.figure(figsize=(9.4, 6.4 if state.size < 7 else 7.0), layout="constrained", facecolor="white")
    axes: dict[str, Axes] = figure.subplot_mosaic([["in"] * 3 + ["out"] * 3, ["a", "a", "b", "b", "c", "c"]],
                                                  height_ratios=[1.5, 1])  # fmt: skip
    for name, frame in (("in", draw_input(state)), ("out", draw_output(state))):
        show_image(frame.image, "picture" if name == "in" else "output", ax=axes[name])
    patch, weights, products = grids(state, channel)
    suffix = f", {CHANNELS[channel]}" if state.mode != "grey" else ""
    _numbers(axes["a"], patch, f"pixels{suffix}", shaded=True)
    _numbers(axes["b"], weights, f"× kernel{suffix}")
    _numbers(axes["c"], products, "= products")
    figure.suptitle(sentence(state, channel), fontsize=10)
    return np.array([axes[name] for name in ("in", "out", "a", "b", "c")])


def _numbers(axes: Axes, values: np.ndarray, title: str, *, shaded: bool = False) -> None:
    """Draw a grid of numbers; shaded as pixels, or black on white."""
    shades = values if shaded else np.full(values.shape, 255)
    axes.imshow(shades, cmap="gray", vmin=0, vmax=255)
    axes.set_title(title, fontsize=10)
    axes.set(xticks=[], yticks=[])
    for edge in np.arange(-0.5, len(values)):
        axes.axhline(edge, color="#999999", linewidth=0.8)
        axes.axvline(edge, color="#999999", linewidth=0.8)
    size = 10 if len(values) < 5 else 8 if len(values) < 7 else 6
    for row, column in np.ndindex(values.shape):
        colour = "white" if shades[row, column] < 128 else "black"
        axes.text(column, row, number(values[row, column]), ha="center", va="center", color=colour, fontsize=size)
