"""The exercises: right answers pass, every planted mistake gets its own hint, and nothing ends in a traceback.

The right answers come from the solutions (see `solutions.py`); `cases/lesson_NN.py` holds the mistakes, and other ways
to be right. Each answer is judged once, and a failing test lists all that is wrong with its exercise.
"""

import ast
import io
import re
import reprlib
import runpy
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import IPython.display
import numpy as np
import pytest

from helpers.exercises import answer_quiz, check, predict_first, quiz, reveal, shortcut_trainer
from helpers.exercises.answers import Hint, is_blank
from helpers.exercises.cards import in_html
from helpers.exercises.checks import Verdict, judge
from helpers.exercises.predictions import Scorebook, is_close, with_unit
from helpers.exercises.quizzes import explain, text_form
from helpers.exercises.registry import (
    EXERCISES,
    PREDICTIONS,
    QUIZZES,
    PredictionQuestion,
    Quiz,
    exercise,
    lessons,
    load,
    prediction,
    quiz_question,
)
from helpers.exercises.shortcuts import SHORTCUTS, Drill, accepts
from tests.exercises import solutions

TESTS = Path(__file__).resolve().parent
ROOM = TESTS.parents[1] / "helpers" / "exercises"
Case = dict[str, Any]
CASES: dict[str, Case] = {}
for _file in sorted((TESTS / "cases").glob("lesson_*.py")):
    CASES |= runpy.run_path(str(_file))["CASES"]
for _lesson in lessons():
    load(_lesson)


class Thorny:
    """An object that takes part in nothing."""

    def _refuse(self, *_: Any) -> Any:
        raise RuntimeError("no")

    __eq__ = __len__ = __iter__ = __bool__ = __repr__ = __float__ = __getattr__ = _refuse  # type: ignore
    __hash__ = None  # type: ignore


def to_fill_in(*values: Any) -> Any:
    """Say what to write here."""


BLANKS = [..., None, to_fill_in]
SILLY = [
    "", "cat", b"32", 1j, True, float("nan"), float("inf"), 10**400, [], {}, set(), object(), Thorny(), Thorny, print,
    int, [[]], [None], np.zeros(0), np.array("x"), np.array([1, None]), np.zeros((2, 3)), np.ma.masked, range(3),
    iter(()), ValueError("x"), lambda: 1 / 0, lambda *_: "cat", lambda *_: [[1], [1, 2]], lambda *_: Thorny(),
]  # fmt: skip


# Exercises


def solved(name: str) -> list[Any]:
    """Return the answers to an exercise in the solutions."""
    return [answer for asked, answer in solutions.answers_in(name.partition(".")[0]) if asked == name]


def faults(name: str, case: Case, solution: list[Any]) -> Iterator[str]:
    """Judge each answer to an exercise once; yield a sentence for everything that is wrong."""
    if not solution:
        yield f"{name} has no answer in notebooks/src/solutions/{name[:2]}_*.py: pass it to check there"
    for answer in [*solution, *case.get("also_right", [])]:
        yield from faults_of_verdict(name, answer, judge(name, answer), "right")
    yield from faults_of_hints(name, case.get("wrong", {}))
    for answer in BLANKS:
        yield from faults_of_verdict(name, answer, judge(name, answer), "blank")
    for answer in SILLY:
        yield from faults_of_verdict(name, answer, judge(name, answer), "wrong", "blank")


def faults_of_hints(name: str, wrong: Case) -> Iterator[str]:
    """Every planted mistake gets a hint of its own, with the words that its case asks for."""
    if len(wrong) < 3:
        yield f"{name} has {len(wrong)} planted mistakes in tests/exercises/cases/lesson_{name[:2]}.py, 3 at least"
    planted: dict[str, str] = {}
    for words, answer in wrong.items():
        verdict = judge(name, answer)
        yield from faults_of_verdict(name, answer, verdict, "wrong")
        if words not in verdict.message:
            yield f"{name}: the hint for {shown(answer)} does not say {words!r}: {verdict.message}"
        if verdict.message in planted:
            yield f"{name}: {words!r} and {planted[verdict.message]!r} get the same hint: {verdict.message}"
        planted[verdict.message] = words


