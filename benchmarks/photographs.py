"""The steps of lesson 09 on real photographs, with mobilenet_v2: `make bench BENCH_ARGS="--only steps"`, for 02 and 09.

Three seeds, each from photographs that nothing was kept of. After every step: the accuracy, how many pictures only the
start of this run and only this step got right, and the seconds of its training and predicting. The numbers go to
`helpers/lessons/photographs.json`. The photographs lie where WHOLE_GAME_PHOTOS says, and mobilenet_v2-imagenet.pth
where WHOLE_GAME_WEIGHTS says. Leave the machine alone meanwhile.
"""

import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.from_scratch import some_photographs
from benchmarks.hardware import describe_hardware, describe_versions
from helpers import ConvLearner, ImageClassifierData, tfms_from_model
from helpers.files.keeping import write_atomically
from helpers.interpret import confusion_matrix
from helpers.lessons.photographs import STORED
from helpers.statistics import Predictions, compare

ARCH, MOBILENET = "mobilenet_v2", "mobilenet_v2-imagenet.pth"
SIZES, SEEDS, EACH = (224, 288), (1, 2, 3), 1000  # pixels, of the steps and of the last two; photographs of each class
RATES = [1e-5, 1e-4, 1e-3]  # those of lesson 09


def steps(folder: Path, weights: Path, seed: int) -> Iterator[tuple[str, Callable[[], Predictions]]]:
    """Yield the steps of lesson 09 in their order: the name, and what trains and predicts."""
    size, larger = SIZES
    data = ImageClassifierData.from_paths(folder, tfms=tfms_from_model(ARCH, size, aug="side_on"))
    large = ImageClassifierData.from_paths(folder, tfms=tfms_from_model(ARCH, larger))
    learn = ConvLearner.pretrained(ARCH, data, precompute=True, weights=weights, seed=seed)

    def start(learn: ConvLearner) -> Predictions:
        learn.fit(0.01, 2)
        return learn.predict_all()

    def cycles() -> Predictions:
        learn.precompute = False
        learn.fit(0.01, 3, cycle_len=1)
        return learn.predict_all()

    def whole() -> Predictions:
        learn.unfreeze()
        learn.fit(RATES, 2, cycle_len=1, cycle_mult=2)
        learn.save("fine-tuned")
        return learn.predict_all()

    def grown() -> Predictions:
        other = ConvLearner.pretrained(ARCH, large, weights=weights, seed=seed)
        other.load("fine-tuned")
        return other.predict_all()

    yield "start", lambda: start(learn)
    yield "augmentation, cycles", cycles
    yield "whole network", whole
    yield "several looks", learn.tta
    yield f"whole network, at {larger}", grown
    yield (
        f"start, at {larger}",
        lambda: start(ConvLearner.pretrained(ARCH, large, precompute=True, weights=weights, seed=seed)),
    )


def measure(photographs: Path, weights: Path, each: int = EACH) -> dict[str, Any]:
    """Return what `helpers/lessons/photographs.json` holds: a run of all steps with every seed."""
    found: dict[str, dict[str, Any]] = {}
    matrix: list[list[int]] = []
    valid = 0
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as place:
            first = None
            for name, work in steps(some_photographs(photographs, each, 0, Path(place)), weights, seed):
                began = time.perf_counter()
                with redirect_stdout(io.StringIO()):
                    said = work()
                seconds, valid = time.perf_counter() - began, len(said)
                step = found.setdefault(name, {"name": name, "accuracies": [], "counts": [], "seconds": []})
                step["accuracies"].append(round(said.accuracy, 6))
                step["seconds"].append(round(seconds, 1))
                if first is None:
                    first = said
                else:
                    both = compare(first, said)
                    step["counts"].append([both.only_first, both.only_second, both.total])
                if name == "several looks" and not matrix:
                    matrix = confusion_matrix(said).counts.tolist()
                print(f"seed {seed}, {name}: {100 * said.accuracy:.2f} %, {seconds:.0f} s", flush=True)
    what = (
        f"{ARCH}, {SIZES[0]} pixels, {2 * each:,} photographs of Kaggle's cats and dogs to learn from and {valid:,} to "
        f"be judged by, seeds {', '.join(map(str, SEEDS))}"
    )
    about = {"what": what, "date": datetime.now(UTC).date().isoformat(), "hardware": describe_hardware()}
    return about | {"versions": describe_versions(), "steps": list(found.values()), "matrix": matrix}


def main() -> None:
    """Measure, and store the numbers."""
    named = {name: os.environ.get(name, "") for name in ("WHOLE_GAME_PHOTOS", "WHOLE_GAME_WEIGHTS")}
    if missing := [name for name, value in named.items() if not value]:
        sys.exit(f"{missing[0]} is not set; it names a folder: of the photographs, or of {MOBILENET}.")
    found = measure(Path(named["WHOLE_GAME_PHOTOS"]), Path(named["WHOLE_GAME_WEIGHTS"]) / MOBILENET)
    text = json.dumps(found, indent=1) + "\n"
    write_atomically(STORED, lambda part: part.write_text(text, encoding="utf-8"))
