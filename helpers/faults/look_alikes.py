"""Pictures that look alike, though their files differ: made smaller, saved again, slightly brightened."""

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn.functional import interpolate

_SIDE, _WAVES = 32, 12  # a thumbnail's pixels a side; how many cosine waves a side are looked at
# Chosen on 3,000 photographs of cats and dogs, and copies of 300 of them: half and a third as large, sampled without
# smoothing, JPEG of quality 20 to 90, WebP, brightened by up to 25 %, all at once. Of the 143 signs, copies differed in
# at most 15.25 from their originals, two different photographs in at least 37 (drawn ones: 33). The thumbnails of
# copies correlate with 0.985 or more (0.962 where 25 % brighter clips the white), and are up to 41 brighter; of the two
# different photographs nearest by signs, none correlate with more than 0.62. So 299 of 300 are found, or all, of each
# kind of copy, and nothing else.
_MOST_SIGNS, _LEAST_CORRELATION, _MOST_BRIGHTER = 16, 0.97, 48
_FAINT = 16  # a wave weaker than this is JPEG noise of about one level a pixel, and has no sign
_ROWS = 512  # compared at a time with all others: 50 MB for 25,000 pictures


def thumbnail(pixels: torch.Tensor) -> np.ndarray:
    """Return a picture, uint8 (3, height, width), squeezed to uint8 (3, 32, 32).

    >>> thumbnail(torch.zeros(3, 300, 500, dtype=torch.uint8)).shape
    (3, 32, 32)
    """
    height, width = pixels.shape[1:]
    pixels = pixels[:, :: max(1, height // 512), :: max(1, width // 512)]  # of a large picture, enough
    batch = pixels[None].contiguous(memory_format=torch.channels_last)
    return interpolate(batch, size=(_SIDE, _SIDE), mode="bilinear", antialias=True)[0].numpy()


def look_alikes(small: Sequence[np.ndarray]) -> list[tuple[int, int]]:
    """Return pairs of indices (first, later) of thumbnails, each uint8 (3, 32, 32), that look alike.

    Each later one is paired once, with the first that it looks like. A perceptual hash, the signs of the picture's
    lowest cosine waves (after Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010),
    finds the candidates; the thumbnails decide.

    >>> picture = np.random.default_rng(0).integers(0, 200, (1, 3, 32, 32), dtype=np.uint8)
    >>> look_alikes(np.concatenate([picture, 255 - picture, picture + 10]))
    [(0, 2)]
    """
    thumbnails = np.array(small, dtype=np.uint8).reshape(-1, 3, _SIDE, _SIDE)
    signs = _signs(thumbnails)
    lengths, like = (signs**2).sum(axis=1), np.full(len(signs), -1)
    for start in range(0, len(signs), _ROWS):
        rows = signs[start : start + _ROWS]
        # Opposite signs are 2 apart, squared 4; one that is there and one too faint, a quarter of that.
        distances = lengths[start : start + _ROWS, None] + lengths[start:] - 2 * rows @ signs[start:].T
        near = np.triu(distances <= 4 * _MOST_SIGNS, 1)
        for row in np.flatnonzero(near.any(axis=1)):
            if like[start + row] < 0:  # those like this one are already paired with the first
                others = start + np.flatnonzero(near[row])
                others = others[like[others] < 0]
                like[others[_alike(thumbnails[start + row], thumbnails[others])]] = start + row
    return [(int(like[later]), int(later)) for later in np.flatnonzero(like >= 0)]


def _signs(thumbnails: np.ndarray) -> np.ndarray:
    """Return the signs −1, 0 and 1 of all but the constant of the lowest waves: float32 (n, 143)."""
    waves = np.cos(np.pi * np.outer(np.arange(_WAVES), np.arange(_SIDE) + 0.5) / _SIDE).astype(np.float32)
    found = waves @ thumbnails.mean(axis=1, dtype=np.float32) @ waves.T
    strong = np.where(np.abs(found) > _FAINT, np.sign(found), np.float32(0))
    return strong.reshape(-1, _WAVES**2)[:, 1:]


def _alike(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Say which of the other thumbnails have the same pattern of colours as one, about as bright: bool (n,)."""
    first, rest = one.reshape(-1).astype(np.float32), others.reshape(-1, one.size).astype(np.float32)
    brighter = np.abs(rest.mean(axis=1) - first.mean())
    first, rest = first - first.mean(), rest - rest.mean(axis=1, keepdims=True)
    least = _LEAST_CORRELATION * np.linalg.norm(first) * np.linalg.norm(rest, axis=1)
    return (rest @ first >= least) & (brighter <= _MOST_BRIGHTER)
