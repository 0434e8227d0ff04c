"""What lesson 10 asks: nudging, gradients on paper, local derivatives, the walk back, a layer, and regression."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .answers import Hint, as_array, as_number, as_numbers, call, kind_of
from .registry import exercise, prediction, quiz_question

prediction(
    "10.1",
    "how many times as long does the loss take with all its gradients as without them?",
    within_factor=2,
    unit="times",
)

quiz_question(
    "10.1",
    "result = a · a · b, with a = 3 and b = 2. What does the walk back leave as the gradient of a?",
    ("6", "That is one of the two paths: the second a multiplies 3 · 2 as well. The paths add up."),
    ("12", "Each of the two a's gets 3 · 2 = 6, and the two paths add up. Nudging says the same: 2 · a · b.", True),
    ("18", "That is the result, 3 · 3 · 2. The gradient says how fast it grows with a."),
    ("9", "That is the gradient of b: a · a."),
)

quiz_question(
    "10.2",
    "(v · relu(w · x + b) − y)² with v = 2, w = 1, x = 3, b = −5, y = 1. Which gradients are not 0?",
    ("all but that of b", "The input of the ReLU is 3 − 5 = −2: nothing passes back through it, to b or to w or x."),
    (
        "that of y alone",
        "The ReLU gives 0 and passes nothing back, and v is multiplied by that 0. Only y is left: 2.",
        True,
    ),
    ("those of v and y", "v grows the product by what the ReLU gives, and that is 0: its gradient is 0, too."),
    ("none: the unit is dead", "The loss is (0 − 1)² = 1, and it still depends on y."),
)


@exercise("10.1", needs="a function that takes a function, a list of numbers and a place", lines=5)
def nudged(answer: object) -> str:
    """A function: (f, numbers, place) → the gradient of f(numbers) with respect to numbers[place], by nudging."""
    functions: list[tuple[Callable[[Any], Any], list[float], list[float]]] = [
        (lambda one: (one[0] * one[1] - one[2]) ** 2, [3.0, 2.0, 1.0], [20.0, 30.0, -10.0]),
        (lambda one: one[0] ** 3 - 5 * one[1], [-2.0, 0.5], [12.0, -5.0]),
        (lambda one: np.exp(one[0]), [2.0], [float(np.exp(2.0))]),
    ]
    if not callable(answer):
        raise Hint(f"Your answer is {kind_of(answer)}. Give the function itself: its name, without brackets after it.")
    for function, numbers, gradients in functions:
        for place, right in enumerate(gradients):
            given = list(numbers)
            try:
                result = answer(function, given, place)
            except Exception as error:
                raise Hint(f"Your function stops with {type(error).__name__}: {error}") from None
            if result is None:
                raise Hint("It gives None back. Does it end with return?")
            if given != numbers:
                raise Hint("Afterwards the list holds other numbers than before. Change a copy: up = list(numbers).")
            _check_slope(as_number(result), right, function, numbers, place)
    return "Two losses for each gradient: slow, and the best check there is of all that follows."


def _check_slope(found: float, right: float, function: Any, numbers: list[float], place: int) -> None:
    """Hint where a gradient is not the right one to 1 in 100,000; one that leans to one side is less exact."""
    if abs(found - right) <= 1e-5 * abs(right):
        return
    where = f"For numbers {numbers} and place {place}"

    def at(change: float) -> float:
        return float(function([one + change * (which == place) for which, one in enumerate(numbers)]))

    h = 1e-4
    slips = {
        "it gives twice as much: the two losses are 2 · 0.0001 apart.": (at(h) - at(-h)) / h,
        "the sign is wrong: the loss of the larger number comes first.": (at(-h) - at(h)) / (2 * h),
        "it nudges to one side only. Up and down, and divide by 0.0002: that is far more exact.": (at(h) - at(0)) / h,
        "it nudges to one side only, downwards. Up and down is far more exact.": (at(0) - at(-h)) / h,
        "it gives the difference of the losses. Divide it by how far apart the two numbers are.": at(h) - at(-h),
    }
    for words, slip in slips.items():
        if abs(found - slip) <= 1e-7 * max(abs(slip), 1e-4):
            raise Hint(f"{where} {words}")
    raise Hint(f"{where} it gives {found:.6g}; the gradient is {right:.6g}.")


@exercise("10.2", needs="a list of three numbers")
def three_gradients(answer: object) -> str:
    """The gradients of (w·x + b − y)² with respect to w, x and b at w = −1, x = 3, b = 2, y = 1: [−12, 4, −4]."""
    found = as_numbers(answer, (3,))
    right = np.array([-12.0, 4.0, -4.0])
    if np.allclose(found, right, rtol=1e-6):
        return "The difference is −2, twice that is −4, and from there × x, × w, × 1."
    slips = {
        "All are half of what they should be: the square grows by twice the difference.": right / 2,
        "The signs are turned round. The difference is w · x + b − y = −3 + 2 − 1 = −2.": -right,
        "These are the local derivatives of the first operation. Multiply by those that follow.": [3.0, -1.0, 1.0],
        "The right numbers in another order: w, x, b.": [4.0, -12.0, -4.0],
    }
    for words, slip in slips.items():
        if np.allclose(found, slip):
            raise Hint(words)
    if np.isclose(found[2], -4.0):
        raise Hint("The gradient of b is right. Those of w and x are the same −4, times x and times w.")
    raise Hint("Begin at the end: the difference is −2, and its square grows by 2 · (−2) = −4 for each 1 of it.")


class Given:
    """A number with parents and local derivatives, as the lesson's `Node`."""

    def __init__(self, number: float, parents: tuple[Any, ...] = (), local: tuple[float, ...] = ()) -> None:
        self.number, self.parents, self.local, self.gradient = number, parents, local, 0.0


