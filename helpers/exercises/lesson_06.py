"""What lesson 06 asks: sums of ReLUs, what the approximation theorem promises, fitting, and paths as pictures."""

import numpy as np

from .answers import Hint, as_array, as_number, as_numbers, call
from .registry import exercise, prediction, quiz_question

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


@exercise("06.1", needs="a function that takes x, place, width and height", lines=3)
def hat(answer: object) -> str:
    """A function: (x, place, width, height) → a hat made of three ReLUs."""
    x = np.linspace(-3, 3, 25)
    for place, width, height in ((0.0, 1.0, 1.0), (0.5, 0.5, 2.0), (-1.0, 1.5, -0.5)):
        wanted = height * np.maximum(0, 1 - np.abs(x - place) / width)
        given = as_numbers(call(answer, x, place, width, height), x.shape)
        right = x > place + width + 1e-9
        if np.allclose(given, wanted):
            continue
        if np.allclose(given, wanted * width) and width != 1:
            raise Hint("The top is at height · width. A rise of height over width is a slope of height / width.")
        if np.allclose(given[~right], wanted[~right]):
            raise Hint("Right of the hat it does not come back to 0. A third ReLU must take the slope away again.")
        if np.allclose(given[x <= place], wanted[x <= place]):
            raise Hint("It climbs, and does not come down. At place the slope changes by −2 times the first slope.")
        if np.allclose(given, -wanted):
            raise Hint("It is upside down: the first slope is plus, the one at place minus.")
        raise Hint(
            f"For place={place:g}, width={width:g}, height={height:g} it gives {given[x == place].round(2).tolist()} "
            f"at place. It should be {height:g} there, and 0 from {place - width:g} outwards and {place + width:g} on."
        )
    return "Slopes of 1, −2 and 1, times height / width. Hats side by side can follow any curve."


@exercise("06.2", needs="a function that takes two arrays", lines=2)
def slope_changes(answer: object) -> str:
    """A function: points (x, y) → the slope of the ReLU at each point but the last."""
    x, y = np.array([0.0, 1.0, 3.0, 4.0, 4.5]), np.array([1.0, 3.0, 3.0, 0.0, 2.0])
    steepness = np.diff(y) / np.diff(x)
    wanted = np.diff(steepness, prepend=0)
    given = as_array(call(answer, x, y))
    if given.shape == (len(wanted) - 1,) and np.allclose(given, wanted[1:]):
        raise Hint("The first is missing: left of the first point the slope is 0, and it changes there, too.")
    given = as_numbers(given, wanted.shape)
    if np.allclose(given, steepness):
        raise Hint(
            "These are the slopes of the pieces. A ReLU adds to what is there: by how much does the slope change?"
        )
    if np.allclose(given, np.diff(y)) or np.allclose(given, np.diff(np.diff(y), prepend=0)):
        raise Hint("These are differences of y. A slope is that, divided by the difference of x.")
    if np.allclose(given, -wanted):
        raise Hint("The sign: the slope after the point minus the slope before it.")
    if not np.allclose(given, wanted):
        raise Hint(f"For x={x.tolist()} and y={y.tolist()} {wanted.round(3).tolist()} is needed.")
    return "The slope of each piece, minus the one before; 0 before the first. That is all of interpolate."


@exercise("06.3", needs="a number")
def how_many(answer: object) -> str:
    """How many ReLUs for a gap a hundred times smaller?"""
    number = as_number(answer)
    if number in (1200, 12 * 100):
        raise Hint("A hundred times as many would make it ten thousand times smaller: twice as many make a quarter.")
    if number in (24, 48):
        raise Hint("Twice as many make the gap a quarter, four times as many a sixteenth. A hundredth is needed.")
    if number == 10:
        raise Hint("Ten times as many, yes. And how many is ten times 12?")
    if not 100 <= number <= 140:
        raise Hint("The gap shrinks with the square of the number. Which number has the square 100?")
    return "Ten times as many: 10² = 100. For a smooth curve, that is. For a jump, no number is enough."


@exercise("06.4", needs="a function that takes places, slopes, x, y and a rate", lines=4)
def one_step(answer: object) -> str:
    """A function: (places, slopes, x, y, rate) → the slopes after one step."""
    places, slopes = np.array([-1.0, 0.0, 0.5]), np.array([1.0, -2.0, 0.5])
    x, rate = np.linspace(-1, 1, 11), 0.1
    y = np.sin(2 * x)
    activations = np.maximum(x - places[:, None], 0)
    errors = slopes @ activations - y
    gradient = 2 * activations @ errors / len(x)
    given = as_numbers(call(answer, places, slopes, x, y, rate), slopes.shape)
    if np.allclose(given, gradient):
        raise Hint("That is the gradient. The new slopes are the old ones minus rate times it.")
    if np.allclose(given, rate * gradient) or np.allclose(given, -rate * gradient):
        raise Hint("That is the step alone. Subtract it from the old slopes.")
    if np.allclose(given, slopes + rate * gradient):
        raise Hint("It goes uphill: the step is subtracted.")
    if np.allclose(given, slopes - rate * gradient / 2):
        raise Hint("Half of the step. The derivative of a square has a 2 in front: 2 · (f − y) · ...")
    if np.allclose(given, slopes - rate * gradient * len(x)):
        raise Hint("The loss is a mean: divide by the number of points.")
    if not np.allclose(given, slopes - rate * gradient):
        raise Hint(
            "For each ReLU: the mean over the points of 2 · (f(x) − y) · relu(x − place). Subtract rate times it."
        )
    return "2 · mean((f − y) · activation). Training takes such a step for every number of a network."


@exercise("06.5", needs="a function that takes a path and a size", lines=3)
def counts(answer: object) -> str:
    """A function: (path, size) → how many positions lie in each cell, rows y, columns x."""
    path = np.array([[0.13, 0.92], [0.13, 0.92], [0.14, 0.96], [0.55, 0.55], [1.0, 1.0], [0.0, 0.0], [0.99, 0.33]])
    for size in (4, 10):
        columns, rows = np.minimum((path * size).astype(int), size - 1).T
        wanted = np.zeros((size, size))
        np.add.at(wanted, (rows, columns), 1)
        try:
            given = as_numbers(call(answer, path, size), (size, size))
        except Hint as stopped:
            if "out of bounds" not in str(stopped):
                raise
            raise Hint(
                f"There is no cell {size}: the last one is {size - 1}. Where do you put a position at exactly 1?"
            ) from None
        if np.allclose(given, wanted):
            continue
        if np.allclose(given, wanted.T):
            raise Hint("Rows and columns are swapped: the row is y, the column is x. counts[row, column]")
        if np.allclose(given, wanted > 0):
            raise Hint("Positions in the same cell count once. counts[rows, columns] += 1 does that: use np.add.at.")
        if np.allclose(given, wanted[::-1]):
            raise Hint("It is upside down: on a screen y grows downwards, as the rows of an array do.")
        if given.sum() < len(path):
            raise Hint(f"{given.sum():g} of {len(path)} positions are counted. Is the one at exactly 1 among them?")
        raise Hint(f"With size={size} a position belongs to the row int(y · {size}) and the column int(x · {size}).")
    return "That is the heat map before the colours. np.histogram2d does the same, with rows and columns to look after."
