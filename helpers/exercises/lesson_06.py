"""What lesson 06 asks: sums of ReLUs, what the approximation theorem promises, fitting, and paths as pictures."""

import numpy as np
import torch

from .answers import Hint, as_array, as_number, as_numbers, call, kind_of
from .own_fit import check_own, compare_run, run
from .registry import exercise, prediction, quiz_question
from .slips import explain

quiz_question(
    "06.1",
    "A shop's classifier was right for 99 % of its validation visits. A year later most bots pass. What happened?",
    (
        "the network had overfitted: it knew its training visits by heart",
        "Then it would have been wrong about many validation visits, too: it did not train on those.",
    ),
    (
        "the network has forgotten what it had learned",
        "Its numbers have not changed. The visits have.",
    ),
    (
        "the bots have changed, and it learned to tell people from the old ones",
        "A classifier separates what it was shown. So keep looking at fresh examples, and train again.",
        True,
    ),
)

quiz_question(
    "06.2",
    "What does the universal approximation theorem promise for a continuous function on −1 to 1?",
    (
        "gradient descent finds a network that is as close as you like",
        "It says nothing about training. You have seen starts that got stuck.",
    ),
    (
        "there is a network with one hidden layer that is as close as you like, everywhere from −1 to 1",
        "It does not say how large it is, how to find it, or what it does beyond 1.",
        True,
    ),
    (
        "a network that goes through many examples of the function is close to it",
        "Not if the examples are noisy, or far apart. The theorem is about the function, not about examples.",
    ),
    (
        "a deep network is closer than a wide one",
        "It does not compare them. It needs only one hidden layer.",
    ),
)

prediction("06.1", "for what percentage of the visits will it be right?", within=5, unit="%")
prediction("06.2", "how many of the 100 new bots will be taken for people?", within=10, between=(0, 100))


def _differs(found: np.ndarray, right: np.ndarray, rtol: float = 1e-5) -> tuple[int, ...] | None:
    """The index of the first number that is not right, or None."""
    close = np.isclose(found, right, rtol=rtol, atol=1e-6)
    return None if close.all() else tuple(int(one) for one in np.unravel_index(close.argmin(), close.shape))


@exercise("06.1", needs="a function that takes x, place, width and height", lines=3)
def hat(answer: object) -> str:
    """A function: (x, place, width, height) → a hat made of three ReLUs."""
    x = np.linspace(-3, 3, 25)

    def relus(place: float, width: float, slope: float, parts: tuple[float, ...] = (1, -2, 1)) -> np.ndarray:
        at = (place - width, place, place + width)
        return slope * sum((part * np.maximum(x - one, 0) for part, one in zip(parts, at, strict=True)), 0 * x)

    for place, width, height in ((0.25, 1.0, 1.0), (0.5, 0.5, 3.0), (-1.0, 1.5, -0.5)):
        slope = height / width
        wanted = relus(place, width, slope)
        given = as_numbers(call(answer, x, place, width, height), x.shape)
        first = _differs(given, wanted)
        if first is None:
            continue
        explain(given, {
            "The top is at height · width. A rise of height over width is a slope of height / width.": wanted * width,
            "Right of the hat it does not come back to 0. A third ReLU takes the slope away again.": (
                relus(place, width, slope, (1, -2, 0))
            ),
            "It climbs, and does not come down. At place the slope changes by −2 times the first slope.": (
                relus(place, width, slope, (1, 0, 0))
            ),
            "After place it stays flat. The slope must change by −2 times the first: to 0, and on to its opposite.": (
                relus(place, width, slope, (1, -1, 0))
            ),
            "It is upside down: the first slope is plus, the one at place minus.": -wanted,
            "It is half as wide: it goes from place − width to place + width.": relus(place, width / 2, 2 * slope),
            "The top is not at place: it lies at 0 for each place.": relus(0, width, slope),
            "The height is 1 whatever height says.": relus(place, width, 1 / width),
        })  # fmt: skip
        raise Hint(
            f"For place={place:g}, width={width:g}, height={height:g} it gives {given[first]:.6g} at x = {x[first]:g}; "
            f"{wanted[first]:.6g} is needed."
        )
    return "Slopes of 1, −2 and 1, times height / width. Hats side by side can follow any curve."


