"""What a machine says about itself at the beginning of every lesson."""

import platform
import sys
from importlib import metadata

import torch

from ..device import default_device, has_fast_bfloat16


def report_machine() -> None:
    """Print the versions in use, the device, and how to get a faster one. Every lesson starts with it."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("torch", "torchvision", "numpy", "ipywidgets"))
    print(f"Python {platform.python_version()}, {versions}")
    device = default_device()
    threads = torch.get_num_threads()
    precision = "bfloat16" if has_fast_bfloat16(device) else "float32"
    if device.type == "cuda":
        print(f"Device: {torch.cuda.get_device_name()} (cuda), {precision}")
    elif device.type == "mps":
        print("Device: Apple GPU (mps), float32")
    else:
        counted = "1 thread" if threads == 1 else f"{threads} threads"
        print(f"Device: processor (cpu), {counted}, {precision}. Every lesson runs well on it.")
        if "google.colab" in sys.modules:
            print("To switch the GPU on: Runtime → Change runtime type → T4 GPU, then run the notebook again.")