def faults_of_verdict(name: str, answer: Any, verdict: Verdict, *allowed: str) -> Iterator[str]:
    """An answer is judged as it should be, in one line; a right one also gets a word on why."""
    if verdict.status not in allowed:
        yield f"{name}: {shown(answer)} is {verdict.status}, not {' or '.join(allowed)}: {verdict.message}"
    if "\n" in verdict.message:
        yield f"{name}: the message for {shown(answer)} has more than one line: {verdict.message!r}"
    if verdict.status == "right" and len(verdict.message) <= 20:
        yield f"{name}: {shown(answer)} is right, with no word on why: {verdict.message!r}"


def shown(answer: Any) -> str:
    """Return an answer in a few words; a function by its name and its line."""
    if isinstance(answer, FunctionType):
        return f"{answer.__name__} (line {answer.__code__.co_firstlineno} of {Path(answer.__code__.co_filename).name})"
    return reprlib.repr(answer)


@pytest.mark.parametrize("name", sorted(EXERCISES))
def test_an_exercise_judges_every_answer_as_it_should(name: str) -> None:
    found = list(faults(name, CASES.get(name, {}), solved(name)))
    assert not found, "\n".join(found)


def test_cases_and_solutions_are_of_exercises_that_exist() -> None:
    answered = {name for lesson in lessons() for name, _ in solutions.answers_in(lesson)}
    assert (set(CASES) | answered) - set(EXERCISES) == set()


@pytest.fixture
def one_to_nine(monkeypatch: pytest.MonkeyPatch) -> str:
    """Register an exercise for this test alone, and return its name."""
    monkeypatch.setitem(EXERCISES, "00.99", EXERCISES["00.1"])  # takes the name away again after the test

    @exercise("00.99", needs="a number from 1 to 9")
    def checker(answer: Any) -> str:
        if type(answer) is not int:
            raise Hint("Give a whole number.")
        if answer < 5:
            raise Hint("Too small, I fear." if answer < 2 else "Too small.")
        if answer > 5:
            raise Hint("Too\nlarge.")
        return "The number in the middle."

    return "00.99"


GOOD: Case = {"also_right": [5], "wrong": {"fear": 1, "Too small": 2, "large": 9}}


def test_an_exercise_without_a_fault_has_none(one_to_nine: str) -> None:
    assert list(faults(one_to_nine, GOOD, [5])) == []


@pytest.mark.parametrize(
    ("case", "solution", "sentence"),
    [
        (GOOD, [], "00.99 has no answer in notebooks/src/solutions/00_*.py: pass it to check there"),
        (GOOD, [5, 6], "00.99: 6 is wrong, not right: Too large."),
        (GOOD | {"also_right": [2]}, [5], "00.99: 2 is wrong, not right: Too small."),
        ({}, [5], "00.99 has 0 planted mistakes in tests/exercises/cases/lesson_00.py, 3 at least"),
        ({"wrong": GOOD["wrong"] | {"middle": 5}}, [5], "00.99: 5 is right, not wrong: The number in the middle."),
        ({"wrong": GOOD["wrong"] | {"tiny": 0}}, [5], "00.99: the hint for 0 does not say 'tiny': Too small, I fear."),
        ({"wrong": GOOD["wrong"] | {"small": 3}}, [5], "00.99: 'small' and 'Too small' get the same hint: Too small."),
    ],
)  # fmt: skip
def test_a_fault_of_answers_is_found(one_to_nine: str, case: Case, solution: list[Any], sentence: str) -> None:
    assert sentence in "\n".join(faults(one_to_nine, case, solution))


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ("Yes.", "00.99: 5 is right, with no word on why: 'Yes.'"),
        ("A first line.\nAnd a second.", "00.99: the message for 5 has more than one line"),
        ("To anything at all I say yes.", "00.99: 'cat' is right, not wrong or blank"),
    ],
)
def test_a_fault_of_a_checker_is_found(one_to_nine: str, says: str, sentence: str) -> None:
    exercise(one_to_nine, needs="a number")(lambda _: says)
    assert sentence in "\n".join(faults(one_to_nine, GOOD, [5]))


