"""Damaged archives and lying servers, through `get_data`: a set is there whole, or not at all."""

import hashlib
import os
import random
import shutil
from contextlib import ExitStack
from pathlib import Path

from helpers.datasets import catalogue, download
from helpers.datasets.catalogue import DataSet, get_data
from helpers.datasets.download import Archive
from tests.datasets.server import Given, serving
from tests.datasets.test_unpack import tarred, zipped
from tests.fuzz.door import Door
from tests.fuzz.mutate import mutated
from tests.pictures import make_pictures

NAME = "planted"
PAGE = b"<!DOCTYPE html><html><body>Please wait: this file is being scanned for viruses.</body></html>"


class Sets:
    """One case: a set whose archive, or whose server, is not as it should be; then the same set, as it should be."""

    def __init__(self, folder: Path) -> None:
        made = make_pictures(folder / "base", train=5, valid=0)
        files = sorted(made.rglob("*.jpg"))
        self.pictures = {f"set/{file.parent.name}/{file.name}": file.read_bytes() for file in files}
        self.whole = {"pictures.zip": zipped(self.pictures), "pictures.tar.gz": tarred(self.pictures)}
        self.kept = ExitStack()  # for as long as the worker lives
        self.server = self.kept.enter_context(serving())
        download.PAUSES, download.SAFE = (0.0, 0.0, 0.0), ("https", "http")

    def __call__(self, number: int, draw: random.Random, folder: Path, door: Door) -> None:
        """Ask for a set that is spoiled, up to three times, and then for the same set from an honest server."""
        home = folder / "sets"
        os.environ["WHOLE_GAME_DATA"] = str(home)
        name, content = draw.choice([*self.whole.items()])
        checked = draw.random() < 0.7
        sent, how, door.label = self.spoiled(number, draw, content)
        door.label += f", {name}, {'a checksum is known' if checked else 'nothing is known of it'}"
        address = f"{self.server.base}/{name}"
        archive = Archive((address,), sha256=hashlib.sha256(content).hexdigest() if checked else "")
        catalogue.SETS[NAME] = DataSet("pictures", "ours", (archive,), len(self.pictures) if checked else None)
        self.server.given[name] = Given(sent, **how)
        answer = door.call("get_data", lambda: get_data(NAME), OSError)
        for _ in range(draw.randrange(3)):
            if answer.error is not None:
                answer = door.call("get_data again", lambda: get_data(NAME), OSError)
        if answer.error is None:
            door.counts["read"] += 1
            self.judge(home, door, exact=checked or sent == content)
            shutil.rmtree(home)
        else:
            door.counts["refused"] += 1
            looks_whole = [path.name for path in home.glob("*") if path.is_dir() and not path.name.startswith(".")]
            if looks_whole:
                door.fault("lost", f"refused, and {looks_whole} is there")
        self.server.given[name] = Given(content)
        honest = door.call("get_data from an honest server", lambda: get_data(NAME), OSError)
        if honest.error is not None:
            door.fault("lost", f"an honest server cannot help any more: {honest.error}")
        else:
            self.judge(home, door, exact=True)
        others = {path.name for path in folder.iterdir()} - {"sets"}
        if others:
            door.fault("wrong", f"written outside of the sets' folder: {sorted(others)}")

    def spoiled(self, number: int, draw: random.Random, content: bytes) -> tuple[bytes, dict, str]:
        """Return what is sent, how, and that in words."""
        if number % 2:
            sent, mutator = mutated(draw, content)
            return sent, {}, f"damaged by {mutator}"
        cut = draw.randrange(len(content) + 1)
        ways: list[tuple[bytes, dict, str]] = [
            (content, {"breaks_after": cut}, f"each answer breaks off after {cut:,} bytes"),
            (content, {"breaks_after": cut, "takes_ranges": False}, f"breaks off after {cut:,} bytes, takes no ranges"),
            (content, {"breaks_after": cut, "lies": True}, f"breaks off after {cut:,} bytes, goes on elsewhere"),
            (content, {"breaks_after": cut, "tells_length": False}, f"ends after {cut:,} bytes and tells no length"),
            (content, {"breaks_after": cut, "tag": ""}, f"breaks off after {cut:,} bytes, has no tag"),
            (content[:cut], {}, f"a file of {cut:,} bytes that looks whole"),
            (PAGE, {"kind": "text/html"}, "a page in place of the archive"),
            (PAGE, {}, "a page that is called an archive"),
            (b"", {}, "an empty file"),
            (b"", {"status": draw.choice([403, 404, 410, 429, 500, 503])}, "an error of the server"),
            (b"", {"status": 302, "location": "http://127.0.0.1:9/x.zip"}, "a redirect to where nobody listens"),
            (
                b"",
                {"status": 302, "location": draw.choice(["ftp://x/y.zip", "file:///etc/passwd", "", "//["])},
                "a strange redirect",
            ),
        ]
        return ways[number // 2 % len(ways)]

    def judge(self, home: Path, door: Door, *, exact: bool) -> None:
        """Look at a set that is said to be whole."""
        found = [file.read_bytes() for file in (home / NAME).rglob("*.jpg")]
        if exact and sorted(found) != sorted(self.pictures.values()):
            door.fault("wrong", f"said to be whole: {len(found)} pictures, of {len(self.pictures)} that were sent")
