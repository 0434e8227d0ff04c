"""Two explorers: an activation function with its gradient, and the sizes of activations and gradients in a deep stack.

Each is a thin view: `plot_activation` and `plot_depth` draw the same without a widget. Taught in lesson 05.
"""

from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..lessons.deep_stack import ACTIVATIONS, deep_stack, look_inside, root_mean_square
from ..lessons.nonlinear import NON_LINEARITIES, NonLinearity, checked_alpha, non_linearity
from ..plots import FIRST, GREY, SECOND, THIRD, new_axes
from ..widgets.answering import Answering
from ..widgets.sheet import Sheet
from ..widgets.showing import paragraph, show
from ..widgets.text import checked_number

REACH = 6.0  # the axis runs from −REACH to REACH
DEEPEST, LARGEST = 50, 5.0  # layers, and scale of the initial weights
UNITS, INPUTS = 64, 64  # of the stack that is looked into
FAR = 1e14  # a size beyond it, or beyond 1 / FAR, is drawn at the edge


# One activation function at one point -------------------------------------------------------------------------------


def plot_activation(
    name: str, x: float = 1.0, *, alpha: float = 0.01, axes: Sequence[Axes] | None = None
) -> np.ndarray:
    """Draw an activation function with its tangent at `x` on the left, its gradient on the right; returns both Axes.

    x: from −6 to 6. alpha: PyTorch's `negative_slope` of leaky ReLU, 0 to 1. ValueError for others. Lesson 05.

    >>> plot_activation("ReLU", 2.0)[0].get_title()
    'ReLU: f(x) = max(0, x)'
    """
    entry, x, alpha = non_linearity(name), checked_number("x", x, -REACH, REACH), checked_alpha(alpha)
    if axes is None:
        _, axes = plt.subplots(1, 2, figsize=(8.2, 2.9), layout="constrained", facecolor="white")
    both = np.asarray(axes)
    _draw_curves(both, entry, alpha)
    _draw_point(both, entry, x, alpha)
    return both


def _draw_curves(axes: np.ndarray, entry: NonLinearity, alpha: float) -> None:
    across = np.linspace(-REACH, REACH, 241)
    values, gradients = entry.at(across, alpha)
    margin = 0.08 * np.ptp(values)
    ends = (values.min() - margin, values.max() + margin)
    for ax, drawn, colour, limits in ((axes[0], values, FIRST, ends), (axes[1], gradients, SECOND, (-0.2, 1.3))):
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.axvline(0, color=GREY, linewidth=0.8)
        ax.plot(across, drawn, color=colour, linewidth=2)
        ax.set(xlabel="x", xlim=(-REACH, REACH), ylim=limits)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_title(f"{entry.name}: f(x) = {entry.formula}", fontsize=10)
    axes[1].set_title(f"its slope: {entry.gradient_formula}", fontsize=10)


def _draw_point(axes: np.ndarray, entry: NonLinearity, x: float, alpha: float) -> list[Artist]:
    value, gradient = (float(number) for number in entry.at(x, alpha))
    near = np.array([x - 1.5, x + 1.5])
    return [
        *axes[0].plot(near, value + gradient * (near - x), "--", color=THIRD, linewidth=1.8),
        *axes[0].plot([x], [value], "o", color=THIRD, markersize=8),
        *axes[1].plot([x], [gradient], "s", color=THIRD, markersize=8),
    ]


def describe_point(name: str, x: float, alpha: float = 0.01) -> str:
    """Describe in words what `plot_activation` shows at the point.

    >>> describe_point("sigmoid", 0)
    'sigmoid at x = 0: the value is 0.5, the slope is 0.25.'
    """
    entry = non_linearity(name)
    value, gradient = (float(number) for number in entry.at(x, alpha))
    given = f" with α = {alpha:g}" if entry.has_alpha else ""
    return f"{entry.name}{given} at x = {x:g}: the value is {value:.3g}, the slope is {gradient:.3g}."


def activation_explorer(name: str = "sigmoid", x: float = 1.0, alpha: float = 0.1) -> None:
    """Show the explorer of one activation function: choose it, move the point, see value, gradient and tangent."""
    text = (
        f"Activation explorer. {describe_point(name, x, alpha)}\n"
        f"To draw it in a cell: plot_activation({name!r}, {x:g}, alpha={alpha:g})"
    )
    show(lambda: make_activation_widget(name, x, alpha), text)


