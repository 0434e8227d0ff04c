"""Exercise 12.6: from a folder with planted faults to a saved model and a prediction, with every step verified."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from ..data import ImageClassifierData
from ..datasets.sealed import Opening
from ..history import History
from ..learner import ConvLearner
from ..predictor import ModelFileError, Prediction, Predictor, load_model
from .answers import Hint, kind_of


def judge_own_folder(answer: object) -> str:
    """Judge [history, learner, opening, file, prediction]: return the last word, or raise a Hint."""
    if not isinstance(answer, (list, tuple)) or len(answer) != 5:
        raise Hint("A list of five is needed: [history, learner, opening, file, prediction].")
    history, learn, opening, file, said = answer
    if not isinstance(history, History) or history.settings is None:
        raise Hint(f"The first of the five is {kind_of(history)}. What the last fit gave back is needed.")
    if not isinstance(learn, ConvLearner):
        raise Hint(f"The second of the five is {kind_of(learn)}. The learner itself is needed, the last one.")
    if not isinstance(opening, Opening):
        raise Hint(f"The third of the five is {kind_of(opening)}. What open_seal(learn) gave back is needed.")
    _check_pictures(learn.data)
    _check_run(history, learn)
    if opening.before:
        raise Hint(
            "The seal had been opened before. Open it once, with the last learner, when nothing is left to choose."
        )
    plain = learn.predict_all().probabilities
    if plain.shape != opening.valid.probabilities.shape or not np.allclose(
        plain, opening.valid.probabilities, atol=5e-3
    ):
        raise Hint("The seal was opened with another learner than the one that you give.")
    kept, asked = _model_in(file), learn.data.path.parent / "new.png"
    its = kept.predict(asked)
    if its.classes != learn.data.classes or not _alike(its, learn.predict(asked)):
        raise Hint("The model in the file is another one. Save the last learner, after it has learned.")
    if not isinstance(said, Prediction):
        raise Hint(
            f"The last of the five is {kind_of(said)}. Give the prediction itself: load_model(file).predict(...)"
        )
    if said.classes != its.classes or not _alike(said, its):
        raise Hint(f"Of new.png the model in the file says {its}, and not {said}. Which picture did you give it?")
    right, total = int(opening.sealed.correct.sum()), len(opening.sealed)
    return f"{right} of {total} sealed pictures are right, and new.png is a {its.label}. The model is ready for others."


def _check_pictures(data: ImageClassifierData) -> None:
    """Hint where the folder is not split as asked, still has a planted fault, or has lost a good picture."""
    named = [
        (f"{path.parent.name}/{path.name}", data.classes[number])
        for split in (data.train, data.valid)
        for path, number in zip(split.paths, split.known_labels.tolist(), strict=True)
    ]
    sealed = [f"{path.parent.name}/{path.name}" for path in data.path.glob("sealed/*/*")]
    names, total = {*sealed, *(name for name, _ in named)}, len(sealed) + len(named)
    if data.classes != tuple(SHAPES):
        raise Hint(f"This learner knows {', '.join(data.classes)}. It should learn from what faulty_folder() made.")
    if not sealed:
        raise Hint("No pictures are sealed beside its train and valid: split_folder(folder, valid=0.25, sealed=0.2).")
    if CUT in names:
        raise Hint("A picture that cannot be read is still among the others. report.set_aside() moves it.")
    if {COPY, COPIED} <= names:
        raise Hint("One circle is still there twice, and would count twice. report.set_aside() moves the copy.")
    if TWIN in names and RIGHT in names:
        raise Hint("One triangle is still in both classes. Look at report.plot(), and take it out of the wrong one.")
    if TWIN in names:
        raise Hint("You took a triangle out of the triangles. Its copy among the circles is the wrong one.")
    originals = [f"{label}/{number:02}.png" for label in SHAPES for number in range(40)]
    lost = [name for name in originals if name not in names and not (name == COPIED and COPY in names)]
    if lost:
        raise Hint(f"{lost[0]} is missing, and it was a good picture with the right label.")
    if abs(len(data.valid) / total - 0.25) > 0.03 or abs(len(sealed) / total - 0.2) > 0.03:
        split = f"{len(data.valid)} are in valid and {len(sealed)} sealed"
        raise Hint(f"Of {total} pictures {split}; a quarter and a fifth are asked for.")
    if (WRONG, "triangle") in named:
        raise Hint("One label is still wrong in what this learner learned from. review_labels shows its picture first.")
    changed = [name for name, label in named if name.split("/")[0] != label and name != WRONG]
    if changed:
        raise Hint(f"{changed[0]} had the right label, and now it has another.")


def _check_run(history: History, learn: ConvLearner) -> None:
    """Hint where a setting of the last run is not the one that was asked for, or the run is not the learner's."""
    run = history.settings
    assert run is not None
    if history.interrupted:
        raise Hint("The last run was interrupted. Run the cell again, and let it end.")
    wanted = {
        "architecture": ("resnet10", "The body is {}, and resnet10 is asked for."),
        "size": (128, "The pictures are made {} pixels wide, and 128 are asked for."),
        "pretrained": (True, "The body began with random numbers. Leave out weights=None."),
        "augmentation": (None, "It has aug={!r}. No augmentation is asked for."),
        "precompute": (True, "It did not keep the activations. Give precompute=True."),
        "seed": (3, "The seed is {}, and seed=3 is asked for."),
        "cycle_len": (None, "It ran in cycles, and the rate should stay the same. Leave cycle_len out."),
        "schedule": ("constant", "It has the schedule {}, and the rate should stay the same."),
        "lr": ((0.001,) * 3, "The rates of the groups are {}, and 0.001 is asked for."),
        "n": (10, "It ran for {} epochs, and ten are asked for."),
        "epochs_before": (0, "This learner had {} epochs behind it, with the wrong label. Train a new one."),
        "pictures": (len(learn.data.train), "The history is of a learner with {} training pictures, not of this one."),
    }
    for name, (right, words) in wanted.items():
        if (found := getattr(run, name)) != right:
            raise Hint(words.format(found))
    if learn.epochs_done != 10:
        raise Hint(f"This learner has {learn.epochs_done} epochs behind it, and this history tells of ten.")