def test_a_cell_of_the_solutions_runs_only_where_a_check_needs_it() -> None:
    source = "# %%\nimport math\n\n# %% [markdown]\n# Why?\n\n# %%\nx = 1\n\n# %%\nslow = 1 / 0\n"
    source += "# %%\ndef f(slow):\n    return math.sqrt(x)\n\n# %%\ncheck('00.1', f)\n"
    needed = [cell.split("# %%")[0].strip() for cell in solutions.needed_for("check", solutions.cells(source))]
    assert needed == ["import math", "x = 1", "def f(slow):\n    return math.sqrt(x)", "check('00.1', f)"]


def test_a_cell_of_the_solutions_keeps_its_line() -> None:
    *_, last = solutions.cells("# text\n# %%\nx = 1\n\n# %%\n1 / 0\n")
    with pytest.raises(ZeroDivisionError) as caught:
        exec(compile(last, "solutions.py", "exec"), {})
    assert caught.traceback[-1].lineno == 5  # counted from 0


def test_check_prints_the_verdict_in_one_line(one_to_nine: str, capsys: pytest.CaptureFixture[str]) -> None:
    for answer in (5, 9, ..., Thorny()):
        check(one_to_nine, answer)
    check(one_to_nine)
    assert capsys.readouterr().out.splitlines() == [
        "✓ 00.99  The number in the middle.",
        "✗ 00.99  Too large.",
        "… 00.99  open",
        "✗ 00.99  Your answer is a Thorny. This exercise needs a number from 1 to 9.",
        "… 00.99  open",
    ]


def test_a_checker_that_breaks_says_what_the_exercise_needs(one_to_nine: str) -> None:
    exercise(one_to_nine, needs="a bird")(lambda answer: answer / 0)
    verdict = judge(one_to_nine, 3)
    assert verdict.status == "wrong"
    assert verdict.message == "Your answer is a whole number. This exercise needs a bird."


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: check("00.77", 1), "There is no exercise called '00.77'. Lesson 00 has 00.1, 00.2"),
        (lambda: check("birds", 1), "There is no exercise called 'birds'. Lessons with exercises: 00"),
        (lambda: check(0.1, 1), 'the name of the exercise, as text, such as "00.1"'),  # type: ignore
        (lambda: quiz("00.77"), "There is no quiz called '00.77'"),
        (lambda: answer_quiz("00.77", "a"), "There is no quiz called '00.77'"),
        (lambda: predict_first("00.77", 1), "There is no prediction called '00.77'"),
        (lambda: reveal("00.77", 1), "There is no prediction called '00.77'"),
    ],
)
def test_a_name_that_is_not_there_gets_a_sentence(call: Any, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    call()
    assert sentence in capsys.readouterr().out


def test_an_answer_is_blank_while_any_part_of_it_is() -> None:
    def only_a_docstring() -> None:
        """Say something."""

    def only_pass() -> None:
        pass

    def returns_none() -> None:
        return None

    def does_something() -> None:
        print("x")

    assert all(map(is_blank, [..., None, [1, ...], (..., 2), {"a": ...}, only_a_docstring, only_pass, returns_none]))
    assert not any(map(is_blank, [0, "", [], np.zeros(3), does_something, lambda x: x, print, [None]]))


def test_every_exercise_of_a_lesson_is_registered_once() -> None:
    """A second checker under the same name would silently replace the first."""
    names = Counter()
    for file in ROOM.glob("lesson_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "exercise",
                "prediction",
                "quiz_question",
            ):
                names[(node.func.id, node.args[0].value)] += 1  # type: ignore
                assert node.args[0].value.startswith(file.stem[-2:] + "."), f"{node.args[0].value} in {file.name}"  # type: ignore
    assert [name for name, times in names.items() if times > 1] == []


def test_in_a_notebook_a_line_is_a_card_and_the_same_line_where_no_card_is_drawn(
    one_to_nine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, str]] = []

    class Kernel(io.StringIO):
        pub_thread = None

    monkeypatch.setattr(IPython.display, "display", lambda data, raw: sent.append(data))
    monkeypatch.setattr(sys, "stdout", Kernel())
    check(one_to_nine, 5)
    check("00.98", "<b>")
    predict_first("00.2", 3)
    answer_quiz("00.2", "z")
    assert sys.stdout.getvalue() == ""
    first, unknown, noted, quizzed = sent
    assert first["text/plain"] == "✓ 00.99  The number in the middle."
    assert re.sub("<[^>]*>", "", first["text/html"]) == "✓ Exercise 00.99&ensp;The number in the middle."
    assert re.sub("<[^>]*>", "", unknown["text/html"]).startswith("✗ Exercise&ensp;")
    assert "00.98" in unknown["text/html"]
    assert re.sub("<[^>]*>", "", noted["text/html"]).startswith("● Prediction 00.2&ensp;Your prediction is noted")
    assert re.sub("<[^>]*>", "", quizzed["text/html"]).startswith("… Quiz 00.2&ensp;Answer with one of the letters")


