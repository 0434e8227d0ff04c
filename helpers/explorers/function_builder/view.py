"""The widget of the function builder: a thin view of `state` and `drawing`."""

from collections.abc import Sequence
from typing import Any

from ...lessons.relu_sums import ReluSum
from ...widgets.played import WRAPPED, PlayedView
from ...widgets.pointing import can_point, make_picture, put
from ...widgets.showing import paragraph, show
from ...widgets.text import lines
from .drawing import BuilderSheet
from .state import CURVES, LIMITS, POINTS, Builder

STEPS = {"place": 0.05, "slope": 0.1, "offset": 0.05}
SIDES = {"flat on the left": 1, "flat on the right": -1}


def function_builder(
    curve: str = "hill",
    function: ReluSum | None = None,
    *,
    rate: float = 0.05,
    points: Sequence[tuple[float, float]] = (),
) -> None:
    """Show the function builder: fit a curve, or points, with ReLUs by hand or by gradient descent.

    Takes what `Builder` takes. Taught in lesson 06.
    """
    builder = Builder(curve, function, rate=rate, points=points)
    text = f"Function builder. {builder.words}\n{builder.formula}\nTo draw it in a cell:\n{builder.code}"
    show(lambda: make_widget(builder), text)


class BuilderView(PlayedView):
    """The controls of one builder, and what happens when one of them is used."""

    def __init__(self, builder: Builder) -> None:
        import ipywidgets as widgets

        super().__init__(builder, "The function stays as it was.")
        self.builder, self.sheet, self.drawn = builder, BuilderSheet(), None
        self.words, self.told, self.listing, self.code = (widgets.HTML() for _ in range(4))
        self.picture = make_picture("the curve or the points, the sum of ReLUs, and the loss")
        buttons: Any = {"description_width": "initial", "button_width": "auto"}
        auto: Any = {"description_width": "initial"}
        self.curves = widgets.ToggleButtons(
            options=list(CURVES), value=builder.curve, description="follow", style=buttons
        )
        self.sides = widgets.ToggleButtons(options=SIDES, description="side", style=buttons)
        self.curves.observe(self.answer(builder.choose_curve), "value")
        self.sides.observe(self.answer(lambda new: builder.change("side", new)), "value")

        self.sliders, self.set_to = {}, {}
        for name, step in STEPS.items():
            low, high = LIMITS[name]
            slider = widgets.FloatSlider(
                min=low, max=high, step=step, value=0.0, description=name, readout=False, style=auto,
                layout=widgets.Layout(width="250px"),
            )  # fmt: skip
            slider.observe(self.answer(lambda new, name=name: self.slid(name, new)), "value")
            self.sliders[name], self.set_to[name] = slider, 0.0
            self.field(name, 0.0, lambda value, name=name: builder.change(name, value), step)
        self.field("ReLU number", 1, builder.choose)
        self.field("rate", builder.rate, builder.set_rate, 0.01)
        self.field("ReLUs", 8, None)
        self.field("seed", 1, None)
        self.field("x", 0.0, None, 0.05)
        self.field("y", 0.0, None, 0.05)

        self.add_buttons(
            [
                ("Add", "add a ReLU at 0", builder.add),
                ("Remove", "take the chosen ReLU away", builder.remove),
                ("Clear", "take all ReLUs away", builder.clear),
                ("Random start", "put so many random ReLUs in place of these", self.scatter),
                ("Add point", "add the point (x, y) to those that are followed", self.add_point),
                ("Remove point", "take away the point that was added last", builder.remove_point),
                ("Step", "let gradient descent take so many steps", self.step),
                ("Reset", "go back to where the descent began", builder.reset),
                ("Race", "let plain gradient descent, momentum and Adam start from here", builder.race),
            ]
        )
        if can_point():
            self.picture.observe(self.answer(lambda _: self.clicked()), "held")  # a click is all that changes it
        else:  # an ordinary picture would be stretched by the column that it is in
            self.picture.layout = widgets.Layout(width="100%", max_width="840px", height="auto", margin="0")
        self.refresh()

    def slid(self, name: str, value: float) -> None:
        """Take a slider's value, if it was moved: it shows a value at its nearest step, and reports that back."""
        if abs(value - self.set_to[name]) > 0.51 * STEPS[name]:
            self.builder.change(name, round(value, 6))

    def scatter(self) -> None:
        """Start with random ReLUs."""
        self.builder.scatter(self.fields["ReLUs"].value, self.fields["seed"].value)

    def add_point(self) -> None:
        """Add the point in the fields x and y."""
        self.builder.add_point(self.fields["x"].value, self.fields["y"].value)

    def clicked(self) -> None:
        """Add a point where the picture was clicked, or, where the target is a curve, a ReLU with its kink there."""
        point = self.sheet.point_under(*self.picture.place)
        if point is None:
            return
        x, y = (
            round(min(max(value, LIMITS[name][0]), LIMITS[name][1]), 2) for name, value in zip("xy", point, strict=True)
        )
        if self.builder.curve == POINTS:
            self.builder.add_point(x, y)
        else:
            self.builder.add(x)

    def show_state(self, refused: str = "") -> None:
        """Put the builder into every control, and draw it; `refused` is why the last value was not taken."""
        builder, function = self.builder, self.builder.function
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
        self.fields["rate"].value, self.curves.value = builder.rate, builder.curve
        for control in (self.sides, *(self.fields[name] for name in ("ReLU number", "place", "slope"))):
            control.disabled = not function.count
        self.sliders["place"].disabled = self.sliders["slope"].disabled = not function.count
        self.buttons["Remove"].disabled = self.buttons["Race"].disabled = not function.count
        self.buttons["Remove point"].disabled = builder.curve != POINTS
        self.buttons["Step"].disabled = builder.ended
        self.buttons["Reset"].disabled = not builder.steps and not builder.now.diverged
        races = [losses.tolist() for losses in builder.races.values()]
        state = (builder.function, builder.curve, len(builder.points), builder.chosen, builder.steps, races)
        if state != self.drawn:  # a control may report what it was set to: nothing new to draw
            put(self.picture, self.sheet.picture(builder))
            self.drawn = state
        self.words.value = paragraph(builder.words)
        self.told.value = paragraph(refused, "✗") if refused else ""
        self.listing.value, self.code.value = lines(builder.formula), lines(builder.code)

    def box(self) -> Any:
        """Return all of it, in rows that wrap."""
        import ipywidgets as widgets

        def row(*children: Any) -> Any:
            return widgets.HBox(list(children), layout=widgets.Layout(**WRAPPED))

        def column(name: str, *rows: Any) -> Any:
            layout = widgets.Layout(width="430px", max_width="100%")
            return widgets.VBox([widgets.HTML(f"<b>{name}</b>"), *rows], layout=layout)

        button, field = self.buttons, self.fields
        by_hand = column(
            "By hand",
            row(button["Add"], button["Remove"], button["Clear"], field["ReLU number"]),
            *(row(self.sliders[name], field[name]) for name in ("place", "slope")),
            self.sides,
            row(self.sliders["offset"], field["offset"]),
        )
        by_descent = column(
            "By gradient descent",
            row(field["ReLUs"], field["seed"], button["Random start"]),
            row(field["rate"], field["steps at a time"]),
            row(button["Step"], button["Reset"], button["Race"]),
            row(widgets.Label("Play, pause, stop:"), self.play),
            row(field["x"], field["y"], button["Add point"], button["Remove point"]),
        )
        columns = widgets.HBox([by_hand, by_descent], layout=widgets.Layout(flex_flow="row wrap"))
        rows = [self.curves, columns]
        tip = "Click into the large drawing: it puts a ReLU there, or a point, if it is your points that are followed."
        below = [self.words, self.told, self.picture, self.listing, self.code, self.errors]
        if can_point():
            below.insert(2, widgets.HTML(paragraph(tip)))
        box = widgets.VBox([*rows, *below])
        box.add_class("whole-game-function-builder")
        return box


def make_widget(builder: Builder) -> Any:
    """Return the function builder as a box of controls, a picture, and the picture in words and as code."""
    return BuilderView(builder).box()
