"""What lesson 03 asks: a step, descent, the border, schedules, reading the finder's curve, and a rate for a new set."""

import atexit
import functools
import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageOps

from ..datasets import get_data
from ..finder import RangeTest
from ..history import History
from ..learner import ConvLearner
from .answers import Hint, as_number, as_text, call, kind_of
from .registry import exercise, prediction, quiz_question

quiz_question(
    "03.1",
    "The loss goes 16, 20, 25, 31: it grows from step to step. What do you do?",
    ("take a larger rate", "The loss grows because the steps are too long already. A larger rate makes them longer."),
    ("take a smaller rate", "The steps jump over the bottom, and land higher each time. Try a tenth.", True),
    ("start elsewhere", "On this curve every step makes the distance grow by the same factor, wherever it starts."),
)

quiz_question(
    "03.2",
    "The loss is 0.3 after one run and 0.3 after another from a different start. Are the weights the same?",
    ("not necessarily", "Number the hidden units in another order: other weights compute the same.", True),
    ("yes: there is one best network", "A network has very many sets of weights with nearly the same loss."),
    ("yes, if both used the same rate", "The rate scales each step. The starts differ, and so do the ends."),
)

quiz_question(
    "03.3",
    "On the finder's curve the loss falls until 0.1, is lowest there, and shoots up. Why not train with 0.1?",
    ("it is too small", "It is too large: the loss has stopped falling there."),
    ("the finder's loss is not a training loss", "It is the same loss, of batches of training pictures."),
    ("the loss has stopped improving there", "A slightly larger rate makes the loss grow. Stay below.", True),
)

prediction("03.1", "at which x, after 10 steps from 4 at rate 0.1?", within=0.3)
prediction("03.2", "above which rate does x move away from the bottom?", within=0.1)
RATES = ("a hundredth", "a tenth", "a third", "the choice", "three times", "ten times", "a hundred times")
prediction("03.3", "which of the seven rates gives the lowest validation loss?", choices=RATES)


def _same(x: float, other: float, within: float = 1e-5) -> bool:
    return math.isclose(x, other, rel_tol=within, abs_tol=1e-9)


def _refuse(x: float, slips: Sequence[tuple[float, str]], within: float = 1e-5) -> None:
    """Hint where a number is what a known mistake gives; the first such mistake counts."""
    for wrong, hint in slips:
        if _same(x, wrong, within):
            raise Hint(hint)


@exercise("03.1", needs="a number")
def one_step(answer: object) -> str:
    """Where does one step from 3 on x² lead, at rate 0.1?"""
    x = as_number(answer)
    slips = [
        (3.6, "That is uphill: the step is subtracted, because the slope points up."),
        (2.7, "You took rate × x away. The slope of x² at 3 is 2 × 3."),
        (2.1, "You took rate × f(x) away. The slope is needed, 2 × 3, and not the value."),
        (0.6, "That is the step, rate × slope. Where does it lead from 3?"),
        (2.9, "You took the rate away. The step is rate × slope."),
        (-3.0, "That is a step at rate 1: x − slope. Multiply the slope by the rate first."),
    ]
    _refuse(x, slips)
    if not _same(x, 2.4):
        raise Hint("The slope of x² at x is 2x. The step is rate × slope. Subtract it from 3.")
    return "3 − 0.1 × 6 = 2.4. The step was 0.6: the steeper the place, the longer the step."


def _descended(slope: Callable[[float], float], start: float, rate: float, steps: int) -> float:
    x = start
    for _ in range(steps):
        x = x - rate * slope(x)
    return x


class _Slope(NamedTuple):
    """The slope of a curve as a function; hints call it by its curve's name."""

    curve: str
    factor: float
    bottom: float

    def __call__(self, x: float) -> float:
        return self.factor * (x - self.bottom)

    def __repr__(self) -> str:
        return f"the slope of {self.curve}"


