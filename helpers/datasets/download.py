"""Download one file: all of it, checked, or a sentence that says why not."""

import errno
import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from ..files.keeping import write_atomically
from ..names import shortened
from ..progress import Progress

MOST = 20 * 2**30  # bytes of a file whose length nobody has published
PATIENCE = 30.0  # seconds without a byte before a connection counts as broken
PAUSES = (1.0, 4.0, 10.0)  # seconds before an address is tried again that has given nothing new
REDIRECTS = 10
SAFE = ("https",)
MIB = 2**20


class DownloadError(OSError):
    """A file or a data set could not be downloaded; the message says why in one sentence."""


class DiskFull(DownloadError):
    """The disk is full; what was downloaded so far is kept."""


@dataclass(frozen=True)
class Archive:
    """A file that several addresses offer, and what is published about it: length in bytes, checksums in hexadecimal.

    md5_start: the MD5 of its first MiB, where no more is published.
    """

    addresses: tuple[str, ...]
    length: int | None = None
    sha256: str = ""
    md5: str = ""
    md5_start: str = ""

    @property
    def name(self) -> str:
        """The name of the file."""
        return Path(urlsplit(self.addresses[0]).path).name or "archive"


@dataclass(frozen=True)
class Part:
    """Where a partial download came from, noted beside it: only the same file may complete it."""

    address: str = ""
    tag: str = ""
    length: int | None = None

    @classmethod
    def noted(cls, note: Path) -> "Part":
        """Return what is noted; an empty part where there is no note that can be read."""
        with suppress(OSError, ValueError, TypeError):
            return cls(**json.loads(note.read_text("utf-8")))
        return cls()


