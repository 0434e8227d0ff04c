"""The app's charts: how probable each class is, how far the picture is from the training pictures, and all pictures."""

import numpy as np

from ...names import shortened
from ...widgets import entries
from ...widgets.entries import Entry
from .state import AppState

MOST_BARS, BAR = 5, 26  # classes that are shown, and pixels of each
SMALL, IN_A_ROW = 46, 16  # pixels of a picture in the strip
WIDEST = (0.1, 0.2, 0.5, 1, 2)  # of the axis of distances
LEGEND = (
    ("this picture", "second", "triangle"),
    ("validation pictures", "first", "line"),
    ("threshold", "third", "dashed"),
)


def bars(state: AppState) -> dict[str, Entry]:
    """Return the probabilities of the most probable classes as bars."""
    said = state.said
    order = np.argsort(-said.probabilities, kind="stable")[:MOST_BARS]
    if len(said.classes) <= MOST_BARS:
        order = np.arange(len(said.classes))  # so that a class stays in its place
    items: list[Entry] = []
    for row, number in enumerate(order.tolist()):
        share, name = 100 * float(said.probabilities[number]), shortened(said.classes[number], 16)
        items += [entries.text(-2, row + 0.5, name, align="right", baseline="middle"),
                  {"kind": "box", "box": [0, row + 0.15, 100, 0.7], "fill": "soft"},
                  {"kind": "box", "box": [0, row + 0.15, share, 0.7], "fill": "first"},
                  entries.text(102, row + 0.5, f"{share:.1f} %", baseline="middle")]  # fmt: skip
    alt = ", ".join(f"{said.classes[number]} {100 * said.probabilities[number]:.1f} %" for number in order.tolist())
    rows = len(order)
    return {
        "shares": entries.layer(items),
        "bars": entries.figure("how probable", ["shares"], f"{alt}.", axes=False, height=BAR * rows, ratio=20 / rows,
                               x=entries.axis((-35, 120), ticks=[]), y=entries.axis((rows, 0), ticks=[])),
    }  # fmt: skip


def distances(state: AppState) -> dict[str, Entry]:
    """Return how far the picture is from the training pictures, beside validation pictures and the threshold."""
    if state.familiar is None or state.distance is None:
        return {}
    known, threshold = state.familiar.checked, state.familiar.threshold
    width = entries.enough(1.05 * max(float(known.max()), threshold, state.distance, 0), [*WIDEST, np.inf])
    ticks = np.stack([known, known, np.full(len(known), np.nan)], axis=1).ravel()
    heights = np.tile([0.15, 0.55, np.nan], len(known))
    said = f"{state.distance:.3f}; the threshold is {threshold:.3f}"
    return {
        "known": entries.layer([entries.line(ticks, heights, "first", width=1, alpha=0.5),
                                entries.line([threshold] * 2, [0, 1], "third", dash="dashed")]),
        "here": entries.layer([entries.points([state.distance], [0.75], "second", marker="triangle", size=6)]),
        "far": entries.figure("distance from the training pictures", ["known", "here"], f"The distance: {said}.",
                              x=entries.axis((0, min(width, 2.0))), y=entries.axis((0, 1), ticks=[]), height=84,
                              ratio=7, legend=LEGEND),
    }  # fmt: skip


def strip(state: AppState) -> dict[str, Entry]:
    """Return all pictures, small, the chosen one framed."""
    count = len(state.pictures)
    rows = -(-count // IN_A_ROW)
    y, x = np.divmod(np.arange(count), IN_A_ROW)
    boxes = np.stack([x + 0.04, y + 0.04, np.full(count, 0.92), np.full(count, 0.92)], axis=1)
    thumbnails = np.stack([one.small for one in state.pictures])
    return {
        "sheet": entries.layer([entries.images(boxes, thumbnails, smooth=True, colour="grey", width=1)]),
        "mark": entries.layer([entries.frame(boxes[state.chosen])]),
        "strip": entries.picture("pictures; the first is a white sheet", ["sheet", "mark"], f"{count} pictures; "
                                 f"{shortened(state.picture.name)} is chosen.", (rows, IN_A_ROW), height=SMALL * rows,
                                 click=True, keys="Arrows, Home and End choose a picture"),
    }  # fmt: skip
