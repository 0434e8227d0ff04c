"""The exercises: right answers pass, every planted mistake gets its own hint, and nothing ends in a traceback."""

import ast
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.exercises import answer_quiz, check, predict_first, quiz, reveal, shortcut_trainer
from helpers.exercises.answers import Hint, is_blank
from helpers.exercises.checks import judge
from helpers.exercises.predictions import Scorebook, is_close, show
from helpers.exercises.quizzes import explain, text_form
from helpers.exercises.registry import (
    EXERCISES,
    PREDICTIONS,
    QUIZZES,
    Prediction,
    exercise,
    lessons,
    load,
    prediction,
    quiz_question,
)  # fmt: skip
from helpers.exercises.shortcuts import SHORTCUTS, Drill, accepts

TESTS = Path(__file__).resolve().parent
ROOM = TESTS.parents[1] / "helpers" / "exercises"
CASES: dict[str, dict[str, Any]] = {}
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


SILLY = [
    "", "cat", b"32", 1j, True, float("nan"), float("inf"), 10**400, [], {}, set(), object(), Thorny(), Thorny, print,
    int, [[]], [None], np.zeros(0), np.array("x"), np.array([1, None]), np.zeros((2, 3)), np.ma.masked, range(3),
    iter(()), ValueError("x"), lambda: 1 / 0, lambda *_: "cat", lambda *_: [[1], [1, 2]], lambda *_: Thorny(),
]  # fmt: skip


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_right_answer_passes_with_a_word_on_why(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for answer in CASES[name]["right"]:
        verdict = judge(name, answer)
        assert verdict.status == "right", verdict.message
        assert len(verdict.message) > 20
        check(name, answer)
        printed = capsys.readouterr().out
        assert printed.startswith(f"✓ {name}  ")
        assert printed.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "word"), [(name, word) for name in sorted(CASES) for word in CASES[name]["wrong"]]
)  # fmt: skip
def test_every_planted_mistake_gets_its_own_hint(name: str, word: str) -> None:
    verdict = judge(name, CASES[name]["wrong"][word])
    assert verdict.status == "wrong", verdict
    assert word in verdict.message
    others = [judge(name, answer).message for other, answer in CASES[name]["wrong"].items() if other != word]
    assert verdict.message not in others


@pytest.mark.parametrize("name", sorted(EXERCISES))
def test_every_exercise_has_right_answers_and_three_planted_mistakes(name: str) -> None:
    assert name in CASES, f"give {name} its answers in tests/exercises/cases/lesson_{name[:2]}.py"
    assert len(CASES[name]["right"]) >= 1
    assert len(CASES[name]["wrong"]) >= 3


def test_the_cases_are_of_exercises_that_exist() -> None:
    assert set(CASES) <= set(EXERCISES)


@pytest.mark.parametrize("name", sorted(EXERCISES))
def test_the_blank_says_so_and_lets_run_all_go_on(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    def to_fill_in(*values: Any) -> Any:
        """Say what to write here."""

    for blank in (..., None, to_fill_in):
        assert judge(name, blank).status == "blank"
        check(name, blank)
        assert "Not answered yet" in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(EXERCISES))
def test_silly_answers_get_a_sentence_and_no_traceback(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for answer in SILLY:
        verdict = judge(name, answer)
        assert verdict.status in ("wrong", "blank")
        assert "\n" not in verdict.message
        check(name, answer)
        assert "Traceback" not in capsys.readouterr().out


def test_a_checker_that_breaks_says_what_the_exercise_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXERCISES, "00.99", EXERCISES["00.1"])  # takes the name away again after the test

    @exercise("00.99", needs="a bird")
    def broken(answer: Any) -> str:
        return 1 / 0  # type: ignore

    verdict = judge("00.99", 3)
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
    asked = Prediction("99.1", "How many times?", within_factor=3)
    assert is_close(asked, guess, 3000) == close


def test_distances_count_on_the_edge_in_spite_of_decimals() -> None:
    asked = Prediction("99.1", "What share?", within=0.1)
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
    assert noted.startswith("… 00.2  No prediction yet.")
    assert "What happened: 3,000 times. You made no prediction" in scored
    assert book.close == {}