@exercise("06.2", needs="a function that takes two arrays", lines=2)
def slope_changes(answer: object) -> str:
    """A function: points (x, y) → the slope of the ReLU at each point but the last."""
    for x, y in (
        (np.array([0.0, 1.0, 3.0, 4.0, 4.5]), np.array([1.0, 3.0, 3.5, 0.0, 2.0])),
        (np.array([-2.0, 2.0]), np.array([1.0, -1.0])),
    ):
        steepness = np.diff(y) / np.diff(x)
        wanted = np.diff(steepness, prepend=0)
        given = as_array(call(answer, x, y))
        if given.shape == (len(wanted) - 1,):
            raise Hint("The first is missing: left of the first point the slope is 0, and it changes there, too.")
        given = as_numbers(given, wanted.shape)
        first = _differs(given, wanted)
        if first is not None:
            explain(given, {
                "These are the slopes of the pieces. By how much does the slope change at each point?": steepness,
                "These are differences of y. A slope is that, divided by the difference of x.": np.diff(y),
                "These are changes of the differences of y. Divide each by the difference of x first.": (
                    np.diff(np.diff(y), prepend=0)
                ),
                "The sign: the slope after the point minus the slope before it.": -wanted,
                "It subtracts the slope of the piece after: prepend=0, not append=0.": np.diff(steepness, append=0),
                "You divide x by y: a slope is the difference of y over that of x.": (
                    np.diff(np.diff(x) / np.diff(y), prepend=0)
                ),
                "The slopes are added up. A ReLU's slope is the change: the piece minus the one before.": (
                    np.cumsum(steepness)
                ),
            })  # fmt: skip
            raise Hint(
                f"For x={x.tolist()} and y={y.tolist()} number {first[0] + 1} is {given[first]:.6g}; "
                f"{wanted[first]:.6g} is needed."
            )
    return "The slope of each piece, minus the one before; 0 before the first. That is all of interpolate."


@exercise("06.3", needs="a number")
def how_many(answer: object) -> str:
    """How many ReLUs for a gap a hundred times smaller?"""
    number = as_number(answer)
    slips = {
        1200: "A hundred times as many would make it ten thousand times smaller: twice as many make a quarter.",
        48: "Four times as many make the gap a sixteenth. A hundredth is needed.",
        24: "Twice as many make the gap a quarter. A hundredth is needed.",
        96: "Eight times as many make the gap 64 times smaller. Nearly enough.",
        192: "Sixteen times as many make the gap 256 times smaller: more than is needed.",
        10: "Ten times as many, yes. And how many is ten times 12?",
        144: "That is 12 · 12. The gap shrinks by the square of how many times as many there are.",
        300: "A quarter as small each time that the number is doubled, not each time that 12 are added.",
    }
    for slip, words in slips.items():
        if number == slip:
            raise Hint(words)
    if not 110 <= number <= 130:
        raise Hint("The gap shrinks with the square of the number. Which number has the square 100?")
    return "Ten times as many: 10² = 100. For a smooth curve, that is. For a jump, no number is enough."


@exercise("06.4", needs="a function that takes places, slopes, x, y and a rate", lines=4)
def one_step(answer: object) -> str:
    """A function: (places, slopes, x, y, rate) → the slopes after one step."""
    places, slopes = np.array([-1.0, 0.0, 0.5]), np.array([1.0, -2.0, 0.5])
    x, rate = np.linspace(-1, 1, 11), 0.1
    y = np.sin(2 * x)

    def gradient(activations: np.ndarray, factors: np.ndarray | None = None) -> np.ndarray:
        errors = slopes @ activations - y
        return 2 * (activations if factors is None else factors) @ errors / len(x)

    activations = np.maximum(x - places[:, None], 0)
    right = slopes - rate * gradient(activations)
    given = as_numbers(call(answer, places, slopes, x, y, rate), slopes.shape)
    first = _differs(given, right, rtol=1e-4)
    if first is None:
        return "2 · mean((f − y) · activation). Training takes such a step for every number of a network."
    step = rate * gradient(activations)
    explain(given, {
        "That is the gradient. The new slopes are the old ones minus rate times it.": step / rate,
        "That is the step alone. Subtract it from the old slopes.": step,
        "That is minus the step alone. Add it to the old slopes.": -step,
        "It goes uphill: the step is subtracted.": slopes + step,
        "Half of the step. The derivative of a square has a 2 in front: 2 · (f − y) · ...": slopes - step / 2,
        "The loss is a mean: divide by the number of points.": slopes - step * len(x),
        "The rate is missing: subtract rate times the gradient.": slopes - step / rate,
        "The slopes have not changed.": slopes,
        "f grows with a slope by the ReLU's activation, x − place where it is positive, not by 1.": (
            slopes - rate * gradient(activations, (activations > 0).astype(float))
        ),
        "The derivative is the activation alone. The slope as a factor is for another derivative.": (
            slopes - rate * gradient(activations, slopes[:, None] * activations)
        ),
        "The ReLU is missing: x − place where that is positive, else 0.": (
            slopes - rate * gradient(x - places[:, None])
        ),
        "These ReLUs rise to the left. Flat on the left is relu(x − place).": (
            slopes - rate * gradient(np.maximum(places[:, None] - x, 0))
        ),
    }, rtol=1e-4)  # fmt: skip
    raise Hint(
        f"New slope {first[0] + 1} is {given[first]:.6g}; {right[first]:.6g} is needed. "
        "For each ReLU: the mean over the points of 2 · (f(x) − y) · relu(x − place)."
    )


