"""The plane trainer without a browser: its points, its state, its picture, and what its view answers."""

import copy
import time
import warnings
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb
from torch import nn

from helpers.explorers.plane_trainer import PlaneTrainer, drawing, plot_plane_trainer
from helpers.explorers.plane_trainer.diagram import HIGH, WIDE, along, diagram
from helpers.explorers.plane_trainer.figures import CELLS, FINE, figures, grid
from helpers.explorers.plane_trainer.points import MADE
from helpers.explorers.plane_trainer.state import MOST_POINTS, MOST_STEPS, OWN
from helpers.explorers.plane_trainer.view import TrainerView, plane_trainer
from helpers.explorers.plane_trainer.words import chosen_in_words, code, formula, words
from helpers.lessons.deep_stack import deep_stack, share_right, train_stack, two_spirals
from helpers.plots import FIRST, SECOND
from tests.explorers.telling import tell

pytest.importorskip("anywidget")


OPTIONS: dict[str, Any] = {"speed": 5, "fresh": False, "large": False, "kind": 0, "place": None}


def layers(trainer: PlaneTrainer) -> list[Any]:
    """Return the linear layers of a trainer's network."""
    return [module for module in trainer.network if isinstance(module, nn.Linear)]


def weights(trainer: PlaneTrainer) -> np.ndarray:
    return np.concatenate([values.detach().numpy().ravel() for values in trainer.network.parameters()])


# The points --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("seed", range(3))
def test_every_set_has_as_many_points_of_each_class_and_noise_moves_them(name: str, seed: int) -> None:
    points, labels = MADE[name](40, 0.0, seed)
    assert points.shape == (80, 2)
    assert points.dtype == np.float32
    assert np.bincount(labels).tolist() == [40, 40]
    moved, same = MADE[name](40, 0.1, seed)
    assert same.tolist() == labels.tolist()
    assert np.std(moved - points) == pytest.approx(0.1, rel=0.3)


@pytest.mark.parametrize(
    ("name", "flat", "bent"),
    [("two hills", (0.95, 1), (0.95, 1)), ("ring", (0.4, 0.75), (0.97, 1)), ("exclusive or", (0.3, 0.8), (0.95, 1))],
)
def test_which_sets_a_straight_line_can_part(name: str, flat: tuple[float, float], bent: tuple[float, float]) -> None:
    for seed in range(3):
        for activation, (low, high) in (("none", flat), ("tanh", bent)):
            trainer = PlaneTrainer(name, [8, 8], activation, scale="Xavier", seed=seed)
            trainer.step(300)
            assert low <= trainer.right[1] <= high, activation


# The state ---------------------------------------------------------------------------------------------------------


def test_it_trains_as_the_functions_of_the_lesson_do() -> None:
    points, labels = two_spirals(150, seed=1)
    network = deep_stack([2, 16, 16, 2], "tanh", scale="Xavier", seed=5)
    losses = train_stack(network, points, labels, rate=0.2, steps=60)
    trainer = PlaneTrainer("spirals", [16, 16], "tanh", rate=0.2, scale="Xavier", seed=5)
    for count in (1, 9, 50):
        trainer.step(count)
    np.testing.assert_allclose(trainer.train_losses[:-1], losses, rtol=1e-4)
    assert trainer.right[0] == pytest.approx(share_right(network, points, labels))
    fresh = two_spirals(500, seed=2)
    assert trainer.right[1] == pytest.approx(share_right(network, *fresh))
    scores = network(torch.from_numpy(fresh[0]))
    loss = nn.functional.cross_entropy(scores, torch.from_numpy(fresh[1]))
    assert trainer.fresh_losses[-1] == pytest.approx(loss.item(), rel=1e-3)
    assert len(trainer.fresh_losses) == trainer.steps + 1 == 61


def test_the_rate_changes_in_the_middle_and_the_network_stays() -> None:
    trainer, other = PlaneTrainer(rate=0.1), PlaneTrainer(rate=0.1)
    trainer.step(5)
    other.step(5)
    before = weights(trainer)
    trainer.set_rate(0.2)
    assert (weights(trainer) == before).all()
    trainer.step()
    other.step()
    moved, usual = weights(trainer) - before, weights(other) - before
    np.testing.assert_allclose(moved, 2 * usual, atol=1e-5)  # the same momentum and slope, twice the rate
    assert trainer.train_losses[:6] == other.train_losses[:6]


