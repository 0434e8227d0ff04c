"""The backpropagation stepper, without a browser: what it reads, each step in numbers and words, and what is drawn."""

import itertools
from typing import Any

import matplotlib.pyplot as plt
import pytest
import torch

from helpers.explorers.backpropagation_stepper import Pass, backpropagation_stepper, plot_graph
from helpers.explorers.backpropagation_stepper.expressions import compute, names_in
from helpers.explorers.backpropagation_stepper.layout import HIGH, WIDE, placed
from helpers.explorers.backpropagation_stepper.state import EXAMPLES
from helpers.explorers.backpropagation_stepper.view import BackpropagationView
from helpers.explorers.backpropagation_stepper.words import said
from helpers.lessons.backpropagation import Value
from tests.explorers.telling import tell

pytest.importorskip("anywidget")

COMPUTED = {
    **dict(EXAMPLES.values()),
    "a / b - b ** 3": {"a": 1.5, "b": -0.7},
    "log(a * a + 1) * -a": {"a": 0.8},
    "exp(-x / 2) + x ^ 2": {"x": 1.2},
}


@pytest.mark.parametrize("text", COMPUTED)
def test_the_number_and_every_gradient_are_pytorchs(text: str) -> None:
    tensors = {name: torch.tensor(number, requires_grad=True) for name, number in COMPUTED[text].items()}
    known = {"relu": torch.relu, "exp": torch.exp, "log": torch.log}
    expected = eval(text.replace("^", "**"), known | tensors)
    expected.backward()
    one = Pass(text, COMPUTED[text])
    assert one.result.number == pytest.approx(expected.item(), rel=1e-5)
    for name, gradient in one.gradients().items():
        assert gradient == pytest.approx(tensors[name].grad.item(), rel=1e-5)
        assert one.nudged(name) == pytest.approx(gradient, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("text", COMPUTED)
def test_the_steps_go_forward_through_every_operation_and_back_in_the_opposite_order(text: str) -> None:
    passes = [Pass(text, COMPUTED[text], step) for step in range(Pass(text, COMPUTED[text]).last + 1)]
    operations = len(passes[0].operations)
    assert len(passes) == 2 * operations + 2
    assert [len(one.known) for one in passes[: operations + 1]] == [
        *range(len(passes[0].known), len(passes[0].values) + 1)
    ]
    assert not any(one.received() for one in passes[: operations + 1])
    turn, end = passes[operations + 1], passes[-1]
    assert turn.received() == {turn.result: 1.0}
    assert end.received() == {value: pytest.approx(value.gradient) for value in end.values}
    forward = [passes[0].operations.index(_same(passes[0], one)) for one in passes[1 : operations + 1]]
    back = [passes[0].operations.index(_same(passes[0], one)) for one in passes[operations + 2 :]]
    assert back == forward[::-1] == [*range(operations)][::-1]


def _same(first: Pass, other: Pass) -> Value:
    """Return the value of the first pass that stands where the current one of another does."""
    return first.values[other.values.index(other.current)]


def test_the_words_of_each_step_have_its_numbers() -> None:
    one = Pass("a * b + a", {"a": 2.0, "b": 3.0})
    steps = [said(one.changed(step=step)) for step in range(one.last + 1)]
    assert steps[1] == ("Forward, step 1 of 2.", "t1 = a × b = 2 × 3 = 6.")
    assert steps[2][1] == "result = t1 + a = 6 + 2 = 8."
    assert "To t1: the sum changes by 1, so 1 × 1 = 1." in steps[4][1]
    assert "To a: a product changes by the other factor, 3, so 3 × 1 = 3, and 1 from before: 4." in steps[5][1]
    square = said(Pass("(x - 3) ** 2", {"x": 1.0}, 2))[1]
    assert square == "result = t1² = (−2)² = 4."
    nothing = Pass("relu(x) * 2", {"x": -1.0})
    assert "not above 0, and ReLU gives 0, so 0 × 2 = 0." in said(nothing.changed(step=nothing.last))[1]
    constant = Pass("x + 5")
    assert "5:" not in said(constant.changed(step=constant.last))[1], "nobody asks for the gradient of a constant"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no expression"), ("w *", "is no expression"), ("import os", "is no expression"),
        ("a\0b", "is no expression"),
        ("open('x')", "there are + - * / **"), ("__import__('os')", "names"), ("a.b", "there are + - * / **"),
        ("sin(x)", "there are + - * / **"), ("a if b else c", "there are + - * / **"), ("a & b", "there are"),
        ("relu(a, b)", "there are"), ("x ** x", "the power x"), ("x ** 0.5", "the power 0.5"),
        ("x ** 11", "the power 11"),
        ("3 + 4", "got 0 names"), ("+".join("abcdefghi"), "got 9 names"), ("p", "nothing is computed"),
        ("1 / (x - 1)", "divided by 0"), ("(x - 1) ** -1", "divided by 0"), ("log(x - 1)", "log of 0"),
        ("exp(exp(exp(9 * x)))", "too large"), ("x * " * 40 + "x", "characters"), ("x" + " * x" * 24, "25"),
        ("True + x", "there are"), ("x + 1j", "there are"),
    ],
)  # fmt: skip
def test_what_is_no_expression_gets_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("+", r"\+").replace("*", r"\*")):
        Pass(text, {})


