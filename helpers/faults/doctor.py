"""A reader's own folder of pictures, looked over before anything learns from it."""

import hashlib
import io
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from unicodedata import normalize

import numpy as np
import torch
from PIL import Image

from ..files.images import FORMATS, MAX_BYTES, ImageError, read_tensor
from ..files.keeping import open_regular
from ..folders import contents, may_be_a_class, pictures_below
from ..names import shortened
from ..progress import Progress
from .look_alikes import look_alikes, thumbnail
from .report import ASIDE, KINDS, Fault, Report, fault, named

_FEW, _UNEQUAL = 10, 3  # pictures of a class; how many times as large as the smallest class the largest may not be
_TINY, _LARGE = 16, 25_000_000  # pixels of the shorter side; pixels in all, more than most cameras write
_SAID = {"truncated": "truncat|end of file", "too large": "smaller first|up to"}  # in an ImageError
_TYPES = re.compile(rb"(?is)....ftyp(?:(?P<HEIC>he|mi|ms)|(?P<AVIF>av))|\s*(?P<HTML><!doctype|<html)|(?P<PDF>%PDF)")
Place = tuple[Path, str]  # the folder of a split, or of all classes; a class, "" where there are no labels


def doctor(path: str | Path, *, trn_name: str = "train", val_name: str = "valid", test_name: str = "test1") -> Report:
    """Look over a folder of pictures, `path/train|valid|test1/<class>/…` or `path/<class>/…`, and report its faults.

    Changes nothing. Raises FileNotFoundError or ValueError where there are no such folders. Taught in lesson 12.

    >>> from helpers import get_data
    >>> doctor(get_data("sample"))
    sample: 1,350 pictures, no faults
    """
    root = Path(path).expanduser().absolute()
    holds = f"train/<class>/<pictures> and valid/<class>/<pictures>, or {shortened(root.name, 40)}/<class>/<pictures>"
    if not os.path.isdir(root):
        found = "is a file" if os.path.lexists(root) else "was not found; check the name, and print Path.cwd()"
        raise FileNotFoundError(f"{shortened(root, 100)} {found}. We need a folder that holds {holds}")
    contents(root)  # says so where it may not be opened
    faults = [fault(hidden, "hidden", "is hidden, and is not read") for hidden in _hidden(root)]
    # What a model is judged by comes first: of two copies, the first stays.
    test, *labelled = (root / name for name in (test_name, val_name, trn_name))
    if not any(map(os.path.isdir, labelled)):
        test, labelled = None, [root]
    faults += [fault(split, "missing", "is not there") for split in labelled if not os.path.isdir(split)]
    places: dict[Path, Place] = {}
    for split in _opened((split for split in (test, *labelled) if split and os.path.isdir(split)), faults):
        places |= {split: (split, "")} if split == test else _classes(split, faults)
    if labelled == [root] and not places:
        raise ValueError(f"{shortened(root, 100)} holds no folders with pictures. We need a folder that holds {holds}")
    pictures: dict[Path, Place] = {}
    for folder in _opened(places, faults):
        found, passed_over = pictures_below(folder, root)
        pictures |= dict.fromkeys(found, places[folder])
        faults += [fault(root / name, "skipped", f"is not read: {why}") for why, name in passed_over]
    _compare_classes(labelled, places, Counter(_look_at(pictures, faults)), faults)
    order = list(KINDS)
    return Report(root, len(pictures), tuple(sorted(faults, key=lambda each: (order.index(each.kind), each.path))))


def _hidden(root: Path) -> Iterator[Path]:
    """Yield what is hidden, but nothing in it, and nothing of ours."""
    for path in [*root.rglob(".*"), *root.glob("__*"), *root.glob("*/__*")]:
        above = path.relative_to(root).parts[:-1]
        if path.name not in (".cache", ASIDE) and all(map(may_be_a_class, above)):
            yield path


def _opened(folders: Iterable[Path], faults: list[Fault]) -> Iterator[Path]:
    """Yield each folder that may be opened once, whatever its names are."""
    seen: dict[tuple[int, int], Path] = {}
    for folder in folders:
        facts = folder.stat()
        first = seen.setdefault((facts.st_dev, facts.st_ino), folder)
        if first is not folder and facts.st_ino:  # 0: a file system that does not number its folders
            faults.append(fault(folder, "one place", f"is the same folder as {named(first)}"))
        elif not os.access(folder, os.R_OK | os.X_OK):
            faults.append(fault(folder, "closed", "may not be opened"))
        else:
            yield folder


def _classes(split: Path, faults: list[Fault]) -> dict[Path, Place]:
    folders, files = ([split / name for name in names if may_be_a_class(name)] for names in contents(split))
    faults += [fault(file, "skipped", "is beside the folders of the classes, and is not read") for file in files]
    return {folder: (split, " ".join(normalize("NFC", folder.name).casefold().split())) for folder in folders}