@exercise("10.3", needs="a list of two functions", lines=5)
def two_operations(answer: object) -> str:
    """[divide, sigmoid]: functions of nodes, each of which returns a node with its parents and local derivatives."""
    if not isinstance(answer, (list, tuple)) or len(answer) != 2:
        raise Hint(f"Your answer is {kind_of(answer)}. A list of the two functions is needed: [divide, sigmoid]")
    for a, b in ((3.0, 2.0), (-1.5, 4.0), (2.0, -0.5)):
        first, second = Given(a), Given(b)
        node = _made("divide", answer[0], [first, second])
        _number("divide", node, a / b, {b / a: "That is b / a. It should be a / b."})
        _local("divide", node, [first, second], [1 / b, -a / b**2], {
            (1 / b, a / b**2): "When b grows the quotient shrinks: the second local derivative is −a / b².",
            (1 / b, -1 / b**2): "The second local derivative is −a / b²; yours lacks the a.",
            (b, a): "These are the local derivatives of a product. For a quotient: 1 / b, and −a / b².",
        })  # fmt: skip
    for a in (1.3, 0.0, -2.0):
        inside, s = Given(a), 1 / (1 + np.exp(-a))
        node = _made("sigmoid", answer[1], [inside])
        _number("sigmoid", node, s, {1 / (1 + np.exp(a)): "The sign in front of a is missing: 1 / (1 + exp(−a))."})
        _local("sigmoid", node, [inside], [s * (1 - s)], {
            (a * (1 - a),): "s is the sigmoid's result, not the number that it is given.",
            (s,): "That is the result itself. The derivative is s · (1 − s).",
            (1 - s,): "That is only one factor of two: s · (1 − s).",
        })  # fmt: skip
    return "With sums, products and these two, nodes can make every network that has sigmoids."


def _made(name: str, function: Any, parents: list[Given]) -> Any:
    try:
        node = function(*parents)
    except Exception as error:
        raise Hint(f"{name} stops with {type(error).__name__}: {error}") from None
    if node is None or node is Ellipsis:
        raise Hint(f"{name} gives nothing back yet. It returns Node(number, parents, local).")
    if not all(hasattr(node, part) for part in ("number", "parents", "local")):
        raise Hint(f"{name} gives {kind_of(node)}. A Node is needed: Node(number, parents, local).")
    return node


def _number(name: str, node: Any, right: float, slips: dict[float, str]) -> None:
    found = as_number(node.number)
    if not np.isclose(found, right, rtol=1e-6):
        slip = next((words for value, words in slips.items() if np.isclose(found, value)), "")
        raise Hint(f"The number of {name} is {found:.6g}; {right:.6g} is needed. {slip}".rstrip())