def test_silly_predictions_and_results_get_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    for value in SILLY:
        predict_first("00.2", value)
        reveal("00.2", value)
    assert "Traceback" not in capsys.readouterr().out


def test_a_prediction_must_say_how_it_is_scored() -> None:
    with pytest.raises(ValueError, match="exactly one of within, within_factor and choices"):
        prediction("00.97", "?", within=1, within_factor=2)


# Quizzes


@pytest.mark.parametrize("name", sorted(QUIZZES))
def test_every_answer_of_a_quiz_has_its_own_explanation(name: str) -> None:
    asked = QUIZZES[name]
    verdicts = [explain(name, letter) for letter in asked.letters]
    assert [right for right, _ in verdicts].count(True) == 1
    assert len({why for _, why in verdicts}) == len(asked.options) >= 2
    assert all(len(why) > 20 for _, why in verdicts)


@pytest.mark.parametrize("name", sorted(QUIZZES))
def test_the_text_form_of_a_quiz_shows_all_of_it_and_how_to_answer(name: str) -> None:
    text = text_form(QUIZZES[name])
    assert QUIZZES[name].question in text
    assert all(option.text in text for option in QUIZZES[name].options)
    assert f'answer_quiz("{name}", "a")' in text


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
    assert blank == "… 00.2  Not answered yet."


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


def quiz_widget(name: str) -> Any:
    pytest.importorskip("ipywidgets")
    from helpers.exercises.quizzes import make_widget

    return make_widget(QUIZZES[name])


def test_a_quiz_widget_answers_a_click_and_a_typed_letter() -> None:
    _, buttons, letter, explanation, errors = quiz_widget("00.2").children
    assert buttons.value is None
    buttons.value = "a"
    assert "✗" in explanation.value
    assert "A mistake shows" in explanation.value
    letter.value = "c"
    assert (buttons.value, letter.value) == ("c", "")
    assert "✓" in explanation.value
    letter.value = "x"
    assert "one of the letters" in explanation.value
    letter.value = "(C)"
    assert "✓" in explanation.value
    assert errors.outputs == ()


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


@pytest.mark.parametrize("shortcut", SHORTCUTS, ids=lambda shortcut: shortcut.keys)
def test_a_shortcut_is_accepted_in_each_of_its_spellings_and_no_other_is(shortcut: Any) -> None:
    assert all(accepts(shortcut, keys) for keys in (shortcut.keys, *shortcut.also))
    assert not any(accepts(shortcut, other.keys) for other in SHORTCUTS if other is not shortcut)


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


def test_a_trainer_widget_takes_typed_keys_and_keeps_the_score() -> None:
    pytest.importorskip("ipywidgets")
    from helpers.exercises.shortcuts import make_widget

    drill = Drill(seed=3)
    question, keys, verdict, score, errors = make_widget(drill).children
    first = drill.asked
    assert first.question.split()[0] in question.value
    keys.value = "F13"
    assert "✗" in verdict.value
    assert "0 of" in score.value
    keys.value = drill.asked.keys
    assert "✓" in verdict.value
    assert (keys.value, drill.tries) == ("", 2)
    while not drill.done:
        keys.value = drill.asked.keys
    assert keys.disabled
    assert errors.outputs == ()


def test_what_a_callback_raises_goes_to_its_output() -> None:
    widgets = pytest.importorskip("ipywidgets")
    from helpers.widgets.answering import guarded

    entered = []

    class Recorder(widgets.Output):
        def __exit__(self, kind: Any, *rest: Any) -> bool:
            entered.append(kind)
            return True

    def fails(_: Any) -> None:
        raise ZeroDivisionError

    guarded(fails, Recorder())(None)
    assert entered[-1] is ZeroDivisionError


def test_a_hint_is_an_exception_with_a_sentence() -> None:
    with pytest.raises(Hint, match="Try again"):
        raise Hint("Try again.")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(97.3333, "%", "97.3 %"), (0.66667, "points", "0.667 points"), (4608, "products", "4,608 products"), (7, "", "7")],
)
def test_a_number_is_shown_in_three_digits_with_its_unit(value: float, unit: str, shown: str) -> None:
    assert show(Prediction("99.9", "how many?", within=1, unit=unit), value) == shown
