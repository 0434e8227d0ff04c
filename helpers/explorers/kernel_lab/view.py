"""The kernel lab as widgets: a thin view over `LabState`; every control changes the state, and the state draws all."""

from pathlib import Path
from typing import Any

from ...lessons.convolution import KERNELS
from ...widgets.answering import Answering
from ...widgets.pointing import can_point, hold_together, make_picture, pointing_tip, put
from ...widgets.showing import paragraph, show
from .arithmetic import sentence, tables
from .drawing import draw_input, draw_output, under_input, under_output
from .pictures import PICTURES, load_picture, read_upload, uploaded
from .state import CHANNELS, MODES, SIZES, LabState, drawn_signed, lab_state

INTERVAL = 500  # milliseconds between two positions of play
OWN_NUMBERS, OWN_PICTURE = "(own numbers)", "(your own)"
STYLE = """<style>
.whole-game-kernel-lab { padding-left: 4px; }
.whole-game-kernel-lab .whole-game-number .widget-label { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
</style>"""
MODE_WORDS = {
    "grey: one kernel on the mean of the channels": "grey",
    "each channel: one kernel on each by itself": "each channel",
    "colour kernel: numbers for each channel, one sum": "colour kernel",
}


def kernel_lab(picture: Any = "cat.0.jpg", kernel: Any = "sharpen", **values: Any) -> None:
    """Show the kernel lab: convolve a picture with a kernel, and point at a pixel to see the products behind it.

    Takes what `lab_state` takes. Where a page cannot draw it, the same state is an ordinary picture by `plot_lab`.
    Taught in lesson 04.
    """
    state = lab_state(picture, kernel, **values)
    show(lambda: LabView(state).box, text_form(state))


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


