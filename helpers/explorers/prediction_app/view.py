"""The app in the page: choose, upload or draw a picture, and see what the model says of it."""

from collections.abc import Callable
from typing import Any

from ...lessons.unfamiliar import Familiarity
from ...names import shortened
from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Told
from ...widgets.numbers import as_code
from ...widgets.showing import show
from ...widgets.uploads import read_upload
from ..drawing_pad.pen import KEYS, PenView, ink
from ..drawing_pad.state import PENS
from ..drawing_pad.strokes import SIDE
from .figures import IN_A_ROW, bars, distances, strip
from .state import AppState, app_state, taken

TALLEST = 250  # pixels of a picture on the screen
HINT = "Draw on the picture, or cover a part of it: what does the answer hang on?"


def prediction_app(learn: Any, pictures: Any = None, *, familiar: Familiarity | None = None) -> None:
    """Show an app that says what a model sees in pictures: how probable, where in the picture, and whether in neither.

    learn: a learner, or what `load_model(file)` returns. pictures: files or arrays to begin with, 15 at most; for a
    learner, unless they are given, some of its validation pictures. familiar: of `Familiarity.of(learn)`, for what is
    like no class. A picture can also be uploaded, drawn, or drawn over. Where a page cannot draw the app,
    `learn.predict(picture)` and `class_activation_map(learn, picture)` do the same. Raises TypeError, ValueError or
    ImageError with one sentence. Taught in lesson 12.

    >>> from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
    >>> data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 64))
    >>> prediction_app(ConvLearner.pretrained("resnet10", data), [data.valid.paths[0]])  # doctest: +ELLIPSIS
    Prediction app. ...
    """
    state = app_state(learn, pictures, familiar)
    show(lambda: AppView(state).canvas, text_form(state))


def text_form(state: AppState) -> str:
    """Return the app as text, with the lines to type where it is not drawn."""
    lines = [
        "Prediction app. It is drawn when this cell is run in JupyterLab. To do the same in a cell:",
        "  learn.predict(picture)",
        "  class_activation_map(learn, picture).show()  # from helpers.lessons.inside",
    ]
    lines += ["  familiar.looks_like_neither(picture)"] if state.familiar else []
    for place, picture in enumerate(state.pictures[1:], 1):
        one = state.changed(chosen=place)
        lines.append(
            f"{shortened(picture.name, 40)}: {one.said}" + f"; looks like {neither(one)}" * one.looks_like_neither
        )
    return "\n".join(lines)


