"""A frozen body's activations, computed once for all pictures and kept: why two epochs take a second.

An entry is keyed on the content of the pictures, the transforms, the body's weights and layers, and the precision, so
that a change of any of them makes a new one.
"""

import copy
import hashlib
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn
from torch.fx.experimental.optimization import fuse

from .data import ImageClassifierData
from .device import working_memory
from .files.contents import content_digests
from .files.images import ImageError
from .files.keeping import home_for, open_regular, write_atomically
from .files.weights import DAMAGED
from .models import Classifier, body_digest
from .names import shortened
from .progress import Progress

if TYPE_CHECKING:
    from lightning_fabric import Fabric

CACHE_BYTES = 4 * 2**30  # the oldest entries go when the folder holds more than this
_VERSION = "3"  # raised when the same inputs would give other activations


class FeatureExtractor:
    """A copy of a model's body made for speed: pictures uint8 (n, 3, size, size) → features float32 (n, 2 × channels).

    Batch-norm, which is frozen, is folded into the convolutions before it; the arithmetic is bfloat16 where `fast`
    says that the hardware has it. The model itself stays as it is, and a copy that it has outgrown is made anew.
    """

    def __init__(self, model: Classifier, *, device: torch.device, fast: bool) -> None:
        self.model, self.device = model, device
        self.dtype = torch.bfloat16 if fast else torch.float32
        self._copy, self._version = nn.Module(), ()

    @property
    def version(self) -> tuple[tuple[int, int], ...]:
        """What changes whenever a weight of the body does: PyTorch counts each tensor's changes."""
        tensors = self.model.body.state_dict(keep_vars=True).values()
        return tuple((id(value), value._version) for value in tensors)

    @property
    def body(self) -> nn.Module:
        """The fast copy of the body as it is now, made when it is first needed."""
        if self._version != (version := self.version):
            body = folded(self.model.body).to(device=self.device, dtype=self.dtype)
            self._copy, self._version = body.to(memory_format=torch.channels_last), version
        return self._copy

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
        ready = torch.empty(pixels.shape, dtype=self.dtype, device="cpu", memory_format=torch.channels_last)
        for picture, row in zip(pixels, ready, strict=True):
            row.copy_(normalise(picture[None])[0])
        return ready


def folded(body: nn.Module) -> nn.Module:
    """Return a frozen copy of a body whose batch-norm layers are folded into the convolutions before them.

    >>> folded(nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)))
    GraphModule(
      (0): Conv2d(3, 4, kernel_size=(1, 1), stride=(1, 1))
    )
    """
    body = copy.deepcopy(body).eval().requires_grad_(False)
    try:
        return fuse(body, inplace=True)
    except MemoryError:
        raise
    except Exception:  # tracing fails in many ways; a body that cannot be traced works unfolded, only slower
        return body


@dataclass(frozen=True, eq=False)
class Features:
    """What the body made of a split: features float32 (n, features), and each row's index in the split (n,)."""

    features: torch.Tensor
    indices: np.ndarray

    def merged(self, other: "Features") -> "Features":
        """Return the rows of both, in the order of the split."""
        indices = np.concatenate([self.indices, other.indices])
        order = np.argsort(indices)
        return Features(torch.cat([self.features, other.features])[torch.from_numpy(order)], indices[order])

    def __len__(self) -> int:
        return len(self.indices)


def compute_features(
    extractor: FeatureExtractor, data: ImageClassifierData, split: str, indices: np.ndarray | None = None
) -> Features:
    """Run the pictures of a split, or those with these indices, through the body once.

    Pictures that cannot be read are left out and named; ImageError where none of a whole split can be.
    """
    order = np.arange(len(data.split(split).paths)) if indices is None else indices
    rows, read = [torch.empty(0)], [np.empty(0, dtype=np.int64)]
    with Progress(f"activations of {len(order):,} {split} pictures", len(order)) as bar:
        for batch in data.batches(split, order=order):
            rows.append(extractor(batch.pixels).cpu())
            read.append(batch.indices)
            bar.advance(len(batch.indices))
    if len(rows) == 1 and indices is None:
        raise nothing_readable(data, split)
    return Features(torch.cat(rows[1:] or rows), np.concatenate(read))


def nothing_readable(data: ImageClassifierData, split: str) -> ImageError:
    """Return the error for a split in which no picture could be read."""
    paths = data.splits[split].paths
    why = next((data.unreadable[path] for path in paths if path in data.unreadable), "the folder is empty")
    return ImageError(f"none of the {len(paths):,} {split} pictures could be read: {why}")


