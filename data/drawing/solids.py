"""Ellipsoids in space, chains of them, and what a camera sees of them."""

from dataclasses import dataclass, field

import numpy as np

PARTS = ("torso", "foreleg", "hindleg", "paw", "tail", "head", "muzzle", "ear")


@dataclass
class Solid:
    """One ellipsoid: the rows of `axes` are its own directions in the world, `flow` is where its fur points.

    `rest` places it on the animal as it would stand for a tailor: x towards the head, y up, z to the side. Patterns
    are drawn in these coordinates, so that stripes bend with the pose. `stuff` is "fur", or something bare.
    """

    centre: np.ndarray
    axes: np.ndarray
    radii: np.ndarray
    part: str
    flow: np.ndarray
    rest: np.ndarray
    stuff: str = "fur"


@dataclass
class Seen:
    """What the camera sees, pixel by pixel (height, width): depth, and per-pixel averages over the solids there.

    `depth` grows towards the camera and is -inf where there is nothing; `normal` and `flow` are in camera axes;
    `bare` lists the furless solids as (solid, mask, position on its unit sphere).
    """

    depth: np.ndarray
    normal: np.ndarray
    flow: np.ndarray
    rest: np.ndarray
    parts: dict
    bare: list = field(default_factory=list)

    @property
    def mask(self):
        return np.isfinite(self.depth)


def unit(vector):
    """Return the vector scaled to length one."""
    vector = np.asarray(vector, float)
    return vector / max(np.linalg.norm(vector), 1e-9)


def frame(forward, up=(0.0, 1.0, 0.0), roll=0.0):
    """Return axes (rows: forward, up, side) with the first along `forward`, turned by `roll` radians about it."""
    forward = unit(forward)
    up = np.asarray(up, float) - np.dot(up, forward) * forward
    if np.linalg.norm(up) < 1e-3:
        up = np.array([1.0, 0.0, 0.0]) - forward[0] * forward
    up = unit(up)
    side = np.cross(forward, up)
    return np.stack([forward, np.cos(roll) * up + np.sin(roll) * side, np.cos(roll) * side - np.sin(roll) * up])


def turn(yaw, pitch):
    """Return the matrix that takes world to camera axes (right, up, towards the camera).

    At yaw 0 an animal looks into the camera, at pi/2 to the right; the camera looks down by `pitch`.
    """
    forward = np.array([np.sin(yaw), 0.0, np.cos(yaw)])
    up = np.array([0.0, 1.0, 0.0])
    level = np.stack([forward, up, np.cross(forward, up)], axis=1)
    tilt = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    return tilt @ level


def smooth(points, count):
    """Return `count` points (any number of columns) evenly along a Catmull-Rom curve through the given ones."""
    points = np.asarray(points, float)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, len(points) - 1, 12 * len(points))
    i = np.minimum(t.astype(int), len(points) - 2)
    u = (t - i)[:, None]
    a, b, c, d = padded[i], padded[i + 1], padded[i + 2], padded[i + 3]
    curve = 0.5 * (2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u**2 + (3 * b - a - 3 * c + d) * u**3)
    walked = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(curve[:, :3], axis=0), axis=1))])
    wanted = np.linspace(0, walked[-1], count)
    return np.stack([np.interp(wanted, walked, column) for column in curve.T], axis=1)


def chain(points, radii, part, rest, rest_step, stuff="fur", up=(0.0, 1.0, 0.0), flow=None, density=0.55):
    """Return ellipsoids along a smooth curve: `radii` holds (up, side) per point, rest runs from `rest` by `rest_step`.

    The fur follows the curve, plus `flow` when given (a vector in the world).
    """
    points, radii = np.asarray(points, float), np.asarray(radii, float)
    length = np.linalg.norm(np.diff(points, axis=0), axis=1).sum()
    count = int(np.clip(length / (density * radii.max(axis=1).min()), 3, 26)) + 1
    curve = smooth(np.hstack([points, radii]), count)
    places, widths = curve[:, :3], np.abs(curve[:, 3:])
    tangents = np.gradient(places, axis=0)
    spacing = length / (count - 1)
    solids = []
    for i, (place, width, tangent) in enumerate(zip(places, widths, tangents, strict=True)):
        axes = frame(tangent, up)
        long = max(1.25 * spacing, 0.75 * width.max())
        along = unit(tangent) + (0 if flow is None else np.asarray(flow))
        here = np.asarray(rest) + np.asarray(rest_step) * i / (count - 1)
        solids.append(Solid(place, axes, np.array([long, *width]), part, unit(along), here, stuff))
    return solids


