"""Quizzes: a question, a few answers, and an explanation for whichever the reader picks."""

from typing import Any

from ..widgets.answering import guarded
from ..widgets.showing import paragraph, show
from .registry import QUIZZES, Quiz, UnknownName, find

# Long answers wrap instead of being cut.
STYLE = """<style>
.whole-game-quiz .widget-radio-box label { display: grid; grid-template-columns: auto 1fr; align-items: start;
  column-gap: 6px; white-space: normal; height: auto; line-height: 1.4; margin: 3px 0; }
.whole-game-quiz .widget-radio-box label input { grid-column: 1; grid-row: 1; margin: 1px 0 0 0; }
.whole-game-quiz { padding-left: 4px; }
.whole-game-quiz .widget-radio-box { max-width: 60em; height: auto; }
</style>"""


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
        mark, text = ("…", "Not answered yet.") if letter is None or letter is ... else answer_line(name, letter)
        print(f"{mark} {name}  {text}")
    except UnknownName as error:
        print(f"✗ {error}")


def text_form(asked: Quiz) -> str:
    """Return a quiz as text, with the line to type for an answer."""
    lines = [f"Quiz {asked.name}: {asked.question}"]
    lines += [f"  {letter}) {option.text}" for letter, option in zip(asked.letters, asked.options, strict=True)]
    return "\n".join([*lines, f'To answer in a cell: answer_quiz("{asked.name}", "a")'])


def quiz(name: str) -> None:
    """Show a quiz: click an answer, or type its letter and press Enter. Every answer has its explanation."""
    try:
        asked = find(QUIZZES, name, "quiz")
    except UnknownName as error:
        print(f"✗ {error}")
        return
    show(lambda: make_widget(asked), text_form(asked))


def make_widget(asked: Quiz) -> Any:
    """Return a quiz as a box of a question, radio buttons, a field for a letter, and the explanation.

    JupyterLab takes the arrow keys away from radio buttons, but leaves a text field alone: so there are both.
    """
    import ipywidgets as widgets

    labels = [f"{letter}) {option.text}" for letter, option in zip(asked.letters, asked.options, strict=True)]
    question = widgets.HTML(STYLE + paragraph(asked.question, f"Quiz {asked.name}"))
    # The first letters stand for their answers; None: nothing is picked at first.
    buttons = widgets.RadioButtons(
        options=list(zip(labels, asked.letters, strict=True)),
        value=None,
        layout=widgets.Layout(width="auto", height="auto"),
    )
    letter = widgets.Text(
        description="or its letter:",
        placeholder=" ".join(asked.letters),
        continuous_update=False,
        style={"description_width": "initial"},
        layout=widgets.Layout(width="160px"),
    )
    explanation, errors = widgets.HTML(), widgets.Output()

    def picked(_: Any) -> None:
        if buttons.value is not None:
            mark, text = answer_line(asked.name, buttons.value)
            explanation.value = paragraph(text, mark)

    def typed(_: Any) -> None:
        answer = letter.value.strip()
        if not answer:
            return
        letter.value = ""
        if explain(asked.name, answer)[0] is None:
            explanation.value = paragraph(explain(asked.name, answer)[1], "…")
        elif buttons.value == letter_of(answer):
            picked(None)
        else:
            buttons.value = letter_of(answer)

    buttons.observe(guarded(picked, errors), "value")
    letter.observe(guarded(typed, errors), "value")
    box = widgets.VBox([question, buttons, letter, explanation, errors])
    box.add_class("whole-game-quiz")
    return box
