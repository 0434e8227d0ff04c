"""The catalogue of data sets: what `get_data` knows, and where it puts it."""

import difflib
from pathlib import Path

SETS = ("sample",)


def get_data(name: str) -> Path:
    """Return the folder of a data set: "sample", the drawn cats and dogs that come with the course.

    Raises ValueError for a name that the catalogue does not have. Taught in lesson 01.

    >>> sorted(folder.name for folder in get_data("sample").iterdir() if not folder.name.startswith("."))[-2:]
    ['train', 'valid']
    """
    if name not in SETS:
        close = difflib.get_close_matches(str(name), SETS, n=1)
        meant = f"did you mean {close[0]!r}? " if close else ""
        raise ValueError(
            f"got {name!r}; {meant}the data sets there are {', '.join(map(repr, SETS))}. "
            "For pictures of your own, give from_paths the folder that holds train/ and valid/"
        )
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "sample", package.parent / "data" / "sample"):  # an installed wheel, or a checkout
        if (folder / "train").is_dir():
            return folder
    raise FileNotFoundError(f"the drawn sample is missing from {package.name}; install whole-game again")
