"""Pictures in folders, found, named and made into batches."""

import difflib
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from .distributed import share_of
from .files import home_for
from .images import SUFFIXES, ImageError, read_tensor, resize_and_crop
from .transforms import Transforms


@dataclass(frozen=True, eq=False)
class Split:
    """The pictures of one folder: `paths`, and `labels` as class numbers, or None where there are none."""

    name: str
    paths: tuple[Path, ...] = field(repr=False)
    labels: np.ndarray | None = field(repr=False)

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def known_labels(self) -> np.ndarray:
        """The labels; ValueError where the pictures have none."""
        if self.labels is None:
            raise ValueError(f"the {self.name} pictures have no labels; ask for 'train' or 'valid'")
        return self.labels


@dataclass(frozen=True)
class Batch:
    """Pictures ready for the model: pixels uint8 (n, 3, size, size), labels int64 (n,), their places in the split (n,).

    Where the split has no labels, they are all −1.
    """

    pixels: torch.Tensor
    labels: torch.Tensor
    indices: np.ndarray


class ImageClassifierData:
    """The pictures to learn from and to be judged by; make one with `ImageClassifierData.from_paths`."""

    def __init__(
        self,
        path: Path,
        classes: tuple[str, ...],
        splits: dict[str, Split],
        tfms: Transforms,
        batch_size: int,
        num_workers: int,
    ) -> None:
        self.path, self.classes, self.tfms = path, classes, tfms
        self.batch_size, self.num_workers = batch_size, num_workers
        self.splits = splits
        self.unreadable: dict[Path, str] = {}  # filled as pictures are read: file → why
        self.announces = True  # of several processes, the first speaks for all
        self._announced: set[Path] = set()

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
        if not isinstance(tfms, Transforms):
            raise TypeError(f"got tfms={tfms!r}; type tfms=tfms_from_model(arch, sz)")
        if not isinstance(batch_size, int) or batch_size < 2:
            raise ValueError(f"got batch_size={batch_size!r}; it is a whole number of pictures, 2 or more")
        if num_workers is not None and (not isinstance(num_workers, int) or num_workers < 0):
            raise ValueError(f"got num_workers={num_workers!r}; it is a number of threads, or None for one per core")
        root = Path(path).expanduser()
        train_folder, valid_folder = (_existing_folder(root, name) for name in (trn_name, val_name))
        classes = _class_names(train_folder)
        splits = {
            "train": _labelled_split("train", train_folder, classes),
            "valid": _labelled_split("valid", valid_folder, classes),
        }
        if (root / test_name).is_dir():
            splits["test"] = Split("test", tuple(_pictures_below(root / test_name)), None)
        return cls(root, classes, splits, tfms, batch_size, num_workers or os.cpu_count() or 1)

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
            raise ValueError(f"got split={name!r}; these pictures have {', '.join(map(repr, self.splits))}")
        return self.splits[name]

    @property
    def majority(self) -> tuple[str, float]:
        """The largest class of the training pictures, and the share of the validation pictures that are of it."""
        largest = int(np.bincount(self.train.known_labels, minlength=len(self.classes)).argmax())
        return self.classes[largest], float((self.valid.labels == largest).mean())

    @property
    def cache_folder(self) -> Path:
        """Where activations are kept."""
        return home_for(self.path, ".cache")

    @property
    def models_folder(self) -> Path:
        """Where `learn.save` keeps models."""
        return home_for(self.path, "models")

    def batches(
        self, split: str, *, order: Sequence[int] | np.ndarray | None = None, share: tuple[int, int] = (0, 1)
    ) -> Iterator[Batch]:
        """Yield the pictures of a split as batches, in file order or in `order` (places in the split).

        share: (rank, processes) yields one process's share of every batch, be it empty.
        Pictures that cannot be read are left out, and named once.
        The next batch is decoded by a pool of threads while the caller works on this one.
        """
        pictures = self.split(split)
        places = np.arange(len(pictures)) if order is None else np.asarray(order)
        labels = np.full(len(pictures), -1) if pictures.labels is None else pictures.labels
        chunks = [share_of(chunk, *share) for chunk in split_evenly(places, self.batch_size)]
        # Each worker decodes on its own thread; PyTorch must not start further threads inside of it.
        with ThreadPoolExecutor(self.num_workers, initializer=lambda: torch.set_num_threads(1)) as pool:
            waiting = deque(self._submit(pool, pictures, chunk) for chunk in chunks[:1])
            for number, chunk in enumerate(chunks):
                waiting.extend(self._submit(pool, pictures, coming) for coming in chunks[number + 1 : number + 2])
                pixels, jobs = waiting.popleft()
                readable = np.array([job.result() for job in jobs], dtype=bool)
                if readable.any() or share[1] > 1:  # several processes meet after each batch: none may stay away
                    kept = chunk[readable]
                    pixels = pixels if readable.all() else pixels[torch.from_numpy(readable)]
                    yield Batch(pixels, torch.from_numpy(labels[kept]), kept)
        self.leave_out(self.unreadable)

    def _submit(
        self, pool: ThreadPoolExecutor, pictures: Split, chunk: np.ndarray
    ) -> tuple[torch.Tensor, list[Future[bool]]]:
        size = self.tfms.size
        with torch.inference_mode(False):  # whatever the caller computes in: other threads write into this memory
            pixels = torch.empty((len(chunk), 3, size, size), dtype=torch.uint8, memory_format=torch.channels_last)
        return pixels, [pool.submit(self._fill, pixels[row], pictures.paths[place]) for row, place in enumerate(chunk)]

    def _fill(self, row: torch.Tensor, path: Path) -> bool:
        """Decode one picture into its row of the batch; say whether that went well."""
        if path in self.unreadable:
            return False
        try:
            row.copy_(resize_and_crop(read_tensor(path), self.tfms.size))
        except ImageError as error:
            self.unreadable[path] = str(error)
            return False
        return True

    def leave_out(self, reasons: dict[Path, str]) -> None:
        """Note pictures that cannot be read, and say so once for each."""
        new = {path: reason for path, reason in reasons.items() if path not in self._announced}
        self.unreadable.update({path: reason for path, reason in new.items() if path not in self.unreadable})
        self._announced.update(new)
        if new and self.announces:
            said = [self.unreadable[path] for path in list(new)[:3]]
            more = f"; and {len(new) - 3} more, in data.unreadable" if len(new) > 3 else ""
            count = "1 picture was" if len(new) == 1 else f"{len(new)} pictures were"
            print(f"{count} left out: {'; '.join(said)}{more}.")

    def __repr__(self) -> str:
        lines = [
            f"Pictures in {self.path.name}, made {self.tfms.size} × {self.tfms.size}, batches of {self.batch_size}"
        ]
        for split in self.splits.values():
            counts = (
                "no labels"
                if split.labels is None
                else ", ".join(
                    f"{name} {count:,}"
                    for name, count in zip(
                        self.classes, np.bincount(split.labels, minlength=len(self.classes)), strict=True
                    )
                )
            )
            lines.append(f"  {split.name:<6} {len(split):>7,}   {counts}")
        return "\n".join(lines)


