"""What lesson 03 asks: a step by hand, descent as a function, the border, schedules, and reading the finder's curve."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .answers import Hint, as_array, as_number, as_text, call
from .registry import exercise, prediction, quiz_question

quiz_question(
    "03.1",
    "The loss goes 16, 20, 25, 31: it grows from step to step. What do you do?",
    ("take more steps", "Each step makes it worse, so more of them make it much worse."),
    ("take a smaller rate", "The steps jump over the bottom, and land higher each time. Try a tenth.", True),
    (
        "start somewhere else",
        "On this curve every step makes the distance grow by the same factor, wherever it starts.",
    ),
)

quiz_question(
    "03.2",
    "The loss is 0.3 after one run and 0.3 after another from a different start. Are the weights the same?",
    (
        "no, that cannot be concluded",
        "Different hollows can be equally deep, and the weights then differ from the first to the last.",
        True,
    ),
    ("yes: there is one best network", "A network has very many, of nearly the same loss."),
    ("yes, if both used the same rate", "The rate says how far each step goes, and not to which hollow."),
)

quiz_question(
    "03.3",
    "On the finder's curve the loss falls until 0.1, is lowest there, and shoots up. Why not train with 0.1?",
    ("because it is too small", "It is too large: the loss has stopped falling there."),
    ("because the finder's loss is not a training loss", "It is the same loss, of batches of training pictures."),
    (
        "because the loss has stopped improving there",
        "At the lowest point steps no longer help, and the next larger rate throws the model out. Stay below.",
        True,
    ),
)

prediction("03.1", "at which x, after 10 steps from 4 at rate 0.1?", within=0.3)
prediction("03.2", "from which rate on does it run away?", within=0.1)
prediction(
    "03.3",
    "which of the five rates gives the lowest validation loss?",
    choices=("a hundredth", "a tenth", "the choice", "ten times", "a hundred times"),
)


def given_curve() -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    """The smoothed curve of a finder that exercise 03.7 is about: rates (77,), losses (77,), and five marked rates.

    >>> list(given_curve()[2])
    ['A', 'B', 'C', 'D', 'E']
    """
    powers = np.linspace(-5, -0.25, 77)
    losses = 0.7 - 0.55 / (1 + np.exp(-3 * (powers + 2.3))) + 0.35 * np.exp(5 * (powers + 0.5))
    lowest = float(10 ** powers[losses.argmin()])
    return 10**powers, losses, {"A": 1e-4, "B": 5e-3, "C": 3e-2, "D": lowest, "E": 4e-1}


@exercise("03.1", needs="a number")
def one_step(answer: object) -> str:
    """Where does one step from 3 on x² lead, at rate 0.1?"""
    x = as_number(answer)
    mistakes = {
        3.6: "That is uphill: the step is subtracted, because the slope points up.",
        2.7: "You took rate × x away. The slope of x² at 3 is 2 × 3.",
        2.1: "You took rate × f(x) away. The slope is needed, 2 × 3, and not the value.",
        0.6: "That is the step, rate × slope. Where does it lead from 3?",
        2.9: "You took the rate away. The step is rate × slope.",
        -3.0: "That is a step at rate 1: x − slope. Multiply the slope by the rate first.",
    }
    for wrong, hint in mistakes.items():
        if math.isclose(x, wrong, abs_tol=1e-6):
            raise Hint(hint)
    if not math.isclose(x, 2.4, abs_tol=1e-6):
        raise Hint("The slope of x² at x is 2x. The step is rate × slope. Subtract it from 3.")
    return "3 − 0.1 × 6 = 2.4. The step was 0.6: the steeper the place, the longer the step."


def _descended(slope: Callable[[float], float], start: float, rate: float, steps: int) -> float:
    x = start
    for _ in range(steps):
        x = x - rate * slope(x)
    return x


@exercise("03.2", needs="a function that takes slope, start, rate and steps", lines=4)
def descend(answer: object) -> str:
    """A function: (slope, start, rate, steps) → where gradient descent is after so many steps."""
    twice, shifted = _Slope("x²", 2, 0), _Slope("3(x − 2)²", 6, 2)
    for slope, start, rate, steps in ((twice, 4.0, 0.1, 3), (shifted, -1.0, 0.25, 5), (twice, 2.0, 0.7, 4)):
        right = _descended(slope, start, rate, steps)
        given = call(answer, slope, start, rate, steps)
        if isinstance(given, (list, tuple, np.ndarray)) and np.size(given) > 1:
            raise Hint(f"It gives {np.size(given)} numbers. Only the last position is asked for.")
        x = as_number(given)
        case = f"Given {slope}, {start:g}, {rate:g} and {steps}"
        if math.isclose(x, _descended(lambda at, slope=slope: -slope(at), start, rate, steps), rel_tol=1e-6):
            raise Hint("It goes uphill: subtract rate × slope.")
        if math.isclose(x, start - steps * rate * slope(start), rel_tol=1e-6):
            raise Hint("Every step uses the slope at the start. Ask for the slope anew, where you stand.")
        if math.isclose(x, _descended(slope, start, rate, 1), rel_tol=1e-6):
            raise Hint("It takes one step only. Does the return stand inside the loop?")
        if math.isclose(x, _descended(slope, start, rate, steps - 1), rel_tol=1e-6):
            raise Hint("It takes one step too few.")
        if math.isclose(x, _descended(slope, start, rate, steps + 1), rel_tol=1e-6):
            raise Hint("It takes one step too many.")
        if slope is shifted and math.isclose(x, _descended(twice, start, rate, steps), rel_tol=1e-6):
            raise Hint("It takes 2x for the slope of every curve. Ask the function that is given: slope(x).")
        if not math.isclose(x, right, rel_tol=1e-6, abs_tol=1e-9):
            raise Hint(f"{case}, it gives {x:.4g}; {right:.4g} is needed.")
    return "Slope, step, again: three lines, and every network you have read about was trained by them."


@dataclass(frozen=True)
class _Slope:
    """The slope of a curve as a function; hints call it by its curve's name."""

    curve: str
    factor: float
    bottom: float

    def __call__(self, x: float) -> float:
        return self.factor * (x - self.bottom)

    def __repr__(self) -> str:
        return f"the slope of {self.curve}"


