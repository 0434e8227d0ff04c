"""The widget of the function builder: a thin view of `state` and `drawing`."""

from collections.abc import Callable
from typing import Any

from ...functions.relu_sums import TARGETS, ReluSum
from ...widgets import guarded, paragraph, show
from .drawing import BuilderSheet
from .state import LIMITS, Builder

INTERVAL = 300  # milliseconds between two moves of play
WRAPPED = {"flex_flow": "row wrap", "align_items": "center"}
STEPS = {"place": 0.05, "slope": 0.1, "offset": 0.05}
SIDES = {"flat on the left": 1, "flat on the right": -1}


def function_builder(curve: str = "hill", function: ReluSum | None = None, *, rate: float = 0.05) -> None:
    """Show the function builder: follow a curve with ReLUs, or let gradient descent do it, and watch. Lesson 06."""
    builder = Builder(curve, function, rate=rate)
    text = f"Function builder. {builder.words}\n{builder.formula}\nTo draw it in a cell:\n{builder.code}"
    show(lambda: make_widget(builder), text)


class View:
    """The controls of one builder, and what happens when one of them is used."""

    def __init__(self, builder: Builder) -> None:
        import ipywidgets as widgets

        self.builder, self.sheet, self.ticks, self.quiet = builder, BuilderSheet(), 0, False
        self.drawn = None
        self.errors, self.words, self.told = widgets.Output(), widgets.HTML(), widgets.HTML()
        self.listing, self.code = widgets.HTML(), widgets.HTML()
        layout = widgets.Layout(width="100%", max_width="840px", height="auto", margin="0")
        self.picture = widgets.Image(format="png", layout=layout)
        buttons: Any = {"description_width": "initial", "button_width": "auto"}
        auto: Any = {"description_width": "initial"}
        self.curves = widgets.ToggleButtons(
            options=list(TARGETS), value=builder.curve, description="follow", style=buttons
        )
        self.sides = widgets.ToggleButtons(options=SIDES, description="side", style=buttons)
        self.curves.observe(self.does(lambda: builder.choose_curve(str(self.curves.value))), "value")
        self.sides.observe(self.does(lambda: builder.change("side", self.sides.value)), "value")

        self.sliders, self.set_to, self.fields = {}, {}, {}
        for name, step in STEPS.items():
            low, high = LIMITS[name]
            slider = widgets.FloatSlider(
                min=low, max=high, step=step, value=0.0, description=name, readout=False, style=auto,
                layout=widgets.Layout(width="250px"),
            )  # fmt: skip
            slider.observe(self.does(lambda name=name: self.slid(name)), "value")
            self.sliders[name], self.set_to[name] = slider, 0.0
            self.field(name, 0.0, lambda value, name=name: builder.change(name, value), step)
        self.field("ReLU number", 1, builder.choose)
        self.field("rate", builder.rate, builder.set_rate, 0.01)
        self.field("steps at a time", 10, None)
        self.field("ReLUs", 8, None)
        self.field("seed", 1, None)

        self.buttons = {}
        for name, tooltip, action in (
            ("Add", "add a ReLU at 0", builder.add),
            ("Remove", "take the chosen ReLU away", builder.remove),
            ("Clear", "take all ReLUs away", builder.clear),
            ("Random start", "put so many random ReLUs in place of these", self.scatter),
            ("Step", "let gradient descent take so many steps", self.step),
            ("Reset", "go back to where the descent began", builder.reset),
        ):
            button = widgets.Button(description=name, tooltip=tooltip, layout=widgets.Layout(width="auto"))
            button.on_click(self.does(action))
            self.buttons[name] = button
        self.play = widgets.Play(min=0, max=100_000, value=0, interval=INTERVAL, description="play", show_repeat=False)
        self.play.observe(guarded(lambda _: self.ticked(), self.errors), "value")
        self.refresh()

    def field(self, name: str, value: float, action: Callable[[Any], None] | None, step: float | None = None) -> None:
        """Make a field to type a number into; `action` takes it, and without one it is read when a button asks."""
        import ipywidgets as widgets

        style: Any = {"description_width": "initial"}
        kind, more = (widgets.IntText, {}) if step is None else (widgets.FloatText, {"step": step})
        layout = widgets.Layout(width="190px" if len(name) > 12 else "150px")
        field = kind(value=value, description=f"{name} =", style=style, layout=layout, **more)
        if action is not None:
            field.observe(self.does(lambda: action(field.value)), "value")
        self.fields[name] = field

    def does(self, action: Callable[[], Any]) -> Callable[[Any], None]:
        """Return a callback that does `action` and shows what came of it; a wrong value gets its sentence."""

        def run(_: Any) -> None:
            if self.quiet:  # it was not the reader who changed the control
                return
            told = ""
            try:
                action()
            except ValueError as error:
                told = f"{error}. The function stays as it was."
            if self.builder.ended or told:
                self.pause()
            self.refresh(told)

        return guarded(run, self.errors)

    def slid(self, name: str) -> None:
        """Take a slider's number, if it was moved: it shows a number at its nearest step, and reports that back."""
        value = self.sliders[name].value
        if abs(value - self.set_to[name]) > 0.51 * STEPS[name]:
            self.builder.change(name, round(value, 6))

    def scatter(self) -> None:
        """Begin with random ReLUs."""
        self.builder.scatter(self.fields["ReLUs"].value, self.fields["seed"].value)

    def step(self) -> None:
        """Take as many steps as the field says."""
        count = self.fields["steps at a time"].value
        low, high = LIMITS["steps at a time"]
        if not low <= count <= high:
            raise ValueError(f"got {count} steps at a time; a whole number from {low} to {high} is needed")
        self.builder.step(int(count))

    def ticked(self) -> None:
        """Step where play has counted on; its stop button counts from 0 again."""
        if self.play.value > self.ticks:
            self.does(self.step)(None)
        self.ticks = self.play.value

    def pause(self) -> None:
        """Stop playing."""
        name = "playing" if self.play.has_trait("playing") else "_playing"  # ipywidgets 8, and 7
        setattr(self.play, name, False)

    def refresh(self, told: str = "") -> None:
        """Let every control, the picture and the words show the builder as it is."""
        builder, function = self.builder, self.builder.function
        self.quiet = True
        try:
            numbers = {"offset": function.offset}
            if function.count:
                place, slope, side = (
                    float(values[builder.chosen]) for values in (function.places, function.slopes, function.sides)
                )
                numbers |= {"place": place, "slope": slope}
                self.sides.value = int(side)
                self.fields["ReLU number"].value = builder.chosen + 1
            for name, value in numbers.items():
                low, high = LIMITS[name]
                self.fields[name].value = round(value, 4)
                self.sliders[name].value = self.set_to[name] = min(max(value, low), high)
            self.fields["rate"].value = builder.rate
            for control in (self.sides, *(self.fields[name] for name in ("ReLU number", "place", "slope"))):
                control.disabled = not function.count
            self.sliders["place"].disabled = self.sliders["slope"].disabled = not function.count
            self.buttons["Remove"].disabled = not function.count
            self.buttons["Step"].disabled = builder.ended
            self.buttons["Reset"].disabled = not builder.steps and not builder.now.diverged
        finally:
            self.quiet = False
        state = (builder.function, builder.curve, builder.chosen, builder.steps)
        if state != self.drawn:  # a control may report what it was set to: nothing new to draw
            self.picture.value, self.drawn = self.sheet.picture(builder), state
        self.words.value = paragraph(builder.words)
        self.told.value = paragraph(told, "✗") if told else ""
        self.listing.value, self.code.value = _lines(builder.formula), _lines(builder.code)

    def box(self) -> Any:
        """Return all of it, in rows that wrap."""
        import ipywidgets as widgets

        def row(*children: Any) -> Any:
            return widgets.HBox(list(children), layout=widgets.Layout(**WRAPPED))

        button, field = self.buttons, self.fields
        rows = [
            self.curves,
            row(widgets.Label("By hand:"), button["Add"], button["Remove"], button["Clear"], field["ReLU number"]),
            *(row(self.sliders[name], field[name]) for name in ("place", "slope")),
            self.sides,
            row(self.sliders["offset"], field["offset"]),
            row(widgets.Label("By gradient descent:"), field["ReLUs"], field["seed"], button["Random start"]),
            row(field["rate"], field["steps at a time"], button["Step"], button["Reset"]),
            row(widgets.Label("Play, pause, stop:"), self.play),
        ]
        below = [self.words, self.told, self.picture, self.listing, self.code, self.errors]
        box = widgets.VBox([*rows, *below])
        box.add_class("whole-game-function-builder")
        return box


def make_widget(builder: Builder) -> Any:
    """Return the function builder as a box of controls, a picture, and the picture in words and as code."""
    return View(builder).box()


def _lines(text: str) -> str:
    """Return several lines as HTML that keeps their spaces."""
    import html

    style = "margin: 4px 0; line-height: 1.4; white-space: pre-wrap; font-family: monospace; overflow-wrap: anywhere"
    return f'<div style="{style}">{html.escape(text)}</div>'
