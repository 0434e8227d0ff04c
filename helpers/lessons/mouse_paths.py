"""Simulated mouse paths of people and of bots, and their heat maps as pictures in folders.

No real mouse was recorded: people and bots are what the functions below say, and no more.
"""

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

POSITIONS_PER_SECOND = 60
KINDS = ("straight", "jumps", "imitates")  # of bots
MARGIN = 0.08  # of the screen, in which no target lies


def person_path(rng: np.random.Generator, targets: int = 5) -> np.ndarray:
    """Simulate the mouse path of a person over some targets, 60 positions a second: (n, 2), from 0 to 1.

    Each movement starts and ends slowly (the smooth profile of Flash and Hogan, 1985), is curved, trembles, often
    overshoots and comes back, and is followed by a pause. Taught in lesson 06.

    >>> person_path(np.random.default_rng(1)).shape[1]
    2
    """
    ends = _targets(rng, targets)
    parts = [_rest(rng, ends[0], rng.uniform(0.2, 0.8))]
    for start, end in itertools.pairwise(ends):
        aim = end + rng.normal(0, 0.015, 2)
        if rng.random() < 0.6:  # too far, and back
            aim = end + rng.uniform(0.03, 0.12) * (end - start)
        way = math.dist(start, aim)
        parts.append(_stroke(rng, parts[-1][-1], aim, 0.35 + 0.6 * way, bow=rng.normal(0, 0.12) * way))
        if math.dist(aim, end) > 0.01:
            parts.append(_stroke(rng, aim, end, rng.uniform(0.15, 0.3), bow=0.0))
        parts.append(_rest(rng, end, rng.uniform(0.1, 1.2)))
    path = np.concatenate(parts)
    return path + _tremor(rng, len(path))


def bot_path(rng: np.random.Generator, kind: str, targets: int = 5) -> np.ndarray:
    """Simulate the mouse path of a bot, 60 positions a second: (n, 2), from 0 to 1.

    kind: "straight" moves in straight lines at a constant speed; "jumps" is at one target, and then at the next;
    "imitates" curves its path, starts and ends slowly and rests, but neither trembles nor overshoots, and always keeps
    the same pace. ValueError for another kind. Taught in lesson 06.

    >>> len(np.unique(bot_path(np.random.default_rng(1), "jumps", targets=4), axis=0))
    4
    """
    if kind not in KINDS:
        raise ValueError(f"got kind={kind!r}; type one of {', '.join(map(repr, KINDS))}")
    ends = _targets(rng, targets)
    pause, speed = round(POSITIONS_PER_SECOND * rng.uniform(0.1, 0.6)), rng.uniform(0.5, 1.5)  # screens a second
    parts = [np.repeat(ends[:1], pause, axis=0)]
    for start, end in itertools.pairwise(ends):
        way = math.dist(start, end)
        along = np.linspace(0, 1, max(2, round(POSITIONS_PER_SECOND * way / speed)))[:, None]
        if kind == "straight":
            parts.append(start + along * (end - start))
        elif kind == "imitates":
            parts.append(_curve(start, end, _smooth(along), bow=rng.choice([-0.15, 0.15]) * way))
        parts.append(np.repeat(end[None], pause, axis=0))
    return np.concatenate(parts)


