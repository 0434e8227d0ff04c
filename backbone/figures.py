"""What the model card says of a backbone on labelled photographs: for the release, once.

    python backbone/figures.py --weights FILE --photographs FOLDER --kernels kernels.png

FOLDER holds train and valid, each with a folder per class. Three seeds each of: the frozen backbone, two epochs; the
same model unfrozen and trained on, on augmented pictures; the same network from random numbers, all layers, stopped
after the time that the frozen run took from the files to the result. Then the pictures a second, forward, and the first
layer's kernels.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import mean, median, stdev

import numpy as np
import torch
from batches import NATIVE
from PIL import Image

from helpers import ConvLearner, ImageClassifierData, tfms_from_model
from helpers.files.weights import read_weights
from helpers.statistics import Predictions, compare

SEEDS = (1, 2, 3)
FROZEN = 0.01  # the head's learning rate
UNFROZEN, CYCLES = (1e-5, 1e-4, 1e-3), 2  # early body, late body, head: small, for this body knows such pictures


class StopAfter:
    """An observer that stops a run after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.end = time.perf_counter() + seconds

    def on_batch_end(self, step: int, loss: torch.Tensor) -> bool:
        """Say whether the time is over."""
        return time.perf_counter() >= self.end


def photographs(folder: Path, place: Path, augmentation: str | None = None) -> ImageClassifierData:
    """The photographs, seen from an empty folder, so that nothing is kept from an earlier run."""
    for split in ("train", "valid"):
        (place / split).symlink_to((folder / split).resolve())
    return ImageClassifierData.from_paths(place, tfms=tfms_from_model("resnet10", NATIVE, aug=augmentation))


def three_runs(folder: Path, weights: Path, seed: int) -> tuple[Predictions, Predictions, Predictions]:
    """The predictions for valid of one seed: frozen; unfrozen afterwards; random numbers for as long as the frozen."""
    with tempfile.TemporaryDirectory() as place:
        start = time.perf_counter()
        data = photographs(folder, Path(place), "side_on")  # of no effect before the body learns
        learn = ConvLearner.pretrained("resnet10", data, precompute=True, weights=weights, seed=seed)
        learn.fit(FROZEN, 2)
        seconds = time.perf_counter() - start
        frozen = learn.predict_all()
        learn.precompute = False
        learn.unfreeze()
        learn.fit(UNFROZEN, CYCLES, cycle_len=1)
        data = ImageClassifierData.from_paths(Path(place), tfms=tfms_from_model("resnet10", NATIVE))
        random = ConvLearner.pretrained("resnet10", data, weights=None, seed=seed)
        random.unfreeze()
        random.fit(FROZEN, 1000, observers=[StopAfter(seconds)])
        print(
            f"seed {seed}: the frozen run took {seconds:.1f} s; so did the random one, {len(random.sched.losses)} steps"
        )
        return frozen, learn.predict_all(), random.predict_all()


def pictures_a_second(folder: Path, weights: Path) -> float:
    """How many pictures the body takes a second, forward: the median of nine batches of 64 in memory."""
    with tempfile.TemporaryDirectory() as place:
        data = photographs(folder, Path(place))
        extractor = ConvLearner.pretrained("resnet10", data, weights=weights).predictor.extractor
        pixels = next(data.batches("train", order=np.arange(64))).pixels
        taken = []
        for _ in range(12):
            start = time.perf_counter()
            extractor(pixels)
            taken.append(time.perf_counter() - start)
        return 64 / median(taken[3:])


def kernels(weights: Path) -> Image.Image:
    """The 64 kernels of the first layer, 7 × 7 in colour, each stretched to its own range, eight in a row."""
    values = read_weights(weights)["conv1.weight"].float()
    low, high = values.amin((1, 2, 3), keepdim=True), values.amax((1, 2, 3), keepdim=True)
    tiles = torch.nn.functional.pad((values - low) / (high - low), (1, 1, 1, 1), value=1.0)
    rows = tiles.view(8, 8, 3, 9, 9).permute(0, 3, 1, 4, 2).reshape(72, 72, 3)
    return Image.fromarray((255 * rows).byte().numpy()).resize((720, 720), Image.Resampling.NEAREST)


def main(arguments: list[str] | None = None) -> None:
    """Print the card's figures, and keep the picture of the kernels."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, required=True, help="the backbone: a .safetensors file")
    parser.add_argument("--photographs", type=Path, required=True, help="folder with train and valid")
    parser.add_argument("--kernels", type=Path, help="a picture to write the first layer's kernels to")
    options = parser.parse_args(arguments)
    if options.kernels:
        kernels(options.weights).save(options.kernels)
    rate = pictures_a_second(options.photographs, options.weights)
    runs = [three_runs(options.photographs, options.weights, seed) for seed in SEEDS]
    for name, found in zip(("frozen", "unfrozen", "random"), zip(*runs, strict=True), strict=True):
        scores = [100 * one.accuracy for one in found]
        half = 4.303 * stdev(scores) / len(scores) ** 0.5  # Student's t for three values
        print(f"{name}: {mean(scores):.1f} % ± {half:.1f} (95 %, over seeds)")
        for one in found:
            print(f"  {one}")
    for seed, (frozen, unfrozen, _) in zip(SEEDS, runs, strict=True):
        print(f"seed {seed}, frozen first, unfrozen second: {compare(frozen, unfrozen)}")
    print(f"{rate:,.0f} pictures a second forward, {NATIVE} px, on {torch.get_num_threads()} threads")


if __name__ == "__main__":
    main()
