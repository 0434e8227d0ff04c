"""Any picture file, made into an upright RGB array, safely."""

import io
import warnings
from pathlib import Path
from typing import cast

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError

try:  # torchvision says since 0.29 that a later version will come without it; Pillow reads the same pictures, slower
    from torchvision.io import ImageReadMode, decode_jpeg
except ImportError:
    decode_jpeg = None

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF")
SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff"})
MAX_BYTES = 64 * 2**20
MAX_PIXELS = 60_000_000  # a 60-megapixel camera; as an array 180 MB
_ORIENTATION = 0x0112

# Damaged camera notes do no harm, and of too many pixels we speak ourselves. Set once: decoding threads share filters.
warnings.filterwarnings("ignore", "Corrupt EXIF data", module="PIL")
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", "The image decoding and encoding", category=DeprecationWarning)


class ImageError(ValueError):
    """A file that cannot be read as a picture; its message is one sentence that names the file and the reason."""


def read_image(path: str | Path) -> np.ndarray:
    """Return the picture in a file as an upright array: (height, width, 3), uint8, red, green and blue, 0–255.

    Reads JPEG, PNG, GIF (its first frame), BMP, WebP and TIFF by content, not by name; turns it as the camera's
    orientation says; puts transparent pictures on white. Raises ImageError for anything else. Taught in lesson 01.

    >>> from helpers import get_data
    >>> read_image(get_data("sample") / "train/cats/cat.0.jpg").shape
    (278, 375, 3)
    """
    return read_tensor(Path(path).expanduser()).permute(1, 2, 0).numpy()


def read_tensor(path: Path) -> torch.Tensor:
    """Return the same picture as `read_image` does, as a uint8 tensor (3, height, width)."""
    content = _read_bytes(path)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise ImageError(
                    f"{path.name} has {width:,} × {height:,} pixels; we read up to {MAX_PIXELS // 10**6} million: "
                    "make it smaller first"
                )
            turned = _is_turned(picture)
            if decode_jpeg and picture.format == "JPEG" and picture.mode in ("RGB", "L") and not turned:
                # torchvision decodes these several times as fast, and lets other threads run meanwhile.
                decoded = decode_jpeg(torch.frombuffer(bytearray(content), dtype=torch.uint8), mode=ImageReadMode.RGB)
                return cast(torch.Tensor, decoded)
            picture.load()
            array = np.array(_to_rgb(ImageOps.exif_transpose(picture) if turned else picture))
    except (ImageError, MemoryError):  # a full memory says nothing about the file
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageError(
            f"{path.name} has far more pixels than the {MAX_PIXELS // 10**6} million we read; make it smaller first"
        ) from None
    except UnidentifiedImageError:
        raise ImageError(f"{path.name} is not a picture we know; we read {', '.join(FORMATS)}") from None
    except Exception as error:  # the decoders raise many types for broken files; none is the reader's concern
        raise ImageError(f"{path.name} is damaged and cannot be read ({_first_line(error)})") from None
    return torch.from_numpy(array).permute(2, 0, 1)


def picture_tensor(picture: str | Path | np.ndarray) -> torch.Tensor:
    """Return a picture, a file or an array (height, width, 3), as uint8 (3, height, width); ValueError for others.

    >>> picture_tensor(np.zeros((30, 40, 3), dtype=np.uint8)).shape
    torch.Size([3, 30, 40])
    """
    if isinstance(picture, str | Path):
        return read_tensor(Path(picture).expanduser())
    array = np.asarray(picture)
    if array.ndim != 3 or array.shape[2] != 3 or array.dtype != np.uint8 or 0 in array.shape:
        raise ValueError(
            f"got {array.dtype} values of shape {array.shape}; we need a picture file, or uint8 (height, width, 3), "
            "as read_image(path) returns"
        )
    return torch.from_numpy(np.array(array, order="C")).permute(2, 0, 1)  # a copy: PyTorch warns of read-only ones


def _is_turned(picture: Image.Image) -> bool:
    try:
        return picture.getexif().get(_ORIENTATION, 1) in range(2, 9)
    except Exception:  # damaged notes of a camera: the picture itself may be whole
        return False


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ImageError(f"{path.name} is a folder; we need one picture file, such as {path.name}/name.jpg")
        size = path.stat().st_size
        if size == 0:
            raise ImageError(f"{path.name} is empty (0 bytes)")
        if size > MAX_BYTES:
            raise ImageError(f"{path.name} has {size / 2**20:,.0f} MiB; we read pictures up to {MAX_BYTES >> 20} MiB")
        return path.read_bytes()
    except FileNotFoundError:
        raise ImageError(f"{path} was not found; check the name, and print Path.cwd() to see where you are") from None
    except OSError as error:
        raise ImageError(f"{path.name} cannot be opened ({error.strerror})") from None


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode == "F" or picture.mode.startswith("I"):  # 16 and 32 bits a pixel: scan and microscope pictures
        values = np.nan_to_num(np.asarray(picture, dtype=np.float64))
        top = 65535.0 if picture.mode.startswith("I") else max(float(values.max()), 1e-12)
        return Image.fromarray(np.clip(values * (255.0 / top), 0, 255).astype(np.uint8)).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    return picture.convert("RGB")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def resize_and_crop(image: torch.Tensor, size: int) -> torch.Tensor:
    """Return the middle square of a picture: shorter side scaled to `size` pixels, the rest cut off evenly.

    image: uint8 (3, height, width) → uint8 (3, size, size). Smoothed before it is made smaller, so that fine
    patterns do not turn into false ones.

    >>> resize_and_crop(torch.zeros(3, 30, 60, dtype=torch.uint8), 10).shape
    torch.Size([3, 10, 10])
    """
    image = _without_far_ends(image)
    height, width = image.shape[1:]
    scale = size / min(height, width)
    new_height, new_width = max(size, round(height * scale)), max(size, round(width * scale))
    batch = image[None].contiguous(memory_format=torch.channels_last)
    resized = torch.nn.functional.interpolate(
        batch, size=(new_height, new_width), mode="bilinear", antialias=True, align_corners=False
    )[0]
    top, left = (new_height - size) // 2, (new_width - size) // 2
    return resized[:, top : top + size, left : left + size]


def _without_far_ends(image: torch.Tensor) -> torch.Tensor:
    """Cut a picture to the middle 64 squares of its long side: a line of a million pixels would fill the memory."""
    height, width = image.shape[1:]
    most = 64 * min(height, width)
    top, left = max(0, height - most) // 2, max(0, width - most) // 2
    return image[:, top : height - top, left : width - left]
