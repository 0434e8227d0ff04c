"""Things that stand around the animal, and things it hides behind."""

import numpy as np

from .brush import colour

WOOD = ("8a5f3c", "6b4a30", "b08b5e", "c9a87a", "4d3626", "9a7350")
CLOTH = ("7d8a94", "a05a4a", "5d7a63", "c8b48a", "53617a", "8d6f86", "b7a79a", "3f4a4d", "c98f4e", "84a0a5")
GREENS = ("4d7a3a", "5f8a45", "3d6638", "7a9a4e", "6b8f5e")
WARES = ("b8402f", "d8a23a", "3f6a8a", "5d8a4a", "dcd6c8", "7a4a7a", "c9c9c9", "2f4f4f")


def window(b, rng, x, floor):
    """A window with frame, bars, and the light of day."""
    wide, tall, sill = rng.uniform(2.5, 4), rng.uniform(3, 5), floor + rng.uniform(1.2, 2.2)
    frame = colour(rng, "f0ece2", "e2d8c4", "7a5a40")
    b.box(x - wide / 2 - 0.2, sill - 0.2, x + wide / 2 + 0.2, sill + tall + 0.2, frame)
    b.box(x - wide / 2, sill, x + wide / 2, sill + tall, colour(rng, "cfe2ee", "e8eef0", "a8c4dc", "f4ead2"))
    for _ in range(6):
        b.oval(
            x + rng.uniform(-0.5, 0.5) * wide * 0.8,
            sill + rng.uniform(0, 0.5) * tall,
            0.5,
            0.4,
            colour(rng, *GREENS),
            alpha=0.5,
            blur=0.15,
        )
    b.box(x - 0.06, sill, x + 0.06, sill + tall, frame)
    b.box(x - wide / 2, sill + tall * 0.5, x + wide / 2, sill + tall * 0.5 + 0.1, frame)
    b.box(x - wide / 2 - 0.35, sill - 0.35, x + wide / 2 + 0.35, sill - 0.15, frame * 0.92)


def shelf(b, rng, x, floor):
    """Shelves full of books."""
    wide, wood = rng.uniform(3, 5), colour(rng, *WOOD)
    tall = rng.uniform(4, 7)
    b.box(x - wide / 2, floor, x + wide / 2, floor + tall, wood * 0.45)
    for y in np.arange(floor + 0.3, floor + tall, 1.35):
        place = x - wide / 2 + 0.15
        while place < x + wide / 2 - 0.3:
            thick, high = rng.uniform(0.14, 0.34), rng.uniform(0.8, 1.15)
            if rng.random() < 0.88:
                shade = colour(rng, *WARES, *CLOTH)
                b.box(place, y, place + thick, y + high, shade)
                b.box(place + 0.03, y + high * 0.7, place + thick - 0.03, y + high * 0.78, shade * 1.3)
            place += thick + 0.015
        b.box(x - wide / 2, y - 0.16, x + wide / 2, y, wood)
    for side in (-1, 1):
        b.box(x + side * wide / 2 - 0.1, floor, x + side * wide / 2 + 0.1, floor + tall, wood * 1.05)


def framed(b, rng, x, floor):
    """A picture on the wall."""
    wide, tall, low = rng.uniform(1.2, 2.4), rng.uniform(1.2, 2), floor + rng.uniform(2, 3.2)
    b.box(
        x - wide / 2 - 0.14, low - 0.14, x + wide / 2 + 0.14, low + tall + 0.14, colour(rng, *WOOD, "e8e4da", "2a2a2a")
    )
    b.box(x - wide / 2, low, x + wide / 2, low + tall, colour(rng, "f2eee4", "dfe6ea", "e9dcc2"))
    for _ in range(3):
        b.oval(
            x + rng.uniform(-0.25, 0.25) * wide,
            low + rng.uniform(0.3, 0.7) * tall,
            0.3,
            0.25,
            colour(rng, *CLOTH),
            alpha=0.8,
        )


