"""Contents of files as digests: true, remembered by date, and never waited for."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from helpers.files import contents
from helpers.files.contents import content_digests


def test_digests_are_sha256_and_remembered_by_path_size_date_and_inode(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"hello")
    memory, true = tmp_path / "digests.json", hashlib.sha256(b"hello").hexdigest()
    assert content_digests([path], memory) == [true]
    facts = path.stat()
    seen = [facts.st_size, facts.st_mtime_ns, facts.st_ino]
    assert json.loads(memory.read_text()) == {str(path): [*seen, true]}
    memory.write_text(json.dumps({str(path): [*seen, "0" * 64]}))
    assert content_digests([path], memory) == ["0" * 64]
    assert content_digests([path], memory, verify=True) == [true]
    memory.write_text(json.dumps({str(path): [*seen, "0" * 64]}))
    replaced = tmp_path / "b"
    replaced.write_bytes(b"hello")
    os.utime(replaced, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    replaced.replace(path)  # the same size and date, another inode
    assert content_digests([path], memory) == [true]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes, which Windows does not have")
def test_only_files_of_the_length_of_a_picture_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MAX_BYTES", 100)
    names = ["long", "pipe", "device", "link to a pipe", "folder", "away", "loop", "right"]
    paths = [tmp_path / name for name in names]
    paths[0].write_bytes(bytes(101))
    os.mkfifo(paths[1])
    paths[2].symlink_to("/dev/zero")
    paths[3].symlink_to(paths[1])
    paths[4].mkdir()
    paths[6].symlink_to(paths[6])
    paths[7].write_bytes(bytes(100))
    expected = [""] * 7 + [hashlib.sha256(bytes(100)).hexdigest()]
    assert content_digests(paths, tmp_path / "digests.json", verify=True) == expected
    assert content_digests(paths, tmp_path / "digests.json") == expected


@pytest.mark.parametrize("known", ["0" * 63, "", "x" * 64, 7, None, ["0"] * 64])
def test_a_remembered_digest_that_is_none_is_not_believed(tmp_path: Path, known: object) -> None:
    path, memory = tmp_path / "a", tmp_path / "digests.json"
    path.write_bytes(b"hello")
    facts = path.stat()
    memory.write_text(json.dumps({str(path): [facts.st_size, facts.st_mtime_ns, facts.st_ino, known]}))
    assert content_digests([path], memory) == [hashlib.sha256(b"hello").hexdigest()]
