"""Exercises that answer back: checks, predictions, quizzes and a trainer for keyboard shortcuts.

What a lesson asks lives in one module per lesson, `helpers/exercises/lesson_NN.py`, found by the number that a name
starts with: `check("02.3", answer)` looks into `lesson_02`. A lesson registers there what it asks:

    from helpers.exercises.answers import Hint, as_number
    from helpers.exercises.registry import exercise, prediction, quiz_question

    @exercise("02.3", needs="a whole number", lines=1)
    def steps_in_an_epoch(answer):
        steps = as_number(answer)                       # raises a Hint by itself for text, lists, None, nan ...
        if steps == 15:
            raise Hint("The last batch is smaller, and still a step: round up.")
        if steps != 16:
            raise Hint("Divide the number of pictures by the batch size.")
        return "1,000 pictures in batches of 64 make 15 full batches and one of 40."

A checker gets the answer, raises `Hint` for a mistake and returns a word on why a right answer is right. `lines` says
how many lines of code the reader writes. The blank (`...`, `None`, a function whose body is `...`) never reaches one.

    prediction("02.1", "What accuracy after two epochs, in percent?", within=2, unit="%")
    quiz_question("02.1", "Which pictures may training see?",
        ("only those in train", "Right: ...", True), ("all of them", "Then nothing is left to test on."))

The right answer stands in one place: the solutions, `notebooks/src/solutions/NN_name.py`, pass it to `check`, and the
tests take it from there. `tests/exercises/cases/lesson_NN.py` holds three wrong answers to each exercise or more, with
words that their hints must say, and other ways to be right.
"""

from .checks import check
from .predictions import predict_first, reveal
from .quizzes import answer_quiz, quiz
from .shortcuts import shortcut_trainer

__all__ = ["answer_quiz", "check", "predict_first", "quiz", "reveal", "shortcut_trainer"]
