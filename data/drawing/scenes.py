"""The world behind the animal: rooms and open air, each drawn for cats and dogs alike."""

import numpy as np

from . import things
from .brush import colour

WALLS = ("d9cfc0", "c2cdc6", "e6dfd2", "b9c4d0", "d8c2a8", "a8b5a0", "c9a9a0", "8d9aa5", "e9e4da", "7d8f86", "d6c58f")


def wallpaper(b, rng, low, kind=None, shade=None):
    """A wall: plain, striped, dotted, flowered, panelled, of bricks or tiles."""
    kind = kind or rng.choice(["plain", "plain", "stripes", "dots", "flowers", "panels", "bricks", "tiles"])
    shade = colour(rng, *WALLS) if shade is None else shade
    b.ramp(low, b.top + 0.1, shade * 0.94, shade * 1.04)
    other = shade * rng.choice([0.88, 1.1])
    if kind == "stripes":
        for x in np.arange(b.left, b.right, rng.uniform(0.5, 1.1)):
            b.box(x, low, x + 0.28, b.top, other)
    if kind == "dots":
        for row, y in enumerate(np.arange(low + 0.3, b.top, 0.6)):
            for x in np.arange(b.left + 0.3 * (row % 2), b.right, 0.6):
                b.oval(x, y, 0.09, 0.09, other)
    if kind == "flowers":
        petal, leaf = colour(rng, "e8c8c8", "f2ead0", "c86a6a", "e0b45a", "f4f0e6"), shade * 0.72
        for row, y in enumerate(np.arange(low + 0.3, b.top + 0.5, 0.85)):
            for x in np.arange(b.left + 0.5 * (row % 2), b.right + 0.5, 1.0):
                x, y2 = x + rng.normal(0, 0.04), y + rng.normal(0, 0.04)
                b.shape([(x, y2), (x + 0.15, y2 - 0.25), (x + 0.05, y2 - 0.5)], leaf, closed=False, width=0.045)
                for side in (-1, 1):
                    b.oval(x + 0.1 + side * 0.14, y2 - 0.3, 0.12, 0.06, leaf)
                for way in np.arange(5) * 2 * np.pi / 5 + rng.uniform(0, 1):
                    b.oval(x + 0.14 * np.cos(way), y2 + 0.14 * np.sin(way), 0.1, 0.1, petal)
                b.oval(x, y2, 0.07, 0.07, (0.85, 0.65, 0.25))
    if kind == "panels":
        for x in np.arange(b.left, b.right, 1.5):
            b.box(x + 0.15, low + 0.5, x + 1.35, low + 2.4, other)
            b.box(x + 0.22, low + 0.57, x + 1.28, low + 2.33, shade)
    if kind in ("bricks", "tiles"):
        wide, tall = (0.9, 0.34) if kind == "bricks" else (0.7, 0.7)
        clay = colour(rng, "a2604a", "b88068", "9a8a80") if kind == "bricks" else shade * 1.05
        b.box(b.left, low, b.right, b.top, clay * 0.8 if kind == "bricks" else shade * 0.85)
        for row, y in enumerate(np.arange(low, b.top, tall)):
            for x in np.arange(b.left - 1 + (wide / 2) * (row % 2) * (kind == "bricks"), b.right, wide):
                b.box(x, y, x + wide - 0.05, y + tall - 0.05, clay * rng.uniform(0.9, 1.1))


def floor(b, rng, high):
    """A floor: boards, tiles or carpet, up to the wall at `high`."""
    kind, wood = rng.choice(["boards", "tiles", "carpet"]), colour(rng, *things.WOOD)
    far = 6.0  # where the lines of the floor meet, above the wall's foot
    if kind == "carpet":
        shade = colour(rng, *things.CLOTH, "b8a890", "8f8a80")
        b.ramp(b.bottom, high, shade * 1.02, shade * 0.9)
        return
    shade = wood if kind == "boards" else colour(rng, "c8c0b2", "9a948a", "d8d2c8", "b58a70")
    b.box(b.left, b.bottom - 0.1, b.right, high, shade)
    step, low = (0.7 if kind == "boards" else 1.0), b.bottom - 0.1
    widen = (high + far - low) / far
    for x in np.arange(np.floor(b.left / widen) - 2, b.right + 2, step):
        near = [(x * widen, low), ((x + step) * widen, low)]
        b.shape([(x, high), (x + step, high), near[1], near[0]], shade * rng.uniform(0.93, 1.07))
        b.shape([(x, high), near[0]], shade * 0.72, closed=False, width=0.03)
    if kind == "tiles":
        y, gap = high, 0.35
        while y > low:
            b.shape([(b.left, y), (b.right, y)], shade * 0.75, closed=False, width=0.03)
            y, gap = y - gap, gap * 1.25