@pytest.mark.parametrize(
    "new",
    [
        {"points": "ring"},
        {"hidden": [3]},
        {"activation": "GELU"},
        {"scale": 4.0},
        {"count": 20},
        {"noise": 0.2},
        {"seed": 9},
    ],
    ids=str,
)
def test_another_setting_begins_anew_as_if_it_had_been_so_from_the_first(new: dict[str, Any]) -> None:
    trainer = PlaneTrainer(rate=0.05)
    trainer.step(3)
    trainer.change(**new)
    fresh = PlaneTrainer(rate=0.05, **new)
    assert trainer.steps == 0
    assert (weights(trainer) == weights(fresh)).all()
    assert (trainer.points == fresh.points).all()
    assert trainer.train_losses == fresh.train_losses


def test_a_weight_is_put_in_place_and_counts_at_once() -> None:
    trainer = PlaneTrainer("ring", [3, 4], "tanh")
    trainer.step(4)
    trainer.choose(2, 3, 1)
    assert trainer.weight == layers(trainer)[1].weight[2, 0].item()
    before = trainer.train_losses[-1]
    trainer.set_weight(5)
    assert layers(trainer)[1].weight[2, 0].item() == 5
    assert trainer.train_losses[-1] != before
    assert len(trainer.train_losses) == 5
    trainer.choose(source=0)
    trainer.set_weight(-2.5)
    assert layers(trainer)[1].bias[2].item() == -2.5
    trainer.choose(layer=3)  # two units, of four numbers each
    assert trainer.chosen == (3, 2, 0)
    trainer.choose(source=4)
    assert trainer.weight == layers(trainer)[2].weight[1, 3].item()


def test_points_of_the_readers_are_learnt_and_stay_through_a_reset() -> None:
    trainer = PlaneTrainer("two hills", [8], "tanh", count=5, noise=0)
    trainer.step(50)
    trainer.add_point(1.0, 1.0, 0)
    assert len(trainer.points) == 11
    assert trainer.labels[-1] == 0
    assert trainer.right[0] == pytest.approx(10 / 11)
    trainer.step(700)
    assert trainer.right[0] == 1
    trainer.reset()
    assert trainer.own == [(1.0, 1.0, 0)]
    before = trainer.train_losses[-1]
    trainer.move_point(1, -1.0, -0.5)
    assert trainer.own == [(-1.0, -0.5, 0)]
    assert trainer.points[-1].tolist() == [-1.0, -0.5]
    assert trainer.train_losses[-1] != before
    trainer.add_point(0.5, 0.5, 1)
    trainer.remove_point(1)
    assert trainer.own == [(0.5, 0.5, 1)]
    trainer.remove_point()
    assert len(trainer.points) == 10
    with pytest.raises(ValueError, match="no point of yours"):
        trainer.remove_point()


def test_the_readers_points_alone_begin_with_an_empty_plane() -> None:
    trainer = PlaneTrainer()
    trainer.change(points=OWN)
    assert (len(trainer.points), trainer.ended, trainer.diverged) == (0, True, False)
    assert "there is no point to learn from yet" in words(trainer)
    trainer.step(5)
    assert trainer.steps == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figures(trainer, OPTIONS | {"fresh": True})
        plot_plane_trainer(trainer, fresh=True)
        plt.close("all")
    trainer.add_point(0.5, 0.5, 1)
    trainer.add_point(-0.5, -0.0, 0)
    assert code(trainer).splitlines()[2] == "trainer.add_point(-0.5, 0.0, 0)"
    trainer.step(200)
    assert trainer.right[0] == 1
    assert np.isnan(trainer.right[1])
    assert "2 training points, 2 of them yours" in words(trainer)
    assert "fresh points" not in words(trainer)
    trainer.clear()
    assert trainer.ended
    assert not trainer.diverged
    with pytest.raises(ValueError, match="there is no point of yours"):
        trainer.remove_point()


