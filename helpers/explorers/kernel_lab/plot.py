"""A state of the lab as one ordinary picture, without widgets."""

import textwrap
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from ...plots import show_image
from .arithmetic import captions, grids, number, sentence
from .drawing import draw_input, draw_output
from .state import LabState, lab_state


def plot_lab(picture: Any = "cat.0.jpg", kernel: Any = "sharpen", *, channel: int = 0, **values: Any) -> np.ndarray:
    """Draw the kernel lab without widgets: picture and output above, pixels × kernel = products of one pixel below.

    Takes what `lab_state` and `kernel_lab` take, or a state instead of the picture. channel: whose numbers are
    shown, 0 red, 1 green, 2 blue. Returns the five Axes. Taught in lesson 04.

    >>> len(plot_lab("square", "blur", padding=1))
    5
    """
    state = picture if isinstance(picture, LabState) else lab_state(picture, kernel, **values)
    if state.problem:
        raise ValueError(state.problem)
    figure = plt.figure(figsize=(9.4, 6.4 if state.size < 7 else 7.0), layout="constrained", facecolor="white")
    axes = figure.subplot_mosaic("iiiooo;aabbcc", height_ratios=[1.5, 1])
    drawn = {"i": draw_input(state), "o": draw_output(state)}
    height, width = np.max([image.shape[:2] for image in drawn.values()], axis=0)
    for name, title in (("i", "picture"), ("o", "output")):
        show_image(drawn[name], title, ax=axes[name])
        axes[name].set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))  # both to the same scale
    for index, title in enumerate(captions(state, channel)):
        _draw_table(axes["abc"[index]], grids(state, channel)[index], title, shaded=index == 0)
    figure.suptitle(textwrap.fill(sentence(state, channel), 110), fontsize=10)
    return np.array([axes[name] for name in "ioabc"])


def _draw_table(axes: Axes, values: np.ndarray, title: str, *, shaded: bool = False) -> None:
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
        axes.text(
            column, row, number(float(values[row, column])), ha="center", va="center", color=colour, fontsize=size
        )
