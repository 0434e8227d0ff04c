"""The model card: its facts are those of the run, and what its maker wrote is not lost."""

from pathlib import Path

import numpy as np
import pytest

from helpers import ConvLearner
from helpers.datasets.sealed import open_seal
from helpers.history import History
from helpers.lessons.calibration import reliability
from helpers.lessons.model_card import model_card
from helpers.lessons.unfamiliar import Familiarity
from tests.datasets.test_sealed import with_sealed
from tests.pictures import data_in, make_pictures

SIZE = 48


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[ConvLearner, History]:
    folder = with_sealed(tmp_path_factory.mktemp("card") / "my pictures")
    (folder / "train" / "dogs" / "dog.0000.jpg").unlink()
    learn = ConvLearner.pretrained("resnet10", data_in(folder, size=SIZE), precompute=True, seed=1)
    learn.fit(0.02, 2)
    return learn, learn.fit(0.005, 1, schedule="one_cycle")


def test_its_facts_are_those_of_the_run(trained: tuple[ConvLearner, History]) -> None:
    learn, history = trained
    familiar, opening = Familiarity.of(learn, false_alarms=0.2), open_seal(learn)
    text, said = model_card(learn, history, familiar=familiar, opening=opening).text, learn.predict_all()
    right = [int(said.correct[said.known_labels == label].sum()) for label in (0, 1)]
    for fact in (
        "# Model card: cats, dogs",
        "resnet10 at 48 × 48 pixels; what learned here: the head",
        "3 epochs, the last run with a learning rate of 0.005 (one_cycle)",
        "from the folder my pictures",
        f"| cats | 10 | 8 | {right[0]} |",
        f"| dogs | 9 | 8 | {right[1]} |",
        f"- valid:  {said}",
        f"- sealed: {opening.sealed}",
        "- Opened for the first time.",
        "right for 50.0 % of the validation",
        repr(reliability(said)),
        repr(familiar),
        "may you use them?\n  …",
    ):
        assert fact in text, fact
    assert "{" not in text
    assert str(learn.data.path.parent) not in text


def test_what_was_not_measured_is_said(trained: tuple[ConvLearner, History]) -> None:
    text = model_card(*trained).text
    assert "something else. Nothing was measured" in text
    assert "- sealed: no pictures were opened" in text


def test_all_layers_and_their_rates(trained: tuple[ConvLearner, History]) -> None:
    learn = ConvLearner.pretrained("resnet10", trained[0].data, seed=2)
    learn.unfreeze()
    text = model_card(learn, learn.fit((1e-5, 1e-4, 1e-3), 1)).text
    assert "what learned here: every layer" in text
    assert "- 1 epoch, the last run" in text
    assert "a learning rate of 1e-05, 0.0001, 0.001 (constant)" in text


def test_it_is_saved_once_and_never_over_another_file(trained: tuple[ConvLearner, History], tmp_path: Path) -> None:
    card = model_card(*trained)
    file = card.save(tmp_path / "card.md")
    assert file.read_text("utf-8") == card.text == repr(card) == card._repr_markdown_()
    file.write_text("my answers")
    with pytest.raises(ValueError, match=r"card\.md is there already; give another name"):
        card.save(file)
    assert file.read_text() == "my answers"


def test_a_history_of_nothing_or_of_another_learner_is_refused(
    trained: tuple[ConvLearner, History], tmp_path: Path
) -> None:
    data = data_in(make_pictures(tmp_path / "other", train=4, valid=2, classes=("cups", "pots")), size=SIZE)
    other = ConvLearner.pretrained("resnet10", data, seed=1).fit(0.01, 1)
    for history in (History([]), other):
        with pytest.raises(ValueError, match=r"not of this learner; give what its fit returned: history = learn\.fit"):
            model_card(trained[0], history)


def test_its_rows_count_every_training_picture_and_no_more_right_than_judged(
    trained: tuple[ConvLearner, History],
) -> None:
    rows = [line for line in model_card(*trained).text.splitlines() if line.startswith("| ")]
    counts = np.array([[int(cell) for cell in row.split("|")[2:5]] for row in rows[1:]])
    assert counts[:, 0].sum() == len(trained[0].data.train)
    assert (counts[:, 2] <= counts[:, 1]).all()
