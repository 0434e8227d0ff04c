"""What lesson 05 asks: the bends between the layers, their slopes, dead units, and layers that are one."""

import itertools
import math
from collections.abc import Callable

import numpy as np

from .answers import Hint, as_array, as_number, call
from .registry import exercise, prediction, quiz_question

quiz_question(
    "05.1",
    "Twenty linear layers, one after the other, and no bend in between. What can they draw that one layer cannot?",
    (
        "curves, because they have so many more numbers",
        "Multiply the twenty matrices: one matrix is left. The numbers are many, the functions are the same.",
    ),
    (
        "nothing",
        "The product of matrices is a matrix. What depth is good for begins with the bend.",
        True,
    ),
    (
        "twenty straight lines instead of one",
        "Twenty units side by side with a bend would do that. In a row, and straight, they make one line.",
    ),
)

quiz_question(
    "05.2",
    "A ReLU unit gives 0 for every input of the training set. Why does training not bring it back?",
    (
        "its weights are 0",
        "They may be large. What is 0 is its output, and the slope of its bend.",
    ),
    (
        "the learning rate is too small by now",
        "A larger one would not help: rate times 0 is 0.",
    ),
    (
        "its slope is 0 for every input, so no gradient passes through it to its weights",
        "Every step multiplies by that 0. Only a change in the layers before it can lift it again.",
        True,
    ),
)

quiz_question(
    "05.3",
    "In the race ReLU, leaky ReLU and GELU were all right about nearly every fresh point. Which is best?",
    (
        "the one with the highest mean",
        "Run it with other seeds, and another one has it. The bands lie over each other.",
    ),
    (
        "this problem and these seeds cannot tell",
        "Their bands overlap. Take the simplest, ReLU, until you see a reason for another.",
        True,
    ),
    (
        "they are equal: it makes no difference ever",
        "That is too much. On other problems, and in deeper networks, there may be a difference.",
    ),
)

prediction("05.1", "how many percent of fresh points are right with linear layers only?", within=8, unit="%")
prediction("05.2", "the gradient's size in layer 1 as a power of ten: −3 for 0.001", within=2)
prediction("05.3", "how many percent of the numbers after the last ReLU are 0?", within=10, unit="%")

POINTS = np.array([-3.0, -0.5, 0.0, 0.25, 2.0])


def _values(answer: object, wanted: np.ndarray, *arguments: object) -> np.ndarray:
    """What the reader's function gives, as an array of the wanted shape."""
    try:
        given = as_array(call(answer, *arguments))
    except Hint as hint:
        if "ambiguous" in str(hint):
            raise Hint("`if` asks about one number, and this is an array. Use np.where or np.maximum.") from None
        raise
    if given.shape != wanted.shape:
        raise Hint(f"Given the shape {wanted.shape}, it gives {given.shape}. One number for each is needed.")
    return given


@exercise("05.1", needs="a function that takes an array")
def relu(answer: object) -> str:
    """A function: x of any shape → max(0, x) for each number."""
    wanted = np.maximum(POINTS, 0)
    given = _values(answer, wanted, POINTS)
    if np.allclose(given, np.minimum(POINTS, 0)):
        raise Hint("You kept the negative numbers. The positive ones stay, the others become 0.")
    if np.allclose(given, np.abs(POINTS)):
        raise Hint("You took the sign away. A negative number becomes 0.")
    if np.allclose(given, POINTS > 0):
        raise Hint("That is its slope, 0 or 1. Its value right of 0 is x itself.")
    if not np.allclose(given, wanted):
        raise Hint(f"Given {POINTS.tolist()}, it gives {given.round(3).tolist()}; {wanted.tolist()} is needed.")
    _values(answer, POINTS.reshape(1, 5), POINTS.reshape(1, 5))
    return "max(0, x), number by number. Nothing in a network is simpler, and nothing bends more often."


@exercise("05.2", needs="a function that takes an array and alpha", lines=2)
def leaky_relu(answer: object) -> str:
    """A function: (x, alpha) → x where it is positive, alpha · x elsewhere."""
    for alpha in (0.1, 0.3):
        wanted = np.where(POINTS > 0, POINTS, alpha * POINTS)
        given = _values(answer, wanted, POINTS, alpha)
        if np.allclose(given, np.maximum(POINTS, 0)):
            raise Hint("That is ReLU: left of 0 it gives 0. A leaky one gives alpha · x there.")
        if np.allclose(given, np.where(POINTS > 0, POINTS, alpha)):
            raise Hint("Left of 0 you give alpha itself. It is the slope there: the value is alpha · x.")
        if np.allclose(given, np.where(POINTS > 0, POINTS, -alpha * POINTS)):
            raise Hint("Left of 0 the values should be negative: alpha · x, with x as it is.")
        if np.allclose(given, np.where(POINTS > 0, alpha * POINTS, POINTS)):
            raise Hint("The two sides are swapped: x stays on the right.")
        if not np.allclose(given, wanted):
            raise Hint(f"With alpha = {alpha} and {POINTS.tolist()}, {wanted.tolist()} is needed.")
    return "For 0 < alpha < 1 it is the same as np.maximum(x, alpha * x)."


