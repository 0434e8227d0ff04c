"""A door under watch: a call into the package, its answer, and all that it may not do."""

import contextlib
import ctypes
import gc
import io
import resource
import time
import traceback
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COLUMNS = ("crashes", "hangs", "over 1 GB", "foreign", "wrong", "lost")
GIGABYTE = 10**9
LONGEST = 400  # characters of a message
# Controls, bytes that are no text, ends of lines, and marks that turn the direction of the text around them.
UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ADVICE_TO_RUN_IT = ("weights_only", "arbitrary code")
NO_MEMORY = ("allocate memory", "not enough memory")


@dataclass(frozen=True)
class Fault:
    """One thing that went wrong in a case: the column of the table that counts it, and what happened."""

    column: str
    why: str


@dataclass(frozen=True)
class Answer:
    """What a door gave: a value or an error, and what was printed meanwhile."""

    value: Any
    error: BaseException | None
    printed: str


@dataclass
class Door:
    """The doors of one case: each call is measured and judged, and the parent is told when one begins and ends."""

    tell: Callable[[tuple], None]
    label: str = ""  # what is sent through
    faults: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)

    def fault(self, column: str, why: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(column, why))
        self.log.append(f"FAULT ({column}): {why}")

    def call(self, name: str, function: Callable[[], Any], *documented: type[BaseException]) -> Answer:
        """Call a function in sight of the parent; any error of another class than the documented ones is a fault."""
        settle_memory()
        before, printed, value, caught = resident(), io.StringIO(), None, None
        start = time.perf_counter()
        self.tell(("in", name, before, self.label))
        try:
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                value = function()
        except BaseException as error:  # an interrupt or an exit is foreign too
            caught = error
        more, seconds = most_resident() - before, time.perf_counter() - start
        self.tell(("out", name, more))
        self.log.append(f"{name}: {seconds:.2f} s, {more / 1e6:.0f} MB more; {_in_short(value, caught)}")
        if more > GIGABYTE:
            self.fault("over 1 GB", f"{name} took {more / 1e9:.1f} GB more")
        if caught is not None:
            self._judge(name, caught, documented)
            caught = caught.with_traceback(None)  # its frames would hold what the door had in memory
        for line in printed.getvalue().replace("\r", "\n").split("\n"):
            for complaint in complaints(line):
                self.fault("foreign", f"{name} printed a line {complaint}: {line[:200]!r}")
        return Answer(value, caught, printed.getvalue())

    def _judge(self, name: str, error: BaseException, documented: tuple[type[BaseException], ...]) -> None:
        kind, message = type(error).__name__, str(error)
        if isinstance(error, MemoryError) or (
            type(error) not in documented and any(words in message for words in NO_MEMORY)
        ):
            self.fault("over 1 GB", f"{name} filled the memory: {kind}: {message[:150]!r}")
            return
        # A subclass, such as json's of ValueError, was not meant; of OSError the subclass depends on the machine.
        meant = type(error) in documented or (OSError in documented and isinstance(error, OSError))
        if not meant:
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(last.filename).name}:{last.name}"
            self.log.append("".join(traceback.format_exception(error)))
            self.fault("foreign", f"{name} raised {kind} in {where}: {message[:150]!r}")
            return
        if message.startswith("[Errno"):
            self.fault("foreign", f"{name} raised a bare {kind} and no sentence of ours: {message[:200]!r}")
        wrong = complaints(message) + (["with an end of line"] if "\n" in message else [])
        wrong += [f"that says {words!r}" for words in ADVICE_TO_RUN_IT if words in message]
        for complaint in wrong:
            self.fault("foreign", f"{name} raised {kind} with a message {complaint}: {message[:200]!r}")


def complaints(text: str) -> list[str]:
    """Return what is wrong with a text as a message, in words that follow "a message"."""
    found = [f"of {len(text):,} characters"] if len(text) > LONGEST else []
    plain = text.replace("\n", "").replace("\r", "")
    strange = sorted({character for character in plain if unicodedata.category(character) in UNPRINTABLE})
    strange += sorted(TURNING & set(plain))
    return found + ([f"with the characters {', '.join(map(ascii, strange[:4]))}"] if strange else [])


def _in_short(value: Any, error: BaseException | None) -> str:
    if error is not None:
        return f"{type(error).__name__}: {str(error)[:500]!r}"
    shape = getattr(value, "shape", None)
    return f"{type(value).__name__}{'' if shape is None else f' of shape {tuple(shape)}'}"


def settle_memory() -> None:
    """Give freed memory back to the system, so that what a door takes shows, and count its peak from now on."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    with contextlib.suppress(OSError):  # Linux alone counts a peak anew
        Path("/proc/self/clear_refs").write_text("5")


def resident(process: int | str = "self", what: str = "VmRSS") -> int:
    """Return a process's resident memory in bytes, now or (VmHWM) at its peak; elsewhere than on Linux its own peak."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith(what)).split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if process == "self" else 0  # macOS counts bytes


def most_resident() -> int:
    """Return this process's peak of resident memory in bytes since `settle_memory`."""
    return resident("self", "VmHWM")