def make_activation_widget(name: str = "sigmoid", x: float = 1.0, alpha: float = 0.1) -> Any:
    """Return the explorer of one activation function as a box of controls, a picture, and the picture in words."""
    figure = Figure(figsize=(8.2, 2.9), facecolor="white")
    figure.subplots_adjust(left=0.06, right=0.985, bottom=0.17, top=0.89, wspace=0.16)
    axes, sheet = figure.subplots(1, 2), Sheet(figure)

    def draw(chosen: str, numbers: dict[str, float]) -> tuple[bytes, str]:
        entry, point, leak = non_linearity(chosen), numbers["x"], numbers["α"]

        def curves() -> None:
            for ax in axes:
                ax.clear()
            _draw_curves(axes, entry, leak)

        key = (entry.name, leak if entry.has_alpha else 0)
        return sheet.png(key, curves, lambda: _draw_point(axes, entry, point, leak)), describe_point(
            chosen, point, leak
        )

    controls = {"x": (x, -REACH, REACH, 0.1), "α": (alpha, 0.01, 0.99, 0.01)}
    return _explorer(list(NON_LINEARITIES), non_linearity(name).name, controls, draw, "whole-game-activation-explorer")


# A stack of many layers ----------------------------------------------------------------------------------------------


def stack_sizes(name: str, depth: int, scale: float | str, *, alpha: float = 0.01) -> tuple[np.ndarray, np.ndarray]:
    """Return the root mean square of activations and of gradients in each layer of an untrained stack: two (depth,).

    64 units a layer; 64 random inputs of size 1 run forward, and a random gradient of size 1 from the last layer back.

    >>> stack_sizes("none", 3, 1.0)[1][-1].round(1)
    np.float64(1.0)
    """
    inputs = np.random.default_rng(0).normal(size=(INPUTS, UNITS))
    stack = deep_stack([UNITS] * (depth + 1) + [1], name, scale=scale, alpha=alpha, seed=1)
    found = look_inside(stack, inputs)
    return np.array([root_mean_square(layer.values) for layer in found]), np.array(
        [root_mean_square(layer.gradient) for layer in found]
    )


def plot_depth(
    name: str, depth: int = 20, scale: float | str = 1.0, *, alpha: float = 0.01, ax: Axes | None = None
) -> Axes:
    """Draw the sizes of activations and gradients in each layer of an untrained stack, on a logarithmic axis.

    depth: 2 to 50 layers. scale: of the initial weights, as in `deep_stack`. Taught in lesson 05.

    >>> plot_depth("tanh", 5).get_ylabel()
    'typical size'
    """
    depth = int(checked_number("depth", depth, 2, DEEPEST))
    axes = new_axes(ax, (7.2, 3.2))
    _draw_grid(axes)
    _draw_sizes(axes, stack_sizes(name, depth, scale, alpha=alpha))
    axes.set_title(_stack_name(name, depth, scale), fontsize=10, pad=24)  # above the legend
    return axes


def _draw_grid(axes: Axes) -> None:
    axes.set(xlabel="layer", ylabel="typical size", xlim=(0, DEEPEST + 1), ylim=(1 / FAR, FAR), yscale="log")
    axes.set_yticks([10.0**power for power in range(-12, 13, 4)])
    axes.minorticks_off()
    axes.axhline(1, color=GREY, linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.plot([], [], "o-", color=FIRST, markersize=4, label="activations, sent forward")
    axes.plot([], [], "s--", color=THIRD, markersize=4, label="gradients, sent back")
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 0.98), ncols=2, fontsize=9)


def _draw_sizes(axes: Axes, sizes: tuple[np.ndarray, np.ndarray]) -> list[Artist]:
    layers = np.arange(1, len(sizes[0]) + 1)
    forward, back = (np.clip(values, 1 / FAR, FAR) for values in sizes)
    return [
        *axes.plot(layers, forward, "o-", color=FIRST, markersize=4),
        *axes.plot(layers, back, "s--", color=THIRD, markersize=4),
    ]


def describe_depth(name: str, depth: int, scale: float | str, sizes: tuple[np.ndarray, np.ndarray]) -> str:
    """Describe in words what `plot_depth` shows.

    >>> describe_depth("ReLU", 2, 1.0, (np.array([1.0, 0.5]), np.array([0.25, 1.0]))).split("; ")[1]
    'gradients of size 1 in the last layer, 0.25 in the first.'
    """
    (first, last), (front, rear) = ((values[0], values[-1]) for values in sizes)
    beyond = any((values > FAR).any() or (values < 1 / FAR).any() for values in sizes)
    edge = " What lies beyond the picture is drawn at its edge." if beyond else ""
    return (
        f"{_stack_name(name, depth, scale)}: activations of size {first:.3g} in the first layer, {last:.3g} "
        f"in the last; gradients of size {rear:.3g} in the last layer, {front:.3g} in the first.{edge}"
    )


def _stack_name(name: str, depth: int, scale: float | str) -> str:
    plain = "linear layers, no bend" if name == "none" else f"layers of {non_linearity(name).name}"
    return f"{depth} {plain}, scale {scale if isinstance(scale, str) else format(scale, 'g')}"


