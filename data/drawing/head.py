"""Heads: skull, muzzle, ears, eyes, nose, mouth and whiskers, in the head's own axes (forward, up, side)."""

from dataclasses import dataclass, field

import numpy as np

from .ears import ears
from .solids import Solid, chain, frame, unit


@dataclass
class Head:
    """A head in the world: `origin` is the centre of the skull, `lines` holds (kind, points) to draw over the fur."""

    origin: np.ndarray
    axes: np.ndarray
    rest: np.ndarray
    solids: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    nose: np.ndarray | None = None  # tip of the nose, in the head's axes
    eyes: list = field(default_factory=list)
    asleep: bool = False

    def world(self, point):
        """Return a point of the head in world coordinates."""
        return self.origin + np.asarray(point, float) @ self.axes

    def add(self, centre, radii, part="head", stuff="fur", forward=(1, 0, 0), up=(0, 1, 0)):
        """Add an ellipsoid; its fur points away from the nose."""
        centre = np.asarray(centre, float)
        local = frame(forward, up)
        flow = unit(centre - np.array([0.75, -0.05, 0])) if self.nose is None else unit(centre - self.nose)
        self.solids.append(
            Solid(
                self.world(centre),
                local @ self.axes,
                np.asarray(radii, float),
                part,
                flow @ self.axes,
                self.rest + centre,
                stuff,
            )
        )

    def both(self, centre, radii, **keywords):
        """Add an ellipsoid and its mirror image."""
        for side in (1, -1):
            self.add(np.asarray(centre, float) * [1, 1, side], radii, **keywords)

    def strand(self, points, radii, part, up=(1.0, 0.0, 0.0), stuff="fur", density=0.4):
        """Add a chain of ellipsoids through points of the head; `radii` is (along `up`, across)."""
        points = np.asarray(points, float)
        made = chain(
            self.origin + points @ self.axes, radii, part, self.rest + points[0], points[-1] - points[0], stuff,
            up=np.asarray(up, float) @ self.axes, density=density,
        )  # fmt: skip
        self.solids += made

    def line(self, kind, points):
        """Add a line to be drawn over the fur."""
        self.lines.append((kind, self.origin + np.asarray(points, float) @ self.axes))


def cat_face(head, animal, rng):
    """Add a cat's face: round skull, big eyes, short muzzle with whisker pads, small nose."""
    m = animal.muzzle
    head.nose = np.array([0.42 + m * 0.75, -0.10, 0.0])
    head.add([0, 0, 0], [0.48, 0.44, 0.50])
    head.add([0.16, 0.12, 0], [0.31, 0.30, 0.38])
    puff = animal.cheeks
    head.both([0.08, -0.17 - 0.04 * puff, 0.27 + 0.05 * puff], [0.27, 0.22 + 0.03 * puff, 0.23 + 0.05 * puff])
    head.add([0.30 + m * 0.4, -0.04, 0], [0.18, 0.13, 0.12], part="muzzle")
    pads = 0.34 + m * 0.65
    head.both([pads, -0.19, 0.095], [0.12, 0.105, 0.125], part="muzzle")
    head.add([pads - 0.06, -0.30, 0], [0.12, 0.08, 0.11], part="muzzle")
    head.add(head.nose, [0.05, 0.035, 0.068], stuff="nose")
    head.add(head.nose + [0.0, -0.035, 0], [0.04, 0.04, 0.028], stuff="nose")
    for side in (1, -1):
        head.add(
            [0.325, 0.055, 0.205 * side],
            np.full(3, animal.eye * 1.22),
            stuff="eye",
            forward=(1.0, 0.05, 0.36 * side),
            up=(0, 1, -0.16 * side),
        )
    tip, reach = head.nose, pads + 0.115
    head.line("mouth", [tip + [0.0, -0.05, 0], [reach - 0.01, -0.215, 0]])
    for side in (1, -1):
        outer = [reach - 0.1, -0.225, 0.2 * side]
        corner = [reach - 0.04, -0.258, 0.13 * side]
        lips = [
            [reach - 0.01, -0.215, 0.0],
            [reach - 0.015, -0.262, 0.06 * side],
            corner,
            outer,
        ]
        head.line("mouth", lips)
        for row in range(5):
            start = np.array([pads + 0.06, -0.15 - 0.025 * row, (0.14 + 0.012 * row) * side])
            lift = 0.22 - 0.14 * row + rng.uniform(-0.04, 0.04)
            long = rng.uniform(0.75, 1.0)
            out = np.array([-0.25, lift * 0.5, 0.75 * side]) * long
            end = np.array([-0.5, lift * 0.5 - 0.16, 1.0 * side]) * long
            head.line("whisker", [start, start + 0.55 * out, start + end])
    ears(head, animal, rng)


