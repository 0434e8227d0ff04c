"""Poses: where the joints of a cat or a dog are when it stands, walks, sits, lies, stretches or sleeps.

World axes: x from tail to head, y up with the ground at 0, z to the side. The unit is the width of the skull.
"""

from dataclasses import dataclass, field

import numpy as np

from .solids import bend, unit


@dataclass
class Pose:
    """Joints of one animal; a leg is the list (top, middle joint, lower joint, foot) and its side is the sign of z."""

    name: str
    spine: np.ndarray  # points from rump to chest
    head: np.ndarray  # centre of the skull
    forward: np.ndarray  # where the trunk's front end points
    forelegs: list = field(default_factory=list)
    hindlegs: list = field(default_factory=list)
    tail: np.ndarray | None = None
    toes: np.ndarray = field(default_factory=lambda: np.array([1.0, 0.0, 0.0]))
    haunch: float = 0.0  # how far the folded thigh bulges
    asleep: bool = False


def points(*rows):
    """Return rows of numbers as an array of floats."""
    return np.array(rows, float)


def tail_curve(animal, root, back, rng, ground=False):
    """Return points along the tail, from its root; `back` is the direction away from the body."""
    long = animal.tail_length
    sway = rng.uniform(-0.5, 0.5)
    if animal.tail == "curl":  # over the back, as a spitz carries it
        arc = np.linspace(0, 1.5 * np.pi, 7)
        radius = long * 0.26
        return np.stack(
            [
                root[0] - 0.1 + radius * (np.cos(arc + np.pi / 2) * 0.9),
                root[1] + 0.1 + radius * (1 + np.sin(arc - np.pi / 2)),
                root[2] + 0.18 * np.sin(arc / 2) * np.sign(sway),
            ],
            axis=1,
        )
    if animal.tail == "stub":
        return np.stack([root, root + 0.22 * unit(np.array(back) + [0, 0.9, 0])])
    t = np.linspace(0, 1, 6)[:, None]
    if ground:
        side = np.sign(sway) * np.array([0.0, 0, 1])
        swing = 0.9 * t + 0.1
        path = root + long * (
            0.55 * t * unit(back) * (1 - 0.75 * t) + side * 0.55 * swing * t + 0.25 * t**2 * np.array([1.0, 0, 0])
        )
        path[:, 1] = np.maximum(root[1] * (1 - t[:, 0] * 2.5), animal.tail_width * 0.9)
        return path
    lift = rng.uniform(-0.6, 1.0) if animal.tail != "sabre" else rng.uniform(0.3, 1.2)
    hook = rng.uniform(0.1, 0.5)
    path = root + long * (
        t * unit(back) * 0.8 + t**2 * np.array([0.0, lift, sway * 0.8]) + t**3 * np.array([hook, 0.15, 0])
    )
    path[:, 1] = np.maximum(path[:, 1], 0.12)
    return path


def stand(animal, rng, stride=0.0):
    """Stand square, or walk with a stride."""
    half, height = animal.body / 2, animal.leg
    spine = points(
        [-half, height, 0], [-half * 0.4, height + 0.03, 0], [half * 0.3, height - 0.02, 0], [half, height, 0]
    )
    low = rng.random() < 0.2
    head = points([half + animal.neck + 0.28, height + (0.25 if low else 0.62) + 0.25 * animal.neck, 0])[0]
    pose = Pose("walk" if stride else "stand", spine, head, points([1, 0, 0])[0])
    for side, step in ((1, stride), (-1, -stride)):
        foot = points([half + 0.02 + 0.45 * step, 0.07 + 0.1 * max(step, 0), 0.21 * side])[0]
        shoulder = points([half - 0.04, height - 0.02, 0.24 * side])[0]
        wrist = foot + [-0.03, 0.2, 0]
        bone = max(np.linalg.norm(shoulder - wrist) / 2 * 1.03, 0.1)
        pose.forelegs.append([shoulder, bend(shoulder, wrist, bone, bone, [-1, 0, 0]), wrist, foot])
        foot = points([-half - 0.12 - 0.45 * step, 0.07 + 0.08 * max(-step, 0), 0.21 * side])[0]
        hip = points([-half + 0.05, height - 0.02, 0.2 * side])[0]
        hock = foot + points([-0.12, 0.27 * height + 0.06, 0])[0]
        bone = np.linalg.norm(hip - hock) / 2 * 1.12
        pose.hindlegs.append([hip, bend(hip, hock, bone, bone, [1, 0, 0]), hock, foot])
    root = points([-half - animal.rump * 0.8, height + animal.rump * 0.45, 0])[0]
    pose.tail = tail_curve(animal, root, [-1, 0.1, 0], rng)
    return pose


