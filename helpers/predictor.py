"""A trained model by itself: it predicts, it is saved in one file, and it needs no data set for either."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL.Image import Image
from safetensors.torch import save_file

from .activations import FeatureExtractor
from .architectures import KNOWN, Constructor
from .device import default_device, has_fast_bfloat16
from .files.images import picture_tensor, resize_and_crop
from .files.keeping import write_atomically
from .files.weights import DAMAGED, fitted, read_tensors
from .models import Classifier, rebuild
from .names import LONGEST_CLASS, listed, printable, shortened

FORMAT = "whole-game model, version 1"
NOT_OURS = " is not a model that learn.save(name) wrote, or it is damaged; nothing in it was run"


class ModelFileError(ValueError):
    """A file that is not a model of ours, or one of another kind than asked for."""


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a model says of one picture: the most probable class, how probable, and all classes' probabilities."""

    label: str
    probability: float
    probabilities: np.ndarray = field(repr=False)
    classes: tuple[str, ...] = field(repr=False)

    def __repr__(self) -> str:
        return f"{shortened(self.label)} ({100 * self.probability:.1f} %)"


class Predictor:
    """A classifier with the names of its classes, ready to predict; `load_model(path)` returns one."""

    def __init__(self, model: Classifier, classes: tuple[str, ...], device: torch.device, *, fast: bool) -> None:
        with torch.inference_mode(False):  # whatever the caller has switched on: these weights may have to learn
            self.model, self.classes, self.device = model.to(device), classes, device
        self.extractor = FeatureExtractor(model, device=device, fast=fast)

    def predict(self, picture: str | Path | Image | np.ndarray) -> Prediction:
        """Say what is in one picture: a file, a PIL picture, turned as its camera noted, or an array of uint8.

        Raises ImageError for a file that is not a picture, ValueError for another array. Taught in lesson 02.
        """
        return self.predict_batch(resize_and_crop(picture_tensor(picture), self.model.size)[None])[0]

    def predict_batch(self, pixels: torch.Tensor) -> list[Prediction]:
        """Say what is in each picture of a batch, made as large as the model takes them: uint8 (n, 3, size, size)."""
        found = self.probabilities(self.extractor(pixels))
        return [Prediction(self.classes[int(row.argmax())], float(row.max()), row, self.classes) for row in found]

    @torch.inference_mode()
    def probabilities(self, features: torch.Tensor) -> np.ndarray:
        """Return the head's probabilities for features (n, features): an array (n, classes)."""
        head, was_training = self.model.head, self.model.head.training
        try:
            found = head.eval()(features.to(self.device)).softmax(1).cpu().numpy()
        finally:
            head.train(was_training)  # an observer may ask in the middle of an epoch
        if not np.isfinite(found).all():
            raise ValueError(
                "the weights of this model give scores that are not finite numbers, so they are damaged; load them "
                "from a file that is whole, or train again"
            )
        return found

    def __repr__(self) -> str:
        return f"{self.model.name} at {self.model.size} × {self.model.size} for {listed(map(shortened, self.classes))}"


def save_model(path: Path, model: Classifier, classes: tuple[str, ...]) -> Path:
    """Keep a whole model in one safetensors file: its weights, and how to read them as JSON; never half-written.

    Raises OSError, in one sentence, where that cannot be done.
    """
    facts = {"format": FORMAT, "architecture": model.name, "size": model.size, "classes": list(classes)}
    mean, std = ((value.flatten() / 255).tolist() for value in (model.normalise.mean, model.normalise.std))
    facts |= {"mean": mean, "std": std, "torch": torch.__version__}
    tensors = {key: value.detach().cpu().contiguous() for key, value in model.state_dict().items()}
    metadata = {"whole_game": json.dumps(facts)}
    try:
        return write_atomically(path, lambda temporary: save_file(tensors, temporary, metadata), durable=True)
    except OSError as error:
        raise OSError(
            f"the model could not be saved as {shortened(path, 200)} ({error.strerror or error}); what was saved "
            "there before is still whole: make room, and save it again"
        ) from None


def read_model_file(path: Path) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Return the facts and the weights kept by `save_model`; ModelFileError, with nothing run, for any other file."""
    if not path.is_file():
        there = listed(sorted(shortened(entry.stem) for entry in path.parent.glob("*.safetensors")), 4)
        known = f"the models there are {there}" if there else "no model has been saved there yet"
        raise FileNotFoundError(f"no model at {shortened(path, 150)}; {known}")
    shown = shortened(path.name)
    try:
        tensors, metadata = read_tensors(path)
        facts = json.loads(metadata["whole_game"])
        if facts["format"] != FORMAT:
            version = shortened(facts["format"])
            raise ModelFileError(f"{shown} is of the format {version!r}; this version reads {FORMAT!r}")
        size, classes, name = facts["size"], facts["classes"], facts["architecture"]
        named = isinstance(classes, list) and len(set(classes)) == len(classes) > 1
        if not (
            type(size) is int
            and 32 <= size <= 1024
            and named
            and all(map(_may_name_a_class, classes))
            and isinstance(name, str)
            and len(name) <= 255
        ):
            raise TypeError("facts of another kind")
        if not (tensors["normalise.std"] > 0).all():
            raise ValueError("a standard deviation of zero")
        return facts, tensors
    except ModelFileError:
        raise
    except (*DAMAGED, RecursionError):
        raise ModelFileError(shown + NOT_OURS) from None


def load_model(path: str | Path, arch: str | Constructor | None = None) -> Predictor:
    """Return the model in a file that `learn.save(name)` wrote, ready for `.predict(picture)`; no data is needed.

    arch: the constructor, where it was your own; the file holds its name, and no code. Raises FileNotFoundError,
    ModelFileError or ValueError, with one sentence. Taught in lesson 02.
    """
    path = Path(path).expanduser()
    facts, tensors = read_model_file(path)
    classes, name, shown = tuple(facts["classes"]), facts["architecture"], shortened(path.name)
    try:
        model = rebuild(arch or name, facts["size"], len(classes), tensors)
    except ValueError:  # facts that do not belong together, or to these weights
        if arch is None and name.isidentifier() and name not in KNOWN:
            raise ModelFileError(
                f"{shown} holds a {shortened(name)}, which torchvision does not have; if it is your own, type "
                f"load_model(path, arch={shortened(name)})"
            ) from None
        raise ModelFileError(shown + NOT_OURS) from None
    if model.name != name:
        raise ModelFileError(f"{shown} holds a {shortened(name)}, not a {model.name}; type load_model(path)")
    device = default_device()
    return Predictor(model.eval(), classes, device, fast=has_fast_bfloat16(device))


def restore(model: Classifier, facts: dict[str, Any], tensors: dict[str, torch.Tensor], name: str) -> str:
    """Copy kept weights into a model, all or none of them; return their SHA-256."""
    own = model.state_dict()
    try:
        if len(own) != len(tensors) or facts["architecture"] != model.name:
            raise ValueError(f"a {shortened(facts['architecture'])}")
        fits = fitted(tensors, own)
    except ValueError as found:
        raise ModelFileError(
            f"{name} holds the weights of another network than {model.name} ({found}); load it with load_model"
        ) from None
    model.load_state_dict(fits)
    digest = hashlib.sha256()
    for value in fits.values():
        digest.update(value.reshape(-1).numpy().data)
    return digest.hexdigest()


def _may_name_a_class(name: object) -> bool:
    return isinstance(name, str) and name == printable(name) and 0 < len(name.strip()) <= LONGEST_CLASS
