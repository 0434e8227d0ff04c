"""Ears: pricked, tipped, folded, hanging or turned back, as the breed has them."""

import numpy as np

from .solids import Solid, frame, unit


def pricked_ears(head, size, spread, width, lean, tuft=False, rounded=0.0, fold=0.0):
    """Add upright ears: flattened cones whose hollow side looks forward; `fold` tips the points forward."""
    for side in (1, -1):
        base = np.array([-0.06, 0.30, spread * side])
        up = unit([-0.12, 1.0, lean * side])
        face = unit([1.0, 0.0, 0.42 * side])
        t = np.linspace(0, 1, 8)
        tip = t**2 * fold * size
        rows = (
            base
            + size * t[:, None] * up * (1 - 0.55 * (fold > 0) * t[:, None])
            + tip[:, None] * np.array([1.1, -0.9, 0.1 * side])
        )
        across = width * np.maximum((1 - t) ** (0.85 - 0.4 * rounded), 0.06)
        thick = 0.12 * (1 - 0.7 * t)
        head.strand(rows, np.stack([thick, across], axis=1), "ear", up=face, density=0.35)
        middle = base + size * 0.4 * up + 0.07 * face
        if not fold:
            axes = frame(up, face)
            head.solids.append(
                Solid(head.world(middle), axes @ head.axes, np.array([size * 0.52, 0.07, width * 0.62]), "ear",
                      up @ head.axes, head.rest + middle, "inner ear")
            )  # fmt: skip
        if tuft:
            head.line("tuft", [rows[-1] - 0.05 * up, rows[-1] + 0.14 * up])


def folded_ears(head, size):
    """Add a fold cat's small caps of ears, bent forward over the skull."""
    for side in (1, -1):
        rows = np.array(
            [
                [-0.02, 0.36, 0.30 * side],
                [0.06, 0.46, 0.36 * side],
                [0.22, 0.42, 0.42 * side],
                [0.30, 0.32, 0.42 * side],
            ]
        )
        wide = np.array([0.17, 0.17, 0.12, 0.04]) * size / 0.3
        head.strand(rows, np.stack([wide * 0.4, wide], axis=1), "ear", up=(0.4, 0.9, 0), density=0.3)


def hanging_ears(head, size, width, outward=0.16):
    """Add a hound's ears: flat leaves that leave the skull sideways and hang down."""
    for side in (1, -1):
        rows = np.array([
            [-0.04, 0.30, 0.30 * side], [-0.06, 0.30, (0.42 + outward * 0.5) * side],
            [-0.02, 0.10, (0.47 + outward) * side],
            [0.06, 0.24 - 0.72 * size, (0.46 + outward) * side], [0.10, 0.26 - size, (0.42 + outward) * side],
        ])  # fmt: skip
        wide = width * np.array([0.6, 0.85, 1.0, 0.95, 0.5])
        head.strand(
            rows,
            np.stack([np.array([0.10, 0.08, 0.07, 0.07, 0.06]), wide], axis=1),
            "ear",
            up=(0, 0.2, side),
            density=0.35,
        )


def rose_ears(head, size):
    """Add a bulldog's small ears, folded back and to the side."""
    for side in (1, -1):
        rows = np.array(
            [[0.0, 0.32, 0.30 * side], [-0.04, 0.40, 0.44 * side], [0.02, 0.36, 0.56 * side], [0.10, 0.22, 0.62 * side]]
        )
        wide = np.array([0.15, 0.17, 0.15, 0.05]) * size / 0.34
        head.strand(rows, np.stack([wide * 0.4, wide], axis=1), "ear", up=(0.5, 0.8, 0.2 * side), density=0.35)


def ears(head, animal, rng):
    """Add the breed's ears."""
    cat = animal.species == "cat"
    if animal.ears in ("pricked", "tufted"):
        spread, width = (0.29, 0.27) if cat else (0.25, 0.20)
        lean = rng.uniform(0.22, 0.5) if cat else rng.uniform(0.1, 0.3)
        size = animal.ear * (1.0 if cat else 1.15)
        pricked_ears(
            head,
            size,
            spread,
            width * (0.75 + 0.5 * animal.ear),
            lean,
            tuft=animal.ears == "tufted",
            rounded=0.0 if cat else 0.3,
        )
    elif animal.ears == "tipped":
        pricked_ears(head, animal.ear, 0.27, 0.2, 0.3, fold=0.55)
    elif animal.ears == "folded":
        folded_ears(head, animal.ear)
    elif animal.ears == "rose":
        rose_ears(head, animal.ear)
    else:
        hanging_ears(head, animal.ear, 0.24 if animal.ears == "hanging" else 0.27, outward=rng.uniform(0.05, 0.2))
