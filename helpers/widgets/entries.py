"""What an explorer shows, part by part, as the page wants to be told it: controls, figures, layers and their items."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from .numbers import written

Entry = dict[str, Any]
Ticks = list[list[Any]]


# Controls, words and tables ------------------------------------------------------------------------------------------


def button(label: str, *, tip: str = "", off: bool = False, large: bool = False, pressed: bool | None = None) -> Entry:
    """Return a button; `off` takes no press, `pressed` shows whether what it switches is on."""
    down = None if pressed is None else str(pressed).lower()
    return {"kind": "button", "label": label, "tip": tip, "off": off, "large": large, "pressed": down}


def play(*, off: bool = False, interval: int = 40, tip: str = "play and pause") -> Entry:
    """Return the button that plays and pauses, a frame every `interval` milliseconds."""
    return {"kind": "play", "off": off, "interval": interval, "tip": tip}


def field(
    label: str,
    value: float | str,
    *,
    step: float = 0,
    limits: tuple[float, float] | None = None,
    slides: bool = False,
    off: bool = False,
    long: bool = False,
    hint: str = "",
    tip: str = "",
) -> Entry:
    """Return a field to type into; with a step, arrow keys and a drag up or down change it; `slides`: with a slider."""
    text = value if isinstance(value, str) else written(value)
    entry: Entry = {"kind": "field", "label": label, "value": text, "off": off, "long": long, "hint": hint, "tip": tip}
    if step:
        entry |= {"step": step, "slides": slides}
    if limits:
        entry |= {"min": limits[0], "max": limits[1]}
    return entry


def choice(label: str, options: Iterable[str], value: int, *, listed: bool = False, off: bool = False) -> Entry:
    """Return one of a few by its index: buttons in a row, or, `listed`, a list that opens."""
    return {"kind": "choice", "label": label, "options": list(options), "value": value, "list": listed, "off": off}


def tick(label: str, value: bool) -> Entry:
    """Return a box to tick."""
    return {"kind": "tick", "label": label, "value": value}


def words(*lines: str | tuple[str, str], tone: str = "plain", live: bool = False) -> Entry:
    """Return paragraphs; one that is a pair has its first part in bold. `live`: a screen reader says what changes."""
    said = [line if isinstance(line, str) else list(line) for line in lines if line]
    return {"kind": "words", "lines": said, "tone": tone, "live": live}


def code(text: str, label: str = "the code of this state") -> Entry:
    """Return lines of code with a button that copies them."""
    return {"kind": "code", "text": text, "label": label}


def numbers(
    title: str,
    cells: Sequence[Sequence[str]],
    *,
    shades: Sequence[Sequence[tuple[str, str]]] | None = None,
    edit: bool = False,
    small: bool = False,
    step: float = 1,
) -> Entry:
    """Return a table of numbers as they are written; shades: background and text colour of each cell."""
    entry: Entry = {"kind": "numbers", "title": title, "cells": [list(row) for row in cells], "edit": edit,
                    "small": small, "step": step}  # fmt: skip
    return entry | ({"shades": [[list(one) for one in row] for row in shades]} if shades is not None else {})


def layout(label: str, *columns: Sequence[Any], above: Sequence[Any] = ()) -> Entry:
    """Return where the parts stand: columns of names; a list is a row, and `more` is only shown on demand.

    above: what takes the whole width, above the columns.
    """
    return {"kind": "layout", "label": label, "columns": [list(column) for column in columns], "above": list(above)}


def more(title: str, *parts: Any) -> Entry:
    """Return parts of a layout that are shown when the title is clicked."""
    return {"more": title, "parts": list(parts)}


# Figures -------------------------------------------------------------------------------------------------------------


def axis(
    limits: tuple[float, float], label: str = "", *, ticks: Ticks | None = None, log: bool = False, most: int = 6
) -> Entry:
    """Return an axis with its limits and ticks, which are round numbers where none are given."""
    low, high = map(float, limits)
    return {"limits": [low, high], "label": label, "log": log, "ticks": round_ticks(low, high, most) if ticks is None
            else ticks}  # fmt: skip


def round_ticks(low: float, high: float, most: int = 6) -> Ticks:
    """Return round numbers between two limits, each with its text.

    >>> round_ticks(-1, 1, 4)
    [[-1.0, '−1'], [-0.5, '−0.5'], [0.0, '0'], [0.5, '0.5'], [1.0, '1']]
    """
    found = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [[float(tick), written(tick)] for tick in found if low - 1e-9 <= tick <= high + 1e-9]


def enough(needed: float, sizes: Iterable[float]) -> float:
    """Return the first of the growing `sizes` that is `needed` or more: an axis of few sizes seldom jumps.

    >>> enough(30, (20, 50, 100))
    50
    """
    return next(size for size in sizes if size >= needed)


def figure(
    title: str,
    layers: Sequence[str],
    alt: str,
    *,
    x: Entry,
    y: Entry,
    height: int,
    ratio: float,
    axes: bool = True,
    legend: Sequence[tuple[str, str, str]] = (),
    click: bool = False,
    keys: str = "",
    zooms: bool = False,
    crop: bool = False,
) -> Entry:
    """Return a figure of layers, at most `height` pixels high and `ratio` times as wide.

    alt: what it shows now, in words. legend: label, colour and mark ("line", "dashed", "dot", "square", "triangle").
    click: a click tells where it was. keys: what its arrow keys do, if it takes them. zooms: new limits are approached.
    crop: handles are not seen beyond its edge.
    """
    return {"kind": "figure", "title": title, "layers": list(layers), "alt": alt, "x": x, "y": y, "height": height,
            "ratio": ratio, "axes": axes, "legend": [list(one) for one in legend], "click": click, "keys": keys,
            "zooms": zooms, "crop": crop}  # fmt: skip


def picture(
    title: str, layers: Sequence[str], alt: str, shape: tuple[int, int], *, height: int, **values: Any
) -> Entry:
    """Return a figure of a picture (rows, columns) without axes; x runs over columns, y over rows, downwards."""
    rows, columns = shape
    x, y = axis((0, columns), ticks=[]), axis((rows, 0), ticks=[])
    return figure(title, layers, alt, x=x, y=y, height=height, ratio=columns / rows, axes=False, **values)


def layer(items: Iterable[Entry] = (), handles: Iterable[Entry] = ()) -> Entry:
    """Return a layer of a figure: what is drawn, and what can be moved. What seldom changes has a layer of its own."""
    return {"kind": "layer", "items": list(items), "handles": list(handles)}


def packed(values: Any) -> Entry:
    """Return an array as bytes: uint8 as it is, everything else as float32."""
    array = np.ascontiguousarray(values)
    kind = "u1" if array.dtype == np.uint8 else "f4"
    return {"bytes": array.astype("<f4" if kind == "f4" else "u1").tobytes(), "shape": list(array.shape), "kind": kind}


def image(box: Sequence[float], pixels: np.ndarray, **style: Any) -> Entry:
    """Return a picture, uint8 (rows, columns, 3) or `signed`, in a box [x, y, width, height]; the first row on top."""
    return {"kind": "image", "box": [float(one) for one in box], "pixels": packed(pixels), **style}


def images(boxes: Any, pixels: np.ndarray, **style: Any) -> Entry:
    """Return many pictures of one size, (n, rows, columns) or with colours, each in a box of `boxes` (n, 4), framed."""
    sheet = np.reshape(pixels, (-1, *pixels.shape[2:]))
    return {"kind": "images", "boxes": packed(np.float32(boxes)), "pixels": packed(sheet), **style}


def signed(values: Any, faintest: float = 0.0, strongest: float = 1.0) -> np.ndarray:
    """Return values from −1 to 1 as a picture: blue below 0, orange above, and the page is seen through where it is 0.

    >>> signed([-1, 0, 0.5]).tolist()
    [1, 128, 192]
    """
    array = np.asarray(values)
    strength = np.sign(array) * faintest + (strongest - faintest) * array
    return np.rint(128 + 127 * strength).astype(np.uint8)


def line(x: Any, y: Any, colour: str = "ink", **style: Any) -> Entry:
    """Return a line. style: width in pixels, or `thick` in units of data, with round ends; dash "dashed", "dotted"."""
    return {"kind": "line", "x": packed(np.float32(x)), "y": packed(np.float32(y)), "colour": colour, **style}


def points(x: Any, y: Any, colour: str = "ink", **style: Any) -> Entry:
    """Return points. style: marker "dot", "square" or "triangle", size in pixels, open, edge."""
    return {"kind": "points", "x": packed(np.float32(x)), "y": packed(np.float32(y)), "colour": colour, **style}


def joints(ends: Any, widths: Any, **style: Any) -> Entry:
    """Return many lines, (n, 4) of x, y, x, y, with their widths in pixels: below 0 blue, above 0 orange."""
    return {"kind": "joints", "ends": packed(np.float32(ends)), "weights": packed(np.float32(widths)), **style}


def frame(box: Sequence[float], **style: Any) -> Entry:
    """Return a frame around a box [x, y, width, height], which is seen on any picture."""
    return {"kind": "frame", "box": [float(one) for one in box], **style}


def text(x: float, y: float, said: str, **style: Any) -> Entry:
    """Return a text at a point. style: size, bold, align, baseline, colour."""
    return {"kind": "text", "at": [float(x), float(y)], "text": said, **style}


def handle(
    name: str,
    label: str,
    x: float,
    y: float,
    *,
    limits: tuple[float, float, float, float],
    step: tuple[float, float] = (0, 0),
    keys: tuple[float, float] | None = None,
    value: str = "",
    colour: str = "third",
    **more: Any,
) -> Entry:
    """Return what the reader can move: by the pointer, or by the arrow keys, which move it by `keys`, or `step`.

    One that comes later lies on top. limits: lowest and highest x and y; two that are equal fix it. step: 0 for any
    place. value: in words. more: shape "dot", "spot" (small), "ring", "triangle" or "window"; size (width, height)
    of a window, in data; along: a `line` to stay on; follows: it goes to where the pointer is pressed; free: and also
    where it only points; grip: from the pointer to it; trail: the style of a line that a drag of it draws at once, all
    of whose places are told as `told["trail"]["x"]` and `["y"]`, so that none is lost.
    """
    entry: Entry = {"name": name, "label": label, "x": float(x), "y": float(y), "value": value, "colour": colour,
                    "limits": [float(one) for one in limits], "step": [float(one) for one in step], **more}  # fmt: skip
    return entry | ({"keys": [float(one) for one in keys]} if keys else {})
