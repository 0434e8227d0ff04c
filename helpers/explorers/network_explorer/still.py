"""The map of a network as one ordinary picture: what the page draws, drawn with matplotlib."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from ...plots import FIRST, GREY, SECOND, THIRD, lettering, new_axes
from ...widgets import entries
from ...widgets.entries import Entry
from .columns import HEIGHT, WIDTH
from .map import NetworkMap
from .state import NetworkState
from .unit import Unit

ROOM = 0.7  # below the map, for the words at the arrow
INCHES, DPI = 9.96, 100  # the map is 996 pixels wide in the page, and so are its texts measured
COLOURS = {"first": FIRST, "second": SECOND, "third": THIRD, "grey": GREY, "ink": "black", "soft": "#d3d9d8"}
KINDS = {"u1": np.dtype("u1"), "f4": np.dtype("<f4")}
DASHES = {"dashed": "--", "dotted": ":"}


def plot_map(state: NetworkState, here: str = "you are here", *, near: bool = False) -> Axes:
    """Draw the map of a network with an arrow at the chosen channel; near: how its chosen number is computed.

    here: what stands beside the arrow; without words there is no arrow. The strongest channels of each layer are shown;
    lines are weights, orange above 0 and blue below, the thicker the larger. Drawn in lessons 02, 04, 05, 08 and 10.

    >>> from helpers.explorers.network_explorer import network_state
    >>> from helpers.models import build
    >>> grey = np.full((64, 64, 3), 90, dtype=np.uint8)
    >>> plot_map(network_state(build("resnet10", 64, 2), grey, 3)).get_title()
    'the strongest channels of each layer'
    """
    network = NetworkMap(state)
    unit = Unit(network) if near else None
    axes = new_axes(size=(INCHES, INCHES * (HEIGHT + ROOM * (bool(here) and not near)) / WIDTH + 0.3))
    (left, right), (bottom, top) = (unit or network).limits
    axes.set(xlim=(left, right), ylim=(bottom, top), xticks=[], yticks=[], aspect="equal")
    axes.spines[:].set_visible(False)
    axes.set_title("how one number is computed" if unit else "the strongest channels of each layer", fontsize=10)
    pixels = INCHES * DPI / (right - left)
    layers = [*network.layers().values(), *(unit.layers() if unit else ())]
    paint(axes, [item for layer in layers for item in layer["items"]], pixels)
    if here and not unit:
        x, y, wide, high = network.here
        (text,), style = lettering([here])
        axes.set_ylim(bottom + ROOM, top)
        # The arrow stays between two columns: it covers no channel.
        axes.annotate(text, (x + wide + 0.1, y + 0.9 * high), (x + wide + 0.6, bottom + ROOM), ha="center", va="bottom",
                      fontsize=10, fontweight="bold", zorder=9, arrowprops={"arrowstyle": "-|>", "color": "black"},
                      bbox={"boxstyle": "round", "fc": "white", "ec": SECOND}, **style)  # fmt: skip
    return axes


def paint(axes: Axes, items: Sequence[Entry], pixels: float) -> None:
    """Draw items, each over the one before; `pixels` says how many a unit of data takes."""
    for place, item in enumerate(items):
        if item.get("from", 0) <= pixels < item.get("until", np.inf):
            DRAWN[item["kind"]](axes, item, {"alpha": item.get("alpha", 1), "zorder": 1 + place / len(items)})


def _array(packed: Entry) -> np.ndarray:
    return np.frombuffer(packed["bytes"], KINDS[packed["kind"]]).reshape(packed["shape"])


def _colour(item: Entry, part: str = "colour", otherwise: str = "ink") -> str:
    role = str(item.get(part, otherwise))
    return COLOURS.get(role, role)


def _pixels(values: np.ndarray) -> np.ndarray:
    """Return a picture in colours; of single numbers, those below 128 are blue, those above orange."""
    if values.ndim == 3:
        return values
    strength = (np.abs(values.astype(float) - 128) / 127).clip(0, 1)[..., None]
    colours = np.where(values[..., None] < 128, [[63, 144, 218]], [[255, 169, 14]])
    return (255 * (1 - strength) + colours * strength).astype(np.uint8)


def _image(axes: Axes, item: Entry, style: dict[str, Any]) -> None:
    x, y, wide, high = item["box"]
    how = "antialiased" if item.get("smooth") else "nearest"
    axes.imshow(_pixels(_array(item["pixels"])), extent=(x, x + wide, y + high, y), interpolation=how, **style)
    if item.get("outline"):
        axes.add_patch(Rectangle((x, y), wide, high, fill=False, ec=_colour(item), lw=0.7, **style))


def _images(axes: Axes, item: Entry, style: dict[str, Any]) -> None:
    boxes, sheet = _array(item["boxes"]), _array(item["pixels"])
    for box, picture in zip(boxes, np.split(sheet, len(boxes)), strict=True):
        _image(axes, entries.image(box, picture, outline=True, colour="soft"), style)


def _joints(axes: Axes, item: Entry, style: dict[str, Any]) -> None:
    curve = [Path.MOVETO, *3 * [Path.CURVE4]]
    weights = _array(item["weights"])
    patches = [
        PathPatch(Path([(x0, y0), ((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1), (x1, y1)], curve))
        for x0, y0, x1, y1 in _array(item["ends"])
    ]
    colours = [FIRST if weight < 0 else SECOND for weight in weights]
    axes.add_collection(PatchCollection(patches, facecolor="none", edgecolor=colours,
                                        linewidth=0.72 * np.abs(weights), **style))  # fmt: skip


def _line(axes: Axes, item: Entry, style: dict[str, Any]) -> None:
    axes.plot(_array(item["x"]), _array(item["y"]), color=_colour(item), linewidth=0.72 * item.get("width", 1.5),
              linestyle=DASHES.get(item.get("dash", ""), "-"), **style)  # fmt: skip


def _box(axes: Axes, item: Entry, style: dict[str, Any]) -> None:
    x, y, wide, high = item["box"]
    axes.add_patch(Rectangle((x, y), wide, high, fc=_colour(item, "fill", "soft"), ec="none", **style))


def _frame(axes: Axes, item: Entry, style: dict[str, Any]) -> None:
    x, y, wide, high = item["box"]
    for width, colour in ((3.2, "black"), (1.6, SECOND)):
        axes.add_patch(Rectangle((x, y), wide, high, fill=False, ec=colour, lw=width, **style))


def _text(axes: Axes, item: Entry, style: dict[str, Any]) -> None:
    (said,), lettered = lettering([item["text"]])
    x, y = item["at"]
    axes.text(x, y, said, fontsize=0.68 * item.get("size", 12), ha=item.get("align", "left"), va="baseline",
              weight="bold" if item.get("bold") else "normal", color=_colour(item), **style | lettered)  # fmt: skip


DRAWN: dict[str, Callable[[Axes, Entry, dict[str, Any]], None]] = {
    "image": _image, "images": _images, "joints": _joints, "line": _line, "box": _box, "frame": _frame, "text": _text,
}  # fmt: skip
