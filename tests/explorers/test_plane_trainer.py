"""The plane trainer without a browser: its points, its state, its picture, and the widget's controls from Python."""

import io
import warnings
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb
from PIL import Image
from torch import nn

from helpers.explorers.plane_trainer import PlaneTrainer, drawing, plot_plane_trainer
from helpers.explorers.plane_trainer.points import MADE
from helpers.explorers.plane_trainer.state import MOST_POINTS, MOST_STEPS, OWN
from helpers.explorers.plane_trainer.view import TrainerView, plane_trainer
from helpers.explorers.plane_trainer.words import code, formula, words
from helpers.lessons.deep_stack import deep_stack, share_right, train_stack, two_spirals
from helpers.plots import FIRST, SECOND

pytest.importorskip("ipywidgets")


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
        drawing.TrainerSheet().picture(trainer, fresh=True)
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
    with pytest.raises(ValueError, match="there is no point of yours that could go"):
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
        drawing.TrainerSheet().picture(trainer)
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
        trainer.remove_point, trainer.step, trainer.clear, lambda: trainer.choose(1, 5, 0),
    ):  # fmt: skip
        act()
    lines = code(trainer).splitlines()
    assert lines[1:4] == ["trainer.step(11)", "trainer.set_rate(0.3)", "trainer.step(2)"]
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


# The picture -------------------------------------------------------------------------------------------------------


def pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(float) / 255


def test_the_plane_is_coloured_as_the_network_says_and_the_points_lie_where_they_are() -> None:
    trainer = PlaneTrainer("two hills", [8], "tanh", count=5, noise=0)
    trainer.step(200)
    sheet = drawing.TrainerSheet()
    seen = pixels(sheet.picture(trainer))
    assert seen.shape == (drawing.HEIGHT, drawing.WIDTH, 3)
    left, top, width, height = drawing.PLANE
    for across, up in ((-0.9, -0.9), (0.9, 0.9), (-0.9, 0.2), (0.7, 0.9), (0.1, -0.9)):
        share = trainer.units(np.array([[across, up]], np.float32) * np.float32(trainer.reach))[1][0]
        column, row = left + (across + 1) / 2 * width, top + (1 - up) / 2 * height
        colour = seen[int(row), int(column)]
        nearer = np.argmin([np.abs(colour - (1 + np.array(to_rgb(one))) / 2).sum() for one in (FIRST, SECOND)])
        assert nearer == (share > 0.5)
    for (x, y), label in zip(trainer.points, trainer.labels, strict=True):
        column = left + (x / trainer.reach + 1) / 2 * width
        row = top + (1 - y / trainer.reach) / 2 * height
        np.testing.assert_allclose(seen[round(row), round(column)], to_rgb((FIRST, SECOND)[label]), atol=0.15)
        found = sheet.point_under(trainer, column / drawing.WIDTH, row / drawing.HEIGHT)
        assert found == pytest.approx((x, y), abs=1e-5)
    assert sheet.point_under(trainer, 0.9, 0.9) is None


