"""Files of weights through `build(arch, size, classes, weights=path)`; nothing in them may be run."""

import os
import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as as_safetensors

from helpers.files.weights import WeightsError
from helpers.models import build
from tests.fuzz.crafted_pictures import zeros
from tests.fuzz.crafted_weights import FIRST, STATES, Runs, bomb, deep, deflated, growing, saved, tar
from tests.fuzz.door import Door
from tests.fuzz.mutate import mutated
from tests.fuzz.tensor_files import TENSORS, TensorFile, lengths

ARCH, SIZE = "resnet10", 32


class Weights:
    """One case: a file of weights, damaged or crafted, in one of three ways to keep them."""

    def __init__(self, folder: Path) -> None:
        from helpers.architectures import resnet10

        torch.manual_seed(0)
        self.state = dict(resnet10(num_classes=2).state_dict())
        self.whole = {
            ".pth": saved(self.state),
            ".pt": saved(self.state, legacy=True),
            ".safetensors": as_safetensors(self.state),
        }
        self.marker = folder / "was run"
        touch = Runs(Path.touch, self.marker)
        self.hostile: dict[str, Any] = {
            "touches": touch,
            "a shell": Runs(os.system, f"touch '{self.marker}'"),
            "evaluates": Runs(eval, f"open({str(self.marker)!r}, 'w')"),
            "executes": Runs(exec, f"open({str(self.marker)!r}, 'w')"),
            "opens": Runs(open, str(self.marker), "w"),
        }

    def __call__(self, number: int, draw: random.Random, folder: Path, door: Door) -> None:
        """Send one file through `build`; weights that come through must be plain finite numbers."""
        self.marker.unlink(missing_ok=True)
        suffix, content = self.file(number, draw, door)
        path = folder / f"weights{suffix}"
        path.write_bytes(content)
        answer = door.call("build", lambda: build(ARCH, SIZE, 2, weights=path), WeightsError)
        door.counts["read" if answer.error is None else "refused"] += 1
        if self.marker.exists():
            door.fault("foreign", "code that stands in the file WAS RUN")
        if answer.error is not None:
            if door.label.startswith("whole"):
                door.fault("lost", f"whole weights are refused: {answer.error}")
            return
        for name, value in answer.value.state_dict(keep_vars=True).items():
            whole = value.dtype == torch.long and name.endswith("num_batches_tracked")
            if value.device.type != "cpu" or value.layout != torch.strided or value.is_quantized:
                door.fault("wrong", f"{name} is {value.dtype}, {value.layout}, on {value.device}")
            elif not whole and (value.dtype != torch.float32 or not bool(value.isfinite().all())):
                door.fault("wrong", f"{name} is {value.dtype}, or holds what is no finite number")
            elif not whole and value.untyped_storage().nbytes() < 4 * value.numel():
                door.fault("wrong", f"{name} shares its numbers with itself, so it cannot learn")

    def file(self, number: int, draw: random.Random, door: Door) -> tuple[str, bytes]:
        """Return the suffix and the bytes of a case's file: of two, one is crafted."""
        if number % 2:
            suffix = draw.choice(list(self.whole))
            door.label, content = mutated(draw, self.whole[suffix], list(self.whole.values()))
            door.label = f"{suffix}, {door.label}"
            return suffix, content
        crafted = self.crafted()
        door.label = list(crafted)[number // 2 % len(crafted)]
        return crafted[door.label]

    def crafted(self) -> dict[str, Any]:
        """Return the crafted files, each made when it is asked for."""
        made: dict[str, Callable[[], tuple[str, bytes]]] = {}

        def add(label: str, suffix: str, make: Callable[[], bytes]) -> None:
            made[label] = lambda: (suffix, make())

        for label, change in STATES.items():
            add(label, ".pth", lambda change=change: saved(change(self.state)))
            add(f"{label}, legacy", ".pt", lambda change=change: saved(change(self.state), legacy=True))
        for label, thing in self.hostile.items():
            add(f"a pickle that {label}", ".pth", lambda thing=thing: pickle.dumps(thing))
            add(f"weights and what {label}", ".pth", lambda thing=thing: saved(self.state | {"note": thing}))
            add(f"{label}, legacy", ".pt", lambda thing=thing: saved(self.state | {"note": thing}, legacy=True))
            add(f"{label}, called safetensors", ".safetensors", lambda thing=thing: saved(thing))
        for label, change in TENSORS.items():
            add(f"{label}, safetensors", ".safetensors", lambda change=change: self._changed(change))
        for label, make in lengths(self.whole[".safetensors"]).items():
            add(f"{label}, safetensors", ".safetensors", make)
        add("one weight, deflated", ".pth", lambda: deflated(saved({FIRST: self.state[FIRST]})))
        add("a bomb", ".pth", bomb)
        add("a growing pickle", ".pth", growing)
        add("a tar", ".pth", tar)
        add("a deep pickle", ".pth", deep)
        add("a text", ".pth", lambda: b"weights\n" * 99)
        add("nothing", ".pth", lambda: b"")
        add("zeros, deflated", ".pth", lambda: zeros(10**6))
        return _Made(made)

    def _changed(self, change: Callable[[TensorFile], Any]) -> bytes:
        file = TensorFile.read(self.whole[".safetensors"])
        change(file)
        return file.packed()


class _Made(dict):
    """A table of things that are made when they are asked for."""

    def __getitem__(self, label: str) -> tuple[str, bytes]:
        return super().__getitem__(label)()
