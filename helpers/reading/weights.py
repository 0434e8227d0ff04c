"""A file of weights → named tensors, with nothing in it run."""

import pickle
from pathlib import Path

import torch


class WeightsError(RuntimeError):
    """Weights that cannot be had or do not fit; its message says what to type instead."""


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """Return the state dict in a .safetensors or .pth file, loaded without running anything in it."""
    if not path.is_file():
        raise WeightsError(f"weights={str(path)!r} was not found; it must name a file, .pth or .safetensors")
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            state = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
        if not all(isinstance(value, torch.Tensor) for value in state.values()):
            raise TypeError("it holds other things than named tensors")
    except Exception as error:
        raise WeightsError(
            f"{path.name} cannot be read as weights ({reason(error)}); "
            "we need a state dict saved by torch.save or safetensors"
        ) from None
    return state


def reason(error: Exception) -> str:
    """Put an error in a few words; PyTorch's own about a pickle tells how to run what is in it, and is left out."""
    if isinstance(error, pickle.UnpicklingError):
        return "it holds other things than weights, or is damaged; nothing in it was run"
    return ": ".join([type(error).__name__, *str(error).splitlines()[:1]])[:160]