def depth_explorer(name: str = "sigmoid", depth: int = 20, scale: float = 1.0) -> None:
    """Show the explorer of a deep stack: choose activation function, depth and scale of the initial weights."""
    text = (
        f"Depth explorer. {describe_depth(name, depth, scale, stack_sizes(name, depth, scale))}\n"
        f"To draw it in a cell: plot_depth({name!r}, {depth}, {scale:g})"
    )
    show(lambda: make_depth_widget(name, depth, scale), text)


def make_depth_widget(name: str = "sigmoid", depth: int = 20, scale: float = 1.0) -> Any:
    """Return the explorer of a deep stack as a box of controls, a picture, and the picture in words."""
    figure = Figure(figsize=(8.2, 3.2), facecolor="white")
    figure.subplots_adjust(left=0.09, right=0.985, bottom=0.15, top=0.9)
    axes, sheet = figure.subplots(), Sheet(figure)

    def draw(chosen: str, numbers: dict[str, float]) -> tuple[bytes, str]:
        layers, start = round(numbers["depth"]), numbers["scale"]
        sizes = stack_sizes(chosen, layers, start, alpha=numbers["α"])
        picture = sheet.png("grid", lambda: _draw_grid(axes), lambda: _draw_sizes(axes, sizes))
        return picture, describe_depth(chosen, layers, start, sizes)

    controls = {
        "depth": (depth, 2, DEEPEST, 1), "scale": (scale, 0.1, LARGEST, 0.1), "α": (0.1, 0.01, 0.99, 0.01),
    }  # fmt: skip
    return _explorer(list(ACTIVATIONS), name, controls, draw, "whole-game-depth-explorer")


# What both are made of -----------------------------------------------------------------------------------------------


def _explorer(
    names: list[str],
    name: str,
    controls: dict[str, tuple[float, float, float, float]],
    draw: Callable[[str, dict[str, float]], tuple[bytes, str]],
    css_class: str,
) -> Any:
    """Return buttons for the names, a slider and a field for each number, the picture, and its words.

    JupyterLab takes the arrow keys away from sliders; a field to type in keeps them, and Space works on buttons.
    """
    import ipywidgets as widgets

    auto: Any = {"description_width": "initial"}
    buttons: Any = widgets.ToggleButtons(
        options=names, value=name, description="function", style={"button_width": "auto"}
    )
    words, errors = widgets.HTML(), widgets.Output()
    layout = widgets.Layout(width="100%", max_width="820px", height="auto", margin="0")
    picture = widgets.Image(format="png", layout=layout)
    sliders, fields, rows = {}, {}, []
    for label, (value, low, high, step) in controls.items():
        kind, number = (
            (widgets.IntSlider, widgets.IntText) if isinstance(step, int) else (widgets.FloatSlider, widgets.FloatText)
        )
        slider = kind(value=value, min=low, max=high, step=step, description=label, readout=False)
        field = number(
            value=value, step=step, description=f"{label} =", style=auto, layout=widgets.Layout(width="130px")
        )
        sliders[label], fields[label] = slider, field
        rows.append(widgets.HBox([slider, field], layout=widgets.Layout(flex_flow="row wrap")))

    numbers = {label: value for label, (value, *_) in controls.items()}
    shown: list[Any] = []  # what was drawn last, and its words

    def show_state(refused: str) -> None:
        if refused:  # what was typed stays there, beside the sentence
            words.value = paragraph(refused, "✗")
            return
        state = [buttons.value, dict(numbers)]
        if state != shown[:1]:  # a control may report what it was set to: nothing new to draw
            picture.value, text = draw(buttons.value, numbers)
            shown[:] = [state, text]
            for control in (sliders, fields):
                control["α"].disabled = buttons.value != "leaky ReLU"
                for label, number in numbers.items():
                    control[label].value = number
        words.value = paragraph(shown[1])

    answer = Answering(show_state, errors, lambda error: f"{error}. The picture stays as it was.")

    def move(label: str, value: float) -> None:
        # A slider shows a number at its nearest step, and reports that back: only a real move counts.
        if abs(value - numbers[label]) > 0.51 * controls[label][3]:
            numbers[label] = round(value, 6)

    def type_in(label: str, value: Any) -> None:
        numbers[label] = checked_number(label, value, *controls[label][1:3])

    buttons.observe(answer(lambda _: None), "value")
    for label in controls:
        sliders[label].observe(answer(lambda new, label=label: move(label, new)), "value")
        fields[label].observe(answer(lambda new, label=label: type_in(label, new)), "value")
    answer.refresh()
    box = widgets.VBox([buttons, *rows, picture, words, errors])
    box.add_class(css_class)
    return box
