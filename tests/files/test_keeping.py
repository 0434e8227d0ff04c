"""Files are written whole or not at all, and work is kept where it can be."""

import os
import platform
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from helpers.files import keeping
from helpers.files.keeping import home_for, open_regular, write_atomically
from tests.pictures import files_of_at_most

ROOT = Path(__file__).resolve().parents[2]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file"
    assert write_atomically(path, lambda temporary: temporary.write_text("one")) == path
    assert path.read_text() == "one"

    def fails(temporary: Path) -> None:
        temporary.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, fails)
    assert path.read_text() == "one"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_a_reader_never_sees_a_half_written_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = [letter * 200_000 for letter in "ab"]
    write_atomically(path, lambda temporary: temporary.write_text("a" * 200_000))
    done = threading.Event()

    def writes(content: str) -> None:
        while not done.is_set():
            write_atomically(path, lambda temporary: temporary.write_text(content))

    writers = [threading.Thread(target=writes, args=(content,)) for content in contents]
    for writer in writers:
        writer.start()
    try:
        assert {path.read_text() for _ in range(200)} <= set(contents)
    finally:
        done.set()
        for writer in writers:
            writer.join()
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_work_is_kept_beside_the_pictures_or_in_the_users_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pets"
    folder.mkdir()
    assert home_for(folder, ".cache") == folder / ".cache"
    installed = tmp_path / "site-packages" / "helpers" / "sample"
    installed.mkdir(parents=True)
    base = Path(os.environ["XDG_CACHE_HOME"]) / "whole-game"
    assert home_for(installed, "models").is_relative_to(base)
    assert home_for(installed, "models").name == "models"
    monkeypatch.setattr(keeping.os, "access", lambda path, mode: False)
    assert home_for(folder, "models").is_relative_to(base)
    assert "pets" in str(home_for(folder, "models"))
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home_for(folder, "models").is_relative_to(tmp_path / ".cache" / "whole-game")


@pytest.mark.skipif(os.name != "posix", reason="needs permissions as POSIX has them")
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002, 0o027])
def test_who_may_read_a_file_is_the_users_own_choice(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        text = write_atomically(tmp_path / "text", lambda temporary: temporary.write_text("one"))
        tensors = write_atomically(tmp_path / "tensors", lambda temporary: save_file({"x": torch.ones(2)}, temporary))
    finally:
        os.umask(before)
    assert [path.stat().st_mode & 0o777 for path in (text, tensors)] == [0o666 & ~umask] * 2


def killed_in_a_write(folder: Path) -> None:
    """Let a process of its own be killed while it writes, and wait for its end."""
    code = (
        "import os, signal, sys; from pathlib import Path; from helpers.files.keeping import write_atomically;"
        "write_atomically(Path(sys.argv[1]) / 'file', lambda part: (part.write_text('half'), os.kill(os.getpid(), 9)))"
    )
    assert subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, check=False).returncode == -signal.SIGKILL


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL, which Windows does not have")
def test_what_a_killed_writer_left_is_removed_by_the_next_and_nothing_else(tmp_path: Path) -> None:
    killed_in_a_write(tmp_path)
    (left,) = tmp_path.iterdir()
    process, machine = os.getppid(), platform.node()[:100]  # a process that is alive
    others = [f".{process}@{machine}.x.part", ".77@elsewhere.x.part", ".notes.part", "a.part", ".x"]
    for name in others:
        (tmp_path / name).write_text("somebody's")
    write_atomically(tmp_path / "file", lambda temporary: temporary.write_text("whole"))
    assert not left.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"file", *others}
    for name in others:
        os.utime(tmp_path / name, (0, time.time() - 2 * keeping.DAY))
    write_atomically(tmp_path / "file", lambda temporary: temporary.write_text("whole"))
    assert {path.name for path in tmp_path.iterdir()} == {"file", "a.part", ".x"}


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the length of files, which Windows does not have")
@pytest.mark.parametrize("kind", ["bytes", "tensors"])
def test_a_full_disk_leaves_the_file_that_was_there(tmp_path: Path, kind: str) -> None:
    path, large = tmp_path / "file", torch.zeros(100_000)
    path.write_text("before")
    writes = {
        "bytes": lambda temporary: temporary.write_bytes(bytes(400_000)),
        "tensors": lambda temporary: save_file({"x": large}, temporary),
    }
    with files_of_at_most(10_000), pytest.raises(OSError) as caught:  # noqa: PT011  which, is the test
        write_atomically(path, writes[kind])
    assert caught.value.strerror == "File too large"
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_durable_file_is_on_the_disk_before_it_takes_the_place_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened = []
    real = Path.replace
    monkeypatch.setattr(keeping.os, "fsync", lambda handle: happened.append(os.fstat(handle).st_size))
    monkeypatch.setattr(Path, "replace", lambda self, to: happened.append("renamed") or real(self, to))
    write_atomically(tmp_path / "a", lambda temporary: temporary.write_text("12345"), durable=True)
    assert happened == [5, "renamed"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes, which Windows does not have")
def test_only_a_file_that_is_short_enough_is_opened_and_nothing_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(100))
    with open_regular(path, 100) as file:
        assert file.read() == bytes(100)
    with pytest.raises(OSError, match="it has more than 0 MiB"):
        open_regular(path, 99)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("pipe", "device"):
        with pytest.raises(OSError, match="it is no regular file"):
            open_regular(tmp_path / name, 100)
    for name in (".", "loop", "nowhere"):
        with pytest.raises(OSError):  # noqa: PT011  the system's own
            open_regular(tmp_path / name, 100)


@pytest.mark.parametrize("what", ["a file", "a loop", "a dangling link", "a link to a folder"])
def test_what_is_no_folder_in_the_place_of_one_is_left_alone(tmp_path: Path, what: str) -> None:
    folder, beside = tmp_path / "pets", tmp_path / "pets" / "models"
    folder.mkdir()
    if what == "a file":
        beside.write_text("mine")
    else:
        beside.symlink_to({"a loop": beside, "a dangling link": tmp_path / "no", "a link to a folder": tmp_path}[what])
    expected = beside if what == "a link to a folder" else Path(os.environ["XDG_CACHE_HOME"]) / "whole-game"
    assert home_for(folder, "models").is_relative_to(expected)


def test_two_folders_of_the_same_name_do_not_share_their_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = set()
    for above in ("one", "two"):
        folder = tmp_path / above / "course" / "data" / "pets"
        folder.mkdir(parents=True)
        monkeypatch.setattr(keeping.os, "access", lambda path, mode: False)
        homes.add(home_for(folder, "models"))
    assert len(homes) == 2
