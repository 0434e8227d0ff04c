"""The lab's pictures: a few of the sample, tiny ones whose pixels one can count, and the reader's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ...datasets.catalogue import get_data
from ...files.images import read_image

LONGEST = 400  # pixels of the longer side: more would not be seen, and would make the lab slow


def _square() -> np.ndarray:
    picture = np.zeros((9, 9, 3), dtype=np.uint8)
    picture[3:6, 3:6] = 255
    return picture


def _flag() -> np.ndarray:
    picture = np.full((12, 12, 3), 255, dtype=np.uint8)
    for channel in range(3):
        picture[2:10, 4 * channel : 4 * channel + 4] = np.where(np.arange(3) == channel, 255, 0)
    return picture


def _sample(name: str) -> Callable[[], np.ndarray]:
    return lambda: read_image(get_data("sample") / name)


PICTURES: dict[str, Callable[[], np.ndarray]] = {
    **{f"cat.{number}.jpg": _sample(f"train/cats/cat.{number}.jpg") for number in (0, 1, 2, 3)},
    **{f"dog.{number}.jpg": _sample(f"train/dogs/dog.{number}.jpg") for number in (0, 1, 2, 3)},
    "square": _square,
    "flag": _flag,
}


def load_picture(picture: Any) -> np.ndarray:
    """Return a picture for the lab: uint8 (height, width, 3), at most 400 pixels long.

    picture: a name of `PICTURES` ("cat.0.jpg", "square", …), a file's path, or an array (height, width[, 3]) of pixels
    from 0 to 255. Raises ImageError for a file that cannot be read, ValueError for an array that is no picture.

    >>> load_picture("square").shape
    (9, 9, 3)
    """
    if isinstance(picture, (str, Path)):
        pixels = PICTURES[str(picture)]() if str(picture) in PICTURES else read_image(picture)
    else:
        pixels = np.asarray(picture)
        if pixels.ndim == 2:
            pixels = np.repeat(pixels[..., None], 3, axis=2)
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype.kind not in "uif" or not pixels.size:
            raise ValueError(
                f"got an array of shape {pixels.shape}; a picture is (height, width, 3) or (height, width), "
                "pixels from 0 to 255"
            )
        pixels = np.clip(np.round(np.nan_to_num(pixels)), 0, 255).astype(np.uint8)
    height, width = pixels.shape[:2]
    if max(height, width) <= LONGEST:
        return pixels
    scale = LONGEST / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))