@exercise("03.3", needs="a number")
def border(answer: object) -> str:
    """What is the largest rate that does not run away on 3x²?"""
    rate = as_number(answer)
    mistakes = {
        1.0: "That is the border of x². This curve is three times as steep.",
        3.0: "A steeper curve needs a smaller rate, not a larger one.",
        1 / 6: "At this rate one step leads to the bottom. How much further, until it lands as high on the other side?",
        2 / 3: "The slope of 3x² is 6x, and not 3x.",
        1 / 9: "Smaller than need be: at this rate each step leaves a third of the distance. The slope is 6x.",
    }
    for wrong, hint in mistakes.items():
        if math.isclose(rate, wrong, abs_tol=2e-3):
            raise Hint(hint)
    if not math.isclose(rate, 1 / 3, abs_tol=4e-3):
        raise Hint("The slope is 6x, so a step makes x − rate × 6x of x. For which rate is that −x?")
    return "x − 6x/3 = −x: as high, on the other side. Three times as steep, a third of the rate."


@exercise("03.4", needs="a whole number")
def epochs_of_cycles(answer: object) -> str:
    """How many epochs does fit(0.01, 4, cycle_len=1, cycle_mult=2) train?"""
    epochs = as_number(answer)
    mistakes = {
        4: "That is the number of cycles. They become longer.",
        7: "That is for 3 cycles, as in the lesson. Here there are 4.",
        8: "That is the last cycle alone, or 4 cycles of 2. Add all four: each is twice as long as the one before.",
        10: "You added 1 + 2 + 3 + 4. Each cycle is twice as long as the one before.",
        16: "That would be the fifth cycle. Add the first four.",
        31: "Those are 5 cycles.",
    }
    if epochs in mistakes:
        raise Hint(mistakes[int(epochs)])
    if epochs != 15:
        raise Hint("The first cycle is 1 epoch long, each further one twice as long as the one before. Add four.")
    return "1 + 2 + 4 + 8 = 15. With cycle_mult=2 it is 2 to the power of n, minus 1."


