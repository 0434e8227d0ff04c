"""What lesson 05 asks: activation functions, derivatives, dead units, linear layers that are one, and first weights."""

import math
from typing import Any

import numpy as np
import torch
from torch import nn

from .answers import Hint, as_array, as_number, call, kind_of
from .registry import exercise, prediction, quiz_question
from .slips import explain
from .small_networks import (
    SIZES,
    check_layers,
    check_sizes,
    check_weights,
    compare_layer,
    compare_output,
    random_layers,
)  # fmt: skip

quiz_question(
    "05.1",
    "Twenty linear layers, one after the other, with no activation function. What can they draw that one layer cannot?",
    ("curves, because they have so many more numbers", "Multiply the twenty matrices: one matrix is left."),
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
    ("its weights are 0", "They may be large. What is 0 is its output, and the derivative of its activation function."),
    ("the learning rate is too small by now", "A larger one would not help: rate times 0 is 0."),
    (
        "its derivative is 0 for every input, so no gradient passes through it to its weights",
        "The gradient of its weights is multiplied by that 0. Only a change in the layers before it can revive it.",
        True,
    ),
)

quiz_question(
    "05.3",
    "In the race ReLU, leaky ReLU and GELU were all right about nearly every fresh point. Which is best?",
    ("the one with the highest mean", "Run it with other seeds, and it may be another one. The bands overlap."),
    (
        "this problem and these seeds cannot tell",
        "Their bands overlap. Take the simplest, ReLU, until you see a reason for another.",
        True,
    ),
    ("they are equal: it makes no difference ever", "That is too much. On other problems there may be a difference."),
)

prediction("05.1", "what percentage of fresh points is right with linear layers only?", within=8, unit="%")
prediction("05.2", "the gradient's size in layer 1 as a power of ten: −3 for 0.001", within=2)
prediction("05.3", "what percentage of the numbers after the last ReLU is 0?", within=10, unit="%")

POINTS = np.array([-3.0, -0.5, 0.0, 0.25, 2.0, 50.0])


def _values(answer: object, wanted: np.ndarray, *arguments: object) -> np.ndarray:
    """What the reader's function gives, as an array of the wanted shape."""
    try:
        result = call(answer, *arguments)
    except Hint as hint:
        if "ambiguous" in str(hint):
            raise Hint("`if` and `max` ask about one number, and this is an array: np.where or np.maximum.") from None
        raise
    if np.shape(result) == ():
        as_number(result)
        raise Hint("It gives a single number; one for each is needed. np.max gives one, np.maximum an array.")
    given = as_array(result)
    if given.shape != wanted.shape:
        raise Hint(f"Given the shape {wanted.shape}, it gives {given.shape}. One number for each is needed.")
    return given


def _compare(x: np.ndarray, given: np.ndarray, wanted: np.ndarray, slips: dict[str, Any], where: str = "") -> None:
    """Hint where what a function gives at `x` is not what is wanted: a known slip, or the first number that differs."""
    close = np.isclose(given, wanted, rtol=1e-5, atol=1e-7)
    if not close.all():
        explain(given, slips)
        first = np.unravel_index(close.argmin(), close.shape)
        raise Hint(f"{where}At x = {x[first]:g} it gives {given[first]:.6g}; {wanted[first]:.6g} is needed.")


@exercise("05.1", needs="a function that takes an array")
def relu(answer: object) -> str:
    """A function: x of any shape → max(0, x) for each number."""
    for x in (POINTS, POINTS.reshape(2, 3)):
        wanted = np.maximum(x, 0)
        _compare(x, _values(answer, wanted, x), wanted, {
            "You kept the negative numbers. The positive ones stay, the others become 0.": np.minimum(x, 0),
            "You took the sign away. A negative number becomes 0.": np.abs(x),
            "That is its derivative, 0 or 1. Its value right of 0 is x itself.": x > 0,
            "That is max(0, −x): it keeps the wrong side.": np.maximum(-x, 0),
            "It lets a hundredth of the negative numbers through: that is leaky ReLU.": np.maximum(x, 0.01 * x),
        })  # fmt: skip
    return "max(0, x), number by number: the simplest activation function."


