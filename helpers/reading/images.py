"""Any picture file, made into an upright RGB array, safely."""

import errno
import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError

from ..names import shortened

try:  # torchvision says since 0.29 that a later version will come without it; Pillow reads the same pictures, slower
    from torchvision.io import ImageReadMode, decode_jpeg
except ImportError:
    decode_jpeg = None

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF")
SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff"})
MAX_BYTES = 64 * 2**20
MAX_PIXELS = 60_000_000  # a 60-megapixel camera; as an array 180 MB
_MOST = f"{MAX_PIXELS // 10**6} million"
_ORIENTATION, _BITS, _PHOTOMETRIC, _SAMPLE_FORMAT = 0x0112, 258, 262, 339  # tags of EXIF and TIFF
# What Pillow's decoders raise for a damaged file; a full memory, and a fault of another kind, is none of these.
_DAMAGED = (OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError, EOFError, ArithmeticError)
_DAMAGED += (RuntimeError, struct.error, zlib.error)

# Damaged camera notes do no harm, and of too many pixels we speak ourselves. Set once: decoding threads share filters.
warnings.filterwarnings("ignore", "Corrupt EXIF data", module="PIL")
warnings.filterwarnings("ignore", category=UserWarning, module="PIL.TiffImagePlugin")
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", "The image decoding and encoding", category=DeprecationWarning)


class ImageError(ValueError):
    """A file that cannot be read as a picture; its message is one sentence that names the file and the reason."""


def read_image(path: str | Path) -> np.ndarray:
    """Return the picture in a file as an upright array: (height, width, 3), uint8, red, green and blue, 0–255.

    Reads JPEG, PNG, GIF (its first frame), BMP, WebP and TIFF by content, not by name; turns it as the camera's
    orientation says; puts transparent pictures on white. Scans of 12 to 32 bits are scaled to 0–255: whole numbers
    from the fewest bits, 8, 10, 12 and so on, that hold the brightest; fractions, and values below zero, from the
    darkest (0 at most) to the brightest. Raises ImageError for anything else. Taught in lesson 01.

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
        if decode_jpeg and picture.format == "JPEG" and picture.mode in ("RGB", "L") and not _is_turned(picture):
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
    """Open a picture of at most MAX_PIXELS; turn what Pillow raises for it into an ImageError that names it."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS) if isinstance(content, bytes) else content
        width, height = picture.size
        if not 0 < width * height <= MAX_PIXELS:
            size = f"{width:,} × {height:,} pixels"
            raise ImageError(f"{_shown(name)} has {size}; we read 1 to {_MOST}; of more, make it smaller first")
        yield picture
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageError(
            f"{_shown(name)} has far more pixels than the {_MOST} we read; make it smaller first"
        ) from None
    except UnidentifiedImageError:
        raise ImageError(f"{_shown(name)} is not a picture we know; we read {', '.join(FORMATS)}") from None
    except _DAMAGED as error:
        why = shortened((str(error).splitlines() or [type(error).__name__])[0].rstrip("."), 120)
        raise ImageError(f"{_shown(name)} is damaged, or of a rare kind, and cannot be read ({why})") from None


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
        if not 0 < size <= MAX_BYTES:
            has = f"{size / 2**20:,.0f} MiB; we read pictures up to {MAX_BYTES >> 20} MiB"
            raise ImageError(f"{_shown(name or path.name)} {f'has {has}' if size else 'is empty (0 bytes)'}")
        return path.read_bytes()
    except FileNotFoundError:
        shown = shortened(name or path, 200)
        raise ImageError(f"{shown} was not found; check the name, and print Path.cwd() to see where you are") from None
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):  # the machine's state, not the file's
            raise
        raise ImageError(f"{_shown(name or path.name)} cannot be opened ({error.strerror})") from None


def _upright(picture: Image.Image, name: str) -> torch.Tensor:
    """Decode a picture with Pillow, and return it as the camera held it: uint8 (3, height, width)."""
    deep = ";16" in repr(getattr(picture, "tile", [])[:1])  # first: to look for camera notes may load a picture
    turned, tags = _is_turned(picture), dict(getattr(picture, "tag_v2", {}))
    picture.load()
    upright = ImageOps.exif_transpose(picture) if turned else picture
    if upright.mode == "F" or upright.mode.startswith("I"):
        grey = _scan_to_grey(np.asarray(upright), tags, name)
        return torch.from_numpy(grey).expand(3, -1, -1).contiguous()
    rgb = _to_rgb(upright)
    if deep and max(most for _, most in cast(tuple, rgb.getextrema())) < 16:  # Pillow keeps the upper 8 bits
        raise ImageError(
            f"{_shown(name)} has 16 bits a colour, and uses the lower 12 at most; save it with 8 bits a colour"
        )
    return torch.from_numpy(np.array(rgb)).permute(2, 0, 1)


def _scan_to_grey(values: np.ndarray, tags: dict, name: str) -> np.ndarray:
    """Scale a scan's or microscope's values, 12 to 32 bits or fractions, to uint8, as `read_image` says."""
    if values.dtype == np.int32 and tags.get(_BITS) == (32,) and tags.get(_SAMPLE_FORMAT, (1,)) in (1, (1,)):
        values = values.view(np.uint32)  # Pillow reads them as signed ones
    known = values[np.isfinite(values)].astype(np.float64)
    low, high = min(0.0, known.min(initial=0)), known.max(initial=0)
    if low == 0 and values.dtype.kind != "f":
        high = 4.0 ** max(4, -(-int(high).bit_length() // 2)) - 1
    scaled = np.nan_to_num(values.astype(np.float64), nan=low).clip(low, high)
    grey = ((scaled - low) * 255 / ((high - low) or 1)).astype(np.uint8)
    levels = len(np.unique(grey))
    if levels < 8 and levels < len(np.unique(known)):
        raise ImageError(
            f"{_shown(name)} has values from {low:g} to {high:g}, most of them alike; save it with 8 bits a pixel"
        )
    return 255 - grey if tags.get(_PHOTOMETRIC) == 0 else grey  # 0: white is zero


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    return picture.convert("RGB")
