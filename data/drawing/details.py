"""The bare details of a face: eyes, nose, tongue, the hollow of an ear, and the lines of mouth and whiskers."""

import numpy as np
import skia

from .noise import blend, step
from .solids import smooth


def eye_colour(solid, sphere, normal, coat, animal, mood, sun, asleep):
    """Return colour (n, 3) and cover (n,) of an eye; `mood` holds pupil width and how far the lids are open."""
    forward, up, side = sphere.T
    cat = animal.species == "cat"
    wide, tall = (0.82, 0.66 * mood["lids"]) if cat else (0.80, 0.60 * mood["lids"])
    if asleep:
        lid = up + 0.30 - 0.45 * (side / wide) ** 2
        cover = step(0.16, 0.04, np.abs(lid)) * step(1.0, 0.85, np.abs(side) / wide) * (forward > 0)
        return np.broadcast_to(coat.mark * 0.3, sphere.shape), cover
    lens = np.abs(up) / tall - (1 - np.clip(np.abs(side) / wide, 0, 1.5) ** (2.0 if cat else 2.5))
    opening = step(0.10, -0.02, lens) * (forward > 0)
    rim = step(0.52, 0.16, lens) * (forward > 0)
    if cat:
        out = np.hypot(side, up)
        iris = coat.iris * (0.62 + 0.5 * step(0.4, -0.5, up) + 0.12 * np.sin(31 * np.arctan2(up, side)))[:, None]
        iris = blend(iris, iris * 0.45, step(0.5, 0.78, out))
        slit = mood["pupil"]
        pupil = step(1.12, 0.9, np.hypot(side / slit, up / max(0.56 * mood["lids"], slit)))
        colour = blend(iris, np.array([0.03, 0.03, 0.035]), pupil)
    else:
        out = np.hypot(side, up)
        iris = coat.iris * (0.75 + 0.7 * step(0.3, -0.5, up))[:, None]
        iris = blend(
            iris, np.array([0.03, 0.025, 0.025]), np.clip(step(0.34, 0.27, out) + 0.6 * step(0.5, 0.62, out), 0, 1)
        )
        colour = blend(iris, np.array([0.80, 0.76, 0.72]), step(0.62, 0.68, out))
    colour = colour * (1 - 0.55 * step(0.05, tall, up))[:, None]
    glint = np.array([-0.28 if sun[0] < 0 else 0.28, 0.42])
    spark = step(0.26, 0.14, np.hypot(normal[:, 0] - glint[0], normal[:, 1] - glint[1]))
    back = step(0.17, 0.08, np.hypot(normal[:, 0] + glint[0] * 0.9, normal[:, 1] + 0.30)) * 0.35
    colour = blend(colour, np.ones(3), np.clip(spark + back, 0, 1))
    dark = coat.mark * 0.25
    return blend(np.broadcast_to(dark, colour.shape), colour, opening), np.maximum(rim * 0.92, opening)


def bare_colour(solid, sphere, normal, coat, animal, sun, light):
    """Return colour (n, 3) and cover (n,) of nose, tongue, mouth or the hollow of an ear."""
    glow = 0.45 + 0.55 * np.clip(normal @ sun, 0, 1)
    if solid.stuff == "nose":
        colour = coat.nose * glow[:, None]
        nostril = step(0.30, 0.16, np.hypot(np.abs(sphere[:, 2]) - 0.5, (sphere[:, 1] + 0.15) * 1.3)) * (
            sphere[:, 0] > 0.2
        )
        colour = blend(colour, np.array([0.04, 0.03, 0.03]), 0.85 * nostril)
        shine = step(0.42, 0.1, np.hypot(normal[:, 0] - sun[0] * 0.5, normal[:, 1] - 0.62)) * 0.42
        return blend(colour, np.ones(3), shine), np.ones(len(sphere))
    if solid.stuff == "tongue":
        colour = np.array([0.86, 0.46, 0.48]) * (0.35 + 0.65 * glow)[:, None]
        return colour * (1 - 0.25 * step(0.25, 0.0, np.abs(sphere[:, 2])))[:, None], np.ones(len(sphere))
    if solid.stuff == "mouth":
        return np.broadcast_to(np.array([0.24, 0.10, 0.11]), sphere.shape), np.ones(len(sphere))
    pink = blend(np.array([0.80, 0.58, 0.54]), coat.base, 0.42)
    deep = 0.55 + 0.45 * np.clip(np.hypot(sphere[:, 0], sphere[:, 2]), 0, 1)
    cover = step(1.0, 0.72, np.hypot(sphere[:, 0], sphere[:, 2]))
    return pink * (deep * glow)[:, None] * light, cover


def stroke(colour, width, cap=skia.Paint.kRound_Cap):
    """Return the paint of a line."""
    return skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=width, StrokeCap=cap, Color=colour)


def lines_layer(canvas, figure, seen, view, scale, centre, coat):
    """Draw mouth, ear tufts and whiskers where the head does not hide them."""
    height, width = seen.mask.shape
    for kind, line in figure.head.lines:
        camera = line @ view.T
        screen = np.stack([centre[0] + scale * camera[:, 0], centre[1] - scale * camera[:, 1]], axis=1)
        row, column = (int(np.clip(v, 0, top - 1)) for v, top in ((screen[0, 1], height), (screen[0, 0], width)))
        if kind != "mouth" and camera[0, 2] < seen.depth[row, column] - 0.12:
            continue
        path = skia.Path()
        if kind == "mouth":
            fine = smooth(line, 24)
            camera = fine @ view.T
            screen = np.stack([centre[0] + scale * camera[:, 0], centre[1] - scale * camera[:, 1]], axis=1)
            rows = np.clip(screen[:, 1].astype(int), 0, height - 1)
            columns = np.clip(screen[:, 0].astype(int), 0, width - 1)
            visible = camera[:, 2] > seen.depth[rows, columns] - 0.07
            for a, b, ok in zip(screen[:-1], screen[1:], visible[:-1] & visible[1:], strict=True):
                if ok:
                    path.moveTo(*a)
                    path.lineTo(*b)
            dark = [int(255 * c) for c in coat.mark * 0.25]
            paint = stroke(skia.Color(*dark, 215), max(0.026 * scale, 1.2))
        elif kind == "whisker":
            path.moveTo(*screen[0])
            path.quadTo(*screen[1], *screen[2])
            pale = coat.base.mean() < 0.85
            shade = skia.Color(234, 230, 223, 145) if pale else skia.Color(120, 112, 104, 170)
            paint = stroke(shade, max(0.010 * scale, 0.8), skia.Paint.kButt_Cap)
        else:
            path.moveTo(*screen[0])
            path.lineTo(*screen[1])
            tone = [int(255 * c) for c in coat.mark * 0.8]
            paint = stroke(skia.Color(*tone), 0.03 * scale)
        canvas.drawPath(path, paint)
