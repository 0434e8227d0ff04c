"""Folders of pictures → splits: `<split>/<class>/<pictures>`, and what was passed over on the way."""

import difflib
import errno
import hashlib
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path

import numpy as np

from .files.images import SUFFIXES
from .names import LONGEST_CLASS, listed, printable, shortened

PassedOver = list[tuple[str, str]]  # why, and which file or folder, as seen from the folder of its split


@dataclass(frozen=True, eq=False)
class Split:
    """The pictures of one folder: `paths`, and `labels` as class numbers, or None where there are none.

    passed_over: the files and folders in `folder` that were not taken, each with the reason, such as its suffix. Where
    the splits share one folder, "train" lists them.
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
    learn, judge, rest = existing_folder(root, train), existing_folder(root, valid), root / test
    unlabelled = [rest] if os.path.isdir(rest) else []
    _refuse_shared([learn, judge, *unlabelled, *_class_folders(learn).values(), *_class_folders(judge).values()])
    needed = f", each a folder, such as {learn.name}/cats and {learn.name}/dogs"
    classes = two_or_more(_class_folders(learn), shortened(learn, 150), "folders with pictures", needed)
    splits = {"train": _labelled_split("train", learn, classes), "valid": _labelled_split("valid", judge, classes)}
    for folder in unlabelled:
        paths, passed_over = pictures_below(folder, folder)
        splits["test"] = Split("test", folder, tuple(paths), None, passed_over)
    return classes, splits


def assign_splits(names: Sequence[str], labels: Sequence[str], *, valid: float, test: float = 0.0) -> list[str]:
    """Return the split of each picture, stratified: "train", or "valid" and "test" for these shares of each class.

    The names alone decide, whatever their order and the machine, and each split that is asked for has one picture or
    more of each class. Of each class, those whose names have the lowest digests are "valid", those with the highest
    "test": when pictures are added, only those move that lie where a share ends. Raises ValueError, in one sentence.

    >>> assign_splits(["a.jpg", "b.jpg", "c.jpg", "d.jpg"], ["cats", "cats", "dogs", "dogs"], valid=0.5)
    ['valid', 'train', 'train', 'valid']
    """
    if not (isinstance(valid, Real) and isinstance(test, Real) and min(valid, test) >= 0 and valid + test < 1):
        raise ValueError(f"got valid={valid!r} and test={test!r}; they are shares, such as 0.2, and below 1 together")
    of_class: dict[str, list[int]] = {label: [] for label in labels}
    for index, label in enumerate(labels):
        of_class[label].append(index)
    splits, asked = ["train"] * len(names), ["train", *["valid"] * (valid > 0), *["test"] * (test > 0)]
    for label, members in of_class.items():
        members.sort(key=lambda index: _digest(names[index]))
        if (count := len(members)) < len(asked):
            raise ValueError(f"of the class {shortened(label)!r}, {listed(asked)} need a picture each; it has {count}")
        last = min(max(1, round(count * test)), count - len(asked) + 1) if test else 0
        first = min(max(1, round(count * valid)), count - 1 - last) if valid else 0
        for place, index in enumerate(members):
            splits[index] = "valid" if place < first else "train" if place < count - last else "test"
    return splits


def _digest(name: str) -> bytes:
    composed = unicodedata.normalize("NFC", name)  # macOS may give an accent as a character of its own
    return hashlib.sha256(composed.encode(errors="surrogatepass")).digest()  # a name may hold what is no character


def existing_folder(root: Path, name: str = "") -> Path:
    """Return a folder in `root`, or `root` itself; FileNotFoundError, with the nearest name, where it is not there."""
    shown, needed = shortened(root, 100), f"{shortened(name)}/<class>/<pictures>" if name else "pictures"
    if root.is_file():
        raise FileNotFoundError(f"{shown} is a file; we need the folder that holds {needed}")
    if not os.path.isdir(root):
        parent = root.parent if os.path.isdir(root.parent) else Path()
        raise FileNotFoundError(f"{shown} was not found; {_nearest(root.name, parent)}")
    if not os.path.isdir(root / name):
        has = f"has no folder {shortened(name, 40)!r}; {_nearest(name, root)}"
        raise FileNotFoundError(f"{shown} {has}. We need {shortened(root.name, 40)}/{needed}")
    return root / name


def two_or_more(labels: Iterable[str], source: str, what: str, such_as: str = "") -> tuple[str, ...]:
    """Return the classes; ValueError where there are fewer than two in `source`, which `what` would give it."""
    classes = tuple(labels)
    if len(classes) < 2:
        found = f"only one class, {shortened(classes[0])!r}" if classes else f"no {what}"
        raise ValueError(f"{source} holds {found}; a classifier needs two or more{such_as}")
    if long := [name for name in classes if len(name) > LONGEST_CLASS]:  # a saved model could not be loaded
        got = f"a class of {len(long[0]):,} characters, {shortened(long[0])!r}"
        raise ValueError(f"{source} holds {got}; give it a name of {LONGEST_CLASS:,} or fewer")
    return classes


def labelled_split(
    name: str, folder: Path, classes: Sequence[str], chosen: Sequence[tuple[str, Path]], passed_over: PassedOver
) -> Split:
    """Return a split of pictures that are chosen as (label, path), with the labels as numbers of `classes`."""
    number = {label: index for index, label in enumerate(classes)}
    labels = np.array([number[label] for label, _ in chosen], dtype=np.int64)
    return Split(name, folder, tuple(path for _, path in chosen), labels, passed_over)


def pictures_below(folder: Path, split: Path) -> tuple[list[Path], PassedOver]:
    """Return all picture files in a folder and its subfolders, sorted, and all others, unless they are hidden."""
    contents(folder)  # says so where it may not be opened
    found: list[Path] = []
    others: list[tuple[str, str]] = []
    closed: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [os.path.join(here, name) for name in folders]
        others += [("link to a folder", link) for link in links if os.path.islink(link)]
        for name in sorted(name for name in files if not name.startswith(".")):
            suffix, file = os.path.splitext(name)[1].lower(), os.path.join(here, name)
            if suffix in SUFFIXES:
                found.append(Path(file))
            else:
                named = 1 < len(suffix) < 12 and not suffix[1:].isdigit()  # in cat.1000 the number is none
                others.append((printable(suffix) if named else "no suffix", file))
    others += [("folder that may not be opened", error.filename) for error in closed]
    return sorted(found), [(why, Path(file).relative_to(split).as_posix()) for why, file in others]


def folders_beside(root: Path, splits: Iterable[Split]) -> list[str]:
    """Return the folders in `root` that belong to no split, without hidden ones and the one that keeps models.

    None, where the splits share `root` itself.
    """
    folders = [split.folder for split in splits]
    used = {folder.name for folder in folders} | {"models"}
    found = _class_folders(root) if os.access(root, os.R_OK | os.X_OK) and root not in folders else ()
    return [name for name in found if name not in used]


def described(passed_over: PassedOver, most: int = 4) -> str:
    """Say in a few words what was passed over.

    >>> described([(".heic", "a.heic"), (".heic", "b.heic"), ("no suffix", "c")])
    '2 × .heic (a.heic, …), 1 × no suffix (c)'
    """
    first, counts = dict(reversed(passed_over)), Counter(why for why, _ in passed_over).most_common()
    shown = [f"{count:,} × {why} ({shortened(first[why], 40)}{', …' if count > 1 else ''})" for why, count in counts]
    return listed(shown, most)


def _nearest(wanted: str, folder: Path) -> str:
    """Say which folders there are, and which of them may have been meant."""
    names = [name for name in contents(folder)[0] if not name.startswith(".")]
    if not names:
        return f"{shortened(folder.resolve().name)} has no folders"
    close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
    shown = listed((shortened(name, 20) for name in names), 5)
    return f"the folders there are {shown}" + (f"; did you mean {shortened(close[0])!r}?" if close else "")


def contents(folder: Path) -> tuple[list[str], list[str]]:
    """Return the sorted names of the folders and of the files in a folder; ValueError where it may not be opened."""
    try:
        if not os.access(folder, os.X_OK):  # its names could be read, but nothing behind them
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with os.scandir(folder) as entries:
            is_folder = {entry.name: os.path.isdir(entry) for entry in entries}  # False for a link to itself
    except OSError as error:
        closed = f"{shortened(folder, 150)} cannot be opened ({error.strerror})"
        raise ValueError(f"{closed}; make it readable, on Linux and macOS with chmod -R u+rX") from None
    names = sorted(is_folder)
    return [name for name in names if is_folder[name]], [name for name in names if not is_folder[name]]


def _class_folders(folder: Path) -> dict[str, Path]:
    """Return name → folder of the classes; a name can be printed and drawn whatever the folder's bytes are."""
    return {printable(name): folder / name for name in contents(folder)[0] if may_be_a_class(name)}