def dog_face(head, animal, rng, mouth):
    """Add a dog's face: brow, longer snout with a big nose, jaw, lips, and sometimes the tongue."""
    m, w = animal.muzzle, animal.muzzle_width
    tip = 0.36 + m
    droop = 0.05 + 0.1 * min(m, 0.5)
    head.nose = np.array([tip + 0.06, -0.10 - droop * 0.6, 0.0])
    head.add([0, 0, 0], [0.46, 0.42, 0.45])
    head.both([0.17, 0.13, 0.13], [0.21, 0.19, 0.19])
    head.both([0.08, -0.16, 0.21], [0.29, 0.24, 0.22 + 0.08 * animal.cheeks])
    snout = [[0.25, -0.09, 0], [0.25 + m * 0.5, -0.12 - droop * 0.5, 0], [tip - 0.03, -0.14 - droop, 0]]
    head.strand(snout, [[0.21, w * 1.15], [0.16, w * 0.92], [0.13, w * 0.78]], "muzzle", up=(0, 1, 0), density=0.4)
    lip = 0.06 + 0.09 * animal.jowls
    head.both(
        [0.30 + m * 0.72, -0.22 - droop - lip * 0.5, w * 0.48], [0.12 + m * 0.25, 0.09 + lip, w * 0.5], part="muzzle"
    )
    opened = 0.24 * mouth
    jaw = [[0.12, -0.28, 0], [0.26 + m * 0.5, -0.33 - droop - opened * 0.6, 0], [tip - 0.10, -0.31 - droop - opened, 0]]
    head.strand(jaw, [[0.10, w * 0.8], [0.075, w * 0.68], [0.06, w * 0.5]], "muzzle", up=(0, 1, 0), density=0.4)
    big = 0.9 + w
    head.add(head.nose, np.array([0.07, 0.075, 0.10]) * big, stuff="nose")
    head.add(head.nose + [-0.02, -0.05, 0], np.array([0.06, 0.06, 0.05]) * big, stuff="nose")
    for side in (1, -1):
        head.add(
            [0.325, 0.06, 0.20 * side],
            np.full(3, animal.eye * 1.25),
            stuff="eye",
            forward=(1.0, 0.05, 0.30 * side),
            up=(0, 1, 0.05 * side),
        )
    under = -0.29 - droop - lip
    if mouth > 0.3:
        inside = np.array([0.28 + m * 0.6, -0.29 - droop - opened * 0.35, 0])
        head.add(inside, [0.1 + m * 0.35, 0.05 + opened * 0.45, w * 0.6], stuff="mouth")
        out = tip - 0.06
        rows = [
            [0.3 + m * 0.4, -0.29 - droop - opened * 0.6, 0],
            [out, -0.27 - droop - opened * 0.8, 0.0],
            [out + 0.08, -0.36 - droop - opened, 0.02],
            [out + 0.07, -0.48 - droop - opened * 1.2, 0.03],
        ]
        head.strand(
            rows,
            [[0.04, w * 0.42], [0.04, w * 0.46], [0.035, w * 0.46], [0.03, w * 0.36]],
            "muzzle",
            up=(0.5, 0.8, 0),
            stuff="tongue",
            density=0.3,
        )
    else:
        head.line("mouth", [head.nose + [0.02, -0.08 * big, 0], [tip + 0.035, under + lip + 0.02, 0]])
    for side in (1, -1):
        lips = [[tip + 0.035, under + lip + 0.02, 0.0], [tip - 0.02, under + 0.035, w * 0.55 * side]]
        head.line("mouth", [*lips, [0.30 + m * 0.5, under + 0.01, w * 0.95 * side], [0.22, -0.27, (w + 0.03) * side]])
    ears(head, animal, rng)


def shape_head(animal, origin, axes, rest, rng, mouth=0.0, asleep=False):
    """Return the animal's head at `origin` with the given axes; `mouth` from 0 (shut) to 1 (panting, dogs only)."""
    head = Head(np.asarray(origin, float), axes, np.asarray(rest, float), asleep=asleep)
    if animal.species == "cat":
        cat_face(head, animal, rng)
    else:
        dog_face(head, animal, rng, mouth)
    return head
