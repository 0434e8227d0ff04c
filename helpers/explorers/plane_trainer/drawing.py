"""The picture of the plane trainer: decision regions, the activations of each unit on the plane, and both losses."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from ...plots import FIRST, GREY, SECOND, THIRD
from ...widgets.entries import enough
from .state import MOST_STEPS, PlaneTrainer

WIDTH, HEIGHT = 860, 580  # pixels of the whole picture
PLANE = (16, 28, 360, 360)  # left, top, width and height of the large drawing
UNITS = (404, 28, 440, 360)  # of the small ones
LOSSES = (66, 428, 778, 104)
NAME, GAP = 18, 2  # the height of a layer's name, and the space between two units
UNIT_SIDES = (72, 48, 36, 24)  # pixels of a unit's drawing; each divides CELLS
CELLS = 144  # points along each side at which the network is evaluated
LOWEST, HIGHEST = 1e-4, 10.0  # losses that are drawn
FAINTEST = 0.12  # the strength of the smallest value's colour, so that one sees where 0 ends
SUREST = 0.6  # and of what the network is sure of: points can be seen on it
FRAME = tuple(round(255 * part) for part in to_rgb(GREY))  # around each unit: one that gives 0 everywhere is white
CLASS_COLOURS = (np.array(to_rgb(FIRST), np.float32), np.array(to_rgb(SECOND), np.float32))


def plot_plane_trainer(trainer: PlaneTrainer, *, fresh: bool = False, axes: Any = None) -> np.ndarray:
    """Draw a network's decision regions, the activations of each unit on the plane, and both losses; three Axes.

    fresh: also draw the fresh points. axes: three Axes to draw on.

    >>> plot_plane_trainer(PlaneTrainer("ring", [4]))[1].get_title(loc="left")
    'output of each unit, divided by its largest: blue below 0, orange above'
    """
    if axes is None:
        axes = make_axes(plt.figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor="white"))
    three = np.asarray(axes)
    _draw_frame(three)
    _set_limits(three, trainer)
    _draw_state(three, trainer, fresh)
    return three


def make_axes(figure: Figure) -> list[Axes]:
    """Return the three Axes of the picture: plane and units above, the losses below."""
    return [
        figure.add_axes((left / WIDTH, 1 - (top + height) / HEIGHT, width / WIDTH, height / HEIGHT))
        for left, top, width, height in (PLANE, UNITS, LOSSES)
    ]


def layout_of_units(trainer: PlaneTrainer) -> tuple[int, int, int]:
    """Return the side of a unit's drawing in pixels, how many stand in a row, and the height of a layer's band."""
    hidden = trainer.setting.hidden
    band = UNITS[3] // len(hidden)
    for side in UNIT_SIDES:
        row = UNITS[2] // (side + GAP)
        if NAME + -(-max(hidden) // row) * side <= band:
            return side, row, band
    raise AssertionError("the smallest side has room for the most units")


def corner(number: int, side: int, row: int) -> tuple[int, int]:
    """Return where the drawing of a unit, counted from 0, begins within its layer's band: (left, top)."""
    return number % row * (side + GAP), NAME + number // row * side


def last_step(trainer: PlaneTrainer) -> float:
    """Return where the axis of steps ends."""
    return enough(trainer.steps, (100, 300, 1000, 2000, MOST_STEPS))


def _draw_frame(axes: np.ndarray) -> None:
    """Draw what is the same for every trainer."""
    plane, units, losses = axes
    plane.set_title("what the network says: blue class 0, orange class 1", loc="left", fontsize=9.5)
    plane.axis("off")
    units.set(xlim=(0, UNITS[2]), ylim=(UNITS[3], 0))
    units.set_title("output of each unit, divided by its largest: blue below 0, orange above", loc="left", fontsize=9.5)
    units.axis("off")
    losses.plot([], [], color="black", label="training points")
    losses.plot([], [], "--", color=THIRD, label="fresh points")
    losses.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 0.97), ncols=2, fontsize=8.5, borderaxespad=0)
    losses.set_xlabel("step", fontsize=9, labelpad=1)
    losses.set(ylim=(LOWEST, HIGHEST), yscale="log")
    losses.set_title("loss after each step", loc="left", fontsize=9.5)
    losses.set_yticks([1e-4, 1e-3, 0.01, 0.1, 1, 10], ["0.0001", "0.001", "0.01", "0.1", "1", "10"])
    losses.yaxis.set_minor_locator(NullLocator())
    losses.spines[["top", "right"]].set_visible(False)
    losses.tick_params(labelsize=8)


