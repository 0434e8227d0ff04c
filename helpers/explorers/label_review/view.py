"""The labels that a model doubts, in the page: one by one, to be kept, changed or set aside."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ...files.images import ImageError, read_image
from ...learner import ConvLearner
from ...names import shortened
from ...widgets import entries
from ...widgets.answering import ONE_AT_A_TIME
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.showing import show
from .state import Doubt, Review, ReviewState, doubts

LARGE, SMALL = 256, 72  # pixels of the chosen picture, and of those in the strip
TALLEST, CELL, IN_A_ROW = 300, 84, 8  # on the screen
CAPTION = 0.3  # of a cell's width, for the label below it
MOST = 24  # pictures that one screen shows
HINT = "Look at the picture, not at what the model says: it may be wrong, too."
NEXT = """from helpers import ImageClassifierData

table = review.save("labels.csv")
data = ImageClassifierData.from_csv({}, table, tfms=tfms)"""


def review_labels(learn: ConvLearner, n: int = MOST) -> Review:
    """Show the labels that a learner doubts most, to be kept, changed or set aside, and return what is decided.

    n: how many pictures of train and valid, 24 at most: those to whose label it gives the lowest probability. No file
    is moved: the decisions are data, in `review.decisions`, `review.labels(split)` and `review.save(csv)`. Where a page
    cannot draw it, `review.decide("star/012.png", "house")` does the same. Taught in lesson 12.

    >>> from contextlib import redirect_stdout
    >>> from io import StringIO
    >>> from helpers import ImageClassifierData, get_data, tfms_from_model
    >>> data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 32))
    >>> learn = ConvLearner.pretrained("resnet10", data, precompute=True)
    >>> with redirect_stdout(StringIO()):  # what it says when it computes them
    ...     kept = learn.activations("train"), learn.activations("valid")
    >>> review = review_labels(learn)  # doctest: +ELLIPSIS
    Label review. ...
    >>> review.decide("train/cats/cat.0.jpg", "dogs")
    >>> review
    1 label changed, 0 pictures set aside
    """
    if not isinstance(learn, ConvLearner):
        raise TypeError(f"got {type(learn).__name__}; give a learner: its data have the labels")
    if not 1 <= n <= MOST:
        raise ValueError(f"got n={n!r}; it is how many pictures are shown, 1 to {MOST}")
    review = Review(learn.data, ReviewState(doubts(learn, n)))
    show(lambda: ReviewView(review).canvas, text_form(review.state))
    return review


def text_form(state: ReviewState) -> str:
    """Return the doubts as text, with the lines to type where the page does not draw them."""
    first = state.doubts[0]
    lines = [
        "Label review. It is drawn when this cell is run in JupyterLab. To do the same in a cell:",
        f"  review.decide({first.name!r}, {first.said!r})  # or None, to set it aside",
    ]
    return "\n".join([*lines, *(f"{doubt}." for doubt in state.doubts[:6])])


class ReviewView(Explorer):
    """The review in the page; its state is the review's, so that what is decided, or undone, is there at once."""

    def __init__(self, review: Review) -> None:
        self.review = review
        super().__init__(review.state)
        review.changed = self.refresh

    def refresh(self) -> None:
        """Show what was decided in a line of code."""
        with ONE_AT_A_TIME:
            self.canvas.changes = {"entries": self._changes()}

    @property
    def state(self) -> ReviewState:
        """The review's."""
        return self.review.state

    @state.setter
    def state(self, new: ReviewState) -> None:
        self.review.state = new

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""
        return {"decision": lambda told: self.decide(told["value"]), "next": lambda told: self.following(),
                "strip": self.choose}  # fmt: skip

    def decide(self, place: int) -> ReviewState:
        """Give the chosen picture a label, or set it aside: the last choice."""
        doubt, choices = self.state.doubt, [*self.review.data.classes, None]
        return self.state.decided(doubt.path, doubt.label, choices[place])

    def following(self) -> ReviewState:
        """Choose the next picture; after the last comes the first."""
        return self.state.at((self.state.chosen + 1) % len(self.state.doubts))

    def choose(self, told: Told) -> ReviewState | None:
        """Choose one in the strip."""
        state, last = self.state, len(self.state.doubts) - 1
        if "key" in told:
            steps = {"ArrowLeft": -1, "ArrowRight": 1, "ArrowUp": -IN_A_ROW, "ArrowDown": IN_A_ROW,
                     "Home": -state.chosen, "End": last - state.chosen}  # fmt: skip
            place = state.chosen + steps.get(told["key"], 0)
        else:
            place = int(told["y"] // (1 + CAPTION)) * IN_A_ROW + int(told["x"] // 1)
        return state.at(place) if 0 <= place <= last else None

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        return self.controls() | self.pictures() | {
            "layout": entries.layout(
                "Label review",
                ["said", "decision", ["next", "undo"], "count", "hint", entries.more("What to run next", "code"),
                 "error"],
                ["picture", "strip"],
            ),
        }  # fmt: skip

    def controls(self) -> dict[str, Entry]:
        """Return the controls and what is said."""
        state, doubt, classes = self.state, self.state.doubt, self.review.data.classes
        now, labels = state.now(doubt), [*(shortened(label, 24) for label in classes), "set aside"]
        says = f"labelled {shortened(doubt.label, 40)}. The model says {shortened(doubt.said, 40)}"
        path = json.dumps(str(self.review.data.path), ensure_ascii=False)
        return {
            "said": entries.words((f"{doubt.name},", f"{says}, {100 * doubt.probability:.1f}\u00a0%."), live=True),
            "decision": entries.choice("it is", labels, len(classes) if now is None else classes.index(now),
                                       listed=len(classes) > 3),
            "next": entries.button("Next picture", tip="the next one that the model doubts", large=True),
            "count": entries.words(f"{state.chosen + 1} of {len(state.doubts)}. {self.review}.", live=True),
            "hint": entries.words(HINT, tone="quiet"),
            "code": entries.code(NEXT.format(path), label="what to run next"),
        }  # fmt: skip

    def pictures(self) -> dict[str, Entry]:
        """Return the chosen picture, and all of them small, with the labels that they have now."""
        state, rows = self.state, -(-len(self.state.doubts) // IN_A_ROW)
        y, x = np.divmod(np.arange(len(state.doubts)), IN_A_ROW)
        boxes = np.stack([x + 0.05, (1 + CAPTION) * y + 0.05, *np.full((2, len(x)), 0.9)], axis=1)
        small = [_whole(_picture(doubt.path, SMALL), box) for doubt, box in zip(state.doubts, boxes, strict=True)]
        marks = [mark for doubt, box in zip(state.doubts, boxes, strict=True) for mark in self.caption(doubt, box)]
        large = _whole(_picture(state.doubt.path, LARGE), np.array([0, 0, LARGE, LARGE]))
        alt = f"{len(state.doubts)} pictures; {state.doubt.name} is chosen. {self.review}."
        return {
            "large": entries.layer([large]),
            "picture": entries.picture(state.doubt.name, ["large"], f"The picture {state.doubt.name}.", (LARGE, LARGE),
                                       height=TALLEST),
            "small": entries.layer(small),
            "marks": entries.layer([*marks, entries.frame(boxes[state.chosen])]),
            "strip": entries.figure(
                "the most doubtful first", ["small", "marks"], alt, axes=False, click=True,
                height=round(CELL * (1 + CAPTION) * rows), ratio=IN_A_ROW / ((1 + CAPTION) * rows),
                x=entries.axis((0, IN_A_ROW), ticks=[]), y=entries.axis(((1 + CAPTION) * rows, 0), ticks=[]),
                keys="Arrows, Home and End choose a picture",
            ),
        }  # fmt: skip

    def caption(self, doubt: Doubt, box: np.ndarray) -> list[Entry]:
        """Return what stands on and below a small picture: its label now, and whether that was decided."""
        now, (x, y, side, _) = self.state.now(doubt), box
        new = doubt.path in self.state.decisions
        label = "aside" if now is None else f"→ {shortened(now, 9)}" if new else shortened(now, 11)
        veil = [{"kind": "box", "box": [x, y, side, side], "fill": "#fff", "alpha": 0.7}] if now is None else []
        return [
            *veil,
            entries.text(x + side / 2, y + side + 0.06, label, size=11, align="center", baseline="top", bold=new),
        ]


def _whole(pixels: np.ndarray, box: np.ndarray) -> Entry:
    """Return a picture as large as it can be in the middle of a box."""
    shape = np.array(pixels.shape[1::-1])
    size = box[2:] * shape / shape.max()
    return entries.image([*(box[:2] + (box[2:] - size) / 2), *size], pixels, smooth=True)


@lru_cache(maxsize=200)
def _picture(path: Path, side: int) -> np.ndarray:
    """Return a picture at most `side` pixels long; grey where it cannot be read any more."""
    try:
        picture = Image.fromarray(read_image(path))
    except (ImageError, OSError):
        return np.full((side, side, 3), 190, np.uint8)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return np.asarray(picture)
