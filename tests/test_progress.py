"""The bar: absent from short work, and gone when the work is done."""

import io
import itertools

import pytest

from helpers import progress
from helpers.progress import Progress, readable_seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *[(0, "0.0 s"), (0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 0 s")],
        *[(60, "1 min 0 s"), (200, "3 min 20 s"), (3600, "60 min 0 s")],
    ],
)
def test_a_duration_is_put_in_words(seconds: float, words: str) -> None:
    assert readable_seconds(seconds) == words


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let half a second pass each time somebody looks at the clock."""
    ticks = itertools.count()
    monkeypatch.setattr(progress.time, "perf_counter", lambda: next(ticks) / 2)


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(progress.sys, "stderr", screen)
    with Progress("quick", 100) as bar:
        for _ in range(100):
            bar.advance()
    assert screen.getvalue() == ""
    assert bar.done == 100


@pytest.mark.usefixtures("clock")
def test_in_a_terminal_the_bar_keeps_to_one_line_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(progress.sys, "stderr", screen)
    with Progress("long work", 8) as bar:
        for _ in range(8):
            bar.advance()
    written = screen.getvalue()
    assert "\n" not in written
    assert "long work:  50%, about" in written
    assert written.endswith("\r" + " " * 78 + "\r")


@pytest.mark.usefixtures("clock")
def test_the_time_left_is_what_the_pace_so_far_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(progress.sys, "stderr", screen)
    with Progress("work", 10) as bar:
        for _ in range(4):
            bar.advance()  # the clock is looked at once here: 0.5 s each
    assert "40%, about 3.0 s left" in screen.getvalue()


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("rank", [0, 1])
def test_of_several_processes_the_first_alone_draws(monkeypatch: pytest.MonkeyPatch, rank: int) -> None:
    monkeypatch.setenv("RANK", str(rank))
    monkeypatch.setattr(progress.sys, "stderr", screen := Terminal())
    with Progress("work", 8) as bar:
        for _ in range(8):
            bar.advance()
    assert ("50%" in screen.getvalue()) == (rank == 0)


@pytest.mark.usefixtures("clock")
def test_where_nobody_watches_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(progress.sys, "stderr", screen)
    with Progress("work", 8) as bar:
        for _ in range(8):
            bar.advance()
    assert screen.getvalue() == ""


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("broken_off", [False, True])
def test_in_a_notebook_one_output_is_updated_and_emptied_at_the_end(
    monkeypatch: pytest.MonkeyPatch, broken_off: bool
) -> None:
    import IPython.display

    shown: list[str] = []

    class Handle:
        def update(self, what: IPython.display.HTML) -> None:
            shown.append(what.data)

    def display(what: IPython.display.HTML, *, display_id: bool) -> Handle:
        assert display_id
        shown.append(what.data)
        return Handle()

    monkeypatch.setattr(progress, "in_a_notebook", lambda: True)
    monkeypatch.setattr(IPython.display, "display", display)
    try:
        with Progress("work", 8) as bar:
            for step in range(8):
                bar.advance()
                if broken_off and step == 5:
                    raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert len(shown) > 2
    assert "<progress" in shown[0]
    assert "work" in shown[0]
    assert shown[-1] == ""


def test_this_process_is_no_notebook() -> None:
    assert not progress.in_a_notebook()
