"""Every explorer: the cell that shows it, its view, and the acts whose answers are timed.

`python benchmarks/run.py` measures how long Python takes for an answer; `tests/browser/test_explorers.py` and
`tests/widgets/test_widgets.py` hold each explorer against the rules for all.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from helpers.exercises.shortcuts import Drill, DrillView
from helpers.explorers.activation_explorer.activation import ActivationView
from helpers.explorers.activation_explorer.depth import DepthView
from helpers.explorers.activation_explorer.point import Point
from helpers.explorers.activation_explorer.stack import Stack
from helpers.explorers.backpropagation_stepper.state import Pass
from helpers.explorers.backpropagation_stepper.view import BackpropagationView
from helpers.explorers.descent_stepper.state import Stepper
from helpers.explorers.descent_stepper.view import StepperView
from helpers.explorers.drawing_pad import open_album
from helpers.explorers.drawing_pad.view import PadView
from helpers.explorers.feature_film.view import FilmView
from helpers.explorers.function_builder.view import Builder, BuilderView
from helpers.explorers.kernel_lab.pictures import load_picture
from helpers.explorers.kernel_lab.state import MODES, LabState, lab_state
from helpers.explorers.kernel_lab.view import LabView
from helpers.explorers.label_review.state import Review, ReviewState, doubts
from helpers.explorers.label_review.view import ReviewView
from helpers.explorers.network_explorer import network_state
from helpers.explorers.network_explorer.map_view import MapView
from helpers.explorers.network_explorer.view import NetworkView
from helpers.explorers.plane_trainer.view import PlaneTrainer, TrainerView
from helpers.explorers.prediction_app.state import app_state
from helpers.explorers.prediction_app.view import AppView
from helpers.explorers.run_explorer.state import Runs, first_runs
from helpers.explorers.run_explorer.view import RunsView
from helpers.explorers.sample_size.state import SampleSize
from helpers.explorers.sample_size.view import SizeView
from helpers.lessons.relu_sums import random_sum


@dataclass(frozen=True)
class Shown:
    """An explorer: the cell that shows it, its view, and what each of its acts is told in turn.

    handles: how many there are at first. from_code: makes a view from the lines of code that it shows, and all that it
    shows; the view must then show the same in the parts `told_by_code`.
    """

    cell: str
    view: Callable[[], Any] | None
    acts: dict[str, Sequence[dict[str, Any]]] = field(default_factory=dict)
    handles: int = 1
    from_code: Callable[[str, dict[str, Any]], Any] | None = None
    told_by_code: Sequence[str] = ()


def variable(name: str, view: Callable[[Any], Any], *ticks: str) -> Callable[[str, dict[str, Any]], Any]:
    """Return a function that runs lines of code and makes a view of the variable `name` that they leave.

    ticks: boxes that the code does not speak of; they are as they are shown.
    """

    def run(code: str, shown: dict[str, Any]) -> Any:
        import matplotlib.pyplot as plt

        known: dict[str, Any] = {}
        exec(f"{IMPORTS}\n{code}", known)
        plt.close("all")
        made = view(known[name])
        for tick in ticks:
            made._told(None, {"name": tick, "value": shown[tick]["value"], "number": 1, "gesture": 1}, [])
        return made

    return run


IMPORTS = """
import numpy as np
from helpers.explorers.descent_stepper import Stepper, plot_stepper
from helpers.explorers.function_builder import Builder, plot_builder
from helpers.explorers.plane_trainer import PlaneTrainer, plot_plane_trainer
from helpers.lessons.relu_sums import ReluSum
"""
PRESS: Sequence[dict[str, Any]] = ({},)
NETWORK = """
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.lessons.inside import search_patches
from helpers.explorers.network_explorer import network_explorer
torch.set_num_threads(1)  # other threads round a little differently
data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128))
learn, picture = ConvLearner.pretrained("resnet10", data, seed=1), data.valid.paths[0]
search = search_patches(learn, most=30)
network_explorer(learn, picture, 5, search=search)
"""


@cache
def network_names() -> dict[str, Any]:
    """Return the learner, the picture and the search that the cell of the network explorer makes."""
    known: dict[str, Any] = {}
    exec(NETWORK.rpartition("network_explorer(")[0], known)
    return {name: known[name] for name in ("learn", "picture", "search")}


def network_view(*values: Any, **options: Any) -> Any:
    """Return the view of the network explorer: as it opens, or of what `network_state` takes."""
    known = network_names()
    values, options = values or (known["learn"], known["picture"], 5), options or {"search": known["search"]}
    return NetworkView(known["learn"], network_state(*values, **options))


def map_view() -> MapView:
    """Return the view of the map of the network as it opens."""
    known = network_names()
    return MapView(known["learn"], network_state(known["learn"], known["picture"], 1))


def network_from_code(code: str, _: dict[str, Any]) -> Any:
    """Return the view of the state that a line of the network explorer draws."""
    call = code.splitlines()[-1].removeprefix("axes = ")
    return eval(call, network_names() | {"plot_network": network_view})


APP = """
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.explorers.prediction_app import prediction_app
from helpers.lessons.unfamiliar import Familiarity
torch.set_num_threads(1)  # other threads round a little differently
data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128))
learn = ConvLearner.pretrained("resnet10", data, precompute=True, seed=1)
familiar = Familiarity.of(learn)
prediction_app(learn, familiar=familiar)
"""
REVIEW = (
    f"{APP.rpartition('familiar =')[0]}from helpers.explorers.label_review import review_labels\nreview_labels(learn);"
)
RUNS = (
    f"{APP.rpartition('familiar =')[0]}from helpers.explorers.run_explorer import run_explorer\nrun_explorer(learn, 16)"
)


@cache
def app_names() -> dict[str, Any]:
    """Return the learner, and what is familiar to it, that the cell of the prediction app makes."""
    known: dict[str, Any] = {}
    exec(APP.rpartition("prediction_app(")[0], known)
    return {name: known[name] for name in ("learn", "familiar")}


def app_view(pictures: Any = None, label: str | None = None) -> Any:
    """Return the view of the prediction app: as it opens, or with one picture and the evidence for a class."""
    known = app_names()
    state = app_state(known["learn"], pictures, known["familiar"])
    return AppView(state if label is None else state.changed(label=label))


def app_from_code(code: str, _: dict[str, Any]) -> Any:
    """Return the view of the picture, and the class, that the lines of the prediction app name."""
    import matplotlib.pyplot as plt

    known = app_names() | {"print": lambda _: None}
    exec(code, known)
    plt.close("all")
    return app_view([known["picture"]], re.findall(r"picture, '(.*)'\)", code)[-1])


def runs_from_code(code: str, _: dict[str, Any]) -> Any:
    """Return the view of the runs that the lines of the run explorer make."""
    made = code.splitlines()[-1].partition(" = ")[2].removesuffix(".outcomes")
    return RunsView(eval(made, app_names() | {"Runs": Runs}))


def sizes_from_code(code: str, _: dict[str, Any]) -> Any:
    """Return the view of the sizes that the lines of the sample-size explorer make."""
    return SizeView(eval(code.splitlines()[-1].partition(" = ")[2], {"SampleSize": SampleSize}))


def backpropagation_from_code(code: str, _: dict[str, Any]) -> Any:
    """Return the view of the pass that the line of the backpropagation stepper draws."""
    return eval(code.partition(" = ")[2], {"Pass": Pass, "plot_graph": BackpropagationView})


FILM = """
import numpy as np
from helpers.explorers.feature_film import Film, feature_film
rng = np.random.default_rng(0)
film = Film(5 * np.arange(61), rng.normal(size=(61, 12, 7, 7)), rng.uniform(0.5, 0.9, 61))
feature_film(film)
"""  # a film of noise, which needs no training


def film_view(step: int = 0) -> Any:
    """Return the view of the film that its cell makes."""
    known: dict[str, Any] = {}
    exec(FILM.rpartition("feature_film(")[0], known)
    return FilmView(known["film"].at(step))


def argument_of(function: str, view: Callable[..., Any]) -> Callable[[str, dict[str, Any]], Any]:
    """Return a function that makes a view of what the first line of code, a call of `function`, is given."""
    return lambda code, _: eval(code.splitlines()[0], {function: view})


def lab_from_code(code: str, shown: dict[str, Any]) -> Any:
    """Return the view of the state whose output the lines of the kernel lab compute, drawn as it is shown."""

    def state(pixels: Any, kernel: Any, *, stride: int, padding: int) -> Any:
        numbers, mode = np.asarray(kernel, dtype=float), MODES[shown["colours"]["value"]]
        made = LabState(known["picture"], numbers, 1, mode, stride, padding, signed=bool(shown["draw"]["value"]))
        assert np.array_equal(made.pixels, pixels)
        return made.in_the_middle()

    known: dict[str, Any] = {"np": np, "load_picture": load_picture, "convolve": state}
    exec(code, known)
    return LabView(known["output"])


def stroke(end: float) -> dict[str, list[float]]:
    """Return the places of a quick line across the drawing pad."""
    return {"x": np.linspace(20, end, 100).tolist(), "y": np.linspace(30, end, 100).tolist()}


EXPLORERS = {
    "descent stepper": Shown(
        "from helpers.explorers.descent_stepper import descent_stepper\ndescent_stepper(rate=0.02, start=4.0)",
        lambda: StepperView(Stepper(rate=0.02)),
        {"step": PRESS, "ball": ({"x": -4.0}, {"x": 3.0}), "rate": ({"value": "0,5"}, {"value": "1/9"})},
        handles=2,
        from_code=variable("stepper", StepperView, "momentum", "before"),
        told_by_code=("path", "said"),
    ),
    "function builder": Shown(
        "from helpers.explorers.function_builder import function_builder\n"
        "from helpers.lessons.relu_sums import random_sum\nfunction_builder('hill', random_sum(8))",
        lambda: BuilderView(Builder("hill", random_sum(8))),
        {"step": PRESS, "slope": ({"value": "1"}, {"value": "−2"}), "steep": ({"y": 2.0}, {"y": -1.0}),
         "bend 0": ({"x": 0.2, "y": 0.5}, {"x": 0.3, "y": 0.2}), "place": ({"value": "1/8"}, {"value": "0,3"})},
        handles=11,
        from_code=variable("builder", BuilderView),
        told_by_code=("target", "curve", "follow", "rate", "bias"),
    ),
    "plane trainer": Shown(
        'from helpers.explorers.plane_trainer import plane_trainer\nplane_trainer("spirals", hidden=[8, 8])',
        lambda: TrainerView(PlaneTrainer("spirals", [8, 8])),
        {"step": PRESS, "weight": ({"value": "1/2"}, {"value": "−2"}),
         "plane": ({"key": "ArrowRight"}, {"key": "Enter"}), "network": ({"key": "ArrowDown"},),
         "hidden": ({"value": "8"}, {"value": "16, 16, 16, 16"})},
        handles=0,
        from_code=variable("trainer", TrainerView, "fresh", "large"),
        told_by_code=("weights", "units", "says", "own points", "curves", "said", "weight"),
    ),
    "activation explorer": Shown(
        'from helpers.explorers.activation_explorer import activation_explorer\nactivation_explorer("sigmoid", x=1)',
        lambda: ActivationView(Point("sigmoid", 1.0)),
        {"point": ({"x": -3.0}, {"x": 2.5}), "x": ({"value": "0,5"}, {"value": "−2"}),
         "name": ({"value": 2}, {"value": 4})},
        handles=2,
        from_code=argument_of("activation_explorer", lambda *values, **more: ActivationView(Point(*values, **more))),
        told_by_code=("said",),
    ),
    "depth explorer": Shown(
        'from helpers.explorers.activation_explorer import depth_explorer\ndepth_explorer("sigmoid", depth=20)',
        lambda: DepthView(Stack("sigmoid", 20, 1.0)),
        {"depth": ({"value": "50"}, {"value": "10"}), "scale": ({"value": "0,5"}, {"value": "4"}),
         "name": ({"value": 2}, {"value": 3})},
        handles=1,
        from_code=argument_of("depth_explorer", lambda *values, **more: DepthView(Stack(*values, **more))),
        told_by_code=("said",),
    ),
    "kernel lab": Shown(
        'from helpers.explorers.kernel_lab import kernel_lab\nkernel_lab("cat.0.jpg", "sharpen", row=110, column=230)',
        lambda: LabView(lab_state("cat.0.jpg", "sharpen", row=110, column=230)),
        {"window": ({"x": 3, "y": 4}, {"x": 200, "y": 120}), "kernel": ({"value": 3}, {"value": 5}),
         "numbers": ({"row": 0, "column": 1, "value": "1/9"}, {"row": 0, "column": 1, "value": "−2"}),
         "size": ({"value": 1}, {"value": 2}), "stride": ({"value": "2"}, {"value": "3"}), "next": PRESS},
        handles=2,
        from_code=lab_from_code, told_by_code=("result", "sizes"),
    ),
    "drawing pad": Shown(
        'from helpers.explorers.drawing_pad import drawing_pad\ndrawing_pad(["star", "house"]);',
        lambda: PadView(open_album(["star", "house"], "no_such_folder")),
        {"pen": ({"x": 90.0, "y": 90.0, "trail": stroke(90)}, {"x": 200.0, "y": 200.0, "trail": stroke(200)}),
         "class": ({"value": 1}, {"value": 0}), "width": ({"value": 2}, {"value": 0}),
         "ghost": ({"value": True}, {"value": False})},
        handles=1,
    ),
    "network explorer": Shown(
        NETWORK, network_view,
        {"place": ({"x": 3, "y": 4}, {"x": 9, "y": 12}), "map": ({"key": "ArrowRight"}, {"key": "ArrowLeft"}),
         "strip": ({"key": "ArrowRight"}, {"key": "ArrowLeft"}), "near": PRESS, "switch": PRESS},
        handles=2, from_code=network_from_code, told_by_code=("said", "share", "channel_pixels", "marks"),
    ),
    "network map": Shown(
        f"{NETWORK.partition('search =')[0].replace('import network_explorer', 'import network_map')}"
        "network_map(learn, picture, 1)",
        map_view,
        {"map": ({"key": "ArrowRight"}, {"key": "ArrowLeft"}), "near": PRESS},
        handles=0,
    ),
    "sample size": Shown(
        "from helpers.explorers.sample_size import sample_size\nsample_size()",
        lambda: SizeView(SampleSize()),
        {"at": ({"x": 3.0}, {"x": 2.0}), "pictures": ({"value": "1,5e3"}, {"value": "300"}),
         "accuracy": ({"value": "90"}, {"value": "95"}), "difference": ({"value": "2"}, {"value": "0,5"})},
        from_code=sizes_from_code, told_by_code=("curves", "said"),
    ),
    "prediction app": Shown(
        APP, app_view,
        {"pen": ({"x": 90.0, "y": 90.0, "trail": stroke(90)}, {"x": 200.0, "y": 200.0, "trail": stroke(200)}),
         "strip": ({"key": "ArrowRight"}, {"key": "ArrowLeft"}), "label": ({"value": 1}, {"value": 2}),
         "width": ({"value": 2}, {"value": 0})},
        handles=1, from_code=app_from_code, told_by_code=("said", "evidence"),
    ),
    "label review": Shown(
        REVIEW, lambda: ReviewView(Review(app_names()["learn"].data, ReviewState(doubts(app_names()["learn"])))),
        {"decision": ({"value": 2}, {"value": 0}), "strip": ({"key": "ArrowRight"}, {"key": "ArrowLeft"}),
         "next": PRESS},
        handles=0,
    ),
    "run explorer": Shown(
        RUNS, lambda: RunsView(first_runs(app_names()["learn"], 16)),
        {"pictures": ({"value": "12"}, {"value": "20"}), "power": ({"value": "−1"}, {"value": "−3"}),
         "epochs": ({"value": "3"}, {"value": "1"}), "last": ({"x": 4}, {"x": 1})},
        handles=1, from_code=runs_from_code, told_by_code=("errors lines", "losses lines"),
    ),
    "backpropagation stepper": Shown(
        "from helpers.explorers.backpropagation_stepper import backpropagation_stepper\nbackpropagation_stepper()",
        lambda: BackpropagationView(Pass()),
        {"number 0": ({"value": "0,5"}, {"value": "−2"}), "graph": ({"key": "End"}, {"key": "Home"}),
         "expression": ({"value": "a * b + a"}, {"value": "relu(w * x + b)"})},
        handles=0, from_code=backpropagation_from_code, told_by_code=("boxes", "said", "check"),
    ),
    "feature film": Shown(
        FILM, film_view, {"at": ({"value": "100"}, {"value": "200"}), "now": ({"x": 50}, {"x": 150})}, handles=1,
        from_code=lambda code, _: film_view(int(code.partition("[")[2].partition("]")[0])),
        told_by_code=("all", "mark", "said"),
    ),
    "shortcut trainer": Shown(
        "from helpers.exercises import shortcut_trainer\nshortcut_trainer(seed=1)", lambda: DrillView(Drill(seed=1)),
        {"keys": ({"value": "Shift+Enter"}, {"value": "a"})}, handles=0,
    ),
    "quiz": Shown("from helpers.exercises import quiz\nquiz('02.1')", None, handles=0),
}  # fmt: skip
