"""The rows of a history, and the record of a run."""

import io
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.history import Epoch, EpochTable, History, Record, smoothed
from helpers.statistics import wilson_interval


def row(number: int = 1, correct: int = 19) -> Epoch:
    return Epoch(number, 0.5, 0.25, correct / 20, *wilson_interval(correct, 20), 1.5)


def test_a_row_holds_the_share_and_its_interval() -> None:
    assert row()._fields == (
        *("epoch", "train_loss", "valid_loss", "accuracy", "accuracy_low", "accuracy_high", "seconds"),
    )
    assert row().accuracy == 0.95
    # Wilson's interval by hand for 19 of 20, z = 1.96: (0.95 + 0.09604 ± 0.1353) / 1.19208
    assert (row().accuracy_low, row().accuracy_high) == pytest.approx((0.7639, 0.9911), abs=2e-4)


def test_a_row_is_printed_below_the_columns_of_its_header() -> None:
    line = row(12).line()
    assert line.split() == ["12", "0.5000", "0.2500", "95.0", "%", "76.4", "to", "99.1", "%", "1.5"]
    assert len(line) == len(Epoch.HEADER)
    assert line.index("0.5000") + 6 == Epoch.HEADER.index("train loss") + len("train loss")


def test_rows_are_printed_as_they_come_the_header_once(capsys: pytest.CaptureFixture[str]) -> None:
    table, rows = EpochTable(), [row(1, 10), row(2, 19)]
    for known in ([], rows[:1], rows):
        table(known)
    assert capsys.readouterr().out.splitlines() == [Epoch.HEADER, rows[0].line(), rows[1].line()]


def test_in_a_notebook_one_table_grows_whose_accuracy_is_set_off(monkeypatch: pytest.MonkeyPatch) -> None:
    display = pytest.importorskip("IPython.display")
    sent: list[dict[str, str]] = []

    class Handle:
        def update(self, data: dict[str, str], raw: bool) -> None:
            assert raw
            sent.append(data)

    class Kernel(io.StringIO):
        """The stream of a kernel, which has a thread that publishes."""

        pub_thread = None

    def first(data: dict[str, str], raw: bool, display_id: bool) -> Handle:
        assert (raw, display_id, sent) == (True, True, [])
        sent.append(data)
        return Handle()

    monkeypatch.setattr(display, "display", first)
    monkeypatch.setattr(sys, "stdout", Kernel())
    table, rows = EpochTable(), [row(1, 10), row(2, 19)]
    for known in ([], rows[:1], rows):
        table(known)
    assert sys.stdout.getvalue() == ""
    assert [data["text/html"].count("<tr>") for data in sent] == [1, 2, 3]
    assert "<b>95.0 %</b>" in sent[-1]["text/html"]
    assert sent[-1]["text/html"].count("<b>") == 2
    assert sent[-1]["text/plain"].splitlines() == [Epoch.HEADER, rows[0].line(), rows[1].line()]


def test_a_history_is_a_sequence_of_rows_with_a_closing_line() -> None:
    history = History([row(1, 10), row(2, 19)])
    assert len(history) == 2
    assert history[-1].accuracy == 0.95
    assert [one.accuracy for one in history] == [0.5, 0.95]
    assert list(history[:1]) == [row(1, 10)]
    assert repr(history) == "2 epochs: accuracy 95.0 % after the last, valid loss 0.2500"
    assert repr(History([row()], interrupted=True)).startswith("1 epoch (interrupted): ")
    assert repr(History(interrupted=True)) == "No epoch was finished (interrupted)"


def test_the_running_mean_follows_its_formula() -> None:
    values = [3.0, 1.0, 4.0, 1.5]
    # Weights 0.8 ** age, which sum to one.
    expected = []
    for end in range(1, 5):
        weights = 0.8 ** np.arange(end - 1, -1, -1)
        expected.append(float((weights * values[:end]).sum() / weights.sum()))
    np.testing.assert_allclose(smoothed(values, keep=0.8), expected, rtol=1e-12)
    assert smoothed([5.0])[0] == pytest.approx(5.0)
    assert len(smoothed([])) == 0


def test_the_record_draws_every_step() -> None:
    record = Record(rates=[(0.1, 0.2, 0.3), (0.1, 0.2, 0.4)], losses=[1.0, 0.5])
    rates = record.plot_lr()
    np.testing.assert_array_equal(rates.lines[0].get_xydata(), [[1, 0.3], [2, 0.4]])
    losses = record.plot()
    np.testing.assert_array_equal(losses.lines[0].get_ydata(), [1.0, 0.5])
    np.testing.assert_allclose(losses.lines[1].get_ydata(), smoothed([1.0, 0.5]))
    assert losses.get_xlabel() == rates.get_xlabel() == "step"
    own = plt.subplots()[1]
    assert record.plot(ax=own) is own
    assert record.plot_lr(ax=own) is own


@pytest.mark.parametrize("name", ["plot", "plot_lr"])
def test_an_empty_record_says_what_to_type_first(name: str) -> None:
    with pytest.raises(ValueError, match=rf"sched\.{name}\(\) has nothing to draw.*type learn\.fit\(0\.01, 2\) first"):
        getattr(Record(), name)()
