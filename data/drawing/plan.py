"""What to draw: a cat and a dog of one number share size, coat, pose, crop and light.

Their worlds differ, but come from the same chances: no two pictures of the sample show the same place.
"""

from dataclasses import dataclass, replace

import numpy as np

from .anatomy import BREEDS
from .coats import FAMILIES, PALETTES

POSES = {"sit": 0.32, "stand": 0.15, "walk": 0.10, "lie": 0.23, "loaf": 0.12, "stretch": 0.05, "curl": 0.03}


@dataclass(frozen=True)
class Plan:
    """One picture: its size in pixels and in bytes, the scene, the light, the camera, and the animal in it."""

    key: tuple[int, ...]  # all chance in the animal's own shape comes from here
    scene_key: tuple[int, ...]  # and in the world around it from here
    species: str
    breed: str
    family: str
    palette: str
    width: int
    height: int
    bytes: int
    pose: str
    yaw: float
    pitch: float
    portrait: bool
    fill: float
    place: tuple[float, float]
    indoors: bool
    covered: bool
    sun: tuple[float, float, float]
    warmth: float
    brightness: float
    mirrored: bool
    special: bool = False


def plan(seed: int, number: int, species: str) -> Plan:
    """Return what picture `number` of a species shows; both species have the same coat, pose, crop and light there."""
    rng = np.random.default_rng((seed, number))
    own = np.random.default_rng((seed, number, species == "dog"))
    long = int(rng.integers(210, 376))
    short = int(max(180, long * rng.choice([1, 0.75, 0.75, 0.67, 0.8, rng.uniform(0.6, 1)])))
    width, height = (long, short) if rng.random() < 0.62 else (short, long)
    portrait = bool(rng.random() < 0.62)
    poses = list(POSES)
    pose = str(rng.choice(poses, p=np.array(list(POSES.values()))))
    if portrait and pose == "curl":
        pose = "sit"
    side = rng.choice([-1, 1])
    return Plan(
        key=(seed, number, int(species == "dog")),
        scene_key=(seed, number, 7, int(species == "dog")),
        species=species,
        breed=str(own.choice(list(BREEDS[species]), p=list(BREEDS[species].values()))),
        family=str(rng.choice(FAMILIES)),
        palette=str(rng.choice(list(PALETTES))),
        width=width,
        height=height,
        bytes=int(np.clip(rng.lognormal(np.log(7900), 0.22), 4800, 14000)),
        pose=pose,
        yaw=float(np.clip(rng.normal(0, 0.75), -1.5, 1.5)) if pose != "curl" else float(rng.uniform(-0.6, 0.6)),
        pitch=float(rng.uniform(0.06, 0.42)),
        portrait=portrait,
        fill=float(rng.uniform(0.36, 0.58) if portrait else rng.uniform(0.92, 1.2)),
        place=(float(rng.uniform(-0.16, 0.16)), float(rng.uniform(-0.09, 0.07))),
        indoors=bool(rng.random() < 0.58),
        covered=bool(rng.random() < 0.22),
        sun=(float(side * rng.uniform(0.2, 0.8)), float(rng.uniform(0.35, 0.9)), float(rng.uniform(0.45, 0.9))),
        warmth=float(rng.normal(0, 0.07)),
        brightness=float(np.clip(rng.normal(1.02, 0.12), 0.72, 1.25)),
        mirrored=bool(rng.random() < 0.5),
    )


def black_cat(seed: int) -> Plan:
    """Return the plan of the lessons' first picture: a black cat before green flowery wallpaper, tins behind it."""
    return replace(
        plan(seed, 0, "cat"), breed="house cat", family="solid", palette="black", width=375, height=278, bytes=13000,
        pose="lie", yaw=0.55, pitch=0.22, portrait=False, fill=0.80, place=(0.03, 0.05), indoors=True, covered=False,
        sun=(-0.5, 0.6, 0.7), warmth=0.03, brightness=1.05, mirrored=False, special=True,
    )  # fmt: skip
