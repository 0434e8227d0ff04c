"""Labels in the names of the pictures, found by a regular expression or a function → splits."""

import re
from collections.abc import Callable
from pathlib import Path

from ..folders import assign_splits, existing_folder, pictures_below
from ..names import shortened
from .splits import Splits, labelled_splits

Pattern = str | re.Pattern[str] | Callable[[str], object]
_SUCH_AS = r'such as r"(.+)_\d+\.jpg"'


def splits_from_names(root: Path, pattern: Pattern, *, valid: float, test: float) -> Splits:
    """Return the classes and splits of the pictures below `root`, each with the label that its name gives.

    Raises FileNotFoundError or ValueError with one sentence that says what to do.
    """
    label_of = pattern if callable(pattern) else _group_of(pattern)
    paths, passed_over = pictures_below(existing_folder(root), root)
    given = {path.relative_to(root).as_posix(): label_of(path.name) for path in paths}
    labels = {name: text for name, label in given.items() if label is not None and (text := str(label).strip())}
    if given and not labels:
        names = f"the {len(given):,} names in {shortened(root.name)}, such as {shortened(paths[0].name)!r}"
        raise ValueError(f"pattern={shortened(pattern)!r} finds no label in any of {names}; fit it to them")
    passed_over = [(why, name) for why, name in passed_over if not name.startswith("models/")]  # ours
    passed_over += [("no label in its name", name) for name in given if name not in labels]
    splits = assign_splits(list(labels), list(labels.values()), valid=valid, test=test)
    return labelled_splits(root, labels, splits, shortened(root, 150), passed_over)


def _group_of(pattern: str | re.Pattern[str]) -> Callable[[str], str | None]:
    """Return the function from a name to what the one group of a regular expression finds in it."""
    try:
        expression = re.compile(pattern)
    except (re.error, TypeError, OverflowError, RecursionError) as error:
        said = f"got pattern={shortened(pattern)!r} ({error})"
        raise ValueError(f"{said}; it is a regular expression with one group, {_SUCH_AS}") from None
    if expression.groups != 1 or not isinstance(expression.pattern, str):
        said = f"got pattern={shortened(expression.pattern)!r} with {expression.groups} groups"
        raise ValueError(f"{said}; put the one part of a name that is the label in brackets, {_SUCH_AS}")
    return lambda name: found[1] if (found := expression.search(name)) else None
