"""Coats: the colours and patterns of fur. Cats and dogs wear the same ones: colour tells nobody which is which."""

from dataclasses import dataclass

import numpy as np

from .noise import Noise, blend, step

#            base             marking          light
PALETTES = {
    "black": ((44, 42, 45), (28, 27, 30), (232, 228, 222)),
    "charcoal": ((78, 78, 82), (44, 44, 48), (226, 222, 216)),
    "blue": ((122, 128, 138), (78, 82, 92), (228, 228, 228)),
    "silver": ((178, 176, 172), (78, 76, 76), (238, 236, 232)),
    "white": ((236, 232, 224), (96, 88, 82), (246, 244, 240)),
    "cream": ((226, 206, 174), (164, 122, 80), (244, 236, 222)),
    "ginger": ((206, 142, 80), (158, 92, 44), (242, 226, 204)),
    "red": ((164, 96, 54), (106, 58, 34), (236, 222, 204)),
    "brown": ((138, 106, 78), (62, 46, 36), (230, 214, 194)),
    "chocolate": ((92, 66, 52), (52, 36, 30), (226, 212, 198)),
    "sand": ((196, 170, 136), (92, 72, 54), (240, 230, 214)),
}
FAMILIES = ("solid", "striped", "spotted", "patched", "bicolour", "points", "saddle")
EYES = ((196, 164, 56), (164, 176, 70), (110, 160, 90), (208, 132, 44), (120, 166, 196))
DARK_EYES = ((78, 48, 26), (58, 36, 22), (104, 66, 32))


@dataclass
class Coat:
    """One animal's coat: a family of patterns, three colours (0 to 1), and the numbers its pattern is drawn with."""

    family: str
    base: np.ndarray
    mark: np.ndarray
    light: np.ndarray
    nose: np.ndarray
    iris: np.ndarray
    noise: Noise
    scale: float
    amount: float
    shift: np.ndarray


def choose(species, family, palette, rng):
    """Return a coat of the family in the palette, every colour a little off."""
    base, mark, light = (
        np.clip(np.array(c) / 255 * rng.normal(1, 0.05) + rng.normal(0, 0.012, 3), 0.06, 0.97)
        for c in PALETTES[palette]
    )
    if family == "points":
        base, mark = blend(base, light, 0.55), blend(mark, np.array([0.2, 0.15, 0.13]), 0.5)
    if family == "spotted":
        base = blend(base, light, rng.choice([0.25, 0.8]))
    pink = np.array([0.80, 0.56, 0.54])
    dark = np.array([0.17, 0.14, 0.14])
    fair = base.mean() > 0.55 or (family in ("bicolour", "patched") and species == "cat")
    nose = pink if fair and rng.random() < (0.75 if species == "cat" else 0.12) else blend(dark, mark, 0.25)
    if species == "cat":
        iris = np.array(EYES[4] if family == "points" and rng.random() < 0.8 else EYES[rng.integers(4)]) / 255
    else:
        pale = family == "saddle" and rng.random() < 0.3
        iris = np.array(EYES[4] if pale else DARK_EYES[rng.integers(3)]) / 255
    return Coat(
        family,
        base,
        mark,
        light,
        nose,
        iris,
        Noise(rng),
        rng.uniform(0.85, 1.2),
        rng.uniform(0, 1),
        rng.uniform(0, 20, 3),
    )