class LabView:
    """The controls; `state` is what they show, `box` what to display."""

    def __init__(self, state: LabState) -> None:
        self.state = state
        self.own_pictures: dict[str, Any] = {} if state.source in PICTURES else {OWN_PICTURE: state.picture}
        self._make_controls()
        self._connect()
        self.box = self._arranged()
        self.answer.refresh()

    def _make_controls(self) -> None:
        import ipywidgets

        widgets: Any = ipywidgets  # its types know no values other than None

        def wide(pixels: int) -> dict[str, Any]:
            return {"style": {"description_width": "initial"}, "layout": {"width": f"{pixels}px", "max_width": "98%"}}

        self.pictures = widgets.Dropdown(options=[*self.own_pictures, *PICTURES], description="Picture:", **wide(280))
        self.upload = widgets.FileUpload(accept="image/*", multiple=False, description="Upload a picture",
                                         layout={"width": "180px"})  # fmt: skip
        self.path = widgets.Text(description="or its path:", placeholder="folder/name.jpg, then Enter",
                                 continuous_update=False, **wide(300))  # fmt: skip
        self.kernels = widgets.Dropdown(options=[OWN_NUMBERS, *KERNELS], description="Kernel:", **wide(280))
        self.sizes = widgets.Dropdown(options=[(f"{n} × {n}", n) for n in SIZES], description="Size:", **wide(110))
        self.modes = widgets.Dropdown(options=list(MODE_WORDS.items()), description="Colours:", **wide(420))
        channels = [(name, index) for index, name in enumerate(CHANNELS)]
        self.channels = widgets.Dropdown(options=channels, description="Channel:", **wide(160))
        self.divisor = widgets.FloatText(description="Divide by:", **wide(150))
        self.stride = widgets.IntText(description="Stride:", **wide(150))
        self.padding = widgets.IntText(description="Padding:", **wide(150))
        self.signed = widgets.Dropdown(options=[("below 0 black, above 255 white", False), ("0 is middle grey", True)],
                                       description="Draw:", **wide(300))  # fmt: skip
        self.row = widgets.IntText(description="Output row:", **wide(160))
        self.column = widgets.IntText(description="Output column:", **wide(180))
        self.next = widgets.Button(description="Next place", tooltip="slide the kernel on by one stride",
                                   layout={"width": "auto"})  # fmt: skip
        self.play = widgets.Play(min=0, max=1_000_000, value=0, interval=INTERVAL, show_repeat=False,
                                 description="play")  # fmt: skip
        self.ticks = 0
        self.grid = widgets.VBox()
        self.numbers: dict[tuple[int, int], Any] = {}
        self.input, self.output = make_picture("picture with the kernel's window"), make_picture("output")
        self.size_line, self.message, self.sum_line, self.tables = (widgets.HTML() for _ in range(4))
        self.tip = widgets.HTML()
        self.code = widgets.Textarea(description="Code:", style={"description_width": "initial"},
                                     layout={"width": "98%", "height": "78px"})  # fmt: skip
        self.errors = widgets.Output()
        self.answer = Answering(lambda refused: self.show_state(refused), self.errors)

    def _connect(self) -> None:
        changes = {
            self.kernels: lambda new: self._with_kernel(new),
            self.sizes: self._resized,
            self.modes: lambda new: self.state.with_mode(new),
            self.channels: lambda new: self.state,
            self.divisor: lambda new: self.state.changed(divisor=new),
            self.stride: lambda new: self.state.slid(stride=new),
            self.padding: lambda new: self.state.slid(padding=new),
            self.signed: lambda new: self.state.changed(signed=new),
            self.row: lambda new: self._at(new, self.state.column),
            self.column: lambda new: self._at(self.state.row, new),
            self.pictures: lambda new: self._with_picture(new, load_picture(self.own_pictures.get(new, new))),
            self.path: self._from_path,
            self.upload: self._from_upload,
        }
        for control, change in changes.items():
            control.observe(self.answer.replacing(self, change), "value")
        self.next.on_click(self.answer.replacing(self, lambda _: self.state.following()))
        self.play.observe(self.answer.replacing(self, self._ticked), "value")
        if can_point():
            for widget, under in ((self.input, under_input), (self.output, under_output)):
                widget.observe(self.answer.replacing(self, lambda new, under=under: self._pointed(new, under)), "place")
            hold_together((self.input, self.output), self.errors, self._show_tip)

    def _resized(self, size: int) -> LabState:
        named = self.kernels.value
        return self.state.with_size(size) if named == OWN_NUMBERS else self.state.with_kernel(named, size)

    def _with_kernel(self, name: str) -> LabState:
        if name == OWN_NUMBERS:
            return self.state
        return self.state.with_kernel(name).changed(signed=drawn_signed(name))

    def _ticked(self, count: int) -> LabState:
        """Slide on where play has counted on; its stop button counts from 0 again."""
        on, self.ticks = count > self.ticks, count
        return self.state.following() if on else self.state

    def _with_number(self, row: int, column: int, value: float) -> LabState:
        return self.state.with_number(row, column, self.channels.value, value)

    def _at(self, row: int, column: int) -> LabState:
        if self.state.problem:
            return self.state
        for name, index, count in zip(("row", "column"), (row, column), self.state.output_shape, strict=True):
            if index not in range(count):
                raise IndexError(
                    f"{name} {index} is not in the output, which has {count} {name}s: type 0 to {count - 1}"
                )
        return self.state.at(row, column)

    def _pointed(self, position: list[float], under: Any) -> LabState:
        if self.state.problem or len(position) != 2:
            return self.state
        return self.state.at(*under(self.state, *position))

    def _with_picture(self, source: str, picture: Any) -> LabState:
        new = self.state.changed(picture=picture, source="" if source == OWN_PICTURE else source)
        return new if new.picture.shape == self.state.picture.shape else new.in_the_middle()

    def _from_path(self, path: str) -> LabState:
        if not path.strip():
            return self.state
        return self._add_own(path.strip(), load_picture(Path(path.strip()).expanduser()))

    def _from_upload(self, value: Any) -> LabState:
        found = uploaded(value)
        return self._add_own(found[0], read_upload(*found)) if found else self.state

    def _add_own(self, name: str, picture: Any) -> LabState:
        self.own_pictures[name] = picture
        return self._with_picture(name, picture)

    def show_state(self, refused: str = "") -> None:
        """Put the state into every control, and draw it; `refused` is why the last value was not taken."""
        state, channel = self.state, self.channels.value
        self._show_controls(state)
        problem = refused or state.problem
        self.message.value = paragraph(problem, "✗") if problem else ""
        self.size_line.value = "" if state.problem else paragraph(state.sizes(), "Size of the output.")
        self.sum_line.value = "" if state.problem else paragraph(sentence(state, channel))
        self.tables.value = tables(state, channel)
        self.code.value = "" if state.problem else state.code
        put(self.input, draw_input(state).encoded())
        put(self.output, draw_output(state).encoded())

    def _show_controls(self, state: LabState) -> None:
        names = (*self.own_pictures, *PICTURES)
        if self.pictures.options != names:
            self.pictures.options = names
        self.pictures.value = state.source or OWN_PICTURE
        self.sizes.value, self.modes.value, self.signed.value = state.size, state.mode, state.signed
        self.kernels.value = name_of(state)
        self.divisor.value, self.stride.value, self.padding.value = state.divisor, state.stride, state.padding
        self.row.value, self.column.value = state.row, state.column
        self.channels.disabled = state.mode == "grey"
        self._show_numbers(state)

    def _show_numbers(self, state: LabState) -> None:
        """Put the kernel into its boxes; they are made once, and shown as many as its size needs."""
        import ipywidgets as widgets

        def box(row: int, column: int) -> Any:
            if (row, column) not in self.numbers:
                made = widgets.FloatText(description=f"kernel row {row} column {column}",
                                         layout={"width": "62px"})  # fmt: skip
                made.add_class("whole-game-number")
                made.observe(self.answer.replacing(self, lambda new: self._with_number(row, column, new)), "value")
                self.numbers[row, column] = made
            return self.numbers[row, column]

        span = range(state.size)
        if len(self.grid.children) != state.size:
            self.grid.children = [widgets.HBox([box(row, column) for column in span]) for row in span]
        values = state.numbers[..., self.channels.value] if state.numbers.ndim == 3 else state.numbers
        for row in span:
            for column in span:
                box(row, column).value = float(values[row, column])

    def _show_tip(self) -> None:
        self.tip.value = paragraph(pointing_tip(self.input, "output"))

    def _arranged(self) -> Any:
        import ipywidgets as widgets

        wrap = widgets.Layout(flex_flow="row wrap", align_items="flex-start")
        self._show_tip()
        named = [widgets.VBox([widgets.HTML(f"<b>{name}</b>"), picture])
                 for name, picture in (("picture", self.input), ("output", self.output))]  # fmt: skip
        numbers = widgets.VBox([widgets.HTML("<b>kernel</b>"), self.grid], layout=widgets.Layout(margin="0 24px 0 0"))
        settings = widgets.VBox([self.divisor, self.stride, self.padding, self.signed])
        rows = [
            widgets.HTML(STYLE),
            widgets.HBox([self.pictures, self.upload, self.path], layout=wrap),
            widgets.HBox([self.kernels, self.sizes, self.modes, self.channels], layout=wrap),
            widgets.HBox([numbers, settings], layout=wrap),
            self.size_line, self.message,
            widgets.HBox(named, layout=wrap),
            widgets.HBox([self.row, self.column, self.next, self.play, self.tip], layout=wrap),
            self.sum_line, self.tables, self.code, self.errors,
        ]  # fmt: skip
        box = widgets.VBox(rows)
        box.add_class("whole-game-kernel-lab")
        return box


def name_of(state: LabState) -> str:
    """Return the name of a state's kernel, or that the numbers are the reader's own."""
    for name in KERNELS:
        named = state.with_kernel(name)
        if (named.numbers == state.numbers).all() and named.divisor == state.divisor:
            return name
    return OWN_NUMBERS


assert set(MODE_WORDS.values()) == set(MODES)
