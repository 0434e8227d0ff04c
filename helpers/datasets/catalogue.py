"""The catalogue of data sets: what `get_data` knows, where it comes from, and where it is kept."""

import difflib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock

from ..files.keeping import cache_home, write_atomically
from ..folders import pictures_below
from ..names import printable, shortened
from ..progress import readable_seconds
from .arrange import arrange
from .download import Archive, DiskFull, DownloadError, download
from .unpack import unpack

S3, NOTE = "https://s3.amazonaws.com", "source.json"


@dataclass(frozen=True)
class DataSet:
    """A set of pictures: what it is, who may use it, and its archives, of which any one is enough.

    pictures: how many there are, where that is known. label: the class in a file's name, where there are no folders of
    classes. classes: the name of a folder → that of the class.
    """

    what: str
    licence: str
    archives: tuple[Archive, ...]
    pictures: int | None = None
    label: Callable[[str], str] | None = None
    classes: dict[str, str] = field(default_factory=dict)


# Where a length or a checksum comes from, and what could not be confirmed, stands in data/README.md.
SETS = {
    "dogscats": DataSet(
        "photographs of cats and dogs, laid out as in the course of 2018", "from Asirra, for research",
        (Archive((f"{S3}/fast-ai-sample/dogscats.tgz",), 839_285_364, md5_start="3e483c8d6ef2175e9d395a6027eb92b7"),
         Archive(("http://files.fast.ai/data/dogscats.zip",), 857_214_334, md5="aef22ec7d472dd60e8ee79eecc19f131")),
        pictures=37_500,
    ),
    "petimages": DataSet(
        "the same photographs from Microsoft; get_data splits them", "from Asirra, for research",
        (Archive(("https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
                  "kagglecatsanddogs_5340.zip",), 824_887_076,
                 "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9"),),
        classes={"Cat": "cats", "Dog": "dogs"},
    ),
    "pets": DataSet(
        "photographs of 37 breeds of cats and dogs, of Oxford", "CC BY-SA 4.0",
        (Archive(("https://thor.robots.ox.ac.uk/pets/images.tar.gz",
                  "https://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz"), 791_918_971,
                 "67195c5e1c01f1ab5f9b6a5d22b8c27a580d896ece458917e61d459337fa318d"),),
        pictures=7_390, label=lambda name: name.rpartition("_")[0],
    ),
    "imagenette": DataSet(
        "ten easy classes of ImageNet, the shorter side 160 pixels", "from ImageNet, for research",
        (Archive((f"{S3}/fast-ai-imageclas/imagenette2-160.tgz",), 99_003_388,
                 md5="e793b78cc4c9e9a4ccc0c1155377a412"),),
        pictures=13_394,
        classes={"n01440764": "tench", "n02102040": "English springer", "n02979186": "cassette player",
                 "n03000684": "chain saw", "n03028079": "church", "n03394916": "French horn",
                 "n03417042": "garbage truck", "n03425413": "gas pump", "n03445777": "golf ball",
                 "n03888257": "parachute"},
    ),
    "ants_bees": DataSet(
        "photographs of ants and bees, of PyTorch's tutorial on transfer learning", "from ImageNet, for research",
        (Archive(("https://download.pytorch.org/tutorial/hymenoptera_data.zip",), 47_286_322),),
    ),
}  # fmt: skip


