"""What may be wrong with a folder of pictures: each function spoils one in its way, as the drawn numbers decide."""

import contextlib
import os
import random
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fuzz.mutate import mutated

NAMES: list[bytes] = [
    b"\x1b[2J\x1b[31mred",
    b"two\nlines",
    b"back\rspace\b\b",
    b"\x07bell\x00"[:5],
    "right\u202eto\u2066left\u200f".encode(),
    "lines\u2028and\u2029paragraphs".encode(),
    b"no text \xff\xfe\x80",
    b"\xed\xa0\x80 half a character",
    b"x" * 240,
    "\N{GRINNING FACE}".encode() * 60,
    b"'quotes\" and `ticks` $HOME",
    b"%s %d {0} {name}",
    b"-rf",
    b"~",
    b"...",
    b" ",
    b"CON",
    b"\\back\\slash",
    b"*?[a-z]",
    b"train",
    "\u00e9".encode(),
    "e\u0301".encode(),
]


def a_picture(root: Path) -> Path:
    """Return a picture of the folder."""
    return root / "train" / "cats" / "cat.0000.jpg"


def named(path: Path, name: bytes) -> Path:
    """Return a path beside another one, whatever bytes its name has."""
    return path.with_name(os.fsdecode(name))


def strange_class(root: Path, draw: random.Random) -> None:
    """Give a class a strange name, in all splits."""
    name = draw.choice(NAMES)
    for split in ("train", "valid"):
        with contextlib.suppress(OSError):
            (root / split / "dogs").rename(named(root / split / "dogs", name))


def strange_pictures(root: Path, draw: random.Random) -> None:
    """Give pictures strange names."""
    for name in draw.sample(NAMES, 3):
        with contextlib.suppress(OSError):
            shutil.copy(a_picture(root), named(a_picture(root), name[:240] + b".jpg"))


def strange_damage(root: Path, draw: random.Random) -> None:
    """Put damaged pictures with strange names in, so that they are named in messages."""
    for name in draw.sample(NAMES, 4):
        with contextlib.suppress(OSError):
            named(a_picture(root), name[:240] + b".jpg").write_bytes(mutated(draw, a_picture(root).read_bytes())[1])


def strange_others(root: Path, draw: random.Random) -> None:
    """Put files of other kinds and folders with strange names in, everywhere."""
    for name in draw.sample(NAMES, 4):
        for place in (root / "x", root / "train" / "x", a_picture(root)):
            with contextlib.suppress(OSError):
                named(place, name[:230] + draw.choice([b".heic", b"", b".\x1b[2J", b".\xff"])).write_bytes(b"x")
            with contextlib.suppress(OSError):
                named(place, name[:230] + b".d").mkdir()


def strange_root(root: Path, draw: random.Random) -> None:
    """Nothing here: the case gives the root a strange name."""


def deep_folders(root: Path, draw: random.Random) -> None:
    """Put a picture far down, near the longest path that there is."""
    place = a_picture(root).parent
    with contextlib.suppress(OSError):
        for _ in range(18):
            place = place / ("deep" * 50)
            place.mkdir()
        shutil.copy(a_picture(root), place / "a.jpg")


def many_names(root: Path, draw: random.Random) -> None:
    """Make three hundred classes with long names in the training pictures alone, or in both."""
    for number in range(300):
        for split in ("train", "valid") if draw.random() < 0.99 else ("train",):
            folder = root / split / f"{'class' * 30}{number}"
            folder.mkdir(parents=True)
            os.link(a_picture(root), folder / "a.jpg")


def links_in_loops(root: Path, draw: random.Random) -> None:
    """Put links in that lead to themselves, to each other, and to the folder above."""
    folder = a_picture(root).parent
    (folder / "loop.jpg").symlink_to("loop.jpg")
    (folder / "one.jpg").symlink_to("other.jpg")
    (folder / "other.jpg").symlink_to("one.jpg")
    (folder / "up").symlink_to("..")
    (root / "train" / "dogs" / "down").symlink_to(".")


def dangling(root: Path, draw: random.Random) -> None:
    """Put links to nothing in."""
    (a_picture(root).parent / "gone.jpg").symlink_to("/nowhere/at/all.jpg")
    (root / "test1").symlink_to("nowhere")