@pytest.mark.parametrize("hidden", [[32], [8, 3], [16, 9], [12, 13, 2], [32, 20, 1, 17]], ids=str)
def test_every_unit_is_drawn_where_a_click_finds_it(hidden: list[int]) -> None:
    trainer, sheet = PlaneTrainer("ring", hidden, "tanh"), drawing.TrainerSheet()
    drawn = pixels(sheet.picture(trainer))
    for layer, count in enumerate(hidden, 1):
        for unit in {1, (count + 1) // 2, count}:
            trainer.choose(layer, unit, 0)
            before = pixels(sheet.picture(trainer))
            trainer.set_weight(50)  # tanh of it is 1 everywhere: the whole unit is orange
            changed = np.argwhere(np.abs(pixels(sheet.picture(trainer)) - to_rgb(SECOND)).max(axis=2) < 0.02)
            inside = [place for place in changed
                      if sheet.unit_under(trainer, (place[1] + 0.5) / drawing.WIDTH, (place[0] + 0.5) / drawing.HEIGHT)
                      == (layer, unit)]  # fmt: skip
            side = drawing.layout_of_units(trainer)[0]
            assert len(inside) > 0.7 * side**2
            assert np.abs(before - drawn).max() > 0.5 or (layer, unit) == (1, 1), "the chosen unit has a frame"
            trainer.reset()
    assert sheet.unit_under(trainer, 0.1, 0.1) is None


def test_a_sheet_that_is_used_again_draws_what_a_new_one_draws() -> None:
    trainer, sheet = PlaneTrainer("spirals", [4, 4]), drawing.TrainerSheet()
    for act in (lambda: trainer.step(5), lambda: trainer.step(200), lambda: trainer.change(hidden=[32]),
                lambda: trainer.change(points="two hills", noise=0.3), lambda: trainer.add_point(1, 1, 0)):  # fmt: skip
        act()
        for fresh in (False, True):
            assert sheet.picture(trainer, fresh=fresh) == drawing.TrainerSheet().picture(trainer, fresh=fresh)


def test_the_plain_picture_shows_the_same() -> None:
    trainer = PlaneTrainer("ring", [4])
    trainer.step(30)
    plane, units, losses = plot_plane_trainer(trainer, fresh=True)
    plane.figure.canvas.draw()
    seen = np.asarray(plane.figure.canvas.buffer_rgba())[..., :3] / 255
    assert np.abs(seen - pixels(drawing.TrainerSheet().picture(trainer, fresh=True))).mean() < 0.002
    assert len(units.texts) == 1
    assert losses.get_xlabel() == "step"
    plt.close("all")


# The widget --------------------------------------------------------------------------------------------------------


def test_the_controls_change_the_trainer() -> None:
    view = TrainerView(PlaneTrainer("spirals", [4]))
    trainer = view.trainer
    view.points.value = "ring"
    view.activations.value = "tanh"
    view.scales.value = "Xavier"
    view.fields["hidden units"].value = "6 5"
    assert trainer.setting.points == "ring"
    assert trainer.setting.activation == "tanh"
    assert trainer.setting.scale == "Xavier"
    assert trainer.setting.hidden == (6, 5)
    assert view.fields["hidden units"].value == "6, 5"
    view.buttons["Add layer"].click()
    assert trainer.setting.hidden == (6, 5, 5)
    view.buttons["Remove layer"].click()
    view.fields["steps at a time"].value = 25
    view.buttons["Step"].click()
    assert trainer.steps == 25
    view.fields["rate"].value = 0.3
    assert (trainer.rate, trainer.steps) == (0.3, 25)
    view.fields["layer"].value = 2
    view.fields["unit"].value = 5
    view.fields["from"].value = 6
    assert trainer.chosen == (2, 5, 6)
    view.fields["weight"].value = 1.5
    assert layers(trainer)[1].weight[4, 5].item() == 1.5
    view.fields["x"].value, view.fields["y"].value, view.classes.value = 0.5, -0.25, 1
    view.buttons["Add point"].click()
    assert trainer.own == [(0.5, -0.25, 1)]
    assert view.told.value == ""
    view.buttons["Reset"].click()
    assert (trainer.steps, trainer.own) == (0, [(0.5, -0.25, 1)])
    view.buttons["Add point"].click()
    view.buttons["Remove point"].click()
    assert len(trainer.own) == 1
    view.buttons["Remove all"].click()
    assert trainer.own == []
    assert view.buttons["Remove all"].disabled
    view.points.value = OWN
    assert view.fields["noise"].disabled
    assert view.buttons["Step"].disabled


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("hidden units", "8, many", "got &#x27;8, many&#x27; as hidden units; type 1 to 4 whole numbers from 1 to 32"),
        ("hidden units", "", "got 0 hidden layers"),
        ("hidden units", "99", "got 99 as units"),
        ("rate", 0.0, "got 0.0 as rate"),
        ("noise", 1.0, "got 1.0 as noise"),
        ("points of each class", 1, "got 1 as points of each class"),
        ("layer", 7, "got 7 as layer"),
        ("weight", 1e9, "got 1000000000.0 as weight"),
    ],
)
def test_a_wrong_value_is_told_and_the_field_goes_back(name: str, value: Any, sentence: str) -> None:
    view = TrainerView(PlaneTrainer("spirals", [4]))
    view.buttons["Step"].click()
    before, shown = weights(view.trainer), view.fields[name].value
    view.fields[name].value = value
    assert sentence in view.told.value
    assert "The network stays as it was." in view.told.value
    assert view.fields[name].value == shown
    assert (weights(view.trainer) == before).all()
    view.buttons["Step"].click()
    assert view.told.value == ""


