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
    ("take a larger rate", "The loss grows because the steps are too long already. A larger rate makes them longer."),
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
        "Number the hidden units in another order: the network computes the same, from other weights.",
        True,
    ),
    ("yes: there is one best network", "A network has very many, of nearly the same loss."),
    (
        "yes, if both used the same rate",
        "The rate says how far each step goes. The start was another one, and so is the end.",
    ),
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
    "which of the seven rates gives the lowest validation loss?",
    choices=("a hundredth", "a tenth", "a third", "the choice", "three times", "ten times", "a hundred times"),
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


@exercise("03.5", needs="a function that takes rates and curve", lines=2)
def steepest(answer: object) -> str:
    """A function: (rates, curve) → the rate from which the curve falls most to the next one."""
    for rates, curve in (
        (10.0 ** np.arange(-5, 1), np.array([0.7, 0.6, 0.3, 0.1, 0.2, 0.9])),
        (0.5 * 2.0 ** np.arange(5), np.array([2.0, 3.0, 2.8, 1.5, 1.4])),
    ):
        changes = np.diff(curve)
        most = int(changes.argmin())
        rate = as_number(call(answer, rates, curve))
        mistakes = {
            float(rates[most + 1]): "That is the rate after the largest fall. Give the one before it.",
            float(rates[changes.argmax()]): "There the curve rises most. A fall is a negative difference.",
            float(rates[curve.argmin()]): "There the curve is lowest. Where does it fall most?",
            float(rates[(changes / np.diff(rates)).argmin()]): "You divided by the differences of the rates, which "
            "grow from step to step. Compare the differences of the curve alone.",
            float(most): "That is the number of the step. Give the rate there.",
            float(changes.min()): "That is how far the curve falls. At which rate?",
        }
        if math.isclose(rate, rates[most], rel_tol=1e-6):
            continue
        for wrong, hint in mistakes.items():
            if math.isclose(rate, wrong, rel_tol=1e-6, abs_tol=1e-9):
                raise Hint(hint)
        raise Hint(f"For the curve {curve.tolist()}, it gives {rate:.4g}; {rates[most]:.4g} is needed.")
    return "Some finders choose this rate. It is careful: beyond it, the loss still falls, only more slowly."


@exercise("03.6", needs="a function that takes low, top and steps", lines=3)
def triangle(answer: object) -> str:
    """A function: (low, top, steps) → rates that rise to top by equal amounts and fall back to low, (steps,)."""
    for low, top, steps in ((0.001, 0.009, 5), (0.5, 8.0, 7), (0.0, 1.0, 3)):
        up = np.linspace(low, top, steps // 2 + 1)
        right = np.concatenate([up, up[-2::-1]])
        given = as_array(call(answer, low, top, steps))
        case = f"Given {low:g}, {top:g} and {steps}"
        if given.shape == (steps + 1,) and np.allclose(given, np.concatenate([up, up[::-1]])):
            raise Hint("The top comes twice. It is reached in one step only.")
        if given.shape == (steps // 2 + 1,) and np.allclose(given, up):
            raise Hint("It rises, and does not fall again.")
        if given.shape != right.shape:
            raise Hint(f"{case}, it gives the shape {given.shape}; ({steps},) is needed.")
        if np.allclose(given, np.linspace(low, top, steps)):
            raise Hint("It reaches the top at the end. The middle is asked for, and then the way back.")
        if np.allclose(given, low + top - right):
            raise Hint("It falls first and then rises. Begin at the low rate.")
        if low > 0 and np.allclose(given[: len(up)], np.geomspace(low, top, len(up))):
            raise Hint("The rates grow by the same factor. Equal amounts are asked for.")
        if not np.allclose(given, right, rtol=1e-5):
            raise Hint(f"{case}, it gives {given.round(4).tolist()}; {right.round(4).tolist()} is needed.")
    return "Up in equal steps, and back. The one cycle of 2018 has the same idea, with rounded edges and a lower end."


@exercise("03.7", needs="one of the letters A to E, in quotes")
def read_the_curve(answer: object) -> str:
    """Which marked rate does the course's rule choose on the given curve?"""
    letter = as_text(answer).upper()
    mistakes = {
        "A": "There the loss does not fall yet: such a rate would take for ever.",
        "B": "There it falls fastest. Further right there is a mark where it still falls more than a fifth as fast.",
        "D": "There it is lowest, and no longer falling. A little more, and it shoots up.",
        "E": "There it rises: this rate makes the model worse.",
    }
    if letter in mistakes:
        raise Hint(mistakes[letter])
    if letter != "C":
        raise Hint("Answer with one of the letters A, B, C, D, E.")
    return "At C it still falls at more than a fifth of its steepest: well past B, and not yet flat as at D."
