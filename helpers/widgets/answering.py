"""Answering what a reader does to a widget: one message at a time, and nothing that goes wrong is lost."""

import threading
from collections.abc import Callable
from typing import Any

# JupyterLab has the messages of widgets handled by several threads; two that drew at a time would spoil a picture.
ONE_AT_A_TIME = threading.RLock()


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