# Predictions


def book_with(guess: Any, actual: Any, name: str = "00.2") -> tuple[Scorebook, str, str]:
    book = Scorebook()
    return book, book.commit(name, guess), book.score(name, actual)


def test_a_prediction_is_noted_and_scored_by_its_distance() -> None:
    _, noted, scored = book_with(44, 44, "00.1")
    assert noted == "● 00.1  Your prediction is noted: 44. Now run on."
    assert scored == "✓ 00.1  You said 44. What happened: 44. Well predicted. So far 1 of 1 predicted."
    assert "✗" in book_with(300, 44, "00.1")[2]


@pytest.mark.parametrize(("guess", "close"), [(1000, True), (3000, True), (9000, True), (9001, False), (999, False)])
def test_a_prediction_within_a_factor_is_close_on_both_sides(guess: float, close: bool) -> None:
    asked = PredictionQuestion("99.1", "How many times?", within_factor=3)
    assert is_close(asked, guess, 3000) == close


def test_distances_count_on_the_edge_in_spite_of_decimals() -> None:
    asked = PredictionQuestion("99.1", "What share?", within=0.1)
    assert is_close(asked, 0.3, 0.2)
    assert is_close(asked, 0.8, 0.9)
    assert not is_close(asked, 0.3, 0.1)


def test_a_choice_is_predicted_in_any_case_and_only_among_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PREDICTIONS, "00.98", PREDICTIONS["00.1"])  # takes the name away again after the test
    prediction("00.98", "cat or dog?", choices=("cat", "dog"))
    book = Scorebook()
    assert "Choose one of these, in quotes: cat, dog." in book.commit("00.98", "bird")
    assert "noted: dog" in book.commit("00.98", " Dog")
    assert book.score("00.98", "dog").startswith("✓")


def test_a_guess_made_after_the_result_was_seen_is_not_scored() -> None:
    book, _, _ = book_with(5, 3000)
    assert "You have seen the result (3,000 times)" in book.commit("00.2", 3000)
    assert book.score("00.2", 3000).startswith("✗")
    assert "noted" in book.commit("00.2", 5), "running all cells again repeats the same guess"


def test_without_a_guess_the_result_is_still_shown() -> None:
    book, noted, scored = book_with(..., 3000)
    assert noted.startswith("… 00.2  open: a matrix 16 times as wide")
    assert scored == "… 00.2  What happened: 3,000 times."
    assert book.close == {}


def test_silly_predictions_and_results_get_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    for value in SILLY:
        predict_first("00.2", value)
        reveal("00.2", value)
    assert "Traceback" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "guess", "words"),
    [
        ("02.1", 150, "Your prediction is 150 %. It lies between 0 and 100."),
        ("02.1", -5, "It lies between 0 and 100."),
        ("02.1", 0.967, "0.967 % is less than one in a hundred. Did you mean 96.7?"),
        ("02.3", -2, "Your prediction is -2 times. It is 0 or more."),
        ("06.2", 101, "It lies between 0 and 100."),
        ("07.1", 1000, "It lies between 0 and 6."),
        ("08.4", 301, "It lies between 0 and 300."),
        ("12.1", 241, "It lies between 0 and 240."),
    ],
)
def test_a_prediction_that_cannot_be_is_not_noted(name: str, guess: float, words: str) -> None:
    book = Scorebook()
    assert words in book.commit(name, guess)
    assert book.guesses == {}
    assert "noted" in book.commit(name, 2.5 if name in ("02.3", "07.1") else 60)


def test_what_happened_may_be_what_nobody_would_predict() -> None:
    book = Scorebook()
    book.commit("06.1", 60)
    assert "What happened: 0.4 %." in book.score("06.1", 0.4)


