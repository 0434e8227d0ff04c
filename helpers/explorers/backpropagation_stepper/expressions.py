"""Reading an expression as it is typed, such as relu(w * x + b): its names, and its computation with `Value`s.

Only sums, products, powers and three functions are computed; what is typed is never run as Python.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping

from ...lessons.backpropagation import Value

OPERATORS: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
FUNCTIONS = {"relu": Value.relu, "exp": Value.exp, "log": Value.log}
MOST_NAMES, MOST_VALUES, MOST_CHARACTERS = 8, 24, 120
WANTED = "type something like relu(w * x + b)"


def names_in(text: str) -> list[str]:
    """Return the names of the numbers in an expression, in the order in which they stand there.

    >>> names_in("relu(w * x + b) - w")
    ['w', 'x', 'b']
    """
    names = [node for node in ast.walk(parsed(text)) if isinstance(node, ast.Name) and node.id not in FUNCTIONS]
    names = list(dict.fromkeys(node.id for node in sorted(names, key=lambda node: node.col_offset)))
    if not 1 <= len(names) <= MOST_NAMES:
        raise ValueError(f"got {len(names)} names; 1 to {MOST_NAMES} are needed, for the numbers that you set")
    return names


def compute(text: str, numbers: Mapping[str, float]) -> Value:
    """Return the value of an expression, with all that it was computed from; ValueError with a sentence if it has none.

    >>> compute("(w * x - y) ** 2", {"w": 3.0, "x": 2.0, "y": 1.0}).number
    25.0
    """
    inputs = {name: Value(number, name) for name, number in numbers.items()}
    try:
        result = _value(parsed(text), inputs)
    except ZeroDivisionError:
        raise ValueError("something is divided by 0 there; change a number") from None
    except OverflowError:
        raise ValueError("a number becomes too large there; choose smaller ones") from None
    if not result.parents:
        raise ValueError(f"nothing is computed there; {WANTED}")
    return result


def parsed(text: str) -> ast.expr:
    """Return an expression's syntax tree; ValueError with a sentence where it is none."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"got {len(text)} characters; {MOST_CHARACTERS} at most can be drawn")
    try:
        return ast.parse(text.strip().replace("^", "**").replace("−", "-").replace("·", "*"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"got {text.strip()!r}, which is no expression; {WANTED}") from None


def _value(node: ast.expr, inputs: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return Value(number)
        case ast.Name(id=name) if name in inputs:
            return inputs[name]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return Value(-number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, inputs)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _value(left, inputs) ** _power(right)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(left, inputs), _value(right, inputs))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            inside = _value(argument, inputs)
            if name == "log" and inside.number <= 0:
                raise ValueError(f"got log of {inside.number:g}; it needs a number above 0")
            return FUNCTIONS[name](inside)
    raise ValueError(f"got {ast.unparse(node)!r}; there are + - * / **, relu, exp and log, and names of numbers")


def _power(node: ast.expr) -> float:
    try:
        power = float(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError):
        power = math.nan
    if not -10 <= power <= 10 or power != round(power):
        raise ValueError(f"got the power {ast.unparse(node)}; a whole number from −10 to 10 is needed, as in ** 2")
    return power