def _model_in(file: Any) -> Predictor:
    """Return the kept model; Hint where the file is none."""
    if not isinstance(file, (str, Path)):
        raise Hint(f"The fourth of the five is {kind_of(file)}. The path that learn.save gives back is needed.")
    try:
        return load_model(file)
    except (OSError, ModelFileError) as error:
        raise Hint(f"The file holds no model of yours: {error}") from None


def _alike(one: Prediction, other: Prediction) -> bool:
    return np.allclose(one.probabilities, other.probabilities, atol=5e-3)


CIRCLE = [(60 * np.cos(angle), 60 * np.sin(angle)) for angle in np.linspace(0, 2 * np.pi, 17)]
SHAPES = {"circle": CIRCLE, "triangle": [(0, -75), (70, 55), (-70, 55), (0, -75)]}
CUT, COPY, TWIN, WRONG = "circle/40.png", "circle/41.png", "circle/42.png", "triangle/43.png"
COPIED, RIGHT = "circle/11.png", "triangle/05.png"  # what COPY and TWIN are copies of


def faulty_folder() -> Path:
    """Draw 40 circles and 40 triangles into a new folder, plant faults among them, and return its path.

    Beside it lies new.png, a drawing without a label.
    """
    root, rng = Path(tempfile.mkdtemp()) / "shapes", np.random.default_rng(12)
    for label in SHAPES:
        (root / label).mkdir(parents=True)
        for number in range(40):
            _draw(label, rng, root / label / f"{number:02}.png")
    _draw("circle", rng, root / WRONG)
    _draw("triangle", rng, root.parent / "new.png")
    (root / CUT).write_bytes((root / "circle/07.png").read_bytes()[:700])
    shutil.copy(root / COPIED, root / COPY)
    shutil.copy(root / RIGHT, root / TWIN)
    return root


def _draw(label: str, rng: np.random.Generator, file: Path) -> None:
    points = np.array(SHAPES[label]) * rng.uniform(0.5, 1.1) + rng.normal(0, 2, (len(SHAPES[label]), 2))
    sheet = Image.new("L", (512, 512), 255)  # twice as large, for smooth edges
    outline = [tuple(point) for point in (2 * (points + rng.uniform(95, 160, 2))).tolist()]
    ImageDraw.Draw(sheet).line(outline, fill=0, width=int(rng.integers(8, 28)), joint="curve")
    sheet.reduce(2).convert("RGB").save(file)
