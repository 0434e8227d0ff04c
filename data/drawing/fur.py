"""Painting what the camera sees of an animal: light on the coat, hair by hair, then eyes, nose, mouth and whiskers."""

import numpy as np
import skia

from . import coats
from .details import bare_colour, eye_colour, lines_layer
from .noise import blend, box_blur, step

HAIR_LENGTH = {
    "torso": 1.0,
    "foreleg": 0.55,
    "hindleg": 0.75,
    "paw": 0.3,
    "tail": 1.2,
    "head": 0.6,
    "muzzle": 0.28,
    "ear": 0.4,
}


def lit(seen, view, scale, centre, sun, closeness):
    """Return the light on each pixel (height, width): the lamp's share and the room's, darker in folds and low down."""
    normal = np.nan_to_num(seen.normal)
    lamp = np.clip(0.25 + 0.75 * (normal @ sun), 0, None) ** 1.1
    depth = np.where(seen.mask, seen.depth, 0)
    share = box_blur(seen.mask.astype(float), closeness)
    around = box_blur(depth, closeness) / np.maximum(share, 1e-6)
    folds = np.where(seen.mask, np.clip((around - depth) * 1.6, 0, 1), 0)
    rows = -(np.arange(depth.shape[0]) + 0.5 - centre[1]) / scale
    height = view[1, 1] * rows[:, None] + view[2, 1] * depth
    near_ground = step(0.75, 0.0, height)
    lamp = lamp * (1 - 0.75 * folds) * (1 - 0.35 * near_ground)
    room = (0.62 + 0.38 * normal[..., 1]) * (1 - 0.6 * folds) * (1 - 0.3 * near_ground)
    return lamp, room


def streaks(seen, rng, reach):
    """Return fine streaks along the fur (height, width), about zero: random grain smeared in the direction of flow."""
    height, width = seen.mask.shape
    grain = rng.normal(0, 1, (height, width))
    rows, columns = np.nonzero(seen.mask)
    flow = seen.flow[rows, columns]
    normal = seen.normal[rows, columns]
    flow = flow - (flow * normal).sum(axis=1, keepdims=True) * normal + 0.35 * normal
    way = flow[:, :2] / (np.linalg.norm(flow[:, :2], axis=1, keepdims=True) + 1e-6)
    total = 0.0
    for k in np.linspace(-reach, reach, 9):
        total = (
            total
            + grain[
                np.clip((rows - k * way[:, 1]).astype(int), 0, height - 1),
                np.clip((columns + k * way[:, 0]).astype(int), 0, width - 1),
            ]
        )
    field = np.zeros((height, width))
    field[rows, columns] = total / 3.0
    return field, way, rows, columns


def hair_layer(canvas, seen, colour, animal, scale, way, rows, columns, rng):
    """Draw hairs over the canvas, the farthest first, each in the colour of the fur it grows from."""
    length = sum(seen.parts[part][rows, columns] * HAIR_LENGTH[part] for part in HAIR_LENGTH) * animal.hair * scale
    coverage = 0.65 if animal.hair < 0.09 else 0.55
    chance = coverage / np.maximum(length * 0.55, 1.2)
    picked = rng.random(len(rows)) < chance
    rows, columns, way, length = rows[picked], columns[picked], way[picked], length[picked]
    order = np.argsort(seen.depth[rows, columns], kind="stable")
    rows, columns, way, length = rows[order], columns[order], way[order], length[order]
    count = len(rows)
    if not count:
        return
    turn = rng.normal(0, 0.22 + 1.3 * animal.curly, count)
    turned = np.stack(
        [way[:, 0] * np.cos(turn) - way[:, 1] * np.sin(turn), way[:, 0] * np.sin(turn) + way[:, 1] * np.cos(turn)],
        axis=1,
    )
    hang = np.array([0.0, -0.25 * min(animal.hair / 0.1, 1.0)])
    reach = (length * rng.uniform(0.5, 1.12, count) + 1.5)[:, None]
    screen = turned * [1, -1]
    root = np.stack([columns + rng.random(count), rows + rng.random(count)], axis=1)
    bow = rng.normal(0, 0.25 + animal.curly, count)[:, None] * np.stack([-screen[:, 1], screen[:, 0]], axis=1)
    middle = root + 0.55 * reach * (screen + 0.3 * bow)
    tip = root + reach * (screen + bow - 1.0 * hang * [1, 1])
    across = np.stack([-screen[:, 1], screen[:, 0]], axis=1) * (0.55 + 0.012 * length[:, None] + 0.002 * scale)
    left, right = middle + 0.7 * across, middle - 0.7 * across
    corners = np.stack([root + across, root - across, left, root - across, left, right, left, right, tip], axis=1)
    tone = rng.normal(1.0, 0.10, (count, 1)) + 0.02
    rgb = np.clip(colour[rows, columns] * tone + rng.normal(0, 0.012, (count, 1)), 0, 1)
    tips = np.clip(rgb * 1.10 + 0.015, 0, 1)
    # Transparent towards the tip, or the outline bristles like wire.
    fading = ((rgb, 195), (rgb, 195), (blend(rgb, tips, 0.5), 125), (tips, 12))
    packed = [pack(shade, alpha) for shade, alpha in fading]
    colours = np.stack([packed[i] for i in (0, 0, 2, 0, 2, 2, 2, 2, 3)], axis=1)
    positions = [skia.Point(a, b) for a, b in corners.reshape(-1, 2).tolist()]
    vertices = skia.Vertices(skia.Vertices.kTriangles_VertexMode, positions, None, colours.ravel().tolist())
    canvas.drawVertices(vertices, skia.Paint(AntiAlias=True), skia.BlendMode.kDst)


