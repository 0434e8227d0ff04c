"""What may be wrong with a folder of pictures and what to do about it: a report, and files set aside and put back."""

import json
import os
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

import numpy as np

from ..files.images import ImageError, read_image
from ..files.keeping import write_atomically
from ..names import listed, shortened
from ..plots import show_images

KINDS = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text("utf-8"))  # what to do about each
ASIDE = "__set_aside__"  # beside the splits, or the classes; no folder whose name begins with __ is a class


@dataclass(frozen=True, repr=False)
class Fault:
    """One fault: its file or folder, its kind, a sentence, the picture that it is a copy of, if any, and what to do.

    hurts: whether it must be mended; all others are only notes. moves: whether `set_aside()` moves the file by itself.
    """

    path: Path
    kind: str
    fault: str
    other: Path | None
    advice: str
    hurts: bool
    moves: bool

    def __repr__(self) -> str:
        return f"{self.kind}: {self.fault}. To do: {self.advice}"


def named(path: Path) -> str:
    """Return the end of a path, such as train/cats/cat.0.jpg, as it is printed."""
    return shortened("/".join(path.parts[-3:]), 100)


def fault(path: Path, kind: str, says: str, other: Path | None = None) -> Fault:
    """Return a fault of a kind; its sentence is the path's end and what `says` says of it."""
    return Fault(path, kind, f"{named(path)} {says.strip()}", other, **KINDS[kind])


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
        """Return the faults of one kind, such as "leak"; ValueError for a kind that there is not."""
        if kind not in KINDS:
            raise ValueError(f"got {kind!r}; the kinds of faults are {', '.join(map(repr, KINDS))}")
        return tuple(each for each in self.faults if each.kind == kind)

    def plot(self, faults: Iterable[Fault] | None = None, *, most: int = 24) -> np.ndarray:
        """Draw faulty pictures, three of each kind or the given ones: first copies, each beside what it is a copy of.

        most: how many pictures are drawn. A grey card stands for one that cannot be read. Returns the array of Axes.
        """
        few = [each for kind in KINDS for each in self.of(kind)[:3] if kind not in ("hidden", "skipped")]
        chosen = [each for each in (few if faults is None else faults) if os.path.isfile(each.path)]
        shown = [(path, each.kind) for each in chosen if each.other for path in (each.path, each.other)]
        shown = [*shown, *((each.path, each.kind) for each in chosen if not each.other)][:most]
        if not shown:
            print("There are no faulty pictures to draw.")
            return np.empty(0, dtype=object)
        return show_images([_drawn(path) for path, _ in shown], [f"{kind}\n{named(path)}" for path, kind in shown])

    def set_aside(self, faults: Iterable[Fault] | None = None) -> Moved:
        """Move the files whose faults say so, or those of the given faults, to `__set_aside__/<time>` in the folder.

        They keep their relative paths. log.json there, on the disk before the first file moves, says which and why.
        Nothing is deleted or overwritten. Raises ValueError where that folder cannot be written to.
        """
        chosen = [each for each in self.faults if each.moves] if faults is None else list(faults)
        if outside := [named(each.path) for each in chosen if not each.path.is_relative_to(self.root)]:
            raise ValueError(f"{outside[0]} is not in {shortened(self.root.name)}; give faults of this report")
        if not chosen:
            return Moved((), (), "away: there is nothing to set aside")
        log = {each.path.relative_to(self.root).as_posix(): each.fault for each in chosen}
        aside = self.root / ASIDE / f"{datetime.now():%Y-%m-%d_%H-%M-%S-%f}"
        try:
            write_atomically(aside / "log.json", lambda file: file.write_text(json.dumps(log, indent=1)), durable=True)
        except OSError as error:
            why = f"cannot be written to ({error.strerror}), and nothing was moved"
            raise ValueError(f"{shortened(aside, 100)} {why}; copy the pictures to a folder of your own") from None
        where = f"to {shortened(self.root.name)}/{ASIDE}/{aside.name}; doctor(path).put_back() takes them back"
        return _move([(self.root / name, aside / name) for name in log], where)

    def put_back(self) -> Moved:
        """Move all files that were ever set aside back to where they were; overwrite nothing there."""
        logs = sorted((self.root / ASIDE).glob("*/log.json"), reverse=True)
        try:
            names = [(log, Path(name)) for log in logs for name in json.loads(log.read_text())]
        except (OSError, ValueError, TypeError, RecursionError):
            where = f"a log.json in {shortened(self.root / ASIDE, 150)}"
            raise ValueError(f"{where} cannot be read; move the files beside it back by hand") from None
        names = [
            (log, name) for log, name in names if not name.anchor and ".." not in name.parts
        ]  # none leads elsewhere
        found = [(log.parent / name, self.root / name) for log, name in names if os.path.lexists(log.parent / name)]
        moved = _move(found, "back")
        for log in () if moved.stayed else logs:
            log.unlink()
        for folder, _, _ in os.walk(self.root / ASIDE, topdown=False):
            with suppress(OSError):  # it is not empty
                os.rmdir(folder)
        return moved

    def _rows(self) -> list[tuple[str, ...]]:
        groups = [found for kind in KINDS if (found := self.of(kind))]
        paths = [group[0].path.relative_to(self.root).as_posix() for group in groups]
        where = [shortened(path, 40) + ", …" * (len(group) > 1) for path, group in zip(paths, groups, strict=True)]
        kinds = [group[0].kind + " (note)" * (not group[0].hurts) for group in groups]
        return [(f"{len(group):,} ×", *row, group[0].advice) for group, *row in zip(groups, kinds, where, strict=True)]

    def __repr__(self) -> str:
        count = f"{sum(each.hurts for each in self.faults):,} to mend" if self.faults else "no faults"
        rows = [f"{many:>8} {kind:<22} {where:<44} {advice}" for many, kind, where, advice in self._rows()]
        return "\n".join([f"{shortened(self.root.name)}: {self.pictures:,} pictures, {count}", *rows])

    def _repr_html_(self) -> str:
        rows = [("", "fault", "where", "what to do"), *self._rows()] if self.faults else []
        table = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        return escape(repr(self).splitlines()[0]) + f"<table>{table}</table>" * bool(rows)


def _drawn(path: Path) -> np.ndarray:
    with suppress(ImageError):
        pixels = read_image(path)
        step = max(1, max(pixels.shape) // 512)
        return pixels[::step, ::step]
    return np.full((3, 4), 225, dtype=np.uint8)


def _move(pairs: Iterable[tuple[Path, Path]], where: str) -> Moved:
    """Rename each file, unless something has its new name; go on with the others where one cannot be moved."""
    paths, stayed = [], []
    for now, then in pairs:
        try:
            if os.path.isdir(now) or os.path.lexists(then):
                raise OSError(0, "it is a folder" if os.path.isdir(now) else "another file is in its place")
            then.parent.mkdir(parents=True, exist_ok=True)
            paths.append(now.rename(then))
        except OSError as error:
            stayed.append(f"{shortened(now.name, 40)} ({error.strerror})")
    return Moved(tuple(paths), tuple(stayed), where)
