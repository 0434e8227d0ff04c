"""Grad-CAM, a class-activation map: where in a picture a model found evidence for a class."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from PIL import Image

from ...files.images import picture_tensor, resize_and_crop
from ...plots import show_image
from .drawing import overlay
from .layers import evaluating, model_of


@dataclass(frozen=True, eq=False)
class ClassMap:
    """A class-activation map: evidence for a class at each position of the last feature maps.

    values: float32 (height, width), never below 0. signed: the same before evidence against the class was made 0.
    picture: what the model saw, uint8 (size, size, 3). label: the class. probability: what the model gives it.
    """

    label: str
    probability: float
    values: np.ndarray = field(repr=False)
    signed: np.ndarray = field(repr=False)
    picture: np.ndarray = field(repr=False)

    @property
    def enlarged(self) -> np.ndarray:
        """The values resized to the picture, and divided by the largest: float32 (size, size), 0 to 1."""
        size = self.picture.shape[0]
        large = np.asarray(Image.fromarray(self.values).resize((size, size), Image.Resampling.BILINEAR))
        return large / max(float(large.max()), 1e-12)

    @property
    def shaded(self) -> np.ndarray:
        """The picture in grey, red to yellow where there is evidence for the class: uint8 (size, size, 3)."""
        return overlay(self.picture, self.enlarged)

    def show(self, title: str = "", *, ax: Axes | None = None) -> Axes:
        """Draw the picture with the evidence over it, red to yellow."""
        return show_image(self.shaded, title or f"{self.label} {100 * self.probability:.0f} %", ax=ax)


def class_activation_map(learn: Any, picture: str | Path | np.ndarray, label: str | None = None) -> ClassMap:
    """Return the Grad-CAM class-activation map of a picture for a class; without `label`, for the predicted one.

    The gradient of the class's score with respect to a feature map of the last layer, averaged over its positions, is
    the map's weight. Grad-CAM is the weighted sum of the maps, negative values made 0: Selvaraju et al. (2016). For
    average pooling and one linear layer it is, up to a factor, the class-activation map of Zhou et al. (2015). Raises
    ValueError for a class that the model does not know. Taught in lesson 08.
    """
    model, classes = model_of(learn), classes_of(learn)
    if label is not None and label not in classes:
        raise ValueError(f"got label={label!r}; this model knows {', '.join(classes)}")
    pixels = resize_and_crop(picture_tensor(picture), model.size)
    with evaluating(model), torch.enable_grad():
        normalised = model.normalise(pixels[None].to(next(model.parameters()).device))
        with torch.no_grad():
            maps = model.body(normalised)
        scores = model.head(model.pool(maps.requires_grad_()))[0]
        number = int(scores.argmax()) if label is None else classes.index(label)
        (gradient,) = torch.autograd.grad(scores[number], maps)
    signed = (maps * gradient.mean((2, 3), keepdim=True)).sum(1)[0].detach().float().cpu().numpy()
    probability = float(scores.detach().softmax(0)[number])
    values = np.maximum(signed, 0)
    return ClassMap(classes[number], probability, values, signed, pixels.permute(1, 2, 0).numpy())


def classes_of(learn: Any) -> tuple[str, ...]:
    """Return the names of a model's classes; their numbers where it has no names."""
    found: Any = getattr(learn, "classes", None) or getattr(getattr(learn, "data", None), "classes", None)
    if found is None:
        last: Any = model_of(learn).head[-1]
        found = map(str, range(last.out_features))
    return tuple(found)
