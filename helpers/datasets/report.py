"""What the doctor found: a table, the pictures that are meant, and files set aside and put back."""

import errno
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
from ..names import listed, shortened
from ..plots import show_images
from .faults import ADVICE, MOVED, NOTES, Fault, named

ASIDE = "__set_aside__"  # beside the splits, or the classes; no folder whose name begins with __ is a class


@dataclass(frozen=True, repr=False)
class Moved:
    """What was moved: the paths that files have now; why others stayed where they were; a line about it."""

    paths: tuple[Path, ...]
    stayed: tuple[str, ...]
    says: str

    def __repr__(self) -> str:
        files = "1 file" if len(self.paths) == 1 else f"{len(self.paths):,} files"
        return f"{files} {self.says}" + (f"; stayed: {listed(self.stayed, 3)}" if self.stayed else "")


@dataclass(frozen=True, repr=False)
class Report:
    """The faults of a folder of pictures, those that hurt first; shown as a table with a row for each kind."""

    root: Path
    pictures: int
    faults: tuple[Fault, ...]

    def of(self, kind: str) -> tuple[Fault, ...]:
        """Return the faults of one kind, such as "leak"; ValueError for a kind that there is not."""
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
        return show_images(
            [_drawn(path) for path, _ in shown], [f"{fault.kind}\n{named(path)}" for path, fault in shown]
        )

    def set_aside(self, faults: Iterable[Fault] | None = None) -> Moved:
        """Move the files with faults in `MOVED`, or with the given ones, into `__set_aside__/<time>` beside the splits.

        They keep their relative paths; log.json there says why, and is on the disk before the first file moves.
        Nothing is deleted or overwritten. Raises ValueError where that folder cannot be written to.
        """
        chosen = [fault for fault in self.faults if fault.kind in MOVED] if faults is None else faults
        reasons = {fault.path.relative_to(self.root).as_posix(): fault.fault for fault in chosen}
        if not reasons:
            return Moved((), (), "moved: there was nothing to set aside")
        folder = self.root / ASIDE / f"{datetime.now():%Y-%m-%d_%H-%M-%S-%f}"
        try:
            folder.mkdir(parents=True)
            write_atomically(
                folder / "log.json", lambda log: log.write_text(json.dumps(reasons, indent=1)), durable=True
            )
        except OSError as error:
            says = f"{shortened(folder, 150)} cannot be made ({error.strerror}); nothing was moved"
            raise ValueError(f"{says}. Copy the pictures to a folder of your own, and ask the doctor there") from None
        where = f"moved to {shortened(self.root.name)}/{ASIDE}/{folder.name}; doctor(path).put_back() takes them back"
        return _move([(self.root / name, folder / name) for name in reasons], where)

    def put_back(self) -> Moved:
        """Move all files that were set aside, now or long ago, back to where they were; overwrite nothing there."""
        logs = sorted((self.root / ASIDE).glob("*/log.json"), reverse=True)
        found = [(log.parent / name, self.root / name) for log in logs for name in _logged(log)]
        moved = _move([(source, goal) for source, goal in found if os.path.lexists(source)], "moved back")
        for log in logs:
            if not any(os.path.lexists(source) for source, _ in found if source.is_relative_to(log.parent)):
                log.unlink()
        for here, _, _ in os.walk(self.root / ASIDE, topdown=False):
            with suppress(OSError):  # it is not empty
                os.rmdir(here)
        return moved

    def _rows(self) -> list[tuple[str, str, str, str]]:
        """Return for each kind of fault: how many, the kind, the first file or folder, what to do."""
        found = [(kind, faults) for kind in ADVICE if (faults := self.of(kind))]
        first = {kind: shortened(named(faults[0].path), 40) for kind, faults in found}
        return [
            (
                f"{len(faults):,} ×",
                f"{kind}{' (note)' * (kind in NOTES)}",
                first[kind] + ", …" * (len(faults) > 1),
                ADVICE[kind],
            )
            for kind, faults in found
        ]

    def _summary(self) -> str:
        notes = sum(fault.kind in NOTES for fault in self.faults)
        found = f"{len(self.faults) - notes:,} to mend, {notes:,} notes" if self.faults else "no faults"
        return f"{shortened(self.root.name)}: {self.pictures:,} pictures, {found}"

    def __repr__(self) -> str:
        rows = self._rows()
        wide = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
        lines = [f"{a:>{wide[0]}} {b:<{wide[1]}}  {c:<{wide[2]}}  {d}" for a, b, c, d in rows]
        return "\n".join([self._summary(), *lines])

    def _repr_html_(self) -> str:
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in self._rows())
        heads = "<tr><th></th><th>fault</th><th>where</th><th>what to do</th></tr>"
        return f"<p>{escape(self._summary())}</p><table>{heads}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _drawn(path: Path) -> np.ndarray:
    try:
        pixels = read_tensor(path)
    except ImageError:
        return np.full((3, 4), 225, dtype=np.uint8)
    step = max(1, max(pixels.shape) // 512)
    return pixels[:, ::step, ::step].permute(1, 2, 0).numpy()


def _logged(log: Path) -> list[str]:
    """Return the relative paths in a log, without any that leads elsewhere."""
    try:
        names = [str(name) for name in json.loads(log.read_text())]
    except (OSError, ValueError, TypeError, RecursionError):
        raise ValueError(f"{shortened(log, 150)} cannot be read; move the files beside it back by hand") from None
    return [name for name in names if not Path(name).anchor and ".." not in Path(name).parts]


def _move(pairs: list[tuple[Path, Path]], says: str) -> Moved:
    """Rename each file, unless something has its new path; go on with the others where one cannot be moved."""
    paths, stayed = [], []
    for source, goal in pairs:
        try:
            if os.path.isdir(source) or os.path.lexists(goal):
                raise OSError(
                    errno.EEXIST, "it is a folder" if os.path.isdir(source) else "another file is in its place"
                )
            goal.parent.mkdir(parents=True, exist_ok=True)
            source.rename(goal)
            paths.append(goal)
        except OSError as error:
            stayed.append(f"{shortened(source.name, 40)} ({error.strerror})")
    return Moved(tuple(paths), tuple(stayed), says)
