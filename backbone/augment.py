"""What happens to a batch of pictures on its way into a network: resized, moved, recoloured, normalised."""

import math

import numpy as np
import torch
from torch.nn import functional as F

from helpers.architectures import IMAGENET_MEAN, IMAGENET_STD
from helpers.models import Normalise

PAINTED = 0.15  # of the training pictures
_NORMALISE = Normalise(IMAGENET_MEAN, IMAGENET_STD)


def normalise(pictures: torch.Tensor) -> torch.Tensor:
    """Pictures (n, 3, height, width) from 0 to 255, as the networks want them: ImageNet's mean 0, deviation 1."""
    return _NORMALISE(pictures).contiguous(memory_format=torch.channels_last)


def resized(views: np.ndarray, size: int) -> torch.Tensor:
    """Views (n, side, side, 3) uint8 as a uint8 tensor (n, 3, size, size)."""
    pictures = torch.from_numpy(views).permute(0, 3, 1, 2)
    return F.interpolate(pictures, size=(size, size), mode="bilinear", antialias=True, align_corners=False)


def augmented(pictures: torch.Tensor, size: int, generator: torch.Generator, paint: float = PAINTED) -> torch.Tensor:
    """Each picture (n, 3, side, side) moved and recoloured by its own draw, cut to `size`, still from 0 to 255.

    paint: the share of them that `painted` makes a picture of few colours.
    """
    n = len(pictures)

    def draw(low: float, high: float) -> torch.Tensor:
        return torch.empty(n).uniform_(low, high, generator=generator)

    field, turn = draw(0.8, 1.0), draw(-math.pi / 18, math.pi / 18)
    mirror = draw(0, 1).sub(0.5).sign()
    corner = torch.stack([field * turn.cos() * mirror, -field * turn.sin(), draw(-1, 1) * (1 - field)], dim=1)
    other = torch.stack([field * turn.sin() * mirror, field * turn.cos(), draw(-1, 1) * (1 - field)], dim=1)
    grid = F.affine_grid(torch.stack([corner, other], dim=1), [n, 3, size, size], align_corners=False)
    moved = F.grid_sample(pictures.float(), grid, padding_mode="reflection", align_corners=False)

    def column(values: torch.Tensor) -> torch.Tensor:
        return values.view(n, 1, 1, 1)

    grey = moved.mean(dim=1, keepdim=True)
    saturation = torch.where(draw(0, 1) < 0.1, torch.zeros(n), draw(0.6, 1.4))
    moved = grey + column(saturation) * (moved - grey)
    middle = moved.mean(dim=(1, 2, 3), keepdim=True)
    moved = column(draw(-0.35, 0.35).exp()) * (middle + column(draw(0.65, 1.35)) * (moved - middle))
    return painted(moved.clamp(0, 255), draw(0, 1) < paint, draw(4, 10).int())


def painted(pictures: torch.Tensor, chosen: torch.Tensor, levels: torch.Tensor) -> torch.Tensor:
    """The chosen pictures smoothed and in few colours, `levels` a channel, as if painted; the others unchanged.

    Textures go, shapes stay: a network that knows only textures would see nothing in a drawing.
    """
    steps = 255 / (levels[chosen].view(-1, 1, 1, 1) - 1)
    smooth = F.avg_pool2d(F.pad(pictures[chosen], (2, 2, 2, 2), mode="replicate"), 5, stride=1)
    result = pictures.clone()
    result[chosen] = (smooth / steps).round() * steps
    return result
