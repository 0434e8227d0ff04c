"""What happens to a picture between its file and the model: size, normalisation, and augmentation."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral

import numpy as np
import torch
from torch.nn.functional import affine_grid, grid_sample

from .architectures import Constructor, find_architecture

Augmentation = str | Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class Transforms:
    """How a picture becomes the model's input: scaled and cropped to `size` pixels, then normalised by the model."""

    architecture: str
    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    augmentation: Augmentation | None = None


def tfms_from_model(arch: str | Constructor, sz: int, aug: Augmentation | None = None) -> Transforms:
    """Return the transforms that suit an architecture: resize to `sz` × `sz` pixels, normalise as it expects.

    aug: None, "side_on" (photographs of things as we meet them), "top_down" (seen from above, where no side is up),
    or your own function of one picture, uint8 (3, sz, sz), called on each. Raises ValueError. Taught in lesson 02.

    >>> tfms_from_model("resnet10", 128).size
    128
    """
    known = find_architecture(arch)
    if isinstance(sz, bool) or not isinstance(sz, Integral) or not 32 <= sz <= 1024:
        raise ValueError(f"got sz={sz!r}; it is a number of pixels from 32 to 1024, such as 128 or 224")
    if not (aug is None or callable(aug) or aug in ("side_on", "top_down")):
        raise ValueError(f'got aug={aug!r}; it is None, "side_on", "top_down" or a function')
    return Transforms(known.name, int(sz), known.family.mean, known.family.std, aug)


def augment(
    pixels: torch.Tensor, augmentation: Augmentation, *, seed: int, epoch: int, indices: np.ndarray
) -> torch.Tensor:
    """Return changed copies of a uint8 batch (n, 3, size, size): each picture turned, moved, flipped and lit by itself.

    What happens to a picture depends on (seed, epoch, its index in the split) alone, so that a run is the same for any
    batch size and any number of threads.
    """
    if callable(augmentation):
        keys = [(seed, epoch, int(index)) for index in indices]
        return torch.stack([_own(augmentation, picture, key) for picture, key in zip(pixels, keys, strict=True)])
    drawn = np.stack([np.random.default_rng((seed, epoch, int(index))).random(8) for index in indices])
    draws = torch.from_numpy(drawn).to(pixels.device, torch.float32)
    angle = (2 * draws[:, 0] - 1) * math.radians(10)
    mirror = 1 - 2 * (draws[:, 1] < 0.5).to(draws.dtype)
    if augmentation == "top_down":
        angle = angle + (draws[:, 2] * 4).floor() * (math.pi / 2)
    zoom = 1 / (1 + 0.1 * draws[:, 3])
    shift = (2 * draws[:, 4:6] - 1) * (1 - zoom)[:, None]  # never past the edge by zooming alone
    cosine, sine = zoom * angle.cos(), zoom * angle.sin()
    matrix = torch.stack(
        [torch.stack([mirror * cosine, -sine, shift[:, 0]], 1), torch.stack([mirror * sine, cosine, shift[:, 1]], 1)], 1
    )
    grid = affine_grid(matrix, list(pixels.shape), align_corners=False)
    moved = grid_sample(pixels.float(), grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    middle = moved.mean((1, 2, 3), keepdim=True)
    contrast = 1 + 0.1 * (2 * draws[:, 6].view(-1, 1, 1, 1) - 1)
    light = 25 * (2 * draws[:, 7].view(-1, 1, 1, 1) - 1)
    # In place: on a processor, memory for as large a result again costs more time than the arithmetic.
    return moved.sub_(middle).mul_(contrast).add_(middle).add_(light).round_().clamp_(0, 255).to(torch.uint8)


def _own(
    change: Callable[[torch.Tensor], torch.Tensor], picture: torch.Tensor, key: tuple[int, int, int]
) -> torch.Tensor:
    """Call a reader's function on one picture, with random numbers of that picture and epoch alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(np.random.SeedSequence(key).generate_state(1)[0]))
        changed = change(picture)
    if not isinstance(changed, torch.Tensor) or changed.shape != picture.shape or changed.dtype != torch.uint8:
        got = f"{changed.dtype} {tuple(changed.shape)}" if isinstance(changed, torch.Tensor) else type(changed).__name__
        raise ValueError(
            f"your augmentation returned {got}; it must return uint8 {tuple(picture.shape)}, as it was given"
        )
    return changed
