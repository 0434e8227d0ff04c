"""The runs in the page: change a setting, and see what comes of it, epoch by epoch."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...learner import ConvLearner
from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import read_number
from ...widgets.showing import show
from .state import MOST_EPOCHS, POWERS, SEEDS, Runs, first_runs

ROUND = [first * 10.0**power for power in range(-1, 9) for first in (1, 2, 5)]
TOPS = {"errors": (10, 20, 50, 100), "losses": ROUND}  # of the axes: a few, so that they seldom jump
HINT = f"Every setting is tried with {SEEDS} seeds: a line for each, and their mean in bold."


def run_explorer(learn: ConvLearner, pictures: int = 32, rate: float = 0.01, epochs: int = 2) -> None:
    """Show training runs of a fresh head to change by hand: how many pictures, which learning rate, how many epochs.

    learn: its training and validation pictures are used, and its body; it stays as it is. pictures: of each class.
    A run takes a fraction of a second; with hundreds of pictures and twelve epochs, about a second. Where a page cannot
    draw it, `Runs(…).outcomes` are the same numbers. Raises ValueError with one sentence. Taught in lesson 12.

    >>> from contextlib import redirect_stdout
    >>> from io import StringIO
    >>> from helpers import ImageClassifierData, get_data, tfms_from_model
    >>> data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 32))
    >>> learn = ConvLearner.pretrained("resnet10", data, precompute=True)
    >>> with redirect_stdout(StringIO()):  # what it says when it computes them
    ...     kept = learn.activations("train"), learn.activations("valid")
    >>> run_explorer(learn)  # doctest: +ELLIPSIS
    Run explorer. ...
    """
    runs = first_runs(learn, pictures, rate, epochs)
    show(lambda: RunsView(runs).canvas, text_form(runs))


def text_form(runs: Runs) -> str:
    """Return the runs as text, with the lines to type where the page does not draw them."""
    return "\n".join(
        [
            "Run explorer. It is drawn when this cell is run in JupyterLab. To do the same in a cell:",
            *(f"  {line}" for line in runs.code.splitlines()),
            f"{runs.settings}: {outcome(runs)}",
        ]
    )


def outcome(runs: Runs) -> str:
    """Say what came of the runs."""
    errors, _ = runs.outcomes
    last = 100 * errors[:, -1]
    spread = f"{last.min():.1f} to {last.max():.1f}\u00a0% with {SEEDS} seeds"
    return f"{last.mean():.1f}\u00a0% of the validation pictures wrong ({spread})."


class RunsView(Explorer):
    """The runs in the page."""

    state: Runs

    def __init__(self, runs: Runs) -> None:
        super().__init__(runs)

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""

        def whole(name: str) -> Callable[[Told], Runs]:
            return lambda told: self.state.changed(**{name: self.state.limits.whole(name, read_number(told["value"]))})

        return {
            "pictures": whole("pictures"),
            "epochs": whole("epochs"),
            "power": lambda told: self.state.changed(
                power=self.state.limits.checked("power", read_number(told["value"]))
            ),
            "last": lambda told: self.state.changed(epochs=round(told["x"])),
        }

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        runs, limits = self.state, self.state.limits
        errors, losses = runs.outcomes
        tried = [(f"{100 * error:.1f}\u00a0%", f"with {settings}") for settings, error in reversed(runs.tried)]
        tried = [("Tried before:", ""), *tried] if tried else []
        steps = -(-runs.pictures * len(runs.learn.data.classes) // runs.learn.data.batch_size)
        return self.figure("errors", 100 * errors, "validation pictures wrong (%)", handle=True) | self.figure(
            "losses", losses, "validation loss"
        ) | {
            "pictures": entries.field("pictures of each class", runs.pictures, step=4, limits=limits["pictures"],
                                      slides=True),
            "power": entries.field("learning rate: 10 to the power", runs.power, step=0.25, limits=POWERS, slides=True),
            "epochs": entries.field("epochs", runs.epochs, step=1, limits=limits["epochs"], slides=True),
            "said": entries.words((f"{runs.settings}.", outcome(runs)), live=True),
            "hint": entries.words(f"{steps} step{'s' * (steps != 1)} an epoch. {HINT}", tone="quiet"),
            "tried": entries.words(*tried),
            "code": entries.code(runs.code),
            "layout": entries.layout(
                "Run explorer",
                ["pictures", "power", "epochs", ["undo"], "said", "hint", "tried",
                 entries.more("The code of this state", "code"), "error"],
                ["errors", "losses"],
            ),
        }  # fmt: skip

    def figure(self, name: str, values: np.ndarray, label: str, *, handle: bool = False) -> dict[str, Entry]:
        """Return a measure after each epoch: thin lines for the seeds, a thick one for their mean."""
        epochs, mean = np.arange(1, values.shape[1] + 1), values.mean(axis=0)
        top = entries.enough(min(float(np.nan_to_num(values).max()), TOPS[name][-1]), TOPS[name])
        lines = [entries.line(epochs, np.minimum(run, top), "first", width=1, alpha=0.5) for run in values]
        marks = [entries.points(epochs, np.minimum(mean, top), "first", size=3.5)]
        last = entries.handle(
            "last", "last epoch: drag it", len(epochs), min(float(mean[-1]), top), step=(1, 0), shape="ring",
            limits=(1, MOST_EPOCHS, min(float(mean[-1]), top), min(float(mean[-1]), top)), colour="second",
            value=f"{len(epochs)} epochs",
        )  # fmt: skip
        return {
            f"{name} lines": entries.layer(
                [*lines, entries.line(epochs, np.minimum(mean, top), "first", width=3), *marks], [last] * handle
            ),
            name: entries.figure(
                label, [f"{name} lines"], f"{label}: {mean[-1]:.3g} after {len(epochs)}.", height=250, ratio=2.2,
                x=entries.axis((0.5, MOST_EPOCHS + 0.5), "epoch", ticks=entries.round_ticks(1, MOST_EPOCHS, 12)),
                y=entries.axis((0, top)),
            ),
        }  # fmt: skip
