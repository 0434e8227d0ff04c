"""A reader's own folder of pictures, looked over before anything learns from it."""

import os
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch

from ..files.images import SUFFIXES
from ..names import shortened
from ..progress import Progress
from .faults import ADVICE, Fault, examine, named
from .look_alikes import look_alikes
from .report import ASIDE, Report

_FEW, _UNEQUAL = 10, 3  # pictures of a class; how many times as large as the smallest class the largest may not be


def doctor(path: str | Path, *, trn_name: str = "train", val_name: str = "valid", test_name: str = "test1") -> Report:
    """Look over a folder of pictures, `path/train|valid|test1/<class>/…` or `path/<class>/…`, and report its faults.

    Changes nothing. Raises FileNotFoundError or ValueError where there are no such folders. Taught in lesson 12.

    >>> from helpers import get_data
    >>> doctor(get_data("sample"))
    sample: 1,350 pictures, no faults
    """
    root, found = Path(path).expanduser().absolute(), _Round()
    shown, needed = shortened(root, 150), f"{shortened(root.name, 40)}/train/<class>/<pictures>, or <class>/<pictures>"
    if not os.path.isdir(root):
        why = "is a file" if os.path.lexists(root) else "was not found; check the name with Path.cwd()"
        raise FileNotFoundError(f"{shown} {why}; we need a folder that holds {needed}")
    # What a model is judged by comes first: of two pictures that are the same, the first stays.
    splits = [test_name, val_name, trn_name] if any(os.path.isdir(root / name) for name in (trn_name, val_name)) else []
    for split in splits or [""]:
        if not os.path.isdir(root / split) and split != test_name:
            found.note(root / split, "missing", "is not there")
        elif os.path.isdir(root / split) and found.is_new(root / split):
            (found.look_below if split == test_name else found.enter)(root / split, split)
    if not splits and not found.spelled:
        closed = [f"{fault.fault}; {fault.advice}" for fault in found.faults if fault.kind == "closed"]
        raise ValueError(closed[0] if closed else f"{shown} holds no folders with pictures; we need {needed}")
    for folder in found.contents(root)[0] if splits else ():
        if folder.name not in (*splits, "models"):
            found.note(folder, "skipped", "is beside the splits, and is not read")
    found.compare_classes(root, found.examine())
    order = list(ADVICE)
    faults = sorted(found.faults, key=lambda fault: (order.index(fault.kind), fault.path))
    return Report(root, len(found.pictures), tuple(faults))


