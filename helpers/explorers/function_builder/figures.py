"""The three figures of a builder in the page, with what can be moved in them."""

from typing import Any

import numpy as np

from ...widgets import entries
from ...widgets.entries import Entry
from .drawing import HIGHEST, LOWEST, last_step, with_gap
from .pulling import NEAR
from .state import LIMITS, POINTS, Builder

TOP, RIM = 1.6, 1.12  # how far the large figure goes up and down; where its two handles beside the curve stand
PIECES = 4.0  # how far the figure of the pieces goes up and down
DRAWN = 300  # losses that are drawn of a long run
TICKS = [[1e-6, "0.000001"], [1e-4, "0.0001"], [1e-2, "0.01"], [1.0, "1"], [100.0, "100"]]
RACE = (("grey", "dashed"), ("second", "dotted"), ("ink", ""))


def on_rim(y: float, top: float = TOP - 0.05) -> float:
    """Return where a handle is that may be moved up and down: on the rim, if its value is beyond the figure."""
    return min(max(y, -top), top)


def corners(builder: Builder) -> np.ndarray:
    """Return the places at which the sum is known for all others: its bends inside, and both edges."""
    places = builder.function.places
    return np.unique(np.concatenate([[-1.0, 1.0], places[np.abs(places) < 1]]))


def large_figure(builder: Builder, point: int) -> dict[str, Entry]:
    """Return the figure of target and sum, whose bends, edges and points are handles; `point` is the chosen one."""
    function, own = builder.function, builder.curve == POINTS
    x = corners(builder)
    y = function(x)
    rims = [entries.line([-RIM, -1], [y[0], y[0]], "first", dash="dotted"),
            entries.line([1, RIM], [y[-1], y[-1]], "first", dash="dotted")]  # fmt: skip
    target = [] if own else [entries.line(builder.across, with_gap(builder.wanted), "grey", width=4, dash="dashed")]
    points = [_point(number, place, number == point) for number, place in enumerate(builder.points)] if own else []
    mark = ("your points", "ink", "dot") if own else (builder.target_in_words, "grey", "dashed")
    legend = [mark, ("sum of ReLUs", "first", "line"), ("bias", "second", "dot")]
    inside = function.places[np.abs(function.places) <= 1]
    legend += [("right end", "first", "dot"), ("bend of the chosen ReLU", "third", "dot")] if inside.size else []
    new = "Drag a bend or a point. Click: a new point." if own else "Drag a bend: the others stay. Click: a new bend."
    bends = ", ".join(f"{place:.2g}" for place in np.sort(inside)) or "none"
    return {
        "target": entries.layer(target),
        "curve": entries.layer([entries.line(x, y, "first", width=2.5), *rims]),
        "bends": entries.layer(handles=[*_ends(builder, y), *_bends(builder)]),
        "points": entries.layer(handles=points),
        "sum": entries.figure(
            new, ["target", "curve", "bends", "points"], f"{builder.words} Bends inside at: {bends}.",
            x=entries.axis((-1.17, 1.17), "x", ticks=_ticks(-1, 1, 0.5)),
            y=entries.axis((-TOP, TOP), ticks=_ticks(-1.5, 1.5, 0.5)),
            height=360, ratio=1.87, legend=legend, click=True,
        ),
    }  # fmt: skip


def _ticks(low: float, high: float, step: float) -> list[list[Any]]:
    return [[float(value), f"{value:g}".replace("-", "−")] for value in np.arange(low, high + step / 2, step)]


def _point(number: int, place: tuple[float, float], chosen: bool) -> Entry:
    x, y = place
    return entries.handle(
        f"point {number}", f"point {number + 1}", x, y, limits=(*LIMITS["x"], *LIMITS["y"]), keys=(0.01, 0.01),
        value=f"x {x:g}, y {y:g}{', chosen' if chosen else ''}", colour="ink", shape="dot" if chosen else "spot",
    )  # fmt: skip


def _bends(builder: Builder) -> list[Entry]:
    """Return a handle for every bend inside; it goes as far as the bends beside it."""
    function, handles = builder.function, []
    for number, x in enumerate(function.places):
        if not -1 <= x <= 1:
            continue
        others = np.delete(function.places, number)
        low = max([-1.0, *(others[others <= x] + NEAR)])
        high = min([1.0, *(others[others > x] - NEAR)])
        if not low <= x <= high:
            low = high = float(x)
        y, chosen = float(function(x)), number == builder.chosen
        handles.append(entries.handle(
            f"bend {number}", f"bend of ReLU {number + 1}", x, on_rim(y), limits=(low, high, -TOP, TOP),
            keys=(0.01, 0.01), value=f"x {x:.3g}, sum {y:.3g}{', chosen' if chosen else ''}",
            colour="third" if chosen else "first", shape="dot" if chosen else "ring",
        ))  # fmt: skip
    return sorted(handles, key=lambda handle: handle["colour"] == "third")  # the chosen one lies on top


