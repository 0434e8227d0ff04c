"""The sample-size explorer without a browser: its margins hold as often as they say, and it draws and says them."""

import numpy as np
import pytest

from helpers.explorers.sample_size import SampleSize, sample_size
from helpers.explorers.sample_size.view import SizeView, text_form
from helpers.statistics import wilson_interval
from tests.explorers.telling import tell

pytest.importorskip("anywidget")


@pytest.fixture
def view() -> SizeView:
    return SizeView(SampleSize())


def lines(view: SizeView, part: str) -> str:
    return " ".join(one if isinstance(one, str) else " ".join(one) for one in view.sent[part]["lines"])


@pytest.mark.parametrize(("pictures", "accuracy"), [(300, 95.0), (1000, 80.0), (5000, 98.0)])
def test_a_measured_accuracy_lies_within_the_margin_95_times_in_100(pictures: int, accuracy: float) -> None:
    size = SampleSize(pictures, accuracy)
    measured = np.random.default_rng(1).binomial(pictures, accuracy / 100, 200_000) / pictures
    assert 0.935 < (np.abs(100 * measured - accuracy) <= size.margin).mean() < 0.965


@pytest.mark.parametrize(("pictures", "disagree"), [(500, 10.0), (2000, 4.0), (10_000, 1.0)])
def test_a_measured_difference_of_equal_models_lies_within_its_margin(pictures: int, disagree: float) -> None:
    size, rng = SampleSize(pictures, disagree=disagree), np.random.default_rng(2)
    only_one = rng.binomial(pictures, disagree / 100, 200_000)
    difference = 100 * (2 * rng.binomial(only_one, 0.5) - only_one) / pictures
    assert 0.935 < (np.abs(difference) <= size.paired_margin).mean() < 0.965


def test_for_many_pictures_the_margin_is_half_of_wilsons_interval() -> None:
    low, high = wilson_interval(19_000, 20_000)
    assert SampleSize(20_000, 95).margin == pytest.approx(50 * (high - low), rel=1e-3)


@pytest.mark.parametrize("values", [{}, {"accuracy": 80.0, "difference": 2.0}, {"disagree": 12.0, "difference": 0.5}])
def test_what_is_needed_is_the_fewest_pictures_with_that_margin(values: dict[str, float]) -> None:
    size = SampleSize(**values)  # type: ignore[arg-type]
    for needed, margin in ((size.needed, "margin"), (size.needed_paired, "paired_margin")):
        assert getattr(size.changed(pictures=needed), margin) <= size.difference
        assert getattr(size.changed(pictures=needed - 1), margin) > size.difference


def test_every_control_changes_its_value_and_undo_brings_it_back(view: SizeView) -> None:
    first = view.state
    for name, value, found in (("pictures", "1200", 1200), ("accuracy", "90,5", 90.5), ("disagree", "10", 10),
                               ("difference", "0.5", 0.5)):  # fmt: skip
        tell(view, name, value=value)
        assert getattr(view.state, name) == found
    tell(view, "at", x=3.0)
    assert view.state.pictures == 1000
    tell(view, "at", x=9.0)
    assert view.state.pictures == 20_000
    for _ in range(6):
        tell(view, "undo")
    assert view.state == first


def test_it_says_and_draws_its_margins(view: SizeView) -> None:
    tell(view, "pictures", value="2000")
    assert "known to ±0.96 points" in lines(view, "said")  # 100 × 1.96 × √(0.95 × 0.05 / 2000)
    assert "to ±0.88" in lines(view, "said")  # 100 × 1.96 × √(0.04 / 2000)
    assert "1,825 pictures are needed for one model, and 1,537 to compare" in lines(view, "said")
    (handle,) = view.sent["curves"]["handles"]
    assert (handle["x"], handle["y"]) == pytest.approx((np.log10(2000), 0.955), abs=1e-3)
    _, one, two, _ = view.sent["curves"]["items"]
    for item, variance in ((one, 0.95 * 0.05), (two, 0.04)):
        x, y = (np.frombuffer(item[axis]["bytes"], np.float32) for axis in "xy")
        assert np.allclose(y, 195.996 * np.sqrt(variance / 10**x), rtol=1e-4)


@pytest.mark.parametrize(("name", "value", "says"), [
    ("pictures", "10", "a whole number from 20 to 20000"),
    ("pictures", "300.5", "a whole number"),
    ("accuracy", "100", "from 50 to 99.9"),
    ("disagree", "0", "from 0.1 to 50"),
    ("difference", "one", "type a number"),
])  # fmt: skip
def test_what_cannot_be_is_refused(view: SizeView, name: str, value: str, says: str) -> None:
    before = view.state
    refused = tell(view, name, value=value)["refused"]
    assert refused["name"] == name
    assert says in refused["why"]
    assert view.state == before


def test_in_code_a_wrong_value_gets_a_sentence() -> None:
    with pytest.raises(ValueError, match="got 10 as validation pictures; a whole number from 20 to 20000 is needed"):
        sample_size(10)


def test_the_code_is_the_state_and_outside_a_notebook_it_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    size = SampleSize(500, 90.5, 6, 2)
    known: dict[str, SampleSize] = {}
    exec(size.code, known)
    assert known["size"] == size
    sample_size(500, 90.5, 6, 2)
    assert capsys.readouterr().out.strip() == text_form(size)
