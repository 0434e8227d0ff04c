"""What lesson 07 asks: layers that multiply pieces, equal parameters, code without loops, and a person's interval."""

import numpy as np

from ..statistics import wilson_interval
from .answers import Hint, as_array, as_number, as_numbers, call
from .registry import exercise, prediction, quiz_question

quiz_question(
    "07.1",
    "With 901 parameters each, deep networks found the saw of 16 pieces from some starts, and wide ones from none. So:",
    (
        "deep networks are better than wide ones",
        "On the wave the wide one was even better. It depends on the function.",
    ),
    (
        "a wide network with 300 ReLUs cannot draw the saw",
        "It can: the lesson drew the saw with 16 ReLUs. Training did not find it.",
    ),
    (
        "for this function, depth made a good fit easier to find, but not certain",
        "That is what we measured: some deep starts found it, others got stuck, and no wide one found it.",
        True,
    ),
)

prediction("07.1", "how many times as fast, as a power of ten from 0 to 6: 2 for a hundred", within=0.7, between=(0, 6))


@exercise("07.1", needs="a function that takes an array and a whole number", lines=3)
def saw(answer: object) -> str:
    """A function: (u, times) → the tent put into itself so many times."""
    u = np.linspace(0, 1, 33)
    for times in (1, 2, 3):
        wanted = _saw(u, times)
        given = as_numbers(call(answer, u, times), u.shape)
        if np.allclose(given, wanted):
            continue
        if np.allclose(given, wanted * 0.5**times) or np.allclose(given, np.minimum(u, 1 - u)):
            raise Hint("It is not high enough: the tent climbs from 0 to 1, with a slope of 2.")
        if np.allclose(given[u <= 0.5], 2 * u[u <= 0.5]) and (given[u > 0.5] >= 1).all():
            raise Hint("It climbs and does not come down: the second ReLU takes 4 (u − 0.5) away.")
        if np.allclose(given, times * _saw(u, 1)):
            raise Hint("You added tents. Use the output of one as the input of the next.")
        if np.allclose(given, _saw(u, 1)) or np.allclose(given, _saw(u, times - 1)) or np.allclose(given, u):
            raise Hint(
                f"With times={times} it should be {times} tents, one in the other. How often does your loop run?"
            )
        if np.allclose(given, _saw(u, times + 1)):
            raise Hint(f"That is one tent too many: with times={times} there are {times}.")
        raise Hint(
            f"For times={times} it gives {given[1:4].round(3).tolist()} at u={u[1:4].round(3).tolist()}; "
            f"{wanted[1:4].round(3).tolist()} is needed. The tent is 2 relu(u) − 4 relu(u − 0.5)."
        )
    return "Two ReLUs again and again, and each time twice as many pieces. That is what depth can do."


def _saw(u: np.ndarray, times: int) -> np.ndarray:
    """The tent, put into itself: 1 − |2u − 1|, again and again."""
    for _ in range(times):
        u = 1 - np.abs(2 * u - 1)
    return u


@exercise("07.2", needs="a number")
def layers_for_a_million(answer: object) -> str:
    """How many hidden layers of two ReLUs make a million pieces?"""
    layers = as_number(answer)
    if layers == 19:
        raise Hint("2 to the 19th is 524,288. One more doubles it.")
    if layers == 40:
        raise Hint("That is the number of ReLUs: two in each layer.")
    if layers in (500_000, 1_000_000, 999_999):
        raise Hint("That would be one hidden layer, a ReLU for each corner. Each further layer doubles the pieces.")
    if layers == 6:
        raise Hint("A million is 10 to the sixth, but a layer doubles the pieces: 2 to which power?")
    if layers != 20:
        raise Hint("One layer makes 2 pieces, two make 4, three make 8. When are there a million?")
    return f"2 to the 20th is {2**20:,}. Forty ReLUs, where one hidden layer needs a million."


@exercise("07.3", needs="a number")
def equal_width(answer: object) -> str:
    """How many units does [2, units, 1] need for as many parameters as [2, 10, 10, 10, 1]?"""
    units = as_number(answer)
    if units == 30:
        raise Hint("Equal units are not equal parameters: between two layers of 10 there are 10 · 10 weights.")
    if units == 261:
        raise Hint("That is the number of parameters of [2, 10, 10, 10, 1]. How many does [2, units, 1] have?")
    if 86 <= units <= 87:
        raise Hint("3 · units + 1 is for one input. With two, each hidden unit has one weight more.")
    if units in (57, 57.5, 58, 76, 77):
        raise Hint("Do you count the biases as well? Each unit has one, the output too.")
    if 65 < units <= 66:
        raise Hint("Close: the output has a bias as well, so take 1 away before you divide.")
    if units != 65:
        raise Hint("(inputs + 1) · outputs, for each layer, and added up. For [2, units, 1]: 3 · units + units + 1.")
    return "30 + 110 + 110 + 11 = 261, and 4 · 65 + 1 = 261, too."