class _Round:
    """One round through the folders: the faults so far, and the pictures, each with its split and its class."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.pictures: dict[Path, tuple[str, str]] = {}
        self.classes: dict[str, dict[str, Path]] = {}  # split → class → folder
        self.spelled: dict[str, Path] = {}  # class → the first folder of it
        self._places: dict[tuple[int, int], Path] = {}

    def note(self, path: Path, kind: str, says: str, other: Path | None = None) -> None:
        self.faults.append(Fault(path, kind, f"{named(path)} {says}", other))

    def contents(self, folder: Path, hidden: tuple[str, ...] = (".", "__")) -> tuple[list[Path], list[Path]]:
        """Return the folders and the files in a folder, without hidden ones, which are noted, as is a closed one."""
        try:
            os.stat(os.path.join(folder, "."))  # which fails where names could be read, but nothing behind them
            paths = [folder / name for name in sorted(os.listdir(folder)) if name not in (ASIDE, ".cache")]
        except OSError as error:
            self.note(folder, "closed", f"cannot be opened ({error.strerror})")
            paths = []
        for path in paths:
            if path.name.startswith(hidden):
                self.note(path, "hidden", "is hidden, and is not read")
        shown = [path for path in paths if not path.name.startswith(hidden)]
        return [path for path in shown if os.path.isdir(path)], [path for path in shown if not os.path.isdir(path)]

    def is_new(self, folder: Path) -> bool:
        """Say whether a folder has not been seen, by this name or another; note it where it has."""
        facts = folder.stat()
        first = self._places.setdefault((facts.st_dev, facts.st_ino), folder)
        if first is not folder and facts.st_ino:  # 0: a file system that does not number its folders
            self.note(folder, "one place", f"is the same folder as {named(first)}")
            return False
        return True

    def enter(self, folder: Path, split: str) -> None:
        """Look at the classes of a split."""
        folders, files = self.contents(folder)
        for file in files:
            self.note(file, "skipped", "is beside the folders of the classes, and is not read")
        for place in folders:
            label = " ".join(unicodedata.normalize("NFC", place.name).casefold().split())
            first = self.spelled.setdefault(label, place)
            if place.name != first.name:
                self.note(place, "two spellings", f"is spelled {place.name!a}, and {named(first)} {first.name!a}")
            self.classes.setdefault(split, {}).setdefault(label, place)
            if self.is_new(place):
                self.look_below(place, split, label)

    def look_below(self, top: Path, split: str, label: str = "") -> None:
        """Collect all pictures in a folder and its subfolders, as training does."""
        waiting = [top]
        while waiting:
            folders, files = self.contents(waiting.pop(), (".",))
            waiting += [folder for folder in folders if not folder.is_symlink()]
            self.pictures |= {file: (split, label) for file in files if file.suffix.lower() in SUFFIXES}
            for other in [*(folder for folder in folders if folder.is_symlink()), *files]:
                if other not in self.pictures:
                    self.note(other, "skipped", "is a link to a folder, or of a type that is not read")

    def examine(self) -> Counter[tuple[str, str]]:
        """Look at every picture, and for copies; return how many can be read of each split and class."""
        counts, first, thumbnails = Counter(), {}, {}
        # Each worker decodes on its own thread; PyTorch must not start further threads inside of it.
        threads = ThreadPoolExecutor(os.cpu_count(), initializer=lambda: torch.set_num_threads(1))
        with threads as pool, Progress("looking at pictures", len(self.pictures)) as bar:
            for path, (faults, digest, thumbnail) in zip(self.pictures, pool.map(examine, self.pictures), strict=True):
                self.faults += faults
                bar.advance()
                if thumbnail is not None:
                    counts[self.pictures[path]] += 1
                    if (other := first.setdefault(digest, path)) is path:
                        thumbnails[path] = thumbnail
                    else:
                        self._note_copy(path, other, "")
        paths = list(thumbnails)
        for one, later in look_alikes(np.array([*thumbnails.values()])):
            self._note_copy(paths[later], paths[one], "near ")
        return counts

    def _note_copy(self, path: Path, other: Path, near: str) -> None:
        (split, label), (its_split, its_label) = self.pictures[path], self.pictures[other]
        if os.path.samefile(path, other):
            kind = "one place"
        elif label and its_label and label != its_label:
            kind = "two classes"
        else:
            kind = near + ("duplicate" if split == its_split else "leak")
        self.note(path, kind, f"{'looks like' if near else 'is the same as'} {named(other)}", other)

    def compare_classes(self, root: Path, counts: Counter[tuple[str, str]]) -> None:
        """Note the classes that are missing, nearly empty, or much larger than others."""
        known = {fault.path for fault in self.faults if fault.kind in ("one place", "closed")}
        if len(self.spelled) < 2:
            self.note(root, "missing", f"has {len(self.spelled)} classes; a classifier needs a folder for each of two")
        for split, here in self.classes.items():
            for label, first in self.spelled.items():
                if label not in here:
                    self.note(root / split / first.name, "missing", f"is not there, though {named(first)} is")
                elif counts[split, label] < _FEW and here[label] not in known:
                    self.note(here[label], "nearly empty", f"has {counts[split, label]} pictures that can be read")
            numbers = {label: counts[split, label] for label in here}
            most, least = (extreme(numbers, key=numbers.__getitem__) for extreme in (max, min))
            if numbers[least] >= _FEW and numbers[most] >= _UNEQUAL * numbers[least]:
                says = f"has {numbers[most]:,} pictures of {shortened(most)}, {numbers[least]:,} of {shortened(least)}"
                self.note(root / split, "imbalance", says)