def _targets(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return random positions on the screen, each at a distance from the one before."""
    if count < 2:
        raise ValueError(f"got targets={count!r}; a way needs 2 or more")
    found = [rng.uniform(MARGIN, 1 - MARGIN, 2)]
    while len(found) < count:
        position = rng.uniform(MARGIN, 1 - MARGIN, 2)
        if math.dist(position, found[-1]) > 0.2:
            found.append(position)
    return np.array(found)


def _smooth(along: np.ndarray) -> np.ndarray:
    """Turn an even pace into one that starts and ends slowly, with the least jerk."""
    return 10 * along**3 - 15 * along**4 + 6 * along**5


def _curve(start: np.ndarray, end: np.ndarray, along: np.ndarray, bow: float) -> np.ndarray:
    """Return positions on a curved line; `bow` is the distance of its middle from the straight one."""
    across = np.array([-(end - start)[1], (end - start)[0]]) / max(math.dist(start, end), 1e-9)
    return start + along * (end - start) + 4 * bow * along * (1 - along) * across


def _stroke(rng: np.random.Generator, start: np.ndarray, end: np.ndarray, seconds: float, bow: float) -> np.ndarray:
    """Return one movement of a hand; its time differs from stroke to stroke."""
    along = np.linspace(0, 1, max(4, round(POSITIONS_PER_SECOND * seconds * rng.uniform(0.8, 1.3))))[:, None]
    return _curve(start, end, _smooth(along), bow)


def _rest(rng: np.random.Generator, position: np.ndarray, seconds: float) -> np.ndarray:
    """Return the positions of a hand that rests and drifts a little."""
    drift = np.cumsum(rng.normal(0, 0.0006, (max(2, round(POSITIONS_PER_SECOND * seconds)), 2)), axis=0)
    return position + drift


def _tremor(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return the tremor of a hand, smoothed over a few positions: (count, 2)."""
    noise = rng.normal(0, 0.006, (count + 4, 2))
    return np.stack([np.convolve(noise[:, axis], np.ones(5) / 5, mode="valid") for axis in (0, 1)], axis=1)


def heat_map(path: np.ndarray, size: int = 128) -> np.ndarray:
    """Draw a path as a heat map: the longer the mouse was somewhere, the brighter; uint8 (size, size, 3).

    path: (n, 2), x to the right and y downwards, from 0 to 1; what lies outside is drawn at the edge. Taught in
    lesson 06.

    >>> heat_map(np.array([[0.5, 0.5]] * 60)).shape
    (128, 128, 3)
    """
    positions = np.clip(np.asarray(path, dtype=float), 0, 1)
    if positions.ndim != 2 or positions.shape[1] != 2 or not len(positions):
        raise ValueError(f"got a path of shape {np.shape(path)}; we need (n, 2), x and y of each position")
    columns, rows = np.minimum((positions * size).astype(int), size - 1).T
    heat = np.zeros((size + 2, size + 2))
    np.add.at(heat, (rows + 1, columns + 1), 1)
    for _ in range(2):  # blurred a little, down and across, so that a single position can be seen
        heat[1:-1] = (0.2 * heat[:-2] + 0.6 * heat[1:-1] + 0.2 * heat[2:]).copy()
        heat = heat.T
    return _colours(
        np.log1p(20 * heat[1:-1, 1:-1]) / np.log1p(20 * 30)
    )  # the logarithm: a pause would outshine all else


def _colours(heat: np.ndarray) -> np.ndarray:
    """Colour heat from 0 to 1: dark blue, violet, orange, pale yellow."""
    stops = np.array([[8, 10, 40], [70, 30, 130], [200, 60, 90], [255, 150, 40], [255, 250, 200]])
    at = np.linspace(0, 1, len(stops))
    return np.stack([np.interp(heat, at, stops[:, channel]) for channel in range(3)], axis=-1).astype(np.uint8)


def draw_heat_maps(
    folder: str | Path,
    *,
    train: int = 200,
    valid: int = 100,
    kinds: Sequence[str] = KINDS,
    valid_kinds: Sequence[str] | None = None,
    seed: int = 0,
) -> dict[Path, np.ndarray]:
    """Write heat maps of people and bots to folder/train and folder/valid, in `bots` and `people`; return file → path.

    train, valid: pictures for each class. kinds: of the bots to train on, each as often; valid_kinds: of those to
    validate on, the same if not given. A bot's file name begins with its kind. Taught in lesson 06.
    """
    rng, paths = np.random.default_rng(seed), {}
    for split, count, of_bots in (("train", train, kinds), ("valid", valid, valid_kinds or kinds)):
        for name in ("bots", "people"):
            (Path(folder) / split / name).mkdir(parents=True, exist_ok=True)
            for number in range(count):
                kind = of_bots[number % len(of_bots)] if name == "bots" else "person"
                targets = int(rng.integers(4, 8))
                path = bot_path(rng, kind, targets) if name == "bots" else person_path(rng, targets)
                file = Path(folder) / split / name / f"{kind}-{number:03}.png"
                Image.fromarray(heat_map(path)).save(file)
                paths[file] = path
    return paths


def path_features(path: np.ndarray) -> np.ndarray:
    """Return two hand-made features of a path: straightness and unevenness, (2,).

    Straightness: the share of steps that turn by less than 2 degrees against the step before. Unevenness: the spread
    of the speed divided by its mean, while the mouse moves. A path that moves less than twice gives (1, 0). Lesson 06.

    >>> path_features(np.linspace([0, 0], [1, 1], 50)).round(2).tolist()
    [1.0, 0.0]
    """
    steps = np.diff(np.asarray(path, dtype=float), axis=0)
    speeds = np.hypot(*steps.T)
    moving = speeds > 1e-9
    if moving.sum() < 2:
        return np.array([1.0, 0.0])
    along = np.exp(1j * np.arctan2(steps[moving, 1], steps[moving, 0]))  # directions: their quotient is the turn
    turns = np.abs(np.angle(along[1:] / along[:-1]))
    return np.array([np.mean(turns < math.radians(2)), speeds[moving].std() / speeds[moving].mean()])
