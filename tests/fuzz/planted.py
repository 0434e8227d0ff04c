"""A kind whose cases do what no door may do: the harness must find each of them."""

import ctypes
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.door import Door


class DocumentedError(ValueError):
    """The one error that these doors document."""


def says(message: str) -> Callable[[], None]:
    """Return a door that raises its documented error with a message."""

    def door() -> None:
        raise DocumentedError(message)

    return door


def a_subclass() -> None:
    """Raise what json raises, where ValueError is documented."""
    b"\xff".decode()


def fills(count: int) -> Callable[[], None]:
    """Return a door that takes so many bytes, and gives them back."""
    return lambda: ctypes.memset(ctypes.create_string_buffer(count), 1, count) and None


PLANTED: list[tuple[str, Callable[[], object]]] = [
    ("", lambda: 7),
    ("", says("the picture is no picture; we need a picture")),
    ("crashes", lambda: os.kill(os.getpid(), signal.SIGSEGV)),
    ("crashes", lambda: os.abort()),
    ("crashes", lambda: os._exit(3)),
    ("hangs", lambda: time.sleep(60)),
    ("over 1 GB", fills(1_200_000_000)),
    ("over 1 GB", fills(2_500_000_000)),
    ("over 1 GB", lambda: bytes(2**45)),
    ("foreign", lambda: {}["key"]),
    ("foreign", a_subclass),
    ("foreign", says("long " * 100)),
    ("foreign", says("the name is \x1b[2J")),
    ("foreign", says("the name is \u202egnp.exe")),
    ("foreign", says("the name is \ud800")),
    ("foreign", says("two\nlines")),
    ("foreign", says("re-run torch.load with weights_only set to False")),
    ("foreign", lambda: print("cats\x07")),
    ("foreign", lambda: os.open("/nowhere", os.O_RDONLY)),
    ("", lambda: print("two lines\nand a bar\r   \r")),
]


class Planted:
    """One case: a planted fault."""

    def __init__(self, folder: Path) -> None:
        pass

    def __call__(self, number: int, draw: random.Random, folder: Path, door: Door) -> None:
        """Call a door that misbehaves."""
        door.label = f"planted {number}"
        documented = (ValueError, DocumentedError, *((OSError,) if number == 18 else ()))
        door.call("door", PLANTED[number][1], *documented)
