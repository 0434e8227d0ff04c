"""The margins in the page: move the number of pictures, and see what can be told apart."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import read_number
from ...widgets.showing import show
from .state import LIMITS, SampleSize, margin_of

X = (1.3, 4.31)  # powers of ten: 20 to 20,000 pictures
TICKS = [[float(np.log10(n)), f"{n:,}"] for n in (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)]
TOPS = (2, 5, 10, 20, 40)  # of the axis of points: a few, so that it seldom jumps
STEPS = {"pictures": 20.0, "accuracy": 0.5, "disagree": 0.5, "difference": 0.1}
LABELS = {
    "pictures": "validation pictures",
    "accuracy": "accuracy of one model (%)",
    "disagree": "disagreement of two (%)",
    "difference": "difference to see (points)",
}
HINT = "Four times as many pictures halve a margin."


def sample_size(pictures: int = 300, accuracy: float = 95, disagree: float = 4, difference: float = 1) -> None:
    """Show how many validation pictures a difference needs: for one accuracy, and for two models on the same pictures.

    accuracy, disagree: in percent, difference: in points; see `SampleSize`, which are the same numbers where a page
    cannot draw them. Raises ValueError with one sentence. Used in lesson 09.

    >>> sample_size()  # doctest: +ELLIPSIS
    Sample size. ...
    """
    size = SampleSize(pictures, accuracy, disagree, difference)
    show(lambda: SizeView(size).canvas, text_form(size))


def text_form(size: SampleSize) -> str:
    """Return the sizes as text, with the lines to type where the page does not draw them."""
    told = "Sample size. It is drawn when this cell is run in JupyterLab. To do the same in a cell:"
    return "\n".join([told, *(f"  {line}" for line in size.code.splitlines()), *map(" ".join, said(size))])


def said(size: SampleSize) -> list[tuple[str, str]]:
    """Say what the number of pictures allows, and what the difference needs: each a heading and a sentence."""
    see, points = f"{size.difference:g}", f"point{'s' * (size.difference != 1)}"
    return [
        (f"With {size.pictures:,} pictures", f"an accuracy of {size.accuracy:g}\u00a0% is known to "
         f"±{size.margin:.2g} points, and the difference of two models that disagree on {size.disagree:g}\u00a0% of "
         f"them to ±{size.paired_margin:.2g}."),
        (f"For a margin of {see} {points}", f"{size.needed:,} pictures are needed for one model, and "
         f"{size.needed_paired:,} to compare the two on the same pictures."),
    ]  # fmt: skip


class SizeView(Explorer):
    """The margins in the page."""

    state: SampleSize

    def __init__(self, size: SampleSize) -> None:
        super().__init__(size)

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""

        def typed(name: str) -> Callable[[Told], SampleSize]:
            read = LIMITS.whole if name == "pictures" else LIMITS.checked
            return lambda told: self.state.changed(**{name: read(name, read_number(told["value"]))})

        low, high = LIMITS["pictures"]
        moved = {"at": lambda told: self.state.changed(pictures=int(np.clip(round(10 ** told["x"]), low, high)))}
        return {name: typed(name) for name in LIMITS} | moved

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        size = self.state
        fields = {name: entries.field(LABELS[name], getattr(size, name), step=STEPS[name], limits=LIMITS[name],
                                      slides=True) for name in LIMITS}  # fmt: skip
        return fields | self.figure() | {
            "said": entries.words(*said(size), live=True),
            "hint": entries.words(HINT, tone="quiet"),
            "code": entries.code(size.code),
            "layout": entries.layout(
                "Sample size",
                [*LIMITS, ["undo"], "said", "hint", entries.more("The code of this state", "code"), "error"],
                ["margins"],
            ),
        }  # fmt: skip

    def figure(self) -> dict[str, Entry]:
        """Return both margins against the number of pictures, and the difference as a horizontal line."""
        size, x = self.state, np.linspace(*X, 120)
        curves = [np.array([margin_of(variance, n) for n in 10**x]) for variance in size.variances]
        now = float(np.log10(size.pictures))
        top = entries.enough(min(max(size.margin, size.paired_margin, size.difference) * 1.2, TOPS[-1]), TOPS)
        items = [entries.line(X, [size.difference] * 2, "third", dash="dotted", width=2)]
        for curve, colour, dash in zip(curves, ("first", "second"), ("", "dashed"), strict=True):
            below = curve <= top
            items.append(entries.line(x[below], curve[below], colour, width=2.5, dash=dash))
        items.append(entries.points([now], [size.paired_margin], "second", size=5))
        handle = entries.handle("at", "pictures: drag it", now, min(size.margin, top), keys=(0.05, 0),
                                limits=(*X, min(size.margin, top), min(size.margin, top)),
                                value=f"{size.pictures:,} pictures", colour="first")  # fmt: skip
        alt = f"Margins in points against the number of pictures: {' '.join(map(' '.join, said(size)))}"
        return {
            "curves": entries.layer(items, [handle]),
            "margins": entries.figure(
                "margin (± points)", ["curves"], alt, height=360, ratio=1.5,
                x=entries.axis(X, "validation pictures", ticks=TICKS), y=entries.axis((0, top)),
                legend=[("one model", "first", "line"), ("two on the same pictures", "second", "dashed"),
                        ("difference to see", "third", "dashed")],
            ),
        }  # fmt: skip
