"""What may be wrong with a folder of pictures, what to do about it, and files set aside and put back."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

import numpy as np

from ..files.images import ImageError, read_tensor
from ..files.keeping import write_atomically
from ..names import listed, printable, shortened
from ..plots import show_images

# Kinds of faults, and what to do. First what must be mended: files that `set_aside()` moves, and what you decide.
MOVED = {
    **dict.fromkeys(("unreadable", "truncated"), "set it aside, or get it again from where it came"),
    **dict.fromkeys(("wrong type", "too large"), "set it aside, or save it as a JPEG of at most 2,000 pixels a side"),
    "tiny": "set it aside: too little can be seen in it",
    "leak": "set it aside: a model must not be judged by a picture that it has learned",
    "duplicate": "set it aside: it would count twice",
}
DECIDED = {
    "near leak": "look with report.plot(); if it is one picture, report.set_aside(report.of('near leak'))",
    "two classes": "look which class is right, and take the picture out of the other",
    "missing": "make it, and put pictures in",
    "nearly empty": "put 10 pictures or more in, or take the class out of every split",
    "two spellings": "rename it: a class has one name in all splits, letter for letter",
    "one place": "take the link away: every split and class needs its own pictures",
    "closed": "make it readable, and ask the doctor again",
}
NOTES = {
    **dict.fromkeys(("other suffix", "CMYK", "palette", "16 bits", "turned"), "nothing: the course reads it rightly"),
    "animated": "nothing, if its first frame shows what you mean: only that is read",
    "large": "nothing; made smaller, it would be read faster in every epoch",
    "near duplicate": "nothing, while both are in one split",
    **dict.fromkeys(("hidden", "skipped"), "nothing; a picture that you need: save it as JPEG in its class's folder"),
    "imbalance": "compare accuracy with the share of the largest class",
}
ADVICE = MOVED | DECIDED | NOTES
ASIDE = "__set_aside__"  # beside the splits, or the classes; no folder whose name begins with __ is a class


def named(path: Path) -> str:
    """Return the end of a path, such as train/cats/cat.0.jpg, as it is printed."""
    return printable("/".join(path.parts[-3:]))


@dataclass(frozen=True, repr=False)
class Fault:
    """One fault: its file or folder, its kind, a sentence, and the picture that it is a copy of, if it is one."""

    path: Path
    kind: str
    fault: str
    other: Path | None = None

    @property
    def hurts(self) -> bool:
        """Whether it must be mended; all others are only notes."""
        return self.kind not in NOTES

    @property
    def advice(self) -> str:
        """What to do."""
        return ADVICE[self.kind]

    def __repr__(self) -> str:
        return f"{self.kind}: {self.fault}. To do: {self.advice}"


def fault(path: Path, kind: str, says: str, other: Path | None = None) -> Fault:
    """Return a fault whose sentence begins with the path's end."""
    return Fault(path, kind, f"{named(path)} {says}", other)


@dataclass(frozen=True, repr=False)
class Moved:
    """What was moved: the paths that files have now, and why others stayed where they were."""

    paths: tuple[Path, ...]
    stayed: tuple[str, ...]
    where: str

    def __repr__(self) -> str:
        return f"{len(self.paths):,} moved {self.where}" + f"; stayed: {listed(self.stayed, 3)}" * bool(self.stayed)


