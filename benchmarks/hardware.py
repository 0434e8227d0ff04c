"""What a benchmark ran on: the processor, its instructions, the memory, the versions."""

import os
import platform
import re
from importlib import metadata
from pathlib import Path

import torch

# The instructions that decide how fast a network runs: wide vectors, and multiplying 16-bit and 8-bit numbers.
FLAGS = ("avx2", "fma", "avx512f", "avx512_bf16", "avx512_vnni", "amx_tile", "amx_bf16", "asimd", "sve", "bf16")
PACKAGES = ("torch", "torchvision", "fastai", "lightning-fabric", "numpy", "pillow", "matplotlib", "ipywidgets")


def describe_hardware() -> dict[str, str]:
    """Return the machine as rows of a table."""
    facts = _cpu_facts(Path("/proc/cpuinfo"))
    flags = set(facts.get("flags", facts.get("features", "")).split())
    rows = {
        "Processor": facts.get("model name") or platform.processor() or platform.machine(),
        **_cores_and_memory(),
        "Instructions": ", ".join(flag for flag in FLAGS if flag in flags) or torch.backends.cpu.get_cpu_capability(),
        "System": f"{platform.system()} {re.match(r'[0-9.]*', platform.release()).group().rstrip('.')}",
        "PyTorch's threads": f"{torch.get_num_threads()}, OMP_WAIT_POLICY=PASSIVE",
    }
    if torch.cuda.is_available():
        rows["GPU"] = torch.cuda.get_device_name()
    return rows


def describe_versions() -> dict[str, str]:
    """Return the versions that took part, of those packages that are installed."""
    import helpers

    versions = {"Python": platform.python_version(), "whole-game": helpers.__version__}
    there = [name for name in PACKAGES if any(metadata.distributions(name=name))]
    return versions | {name: metadata.version(name) for name in there}


def _cores_and_memory() -> dict[str, str]:
    """Return two rows of the table; without psutil, which comes with fastai's side, the cores alone."""
    try:
        import psutil
    except ImportError:
        return {"Cores": f"{os.cpu_count()} logical"}
    return {
        "Cores": f"{psutil.cpu_count(logical=False) or os.cpu_count()} ({psutil.cpu_count()} logical)",
        "Memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
    }


def _cpu_facts(file: Path) -> dict[str, str]:
    """Return what Linux says of the first processor: {} elsewhere."""
    if not file.is_file():
        return {}
    pairs = [line.split(":", 1) for line in file.read_text().split("\n\n")[0].splitlines() if ":" in line]
    return {name.strip().lower(): value.strip() for name, value in pairs}