def sit(animal, rng):
    """Sit upright, forelegs straight, the tail on the ground."""
    tall = 0.72 * animal.leg + 0.42 * animal.body
    run = 0.48 * animal.body
    spine = points(
        [-run, animal.rump * 0.85, 0],
        [-run * 0.85, 0.36 * tall + 0.12, 0],
        [-run * 0.4, 0.66 * tall, 0],
        [0, 0.84 * tall, 0],
    )
    head = points([0.26 + 0.2 * animal.neck, 0.84 * tall + 0.5 + 0.6 * animal.neck, 0])[0]
    pose = Pose("sit", spine, head, unit([0.75, 0.6, 0]), haunch=1.0)
    for side in (1, -1):
        foot = points([0.16 + rng.uniform(-0.03, 0.05), 0.07, 0.19 * side])[0]
        shoulder = points([0.0, 0.8 * tall, 0.25 * side])[0]
        wrist = foot + [-0.03, 0.2, 0]
        bone = np.linalg.norm(shoulder - wrist) / 2 * 1.01
        pose.forelegs.append([shoulder, bend(shoulder, wrist, bone, bone, [-1, 0, 0]), wrist, foot])
        hip = points([-run, animal.rump * 0.9, 0.26 * side])[0]
        foot = points([-run + 0.62, 0.07, (animal.rump * 0.85 + 0.12) * side])[0]
        knee = points([-run + 0.52, animal.rump * 1.1, (animal.rump * 0.75 + 0.05) * side])[0]
        hock = points([-run + 0.05, 0.12, (animal.rump * 0.8 + 0.1) * side])[0]
        pose.hindlegs.append([hip, knee, hock, foot])
    root = points([-run - animal.rump * 0.75, animal.rump * 0.55, 0])[0]
    pose.tail = tail_curve(animal, root, [-1, 0, 0], rng, ground=True)
    return pose


def lie(animal, rng):
    """Lie on the belly like a sphinx, forelegs stretched out in front."""
    half = animal.body / 2
    rise = rng.uniform(0.05, 0.22)
    spine = points(
        [-half, animal.rump * 0.9, 0],
        [-half * 0.3, animal.waist * 1.0, 0],
        [half * 0.4, animal.chest * 0.95 + rise / 2, 0],
        [half, animal.chest * 0.95 + rise, 0],
    )
    head = points([half + 0.3 + 0.5 * animal.neck, animal.chest + rise + 0.48 + 0.45 * animal.neck, 0])[0]
    pose = Pose("lie", spine, head, unit([0.85, 0.5, 0]), haunch=0.8)
    for side in (1, -1):
        spread = rng.uniform(0.2, 0.3) * side
        foot = points([half + 0.45 + 0.5 * animal.leg + rng.uniform(-0.1, 0.1), 0.08, spread])[0]
        elbow = points([half - 0.05, 0.14, spread * 1.25])[0]
        pose.forelegs.append(
            [points([half - 0.02, animal.chest * 0.9 + rise, 0.26 * side])[0], elbow, foot - [0.2, -0.02, 0], foot]
        )
        knee = points([-half + 0.45, animal.rump * 0.9, (animal.rump * 0.85 + 0.05) * side])[0]
        hock = points([-half - 0.05, 0.12, (animal.rump + 0.05) * side])[0]
        hip = points([-half, animal.rump * 0.9, 0.25 * side])[0]
        pose.hindlegs.append([hip, knee, hock, points([-half + 0.55, 0.07, (animal.rump + 0.08) * side])[0]])
    root = points([-half - animal.rump * 0.7, animal.rump * 0.6, 0])[0]
    pose.tail = tail_curve(animal, root, [-1, 0, 0], rng, ground=True)
    return pose


