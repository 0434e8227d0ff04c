"""Pictures for training the backbone: archives become fixed views, each kept with what the teacher said of it.

A view is a square cut from a picture once and for all. The teacher looks at each view once; the student meets the
same view many times, each time shifted, turned, mirrored and recoloured a little. So student and teacher always look
at nearly the same thing, and the teacher's time is paid only once (Beyer et al., 2022, "Knowledge distillation: a good
teacher is patient and consistent", call for the first; the second is the economy that two processor cores ask for).
"""

import hashlib
import io
import math
import os
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from teacher import ask_teacher

HELD_OUT = 10  # one picture in so many is kept from training
# Twenty classes of Tiny ImageNet, every tenth, and two of Imagenette (French horn, golf ball). Since late November 2026
# no training sees them, and judge.py asks how well a backbone tells them apart. Earlier weights have seen them.
JUDGED = {
    *("n01742172", "n01944390", "n02094433", "n02132136", "n02281406", "n02481823", "n02791270", "n02841315"),
    *("n02963159", "n03126707", "n03404251", "n03662601", "n03838899", "n03983396", "n04146614", "n04328186"),
    *("n04486054", "n04597913", "n07734744", "n09246464", "n03394916", "n03445777"),
}
# The classes of cats and dogs: nine of Tiny ImageNet (the second is judged as well) and one of Imagenette.
PETS = {
    *("n02085620", "n02094433", "n02099601", "n02099712", "n02106662", "n02113799"),
    *("n02123045", "n02123394", "n02124075", "n02102040"),
}
FEWEST = 30  # an archive of fewer pictures could be left without any held out
PICTURES = (".webp", ".jpg", ".png")


@dataclass(frozen=True)
class Kind:
    """How one kind of archive is used: sizes in pixels, views per picture, share of a batch from start to end."""

    stored: int
    teacher: int
    views: int
    shares: tuple[float, float, float]


@dataclass(frozen=True)
class Plan:
    """What a backbone is trained on: the kinds of archives that it uses, and the classes that it never sees."""

    kinds: dict[str, Kind]
    without: frozenset[str]


PLANS = {
    # The share of the pet photographs grows towards the end: they are what the features are wanted for.
    "pets": Plan(
        {
            "small": Kind(stored=64, teacher=128, views=1, shares=(0.50, 0.35, 0.20)),
            "labelled": Kind(stored=144, teacher=192, views=3, shares=(0.15, 0.20, 0.20)),
            "unlabelled": Kind(stored=144, teacher=192, views=6, shares=(0.35, 0.45, 0.60)),
        },
        frozenset(JUDGED),
    ),
    # No photograph of a cat or a dog; more crops of the many small pictures, which are now most of what there is.
    "no_pets": Plan(
        {
            "small": Kind(stored=64, teacher=128, views=3, shares=(0.80, 0.70, 0.60)),
            "labelled": Kind(stored=144, teacher=192, views=4, shares=(0.20, 0.30, 0.40)),
        },
        frozenset(JUDGED | PETS),
    ),
}


@dataclass(frozen=True)
class PictureSet:
    """One archive made ready: `views` (picture, view, side, side, 3) uint8; the teacher's `logits` and `features`."""

    name: str
    key: str
    kind: Kind
    names: list[str]
    views: np.ndarray
    logits: np.ndarray
    features: np.ndarray

    @property
    def held_out(self) -> np.ndarray:
        """True for the pictures that are kept from training to follow it, chosen by a hash of the name."""
        digests = [hashlib.sha256(name.encode()).digest() for name in self.names]
        return np.array([int.from_bytes(digest[:4]) % HELD_OUT == 0 for digest in digests])

    @property
    def classes(self) -> list[str | None]:
        """The folder of each picture, or None where the archive has no folders."""
        return [*map(class_of, self.names)]


def class_of(name: str) -> str | None:
    """Return the folder of a picture in an archive, or None where it has none."""
    return name.split("/")[-2] if "/" in name else None


def picture_archives(folder: Path) -> list[Path]:
    """The zip archives of a folder; ValueError in one sentence where there are none."""
    archives = sorted(folder.glob("*.zip"))
    if not archives:
        raise ValueError(f"`{folder}` holds no .zip archive of pictures; give a folder that does with --pictures.")
    return archives


