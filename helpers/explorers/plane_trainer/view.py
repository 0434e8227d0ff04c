"""The plane trainer in the page: lines and units are clicked on, points are added by a click and dragged."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ...lessons.deep_stack import ACTIVATIONS
from ...widgets import entries
from ...widgets.entries import Entry, enough
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import Limits, read_number
from ...widgets.showing import show
from .diagram import diagram
from .figures import figures
from .state import LIMITS, MOST_LAYERS, MOST_POINTS, OWN, SETS, PlaneTrainer
from .words import chosen_in_words, code, formula, network_in_words, training_in_words, words

SPEED = Limits({"steps at a time": (1, 500)})
STARTS: dict[str, float | str] = {"He": "He", "Xavier": "Xavier", "scale 4": 4.0}
KEYS = {"ArrowLeft": (-1, 0, 0), "ArrowRight": (1, 0, 0), "ArrowUp": (0, -1, 0), "ArrowDown": (0, 1, 0),
        "PageUp": (0, 0, -1), "PageDown": (0, 0, 1)}  # fmt: skip
MOVES = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, 1), "ArrowDown": (0, -1)}


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
    show(lambda: TrainerView(trainer).canvas, text + code(trainer))


class TrainerView(Explorer):
    """A trainer in the page.

    Options: `speed`, steps of a frame; `fresh`, whether the fresh points are drawn; `large`, whether the plane shows
    the chosen unit; `kind` and `place`, the class of a new point, and where the keys have moved it to.
    """

    state: PlaneTrainer

    def __init__(self, trainer: PlaneTrainer) -> None:
        scale = trainer.setting.scale
        self.starts = STARTS | ({} if scale in STARTS.values() else {f"scale {scale}": scale})
        super().__init__(trainer, speed=5, fresh=False, large=False, kind=0, place=None)

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does; each asks for the state when it is used, for undo puts another there."""

        def change(key: str, read: Callable[[Any], Any]) -> Callable[[Told], None]:
            return lambda told: self.state.change(**{key: read(told["value"])})

        def number(told: Told) -> float:
            return read_number(told["value"])

        return {
            "points": change("points", lambda at: SETS[at]),
            "function": change("activation", lambda at: list(ACTIVATIONS)[at]),
            "start": change("scale", lambda at: list(self.starts.values())[at]),
            "hidden": self.set_hidden,
            "count": change("count", lambda said: LIMITS.whole("points of each class", read_number(said))),
            "noise": change("noise", read_number),
            "seed": change("seed", lambda said: LIMITS.whole("seed", read_number(said))),
            "add layer": lambda told: self.state.add_layer(),
            "remove layer": lambda told: self.state.remove_layer(),
            "step": lambda told: self.state.step(self.options["speed"]),
            "reset": lambda told: self.state.reset(),
            "rate": lambda told: self.state.set_rate(number(told)),
            "speed": lambda told: self.options.update(speed=SPEED.whole("steps at a time", number(told))),
            "weight": lambda told: self.state.set_weight(number(told)),
            "network": self.choose,
            "plane": self.point_at,
            "kind": lambda told: self.options.update(kind=told["value"]),
            "x": lambda told: self.options.update(place=(LIMITS.checked("x", number(told)), self.new_point[1])),
            "y": lambda told: self.options.update(place=(self.new_point[0], LIMITS.checked("y", number(told)))),
            "add point": lambda told: self.state.add_point(*self.new_point, self.options["kind"]),
            "remove point": lambda told: self.state.remove_point(),
            "remove all": lambda told: self.state.clear(),
            "fresh": lambda told: self.options.update(fresh=told["value"]),
            "large": lambda told: self.options.update(large=told["value"]),
        } | {f"point {number}": partial(self.move_point, number) for number in range(1, MOST_POINTS + 1)}

    def set_hidden(self, told: Told) -> None:
        """Take the units of each hidden layer; the same ones, typed in another way, are no reason to begin anew."""
        hidden = whole_numbers(told["value"])
        if hidden != list(self.state.setting.hidden):
            self.state.change(hidden=hidden)

    @property
    def new_point(self) -> tuple[float, float]:
        """Where the next point is added by the button, or by Enter."""
        return self.options["place"] or (0.0, 0.0)

    def move_point(self, number: int, told: Told) -> None:
        """Move a point of the reader's to where it was dragged; one that was pressed goes."""
        if told.get("press"):
            self.state.remove_point(number)
        else:
            self.state.move_point(number, round(told["x"], 2), round(told["y"], 2))

    def point_at(self, told: Told) -> None:
        """Add a point where the plane was clicked, or where the keys have led."""
        (x, y), key = self.new_point, told.get("key")
        if key in MOVES:
            across, up = MOVES[key]
            self.options["place"] = allowed(x + 0.05 * across, y + 0.05 * up)
        elif key in (None, "Enter"):
            self.state.add_point(*(allowed(told["x"], told["y"]) if key is None else (x, y)), self.options["kind"])

    def choose(self, told: Told) -> None:
        """Choose the weight whose line was clicked, the bias of a unit that was, or the next one by a key."""
        trainer = self.state
        if "key" not in told:
            found = diagram(trainer.sizes).under(told["x"], told["y"])
            trainer.choose(*found or trainer.chosen)
            return
        layer, unit, source = trainer.chosen
        further, down, later = KEYS.get(told["key"], (0, 0, 0))
        layer = min(max(layer + further, 1), len(trainer.sizes) - 1)
        trainer.choose(layer)
        units, sources = trainer.sizes[layer], trainer.sizes[layer - 1] + 1
        trainer.choose(unit=(min(unit, units) + down - 1) % units + 1)
        trainer.choose(source=(min(source, sources - 1) + later) % sources)

    def advance(self) -> bool:
        """Take as many steps as a frame has; False where no further one will be taken."""
        self.state.step(self.options["speed"])
        return not self.state.ended

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        trainer = self.state
        return figures(trainer, self.options) | self.buttons() | self.choices() | self.fields() | {
            "said": entries.words(*training_in_words(trainer), network_in_words(trainer), live=not self.playing),
            "which": entries.words((f"{chosen_in_words(trainer).capitalize()}.", "")),
            "formula": entries.words(formula(trainer)),
            "code": entries.code(code(trainer, fresh=self.options["fresh"])),
            "layout": entries.layout(
                "Plane trainer",
                [["play"], ["step", "reset", "undo"], "points", "function", "said",
                 entries.more("The network and its training", ["hidden"], ["add layer", "remove layer"], "start",
                              ["rate", "seed"], "speed"),
                 entries.more("The points", ["count", "noise"], "fresh", ["x", "y"],
                              ["add point", "remove point", "remove all"]),
                 "error"],
                ["network", "which", "weight", "large", entries.more("Arithmetic of the unit", "formula")],
                ["plane", "kind", "losses", entries.more("Code of this state", "code")],
            ),
        }  # fmt: skip

    def buttons(self) -> dict[str, Entry]:
        """Return all buttons."""
        trainer, layers = self.state, len(self.state.setting.hidden)
        speed, none = self.options["speed"], not trainer.own
        return {
            "play": entries.play(off=trainer.ended, interval=33),
            "step": entries.button("Step", tip=f"take {speed} {'step' if speed == 1 else 'steps'}", off=trainer.ended),
            "reset": entries.button("Reset", tip="begin anew, with the weights of the seed"),
            "add layer": entries.button("Add layer", tip="add one, and begin anew", off=layers >= MOST_LAYERS),
            "remove layer": entries.button("Remove layer", tip="take the last away, and begin anew", off=layers == 1),
            "add point": entries.button("Add point", tip="add the point (x, y) to the training points"),
            "remove point": entries.button("Remove point", tip="take the last one away", off=none),
            "remove all": entries.button("Remove all", tip="take all points of yours away", off=none),
        }

    def choices(self) -> dict[str, Entry]:
        """Return what is one of a few, and what is on or off."""
        setting, options = self.state.setting, self.options
        return {
            "points": entries.choice("points", SETS, SETS.index(setting.points)),
            "function": entries.choice("in between", ACTIVATIONS, list(ACTIVATIONS).index(setting.activation)),
            "start": entries.choice("start", self.starts, list(self.starts.values()).index(setting.scale)),
            "kind": entries.choice("a click adds", ["● class 0", "▲ class 1"], options["kind"]),
            "fresh": entries.tick("draw the fresh points", options["fresh"]),
            "large": entries.tick("show the chosen unit large", options["large"]),
        }

    def fields(self) -> dict[str, Entry]:
        """Return what is typed."""
        trainer, (x, y) = self.state, self.new_point
        setting, own = trainer.setting, trainer.setting.points == OWN
        size, each = abs(trainer.weight), LIMITS["points of each class"]
        units = ", ".join(map(str, setting.hidden))
        most = enough(size, (5, 25, 100)) if size < 100 else 100
        return {
            "hidden": entries.field("units", units, long=True, tip="of each hidden layer, as 8, 8"),
            "rate": entries.field("rate", trainer.rate, step=0.01, limits=LIMITS["rate"]),
            "speed": entries.field("steps at a time", self.options["speed"], step=1, limits=SPEED["steps at a time"]),
            "seed": entries.field("seed", setting.seed, step=1, limits=LIMITS["seed"]),
            "count": entries.field("of each class", setting.count, step=5, limits=each, off=own),
            "noise": entries.field("noise", setting.noise, step=0.01, limits=LIMITS["noise"], off=own),
            "weight": entries.field(
                "weight" if trainer.chosen[2] else "bias",
                round(trainer.weight, 4),
                step=0.05,
                limits=(-most, most),
                slides=True,
            ),
            "x": entries.field("x", x, step=0.05, limits=LIMITS["x"]),
            "y": entries.field("y", y, step=0.05, limits=LIMITS["y"]),
        }


def allowed(x: float, y: float) -> tuple[float, float]:
    """Return the nearest place where a point may be, in hundredths.

    >>> allowed(0.123, 1.26)
    (0.12, 1.2)
    """
    (left, right), (low, high) = LIMITS["x"], LIMITS["y"]
    return round(min(max(x, left), right), 2) + 0.0, round(min(max(y, low), high), 2) + 0.0


def whole_numbers(typed: str) -> list[int]:
    """Return the units of each hidden layer as they were typed, with commas or spaces between."""
    try:
        return [int(one) for one in typed.replace(",", " ").split()]
    except ValueError:
        low, high = LIMITS["units"]
        wanted = f"1 to {MOST_LAYERS} whole numbers from {low} to {high}, as 8, 8"
        raise ValueError(f"got {typed!r} as hidden units; type {wanted}") from None
