"""Draw the sample: 1,000 training, 300 validation and 50 unlabelled test pictures of cats and dogs.

    python data/make_sample.py                  # all of data/sample, and data/contact_sheet.jpg: some minutes
    python data/make_sample.py --only 12 cat    # one picture, as 12-cat.jpg in this folder

It needs the extra `drawing`: pip install -e '.[drawing]'.
"""

import argparse
import os
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from drawing.plan import Plan, black_cat, plan
from PIL import Image

HERE = Path(__file__).resolve().parent
SEED = 1
TRAIN, VALID, TEST = 500, 150, 25  # pairs of a cat and a dog
SPECIES = ("cat", "dog")


def plans() -> dict[str, Plan]:
    """Return what every file of the sample shows, by its path below the sample's folder."""
    wanted: dict[str, Plan] = {}
    for split, numbers in (("train", range(TRAIN)), ("valid", range(TRAIN, TRAIN + VALID))):
        for species in SPECIES:
            # A cat and a dog of one number do not lie at the same place in their folders.
            order = np.random.default_rng((SEED, len(split), species == "dog")).permutation(list(numbers))
            if split == "train" and species == "cat":
                order = [0, *(number for number in order if number)]
            for place, number in zip(numbers, order, strict=True):
                wanted[f"{split}/{species}s/{species}.{place}.jpg"] = plan(SEED, int(number), species)
    tests = [
        plan(SEED, number, species) for number in range(TRAIN + VALID, TRAIN + VALID + TEST) for species in SPECIES
    ]
    for place, number in enumerate(np.random.default_rng(SEED).permutation(len(tests)), start=1):
        wanted[f"test1/{place}.jpg"] = tests[number]
    wanted["train/cats/cat.0.jpg"] = black_cat(SEED)
    return wanted


def picture_bytes(wanted: Plan) -> bytes:
    """Return the JPEG file of a plan."""
    from drawing.picture import draw, encode  # needs skia, which reading the plans does not

    return encode(draw(wanted), wanted.bytes)


def write(job: tuple[Path, Plan]) -> None:
    """Draw one picture into its file."""
    path, wanted = job
    path.write_bytes(picture_bytes(wanted))


def make(folder: Path) -> None:
    """Draw the whole sample into `folder`, in place of what is there."""
    jobs = [(folder / name, wanted) for name, wanted in plans().items()]
    for name in {path.parent for path, _ in jobs}:
        name.mkdir(parents=True, exist_ok=True)
        for old in name.glob("*.jpg"):
            old.unlink()
    with Pool(os.cpu_count()) as pool:
        for done, _ in enumerate(pool.imap_unordered(write, jobs), start=1):
            print(f"\r{done} of {len(jobs)} pictures", end="", flush=True)
    print()


def contact_sheet(folder: Path, path: Path, across: int = 8, down: int = 4, side: int = 150) -> None:
    """Lay the first pictures of the sample out on a white page."""
    sheet = Image.new("RGB", (across * side + 10, down * side + 10), "white")
    for place in range(across * down):
        species = SPECIES[(place + place // across) % 2]
        with Image.open(folder / "train" / f"{species}s" / f"{species}.{place}.jpg") as picture:
            short = min(picture.size)
            left, top = (picture.width - short) // 2, (picture.height - short) // 2
            square = picture.crop((left, top, left + short, top + short)).resize((side - 10, side - 10))
        sheet.paste(square, (10 + place % across * side, 10 + place // across * side))
    sheet.save(path, quality=85, optimize=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the sample of cats and dogs.")
    parser.add_argument(
        "folder", nargs="?", type=Path, default=HERE / "sample", help="where to: data/sample unless told"
    )
    parser.add_argument("--only", nargs=2, metavar=("NUMBER", "SPECIES"), help="draw one picture into this folder")
    chosen = parser.parse_args()
    if chosen.only:
        number, species = int(chosen.only[0]), chosen.only[1]
        if species not in SPECIES:
            parser.error(f"got {species!r}; the species are cat and dog")
        Path(f"{number}-{species}.jpg").write_bytes(picture_bytes(plan(SEED, number, species)))
    else:
        make(chosen.folder)
        if chosen.folder == HERE / "sample":
            contact_sheet(chosen.folder, HERE / "contact_sheet.jpg")
