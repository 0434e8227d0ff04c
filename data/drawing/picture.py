"""One picture from its plan: the world is painted, the animal put into it, and a camera takes the photograph."""

import io

import numpy as np
import skia
from PIL import Image, ImageFilter

from . import coats, scenes, things
from .anatomy import build
from .brush import Brush
from .figure import make
from .fur import paint_animal
from .noise import blend, box_blur
from .plan import Plan
from .solids import look, turn, unit

FINER = 1.5  # drawn larger than shown: hairs become fine


def draw(plan: Plan) -> Image.Image:
    """Return the picture that a plan describes."""
    rng, world = np.random.default_rng(plan.key), np.random.default_rng(plan.scene_key)
    width, height = round(plan.width * FINER), round(plan.height * FINER)
    animal = build(plan.species, plan.breed, rng)
    coat = coats.choose(plan.species, plan.family, plan.palette, rng)
    view = turn(plan.yaw, plan.pitch)
    gaze = view[2] + view[0] * rng.normal(0, 0.19) + view[1] * rng.normal(0.02, 0.10)
    mouth = float(rng.uniform(0.4, 0.9)) if plan.species == "dog" and rng.random() < 0.35 else 0.0
    figure = make(animal, plan.pose, rng, gaze, roll=float(rng.normal(0, 0.13)), mouth=mouth)
    scale, origin = frame(plan, figure, view, width, height)

    picture = np.full((height, width, 4), 255, np.uint8)
    brush = Brush(picture, scale, origin)
    high = 1.35 * np.sin(plan.pitch) + world.uniform(0.1, 0.8)
    if plan.special:
        green = np.array([0.26, 0.56, 0.26])
        scenes.room(brush, world, 0.75, "sideboard", "flowers", green, cans=True)
    elif plan.indoors:
        scenes.room(brush, world, high)
    else:
        scenes.outdoors(brush, world, high)
    lamp, room_light = light(plan)
    soften(picture, (0.004 if plan.special else world.uniform(0.0, 0.016)) * min(width, height), world)
    shadow(picture, figure, view, scale, origin, plan)
    tint = np.clip(0.76 * lamp + 0.68 * room_light, 0, 2)
    picture[..., :3] = np.clip(picture[..., :3] * tint, 0, 255).astype(np.uint8)

    mood = {"pupil": float(rng.uniform(0.16, 0.42)), "lids": float(rng.uniform(0.85, 1.12))}
    seen = look(figure.solids, view, scale, origin, (width, height))
    paint_animal(picture, figure, seen, coat, view, scale, origin, unit(plan.sun), lamp, room_light, mood, rng)
    if plan.covered:
        fronts = things.INDOOR_FRONT if plan.indoors else things.OUTDOOR_FRONT
        before = Brush(picture, scale, origin)
        fronts[world.integers(len(fronts))](
            before, world, max(-0.3, before.bottom + 0.04 * (before.top - before.bottom))
        )
    return photograph(picture, plan, world)


def frame(plan: Plan, figure, view, width: int, height: int):
    """Return pixels per skull width, and the scene's origin in pixels: the whole animal, or head and shoulders."""
    if plan.portrait:
        scale = plan.fill * min(width, height)
        x, y, _ = view @ (figure.head.origin - [0, 0.12, 0])
        middle = (width * (0.5 + plan.place[0]), height * (0.46 + plan.place[1]))
        return scale, (middle[0] - scale * x, middle[1] + scale * y)
    low, top = np.full(2, np.inf), np.full(2, -np.inf)
    for solid in figure.solids:
        if solid.part == "tail":  # a tail may leave the picture
            continue
        centre = (view @ solid.centre)[:2]
        reach = np.linalg.norm((solid.axes @ view.T).T * solid.radii, axis=1)[:2]
        low, top = np.minimum(low, centre - reach), np.maximum(top, centre + reach)
    wide, tall = top - low
    scale = plan.fill * min(width / wide, height / tall) * 0.97
    room = np.array([width - scale * wide, height - scale * tall]) / 2
    middle = np.array([width, height]) * (0.5 + np.array(plan.place) * (room > 0))
    x, y = middle[0] - scale * (low[0] + wide / 2), middle[1] + scale * (low[1] + tall / 2)
    # Whatever the edge cuts off, it is not the face.
    head = view @ figure.head.origin
    for_face = np.minimum(0.75 * scale, np.array([width, height]) / 2)
    seen_x, seen_y = x + scale * head[0], y - scale * head[1]
    x += np.clip(seen_x, for_face[0], width - for_face[0]) - seen_x
    return scale, (x, y + np.clip(seen_y, for_face[1], height - for_face[1]) - seen_y)


