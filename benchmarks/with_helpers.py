"""One training run with this package, in a process of its own: the three lines and `fit`."""

import time
from pathlib import Path
from typing import Any

import torch  # noqa: F401  both sides start with their packages imported
import torchvision  # noqa: F401

from benchmarks.fresh import serve
from benchmarks.networks import digest_of_weights
from benchmarks.pictures import digest_of_pictures, read_once
from helpers import ConvLearner, ImageClassifierData, tfms_from_model


def make(facts: dict[str, Any]) -> ConvLearner:
    """Return a learner for the pictures and weights that the facts name."""
    augmented = bool(facts.get("augmented"))
    tfms = tfms_from_model(facts["arch"], facts["size"], "side_on" if augmented else None)
    data = ImageClassifierData.from_paths(facts["pictures"], tfms=tfms)
    learn = ConvLearner.pretrained(
        facts["arch"], data, precompute=not augmented, weights=facts["weights"], seed=facts["seed"]
    )
    if facts.get("unfrozen"):
        learn.unfreeze()
    return learn


def same_start(facts: dict[str, Any]) -> dict[str, str]:
    """Say which pictures and which weights a run starts with, to compare with the other side's."""
    learn = make(facts)
    return {
        "pictures": digest_of_pictures(Path(facts["pictures"]), learn.data.train.paths, learn.data.valid.paths),
        "weights": digest_of_weights(learn.model.body),
    }


def work(facts: dict[str, Any]) -> dict[str, Any]:
    """Train; return the seconds from `from_paths` to the end of `fit`, and the accuracy."""
    read_once(Path(facts["pictures"]))
    Path(facts["weights"]).read_bytes()
    start = time.perf_counter()
    history = make(facts).fit(0.01, facts["epochs"])
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "accuracy": history[-1].accuracy, "start": same_start(facts)}


if __name__ == "__main__":
    serve(work)
