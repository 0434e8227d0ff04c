"""The three questions asked of other pictures than the sample's, for lesson 12: `python -m benchmarks.sweeps`.

It writes `helpers/lessons/sweeps.npz`, which `stored_sweep(name)` reads: how many photographs of cats and dogs, which
rate and how many epochs, and which rate suits which kind of pictures. The photographs lie where WHOLE_GAME_PHOTOS
says; the handwritten digits come with scikit-learn (Alpaydin and Kaynak, 1998), the shapes are drawn by the lesson's
own cell. Two cores with avx512_bf16 take about a minute.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from PIL import Image

from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.files.keeping import write_atomically
from helpers.lessons.three_questions import STORED, Sweep, try_epochs, try_pictures, try_rates

ROOT = Path(__file__).resolve().parent.parent
LESSON = ROOT / "notebooks" / "12_your_own_images.ipynb"
RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
TRAIN, VALID, EPOCHS = 40, 100, 10  # pictures of each class, for every kind of pictures; epochs


def main() -> None:
    """Run all sweeps and store them."""
    photographs = os.environ.get("WHOLE_GAME_PHOTOS")
    if not photographs:
        sys.exit("WHOLE_GAME_PHOTOS is not set; it names the folder of the real photographs, with train and valid.")
    learn = learner(Path(photographs))
    sweeps = {
        "photographs, pictures": try_pictures(learn, [16, 32, 64, 128, 256, 512, 1000]),
        "photographs, rates": try_rates(learn, [0.0001, 0.001, 0.01, 0.1, 1.0, 10.0]),
        "photographs, epochs": try_epochs(learn, 12),
    }
    with tempfile.TemporaryDirectory() as folder:
        for kind, pictures in kinds(Path(photographs)).items():
            few = learner(laid_out(pictures, Path(folder) / kind))
            sweeps[kind] = try_rates(few, RATES, epochs=EPOCHS)
            print(kind, sweeps[kind], sep="\n")
    store(sweeps)


def store(sweeps: dict[str, Sweep], path: Path = STORED) -> Path:
    """Write sweeps to one file, beside those of other names that are there."""
    parts = {f"{name}/{part}": value for name, sweep in sweeps.items() for part, value in vars(sweep).items()}
    if path.exists():
        with np.load(path, allow_pickle=False) as kept:
            parts = {key: kept[key] for key in kept if key.partition("/")[0] not in sweeps} | parts

    def write(part: Path) -> None:
        with part.open("wb") as file:
            np.savez_compressed(file, **parts)

    return write_atomically(path, write)


def learner(folder: Path) -> ConvLearner:
    """Return a learner on a folder's pictures."""
    data = ImageClassifierData.from_paths(folder, tfms=tfms_from_model("resnet10", 128))
    return ConvLearner.pretrained("resnet10", data, precompute=True, seed=1)


def kinds(photographs: Path) -> dict[str, dict[str, list[Any]]]:
    """Return pictures, class by class, of each kind: files, or arrays."""
    from sklearn.datasets import load_digits

    digits: Any = load_digits()
    drawn = get_data("sample")
    shapes: dict[str, Any] = {}
    (cell,) = [
        cell.source for cell in nbformat.read(LESSON, as_version=4).cells if "def draw(shape, rng)" in cell.source
    ]
    exec(cell, shapes)
    rng, count = np.random.default_rng(0), TRAIN + VALID
    return {
        "photographed cats and dogs": {
            name: sorted((photographs / "train" / name).iterdir())[:count] for name in ("cats", "dogs")
        },
        "drawn cats and dogs": {name: sorted((drawn / "train" / name).iterdir())[:count] for name in ("cats", "dogs")},
        "stars and houses": {name: [shapes["draw"](name, rng) for _ in range(count)] for name in ("star", "house")},
        "handwritten 3, 5 and 8": {
            str(digit): [
                255 - (15.9375 * image).astype(np.uint8) for image in digits.images[digits.target == digit][:count]
            ]
            for digit in (3, 5, 8)
        },
    }


def laid_out(pictures: dict[str, list[Any]], folder: Path) -> Path:
    """Write pictures as train/<class> and valid/<class>."""
    for label, found in pictures.items():
        for number, picture in enumerate(found):
            place = folder / ("train" if number < TRAIN else "valid") / label
            place.mkdir(parents=True, exist_ok=True)
            if isinstance(picture, Path):
                shutil.copy(picture, place / picture.name)
            else:
                Image.fromarray(picture).convert("RGB").save(place / f"{number:03}.png")
    return folder


if __name__ == "__main__":
    main()
