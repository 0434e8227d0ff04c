"""Strokes of a pen, and the picture that they make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from ...names import shortened
from ...widgets.numbers import Limits

SIDE = 256  # of the pad, and pixels of a drawing as it is kept
FINER, FINE = 8, 2048  # so many times the pixels across, or so many, are averaged: Pillow draws only whole ones
LIMITS = Limits(size=(16, 1024), width=(1, 64))


@dataclass(frozen=True)
class Stroke:
    """A line drawn without lifting the pen: (x, y) of each point, from (0, 0) at the top left to (256, 256).

    Raises ValueError for anything but points, and for a width beyond 1 to 64.
    """

    points: Sequence[tuple[float, float]]
    width: float = 8.0

    def __post_init__(self) -> None:
        try:
            points = tuple((float(x), float(y)) for x, y in self.points)
        except (TypeError, ValueError):
            points = ()
        if not points or not np.isfinite(points).all():
            needed = "pairs of x and y, such as [(40, 200), (128, 40)]"
            raise ValueError(f"got {shortened(self.points)} as the points of a stroke; type {needed}")
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "width", LIMITS.checked("width", self.width))

    def __repr__(self) -> str:
        return f"Stroke of {len(self.points):,} points, {self.width:g} wide"


def draw_strokes(strokes: Iterable[Stroke], size: int = SIDE) -> np.ndarray:
    """Draw strokes in black on white, with round ends and smooth edges: uint8 (size, size, 3).

    What lies beyond the pad is cut off. Raises ValueError for a size beyond 16 to 1,024.

    >>> picture = draw_strokes([Stroke([(64, 64), (192, 64)])], size=128)
    >>> picture.shape, picture[32, 64].tolist(), picture[40, 64].tolist()
    ((128, 128, 3), [0, 0, 0], [255, 255, 255])
    """
    size = LIMITS.whole("size", size)
    finer = max(FINER, FINE // size)
    sheet, scale = Image.new("L", (finer * size, finer * size), 255), finer * size / SIDE
    draw = ImageDraw.Draw(sheet)
    for stroke in strokes:
        points, radius = [(scale * x, scale * y) for x, y in stroke.points], scale * stroke.width / 2
        draw.line(points, fill=0, width=round(2 * radius))
        for x, y in points:  # Pillow's lines end with corners
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return np.asarray(sheet.reduce(finer).convert("RGB"))