def bend(start, end, first, second, towards):
    """Return the joint between two bones of the given lengths from start to end, on the side of `towards`."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    reach = np.linalg.norm(end - start)
    along = unit(end - start)
    reach = np.clip(reach, abs(first - second) + 1e-3, first + second - 1e-3)
    down = (first**2 - second**2 + reach**2) / (2 * reach)
    off = np.sqrt(max(first**2 - down**2, 0))
    aside = np.asarray(towards, float) - np.dot(towards, along) * along
    return start + along * down + unit(aside) * off


def look(solids, view, scale, centre, size, softness=0.05):
    """Look at the solids through an orthographic camera; neighbouring solids melt into one another.

    `view` takes world to camera axes, a unit is `scale` pixels, the world's origin falls on `centre` (x, y); `size` is
    (width, height). Where several solids lie at one pixel, each counts by exp(depth / softness).
    """
    width, height = size
    weight = np.zeros((height, width))
    blended = np.zeros((height, width, 9))
    parts = {part: np.zeros((height, width)) for part in PARTS}
    bare = []
    for solid in sorted(solids, key=lambda s: s.stuff != "fur"):
        middle = view @ solid.centre
        local = solid.axes @ view.T
        to_sphere = local / solid.radii[:, None]
        reach = np.linalg.norm(local.T * solid.radii, axis=1)
        left, right = centre[0] + scale * (middle[0] + reach[0] * np.array([-1, 1]))
        top, bottom = centre[1] - scale * (middle[1] + reach[1] * np.array([1, -1]))
        x0, x1 = max(int(left), 0), min(int(right) + 2, width)
        y0, y1 = max(int(top), 0), min(int(bottom) + 2, height)
        if x0 >= x1 or y0 >= y1:
            continue
        x = (np.arange(x0, x1) + 0.5 - centre[0]) / scale - middle[0]
        y = -(np.arange(y0, y1) + 0.5 - centre[1]) / scale - middle[1]
        flat = to_sphere[:, 0] * x[None, :, None] + to_sphere[:, 1] * y[:, None, None]
        forth = to_sphere[:, 2]
        a, b = forth @ forth, flat @ forth
        inside = b * b - a * (np.einsum("ijk,ijk->ij", flat, flat) - 1)
        hit = inside > 0
        if not hit.any():
            continue
        window = (slice(y0, y1), slice(x0, x1))
        z = (np.sqrt(np.maximum(inside, 0)) - b) / a
        sphere = flat + z[..., None] * forth
        normal = sphere @ to_sphere
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-9
        z = z + middle[2]
        if solid.stuff != "fur":
            with np.errstate(divide="ignore"):
                front = hit & (z > softness * np.log(weight[window]) - 0.02)
            bare.append((solid, window, front, z, normal, sphere))
            continue
        w = np.where(hit, np.exp(np.clip(z, -9, 9) / softness), 0)
        weight[window] += w
        parts[solid.part][window] += w
        rest = solid.rest + sphere * solid.radii
        blended[window] += w[..., None] * np.concatenate(
            [normal, rest, np.broadcast_to(view @ solid.flow, normal.shape)], axis=-1
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = softness * np.log(weight)
        blended /= np.maximum(weight, 1e-300)[..., None]
        parts = {part: value / np.maximum(weight, 1e-300) for part, value in parts.items()}
    normal = blended[..., :3]
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-9
    seen = Seen(depth, normal, blended[..., 6:], blended[..., 3:6], parts)
    for solid, window, front, z, bare_normal, sphere in bare:
        front &= ~(z < seen.depth[window] - 0.02)
        seen.depth[window][front] = np.maximum(z, seen.depth[window])[front]
        seen.normal[window][front] = bare_normal[front]
        seen.bare.append((solid, window, front, sphere))
    return seen
