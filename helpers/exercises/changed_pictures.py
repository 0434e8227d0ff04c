"""Exercise 09.3: what a function did to a picture, mirrored or lit, and whether it did so at random."""

from typing import Any

import numpy as np
import torch

from .answers import Hint, kind_of


def check_draws(mirrored: np.ndarray, amounts: np.ndarray) -> None:
    """Hint where 400 draws of a mirror and a light do not have the asked share and spread, or depend on each other."""
    share = mirrored.mean()
    if share in (0, 1):
        raise Hint(f"In 400 calls it {'always' if share else 'never'} mirrors the picture. Let a draw decide: "
                   "torch.rand(()) < 0.5, and then picture.flip(2).")  # fmt: skip
    if not 0.4 < share < 0.6:
        raise Hint(f"In 400 calls it mirrors {mirrored.sum()}. With a probability of one half it is about 200.")
    if np.ptp(amounts) < 1:
        raise Hint("The light is the same in 400 calls. Draw an amount between -40 and 40 for each call.")
    if min(np.ptp(amounts[mirrored]), np.ptp(amounts[~mirrored])) < 1:
        raise Hint("The light changes only in some pictures, with the mirror. Draw an amount for every picture.")
    if abs(amounts).max() > 41.5:
        raise Hint(f"It changes the light by up to {abs(amounts).max():.0f}; 40 is the most.")
    if amounts.min() > -5 or amounts.max() < 5:
        raise Hint("It becomes only lighter, or only darker. torch.rand(()) * 80 - 40 lies between -40 and 40.")
    if abs(amounts).max() < 30:
        raise Hint(f"In 400 calls the light changes by {abs(amounts).max():.0f} at most; up to 40 is asked for.")
    if len(np.unique(amounts.round())) < 10:
        raise Hint(
            f"In 400 calls there are only {len(np.unique(amounts.round()))} amounts. Any between -40 and 40 may come."
        )
    if abs(amounts[mirrored].mean() - amounts[~mirrored].mean()) > 10:
        raise Hint("One draw decides both: mirrored pictures get another light than the others. Draw twice.")


def read_change(picture: torch.Tensor, changed: Any) -> tuple[bool, float]:
    """Return whether a changed picture was mirrored, and by how much it became lighter; Hint where it is neither."""
    if not isinstance(changed, torch.Tensor):
        raise Hint(f"It gives back {kind_of(changed)}. Stay with torch: a tensor is needed.")
    if changed.shape != picture.shape:
        raise Hint(f"Given the shape {tuple(picture.shape)}, it gives {tuple(changed.shape)}. The shape should stay.")
    if changed.dtype != torch.uint8:
        raise Hint(f"It gives back {changed.dtype}; after .clamp(0, 255), end with .to(torch.uint8).")
    after, bases = changed.double(), (picture.double(), picture.flip(2).double())
    for base, flipped in zip(bases, (False, True), strict=True):
        amount = change_of(base, after)
        if amount is not None:
            return flipped, amount
    if any(((base + shift) % 256 - after).abs().max() <= 1 for base in bases for shift in range(-40, 41)):
        raise Hint("Bright pixels become dark ones: they overflow. Add to picture.float(), then .clamp(0, 255).")
    if any(change_of(base.double(), after) is not None for base in (picture.flip(1), picture.flip((1, 2)))):
        raise Hint("It turns the picture upside down. Left and right are the last axis: picture.flip(2).")
    if any(change_of(base.double(), after) is not None for base in (picture.flip(0), picture.flip((0, 2)))):
        raise Hint("It swaps red and blue. Left and right are the last axis: picture.flip(2).")
    raise Hint("What comes back is not the picture, or its mirror image, with one amount added to all of its pixels.")


def change_of(base: torch.Tensor, after: torch.Tensor) -> float | None:
    """Return the amount that was added to all pixels of `base` and clamped, or None where it was not so."""
    middle = (base > 110) & (base < 145)  # such pixels hit no limit, whatever was added up to 100
    amount = float((after - base)[middle].median())
    return amount if ((base + amount).clamp(0, 255) - after).abs().max() <= 1.01 else None
