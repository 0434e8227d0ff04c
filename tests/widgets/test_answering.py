"""A widget's messages are answered one at a time: no value is lost, nothing that goes wrong is hidden.

The widgets are fakes: a control tells its observers when it is set, as those of ipywidgets do, and an output keeps what
was raised in it.
"""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import pytest

from helpers.files.images import ImageError
from helpers.widgets.answering import ONE_AT_A_TIME, Answering, complaint, guarded

SOON = 30  # seconds after which a thread that should have gone on is stuck


class FakeControl:
    """A control with a value; setting another one calls its observers."""

    def __init__(self, value: Any) -> None:
        self._value, self.observers = value, []
        self.was_set = threading.Event()

    @property
    def value(self) -> Any:
        return self._value

    @value.setter
    def value(self, new: Any) -> None:
        if new != self._value:
            self._value = new
            self.was_set.set()
            for observer in self.observers:
                observer({"new": new})


class FakeOutput:
    """What was raised since it was cleared."""

    def __init__(self) -> None:
        self.raised: list[BaseException] = []

    def clear_output(self) -> None:
        self.raised.clear()

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        self.raised += [error] if error else []
        return True


class FakeView:
    """Two fields over two numbers from 0 to 9; both fields are set whenever the state is shown."""

    def __init__(self) -> None:
        self.state = {"row": 0, "column": 0}
        self.fields = {name: FakeControl(0) for name in self.state}
        self.shown: list[tuple[dict[str, int], str]] = []
        self.during: Callable[[], object] = lambda: None  # what happens while the state is shown
        self.errors = FakeOutput()
        self.answer = Answering(self.show, self.errors)
        for name, field in self.fields.items():
            field.observers.append(self.answer(lambda new, name=name: self.take(name, new)))

    def take(self, name: str, new: Any) -> None:
        if not 0 <= new <= 9:
            raise IndexError(f"{name} {new} is not there; type 0 to 9")
        self.state[name] = new

    def show(self, refused: str) -> None:
        self.shown.append((dict(self.state), refused))
        self.during()
        for name, value in self.state.items():
            self.fields[name].value = value


def test_a_new_value_is_taken_and_shown_once() -> None:
    view = FakeView()
    view.fields["row"].value = 3
    assert view.shown == [({"row": 3, "column": 0}, "")]


def test_a_control_that_is_set_to_show_the_state_is_not_answered() -> None:
    view = FakeView()
    view.state["column"] = 7
    view.answer.refresh()
    assert view.fields["column"].value == 7
    assert len(view.shown) == 1


def test_a_refused_value_gets_its_sentence_and_the_controls_show_what_holds() -> None:
    view = FakeView()
    view.fields["row"].value = 12
    assert view.shown == [({"row": 0, "column": 0}, "Row 12 is not there; type 0 to 9.")]
    assert view.fields["row"].value == 0
    assert view.errors.raised == []
    view.fields["row"].value = 1
    assert view.shown[-1] == ({"row": 1, "column": 0}, "")


@pytest.mark.parametrize("other", ["row", "column"])
def test_a_value_that_comes_while_another_message_is_answered_is_not_lost(other: str) -> None:
    view = FakeView()
    second = threading.Thread(target=setattr, args=(view.fields[other], "value", 5))

    def meanwhile() -> None:
        view.during = lambda: None
        view.fields[other].was_set.clear()
        second.start()
        assert view.fields[other].was_set.wait(SOON)  # it is set now, and the end of this answer sets it back

    view.during = meanwhile
    view.fields["row"].value = 3
    second.join(SOON)
    assert view.state == {"row": 3, "column": 0} | {other: 5}
    assert {name: field.value for name, field in view.fields.items()} == view.state
    assert view.errors.raised == []


def started_in_turn(count: int, during: Callable[[int], None]) -> list[threading.Thread]:
    """Start threads one after the other, each when the one before waits, and let all go at once; wait for their end."""
    threads = [threading.Thread(target=during, args=(number,)) for number in range(count)]
    until = time.monotonic() + SOON
    with ONE_AT_A_TIME:
        for number, thread in enumerate(threads, 1):
            thread.start()
            while ONE_AT_A_TIME.waiting < number and time.monotonic() < until:
                time.sleep(0.001)
    for thread in threads:
        thread.join(SOON)
    return threads


def test_messages_are_answered_in_the_order_in_which_they_came_and_never_two_at_a_time() -> None:
    for _ in range(5):
        order: list[int] = []
        inside: list[int] = []

        def message(number: int, order: list[int] = order, inside: list[int] = inside) -> None:
            with ONE_AT_A_TIME, ONE_AT_A_TIME:  # an answer may show, which asks again
                inside.append(number)
                time.sleep(0)
                assert inside == [number]
                inside.pop()
                order.append(number)

        started_in_turn(8, message)
        assert order == list(range(8))
        assert not ONE_AT_A_TIME.locked()


