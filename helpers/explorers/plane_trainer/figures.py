"""The three figures of the plane trainer in the page: the network, what it says of the plane, and the losses."""

from typing import Any

import numpy as np

from ...widgets import entries
from ...widgets.entries import Entry, enough
from .diagram import BOTTOM, HIGH, TOP, WIDE, Diagram, diagram
from .drawing import FAINTEST, HIGHEST, LOWEST, SUREST, last_step
from .state import LIMITS, PlaneTrainer
from .words import chosen_in_words, unit_in_words

CELLS = 96  # points along each side of the plane at which the network is evaluated
FINE, COARSE, MANY = 3, 6, 60  # a unit's map takes every third point; every sixth where there are many units
MOST_DRAWN = 400  # points of a curve
KINDS = ((0, "first", "dot"), (1, "second", "triangle"))


def figures(trainer: PlaneTrainer, options: dict[str, Any]) -> dict[str, Entry]:
    """Return the figures and their layers, by name."""
    found = trainer.outputs(grid(trainer.reach))
    return network(trainer, found) | plane(trainer, options, found) | losses(trainer)


def grid(reach: float) -> np.ndarray:
    """Return the points of the plane row by row, the highest row first: float32 (CELLS², 2)."""
    line = ((np.arange(CELLS) + 0.5) / CELLS * 2 - 1).astype(np.float32) * np.float32(reach)
    return np.stack(np.meshgrid(line, line[::-1]), axis=-1).reshape(-1, 2)


