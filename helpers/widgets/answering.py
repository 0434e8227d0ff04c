"""Answering what a reader does to a widget: one message at a time, and nothing that goes wrong is lost."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

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


def guarded(callback: Callable[[Any], None], errors: Any) -> Callable[[Any], None]:
    """Return `callback` with whatever it raises or prints shown in `errors`, an Output; it would vanish otherwise.

    Guarded callbacks wait for each other, whichever thread calls them.
    """

    def run(event: Any) -> None:
        with ONE_AT_A_TIME:
            errors.clear_output()
            with errors:
                callback(event)

    return run


def complaint(error: Exception) -> str:
    """Return what an error says as a sentence with a capital and a full stop.

    >>> complaint(ValueError("got stride=0; type 1 or more"))
    'Got stride=0; type 1 or more.'
    """
    text = str(error)
    return f"{text}." if isinstance(error, ImageError) else f"{text[:1].upper()}{text[1:]}."  # a file's name stays


class Answering:
    """Callbacks for the controls of one widget: each takes the new value, or refuses it, and then shows the state.

    show: puts the state into every control and draws it; its argument is why a value was refused, or "". A control
    that it sets is not answered: that was not the reader. errors: an Output, for what no one expected. word: makes the
    sentence of a ValueError or IndexError, with which a value is refused.
    """

    def __init__(self, show: Callable[[str], None], errors: Any, word: Callable[[Exception], str] = complaint) -> None:
        self.show, self.errors, self.word, self.showing = show, errors, word, False

    def __call__(self, take: Callable[[Any], object]) -> Callable[[Any], None]:
        """Return a callback for `observe` or `on_click` that gives `take` the new value, or None for a press.

        It is the value that was reported: until its turn comes, an earlier message may have set the control back.
        """

        def answer(event: Any) -> None:
            if self.showing:
                return
            refused = ""
            try:
                take(event["new"] if isinstance(event, dict) else None)
            except (ValueError, IndexError) as error:
                refused = self.word(error)
            self.refresh(refused)

        return guarded(answer, self.errors)

    def replacing(self, view: Any, change: Callable[[Any], object]) -> Callable[[Any], None]:
        """Return a callback that replaces `view.state` by the state that `change` makes of the new value."""

        def take(new: Any) -> None:
            view.state = change(new)

        return self(take)

    def refresh(self, refused: str = "") -> None:
        """Show the state; `refused` is why the last value was not taken."""
        with ONE_AT_A_TIME:
            before, self.showing = self.showing, True
            try:
                self.show(refused)
            finally:  # whatever went wrong in it, the next message is answered
                self.showing = before
