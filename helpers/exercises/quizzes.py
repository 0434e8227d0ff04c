"""Quizzes: a question, a few answers, and an explanation for whichever the reader picks."""

from typing import Any

from ..widgets.canvas import make_canvas
from ..widgets.entries import layout
from ..widgets.showing import show
from .cards import say
from .registry import QUIZZES, Quiz, UnknownName, find


def explain(name: str, letter: Any) -> tuple[bool | None, str]:
    """Return whether an answer to a quiz is right, and why; None in the place of whether where it is no answer.

    >>> explain("00.1", "z")
    (None, 'Answer with one of the letters a, b, c.')
    """
    asked = find(QUIZZES, name, "quiz")
    picked = letter_of(letter)
    if len(picked) != 1 or picked not in asked.letters:
        return None, f"Answer with one of the letters {', '.join(asked.letters)}."
    option = asked.options[asked.letters.index(picked)]
    return option.right, option.why


def letter_of(answer: Any) -> str:
    """Return the letter in an answer such as "b", " B " or "(b)".

    >>> letter_of(" (B) ")
    'b'
    """
    return answer.strip(" ()").lower() if isinstance(answer, str) else ""


def answer_line(name: str, letter: Any) -> tuple[str, str]:
    """Return the mark and the sentence that a reader gets for an answer."""
    right, why = explain(name, letter)
    if right is None:
        return "…", why
    return ("✓", f"{letter_of(letter)}: {why}") if right else ("✗", f"{letter_of(letter)}: {why} Try another.")


def answer_quiz(name: str, letter: Any = ...) -> None:
    """Answer a quiz by its letter, where the buttons are not drawn: `answer_quiz("00.1", "b")`."""
    try:
        find(QUIZZES, name, "quiz")
        mark, text = ("…", "open") if letter is None or letter is ... else answer_line(name, letter)
        say("Quiz", f"{mark} {name}  {text}")
    except UnknownName as error:
        say("Quiz", f"✗ {error}")


def text_form(asked: Quiz) -> str:
    """Return a quiz as text, with the line to type for an answer."""
    lines = [f"Quiz {asked.name}: {asked.question}"]
    lines += [f"  {letter}) {option.text}" for letter, option in zip(asked.letters, asked.options, strict=True)]
    return "\n".join([*lines, f'To answer in a cell: answer_quiz("{asked.name}", "a")'])


def quiz(name: str) -> None:
    """Show a quiz: click an answer, or move to it with the arrow keys. Every answer has its explanation."""
    try:
        asked = find(QUIZZES, name, "quiz")
    except UnknownName as error:
        say("Quiz", f"✗ {error}")
        return
    show(lambda: make_widget(asked), text_form(asked))


def make_widget(asked: Quiz) -> Any:
    """Return a quiz as a widget: its explanations are in the page, so that an answer is judged at once."""
    options = [{"text": f"{letter}) {option.text}", "right": option.right, "why": option.why}
               for letter, option in zip(asked.letters, asked.options, strict=True)]  # fmt: skip
    title = f"Quiz {asked.name}"
    return make_canvas({
        "quiz": {"kind": "quiz", "title": title, "question": asked.question, "options": options},
        "layout": layout(title, ["quiz"]),
    })  # fmt: skip