def split_evenly(places: np.ndarray, batch_size: int) -> list[np.ndarray]:
    """Cut `places` into batches; a last one of a single picture joins the one before.

    Batch normalisation needs two pictures or more to take a variance of.

    >>> [len(batch) for batch in split_evenly(np.arange(9), 4)]
    [4, 5]
    """
    batches = [places[start : start + batch_size] for start in range(0, len(places), batch_size)]
    if len(batches) > 1 and len(batches[-1]) == 1:
        batches[-2:] = [np.concatenate(batches[-2:])]
    return batches


def _existing_folder(root: Path, name: str) -> Path:
    if (root / name).is_dir():
        return root / name
    if root.is_file():
        raise FileNotFoundError(f"{root} is a file; we need the folder that holds {name}/<class>/<pictures>")
    if not root.is_dir():
        parent = root.parent if root.parent.is_dir() else Path()
        raise FileNotFoundError(f"{root} was not found; {_nearest(root.name, parent)}")
    raise FileNotFoundError(
        f"{root} has no folder {name!r}; {_nearest(name, root)}. We need {root.name}/{name}/<class>/<pictures>"
    )


def _nearest(wanted: str, folder: Path) -> str:
    """Say which folders there are, and which of them may have been meant."""
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    if not names:
        return f"{folder.resolve().name} has no folders"
    close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"the folders there are {shown}" + (f"; did you mean {close[0]!r}?" if close else "")


def _class_names(folder: Path) -> tuple[str, ...]:
    names = tuple(
        sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith((".", "__")))
    )
    if len(names) < 2:
        found = f"only one class, {names[0]!r}" if names else "no folders with pictures"
        raise ValueError(
            f"{folder} holds {found}; a classifier needs two or more, each a folder, such as "
            f"{folder.name}/cats and {folder.name}/dogs"
        )
    return names


def _labelled_split(name: str, folder: Path, classes: tuple[str, ...]) -> Split:
    present = {entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith((".", "__"))}
    extra = sorted(present - set(classes))
    if extra:
        raise ValueError(f"{folder} has the class {extra[0]!r}, which the training pictures do not have; move it away")
    paths: list[Path] = []
    labels: list[int] = []
    for number, label in enumerate(classes):
        if label not in present:
            raise ValueError(
                f"{folder} has no folder for the class {label!r}; make {folder.name}/{label} and put pictures in"
            )
        found = _pictures_below(folder / label)
        if not found:
            raise ValueError(
                f"{folder / label} holds no pictures; put some in, or take the class {label!r} away from every split"
            )
        paths += found
        labels += [number] * len(found)
    return Split(name, tuple(paths), np.array(labels, dtype=np.int64))


def _pictures_below(folder: Path) -> list[Path]:
    """All picture files in a folder and its subfolders, sorted, hidden ones ignored."""
    found: list[Path] = []
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            Path(here, name)
            for name in files
            if not name.startswith(".") and os.path.splitext(name)[1].lower() in SUFFIXES
        ]
    return sorted(found)
