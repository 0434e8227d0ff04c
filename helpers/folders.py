"""Folders of pictures → splits: `<split>/<class>/<pictures>`, and what was passed over on the way."""

import difflib
import errno
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .images import SUFFIXES
from .names import listed, printable, shortened

PassedOver = dict[str, list[str]]  # why → which: files and folders, as seen from the folder of their split


@dataclass(frozen=True, eq=False)
class Split:
    """The pictures of one folder: `paths`, and `labels` as class numbers, or None where there are none.

    passed_over: why → the files and folders in `folder` that were not taken, such as those of an unknown suffix.
    """

    name: str
    folder: Path = field(repr=False)
    paths: tuple[Path, ...] = field(repr=False)
    labels: np.ndarray | None = field(repr=False)
    passed_over: PassedOver = field(repr=False)

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def known_labels(self) -> np.ndarray:
        """The labels; ValueError where the pictures have none."""
        if self.labels is None:
            raise ValueError(f"the {self.name} pictures have no labels; ask for 'train' or 'valid'")
        return self.labels


def find_splits(root: Path, train: str, valid: str, test: str) -> tuple[tuple[str, ...], dict[str, Split]]:
    """Return the classes below `root/train`, and the splits by name; `root/test` has no labels and may be absent.

    Raises FileNotFoundError or ValueError with one sentence that says what to do.
    """
    learn, judge = _existing_folder(root, train), _existing_folder(root, valid)
    unlabelled = [root / test] if os.path.isdir(root / test) else []
    _refuse_shared([learn, judge, *unlabelled, *_class_folders(learn).values(), *_class_folders(judge).values()])
    classes = _class_names(learn)
    splits = [_labelled_split("train", learn, classes), _labelled_split("valid", judge, classes)]
    return classes, {split.name: split for split in [*splits, *map(_unlabelled_split, unlabelled)]}


def folders_beside(root: Path, splits: Iterable[Split]) -> list[str]:
    """Return the folders in `root` that belong to no split, without hidden ones and the one that keeps models."""
    used = {split.folder.name for split in splits} | {"models"}
    try:
        return [name for name in _class_folders(root) if name not in used]
    except ValueError:  # it may not be listed, or has gone since
        return []


def described(passed_over: PassedOver, most: int = 4) -> str:
    """Say in a few words what was passed over.

    >>> described({".heic": ["a.heic", "b.heic"], "no suffix": ["c"]})
    '2 × .heic (a.heic, …), 1 × no suffix (c)'
    """
    most_first = sorted(passed_over.items(), key=lambda item: (-len(item[1]), item[0]))
    return listed(
        (
            f"{len(names):,} × {shortened(why, 34)} ({shortened(names[0], 40)}{', …' if len(names) > 1 else ''})"
            for why, names in most_first
        ),
        most,
    )


def _existing_folder(root: Path, name: str) -> Path:
    shown = shortened(root, 150)
    if root.is_file():
        raise FileNotFoundError(f"{shown} is a file; we need the folder that holds {name}/<class>/<pictures>")
    if not os.path.isdir(root):
        parent = root.parent if os.path.isdir(root.parent) else Path()
        raise FileNotFoundError(f"{shown} was not found; {_nearest(root.name, parent)}")
    if not os.path.isdir(root / name):
        needed = f"{shortened(root.name)}/{name}/<class>/<pictures>"
        raise FileNotFoundError(f"{shown} has no folder {name!r}; {_nearest(name, root)}. We need {needed}")
    return root / name


def _nearest(wanted: str, folder: Path) -> str:
    """Say which folders there are, and which of them may have been meant."""
    names = [name for name in _contents(folder)[0] if not name.startswith(".")]
    if not names:
        return f"{shortened(folder.resolve().name)} has no folders"
    close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
    shown = listed((shortened(name, 20) for name in names), 5)
    return f"the folders there are {shown}" + (f"; did you mean {shortened(close[0])!r}?" if close else "")