def _local(name: str, node: Any, parents: list[Given], right: list[float], slips: dict[Any, str]) -> None:
    if not isinstance(node.parents, (tuple, list)) or not isinstance(node.local, (tuple, list)):
        raise Hint(f"The parents and local derivatives of {name} are tuples: (a,) for a single one.")
    if [*map(id, node.parents)] != [*map(id, parents)]:
        raise Hint(f"The parents of {name} are the nodes it was given, in their order, not their numbers.")
    if len(node.local) != len(right):
        raise Hint(f"{name} has {len(node.local)} local derivatives for {len(right)} parents; one for each is needed.")
    found = [as_number(one) for one in node.local]
    if not np.allclose(found, right, rtol=1e-6):
        slip = next((words for values, words in slips.items() if np.allclose(found, values)), None)
        which = next(at for at, one in enumerate(found) if not np.isclose(one, right[at], rtol=1e-6))
        differs = f"Local derivative {which + 1} of {name} is {found[which]:.6g}; nudging gives {right[which]:.6g}."
        raise Hint(slip or differs)


def _graph() -> list[Given]:
    """Return the nodes of (a·b + a)² with a = 2, b = 3, in order: gradients 64, 32, 16, 16, 1."""
    a, b = Given(2.0), Given(3.0)
    product = Given(6.0, (a, b), (3.0, 2.0))
    total = Given(8.0, (product, a), (1.0, 1.0))
    return [a, b, product, total, Given(64.0, (total,), (16.0,))]


@exercise("10.4", needs="a function that takes a list of nodes", lines=4)
def walk_back(answer: object) -> str:
    """A function: nodes in order → nothing; afterwards each node has its gradient."""
    order, right = _graph(), [64.0, 32.0, 16.0, 16.0, 1.0]
    if not callable(answer):
        raise Hint(f"Your answer is {kind_of(answer)}. Give the function itself: its name, without brackets after it.")
    try:
        answer(order)
    except Exception as error:
        raise Hint(f"Your function stops with {type(error).__name__}: {error}") from None
    found = [as_number(one.gradient) for one in order]
    if np.allclose(found, right, rtol=1e-6):
        return "Multiply along the paths, add where they meet: += and local * node.gradient."
    if not any(found):
        raise Hint("No gradient has changed. The result's own gradient is 1: order[-1].gradient = 1.0")
    slips = {
        "Both faults are still there: local is not multiplied by node.gradient, and = replaces.": [3, 2, 1, 16, 1],
        "It adds up, but only local derivatives. Multiply each by node.gradient.": [4, 2, 1, 16, 1],
        "A number that is used twice keeps only the last way. Add with +=.": [48, 32, 16, 16, 1],
        "It walks from the front: a node passes on what it does not have yet.": [0, 0, 0, 16, 1],
    }
    for words, slip in slips.items():
        if np.allclose(found, slip):
            raise Hint(words)
    if not np.isclose(found[-1], 1.0):
        raise Hint(f"The result's own gradient is {found[-1]:g}; it is 1, as it changes as much as itself.")
    raise Hint(f"For (a · b + a)², a = 2, b = 3 those of a and b are 64 and 32; yours {found[0]:g} and {found[1]:g}.")


@exercise("10.5", needs="a function that takes inputs, a weight and a gradient", lines=3)
def layer_back(answer: object) -> str:
    """A function: inputs (n, in), weight (in, out), gradient (n, out) → gradients of inputs, weight and bias."""
    rng = np.random.default_rng(0)
    inputs, weight, gradient = rng.normal(size=(5, 3)), rng.normal(size=(3, 2)), rng.normal(size=(5, 2))
    given = call(answer, inputs, weight, gradient)
    if not isinstance(given, (tuple, list)) or len(given) != 3:
        raise Hint("Three arrays are needed, in this order: return of_inputs, of_weight, of_bias")
    right = [gradient @ weight.T, inputs.T @ gradient, gradient.sum(axis=0)]
    found = [as_array(one) for one in given]
    names = ("inputs", "weight", "bias")
    if found[0].shape == right[1].shape and found[1].shape == right[0].shape:
        raise Hint("The first two are exchanged: the gradient of the inputs comes first, then that of the weight.")
    for name, one, wanted in zip(names, found, right, strict=True):
        if one.size == wanted.size and one.squeeze().shape == wanted.shape:
            one = one.squeeze()
        if one.shape != wanted.shape:
            hint = " Add up over the examples: axis 0." if name == "bias" else ""
            raise Hint(f"The gradient of the {name} has the shape {one.shape}; {wanted.shape} is needed.{hint}")
        if np.allclose(one, wanted, rtol=1e-5):
            continue
        if np.allclose(one, wanted / len(inputs)):
            raise Hint(f"The gradient of the {name} is divided by the number of examples; the loss has done that.")
        raise Hint(f"The gradient of the {name} has the right shape and other numbers. Look at the lesson's table.")
    return "Two matrix products and a sum: that is the way back through every linear layer there is."


