"""The teacher: torchvision's mobilenet_v2, asked once about every view."""

import hashlib
from pathlib import Path

import numpy as np
import torch
from augment import normalise, resized
from torch import nn
from torchvision.models import mobilenet_v2


def load_teacher(path: Path) -> tuple[nn.Module, str]:
    """Build torchvision's mobilenet_v2 from the weights in `path`; return it with the file's digest, or ValueError."""
    if not path.is_file():
        raise ValueError(f"`{path}` was not found; give the state dict of torchvision's mobilenet_v2 with --teacher.")
    teacher = mobilenet_v2()
    try:
        teacher.load_state_dict(torch.load(path, weights_only=True))
    except Exception:
        raise ValueError(
            f"`{path}` does not hold the weights of torchvision's mobilenet_v2; give that state dict."
        ) from None
    return teacher.eval().to(memory_format=torch.channels_last), hashlib.sha256(path.read_bytes()).hexdigest()


@torch.inference_mode()
def ask_teacher(teacher: nn.Module, views: np.ndarray, size: int, logits: np.ndarray, features: np.ndarray) -> None:
    """Fill `logits` (picture, view, 1000) and `features` (picture, view, 1280) from the views at `size` pixels."""
    flat, all_logits, all_features = (array.reshape(-1, *array.shape[2:]) for array in (views, logits, features))
    for i in range(0, len(flat), 128):
        pictures = normalise(resized(np.array(flat[i : i + 128]), size))
        with torch.autocast("cpu", torch.bfloat16):
            pooled = teacher.features(pictures).mean(dim=(2, 3))
            all_logits[i : i + 128] = teacher.classifier(pooled).float().numpy()
        all_features[i : i + 128] = pooled.float().numpy()
