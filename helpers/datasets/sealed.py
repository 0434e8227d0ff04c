"""The sealed pictures: opened at the end, once, compared with the validation pictures, and every opening noted."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import hypot
from pathlib import Path

import numpy as np

from ..data import ImageClassifierData
from ..files.keeping import write_atomically
from ..learner import ConvLearner
from ..names import printable, shortened
from ..statistics import Predictions

LEDGER, COLUMNS = "openings.csv", ("when", "model", "correct", "pictures")  # beside the splits


@dataclass(frozen=True, eq=False, repr=False)
class Opening:
    """What a model says of the sealed pictures and of the validation pictures, and when they were opened before."""

    valid: Predictions
    sealed: Predictions
    before: tuple[str, ...]

    @property
    def difference(self) -> tuple[float, float, float]:
        """The accuracy on sealed minus that on validation pictures, and its 95 % interval.

        Newcombe (1998), "Interval estimation for the difference between independent proportions".
        """
        one, (low, high) = self.sealed.accuracy, self.sealed.interval
        other, (lower, higher) = self.valid.accuracy, self.valid.interval
        return (
            one - other,
            one - other - hypot(one - low, higher - other),
            one - other + hypot(high - one, other - lower),
        )

    def __repr__(self) -> str:
        found, low, high = (100 * each for each in self.difference)
        fits = "they do not contradict each other" if low <= 0 <= high else "they differ by more than chance would"
        opened = "Opened for the first time."
        if self.before:
            times = f"{len(self.before)} time{'s' * (len(self.before) > 1)} before, first on {self.before[0]}"
            opened = f"Opened {times}: what was chosen since then has used the seal up."
        points = f"{found:+.1f} points, 95 % interval {low:+.1f} to {high:+.1f}".replace("-", "−")
        lines = [f"valid:  {self.valid}", f"sealed: {self.sealed}", f"sealed − valid: {points}: {fits}", opened]
        return "\n".join(lines)


def open_seal(learn: ConvLearner, path: str | Path | None = None, *, name: str = "sealed") -> Opening:
    """Ask a trained model about the pictures that `split_folder(…, sealed=0.2)` sealed, and note that it was asked.

    path: the folder with the splits; by default that of the learner's data. name: that of the folder in it. The opening
    is noted in `openings.csv` there before it is returned. Raises ValueError or FileNotFoundError with one sentence
    where there are no such pictures, and, without opening anything, where it could not be noted. Taught in lesson 12.
    """
    root = Path(path or learn.data.path).expanduser().absolute()
    data = ImageClassifierData.from_paths(root, learn.data.batch_size, tfms=learn.data.tfms, val_name=name)
    if data.classes != learn.data.classes:
        raise ValueError(
            f"got the classes {data.classes} in {shortened(root.name)}; this model knows {learn.data.classes}"
        )
    before = _noted(root)
    _note(root, before)  # that it can be, before anything is opened
    batches = [(learn.predictor.probabilities(learn.predictor.extractor(batch.pixels)), batch.indices)
               for batch in data.batches("valid")]  # fmt: skip
    if not batches:
        raise ValueError(
            f"none of the {len(data.valid)} pictures in {shortened(root.name)}/{shortened(name)} can be read"
        )
    probabilities, indices = (np.concatenate(each) for each in zip(*batches, strict=True))
    paths, labels = [data.valid.paths[index] for index in indices.tolist()], data.valid.known_labels[indices]
    sealed = Predictions(probabilities, labels, paths, data.classes)
    valid = learn.predict_all()
    model = f"{learn.model.name}, {learn.epochs_done} epochs"
    _note(
        root, [*before, [f"{datetime.now():%Y-%m-%d %H:%M}", model, str(int(sealed.correct.sum())), str(len(sealed))]]
    )
    return Opening(valid, sealed, tuple(row[0] for row in before))


def _noted(root: Path) -> list[list[str]]:
    """Return the openings that were noted: when, with which model, how many were classified correctly, of how many."""
    try:
        with (root / LEDGER).open(encoding="utf-8", newline="") as file:
            return [row for row in csv.reader(file) if row and tuple(row) != COLUMNS]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(
            f"{LEDGER} in {shortened(root.name)} cannot be read ({printable(str(error))}); move it away"
        ) from None


def _note(root: Path, openings: Sequence[Sequence[str]]) -> None:
    def write(part: Path) -> None:
        with part.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *openings])

    try:
        write_atomically(root / LEDGER, write, durable=True)
    except OSError as error:
        why = f"{shortened(root.name)} cannot be written to ({error.strerror or error})"
        raise ValueError(
            f"{why}, so nobody could note that the seal was opened; copy the folder, and open it there"
        ) from None
