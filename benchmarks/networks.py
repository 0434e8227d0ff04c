"""The weights that both sides load: one file, in the place where torchvision looks for its own."""

import hashlib
import shutil
from pathlib import Path

import torch
from torch import nn
from torchvision import models


def weights_file(arch: str, torch_home: Path) -> Path:
    """Return the path at which torchvision finds the published weights of `arch` instead of fetching them."""
    enumeration = models.get_model_weights(arch)
    # The file that the project has is the first version; fastai asks for the newest of the networks that it knows.
    chosen = enumeration["IMAGENET1K_V1"] if arch == "mobilenet_v2" else enumeration["DEFAULT"]
    return torch_home / "hub" / "checkpoints" / chosen.url.rsplit("/", 1)[1]


def put_random_weights(arch: str, torch_home: Path, seed: int = 1) -> Path:
    """Write an untrained network's state dict where torchvision looks, and return its path: enough to measure time."""
    path = weights_file(arch, torch_home)
    path.parent.mkdir(parents=True, exist_ok=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.save(models.get_model(arch, weights=None).state_dict(), path)
    return path


def put_weights(arch: str, torch_home: Path, source: Path) -> Path:
    """Copy a state dict to where torchvision looks, and return its path."""
    path = weights_file(arch, torch_home)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)
    return path


def digest_of_weights(body: nn.Module) -> str:
    """Return one number for all that a body has learned, whatever its layers are called."""
    digest = hashlib.sha256()
    for name, value in body.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            digest.update(value.detach().cpu().float().contiguous().numpy().tobytes())
    return digest.hexdigest()
