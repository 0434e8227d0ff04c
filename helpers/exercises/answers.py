"""Reading a reader's answer: is it blank, a number, an array, a function; `Hint` where it is not what is needed."""

import copy
import dis
import math
import reprlib
from typing import Any

import numpy as np


class Hint(Exception):
    """A mistake in an answer; the message says what to look at again."""


def is_blank(answer: Any) -> bool:
    """True for `...`, `None`, a function whose body is only `...` or `pass`, and a collection that still holds one.

    >>> is_blank(...), is_blank([1, ...]), is_blank(lambda: None), is_blank(0)
    (True, True, True, False)
    """
    if answer is None or answer is Ellipsis:
        return True
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, (list, tuple)):
        return any(item is Ellipsis or (hasattr(item, "__code__") and is_blank(item)) for item in answer)
    if hasattr(answer, "__code__"):
        steps = [step for step in dis.get_instructions(answer) if step.opname not in ("RESUME", "NOP", "CACHE")]
        returns_none = steps[0].opname in ("LOAD_CONST", "RETURN_CONST") and steps[0].argval is None
        return returns_none and len(steps) <= 2
    return False


def kind_of(answer: Any) -> str:
    """What an answer is, in words that a beginner knows: "a list", "text", "a function".

    >>> kind_of([1]), kind_of("5"), kind_of(print)
    ('a list', 'text', 'a function')
    """
    names = {str: "text", bool: "True or False", int: "a whole number", float: "a number", type: "a class"}
    if type(answer) in names:
        return names[type(answer)]
    if callable(answer) and hasattr(answer, "__name__"):
        return "a function"
    name = type(answer).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def as_number(answer: Any) -> float:
    """The answer as a number; NumPy scalars and one-element arrays and tensors count.

    >>> as_number(np.float32(2.5))
    2.5
    """
    if isinstance(answer, str):
        raise Hint("Your answer is text, in quotes. Write the number without the quotes.")
    if isinstance(answer, bool):
        raise Hint("Your answer is True or False. A number is asked for.")
    if callable(answer) and not hasattr(answer, "item"):
        raise Hint("Your answer is a function. Call it, with its brackets, to get the number.")
    if hasattr(answer, "item") and math.prod(getattr(answer, "shape", (0,))) == 1:
        answer = answer.item()
    if not isinstance(answer, (int, float)):
        raise Hint(f"Your answer is {kind_of(answer)}. A single number is asked for.")
    if not math.isfinite(answer):
        raise Hint(f"Your answer is {answer}: something was divided by zero or has overflowed on the way.")
    return answer


def as_array(answer: Any) -> np.ndarray:
    """The answer as a NumPy array; lists, tuples and tensors count.

    >>> as_array([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    if hasattr(answer, "detach"):
        answer = answer.detach().cpu().numpy()
    if not isinstance(answer, (np.ndarray, list, tuple)):
        raise Hint(f"Your answer is {kind_of(answer)}. An array is asked for.")
    try:
        array = np.asarray(answer)
    except ValueError:
        raise Hint("The rows of your answer have different lengths, so it is not an array.") from None
    if array.dtype == object:
        raise Hint("Your answer holds things that are not numbers, so it is not an array of numbers.")
    return array


def as_numbers(answer: Any, shape: tuple[int, ...]) -> np.ndarray:
    """What a reader's function gave, as an array of finite numbers of the wanted shape.

    >>> as_numbers([1.5, 2.0], (2,))
    array([1.5, 2. ])
    """
    values = as_array(answer)
    if values.shape != shape:
        raise Hint(f"It gives an array of shape {values.shape}; {shape} is needed.")
    if not np.issubdtype(values.dtype, np.number) or not np.isfinite(values).all():
        raise Hint("It gives something that is no number, such as nan. Is something divided by zero?")
    return values


def as_text(answer: Any) -> str:
    """The answer as text without spaces around it.

    >>> as_text(" b ")
    'b'
    """
    if not isinstance(answer, str):
        raise Hint(f"Your answer is {kind_of(answer)}. Text is asked for: write it in quotes.")
    return answer.strip()


class _InShort(reprlib.Repr):
    """Arguments in one short line; an array of more than nine numbers, or in a list, by its shape: none is cut.

    >>> _InShort().repr(np.zeros((5, 8))), _InShort().repr([np.ones(2), 1.5])
    ('an array of shape (5, 8)', '[array (2,), 1.5]')
    """

    def repr_ndarray(self, array: Any, level: int) -> str:
        """Return an array of NumPy or PyTorch in short; `reprlib` finds this by the name of its class."""
        shape = tuple(array.shape)
        if level < self.maxlevel:
            return f"array {shape}"
        return f"an array of shape {shape}" if math.prod(shape) > 9 else " ".join(repr(array).split())

    repr_Tensor = repr_ndarray


def call(function: Any, *arguments: Any) -> Any:
    """What the reader's function returns for `arguments`; what goes wrong inside becomes a `Hint` that says so.

    The function gets copies, so one that changes its input cannot upset the checker.

    >>> call(lambda x: x + 1, 2)
    3
    """
    if not callable(function):
        raise Hint(
            f"Your answer is {kind_of(function)}. Give the function itself: its name, without brackets after it."
        )
    given = ", ".join(map(_InShort().repr, arguments))
    try:
        result = function(*copy.deepcopy(arguments))
    except Exception as error:
        raise Hint(f"Given {given}, your function stops with {type(error).__name__}: {error}") from None
    if result is None:
        raise Hint(f"Given {given}, your function gives None back. Does it end with return?")
    return result
