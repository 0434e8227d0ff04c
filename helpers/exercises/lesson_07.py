"""What lesson 07 asks: layers that multiply pieces, equal parameters, code without loops, and a person's interval."""

from itertools import pairwise
from typing import Any

import numpy as np

from ..lessons.depth import count_parameters, fit_networks, tent
from ..statistics import wilson_interval
from .answers import Hint, as_array, as_number, as_numbers, call, kind_of
from .registry import exercise, prediction, quiz_question

quiz_question(
    "07.1",
    "With 901 parameters each, deep networks found the saw of 16 pieces from some starts, and wide ones from none. So:",
    ("deep networks are better than wide ones",
     "On the wave the wide one was even better. It depends on the function."),
    ("a wide network with 300 ReLUs cannot draw the saw",
     "It can: the lesson drew the saw with 16 ReLUs. Training did not find it."),
    ("for this function, depth made a good fit easier to find, but not certain",
     "That is what we measured: some deep starts found it, others did not, and no wide one did.", True),
)  # fmt: skip

prediction("07.1", "how many times as fast, as a power of ten from 0 to 6: 2 for a hundred", within=0.7, between=(0, 6))


@exercise("07.1", needs="a function that takes an array and a whole number", lines=3)
def saw(answer: object) -> str:
    """A function: (u, times) → the tent put into itself so many times."""
    u = np.linspace(0, 1, 33)
    for times in (1, 2, 3):
        wanted = _saw(u, times)
        given = as_numbers(call(answer, u, times), u.shape)
        if np.allclose(given, wanted, atol=1e-6):
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
        if np.allclose(given, _saw(u * times % 1, 1)):
            raise Hint(f"That is {times} tents side by side. One in the other, each doubles their number.")
        if np.allclose(given, _saw(u, 1) ** times):
            raise Hint("You multiplied tents. Use the output of one as the input of the next.")
        at = int(np.argmin(np.isclose(given, wanted)))
        raise Hint(
            f"For times={times} it gives {given[at]:.6g} at u={u[at]:g}; {wanted[at]:.6g} is needed. "
            "The tent is 2 relu(u) − 4 relu(u − 0.5)."
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
    if 19 < layers < 20:
        raise Hint("That is the power of 2 itself. Layers come whole, and a million or more is asked for: round up.")
    if layers == 21:
        raise Hint("21 layers are enough, but one fewer makes a million pieces as well.")
    if layers == 10:
        raise Hint("A layer has two ReLUs, and still doubles the pieces only once: 2 to the tenth is 1,024.")
    if 13 < layers < 15:
        raise Hint("That is the natural logarithm. A layer doubles: take the logarithm to base 2, np.log2.")
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
    if np.allclose(given, np.abs(before)):
        raise Hint("Negative sums lost their sign. A ReLU makes them 0.")
    if np.allclose(given, np.maximum(np.maximum(inputs, 0) @ weights.T + biases, 0)):
        raise Hint("The inputs went through a ReLU, too. It comes after the sums, once.")
    right = np.maximum(before, 0)
    if not np.allclose(given, right, rtol=1e-4, atol=1e-5):
        at = tuple(np.argwhere(~np.isclose(given, right, rtol=1e-4, atol=1e-5))[0].tolist())
        raise Hint(f"Input {at[0]}, unit {at[1]}: it gives {given[at]:.6g}; {right[at]:.6g} is needed.")
    return "One line, no loop, and the same for a million inputs. It runs on a GPU as it is."


@exercise("07.5", needs="a function that takes two arrays", lines=3)
def nearest(answer: object) -> str:
    """A function: pictures (n, i), examples (m, i) → the index of the nearest example of each picture, (n,)."""
    rng = np.random.default_rng(0)
    pictures, examples = rng.normal(size=(12, 3)), rng.normal(size=(7, 3)) * np.linspace(0.3, 2, 7)[:, None]
    differences = pictures[:, None] - examples
    squares = (differences**2).sum(axis=2)
    wanted = squares.argmin(axis=1)
    given = as_array(call(answer, pictures, examples))
    if given.shape == squares.shape:
        raise Hint("Those are the distances, (n, m). Which example has the smallest? .argmin(axis=1)")
    if given.shape == (len(examples),):
        raise Hint("It gives one index for each example. One for each picture is needed: the other axis.")
    if given.shape == () and given == squares.argmin():
        raise Hint("argmin without an axis gives one number for all pictures. One for each is needed: axis=1.")
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
    if np.array_equal(given, (pictures @ examples.T).argmax(axis=1)):
        raise Hint("That is the example with the largest dot product, which also grows with the size of its numbers.")
    if np.array_equal(given, np.abs(differences).sum(axis=2).argmin(axis=1)):
        raise Hint("You added absolute differences. Add the squared ones.")
    at = int(np.argmin(given == wanted))
    raise Hint(
        f"Picture {at} gets {given[at]:g}, and {wanted[at]} is nearest. Subtract, square, sum over the last axis."
    )


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
    if np.allclose(given, wilson_interval(76, 1424), atol=5e-4):
        raise Hint("You took 76 of 1,424. The mistakes are among all 1,500 images.")
    margin = 1.96 * np.sqrt(76 / 1500 * (1 - 76 / 1500) / 1500)
    if np.allclose(given, [76 / 1500 - margin, 76 / 1500 + margin], atol=3e-4):
        raise Hint("That is the share and 1.96 standard errors to each side. wilson_interval is asked for.")
    if not np.allclose(given, [low, high], rtol=0, atol=6e-4):
        raise Hint("Type wilson_interval(76, 1500), after: from helpers.statistics import wilson_interval")
    return (
        f"{100 * low:.1f} to {100 * high:.1f} %. The winner of 2014 lies above it, that of 2015 below, none in it. "
        "A second person, with 258 images and less practice, was wrong on 12 %."
    )


@exercise("07.7", needs="a dictionary with the keys 1, 2 and 4", lines=12)
def depth_experiment(answer: Any) -> str:
    """A project: {hidden layers: (sizes, parameters, multiplications, losses, error)}, on the saw of 8 pieces."""
    if not isinstance(answer, dict) or set(answer) != {1, 2, 4}:
        what = f"a dictionary with {list(answer)}" if isinstance(answer, dict) else kind_of(answer)
        raise Hint(f"Your answer is {what}. A dictionary with the keys 1, 2 and 4 is needed.")
    for depth, entry in answer.items():
        if not isinstance(entry, (tuple, list)) or len(entry) != 5:
            raise Hint(f"The entry {depth} needs five things: (sizes, parameters, multiplications, losses, error).")
        sizes, parameters, multiplications, losses, error = entry
        _check_sizes(depth, [int(size) for size in sizes])
        weights, points = sum(before * after for before, after in pairwise(sizes)), 129
        _check_number(f"The entry {depth} has {{}} parameters; {{}} is right.", as_number(parameters), {
            count_parameters(sizes): "",
            weights: "Those are the weights. Each hidden unit and the output has a bias as well.",
        })  # fmt: skip
        _check_number(f"The entry {depth} has {{}} multiplications; {{}} is right.", as_number(multiplications), {
            weights * points: "",
            weights: "That is for one number. How many are there in u?",
            count_parameters(sizes) * points: "You counted the biases: they are added, not multiplied.",
            2 * weights * points: "You counted the additions as well. Multiplications alone are asked for.",
            weights * points * 500: "That is for 500 times. One way through the network is asked for.",
        })  # fmt: skip
        _check_losses(depth, sizes, as_array(losses))
        last = np.sqrt(as_array(losses)[:, -1])
        sentence = f"The error of the entry {depth} is {{}}; {{}} is needed."
        _check_number(sentence, as_number(error), rtol=2e-3, meanings={
            np.median(last): "",
            np.mean(last): "That is the mean over the starts. The median is asked for.",
            np.min(last): "That is the best start. The median of the four is asked for.",
            np.max(last): "That is the worst start. The median of the four is asked for.",
            np.median(last**2): "That is the median of the squared errors. Take the root.",
            np.sqrt(np.median(last**2)): "Take the root of each start's error first, and then the median.",
        })  # fmt: skip
    errors = ", ".join(f"{depth}: {as_number(answer[depth][4]):.3f}" for depth in (1, 2, 4))
    return f"Median errors by depth, {errors}. One saw, one budget and four starts: say so when you report it."


def _check_sizes(depth: int, sizes: list[int]) -> None:
    """The sizes are those of the widest network with so many equal hidden layers and at most 400 parameters."""
    hidden = sizes[1:-1]
    if len(hidden) != depth or sizes[0] != 1 or sizes[-1] != 1:
        raise Hint(f"The entry {depth} has sizes={sizes}: one number in, {depth} hidden, one number out are needed.")
    if len(set(hidden)) != 1:
        raise Hint(f"The hidden layers of {sizes} differ in width. Within a network they are to be equal.")
    wider = [1, *[hidden[0] + 1] * depth, 1]
    if count_parameters(sizes) > 400:
        raise Hint(f"{sizes} has {count_parameters(sizes)} parameters. 400 is the most.")
    if count_parameters(wider) <= 400:
        raise Hint(f"{sizes} can be wider: {wider} has {count_parameters(wider)} parameters, and 400 are allowed.")


def _check_number(sentence: str, given: float, meanings: dict[Any, str], rtol: float = 0) -> None:
    """Raise the hint that belongs to a number; the first of the meanings is the right one."""
    right, *slips = meanings
    if np.isclose(given, right, rtol, 1e-6):
        return
    for slip in slips:
        if np.isclose(given, slip, rtol, 1e-6):
            raise Hint(meanings[slip])
    raise Hint(sentence.format(f"{given:,.6g}", f"{right:,.6g}"))


def _check_losses(depth: int, sizes: list[int], losses: np.ndarray) -> None:
    """The losses are those of 500 steps at 0.02 from the seeds 0 to 3: their first two tell all but the number."""
    if losses.shape != (4, 500):
        raise Hint(f"The losses of the entry {depth} have the shape {losses.shape}; (4, 500) is needed: starts, steps.")

    def first_two(times: int = 3, first_seed: int = 0, rate: float = 0.02) -> np.ndarray:
        u, seeds = np.linspace(0, 1, 129), range(first_seed, first_seed + 4)
        return fit_networks(sizes, u, tent(u, times), rate=rate, steps=10, seeds=seeds)[0][:, :2]

    right = first_two()
    if np.allclose(losses[:, :2], right, rtol=1e-3):
        return
    if np.allclose(losses[:, 0], right[:, 0], rtol=1e-3):
        slow = np.allclose(losses[:, :2], first_two(rate=0.01), rtol=1e-3)
        raise Hint(
            f"The entry {depth} was trained at {'a rate of 0.01' if slow else 'another rate'}. 0.02 is asked for."
        )
    for times in (2, 4):
        if np.allclose(losses[:, 0], first_two(times)[:, 0], rtol=1e-3):
            raise Hint(f"The entry {depth} was trained on the saw of {2**times} pieces. That of 8 is tent(u, 3).")
    if np.allclose(losses[:, 0], first_two(first_seed=1)[:, 0], rtol=1e-3):
        raise Hint(f"The entry {depth} has the seeds 1 to 4. 0 to 3 are asked for: range(4).")
    raise Hint(
        f"The first loss of the entry {depth} is {losses[0, 0]:.5g}; {right[0, 0]:.5g} is needed. "
        "Are u, its 129 points, the saw and the seeds as asked?"
    )
