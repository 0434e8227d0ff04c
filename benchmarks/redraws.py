"""How long a reader waits for an explorer's new picture: change one control again and again, and time each redraw.

A new explorer needs one line in `REDRAWS`; its widget is then also held against the rules for all explorers, in
`tests/widgets/test_widgets.py`, under both versions of ipywidgets.
"""

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.fresh import MeasurementFailed, serve
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.explorers.activation_explorer import make_activation_widget, make_depth_widget
from helpers.explorers.descent_stepper import make_widget as make_stepper
from helpers.explorers.function_builder.state import Builder
from helpers.explorers.function_builder.view import make_widget as make_builder
from helpers.explorers.kernel_lab.pictures import load_picture
from helpers.explorers.kernel_lab.state import lab_state
from helpers.explorers.kernel_lab.view import LabView
from helpers.explorers.network_explorer.state import network_state
from helpers.explorers.network_explorer.view import NetworkView
from helpers.explorers.plane_trainer.state import PlaneTrainer
from helpers.explorers.plane_trainer.view import TrainerView
from helpers.lessons.convolution import KERNELS
from helpers.lessons.relu_sums import random_sum
from helpers.lessons.stepper import Stepper

TIMES, WIDTH, HEIGHT = 40, 400, 300
PRESS = ("press",)  # the values of a button


@dataclass(frozen=True)
class Redraw:
    """An explorer, the control that is changed, by its label, and the values that it takes in turn."""

    make: Callable[[], Any]
    control: str
    values: Iterable[Any]


def cat() -> np.ndarray:
    """Return a picture of 300 × 400 pixels."""
    return np.asarray(Image.fromarray(load_picture("cat.0.jpg")).resize((WIDTH, HEIGHT)))


def kernel_lab(mode: str = "grey") -> Any:
    """Return the lab with a picture."""
    return LabView(lab_state(cat(), "outline", mode=mode)).box


def network_explorer(layer: int = 5) -> Any:
    """Return the explorer of our backbone, whose head has learned nothing yet, with a picture."""
    data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128))
    learn = ConvLearner.pretrained("resnet10", data, seed=1)
    return NetworkView(learn, network_state(learn, cat(), layer)).box


def eight_relus() -> Any:
    """Return the function builder with ReLUs."""
    return make_builder(Builder("hill", random_sum(8)))


def three_layers() -> Any:
    """Return the plane trainer with three hidden layers."""
    return TrainerView(PlaneTrainer("spirals", [16, 16, 16])).box


REDRAWS = {
    "kernel lab: another place": Redraw(kernel_lab, "Output column:", range(40, 340, 7)),
    "kernel lab: another kernel": Redraw(kernel_lab, "Kernel:", list(KERNELS)),
    "kernel lab: each channel, another size": Redraw(lambda: kernel_lab("each channel"), "Size:", (7, 5, 3)),
    "descent stepper: a step": Redraw(lambda: make_stepper(Stepper(rate=0.02)), "Step", PRESS),
    "descent stepper: another start": Redraw(lambda: make_stepper(Stepper()), "start =", (-5, 3, -1, 5)),
    "activation explorer: another x": Redraw(make_activation_widget, "x", (-5.0, -2.0, 3.0, 0.5)),
    "activation explorer: another function": Redraw(make_activation_widget, "function", ("ReLU", "tanh", "GELU")),
    "function builder: a step": Redraw(eight_relus, "Step", PRESS),
    "function builder: another place": Redraw(eight_relus, "place", (-0.9, -0.3, 0.2, 0.7)),
    "plane trainer: ten steps": Redraw(three_layers, "Step", PRESS),
    "plane trainer: another network": Redraw(three_layers, "hidden units =", ("8", "8, 8", "16, 16, 16, 16")),
    "network explorer: another channel": Redraw(network_explorer, "Channel:", (7, 40, 3, 99)),
    "network explorer: a channel off": Redraw(network_explorer, "Switch this channel off", PRESS),
    "network explorer: another layer": Redraw(network_explorer, "Layer:", ("1", "3", "9", "7")),
    "depth explorer: another depth": Redraw(make_depth_widget, "depth", (50, 10, 30, 2)),
}


def parts(widget: Any) -> Iterator[Any]:
    """Yield a widget and all that it holds."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def pictures(widget: Any) -> list[bytes]:
    """Return the picture files that a widget shows: those of ipywidgets' Image, and of the kernel lab's own kind."""
    found = [getattr(part, "picture", getattr(part, "value", None)) for part in parts(widget)]
    return [bytes(value) for value in found if isinstance(value, (bytes, memoryview))]


def change(control: Any, value: Any) -> None:
    """Press a button, or give a control a value, as a reader does."""
    if value in PRESS:
        control.click()
    else:
        control.value = value


def times(redraw: Redraw, number: int = TIMES) -> list[float]:
    """Return the seconds of `number` redraws; MeasurementFailed where a change has left every picture as it was."""
    widget = redraw.make()
    control = next((part for part in parts(widget) if getattr(part, "description", "") == redraw.control), None)
    if control is None:
        raise MeasurementFailed(f"no control of this explorer is called {redraw.control!r}")
    gc.collect()  # what imports left behind would be cleared up within one of the redraws, and take longer than it
    found = []
    for value in islice(cycle(redraw.values), number):
        before = pictures(widget)
        start = time.perf_counter()
        change(control, value)
        found.append(time.perf_counter() - start)
        if pictures(widget) == before:
            raise MeasurementFailed(f"{redraw.control!r} at {value!r} changed no picture, so nothing was measured")
    return found


def measure(_: dict[str, Any]) -> dict[str, Any]:
    """Return the milliseconds of every redraw of every explorer."""
    return {name: [1000 * seconds for seconds in times(redraw)] for name, redraw in REDRAWS.items()}


if __name__ == "__main__":
    serve(measure)