def get_data(name: str) -> Path:
    """Return the folder of a data set by its name, or by the https address of a zip or tar file of pictures.

    "sample", the drawn cats and dogs, comes with the course. Any other is downloaded once, checked, unpacked and split
    into `train` and `valid`, in the user's cache folder, or in the folder that the environment variable
    WHOLE_GAME_DATA names. Raises ValueError for a name that is not in the catalogue, and DownloadError, an OSError,
    where a set could not be downloaded. Taught in lesson 01.

    >>> sorted(folder.name for folder in get_data("sample").iterdir() if not folder.name.startswith("."))[-2:]
    ['train', 'valid']
    """
    if name == "sample":
        return _sample()
    known = SETS.get(name) if isinstance(name, str) else None
    if known is None and not str(name).lower().startswith(("https://", "http://")):
        names = ["sample", *SETS]
        close = difflib.get_close_matches(str(name), names, n=1)
        meant = f"did you mean {close[0]!r}? " if close else ""
        raise ValueError(
            f"got {name!r}; {meant}the data sets there are {', '.join(map(repr, names))}. "
            "For pictures of your own, give from_paths the folder that holds train/ and valid/"
        )
    home, short = Path(os.environ.get("WHOLE_GAME_DATA") or cache_home() / "data").expanduser().absolute(), name
    if known is None:
        try:
            stem = Path(urlsplit(name).path).name.split(".")[0]
        except ValueError as error:
            raise ValueError(
                f"got {shortened(name)!r}, which is no address ({error}); copy it from the browser"
            ) from None
        short = f"{re.sub(r'[^A-Za-z0-9_-]', '_', stem)[:40]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        known = DataSet("pictures from an address", "not known", (Archive((name,)),))
    if (home / short / NOTE).is_file():
        return home / short
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / f".{short}.lock"):  # another process may be at it
            if not (home / short / NOTE).is_file():
                _bring(known, short, home)
    except DownloadError:
        raise
    except OSError as error:
        other = "name another folder with the environment variable WHOLE_GAME_DATA"
        raise DownloadError(f"{home} cannot be written to ({error.strerror or error}); {other}") from None
    return home / short


def _sample() -> Path:
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "sample", package.parent / "data" / "sample"):  # an installed wheel, or a checkout
        if (folder / "train").is_dir():
            return folder
    raise FileNotFoundError(f"the drawn sample is missing from {package.name}; install whole-game again")


def _bring(known: DataSet, name: str, home: Path) -> None:
    """Download, check, unpack and arrange a set; only when all of that is done does its folder get its name."""
    begun, work, failed = time.perf_counter(), home / f".{name}", []
    if (home / name).exists():
        raise DownloadError(f"{home / name} is there, and not from get_data; move it away")
    for archive in known.archives:
        try:
            file = download(archive, work)
            count = _arranged(known, file, work, home / name, _as_before(archive, file, home / f"{name}.seen.json"))
        except DownloadError as error:
            failed.append(str(error))
        else:
            shutil.rmtree(work)
            print(f"{name}: {count:,} pictures in {readable_seconds(time.perf_counter() - begun)}. {known.what}; "
                  f"licence: {known.licence}.")  # fmt: skip
            return
    raise DownloadError(f"{printable(name)} could not be downloaded: {'; '.join(failed)}. Run the line again to try "
                        "once more; get_data('sample') needs no network")  # fmt: skip


def _as_before(archive: Archive, file: Path, seen: Path) -> dict[str, str]:
    """Return the SHA-256 of each archive of a set; refuse one that differs from what its address gave before."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    known = json.loads(seen.read_text("utf-8")) if seen.is_file() else {}
    if known.setdefault(archive.addresses[0], digest) != digest:
        file.unlink()
        raise DownloadError(f"{archive.name} is not the same file as last time; if that is right, delete {seen}")
    return known


def _arranged(known: DataSet, file: Path, work: Path, target: Path, seen: dict[str, str]) -> int:
    """Unpack and arrange a set beside its place, then move it there; return how many pictures it has."""
    for left in (work / "unpacked", work / "arranged"):
        shutil.rmtree(left, ignore_errors=True)
    try:
        unpack(file, work / "unpacked")
        arrange(work / "unpacked", work / "arranged", known.label, known.classes)
    except DiskFull:
        raise
    except (DownloadError, ValueError) as error:
        file.unlink()  # the same file would fail again
        raise DownloadError(str(error)) from None
    count = len(pictures_below(work / "arranged", work / "arranged")[0])
    if known.pictures not in (None, count):
        file.unlink()
        raise DownloadError(f"{file.name} holds {count:,} pictures, and {known.pictures:,} are expected")
    write_atomically(target.with_name(f"{target.name}.seen.json"), lambda part: part.write_text(json.dumps(seen)))
    note = {"what": known.what, "licence": known.licence, "pictures": count, "archive": file.name}
    (work / "arranged" / NOTE).write_text(json.dumps(note, indent=1), "utf-8")
    (work / "arranged").rename(target)
    return count
