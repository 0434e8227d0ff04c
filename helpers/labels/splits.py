"""Pictures of one folder, each with its label and its split → the splits."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..folders import PassedOver, Split, labelled_split, two_or_more
from ..names import printable, shortened

SPLITS = ("train", "valid", "test")
Splits = tuple[tuple[str, ...], dict[str, Split]]  # the classes, and the splits by name


def labelled_splits(
    root: Path, labels: Mapping[str, str], splits: Sequence[str], source: str, passed_over: PassedOver
) -> Splits:
    """Return the classes and the splits of pictures whose labels are known one by one.

    labels: name, as seen from `root`, → label. splits: each one's split. source: what messages say holds them. Raises
    ValueError where there is but one class, or where a split has no pictures of a class.
    """
    named = [(printable(label), root / name) for name, label in labels.items()]
    classes, found = two_or_more(sorted({label for label, _ in named}), source, "pictures with a label"), {}
    for split in [name for name in SPLITS if name != "test" or name in splits]:
        chosen = sorted(picture for picture, where in zip(named, splits, strict=True) if where == split)
        if absent := sorted(set(classes) - {label for label, _ in chosen}):
            without = f"no {split} pictures of the class {shortened(absent[0])!r}"
            raise ValueError(f"{source} has {without}; add some, or take the class out of every split")
        found[split] = labelled_split(split, root, classes, chosen, passed_over if split == "train" else [])
    return classes, found
