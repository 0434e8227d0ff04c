"""One file from a server that misbehaves: it comes whole, or a sentence says why not."""

import errno
import hashlib
import os
import random
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from helpers.datasets import download as module
from helpers.datasets.download import Archive, DiskFull, DownloadError, Part, download
from tests.datasets.server import Server, serving

CONTENT = b"PK\x03\x04" + random.Random(1).randbytes(3 * 2**20 + 11)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ROOT = Path(__file__).resolve().parents[2]


def archive(*addresses: str, **facts: Any) -> Archive:
    return Archive(addresses, **{"length": len(CONTENT), "sha256": SHA256} | facts)


def nothing_looks_whole(folder: Path) -> bool:
    """Say whether only parts and notes are left."""
    return all(file.name.endswith((".part", ".part.json")) for file in folder.iterdir())


def test_a_file_comes_whole_and_leaves_nothing_else(server: Server, tmp_path: Path) -> None:
    file = download(archive(server.give("a/set.zip", CONTENT)), tmp_path)
    assert file == tmp_path / "set.zip"
    assert file.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("tag", [None, "", 'W/"weak"'], ids=["tag", "no tag", "weak tag"])
def test_a_connection_that_breaks_is_gone_on_with(server: Server, tmp_path: Path, tag: str | None) -> None:
    address = server.give("set.zip", CONTENT, breaks_after=400_000, tag=tag)
    assert download(archive(address), tmp_path).read_bytes() == CONTENT
    asked = server.given["set.zip"].asked
    assert asked[0] == ""
    starts = [int(each[6:-1]) for each in asked[1:]]
    assert starts == sorted(starts)
    assert len(starts) == len(CONTENT) // 400_000  # every byte came once


def test_a_server_that_knows_no_ranges_begins_anew(server: Server, tmp_path: Path) -> None:
    part = tmp_path / "set.zip.part"
    part.write_bytes(CONTENT[:1000])
    address = server.give("set.zip", CONTENT, takes_ranges=False)
    module._note(part).write_text(f'{{"address": "{address}", "tag": "x", "length": {len(CONTENT)}}}')
    assert download(archive(address), tmp_path).read_bytes() == CONTENT
    assert server.given["set.zip"].asked == ["bytes=1000-"]


def test_a_file_that_has_changed_since_the_break_begins_anew(server: Server, tmp_path: Path) -> None:
    old = b"PK\x03\x04" + bytes(len(CONTENT) - 4)
    address = server.give("set.zip", old, breaks_after=5000)
    server.given["set.zip"].takes_ranges = False  # so it never gets further
    with pytest.raises(DownloadError):
        download(Archive((address,), sha256="0" * 64), tmp_path)
    server.give("set.zip", CONTENT)
    assert (tmp_path / "set.zip.part").stat().st_size == 5000
    assert download(archive(address), tmp_path).read_bytes() == CONTENT


def test_a_server_that_goes_on_elsewhere_is_not_believed(server: Server, tmp_path: Path) -> None:
    address = server.give("set.zip", CONTENT, breaks_after=1_000_000, lies=True)
    with pytest.raises(DownloadError, match="does not go on where the download stopped"):
        download(archive(address), tmp_path)
    assert nothing_looks_whole(tmp_path)