def loaf(animal, rng):
    """Lie with the forepaws tucked under the chest."""
    pose = lie(animal, rng)
    half = animal.body / 2
    for leg, side in zip(pose.forelegs, (1, -1), strict=True):
        leg[1] = points([half - 0.05, 0.16, 0.32 * side])[0]
        leg[2] = points([half + 0.28, 0.12, 0.22 * side])[0]
        leg[3] = points([half + 0.32, 0.10, 0.12 * side])[0]
    return pose


def stretch(animal, rng):
    """Bow: chest low, forelegs far out, rump high."""
    half, height = animal.body / 2, animal.leg * 0.95
    low = animal.chest * 0.95
    spine = points(
        [-half, height, 0],
        [-half * 0.4, height * 0.92, 0],
        [half * 0.3, (height + low) * 0.48, 0],
        [half, low + 0.08, 0],
    )
    head = points([half + 0.5 + 0.3 * animal.neck, low + 0.42 + 0.3 * animal.neck, 0])[0]
    pose = Pose("stretch", spine, head, unit([1, 0.1, 0]))
    upright = stand(animal, rng)
    for side, leg in zip((1, -1), upright.hindlegs, strict=True):
        foot = points([half + 0.5 + 0.45 * animal.leg, 0.08, 0.26 * side])[0]
        shoulder = points([half - 0.02, low, 0.26 * side])[0]
        pose.forelegs.append([shoulder, points([half + 0.1, 0.15, 0.32 * side])[0], foot - [0.2, -0.02, 0], foot])
        pose.hindlegs.append([joint - [0, 0.05 * animal.leg * (joint[1] > 0.4), 0] for joint in leg])
    root = points([-half - animal.rump * 0.6, height + animal.rump * 0.7, 0])[0]
    pose.tail = tail_curve(animal, root, [-0.6, 0.8, 0], rng)
    return pose


def curl(animal, rng):
    """Sleep curled up, nose to tail."""
    radius = 0.30 * animal.body + 0.12
    arc = np.linspace(-0.25 * np.pi, -1.45 * np.pi, 6)  # from the rump round the back to the chest
    low = animal.waist * 0.85
    spine = np.stack(
        [radius * np.cos(arc) * 1.15, low + 0.06 * np.sin(np.linspace(0, np.pi, 6)), radius * np.sin(arc)], axis=1
    )
    end = spine[-1]
    head = points([end[0] + 0.55, 0.40, end[2] + 0.18])[0]
    pose = Pose("curl", spine, head, unit([1, -0.1, -0.1]), asleep=True)
    rump = spine[0]
    for side in (0.0, 1.0):
        foot = points([radius * 0.5 + 0.35 * side, 0.12, 0.42 + 0.14 * side])[0]
        pose.forelegs.append([end + [0.0, -0.05, 0.1], points([0.1, 0.2, 0.3])[0], foot - [0.2, 0, 0.05], foot])
    thigh = rump + [0.05, 0.0, 0.25]
    pose.hindlegs.append([rump, thigh + [0.15, 0.05, 0.2], thigh + [0.3, -0.15, 0.3], points([0.2, 0.1, 0.72])[0]])
    sweep = np.linspace(-0.22 * np.pi, 0.42 * np.pi, 6)
    around = radius + animal.rump + animal.tail_width * 0.6
    if animal.tail in ("stub", "curl"):
        sweep = sweep[:3]
    pose.tail = np.stack(
        [around * np.cos(sweep) * 1.1, np.full(len(sweep), animal.tail_width * 1.2), around * np.sin(sweep)], axis=1
    )
    pose.tail[0, 1] = low
    return pose


POSES = {
    "sit": sit,
    "stand": stand,
    "walk": lambda animal, rng: stand(animal, rng, stride=rng.choice([-1, 1]) * rng.uniform(0.5, 0.9)),
    "lie": lie,
    "loaf": loaf,
    "stretch": stretch,
    "curl": curl,
}
