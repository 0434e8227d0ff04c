"""How much is transfer worth, by the number of photographs: `python -m benchmarks.from_scratch`, for lesson 02.

Cats and dogs are learned from 25 to 1,000 photographs of each, with three seeds: by a new head on a frozen body that
has seen pets (`resnet10`), on one that has seen none (`resnet10_no_pets`), on one of random numbers; by the whole
network from random numbers; and by the whole network from the first of these bodies. Each run goes on until its
validation loss has stopped falling, and counts with the weights that had the lowest one. The results are added to
`helpers/lessons/sweeps.npz`. The photographs lie where WHOLE_GAME_PHOTOS says.
"""

import copy
import io
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.nn.functional import cross_entropy

from benchmarks.sweeps import store
from helpers import ConvLearner, ImageClassifierData, read_image, tfms_from_model
from helpers.lessons.three_questions import PICTURES, Sweep, some_of_each

SIZE, SHORT, SEEDS = 64, 96, (1, 2, 3)  # pixels of a side in training, and of the shorter side as they are kept
FEW, MANY = (25, 100, 300, 1000), (100, 300, 1000)  # photographs of each class, for a head and for a whole network
PATIENCE = 20  # epochs without a lower loss after which a run ends, but not before so many steps as its way asks for
WAYS: dict[str, dict[str, Any]] = {
    "frozen": {"arch": "resnet10", "rate": 0.01},
    "frozen, no pets seen": {"arch": "resnet10_no_pets", "rate": 0.01},
    "frozen, random numbers": {"arch": "resnet10", "weights": None, "rate": 0.01},
    "fine-tuned": {"arch": "resnet10", "rate": [1e-4, 1e-3, 1e-2], "whole": True, "least": 100},
    "from scratch": {"arch": "resnet10", "weights": None, "rate": 0.02, "whole": True},
}


class UntilItStopsFalling:
    """An observer that keeps the weights of the lowest validation loss, and ends a run that finds no lower one."""

    def __init__(self, learn: ConvLearner, least: int) -> None:
        self.learn, self.least, self.lowest, self.best, self.since, self.steps = learn, least, float("inf"), {}, 0, 0

    def on_batch_end(self, step: int, loss: torch.Tensor) -> None:
        """Count the steps."""
        self.steps += 1

    def on_epoch_end(self, row: Any) -> bool:
        """Keep what is best so far; say whether it has stopped falling."""
        if row.valid_loss < self.lowest:
            self.lowest, self.since = row.valid_loss, 0
            self.best = copy.deepcopy(self.learn.model.state_dict())
        else:
            self.since += 1
        return self.since >= PATIENCE and self.steps >= self.least


def shrunk(photographs: Path, place: Path) -> Path:
    """Write every photograph, its shorter side SHORT pixels long, into an empty folder: runs read each many times."""
    for split in ("train", "valid"):
        for file in sorted((photographs / split).glob("*/*")):
            picture = Image.fromarray(read_image(file))
            factor = SHORT / min(picture.size)
            size = round(picture.width * factor), round(picture.height * factor)
            target = place / split / file.parent.name / f"{file.stem}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            picture.resize(size, Image.Resampling.LANCZOS).save(target, compress_level=1)
    return place


def some_photographs(photographs: Path, count: int, seed: int, place: Path) -> Path:
    """Link `count` training photographs of each class, chosen by the seed, and all of valid, into an empty folder."""
    files = sorted((photographs / "train").glob("*/*"))
    labels = np.array([file.parent.name for file in files])
    for row in some_of_each(labels, count, seed):
        link = place / "train" / labels[row] / files[row].name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(files[row].resolve())
    (place / "valid").symlink_to((photographs / "valid").resolve())
    return place


def run(photographs: Path, way: dict[str, Any], count: int, seed: int) -> tuple[np.ndarray, float, float]:
    """Return which validation photographs are wrong, the mean loss, and the seconds, of one run."""
    start, whole = time.perf_counter(), way.get("whole", False)
    with tempfile.TemporaryDirectory() as place, redirect_stdout(io.StringIO()):
        folder = some_photographs(photographs, count, seed, Path(place))
        tfms = tfms_from_model(way["arch"], SIZE, aug="side_on" if whole else None)
        data = ImageClassifierData.from_paths(folder, tfms=tfms)
        options = {"weights": None} if "weights" in way else {}
        learn = ConvLearner.pretrained(way["arch"], data, precompute=not whole, seed=seed, **options)
        if whole:
            learn.unfreeze()
        best = UntilItStopsFalling(learn, way.get("least", 300))
        learn.fit(way["rate"], 200, observers=[best])
        learn.model.load_state_dict(best.best)
        found = learn.predict_all()
    probabilities, labels = torch.from_numpy(found.probabilities), torch.from_numpy(found.labels)
    loss = float(cross_entropy(probabilities.double().clamp_min(1e-12).log(), labels))
    seconds = time.perf_counter() - start
    print(f"{count} photographs, seed {seed}: {best.steps} steps, {seconds:.0f} s", flush=True)
    return (probabilities.argmax(1) != labels).numpy(), loss, seconds


def sweep(photographs: Path, name: str, counts: Sequence[int], seeds: Sequence[int] = SEEDS) -> Sweep:
    """Return the sweep of one way over the numbers of photographs."""
    runs = [[run(photographs, WAYS[name], count, seed) for count in counts] for seed in seeds]
    wrong, losses, seconds = (np.array([[one[part] for one in row] for row in runs]) for part in range(3))
    return Sweep(PICTURES, np.array(counts), wrong, losses, seconds)


def main(names: Sequence[str] = ()) -> None:
    """Run the ways that are named, or every one, and store what came of it."""
    photographs = os.environ.get("WHOLE_GAME_PHOTOS")
    if not photographs:
        sys.exit("WHOLE_GAME_PHOTOS is not set; it names the folder of the real photographs, with train and valid.")
    with tempfile.TemporaryDirectory() as place:
        small = shrunk(Path(photographs), Path(place))
        for name in names or WAYS:
            found = sweep(small, name, MANY if WAYS[name].get("whole") else FEW)
            print(name, found, f"{found.seconds.sum():.0f} s", sep="\n", flush=True)
            store({f"photographs, {name}": found})


if __name__ == "__main__":
    main(sys.argv[1:])