def maps(values: np.ndarray, every: int) -> np.ndarray:
    """Return what each unit gives at the grid as pictures, each by its own largest: uint8 (units, rows, columns)."""
    square = np.nan_to_num(values, nan=0, posinf=0, neginf=0).reshape(CELLS, CELLS, -1)
    small = square[every // 2 :: every, every // 2 :: every].transpose(2, 0, 1)
    largest = np.abs(small).max(axis=(1, 2), keepdims=True)
    return entries.signed(small / np.where(largest > 0, largest, 1), FAINTEST)


def network(trainer: PlaneTrainer, found: list[np.ndarray]) -> dict[str, Entry]:
    """Return the network: a small map of the plane for each unit, and a line for each weight."""
    drawn, chosen = diagram(trainer.sizes), trainer.chosen
    every = COARSE if sum(trainer.sizes) > MANY else FINE
    pixels = np.concatenate([maps(values, every) for values in (grid(trainer.reach), *found)])
    linears: Any = trainer.network[::2]
    weights = [linear.weight.detach().numpy().ravel() for linear in linears]
    ends = [drawn.ends(layer).reshape(-1, 4) for layer in range(1, len(trainer.sizes))]
    curve = drawn.curve(chosen)
    said = f"The network, {' → '.join(map(str, trainer.sizes))} numbers. Chosen: {chosen_in_words(trainer)}"
    marked = [entries.line(*curve, "ink", width=5), entries.line(*curve, "third", width=3)]
    marked.append(entries.frame(drawn.box(*chosen[:2])))
    return {
        "weights": entries.layer([entries.joints(np.concatenate(ends), widths(np.concatenate(weights)), alpha=0.8)]),
        "units": entries.layer([entries.images(drawn.boxes, pixels, colour="grey", width=1, smooth=True)]),
        "names": entries.layer(names(trainer, drawn)),
        "chosen": entries.layer(marked),
        "network": entries.figure(
            "the network: click on a line or a unit",
            ["weights", "units", "names", "chosen"],
            f"{said}, {trainer.weight:.3g}.",
            x=entries.axis((0, WIDE), ticks=[]),
            y=entries.axis((0, HIGH), ticks=[]),
            height=HIGH,
            ratio=WIDE / HIGH,
            axes=False,
            click=True,
            legend=[("below 0", "first", "square"), ("above 0", "second", "square")],
            keys="Left and right choose the layer, up and down the unit, page up and down where the weight comes from",
        ),
    }


def widths(weights: np.ndarray) -> np.ndarray:
    """Return how wide a weight is drawn, with its sign: no line is lost, and none covers the others."""
    finite = np.nan_to_num(weights, nan=0, posinf=0, neginf=0)
    return np.copysign(np.minimum(0.3 + 1.6 * np.abs(finite), 8), finite)


def names(trainer: PlaneTrainer, drawn: Diagram) -> list[Entry]:
    """Return the names of the layers above, and those of inputs and scores below their units."""
    hidden, side = len(trainer.setting.hidden), drawn.side
    items = []
    for layer, corners in enumerate(drawn.corners[1:-1], 1):
        middle = (corners[:, 0].min() + corners[:, 0].max() + side) / 2
        items.append(entries.text(middle, HIGH - TOP + 6, f"layer {layer}", size=11.5, align="center"))
    for layer, said in ((0, ("x", "y")), (hidden + 1, ("class 0", "class 1") if side > 36 else "01")):
        for corner, name in zip(drawn.corners[layer], said, strict=True):
            place, align = (corner[0] + side, "right") if layer else (corner[0] + side / 2, "center")
            items.append(entries.text(place, corner[1] - BOTTOM + 2, name, size=11.5, align=align))
    return items


def plane(trainer: PlaneTrainer, options: dict[str, Any], found: list[np.ndarray]) -> dict[str, Entry]:
    """Return the plane as the network sees it, or the chosen unit of it, with all points."""
    reach, (layer, unit, _) = trainer.reach, trainer.chosen
    if options["large"]:
        values, title = maps(found[layer - 1][:, unit - 1 : unit], 1)[0], f"what {unit_in_words(trainer)} gives"
    else:
        with np.errstate(invalid="ignore"):
            gap = np.nan_to_num(found[-1][:, 1] - found[-1][:, 0]).reshape(CELLS, CELLS)
        values, title = entries.signed(np.tanh(gap / 2), FAINTEST, SUREST), "what the network says"
    right = f"{trainer.right[0]:.0%} of the training points are right" if len(trainer.points) else "there are no points"
    ring = [np.array(options["place"])[:, None]] if options["place"] else []
    ground = entries.image([-reach, -reach, 2 * reach, 2 * reach], values, smooth=True, outline=True, colour="grey")
    return {
        "says": entries.layer([ground]),
        "fresh points": entries.layer(dots(trainer.fresh, trainer.fresh_labels, 1.6) if options["fresh"] else []),
        "training points": entries.layer(dots(trainer.made, trainer.made_labels, 3.5, edge=True)),
        "new point": entries.layer([entries.points(x, y, "third", size=5, open=True) for x, y in ring]),
        "own points": entries.layer((), [own_point(number, point) for number, point in enumerate(trainer.own, 1)]),
        "plane": entries.figure(
            f"{title}: click to add a point",
            ["says", "fresh points", "training points", "new point", "own points"],
            f"The plane: {right}. Points of yours: {len(trainer.own)}.",
            x=entries.axis((-reach, reach), ticks=[]),
            y=entries.axis((-reach, reach), ticks=[]),
            height=380,
            ratio=1,
            axes=False,
            click=True,
            legend=[("class 0", "first", "dot"), ("class 1", "second", "triangle")],
            keys="The arrow keys move a ring over the plane, Enter adds a point there",
        ),
    }


def dots(points: Any, labels: Any, size: float, **style: Any) -> list[Entry]:
    """Return points of both classes, if there are any."""
    if points is None or not len(points):
        return []
    at, kinds = np.asarray(points), np.asarray(labels)
    style |= {"size": size, "width": 0.6}
    return [entries.points(at[kinds == kind, 0], at[kinds == kind, 1], colour, marker=marker, **style)
            for kind, colour, marker in KINDS]  # fmt: skip


def own_point(number: int, point: tuple[float, float, int]) -> Entry:
    """Return a point of the reader's, to be dragged; a click takes it away."""
    x, y, label = point
    _, colour, shape = KINDS[label]
    return entries.handle(
        f"point {number}", f"point {number} of yours, class {label}: drag it; a click takes it away", x, y,
        limits=(*LIMITS["x"], *LIMITS["y"]), step=(0.01, 0.01), keys=(0.05, 0.05), value=f"x {x:g}, y {y:g}",
        colour=colour, shape=shape,
    )  # fmt: skip


def losses(trainer: PlaneTrainer) -> dict[str, Entry]:
    """Return the figure of both losses."""
    end, items = last_step(trainer), []
    steps = np.arange(trainer.steps + 1)
    every = enough(len(steps) / MOST_DRAWN, (1, 2, 4, 8, 16))
    drawn = np.unique([*steps[::every], trainer.steps])
    for values, colour, dash in ((trainer.fresh_losses, "third", "dashed"), (trainer.train_losses, "ink", "")):
        heights = np.clip(np.array(values)[drawn], LOWEST, HIGHEST)
        items.append(entries.line(drawn, heights, colour, dash=dash))
        items.append(entries.points(drawn[-1:], heights[-1:], colour, size=3.5))
    now, on_fresh = trainer.train_losses[-1], trainer.fresh_losses[-1]
    said = f"Loss after {trainer.steps} steps: {now:.3g}, on fresh points {on_fresh:.3g}."
    ticks = [[10.0**power, f"{10.0**power:g}"] for power in range(-4, 2)]
    return {
        "curves": entries.layer(items),
        "losses": entries.figure(
            "loss after each step",
            ["curves"],
            said,
            x=entries.axis((0, end), "step"),
            y=entries.axis((LOWEST, HIGHEST), log=True, ticks=ticks),
            height=150,
            ratio=2.4,
            legend=[("training points", "ink", "line"), ("fresh points", "third", "dashed")],
        ),
    }
