"""Points of two classes in the plane, class 0 and class 1, as many of each: what the plane trainer learns from."""

from collections.abc import Callable

import numpy as np

from ...lessons.deep_stack import two_spirals

Points = tuple[np.ndarray, np.ndarray]


def ring(count: int, noise: float, seed: int) -> Points:
    """Return a disc of class 0, and a ring of class 1 around it: points float32 (2 · count, 2), labels 0 or 1.

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
    """Return class 0 where both numbers have the same sign, class 1 where they have not.

    >>> points, labels = exclusive_or(100, 0.0, 1)
    >>> bool(((points.prod(axis=1) < 0) == labels).all())
    True
    """
    rng = np.random.default_rng(seed)
    places = rng.uniform(0.08, 0.95, (2, count, 2)) * rng.choice([-1, 1], (2, count, 1))
    places[1, :, 1] *= -1
    return _labelled(places, noise, rng)


def two_hills(count: int, noise: float, seed: int) -> Points:
    """Return a heap of class 0 below on the left, and one of class 1 above on the right.

    >>> two_hills(100, 0.0, 1)[0].shape
    (200, 2)
    """
    rng = np.random.default_rng(seed)
    return _labelled(rng.normal(np.array([[[-0.45]], [[0.45]]]), 0.18, (2, count, 2)), noise, rng)


def _labelled(places: np.ndarray, noise: float, rng: np.random.Generator) -> Points:
    """Return places (2, count, 2), moved a little at random, as points and labels."""
    moved = places + rng.normal(0, noise, places.shape)
    return moved.reshape(-1, 2).astype(np.float32), np.repeat([0, 1], places.shape[1])


MADE: dict[str, Callable[[int, float, int], Points]] = {
    "spirals": lambda count, noise, seed: two_spirals(count, noise=noise, seed=seed),
    "ring": ring,
    "exclusive or": exclusive_or,
    "two hills": two_hills,
}
