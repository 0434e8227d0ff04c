"""A bar with the time left, which goes when the work is done."""

import os
import sys
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any

DELAY = 1.0  # seconds: work shorter than this shows no bar at all


def readable_seconds(seconds: float) -> str:
    """Return a duration in words.

    >>> readable_seconds(0.42), readable_seconds(12.3), readable_seconds(200)
    ('0.4 s', '12 s', '3 min 20 s')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def in_a_notebook() -> bool:
    """Say whether this code runs in a kernel, whose outputs a notebook draws; asked without importing IPython.

    >>> in_a_notebook()
    False
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


@dataclass
class Progress:
    """Show `label`, a bar and the time left while `total` units are done; a context manager.

    In a notebook the bar is taken away at the end, so that no dead bar is stored; in a terminal it keeps to one line.

    >>> with Progress("counting", 3) as bar:
    ...     for _ in range(3):
    ...         bar.advance()
    """

    label: str
    total: int
    done: int = 0
    _start: float = 0.0
    _last: float = 0.0
    _handle: Any = None

    def __enter__(self) -> "Progress":
        self._start = time.perf_counter()
        return self

    def advance(self, count: int = 1) -> None:
        """Move the bar by `count` units."""
        self.done += count
        now = time.perf_counter() - self._start
        if now > DELAY and now - self._last > 0.25:
            self._last = now
            self._draw(now)

    def _draw(self, now: float) -> None:
        share = min(self.done / max(self.total, 1), 1.0)
        left = now / share - now if share else 0.0
        text = f"{self.label}: {share:4.0%}, about {readable_seconds(left)} left"
        if in_a_notebook():
            from IPython.display import HTML, display

            bar = HTML(f'<progress value="{share:.3f}" max="1" aria-label="{self.label}"></progress> {text}')
            if self._handle is None:
                self._handle = display(bar, display_id=True)
            else:
                self._handle.update(bar)
        elif sys.stderr.isatty() and os.environ.get("RANK", "0") == "0":  # of several processes, the first draws
            filled = round(24 * share)
            sys.stderr.write(f"\r{'█' * filled}{'·' * (24 - filled)} {text}   ")
            sys.stderr.flush()
            self._handle = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is True:
            sys.stderr.write("\r" + " " * 78 + "\r")
        elif self._handle is not None:
            from IPython.display import HTML

            self._handle.update(HTML(""))