def test_a_number_beyond_the_limits_or_for_no_name_is_refused() -> None:
    with pytest.raises(ValueError, match="got 200 as a; a number from −100 to 100 is needed"):
        Pass("a + 1", {"a": 200})
    with pytest.raises(ValueError, match="a number for c, which is not in the expression"):
        Pass("a + 1", {"c": 2})
    with pytest.raises(ValueError, match="got 9 as step"):
        Pass("a + 1", {"a": 2}, 9)


def test_names_without_a_number_are_1() -> None:
    assert Pass("a + b", {"a": 2}).numbers == {"a": 2.0, "b": 1.0}
    assert names_in("b * a + b") == ["b", "a"]
    assert compute("a · b − 1", {"a": 2.0, "b": 3.0}).number == 5.0


@pytest.mark.parametrize("text", COMPUTED)
def test_no_two_boxes_overlap_and_every_operation_is_right_of_what_it_was_computed_from(text: str) -> None:
    places = placed(Pass(text, COMPUTED[text]).result)
    for one, other in itertools.combinations(places.values(), 2):
        assert abs(one[0] - other[0]) >= WIDE or abs(one[1] - other[1]) >= HIGH
    for value, (x, _) in places.items():
        assert all(places[parent][0] <= x - 1 for parent in value.parents)
    assert min(x for x, _ in places.values()) == 0


class Told:
    """The view, told what a page would tell it."""

    def __init__(self, *values: Any) -> None:
        self.view = BackpropagationView(Pass(*values))

    def __call__(self, name: str, **told: Any) -> dict[str, Any]:
        return tell(self.view, name, **told)

    @property
    def state(self) -> Pass:
        return self.view.state


def test_the_buttons_step_and_stop_at_both_ends() -> None:
    told = Told()
    for name, step in (("step", 1), ("step", 2), ("back", 1), ("end", 7), ("step", 7), ("start", 0), ("back", 0)):
        told(name)
        assert told.state.step == step, name


def test_a_play_goes_to_the_end_and_from_there_begins_anew() -> None:
    told = Told()
    frames = told("play", value=True)["frames"]
    assert len(frames) == told.state.last
    assert told.state.step == told.state.last
    told("end")
    told("play", value=True)
    assert told.view.frames[0][1].step == 0


def test_a_click_goes_to_the_step_of_a_box_and_on_the_way_back_to_the_step_that_passes_its_gradient() -> None:
    told = Told()
    product = told.state.operations[0]
    x, y = placed(told.state.result)[product]
    told("graph", x=x, y=y)
    assert told.state.step == 1
    told("end")
    told("graph", x=x, y=y)
    assert (told.state.step, told.state.current) == (7, told.state.operations[0])
    told("graph", x=-5, y=-5)
    assert told.state.step == 7
    for key, step in (("ArrowLeft", 6), ("ArrowRight", 7), ("Home", 0), ("ArrowLeft", 0), ("End", 7), ("Enter", 7)):
        told("graph", key=key)
        assert told.state.step == step, key


def test_a_new_expression_keeps_the_numbers_of_names_that_it_shares() -> None:
    told = Told()
    told("step")
    told("expression", value="w * w + q")
    assert (told.state.numbers, told.state.step) == ({"w": 3.0, "q": 1.0}, 0)
    before = told.state
    assert "is no expression" in str(told("expression", value="w *")["refused"])
    assert told.state == before
    told("number 1", value="−2")
    assert told.state.numbers == {"w": 3.0, "q": -2.0}
    assert "no such number" in str(told("number 5", value="1")["refused"])
    told("one unit")
    assert told.state.expression == EXAMPLES["one unit"][0]


def test_the_table_has_the_gradients_that_have_arrived_beside_those_by_nudging() -> None:
    told = Told()
    assert told.view.sent["check"]["cells"][1] == ["w", "?", "20"]
    told("end")
    assert told.view.sent["check"]["cells"][1:] == [["w", "20", "20"], ["x", "30", "30"], ["y", "−10", "−10"]]


def test_the_picture_without_widgets_shows_as_much_as_the_pass() -> None:
    texts = [[one.get_text() for one in plot_graph(Pass(step=step)).texts] for step in (0, 3, 7)]
    plt.close("all")
    assert "25" not in texts[0]
    assert "25" in texts[1]
    assert "30" not in texts[1]
    assert {"20", "30", "−10"} <= set(texts[2])
    w = Value(3.0, "w")
    loss = (w * 2 - 1) ** 2
    assert "20" not in [one.get_text() for one in plot_graph(loss).texts]
    loss.backward()
    assert {"w", "3", "20"} <= {one.get_text() for one in plot_graph(loss, axes=plt.figure().gca()).texts}
    plt.close("all")


def test_its_code_draws_the_same_state() -> None:
    one = Pass("(w * x - y) ** 2", {"w": 0.1, "x": 1 / 3, "y": -2.0}, 4)
    known: dict[str, Any] = {"Pass": lambda *values, **more: Pass(*values, **more), "plot_graph": lambda state: state}
    exec(one.code, known)
    assert known["axes"] == one


def test_elsewhere_it_says_the_line_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    backpropagation_stepper("a * b + a", a=2, b=3)
    text = capsys.readouterr().out
    assert 'plot_graph(Pass("a * b + a", {"a": 2, "b": 3}, step=0))' in text
    assert "a * b + a = 8. Gradients: a 4, b 2." in text
