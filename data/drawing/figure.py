"""Flesh on the bones: an animal in a pose becomes a list of solids."""

from dataclasses import dataclass, field

import numpy as np

from .head import Head, shape_head
from .poses import POSES
from .solids import Solid, chain, frame, unit


@dataclass
class Figure:
    """A posed animal: its solids, its head, and whether it sleeps."""

    animal: object
    pose: object
    solids: list = field(default_factory=list)
    head: Head | None = None


def limit(direction, axis, most):
    """Return the direction, turned towards the axis until it is at most `most` radians away."""
    direction, axis = unit(direction), unit(axis)
    angle = np.arccos(np.clip(direction @ axis, -1, 1))
    if angle <= most:
        return direction
    aside = unit(direction - (direction @ axis) * axis)
    return np.cos(most) * axis + np.sin(most) * aside


def paw_solids(foot, toes, size, rest):
    """Return a paw: a cushion and four toes in front of it."""
    axes = frame(toes)
    foot = np.asarray(foot, float)
    middle = foot + axes[0] * size * 0.35 - [0, 0.02, 0]
    solids = [Solid(middle, axes, size * np.array([1.05, 0.62, 0.88]), "paw", axes[0], rest)]
    for spread in (-0.58, -0.2, 0.2, 0.58):
        ahead = 0.78 - 0.5 * spread**2
        toe = middle + size * (axes[0] * ahead + axes[2] * spread - axes[1] * 0.14)
        solids.append(Solid(toe, axes, size * np.array([0.42, 0.36, 0.25]), "paw", axes[0], rest))
    return solids


def trunk(animal, pose):
    """Return the trunk from rump to chest and the neck."""
    radii = np.array([
        [animal.rump, animal.rump * 0.92], [animal.waist, animal.waist * 0.92],
        [animal.chest * 1.02, animal.chest * 0.88],
        [animal.chest * 0.94, animal.chest * 0.84],
    ])  # fmt: skip
    along = np.linspace(0, 3, len(pose.spine))
    radii = np.stack([np.interp(along, np.arange(4), column) for column in radii.T], axis=1)
    half = animal.body / 2
    # On an upright back "up" is towards the back of the animal, so that its belly keeps the belly's colours.
    back = unit([-0.9, 0.75, 0]) if pose.name == "sit" else (0, 1, 0)
    down = np.array([0, -0.5, 0])
    solids = chain(
        pose.spine,
        radii,
        "torso",
        [-half, 0, 0],
        [animal.body, 0, 0],
        up=back,
        flow=-1.9 * pose.forward + down,
        density=0.4,
    )
    chest = pose.spine[-1]
    neck = np.stack(
        [chest + 0.1 * unit(pose.head - chest), (chest * 0.4 + pose.head * 0.6), pose.head - 0.05 * pose.forward]
    )
    width = animal.neck_width
    widths = [[animal.chest * 0.8, animal.chest * 0.76], [width * 1.05, width], [width, width * 0.95]]
    solids += chain(
        neck,
        widths,
        "torso",
        [half, 0, 0],
        [0.45, 0.0, 0],
        up=back,
        flow=-2.2 * unit(pose.head - chest) + down,
        density=0.4,
    )
    return solids


def legs(animal, pose):
    """Return four legs with paws; each leg's rest coordinates run down from the trunk."""
    half, bone = animal.body / 2, animal.bone
    solids = []
    for number, leg in enumerate(pose.forelegs):
        side = 1 if number == 0 else -1
        rest = np.array([half, -0.1, 0.3 * side])
        thick = [
            [bone * 1.9, bone * 1.5],
            [bone * 1.25, bone * 1.15],
            [bone * 0.95, bone * 0.92],
            [bone * 0.98, bone * 0.98],
        ]
        solids += chain(leg, thick, "foreleg", rest, [0, -animal.leg, 0], up=(1, 0, 0), density=0.5)
        toes = unit((leg[3] - leg[2]) * [1, 0, 1] + 0.4 * pose.toes)
        solids += paw_solids(leg[3], toes, animal.paw, rest + [0, -animal.leg, 0])
    for number, leg in enumerate(pose.hindlegs):
        side = 1 if number == 0 else -1
        rest = np.array([-half, -0.1, 0.3 * side])
        thigh = animal.rump * (0.72 if not pose.haunch else 0.6)
        thick = [
            [thigh, thigh * 0.6],
            [bone * 1.55, bone * 1.2],
            [bone * 0.95, bone * 0.85],
            [bone * 0.95, bone * 0.95],
        ]
        solids += chain(leg, thick, "hindleg", rest, [0, -animal.leg, 0], up=(1, 0, 0), density=0.5)
        solids += paw_solids(
            leg[3], unit((leg[3] - leg[2]) * [1, 0, 1] + 0.6 * pose.toes), animal.paw, rest + [0, -animal.leg, 0]
        )
        if pose.haunch:
            middle = 0.5 * (np.asarray(leg[0]) + leg[1]) + [0.02, -0.05, 0.02 * side]
            size = animal.rump * np.array([1.05, 0.9, 0.48])
            solids.append(Solid(middle, frame([0.9, 0.35, 0]), size, "hindleg", unit([-0.5, -1, 0]), rest))
    return solids


def tail(animal, pose):
    """Return the tail, thin or plumed."""
    width = animal.tail_width
    shape = {"plume": (0.6, 1.1, 0.9, 0.35), "curl": (0.8, 1.1, 1.0, 0.5), "stub": (1.1, 1.0, 1.0, 0.8)}
    profile = np.array(shape.get(animal.tail, (1.15, 1.0, 0.9, 0.6))) * width
    along = np.linspace(0, 3, len(pose.tail))
    widths = np.interp(along, np.arange(4), profile)
    rest = np.array([-animal.body / 2 - 0.3, 0.2, 0])
    return chain(pose.tail, np.stack([widths, widths], axis=1), "tail", rest, [-animal.tail_length, 0, 0], density=0.5)


def make(animal, pose_name, rng, gaze, roll=0.0, mouth=0.0):
    """Return the figure of an animal in a pose, its face turned towards `gaze` (in the world) as far as it goes."""
    pose = POSES[pose_name](animal, rng)
    figure = Figure(animal, pose)
    figure.solids = trunk(animal, pose) + legs(animal, pose) + tail(animal, pose)
    if pose.asleep:
        level = unit([0.35, -0.25, 1.0])
        axes = frame(limit(gaze, level, 0.45), roll=roll * 0.5)
        mouth = 0.0
    else:
        level = unit(pose.forward * [1, 0, 1])
        axes = frame(limit(gaze, level, 1.35), roll=roll)
    figure.head = shape_head(
        animal, pose.head, axes, np.array([animal.body / 2 + 0.75, 0.35, 0.0]), rng, mouth=mouth, asleep=pose.asleep
    )
    figure.solids += figure.head.solids
    return figure
