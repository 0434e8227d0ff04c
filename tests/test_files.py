"""Files are written whole or not at all, and work is kept where it can be."""

import os
import threading
from pathlib import Path

import pytest

from helpers import files
from helpers.files import home_for, write_atomically

ROOT = Path(__file__).resolve().parent.parent


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file"
    assert write_atomically(path, lambda temporary: temporary.write_text("one")) == path
    assert path.read_text() == "one"
    assert path.stat().st_mode & 0o777 == 0o644

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
    monkeypatch.setattr(files.os, "access", lambda path, mode: False)
    assert home_for(folder, "models").is_relative_to(base)
    assert "pets" in str(home_for(folder, "models"))
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home_for(folder, "models").is_relative_to(tmp_path / ".cache" / "whole-game")


def test_two_folders_of_the_same_name_do_not_share_their_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = set()
    for above in ("one", "two"):
        folder = tmp_path / above / "course" / "data" / "pets"
        folder.mkdir(parents=True)
        monkeypatch.setattr(files.os, "access", lambda path, mode: False)
        homes.add(home_for(folder, "models"))
    assert len(homes) == 2