@exercise("03.5", needs="a function that takes first, last and steps", lines=2)
def sweep(answer: object) -> str:
    """A function: (first, last, steps) → rates that grow by the same factor, (steps,)."""
    for first, last, steps in ((1e-5, 10.0, 100), (0.001, 1.0, 4), (0.5, 8.0, 5)):
        right = np.geomspace(first, last, steps)
        given = as_array(call(answer, first, last, steps))
        case = f"Given {first:g}, {last:g} and {steps}"
        if given.shape != right.shape:
            raise Hint(f"{case}, it gives the shape {given.shape}; ({steps},) is needed.")
        if np.allclose(given, np.linspace(first, last, steps)):
            raise Hint("They grow by the same amount. The same factor is needed: then every power of ten gets as many.")
        if np.allclose(given, first * (last / first) ** (np.arange(steps) / steps)):
            raise Hint("The last rate is not reached: between so many rates there is one factor less than rates.")
        if np.allclose(given, np.linspace(np.log10(first), np.log10(last), steps)):
            raise Hint("Those are the powers of ten. Raise 10 to them.")
        if np.allclose(given, right[::-1]):
            raise Hint("They go down. The finder starts small.")
        if not np.allclose(given, right, rtol=1e-5):
            raise Hint(
                f"{case}, it begins {_few(given)} and ends with {given[-1]:.4g}; {_few(right)} and {last:g} are needed."
            )
    return "The same factor between all neighbours, so every power of ten is looked at equally closely."


def _few(values: np.ndarray) -> str:
    return ", ".join(f"{value:.4g}" for value in values[:3])


def _running(losses: np.ndarray, keep: float) -> np.ndarray:
    mean, result = 0.0, []
    for loss in losses:
        mean = keep * mean + (1 - keep) * loss
        result.append(mean)
    return np.array(result)


@exercise("03.6", needs="a function that takes losses and keep", lines=5)
def running_mean(answer: object) -> str:
    """A function: (losses, keep) → their running mean, corrected for its start at 0, the same length."""
    for losses, keep in (
        (np.array([2.0, 2.0, 2.0, 2.0]), 0.9),
        (np.array([1.0, 0.0, 4.0, 2.0, 3.0]), 0.8),
        (np.array([5.0]), 0.5),
    ):
        raw, steps = _running(losses, keep), np.arange(1, len(losses) + 1)
        right = raw / (1 - keep**steps)
        result = call(answer, losses, keep)
        given = as_array([result] if isinstance(result, float) else result)
        if given.shape != right.shape:
            raise Hint(f"For {len(losses)} losses it gives the shape {given.shape}; as many means are needed.")
        if np.allclose(given, right, rtol=1e-5):
            continue
        if np.allclose(given, raw):
            raise Hint("The mean starts at 0, and it shows: four losses of 2 begin with 0.2. Divide by 1 − keep**step.")
        if len(losses) > 1 and np.allclose(given[1:], raw[1:] / (1 - keep ** steps[:-1])):
            raise Hint("The power is one too small: the first step has the power 1.")
        if np.allclose(given, _running(losses, 1 - keep) / (1 - (1 - keep) ** steps)):
            raise Hint("keep belongs to the mean so far, and 1 − keep to the new loss.")
        if np.allclose(given, np.cumsum(losses) / steps):
            raise Hint("That is the mean of all losses so far. Old ones must fade: keep of the mean, the rest new.")
        raise Hint(
            f"Given {losses.tolist()} and keep={keep:g}, it gives {given.round(3).tolist()}; "
            f"{right.round(3).tolist()} is needed."
        )
    return "keep of the old mean, the rest new, divided by what has come together so far: it starts without a bias."


@exercise("03.7", needs="one of the letters A to E, in quotes")
def read_the_curve(answer: object) -> str:
    """Which marked rate does the course's rule choose on the given curve?"""
    letter = as_text(answer).upper()
    mistakes = {
        "A": "There the loss does not fall yet: such a rate would take for ever.",
        "B": "There it falls fastest: a careful choice, as another rule has it. It still falls clearly further right.",
        "D": "There it is lowest, and no longer falling. A little more, and it shoots up.",
        "E": "There it rises: this rate makes the model worse.",
    }
    if letter in mistakes:
        raise Hint(mistakes[letter])
    if letter != "C":
        raise Hint("Answer with one of the letters A, B, C, D, E.")
    return "The highest rate at which the loss is still clearly improving: well past the steepest place, not yet flat."
