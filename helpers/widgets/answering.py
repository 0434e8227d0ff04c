"""Answering one message at a time, in the order in which they came, and refusing in a sentence."""

import threading
from collections import deque

from ..files.images import ImageError


class InTurn:
    """A lock that threads get in the order in which they asked for it; the one that has it may ask again.

    Python's own locks know no order: of a press and a value typed after it, the value could be answered first.
    """

    def __init__(self) -> None:
        self._changed, self._queue, self._depth = threading.Condition(), deque[int](), 0

    @property
    def waiting(self) -> int:
        """How many threads wait for the one that has the lock."""
        return max(0, len(self._queue) - 1)

    def locked(self) -> bool:
        """Say whether a thread has the lock, as `threading.Lock.locked` does."""
        return self._depth > 0

    def __enter__(self) -> "InTurn":
        me = threading.get_ident()
        with self._changed:
            if not (self._depth and self._queue[0] == me):
                self._queue.append(me)
                try:
                    self._changed.wait_for(lambda: self._queue[0] == me)
                except BaseException:  # an interrupt: whoever stands behind must not wait for this one
                    self._queue.remove(me)
                    self._changed.notify_all()
                    raise
            self._depth += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._depth -= 1
            if not self._depth:
                self._queue.popleft()
                self._changed.notify_all()


# JupyterLab has the messages of widgets handled by several threads; two that drew at a time would spoil a picture.
ONE_AT_A_TIME = InTurn()


def complaint(error: Exception) -> str:
    """Return what an error says as a sentence with a capital and a full stop.

    >>> complaint(ValueError("got stride=0; type 1 or more"))
    'Got stride=0; type 1 or more.'
    """
    text = str(error)
    return f"{text}." if isinstance(error, ImageError) else f"{text[:1].upper()}{text[1:]}."  # a file's name stays