def rug(b, rng, high):
    """A rug under the animal."""
    shade, wide = colour(rng, *things.CLOTH), rng.uniform(2.4, 4)
    tall = max(high * 0.75, 0.4)
    for size, tone in ((1.0, 0.8), (0.93, 1.1), (0.8, 0.92), (0.74, 1.05)):
        b.oval(0, 0.05, wide * size, tall * size, shade * tone)


def sofa(b, rng, high):
    """A sofa on which the animal is: its back, cushions and seat."""
    shade, back = colour(rng, *things.CLOTH), high + rng.uniform(1.6, 2.6)
    b.box(b.left - 1, high - 0.3, b.right + 1, back, shade * 0.86, round_by=0.3)
    for x in np.arange(b.left - rng.uniform(0, 3), b.right + 3, 3.4):
        b.box(x, high - 0.2, x + 3.3, back - 0.15, shade * rng.uniform(0.95, 1.0), round_by=0.35)
        b.box(x + 0.2, high + 0.1, x + 3.1, high + 0.35, (0, 0, 0), alpha=0.10, blur=0.2)
    b.ramp(b.bottom - 0.1, high, shade * 1.12, shade * 0.98)
    b.box(b.left, high - 0.12, b.right, high + 0.12, (0, 0, 0), alpha=0.28, blur=0.1)
    if rng.random() < 0.6:
        x, tone = rng.choice([-1, 1]) * rng.uniform(1.4, 2.6), colour(rng, *things.CLOTH)
        b.box(x - 0.9, high - 0.1, x + 0.9, high + 1.4, tone, round_by=0.3)
        for _ in range(6):
            b.oval(
                x + rng.uniform(-0.7, 0.7), high + rng.uniform(0.1, 1.2), 0.11, 0.11, tone * rng.choice([0.75, 1.25])
            )


def sideboard(b, rng, high):
    """The top of a sideboard or table."""
    wood = colour(rng, *things.WOOD)
    edge = -rng.uniform(0.3, 0.5)
    b.ramp(edge, high, wood * 1.15, wood * 0.95)
    for y in np.linspace(edge, high, 7):
        b.shape([(b.left, y), (b.right, y + rng.normal(0, 0.03))], wood * 0.85, closed=False, width=0.02, alpha=0.6)
    b.box(b.left, b.bottom - 0.1, b.right, edge, wood * 0.62)
    b.box(b.left, edge - 0.1, b.right, edge, wood * 0.85)


def room(b, rng, high, support=None, wall=None, shade=None, cans=False):
    """Indoors: a wall, furniture, and what the animal is on."""
    support = support or rng.choice(["floor", "floor", "rug", "sofa", "sideboard"])
    wallpaper(b, rng, high, wall, shade)
    if support != "sideboard" and not cans:
        b.box(b.left, high, b.right, high + 0.28, colour(rng, "f0ebe0", "d8cdb8", "8a7a66"))
    if not cans:
        for x in b.spread(rng, rng.uniform(3.2, 5.5), 0.15):
            if rng.random() < 0.75:
                things.INDOOR[rng.integers(len(things.INDOOR))](b, rng, x, high)
    if support == "sofa":
        sofa(b, rng, high)
    elif support == "sideboard":
        sideboard(b, rng, high)
        if cans or rng.random() < 0.4:
            for x in b.spread(rng, 3.0, 0.1) if cans else [rng.choice([-1, 1]) * rng.uniform(1.5, 2.5)]:
                things.tins(b, rng, x, high - 0.15, rng.integers(2, 5))
    else:
        floor(b, rng, high)
        if support == "rug":
            rug(b, rng, high)
        elif rng.random() < 0.3:
            things.ball(b, rng, rng.choice([-1, 1]) * rng.uniform(1.2, 2.4), rng.uniform(-0.3, 0.4) * high)


# Open air ------------------------------------------------------------------------------------------------------------


def sky(b, rng, low):
    """Sky with clouds, at some time of the day."""
    above, below = (("5f95c8", "cfe0ea"), ("8fa8bd", "dfe2e0"), ("5a6f9a", "f0c8a0"), ("b8c2c8", "dcdcd8"))[
        rng.integers(4)
    ]
    b.ramp(low, b.top + 0.1, colour(rng, below), colour(rng, above))
    for _ in range(rng.integers(0, 6)):
        x, y = rng.uniform(b.left, b.right), low + rng.uniform(0.4, 1) * max(b.top - low, 1)
        for _ in range(5):
            b.oval(
                x + rng.normal(0, 0.9),
                y + rng.normal(0, 0.15),
                rng.uniform(0.5, 1.2),
                rng.uniform(0.2, 0.4),
                (1, 1, 1),
                alpha=0.35,
                blur=0.25,
            )