@exercise("10.6", needs="a number")
def sum_of_three(answer: object) -> str:
    """Three backward passes without zero_grad, 20 each: 60."""
    found = as_number(answer)
    if found == 20:
        raise Hint("That is one call. What does backward() do with what is in .grad already?")
    if found == 40:
        raise Hint("That is after two calls; there are three.")
    if found == 0:
        raise Hint("Nothing sets it to 0 here: that is what zero_grad would do.")
    if found == 30:
        raise Hint("The gradient of one call is 2 · (w · 2 − 1) · 2. For w = 3 that is 20.")
    if abs(found - 60) > 1e-6:
        raise Hint(f"You say {found:g}. One call gives 2 · (3 · 2 − 1) · 2 = 20. What do three calls leave?")
    return "3 · 20. `w` has not changed, so each call adds the same 20."


@exercise("10.7", needs="a function that takes inputs, targets, a rate and steps", lines=12)
def train_line(answer: object) -> str:
    """A function: (inputs, targets, rate, steps) → weight (in, 1), bias (1,), losses; linear regression by hand."""
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(20, 3)) + 0.5
    targets = inputs @ np.array([[1.5], [-2.0], [0.5]]) + 0.7
    given = call(answer, inputs, targets, 0.1, 25)
    if not isinstance(given, (tuple, list)) or len(given) != 3:
        raise Hint("Three things are needed: return weight, bias, losses")
    weight, bias, losses = (as_array(one) for one in given)
    right = _trained(inputs, targets)
    if weight.shape != (3, 1):
        raise Hint(f"The weight has the shape {weight.shape}; (3, 1) is needed for three inputs and one output.")
    if bias.size != 1:
        raise Hint(f"The bias has the shape {bias.shape}; it is one number, (1,).")
    if losses.size != 25:
        more = " The loss is noted before each step, and not after the last." if losses.size == 26 else ""
        raise Hint(f"There are {losses.size} losses; 25 are needed, one before each step.{more}")
    if not np.allclose(weight, right[0], rtol=1e-5):
        slips = {
            "The gradient is not divided by the number of examples: the loss is a mean.": {"scale": 20},
            "The factor 2 is missing: a square grows by twice the difference.": {"scale": 0.5},
            "It goes uphill: subtract rate times the gradient.": {"scale": -1},
            "The bias stays as it is: it has a gradient, too.": {"learns_bias": False},
        }
        for words, slip in slips.items():
            if np.allclose(weight, _trained(inputs, targets, **slip)[0], rtol=1e-5):
                raise Hint(words)
        raise Hint(f"The first weight is {weight[0, 0]:.5f}, and {right[0][0, 0]:.5f} is needed. Do both begin at 0?")
    if not np.allclose(bias.ravel(), right[1], rtol=1e-5):
        raise Hint(f"The weight is right. The bias is {bias.ravel()[0]:.5f}; {right[1][0]:.5f} is needed.")
    if not np.allclose(losses.ravel(), right[2], rtol=1e-5):
        at = int(np.argmin(np.isclose(losses.ravel(), right[2], rtol=1e-5)))
        raise Hint(f"It learns as it should, but loss {at + 1} is {losses.ravel()[at]:.6g} and not {right[2][at]:.6g}.")
    return "Forward, loss, back, step: a training loop in NumPy, with nothing hidden."


def _trained(
    inputs: np.ndarray, targets: np.ndarray, scale: float = 1.0, *, learns_bias: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return weight, bias and losses of 25 steps at 0.1; scale: what the gradients are multiplied by."""
    weight, bias, losses = np.zeros((inputs.shape[1], 1)), np.zeros(1), []
    for _ in range(25):
        difference = inputs @ weight + bias - targets
        losses.append((difference**2).mean())
        gradient = scale * 2 * difference / len(inputs)
        weight = weight - 0.1 * inputs.T @ gradient
        bias = bias - 0.1 * gradient.sum(axis=0) * learns_bias
    return weight, bias, np.array(losses)
