"""A frozen body's activations, computed once for all pictures and kept: why two epochs take a second.

An entry is keyed on the content of the pictures, the transforms, the body's weights and the precision, so that a
change of any of them makes a new one.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from .data import ImageClassifierData
from .files import write_atomically
from .folding import folded
from .images import ImageError
from .models import Classifier, weights_digest
from .progress import Progress, readable_seconds

CACHE_BYTES = 4 * 2**30  # the oldest entries go when the folder holds more than this
_VERSION = "1"  # raised when the same inputs would give other activations


class FeatureExtractor:
    """A copy of a model's body made for speed: pictures uint8 (n, 3, size, size) → features float32 (n, 2 × channels).

    Batch-norm, which does not change any more, is folded into the convolutions before it; the arithmetic is bfloat16
    where `fast` says that the hardware has it. The model itself stays as it is.
    """

    def __init__(self, model: Classifier, *, device: torch.device, fast: bool) -> None:
        self.model, self.device = model, device
        self.dtype = torch.bfloat16 if fast else torch.float32

    @cached_property
    def body(self) -> nn.Module:
        """The copy, made when it is first needed: where all activations are kept, it never is."""
        return folded(self.model.body).to(device=self.device, dtype=self.dtype).to(memory_format=torch.channels_last)

    @torch.inference_mode()
    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        """Run the body over a batch."""
        return self.model.pool(self.body(self.normalised(pixels))).float()

    def normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the pictures as the body takes them: normalised, in its precision, on its device."""
        normalise = self.model.normalise
        if self.device.type != "cpu":
            return normalise(pixels.to(self.device, non_blocking=True)).to(self.dtype)
        # Picture by picture the numbers stay in the processor's cache; a whole batch at once takes ten times as long.
        ready = torch.empty(pixels.shape, dtype=self.dtype, memory_format=torch.channels_last)
        for picture, row in zip(pixels, ready, strict=True):
            row.copy_(normalise(picture[None])[0])
        return ready


@dataclass(frozen=True, eq=False)
class Features:
    """What the body made of a split: features float32 (n, features), and each row's place in the split (n,)."""

    features: torch.Tensor
    indices: np.ndarray

    def __len__(self) -> int:
        return len(self.indices)


def compute_features(extractor: FeatureExtractor, data: ImageClassifierData, split: str) -> Features:
    """Run every picture of a split through the body once; pictures that cannot be read are left out and named."""
    rows, places = [], []
    with Progress(f"activations of {len(data.split(split)):,} {split} pictures", len(data.split(split))) as bar:
        for batch in data.batches(split):
            rows.append(extractor(batch.pixels).cpu())
            places.append(batch.indices)
            bar.advance(len(batch.indices))
    if not rows:
        raise nothing_readable(data, split)
    return Features(torch.cat(rows), np.concatenate(places))


def nothing_readable(data: ImageClassifierData, split: str) -> ImageError:
    """Return the error for a split in which no picture could be read."""
    why = next(iter(data.unreadable.values()), "the folder is empty")
    return ImageError(f"none of the {len(data.split(split)):,} {split} pictures could be read: {why}")


def cached_features(
    model: Classifier, extractor: FeatureExtractor, data: ImageClassifierData, splits: Sequence[str], *, verify: bool
) -> dict[str, Features]:
    """Return the features of each split, from the cache where it has them; say in one line what was computed.

    verify: read every picture's content again, rather than trusting unchanged file dates.
    """
    folder = data.cache_folder / "activations"
    memory = _read_memory(data.cache_folder)
    remembered = dict(memory)
    weights = weights_digest(nn.ModuleList([model.normalise, model.body]))
    entries, computed, seconds = {}, 0, 0.0
    for split in splits:
        paths = data.split(split).paths
        pictures = content_digests(paths, memory, verify=verify)
        entry = folder / f"{_key(pictures, data, weights, extractor.dtype)}.safetensors"
        found = _read_entry(entry)
        if found is None:
            with Progress("", 1) as clock:
                found = compute_features(extractor, data, split)
            _write_entry(entry, found)
            computed, seconds = computed + len(found), seconds + clock.seconds
        entries[split] = found
        missing = [paths[place] for place in sorted(set(range(len(paths))) - set(found.indices.tolist()))]
        data.leave_out({path: f"{path.name} cannot be read" for path in missing})
    if memory != remembered:
        _write_memory(data.cache_folder, memory)
    if computed:
        _prune(folder)
        print(f"Computed the activations of {computed:,} pictures in {readable_seconds(seconds)}, and kept them.")
    return entries


def without_augmentation(data: ImageClassifierData) -> str | None:
    """Return the sentence to print where a reader asks for augmentation that cached activations cannot show."""
    if data.tfms.augmentation is None:
        return None
    return (
        "Augmentation has no effect while precompute is true: the activations of the unchanged pictures are reused. "
        "Type learn.precompute = False to train on changed ones."
    )


def content_digests(paths: Sequence[Path], memory: dict[str, list], *, verify: bool = False) -> list[str]:
    """Return the SHA-256 of each file's content, remembered in `memory` by path, size, date and inode.

    A file whose size, date and inode are as remembered is not read again, unless `verify`. One that cannot be opened
    has the digest "": whoever reads the picture will name it.
    """
    digests = []
    for path in paths:
        try:
            facts = path.stat()
            seen = [facts.st_size, facts.st_mtime_ns, facts.st_ino]
            known = memory.get(str(path))
            if verify or not isinstance(known, list) or len(known) != 4 or known[:3] != seen:
                known = [*seen, hashlib.sha256(path.read_bytes()).hexdigest()]
                memory[str(path)] = known
            digests.append(known[3])
        except OSError:
            digests.append("")
    return digests


def _key(pictures: Sequence[str], data: ImageClassifierData, weights: str, dtype: torch.dtype) -> str:
    facts = [_VERSION, weights, str(dtype), repr(replace(data.tfms, augmentation=None)), *pictures]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]


def _read_entry(path: Path) -> Features | None:
    try:
        kept = load_file(path)
        path.touch()  # the oldest unused entries go first
        return Features(kept["features"], kept["indices"].numpy())
    except (FileNotFoundError, SafetensorError, KeyError, OSError):  # absent, or not whole: compute it again
        return None


def _write_entry(path: Path, found: Features) -> None:
    tensors = {"features": found.features.contiguous(), "indices": torch.from_numpy(np.asarray(found.indices))}
    write_atomically(path, lambda temporary: save_file(tensors, temporary))


def _prune(folder: Path) -> None:
    entries = sorted(folder.glob("*.safetensors"), key=lambda entry: entry.stat().st_mtime, reverse=True)
    total = 0
    for entry in entries:
        total += entry.stat().st_size
        if total > CACHE_BYTES and entry != entries[0]:
            entry.unlink(missing_ok=True)


def _read_memory(folder: Path) -> dict[str, list]:
    try:
        memory = json.loads((folder / "digests.json").read_text())
    except (OSError, ValueError):
        return {}
    return memory if isinstance(memory, dict) else {}


def _write_memory(folder: Path, memory: dict[str, list]) -> None:
    write_atomically(folder / "digests.json", lambda temporary: temporary.write_text(json.dumps(memory)))
