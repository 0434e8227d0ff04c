"""The film in the page: play it, or drag the step, and watch kernels and accuracy."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import read_number
from ...widgets.showing import show
from .plot import scaled
from .state import EVERY, KERNELS, Film

COLUMNS = 4
HINT = "Orange multiplies by a positive number, blue by a negative one. Each kernel has its own strongest colour."


def feature_film(film: Film) -> None:
    """Show the first kernels of a network while it learns: a slider and play, with the accuracy beside them.

    film: of `film_training`. Where a page cannot draw it, `plot_stills(film)` draws some of its frames. Lesson 08.

    >>> kernels = np.random.default_rng(0).normal(size=(3, 12, 7, 7))
    >>> feature_film(Film(np.array([0, 5, 10]), kernels, np.array([0.5, 0.6, 0.7])))  # doctest: +ELLIPSIS
    Feature film. ...
    """
    if not isinstance(film, Film):
        raise TypeError(f"got {type(film).__name__}; give a film: film = film_training(data)")
    show(lambda: FilmView(film).canvas, text_form(film))


def text_form(film: Film) -> str:
    """Return the film as text, with the line to type where the page does not draw it."""
    return "\n".join(
        [
            "Feature film. It is drawn when this cell is run in JupyterLab. To see some of its frames in a cell:",
            "  axes = plot_stills(film)",
            f"{len(film.steps)} frames, to step {film.steps[-1]}. {accuracy(film.at(film.steps[-1]))}",
        ]
    )


def accuracy(film: Film) -> str:
    """Say how good the network is at the frame that is shown."""
    return f"{100 * film.accuracies[film.frame]:.1f}\u00a0% of the validation pictures right."


class FilmView(Explorer):
    """The film in the page."""

    state: Film

    def __init__(self, film: Film) -> None:
        super().__init__(film)

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""
        return {
            "play": lambda told: self.begin(bool(told["value"])),
            "at": lambda told: self.state.at(read_number(told["value"])),
            "now": lambda told: self.state.at(min(max(told["x"], 0), self.state.steps[-1])),
        }

    def begin(self, plays: bool) -> Film | None:
        """Begin or end a play: one that is at the end is played from its start."""
        return self.state.at(0) if plays and self.state.frame == len(self.state.steps) - 1 else None

    def advance(self) -> bool:
        """Show the next frame; False after the last."""
        last = len(self.state.steps) - 1
        self.state = self.state.at(self.state.steps[min(self.state.frame + 1, last)])
        return self.state.frame < last

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        film, last = self.state, int(self.state.steps[-1])
        return self.kernels() | self.curve() | {
            "play": entries.play(interval=80, off=last == 0),
            "at": entries.field("step", film.step, step=EVERY, limits=(0, last), slides=True),
            "said": entries.words((f"After {film.step} steps:", accuracy(film)), live=True),
            "hint": entries.words(HINT, tone="quiet"),
            "code": entries.code(f"axes = plot_stills(film, [{film.step}])"),
            "layout": entries.layout(
                "Feature film",
                [["play", "undo"], "at", "said", "right", "hint", entries.more("The code of this state", "code"),
                 "error"],
                ["first"],
            ),
        }  # fmt: skip

    def kernels(self) -> dict[str, Entry]:
        """Return the figure of all kernels."""
        rows = KERNELS // COLUMNS
        y, x = np.divmod(np.arange(KERNELS), COLUMNS)
        boxes = np.stack([x + 0.05, y + 0.05, *np.full((2, KERNELS), 0.9)], axis=1)
        pixels = entries.signed(scaled(self.state.kernels[self.state.frame]), 0.02)
        return {
            "all": entries.layer([entries.images(boxes, pixels)]),
            "first": entries.figure(
                "the kernels of the first layer", ["all"],
                f"{KERNELS} kernels of 7 × 7 numbers after {self.state.step} steps; "
                f"neighbours correlate by {self.state.smoothness(self.state.frame):.2f}.",
                height=330, ratio=COLUMNS / rows, axes=False,
                x=entries.axis((0, COLUMNS), ticks=[]), y=entries.axis((rows, 0), ticks=[]),
            ),
        }  # fmt: skip

    def curve(self) -> dict[str, Entry]:
        """Return the figure of the accuracy, with the step that is shown as a handle."""
        film, shares = self.state, 100 * self.state.accuracies
        low, last = 10 * np.floor(shares.min() / 10), int(film.steps[-1])
        now = entries.handle(
            "now", "step: drag it along the film", film.step, float(shares[film.frame]), step=(EVERY, 0), shape="ring",
            limits=(0, last, float(low), 100), along=entries.line(film.steps, shares),
            value=f"step {film.step}, {shares[film.frame]:.1f} % right",
        )  # fmt: skip
        return {
            "path": entries.layer([entries.line(film.steps, shares, "first", width=2)]),
            "mark": entries.layer([], [now]),
            "right": entries.figure(
                "validation pictures right (%)", ["path", "mark"], accuracy(film), height=190, ratio=1.7,
                x=entries.axis((0, last), "step"), y=entries.axis((float(low), 100)),
            ),
        }  # fmt: skip