def test_showing_a_weight_rounded_does_not_round_it() -> None:
    view = TrainerView(PlaneTrainer("spirals", [4]))
    view.buttons["Step"].click()
    before = weights(view.trainer)
    view.refresh()
    view.fields["unit"].value = 2
    assert (weights(view.trainer) == before).all()
    assert "set_weight" not in code(view.trainer)


def test_play_takes_steps_and_stops_where_it_ran_away() -> None:
    view = TrainerView(PlaneTrainer("spirals", [32, 32, 32], "leaky ReLU", rate=10, scale=4.0))
    playing = "playing" if view.play.has_trait("playing") else "_playing"
    setattr(view.play, playing, True)
    view.play.value = 1
    assert view.trainer.steps > 0
    for tick in range(2, 40):
        view.play.value = tick
    assert view.trainer.diverged
    assert not getattr(view.play, playing)
    assert view.buttons["Step"].disabled


def test_a_weight_can_be_typed_while_it_plays() -> None:
    """Each step shows another weight, and that must not wipe out what is being typed: it is shown when play pauses."""
    view = TrainerView(PlaneTrainer("spirals", [4]))
    shown = view.fields["weight"].value
    setattr(view.play, view.playing, True)
    for tick in range(1, 4):
        view.play.value = tick
    assert view.trainer.steps == 30
    assert view.fields["weight"].value == shown != round(view.trainer.weight, 4)
    view.fields["weight"].value = 2.5
    assert view.trainer.weight == 2.5
    view.play.value = 4
    setattr(view.play, view.playing, False)
    assert view.fields["weight"].value == round(view.trainer.weight, 4) != 2.5


def test_a_click_adds_a_point_or_chooses_a_unit() -> None:
    pytest.importorskip("anywidget")
    view = TrainerView(PlaneTrainer("spirals", [8, 8]))
    left, top, width, height = drawing.PLANE

    def click(column: float, row: float) -> None:
        view.picture.place = [column / drawing.WIDTH, row / drawing.HEIGHT]
        view.picture.held = not view.picture.held

    view.classes.value = 1
    click(left + 0.75 * width, top + 0.5 * height)
    assert view.trainer.own == [(pytest.approx(view.trainer.reach / 2, abs=0.01), 0.0, 1)]
    click(left + width - 1, top + 1)
    assert view.trainer.own[1][:2] == (1.2, 1.2), "the edge of the plane lies beyond the limits"
    side, row, band = drawing.layout_of_units(view.trainer)
    across, down = drawing.corner(2, side, row)
    click(drawing.UNITS[0] + across + 10, drawing.UNITS[1] + band + down + 10)
    assert view.trainer.chosen == (2, 3, 1)
    assert len(view.trainer.own) == 2


def test_without_widgets_there_are_the_words_and_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    plane_trainer("ring", [3], "tanh")
    said = capsys.readouterr().out
    assert "2 → 3 → 2 numbers, tanh in between" in said
    assert "trainer = PlaneTrainer('ring', [3], 'tanh', rate=0.1" in said
