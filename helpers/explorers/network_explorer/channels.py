"""The pictures below the map: the picture and its receptive field, the channel, its best patches, all channels."""

from functools import lru_cache

import numpy as np
from PIL import Image

from ...lessons.inside import FeatureMaps, Patches
from ...widgets import entries
from ...widgets.entries import Entry
from .drawing import best_patches, colours_of, colours_of_each, smaller, viridis
from .state import NetworkState
from .words import in_decimals

STRIP_RATIO, STRIP_HEIGHT = 4.9, 139
SIDE, SHEET = 32, 8192  # most pixels of a thumbnail's side in the strip, and of all of them below one another
PATCH = 64  # pixels of a best patch's side
GAP = 0.06  # between the thumbnails


def picture_figure(state: NetworkState, held: bool, high: int) -> dict[str, Entry]:
    """Return the picture, dimmed where the number does not see it, and the receptive field as a window to move."""
    size, field = state.found.picture.shape[0], state.number.layer.field
    rows, columns = state.map.shape
    top, left, _, _ = field.window(state.row, state.column)
    y0, x0, y1, x1 = state.seen
    dim = [{"kind": "box", "box": box, "fill": "#000", "alpha": 0.3} for box in
           ([0, 0, size, y0], [0, y1, size, size - y1], [0, y0, x0, y1 - y0], [x1, y0, size - x1, y1 - y0])
           if box[2] > 0 and box[3] > 0]  # fmt: skip
    if field.size[0] > size / 4:  # where the window is small, a dot would hide what is in it
        dim.append(entries.points([left + field.size[1] / 2], [top + field.size[0] / 2], "second", size=3.5, edge=True))
    (down, across), (height, width), (y, x) = field.step, field.size, field.start
    window = entries.handle(
        "field", "what the number sees of the picture", left, top, shape="window", size=(width, height),
        limits=(x, x + (columns - 1) * across, y, y + (rows - 1) * down), step=(across, down), value=_place(state),
        follows=True, free=not held, grip=(-width / 2, -height / 2),
    )  # fmt: skip
    alt = f"The picture. The number sees rows {y0} to {y1 - 1} and columns {x0} to {x1 - 1} of it."
    title = "what it sees; held" if held else "what it sees; a click holds it"
    return {
        "photo": entries.layer([entries.image([0, 0, size, size], state.found.picture, smooth=True)]),
        "seen": entries.layer(dim, [window]),
        "picture": entries.picture(title, ["photo", "seen"], alt, (size, size), height=high, crop=True),
    }


def channel_figure(state: NetworkState, held: bool, high: int) -> dict[str, Entry]:
    """Return the map of the channel with a window of one number to move, and the scale of its colours."""
    rows, columns = state.map.shape
    window = entries.handle(
        "place", "the number that is shown", state.column, state.row, shape="window", size=(1, 1),
        limits=(0, columns - 1, 0, rows - 1), step=(1, 1), value=_place(state), follows=True, free=not held,
        grip=(-0.5, -0.5),
    )  # fmt: skip
    largest = max(float(state.map.max()), 0.0)
    right, ramp = columns * 1.02, viridis()[::-1, None]
    scale = [entries.image([right, 0, columns * 0.05, rows], ramp)] + [
        entries.text(columns * 1.085, rows * (1 - share), in_decimals(share * largest, 2), size=11, baseline=baseline)
        for share, baseline in ((0.0, "bottom"), (0.5, "middle"), (1.0, "top"))
    ]
    alt = (f"Map of channel {state.channel} of layer {state.layer}: {rows} × {columns} numbers, 0 to "
           f"{in_decimals(largest, 2)}. Chosen: {_place(state)}.")  # fmt: skip
    return {
        "channel_pixels": entries.layer([entries.image([0, 0, columns, rows], colours_of(state.map)), *scale]),
        "chosen": entries.layer(handles=[window]),
        "channel_map": entries.figure(
            f"layer {state.layer}, channel {state.channel}", ["channel_pixels", "chosen"], alt, axes=False, height=high,
            ratio=1.25, x=entries.axis((0, 1.25 * columns), ticks=[]), y=entries.axis((rows, 0), ticks=[]),
        ),
    }  # fmt: skip


def _place(state: NetworkState) -> str:
    return f"row {state.row}, column {state.column}: {in_decimals(state.number.network)}"