def test_one_that_is_interrupted_while_it_waits_does_not_stop_those_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[int] = []
    real = threading.Condition.wait_for

    def wait_for(condition: threading.Condition, *args: Any) -> Any:
        if threading.current_thread().name == "interrupted":
            raise KeyboardInterrupt
        return real(condition, *args)

    def interrupted() -> None:
        with pytest.raises(KeyboardInterrupt), ONE_AT_A_TIME:
            order.append(-1)

    with ONE_AT_A_TIME, monkeypatch.context() as patch:
        patch.setattr(threading.Condition, "wait_for", wait_for)
        thread = threading.Thread(target=interrupted, name="interrupted")
        thread.start()
        thread.join(SOON)
    started_in_turn(2, lambda number: guarded(lambda _: order.append(number), FakeOutput())(None))
    assert order == [0, 1]


def test_while_a_message_is_answered_and_shown_all_others_wait() -> None:
    view, waited = FakeView(), []
    view.during = lambda: waited.append(ONE_AT_A_TIME.locked())
    view.answer(lambda _: waited.append(ONE_AT_A_TIME.locked()))({"new": 1})
    assert waited == [True, True]
    assert not ONE_AT_A_TIME.locked()
    view.answer.refresh()
    assert waited == [True, True, True]


def test_what_goes_wrong_while_showing_is_told_and_the_next_message_is_answered() -> None:
    view = FakeView()
    view.during = lambda: {}["cat"]
    view.fields["row"].value = 3
    assert [type(error) for error in view.errors.raised] == [KeyError]
    view.during = lambda: None
    view.fields["row"].value = 4
    assert view.shown[-1] == ({"row": 4, "column": 0}, "")
    assert view.errors.raised == [], "an error that is over is taken away"


def test_an_error_that_refuses_nothing_is_told() -> None:
    view = FakeView()
    view.answer(lambda _: 1 / 0)({"new": 1})
    assert [type(error) for error in view.errors.raised] == [ZeroDivisionError]
    assert view.shown == []


def test_a_press_has_no_value() -> None:
    view, taken = FakeView(), []
    view.answer(taken.append)(object())  # a button gives itself
    assert taken == [None]
    assert len(view.shown) == 1


def test_a_widget_may_word_its_refusals() -> None:
    shown: list[str] = []
    answer = Answering(shown.append, FakeOutput(), lambda error: f"{error}; all stays")
    answer(lambda new: int(new))({"new": "x"})
    assert shown == ["invalid literal for int() with base 10: 'x'; all stays"]


def test_a_file_keeps_its_name_at_the_head_of_a_complaint() -> None:
    assert complaint(ImageError("cat.png is empty")) == "cat.png is empty."
    assert complaint(ValueError("stride is 0")) == "Stride is 0."


def test_a_guarded_callback_hands_what_it_raises_to_its_output() -> None:
    errors = FakeOutput()
    guarded(lambda event: event["cat"], errors)({})
    assert [type(error) for error in errors.raised] == [KeyError]


REAL = {  # a widget, the field that is typed into, what is typed, the control that is used meanwhile, and its value
    "kernel lab": ("kernel_lab", "Output column:", 9, "Stride:", 2),
    "descent stepper": ("make_stepper", "rate =", 0.25, "Step", "press"),
    "activation explorer": ("make_activation_widget", "x =", 3.0, "function", "ReLU"),
    "function builder": ("eight_relus", "place =", 0.7, "Step", "press"),
    "plane trainer": ("three_layers", "rate =", 0.5, "Step", "press"),
    "network explorer": ("network_explorer", "Channel:", 7, "Row:", 2),
}


@pytest.mark.parametrize("name", REAL)
def test_a_value_typed_into_an_explorer_while_it_answers_another_message_is_not_lost(name: str) -> None:
    pytest.importorskip("ipywidgets")
    from benchmarks import redraws
    from helpers.lessons.stepper import Stepper

    maker, label, value, other, used = REAL[name]
    box = redraws.make_stepper(Stepper()) if maker == "make_stepper" else getattr(redraws, maker)()
    controls = {getattr(part, "description", ""): part for part in redraws.parts(box)}
    field, was_set = controls[label], threading.Event()
    field._trait_notifiers["value"]["change"].insert(0, lambda _: was_set.set())
    second = threading.Thread(target=setattr, args=(field, "value", value))
    with ONE_AT_A_TIME:
        second.start()
        assert was_set.wait(SOON)
        redraws.change(controls[other], used)
        assert field.value != value, "this answer has set the field back"
    second.join(SOON)
    assert field.value == value
