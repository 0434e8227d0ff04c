"""What `learn.fit` runs through, function by function: `python tests/trace.py` prints it and holds it to its ceiling.

A function of `helpers` counts once, whoever calls it; comprehensions and lambdas do not count. An arrow leads from the
file of the calling function to the file of the called one, whatever of PyTorch lies between; it goes back up where the
called file stands below the calling one in `tests/rooms.py`.
"""

import contextlib
import io
import math
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import torch  # noqa: E402

from helpers import progress  # noqa: E402
from tests.pictures import data_in, learner, make_pictures  # noqa: E402
from tests.rooms import HELPERS, ROOMS, room_of  # noqa: E402

# An unfrozen run is judged by the body's fast copy, as predictions are: 5 functions and 2 arrows of the frozen run's.
FUNCTIONS, ARROWS, FRAMES = {"frozen": 60, "unfrozen": 52}, {"frozen": 20, "unfrozen": 14}, 4


@dataclass
class Trace:
    """The functions that ran, the arrows between their files, and those of our frames that lay above a step."""

    functions: set[tuple[str, str]] = field(default_factory=set)
    arrows: set[tuple[str, str]] = field(default_factory=set)
    above_step: list[str] = field(default_factory=list)

    @property
    def back_up(self) -> list[tuple[str, str]]:
        """The arrows that lead to a file below."""
        return [arrow for arrow in sorted(self.arrows) if ROOMS.index(arrow[0]) < ROOMS.index(arrow[1])]

    def faults(self, kind: str) -> list[str]:
        """Return one sentence for every ceiling that is broken."""
        counts = [
            (len(self.functions), FUNCTIONS[kind], "functions"),
            (len(self.arrows), ARROWS[kind], "arrows between files"),
            (
                len(self.above_step),
                FRAMES,
                f"frames between fit and the optimizer's step ({', '.join(self.above_step)})",
            ),
            (len(self.back_up), 0, f"arrows back up ({self.back_up})"),
        ]
        return [f"{kind}: {found} {what}, {most} at most" for found, most, what in counts if found > most]

    def __str__(self) -> str:
        lines = [f"{len(self.functions)} functions, {len(self.arrows)} arrows, {len(self.back_up)} of them back up"]
        for room in ROOMS:
            names = sorted(name for where, name in self.functions if where == room)
            called = sorted(target for source, target in self.arrows if source == room)
            if names:
                lines.append(f"  {room:<12} {', '.join(names)}{' → ' + ', '.join(called) if called else ''}")
        return "\n".join([*lines, f"  above the optimizer's step: {' → '.join(self.above_step)}"])


def _ours(frame: FrameType | None) -> Iterator[tuple[str, str]]:
    """Yield room and name of each of our functions from a frame upwards."""
    while frame is not None:
        file, name = Path(frame.f_code.co_filename), frame.f_code.co_qualname.replace("<locals>.", "")
        if file.is_relative_to(HELPERS) and "<" not in name:
            yield room_of(file), name
        frame = frame.f_back


def traced(work: Callable[[], Any]) -> Trace:
    """Run `work` and return what of `helpers` it ran through, in all of its threads."""
    trace, step = Trace(), torch.optim.SGD.step

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and str(HELPERS) in frame.f_code.co_filename and "<" not in frame.f_code.co_name:
            called, *above = _ours(frame)
            trace.functions.add(called)
            if above and above[0][0] != called[0]:
                trace.arrows.add((above[0][0], called[0]))

    def watched_step(optimizer: torch.optim.SGD, closure: Any = None) -> Any:
        names = [name for _, name in _ours(sys._getframe())]
        trace.above_step = names[::-1][1:]  # without fit itself
        return step(optimizer, closure)

    torch.optim.SGD.step = watched_step  # type: ignore[method-assign]
    threading.setprofile(watch)
    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
        torch.optim.SGD.step = step  # type: ignore[method-assign]
    return trace


def trace_of(kind: str, folder: Path) -> Trace:
    """Return the trace of `fit(0.01, 2)` with an empty cache: "frozen" with kept activations, or "unfrozen"."""
    learn = learner(data_in(make_pictures(folder)), precompute=kind == "frozen")
    if kind == "unfrozen":
        learn.unfreeze()
    delay, progress.DELAY = progress.DELAY, math.inf  # a bar is drawn only where the machine is slow
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return traced(lambda: learn.fit(0.01, 2))
    finally:
        progress.DELAY = delay


def main() -> int:
    """Print both traces; return 1 where one breaks a ceiling."""
    faults = []
    for kind in FUNCTIONS:
        with tempfile.TemporaryDirectory() as folder:
            trace = trace_of(kind, Path(folder) / "pictures")
        print(f"learn.fit(0.01, 2), {kind}: {trace}")
        faults += trace.faults(kind)
    print("\n".join(faults) or "Within every ceiling.")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
