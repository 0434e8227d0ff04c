"""The widget of the plane trainer: a thin view of `state`, `words` and `drawing`."""

from collections.abc import Sequence
from typing import Any

from ...lessons.deep_stack import ACTIVATIONS
from ...widgets.played import WRAPPED, PlayedView
from ...widgets.pointing import can_point, make_picture, put
from ...widgets.showing import paragraph, show
from ...widgets.text import lines
from .drawing import TrainerSheet
from .state import LIMITS, MOST_LAYERS, OWN, SETS, PlaneTrainer
from .words import code, formula, words

AUTO = {"description_width": "initial", "button_width": "auto"}
CLASSES = {"● class 0": 0, "▲ class 1": 1}


def plane_trainer(
    points: str = "spirals",
    hidden: Sequence[int] = (8, 8),
    activation: str = "ReLU",
    *,
    rate: float = 0.1,
    scale: float | str = "He",
    count: int = 150,
    noise: float = 0.03,
    seed: int = 1,
) -> None:
    """Show the plane trainer: train a network to classify points, change it, and watch every unit.

    Takes what `PlaneTrainer` takes. Taught in lesson 05.
    """
    trainer = PlaneTrainer(points, hidden, activation, rate=rate, scale=scale, count=count, noise=noise, seed=seed)
    text = f"Plane trainer. {words(trainer)}\nTo train and draw it in a cell, with trainer.step(100) in between:\n"
    show(lambda: TrainerView(trainer).box, text + code(trainer))


