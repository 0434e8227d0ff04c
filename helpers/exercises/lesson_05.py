"""What lesson 05 asks: activation functions, their derivatives, dead units, and linear layers that are one."""

import itertools
import math
from collections.abc import Callable

import numpy as np

from .answers import Hint, as_array, as_number, call
from .registry import exercise, prediction, quiz_question

quiz_question(
    "05.1",
    "Twenty linear layers, one after the other, with no activation function. What can they draw that one layer cannot?",
    (
        "curves, because they have so many more numbers",
        "Multiply the twenty matrices: one matrix is left. The numbers are many, the functions are the same.",
    ),
    (
        "nothing",
        "The product of matrices is a matrix. Depth helps only with activation functions between the layers.",
        True,
    ),
    (
        "twenty straight lines instead of one",
        "Twenty ReLU units side by side could do that. In a row, and linear, they make one.",
    ),
)

quiz_question(
    "05.2",
    "A ReLU unit gives 0 for every input of the training set. Why does training not bring it back?",
    (
        "its weights are 0",
        "They may be large. What is 0 is its output, and the derivative of its activation function.",
    ),
    (
        "the learning rate is too small by now",
        "A larger one would not help: rate times 0 is 0.",
    ),
    (
        "its derivative is 0 for every input, so no gradient passes through it to its weights",
        "The gradient of its weights is multiplied by that 0. Only a change in the layers before it can revive it.",
        True,
    ),
)