@exercise("05.3", needs="a number")
def slope_of_the_sigmoid(answer: object) -> str:
    """What is the slope of the sigmoid at 0?"""
    slope = as_number(answer)
    if math.isclose(slope, 0.5):
        raise Hint("That is its value at 0. Its slope is value times one minus value.")
    if math.isclose(slope, 1.0):
        raise Hint("That is the slope of tanh at 0, and of ReLU right of it.")
    if slope == 0:
        raise Hint("At 0 it is steepest. Far out, at both ends, its slope comes near 0.")
    if not math.isclose(slope, 0.25, abs_tol=1e-6):
        raise Hint("Put σ(0) into σ · (1 − σ).")
    return "0.5 · (1 − 0.5) = 0.25, and nowhere is it steeper."


@exercise("05.4", needs="a function that takes a function and x", lines=2)
def numerical_gradient(answer: object) -> str:
    """A function: (f, x) → the slope of f at x, from two values of f."""
    cases: list[tuple[Callable, Callable]] = [(np.tanh, lambda x: 1 - np.tanh(x) ** 2), (np.exp, np.exp)]
    points = np.array([-1.0, 0.0, 0.5, 2.0])
    for function, derivative in cases:
        given, wanted = _values(answer, points, function, points), derivative(points)
        if np.allclose(given, 2 * wanted, rtol=0.02):
            raise Hint("Twice too large: the two points lie 2h apart, if you go h to each side.")
        if np.allclose(given, -wanted, rtol=0.02):
            raise Hint("The sign: the value on the right minus the value on the left.")
        if np.allclose(given, function(points), rtol=1e-3) and function is np.tanh:
            raise Hint("That is the value of the function. Take two values close together, and see how it changes.")
        if np.abs(given).max() < 0.1 and np.abs(wanted).max() > 0.5:
            raise Hint("That is how much the value changes. Divide by how far apart the two points lie.")
        if not np.allclose(given, wanted, rtol=0.02) and np.abs(given - wanted).max() < 0.5:
            raise Hint("Near, but not near enough. Do the two points lie close together, such as 0.001 apart?")
        if not np.allclose(given, wanted, rtol=0.02):
            raise Hint(
                f"At {points.tolist()} it gives {given.round(3).tolist()}; {wanted.round(3).tolist()} is needed."
            )
    return "Rise over run, with a small run. It works for any function, and so it checks every formula."


@exercise("05.5", needs="a function that takes an array (inputs, units)", lines=2)
def dead_units(answer: object) -> str:
    """A function: activations (inputs, units) → how many units are 0 for every input."""
    for activations in (
        np.array([[0.0, 1.0, 0.0, 0.0, 2.0], [0.0, 0.0, 3.0, 0.0, 1.0], [0.0, 2.0, 0.0, 0.0, 1.0]]),
        np.array([[0.0, -1.0, 0.0, 0.0], [0.0, 1.0, 5.0, 2.0]]),
        np.array([[0.0, -1.0, -2.0], [0.0, -2.0, -1.0]]),
    ):
        zero = activations == 0
        wanted, given = int(zero.all(axis=0).sum()), as_number(call(answer, activations))
        if given == wanted:
            continue
        if given == zero.sum():
            raise Hint("That counts every 0. A unit is dead where its whole column is 0: .all(axis=0).")
        if given == zero.any(axis=0).sum():
            raise Hint("That counts units which are 0 for some input. Dead is 0 for all of them.")
        if given == zero.all(axis=1).sum():
            raise Hint("You looked along the rows. A row is an input; a unit is a column.")
        if given == (activations <= 0).all(axis=0).sum():
            raise Hint("A unit that is below 0 is not dead: a leaky one gives such numbers. Ask for 0 itself.")
        if given == (activations.sum(axis=0) == 0).sum():
            raise Hint("A column's sum may be 0 by −1 + 1. Ask of each number whether it is 0.")
        raise Hint(f"For {activations.tolist()} it gives {given:g}; {wanted} is needed.")
    return "All of a column is 0, counted over the columns. Over one small batch a unit may only look dead."