@dataclass(frozen=True, repr=False)
class Report:
    """The faults of a folder of pictures, those that hurt first; shown as a table with a row for each kind."""

    root: Path
    pictures: int
    faults: tuple[Fault, ...]

    def of(self, kind: str) -> tuple[Fault, ...]:
        """Return the faults of one kind, such as "leak"."""
        if kind not in ADVICE:
            raise ValueError(f"got {kind!r}; the kinds of faults are {', '.join(map(repr, ADVICE))}")
        return tuple(fault for fault in self.faults if fault.kind == kind)

    def plot(self, faults: Iterable[Fault] | None = None, *, most: int = 24) -> np.ndarray:
        """Draw faulty pictures, three of each kind or the given ones: first copies, each beside what it is a copy of.

        most: how many pictures are drawn. A grey card stands for one that cannot be read. Returns the array of Axes.
        """
        few = [fault for kind in ADVICE for fault in self.of(kind)[:3] if kind not in ("hidden", "skipped")]
        chosen = [fault for fault in (few if faults is None else faults) if os.path.isfile(fault.path)]
        shown = [(path, fault) for fault in chosen if fault.other for path in (fault.path, fault.other)]
        shown = [*shown, *((fault.path, fault) for fault in chosen if not fault.other)][:most]
        if not shown:
            print("There are no faulty pictures to draw.")
            return np.empty(0, dtype=object)
        titles = [f"{fault.kind}\n{named(path)}" for path, fault in shown]
        return show_images([_drawn(path) for path, _ in shown], titles)

    def set_aside(self, faults: Iterable[Fault] | None = None) -> Moved:
        """Move the files whose fault's kind is in `MOVED`, or the given ones, to `__set_aside__/<time>` in the folder.

        They keep their relative paths. log.json there, on the disk before the first file moves, says which and why.
        Nothing is deleted or overwritten. Raises ValueError where that folder cannot be written to.
        """
        chosen = [fault for fault in self.faults if fault.kind in MOVED] if faults is None else list(faults)
        if outside := [named(fault.path) for fault in chosen if not fault.path.is_relative_to(self.root)]:
            raise ValueError(f"{outside[0]} is not in {shortened(self.root.name)}; give faults of this report")
        reasons = {fault.path.relative_to(self.root).as_posix(): fault.fault for fault in chosen}
        if not reasons:
            return Moved((), (), "away: there is nothing to set aside")
        folder = self.root / ASIDE / f"{datetime.now():%Y-%m-%d_%H-%M-%S-%f}"
        try:
            log = json.dumps(reasons, indent=1)
            write_atomically(folder / "log.json", lambda file: file.write_text(log), durable=True)
        except OSError as error:
            why = f"cannot be written to ({error.strerror}), and nothing was moved"
            raise ValueError(
                f"{shortened(self.root / ASIDE, 150)} {why}; copy the pictures to a folder of yours"
            ) from None
        where = f"to {shortened(self.root.name)}/{ASIDE}/{folder.name}; doctor(path).put_back() takes them back"
        return _move([(self.root / name, folder / name) for name in reasons], where)

    def put_back(self) -> Moved:
        """Move all files that were ever set aside back to where they were; overwrite nothing there."""
        logs = sorted((self.root / ASIDE).glob("*/log.json"), reverse=True)
        found = [(log.parent / name, self.root / name) for log in logs for name in _logged(log)]
        moved = _move([(now, then) for now, then in found if os.path.lexists(now)], "back")
        if not moved.stayed:
            for log in logs:
                log.unlink()
        for folder in [*(now.parent for now, _ in found), *(log.parent for log in logs)]:
            with suppress(OSError):  # it is not empty, or was removed before
                os.removedirs(folder)
        return moved

    def _rows(self) -> list[tuple[str, str, str, str]]:
        rows = []
        for kind in ADVICE:
            if found := self.of(kind):
                where = shortened(named(found[0].path), 40) + ", …" * (len(found) > 1)
                rows.append((f"{len(found):,} ×", kind + " (note)" * (kind in NOTES), where, ADVICE[kind]))
        return rows

    def __repr__(self) -> str:
        count = f"{sum(fault.hurts for fault in self.faults):,} to mend" if self.faults else "no faults"
        rows = [f"{many:>8} {kind:<22} {where:<44} {advice}" for many, kind, where, advice in self._rows()]
        return "\n".join([f"{shortened(self.root.name)}: {self.pictures:,} pictures, {count}", *rows])

    def _repr_html_(self) -> str:
        rows = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in self._rows()]
        head = "<th></th><th>fault</th><th>where</th><th>what to do</th>"
        table = "".join(f"<tr>{row}</tr>" for row in [head, *rows])
        return f"{escape(repr(self).splitlines()[0])}<table>{table}</table>"


def _drawn(path: Path) -> np.ndarray:
    with suppress(ImageError):
        pixels = read_tensor(path)
        step = max(1, max(pixels.shape) // 512)
        return pixels[:, ::step, ::step].permute(1, 2, 0).numpy()
    return np.full((3, 4), 225, dtype=np.uint8)


def _logged(log: Path) -> list[str]:
    """Return the relative paths in a log, without any that leads elsewhere."""
    try:
        names = [str(name) for name in json.loads(log.read_text())]
    except (OSError, ValueError, TypeError, RecursionError):
        raise ValueError(f"{shortened(log, 150)} cannot be read; move the files beside it back by hand") from None
    return [name for name in names if not Path(name).anchor and ".." not in Path(name).parts]


def _move(pairs: list[tuple[Path, Path]], where: str) -> Moved:
    """Rename each file, unless something has its new name; go on with the others where one cannot be moved."""
    paths, stayed = [], []
    for source, goal in pairs:
        try:
            if os.path.isdir(source) or os.path.lexists(goal):
                raise OSError(0, "it is a folder" if os.path.isdir(source) else "another file is in its place")
            goal.parent.mkdir(parents=True, exist_ok=True)
            source.rename(goal)
            paths.append(goal)
        except OSError as error:
            stayed.append(f"{shortened(source.name, 40)} ({error.strerror})")
    return Moved(tuple(paths), tuple(stayed), where)
