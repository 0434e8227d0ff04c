"""The run explorer without a browser: its runs are those of training by hand, and it says what came of them."""

from typing import Any

import numpy as np
import pytest
import torch

from helpers import ConvLearner
from helpers.explorers.run_explorer import Runs, run_explorer
from helpers.explorers.run_explorer.state import KEPT, MOST_EPOCHS, SEEDS, first_runs
from helpers.explorers.run_explorer.view import RunsView, text_form
from helpers.lessons.three_questions import train_head, try_epochs
from tests.explorers.telling import tell
from tests.pictures import data_in, make_pictures

pytest.importorskip("anywidget")


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> ConvLearner:
    folder = make_pictures(tmp_path_factory.mktemp("runs") / "pictures", train=20, valid=15)
    return ConvLearner.pretrained("resnet10", data_in(folder), precompute=True, seed=1)


@pytest.fixture
def view(learner: ConvLearner) -> RunsView:
    return RunsView(first_runs(learner, 8, 0.01, 2))


def lines(view: RunsView, part: str) -> str:
    return " ".join(one if isinstance(one, str) else " ".join(one) for one in view.sent[part]["lines"])


@pytest.mark.parametrize(("power", "rate"), [(-2, 0.01), (-1, 0.1)])
def test_with_all_pictures_the_runs_are_those_of_try_epochs(learner: ConvLearner, power: int, rate: float) -> None:
    errors, losses = Runs(learner, 20, power, 3).outcomes
    wanted = try_epochs(learner, 3, rate=rate, seeds=range(SEEDS))
    assert np.array_equal(errors, wanted.errors)
    assert np.array_equal(losses, wanted.losses)


def test_with_few_each_class_has_as_many_and_a_seed_s_few_are_among_its_more(
    learner: ConvLearner, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[int, list[np.ndarray]] = {}

    def noted(*given: Any, **options: Any) -> Any:
        seen.setdefault(options["seed"], []).append(given[1])
        return train_head(*given, **options)

    monkeypatch.setattr("helpers.explorers.run_explorer.state.train_head", noted)
    for count in (4, 9):
        _ = Runs(learner, count, -2, 1).outcomes
    labels = learner.data.train.known_labels
    for few, more in seen.values():
        assert np.bincount(labels[few]).tolist() == [4, 4]
        assert np.bincount(labels[more]).tolist() == [9, 9]
        assert {*few} <= {*more}
    assert len({tuple(few) for few, _ in seen.values()}) == SEEDS, "each seed chooses others"


def test_every_control_changes_its_setting_and_undo_brings_it_back(view: RunsView) -> None:
    first = view.state.settings
    assert first == "8 of each class, rate 0.01, 2 epochs"
    for name, value, wanted in (
        ("pictures", "12", "12 of each class, rate 0.01, 2 epochs"),
        ("power", "−0,5", "12 of each class, rate 0.32, 2 epochs"),
        ("epochs", "1", "12 of each class, rate 0.32, 1 epoch"),
    ):
        tell(view, name, value=value)
        assert view.state.settings == wanted
        assert wanted in lines(view, "said")
    tell(view, "last", x=3.2)
    assert view.state.epochs == 3
    for _ in range(4):
        tell(view, "undo")
    assert view.state.settings == first


def test_it_says_and_draws_what_came_of_them(view: RunsView) -> None:
    tell(view, "epochs", value="4")
    errors, losses = view.state.outcomes
    last = 100 * errors[:, -1]
    assert f"{last.mean():.1f}\u00a0% of the validation pictures wrong ({last.min():.1f} to {last.max():.1f}" in lines(
        view, "said"
    )
    for name, values in (("errors", 100 * errors), ("losses", losses)):
        drawn = [item for item in view.sent[f"{name} lines"]["items"] if item["kind"] == "line"]
        found = [np.frombuffer(item["y"]["bytes"], np.float32) for item in drawn]
        assert np.allclose(found, [*values, values.mean(axis=0)])


def test_what_was_tried_is_remembered_with_its_error(view: RunsView) -> None:
    before = 100 * view.state.outcomes[0][:, -1].mean()
    tell(view, "epochs", value="3")
    assert f"Tried before:  {before:.1f}\u00a0% with 8 of each class, rate 0.01, 2 epochs" in lines(view, "tried")
    for count in range(4, 14):
        tell(view, "pictures", value=str(count))
    assert len(view.state.tried) == KEPT
    assert len({settings for settings, _ in view.state.tried}) == KEPT
    tell(view, "pictures", value="13")
    assert len({settings for settings, _ in view.state.tried}) == KEPT, "the same once more is no other run"


@pytest.mark.parametrize(("name", "value", "says"), [
    ("pictures", "3", "Got 3.0 as pictures; a whole number from 4 to 20 is needed"),
    ("pictures", "21", "from 4 to 20"),
    ("pictures", "4.5", "a whole number"),
    ("power", "2", "Got 2.0 as power; a number from −4 to 1 is needed"),
    ("epochs", str(MOST_EPOCHS + 1), "from 1 to 12"),
    ("epochs", "many", "type a number"),
])  # fmt: skip
def test_settings_beyond_the_limits_are_refused(view: RunsView, name: str, value: str, says: str) -> None:
    before = view.state
    refused = tell(view, name, value=value)["refused"]
    assert refused["name"] == name
    assert says.lower().replace(".0", "") in refused["why"].lower().replace(".0", "")
    assert view.state.settings == before.settings


def test_a_run_that_diverges_is_drawn_too(view: RunsView) -> None:
    tell(view, "power", value="1")
    tell(view, "epochs", value="12")
    low, high = view.sent["losses"]["y"]["limits"]
    assert low == 0
    assert np.isfinite(high)
    assert view.sent["error"]["lines"] == []


def test_the_learner_stays_as_it_is(learner: ConvLearner) -> None:
    before = {name: value.clone() for name, value in learner.model.state_dict().items()}
    _ = Runs(learner, 8, -2, 2).outcomes
    assert all(torch.equal(value, before[name]) for name, value in learner.model.state_dict().items())
    assert learner.epochs_done == 0


def test_text_form_has_lines_that_run(learner: ConvLearner) -> None:
    runs = first_runs(learner, 8)
    said = text_form(runs).splitlines()
    known: dict[str, Any] = {"learn": learner}
    exec("\n".join(line.strip() for line in said[1:3]), known)
    assert np.array_equal(known["errors"], runs.outcomes[0])
    assert said[-1].startswith("8 of each class, rate 0.01, 2 epochs: ")


def test_few_pictures_are_enough_to_open_it_and_settings_of_one_s_own_are_checked(learner: ConvLearner) -> None:
    assert first_runs(learner).pictures == 20, "all there are, where there are fewer than 32"
    for wrong in ({"pictures": 40}, {"rate": 0}, {"rate": -1}, {"rate": 100}, {"epochs": 0}):
        with pytest.raises(ValueError, match="is needed"):
            run_explorer(learner, **wrong)