@exercise("06.5", needs="a function that takes a path and a size", lines=3)
def counts(answer: object) -> str:
    """A function: (path, size) → how many positions lie in each cell, rows y, columns x."""
    path = np.array([[0.13, 0.92], [0.13, 0.92], [0.14, 0.96], [0.55, 0.55], [1.0, 1.0], [0.0, 0.0], [0.99, 0.33]])

    def cells(factor: float, size: int, rounded: bool = False) -> np.ndarray:
        scaled = np.rint(path * factor) if rounded else path * factor
        columns, rows = np.minimum(scaled.astype(int), size - 1).T
        found = np.zeros((size, size))
        np.add.at(found, (rows, columns), 1)
        return found

    for size in (4, 10):
        wanted = cells(size, size)
        try:
            given = as_numbers(call(answer, path, size), (size, size))
        except Hint as stopped:
            if "out of bounds" not in str(stopped):
                raise
            raise Hint(
                f"There is no cell {size}: the last one is {size - 1}. Where do you put a position at exactly 1?"
            ) from None
        first = _differs(given, wanted)
        if first is None:
            continue
        explain(given, {
            "Rows and columns are swapped: the row is y, the column is x. counts[row, column]": wanted.T,
            "Positions in the same cell count once. counts[rows, columns] += 1 does that: use np.add.at.": wanted > 0,
            "It is upside down: on a screen y grows downwards, as the rows of an array do.": wanted[::-1],
            "These are shares of all positions. Count them.": wanted / len(path),
            "The numbers are rounded. A cell begins at a whole number: cut the decimals off, with int.": (
                cells(size, size, rounded=True)
            ),
            "Multiply by size, not by size − 1: the last cell is as wide as the others.": cells(size - 1, size),
        })  # fmt: skip
        if given.sum() < len(path):
            raise Hint(f"{given.sum():g} of {len(path)} positions are counted. Is the one at exactly 1 among them?")
        raise Hint(
            f"With size={size} cell {first} has {given[first]:g} positions; {wanted[first]:g} are in it. "
            f"The row is int(y · {size}), the column int(x · {size})."
        )
    return "That is the heat map before the colours. np.histogram2d does the same, with rows and columns to look after."


@exercise("06.6", needs="a list: the function fit, and a tuple of its arguments", lines=12)
def own_fit(answer: object) -> str:
    """[fit, (x, y, start, rate, steps)]: a sum of ReLUs fitted by gradient descent, and a run on one's own function."""
    if not isinstance(answer, (list, tuple)) or len(answer) != 2:
        raise Hint(f"Your answer is {kind_of(answer)}. A list of two is needed: [fit, (x, y, start, rate, steps)]")
    x = torch.linspace(-1, 1, 21)
    y = torch.sin(2 * x) + 0.3
    start = [torch.tensor(one) for one in ([1.0, -0.8, 0.5], [0.2, 0.4, -0.1], [0.5, -0.3, 0.7], 0.1)]
    compare_run(run(answer[0], x, y, start, 0.1, 12), x, y, start)
    check_own(*answer)
    return "Forward, loss, backward, step: gradient descent by yourself, on a function of your own."
