"""Write a file whole or not at all, open nothing but files, and know where work is kept."""

import errno
import hashlib
import io
import os
import platform
import secrets
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from safetensors import SafetensorError

DAY = 24 * 60 * 60


def write_atomically(path: Path, write: Callable[[Path], object], *, durable: bool = False) -> Path:
    """Let `write` fill a temporary file beside `path`, then rename it: `path` is never half-written.

    Two writers of one path do no harm: the later rename wins, and both files were whole. What writers that were killed
    have left in the folder is removed. durable: wait until the disk has it, for what cannot be computed again. Raises
    OSError where it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(".*.part"):
        with suppress(OSError):  # another writer was quicker
            if _abandoned(left):
                left.unlink()
    temporary = path.with_name(f".{os.getpid()}@{platform.node()[:100]}.{secrets.token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:  # the user's umask says who may read it; safetensors would leave nobody else
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        write(temporary)
        temporary.chmod(mode)
        if durable:
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
        temporary.replace(path)
    except SafetensorError as error:  # its words for what the system said, such as a full disk
        raise OSError(errno.EIO, str(error).rpartition("I/O error: ")[2].partition(" (os error")[0]) from None
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _abandoned(part: Path) -> bool:
    """Say whether nobody writes a temporary file any more: its process is gone, or it is a day old."""
    process, _, machine = part.name[1:].partition("@")
    if os.name == "posix" and process.isdecimal() and machine.startswith(f"{platform.node()[:100]}."):
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return True
        except (OSError, OverflowError):  # another user's, or no number of a process
            pass
    return time.time() - part.stat().st_mtime > DAY


def open_regular(path: Path, most: int) -> io.BufferedReader:
    """Open a file of at most `most` bytes for reading; OSError for a longer one, and at once for a pipe or a device."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags), "rb")
    facts = os.fstat(file.fileno())
    if stat.S_ISREG(facts.st_mode) and facts.st_size <= most:
        return file
    file.close()
    why = f"it has more than {most / 2**20:,.0f} MiB" if stat.S_ISREG(facts.st_mode) else "it is no regular file"
    raise OSError(errno.EINVAL, why)


def home_for(path: Path, name: str) -> Path:
    """Return the folder where work on the pictures in `path` is kept: `path/name`, or one in the user's cache folder.

    The second where that cannot be written to or is no folder, or where `path` belongs to an installed package; in the
    folder for temporary files where the user has no home.
    """
    beside = path / name
    there = os.path.lexists(beside)
    usable = os.access(beside if there else path, os.W_OK) and (beside.is_dir() or not there)
    if usable and "site-packages" not in path.parts:
        return beside
    whole = path.resolve()
    digits = hashlib.sha256(str(whole).encode(errors="surrogateescape")).hexdigest()[:8]  # others have the same name
    return cache_home() / f"{whole.name}-{digits}" / name


def cache_home() -> Path:
    """Return the course's folder in the user's cache folder."""
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # a user without a home
        base = Path(tempfile.gettempdir())
    return base / "whole-game"
