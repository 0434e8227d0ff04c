"""The explorer's pictures, drawn quickly: the receptive field on the picture, the feature map, the best patches."""

from functools import lru_cache

import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ...lessons.inside import Patches, PatchSearch
from ...plots import SECOND
from .state import NetworkState

MARGIN = 4  # white pixels around a picture, so that a frame at its edge is not cut
SIDE = 384  # pixels of a drawing's side, or a little less or more: every pixel of a map is drawn equally large
TILE, ABOVE = 92, 18  # pixels of a patch's side, and of the line above it
FRAME = (SECOND, SECOND, "black")  # black beside orange is seen on any picture


def draw_picture(state: NetworkState) -> np.ndarray:
    """Draw the picture with a frame around the receptive field: uint8 (height, width, 3)."""
    picture = state.found.picture
    top, left, bottom, right = state.seen
    return _framed(picture, (top, left, bottom - top, right - left))


def draw_map(state: NetworkState) -> np.ndarray:
    """Draw the feature map, dark for 0 and bright for its maximum, with a frame around the activation."""
    return _framed(colours_of(state.map), (state.row, state.column, 1, 1))


def colours_of(values: np.ndarray) -> np.ndarray:
    """Map values to the colours of viridis: 0 or less is darkest, the largest is brightest. uint8 (..., 3)."""
    return _coloured(values, values.max(initial=0))


def colours_of_each(maps: np.ndarray) -> np.ndarray:
    """Map many maps to colours, each from 0 to its own largest value: uint8 (maps, height, width, 3)."""
    return _coloured(maps, maps.max(axis=(1, 2), keepdims=True))


def smaller(maps: np.ndarray, side: int) -> np.ndarray:
    """Return maps of at most `side` rows and columns: means of squares of their values.

    >>> smaller(np.arange(16.0).reshape(1, 4, 4), 2).tolist()
    [[[2.5, 4.5], [10.5, 12.5]]]
    """
    square = -(-max(maps.shape[1:]) // max(side, 1))
    rows, columns = (-(-count // square) for count in maps.shape[1:])
    missing = (rows * square - maps.shape[1], columns * square - maps.shape[2])
    padded = np.pad(maps, ((0, 0), (0, missing[0]), (0, missing[1])), mode="edge") if any(missing) else maps
    return padded.reshape(len(maps), rows, square, columns, square).mean(axis=(2, 4))


def _coloured(values: np.ndarray, largest: np.ndarray) -> np.ndarray:
    share = np.clip(values, 0, None) / np.maximum(largest, 1e-12)
    return viridis()[np.minimum(256 * share, 255).astype(np.uint8)]


@lru_cache(maxsize=1)
def viridis() -> np.ndarray:
    """Return the 256 colours of viridis: uint8 (256, 3)."""
    return (255 * mpl.colormaps["viridis"](np.arange(256))[:, :3]).round().astype(np.uint8)


def scale_of(size: int) -> int:
    """Return the size in the drawing of a pixel of a picture or map of `size`."""
    return max(1, round(SIDE / size))


def draw_patches(patches: Patches) -> np.ndarray:
    """Draw the patches with the largest activations of a channel in a row, the activation above each."""
    if not len(patches):
        return np.full((ABOVE, 9 * TILE, 3), 255, dtype=np.uint8)
    canvas = Image.new("RGB", (len(patches) * (TILE + MARGIN), TILE + ABOVE), "white")
    draw, font = ImageDraw.Draw(canvas), ImageFont.load_default()
    for index, (image, value) in enumerate(zip(patches.images, patches.values, strict=True)):
        left = index * (TILE + MARGIN)
        tile = Image.fromarray(image).resize((TILE, TILE), Image.Resampling.NEAREST)
        canvas.paste(tile, (left, ABOVE))
        draw.text((left + 2, 3), f"{value:.1f}", fill="black", font=font)
    return np.asarray(canvas)


@lru_cache(maxsize=512)
def best_patches(search: PatchSearch, layer: int, channel: int) -> Patches:
    """Return the nine best patches of a channel; the last ones asked for are kept, because they are read from files."""
    return search.best(layer, channel)


def _framed(pixels: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    """Return pixels enlarged, on white, with a frame around (row, column, rows, columns), outside of these pixels."""
    scale = scale_of(max(pixels.shape[:2]))
    height, width = (count * scale for count in pixels.shape[:2])
    large = np.full((height + 2 * MARGIN, width + 2 * MARGIN, 3), 255, dtype=np.uint8)
    large[MARGIN:-MARGIN, MARGIN:-MARGIN] = pixels.repeat(scale, axis=0).repeat(scale, axis=1)
    canvas = Image.fromarray(large)
    draw = ImageDraw.Draw(canvas)
    row, column, rows, columns = box
    left, top = MARGIN + column * scale, MARGIN + row * scale
    right, bottom = left + columns * scale - 1, top + rows * scale - 1
    for outset, colour in enumerate(FRAME, 1):
        draw.rectangle((left - outset, top - outset, right + outset, bottom + outset), outline=colour)
    return np.asarray(canvas)
