"""Which pictures a benchmark uses, and a folder of their own for them."""

import hashlib
import random
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers import get_data
from helpers.files.images import SUFFIXES

PHOTOGRAPHS = "WHOLE_GAME_PHOTOS"


@dataclass(frozen=True)
class Source:
    """A folder with train and valid, what is in it, and a sentence on what was missing, if anything was."""

    folder: Path
    what: str
    missing: str = ""


def find_source(environment: Mapping[str, str]) -> Source:
    """Return the photographs that the environment names, or the drawn sample with a sentence that says why."""
    named = environment.get(PHOTOGRAPHS)
    if named and (Path(named) / "train").is_dir() and (Path(named) / "valid").is_dir():
        return Source(Path(named), "photographs")
    got = "names a folder without train and valid" if named else "is not set"
    missing = (
        f"{PHOTOGRAPHS} {got}; it must name a folder of photographs with train/<class> and valid/<class>: "
        "the drawn sample is used in their place."
    )
    try:
        return Source(get_data("sample"), "drawn pictures", missing)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{missing.split(':')[0]}, and {error}") from None


def choose(folder: Path, train: int, valid: int, seed: int = 1) -> list[Path]:
    """Return pictures by chance, as paths below `folder`: as many of each class, up to `train` and `valid` in all.

    The same seed and the same folder give the same pictures.
    """
    chosen: list[Path] = []
    for split, wanted in (("train", train), ("valid", valid)):
        classes = sorted(entry for entry in (folder / split).iterdir() if entry.is_dir() and entry.name[0] != ".")
        pictures = {entry: _pictures_in(entry) for entry in classes}
        each = min([wanted // len(classes), *map(len, pictures.values())])
        for entry, files in pictures.items():
            picked = random.Random(f"{seed}/{split}/{entry.name}").sample(files, each)
            chosen += [file.relative_to(folder) for file in sorted(picked)]
    return chosen


def copy_to(target: Path, folder: Path, chosen: Iterable[Path]) -> Path:
    """Copy the chosen pictures, so that nothing else lies beside them, and return the folder they are in."""
    for path in chosen:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / path, target / path)
    return target


def count(chosen: Iterable[Path], split: str) -> int:
    """Return how many of the chosen pictures are of a split."""
    return sum(path.parts[0] == split for path in chosen)


def read_once(folder: Path) -> int:
    """Read every file, so that all are in the page cache; return the number of bytes."""
    return sum(len(path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file())


def digest_of_pictures(folder: Path, train: Iterable[Path], valid: Iterable[Path]) -> str:
    """Return one number for what is trained on and what is judged by, whatever the order: name and content."""
    digest = hashlib.sha256()
    for split in (train, valid):
        for path in sorted(map(Path, split)):
            digest.update(f"{path.relative_to(folder).as_posix()};".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        digest.update(b"|")
    return digest.hexdigest()


def _pictures_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.name[0] != "." and file.suffix.lower() in SUFFIXES)