def _look_at(pictures: dict[Path, Place], faults: list[Fault]) -> list[Place]:
    """Look at each picture by itself, and for copies; return the places of those that can be read."""
    small, same = {}, {}
    # Each worker decodes on its own thread; PyTorch must not start further threads inside of it.
    threads = ThreadPoolExecutor(os.cpu_count(), initializer=lambda: torch.set_num_threads(1))
    with threads as pool, Progress("looking at pictures", len(pictures)) as bar:
        for path, (own, digest, shrunk) in zip(pictures, pool.map(_examine, pictures), strict=True):
            faults += own
            bar.advance()
            if shrunk is not None:
                small[path] = shrunk
                same.setdefault(digest, []).append(path)
    unique = [paths[0] for paths in same.values()]
    copies = [(path, paths[0], "") for paths in same.values() for path in paths[1:]]
    copies += [(unique[later], unique[one], "near ") for one, later in look_alikes([small[path] for path in unique])]
    for path, other, near in copies:
        (split, label), (its_split, its_label) = pictures[path], pictures[other]
        kind = near + ("duplicate" if split == its_split else "leak")
        if label and its_label and label != its_label:
            kind = "two classes"
        if os.path.samefile(path, other):
            kind = "one place"
        faults.append(fault(path, kind, f"{'looks like' if near else 'is the same as'} {named(other)}", other))
    return [pictures[path] for path in small]


def _examine(path: Path) -> tuple[list[Fault], str, np.ndarray | None]:
    """Return a picture's own faults, the SHA-256 of its file, and its thumbnail; no thumbnail if it cannot be read."""
    content = b""
    with suppress(OSError, ValueError), open_regular(path, MAX_BYTES) as file:  # read_tensor says why
        content = file.read()
    try:
        pixels = read_tensor(path, "/".join(path.parts[-3:]))
    except ImageError as error:
        says = str(error).removeprefix(named(path))  # which may itself say truncated
        kind = next((kind for kind, words in _SAID.items() if re.search(words, says, re.IGNORECASE)), "unreadable")
        if found := _TYPES.match(content):
            kind, says = "wrong type", f"{says}; it is of the type {found.lastgroup}"
        return [fault(path, kind, says)], "", None
    return _seen_in_header(path, content), hashlib.sha256(content).hexdigest(), thumbnail(pixels)


def _seen_in_header(path: Path, content: bytes) -> list[Fault]:
    says, found = "", {}
    # Damaged notes and later frames raise anything; the picture itself was read.
    with suppress(Exception), Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        form = str(picture.format).replace("MPO", "JPEG")  # a JPEG with further pictures behind it
        says = f"is a {form} of {picture.width:,} × {picture.height:,} pixels, {picture.mode}"
        found["tiny"] = min(picture.size) < _TINY
        found["large"] = picture.width * picture.height > _LARGE
        found["other suffix"] = form != Image.registered_extensions().get(path.suffix.lower())
        found["CMYK"] = picture.mode == "CMYK"
        found["palette"] = picture.mode in ("P", "PA")
        found["16 bits"] = picture.mode[0] in "IF" or ";16" in repr(picture.tile[:1])
        found["turned"] = picture.getexif().get(0x0112, 1) in range(2, 9)
        found["animated"] = picture.format != "MPO" and getattr(picture, "is_animated", False)
    return [fault(path, kind, says) for kind, is_so in found.items() if is_so]


def _compare_classes(splits: list[Path], places: dict[Path, Place], counts: Counter, faults: list[Fault]) -> None:
    """Note the classes that are spelled in two ways, missing, nearly empty, or much larger than others."""
    known, firsts = {each.path for each in faults if each.kind in ("one place", "closed", "missing")}, {}
    for folder, (_, label) in places.items():
        first = firsts.setdefault(label, folder)
        if label and folder.name != first.name:
            says = f"is spelled {folder.name!a}, and {named(first)} is {first.name!a}"
            faults.append(fault(folder, "two spellings", says))
    for split in splits:
        here = {label: folder for folder, (its_split, label) in places.items() if its_split == split}
        absent = [split / first.name for label, first in firsts.items() if label and label not in here]
        faults += [fault(folder, "missing", "is not there") for folder in absent if split not in known]
        numbers = {label: counts[split, label] for label, folder in here.items() if folder not in known}
        few = [label for label, number in numbers.items() if number < _FEW]
        faults += [
            fault(here[label], "nearly empty", f"has {numbers[label]} pictures that can be read") for label in few
        ]
        if numbers and max(numbers.values()) >= _UNEQUAL * min(numbers.values()) >= _UNEQUAL * _FEW:
            says = f"has {max(numbers.values()):,} pictures of one class, and {min(numbers.values()):,} of another"
            faults.append(fault(split, "imbalance", says))
