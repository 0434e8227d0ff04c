"""The device a run computes on: its precision, its threads, its memory, and the engine.

This is the one place that knows of Lightning Fabric, the engine below the training loop.
"""

import ctypes
import logging
import os
import platform
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def default_device() -> torch.device:
    """Return the fastest device there is: an NVIDIA GPU (`cuda`), Apple's (`mps`), or the processor (`cpu`).

    >>> default_device().type in ("cuda", "mps", "cpu")
    True
    """
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def has_fast_bfloat16(device: torch.device) -> bool:
    """Say whether `device` multiplies 16-bit brain floats in hardware, which is two to eight times as fast."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device)[0] >= 8
    if device.type == "cpu":
        # The only public question, `torch.backends.mkldnn`, does not tell emulation from hardware.
        asks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
        return any(bool(getattr(torch.cpu, ask, bool)()) for ask in asks)
    return False


def make_fabric(fabric: "Fabric | None" = None) -> "Fabric":
    """Return `fabric`, or one for the default device, in bfloat16 where the hardware has it.

    Pass your own for other precisions or several devices: `Fabric(precision="32-true")`.
    Docs: https://lightning.ai/docs/fabric
    """
    if fabric is not None:
        return fabric
    from lightning_fabric import Fabric

    device = default_device()
    precision = "bf16-mixed" if has_fast_bfloat16(device) else "32-true"
    _quiet_fabric()
    if "LT_CLI_USED" not in os.environ:
        return Fabric(accelerator=device.type, devices=1, precision=precision)
    # Under `fabric run`, the command line says on what, and the processes have been started.
    return Fabric(precision=None if "LT_PRECISION" in os.environ else precision)


def computes_in_bfloat16(fabric: "Fabric") -> bool:
    """Say whether a Fabric's mixed precision multiplies in bfloat16."""
    device = fabric.device.type
    with fabric.autocast():
        return torch.is_autocast_enabled(device) and torch.get_autocast_dtype(device) == torch.bfloat16


def _quiet_fabric() -> None:
    """Keep Fabric's banners and advice off stderr: in a notebook they would look like something gone wrong."""
    for name in ("lightning_fabric", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module=r"lightning[._]fabric")


@contextmanager
def plain_defaults() -> Iterator[None]:
    """Make tensors as PyTorch does by itself inside the `with` block, whatever default dtype and device are set.

    >>> with plain_defaults():
    ...     torch.zeros(1).dtype
    torch.float32
    """
    dtype = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        with torch.device("cpu"):
            yield
    finally:
        torch.set_default_dtype(dtype)


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one thread inside the `with` block, and restore the count after.

    A head on cached activations is so small that handing it to a second thread costs more than it saves:
    with anything else on the machine, an epoch of 0.1 s becomes one of several seconds.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@contextmanager
def working_memory(batch_size: int, device: torch.device) -> Iterator[None]:
    """Keep freed memory at hand inside the `with` block; turn a lack of it into a MemoryError that says what to type.

    Each step needs the same gigabytes again, and on a processor the C library gives them back to the system and gets
    them anew: a tenth of the time. resnet34 at 224 pixels, 400 photographs, two cores with 16-bit arithmetic, medians
    of 3: activations 4.33 s against 4.76 s, an epoch on augmented pictures 4.61 s against 5.09 s. Where the C library
    is glibc it keeps them until the block ends.
    """
    libc = ctypes.CDLL(None) if device.type == "cpu" and platform.libc_ver()[0] == "glibc" else None
    trim_threshold, mmap_threshold, most = -1, -3, 2**31 - 1  # from malloc.h
    try:
        if libc:
            libc.mallopt(mmap_threshold, most)
            libc.mallopt(trim_threshold, most)
        yield
    except (RuntimeError, MemoryError) as error:
        said = ("out of memory", "not enough memory", "allocate memory")
        if not isinstance(error, MemoryError) and not any(words in str(error).lower() for words in said):
            raise
        half = batch_size // 2
        advice = f"PATH, batch_size={half}, tfms=tfms" if half > 1 else "PATH, tfms=tfms_from_model(arch, smaller)"
        raise MemoryError(
            f"batches of {batch_size} pictures do not fit into the memory of the {device.type}; type "
            f"ImageClassifierData.from_paths({advice}) and make the learner again"
        ) from None
    finally:
        if libc:  # to what glibc comes to by itself, once a process has asked for large pieces
            libc.mallopt(mmap_threshold, 32 * 2**20)
            libc.mallopt(trim_threshold, 64 * 2**20)
            libc.malloc_trim(0)