def paint(coat, animal, rest, parts, head_rest):
    """Return the colours (n, 3) of fur at rest coordinates (n, 3), `parts` giving each part's share there (n,)."""
    on_head = parts["head"] + parts["muzzle"] + parts["ear"]
    on_leg = parts["foreleg"] + parts["hindleg"] + parts["paw"]
    x, y, _ = rest.T
    face = rest - head_rest
    rough = coat.noise.rough(rest * 2.2 * coat.scale + coat.shift)
    wobble = rough - 0.5
    down = np.clip(-y / animal.leg, 0, 1) * on_leg  # 0 at the trunk, 1 at the paw
    belly = step(0.10, -0.45, y + 0.35 * wobble) * parts["torso"]
    chest = step(0.72, 1.1, x / (animal.body / 2) - 0.25 * y + 0.3 * wobble) * parts["torso"] * step(0.25, -0.1, y)
    middle = np.abs(face[:, 2])
    near_nose = np.linalg.norm((face - [0.5, -0.18, 0]) * [0.8, 1.0, 1.0], axis=1)
    muzzle = np.clip(parts["muzzle"] + step(0.34, 0.18, near_nose + 0.12 * wobble) * on_head, 0, 1)
    bib = np.clip(belly + chest, 0, 1)
    colour = np.broadcast_to(coat.base, rest.shape) * (0.94 + 0.12 * rough[:, None])
    colour = blend(colour, colour * 0.86, step(0.1, 0.4, y) * parts["torso"])
    if coat.family == "solid":
        colour = blend(colour, blend(coat.base, coat.light, 0.35), 0.5 * bib)
    if coat.family == "striped":
        fine = 1.0 if animal.species == "cat" else 1.35
        rings = np.sin(2 * np.pi * (fine * 2.6 * coat.scale * x + 1.6 * wobble + 0.25 * np.abs(y)))
        on_limbs = np.sin(2 * np.pi * (fine * 3.0 * y + 0.7 * wobble))
        brow = np.sin(24 * middle + 5 * wobble) * step(0.05, 0.2, face[:, 1]) * step(-0.35, 0.0, face[:, 0])
        cheek = (
            np.sin(20 * (face[:, 1] + 0.5 * middle) + 4 * wobble)
            * step(0.18, 0.3, middle)
            * step(0.12, 0.0, face[:, 1])
        )
        stripes = (
            parts["torso"] * step(-0.1, 0.5, rings)
            + on_leg * step(0.2, 0.6, on_limbs) * 0.9
            + parts["tail"] * step(0, 0.4, rings)
        )
        stripes = (
            stripes
            + (parts["head"] + 0.5 * parts["ear"]) * np.clip(step(0.3, 0.8, brow) + step(0.4, 0.8, cheek), 0, 1) * 0.9
        )
        colour = blend(colour, coat.mark, np.clip(stripes, 0, 1) * (0.85 - 0.55 * bib))
        colour = blend(colour, coat.light, np.clip(muzzle * 0.75 + bib * 0.55 * step(0.3, 0.8, coat.amount), 0, 1))
    if coat.family == "spotted":
        spots = coat.noise((rest * [1, 1, 1] + [0, 0, 0]) * 5.2 * coat.scale + coat.shift)
        spots = step(0.60, 0.68, spots) * (1 - 0.75 * muzzle) * (1 - 0.4 * bib)
        colour = blend(colour, coat.mark, np.clip(spots + parts["ear"] * step(0.4, 0.6, coat.amount), 0, 1))
    if coat.family == "patched":
        big = coat.noise(rest * 1.5 * coat.scale + coat.shift)
        other = coat.noise(rest * 1.3 * coat.scale + coat.shift + 11)
        colour = np.broadcast_to(coat.light, rest.shape)
        back = (
            step(-0.25, 0.15, y) * parts["torso"]
            + parts["head"] * step(0.06, 0.16, middle)
            + parts["ear"]
            + 0.8 * parts["tail"]
        )
        colour = blend(colour, coat.base, np.clip(step(0.40, 0.47, big + 0.1 * wobble) * back * (1 - muzzle), 0, 1))
        colour = blend(colour, coat.mark, np.clip(step(0.55, 0.61, other + 0.1 * wobble) * back * (1 - muzzle), 0, 1))
    if coat.family == "bicolour":
        blaze = (
            step(0.10 + 0.08 * coat.amount, 0.04, middle + 0.08 * wobble)
            * step(-0.1, 0.25, face[:, 0])
            * on_head
            * (coat.amount > 0.35)
        )
        socks = step(0.62, 0.72, down + 0.12 * wobble) + parts["paw"]
        white = np.clip(
            bib * 1.3 + socks + muzzle + blaze + (x < -animal.body / 2 - animal.tail_length * 0.95) * parts["tail"],
            0,
            1,
        )
        colour = blend(colour, coat.light, step(0.3, 0.7, white))
    if coat.family == "points":
        mask = step(0.62, 0.30, near_nose + 0.1 * wobble) * on_head
        dark = np.clip(
            mask + 0.95 * parts["ear"] + parts["tail"] * 0.9 + step(0.35, 0.95, down) + 0.6 * parts["paw"], 0, 1
        )
        colour = blend(colour, coat.mark, 0.9 * dark)
    if coat.family == "saddle":
        back = step(-0.12, 0.12, y + 0.3 * wobble) * parts["torso"] + 0.8 * parts["tail"] + parts["ear"] * 0.9
        cap = step(0.16, 0.30, face[:, 1] + 0.25 * wobble - 0.5 * np.abs(middle - 0.22)) + step(-0.1, -0.35, face[:, 0])
        colour = blend(blend(coat.base, coat.light, 0.6), coat.light, np.clip(muzzle + bib, 0, 1))
        colour = blend(colour, coat.mark, np.clip(back + cap * parts["head"], 0, 1) * 0.92)
    return np.clip(colour, 0, 1)