def class_that_loops(root: Path, draw: random.Random) -> None:
    """Make a class, or a split, a link to itself, or to another one, or to the whole machine."""
    place = draw.choice([root / "train" / "dogs", root / "valid", root / "valid" / "dogs", root / "test1"])
    shutil.rmtree(place, ignore_errors=True)
    place.symlink_to(draw.choice([place.name, ".", "..", "cats", "/proc/self", "/dev"]))


def pipes(root: Path, draw: random.Random) -> None:
    """Put pipes in that are called pictures: to open one waits for ever."""
    for split in draw.sample(["train", "valid"], draw.choice([1, 2])):
        os.mkfifo(root / split / "cats" / "pipe.jpg")


def devices(root: Path, draw: random.Random) -> None:
    """Put links to devices and to files of the kernel in that are called pictures."""
    for name in ("zero", "full", "random", "tty", "stdin"):
        (a_picture(root).parent / f"{name}.jpg").symlink_to(f"/dev/{name}")
    (root / "valid" / "cats" / "memory.png").symlink_to("/proc/self/mem")


def sockets(root: Path, draw: random.Random) -> None:
    """Put a socket in that is called a picture."""
    here = Path.cwd()
    os.chdir(a_picture(root).parent)  # the address of a socket is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket.jpg")
    os.chdir(here)


def empty_files(root: Path, draw: random.Random) -> None:
    """Put empty files in, in a split or in a whole class."""
    if draw.random() < 0.5:
        (a_picture(root).parent / "empty.jpg").touch()
        return
    for path in (root / draw.choice(["train", "valid"])).rglob("*.jpg"):
        if draw.random() < 0.9 and path.is_file() and not path.is_symlink():  # to open a pipe waits for ever
            path.write_bytes(b"")


def huge_file(root: Path, draw: random.Random) -> None:
    """Put a file of 2 TB in, all of it a hole."""
    with (a_picture(root).parent / "huge.jpg").open("wb") as file:
        file.truncate(2 * 10**12)


def folders_called_pictures(root: Path, draw: random.Random) -> None:
    """Put folders in that are called pictures."""
    (a_picture(root).parent / "folder.jpg").mkdir()
    (root / "train" / "folder.jpg").mkdir()


def unreadable(root: Path, draw: random.Random) -> None:
    """Close a folder or a picture."""
    places = [root, root / "train", root / "train" / "dogs", a_picture(root), root / "valid" / "cats"]
    draw.choice(places).chmod(draw.choice([0o000, 0o111, 0o444, 0o200, 0o555]))


def closed_below(root: Path, draw: random.Random) -> None:
    """Put a closed folder below a class."""
    (a_picture(root).parent / "closed").mkdir(mode=0o000)


def spoiled_home(root: Path, draw: random.Random) -> None:
    """Make `.cache` or `models` what it may not be."""
    for name in draw.choice([[".cache"], ["models"], [".cache", "models"]]):
        in_place_of(root / name, draw)


def spoiled_below(root: Path, draw: random.Random) -> None:
    """Make a file or a folder below `.cache` or `models` what it may not be."""
    for name in (".cache/activations", ".cache/digests.json", "models/kept.safetensors"):
        if draw.random() < 0.6:
            (root / name).parent.mkdir(exist_ok=True)
            in_place_of(root / name, draw)


def in_place_of(path: Path, draw: random.Random) -> None:
    """Put something else where a folder or a file is kept."""
    ways: list[Callable[[], Any]] = [
        path.touch,
        path.mkdir,
        lambda: path.symlink_to(path.name),
        lambda: path.symlink_to("/nowhere/at/all"),
        lambda: path.symlink_to("/dev/null"),
        lambda: path.symlink_to("/proc"),
        lambda: path.mkdir(mode=0o000),
        lambda: path.mkdir(mode=0o444),
        lambda: os.mkfifo(path),
    ]
    draw.choice(ways)()


SPOILERS: list[Callable[[Path, random.Random], None]] = [
    strange_class,
    strange_pictures,
    strange_damage,
    strange_others,
    strange_root,
    deep_folders,
    many_names,
    links_in_loops,
    dangling,
    class_that_loops,
    pipes,
    devices,
    sockets,
    empty_files,
    huge_file,
    folders_called_pictures,
    unreadable,
    closed_below,
    spoiled_home,
    spoiled_below,
]
