"""A file of weights → named tensors that fit, with nothing in it run."""

import io
import pickle
import struct
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from ..names import shortened
from .keeping import open_regular

MAX_BYTES = 4 * 2**30  # the largest network of torchvision's has 2.6 GB
# What reading a damaged file ends in. A MemoryError is none of it; where PyTorch finds the memory full, it raises a
# RuntimeError, which nobody can tell from damage.
DAMAGED = (SafetensorError, pickle.UnpicklingError, zipfile.BadZipFile, ValueError, TypeError, LookupError)
DAMAGED += (AttributeError, RuntimeError, EOFError, ArithmeticError, NotImplementedError, AssertionError, OSError)
DAMAGED += (struct.error,)


class WeightsError(RuntimeError):
    """Weights that cannot be had or do not fit; its message says what to type instead."""


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """Return the state dict in a .safetensors or .pth file, loaded without running anything in it."""
    if not path.is_file():
        raise WeightsError(f"weights={shortened(path, 200)!r} was not found; it must name a file, .pth or .safetensors")
    try:
        state = read_tensors(path)[0] if path.suffix == ".safetensors" else read_saved(path)
        if not isinstance(state, dict) or not all(
            isinstance(key, str) and isinstance(value, torch.Tensor) for key, value in state.items()
        ):
            raise TypeError("it holds other things than named tensors")
    except DAMAGED as error:
        raise WeightsError(
            f"{shortened(path.name)} cannot be read as weights ({reason(error)}); "
            "we need a state dict saved by torch.save or safetensors"
        ) from None
    return state


def read_tensors(path: Path, most: int = MAX_BYTES) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Return the tensors and the metadata of a .safetensors file of at most `most` bytes; one of DAMAGED otherwise."""
    open_regular(path, most).close()
    with safe_open(path, framework="pt") as file:
        return {key: file.get_tensor(key) for key in file.keys()}, file.metadata() or {}  # noqa: SIM118


def read_saved(path: Path, most: int = MAX_BYTES) -> Any:
    """Return what torch.save put into a file of at most `most` bytes, if it is plain values and tensors.

    One of DAMAGED otherwise. Nothing is unpacked: a small file that would become a large one is refused.
    """
    with open_regular(path, most) as file:
        if file.read(4) == b"PK\x03\x04":
            archive = zipfile.ZipFile(file)
            packed = any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist())
            if packed or sum(entry.file_size for entry in archive.infolist()) > file.seek(0, io.SEEK_END):
                raise ValueError("it is compressed")
            if archive.testzip():  # PyTorch does not look at the checksums
                raise ValueError("its numbers are not those that were saved")
        file.seek(0)
        with warnings.catch_warnings(action="ignore"):  # of PyTorch's, to its programmers
            return torch.load(file, map_location="cpu", weights_only=True)


def fitted(found: Mapping[str, Any], own: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the tensors of a file that take the place of a model's `own`, with their names, shapes and types.

    Raises ValueError, in a few words, where one is missing, has another shape or kind, or holds a NaN or an infinity.

    >>> fitted({"bias": torch.ones(2).half(), "more": 1}, {"bias": torch.zeros(2)})
    {'bias': tensor([1., 1.])}
    """
    fits = {}
    for name, value in own.items():
        kept = found.get(name)
        if not isinstance(kept, torch.Tensor):
            raise ValueError(f"{name} is missing")
        if kept.shape != value.shape:
            raise ValueError(f"{name} has another shape")
        plain = kept.layout == torch.strided and not (kept.is_quantized or kept.is_complex() or kept.is_meta)
        if not plain or kept.is_floating_point() != value.is_floating_point():
            raise ValueError(f"{name} is not made of plain numbers of the same kind")
        fits[name] = kept.detach().to(device="cpu", dtype=value.dtype, copy=True)
        if not fits[name].isfinite().all():
            raise ValueError(f"{name} holds values that are not finite numbers")
    return fits


def reason(error: BaseException) -> str:
    """Put an error in a few words; PyTorch's own about a pickle tells how to run what is in it, and is left out."""
    said = next(iter(str(getattr(error, "strerror", "") or error).splitlines()), "")
    if isinstance(error, pickle.UnpicklingError) or any(word in str(error) for word in ("weights_only", "pickle")):
        return "it holds other things than weights, or is damaged; nothing in it was run"
    return shortened(f"{type(error).__name__}: {said}" if said else type(error).__name__, 160)