@exercise("05.2", needs="a function that takes an array and alpha", lines=2)
def leaky_relu(answer: object) -> str:
    """A function: (x, alpha) → x where it is positive, alpha · x elsewhere."""
    for x, alpha in ((POINTS, 0.1), (POINTS.reshape(3, 2), 0.3)):
        wanted = np.where(x > 0, x, alpha * x)
        left = {
            "That is ReLU: left of 0 it gives 0. A leaky one gives alpha · x there.": 0 * x,
            "Left of 0 you give alpha itself. It is the derivative there: the value is alpha · x.": alpha + 0 * x,
            "Left of 0 the values should be negative: alpha · x, with x as it is.": -alpha * x,
            "Left of 0 you divide by alpha. Multiply: it makes the numbers small.": x / alpha,
            "Left of 0 you add alpha. Multiply by it.": x + alpha,
            "It does not use the alpha that it is given, but 0.1.": 0.1 * x,
            "It does not use the alpha that it is given, but 0.01.": 0.01 * x,
        }
        slips = {words: np.where(x > 0, x, there) for words, there in left.items()}
        slips["The two sides are swapped: x stays on the right."] = np.where(x > 0, alpha * x, x)
        _compare(x, _values(answer, wanted, x, alpha), wanted, slips, f"With alpha = {alpha}: ")
    return "For 0 < alpha < 1 it is the same as np.maximum(x, alpha * x)."


@exercise("05.3", needs="a number")
def derivative_of_the_sigmoid(answer: object) -> str:
    """What is the derivative of the sigmoid at 3?"""
    derivative, value = as_number(answer), 1 / (1 + math.exp(-3))
    right = value * (1 - value)
    if math.isclose(derivative, right, abs_tol=6e-4):
        return "0.953 · (1 − 0.953) = 0.045: at 3, less than a fifth of the 0.25 at 0 is left."
    if abs(derivative - value) < 0.002 or abs(derivative - 0.25) < 1e-6:
        raise Hint(f"That is its {'value at 3' if derivative > 0.5 else 'derivative at 0'}. Put σ(3) into σ · (1 − σ).")
    slips = {
        "That is one minus its value. Multiply it by the value.": 1 - value,
        "That is the derivative of tanh at 3.": 1 - math.tanh(3) ** 2,
        "That is 1 − σ², the formula of tanh. That of the sigmoid is σ · (1 − σ).": 1 - value**2,
        "The derivative is positive: the sigmoid goes up everywhere.": -right,
        "You put 3 itself into σ · (1 − σ). σ is the sigmoid's value at 3.": 3 * (1 - 3),
    }
    explain(derivative, slips, rtol=0.01)
    near = abs(derivative - right) < 0.006
    raise Hint(f"{derivative:g} is near. To three decimals, please." if near else "Put σ(3) into σ · (1 − σ).")


@exercise("05.4", needs="a function that takes a function and x", lines=2)
def numerical_gradient(answer: object) -> str:
    """A function: (f, x) → the derivative of f at x, from two values of f."""
    points = np.array([-1.0, 0.0, 0.5, 2.0])
    for function, derivative in ((np.tanh, lambda x: 1 - np.tanh(x) ** 2), (np.exp, np.exp)):
        seen: list[float] = []

        def watched(x: Any, function: Any = function, seen: Any = seen) -> Any:
            seen.append(float(np.asarray(x, dtype=float).flat[0]))
            return function(x)

        try:
            given = _values(answer, points, watched, points)
        except Hint as hint:
            if "TypeError" not in str(hint):
                raise
            seen.clear()  # it may be written for one number at a time
            given = np.array([as_number(call(answer, watched, float(x))) for x in points])
        wanted = derivative(points)
        close = np.isclose(given, wanted, rtol=0.005)
        if not close.all():
            _explain_difference(given, wanted, function(points), seen[:2])
            x, found, right = points[~close][0], given[~close][0], wanted[~close][0]
            raise Hint(f"At x = {x:g} it gives {found:.4g}; {right:.4g} is needed.")
    return "Rise over run, with a small run. It works for any function, and so it checks every formula."


def _explain_difference(given: np.ndarray, wanted: np.ndarray, values: np.ndarray, seen: list[float]) -> None:
    """Hint what is wrong with a quotient of differences; seen: the first two points at which f was asked."""
    explain(given, {"That is the value of the function. Take two values close together: how does it change?": values})
    if len(seen) < 2:
        raise Hint("It should work for any function f, from two values of f.")
    if (run := abs(seen[1] - seen[0])) < 1e-12:
        raise Hint("The two points are the same number, or so close that no digits are left. 0.001 apart is fine.")
    if run > 0.05:
        raise Hint(f"The two points lie {run:g} apart: too far for a curve. Take 0.001 or so.")
    factors = {
        "Twice too large: the two points lie 2h apart, if you go h to each side.": 2,
        "Half of what it should be: divide by how far apart the two points lie.": 0.5,
        "The sign: the value on the right minus the value on the left.": -1,
        "That is how much the value changes. Divide by how far apart the two points lie.": run,
        "`/ 2 * h` divides by 2 and then multiplies by h. Brackets: / (2 * h)": run**2 / 4,
    }
    explain(given / wanted, {words: 0 * wanted + factor for words, factor in factors.items()}, rtol=0.05)