@exercise("03.2", needs="a function that takes slope, start, rate and steps", lines=4)
def descend(answer: object) -> str:
    """A function: (slope, start, rate, steps) → where gradient descent is after so many steps."""
    twice, shifted = _Slope("x²", 2, 0), _Slope("3(x − 2)²", 6, 2)
    cases = ((twice, 4.0, 0.1, 3), (shifted, -1.0, 0.25, 5), (twice, 2.0, 0.7, 4), (shifted, 5.0, 0.1, 0))
    for slope, start, rate, steps in cases:
        given = call(answer, slope, start, rate, steps)
        if isinstance(given, (list, tuple, np.ndarray)) and np.size(given) > 1:
            raise Hint(f"It gives {np.size(given)} numbers. Only the last position is asked for.")
        x, right = as_number(given), _descended(slope, start, rate, steps)
        if _same(x, right):
            continue
        slips = [
            (_descended(slope, start, -rate, steps), "It goes uphill: subtract rate × slope."),
            (start - steps * rate * slope(start), "Every step uses the slope at the start. Call slope at each x."),
            (_descended(slope, start, rate, 1), "It takes one step only. Is the return inside the loop?"),
            (_descended(slope, start, rate, steps - 1), "It takes one step too few."),
            (_descended(slope, start, rate, steps + 1), "It takes one step too many."),
            (_descended(twice, start, rate, steps), "It takes 2x for the slope of every curve. Call slope(x)."),
            (_descended(slope, start, 1, steps), "It subtracts the whole slope. A step is rate × slope."),
            (_descended(slope, 4.0, rate, steps), "It begins at 4, whatever the start is."),
        ]
        _refuse(x, slips)
        raise Hint(f"Given {slope}, {start:g}, {rate:g} and {steps}, it gives {x:.6g}; {right:.6g} is needed.")
    return "Slope, step, again: training a network repeats these lines, for all its weights at once."


@exercise("03.3", needs="a number")
def border(answer: object) -> str:
    """What is the largest rate at which descent does not diverge on 3x²?"""
    rate = as_number(answer)
    slips = [
        (1.0, "That is the border of x². This curve is three times as steep."),
        (3.0, "A steeper curve needs a smaller rate, not a larger one."),
        (1 / 6, "At this rate one step leads to the bottom. At which does it land as high on the other side?"),
        (2 / 3, "The slope of 3x² is 6x, and not 3x."),
        (1 / 9, "Too small: at this rate each step leaves a third of the distance. The slope is 6x."),
    ]
    _refuse(rate, slips, 5e-3)
    if 5e-4 < abs(rate - 1 / 3) < 0.02:
        side = "below the border" if rate < 1 / 3 else "above the border, where descent diverges"
        raise Hint(f"{rate:g} is a little {side}. Give a fraction, or three digits.")
    if not math.isclose(rate, 1 / 3, abs_tol=5e-4):
        raise Hint("The slope is 6x, so a step leads from x to x − rate × 6x. For which rate is that −x?")
    return "x − 6x/3 = −x: as high, on the other side. Three times as steep, a third of the rate."


@exercise("03.4", needs="a whole number")
def epochs_of_cycles(answer: object) -> str:
    """How many epochs does fit(0.01, 4, cycle_len=1, cycle_mult=2) train?"""
    epochs = as_number(answer)
    slips = [
        (4, "That is the number of cycles. They become longer."),
        (7, "That is for 3 cycles, as in the lesson. Here there are 4."),
        (8, "That is the last cycle alone, or 4 cycles of 2. Add all four: each is twice as long as the one before."),
        (10, "You added 1 + 2 + 3 + 4. Each cycle is twice as long as the one before."),
        (16, "That would be the fifth cycle. Add the first four."),
        (31, "Those are 5 cycles."),
    ]
    _refuse(epochs, slips)
    if epochs != 15:
        raise Hint("The first cycle is 1 epoch long, each further one twice as long as the one before. Add four.")
    return "1 + 2 + 4 + 8 = 15. With cycle_mult=2 it is 2 to the power of n, minus 1."


