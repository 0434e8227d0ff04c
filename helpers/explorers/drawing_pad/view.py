"""The drawing pad in the page: draw by mouse, finger or keys, keep what was drawn, and see what there is."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ...names import shortened
from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import UNDO, Told
from ...widgets.showing import show
from .album import LATEST, Album, counted, open_album
from .pen import KEYS, PenView, ink
from .state import ENOUGH, PENS, PadState
from .strokes import SIDE

TALLEST = 470  # pixels of the pad on the screen
ROW, LOWER = 46, 32  # pixels of the row of a class, and where there are many
LABEL = 106  # pixels for the name of a class, before its drawings
FAINT = 0.3  # of the ink of other drawings, where they are shown on the pad
HINT = "Make each one different: large or small, tilted, in a corner, in another style."


def drawing_pad(classes: Sequence[str], folder: str | Path = "my_drawings") -> Album:
    """Show a pad on which you draw pictures of two classes or more, and return the album that keeps them.

    Each is kept as `folder/<class>/001.png` and so on, 256 × 256 pixels, black on white. What is in the folder already
    counts, and is never overwritten. Raises ValueError for names that cannot be those of folders. Where a page cannot
    draw it, `album.keep("star", draw_strokes(strokes))` does the same.

    >>> album = drawing_pad(["star", "house"], folder="no_such_folder")  # doctest: +ELLIPSIS
    Drawing pad. ...
    >>> album
    0 × star, 0 × house in no_such_folder
    """
    album = open_album(classes, folder)
    show(lambda: PadView(album).canvas, text_form(album))
    return album


def text_form(album: Album) -> str:
    """Return the pad as text, with the lines to type where it is not drawn."""
    return "\n".join(
        [
            "Drawing pad. It is drawn when this cell is run in JupyterLab. To do the same in a cell:",
            "  from helpers.explorers.drawing_pad import Stroke, draw_strokes, open_album",
            f"  album = open_album({list(album.classes)!r}, {str(album.folder)!r})",
            f"  album.keep({album.classes[0]!r}, draw_strokes([Stroke([(40, 200), (128, 40), (216, 200)])]))",
            f"Here: {album}.",
        ]
    )


class PadView(PenView):
    """The pad in the page. Options: `ghost`, whether other drawings of the class are seen; `said`, of the last act.

    An act that kept a file, or took one back, is undone on the disk as well; no file is deleted.
    """

    state: PadState

    def __init__(self, album: Album) -> None:
        self.album = album
        super().__init__(PadState(album.classes, album.shelves()), ghost=False, said="")

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""
        return {
            "pen": self.draw,
            "class": lambda told: self.state.changed(chosen=told["value"]),
            "width": lambda told: self.state.changed(pen=[*PENS][told["value"]]),
            "ghost": lambda told: self.options.update(ghost=told["value"]),
            "clear": lambda told: self.state.changed(strokes=()),
            "keep": lambda told: self.keep(),
            "back": lambda told: self.take_back(),
        }

    def keep(self) -> PadState:
        """Keep the drawing as a file, and clear the pad."""
        path = self.album.keep(self.state.name, self.state.pixels)
        self.options["said"] = f"Kept as {shown(path)}."
        return self.state.changed(strokes=(), shelves=self.album.shelves(), moves=(*self.state.moves, (path, True)))

    def take_back(self) -> PadState:
        """Set the last kept drawing of the class aside."""
        if not self.state.shelf.paths:
            raise ValueError(f"no {self.state.name} is kept; there is nothing to take back")
        path = self.state.shelf.paths[-1]
        self.options["said"] = f"Taken back: it is now {shown(self.album.set_aside(path))}."
        return self.state.changed(shelves=self.album.shelves(), moves=(*self.state.moves, (path, False)))

    def _do(self, told: Told, buffers: Any) -> None:
        moves, past = self.state.moves, [*self.past]
        super()._do(told, buffers)
        if told["name"] == UNDO and len(self.state.moves) < len(moves):
            try:
                self.undo_moves(moves[len(self.state.moves) :])
            except ValueError:
                self.past = past
                raise

    def undo_moves(self, moves: Sequence[tuple[Path, bool]]) -> None:
        """Set aside what an act had kept, and put back what it had set aside."""
        for path, kept in reversed(moves):
            if (path if kept else self.album.aside_of(path)).exists():  # or the reader has moved it since
                now = self.album.set_aside(path) if kept else self.album.put_back(path)
                self.options["said"] = f"Undone: it is now {shown(now)}."
        self.state = replace(self.state, shelves=self.album.shelves())

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        return self.controls() | self.pad() | self.kept() | {
            "layout": entries.layout(
                "Drawing pad",
                [["class"], ["width"], "ghost", ["undo", "clear", "keep"], "said", ["back"], "hint",
                 entries.more("Draw with the keyboard", "keys"), entries.more("What to run next", "code"), "error"],
                ["pad", "kept"],
            ),
        }  # fmt: skip

    def controls(self) -> dict[str, Entry]:
        """Return the controls and what is said."""
        state, name = self.state, shortened(self.state.name, 16)
        last = state.shelf.paths[-1] if state.shelf.paths else None
        run_next = f"split_folder({json.dumps(str(self.album.folder), ensure_ascii=False)})"
        to_go = f"{ENOUGH} of each are enough to try; {counted(state.missing)} to go."
        return {
            "class": entries.choice("draw a", [shortened(one, 16) for one in state.classes], state.chosen),
            "width": entries.choice("pen", PENS, [*PENS].index(state.pen)),
            "keep": entries.button("Keep", tip=f"save this {name}, and clear the pad", large=True),
            "clear": entries.button("Clear", tip="take all strokes away", off=not state.strokes),
            "back": entries.button(f"Take back {shortened(last.stem, 10)}" if last else "Take back", off=not last,
                                   tip=f"move the last {name} to {shortened(self.album.aside.name)}"),
            "ghost": entries.tick("show where the others lie", self.options["ghost"]),
            "said": entries.words(self.options["said"], (f"{counted(state.counts)}.", to_go if state.missing
                                  else f"Enough to try: run {run_next}."), live=True),
            "hint": entries.words(HINT, tone="quiet"),
            "keys": entries.words(KEYS, tone="quiet"),
            "code": entries.code(f"from helpers import split_folder\n{run_next}", label="what to run next"),
        }  # fmt: skip

    def pad(self) -> dict[str, Entry]:
        """Return the pad; it shows the picture that Keep would save, at the resolution of the screen."""
        state = self.state
        count = len(state.strokes)
        said = f"{count} stroke{'s' * (count != 1)}" if count else "nothing yet"
        return {
            "paper": entries.layer([{"kind": "box", "box": [-8, -8, SIDE + 16, SIDE + 16], "fill": "#fff"}]),
            "others": entries.layer(self.others()),
            "strokes": entries.layer(ink(state.strokes[:-1])),
            "stroke": entries.layer(ink(state.strokes[-1:])),
            "point": entries.layer(handles=[self.pen()]),
            "pad": entries.picture(
                f"your {shortened(state.name)}", ["paper", "others", "strokes", "stroke", "point"],
                f"A white pad for a {state.name}. On it: {said}.", (SIDE, SIDE), height=TALLEST, crop=True,
            ),
        }  # fmt: skip

    def others(self) -> list[Entry]:
        """Return, if it is wanted, where the latest drawings of the class have their ink."""
        if not self.options["ghost"] or not self.state.shelf.paths:
            return []
        mean = 255 - FAINT * (255 - self.state.shelf.thumbnails.mean(axis=0))
        return [entries.image((0, 0, SIDE, SIDE), mean.astype(np.uint8), smooth=True)]

    def kept(self) -> dict[str, Entry]:
        """Return the latest that is kept of each class, in a row."""
        layers, rows = {}, len(self.state.classes)
        high = ROW if rows < 4 else LOWER
        for row, (name, shelf) in enumerate(zip(self.state.classes, self.state.shelves, strict=True)):
            count, top, side = len(shelf.thumbnails), high * row, high - 6
            items = [
                entries.text(0, top + high / 2, f"{len(shelf.paths):,} × {shortened(name, 12)}", baseline="middle")
            ]
            if count:
                left = LABEL + high * np.arange(count)[::-1]  # the latest first
                boxes = np.stack([left, np.full(count, top + 3), *np.full((2, count), side)], axis=1)
                items.append(entries.images(boxes, shelf.thumbnails, smooth=True, colour="grey", width=1))
            layers[f"row {row}"] = entries.layer(items)
        wide = LABEL + high * LATEST
        alt = f"Kept in {shortened(self.album.folder)}: {counted(self.state.counts)}."
        return layers | {"kept": entries.picture("kept, the latest first", [*layers], alt, (high * rows, wide),
                                                 height=high * rows)}  # fmt: skip


def shown(path: Path) -> str:
    """Return a path as a sentence has it."""
    return shortened("/".join(path.parts[-3:]), 60)
