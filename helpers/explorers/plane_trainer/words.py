"""The plane trainer in words: the network and its losses, the arithmetic of one unit, and the code of a state."""

import math
from typing import Any

from ...widgets.numbers import written
from .state import FRESH, MOST_STEPS, PlaneTrainer


def words(trainer: PlaneTrainer) -> str:
    """Describe the network, the steps taken and both losses.

    >>> words(PlaneTrainer("two hills", [4], "tanh")).split(". ")[0]
    '2 → 4 → 2 numbers, tanh in between, 22 weights and biases'
    """
    return " ".join([network_in_words(trainer), *training_in_words(trainer)])


def network_in_words(trainer: PlaneTrainer) -> str:
    """Describe the network."""
    activation = "nothing" if trainer.setting.activation == "none" else trainer.setting.activation
    parameters = sum(values.numel() for values in trainer.network.parameters())
    numbers = " → ".join(map(str, trainer.sizes))
    return f"{numbers} numbers, {activation} in between, {parameters:,} weights and biases."


def training_in_words(trainer: PlaneTrainer) -> list[str]:
    """Describe the steps taken, both losses, and why there will be no more steps."""
    right, fresh_right = trainer.right
    counted = f"{len(trainer.points)} training {'point' if len(trainer.points) == 1 else 'points'}"
    counted += f", {len(trainer.own)} of them yours" if trainer.own else ""
    after = f"After {trainer.steps:,} {'step' if trainer.steps == 1 else 'steps'}: "
    said = [
        f"{after}there is no point to learn from yet. Click into the plane, or press Add point"
        if not len(trainer.points)
        else f"{after}loss {trainer.train_losses[-1]:.3g} on {counted} ({right:.1%} right)",
    ]
    if not math.isnan(fresh_right):
        said[-1] += f", {trainer.fresh_losses[-1]:.3g} on {FRESH:,} fresh points ({fresh_right:.1%} right)"
    said[-1] += "."
    if trainer.diverged:
        said.append(f"It ran away at rate {trainer.last_rate:g}. Take a smaller rate, and press Reset.")
    elif trainer.steps >= MOST_STEPS:
        said.append(f"{MOST_STEPS:,} steps are the most. Press Reset to begin anew.")
    return said


def chosen_in_words(trainer: PlaneTrainer) -> str:
    """Return the name of the chosen weight.

    >>> trainer = PlaneTrainer("ring", [4]); trainer.choose(1, 3, 2); chosen_in_words(trainer)
    'weight of layer 1, unit 3, from y'
    """
    (layer, _, source), of = trainer.chosen, unit_in_words(trainer)
    if not source:
        return f"bias of {of}"
    return f"weight of {of}, from {'xy'[source - 1] if layer == 1 else f'unit {source} of layer {layer - 1}'}"


def unit_in_words(trainer: PlaneTrainer) -> str:
    """Return the name of the unit that the chosen weight leads to."""
    layer, unit, _ = trainer.chosen
    return f"layer {layer}, unit {unit}" if layer <= len(trainer.setting.hidden) else f"the score of class {unit - 1}"


def formula(trainer: PlaneTrainer) -> str:
    """Return the arithmetic of the chosen unit.

    >>> trainer = PlaneTrainer("two hills", [4]); trainer.choose(1, 2, 1); trainer.set_weight(-0.5)
    >>> trainer.choose(source=2); trainer.set_weight(2)
    >>> formula(trainer)
    'layer 1, unit 2 = ReLU(−0.5 · x + 2 · y + 0)'
    """
    layer, unit, _ = trainer.chosen
    linear: Any = trainer.network[2 * layer - 2]
    names = ["x", "y"] if layer == 1 else [f"unit {number}" for number in range(1, linear.in_features + 1)]
    weights, bias = linear.weight[unit - 1].tolist(), linear.bias[unit - 1].item()
    terms = [*((value, f" · {name}") for name, value in zip(names, weights, strict=True)), (bias, "")]
    (first, name), *others = terms
    inside = written(first, 3) + name
    inside += "".join(f" {'−' if value < 0 else '+'} {written(abs(value), 3)}{name}" for value, name in others)
    if layer > len(trainer.setting.hidden):
        return f"score of class {unit - 1} = {inside}"
    activation = trainer.setting.activation
    return f"layer {layer}, unit {unit} = {inside if activation == 'none' else f'{activation}({inside})'}"


def code(trainer: PlaneTrainer, *, fresh: bool = False) -> str:
    """Return the lines of Python that reproduce and draw a state: all that was done since it last started anew.

    fresh: whether the fresh points are drawn, too.

    >>> trainer = PlaneTrainer("ring", [4]); trainer.step(2); trainer.step(3); trainer.set_rate(0.3)
    >>> print(code(trainer))
    trainer = PlaneTrainer('ring', [4], 'ReLU', rate=0.1, scale='He', count=150, noise=0.03, seed=1)
    trainer.step(5)
    trainer.set_rate(0.3)
    axes = plot_plane_trainer(trainer)
    """
    setting = trainer.setting
    own = f", own={list(trainer.first_own)}" if trainer.first_own else ""
    made = (
        f"trainer = PlaneTrainer({setting.points!r}, {list(setting.hidden)}, {setting.activation!r}, "
        f"rate={trainer.first_rate}, scale={setting.scale!r}, count={setting.count}, noise={setting.noise}, "
        f"seed={setting.seed}{own})"
    )
    chosen = next((tuple(values) for name, *values in reversed(trainer.done) if name == "choose"), (1, 1, 1))
    done = [*trainer.done, *([("choose", *trainer.chosen)] if chosen != trainer.chosen else [])]
    calls = [f"trainer.{name}({', '.join(map(repr, values))})" for name, *values in done]
    drawn = f"axes = plot_plane_trainer(trainer{', fresh=True' if fresh else ''})"
    return "\n".join([made, *calls, drawn])
