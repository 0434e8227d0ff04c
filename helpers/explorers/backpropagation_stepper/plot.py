"""The picture of a computation without widgets."""

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...lessons.backpropagation import Value
from ...plots import GREY, SECOND, THIRD
from ...widgets.numbers import written
from .layout import HIGH, WIDE, placed
from .state import Pass
from .words import label_of


def plot_graph(what: Pass | Value, *, axes: Any = None) -> Axes:
    """Draw a computation as a graph: in each box its number, and below it its gradient in red.

    what: a `Value`, drawn whole, with the gradients that it has; or a `Pass`, as far as it is. Taught in lesson 10.

    >>> plot_graph(Value(2.0, "a") * 3).get_title()
    ''
    """
    one = what if isinstance(what, Pass) else None
    result = one.result if one else what
    assert isinstance(result, Value)
    places = placed(result)
    columns, rows = (1 + max(place[axis] for place in places.values()) for axis in (0, 1))
    if axes is None:
        size = (max(4.0, 1.35 * columns), max(1.6, 0.85 * rows))
        _, axes = plt.subplots(figsize=size, layout="constrained", facecolor="white")
    arrived = one.received() if one else {value: value.gradient for value in places if result.gradient}
    known = one.known if one else set(places)
    for value, (x, y) in places.items():
        for parent in value.parents:
            start = places[parent]
            axes.plot([start[0] + WIDE / 2, x - WIDE / 2], [start[1], y], color=GREY, linewidth=1.2, zorder=1)
        chosen = one is not None and value is one.current
        axes.add_patch(
            Rectangle((x - WIDE / 2, y - HIGH / 2), WIDE, HIGH, facecolor="white", zorder=2,
                      edgecolor=SECOND if chosen else "black", linewidth=2.5 if chosen else 1)
        )  # fmt: skip
        axes.text(x, y - 0.19, label_of(value), ha="center", va="center", fontsize=9, zorder=3)
        if value in known:
            axes.text(x, y + 0.02, written(value.number, 4), ha="center", va="center", fontsize=10, weight="bold",
                      zorder=3)  # fmt: skip
        if value in arrived and (value.parents or value.name):
            axes.text(x, y + 0.22, written(arrived[value], 4), ha="center", va="center", fontsize=9, color=THIRD,
                      zorder=3)  # fmt: skip
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.45, -0.55))
    axes.axis("off")
    return axes
