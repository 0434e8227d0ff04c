"""The state of the drawing pad, without widgets: the strokes of a drawing, the pen, and what is kept of each class."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from .album import Shelf
from .strokes import SIDE, Stroke, draw_strokes

PENS = {"thin": 4.0, "medium": 8.0, "thick": 16.0}
BEYOND = 64  # how far over the edge a stroke is followed: it may leave the pad and come back
ENOUGH = 12  # drawings of each class, to try what a classifier makes of them


@dataclass(frozen=True, eq=False, kw_only=True)
class Sheet:
    """What a pen has drawn, and the pen; a change makes a new sheet.

    pen: "thin", "medium" or "thick". at: where it is; down: whether the keys draw with it. gesture: the drag that the
    last stroke comes from.
    """

    pen: str = "medium"
    strokes: tuple[Stroke, ...] = ()
    at: tuple[float, float] = (SIDE / 2, SIDE / 2)
    down: bool = False
    gesture: int | None = None

    def dragged(self, xs: list[float], ys: list[float], gesture: int) -> Self:
        """Return the state with the places of a drag so far as one stroke, in place of what was known of it before."""
        points = [within((x, y), BEYOND) for x, y in zip(xs, ys, strict=True)]
        new = [point for point, before in zip(points, [None, *points], strict=False) if point != before]
        others = self.strokes[:-1] if gesture == self.gesture else self.strokes
        strokes = (*others, Stroke(new, PENS[self.pen]))
        return replace(self, strokes=strokes, at=new[-1], down=False, gesture=gesture)

    def moved(self, x: float, y: float) -> Self:
        """Return the state with the pen elsewhere; it draws a line there, if it is down."""
        at, strokes = within((x, y)), self.strokes
        if self.down and at != self.at:
            strokes = (*strokes[:-1], replace(strokes[-1], points=(*strokes[-1].points, at)))
        return replace(self, strokes=strokes, at=at)

    def pressed(self) -> Self:
        """Return the state with the pen put down, which makes a dot, or lifted."""
        if self.down:
            return replace(self, down=False)
        at = within(self.at)
        return replace(self, strokes=(*self.strokes, Stroke((at,), PENS[self.pen])), at=at, down=True)

    def changed(self, **changes: Any) -> Self:
        """Return the state with other values, and the pen lifted."""
        return replace(self, down=False, gesture=None, **changes)


@dataclass(frozen=True, eq=False)
class PadState(Sheet):
    """One state of the pad; a change makes a new one.

    chosen: index of the class that is drawn. shelves: what is kept, class by class. moves: each file that was kept
    (True) or taken back (False) on the way here.
    """

    classes: tuple[str, ...]
    shelves: tuple[Shelf, ...]
    chosen: int = 0
    moves: tuple[tuple[Path, bool], ...] = ()

    @property
    def name(self) -> str:
        """The class that is drawn."""
        return self.classes[self.chosen]

    @property
    def shelf(self) -> Shelf:
        """What is kept of the class that is drawn."""
        return self.shelves[self.chosen]

    @property
    def counts(self) -> dict[str, int]:
        """How many pictures are kept of each class."""
        return {name: len(shelf.paths) for name, shelf in zip(self.classes, self.shelves, strict=True)}

    @property
    def missing(self) -> dict[str, int]:
        """How many of each class are missing until there are enough to try."""
        return {name: ENOUGH - count for name, count in self.counts.items() if count < ENOUGH}

    @cached_property
    def pixels(self) -> np.ndarray:
        """The drawing as it is kept: uint8 (256, 256, 3); ValueError where nothing of it lies on the pad."""
        pixels = draw_strokes(self.strokes)
        if (pixels == 255).all():
            raise ValueError(f"the pad is empty; draw a {self.name} on it, then press Keep")
        return pixels


def within(place: tuple[float, float], beyond: float = 0) -> tuple[float, float]:
    """Return the nearest place on the pad, or at most so far beyond its edges.

    >>> within((300, 40)), within((300, 40), beyond=64)
    ((256.0, 40.0), (300.0, 40.0))
    """
    x, y = (float(min(max(value, -beyond), SIDE + beyond)) for value in place)
    return x, y