def test_it_ends_where_it_runs_away_and_after_the_most_steps() -> None:
    trainer = PlaneTrainer("spirals", [32, 32, 32], "leaky ReLU", rate=10, scale=4.0)
    trainer.step(200)
    assert trainer.diverged
    steps = trainer.steps
    trainer.step(10)
    assert trainer.steps == steps < 200
    assert "It ran away at rate 10. Take a smaller rate, and press Reset." in words(trainer)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figures(trainer, OPTIONS)
        figures(trainer, OPTIONS | {"large": True})
        plot_plane_trainer(trainer)
        plt.close("all")
    trainer.set_rate(0.01)
    assert "It ran away at rate 10." in words(trainer), "at the rate of its last step, not of the next"
    trainer.reset()
    assert not trainer.ended
    trainer.steps = MOST_STEPS
    assert trainer.ended


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"points": "moons"}, r"got points='moons'; choose one of 'spirals', 'ring'"),
        ({"hidden": []}, r"got 0 hidden layers; 1 to 4 can be drawn, as in \[8, 8\]"),
        ({"hidden": [8] * 5}, "got 5 hidden layers"),
        ({"hidden": [8, 33]}, "got 33 as units; a whole number from 1 to 32 is needed"),
        ({"activation": "swish"}, "swish"),
        ({"scale": "big"}, "got scale='big'"),
        ({"count": 4}, "got 4 as points of each class; a whole number from 5 to 250 is needed"),
        ({"noise": -0.1}, "got -0.1 as noise; a number from 0 to 0.3 is needed"),
        ({"noise": "much"}, "got 'much' as noise"),
        ({"seed": 0.5}, "got 0.5 as seed; a whole number from 0 to 9999 is needed"),
    ],
)
def test_a_wrong_setting_gets_a_sentence_and_changes_nothing(wrong: dict[str, Any], sentence: str) -> None:
    trainer = PlaneTrainer()
    trainer.step(2)
    before = weights(trainer), trainer.setting
    with pytest.raises(ValueError, match=sentence):
        trainer.change(**wrong)
    assert trainer.setting == before[1]
    assert (weights(trainer) == before[0]).all()
    assert trainer.steps == 2
    with pytest.raises(ValueError, match=sentence):
        PlaneTrainer(**wrong)


def test_wrong_numbers_for_what_may_change_in_the_middle() -> None:
    trainer = PlaneTrainer("spirals", [4])
    before = weights(trainer)
    for wrong, sentence in (
        (lambda: trainer.set_rate(0), "got 0 as rate; a number from 0.0001 to 10 is needed"),
        (lambda: trainer.set_weight(float("nan")), "got nan as weight; a number from −100 to 100 is needed"),
        (lambda: trainer.choose(3), "got 3 as layer; a whole number from 1 to 2 is needed"),
        (lambda: trainer.choose(1, 5), "got 5 as unit; a whole number from 1 to 4 is needed"),
        (lambda: trainer.choose(1, 1, 3), "got 3 as from; a whole number from 0 to 2 is needed"),
        (lambda: trainer.add_point(2, 0, 0), "got 2 as x; a number from −1.2 to 1.2 is needed"),
        (lambda: trainer.add_point(0, 0, 2), "got 2 as class; a whole number from 0 to 1 is needed"),
        (lambda: trainer.move_point(1, 0, 0), "there is no point of yours"),
    ):
        with pytest.raises(ValueError, match=sentence):
            wrong()
    assert (weights(trainer) == before).all()
    assert trainer.rate == 0.1
    assert trainer.chosen == (1, 1, 1)
    assert trainer.own == []
    for number in range(MOST_POINTS):
        trainer.add_point(0, 0, number % 2)
    with pytest.raises(ValueError, match=f"there are {MOST_POINTS} points of yours, which is the most"):
        trainer.add_point(0, 0, 0)


# In words and as code ----------------------------------------------------------------------------------------------


