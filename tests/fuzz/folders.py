"""Folders of pictures with hostile names and things in them, through all that one does with them."""

import contextlib
import ctypes
import os
import random
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from helpers.files.images import ImageError
from helpers.predictor import ModelFileError
from tests.fuzz.checkpoints import ARCH, SIZE
from tests.fuzz.door import Door
from tests.fuzz.spoiled_folders import NAMES, SPOILERS, strange_root
from tests.pictures import data_in, learner, make_pictures


class Folders:
    """One case: a folder of pictures with one to three things wrong, from its paths to a model that is loaded."""

    def __init__(self, folder: Path) -> None:
        self.base = make_pictures(folder / "base", train=3, valid=2, test=1)
        give_up_privileges()

    def __call__(self, number: int, draw: random.Random, folder: Path, door: Door) -> None:
        """Spoil a folder, and type the reader's lines."""
        chosen = [SPOILERS[number % len(SPOILERS)], *draw.sample(SPOILERS, draw.choice([0, 0, 1, 2]))]
        door.label = " + ".join(spoil.__name__ for spoil in chosen)
        name = draw.choice(NAMES) if strange_root in chosen else b"pictures"
        root = folder / os.fsdecode(name)
        shutil.copytree(self.base, root, ignore=shutil.ignore_patterns("test1") if draw.random() < 0.5 else None)
        for spoil in chosen:
            with contextlib.suppress(OSError):  # what one has spoiled, the next may not find
                spoil(root, draw)
        try:
            self.lines(root, door)
        finally:
            for path, names, _ in os.walk(folder):  # so that it can be deleted
                for place in (os.path.join(path, name) for name in names):
                    if not os.path.islink(place):
                        os.chmod(place, 0o755)

    def lines(self, root: Path, door: Door) -> None:
        """Type the lines one after the other, up to the first that is refused."""
        documented = (ValueError, FileNotFoundError, ImageError, OSError)
        kept: dict[str, Any] = {}

        def make_data() -> Any:
            kept["data"] = data_in(root, size=SIZE, arch=ARCH)

        def make_learner() -> Any:
            kept["learn"] = learner(kept["data"], arch=ARCH, precompute=True)

        lines: list[tuple[str, Callable[[], Any]]] = [
            ("from_paths", make_data),
            ("repr", lambda: print(repr(kept["data"]))),
            ("pretrained", make_learner),
            ("fit", lambda: kept["learn"].fit(0.01, 1)),
            ("repr of the learner", lambda: print(repr(kept["learn"]))),
            ("activations of the test pictures", lambda: kept["learn"].activations("test")),
            ("save", lambda: kept["learn"].save("kept")),
            ("load", lambda: kept["learn"].load("kept")),
        ]
        for name, line in lines:
            answer = door.call(name, line, *documented, ModelFileError)
            door.log.append(f"   printed: {answer.printed!r}")
            if answer.error is not None and name != "activations of the test pictures":
                door.counts["refused"] += 1
                return
        door.counts["read"] += 1


def give_up_privileges() -> None:
    """Let a superuser's process be refused what a reader's would be: files and folders that are closed."""
    with contextlib.suppress(AttributeError, OSError):  # Linux alone has capabilities
        library, header = ctypes.CDLL(None, use_errno=True), struct.pack("Ii", 0x20080522, 0)
        both = ctypes.create_string_buffer(24)  # twice: effective, permitted, inheritable
        if os.getuid() == 0 and library.capget(header, both) == 0:
            words = list(struct.unpack("6I", both.raw))
            words[:2] = [word & ~(1 << 1 | 1 << 2) for word in words[:2]]  # to pass over permissions, and to search
            if library.capset(header, struct.pack("6I", *words)) != 0:
                raise OSError(ctypes.get_errno(), "capset")
