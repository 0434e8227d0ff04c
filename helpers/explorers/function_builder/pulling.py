"""Pulling at a sum of ReLUs: one of its bends goes where it is wanted, and the sum stays where it is at all others.

So a bend is moved as a point of a polygon is. In ReLUs: a pull up adds a hat, which changes the slopes of the ReLU
that bends there and of the two beside it. Left of the first bend a sum of ReLUs that are flat on the left is flat, so
this part goes along. Where there are ReLUs of both sides, the others cannot all stay: they stay as near as they can.
"""

import numpy as np

from ...lessons.relu_sums import ReluSum

NEAR = 0.02  # bends that are no further apart go together: between them, the slope would be enormous
FIRM, CALM = 1e3, 1e-5  # how much the pulled bend counts beside the others, and a small change of the slopes
DIGITS = 6  # of what is found: 2, and not 1.9999999
EDGES = (-1.0, 1.0)


def moved_bend(function: ReluSum, index: int, x: float, y: float) -> ReluSum:
    """Return a sum whose bend `index` is at (x, y), and that stays where it is at all its other bends and the edges.

    >>> hat = moved_bend(ReluSum([-0.5, 0, 0.5], [0, 0, 0]), 1, 0.0, 1.0)
    >>> (hat.slopes + 0).tolist()
    [2.0, -4.0, 2.0]
    """
    places = function.places.copy()
    places[index] = x
    moved = ReluSum(places, function.slopes, function.sides, function.bias)
    return _through(moved, x, y, function, np.delete(function.places, index))


def added_bend(function: ReluSum, x: float, y: float) -> ReluSum:
    """Return a sum with one more ReLU, flat on its left, whose bend is at (x, y); the others stay, as in `moved_bend`.

    >>> tent = added_bend(ReluSum([-1], [0]), 0.0, 0.5)
    >>> (tent([-1, 0, 1]).round(4) + 0).tolist()
    [0.0, 0.5, 0.0]
    """
    places, slopes, sides = function.places, function.slopes, function.sides
    more = ReluSum(np.append(places, x), np.append(slopes, 0), np.append(sides, 1), function.bias)
    return _through(more, x, y, function, places)


def pulled_end(function: ReluSum, y: float) -> ReluSum:
    """Return a sum that is y at the right edge; its bends stay, as in `moved_bend`.

    >>> (pulled_end(ReluSum([-1, 0], [1, 0]), 0.0).slopes + 0).tolist()
    [1.0, -2.0]
    """
    return _through(function, 1.0, y, function, function.places)


def _through(function: ReluSum, x: float, y: float, before: ReluSum, bends: np.ndarray) -> ReluSum:
    """Return a sum through (x, y) that is at `bends` and the edges what `before` was there: by least squares.

    Only the bias and the slopes of the ReLUs that bend inside are changed, as little as is needed.
    """
    stay = np.append(bends[np.abs(bends) <= 1], EDGES)
    stay = stay[np.abs(stay - x) > NEAR]
    free = np.flatnonzero(np.abs(function.places) <= 1)
    at = np.append(stay, x)
    change = np.append(before(stay), y) - function(at)
    by = np.vstack([function.activations(at)[free], np.ones(len(at))]).T
    firm = np.where(at == x, FIRM, 1.0)
    calm = CALM * np.eye(len(free) + 1)
    rows, wanted = np.vstack([firm[:, None] * by, calm]), np.append(firm * change, np.zeros(len(free) + 1))
    found = np.linalg.lstsq(rows, wanted, rcond=None)[0].round(DIGITS)
    slopes = function.slopes.copy()
    slopes[free] += found[:-1]
    return ReluSum(function.places, slopes, function.sides, float(function.bias + found[-1]))