def test_the_code_brings_the_state_back() -> None:
    trainer = PlaneTrainer("exclusive or", [5, 3], "GELU", rate=0.07, scale=1.1, count=30, noise=0.1, seed=3)
    trainer.add_point(0.25, -0.5, 1)
    trainer.reset()
    for act in (
        lambda: trainer.step(7), lambda: trainer.step(4), lambda: trainer.set_rate(1 / 3),
        lambda: trainer.set_rate(0.3), lambda: trainer.step(2), lambda: trainer.choose(2, 1, 4),
        lambda: trainer.set_weight(0.123456789), lambda: trainer.add_point(-0.1, 0.9, 0), lambda: trainer.step(3),
        trainer.remove_point, trainer.step, trainer.clear, lambda: trainer.add_point(0, 0, 1),
        lambda: trainer.add_point(0.2, 0, 0), lambda: trainer.move_point(2, 0.3, 0.1), trainer.step,
        lambda: trainer.move_point(1, -0.3, 0.1), lambda: trainer.move_point(1, -0.35, 0.1),
        lambda: trainer.move_point(2, 0.5, -0.5), lambda: trainer.step(2), lambda: trainer.remove_point(1),
        lambda: trainer.set_weight(0.5), lambda: trainer.set_weight(0.25), trainer.step,
        lambda: trainer.choose(1, 5, 0),
    ):  # fmt: skip
        act()
    lines = code(trainer).splitlines()
    assert lines[1:4] == ["trainer.step(11)", "trainer.set_rate(0.3)", "trainer.step(2)"]
    assert [line for line in lines if "point(" in line][-5:] == [
        "trainer.add_point(0.0, 0.0, 1)", "trainer.add_point(0.3, 0.1, 0)", "trainer.move_point(1, -0.35, 0.1)",
        "trainer.move_point(2, 0.5, -0.5)", "trainer.remove_point(1)",
    ]  # fmt: skip
    assert [line for line in lines if "set_weight" in line][-1:] == ["trainer.set_weight(0.25)"]
    space: dict[str, Any] = {"PlaneTrainer": PlaneTrainer, "plot_plane_trainer": plot_plane_trainer}
    exec("\n".join(lines), space)
    again = space["trainer"]
    assert (weights(again) == weights(trainer)).all()
    assert again.train_losses == trainer.train_losses
    assert again.fresh_losses == trainer.fresh_losses
    assert (again.points == trainer.points).all()
    assert code(again) == code(trainer)
    assert again.chosen == trainer.chosen == (1, 5, 0)
    assert code(trainer, fresh=True).endswith("axes = plot_plane_trainer(trainer, fresh=True)")


def test_a_copy_goes_on_by_itself_with_the_same_momentum_and_is_made_quickly() -> None:
    trainer = PlaneTrainer("spirals", [8, 8])
    trainer.step(20)
    trainer.add_point(0.5, 0.5, 1)
    other, before = copy.deepcopy(trainer), weights(trainer)
    other.step(10)
    other.move_point(1, 0.1, 0.1)
    other.choose(2, 3, 1)
    assert (weights(trainer) == before).all()
    assert (trainer.steps, trainer.own, trainer.chosen) == (20, [(0.5, 0.5, 1)], (1, 1, 1))
    assert len(trainer.train_losses) == 21
    trainer.step(10)
    assert (weights(trainer) == weights(other)).all(), "a copy without momentum would have gone elsewhere"
    assert trainer.train_losses == other.train_losses[:-1] + trainer.train_losses[-1:]
    assert code(trainer) != code(other)
    began = time.perf_counter()
    for _ in range(20):
        copy.deepcopy(trainer)
    assert time.perf_counter() - began < 20 * 0.01


@pytest.mark.parametrize("activation", ["none", "tanh"])
def test_the_formula_is_the_arithmetic_of_the_unit(activation: str) -> None:
    trainer = PlaneTrainer("ring", [3, 2], activation)
    for layer, unit, inputs in ((1, 3, 2), (2, 2, 3), (3, 1, 2)):
        trainer.choose(layer, unit)
        name, inside = formula(trainer).split(" = ")
        linear = layers(trainer)[layer - 1]
        spoken = inside.removeprefix("tanh(").removesuffix(")")
        for number in range(inputs):
            spoken = spoken.replace(f"unit {number + 1}", f"v[{number}]").replace("xy"[number % 2], f"v[{number}]", 1)
        values = np.array([0.3, -0.8, 0.5])[:inputs]
        found = eval(spoken.replace("−", "-").replace("·", "*"), {"v": values})
        wanted = linear(torch.tensor(values, dtype=torch.float32))[unit - 1].item()
        assert found == pytest.approx(wanted, abs=0.02)
        assert name == (f"layer {layer}, unit {unit}" if layer < 3 else "score of class 0")
        assert inside.startswith("tanh(") == (activation == "tanh" and layer < 3)


# The pictures ------------------------------------------------------------------------------------------------------


