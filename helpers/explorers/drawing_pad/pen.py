"""A pen in the page: a picture is drawn on by mouse, finger or keys, and no place of a quick stroke is lost."""

from collections.abc import Sequence

import numpy as np

from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from .state import BEYOND, PENS, Sheet, within
from .strokes import SIDE, Stroke

KEYS = "Tab to the pen. Arrow keys move it, with Shift ten times as far. Enter puts it down or lifts it."


class PenView(Explorer):
    """An explorer whose state is, or has more than, a sheet that is drawn on with `self.pen()`; its act is `draw`."""

    state: Sheet

    def draw(self, told: Told) -> Sheet:
        """Draw with the pen: a drag tells all its places, a key one."""
        state, gesture, trail = self.state, told["gesture"], told.get("trail")
        if trail and (gesture == state.gesture or gesture != self.gesture):
            return state.dragged(trail["x"], trail["y"], gesture)
        if trail:  # undone or cancelled while the button was down: sent again, the point has the page's ink go
            self.sent = self.sent | {"point": {}}
            return state.changed(at=within((told["x"], told["y"])))
        if gesture == state.gesture == self.gesture:  # cancelled by Escape
            return self.past.pop()[0]
        if not told.get("press"):
            self.gesture = gesture  # a stroke by keys is one act, from where the pen was put down; without one, none
            return state.moved(told["x"], told["y"])
        self.gesture = gesture if state.down else self.gesture
        return state.pressed()

    def pen(self) -> Entry:
        """Return the pen, to be moved over a picture of 256 × 256."""
        (x, y), down = self.state.at, self.state.down
        low, high = -BEYOND, SIDE + BEYOND
        return entries.handle(
            "pen", "pen", x, y, limits=(low, high, low, high), step=(0.5, 0.5), keys=(4, -4), follows=True,
            shape="pen wg-down" if down else "pen", trail={"colour": "#000", "thick": PENS[self.state.pen]},
            value=f"{'down' if down else 'up'}, {round(x)} from the left, {round(y)} from the top, of {SIDE}",
        )  # fmt: skip


def ink(strokes: Sequence[Stroke]) -> list[Entry]:
    """Return strokes as lines, one for each width of the pen."""
    lines = []
    for width in sorted({stroke.width for stroke in strokes}):
        points: list[tuple[float, float]] = []
        for stroke in (one for one in strokes if one.width == width):
            dot = [(x + 0.01, y) for x, y in stroke.points[:1]] if len(stroke.points) == 1 else []
            points += [*stroke.points, *dot, (np.nan, np.nan)]
        x, y = np.transpose(points)
        lines.append(entries.line(x, y, "#000", thick=width))
    return lines