def test_what_is_open_is_quiet_and_what_nobody_guessed_is_folded_away() -> None:
    assert "border" in in_html("Exercise", "✓ 00.1  So it is.")
    assert "border" in in_html("Prediction", "✗ 00.2  You said 5 times. What happened: 3,000 times.")
    quiet = in_html("Exercise", "… 00.1  open")
    assert "border" not in quiet
    assert "… Exercise 00.1&ensp;open" in quiet
    folded = in_html("Prediction", "… 00.2  What happened: 3,000 times.")
    assert re.search(r"<summary>… Prediction 00.2</summary>What happened: 3,000 times.</details>", folded)


def test_a_prediction_must_say_how_it_is_scored() -> None:
    with pytest.raises(ValueError, match="exactly one of within, within_factor and choices"):
        prediction("00.97", "?", within=1, within_factor=2)


# Quizzes


def quiz_faults(asked: Quiz) -> Iterator[str]:
    """Every answer has an explanation of its own, one is right, and the text form shows all and how to answer."""
    verdicts = [explain(asked.name, letter) for letter in asked.letters]
    if [right for right, _ in verdicts].count(True) != 1:
        yield f"quiz {asked.name} has not one right answer: {verdicts}"
    if not len({why for _, why in verdicts}) == len(asked.options) >= 2:
        yield f"quiz {asked.name} explains two answers alike, or has not two: {verdicts}"
    for letter, (_, why) in zip(asked.letters, verdicts, strict=True):
        if len(why) <= 20:
            yield f"quiz {asked.name}, {letter}: no word on why: {why!r}"
    text = text_form(asked)
    for part in (asked.question, *(option.text for option in asked.options), f'answer_quiz("{asked.name}", "a")'):
        if part not in text:
            yield f"quiz {asked.name}: its text form does not show {part!r}"


def test_a_quiz_explains_each_answer_and_shows_all_of_itself_as_text() -> None:
    found = [fault for name in sorted(QUIZZES) for fault in quiz_faults(QUIZZES[name])]
    assert not found, "\n".join(found)


def test_the_right_answers_of_the_quizzes_do_not_all_sit_in_one_place() -> None:
    places = Counter(next(i for i, o in enumerate(asked.options) if o.right) for asked in QUIZZES.values())
    assert max(places.values()) < len(QUIZZES)


def test_a_quiz_is_answered_by_letter(capsys: pytest.CaptureFixture[str]) -> None:
    answer_quiz("00.2", "c")
    answer_quiz("00.2", " (A) ")
    answer_quiz("00.2", "z")
    answer_quiz("00.2")
    right, wrong, unknown, blank = capsys.readouterr().out.splitlines()
    assert right.startswith("✓ 00.2  c: When it is done")
    assert wrong.startswith("✗ 00.2  a: A mistake shows")
    assert unknown == "… 00.2  Answer with one of the letters a, b, c."
    assert blank == "… 00.2  open"


def test_silly_answers_to_a_quiz_get_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    for value in SILLY:
        answer_quiz("00.2", value)
    printed = capsys.readouterr().out.splitlines()
    assert all(line.startswith("… 00.2") for line in printed)


def test_a_quiz_needs_exactly_one_right_answer() -> None:
    for options in ([("a", "x"), ("b", "y")], [("a", "x", True), ("b", "y", True)], [("a", "x", True)]):
        with pytest.raises(ValueError, match="exactly one of them marked True"):
            quiz_question("00.96", "?", *options)


def test_outside_a_notebook_quiz_and_trainer_print_their_text_forms(capsys: pytest.CaptureFixture[str]) -> None:
    quiz("00.1")
    shortcut_trainer()
    printed = capsys.readouterr().out
    assert "b) train a complete classifier" in printed
    assert "drill = Drill()" in printed


def test_a_quiz_in_the_page_has_every_answer_with_its_explanation() -> None:
    pytest.importorskip("ipywidgets")
    from helpers.exercises.quizzes import make_widget

    for asked in QUIZZES.values():
        scene = make_widget(asked).scene
        assert scene["quiz"]["question"] == asked.question
        assert [(one["text"][3:], one["right"], one["why"]) for one in scene["quiz"]["options"]] == [
            (option.text, option.right, option.why) for option in asked.options
        ]
        assert [one["text"][:3] for one in scene["quiz"]["options"]] == [f"{letter}) " for letter in asked.letters]


# The shortcut trainer