def test_the_plain_picture_colours_the_plane_as_the_network_says() -> None:
    trainer = PlaneTrainer("two hills", [8], "tanh", count=5, noise=0)
    trainer.step(200)
    plane, units, losses = plot_plane_trainer(trainer, fresh=True)
    plane.figure.canvas.draw()
    seen = np.asarray(plane.figure.canvas.buffer_rgba())[..., :3] / 255
    assert seen.shape == (drawing.HEIGHT, drawing.WIDTH, 3)
    left, top, width, height = drawing.PLANE
    for across, up in ((-0.9, -0.9), (0.9, 0.9), (-0.9, 0.2), (0.7, 0.9), (0.1, -0.9)):
        share = trainer.units(np.array([[across, up]], np.float32) * np.float32(trainer.reach))[1][0]
        colour = seen[int(top + (1 - up) / 2 * height), int(left + (across + 1) / 2 * width)]
        nearer = np.argmin([np.abs(colour - (1 + np.array(to_rgb(one))) / 2).sum() for one in (FIRST, SECOND)])
        assert nearer == (share > 0.5)
    assert [text.get_text() for text in units.texts] == ["layer 1: 8 units"]
    assert losses.get_xlabel() == "step"
    plt.close("all")


@pytest.mark.parametrize("hidden", [[32], [8, 3], [16, 9], [12, 13, 2], [32, 20, 1, 17]], ids=str)
def test_every_unit_and_every_line_is_where_a_click_finds_it(hidden: list[int]) -> None:
    sizes = [2, *hidden, 2]
    drawn = diagram(sizes)
    boxes = drawn.boxes
    assert len(boxes) == sum(sizes)
    assert boxes[:, :2].min() >= 0
    assert (boxes[:, 0] + boxes[:, 2]).max() <= WIDE
    assert (boxes[:, 1] + boxes[:, 3]).max() <= HIGH - 16, "there is room for the names"
    for layer, size in list(enumerate(sizes))[1:]:
        for unit in range(1, size + 1):
            x, y, width, height = drawn.box(layer, unit)
            assert drawn.under(x + 0.3 * width, y + 0.7 * height) == (layer, unit, 0)
    assert drawn.under(WIDE / 2, 2) is None
    if max(hidden) <= 8:  # the lines of more lie too near to each other
        for layer in range(1, len(sizes)):
            x, y = along(drawn.ends(layer))
            for unit, source in np.ndindex(x.shape[:2]):
                found = [drawn.under(x[unit, source, at], y[unit, source, at]) for at in range(2, 23)]
                assert (layer, unit + 1, source + 1) in found


def pictures(view: TrainerView) -> np.ndarray:
    """Return the small maps of a view: (units, rows, columns), inputs first."""
    side = CELLS // FINE
    (item,) = view.sent["units"]["items"]
    return np.frombuffer(item["pixels"]["bytes"], np.uint8).reshape(-1, side, side).astype(int) - 128