@exercise("05.5", needs="a function that takes an array (inputs, units)", lines=2)
def dead_units(answer: object) -> str:
    """A function: activations (inputs, units) → how many units are 0 for every input."""
    for rows in (
        [[0, 1, 0, 0, 2], [0, 0, 3, 0, 1], [0, 2, 0, 0, 1]],
        [[0, -1, 0, 0], [0, 1, 5, 2]],
        [[0, -1, -2, 0, 0], [0, -2, -1, -3, 2]],
    ):
        activations = np.array(rows, dtype=float)
        zero = activations == 0
        wanted, given = int(zero.all(axis=0).sum()), as_number(call(answer, activations))
        if given == wanted:
            continue
        explain(given, {
            "A unit below 0 is not dead: a leaky one gives such numbers.": (activations <= 0).all(axis=0).sum(),
            "The largest of a column may be 0, and others below it.": (activations.max(axis=0) == 0).sum(),
            "A column's sum may be 0 by −1 + 1. Ask of each number.": (activations.sum(axis=0) == 0).sum(),
            "That counts every 0. A unit is dead where its whole column is 0: .all(axis=0).": zero.sum(),
            "That counts units which are 0 for some input. Dead is 0 for all of them.": zero.any(axis=0).sum(),
            "You looked along the rows. A row is an input; a unit is a column.": zero.all(axis=1).sum(),
            "That counts the units that are alive.": (~zero.all(axis=0)).sum(),
            "That is a share of the units. Count them: sum instead of mean.": zero.all(axis=0).mean(),
        })  # fmt: skip
        raise Hint(f"For {rows} it gives {given:g}; {wanted} is needed.")
    return "All of a column is 0, counted over the columns. Over one small batch a unit may only look dead."


@exercise("05.6", needs="a function that takes a list of pairs (W, b)", lines=4)
def composed(answer: object) -> str:
    """A function: [(W, b), ...] → (W, b), the one linear layer that does what all of them do in a row."""
    stopped = None
    for sizes in ((3, 5, 2), (3, 3, 3), (4, 3, 5, 2), (3, 2)):
        layers = random_layers(sizes)
        try:
            result = call(answer, list(layers))
        except Hint as hint:  # square layers may tell more: there the wrong order can be computed
            stopped = stopped or hint
            continue
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise Hint("Return two things: return W, b")
        compare_layer(as_array(result[0]), as_array(result[1]), layers)
    if stopped:
        raise stopped
    return "W = W_new @ W and b = W_new @ b + b_new, layer by layer: any number of linear layers is one."


@exercise("05.7", needs="a function that takes x, a list of (W, b) and a function", lines=4)
def forward(answer: object) -> str:
    """A function: (x, layers, activation) → a network's output: W x + b, the activation in between, none at the end."""
    layers = random_layers((3, 4, 4, 2))
    for x in (np.array([-1.5, 0.5, 1.0]), np.array([2.0, -0.25, -1.0])):
        for activation in (lambda values: np.maximum(values, 0), np.tanh):
            try:
                given = as_array(call(answer, x, layers, activation))
            except Hint as hint:
                if "ValueError" in str(hint):  # NumPy's own sentence is about its axes
                    raise Hint("Shapes do not fit. W @ x + b, the matrix first, and each pair is (W, b).") from None
                raise
            if given.shape == (4,):
                raise Hint("It gives what a hidden layer gives. Does your loop go on to the last layer?")
            if given.shape != (2,):
                raise Hint(f"It gives the shape {given.shape}; the last layer gives (2,).")
            compare_output(given, x, layers, activation)
    return "This is a whole neural network, of linear layers and activation functions."


@exercise("05.8", needs="a list of three: a network, inputs, and sizes", lines=10)
def own_start(answer: object) -> str:
    """[network, inputs, sizes]: twenty layers of leaky ReLU with weights that keep the sizes, and what they are."""
    if not isinstance(answer, (list, tuple)) or len(answer) != 3:
        raise Hint(f"Your answer is {kind_of(answer)}. Three things are needed in a list: [network, inputs, sizes]")
    if not isinstance(answer[0], nn.Sequential):
        raise Hint(f"The network is {kind_of(answer[0])}. nn.Sequential(...) makes one of its layers.")
    layers = list(answer[0])
    check_layers(layers)
    check_weights(layers[::2])
    values = as_array(answer[1])
    if values.ndim != 2 or values.shape[1] != SIZES[0] or len(values) < 200:
        raise Hint(f"The inputs have the shape {values.shape}; (256, {SIZES[0]}) is needed, an input in each row.")
    if abs(values.mean()) > 0.05 or abs(values.std() - 1) > 0.05:
        raise Hint(f"The inputs have the mean {values.mean():.2f} and the deviation {values.std():.2f}: torch.randn.")
    check_sizes(layers, torch.as_tensor(values), np.array([as_number(one) for one in answer[2]]))
    return "Half of the squares stay, half shrink by α²: so the weights need the variance 2 / (1 + α²) / inputs."
