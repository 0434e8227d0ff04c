"""Unpack a zip or tar file and believe nothing in it: what is written stays in the folder, and within limits."""

import errno
import gzip
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .download import MIB, DiskFull, DownloadError

MOST_FILES = 200_000
MOST_BYTES = 40 * 2**30
MOST_TIMES = 100  # so many times its own bytes may an archive unpack to; pictures hardly shrink, and text ten times
# What the readers of archives raise for a damaged one.
DAMAGED = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, struct.error, ValueError)
DAMAGED += (NotImplementedError, LookupError, OverflowError, RuntimeError, AttributeError, TypeError)
ODD = re.compile(r"[\x00-\x1f\x7f:\\]")  # a name with these is another file, or none, on one system or another

Member = tuple[str, Any]  # a name, and what opens it


def unpack(archive: Path, folder: Path) -> int:
    """Unpack a zip, tar or tar.gz file into a new folder; return how many files there were.

    Raises DownloadError with a sentence for a damaged file, and for one that holds links, names that lead out of the
    folder, two files of the same name, or far too much. What was unpacked by then stays; the caller deletes it.
    """
    most = min(MOST_BYTES, MOST_TIMES * archive.stat().st_size + MIB)
    folder.mkdir(parents=True)
    count = written = 0
    try:
        with _members(archive) as members:
            for name, opened in members:
                count += 1
                if count > MOST_FILES:
                    raise DownloadError(f"{archive.name} holds more than {MOST_FILES:,} files")
                written += _write(archive, folder / _checked(archive, name), opened, most - written)
    except DAMAGED as error:
        raise DownloadError(f"{archive.name} is damaged ({error or type(error).__name__})") from None
    except DownloadError:
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull("the disk is full; make room") from None
        why = "two files have the same name" if error.errno == errno.EEXIST else error.strerror
        raise DownloadError(f"{archive.name} cannot be unpacked: {why}") from None
    return count


@contextmanager
def _members(archive: Path) -> Iterator[Iterator[Member]]:
    with archive.open("rb") as raw:
        begins = raw.read(2)
        raw.seek(0)
        if begins == b"PK":
            with zipfile.ZipFile(raw) as file:
                yield _of_zip(archive, file)
            return
        with gzip.open(raw) if begins == b"\x1f\x8b" else raw as stream:
            with tarfile.open(fileobj=stream, mode="r|") as file:
                yield _of_tar(archive, file)
            while stream.read(MIB):  # to the end, where the checksum is
                pass


def _of_zip(archive: Path, file: zipfile.ZipFile) -> Iterator[Member]:
    for member in file.infolist():
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _no_file(archive, member.filename)
        if member.flag_bits & 1:
            raise DownloadError(f"{archive.name} is encrypted; unpack it yourself, and give the folder")
        if not member.is_dir():
            yield member.filename, lambda member=member: file.open(member)


def _of_tar(archive: Path, file: tarfile.TarFile) -> Iterator[Member]:
    for member in file:
        if not (member.isreg() or member.isdir()):
            raise _no_file(archive, member.name)
        if member.isreg():
            yield member.name, lambda member=member: file.extractfile(member)


def _no_file(archive: Path, name: str) -> DownloadError:
    return DownloadError(f"{archive.name} holds {name[:80]!r}, a link or a device; only files and folders are safe")


def _checked(archive: Path, name: str) -> Path:
    """Return a name as a path below the folder; DownloadError for one that leads elsewhere."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or ODD.search(name) or not parts:
        raise DownloadError(f"{archive.name} holds the name {name[:80]!r}, which is not that of a file in the folder")
    return Path(*parts)


def _write(archive: Path, path: Path, opened: Any, most: int) -> int:
    """Write one file, of at most so many bytes whatever its header says; return how many it has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written, source = 0, opened()
    with source, path.open("xb") as target:
        while chunk := source.read(MIB):
            written += len(chunk)
            if written > most:
                raise DownloadError(f"{archive.name} would unpack to far more than a set of pictures has")
            target.write(chunk)
    return written