def prepare(
    archive: Path, teacher: torch.nn.Module, fingerprint: str, cache: Path, plan: Plan = PLANS["pets"]
) -> PictureSet | None:
    """Cut an archive's views and ask the teacher about each; kept in `cache`, so that a second run starts at once.

    `fingerprint` tells one teacher from another. None for an archive of a kind that the plan does not use. Raises
    ValueError for an archive that is none, holds too few pictures or one that cannot be read.
    """
    names, content = contents(archive)
    kind_name = _kind_of(archive, names[0])
    if kind_name not in plan.kinds:
        return None
    names, kind = [name for name in names if class_of(name) not in plan.without], plan.kinds[kind_name]
    made = f"{content} {sorted(plan.without)} {kind.stored} {kind.teacher} {kind.views} {fingerprint}"
    key = hashlib.sha256(made.encode()).hexdigest()[:12]
    place = cache / f"{archive.stem}-{key}"
    place.mkdir(parents=True, exist_ok=True)
    shape = (len(names), kind.views)
    if not (place / "views.npy").exists():
        with _new_array(place / "views.npy", (*shape, kind.stored, kind.stored, 3), np.uint8) as views:
            _cut_views(archive, names, kind, views)
    views = np.load(place / "views.npy", mmap_mode="r")
    if not (place / "logits.npy").exists() or not (place / "features.npy").exists():
        with (
            _new_array(place / "features.npy", (*shape, 1280), np.float16) as features,
            _new_array(place / "logits.npy", (*shape, 1000), np.float16) as logits,
        ):
            ask_teacher(teacher, views, kind.teacher, logits, features)
    # In memory: batches pick rows from all over these two.
    logits, features = (np.load(place / f"{what}.npy") for what in ("logits", "features"))
    print(f"{archive.stem}: {len(names):,} pictures, {kind_name}, {kind.views} views each", flush=True)
    return PictureSet(archive.stem, key, kind, names, views, logits, features)


def contents(archive: Path) -> tuple[list[str], str]:
    """The names of an archive's pictures, and a digest that changes when a picture does."""
    try:
        with zipfile.ZipFile(archive) as opened:
            found = {info.filename: info.CRC for info in opened.infolist() if info.filename.lower().endswith(PICTURES)}
    except zipfile.BadZipFile:
        raise ValueError(f"`{archive}` is not a zip archive; take it out of the folder or fetch it again.") from None
    if len(found) < FEWEST:
        raise ValueError(
            f"`{archive}` holds {len(found)} pictures ({', '.join(PICTURES)}), too few to keep some apart; "
            f"give an archive of at least {FEWEST} or take it out of the folder."
        )
    return sorted(found), hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()


def _kind_of(archive: Path, first: str) -> str:
    with zipfile.ZipFile(archive) as opened:
        short_side = min(read_picture(opened, first).size)
    return "small" if short_side < 100 else "labelled" if "/" in first else "unlabelled"


def read_picture(opened: zipfile.ZipFile, name: str) -> Image.Image:
    """Return a picture of an archive, in RGB; ValueError in one sentence where it is none."""
    try:
        return Image.open(io.BytesIO(opened.read(name))).convert("RGB")
    except (OSError, zipfile.BadZipFile):
        raise ValueError(
            f"`{name}` in `{opened.filename}` cannot be read as a picture; make the archive again without it."
        ) from None


class _new_array:
    """A context that fills a .npy file under a temporary name and gives it its own name only when it is whole."""

    def __init__(self, path: Path, shape: tuple[int, ...], dtype: type) -> None:
        self.path, self.part = path, path.with_suffix(f".{os.getpid()}.part")
        self.array = np.lib.format.open_memmap(self.part, mode="w+", dtype=dtype, shape=shape)

    def __enter__(self) -> np.ndarray:
        return self.array

    def __exit__(self, failed: type | None, *_: object) -> None:
        self.array.flush()
        self.part.unlink() if failed else self.part.replace(self.path)


def middle_square(width: int, height: int) -> tuple[float, float, float, float]:
    """The largest square in the middle of a picture, as (left, top, right, bottom)."""
    side = min(width, height)
    return (width - side) / 2, (height - side) / 2, (width + side) / 2, (height + side) / 2


def _boxes(width: int, height: int, views: int, rng: np.random.Generator) -> Iterator[tuple[float, ...]]:
    """The square in the middle first, then random boxes of 35 to 100 % of the area, as (left, top, right, bottom)."""
    yield middle_square(width, height)
    for _ in range(views - 1):
        area, shape = rng.uniform(0.35, 1.0) * width * height, math.exp(rng.uniform(-0.3, 0.3))
        wide, high = min(width, math.sqrt(area * shape)), min(height, math.sqrt(area / shape))
        left, top = rng.uniform(0, width - wide), rng.uniform(0, height - high)
        yield left, top, left + wide, top + high


def _cut_views(archive: Path, names: list[str], kind: Kind, views: np.ndarray) -> None:
    def cut(chunk: range) -> None:
        with zipfile.ZipFile(archive) as opened:  # an archive of its own: threads share no file position
            for i in chunk:
                picture, rng = read_picture(opened, names[i]), np.random.default_rng(i)
                for view, box in enumerate(_boxes(*picture.size, kind.views, rng)):
                    views[i, view] = picture.resize((kind.stored,) * 2, Image.Resampling.BICUBIC, box=box)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(cut, (range(i, min(i + 500, len(names))) for i in range(0, len(names), 500))))