@exercise("07.4", needs="a function that takes inputs, weights and biases")
def layer(answer: object) -> str:
    """A function: inputs (n, i), weights (u, i), biases (u,) → relu(inputs · weights + biases), (n, u)."""
    rng = np.random.default_rng(0)
    inputs, weights, biases = rng.normal(size=(5, 3)), rng.normal(size=(4, 3)), rng.normal(size=4)
    before = inputs @ weights.T + biases
    try:
        given = as_array(call(answer, inputs, weights, biases))
    except Hint as stopped:
        if "matmul" not in str(stopped) and "not aligned" not in str(stopped):
            raise
        raise Hint(
            "The shapes do not fit: (n, i) @ (u, i). Transpose the weights with .T: then (n, i) @ (i, u) gives (n, u)."
        ) from None
    if given.shape == (4, 5):
        raise Hint("Rows and columns are swapped: a row for each input, a column for each unit.")
    given = as_numbers(given, (5, 4))
    if np.allclose(given, before):
        raise Hint("The ReLU is missing: negative sums become 0.")
    if np.allclose(given, np.maximum(inputs @ weights.T, 0)):
        raise Hint("The biases are missing. They are added before the ReLU.")
    if np.allclose(given, np.maximum(inputs @ weights.T, 0) + biases):
        raise Hint(
            "The biases are added after the ReLU. They belong inside, or every unit has its corner where the sum is 0."
        )
    if not np.allclose(given, np.maximum(before, 0)):
        raise Hint("It is np.maximum of the weighted sums and 0. @ multiplies matrices, .T swaps rows and columns.")
    return "One line, no loop, and the same for a million inputs. It runs on a GPU as it is."


@exercise("07.5", needs="a function that takes two arrays", lines=3)
def nearest(answer: object) -> str:
    """A function: pictures (n, i), examples (m, i) → the index of the nearest example of each picture, (n,)."""
    rng = np.random.default_rng(0)
    pictures, examples = rng.normal(size=(12, 3)), rng.normal(size=(7, 3))
    differences = pictures[:, None] - examples
    squares = (differences**2).sum(axis=2)
    wanted = squares.argmin(axis=1)
    given = as_array(call(answer, pictures, examples))
    if given.shape == squares.shape:
        raise Hint("Those are the distances, (n, m). Which example has the smallest? .argmin(axis=1)")
    if given.shape == (len(examples),):
        raise Hint("It gives one index for each example. One for each picture is needed: the other axis.")
    given = as_numbers(given, wanted.shape)
    if np.array_equal(given, wanted):
        return "All n times m distances without a loop. A classifier that answers so is called nearest neighbour."
    if np.allclose(given, squares.min(axis=1)) or np.allclose(given, np.sqrt(squares.min(axis=1))):
        raise Hint("Those are the smallest distances. The index is needed: argmin in place of min.")
    if np.array_equal(given, squares.argmax(axis=1)):
        raise Hint("Those are the farthest examples: argmin, not argmax.")
    if np.array_equal(given, differences.sum(axis=2).argmin(axis=1)):
        raise Hint(
            "The differences are not squared, so a positive one in one column cancels a negative one in another."
        )
    if np.array_equal(given, np.abs(differences).sum(axis=2).argmin(axis=1)):
        raise Hint("You added absolute differences. Add the squared ones.")
    raise Hint(f"It gives {given.tolist()}; {wanted.tolist()} is needed. Subtract, square, sum over the last axis.")


@exercise("07.6", needs="two fractions")
def interval_of_a_person(answer: object) -> str:
    """The 95 % interval of 76 mistakes in 1,500 pictures."""
    low, high = wilson_interval(76, 1500)
    given = as_array(answer)
    if given.shape != (2,):
        raise Hint(f"An interval is two numbers, its lower and its upper end; yours has the shape {given.shape}.")
    if np.allclose(given, [100 * low, 100 * high], rtol=0.02):
        raise Hint("Those are percentages. Give fractions: 5 % is 0.05.")
    if np.allclose(given, [1 - high, 1 - low], atol=5e-4):
        raise Hint("That is the interval of the right answers. Take the mistakes: 76 of 1,500.")
    if np.allclose(given, [high, low], atol=5e-4):
        raise Hint("The lower end comes first.")
    if np.allclose(given, [76 / 1500, 76 / 1500], atol=5e-4):
        raise Hint("That is the share itself. How far may it be off by chance alone? wilson_interval(76, 1500)")
    if not np.allclose(given, [low, high], atol=1.5e-3):
        raise Hint("Type wilson_interval(76, 1500), after: from helpers.statistics import wilson_interval")
    return (
        f"{100 * low:.1f} to {100 * high:.1f} %. The winner of 2014 lies above it, that of 2015 below, none in it. "
        "A second person, with 258 images and less practice, was wrong on 12 %."
    )