@exercise("03.5", needs="a function that takes rates and curve", lines=2)
def steepest(answer: object) -> str:
    """A function: (rates, curve) → the rate from which the curve falls most to the next one."""
    for rates, curve in (
        (10.0 ** np.arange(-5, 3), np.array([1.0, 0.9, 0.3, 0.1, 0.2, 1.2, 0.5, 0.6])),
        (0.5 * 2.0 ** np.arange(4), np.array([5.0, 2.0, 1.9, 1.2])),
        (10.0 ** np.arange(-3, 1), np.array([1.0, 1.2, 1.1, 0.4])),
    ):
        changes, rate = np.diff(curve), as_number(call(answer, rates, curve))
        most = int(changes.argmin())
        if _same(rate, rates[most]):
            continue
        slips = [
            (rates[1 + changes[1:].argmin()], f"In {curve.tolist()} the largest fall is the first. It counts, too."),
            (rates[changes[:-1].argmin()], f"In {curve.tolist()} the largest fall is the last. It counts, too."),
            (rates[most + 1], "That is the rate after the largest fall. Give the one before it."),
            (rates[changes.argmax()], "There the curve rises most. A fall is a negative difference."),
            (rates[curve.argmin()], "There the curve is lowest. Where does it fall most?"),
            (rates[(changes / np.diff(rates)).argmin()], "You divided by the rates' differences. Leave them out."),
            (most, "That is the number of the step. Give the rate there."),
            (changes.min(), "That is how far the curve falls. At which rate?"),
            (rates[(curve[1:] / curve[:-1]).argmin()], "You divided neighbouring losses. Compare their differences."),
            (rates[np.gradient(curve).argmin()], "np.gradient uses both neighbours. np.diff compares with the next."),
        ]  # fmt: skip
        _refuse(rate, slips)
        raise Hint(f"For the curve {curve.tolist()}, it gives {rate:.6g}; {rates[most]:.6g} is needed.")
    return "Some finders choose this rate. It is careful: beyond it, the loss still falls, only more slowly."


def given_curve() -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    """The smoothed curve of a finder that exercise 03.6 is about: rates (77,), losses (77,), and five marked rates.

    >>> list(given_curve()[2])
    ['A', 'B', 'C', 'D', 'E']
    """
    powers = np.linspace(-5, -0.25, 77)
    losses = 0.7 - 0.55 / (1 + np.exp(-3 * (powers + 2.3))) + 0.35 * np.exp(5 * (powers + 0.5))
    lowest = float(10 ** powers[losses.argmin()])
    return 10**powers, losses, {"A": 1e-4, "B": 5e-3, "C": 3e-2, "D": lowest, "E": 4e-1}


@exercise("03.6", needs="one of the letters A to E, in quotes")
def read_the_curve(answer: object) -> str:
    """Which marked rate does the course's rule choose on the given curve?"""
    letter = as_text(answer).upper()
    slips = {
        "A": "There the loss does not fall yet: such a rate would take for ever.",
        "B": "There it falls fastest. At a mark further right it still falls more than a fifth as fast.",
        "D": "There it is lowest, and no longer falling. A little more, and it shoots up.",
        "E": "There it rises: this rate makes the model worse.",
    }
    if letter != "C":
        raise Hint(slips.get(letter, "Answer with one of the letters A, B, C, D, E."))
    return "At C it still falls at more than a fifth of its steepest: well past B, and not yet flat as at D."


TURNS = {"left": 90, "right": 270, "upright": 0, "upside_down": 180}  # counter-clockwise, in the order of the classes
WANTED = {
    "classes": tuple(TURNS), "pictures": 400, "architecture": "resnet10", "size": 128, "seed": 0, "precompute": True,
    "frozen": True, "batch_size": 64, "augmentation": None, "pretrained": True, "epochs_before": 0, "cycle_len": None,
    "cycle_mult": 1, "schedule": "constant", "n": 2,
}  # fmt: skip


@functools.cache
def turned_pictures() -> Path:
    """The folder of a new set: 400 training and 200 validation pictures of the sample, turned, in four classes."""
    folder, sample = tempfile.TemporaryDirectory(ignore_cleanup_errors=True), get_data("sample")
    atexit.register(folder.cleanup)
    root = Path(folder.name)
    for number in [*range(200), *range(500, 600)]:  # the numbers in the names of the sample's files
        split, name = "train" if number < 200 else "valid", list(TURNS)[number % 4]
        (root / split / name).mkdir(parents=True, exist_ok=True)
        for species in ("cat", "dog"):
            file = f"{species}.{number}.jpg"
            with Image.open(sample / split / f"{species}s" / file) as picture:
                square = ImageOps.fit(picture.convert("RGB"), (160, 160))  # its shape tells nothing of the class
            square.rotate(TURNS[name]).save(root / split / name / file, quality=90)
    return root