def unpacked(packed: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(packed["bytes"], "<f4" if packed["kind"] == "f4" else np.uint8).reshape(packed["shape"])


def test_the_page_is_sent_what_the_network_gives() -> None:
    view = TrainerView(PlaneTrainer("ring", [3, 4], "tanh"))
    for _ in range(20):
        tell(view, "step")
    trainer = view.state
    values: Any = torch.from_numpy(grid(trainer.reach))
    outputs = [values]
    for module in trainer.network:
        values = module(values)
        outputs.append(values)
    maps = [outputs[at].detach().numpy() for at in (0, 2, 4, 5)]
    wanted = np.concatenate([one.reshape(CELLS, CELLS, -1)[1::FINE, 1::FINE].transpose(2, 0, 1) for one in maps])
    seen = pictures(view)
    assert seen.shape == wanted.shape
    assert (np.sign(seen) == np.sign(wanted)).all()
    shares = wanted / np.abs(wanted).max(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(seen, 127 * (0.12 * np.sign(shares) + 0.88 * shares), atol=1)
    assert (seen[0] == -seen[0][:, ::-1]).all(), "x grows to the right"
    assert seen[1, 0, 0] > 0 > seen[1, -1, 0], "and y upwards"
    share = outputs[-1].softmax(dim=1)[:, 1].detach().numpy().reshape(CELLS, CELLS)
    (ground,) = view.sent["says"]["items"]
    says = unpacked(ground["pixels"]).astype(int) - 128
    assert ground["box"] == pytest.approx([-trainer.reach, -trainer.reach, 2 * trainer.reach, 2 * trainer.reach])
    assert (np.sign(says)[np.abs(share - 0.5) > 1e-3] == np.sign(share - 0.5)[np.abs(share - 0.5) > 1e-3]).all()
    assert 0.55 * 127 < np.abs(says).max() <= 0.6 * 127 + 1
    (joints,) = view.sent["weights"]["items"]
    flat = np.concatenate([layer.weight.detach().numpy().ravel() for layer in layers(trainer)])
    widths = unpacked(joints["weights"])
    assert (np.sign(widths) == np.sign(flat)).all()
    assert (np.argsort(np.abs(widths)) == np.argsort(np.abs(flat))).all(), "the larger, the thicker"
    losses = view.sent["curves"]["items"][2]
    assert unpacked(losses["y"]) == pytest.approx(np.array(trainer.train_losses), rel=1e-5)
    tell(view, "network", x=drawn_middle(trainer, 2, 3)[0], y=drawn_middle(trainer, 2, 3)[1])
    tell(view, "large", value=True)
    assert view.sent["plane"]["title"] == "what layer 2, unit 3 gives: click to add a point"
    large = unpacked(view.sent["says"]["items"][0]["pixels"]).astype(int) - 128
    assert np.corrcoef(large.ravel(), outputs[4][:, 2].detach().numpy())[0, 1] > 0.98


def drawn_middle(trainer: PlaneTrainer, layer: int, unit: int) -> tuple[float, float]:
    x, y, width, height = diagram(trainer.sizes).box(layer, unit)
    return x + width / 2, y + height / 2


# The view ----------------------------------------------------------------------------------------------------------


def same(view: TrainerView, trainer: PlaneTrainer) -> None:
    """Assert that a view shows just what that of a plain trainer would, undo apart."""
    options = view.options
    other = TrainerView(copy.deepcopy(trainer))
    other.options = options
    scene = other.scene()
    assert {name for name in scene if scene[name] != view.sent[name]} == set()


ACTS: list[tuple[str, dict[str, Any], Callable[[PlaneTrainer], Any]]] = [
    ("step", {}, lambda trainer: trainer.step(5)),
    ("rate", {"value": "0,3"}, lambda trainer: trainer.set_rate(0.3)),
    ("speed", {"value": "20"}, lambda trainer: None),
    ("step", {}, lambda trainer: trainer.step(20)),
    ("weight", {"value": "−2.5"}, lambda trainer: trainer.set_weight(-2.5)),
    ("weight", {"value": "1/8"}, lambda trainer: trainer.set_weight(0.125)),
    ("plane", {"x": 0.501, "y": -0.25}, lambda trainer: trainer.add_point(0.5, -0.25, 0)),
    ("kind", {"value": 1}, lambda trainer: None),
    ("plane", {"x": 1.26, "y": -1.26}, lambda trainer: trainer.add_point(1.2, -1.2, 1)),
    ("point 1", {"x": 0.4, "y": -0.2}, lambda trainer: trainer.move_point(1, 0.4, -0.2)),
    ("point 1", {"x": 0.4, "y": -0.2, "press": True}, lambda trainer: trainer.remove_point(1)),
    ("step", {}, lambda trainer: trainer.step(20)),
    ("x", {"value": ".5"}, lambda trainer: None),
    ("y", {"value": "-0,75"}, lambda trainer: None),
    ("add point", {}, lambda trainer: trainer.add_point(0.5, -0.75, 1)),
    ("plane", {"key": "ArrowLeft"}, lambda trainer: None),
    ("plane", {"key": "Enter"}, lambda trainer: trainer.add_point(0.45, -0.75, 1)),
    ("remove point", {}, lambda trainer: trainer.remove_point()),
    ("network", {"key": "ArrowRight"}, lambda trainer: trainer.choose(2, 1, 1)),
    ("network", {"key": "ArrowDown"}, lambda trainer: trainer.choose(2, 2, 1)),
    ("network", {"key": "PageUp"}, lambda trainer: trainer.choose(2, 2, 0)),
    ("network", {"key": "PageUp"}, lambda trainer: trainer.choose(2, 2, 4)),
    ("network", {"key": "Enter"}, lambda trainer: None),
    ("network", {"x": 180, "y": 1}, lambda trainer: None),
    ("fresh", {"value": True}, lambda trainer: None),
    ("remove all", {}, lambda trainer: trainer.clear()),
    ("points", {"value": 1}, lambda trainer: trainer.change(points="ring")),
    ("function", {"value": 2}, lambda trainer: trainer.change(activation="tanh")),
    ("start", {"value": 1}, lambda trainer: trainer.change(scale="Xavier")),
    ("hidden", {"value": "6 5"}, lambda trainer: trainer.change(hidden=[6, 5])),
    ("add layer", {}, lambda trainer: trainer.add_layer()),
    ("remove layer", {}, lambda trainer: trainer.remove_layer()),
    ("count", {"value": "20"}, lambda trainer: trainer.change(count=20)),
    ("noise", {"value": "0,2"}, lambda trainer: trainer.change(noise=0.2)),
    ("seed", {"value": "9"}, lambda trainer: trainer.change(seed=9)),
    ("step", {}, lambda trainer: trainer.step(20)),
    ("reset", {}, lambda trainer: trainer.reset()),
    ("points", {"value": 4}, lambda trainer: trainer.change(points=OWN)),
]


def test_every_act_does_what_the_plain_trainer_does_is_undone_and_told_in_code() -> None:
    view, trainer = TrainerView(PlaneTrainer("spirals", [4])), PlaneTrainer("spirals", [4])
    before = []
    for name, told, act in ACTS:
        was, shown = (copy.deepcopy(trainer), dict(view.options)), view.scene()
        tell(view, name, **told)
        before += [was] if view.scene() != shown else []  # what changes nothing is not undone
        act(trainer)
        same(view, trainer)
        space: dict[str, Any] = {"PlaneTrainer": PlaneTrainer, "plot_plane_trainer": lambda *_, **__: None}
        exec(view.sent["code"]["text"], space)
        again = space["trainer"]
        assert (weights(again) == weights(trainer)).all(), name
        assert (again.own, again.chosen, again.rate) == (trainer.own, trainer.chosen, trainer.rate)
        assert again.train_losses == pytest.approx(trainer.train_losses, nan_ok=True)
    assert view.sent["noise"]["off"]
    assert view.sent["step"]["off"]
    for trainer, options in reversed(before):
        tell(view, "undo")
        assert view.options == options
        same(view, trainer)
    assert view.sent["undo"]["off"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("hidden", "8, many", "Got '8, many' as hidden units; type 1 to 4 whole numbers from 1 to 32, as 8, 8."),
        ("hidden", "", "Got 0 hidden layers"),
        ("hidden", "99", "Got 99 as units"),
        ("rate", "0", "Got 0 as rate"),
        ("rate", "fast", "Got 'fast'; type a number such as 0.5, 1/9 or 1e-3."),
        ("noise", "1", "Got 1 as noise"),
        ("count", "1", "Got 1 as points of each class"),
        ("count", "7,5", "Got 7.5 as points of each class; a whole number from 5 to 250 is needed."),
        ("seed", "1/2", "Got 0.5 as seed"),
        ("speed", "501", "Got 501 as steps at a time; a whole number from 1 to 500 is needed."),
        ("weight", "1e9", "Got 1000000000 as weight"),
        ("x", "2", "Got 2 as x; a number from −1.2 to 1.2 is needed."),
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_changes_nothing(name: str, value: str, sentence: str) -> None:
    view = TrainerView(PlaneTrainer("spirals", [4]))
    tell(view, "step")
    before = dict(view.sent)
    told = tell(view, name, value=value)
    assert told["refused"]["name"] == name
    assert sentence in told["refused"]["why"]
    assert told["entries"] == {name: before[name]}, "the field shows again what it held"
    assert view.sent == before


def test_the_same_units_typed_in_another_way_are_no_new_start() -> None:
    view = TrainerView(PlaneTrainer("spirals", [8, 8]))
    tell(view, "step")
    tell(view, "hidden", value="8 8")
    assert view.state.steps == 5


def test_only_what_has_changed_is_sent() -> None:
    view = TrainerView(PlaneTrainer("spirals", [8, 8]))
    chosen = tell(view, "network", key="ArrowDown")["entries"]
    assert chosen.keys() == {"network", "chosen", "weight", "which", "formula", "code", "undo"}
    assert tell(view, "fresh", value=True)["entries"].keys() == {"fresh", "fresh points", "code"}
    moved = tell(view, "plane", x=0.3, y=0.3)["entries"].keys()
    assert not moved & {"training points", "fresh points", "units", "weights", "says", "network"}
    stepped = tell(view, "step")["entries"].keys()
    assert not stepped & {"training points", "fresh points", "own points", "chosen", "names", "layout"}


def test_a_click_chooses_a_line_or_a_unit_and_the_keys_walk_through_all() -> None:
    view = TrainerView(PlaneTrainer("spirals", [3, 4]))
    drawn = diagram(view.state.sizes)
    x, y = along(drawn.ends(2)[3, 2])
    tell(view, "network", x=float(x[3]), y=float(y[3]))
    assert view.state.chosen == (2, 4, 3)
    assert view.sent["which"]["lines"][0][0] == "Weight of layer 2, unit 4, from unit 3 of layer 1."
    marked = view.sent["chosen"]["items"]
    assert unpacked(marked[0]["x"]) == pytest.approx(x, abs=1e-3)
    assert marked[2]["box"] == drawn.box(2, 4)
    centre = drawn_middle(view.state, 1, 2)
    tell(view, "network", x=centre[0], y=centre[1])
    assert chosen_in_words(view.state) == "bias of layer 1, unit 2"
    seen = set()
    for _ in range(3):
        for _ in range(view.state.sizes[view.state.chosen[0]]):
            for _ in range(view.state.sizes[view.state.chosen[0] - 1] + 1):
                seen.add(view.state.chosen)
                tell(view, "network", key="PageDown")
            tell(view, "network", key="ArrowDown")
        tell(view, "network", key="ArrowRight")
    assert len(seen) == sum(values.numel() for values in view.state.network.parameters())
    for _ in range(5):
        tell(view, "network", key="ArrowLeft")
    assert view.state.chosen[0] == 1


def test_a_drag_is_one_act_and_a_point_that_is_pressed_goes() -> None:
    view = TrainerView(PlaneTrainer("spirals", [4]))
    tell(view, "plane", x=0.5, y=0.5)
    for at in range(5):
        tell(view, "point 1", x=0.5 + at / 10, y=0.5, gesture=99)
    assert view.new_point == (0, 0), "a click has not moved the place of the fields"
    (handle,) = view.sent["own points"]["handles"]
    assert (handle["x"], handle["y"], handle["shape"], handle["colour"]) == (0.9, 0.5, "dot", "first")
    tell(view, "undo", gesture=100)
    assert view.state.own == [(0.5, 0.5, 0)]
    tell(view, "point 1", x=0.5, y=0.5, press=True)
    assert view.state.own == []
    assert view.sent["own points"]["handles"] == []


def test_play_sends_frames_ahead_and_pause_returns_to_the_one_that_was_seen() -> None:
    view = TrainerView(PlaneTrainer("spirals", [4]))
    frames = tell(view, "play", value=True)["frames"]
    assert len(frames) > 2
    assert not view.sent["said"]["live"], "a screen reader is not told of every frame"
    assert all(frame["said"]["lines"][0].startswith(f"After {5 * at} steps") for at, frame in enumerate(frames, 1))
    view._told(None, {"name": "play", "value": False, "number": 50, "gesture": 50, "shown": [view.round, 2]}, [])
    trainer = PlaneTrainer("spirals", [4])
    trainer.step(10)
    same(view, trainer)
    trainer.step(5)
    tell(view, "step")
    same(view, trainer)  # with the momentum of that frame
    tell(view, "undo")
    tell(view, "undo")
    assert view.state.steps == 0, "one undo for all of the play"


def test_play_stops_where_it_ran_away() -> None:
    view = TrainerView(PlaneTrainer("spirals", [32, 32, 32], "leaky ReLU", rate=10, scale=4.0))
    told = tell(view, "play", value=True)
    for _ in range(20):
        if told["ended"]:
            break
        told = tell(view, "play", value="more", shown=[view.round, view.frames[-1][0]])
    assert told["ended"]
    assert view.state.diverged
    tell(view, "play", value=False, shown=[view.round, view.frames[-1][0]])
    assert view.sent["step"]["off"]
    assert "It ran away" in view.sent["said"]["lines"][1]


@pytest.mark.parametrize("hidden", [[8, 8], [32] * 4], ids=str)
def test_a_frame_of_play_is_made_in_time(hidden: list[int]) -> None:
    view = TrainerView(PlaneTrainer("spirals", hidden))
    times = []
    for _ in range(10):
        began = time.perf_counter()
        view.advance()
        view.scene()
        times.append(time.perf_counter() - began)
    assert min(times) < 0.04


def test_without_widgets_there_are_the_words_and_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    plane_trainer("ring", [3], "tanh")
    said = capsys.readouterr().out
    assert "2 → 3 → 2 numbers, tanh in between" in said
    assert "trainer = PlaneTrainer('ring', [3], 'tanh', rate=0.1" in said
