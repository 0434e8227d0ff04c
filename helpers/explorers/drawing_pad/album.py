"""The drawings that are kept: a folder for each class; no file is ever overwritten or deleted."""

import errno
import os
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from ...files.images import SUFFIXES, ImageError, read_image
from ...files.keeping import write_atomically
from ...folders import may_be_a_class
from ...names import printable, shortened

MOST_CLASSES, LONGEST = 6, 40  # more would not fit beside one another on the page
FORBIDDEN = '<>:"/\\|?*'  # in the names of files, on Windows
RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{digit}" for port in ("COM", "LPT") for digit in "123456789")}
SPLITS = {"train", "valid", "test", "models"}  # folders that mean something else to a classifier
SMALL, LATEST = 40, 14  # pixels of a drawing in the row of those that were kept, and how many of them are seen


@dataclass(frozen=True, eq=False)
class Shelf:
    """What is kept of a class: `paths`, the latest last, and the latest as small pictures, uint8 (n, 40, 40, 3)."""

    paths: tuple[Path, ...]
    thumbnails: np.ndarray


@dataclass(frozen=True)
class Album:
    """The drawings in a folder, `folder/<class>/001.png` and so on; what is taken back goes to one beside it."""

    folder: Path
    classes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"{counted(self.counts)} in {shortened(self.folder)}"

    @property
    def aside(self) -> Path:
        """The folder of what was taken back; beside the other, where it cannot be taken for a class."""
        whole = self.folder.resolve()
        return whole.with_name(f"{whole.name}_set_aside")

    @property
    def counts(self) -> dict[str, int]:
        """How many pictures each class has on the disk now."""
        return {name: len(self.paths(name)) for name in self.classes}

    def paths(self, name: str) -> tuple[Path, ...]:
        """Return the pictures of a class by their numbers; those without one come first."""
        return tuple(sorted(_pictures(self.folder / name), key=lambda path: (_number(path), path.name)))

    def shelves(self) -> tuple[Shelf, ...]:
        """Return what is kept of every class."""
        found = [self.paths(name) for name in self.classes]
        blank = np.empty((0, SMALL, SMALL, 3), np.uint8)
        return tuple(Shelf(paths, np.stack([*map(_small, paths[-LATEST:])]) if paths else blank) for paths in found)

    def keep(self, name: str, pixels: np.ndarray) -> Path:
        """Write a picture, uint8 (height, width, 3), under the next number of its class; whole, or not at all.

        Returns its path. ValueError with a sentence for an unknown class, and where the disk does not take it.
        """
        if name not in self.classes:
            raise ValueError(f"got the class {shortened(name)!r}; type one of {', '.join(map(repr, self.classes))}")
        places = (self.folder / name, self.aside / name)
        with _refusing(self.folder / name):
            number = 1 + max((_number(path) for place in places for path in _pictures(place)), default=0)
            path = self.folder / name / f"{max(number, 1):03}.png"
            return write_atomically(path, lambda part: Image.fromarray(pixels).save(part, "PNG"), durable=True)

    def set_aside(self, path: Path) -> Path:
        """Move a picture of ours to the folder beside; return where it is now."""
        return _moved(path, self.aside_of(path))

    def put_back(self, path: Path) -> Path:
        """Move a picture back to where it was before `set_aside`."""
        return _moved(self.aside_of(path), path)

    def aside_of(self, path: Path) -> Path:
        """Return where `set_aside` moves a picture of ours."""
        return self.aside / path.parent.name / path.name


def open_album(classes: Sequence[str], folder: str | Path = "my_drawings") -> Album:
    """Return the drawings of two classes or more in a folder, which is made when the first is kept.

    Raises ValueError with a sentence for names that cannot be those of folders, and for a folder that is none.

    >>> open_album(["star", "house"], "no_such_folder")
    0 × star, 0 × house in no_such_folder
    """
    wanted = 'type two or more, such as ["star", "house"]'
    names = (classes,) if isinstance(classes, str) else tuple(classes)
    for name in names:
        why = _unfit(name)
        if why:
            raise ValueError(f"got {shortened(repr(name))} as the name of a class, which {why}; {wanted}")
    same = {unicodedata.normalize("NFC", name).casefold() for name in names}  # one folder, to some systems
    if not 2 <= len(names) <= MOST_CLASSES:
        raise ValueError(f"got {len(names)} class{'es' * (len(names) != 1)}; {wanted}, and {MOST_CLASSES} at most")
    if len(same) < len(names):
        raise ValueError(f"got {', '.join(map(repr, names))}, two of which would share a folder; {wanted}")
    place = Path(folder).expanduser()
    for here in (place, *(place / name for name in names)):
        if os.path.lexists(here) and not (here.is_dir() and os.access(here, os.R_OK | os.X_OK)):
            raise ValueError(f"{shortened(here, 100)} is no folder that can be opened; type another as folder=…")
    return Album(place, names)


def counted(counts: dict[str, int]) -> str:
    """Say how many there are of each.

    >>> counted({"star": 12, "house": 1})
    '12 × star, 1 × house'
    """
    return ", ".join(f"{count:,} × {name}" for name, count in counts.items())


def _unfit(name: object) -> str:
    """Say why a name cannot be that of a class's folder; nothing where it can."""
    if not isinstance(name, str):
        return "is no text"
    if not name.strip() or name != name.strip() or len(name) > LONGEST:
        return f"is not 1 to {LONGEST} characters without spaces around them"
    bad = [character for character in name if character in FORBIDDEN or not character.isprintable()]
    if bad or printable(name) != name:
        return f"has '{printable(bad[0])}' in it, and no folder can" if bad else "cannot be printed"
    if not may_be_a_class(name) or name.endswith("."):
        return "begins with . or __, or ends with ., as no class may"
    taken = name.partition(".")[0].upper() in RESERVED or name.lower() in SPLITS
    return "has a meaning of its own as a folder" if taken else ""


def _pictures(folder: Path) -> list[Path]:
    """Return the picture files in a folder, if it is there."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as found:
        return [folder / one.name for one in found
                if not one.name.startswith(".") and Path(one.name).suffix.lower() in SUFFIXES]  # fmt: skip
    return []


def _number(path: Path) -> int:
    stem = path.stem
    return int(stem) if stem.isascii() and stem.isdecimal() and len(stem) < 10 else -1


def _small(path: Path) -> np.ndarray:
    """Return a picture small, whole, on white; grey where it cannot be read."""
    facts = path.stat() if path.exists() else None
    return _read_small(path, facts and facts.st_mtime_ns, facts and facts.st_size)


@lru_cache(maxsize=200)
def _read_small(path: Path, *_: int | None) -> np.ndarray:
    try:
        picture = Image.fromarray(read_image(path))
    except (ImageError, OSError):
        return np.full((SMALL, SMALL, 3), 190, np.uint8)
    picture.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (SMALL, SMALL), "white")
    sheet.paste(picture, ((SMALL - picture.width) // 2, (SMALL - picture.height) // 2))
    return np.asarray(sheet)


def _moved(path: Path, target: Path) -> Path:
    with _refusing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "a file of that name is there")
        return path.rename(target)


@contextmanager
def _refusing(place: Path) -> Iterator[None]:
    """Turn what the system says into a refusal in one sentence."""
    try:
        yield
    except OSError as error:
        said = f"{shortened(place, 100)} cannot be written ({error.strerror or error})"
        raise ValueError(f"{said}; make room there, or open the pad with another folder") from None
