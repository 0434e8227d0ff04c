"""The pictures of a folder, split by split, made into batches of pixels."""

import hashlib
import json
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path

import numpy as np
import torch

from .files.contents import content_digests
from .files.images import ImageError, read_tensor, resize_and_crop
from .files.keeping import home_for
from .folders import Split, described, find_splits, folders_beside
from .labels import COLUMNS, Pattern, splits_from_csv, splits_from_names
from .names import listed, printable, shortened
from .transforms import Transforms


@dataclass(frozen=True)
class Batch:
    """Pictures ready for the model: pixels uint8 (n, 3, size, size), labels int64 (n,), indices in the split (n,).

    Where the split has no labels, they are all −1.
    """

    pixels: torch.Tensor
    labels: torch.Tensor
    indices: np.ndarray


class ImageClassifierData:
    """The pictures to learn from and to be judged by; make one with `from_paths`, `from_csv` or `from_names`."""

    def __init__(
        self,
        path: Path,
        classes: tuple[str, ...],
        splits: dict[str, Split],
        tfms: Transforms,
        batch_size: int,
        num_workers: int | None,
    ) -> None:
        if not isinstance(tfms, Transforms):
            raise TypeError(f"got tfms={tfms!r}; type tfms=tfms_from_model(arch, sz)")
        if isinstance(batch_size, bool) or not isinstance(batch_size, Integral) or batch_size < 2:
            raise ValueError(f"got batch_size={batch_size!r}; it is a whole number of pictures, 2 or more")
        if num_workers is not None and (not isinstance(num_workers, Integral) or num_workers < 0):
            raise ValueError(f"got num_workers={num_workers!r}; it is a number of threads, or None for one per core")
        self.path, self.classes, self.splits, self.tfms = path, classes, splits, tfms
        self.batch_size, self.num_workers = int(batch_size), int(num_workers or os.cpu_count() or 1)
        self.unreadable: dict[Path, str] = {}  # what failed when it was last tried: file → why
        self.announces = True  # of several processes, the first speaks for all
        self._announced: set[tuple[Path, str]] = set()

    @classmethod
    def from_paths(
        cls,
        path: str | Path,
        batch_size: int = 64,
        *,
        tfms: Transforms,
        trn_name: str = "train",
        val_name: str = "valid",
        test_name: str = "test1",
        num_workers: int | None = None,
    ) -> "ImageClassifierData":
        """Find pictures laid out as `path/train/<class>/…`, `path/valid/<class>/…` and, if there, `path/test1/…`.

        batch_size: pictures per step. tfms: from `tfms_from_model`. num_workers: threads that decode, one per core
        unless told. Raises FileNotFoundError or ValueError with one sentence that says what to do. Lesson 01.

        >>> from helpers import get_data, tfms_from_model
        >>> ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128)).classes
        ('cats', 'dogs')
        """
        root = _whole(path)
        return cls(root, *find_splits(root, trn_name, val_name, test_name), tfms, batch_size, num_workers)

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        csv: str | Path,
        *,
        tfms: Transforms,
        columns: Sequence[str] = COLUMNS,
        valid: float = 0.2,
        test: float = 0.0,
        batch_size: int = 64,
        num_workers: int | None = None,
    ) -> "ImageClassifierData":
        r"""Take the labels of the pictures below `path` from a CSV file, which has a line for each.

        csv: the file, relative to the working directory or to `path`. columns: the names of the columns with each
        picture's file, relative to `path`, its label and, if there is one, its split: train, valid or test. Without
        that column, the names of the files decide which are in the shares `valid` and `test` of each class, and decide
        the same on every machine. Otherwise as `from_paths`.

        >>> from helpers import get_data, tfms_from_model
        >>> folder, tfms = get_data("sample") / "train", tfms_from_model("resnet10", 128)
        >>> lines = [f"{file.relative_to(folder)},{file.parent.name}" for file in folder.glob("*/*.jpg")]
        >>> _ = Path("labels.csv").write_text("\n".join(["file,label", *lines]))
        >>> data = ImageClassifierData.from_csv(folder, "labels.csv", tfms=tfms)
        >>> len(data.train), len(data.valid)
        (800, 200)
        """
        root = _whole(path)
        return cls(root, *splits_from_csv(root, csv, columns, valid=valid, test=test), tfms, batch_size, num_workers)

    @classmethod
    def from_names(
        cls,
        path: str | Path,
        pattern: Pattern,
        *,
        tfms: Transforms,
        valid: float = 0.2,
        test: float = 0.0,
        batch_size: int = 64,
        num_workers: int | None = None,
    ) -> "ImageClassifierData":
        r"""Take the labels of the pictures below `path` from the names of their files.

        pattern: a regular expression, searched for in each file's name, whose one group is the label; or a function
        from the name to the label, or to None. Pictures without a label are passed over. The names also decide which
        are in the shares `valid` and `test` of each class, as in `from_csv`. Otherwise as `from_paths`.

        >>> from helpers import get_data, tfms_from_model
        >>> folder, tfms = get_data("sample") / "train", tfms_from_model("resnet10", 128)
        >>> ImageClassifierData.from_names(folder, r"(.+)\.\d+\.jpg", tfms=tfms).classes
        ('cat', 'dog')
        """
        root = _whole(path)
        return cls(root, *splits_from_names(root, pattern, valid=valid, test=test), tfms, batch_size, num_workers)

    @property
    def train(self) -> Split:
        """The pictures to learn from."""
        return self.splits["train"]

    @property
    def valid(self) -> Split:
        """The pictures to be judged by."""
        return self.splits["valid"]

    @property
    def test(self) -> Split:
        """The pictures that nothing may learn from; ValueError where there are none."""
        return self.split("test")

    def split(self, name: str) -> Split:
        """Return a split by name: "train", "valid" or "test"."""
        if name not in self.splits:
            beside = [other for other in folders_beside(self.path, self.splits.values()) if "test" in other.lower()]
            hint = f"; for the folder beside them, give from_paths test_name={shortened(beside[0])!r}" if beside else ""
            raise ValueError(f"got split={name!r}; these pictures have {', '.join(map(repr, self.splits))}{hint}")
        return self.splits[name]

    @property
    def steps(self) -> int:
        """The number of steps in an epoch, where every picture can be read."""
        return len(split_evenly(np.arange(len(self.splits["train"].paths)), self.batch_size))

    @property
    def majority(self) -> tuple[str, float]:
        """The largest class of the training pictures, and its share of those validation pictures that can be read."""
        train, valid = self.splits["train"], self.splits["valid"]
        largest = int(np.bincount(np.asarray(train.labels), minlength=len(self.classes)).argmax())
        readable = np.array([path not in self.unreadable for path in valid.paths])
        return self.classes[largest], float((valid.labels == largest)[readable].mean()) if readable.any() else 0.0

    def digest(self, *, verify: bool = False) -> str:
        """Return the SHA-256 of what training and validation see: every picture's content and its label."""
        splits, remembered = (self.train, self.valid), home_for(self.path, ".cache") / "digests.json"
        seen = [(content_digests(each.paths, remembered, verify=verify), each.known_labels.tolist()) for each in splits]
        return hashlib.sha256(json.dumps([self.classes, seen]).encode()).hexdigest()

    @property
    def models_folder(self) -> Path:
        """Where `learn.save` keeps models."""
        return home_for(self.path, "models")

    def batches(
        self, split: str, *, order: Sequence[int] | np.ndarray | None = None, share: tuple[int, int] = (0, 1)
    ) -> Iterator[Batch]:
        """Yield the pictures of a split as batches, in file order or in `order` (indices in the split).

        share: (rank, processes) yields one process's share of every batch, be it empty.
        Every picture is tried, whatever happened before; those that cannot be read are left out, and named once per
        reason. The next batch is decoded by a pool of threads while the caller works on this one.
        """
        pictures = self.split(split)
        indices = np.arange(len(pictures)) if order is None else np.asarray(order)
        labels = np.full(len(pictures), -1) if pictures.labels is None else pictures.labels
        chunks = split_evenly(indices, self.batch_size)
        # Each worker decodes on its own thread; PyTorch must not start further threads inside of it.
        with ThreadPoolExecutor(self.num_workers, initializer=lambda: torch.set_num_threads(1)) as pool:
            waiting = deque(self._submit(pool, pictures, chunk, share) for chunk in chunks[:1])
            for number in range(len(chunks)):
                following = chunks[number + 1 : number + 2]
                waiting.extend(self._submit(pool, pictures, chunk, share) for chunk in following)
                chunk, pixels, jobs = waiting.popleft()
                readable = np.array([job.result() for job in jobs], dtype=bool)
                if readable.any() or share[1] > 1:  # several processes meet after each batch: none may stay away
                    kept = chunk[readable]
                    pixels = pixels if readable.all() else pixels[torch.from_numpy(readable)]
                    yield Batch(pixels, torch.from_numpy(labels[kept]), kept)
        if self.unreadable:
            self.leave_out(self.unreadable)

    def _submit(
        self, pool: ThreadPoolExecutor, pictures: Split, chunk: np.ndarray, share: tuple[int, int]
    ) -> tuple[np.ndarray, torch.Tensor, list[Future[bool]]]:
        """Start to decode one process's share of a batch; return that share, memory for its pixels, and the jobs."""
        for index in chunk:  # all of it: every process tries its share anew
            self.unreadable.pop(pictures.paths[index], None)
        rank, processes = share
        chunk, size = np.array_split(chunk, processes)[rank], self.tfms.size
        with torch.inference_mode(False):  # whatever the caller computes in: other threads write into this memory
            shape, layout = (len(chunk), 3, size, size), torch.channels_last
            pixels = torch.empty(shape, dtype=torch.uint8, device="cpu", memory_format=layout)
        jobs = [pool.submit(self._fill, pixels[row], pictures.paths[index]) for row, index in enumerate(chunk)]
        return chunk, pixels, jobs

    def _fill(self, row: torch.Tensor, path: Path) -> bool:
        """Decode one picture into its row of the batch; say whether that went well."""
        try:
            row.copy_(resize_and_crop(read_tensor(path, "/".join(path.parts[-3:])), self.tfms.size))
        except ImageError as error:
            self.unreadable[path] = str(error)
            return False
        return True

    def leave_out(self, reasons: dict[Path, str]) -> None:
        """Note pictures that cannot be read, and name each once for every reason."""
        known = {path: self.unreadable.setdefault(path, reason) for path, reason in reasons.items()}
        new = known.items() - self._announced
        self._announced |= new
        if new and self.announces:
            said = [reason for path, reason in known.items() if (path, reason) in new]
            shown = said[: max(1, sum(len("; ".join(said[:count])) <= 300 for count in (1, 2, 3)))]
            more = f"; and {len(new) - len(shown)} more, in data.unreadable" if len(new) > len(shown) else ""
            count = "1 picture was" if len(new) == 1 else f"{len(new)} pictures were"
            print(f"{count} left out: {'; '.join(shown)}{more}.")

    def __repr__(self) -> str:
        size, name = self.tfms.size, printable(self.path.name)
        lines = [f"Pictures in {name}, made {size} × {size}, batches of {self.batch_size}"]
        for split in self.splits.values():
            counts = "no labels"
            if split.labels is not None:
                of_class = np.bincount(split.labels, minlength=len(self.classes))
                named = zip((shortened(label, 30) for label in self.classes), of_class, strict=True)
                counts = listed(f"{name} {count:,}" for name, count in named)
            lines.append(f"  {split.name:<6} {len(split):>7,}   {counts}")
            if split.passed_over:
                lines.append(f"         passed over: {described(split.passed_over)}")
        beside = folders_beside(self.path, self.splits.values())
        if beside:
            lines.append(f"  folders beside them, not used: {listed(map(shortened, beside))}")
        return "\n".join(lines)


def _whole(path: str | Path) -> Path:
    return Path(path).expanduser().absolute()  # the folder stays the same one when the working directory changes


def split_evenly(indices: np.ndarray, batch_size: int) -> list[np.ndarray]:
    """Cut `indices` into batches; a last one of a single picture joins the one before.

    Batch normalisation needs two pictures or more to take a variance of.

    >>> [len(batch) for batch in split_evenly(np.arange(9), 4)]
    [4, 5]
    """
    batches = [indices[start : start + batch_size] for start in range(0, len(indices), batch_size)]
    if len(batches) > 1 and len(batches[-1]) == 1:
        batches[-2:] = [np.concatenate(batches[-2:])]
    return batches
