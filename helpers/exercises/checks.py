"""Checking an answer: right and why, or a hint for that mistake; never a traceback."""

from dataclasses import dataclass
from typing import Any

from .answers import Hint, is_blank, kind_of
from .cards import say
from .registry import EXERCISES, UnknownName, find

MARKS = {"right": "✓", "wrong": "✗", "blank": "…"}


@dataclass(frozen=True)
class Verdict:
    """What a check found: `status` is "right", "wrong" or "blank", `message` is one line for the reader."""

    status: str
    message: str


def judge(name: str, answer: Any) -> Verdict:
    """The verdict on an answer to exercise `name`; `UnknownName` where no lesson has that exercise.

    >>> judge("00.1", ...).status
    'blank'
    """
    exercise = find(EXERCISES, name, "exercise")
    # An answer can be any object, also one whose own methods raise: whatever happens must end in a sentence.
    try:
        if is_blank(answer):
            return Verdict("blank", "open")
        return Verdict("right", exercise.checker(answer))
    except Hint as hint:
        return Verdict("wrong", one_line(str(hint)))
    except Exception:
        return Verdict("wrong", f"Your answer is {kind_of(answer)}. This exercise needs {exercise.needs}.")


def one_line(text: str, longest: int = 300) -> str:
    """The text on one line, cut after `longest` characters.

    >>> one_line("two" + chr(10) + "lines")
    'two lines'
    """
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def check(name: str, answer: Any = ...) -> None:
    """Show whether an answer is right, and why; or a hint for its mistake; or that it is still blank.

    >>> check("00.1", ...)
    … 00.1  open
    """
    try:
        verdict = judge(name, answer)
    except UnknownName as error:
        say("Exercise", f"{MARKS['wrong']} {error}")
        return
    say("Exercise", f"{MARKS[verdict.status]} {name}  {verdict.message}")