def curtain(b, rng, x, floor):
    """A curtain in folds."""
    wide, shade = rng.uniform(1.5, 3), colour(rng, *CLOTH, "e8dcc8")
    for i, place in enumerate(np.linspace(x - wide / 2, x + wide / 2, 9)):
        b.box(
            place, floor + 0.1, place + wide / 8 + 0.02, floor + 14, shade * (0.82 + 0.22 * (i % 2) + 0.05 * np.sin(i))
        )


def pot_plant(b, rng, x, floor):
    """A pot with leaves."""
    pot, low = colour(rng, "b5653f", "d8d2c6", "4f6a78", "8a8a86"), floor - rng.uniform(0, 0.5)
    tall = rng.uniform(1.4, 3)
    for _ in range(26):
        way, reach = rng.normal(0, 0.65), rng.uniform(0.6, 1.0) * tall
        tip = (x + np.sin(way) * reach, low + 0.8 + np.cos(way) * reach)
        b.blade(
            x + rng.normal(0, 0.1),
            low + 0.8,
            *tip,
            rng.uniform(0.05, 0.14),
            colour(rng, *GREENS) * rng.uniform(0.7, 1.15),
        )
    b.shape([(x - 0.55, low + 0.9), (x + 0.55, low + 0.9), (x + 0.4, low), (x - 0.4, low)], pot)
    b.box(x - 0.62, low + 0.78, x + 0.62, low + 1.0, pot * 1.08)
    b.box(x + 0.15, low + 0.05, x + 0.4, low + 0.78, pot * 0.8, alpha=0.5)


def lamp(b, rng, x, floor):
    """A standing lamp with its glow."""
    tall = rng.uniform(4, 5.5)
    b.shape([(x, floor - 0.2), (x, floor + tall)], colour(rng, "3a3a3a", "b59a5a"), closed=False, width=0.12)
    b.oval(x, floor + tall + 0.4, 2.4, 2.4, (1, 0.86, 0.6), alpha=0.25, blur=0.8)
    b.shape(
        [
            (x - 0.9, floor + tall),
            (x + 0.9, floor + tall),
            (x + 0.5, floor + tall + 1.1),
            (x - 0.5, floor + tall + 1.1),
        ],
        (0.98, 0.9, 0.72),
    )


def cupboard(b, rng, x, floor):
    """A low cupboard with doors and knobs, and tins on it."""
    wide, tall, wood = rng.uniform(3, 5), rng.uniform(1.6, 2.6), colour(rng, *WOOD, "e6e0d4", "9ab0a6")
    b.box(x - wide / 2, floor, x + wide / 2, floor + tall, wood)
    for side in (-1, 1):
        b.box(
            x + side * wide * 0.25 - wide * 0.21,
            floor + 0.2,
            x + side * wide * 0.25 + wide * 0.21,
            floor + tall - 0.25,
            wood * 0.9,
        )
        b.oval(x + side * 0.2, floor + tall * 0.55, 0.07, 0.07, wood * 0.45)
    b.box(x - wide / 2 - 0.1, floor + tall - 0.1, x + wide / 2 + 0.1, floor + tall + 0.08, wood * 1.12)
    tins(b, rng, x + rng.uniform(-0.3, 0.3) * wide, floor + tall + 0.08, rng.integers(1, 5))


def tins(b, rng, x, floor, count=4):
    """Tins in a row, with labels and rims."""
    for _ in range(int(count)):
        wide, tall, shade = rng.uniform(0.28, 0.42), rng.uniform(0.8, 1.3), colour(rng, *WARES)
        b.box(x - wide, floor, x + wide, floor + tall, (0.72, 0.72, 0.7), round_by=0.05)
        b.box(x - wide, floor + 0.12, x + wide, floor + tall - 0.12, shade)
        b.box(x - wide, floor + tall * 0.4, x + wide, floor + tall * 0.64, (0.95, 0.93, 0.86))
        b.box(x + wide * 0.45, floor, x + wide, floor + tall, (0, 0, 0), alpha=0.22, blur=0.04)
        b.box(x - wide * 0.7, floor, x - wide * 0.45, floor + tall, (1, 1, 1), alpha=0.3, blur=0.04)
        b.oval(x, floor + tall, wide, 0.09, (0.8, 0.8, 0.78))
        x += wide * 2 + rng.uniform(0.05, 0.3)