def test_without_a_tag_and_a_checksum_nothing_is_gone_on_with(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAFE", ("https", "http"))
    part = tmp_path / "set.zip.part"
    part.write_bytes(b"something else")
    address = server.give("set.zip", CONTENT)
    for tag, asked in (("", [""]), ("x", ["bytes=14-"])):
        module._note(part).write_text(f'{{"address": "{address}", "tag": "{tag}", "length": null}}')
        part.write_bytes(b"something else")
        assert download(Archive((address,)), tmp_path).read_bytes() == CONTENT
        assert server.given["set.zip"].asked == asked
        server.given["set.zip"].asked.clear()
        (tmp_path / "set.zip").unlink()
    assert Part.noted(tmp_path / "nothing") == Part()


WRONG = {
    "checksum": (dict(content=CONTENT[:-1] + b"x"), {}, "not the one that was published: its SHA256 differs"),
    "md5": (dict(content=CONTENT), dict(md5="0" * 32), "its MD5 differs"),
    "start": (dict(content=CONTENT), dict(md5_start="0" * 32), "its MD5 differs"),
    "short": (dict(content=CONTENT[:1000]), {}, f"has 1,000 bytes, and {len(CONTENT):,} are expected"),
    "short, untold": (dict(content=CONTENT[:1000], tells_length=False), {}, "not go on where the download stopped"),
    "long, untold": (dict(content=CONTENT + b"x", tells_length=False), {}, "gives more than the"),
    "page": (dict(content=b"<html>Sign in</html>", kind="text/html"), dict(length=None), "a page instead of"),
    "page as a file": (dict(content=b"\n<!DOCTYPE html>"), dict(length=None), "a page instead of an archive"),
    "not there": (dict(status=404), {}, "404 Not Found"),
    "forbidden": (dict(status=403), {}, "403 Forbidden"),
    "out of order": (dict(status=503), {}, "503 Service Unavailable"),
    "breaks at once": (dict(content=CONTENT, breaks_after=0), {}, "the connection broke"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_gets_a_sentence_and_never_looks_whole(server: Server, tmp_path: Path, name: str) -> None:
    how, facts, sentence = WRONG[name]
    address = server.give("set.zip", **how)
    with pytest.raises(DownloadError) as caught:
        download(archive(address, **facts), tmp_path)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("127.0.0.1:"), "it says which address"
    assert nothing_looks_whole(tmp_path)


def test_the_next_address_is_tried_and_all_are_named_where_none_serves(server: Server, tmp_path: Path) -> None:
    bad = [server.give("a/set.zip", status=404), server.give("b/set.zip", CONTENT[:-1] + b"x")]
    assert download(archive(*bad, server.give("c/set.zip", CONTENT)), tmp_path).read_bytes() == CONTENT
    with pytest.raises(DownloadError) as caught:
        download(archive(*bad), tmp_path / "other")
    assert "404" in str(caught.value)
    assert "SHA256" in str(caught.value)


def test_a_redirect_is_followed_and_one_to_plain_http_only_with_a_checksum(server: Server, tmp_path: Path) -> None:
    there = server.give("there.zip", CONTENT)
    address = server.give("set.zip", status=302, location=there)
    assert download(archive(address), tmp_path).read_bytes() == CONTENT
    with pytest.raises(DownloadError, match=r"it leads to http://, and without a checksum only https:// is safe"):
        download(archive(address, sha256=""), tmp_path / "other")
    with pytest.raises(DownloadError, match=r"it leads to ftp://"):
        download(archive(server.give("set.zip", status=302, location="ftp://x/y.zip")), tmp_path / "other")


def test_a_redirect_to_itself_ends(server: Server, tmp_path: Path) -> None:
    address = server.give("set.zip", status=302, location="/set.zip")
    with pytest.raises(DownloadError, match="more than 10 further addresses"):
        download(archive(address), tmp_path)


def test_without_a_network_it_says_so_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("nobody should wait"))
    with serving() as gone:
        address = gone.give("set.zip", CONTENT)
    with pytest.raises(DownloadError, match="no connection"):
        download(archive(address), tmp_path)
    for wrong in ("https://", "https://exa mple/x.zip", "nonsense"):
        with pytest.raises(DownloadError):
            download(archive(wrong), tmp_path)


def test_a_full_disk_is_told_before_and_in_the_middle(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = server.give("set.zip", CONTENT)
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as patched:
        patched.setattr(module.shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 10**6, 10**6))
        with pytest.raises(DownloadError, match="the file has 3 MB, and the disk has 1 MB left"):
            download(archive(address), tmp_path)

    def full(self: Any, count: int = 1) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(module.Progress, "advance", full)
        with pytest.raises(DiskFull, match="the disk is full; make room"):
            download(archive(address), tmp_path)
    assert nothing_looks_whole(tmp_path)
    assert download(archive(address), tmp_path).read_bytes() == CONTENT


# One process starts the others, each of which is killed when it has received so many bytes.
PROCESS = """
import os, signal, sys
from pathlib import Path
from helpers.datasets import download as module

advance = module.Progress.advance
address, folder, length, sha256, *places = sys.argv[1:]

def stopping(bar, count=1):
    advance(bar, count)
    if bar.done >= int(place):
        os.kill(os.getpid(), signal.SIGKILL)

module.Progress.advance = stopping
for place in places:
    child = os.fork()
    if not child:
        module.download(module.Archive((address,), int(length), sha256), Path(folder, place))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork, which this system does not have")
def test_killed_at_fifty_places_it_goes_on_and_is_the_same_file(server: Server, tmp_path: Path) -> None:
    address = server.give("set.zip", CONTENT)
    places = random.Random(2).sample(range(1, len(CONTENT)), 50)
    command = [sys.executable, "-c", PROCESS, address, tmp_path, len(CONTENT), SHA256, *places]
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)
    for place in places:
        folder = tmp_path / str(place)
        stopped = (folder / "set.zip.part").stat().st_size
        assert not (folder / "set.zip").exists()
        server.given["set.zip"].asked.clear()
        assert download(archive(address), folder).read_bytes() == CONTENT
        assert server.given["set.zip"].asked == ([f"bytes={stopped}-"] if stopped < len(CONTENT) else [])


def test_a_part_that_is_whole_needs_no_network(server: Server, tmp_path: Path) -> None:
    address = server.give("set.zip", status=500)
    (tmp_path / "set.zip.part").write_bytes(CONTENT)
    (tmp_path / "set.zip.part.json").write_text(f'{{"address": "{address}", "tag": "x", "length": {len(CONTENT)}}}')
    assert download(archive(address), tmp_path).read_bytes() == CONTENT
    assert server.given["set.zip"].asked == []