def _contents(folder: Path) -> tuple[list[str], list[str]]:
    """Return the sorted names of the folders and of the files in a folder; ValueError where it may not be opened."""
    try:
        if not os.access(folder, os.X_OK):  # its names could be read, but nothing behind them
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with os.scandir(folder) as entries:
            is_folder = {entry.name: entry.is_dir() for entry in entries}
    except OSError as error:
        raise ValueError(
            f"{shortened(folder, 150)} cannot be opened ({error.strerror}); make it readable for yourself, "
            "on Linux and macOS with chmod -R u+rX, or ask its owner to"
        ) from None
    names = sorted(is_folder)
    return [name for name in names if is_folder[name]], [name for name in names if not is_folder[name]]


def _class_folders(folder: Path) -> dict[str, Path]:
    """Return name → folder of the classes; a name can be printed and drawn whatever the folder's bytes are."""
    return {printable(name): folder / name for name in _contents(folder)[0] if not name.startswith((".", "__"))}


def _class_names(folder: Path) -> tuple[str, ...]:
    names = tuple(_class_folders(folder))
    if len(names) < 2:
        found = f"only one class, {shortened(names[0])!r}" if names else "no folders with pictures"
        raise ValueError(
            f"{shortened(folder, 150)} holds {found}; a classifier needs two or more, each a folder, such as "
            f"{folder.name}/cats and {folder.name}/dogs"
        )
    return names


def _refuse_shared(folders: Iterable[Path]) -> None:
    """Refuse one folder in two places: by another name of it, or by a link."""
    seen: dict[tuple[int, int], Path] = {}
    for folder in folders:
        facts = folder.stat()
        other = seen.setdefault((facts.st_dev, facts.st_ino), folder)
        if other is not folder and facts.st_ino:  # 0: a file system that does not number its folders
            names = " and ".join(shortened("/".join(path.parts[-2:])) for path in (other, folder))
            raise ValueError(
                f"{names} are the same folder; every split and every class needs pictures of its own, or the model is "
                "judged by what it has learned from; name another folder with trn_name=, val_name= or test_name="
            )


def _unlabelled_split(folder: Path) -> Split:
    passed_over: PassedOver = {}
    return Split("test", folder, tuple(_pictures_below(folder, folder, passed_over)), None, passed_over)


def _labelled_split(name: str, folder: Path, classes: Sequence[str]) -> Split:
    present, shown = _class_folders(folder), shortened(folder, 80)
    extra = sorted(present.keys() - set(classes))
    if extra:
        raise ValueError(
            f"{shown} has the class {shortened(extra[0])!r}, which the training pictures do not have; move it away"
        )
    loose = [file for file in _contents(folder)[1] if not file.startswith(".")]
    passed_over: PassedOver = {"beside the folders of the classes": loose} if loose else {}
    paths: list[Path] = []
    labels: list[int] = []
    for number, label in enumerate(classes):
        if label not in present:
            where = f"{shortened(folder.name)}/{shortened(label)}"
            raise ValueError(
                f"{shown} has no folder for the class {shortened(label)!r}; make {where} and put pictures in"
            )
        here: PassedOver = {}
        found = _pictures_below(present[label], folder, here)
        if not found:
            raise ValueError(
                f"{shown}/{shortened(label)} holds no pictures; put some in, or take the class out of every split"
                + (f". Passed over: {described(here, 2)}; save other kinds of picture as JPEG" if here else "")
            )
        for why, names in here.items():
            passed_over.setdefault(why, []).extend(names)
        paths += found
        labels += [number] * len(found)
    return Split(name, folder, tuple(paths), np.array(labels, dtype=np.int64), passed_over)


def _pictures_below(folder: Path, split: Path, passed_over: PassedOver) -> list[Path]:
    """Return all picture files in a folder and its subfolders, sorted; note all others, unless they are hidden."""
    _contents(folder)  # says so where it may not be opened
    found: list[Path] = []

    def pass_over(why: str, path: Path) -> None:
        passed_over.setdefault(why, []).append(path.relative_to(split).as_posix())

    closed = "folder that may not be opened"
    for here, folders, files in os.walk(folder, onerror=lambda error: pass_over(closed, Path(error.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if os.path.islink(os.path.join(here, name)):
                pass_over("link to a folder", Path(here, name))
        for name in sorted(name for name in files if not name.startswith(".")):
            suffix = os.path.splitext(name)[1].lower()
            if suffix in SUFFIXES:
                found.append(Path(here, name))
            else:
                pass_over(suffix or "no suffix", Path(here, name))
    return sorted(found)
