"""What may be wrong with a folder of pictures, what to do about it, and what a single file shows of it."""

import hashlib
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ..files.images import FORMATS, MAX_BYTES, ImageError, read_tensor
from ..files.keeping import open_regular
from ..names import printable, shortened
from .look_alikes import thumbnail

# Kinds of faults, and what to do. What hurts comes first: files that `set_aside()` moves, then what needs a decision.
MOVED = {
    **dict.fromkeys(("unreadable", "truncated"), "set it aside, or get it again from where it came"),
    **dict.fromkeys(("wrong type", "too large"), "set it aside, or save it as a JPEG of 1,000 or 2,000 pixels a side"),
    "tiny": "set it aside: too little can be seen in it",
    "leak": "set it aside: a model must not be judged by a picture that it has learned",
    "duplicate": "set it aside: it would count twice",
}
DECIDED = {
    "near leak": "look with report.plot(); if it is the same picture, report.set_aside(report.of('near leak'))",
    "two classes": "look which class is right, and take the picture out of the other",
    "missing": "make it, and put pictures in",
    "nearly empty": "put 10 pictures or more in, or take the class out of every split",
    "two spellings": "rename it: a class has one name in all splits, letter for letter",
    "one place": "take the link away: every split and class needs its own pictures",
    "closed": "make it readable, on Linux and macOS with chmod -R u+rX",
}
NOTES = {
    **dict.fromkeys(("other suffix", "CMYK", "palette", "16 bits", "turned"), "nothing: the course reads it rightly"),
    "animated": "nothing, if its first frame shows what you mean: only that is read",
    "large": "nothing; made smaller, it would be read faster in every epoch",
    "near duplicate": "nothing, while both are in one split",
    **dict.fromkeys(
        ("hidden", "skipped"), "nothing, unless it holds pictures: save those as JPEG in the class's folder"
    ),
    "imbalance": "compare the accuracy with the share of the largest class",
}
ADVICE = MOVED | DECIDED | NOTES

_TINY, _LARGE = 16, 25_000_000  # pixels of the shorter side; pixels in all, more than most cameras write
_SAID = {"truncated": "truncat|end of file", "too large": "smaller first|up to"}  # in an ImageError
_TYPES = re.compile(
    rb"(?is)....ftyp((?P<HEIC>hei|hev|mif1|msf1)|(?P<AVIF>avi)|(?P<video>))|(?P<PDF>%PDF)|(?P<ZIP>PK\x03\x04)"
    rb"|\s*<((?P<HTML>!doctype html|html|head|body)|(?P<XML>\?xml|svg))"
)


def named(path: Path) -> str:
    """Return the end of a path, such as train/cats/cat.0.jpg, as it is printed."""
    return printable("/".join(path.parts[-3:]))


@dataclass(frozen=True, repr=False)
class Fault:
    """One fault: its file or folder, its kind, a sentence, and the picture that it is a copy of, if it is one."""

    path: Path
    kind: str
    fault: str
    other: Path | None = None

    @property
    def hurts(self) -> bool:
        """Whether it must be mended; all others are only notes."""
        return self.kind not in NOTES

    @property
    def advice(self) -> str:
        """What to do."""
        return ADVICE[self.kind]

    def __repr__(self) -> str:
        return f"{self.kind}: {self.fault}; to do: {self.advice}"


def examine(path: Path) -> tuple[list[Fault], str, np.ndarray | None]:
    """Return a picture file's own faults, the SHA-256 of its content, and its thumbnail; no thumbnail if unreadable."""
    content = b""
    try:
        pixels = read_tensor(path, "/".join(path.parts[-3:]))
        with open_regular(path, MAX_BYTES) as file:
            content = file.read()
        return _seen_in_header(path, content), hashlib.sha256(content).hexdigest(), thumbnail(pixels)
    except ImageError as error:
        with suppress(OSError, ValueError), open_regular(path, MAX_BYTES) as file:
            content = file.read(256)
        return [_unreadable(path, content, str(error))], "", None


def _unreadable(path: Path, start: bytes, sentence: str) -> Fault:
    if found := _TYPES.match(start):
        kinds = next(kind for kind, text in found.groupdict().items() if text is not None)
        return Fault(path, "wrong type", f"{sentence}; it is {kinds}")
    said = sentence.removeprefix(shortened("/".join(path.parts[-3:]), 100))  # a file may be called truncated.jpg
    kinds = [kind for kind, words in _SAID.items() if re.search(words, said, re.IGNORECASE)]
    return Fault(path, kinds[0] if kinds else "unreadable", sentence)


def _seen_in_header(path: Path, content: bytes) -> list[Fault]:
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        form = (picture.format or "").replace("MPO", "JPEG")  # a JPEG with further pictures behind it
        found = {
            "tiny": min(picture.size) < _TINY,
            "other suffix": form != Image.registered_extensions().get(path.suffix.lower()),
            "CMYK": picture.mode == "CMYK",
            "palette": picture.mode in ("P", "PA"),
            "16 bits": picture.mode[0] in "IF" or ";16" in repr(picture.tile[:1]),
            "large": picture.width * picture.height > _LARGE,
        }
        with suppress(Exception):  # damaged notes raise anything; the picture itself was read
            found["turned"] = picture.getexif().get(0x0112, 1) in range(2, 9)
        with suppress(Exception):  # and so do damaged frames
            found["animated"] = picture.format != "MPO" and getattr(picture, "is_animated", False)
        says = f"is a {form} of {picture.width:,} × {picture.height:,} pixels, {picture.mode}"
    return [Fault(path, kind, f"{named(path)} {says}") for kind, is_so in found.items() if is_so]