@exercise("03.7", needs="a list of three: the learner that ran the finder, three histories, and a rate", lines=10)
def rate_for_a_new_set(answer: object) -> str:
    """[learner, histories, rate]: lr_find on a new set, two epochs at a third, once and three times of it, the best."""
    if not isinstance(answer, (list, tuple)) or len(answer) != 3:
        raise Hint(f"Your answer is {kind_of(answer)}. It needs exactly these three parts: [learn, histories, best]")
    learn, histories, best = answer
    choice = _choice_of(learn)
    if not isinstance(histories, (list, tuple)) or len(histories) != 3:
        raise Hint(f"The second part is {kind_of(histories)}. A list of the three histories is needed.")
    rates = [_rate_of(history, f"run {number}") for number, history in enumerate(histories, 1)]
    _check_rates(rates, choice, learn.sched)
    ends, number = [history[-1] for history in histories], as_number(best)
    lowest, accurate, fitted = np.argmin([(end.valid_loss, -end.accuracy, end.train_loss) for end in ends], axis=0)
    if not _same(number, rates[lowest], 0.05):
        slips = [
            (rates[accurate], "That rate has the highest accuracy. The lowest validation loss is asked for."),
            (rates[fitted], "That rate has the lowest training loss. The lowest validation loss is asked for."),
            (ends[lowest].valid_loss, "That is the lowest validation loss. The rate that led to it is asked for."),
        ]
        _refuse(number, slips, 0.05)
        raise Hint(f"The best rate is not {number:.3g}. Compare the validation losses of the last epochs.")
    found = ("a third of it", "this rate", "three times as much")[lowest]
    return f"The finder chose {choice:.2g}, and {found} is best after two epochs. Only the short runs could tell."


def _choice_of(learn: Any) -> float:
    """Return the finder's choice; hint where the learner is not a fresh one of the project on which only it ran."""
    if not isinstance(learn, ConvLearner):
        raise Hint(f"The first part is {kind_of(learn)}. The learner on which you called lr_find is needed.")
    _check_settings("the finder's learner", {
        "classes": learn.data.classes, "architecture": learn.model.name, "size": learn.model.size,
        "seed": learn.seed, "precompute": learn.precompute, "pretrained": learn.model.pretrained,
        "epochs_before": learn.epochs_done,
    })  # fmt: skip
    if not isinstance(learn.sched, RangeTest):
        raise Hint("lr_find has not run on this learner. Keep the one on which you called it.")
    if not np.allclose([rate[-1] for rate in learn.sched.rates[:2]], [1e-5, 1e-5 * 1e6 ** (1 / 99)], atol=0):
        raise Hint("The finder ran with its own start, end or number of steps. Call it as learn.lr_find().")
    return learn.sched.suggestion


def _check_settings(whose: str, given: dict[str, Any]) -> None:
    """Hint at the first setting that is not the project's."""
    for name, wanted in WANTED.items():
        value = given.get(name, wanted)
        if name == "epochs_before" and value:
            raise Hint(f"In {whose} the head was trained before, for {value} epochs. Make a fresh learner.")
        if name == "pretrained" and not value:
            raise Hint(f"In {whose} the body began with random numbers. Leave out weights=None.")
        if value != wanted:
            label = {"n": "the number of epochs or cycles", "classes": "the value of classes"}.get(name, name)
            raise Hint(f"In {whose} {label} is {value!r}, not {wanted!r}.")


def _rate_of(history: Any, which: str) -> float:
    """Return the rate of a run; hint where its settings are not those of the project."""
    if not isinstance(history, History) or history.settings is None:
        raise Hint(f"In {which} there is {kind_of(history)}. Keep what fit returns, and not only its last row.")
    _check_settings(which, asdict(history.settings))
    if len(history) != 2:
        raise Hint(f"In {which} only {len(history)} of 2 epochs are done. Train a fresh learner to the end.")
    return history.settings.lr[-1]


def _check_rates(rates: list[float], choice: float, test: RangeTest) -> None:
    """Hint where the rates are not a third of the choice, the choice and three times of it, to a tenth or so."""

    def are(middle: float, *shares: float) -> bool:
        return all(math.isclose(rate, middle * share, rel_tol=0.12) for rate, share in zip(rates, shares, strict=True))

    if are(choice, 1 / 3, 1, 3):
        return
    if are(choice, 3, 1, 1 / 3):
        raise Hint("The histories are in the opposite order: a third of the choice comes first.")
    if are(choice, 0.1, 1, 10):
        raise Hint("These are a tenth of the choice, and ten times as much. A third and three times are asked for.")
    for rule, rate in test.suggestions.items():
        if are(rate, 1 / 3, 1, 3):
            raise Hint(f"The middle rate is that of the rule {rule!r}. Take what lr_find returns.")
    asked = ", ".join(f"{choice * share:.3g}" for share in (1 / 3, 1, 3))
    raise Hint(f"The rates are {', '.join(f'{rate:.3g}' for rate in rates)}; with this finder they should be {asked}.")
