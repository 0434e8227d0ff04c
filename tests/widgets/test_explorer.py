"""The base of all explorers, without a browser: what is sent, refusals, undo, frames ahead, and the way back to one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from helpers.widgets import entries, explorer
from helpers.widgets.entries import Entry
from helpers.widgets.explorer import Explorer, Told
from helpers.widgets.numbers import read_number

pytest.importorskip("ipywidgets")


@dataclass
class Counter:
    """A count that ends at 40."""

    count: int = 0
    path: list[int] = field(default_factory=list)


class CounterView(Explorer):
    """A count that is typed, stepped and played; what it shows of it twice is told apart from what never changes."""

    state: Counter

    def scene(self) -> dict[str, Entry]:
        return {
            "count": entries.field("count", self.state.count),
            "path": entries.words(str(list(self.state.path))),
            "still": entries.words("always the same"),
            "loud": entries.tick("loud", self.options["loud"]),
            "layout": entries.layout("counter", ["count", "path", "still", "loud"]),
        }

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        return {"count": self.take, "loud": lambda told: self.options.update(loud=told["value"]), "broken": self.broken}

    def take(self, told: Told) -> None:
        if told["value"] == "unseen":
            self.state.path = None  # nothing goes wrong before it is shown
            return
        self.state.path.append(self.state.count)  # before it is refused: nothing of it may be left
        self.state.count = int(read_number(told["value"]))

    def broken(self, _: Told) -> None:
        self.state.count = -1
        raise KeyError("nobody expected this")

    def advance(self) -> bool:
        self.state.count += 1
        return self.state.count < 40


class Teller:
    """Tells a view what a page would, and looks at what it answers."""

    def __init__(self) -> None:
        self.view, self.number, self.gesture, self.answers = CounterView(Counter(), loud=False), 0, 0, []
        self.view.canvas.observe(lambda change: self.answers.append(change["new"]), "changes")

    def __call__(self, name: str, value: Any = None, *, same: bool = False, shown: Any = None) -> dict[str, Any]:
        """Tell; the last answer. same: it belongs to the gesture before."""
        self.number, self.gesture = self.number + 1, self.gesture + (not same)
        told = {"name": name, "value": value, "number": self.number, "gesture": self.gesture, "shown": shown}
        self.answers.clear()
        self.view._told(None, told, [])
        assert all(answer["answer"] == self.number for answer in self.answers)
        return self.answers[-1]


@pytest.fixture
def tell() -> Teller:
    return Teller()


def test_only_what_changed_is_sent_and_a_page_that_opens_later_has_all(tell: Teller) -> None:
    assert set(tell.view.canvas.scene) == {"count", "path", "still", "loud", "layout", "undo", "error"}
    answer = tell("count", "7")
    assert set(answer["entries"]) == {"count", "path", "undo"}
    assert tell.view.canvas.scene["count"]["value"] == "7"
    assert tell.view.canvas.scene == tell.view.sent
    assert set(tell("count", "7")["entries"]) == {"count", "path"}, "the control is answered, though it is the same"


def test_a_refusal_changes_nothing_and_names_its_control(tell: Teller) -> None:
    tell("count", "3")
    answer = tell("count", "three")
    assert answer["refused"] == {"name": "count", "why": "Got 'three'; type a number such as 0.5, 1/9 or 1e-3."}
    assert answer["entries"]["count"]["value"] == "3", "the field gets its value back"
    assert tell.view.state == Counter(3, [0])
    assert tell("loud", True)["refused"] is None, "and the sentence goes with the next act"
    tell("undo")
    tell("undo")
    assert tell.view.state == Counter(), "nothing that was refused can be undone"


def test_what_nobody_expected_is_shown_and_the_explorer_goes_on(tell: Teller) -> None:
    tell("count", "3")
    answer = tell("broken")
    assert "nobody expected this" in answer["entries"]["error"]["lines"][0]
    assert tell.view.state.count == 3
    assert "KeyError" in tell("no such control")["entries"]["error"]["lines"][0]
    assert tell("count", "4")["entries"]["error"]["lines"] == []


def test_a_state_that_cannot_be_shown_is_not_kept(tell: Teller) -> None:
    tell("count", "3")
    answer = tell("count", "unseen")
    assert "TypeError" in answer["entries"]["error"]["lines"][0]
    assert tell.view.canvas.scene == tell.view.sent
    assert tell.view.state == Counter(3, [0])
    assert tell("count", "4")["entries"]["error"]["lines"] == []
    assert tell.view.state == Counter(4, [0, 3])


def test_undo_takes_back_acts_one_by_one_and_a_drag_as_one(tell: Teller) -> None:
    tell("count", "1")
    tell("count", "2")
    for place in ("3", "4", "5"):
        tell("count", place, same=place != "3")
    tell("loud", True)
    assert (tell.view.state.count, tell.view.options["loud"]) == (5, True)
    seen = [(tell("undo"), tell.view.state.count, tell.view.options["loud"])[1:] for _ in range(5)]
    assert seen == [(5, False), (2, False), (1, False), (0, False), (0, False)]
    assert tell.view.sent["undo"]["off"]


def test_an_act_that_changes_nothing_need_not_be_undone(tell: Teller) -> None:
    tell("loud", True)
    for _ in range(3):
        tell("loud", True)
    tell("undo")
    assert not tell.view.options["loud"]
    assert tell.view.past == []


def test_no_more_than_fifty_acts_are_kept(tell: Teller) -> None:
    for count in range(60):
        tell("count", str(count + 1))
    for _ in range(60):
        tell("undo")
    assert tell.view.state.count == 10


def test_frames_are_sent_ahead_and_each_holds_what_changed(tell: Teller) -> None:
    answer = tell("play", True, shown=[0, 0])
    assert [frame["count"]["value"] for frame in answer["frames"]] == [str(count) for count in range(1, 13)]
    assert all(set(frame) == {"count"} for frame in answer["frames"])
    more = tell("play", "more", same=True, shown=[answer["round"], 5])
    assert more["round"] == answer["round"]
    assert more["frames"][0]["count"]["value"] == "13"
    assert not more["ended"]
    while not more["ended"]:
        more = tell("play", "more", same=True, shown=[answer["round"], 5])
    assert more["frames"][-1]["count"]["value"] == "40"


def test_a_pause_goes_back_to_the_frame_that_was_seen(tell: Teller) -> None:
    round_ = tell("play", True, shown=[0, 0])["round"]
    answer = tell("play", False, shown=[round_, 5])
    assert tell.view.state.count == 5
    assert answer["playing"] is False
    assert tell.view.sent["count"]["value"] == tell.view.canvas.scene["count"]["value"] == "5"
    assert set(answer["entries"]) == set(), "the page shows that frame already"
    tell("undo")
    assert tell.view.state.count == 0, "a run is undone as one"


def test_an_act_while_it_plays_is_done_to_the_frame_that_was_seen_and_play_goes_on(tell: Teller) -> None:
    first = tell("play", True, shown=[0, 0])["round"]
    answer = tell("count", "20", shown=[first, 4])
    assert tell.view.state.path == [4]
    assert answer["round"] == first + 1
    assert answer["frames"][0]["count"]["value"] == "21"
    assert tell.answers[0]["entries"]["count"]["value"] == "20", "the act is answered before the frames"
    # Told before the page has seen a frame of the new round: nothing of it has happened.
    tell("loud", True, shown=[first, 4])
    assert (tell.view.state.count, tell.view.round) == (32, first + 2)
    assert tell.answers[-1]["frames"][0]["count"]["value"] == "21"


def test_a_refusal_while_it_plays_lets_it_play_on(tell: Teller) -> None:
    first = tell("play", True, shown=[0, 0])["round"]
    answer = tell("count", "x", shown=[first, 3])
    assert tell.answers[0]["refused"]["name"] == "count"
    assert answer["frames"][0]["count"]["value"] == "4"


def test_a_page_that_asks_for_more_after_the_end_is_answered(tell: Teller) -> None:
    assert tell("play", "more", shown=[3, 1]) == {"answer": 1, "playing": False}


def test_frames_stop_when_they_take_too_long(tell: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(100))
    monkeypatch.setattr(explorer.time, "monotonic", lambda: next(now))
    assert len(tell("play", True, shown=[0, 0])["frames"]) == 1


def test_what_is_exported_is_what_is_shown(tell: Teller) -> None:
    import json

    tell("count", "9")
    assert json.loads(tell.view.export()) == tell.view.sent
