"""Pictures in folders of any kind → train, valid and more, split by file names alone and never moved between splits."""

import csv
import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from ..files.keeping import write_atomically
from ..folders import assign_splits, existing_folder, may_be_a_class, pictures_below, two_or_more
from ..names import listed, printable, shortened

SPLIT = "split.csv"  # beside the splits: which picture went where
HELD_OUT = ("valid", "val", "validation")


def split_folder(path: str | Path, *, into: str | Path | None = None, valid: float = 0.2, sealed: float = 0.0) -> Path:
    """Split a folder of your own, `path/<class>/<pictures>`, into `train`, `valid` and, if asked for, `sealed`.

    into: the new folder; by default the name of `path` with "-split" appended, beside it. valid, sealed: the shares of
    each class; leave `sealed` alone until the end. Your own files are not touched: the new folder holds hard links to
    them, or copies where the disk has no links. Call it again after you have added pictures: the new ones are split,
    and the others stay where they were. File names alone decide the split, and `split.csv` records it. Raises
    ValueError or FileNotFoundError with one sentence.
    """
    root = existing_folder(Path(path).expanduser().absolute())
    target = Path(into).expanduser().absolute() if into else root.with_name(f"{root.name}-split")
    if (root / "train").is_dir():
        raise ValueError(f"{shortened(root, 150)} has a folder train already; give it to from_paths as it is")
    if target == root or target.is_relative_to(root):
        raise ValueError(f"got into={str(into)!r}, which lies in the folder to split; name a folder beside it")
    found = [(file.relative_to(root).as_posix(), folder.name) for folder in _folders(root) for file in _below(folder)]
    for name, split in _split(found, target, shortened(root, 150), valid, sealed).items():
        _link(root / name, target / split / name)
    splits = [target / split for split in ("train", "valid", "sealed") if (target / split).is_dir()]
    print(f"{shortened(target.name)}: {listed(f'{len(_below(split)):,} {split.name}' for split in splits)}.")
    return target


def arrange(unpacked: Path, target: Path, label: Callable[[str], str] | None, classes: dict[str, str]) -> None:
    """Move the pictures of an unpacked set to `target`, as `train` and `valid`.

    label: the class in a file's name, where a set has no folders of classes. classes: a folder's name → the class's.
    A set that comes with splits keeps them. Raises ValueError for one in which no classes can be found.
    """
    root = unpacked
    while len(inside := _folders(root)) == 1 and not any(file.parent == root for file in _below(root)):
        root = inside[0]
    held_out = [name for name in HELD_OUT if (root / name).is_dir()]
    if held_out and (root / "train").is_dir():
        target.mkdir()
        for name, new in (("train", "train"), (held_out[0], "valid"), ("test1", "test1"), ("test", "test1")):
            if (root / name).is_dir() and not (target / new).exists():
                (root / name).rename(target / new)
        for split in ("train", "valid"):
            for folder in _folders(target / split):
                folder.rename(folder.with_name(classes.get(folder.name, folder.name)))
        return
    if label:
        found = [(file, label(file.name)) for file in _below(root)]
    else:
        found = [(file, folder.name) for folder in _folders(root) for file in _below(folder)]
    named = {f"{classes.get(name, name)}/{file.name}": (file, classes.get(name, name)) for file, name in found}
    if len(named) < len(found):
        raise ValueError(f"{unpacked.name} has two pictures of one name in one class; arrange them by hand")
    splits = _split([(name, of) for name, (_, of) in named.items()], target, unpacked.name, 0.2, 0.0)
    for name, split in splits.items():
        (target / split / name).parent.mkdir(parents=True, exist_ok=True)
        named[name][0].rename(target / split / name)


def _below(folder: Path) -> list[Path]:
    return pictures_below(folder, folder)[0]


def _folders(root: Path) -> list[Path]:
    return sorted(each for each in root.iterdir() if each.is_dir() and may_be_a_class(each.name))


def _split(found: Sequence[tuple[str, str]], target: Path, shown: str, valid: float, sealed: float) -> dict[str, str]:
    """Return the split of each picture by its name, and keep it in `target`; what was kept there stays as it was."""
    counts = Counter(label for _, label in found)
    two_or_more(sorted(counts), shown, "folders with pictures", ", each a folder, such as cats and dogs")
    if few := [label for label, count in counts.items() if count < 4]:
        raise ValueError(f"{shown} holds {counts[few[0]]} of the class {printable(few[0])!r}; four are the least, "
                         "and forty a good start")  # fmt: skip
    try:
        with (target / SPLIT).open(encoding="utf-8", newline="", errors="surrogateescape") as file:
            kept = [(row["file"], row["label"], row["split"]) for row in csv.DictReader(file)]
    except FileNotFoundError:
        if target.exists():
            raise ValueError(f"{target.name} exists, and no {SPLIT} is in it; name another folder with into=") from None
        kept = []
    placed = {name: split for name, _, split in kept}
    splits = assign_splits([name for name, _ in found], [of for _, of in found], valid=valid, test=sealed)
    new = [(name, of, "sealed" if split == "test" else split)
           for (name, of), split in zip(found, splits, strict=True) if name not in placed]  # fmt: skip
    rows = [("file", "label", "split"), *kept, *new]

    def write(file: Path) -> None:
        with file.open("w", encoding="utf-8", newline="", errors="surrogateescape") as out:
            csv.writer(out).writerows(rows)

    write_atomically(target / SPLIT, write)
    placed |= {name: split for name, _, split in new}
    return {name: placed[name] for name, _ in found}


def _link(file: Path, to: Path) -> None:
    """Give a file a second name; copy it where that cannot be."""
    to.parent.mkdir(parents=True, exist_ok=True)
    if to.exists():
        return
    try:
        os.link(file, to)
    except OSError:
        write_atomically(to, lambda part: shutil.copyfile(file, part))