def best_pictures(state: NetworkState, high: int) -> dict[str, Entry]:
    """Return the nine patches of the training pictures that excite the channel most, the activation below each."""
    assert state.search is not None
    patches = best_patches(state.search, state.layer, state.channel)
    tall, wide = 1.3, 1.12
    said = ", ".join(f"{value:.1f} {label}" for value, label in zip(patches.values, patches.labels, strict=True))
    return {
        "patches": entries.layer(_patch_items(patches, wide, tall)),
        "best": entries.figure(
            "its best training patches", ["patches"],
            f"The best patches: {said}." if said else "No training picture excites it.", axes=False, height=high,
            ratio=wide / tall, x=entries.axis((0, 3 * wide), ticks=[]), y=entries.axis((3 * tall, 0), ticks=[]),
        ),
    }  # fmt: skip


@lru_cache(maxsize=512)
def _patch_items(patches: Patches, wide: float, tall: float) -> list[Entry]:
    if not len(patches):
        return [entries.text(0.1, 0.5, "no training picture excites it", size=12)]
    boxes = [[wide * (place % 3), tall * (place // 3), 1, 1] for place in range(len(patches))]
    ways = [Image.Resampling.NEAREST if len(image) < PATCH else Image.Resampling.BOX for image in patches.images]
    tiles = [np.asarray(Image.fromarray(image).resize((PATCH, PATCH), way))
             for image, way in zip(patches.images, ways, strict=True)]  # fmt: skip
    words = [entries.text(x, y + 1.23, f"{value:.1f} {label}"[:12], size=11)
             for (x, y, *_), value, label in zip(boxes, patches.values, patches.labels, strict=True)]  # fmt: skip
    return [entries.images(boxes, np.stack(tiles), colour="soft", width=1), *words]


def columns_of(count: int) -> int:
    """Return in how many columns the thumbnails of so many channels stand in the strip.

    >>> columns_of(64), columns_of(512)
    (20, 52)
    """
    return next(columns for columns in range(1, 5 * count + 2) if -(-count // columns) * STRIP_RATIO <= columns)


def box_of(count: int, channel: int) -> list[float]:
    """Return the box of a channel in the strip."""
    row, column = divmod(channel, columns_of(count))
    return [column + GAP / 2, row + GAP / 2, 1 - GAP, 1 - GAP]


def under(count: int, x: float, y: float) -> int | None:
    """Return the channel at a point of the strip; None where there is none."""
    columns = columns_of(count)
    channel = int(y // 1) * columns + int(x // 1)
    return channel if 0 <= x < columns and 0 <= channel < count and y >= 0 else None


def moved_in(count: int, channel: int, key: str) -> int:
    """Return the channel to which a key leads in the strip; the same one at its end."""
    columns = columns_of(count)
    steps = {"ArrowLeft": -1, "ArrowRight": 1, "ArrowUp": -columns, "ArrowDown": columns, "PageUp": -columns,
             "PageDown": columns, "Home": -channel, "End": count - 1 - channel}  # fmt: skip
    new = channel + steps.get(key, 0)
    return new if 0 <= new < count else channel


def all_channels(state: NetworkState) -> dict[str, Entry]:
    """Return the strip of all channels of the layer, the chosen one framed, a cross over those that are off."""
    count = len(state.maps)
    columns = columns_of(count)
    marks = [entries.frame(box_of(count, state.channel))]
    for layer, channel in state.found.off:
        if layer == state.layer:
            x, y, size, _ = box_of(count, channel)
            marks += [entries.line([x, x + size], ends, "third", width=2) for ends in ([y, y + size], [y + size, y])]
    alt = f"All {count:,} channels of layer {state.layer}; channel {state.channel} is chosen."
    return {
        "sheet": entries.layer(_sheet(state.found, state.layer)),
        "marks": entries.layer(marks),
        "strip": entries.figure(
            f"all {count:,} channels of layer {state.layer}", ["sheet", "marks"], alt, axes=False, click=True,
            height=STRIP_HEIGHT, ratio=STRIP_RATIO, keys="Arrows, Home and End choose a channel",
            x=entries.axis((0, columns), ticks=[]), y=entries.axis((columns / STRIP_RATIO, 0), ticks=[]),
        ),
    }  # fmt: skip


@lru_cache(maxsize=16)
def _sheet(found: FeatureMaps, layer: int) -> list[Entry]:
    maps = found.maps(layer)
    pictures = colours_of_each(smaller(maps, min(SIDE, max(SHEET // len(maps), 1))))
    return [entries.images([box_of(len(maps), one) for one in range(len(maps))], pictures, colour="soft", width=1)]