@exercise("05.6", needs="a function that takes two matrices and two offsets", lines=3)
def composed(answer: object) -> str:
    """A function: (W1, b1, W2, b2) → (W, b), the one linear layer that does what both do."""
    rng = np.random.default_rng(0)
    stopped = None
    for inputs, units, outputs in ((3, 5, 2), (3, 3, 3)):
        parts = [rng.normal(size=shape) for shape in ((units, inputs), units, (outputs, units), outputs)]
        first, first_offset, second, second_offset = parts
        try:
            result = call(answer, *parts)
        except Hint as hint:  # square layers may tell more: there W1 @ W2 can be computed
            stopped = stopped or hint
            continue
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise Hint("Give two things back: return W, b")
        matrix, offset = as_array(result[0]), as_array(result[1])
        if matrix.shape == (inputs, outputs) and inputs != outputs:
            raise Hint(f"W has the shape {matrix.shape}. In W x the rows are what comes out: {(outputs, inputs)}.")
        if matrix.shape != (outputs, inputs):
            raise Hint(f"W has the shape {matrix.shape}; from {inputs} numbers to {outputs} it is {(outputs, inputs)}.")
        if np.allclose(matrix, first @ second if inputs == outputs else np.nan):
            raise Hint("The order: the first layer's matrix stands on the right, next to x. W2 @ W1.")
        if not np.allclose(matrix, second @ first):
            raise Hint("W is not the product of both. Matrices are multiplied with @: W2 @ W1.")
        if offset.shape != (outputs,):
            raise Hint(f"b has the shape {offset.shape}; one number for each output is needed, {(outputs,)}.")
        if np.allclose(offset, second_offset):
            raise Hint("You kept only b2. The first offset goes through the second layer, too: W2 @ b1.")
        if np.allclose(offset, second @ first_offset):
            raise Hint("W2 @ b1 is right. What does the second layer add?")
        if np.allclose(offset, first_offset + second_offset if units == outputs else np.nan):
            raise Hint("b1 is multiplied by the second layer before b2 is added: W2 @ b1 + b2.")
        if not np.allclose(offset, second @ first_offset + second_offset):
            raise Hint("Multiply out W2 (W1 x + b1) + b2: what stands there without x is b.")
    if stopped:
        raise stopped
    return "W2 @ W1 and W2 @ b1 + b2. Do it again and again, and any number of layers is one."


@exercise("05.7", needs="a number")
def ten_sigmoids(answer: object) -> str:
    """What share of a gradient is left after ten sigmoids, at best?"""
    share = as_number(answer)
    if math.isclose(share, 4**10):
        raise Hint("That is how many times smaller it gets. What is left is one divided by it.")
    if math.isclose(share, 2.5) or math.isclose(share, 10 * 0.25):
        raise Hint("The slopes are multiplied, not added.")
    if math.isclose(share, 0.25):
        raise Hint("That is one sigmoid. There are ten, one after the other.")
    if math.isclose(share, 0.5**10, rel_tol=0.01):
        raise Hint("0.5 is the largest sigmoid's value in the middle. Its slope there is half of that.")
    if not math.isclose(share, 0.25**10, rel_tol=0.05):
        raise Hint("Each sigmoid multiplies by its slope, at most 0.25. Ten in a row: a power.")
    return "0.25 to the tenth: less than a millionth. Away from the middle it is even less."


@exercise("05.8", needs="a function that takes x, a list of (W, b) and a function", lines=4)
def forward(answer: object) -> str:
    """A function: (x, layers, bend) → what a network gives: W x + b, the bend in between, none after the last."""
    rng = np.random.default_rng(0)
    sizes = [3, 4, 4, 2]
    layers = [(rng.normal(size=(rows, columns)), rng.normal(size=rows)) for columns, rows in itertools.pairwise(sizes)]
    x = rng.normal(size=3)

    def result(bends: tuple[bool, ...], offsets: bool = True) -> np.ndarray:
        values = x
        for (matrix, offset), bent in zip(layers, bends, strict=True):
            values = matrix @ values + (offset if offsets else 0)
            values = np.maximum(values, 0) if bent else values
        return values

    wanted = result((True, True, False))
    try:
        given = as_array(call(answer, x, layers, lambda values: np.maximum(values, 0)))
    except Hint as hint:
        if "ValueError" in str(hint):  # NumPy's own sentence is about its axes
            raise Hint("Shapes do not fit. W @ x + b, the matrix first, and each pair is (W, b).") from None
        raise
    if given.shape == (4,):
        raise Hint("It gives what a hidden layer gives. Does your loop go on to the last layer?")
    if given.shape != (2,):
        raise Hint(f"It gives the shape {given.shape}; the last layer gives (2,).")
    if np.allclose(given, result((True, True, True))) and (wanted < 0).any():
        raise Hint("After the last layer comes no bend: a score may be negative.")
    if np.allclose(given, result((False, False, False))):
        raise Hint("There is no bend in it, so it is one linear layer. Call bend between the layers.")
    if np.allclose(given, result((True, True, False), offsets=False)):
        raise Hint("The offsets are missing: W @ x + b.")
    if not np.allclose(given, wanted):
        raise Hint("W @ x + b, then the bend, then the next layer with what came out; no bend after the last.")
    return "This is a whole neural network. All that lesson 02 trained has this form."
