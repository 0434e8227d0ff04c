"""Small pictures of two plain kinds, and the learners that tests train on them: made on the spot, in milliseconds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from PIL import Image

from helpers import ConvLearner, ImageClassifierData, tfms_from_model

CLASSES = ("cats", "dogs")


@contextmanager
def files_of_at_most(length: int) -> Iterator[None]:
    """Let no file grow past so many bytes inside the `with` block: to a writer the same as a disk that is full."""
    import resource  # which Windows does not have

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Return smooth noise, as photographs are smooth: uint8 (height, width, 3)."""
    coarse = np.random.default_rng(seed).integers(0, 256, (-(-height // 4) + 1, -(-width // 4) + 1, 3), dtype=np.uint8)
    smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(smooth)


def picture_of(label: str, seed: int) -> Image.Image:
    """Return a picture of 40 to 70 pixels a side: warm colours for cats, cold ones for all others, and noise."""
    generator = np.random.default_rng((seed, *label.encode()))
    height, width = generator.integers(40, 71, 2)
    tint = np.array([60, 0, -60] if label == "cats" else [-60, 0, 60])
    return Image.fromarray(np.clip(noise(height, width, seed) * 0.6 + 50 + tint, 0, 255).astype(np.uint8))


def make_pictures(
    root: Path, *, train: int = 10, valid: int = 6, test: int = 0, classes: Sequence[str] = CLASSES
) -> Path:
    """Fill `root` with train/<class>, valid/<class> and test1: so many pictures of each class. Returns `root`."""
    for split, count, first in (("train", train, 0), ("valid", valid, 1000)):
        for label in classes:
            folder = root / split / label
            folder.mkdir(parents=True)
            for number in range(count):
                name = f"{label.removesuffix('s')}.{first + number:04d}.jpg"
                picture_of(label, first + number).save(folder / name, quality=90)
    if test:
        (root / "test1").mkdir()
        for number in range(test):
            picture_of(classes[number % len(classes)], 2000 + number).save(root / "test1" / f"{number}.jpg")
    return root


def data_in(root: Path, *, size: int = 48, arch: str = "resnet10", aug: Any = None, **choices: Any) -> Any:
    """Return the data of a folder, in batches of 8 unless told."""
    choices = {"batch_size": 8, "num_workers": 2, **choices}
    return ImageClassifierData.from_paths(root, tfms=tfms_from_model(arch, size, aug), **choices)


def float32() -> Fabric:
    """Return the processor as an engine that computes in float32, so that numbers can be compared exactly."""
    return Fabric(accelerator="cpu", devices=1, precision="32-true")


def learner(data: ImageClassifierData, **choices: Any) -> ConvLearner:
    """Return a learner of our backbone's shape with a random body, on the processor, in float32, seed 1."""
    arch = choices.pop("arch", "resnet10")
    return ConvLearner.pretrained(arch, data, **{"weights": None, "seed": 1, "fabric": float32(), **choices})


def weights_of(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return a copy of everything that a module has learned."""
    return {key: value.clone() for key, value in module.state_dict().items()}


def same_weights(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    """Say whether two state dicts are equal bit for bit."""
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)
