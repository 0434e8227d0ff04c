"""Predict before you run: a guess is noted, and scored once the cell has run."""

import math
from dataclasses import dataclass, field
from typing import Any

from .answers import Hint, as_number, is_blank
from .cards import HAPPENED, say
from .registry import PREDICTIONS, PredictionQuestion, UnknownName, find


@dataclass
class Scorebook:
    """The guesses of one sitting: what was predicted, what was seen, and which guesses were close."""

    guesses: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)
    close: dict[str, bool] = field(default_factory=dict)

    def commit(self, name: str, value: Any) -> str:
        """Note a guess; the line to print. A guess changed after the result was seen is not taken."""
        asked = find(PREDICTIONS, name, "prediction")
        if is_blank(value):
            return f"… {name}  open: {asked.question}"
        try:
            guess = read_guess(asked, value)
            check_range(asked, guess)
        except Hint as hint:
            return f"✗ {name}  {hint}"
        if name in self.seen and guess != self.guesses.get(name):
            return (
                f"… {name}  You have seen the result ({with_unit(asked, self.seen[name])}),"
                " so this guess is not scored."
            )
        self.guesses[name] = guess
        return f"● {name}  Your prediction is noted: {with_unit(asked, guess)}. Now run on."

    def score(self, name: str, actual: Any) -> str:
        """Compare a guess with what happened; the line to print."""
        asked = find(PREDICTIONS, name, "prediction")
        try:
            actual = read_guess(asked, actual)
        except Hint:
            return f"✗ {name}  reveal needs what happened. Run the cells before this one first."
        self.seen[name] = actual
        happened = f"{HAPPENED}: {with_unit(asked, actual)}."
        if name not in self.guesses:
            return f"… {name}  {happened}"
        guess = self.guesses[name]
        self.close[name] = is_close(asked, guess, actual)
        mark, word = ("✓", "Well predicted.") if self.close[name] else ("✗", "A surprise: what made the difference?")
        tally = f"So far {sum(self.close.values())} of {len(self.close)} predicted."
        return f"{mark} {name}  You said {with_unit(asked, guess)}. {happened} {word} {tally}"


def read_guess(asked: PredictionQuestion, value: Any) -> Any:
    """The value as this prediction's kind, a number or one of its choices; a `Hint` otherwise."""
    if not asked.choices:
        return as_number(value)
    matches = [choice for choice in asked.choices if isinstance(value, str) and choice.lower() == value.strip().lower()]
    if not matches:
        raise Hint(f"Choose one of these, in quotes: {', '.join(asked.choices)}.")
    return matches[0]


def check_range(asked: PredictionQuestion, guess: Any) -> None:
    """Raise a `Hint` for a number that cannot be, or that looks like a share where a percentage is asked for.

    >>> check_range(PredictionQuestion("99.1", "How many percent?", within=5, unit="%", between=(0, 100)), 150)
    Traceback (most recent call last):
    ...
    helpers.exercises.answers.Hint: Your prediction is 150 %. It lies between 0 and 100.
    """
    if asked.choices:
        return
    low, high = asked.between
    if not low <= guess <= high:
        limits = f"lies between {low:g} and {high:g}" if math.isfinite(high) else f"is {low:g} or more"
        raise Hint(f"Your prediction is {with_unit(asked, guess)}. It {limits}.")
    if asked.unit == "%" and 0 < guess < 1:
        raise Hint(f"{guess:g} % is less than one in a hundred. Did you mean {100 * guess:g}?")


def is_close(asked: PredictionQuestion, guess: Any, actual: Any) -> bool:
    """Whether a guess counts as right: the same choice, near enough, or within a factor.

    >>> asked = PredictionQuestion("99.1", "How many times faster?", within_factor=3)
    >>> is_close(asked, 10, 25), is_close(asked, 10, 35), is_close(asked, -10, 25)
    (True, False, False)
    """
    if asked.choices:
        return guess == actual
    if asked.within is not None:
        # The sum of two decimals is not exact: a guess on the very edge counts.
        distance = abs(guess - actual)
        return distance <= asked.within or math.isclose(distance, asked.within)
    assert asked.within_factor is not None
    return guess * actual > 0 and 1 / asked.within_factor <= guess / actual <= asked.within_factor


def with_unit(asked: PredictionQuestion, value: Any) -> str:
    """A guess with its unit, in three digits or more."""
    text = value if isinstance(value, str) else f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{text} {asked.unit}".rstrip()


SCOREBOOK = Scorebook()


def predict_first(name: str, value: Any = ...) -> None:
    """Note your prediction before you run the cell that shows the result.

    >>> predict_first("00.1", ...)  # doctest: +ELLIPSIS
    … 00.1  open: ...
    """
    say("Prediction", _line(SCOREBOOK.commit, name, value))


def reveal(name: str, actual: Any = ...) -> None:
    """Show what happened beside what you predicted, and keep the score."""
    say("Prediction", _line(SCOREBOOK.score, name, actual))


def _line(method: Any, name: str, value: Any) -> str:
    try:
        return method(name, value)
    except UnknownName as error:
        return f"✗ {error}"
    except Exception:
        return f"✗ {name}  That is nothing to predict with. Give a number, or one of the choices in quotes."
