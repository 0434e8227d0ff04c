"""Our activation pass, from files to features, beside the bare forward pass of the same network: the limit."""

import copy
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from benchmarks.fresh import serve
from benchmarks.pictures import read_once
from helpers import ImageClassifierData, tfms_from_model
from helpers.activations import FeatureExtractor, compute_features
from helpers.device import default_device, has_fast_bfloat16
from helpers.models import build


@torch.inference_mode()
def run_bare(body: nn.Module, batches: list[torch.Tensor]) -> None:
    """Run a body over tensors that are ready, and wait for the end."""
    for batch in batches:
        maps = body(batch)
    maps.flatten()[0].item()  # a GPU answers when it has finished


def ready_tensors(extractor: FeatureExtractor, data: ImageClassifierData) -> list[torch.Tensor]:
    """Return the training pictures as the body takes them: normalised, in its precision, on its device."""
    return [extractor.normalised(batch.pixels) for batch in data.batches("train")]


def work(facts: dict[str, Any]) -> dict[str, Any]:
    """Return pictures per second of the pass, of the bare forward pass, and of the network without folding."""
    read_once(Path(facts["pictures"]))
    data = ImageClassifierData.from_paths(facts["pictures"], tfms=tfms_from_model(facts["arch"], facts["size"]))
    model = build(facts["arch"], facts["size"], len(data.classes), facts["weights"])
    device = default_device()
    extractor = FeatureExtractor(model, device=device, fast=has_fast_bfloat16(device))
    unfolded = copy.deepcopy(model.body).eval().to(device=device, dtype=extractor.dtype)
    unfolded = unfolded.to(memory_format=torch.channels_last)
    batches = ready_tensors(extractor, data)
    contenders: dict[str, Callable[[], Any]] = {
        "pass": lambda: compute_features(extractor, data, "train"),
        "bare": lambda: run_bare(extractor.body, batches),
        "unfolded": lambda: run_bare(unfolded, batches),
    }
    # The first batches of each size choose their kernels, and are not counted.
    run_bare(extractor.body, [batches[0], batches[-1]])
    run_bare(unfolded, [batches[0], batches[-1]])
    names = list(contenders) if facts["pass_first"] else list(contenders)[::-1]
    speeds = {}
    for name in names:
        start = time.perf_counter()
        contenders[name]()
        speeds[name] = len(data.train) / (time.perf_counter() - start)
    return {"speeds": speeds, "order": names, "precision": str(extractor.dtype).removeprefix("torch.")}


if __name__ == "__main__":
    serve(work)