class TrainerView(PlayedView):
    """The controls of one trainer, and what happens when one of them is used."""

    def __init__(self, trainer: PlaneTrainer) -> None:
        super().__init__(trainer, "The network stays as it was.")
        self.trainer, self.sheet, self.drawn = trainer, TrainerSheet(), None
        self._make_choices()
        self._make_fields()
        self._make_buttons()
        self.box = self._arranged()
        self.refresh()

    def _make_choices(self) -> None:
        import ipywidgets

        widgets, trainer = ipywidgets, self.trainer
        setting = trainer.setting
        self.said, self.told, self.about, self.listing, self.code = (widgets.HTML() for _ in range(5))
        self.picture = make_picture("what the network says of the plane, what each unit gives, and the losses")
        scales = {"He": "He", "Xavier": "Xavier", "scale 4": 4.0}
        if setting.scale not in scales.values():
            scales[f"scale {setting.scale}"] = setting.scale
        style: Any = AUTO
        self.points = widgets.ToggleButtons(options=list(SETS), value=setting.points, description="points", style=style)
        self.activations = widgets.ToggleButtons(
            options=list(ACTIVATIONS), value=setting.activation, description="in between", style=style
        )
        self.scales = widgets.ToggleButtons(options=scales, value=setting.scale, description="start", style=style)
        self.classes = widgets.ToggleButtons(options=CLASSES, description="a new point", style=style)
        self.fresh = widgets.Checkbox(value=False, description="draw the fresh points", indent=False,
                                     layout=widgets.Layout(width="auto"))  # fmt: skip
        self.points.observe(self.answer(lambda new: trainer.change(points=new)), "value")
        self.activations.observe(self.answer(lambda new: trainer.change(activation=new)), "value")
        self.scales.observe(self.answer(lambda new: trainer.change(scale=new)), "value")
        self.fresh.observe(self.answer(lambda _: None), "value")

    def _make_fields(self) -> None:
        trainer = self.trainer
        self.field("hidden units", self.hidden, self.take_hidden)
        self.field("rate", trainer.rate, trainer.set_rate, 0.01)
        self.field("points of each class", trainer.setting.count, lambda new: trainer.change(count=new))
        self.field("noise", trainer.setting.noise, lambda new: trainer.change(noise=new), 0.01)
        self.field("seed", trainer.setting.seed, lambda new: trainer.change(seed=new))
        for name in ("layer", "unit", "from"):
            key = "source" if name == "from" else name
            self.field(name, 1, lambda new, key=key: trainer.choose(**{key: new}))
        self.field("weight", trainer.weight, trainer.set_weight, 0.1)
        self.field("x", 0.0, None, 0.05)
        self.field("y", 0.0, None, 0.05)

    def _make_buttons(self) -> None:
        import ipywidgets as widgets

        trainer = self.trainer
        self.add_buttons(
            [
                ("Step", "take so many steps", self.step),
                ("Reset", "begin anew, with the weights of the seed", trainer.reset),
                ("Add layer", "add a hidden layer, and begin anew", trainer.add_layer),
                ("Remove layer", "take the last hidden layer away, and begin anew", trainer.remove_layer),
                ("Add point", "add the point (x, y) to the training points", self.add_point),
                ("Remove point", "take away the point that was added last", trainer.remove_point),
                ("Remove all", "take all points of yours away", trainer.clear),
            ]
        )
        if can_point():
            self.picture.observe(self.answer(lambda _: self.clicked()), "held")  # a click is all that changes it
        else:  # an ordinary picture would be stretched by the column that it is in
            self.picture.layout = widgets.Layout(width="100%", max_width="860px", height="auto", margin="0")

    @property
    def hidden(self) -> str:
        """The units of the hidden layers, as they are typed."""
        return ", ".join(map(str, self.trainer.setting.hidden))

    def take_hidden(self, typed: str) -> None:
        """Take the units of each hidden layer: whole numbers with commas between."""
        try:
            hidden = [int(one) for one in typed.replace(",", " ").split()]
        except ValueError:
            low, high = LIMITS["units"]
            wanted = f"1 to {MOST_LAYERS} whole numbers from {low} to {high}, as 8, 8"
            raise ValueError(f"got {typed!r} as hidden units; type {wanted}") from None
        if tuple(hidden) != self.trainer.setting.hidden:
            self.trainer.change(hidden=hidden)

    def add_point(self) -> None:
        """Add the point in the fields x and y."""
        self.trainer.add_point(self.fields["x"].value, self.fields["y"].value, self.classes.value)

    def clicked(self) -> None:
        """Add a point where the plane was clicked, or choose the unit that was."""
        unit = self.sheet.unit_under(self.trainer, *self.picture.place)
        point = self.sheet.point_under(self.trainer, *self.picture.place)
        if unit:
            self.trainer.choose(*unit)
        elif point:
            low, high = LIMITS["x"]
            x, y = (round(min(max(value, low), high), 2) for value in point)
            self.trainer.add_point(x, y, self.classes.value)

    def show_state(self, refused: str = "") -> None:
        """Put the trainer into every control, and draw it; `refused` is why the last value was not taken."""
        trainer = self.trainer
        setting, layers = trainer.setting, len(trainer.setting.hidden)
        self.points.value, self.activations.value, self.scales.value = setting.points, setting.activation, setting.scale
        values = dict(zip(("layer", "unit", "from"), trainer.chosen, strict=True)) | {
            "hidden units": self.hidden, "rate": trainer.rate, "points of each class": setting.count,
            "noise": setting.noise, "seed": setting.seed, "weight": round(trainer.weight, 4),
        }  # fmt: skip
        for name, value in values.items():
            if name != "weight" or not self.ticking:  # it changes with every step, and might be being typed
                self.fields[name].value = value
        for control in (self.fields["points of each class"], self.fields["noise"], self.fresh):
            control.disabled = setting.points == OWN
        self.buttons["Add layer"].disabled = layers >= MOST_LAYERS
        self.buttons["Remove layer"].disabled = layers == 1
        self.buttons["Remove point"].disabled = self.buttons["Remove all"].disabled = not trainer.own
        self.buttons["Step"].disabled = trainer.ended
        shown = code(trainer, fresh=self.fresh.value)
        if shown != self.drawn:  # a control may report what it was set to: nothing new to draw
            put(self.picture, self.sheet.picture(trainer, fresh=self.fresh.value))
            self.drawn = shown
        self.said.value = paragraph(words(trainer))
        self.about.value = paragraph(
            "A weight leads to a unit, from a unit of the layer before, or from x (1) or y (2); from 0 is the offset. "
            f"Layer {layers + 1}, the last, gives the two scores."
        )
        self.told.value = paragraph(refused, "✗") if refused else ""
        self.listing.value, self.code.value = lines(formula(trainer)), lines(shown)

    def _arranged(self) -> Any:
        """Return all of it, in rows that wrap."""
        import ipywidgets as widgets

        def row(*children: Any) -> Any:
            return widgets.HBox(list(children), layout=widgets.Layout(**WRAPPED))

        def fields(*names: str) -> list[Any]:
            return [self.fields[name] for name in names]

        def buttons(*names: str) -> list[Any]:
            return [self.buttons[name] for name in names]

        label = widgets.Label("Play, pause, stop:")
        tip = "Click into the plane to add a point of yours; click on a unit to choose it."
        rows = [
            self.points, self.activations, self.scales,
            row(*fields("hidden units"), *buttons("Add layer", "Remove layer"), *fields("seed")),
            row(*fields("points of each class", "noise"), self.fresh),
            row(*fields("rate", "steps at a time"), *buttons("Step", "Reset"), label, self.play),
            self.said, self.told,
            *([widgets.HTML(paragraph(tip))] if can_point() else []),
            self.picture,
            row(widgets.HTML("<b>One weight</b>"), *fields("layer", "unit", "from", "weight")),
            self.about, self.listing,
            self.classes, row(*fields("x", "y"), *buttons("Add point", "Remove point", "Remove all")),
            self.told,  # once more: from here one does not see what stands above the picture
            self.code, self.errors,
        ]  # fmt: skip
        box = widgets.VBox(rows)
        box.add_class("whole-game-plane-trainer")
        return box