class KeptActivations:
    """The activations of each split, in memory and in files: computed only where they are not kept yet.

    verify: read every picture's content again, rather than trusting unchanged file dates.
    """

    def __init__(
        self, extractor: FeatureExtractor, data: ImageClassifierData, fabric: "Fabric", *, verify: bool = False
    ) -> None:
        self.extractor, self.data, self.fabric, self.verify = extractor, data, fabric, verify
        self._memory: dict[str, Features] = {}
        self._made_of: object = None

    def of(self, *splits: str) -> list[Features]:
        """Return the activations of these splits, on the device; say in one line what was computed.

        Pictures that could not be read before are tried again.
        """
        made_of = (self.extractor.version, self.data.tfms)
        if self._made_of != made_of:  # the body has learned, or is another
            self._memory, self._made_of = {}, made_of
        known = {split: len(kept.indices) for split, kept in self._memory.items()}
        missing = [split for split in splits if known.get(split) != len(self.data.splits[split].paths)]
        if missing:
            # The first process computes and keeps them; the others then find them.
            with working_memory(self.data.batch_size, self.fabric.device), self.fabric.rank_zero_first():
                self._fill(missing)
        return [self._memory[split] for split in splits]

    def _fill(self, splits: Sequence[str]) -> None:
        folder, start, computed = home_for(self.data.path, ".cache"), time.perf_counter(), 0
        unkept, spoiled = "", False
        facts = [_VERSION, body_digest(self.extractor.model), str(self.extractor.dtype)]
        facts.append(repr(replace(self.data.tfms, augmentation=None)))
        for split in splits:
            paths = self.data.splits[split].paths
            contents = content_digests(paths, folder / "digests.json", verify=self.verify)
            key = hashlib.sha256("\n".join([*facts, *contents]).encode()).hexdigest()[:32]
            path = folder / "activations" / f"{key}.safetensors"
            found, damaged = _read_entry(path, len(paths), self.extractor.model.feature_count)
            # What could not be read when an entry was made is tried again: the disk may have been away.
            known = np.empty(0, dtype=np.int64) if found is None else found.indices
            gaps = np.setdiff1d(np.arange(len(paths)), known)
            if found is None or len(gaps):
                new = compute_features(self.extractor, self.data, split, None if found is None else gaps)
                found, computed = new if found is None else found.merged(new), computed + len(new.indices)
                unkept, spoiled = (_write_entry(path, found) if len(new.indices) else "") or unkept, damaged or spoiled
            self._memory[split] = Features(found.features.to(self.fabric.device), found.indices)
        if computed and self.fabric.is_global_zero:
            seconds = f"{time.perf_counter() - start:.1f} s"
            kept = f", but they could not be kept: {unkept}" if unkept else ", and kept them"
            kept += "; what was kept before was damaged" if spoiled else ""
            print(f"Computed the activations of {computed:,} pictures in {seconds}{kept}.")


def _read_entry(path: Path, pictures: int, width: int) -> tuple[Features | None, bool]:
    """Return a kept entry, or None where there is none that fits; and whether a file was there, but damaged."""
    try:
        open_regular(path, CACHE_BYTES).close()
        with safe_open(path, framework="pt") as file:
            facts, found = file.metadata(), Features(file.get_tensor("features"), file.get_tensor("indices").numpy())
        rows, order = found.features, found.indices
        fits = rows.dtype == torch.float32 and rows.shape == (len(order), width) and bool(rows.isfinite().all())
        fits = fits and order.dtype == np.int64 and order.ndim == 1
        if not fits or (np.diff(order, prepend=-1, append=pictures) <= 0).any():
            raise ValueError("numbers of another kind")
        if facts["crc32"] != str(zlib.crc32(order.data, zlib.crc32(rows.numpy().data))):
            raise ValueError("not what was kept")
    except FileNotFoundError:
        return None, False
    except DAMAGED:
        return None, True
    with suppress(OSError):  # an entry of somebody else's
        path.touch()  # the oldest unused entries go first
    return found, False


def _write_entry(path: Path, found: Features) -> str:
    """Keep an entry, and delete the oldest of too many; return why that failed, where it did."""
    tensors = {"features": found.features.contiguous(), "indices": torch.from_numpy(np.asarray(found.indices))}
    facts = {"crc32": str(zlib.crc32(found.indices.data, zlib.crc32(tensors["features"].numpy().data)))}
    try:
        write_atomically(path, lambda temporary: save_file(tensors, temporary, facts))
        entries = sorted(path.parent.glob("*.safetensors"), key=lambda entry: entry.stat().st_mtime, reverse=True)
        for entry, total in zip(entries, np.cumsum([entry.stat().st_size for entry in entries]), strict=True):
            if total > CACHE_BYTES and entry != path:
                entry.unlink(missing_ok=True)
    except OSError as error:  # keeping is an aid: training goes on without it
        return f"{error.strerror or error} ({shortened(path.parent, 150)})"
    return ""
