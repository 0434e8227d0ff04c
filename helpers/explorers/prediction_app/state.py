"""The state of the app, without widgets: a picture, what is drawn over it, and what a model says of the two."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ...files.images import picture_tensor, resize_and_crop
from ...lessons.inside import ClassMap, class_activation_map
from ...lessons.unfamiliar import Familiarity
from ...predictor import Prediction, Predictor
from ..drawing_pad.state import Sheet
from ..drawing_pad.strokes import Stroke, draw_strokes

THUMBNAIL, MOST = 48, 15  # pixels of a picture in the strip, and how many of them are given at most


@dataclass(frozen=True, eq=False)
class Shown:
    """A picture as the model takes it: uint8 (size, size, 3), its name, and its file, if it is one."""

    name: str
    pixels: np.ndarray
    path: Path | None = None

    @cached_property
    def small(self) -> np.ndarray:
        """The picture in the strip: uint8 (48, 48, 3)."""
        return np.asarray(Image.fromarray(self.pixels).resize((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS))


@dataclass(frozen=True, eq=False, kw_only=True)
class AppState(Sheet):
    """One state of the app; a change makes a new one.

    predictor: the model. familiar: what its training pictures are like, if that is known. pictures: the first is a
    white sheet. chosen: the index of one. label: the class whose evidence is shown; None for the most probable one.
    """

    predictor: Predictor
    familiar: Familiarity | None
    pictures: tuple[Shown, ...]
    chosen: int = 0
    label: str | None = None

    @property
    def picture(self) -> Shown:
        """The chosen picture, without what is drawn on it."""
        return self.pictures[self.chosen]

    @cached_property
    def pixels(self) -> np.ndarray:
        """What the model sees: the chosen picture, black where the pen has been: uint8 (size, size, 3)."""
        return drawn_over(self.picture.pixels, self.strokes)

    @cached_property
    def said(self) -> Prediction:
        """What the model says of it."""
        return self.predictor.predict(self.pixels)

    @cached_property
    def evidence(self) -> ClassMap:
        """Where the model found evidence for `label`."""
        return class_activation_map(self.predictor, self.pixels, self.label or self.said.label)

    @cached_property
    def distance(self) -> float | None:
        """How far it is from the training pictures; None where that is not measured."""
        return self.familiar and self.familiar.distance(self.pixels)

    @property
    def looks_like_neither(self) -> bool:
        """Whether it is farther from the training pictures than the threshold."""
        return self.familiar is not None and self.distance is not None and self.distance > self.familiar.threshold

    def with_picture(self, picture: Shown) -> "AppState":
        """Return the state with one more picture, which is chosen."""
        return self.changed(pictures=(*self.pictures, picture), chosen=len(self.pictures), strokes=())


def drawn_over(pixels: np.ndarray, strokes: Sequence[Stroke]) -> np.ndarray:
    """Return a square picture, uint8 (size, size, 3), black where strokes lie: their places run from 0 to 256.

    >>> drawn_over(np.full((64, 64, 3), 200, np.uint8), [Stroke([(0, 0), (256, 256)], 16)])[0, [0, 32], 0].tolist()
    [0, 200]
    """
    paper = draw_strokes(strokes, len(pixels)).astype(np.uint16)
    return ((paper * pixels + 127) // 255).astype(np.uint8)


def app_state(learn: Any, pictures: Any = None, familiar: Familiarity | None = None) -> AppState:
    """Return the app's opening state; its arguments are those of `prediction_app`.

    Raises TypeError for what is no model, ValueError for pictures and a `familiar` of another one.
    """
    predictor = learn if isinstance(learn, Predictor) else getattr(learn, "predictor", None)
    if not isinstance(predictor, Predictor):
        raise TypeError(f"got {type(learn).__name__}; give a learner, or what load_model(file) returns")
    if familiar is not None and familiar.predictor.model is not predictor.model:
        raise ValueError("familiar was measured with another model; type familiar=Familiarity.of(learn)")
    if pictures is None:
        paths = () if isinstance(learn, Predictor) else learn.data.valid.paths
        pictures = [paths[int(at)] for at in np.unique(np.linspace(0, len(paths) - 1, 12).round())] if paths else []
    elif isinstance(pictures, str | Path) or not isinstance(pictures, Iterable):
        raise ValueError(f"got pictures={pictures!r}; give a list of files or arrays")
    found, size = [*pictures], predictor.model.size
    if len(found) > MOST:
        raise ValueError(
            f"got {len(found):,} pictures; the app shows {MOST} at most, so choose some: pictures[:{MOST}]"
        )
    sheet = Shown("white sheet", np.full((size, size, 3), 255, np.uint8))
    shown = (sheet, *(taken(one, size, f"picture {number}") for number, one in enumerate(found, 1)))
    return AppState(predictor=predictor, familiar=familiar, pictures=shown, chosen=min(1, len(found)))


def taken(picture: Any, size: int, name: str = "") -> Shown:
    """Return a picture as a model of this size takes it; ImageError or ValueError for what is none."""
    path = Path(picture) if isinstance(picture, str | Path) else None
    pixels = resize_and_crop(picture_tensor(picture), size).permute(1, 2, 0).numpy()
    return Shown(path.name if path else name, np.ascontiguousarray(pixels), path)
