"""One training run with fastai, in a process of its own, with its defaults: frozen, or augmented, or unfrozen."""

import time
from pathlib import Path
from typing import Any

import torchvision
from fastai.vision.all import (
    ImageDataLoaders,
    Learner,
    Resize,
    accuracy,
    aug_transforms,
    default_split,
    imagenet_stats,
    model_meta,
    set_seed,
    vision_learner,
)

from benchmarks.fresh import serve
from benchmarks.networks import digest_of_weights
from benchmarks.pictures import digest_of_pictures, read_once

# fastai has no entry for this network, and cannot cut it by itself; this is what it says of those that it knows.
model_meta[torchvision.models.mobilenet_v2] = {
    "cut": 1,
    "split": default_split,
    "stats": imagenet_stats,
    "weights": "IMAGENET1K_V1",
}


def make(facts: dict[str, Any]) -> Learner:
    """Return a learner for the pictures and weights that the facts name; torchvision finds the weights."""
    changes = {"batch_tfms": aug_transforms()} if facts.get("augmented") else {}
    data = ImageDataLoaders.from_folder(
        facts["pictures"], train="train", valid="valid", item_tfms=Resize(facts["size"]), **changes
    )
    arch = getattr(torchvision.models, facts["arch"])
    learn = vision_learner(data, arch, metrics=accuracy, **facts.get("options", {}))
    if facts.get("unfrozen"):
        learn.unfreeze()
    return learn


def same_start(facts: dict[str, Any]) -> dict[str, str]:
    """Say which pictures and which weights a run starts with, to compare with the other side's."""
    learn = make(facts)
    return {
        "pictures": digest_of_pictures(Path(facts["pictures"]), learn.dls.train_ds.items, learn.dls.valid_ds.items),
        "weights": digest_of_weights(learn.model[0]),
    }


def work(facts: dict[str, Any]) -> dict[str, Any]:
    """Train; return the seconds from the data to the end, and the accuracy."""
    read_once(Path(facts["pictures"]))
    Path(facts["weights"]).read_bytes()
    set_seed(facts["seed"])
    start = time.perf_counter()
    learn = make(facts)
    learn.fit_one_cycle(facts["epochs"])
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "accuracy": float(learn.recorder.values[-1][-1]),
        "workers": learn.dls.train.fake_l.num_workers,
        "batch_size": learn.dls.bs,
        "start": same_start(facts),
    }


if __name__ == "__main__":
    serve(work)
