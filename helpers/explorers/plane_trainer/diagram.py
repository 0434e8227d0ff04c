"""Where each unit of a network and each weight between two is drawn, and which of them is at a place."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

WIDE, HIGH, TOP, BOTTOM = 360, 440, 20, 16  # of the whole drawing, and what the names above and below it take
MOST_IN_A_COLUMN = 16  # more units of a layer stand in two columns
LARGEST, NEAR = 46.0, 7.0  # the side of a unit, and how far from a line a click still means it

Weight = tuple[int, int, int]  # layer and unit from 1, and source: a unit before, or 0 for the bias


class Diagram(NamedTuple):
    """The drawing of a network: the corners of all units of each layer, inputs first, and the side of a unit."""

    corners: list[np.ndarray]
    side: float

    @property
    def boxes(self) -> np.ndarray:
        """The boxes [x, y, width, height] of all units, (n, 4), layer by layer."""
        corners = np.concatenate(self.corners)
        return np.column_stack([corners, np.full((len(corners), 2), self.side)])

    def box(self, layer: int, unit: int) -> list[float]:
        """Return the box of one unit, counted from 1; the inputs are layer 0."""
        return [*self.corners[layer][unit - 1].tolist(), self.side, self.side]

    def ends(self, layer: int) -> np.ndarray:
        """Return the lines that lead to a layer from 1, (units, sources, 4): x, y, x, y, source first."""
        start, end = self.corners[layer - 1], self.corners[layer]
        ends = np.empty((len(end), len(start), 4))
        ends[..., :2] = start + [self.side, self.side / 2]
        ends[..., 2:] = (end + [0, self.side / 2])[:, None]
        return ends

    def curve(self, weight: Weight) -> tuple[np.ndarray, np.ndarray]:
        """Return the points of the line of a weight as the page draws it; a short one from below for a bias."""
        layer, unit, source = weight
        if source:
            x, y = along(self.ends(layer)[unit - 1, source - 1])
            return x, y
        left, low = self.corners[layer][unit - 1]
        return np.array([left - 7, left]), np.array([low, low + 5])

    def under(self, x: float, y: float) -> Weight | None:
        """Return the unit at a place, as its bias, or else the weight whose line is nearest; None far from all."""
        for layer, corners in enumerate(self.corners[1:], 1):
            inside = ((corners <= [x, y]) & ([x, y] <= corners + self.side)).all(axis=1)
            if inside.any():
                return layer, int(inside.argmax()) + 1, 0
        best, found = NEAR, None
        for layer in range(1, len(self.corners)):
            across, up = along(self.ends(layer))
            away = apart(across - x, up - y)
            unit, source = np.unravel_index(away.argmin(), away.shape)
            if away[unit, source] < best:
                best, found = away[unit, source], (layer, int(unit) + 1, int(source) + 1)
        return found


def diagram(sizes: Sequence[int]) -> Diagram:
    """Return the drawing of a network with so many units in each layer, inputs and scores among them.

    >>> [len(corners) for corners in diagram([2, 8, 2]).corners]
    [2, 8, 2]
    """
    columns = [1 + (size > MOST_IN_A_COLUMN) for size in sizes]
    rows = [-(-size // columns[layer]) for layer, size in enumerate(sizes)]
    high = HIGH - TOP - BOTTOM
    side = min(LARGEST, 0.86 * high / max(rows), 0.62 * WIDE / sum(columns))
    between = (WIDE - side * sum(columns) - 4) / (len(sizes) - 1)
    corners, left = [], 2.0
    for layer, size in enumerate(sizes):
        number = np.arange(size)
        pitch = min(high / rows[layer], 2.2 * side)
        middle = BOTTOM + high / 2 + pitch * (rows[layer] - 1) / 2 - side / 2
        column, row = np.divmod(number, rows[layer])
        corners.append(np.column_stack([left + side * column, middle - pitch * row]))
        left += side * columns[layer] + between
    return Diagram(corners, float(side))


def along(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return points along the curves that `joints` are drawn as: (…, 4) → x and y, each (…, points)."""
    t = np.linspace(0, 1, 25)
    start_x, start_y, end_x, end_y = (ends[..., part, None] for part in range(4))
    middle = (start_x + end_x) / 2
    x = (1 - t) ** 3 * start_x + 3 * t * (1 - t) * middle + t**3 * end_x
    return x, start_y + (3 * t**2 - 2 * t**3) * (end_y - start_y)


def apart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return how far broken lines (…, points) pass from the origin, (…,)."""
    across, up = np.diff(x), np.diff(y)
    share = np.clip(-(x[..., :-1] * across + y[..., :-1] * up) / np.maximum(across**2 + up**2, 1e-9), 0, 1)
    return np.hypot(x[..., :-1] + share * across, y[..., :-1] + share * up).min(axis=-1)