quiz_question(
    "05.3",
    "In the race ReLU, leaky ReLU and GELU were all right about nearly every fresh point. Which is best?",
    (
        "the one with the highest mean",
        "Run it with other seeds, and it may be another one. The bands overlap.",
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
        raise Hint("That is its derivative, 0 or 1. Its value right of 0 is x itself.")
    if not np.allclose(given, wanted):
        raise Hint(f"Given {POINTS.tolist()}, it gives {given.round(3).tolist()}; {wanted.tolist()} is needed.")
    _values(answer, POINTS.reshape(1, 5), POINTS.reshape(1, 5))
    return "max(0, x), number by number: the simplest activation function."


@exercise("05.2", needs="a function that takes an array and alpha", lines=2)
def leaky_relu(answer: object) -> str:
    """A function: (x, alpha) → x where it is positive, alpha · x elsewhere."""
    for alpha in (0.1, 0.3):
        wanted = np.where(POINTS > 0, POINTS, alpha * POINTS)
        given = _values(answer, wanted, POINTS, alpha)
        if np.allclose(given, np.maximum(POINTS, 0)):
            raise Hint("That is ReLU: left of 0 it gives 0. A leaky one gives alpha · x there.")
        if np.allclose(given, np.where(POINTS > 0, POINTS, alpha)):
            raise Hint("Left of 0 you give alpha itself. It is the derivative there: the value is alpha · x.")
        if np.allclose(given, np.where(POINTS > 0, POINTS, -alpha * POINTS)):
            raise Hint("Left of 0 the values should be negative: alpha · x, with x as it is.")
        if np.allclose(given, np.where(POINTS > 0, alpha * POINTS, POINTS)):
            raise Hint("The two sides are swapped: x stays on the right.")
        if not np.allclose(given, wanted):
            raise Hint(f"With alpha = {alpha} and {POINTS.tolist()}, {wanted.tolist()} is needed.")
    return "For 0 < alpha < 1 it is the same as np.maximum(x, alpha * x)."


@exercise("05.3", needs="a number")
def derivative_of_the_sigmoid(answer: object) -> str:
    """What is the derivative of the sigmoid at 3?"""
    derivative, value = as_number(answer), 1 / (1 + math.exp(-3))
    if math.isclose(derivative, value, abs_tol=0.002):
        raise Hint("That is its value at 3. Its derivative is value times one minus value.")
    if math.isclose(derivative, 1 - value, abs_tol=0.001):
        raise Hint("That is one minus its value. Multiply it by the value.")
    if math.isclose(derivative, 1 - math.tanh(3) ** 2, abs_tol=0.001):
        raise Hint("That is the derivative of tanh at 3.")
    if derivative == 0.25:
        raise Hint("That is its derivative at 0, where it is largest. Put σ(3) into the formula.")
    if not math.isclose(derivative, value * (1 - value), abs_tol=6e-4):
        raise Hint("Put σ(3) into σ · (1 − σ).")
    return "0.953 · (1 − 0.953) = 0.045: at 3, less than a fifth of the 0.25 at 0 is left."


@exercise("05.4", needs="a function that takes a function and x", lines=2)
def numerical_gradient(answer: object) -> str:
    """A function: (f, x) → the derivative of f at x, from two values of f."""
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


@exercise("05.6", needs="a function that takes a list of pairs (W, b)", lines=4)
def composed(answer: object) -> str:
    """A function: [(W, b), ...] → (W, b), the one linear layer that does what all of them do in a row."""
    rng = np.random.default_rng(0)
    stopped = None
    for sizes in ((3, 5, 2), (3, 3, 3), (4, 3, 5, 2), (3, 2)):
        layers = [
            (rng.normal(size=(rows, columns)), rng.normal(size=rows)) for columns, rows in itertools.pairwise(sizes)
        ]
        try:
            result = call(answer, list(layers))
        except Hint as hint:  # square layers may tell more: there the wrong order can be computed
            stopped = stopped or hint
            continue
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise Hint("Return two things: return W, b")
        _compare_layer(as_array(result[0]), as_array(result[1]), layers)
    if stopped:
        raise stopped
    return "W = W_new @ W and b = W_new @ b + b_new, layer by layer: any number of linear layers is one."


def _compare_layer(matrix: np.ndarray, bias: np.ndarray, layers: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Say what is wrong with one layer that should do what all `layers` do in a row."""
    inputs, outputs = layers[0][0].shape[1], layers[-1][0].shape[0]
    if matrix.shape == (inputs, outputs) and inputs != outputs:
        raise Hint(f"W has the shape {matrix.shape}. The rows of W are the outputs: {(outputs, inputs)}.")
    if matrix.shape != (outputs, inputs):
        raise Hint(f"W has the shape {matrix.shape}; from {inputs} numbers to {outputs} it is {(outputs, inputs)}.")
    right, right_bias = layers[0]
    for weights, added in layers[1:]:
        right, right_bias = weights @ right, weights @ right_bias + added
    if len(layers) == 2 and inputs == outputs and np.allclose(matrix, layers[0][0] @ layers[1][0]):
        raise Hint("The order: the first layer's matrix stands on the right, next to x. W2 @ W1.")
    if not np.allclose(matrix, right):
        raise Hint("W is not the product of all. Matrices are multiplied with @, the first layer on the right.")
    if bias.shape != (outputs,):
        raise Hint(f"b has the shape {bias.shape}; one number for each output is needed, {(outputs,)}.")
    if np.allclose(bias, layers[-1][1]) and len(layers) > 1:
        raise Hint("You kept only the last b. The biases before it go through the later layers, too: W2 @ b1.")
    if np.allclose(bias, right_bias - layers[-1][1]):
        raise Hint("W2 @ b1 is right. What does the second layer add?")
    if inputs == outputs and np.allclose(bias, sum(added for _, added in layers)):
        raise Hint("b1 is multiplied by the second layer before b2 is added: W2 @ b1 + b2.")
    if not np.allclose(bias, right_bias):
        raise Hint("Multiply out W2 (W1 x + b1) + b2: what stands there without x is b.")


@exercise("05.7", needs="a number")
def ten_sigmoids(answer: object) -> str:
    """What share of a gradient is left after ten sigmoids, at best?"""
    share = as_number(answer)
    if math.isclose(share, 4**10):
        raise Hint("That is how many times smaller it gets. What is left is one divided by it.")
    if math.isclose(share, 2.5) or math.isclose(share, 10 * 0.25):
        raise Hint("The derivatives are multiplied, not added.")
    if math.isclose(share, 0.25):
        raise Hint("That is one sigmoid. There are ten, one after the other.")
    if math.isclose(share, 0.5**10, rel_tol=0.01):
        raise Hint("0.5 is the sigmoid's value in the middle. Its derivative there is half of that.")
    if not math.isclose(share, 0.25**10, rel_tol=0.05):
        raise Hint("Each sigmoid multiplies by its derivative, at most 0.25. Ten in a row: a power.")
    return "0.25 to the tenth: less than a millionth. Away from the middle it is even less."


@exercise("05.8", needs="a function that takes x, a list of (W, b) and a function", lines=4)
def forward(answer: object) -> str:
    """A function: (x, layers, activation) → a network's output: W x + b, the activation in between, none at the end."""
    rng = np.random.default_rng(0)
    sizes = [3, 4, 4, 2]
    layers = [(rng.normal(size=(rows, columns)), rng.normal(size=rows)) for columns, rows in itertools.pairwise(sizes)]
    x = rng.normal(size=3)

    def result(activated: tuple[bool, ...], biases: bool = True) -> np.ndarray:
        values = x
        for (matrix, bias), active in zip(layers, activated, strict=True):
            values = matrix @ values + (bias if biases else 0)
            values = np.maximum(values, 0) if active else values
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
        raise Hint("After the last layer there is no activation function: a score may be negative.")
    if np.allclose(given, result((False, False, False))):
        raise Hint(
            "There is no activation function in it, so it is one linear layer. Call activation between the layers."
        )
    if np.allclose(given, result((True, True, False), biases=False)):
        raise Hint("The biases are missing: W @ x + b.")
    if not np.allclose(given, wanted):
        raise Hint(
            "W @ x + b, then the activation function, then the next layer with the result; none after the last layer."
        )
    return "This is a whole neural network, of linear layers and activation functions."