class AppView(PenView):
    """The app in the page."""

    state: AppState

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""
        return {
            "pen": self.draw,
            "width": lambda told: self.state.changed(pen=[*PENS][told["value"]]),
            "clear": lambda told: self.state.changed(strokes=()),
            "upload": lambda told: self.upload(told["value"], bytes(told["buffers"][0])),
            "label": lambda told: self.state.changed(label=[None, *self.state.predictor.classes][told["value"]]),
            "strip": self.choose,
        }

    def upload(self, name: str, content: bytes) -> AppState:
        """Take a picture of the reader's: its file was sent."""
        one = taken(read_upload(name, content), self.state.predictor.model.size, name)
        return self.state.with_picture(one)

    def choose(self, told: Told) -> AppState | None:
        """Take another picture of the strip, without what was drawn on the one before."""
        state = self.state
        if "key" in told:
            last = len(state.pictures) - 1
            steps = {"ArrowLeft": -1, "ArrowRight": 1, "ArrowUp": -IN_A_ROW, "ArrowDown": IN_A_ROW, "Home": -last,
                     "End": last}  # fmt: skip
            place = min(max(state.chosen + steps.get(told["key"], 0), 0), last)
        else:
            place = int(told["y"] // 1) * IN_A_ROW + int(told["x"] // 1)
        if not 0 <= place < len(state.pictures) or place == state.chosen:
            return None
        return state.changed(chosen=place, strokes=())

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        far = distances(self.state)
        return self.controls() | self.pictures() | bars(self.state) | far | strip(self.state) | {
            "layout": entries.layout(
                "Prediction app",
                ["said", "upload", "width", ["undo", "clear"], "label", "hint",
                 entries.more("Draw with the keyboard", "keys"), entries.more("The code of this picture", "code"),
                 "error"],
                [["pad", "map"], "bars", *(["far"] if far else []), "strip"],
            ),
        }  # fmt: skip

    def controls(self) -> dict[str, Entry]:
        """Return the controls, and what the model says in words."""
        state, classes = self.state, self.state.predictor.classes
        label = 0 if state.label is None else 1 + classes.index(state.label)
        return {
            "said": entries.words(*verdict(state), live=True),
            "upload": {"kind": "file", "label": "upload a picture"},
            "width": entries.choice("pen", PENS, [*PENS].index(state.pen)),
            "clear": entries.button("Clear", tip="take away what was drawn", off=not state.strokes),
            "label": entries.choice("evidence for", ["the most probable", *(shortened(one, 24) for one in classes)],
                                    label, listed=True),
            "hint": entries.words(HINT, tone="quiet"),
            "keys": entries.words(KEYS, tone="quiet"),
            "code": entries.code(code_of(state)),
        }  # fmt: skip

    def pictures(self) -> dict[str, Entry]:
        """Return the picture, to be drawn on, and where in it the evidence lies."""
        state, whole = self.state, (0, 0, SIDE, SIDE)
        label, name = shortened(state.evidence.label, 24), shortened(state.picture.name, 24)
        drawn = f", with {len(state.strokes)} stroke{'s' * (len(state.strokes) > 1)} over it" if state.strokes else ""
        return {
            "picture": entries.layer([entries.image(whole, state.picture.pixels, smooth=True)]),
            "strokes": entries.layer(ink(state.strokes[:-1])),
            "stroke": entries.layer(ink(state.strokes[-1:])),
            "point": entries.layer(handles=[self.pen()]),
            "pad": entries.picture(name, ["picture", "strokes", "stroke", "point"], f"The picture {name}{drawn}.",
                                   (SIDE, SIDE), height=TALLEST, crop=True),
            "evidence": entries.layer([entries.image(whole, state.evidence.shaded, smooth=True)]),
            "map": entries.picture(f"evidence for {label}", ["evidence"], "The picture in grey, red to yellow where "
                                   f"the model found evidence for {label}.", (SIDE, SIDE), height=TALLEST),
        }  # fmt: skip


def neither(state: AppState) -> str:
    """Say what a picture is like that is like no class: neither of two, none of more."""
    return "neither" if len(state.predictor.classes) == 2 else "none of them"


def verdict(state: AppState) -> list[str | tuple[str, str]]:
    """Return what the model says in sentences."""
    said, familiar = state.said, state.familiar
    answer = (f"{shortened(said.label, 40)}, {100 * said.probability:.1f}\u00a0%.", "")
    if familiar is None:
        return [answer]
    far = f"Its distance from the training pictures is {state.distance:.3f}"
    if not state.looks_like_neither:
        return [answer, f"{far}, within the threshold of {familiar.threshold:.3f}."]
    return [(f"Looks like {neither(state)}.", f"{far}, beyond the threshold of {familiar.threshold:.3f}."),
            f"Made to choose, the model says {answer[0]}"]  # fmt: skip


def code_of(state: AppState) -> str:
    """Return lines that do the same; what has no file of its own has to be put in place of the dots."""
    path, label, size = state.picture.path, state.evidence.label, state.predictor.model.size
    imports, picture = ["from helpers.lessons.inside import class_activation_map"], repr(str(path))
    if state.strokes:
        strokes = ", ".join(f"Stroke({[*stroke.points]}, {as_code(stroke.width)})" for stroke in state.strokes)
        imports += ["from helpers.explorers.drawing_pad import Stroke, draw_strokes"]
        imports += ["from helpers.explorers.prediction_app import drawn_over, taken"] if path else []
        below = f"drawn_over(taken({picture}, {size}).pixels, " if path else "draw_strokes("
        picture = f"{below}[{strokes}]{')' if path else f', {size})'}"
    elif state.chosen == 0:
        picture = f"np.full(({size}, {size}, 3), 255, dtype=np.uint8)"
        imports += ["import numpy as np"]
    if not path and state.chosen:
        picture = "...  # a file, or uint8 (height, width, 3)"
    lines = [
        *imports,
        "",
        f"picture = {picture}",
        "print(learn.predict(picture))",
        f"axes = class_activation_map(learn, picture, {label!r}).show()",
    ]
    return "\n".join([*lines, *(["print(familiar.looks_like_neither(picture))"] if state.familiar else [])])
