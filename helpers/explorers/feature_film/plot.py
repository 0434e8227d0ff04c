"""Stills of a film without widgets, and the accuracy beside them."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from ...plots import plot_line
from .state import KERNELS, Film


def plot_stills(film: Film, steps: Sequence[int] = (0, 60, 150, 300)) -> Any:
    """Draw all kernels as they were after some steps, a row for each, and return the axes of the accuracy below.

    Orange multiplies by a positive number, violet by a negative one; each kernel has its own strongest colour. The dots
    of the accuracy are the rows. ValueError for a step beyond the film.

    >>> kernels = np.random.default_rng(0).normal(size=(3, 12, 7, 7))
    >>> plot_stills(Film(np.array([0, 5, 10]), kernels, np.array([0.5, 0.6, 0.7])), [0, 10]).get_xlabel()
    'step'
    """
    shown = [film.at(step) for step in steps]
    figure = plt.figure(figsize=(7.5, 0.62 * len(shown) + 1.8), layout="constrained", facecolor="white")
    parts: Any = figure.subfigures(2, 1, height_ratios=[0.62 * len(shown), 1.8])
    grid = parts[0].subplots(len(shown), KERNELS, squeeze=False)
    for row, one in zip(grid, shown, strict=True):
        row[0].text(-0.25, 0.5, f"step {one.step}", ha="right", va="center", fontsize=9, transform=row[0].transAxes)
        for axes, kernel in zip(row, scaled(film.kernels[one.frame]), strict=True):
            axes.imshow(kernel, cmap="PuOr_r", vmin=-1, vmax=1)
            axes.set(xticks=[], yticks=[])
    axes = plot_line(film.steps, 100 * film.accuracies, xlabel="step", ylabel="right (%)", ax=parts[1].subplots())
    axes.plot([one.step for one in shown], [100 * film.accuracies[one.frame] for one in shown], "o", color="black")
    return axes


def scaled(kernels: np.ndarray) -> np.ndarray:
    """Return kernels (n, 7, 7), each divided by its largest absolute number.

    >>> scaled(np.array([[[1.0, -4.0]]])).tolist()
    [[[0.25, -1.0]]]
    """
    return kernels / np.abs(kernels).max(axis=(1, 2), keepdims=True).clip(1e-12)
