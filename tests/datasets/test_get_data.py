"""`get_data` from end to end, beside a server on localhost: a set is there whole, or not at all."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import ImageClassifierData, get_data, tfms_from_model
from helpers.datasets import catalogue
from helpers.datasets import download as downloading
from helpers.datasets.catalogue import NOTE, DataSet
from helpers.datasets.download import Archive, DiskFull, DownloadError
from tests.datasets.server import Server
from tests.datasets.test_unpack import tarred, zipped

JPEG = (get_data("sample") / "train/cats/cat.0.jpg").read_bytes()
NAMES = [f"PetImages/{label}/{number}.jpg" for label in ("Cat", "Dog") for number in range(10)]
PICTURES = {name: JPEG + name.encode() for name in NAMES}
ZIP = zipped(PICTURES)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where data sets are kept."""
    monkeypatch.setenv("WHOLE_GAME_DATA", str(tmp_path / "data é"))
    return tmp_path / "data é"


@pytest.fixture
def offer(server: Server, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that puts a set into the catalogue, and its archive on the server."""

    def offered(
        content: bytes = ZIP, *, published: bytes | None = None, pictures: int | None = 20, **how: object
    ) -> None:
        address = server.give("pets.zip", content, **how)
        archive = Archive((address,), sha256=hashlib.sha256(content if published is None else published).hexdigest())
        found = DataSet("pets", "ours", (archive,), pictures, classes={"Cat": "cats", "Dog": "dogs"})
        monkeypatch.setitem(catalogue.SETS, "planted", found)

    return offered


def nothing_whole(home: Path) -> bool:
    """Say whether no set is there, nor anything that looks like one: all that is left is hidden."""
    return not home.exists() or all(
        path.name.startswith(".") or path.name.endswith(".seen.json") for path in home.iterdir()
    )


def test_a_set_is_downloaded_once_and_can_be_learned_from(
    offer: Callable[..., None], server: Server, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer()
    path = get_data("planted")
    assert path == home / "planted"
    assert "planted: 20 pictures in " in capsys.readouterr().out
    data = ImageClassifierData.from_paths(path, tfms=tfms_from_model("resnet10", 64))
    assert (data.classes, len(data.train), len(data.valid)) == (("cats", "dogs"), 16, 4)
    assert json.loads((path / NOTE).read_text())["pictures"] == 20
    server.given.clear()
    assert get_data("planted") == path
    assert {each.name for each in home.iterdir()} <= {"planted", "planted.seen.json", ".planted.lock"}


def test_an_address_gives_a_set_of_its_own_name(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "SAFE", ("https", "http"))
    address = server.give(["some pets (2).tar.gz", "x=1"][0].replace(" ", "%20"), tarred(PICTURES))
    path = get_data(address)
    assert path.parent == home
    assert path.name.startswith("some_20pets_20_2_-")
    assert len(list(path.rglob("*.jpg"))) == 20
    assert get_data(address) == path


def test_an_address_of_plain_http_is_refused(server: Server, home: Path) -> None:
    with pytest.raises(DownloadError, match="only https:// is safe"):
        get_data(server.give("pets.zip", ZIP))
    assert nothing_whole(home)


REFUSED = {
    "another file": (dict(content=ZIP[:-1] + b"x", published=ZIP), "its SHA256 differs"),
    "too few": (dict(pictures=21), "holds 20 pictures, and 21 are expected"),
    "no classes": (dict(content=zipped({"a.jpg": JPEG})), "holds no folders with pictures"),
    "a path": (dict(content=zipped({"../x.jpg": JPEG})), "is not that of a file in the folder"),
    "damaged": (dict(content=ZIP[:3000]), "is damaged"),
    "a page": (dict(content=b"<html>", kind="text/html"), "a page instead of an archive"),
    "gone": (dict(status=404), "404 Not Found"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_goes_wrong_is_one_sentence_and_there_is_no_set(offer: Callable[..., None], home: Path, name: str) -> None:
    how, sentence = REFUSED[name]
    offer(**how)
    with pytest.raises(DownloadError) as caught:
        get_data("planted")
    said = str(caught.value)
    assert said.startswith("planted could not be downloaded: ")
    assert sentence in said
    assert said.endswith("get_data('sample') needs no network")
    assert "\n" not in said
    assert nothing_whole(home)
    offer()
    assert len(list(get_data("planted").rglob("*.jpg"))) == 20


def test_a_file_that_differs_from_the_last_time_is_refused(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading, "SAFE", ("https", "http"))
    archive = Archive((server.give("pets.zip", ZIP),))
    monkeypatch.setitem(catalogue.SETS, "planted", DataSet("pets", "ours", (archive,)))
    first = get_data("planted")
    first.rename(home / "elsewhere")
    server.give("pets.zip", zipped(PICTURES | {"PetImages/Cat/new.jpg": JPEG}))
    with pytest.raises(DownloadError, match=r"is not the same file as last time; if that is right, delete .*seen.json"):
        get_data("planted")
    (home / "planted.seen.json").unlink()
    assert len(list(get_data("planted").rglob("*.jpg"))) == 21


def test_a_full_disk_while_unpacking_keeps_what_was_downloaded(
    offer: Callable[..., None], server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer()

    def full(*_: object) -> None:
        raise DiskFull("the disk is full; make room")

    with monkeypatch.context() as patched:
        patched.setattr(catalogue, "unpack", full)
        with pytest.raises(DownloadError, match="the disk is full; make room"):
            get_data("planted")
    assert nothing_whole(home)
    server.given.clear()
    assert len(list(get_data("planted").rglob("*.jpg"))) == 20


def test_where_nothing_can_be_written_it_says_what_to_set(
    offer: Callable[..., None], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system", str(home))

    offer()
    monkeypatch.setattr(Path, "mkdir", refusing)
    with pytest.raises(DownloadError, match=r"cannot be written to \(Read-only file system\); name another folder"):
        get_data("planted")


def test_a_folder_of_that_name_is_left_alone(offer: Callable[..., None], home: Path) -> None:
    offer()
    (home / "planted").mkdir(parents=True)
    (home / "planted" / "mine.txt").write_text("mine")
    with pytest.raises(DownloadError, match="is there, and not from get_data; move it away"):
        get_data("planted")
    assert (home / "planted" / "mine.txt").read_text() == "mine"


# Processes that are killed at one of the calls that open or change files: at every fifth, and at each of the last.
PROCESS = """
import os, signal, sys
import httpx
from helpers.datasets import catalogue
from helpers.datasets.download import Archive

address, sha256, home, last = sys.argv[1:]
catalogue.SETS["planted"] = catalogue.DataSet("pets", "ours", (Archive((address,), sha256=sha256),), 20)

def bring(stop):
    os.environ["WHOLE_GAME_DATA"], calls = f"{home}/{stop}", 0
    def watch(event, *_):
        nonlocal calls
        if event in ("open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "shutil.rmtree", "os.chmod"):
            calls += 1
            if calls == stop:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(watch)
    catalogue.get_data("planted")
    return calls

def in_child(stop):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, str(bring(stop)).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    return os.read(reading, 9)

calls = int(in_child(0))
stops = sorted({*range(1, calls, 5), *range(calls - int(last), calls + 1)}) if int(last) else []
for stop in stops:
    in_child(stop)
print(*stops)
"""


@pytest.mark.skipif(not hasattr(catalogue.os, "fork"), reason="needs os.fork, which this system does not have")
def test_killed_at_any_point_no_half_set_looks_whole(
    offer: Callable[..., None], server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer()
    address, sha256 = f"{server.base}/pets.zip", hashlib.sha256(ZIP).hexdigest()
    command = [sys.executable, "-c", PROCESS, address, sha256, str(home), "25"]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    stops = ran.stdout.splitlines()[-1].split()
    assert len(stops) > 40
    for stop in stops:
        if (home / stop / "planted").exists():  # then all of it is there
            assert (home / stop / "planted" / NOTE).is_file(), stop
        monkeypatch.setenv("WHOLE_GAME_DATA", str(home / stop))
        assert len(list(get_data("planted").rglob("*.jpg"))) == 20, stop


@pytest.mark.skipif(not hasattr(catalogue.os, "fork"), reason="needs os.fork, which this system does not have")
def test_two_processes_at_once_do_no_harm(offer: Callable[..., None], server: Server, home: Path) -> None:
    offer()
    address, sha256 = f"{server.base}/pets.zip", hashlib.sha256(ZIP).hexdigest()
    command = [sys.executable, "-c", PROCESS, address, sha256, str(home), "0"]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    assert [one.communicate()[1] for one in both] == [b"", b""]
    assert server.given["pets.zip"].asked == [""], "it was downloaded once"
    assert len(list((home / "0" / "planted").rglob("*.jpg"))) == 20


@pytest.mark.parametrize("address", ["https://[", "https://[::1/x.zip"])
def test_what_is_no_address_is_told_in_a_sentence(address: str, home: Path) -> None:
    with pytest.raises(ValueError, match=r"got 'https://\[.*', which is no address \(.*\); copy it from the browser"):
        get_data(address)


@pytest.mark.parametrize("address", ["https://xn--/é.zip", "https://\x00/x.zip", "https://exa mple/x.zip", "https://"])
def test_an_address_that_leads_nowhere_is_told_in_a_printable_sentence(address: str, home: Path) -> None:
    with pytest.raises(DownloadError, match="could not be downloaded: ") as caught:
        get_data(address)
    assert str(caught.value).isprintable()
    assert nothing_whole(home)


@pytest.mark.parametrize("location", ["//[", "https://xn--/x.zip"])
def test_a_redirect_that_is_no_address_is_told_in_a_sentence(
    offer: Callable[..., None], home: Path, location: str
) -> None:
    offer(status=302, location=location)
    with pytest.raises(DownloadError, match="that is no address"):
        get_data("planted")
    assert nothing_whole(home)