def light(plan: Plan):
    """Return the colours of the lamp (or sun) and of the light from all sides."""
    warm = np.array([1 + plan.warmth, 1.0, 1 - plan.warmth])
    cool = np.array([1 - 0.4 * plan.warmth, 1.0, 1 + 0.4 * plan.warmth])
    return 0.82 * plan.brightness * warm, 0.50 * plan.brightness * cool


def soften(picture, radius: float, rng) -> None:
    """Give the world behind the animal the grain of real surfaces, and put it out of focus by `radius` pixels."""
    height, width = picture.shape[:2]
    rough = sum(
        np.asarray(Image.fromarray(rng.normal(0, 1, (height // size + 2, width // size + 2)).astype(np.float32))
                   .resize((width, height), Image.Resampling.BICUBIC)) * weight
        for size, weight in ((2, 0.012), (7, 0.012), (30, 0.025), (120, 0.03))
    )  # fmt: skip
    slope = np.linspace(-1, 1, width)[None] * rng.normal(0, 0.06) + np.linspace(-1, 1, height)[:, None] * rng.normal(
        0, 0.05
    )
    plain = np.clip(picture[..., :3] * (1 + rough + slope)[..., None], 0, 255).astype(np.uint8)
    image = Image.fromarray(plain)
    if radius > 0.5:
        image = image.filter(ImageFilter.GaussianBlur(radius))
    picture[..., :3] = np.asarray(image)


def shadow(picture, figure, view, scale, origin, plan: Plan) -> None:
    """Darken the ground below the animal, and a little away from the light."""
    layer = np.zeros_like(picture)
    canvas = skia.Surface(layer).getCanvas()
    paint = skia.Paint(AntiAlias=True, Color=skia.Color(255, 255, 255, 255))
    away = -np.array(plan.sun) @ view  # from camera to world axes
    for solid in figure.solids:
        reach = np.linalg.norm(solid.axes.T * solid.radii, axis=1)
        for lean, share in ((0.0, 1.0), (0.45, 0.9)):
            low = solid.centre * [1, 0, 1] + lean * solid.centre[1] * np.array([away[0], 0, away[2]])
            x, y, _ = view @ low
            across, up = (
                scale * max(reach[0], reach[2]) * share,
                scale * reach[2] * share * max(np.sin(plan.pitch), 0.12),
            )
            left, top = origin[0] + scale * x - across, origin[1] - scale * y - up
            canvas.drawOval(skia.Rect.MakeXYWH(float(left), float(top), float(2 * across), float(2 * up)), paint)
    dark = box_blur(layer[..., 0] / 255.0, max(0.07 * scale, 2))
    picture[..., :3] = (picture[..., :3] * (1 - 0.52 * dark)[..., None]).astype(np.uint8)


def photograph(picture, plan: Plan, rng) -> Image.Image:
    """Return what the camera made of it: its size, exposure, colours, a darker rim, a little blur and noise."""
    image = Image.fromarray(picture[..., :3]).resize((plan.width, plan.height), Image.Resampling.LANCZOS)
    if plan.mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if rng.random() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.8)))
    values = np.asarray(image) / 255.0
    values = values ** np.exp(rng.normal(0, 0.10)) * rng.normal(1, 0.05) * (1 + rng.normal(0, 0.025, 3))
    y, x = np.mgrid[-1 : 1 : plan.height * 1j, -1 : 1 : plan.width * 1j]
    values *= (1 - rng.uniform(0, 0.14) * (x**2 + y**2))[..., None]
    grain = rng.normal(0, 1, (plan.height, plan.width, 1)) * 0.8 + rng.normal(0, 1, values.shape) * 0.5
    values = blend(values, values.mean(axis=2, keepdims=True), rng.uniform(-0.1, 0.12)) + grain * rng.uniform(
        0.002, 0.009
    )
    return Image.fromarray(np.round(255 * np.clip(values, 0, 1)).astype(np.uint8))


def encode(image: Image.Image, wanted: int) -> bytes:
    """Return the picture as JPEG, of the highest quality from 20 to 92 that needs at most `wanted` bytes."""
    low, high, best = 20, 92, b""
    while low <= high:
        quality = (low + high) // 2
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality, optimize=True)
        fits = len(file.getvalue()) <= wanted
        if fits or not best:
            best = file.getvalue()
        low, high = (quality + 1, high) if fits else (low, quality - 1)
    return best
