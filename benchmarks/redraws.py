"""How long a reader waits for an explorer's answer: do the same again and again, and time until all is on its way.

The explorers and their acts are those of `benchmarks/explorers.py`.
"""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from benchmarks.explorers import EXPLORERS
from benchmarks.fresh import MeasurementFailed, serve

TIMES = 40


@dataclass(frozen=True)
class Redraw:
    """An explorer's view, one of its acts by name, and what it is told in turn."""

    make: Callable[[], Any]
    act: str
    told: Sequence[dict[str, Any]]


REDRAWS = {
    f"{name}: {act}": Redraw(shown.view, act, told)
    for name, shown in EXPLORERS.items()
    if shown.view is not None
    for act, told in shown.acts.items()
}


def times(redraw: Redraw, number: int = TIMES) -> list[float]:
    """Return the seconds of `number` answers; MeasurementFailed where an act was refused, or changed nothing."""
    view = redraw.make()
    if redraw.act not in view.doing:
        raise MeasurementFailed(f"no act of this explorer is called {redraw.act!r}")
    gc.collect()  # what imports left behind would be cleared up within one of the answers, and take longer than it
    found = []
    for count, told in enumerate(islice(cycle(redraw.told), number), 1):
        before = view.sent
        start = time.perf_counter()
        view._told(None, {"name": redraw.act, "number": count, "gesture": count, "shown": None} | told, [])
        found.append(time.perf_counter() - start)
        if view.canvas.changes.get("refused") or before == view.sent:
            raise MeasurementFailed(f"{redraw.act!r} with {told} was refused or changed nothing: nothing was measured")
    return found


def measure(_: dict[str, Any]) -> dict[str, Any]:
    """Return the milliseconds of every answer of every explorer."""
    return {name: [1000 * seconds for seconds in times(redraw)] for name, redraw in REDRAWS.items()}


if __name__ == "__main__":
    serve(measure)
