"""Threads decode in turns: all pictures that are being decoded have a bounded number of pixels, and C keeps silent."""

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

try:  # libjpeg and libtiff write remarks to C's own `stderr`, a variable that C programs may set; Python's is another
    _LIBC = ctypes.CDLL(None)
    _LIBC.fopen.restype = ctypes.c_void_p
    _STDERR = ctypes.c_void_p.in_dll(_LIBC, "__stderrp" if sys.platform == "darwin" else "stderr")
    _LOUD, _QUIET = _STDERR.value, _LIBC.fopen(os.devnull.encode(), b"w")
except (TypeError, ValueError, OSError, AttributeError):  # Windows
    _STDERR, _LOUD, _QUIET = ctypes.c_void_p(), None, None

_DECODING: list[int] = []  # how many pixels each of the pictures has that threads are decoding now
_TURN = threading.Condition()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_DECODING.clear)  # no thread of the parent's decodes in the child


@contextmanager
def turn(pixels: int, most: int) -> Iterator[None]:
    """Wait until this picture and those being decoded have at most `most` together; silence C's `stderr` meanwhile.

    A picture that is alone never waits.
    """
    with _TURN:
        _TURN.wait_for(lambda: not _DECODING or sum(_DECODING) + pixels <= most)
        _DECODING.append(pixels)
        _STDERR.value = _QUIET
    try:
        yield
    finally:
        with _TURN:
            _DECODING.remove(pixels)
            _STDERR.value = _QUIET if _DECODING else _LOUD
            _TURN.notify_all()
