"""The kernel lab in the page: point at either picture, change any number of the kernel, let the window slide."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ...lessons.convolution import KERNELS, integer_kernel
from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import Limits, read_number, written
from ...widgets.showing import show
from ...widgets.uploads import read_upload
from .arithmetic import captions, grids, number, sentence, shades
from .pictures import PICTURES, load_picture
from .state import CHANNELS, MODES, MOST_PADDING, SIZES, LabState, drawn_signed, lab_state

OWN_NUMBERS, OWN_PICTURE = "(own numbers)", "(your own)"
LIMITS = Limits(stride=(1, 100), padding=(0, MOST_PADDING), number=(-1e6, 1e6), divisor=(1e-6, 1e6))
TALLEST = 270  # pixels on the screen
SMOOTH = 150  # a picture with more pixels than this on its longer side is drawn smaller: its pixels are not counted
SLOWEST = 16  # frames of play for one place of a tiny picture, whose numbers one follows
POINT = "Point at a picture; a click or Enter holds the place."
HELD = "The place is held; a click or Enter lets go."
NUMBERS = "Type a kernel number, or drag it up or down."


def kernel_lab(picture: Any = "cat.0.jpg", kernel: Any = "sharpen", **values: Any) -> None:
    """Show the kernel lab: convolve a picture with a kernel, and point at a pixel to see the products behind it.

    Takes what `lab_state` takes. Where a page cannot draw it, the same state is an ordinary picture by `plot_lab`.
    Taught in lesson 04.
    """
    state = lab_state(picture, kernel, **values)
    show(lambda: LabView(state).canvas, text_form(state))


def text_form(state: LabState) -> str:
    """Return the lab as text, with the lines to type where its controls are not drawn."""
    return "\n".join(
        [
            "Kernel lab. Its controls are drawn when this cell is run in JupyterLab. To do the same in a cell:",
            "  from helpers.explorers.kernel_lab import plot_lab",
            '  plot_lab("cat.0.jpg", "outline", size=5, stride=2, padding=2, row=40, column=70)',
            f"Kernels: {', '.join(KERNELS)}.",
            f"Here: {sentence(state)}",
        ]
    )


class LabView(Explorer):
    """The lab in the page. Its state always has an output: what has none is refused.

    Options: `channel`, whose numbers are shown; `held`, the number of the click that holds the place, or None; `own`,
    the reader's pictures by name, and which of them were `uploaded`; `glide`, frames of play since the last place.
    """

    state: LabState

    def __init__(self, state: LabState) -> None:
        own = {} if state.source in PICTURES else {state.source or OWN_PICTURE: state.picture}
        super().__init__(state, channel=0, held=None, own=own, uploaded=(), glide=0)

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""
        return {
            "play": lambda told: self.options.update(glide=0),
            "next": lambda told: self.state.following(),
            "window": lambda told: self.point(told, told["y"] / self.state.stride, told["x"] / self.state.stride),
            "pixel": lambda told: self.point(told, told["y"] - self.gaps[0], told["x"] - self.gaps[1]),
            "row": lambda told: self.state.at(self.given("row", told), self.state.column),
            "column": lambda told: self.state.at(self.state.row, self.given("column", told)),
            "picture": lambda told: self.take_picture([*self.options["own"], *PICTURES][told["value"]]),
            "path": lambda told: self.read_path(told["value"].strip()),
            "upload": lambda told: self.upload(told["value"], bytes(told["buffers"][0])),
            "kernel": lambda told: self.take_kernel(told["value"]),
            "size": lambda told: self.resize(SIZES[told["value"]]),
            "numbers": lambda told: self.take_number(told["row"], told["column"], told["value"]),
            "divisor": lambda told: self.take_divisor(told["value"]),
            "stride": lambda told: possible(self.state.slid(stride=self.given("stride", told))),
            "padding": lambda told: possible(self.state.slid(padding=self.given("padding", told))),
            "colours": lambda told: self.state.with_mode(MODES[told["value"]]),
            "channel": lambda told: self.options.update(channel=told["value"]),
            "draw": lambda told: self.state.changed(signed=bool(told["value"])),
        }

    def point(self, told: Told, row: float, column: float) -> LabState | None:
        """Go to a place of the output; a press also holds it, or lets it go."""
        held = self.options["held"]
        if told.get("press"):
            self.options["held"] = told["gesture"] if held is None else None
        elif held == told["gesture"]:
            return None  # the pointer had moved on before the page knew that the place is held
        return self.state.at(round(row), round(column))

    def given(self, name: str, told: Told) -> int:
        """Return the whole number that was typed; ValueError for one beyond its limits."""
        rows, columns = self.state.output_shape
        limits = Limits(LIMITS, row=(0, rows - 1), column=(0, columns - 1))
        return limits.whole(name, typed(told["value"]))

    def take_divisor(self, text: str) -> LabState:
        """Divide the kernel by another number."""
        value = typed(text)
        if value:  # what is said of 0 is said by the state
            LIMITS.checked("divisor", abs(value))
        return possible(self.state.changed(divisor=value))

    def take_picture(self, name: str, picture: Any = None) -> LabState:
        """Take a picture by its name in the list, or one that is new to it."""
        if picture is None:
            known = self.options["own"].get(name)
            picture = load_picture(name) if known is None else known
        new = possible(self.state.changed(picture=picture, source="" if name == OWN_PICTURE else name))
        if name not in PICTURES:
            self.options["own"] = self.options["own"] | {name: picture}
        return new if picture.shape == self.state.picture.shape else new.in_the_middle()

    def read_path(self, path: str) -> LabState | None:
        """Take the picture at a path."""
        name = str(Path(path).expanduser())
        return self.take_picture(name, load_picture(name)) if path else None

    def upload(self, name: str, content: bytes) -> LabState:
        """Take a picture of the reader's: its file was sent."""
        name = f"{name} (uploaded)" if name in PICTURES else name
        new = self.take_picture(name, load_picture(read_upload(name.removesuffix(" (uploaded)"), content)))
        self.options["uploaded"] = (*self.options["uploaded"], name)
        return new

    def take_kernel(self, index: int) -> LabState | None:
        """Take a kernel of the list; the first of it is the one that is there."""
        name = [OWN_NUMBERS, *KERNELS][index]
        return None if name == OWN_NUMBERS else self.state.with_kernel(name).changed(signed=drawn_signed(name))

    def resize(self, size: int) -> LabState:
        """Take the same kernel in another size."""
        name = name_of(self.state)
        return possible(self.state.with_size(size) if name == OWN_NUMBERS else self.state.with_kernel(name, size))

    def take_number(self, row: int, column: int, text: str) -> LabState:
        """Change one number of the kernel."""
        try:
            value = LIMITS.checked("number", typed(text))
        except ValueError as error:
            raise ValueError(f"row {row}, column {column}: {error}") from None
        return self.state.with_number(row, column, self.options["channel"], value)

    def advance(self) -> bool:
        """Let the window glide on; it never ends, for after the last place comes the first."""
        self.options["glide"] += 1
        if self.options["glide"] >= self.pace:
            self.options["glide"] = 0
            self.state = self.state.following()
        return True

    @property
    def pace(self) -> int:
        """Frames of play for each place: the larger a pixel is, the more one wants to follow."""
        return min(SLOWEST, max(1, SMOOTH // self.state.seen_input.shape[1]))

    @property
    def gaps(self) -> tuple[float, float]:
        """How far the output lies below, and right of, the corner of its figure: it is drawn in the middle."""
        (height, width), (rows, columns) = self.state.seen_input.shape[:2], self.state.output_shape
        return (height - rows) / 2, (width - columns) / 2

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        return self.settings() | self.own_things() | self.pictures() | self.arithmetic() | {
            "layout": entries.layout(
                "Kernel lab",
                [["play", "next", "undo"], "picture", "kernel", ["size"], ["divisor"], ["stride", "padding"], "sizes",
                 entries.more("Colours", "colours", "channel", "draw"),
                 entries.more("A picture of your own", "upload", "path"), "error"],
                [["input", "output"], ["patch", "numbers", "products"], "sum", "hint",
                 entries.more("Row, column and code", ["row", "column"], "code")],
            ),
        }  # fmt: skip

    def settings(self) -> dict[str, Entry]:
        """Return the controls that are always seen."""
        state, pictures = self.state, [*self.options["own"], *PICTURES]
        kernels = [OWN_NUMBERS, *KERNELS]
        return {
            "play": entries.play(interval=33, tip="let the kernel slide, place by place"),
            "next": entries.button("Next place", tip="slide the kernel on by one stride"),
            "picture": entries.choice("picture", pictures, pictures.index(state.source or OWN_PICTURE), listed=True),
            "kernel": entries.choice("kernel", kernels, kernels.index(name_of(state)), listed=True),
            "size": entries.choice("size", [f"{one} × {one}" for one in SIZES], SIZES.index(state.size)),
            "divisor": entries.field("divide by", state.divisor, step=1),
            "stride": entries.field("stride", state.stride, step=1, limits=LIMITS["stride"]),
            "padding": entries.field("padding", state.padding, step=1, limits=LIMITS["padding"]),
            "sizes": entries.words(("Size of the output.", state.sizes())),
        }

    def own_things(self) -> dict[str, Entry]:
        """Return the controls that are shown on demand."""
        state, channel = self.state, self.options["channel"]
        lent = state.source in self.options["uploaded"]
        saved = f"# Put {state.source} beside the notebook, where this line looks for it.\n" if lent else ""
        path = "" if lent or state.source in PICTURES else state.source
        return {
            "colours": entries.choice("colours", MODES, MODES.index(state.mode)),
            "channel": entries.choice("channel", CHANNELS, channel, off=state.mode == "grey"),
            "draw": entries.choice("0 is drawn", ("black", "middle grey"), int(state.signed)),
            "upload": {"kind": "file", "label": "upload it"},
            "path": entries.field("or its path", path, long=True, hint="folder/name.jpg, Enter"),
            "row": entries.field("row", state.row, step=1, limits=(0, state.output_shape[0] - 1)),
            "column": entries.field("column", state.column, step=1, limits=(0, state.output_shape[1] - 1)),
            "code": entries.code(saved + state.code),
        }  # fmt: skip

    def pictures(self) -> dict[str, Entry]:
        """Return both pictures to the same scale, with the window of the kernel and the pixel that comes of it."""
        state, stride, (below, right) = self.state, self.state.stride, self.gaps
        (rows, columns), size, shape = state.output_shape, state.size, state.seen_input.shape[:2]
        row, column = self.place_of_window()
        style = {"smooth": max(shape) > SMOOTH, "outline": True, "colour": "grey"}
        (high, wide), pad = state.picture.shape[:2], state.padding
        drawn = [entries.image((0, 0, shape[1], shape[0]), state.seen_input, **style)]
        if pad:  # the edge of the true picture
            x, y = pad + wide * np.array([0, 1, 1, 0, 0]), pad + high * np.array([0, 0, 1, 1, 0])
            drawn.append(entries.line(x, y, "grey", width=1))
        values = np.atleast_1d(state.output[state.row, state.column]).tolist()
        value = number(values[self.options["channel"] % len(values)])
        said = f"output row {state.row}, column {state.column}: {value}"
        free = self.options["held"] is None and not self.playing
        moves = {"shape": "window", "follows": True, "free": free, "value": said}
        window = entries.handle(
            "window", "window of the kernel on the picture", stride * column, stride * row, size=(size, size),
            limits=(0, stride * (columns - 1), 0, stride * (rows - 1)), step=(stride, stride), keys=(stride, -stride),
            grip=(-size / 2, -size / 2), **moves,
        )  # fmt: skip
        pixel = entries.handle(
            "pixel", "pixel of the output", right + column, below + row, size=(1, 1), step=(1, 1), keys=(1, -1),
            limits=(right, right + columns - 1, below, below + rows - 1), grip=(-0.5, -0.5), **moves,
        )  # fmt: skip
        around = f", and {pad} of padding around it" if pad else ""
        return {
            "pixels": entries.layer(drawn),
            "place": entries.layer(handles=[window]),
            "result": entries.layer([entries.image((right, below, columns, rows), state.seen_output, **style)]),
            "spot": entries.layer(handles=[pixel]),
            "input": entries.picture(f"picture, {high} × {wide}{around}", ["pixels", "place"], f"The picture "
                                     f"{state.source}{around}; the window: {said}.", shape, height=TALLEST),
            "output": entries.picture(f"output, {rows} × {columns}", ["result", "spot"],
                                      f"The output, to the same scale; the pixel: {said}.", shape, height=TALLEST),
        }  # fmt: skip

    def place_of_window(self) -> tuple[float, float]:
        """Return the row and the column of the output at which the window is drawn: in play, also on its way."""
        here, t = np.array([self.state.row, self.state.column]), self.options["glide"] / self.pace
        if not (self.playing and t):
            return self.state.row, self.state.column
        after = self.state.following()
        row, column = here + t * t * (3 - 2 * t) * (np.array([after.row, after.column]) - here)
        return float(row), float(column)

    def arithmetic(self) -> dict[str, Entry]:
        """Return pixels × kernel = products of the place, and the sentence of their sum."""
        state, channel = self.state, self.options["channel"]
        (patch, kernel, products), titles = grids(state, channel), captions(state, channel)
        small, whole = state.size > 3, bool((kernel == np.round(kernel)).all())
        return {
            "sum": entries.words(sentence(state, channel), live=True),
            "patch": entries.numbers(titles[0], in_words(patch), shades=shades(patch), small=small),
            "numbers": entries.numbers(titles[1], [[written(float(one)) for one in row] for row in kernel], edit=True,
                                       small=small, step=1 if whole else 0.1),
            "products": entries.numbers(titles[2], in_words(products), small=small),
            "hint": entries.words(f"{POINT if self.options['held'] is None else HELD} {NUMBERS}", tone="quiet"),
        }  # fmt: skip


def possible(state: LabState) -> LabState:
    """Return a state that has an output; ValueError that says why another has none."""
    if state.problem:
        raise ValueError(state.problem)
    return state


def typed(text: str) -> float:
    """Return the number in a text; a whole one as an int, so that a sentence says it as it was typed."""
    value = read_number(text)
    return int(value) if value.is_integer() else value


def in_words(values: np.ndarray) -> list[list[str]]:
    """Return a grid of numbers as a table shows them."""
    return [[number(float(one)) for one in row] for row in values]


def name_of(state: LabState) -> str:
    """Return the name of a state's kernel, or that the numbers are the reader's own."""
    times = 3 if state.mode == "colour kernel" else 1
    for name in KERNELS:
        numbers, divisor = integer_kernel(name, state.size)
        spread = numbers[..., None] if state.numbers.ndim == 3 else numbers
        if (spread == state.numbers).all() and times * divisor == state.divisor:
            return name
    return OWN_NUMBERS