def trees(b, rng, low):
    """A row of bushes and trees, far away."""
    shade = colour(rng, "6f9a4e", "5f8a45", "86a85c", "8a8a4a", "9aa86a")
    for x in b.spread(rng, 1.6):
        middle, tall = low + rng.uniform(0.6, 1.8), rng.uniform(0.6, 1.5)
        b.shape([(x, low - 0.1), (x, middle)], (0.32, 0.24, 0.18), closed=False, width=0.22)
        for _ in range(34):
            across, up = rng.normal(0, 0.55), rng.normal(0, 0.4) * tall
            tone = shade * np.clip(0.95 + 0.35 * up / tall + rng.normal(0, 0.1), 0.5, 1.35)
            b.oval(x + across, middle + up, rng.uniform(0.1, 0.3), rng.uniform(0.08, 0.24), tone, alpha=0.9)
    for x in b.spread(rng, 0.3):
        b.oval(x, low, rng.uniform(0.2, 0.5), rng.uniform(0.1, 0.4), shade * rng.uniform(0.65, 1.0))


def fence(b, rng, low):
    """A fence of boards."""
    shade, tall = colour(rng, *things.WOOD, "e6e2d8", "8f9a94"), rng.uniform(2.2, 3.6)
    gap = rng.uniform(0.55, 0.75)
    for y in (0.5, tall * 0.75):
        b.box(b.left, low + y, b.right, low + y + 0.18, shade * 0.7)
    for x in np.arange(b.left - 0.5, b.right, gap):
        top = low + tall + rng.normal(0, 0.03)
        b.shape(
            [
                (x, low - 0.1),
                (x + gap * 0.86, low - 0.1),
                (x + gap * 0.86, top),
                (x + gap * 0.43, top + 0.25),
                (x, top),
            ],
            shade * rng.uniform(0.9, 1.08),
        )


def sea(b, rng, low):
    """The sea, with waves."""
    shade = colour(rng, "3f7a94", "5a94a0", "6a8a9a")
    b.ramp(low, low + 1.2, shade * 1.2, shade * 0.9)
    for _ in range(30):
        x, y = rng.uniform(b.left, b.right), low + rng.uniform(0, 1.1)
        b.shape([(x, y), (x + rng.uniform(0.3, 1.0), y)], (0.92, 0.96, 0.96), closed=False, width=0.03, alpha=0.6)


def house(b, rng, low):
    """The wall of a house."""
    wallpaper(b, rng, low, rng.choice(["plain", "bricks", "bricks", "tiles"]))
    if rng.random() < 0.6:
        things.window(b, rng, rng.uniform(b.left, b.right), low)


def ground(b, rng, high, kind):
    """Grass, sand, snow, paving, leaves or earth, up to `high`."""
    shades = dict(grass=things.GREENS, sand=("d8c49a", "c8b088"), snow=("e6ebf0", "dde4ea"),
                  paving=("a8a49c", "b8a898"), leaves=("8a6a3a", "6a5a3a"), earth=("8a6f54", "7a6450"))  # fmt: skip
    shade = colour(rng, *shades[kind])
    b.ramp(b.bottom - 0.1, high, shade * 1.05, shade * 0.85)
    if kind == "paving":
        for y in high - np.cumsum(0.25 * 1.3 ** np.arange(9)):
            b.shape([(b.left, y), (b.right, y)], shade * 0.7, closed=False, width=0.04)
        for x in np.arange(-12, 12, 1.1):
            b.shape([(x, high), (x * (high + 6 - b.bottom) / 6, b.bottom)], shade * 0.7, closed=False, width=0.04)
        return
    depth = high - b.bottom
    count = int(min(160 * (b.right - b.left) * max(depth, 0.5) / 3, 2600))
    for y in high - depth * np.sort(rng.random(count)) ** 1.0:
        x, near = rng.uniform(b.left, b.right), 0.35 + 0.65 * (high - y) / max(depth, 1e-3)
        tone = shade * rng.uniform(0.72, 1.22)
        if kind == "grass":
            b.blade(x, y - 0.05, x + rng.normal(0, 0.12) * near, y + rng.uniform(0.12, 0.34) * near, 0.028 * near, tone)
        elif kind == "leaves":
            b.oval(x, y, 0.16 * near, 0.07 * near, colour(rng, "b5622f", "c98f3a", "8a4a2a", "9a8a3a"))
        else:
            b.oval(x, y, 0.12 * near, 0.03 * near, tone, alpha=0.35)


def outdoors(b, rng, high):
    """Outdoors: sky, what stands there, and the ground."""
    kind = rng.choice(["grass", "grass", "grass", "sand", "snow", "paving", "leaves", "earth"])
    sky(b, rng, high)
    behind = rng.choice(["trees", "fence", "sea", "house"]) if kind != "sand" else rng.choice(["sea", "sea", "fence"])
    behind = "trees" if behind == "sea" and kind != "sand" else behind
    if behind == "fence" and rng.random() < 0.7:
        trees(b, rng, high + 1.5)
    {"trees": trees, "fence": fence, "sea": sea, "house": house}[behind](b, rng, high)
    ground(b, rng, high, kind)
    if rng.random() < 0.25:
        things.ball(b, rng, rng.choice([-1, 1]) * rng.uniform(1.2, 2.4), rng.uniform(-0.3, 0.3) * high)
    return kind
