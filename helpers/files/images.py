"""Any picture file, made into an upright RGB array, safely."""

import errno
import io
import logging
import os
import re
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch.nn.functional import interpolate

from ..names import shortened
from .keeping import open_regular
from .turns import turn

try:  # torchvision says since 0.29 that a later version will come without it; Pillow reads the same pictures, slower
    from torchvision.io import ImageReadMode, decode_jpeg
except ImportError:
    decode_jpeg = None

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF")
SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff"})
MAX_BYTES = 64 * 2**20
MAX_PIXELS = 60_000_000  # a 60-megapixel camera; as an array 180 MB
_MOST_OF = {"WEBP": MAX_PIXELS * 2 // 3}  # its decoder keeps four copies, 16 bytes a pixel
_BAND = 2**20  # pixels converted at a time
_MOST_SCANS = 20  # of MAX_PIXELS each: a progressive JPEG has 10, in CMYK 18; with 2 ns a pixel they take 2.4 s
_LEAST_SCANNED = 10_000  # a scan of fewer pixels counts as this many: setting it up takes as long
_MARKER = re.compile(rb"\xff([\xc0-\xcf\xd8-\xfe])(..)?", re.DOTALL)  # of a segment in a JPEG file, and its length
_ORIENTATION, _BITS, _PHOTOMETRIC, _SAMPLE_FORMAT = 0x0112, 258, 262, 339  # tags of EXIF and TIFF
# What Pillow's decoders raise for a damaged file; a full memory, and a fault of another kind, is none of these.
_DAMAGED = (OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError, EOFError, ArithmeticError)
_DAMAGED += (RuntimeError, struct.error, zlib.error)

# Damaged camera notes do no harm, and of too many pixels we speak ourselves. Set once: decoding threads share filters.
warnings.filterwarnings("ignore", "Corrupt EXIF data", module="PIL")
warnings.filterwarnings("ignore", category=UserWarning, module="PIL.TiffImagePlugin")
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", "The image decoding and encoding", category=DeprecationWarning)

logging.getLogger("PIL").addHandler(logging.NullHandler())  # its remarks on damaged files go to those who ask for them

# The C library maps what has more than 32 MiB, and gives it back; of smaller blocks each thread would keep 240 MB.
Image.core.set_block_size(48 * 2**20)
# The same limit for JPEG strips in TIFF files, where libtiff counts.
os.environ.setdefault("LIBTIFF_JPEG_MAX_ALLOWED_SCAN_NUMBER", str(_MOST_SCANS))


class ImageError(ValueError):
    """A file that cannot be read as a picture; its message is one sentence that names the file and the reason."""


def read_image(path: str | Path) -> np.ndarray:
    """Return the picture in a file as an upright array: (height, width, 3), uint8, red, green and blue, 0–255.

    Reads JPEG, PNG, GIF (its first frame), BMP, WebP and TIFF by content, not by name; turns it as the camera's
    orientation says; puts transparent pictures on white; scales scans of 12 to 32 bits to 0–255. Raises ImageError for
    anything else. Taught in lesson 01.

    >>> from helpers import get_data
    >>> read_image(get_data("sample") / "train/cats/cat.0.jpg").shape
    (278, 375, 3)
    """
    return read_tensor(Path(path).expanduser()).permute(1, 2, 0).numpy()


def read_tensor(path: Path, name: str = "") -> torch.Tensor:
    """Return the same picture as `read_image` does, as a uint8 tensor (3, height, width).

    name: what messages call the file, instead of its own name.
    """
    content, name = _read_bytes(path, name), name or path.name
    with _opened(content, name) as picture:
        noted = picture.info.keys() & {"exif", "xmp"}  # the camera's notes may say how it was held
        plain = picture.format == "JPEG" and picture.mode in ("RGB", "L") and not (noted and _is_turned(picture))
        if decode_jpeg and plain:
            # torchvision decodes these several times as fast, and lets other threads run meanwhile. Where it gives up,
            # on a damaged file or in a full memory, Pillow says which.
            with suppress(RuntimeError):
                decoded = decode_jpeg(torch.frombuffer(bytearray(content), dtype=torch.uint8), mode=ImageReadMode.RGB)
                return cast(torch.Tensor, decoded)
        return _upright(picture, name)


def picture_tensor(picture: str | Path | Image.Image | np.ndarray) -> torch.Tensor:
    """Return a picture as uint8 (3, height, width): a file, a PIL picture, turned as its camera noted, or an array.

    An array is uint8 (height, width, 3). Raises ImageError for a file that is no picture, ValueError for others.

    >>> picture_tensor(np.zeros((30, 40, 3), dtype=np.uint8)).shape
    torch.Size([3, 30, 40])
    """
    if isinstance(picture, str | Path):
        return read_tensor(Path(picture).expanduser())
    if isinstance(picture, Image.Image):
        name = Path(str(getattr(picture, "filename", ""))).name or "the PIL picture"
        with _opened(picture, name):
            return _upright(picture, name)
    array = np.asarray(picture)
    if array.ndim != 3 or array.shape[2] != 3 or array.dtype != np.uint8 or 0 in array.shape:
        raise ValueError(
            f"got {array.dtype} values of shape {array.shape}; we need a picture file, or uint8 (height, width, 3), "
            "as read_image(path) returns"
        )
    return torch.from_numpy(np.array(array, order="C")).permute(2, 0, 1)  # a copy: PyTorch warns of read-only ones


@contextmanager
def _opened(content: bytes | Image.Image, name: str) -> Iterator[Image.Image]:
    """Open a picture within our limits, and wait for its turn; turn what Pillow raises for it into an ImageError."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS) if isinstance(content, bytes) else content
        pixels, most = picture.width * picture.height, _MOST_OF.get(picture.format or "", MAX_PIXELS)
        size = f"{picture.width:,} × {picture.height:,} pixels"
        if not 0 < pixels <= most:
            known = f"{most // 10**6} million{f' of a {picture.format}' if picture.format in _MOST_OF else ''}"
            raise ImageError(f"{_shown(name)} has {size}; we read 1 to {known}; of more, make it smaller first")
        scans, found = _MOST_SCANS * MAX_PIXELS // max(pixels, _LEAST_SCANNED), 0
        if picture.format in ("JPEG", "MPO") and isinstance(content, bytes):
            found = content.count(b"\xff\xda")  # some may be in the camera's notes, or after the picture
        if found > scans and _has_more_scans(cast(bytes, content), scans):
            raise ImageError(
                f"{_shown(name)} has {size} in more than {scans:,} scans, which take too long to decode; "
                "save it again as an ordinary JPEG"
            )
        with turn(pixels, MAX_PIXELS):
            yield picture
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        most = f"{MAX_PIXELS // 10**6} million"
        raise ImageError(f"{_shown(name)} has far more pixels than the {most} we read; make it smaller first") from None
    except UnidentifiedImageError:
        raise ImageError(f"{_shown(name)} is not a picture we know; we read {', '.join(FORMATS)}") from None
    except _DAMAGED as error:
        why = shortened((str(error).splitlines() or [type(error).__name__])[0].rstrip("."), 120)
        raise ImageError(f"{_shown(name)} is damaged, or of a rare kind, and cannot be read ({why})") from None


def _has_more_scans(content: bytes, most: int) -> bool:
    """Go from segment to segment: say whether the first picture in a JPEG file has more than `most` scans."""
    scans, position = 0, 2
    while scans <= most and (found := _MARKER.search(content, position)) and found[1] != b"\xd9":
        scans += found[1] == b"\xda"
        position = found.end(1) + int.from_bytes(found[2] or b"")
    return scans > most


def _shown(name: str) -> str:
    return shortened(name, 100)


def _is_turned(picture: Image.Image) -> bool:
    try:
        return picture.getexif().get(_ORIENTATION, 1) in range(2, 9)
    except _DAMAGED:  # damaged notes of a camera: the picture itself may be whole
        return False


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            inside = f"{shortened(path.name)}/name.jpg"
            raise ImageError(f"{_shown(name or path.name)} is a folder; we need one picture file, such as {inside}")
        size = path.stat().st_size
        if size > MAX_BYTES:
            has = f"{size / 2**20:,.0f} MiB; we read pictures up to {MAX_BYTES >> 20} MiB"
            raise ImageError(f"{_shown(name or path.name)} has {has}")
        with open_regular(path, MAX_BYTES) as file:
            content = file.read(size)  # and no more: the file may grow meanwhile
        if not content:
            raise ImageError(f"{_shown(name or path.name)} is empty (0 bytes)")
        return content
    except ImageError:
        raise
    except FileNotFoundError:
        shown = shortened(name or path, 200)
        raise ImageError(f"{shown} was not found; check the name, and print Path.cwd() to see where you are") from None
    except (OSError, ValueError) as error:  # the second for a name that can be no file's
        if getattr(error, "errno", None) in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):  # the machine's state
            raise
        why = shortened(getattr(error, "strerror", None) or error, 120)
        raise ImageError(f"{_shown(name or path.name)} cannot be opened ({why})") from None


def _upright(picture: Image.Image, name: str) -> torch.Tensor:
    """Decode a picture with Pillow, and return it as the camera held it: uint8 (3, height, width)."""
    deep = ";16" in repr(getattr(picture, "tile", [])[:1])  # before `load` empties it
    picture.load()  # before the camera notes: looking for them may load the picture, and hide that it is damaged
    upright = ImageOps.exif_transpose(picture) if _is_turned(picture) else picture
    pixels = np.empty((upright.height, upright.width, 3), dtype=np.uint8)
    if upright.mode == "F" or upright.mode.startswith("I"):
        _scan_to_grey(upright, getattr(picture, "tag_v2", {}), name, pixels)
    else:
        for place, band in _bands(upright):
            pixels[place] = np.asarray(_to_rgb(band))
        if deep and pixels.max() < 16:  # Pillow keeps the upper 8 bits
            raise ImageError(
                f"{_shown(name)} has 16 bits a colour, and uses the lower 12 at most; save it with 8 bits a colour"
            )
    return torch.from_numpy(pixels).permute(2, 0, 1)


def _bands(picture: Image.Image) -> Iterator[tuple[tuple[slice, slice], Image.Image]]:
    """Yield a picture in bands of at most _BAND pixels, each with the rows and columns it has in the whole."""
    width, height = picture.size
    rows, columns = max(1, _BAND // width), min(width, _BAND)
    for top in range(0, height, rows):
        for left in range(0, width, columns):
            bottom, right = min(top + rows, height), min(left + columns, width)
            yield (slice(top, bottom), slice(left, right)), picture.crop((left, top, right, bottom))


def _scan_to_grey(picture: Image.Image, tags: Mapping, name: str, pixels: np.ndarray) -> None:
    """Scale a scan's or microscope's values, 12 to 32 bits or fractions, into `pixels`, from 0 to 255.

    For whole numbers, 255 stands for the largest number of 8, 10, 12 … bits, as few as hold the brightest pixel.
    Fractions, and values below zero, are scaled from the darkest (0 at most) to the brightest.
    """
    unsigned = tags.get(_BITS) == (32,) and tags.get(_SAMPLE_FORMAT, (1,)) in (1, (1,))

    def bands() -> Iterator[tuple[tuple[slice, slice], np.ndarray, np.ndarray]]:
        for place, band in _bands(picture):
            values = np.asarray(band)
            if unsigned and values.dtype == np.int32:
                values = values.view(np.uint32)  # Pillow reads them as signed ones
            yield place, values, values[np.isfinite(values)]

    low = high = 0.0
    for _, _, known in bands():
        low, high = min(low, float(known.min(initial=0))), max(high, float(known.max(initial=0)))
    if low == 0 and picture.mode != "F":
        high = 4.0 ** max(4, -(-int(high).bit_length() // 2)) - 1
    found = np.zeros(256, dtype=bool)
    for place, values, _ in bands():
        scaled = np.nan_to_num(values.astype(np.float64), nan=low).clip(low, high)
        grey = ((scaled - low) * 255 / ((high - low) or 1)).astype(np.uint8)
        found[grey] = True
        pixels[place] = (255 - grey if tags.get(_PHOTOMETRIC) == 0 else grey)[..., None]  # 0: white is zero
    levels, distinct = found.sum(), set()
    for _, _, known in bands() if levels < 8 else ():
        distinct.update(np.unique(known).tolist())
        if len(distinct) > levels:
            raise ImageError(
                f"{_shown(name)} has values from {low:g} to {high:g}, most of them alike; save it with 8 bits a pixel"
            )


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    return picture.convert("RGB")


def resize_and_crop(image: torch.Tensor, size: int) -> torch.Tensor:
    """Return the middle square of a picture: shorter side scaled to `size` pixels, the rest cut off evenly.

    image: uint8 (3, height, width) → uint8 (3, size, size). Smoothed before it is made smaller, so that fine
    patterns do not turn into false ones.

    >>> resize_and_crop(torch.zeros(3, 30, 60, dtype=torch.uint8), 10).shape
    torch.Size([3, 10, 10])
    """
    height, width = image.shape[1:]
    most = 64 * min(height, width)  # the middle of a longer picture: a line of a million pixels would fill the memory
    top, left = max(0, height - most) // 2, max(0, width - most) // 2
    image = image[:, top : height - top, left : width - left]
    height, width = image.shape[1:]
    scale = size / min(height, width)
    new_height, new_width = max(size, round(height * scale)), max(size, round(width * scale))
    batch = image[None].contiguous(memory_format=torch.channels_last)
    resized = interpolate(batch, size=(new_height, new_width), mode="bilinear", antialias=True, align_corners=False)[0]
    top, left = (new_height - size) // 2, (new_width - size) // 2
    return resized[:, top : top + size, left : left + size]
