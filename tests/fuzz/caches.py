"""Kept activations and remembered digests, damaged or crafted: what is read must be what would be computed."""

import contextlib
import json
import random
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load, save

from tests.fuzz.checkpoints import small_learner
from tests.fuzz.crafted_caches import DAMAGED, ENTRIES, MEMORIES, PLACES, TEXTS, Tensors
from tests.fuzz.door import Door
from tests.fuzz.mutate import mutated
from tests.fuzz.tensor_files import TensorFile, lengths
from tests.pictures import make_pictures


class Caches:
    """One case: a kept file of the first pass, damaged or crafted, and the activations that are then given."""

    def __init__(self, folder: Path) -> None:
        self.root = make_pictures(folder / "pictures", train=5, valid=2)
        self.truth = small_learner(self.root).activations("train")
        self.cache, self.kept = self.root / ".cache", folder / "kept"
        self.cache.rename(self.kept)
        self.entry = next((self.kept / "activations").glob("*.safetensors")).name
        self.whole = (self.kept / "activations" / self.entry).read_bytes()
        self.memory = (self.kept / "digests.json").read_bytes()
        self.crafted: list[tuple[str, str, Callable[[Path], object]]] = [
            *(("entry", label, self._entry(change)) for label, change in ENTRIES.items()),
            *(
                ("entry", f"{label}, with its checksum", self._entry(change, checked=True))
                for label, change in ENTRIES.items()
                if label not in DAMAGED
            ),
            *(("entry", label, self._writes(make)) for label, make in lengths(self.whole).items()),
            *(("entry", label, place) for label, place in PLACES.items()),
            *(("digests", label, self._digests(change)) for label, change in MEMORIES.items()),
            *(("digests", label, self._writes(lambda text=text: text)) for label, text in TEXTS.items()),
            *(("digests", label, place) for label, place in PLACES.items()),
        ]

    def __call__(self, number: int, draw: random.Random, folder: Path, door: Door) -> None:
        """Ask for the activations over a spoiled cache; no error is documented, and the numbers must be exact."""
        shutil.rmtree(self.cache, ignore_errors=True)
        shutil.copytree(self.kept, self.cache)
        if number % 2 == 0:
            which, label, spoil = self.crafted[number // 2 % len(self.crafted)]
            door.label = f"{which}: {label}"
            path = self.place(which)
            path.unlink()
            spoil(path)
        else:
            which = draw.choice(["entry", "entry", "digests"])
            how, content = mutated(draw, self.place(which).read_bytes())
            door.label = f"{which}: {how}"
            self.place(which).write_bytes(content)
        answer = door.call("activations", lambda: small_learner(self.root).activations("train"))
        if answer.error is not None:
            return
        found = answer.value
        door.counts["refused" if answer.printed else "read"] += 1
        if not np.array_equal(found.indices, self.truth.indices):
            door.fault("wrong", f"the indices are {found.indices[:6]}")
        elif found.features.dtype != torch.float32 or not torch.equal(found.features, self.truth.features):
            far = "of another shape"
            if found.features.shape == self.truth.features.shape:
                far = f"{float((found.features - self.truth.features).abs().max()):.3g} off at most"
            door.fault("wrong", f"the activations are {far}")
        if "could not be kept" in answer.printed:
            door.counts["refused by us"] += 1

    def place(self, which: str) -> Path:
        """Return where a kept file is."""
        return self.cache / "digests.json" if which == "digests" else self.cache / "activations" / self.entry

    def _writes(self, make: Callable[[], bytes]) -> Callable[[Path], object]:
        return lambda path: path.write_bytes(make())

    def _entry(self, change: Callable[[Tensors], Tensors], *, checked: bool = False) -> Callable[[Path], object]:
        def make() -> bytes:
            kept, facts = change(load(self.whole)), TensorFile.read(self.whole).header.get("__metadata__") or {}
            if checked:
                with contextlib.suppress(Exception):  # what has no checksum keeps the old one
                    rows, order = (np.ascontiguousarray(kept[name].numpy()) for name in ("features", "indices"))
                    facts = facts | {"crc32": str(zlib.crc32(order.data, zlib.crc32(rows.data)))}
            return save(kept, facts)

        return self._writes(make)

    def _digests(self, change: Callable[[dict], Any]) -> Callable[[Path], object]:
        return self._writes(lambda: json.dumps(change(json.loads(self.memory))).encode())
