"""Smooth random fields, and blurs: what gives fur, walls and sand their irregularity."""

import numpy as np

LATTICE = 32


class Noise:
    """A repeatable random field in space with values from 0 to 1, smooth at the scale of one unit."""

    def __init__(self, rng):
        self.table = rng.random((LATTICE, LATTICE, LATTICE))

    def __call__(self, points):
        """Return the field at points (..., 3)."""
        points = np.asarray(points, float)
        whole = np.floor(points).astype(int)
        part = points - whole
        part = part * part * (3 - 2 * part)
        total = 0.0
        for corner in np.ndindex(2, 2, 2):
            i, j, k = np.moveaxis((whole + corner) % LATTICE, -1, 0)
            weight = np.prod(np.where(np.array(corner) == 1, part, 1 - part), axis=-1)
            total = total + weight * self.table[i, j, k]
        return total

    def rough(self, points, octaves=3):
        """Return the field with finer and fainter detail added, still about 0 to 1."""
        points = np.asarray(points, float)
        total = sum(self(points * 2.0**n + 7.3 * n) * 0.5**n for n in range(octaves))
        return total / sum(0.5**n for n in range(octaves))


def box_blur(field, radius):
    """Return a (height, width) array averaged over squares of side 2 * radius + 1, twice; edges repeat."""
    radius = max(int(radius), 1)
    for _ in range(2):
        for axis in (0, 1):
            pad = [(0, 0), (0, 0)]
            pad[axis] = (radius + 1, radius)
            total = np.cumsum(np.pad(field, pad, mode="edge"), axis=axis)
            size = 2 * radius + 1
            high = np.take(total, np.arange(size, total.shape[axis]), axis=axis)
            low = np.take(total, np.arange(0, total.shape[axis] - size), axis=axis)
            field = (high - low) / size
    return field


def step(low, high, value):
    """Return 0 below `low`, 1 above `high` and a smooth ramp between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def blend(first, second, amount):
    """Return the mixture of two colours (or arrays of them): 0 gives the first, 1 the second."""
    amount = np.asarray(amount)[..., None] if np.ndim(amount) else amount
    return np.asarray(first) * (1 - amount) + np.asarray(second) * amount
