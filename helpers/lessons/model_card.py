"""A model card: what a model is, what it learned from and how good it is, and what only its maker can say."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from ..datasets.sealed import Opening
from ..files.keeping import write_atomically
from ..history import History
from ..interpret import confusion_matrix
from ..learner import ConvLearner
from ..names import listed, shortened
from .calibration import reliability
from .unfamiliar import Familiarity

TEMPLATE = Path(__file__).with_name("model_card.md").read_text("utf-8")


@dataclass(frozen=True, repr=False)
class ModelCard:
    """A model card as Markdown; a notebook shows it so."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text

    def save(self, path: str | Path) -> Path:
        """Write it to a file; ValueError where there is one already, for your answers may be in it."""
        path = Path(path).expanduser()
        if path.exists():
            raise ValueError(f"{shortened(path, 100)} is there already; give another name, or move it away first")
        return write_atomically(path, lambda part: part.write_text(self.text, "utf-8"), durable=True)


def model_card(
    learn: ConvLearner, history: History, *, familiar: Familiarity | None = None, opening: Opening | None = None
) -> ModelCard:
    """Write down what is known of a model after `history = learn.fit(…)`, and ask for what is not.

    familiar: of `Familiarity.of(learn)`. opening: of `open_seal(learn)`. Mitchell and others (2019), "Model cards for
    model reporting". Taught in lesson 12.
    """
    data, run, said = learn.data, history.settings, learn.predict_all()
    if run is None or (run.classes, run.architecture) != (data.classes, learn.model.name):
        raise ValueError(
            "this history is not of this learner; give what its fit returned: history = learn.fit(0.01, 2)"
        )
    names, counts = [*map(shortened, data.classes)], confusion_matrix(said).counts
    rows = zip(names, np.bincount(data.train.known_labels), counts.sum(axis=1), np.diag(counts), strict=True)
    judged = repr(opening).splitlines() if opening else [f"valid: {said}", "sealed: no pictures were opened"]
    epochs = f"{learn.epochs_done} epoch{'s' * (learn.epochs_done != 1)}"
    facts = {
        "classes": listed(names, 6), "name": learn.model.name, "size": learn.model.size, "epochs": epochs,
        "learned": "the head" if run.frozen else "every layer", "schedule": run.schedule, "today": date.today(),
        "rates": listed(f"{rate:g}" for rate in dict.fromkeys(run.lr)), "folder": shortened(data.path.name),
        "table": "\n".join(f"| {name} | {train:,} | {of:,} | {right:,} |" for name, train, of, right in rows),
        "judged": "\n".join(f"- {line}" for line in judged), "majority": f"{100 * data.majority[1]:.1f} %",
        "calibration": reliability(said), "familiar": familiar or "Nothing was measured",
    }  # fmt: skip
    return ModelCard(TEMPLATE.format(**facts))
