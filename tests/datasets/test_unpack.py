"""Archives of every bad kind: nothing is written outside the folder, and a sentence says why."""

import gzip
import io
import random
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.datasets import unpack as module
from helpers.datasets.download import DiskFull, DownloadError
from helpers.datasets.unpack import unpack

FILES = {"set/cats/a.jpg": b"cat" * 50, "set/dogs/é b.jpg": b"dog" * 70, "set/empty.txt": b""}


def zipped(files: dict[str, bytes], **kinds: int) -> bytes:
    """Return a zip file; kinds: Unix modes by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("set/", b"")
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = kinds.get(name, stat.S_IFREG | 0o644) << 16
            file.writestr(member, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w:gz", **kinds: bytes) -> bytes:
    """Return a tar file; kinds: types of members by name."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as file:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.type = kinds.get(name, tarfile.REGTYPE)
            member.linkname = "/etc/passwd"
            member.size = len(content) if member.isreg() else 0
            file.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def encrypted() -> bytes:
    content = bytearray(zipped({"a.jpg": b"x"}))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1  # the flag in the list at the end
    return bytes(content)


PACKED: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "zip": zipped, "tar.gz": tarred, "tar": lambda files: tarred(files, "w"),
}  # fmt: skip


def outside(folder: Path) -> list[Path]:
    """Return what lies beside the archive and the folder that was to be unpacked into."""
    return [path for path in folder.iterdir() if path.name not in ("archive", "unpacked")]


@pytest.mark.parametrize("kind", PACKED)
def test_what_was_packed_comes_out(tmp_path: Path, kind: str) -> None:
    (tmp_path / "archive").write_bytes(PACKED[kind](FILES))
    assert unpack(tmp_path / "archive", tmp_path / "unpacked") == len(FILES)
    found = {file.relative_to(tmp_path / "unpacked").as_posix(): file.read_bytes()
             for file in (tmp_path / "unpacked").rglob("*") if file.is_file()}  # fmt: skip
    assert found == FILES


@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("name", ["../a.jpg", "/tmp/a.jpg", "x/../../a.jpg", "C:\\a.jpg", "..\\a.jpg", "a\nb.jpg", "..",
                                  "a:stream"])  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, kind: str, name: str) -> None:
    (tmp_path / "archive").write_bytes(PACKED[kind]({name: b"x"}))
    with pytest.raises(DownloadError, match="which is not that of a file in the folder"):
        unpack(tmp_path / "archive", tmp_path / "unpacked")
    assert outside(tmp_path) == []
    assert not any(path.is_file() for path in (tmp_path / "unpacked").rglob("*"))


LINKS = {
    "symbolic, zip": zipped({"a": b"/etc/passwd"}, a=stat.S_IFLNK | 0o777),
    "device, zip": zipped({"a": b""}, a=stat.S_IFBLK | 0o644),
    "symbolic, tar": tarred({"a": b""}, a=tarfile.SYMTYPE),
    "hard, tar": tarred({"a": b""}, a=tarfile.LNKTYPE),
    "device, tar": tarred({"a": b""}, a=tarfile.CHRTYPE),
    "pipe, tar": tarred({"a": b""}, a=tarfile.FIFOTYPE),
}


@pytest.mark.parametrize("name", LINKS)
def test_links_and_devices_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "archive").write_bytes(LINKS[name])
    with pytest.raises(DownloadError, match="a link or a device; only files and folders are safe"):
        unpack(tmp_path / "archive", tmp_path / "unpacked")


@pytest.mark.parametrize("kind", PACKED)
def test_a_bomb_is_stopped_whatever_its_header_says(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = bytearray(PACKED[kind]({"a.jpg": bytes(40 * 2**20)}))
    if kind == "zip":
        at = bomb.rindex(b"PK\x01\x02") + 24
        bomb[at : at + 4] = (10).to_bytes(4, "little")  # ten bytes, it says
    monkeypatch.setattr(module, "MOST_BYTES", 30 * 2**20)
    (tmp_path / "archive").write_bytes(bomb)
    with pytest.raises(DownloadError, match=r"far more than a set of pictures has|damaged"):
        unpack(tmp_path / "archive", tmp_path / "unpacked")
    assert sum(path.stat().st_size for path in (tmp_path / "unpacked").rglob("*")) <= 31 * 2**20


@pytest.mark.parametrize("kind", PACKED)
def test_an_absurd_count_and_two_files_of_one_name_are_refused(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_FILES", 10)
    (tmp_path / "archive").write_bytes(PACKED[kind]({f"{number}.jpg": b"x" for number in range(11)}))
    with pytest.raises(DownloadError, match="more than 10 files"):
        unpack(tmp_path / "archive", tmp_path / "unpacked")
    (tmp_path / "archive").write_bytes(PACKED[kind]({"a/b.jpg": b"x", "a//b.jpg": b"y"}))
    with pytest.raises(DownloadError, match="two files have the same name"):
        unpack(tmp_path / "archive", tmp_path / "other")


def test_a_file_where_a_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(zipped({"a": b"x", "a/b.jpg": b"y"}))
    with pytest.raises(DownloadError, match="cannot be unpacked"):
        unpack(tmp_path / "archive", tmp_path / "unpacked")


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(encrypted())
    with pytest.raises(DownloadError, match="is encrypted; unpack it yourself"):
        unpack(tmp_path / "archive", tmp_path / "unpacked")


def test_a_full_disk_is_another_kind_of_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "archive").write_bytes(zipped(FILES))
    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(DiskFull):
        unpack(tmp_path / "archive", tmp_path / "unpacked")


@pytest.mark.parametrize("kind", PACKED)
def test_damaged_archives_give_a_sentence_or_the_same_files(tmp_path: Path, kind: str) -> None:
    whole, rng, refused = PACKED[kind](FILES), random.Random(kind), 0
    for number in range(250):
        content = bytearray(whole)
        if number % 3 == 0:
            content = content[: rng.randrange(len(content))]
        else:
            for _ in range(rng.choice((1, 3, 30))):
                content[rng.randrange(len(content))] = rng.randrange(256)
        (tmp_path / "archive").write_bytes(content)
        folder = tmp_path / "unpacked" / str(number)
        said = ""
        try:
            unpack(tmp_path / "archive", folder)
        except DownloadError as error:
            said = str(error)
        refused += bool(said)
        assert not said or (said.startswith("archive ") and "\n" not in said)
    assert refused > 50
    assert outside(tmp_path) == []


def test_what_comes_behind_the_end_of_a_tar_file_is_checked(tmp_path: Path) -> None:
    content = tarred(FILES)
    (tmp_path / "archive").write_bytes(content[:-8] + bytes(4) + content[-4:])  # another checksum
    with pytest.raises(DownloadError, match="damaged"):
        unpack(tmp_path / "archive", tmp_path / "unpacked")
    assert gzip.decompress(content)