def pack(rgb, alpha):
    """Return colours (n, 3) from 0 to 1 as Skia's 32-bit integers."""
    whole = np.round(rgb * 255).astype(np.int64)
    return (alpha << 24) | (whole[:, 0] << 16) | (whole[:, 1] << 8) | whole[:, 2]


def paint_animal(picture, figure, seen, coat, view, scale, centre, sun, lamp_colour, room_colour, mood, rng):
    """Paint the animal over `picture` (height, width, 4; uint8 RGBA) in place."""
    animal, mask = figure.animal, seen.mask
    if not mask.any():
        return
    lamp, room = lit(seen, view, scale, centre, sun, 0.10 * scale)
    light = lamp[..., None] * lamp_colour + room[..., None] * room_colour
    colour = np.zeros((*mask.shape, 3))
    parts = {part: share[mask] for part, share in seen.parts.items()}
    colour[mask] = coats.paint(coat, animal, seen.rest[mask], parts, figure.head.rest)
    if animal.curly:
        curls = coat.noise(seen.rest[mask] * 9.0)
        colour[mask] *= (1 + 0.55 * animal.curly * (curls - 0.5))[:, None]
    shaded = np.clip(colour * light, 0, 1)
    grain, way, rows, columns = streaks(seen, rng, max(2.0, 0.55 * animal.hair * scale))
    shaded = np.clip(shaded * (1 + 0.11 * grain[..., None]) + 0.006 * grain[..., None] * mask[..., None], 0, 1)
    soft = box_blur(mask.astype(float), 1) * 1.0
    cover = np.where(mask, np.clip(soft * 1.6 - 0.4, 0, 1), 0)[..., None]
    picture[..., :3] = np.round(picture[..., :3] * (1 - cover) + 255 * shaded * cover).astype(np.uint8)
    canvas = skia.Surface(picture).getCanvas()
    hair_layer(canvas, seen, shaded, animal, scale, way, rows, columns, rng)
    for solid, window, front, sphere in seen.bare:
        if not front.any():
            continue
        normal = seen.normal[window][front]
        if solid.stuff == "eye":
            rgb, over = eye_colour(solid, sphere[front], normal, coat, animal, mood, sun, figure.head.asleep)
            rgb = rgb * (0.35 + 0.65 * np.clip((lamp_colour + room_colour).mean(), 0, 1.3))
        else:
            rgb, over = bare_colour(
                solid, sphere[front], normal, coat, animal, sun, lamp_colour * 0.6 + room_colour * 0.7
            )
        patch = picture[window]
        old = patch[front][:, :3]
        fresh = patch[front]
        fresh[:, :3] = np.round(old * (1 - over[:, None]) + 255 * np.clip(rgb, 0, 1) * over[:, None])
        patch[front] = fresh
    lines_layer(canvas, figure, seen, view, scale, centre, coat)