def _ends(builder: Builder, y: np.ndarray) -> list[Entry]:
    """Return the handles beside the curve: on the left for the bias, on the right for that end alone."""
    left, right = on_rim(float(y[0])), on_rim(float(y[-1]))
    handles = [entries.handle(
        "left", "bias: it lifts the whole sum", -RIM, left, limits=(-RIM, -RIM, -TOP, TOP), keys=(0, 0.01),
        value=f"bias {builder.function.bias:.3g}", colour="second",
    )]  # fmt: skip
    if np.any(np.abs(builder.function.places) <= 1):
        handles.append(entries.handle(
            "right", "the right end of the sum: the bends stay", RIM, right, limits=(RIM, RIM, -TOP, TOP),
            keys=(0, 0.01), value=f"sum {y[-1]:.3g}", colour="first",
        ))  # fmt: skip
    return handles


def pieces_figure(builder: Builder) -> dict[str, Entry]:
    """Return the figure of what each ReLU adds, with a handle for the slope of the chosen one."""
    function, handles, chosen = builder.function, [], builder.chosen
    items = [entries.line([-1, 1], [0, 0], "grey", width=1)]
    for number in sorted(range(function.count), key=lambda number: number == chosen):
        place = function.places[number]
        x = np.array([-1.0, *([place] if -1 < place < 1 else []), 1.0])
        style: Any = {"colour": "third", "width": 3.5} if number == chosen else {"colour": "first", "width": 1.2}
        items.append(entries.line(x, function.pieces(x)[number], **style))
    reach = reach_of(builder)
    if reach > NEAR:
        side, slope = float(function.sides[chosen]), float(function.slopes[chosen])
        handles.append(entries.handle(
            "steep", "slope of the chosen ReLU", side, on_rim(slope * reach, PIECES - 0.2),
            limits=(side, side, -PIECES + 0.2, PIECES - 0.2), keys=(0, 0.1 * reach), value=f"slope {slope:.3g}",
        ))  # fmt: skip
    thick = f"ReLU {chosen + 1} is thick" if function.count else "there is none"
    return {
        "lines": entries.layer(items, handles),
        "pieces": entries.figure(
            "what each ReLU adds", ["lines"], f"What each of {function.count} ReLUs adds: {thick}.",
            x=entries.axis((-1.1, 1.1), "x", ticks=_ticks(-1, 1, 0.5)),
            y=entries.axis((-PIECES, PIECES), ticks=_ticks(-4, 4, 2)), height=180, ratio=1.85,
            legend=[("the chosen one", "third", "line"), ("the others", "first", "line")],
        ),
    }  # fmt: skip


def reach_of(builder: Builder) -> float:
    """Return what the chosen ReLU adds at the edge to which it rises, for a slope of 1; 0 if that is outside."""
    function, chosen = builder.function, builder.chosen
    return max(0.0, 1 - float(function.sides[chosen] * function.places[chosen])) if function.count else 0.0


def losses_figure(builder: Builder) -> dict[str, Entry]:
    """Return the figure of the loss after each step, and of the races."""
    races, legend = [], [("this run", "first", "line")]
    for (colour, dash), (name, run) in zip(RACE, builder.races.items(), strict=False):
        races.append(entries.line(np.arange(len(run)), np.clip(run, LOWEST, HIGHEST), colour, dash=dash, width=2))
        legend.append((name.replace("gradient descent", "plain"), colour, "dashed" if dash else "line"))
    values = np.clip(builder.losses, LOWEST, HIGHEST)
    steps = np.unique(np.linspace(0, len(values) - 1, DRAWN).round().astype(int))
    run = [entries.line(steps, values[steps], "first", width=2),
           entries.points([len(values) - 1], values[-1:], "third", size=5, edge=True)]  # fmt: skip
    return {
        "races": entries.layer(races),
        "run": entries.layer(run),
        "losses": entries.figure(
            "loss after each step", ["races", "run"], f"Loss after {builder.steps} steps: {builder.now.loss:.4g}.",
            x=entries.axis((0, last_step(builder)), "step", most=5),
            y=entries.axis((LOWEST, HIGHEST), ticks=TICKS, log=True), height=180, ratio=1.85, legend=legend,
        ),
    }  # fmt: skip
