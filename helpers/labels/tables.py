"""Labels in a CSV file, with a line for each picture → splits."""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..files.keeping import open_regular
from ..folders import assign_splits, existing_folder, pictures_below
from ..names import listed, shortened
from .splits import SPLITS, Splits, labelled_splits

COLUMNS = ("file", "label", "split")
_MOST = 256 * 2**20  # bytes: some million pictures


def splits_from_csv(root: Path, table: str | Path, columns: Sequence[str], *, valid: float, test: float) -> Splits:
    """Return the classes and splits of the pictures below `root` that a CSV file names.

    table: relative to the working directory or to `root`. columns: the names of those with the file, the label and, if
    there is one, the split. Raises FileNotFoundError or ValueError with one sentence that says what to do.
    """
    existing_folder(root)
    table = Path(table).expanduser()
    there = next((file for file in (table, root / table) if os.path.isfile(file)), None)
    if there is None:
        known = listed((shortened(file.name) for file in sorted(root.glob("*.csv"))), 4) or "none"
        missing = f"{shortened(table, 150)} was not found, neither here nor in {shortened(root.name)}"
        raise FileNotFoundError(f"{missing}; the CSV files there: {known}")
    shown, told = shortened(there.name), _told(root, there, columns)
    missing = [shortened(name) for name in told if not os.path.isfile(root / name)]
    if missing:
        count = f"{len(missing):,} of the {len(told):,} files in {shown} are not in {shortened(root.name)}"
        raise FileNotFoundError(f"{count}: {listed(missing, 3)}; name them as seen from there, with folder and suffix")
    names = (path.relative_to(root).as_posix() for path in pictures_below(root, root)[0])
    passed_over = [(f"not in {shown}", name) for name in names if name not in told]
    labels, splits = {name: facts[0] for name, facts in told.items()}, [facts[-1] for facts in told.values()]
    if not all(facts[1:] for facts in told.values()):
        splits = assign_splits(list(labels), list(labels.values()), valid=valid, test=test)
    return labelled_splits(root, labels, splits, shown, passed_over)


def _told(root: Path, table: Path, columns: Sequence[str]) -> dict[str, list[str]]:
    """Return what a CSV file tells of each file in `root`: name, as seen from there, → label and, if told, split."""
    told: dict[str, list[str]] = {}
    for line, (name, *facts) in _lines(table, columns):
        where, inside = f"line {line} of {shortened(table.name)}", os.path.relpath(root / name, root)
        if inside.split(os.sep)[0] == os.pardir:
            raise ValueError(f"{where} leads out of {shortened(root.name)}: {shortened(name)!r}; move the file into it")
        if facts[1:] and facts[1] not in SPLITS:
            raise ValueError(f"{where} has the split {shortened(facts[1])!r}; it is one of {listed(SPLITS)}")
        before = told.setdefault(Path(inside).as_posix(), facts)
        if before != facts:
            one, other = (", ".join(map(shortened, each)) for each in (before, facts))
            raise ValueError(f"{where} has {shortened(name)!r} a second time ({one}; now {other}); keep one of them")
    return told


def _lines(table: Path, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line of a CSV file, and what it has in these columns; the third may be absent."""
    if isinstance(columns, str) or len(columns) not in (2, 3):
        raise ValueError(f'got columns={columns!r}; name those with file and label, such as columns=("file", "label")')
    shown = shortened(table.name)
    try:
        with open_regular(table, _MOST) as file:
            reader = csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline=""), strict=True)
            lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = "not UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", None) or error
        raise ValueError(f"{shown} cannot be read ({why}); save it as CSV in UTF-8") from None
    header = lines[0][1] if lines else []
    absent = [name for name in columns if name not in header and name != COLUMNS[2]]
    if absent:
        named = listed((repr(shortened(name, 30)) for name in header), 4) or "none"
        known = f"its first line names {named}; type those with file and label, columns=(..., ...)"
        known = "its columns are separated by semicolons; save it with commas" if ";" in "".join(header) else known
        raise ValueError(f"{shown} has no column {shortened(absent[0])!r}: {known}")
    places = {name: header.index(name) for name in columns if name in header}
    for line, row in (each for each in lines[1:] if any(each[1])):
        cells, where = [row[place] if place < len(row) else "" for place in places.values()], f"line {line} of {shown}"
        if "" in cells:
            raise ValueError(f"{where} has no {list(places)[cells.index('')]}; fill it in, or delete it")
        if any(row[len(header) :]):
            raise ValueError(f"{where} has more cells than the first line; put text that has a comma in double quotes")
        yield line, cells