def _set_limits(axes: np.ndarray, trainer: PlaneTrainer) -> None:
    axes[0].set(xlim=(-trainer.reach, trainer.reach), ylim=(-trainer.reach, trainer.reach))
    axes[2].set_xlim(0, last_step(trainer))


def coloured(values: np.ndarray, least: float = 0.0, most: float = 1.0) -> np.ndarray:
    """Map values from −1 to 1 to colours, uint8: blue below 0, orange above, the stronger the further from 0.

    >>> coloured(np.array([[0.0, 1.0]])).tolist()
    [[[255, 255, 255], [255, 169, 14]]]
    """
    strength = np.where(values == 0, 0, least + (most - least) * np.abs(values))[..., None]
    return (255.5 - 255 * strength * (1 - np.where(values[..., None] < 0, *CLASS_COLOURS))).astype(np.uint8)


def drawn_units(trainer: PlaneTrainer, found: list[np.ndarray]) -> np.ndarray:
    """Draw the activations of each unit on the plane, each by its own largest: uint8 (height, width, 4)."""
    side, row, band = layout_of_units(trainer)
    sheet = np.zeros((UNITS[3], UNITS[2], 4), np.uint8)
    every = CELLS // side
    for layer, values in enumerate(found):
        maps = np.nan_to_num(values.reshape(CELLS, CELLS, -1)[::every, ::every])  # one that diverged is white
        largest = np.abs(maps).max(axis=(0, 1))
        colours = coloured(maps / np.where(largest > 0, largest, 1), FAINTEST)
        for number in range(maps.shape[2]):
            left, top = corner(number, side, row)
            spot = sheet[layer * band + top : layer * band + top + side, left : left + side]
            spot[..., :3], spot[..., 3] = colours[::-1, :, number], 255
            for edge in (spot[0], spot[-1], spot[:, 0], spot[:, -1]):
                edge[:, :3] = FRAME
    return sheet


def _draw_state(axes: np.ndarray, trainer: PlaneTrainer, fresh: bool) -> None:
    """Draw the state of the trainer."""
    plane, units, losses = axes
    reach = trainer.reach
    line = ((np.arange(CELLS) + 0.5) / CELLS * 2 - 1).astype(np.float32) * np.float32(reach)
    found, shares = trainer.units(np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2))
    says = coloured(2 * np.nan_to_num(shares, nan=0.5).reshape(CELLS, CELLS) - 1, FAINTEST, SUREST)
    whole, sheet = (-reach, reach, -reach, reach), (0, UNITS[2], UNITS[3], 0)
    plane.imshow(says, extent=whole, origin="lower", interpolation="bilinear", aspect="auto")
    units.imshow(drawn_units(trainer, found), extent=sheet, interpolation="nearest", aspect="auto")
    if fresh and trainer.fresh is not None and trainer.fresh_labels is not None:
        points, labels = trainer.fresh.numpy(), trainer.fresh_labels.numpy()
        for kind, colour in ((0, FIRST), (1, SECOND)):
            plane.plot(*points[labels == kind].T, ".", color=colour, markersize=3.5)
    for kind, colour, marker in ((0, FIRST, "o"), (1, SECOND, "^")):
        style = {"color": colour, "markersize": 5, "markeredgecolor": "black", "markeredgewidth": 0.5}
        plane.plot(*trainer.points[trainer.labels == kind].T, marker, **style)
        own = np.array([point[:2] for point in trainer.own if point[2] == kind]).reshape(-1, 2)
        plane.plot(*own.T, marker, **style | {"markersize": 8, "markeredgewidth": 1.6})
    side, row, band = layout_of_units(trainer)
    for number, count in enumerate(trainer.setting.hidden, 1):
        text = f"layer {number}: {count} {'unit' if count == 1 else 'units'}"
        units.text(0, (number - 1) * band + NAME - 5, text, fontsize=8.5)
    layer, unit, _ = trainer.chosen
    if layer <= len(trainer.setting.hidden):
        left, top = corner(unit - 1, side, row)
        right, down = left + side, (layer - 1) * band + top + side
        box = ([left, right, right, left, left], [down - side, down - side, down, down, down - side])
        units.plot(*box, color="black", linewidth=2, clip_on=False)
    for values, style in ((trainer.fresh_losses, {"color": THIRD, "linestyle": "--"}),
                          (trainer.train_losses, {"color": "black"})):  # fmt: skip
        clipped = np.clip(values, LOWEST, HIGHEST)
        losses.plot(clipped, linewidth=1.6, **style)
        losses.plot([len(clipped) - 1], clipped[-1:], "o", color=style["color"], markersize=5, clip_on=False)