def ball(b, rng, x, floor):
    """A ball."""
    size, shade = rng.uniform(0.25, 0.5), colour(rng, "c94a3a", "e0c23a", "3a78b0", "e8e8e2", "6ab04a")
    b.oval(x, floor + 0.03, size, size * 0.25, (0, 0, 0), alpha=0.3, blur=0.06)
    b.oval(x, floor + size, size, size, shade)
    b.oval(x - size * 0.3, floor + size * 1.35, size * 0.35, size * 0.3, (1, 1, 1), alpha=0.35, blur=0.05)


INDOOR = (window, shelf, framed, curtain, pot_plant, lamp, cupboard)


# In front of the animal ----------------------------------------------------------------------------------------------


def grass_in_front(b, rng, low):
    """Blades that grow between us and the animal."""
    shade = colour(rng, *GREENS)
    for x in b.spread(rng, 0.10):
        b.blade(
            x, low - 0.2, x + rng.normal(0, 0.25), low + rng.uniform(0.25, 0.95), 0.035, shade * rng.uniform(0.65, 1.25)
        )


def cushion_in_front(b, rng, low):
    """A cushion that covers a part of the animal."""
    x, shade = rng.choice([-1, 1]) * rng.uniform(0.9, 1.6), colour(rng, *CLOTH)
    wide, tall = rng.uniform(0.8, 1.3), rng.uniform(0.4, 0.65)
    b.box(x - wide, low - 0.3, x + wide, low + tall, shade, round_by=0.25)
    for _ in range(5):
        b.oval(
            x + rng.uniform(-0.8, 0.8) * wide,
            low + rng.uniform(-0.1, 0.8) * tall,
            0.12,
            0.09,
            shade * rng.uniform(0.7, 1.35),
            alpha=0.7,
        )
    b.box(x - wide, low - 0.3, x + wide, low - 0.05, (0, 0, 0), alpha=0.2, blur=0.15)


def leaves_in_front(b, rng, low):
    """A plant that leans into the picture from one side."""
    side = rng.choice([-1, 1])
    x = b.left if side < 0 else b.right
    reach = 0.28 * (b.right - b.left)
    for _ in range(16):
        y = rng.uniform(b.bottom, b.bottom + 0.7 * (b.top - b.bottom))
        b.blade(
            x,
            y,
            x - side * reach * rng.uniform(0.3, 1),
            y + rng.uniform(-0.2, 0.9),
            rng.uniform(0.07, 0.16),
            colour(rng, *GREENS) * rng.uniform(0.6, 1.1),
        )


def box_in_front(b, rng, low):
    """The front of a cardboard box or a basket in which the animal is."""
    shade, high = colour(rng, "b58a58", "c9a06a", "8f6f4a", "a5a096"), low + rng.uniform(0.2, 0.5)
    b.box(-2.2, low - 1.5, 2.2, high, shade)
    b.box(-2.2, high - 0.08, 2.2, high, shade * 1.2)
    for x in np.arange(-2.1, 2.2, 0.35):
        b.box(x, low - 1.5, x + 0.05, high - 0.1, shade * 0.86)


def blanket_in_front(b, rng, low):
    """A fold of a blanket."""
    shade = colour(rng, *CLOTH)
    x = np.linspace(b.left - 0.2, b.right + 0.2, 24)
    edge = low + 0.12 + 0.12 * np.sin(x * rng.uniform(1, 2.5) + rng.uniform(0, 6))
    b.shape([(b.left - 1, b.bottom - 1), *zip(x, edge, strict=True), (b.right + 1, b.bottom - 1)], shade)
    b.shape(list(zip(x, edge - 0.05, strict=True)), shade * 1.25, closed=False, width=0.07)
    b.shape(list(zip(x, edge - 0.28, strict=True)), shade * 0.75, closed=False, width=0.1)


INDOOR_FRONT = (cushion_in_front, leaves_in_front, box_in_front, blanket_in_front)
OUTDOOR_FRONT = (grass_in_front, grass_in_front, leaves_in_front)