def test_the_drill_asks_every_shortcut_and_ends() -> None:
    drill = Drill(seed=3)
    asked = set()
    while not drill.done:
        asked.add(drill.asked.keys)
        assert drill.answer(drill.asked.keys).startswith("✓")
    assert asked == {shortcut.keys for shortcut in SHORTCUTS}
    assert (drill.right, drill.tries) == (len(SHORTCUTS), len(SHORTCUTS))
    assert "Not one missed" in drill.question
    assert "Not one missed" in drill.answer("b")


def test_a_missed_shortcut_is_shown_and_comes_back_after_two_others() -> None:
    drill = Drill(seed=3)
    missed = drill.asked
    assert missed.keys in drill.answer("F13")
    assert drill.right == 0
    for _ in range(2):
        assert drill.asked != missed
        drill.answer(drill.asked.keys)
    assert drill.asked == missed
    while not drill.done:
        drill.answer(drill.asked.keys)
    assert f"{len(SHORTCUTS)} shortcuts in {len(SHORTCUTS) + 1} answers" in drill.question


def test_the_last_shortcut_may_be_missed_again_and_again() -> None:
    drill = Drill(waiting=[SHORTCUTS[0]])
    for _ in range(3):
        drill.answer("x")
    assert drill.asked == SHORTCUTS[0]
    drill.answer(SHORTCUTS[0].keys)
    assert drill.done


def test_a_shortcut_is_accepted_in_each_of_its_spellings_and_no_other_is() -> None:
    for shortcut in SHORTCUTS:
        assert [keys for keys in (shortcut.keys, *shortcut.also) if not accepts(shortcut, keys)] == []
        others = [other for other in SHORTCUTS if other is not shortcut]
        assert [other.keys for other in others if accepts(shortcut, other.keys)] == [], shortcut.keys


def test_a_capital_letter_is_told_to_be_lowercase() -> None:
    drill = Drill(waiting=[shortcut for shortcut in SHORTCUTS if shortcut.keys == "b"])
    assert "Lowercase: b." in drill.answer("B")


def test_the_course_trains_every_key_of_its_tables() -> None:
    needed = {"h", "a", "b", "m", "y", "Tab", "Shift+Tab", "Shift+Enter"}
    assert needed <= {shortcut.keys for shortcut in SHORTCUTS}


def test_an_empty_or_silly_answer_is_no_try() -> None:
    drill = Drill(seed=3)
    for answer in ("", "  ", *(value for value in SILLY if not isinstance(value, str))):
        assert drill.answer(answer).startswith("…")
    assert drill.tries == 0


def test_the_trainer_takes_keys_and_code_and_keeps_the_score() -> None:
    pytest.importorskip("ipywidgets")
    from helpers.exercises.shortcuts import DrillView

    view = DrillView(Drill(seed=3))

    def tell(name: str, value: str | None = None) -> None:
        number = view.canvas.changes.get("answer", 0) + 1
        view._told(None, {"name": name, "value": value, "number": number, "gesture": number}, [])

    assert view.state.question in view.sent["question"]["lines"][0]
    tell("keys", "F13")
    assert view.sent["verdict"]["tone"] == "wrong"
    assert view.sent["score"]["lines"] == [f"0 of {len(SHORTCUTS)} known, 1 answers given"]
    tell("undo")
    assert (view.state.tries, view.sent["verdict"]["lines"]) == (0, [])
    while not view.state.done:
        typed = view.state.asked.keys.startswith("?")
        assert (view.sent["typed"]["off"], view.sent["keys"]["off"]) == (not typed, typed)
        tell("typed" if typed else "keys", view.state.asked.keys)
        assert view.sent["verdict"]["tone"] == "right"
        assert view.sent["typed"]["value"] == ""
    assert view.sent["keys"]["off"]
    assert view.sent["question"]["lines"] == [view.state.question]


def test_a_hint_is_an_exception_with_a_sentence() -> None:
    with pytest.raises(Hint, match="Try again"):
        raise Hint("Try again.")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(97.3333, "%", "97.3 %"), (0.66667, "points", "0.667 points"), (4608, "products", "4,608 products"), (7, "", "7")],
)
def test_a_number_is_shown_in_three_digits_with_its_unit(value: float, unit: str, shown: str) -> None:
    assert with_unit(PredictionQuestion("99.9", "how many?", within=1, unit=unit), value) == shown