def download(archive: Archive, folder: Path) -> Path:
    """Download an archive into `folder` from the first of its addresses that works, and return the file.

    A download that was interrupted is resumed. Raises DownloadError, which says what went wrong at each address.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole, part, failed = folder / archive.name, folder / f"{archive.name}.part", []
    if whole.is_file():  # a process was stopped before it unpacked it
        return whole
    for address in archive.addresses:
        try:
            _whole(archive, address, part)
            _check(archive, part)
        except DiskFull:
            raise
        except DownloadError as error:
            failed.append(shortened(f"{urlsplit(address).netloc or address}: {error}", 200))
        else:
            _note(part).unlink(missing_ok=True)
            return part.replace(whole)
    raise DownloadError("; ".join(failed))


def _whole(archive: Archive, address: str, part: Path) -> None:
    """Fetch until the file is complete; give up after as many attempts without a new byte as there are pauses."""
    in_vain, furthest = 0, _size(part)
    while True:
        try:
            return _fetch(archive, address, part)
        except ConnectionError as error:
            in_vain, furthest = 0 if _size(part) > furthest else in_vain + 1, max(furthest, _size(part))
            if in_vain == len(PAUSES):
                raise DownloadError(str(error)) from None
        time.sleep(PAUSES[in_vain])


def _fetch(archive: Archive, address: str, part: Path) -> None:
    """Fetch what is missing; raise ConnectionError where another attempt may help, DownloadError where it cannot."""
    import httpx  # takes a fifth of a second, and most runs need no network

    known, start = Part.noted(_note(part)), _size(part)
    if known.address != address or not (known.tag or archive.sha256 or archive.md5):
        start = 0
    if start and start == (archive.length or known.length):
        return
    wanted = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    wanted |= {"If-Range": known.tag} if start and known.tag else {}
    patience = httpx.Timeout(PATIENCE, connect=PATIENCE / 3)
    try:
        with httpx.Client(timeout=patience) as client, _answer(client, archive, address, wanted) as answer:
            if answer.status_code == 416 or (answer.status_code == 206 and _first_byte(answer) != start):
                part.unlink(missing_ok=True)
                raise ConnectionError("it does not go on where the download stopped")
            if answer.status_code >= 500:
                raise ConnectionError(f"it answers {answer.status_code} {answer.reason_phrase}")
            if answer.status_code not in (200, 206):
                raise DownloadError(f"it answers {answer.status_code} {answer.reason_phrase}")
            _receive(archive, address, answer, part, start if answer.status_code == 206 else 0)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError) as error:  # also of urlsplit, and of idna
        raise DownloadError(f"that is no address ({error})") from None
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        if not _size(part):  # nobody there at all: without a network, nobody should wait for further attempts
            raise DownloadError(f"no connection ({error})") from None
        raise ConnectionError(f"no connection ({error})") from None
    except httpx.TransportError as error:
        raise ConnectionError(f"the connection broke ({error or type(error).__name__})") from None


@contextmanager
def _answer(client: Any, archive: Archive, address: str, wanted: dict[str, str]) -> Iterator[Any]:
    """Open an address and follow its redirects; DownloadError for plain http without a checksum of the whole file."""
    for _ in range(REDIRECTS + 1):
        scheme = urlsplit(address).scheme
        if scheme not in SAFE and not (scheme == "http" and (archive.sha256 or archive.md5)):
            raise DownloadError(f"it leads to {scheme}://, and without a checksum only https:// is safe")
        with client.stream("GET", address, headers=wanted) as answer:
            if not answer.has_redirect_location:
                yield answer
                return
            address = urljoin(address, answer.headers["location"])
    raise DownloadError(f"it leads to more than {REDIRECTS} further addresses")


def _receive(archive: Archive, address: str, answer: Any, part: Path, start: int) -> None:
    """Append to a part the bytes that follow its first `start`."""
    told = answer.headers.get("content-length", "")
    length = start + int(told) if told.isdecimal() else archive.length
    most = archive.length or length or MOST
    if length and archive.length not in (None, length):
        raise DownloadError(f"the file there has {length:,} bytes, and {archive.length:,} are expected")
    if "html" in answer.headers.get("content-type", ""):
        raise DownloadError("it gives a page instead of an archive")
    free = shutil.disk_usage(part.parent).free
    if most > MOST or (length or 0) - start > free:
        room = f"only {MOST / 1e9:,.0f} GB are allowed" if most > MOST else f"the disk has {free / 1e6:,.0f} MB left"
        raise DownloadError(f"the file has {most / 1e6:,.0f} MB, and {room}")
    tag = answer.headers.get("etag", "")
    tag = answer.headers.get("last-modified", "") if tag.startswith("W/") else tag
    write_atomically(_note(part), lambda file: file.write_text(json.dumps(asdict(Part(address, tag, length)))))
    try:
        with part.open("ab" if start else "wb") as file, Progress(archive.name, (length or MOST) - start) as bar:
            begun, done = time.perf_counter(), start
            for chunk in answer.iter_raw():
                done += len(chunk)
                if done > most:
                    raise DownloadError(f"it gives more than the {most:,} bytes that are expected")
                file.write(chunk)
                rate = (done - start) / 1e6 / max(time.perf_counter() - begun, 1e-3)
                bar.label = f"{archive.name}, {done / 1e6:,.0f} MB, {rate:.1f} MB/s"
                if length:  # of an unknown length no share is done, and no time is left
                    bar.advance(len(chunk))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull("the disk is full; make room") from None
        raise
    if length and done < length:
        raise ConnectionError(f"it stopped after {done:,} of {length:,} bytes")


def _first_byte(answer: Any) -> int:
    """Return the position of the first byte in a partial answer, or −1."""
    unit, _, span = answer.headers.get("content-range", "").partition(" ")
    first = span.partition("-")[0]
    return int(first) if unit == "bytes" and first.isdecimal() else -1


def _check(archive: Archive, part: Path) -> None:
    """Raise DownloadError, and delete the file, if it is not the one that was published."""
    with part.open("rb") as file:
        start = file.read(MIB)
        file.seek(0)
        found = {"sha256": hashlib.file_digest(file, "sha256").hexdigest()}
        file.seek(0)
        found |= {"md5": hashlib.file_digest(file, "md5").hexdigest(), "md5_start": hashlib.md5(start).hexdigest()}
    wrong = ""
    if archive.length not in (None, part.stat().st_size):
        wrong = f"the file there has {part.stat().st_size:,} bytes, and {archive.length:,} are expected"
    elif start.lstrip()[:1] == b"<":
        wrong = "it gives a page instead of an archive"
    elif differing := [kind for kind, digest in found.items() if getattr(archive, kind) not in ("", digest)]:
        wrong = f"the file there is not the one that was published: its {differing[0].split('_')[0].upper()} differs"
    if wrong:
        part.unlink()
        raise DownloadError(wrong)


def _note(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
