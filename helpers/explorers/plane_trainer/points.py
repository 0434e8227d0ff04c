"""Data sets of points in the plane, of class 0 and class 1, as many of each: what the plane trainer trains on."""

from collections.abc import Callable

import numpy as np

from ...lessons.deep_stack import two_spirals

Points = tuple[np.ndarray, np.ndarray]


def ring(count: int, noise: float, seed: int) -> Points:
    """Return the ring data set, a disc in a ring: points float32 (2 · count, 2), labels 0 or 1.

    >>> points, labels = ring(100, 0.0, 1)
    >>> bool(np.hypot(*points[labels == 0].T).max() < np.hypot(*points[labels == 1].T).min())
    True
    """
    rng = np.random.default_rng(seed)
    inner, outer = np.array([[0.0], [0.6]]), np.array([[0.4], [1.0]])
    far = np.sqrt(rng.uniform(inner**2, outer**2, (2, count)))  # the root: as dense outside as inside
    angle = rng.uniform(0, 2 * np.pi, (2, count))
    return _labelled(np.stack([far * np.cos(angle), far * np.sin(angle)], axis=-1), noise, rng)


def exclusive_or(count: int, noise: float, seed: int) -> Points:
    """Return the XOR data set: class 0 where x and y have the same sign, class 1 where they have not.

    >>> points, labels = exclusive_or(100, 0.0, 1)
    >>> bool(((points.prod(axis=1) < 0) == labels).all())
    True
    """
    rng = np.random.default_rng(seed)
    points = rng.uniform(0.08, 0.95, (2, count, 2)) * rng.choice([-1, 1], (2, count, 1))
    points[1, :, 1] *= -1
    return _labelled(points, noise, rng)


def two_hills(count: int, noise: float, seed: int) -> Points:
    """Return two Gaussian blobs, class 0 below on the left, class 1 above on the right.

    >>> two_hills(100, 0.0, 1)[0].shape
    (200, 2)
    """
    rng = np.random.default_rng(seed)
    return _labelled(rng.normal(np.array([[[-0.45]], [[0.45]]]), 0.18, (2, count, 2)), noise, rng)


def _labelled(points: np.ndarray, noise: float, rng: np.random.Generator) -> Points:
    """Return points (2, count, 2) with noise added, as points (2 · count, 2) and labels."""
    moved = points + rng.normal(0, noise, points.shape)
    return moved.reshape(-1, 2).astype(np.float32), np.repeat([0, 1], points.shape[1])


MADE: dict[str, Callable[[int, float, int], Points]] = {
    "spirals": lambda count, noise, seed: two_spirals(count, noise=noise, seed=seed),
    "ring": ring,
    "exclusive or": exclusive_or,
    "two hills": two_hills,
}
