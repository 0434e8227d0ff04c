"""What the lessons ask: exercises, predictions and quiz questions, each under a name such as "02.3"."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any


@dataclass(frozen=True)
class Exercise:
    """Something the reader fills in; `checker` returns why an answer is right or raises `Hint`."""

    name: str
    needs: str
    checker: Callable[[Any], str]
    lines: int = 1


@dataclass(frozen=True)
class PredictionQuestion:
    """What the reader predicts before a cell is run: a number (`within` or `within_factor`) or one of `choices`.

    between: the lowest and the highest number that make sense.
    """

    name: str
    question: str
    within: float | None = None
    within_factor: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    between: tuple[float, float] = (-inf, inf)


@dataclass(frozen=True)
class Option:
    """One answer of a quiz and what to say to a reader who picks it."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Quiz:
    """A question with a few answers, one of them right."""

    name: str
    question: str
    options: tuple[Option, ...]

    @property
    def letters(self) -> str:
        """The letters of the answers: "abc" for three."""
        return "abcdefgh"[: len(self.options)]


class UnknownName(LookupError):
    """No lesson asks anything under this name; the message is a sentence for the reader."""


EXERCISES: dict[str, Exercise] = {}
PREDICTIONS: dict[str, PredictionQuestion] = {}
QUIZZES: dict[str, Quiz] = {}


def exercise(name: str, *, needs: str, lines: int = 1) -> Callable[[Callable[[Any], str]], Callable[[Any], str]]:
    """Register the decorated checker under `name`.

    `needs` completes the sentence "this exercise needs ..."; `lines` is the number of lines the reader writes.
    """

    def register(checker: Callable[[Any], str]) -> Callable[[Any], str]:
        EXERCISES[name] = Exercise(name, needs, checker, lines)
        return checker

    return register


def prediction(
    name: str,
    question: str,
    *,
    within: float | None = None,
    within_factor: float | None = None,
    choices: tuple[str, ...] = (),
    unit: str = "",
    between: tuple[float, float] | None = None,
) -> None:
    """Register a prediction: a number scored by distance (`within`) or by ratio (`within_factor`), or a choice.

    between: the lowest and highest number that make sense; 0 and 100 for percentages, above 0 for ratios unless told.
    """
    if (within is not None) + (within_factor is not None) + bool(choices) != 1:
        raise ValueError(f"prediction {name!r}: give exactly one of within, within_factor and choices")
    limits = between or ((0, 100) if unit == "%" else (-inf if within_factor is None else 0, inf))
    PREDICTIONS[name] = PredictionQuestion(name, question, within, within_factor, tuple(choices), unit, limits)


def quiz_question(name: str, question: str, *options: tuple[str, str] | tuple[str, str, bool]) -> None:
    """Register a quiz; an option is (text, explanation) and the one right option is (text, explanation, True)."""
    made = tuple(Option(option[0], option[1], option[2] if len(option) == 3 else False) for option in options)
    if sum(option.right for option in made) != 1 or len(made) < 2:
        raise ValueError(f"quiz {name!r}: give two options or more, exactly one of them marked True")
    QUIZZES[name] = Quiz(name, question, made)


def lessons() -> list[str]:
    """The numbers of the lessons that ask something: ["00", "01", ...]."""
    package = importlib.import_module("helpers.exercises")
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    return sorted(name.removeprefix("lesson_") for name in names if name.startswith("lesson_"))


def load(lesson: str) -> None:
    """Register what a lesson asks: import its module."""
    importlib.import_module(f"helpers.exercises.lesson_{lesson}")


def find(table: dict, name: Any, kind: str) -> Any:
    """The entry called `name` in `table`, loading the lesson's module; `UnknownName` with a sentence otherwise."""
    if not isinstance(name, str):
        raise UnknownName(f'The first argument is the name of the {kind}, as text, such as "00.1".')
    lesson = name.partition(".")[0]
    if lesson in lessons():
        load(lesson)
    if name not in table:
        known = ", ".join(sorted(entry for entry in table if entry.startswith(lesson + ".")))
        there_is = f"Lesson {lesson} has {known}." if known else f"Lessons with exercises: {', '.join(lessons())}."
        raise UnknownName(f"There is no {kind} called {name!r}. {there_is}")
    return table[name]