def may_be_a_class(name: str) -> bool:
    """Say whether a folder of this name is taken for a class; one that begins with . or __ has another use."""
    return not name.startswith((".", "__"))


def _refuse_shared(folders: Iterable[Path]) -> None:
    """Refuse one folder in two places: by another name of it, or by a link."""
    seen: dict[tuple[int, int], Path] = {}
    for folder in folders:
        facts = folder.stat()
        other = seen.setdefault((facts.st_dev, facts.st_ino), folder)
        if other is not folder and facts.st_ino:  # 0: a file system that does not number its folders
            names = " and ".join(shortened("/".join(path.parts[-2:])) for path in (other, folder))
            advice = "name another folder with trn_name=, val_name= or test_name=, or take the link away"
            raise ValueError(f"{names} are the same folder; all splits and classes need their own pictures: {advice}")


def _labelled_split(name: str, folder: Path, classes: Sequence[str]) -> Split:
    present, shown = _class_folders(folder), shortened(folder, 80)
    extra = [repr(shortened(label)) for label in present if label not in classes]
    if extra:
        raise ValueError(f"{shown} has the class {extra[0]}, which the training pictures do not have; move it away")
    files = [file for file in contents(folder)[1] if not file.startswith(".")]
    passed_over = [("beside the folders of the classes", file) for file in files]
    chosen: list[tuple[str, Path]] = []
    for label in classes:
        if label not in present:
            missing = f"{shortened(label)!r}; make {shortened(folder.name)}/{shortened(label)} and put pictures in"
            raise ValueError(f"{shown} has no folder for the class {missing}")
        found, here = pictures_below(present[label], folder)
        if not found:
            known = f". Passed over: {described(here, 1)}; save other kinds of picture as JPEG" if here else ""
            where = f"{shown}/{shortened(label)}"
            raise ValueError(f"{where} holds no pictures; put some in, or take the class out of every split{known}")
        passed_over += here
        chosen += [(label, path) for path in found]
    return labelled_split(name, folder, classes, chosen, passed_over)
