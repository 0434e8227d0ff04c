"""What happens in a step of backpropagation, in words with all its numbers."""

from ...lessons.backpropagation import Value
from ...widgets.numbers import written
from .state import Pass

RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def power_of(value: Value) -> int:
    """Return the power that a value was raised to."""
    return int(float(value.operation.split()[1]))


def raised(value: Value) -> str:
    """Return the power that a value was raised to, as it is written: ² or ⁻¹."""
    return str(power_of(value)).translate(RAISED)


def label_of(value: Value) -> str:
    """Return what stands on top of a box: the name of a number, or what computed it.

    >>> label_of(Value(2.0, "w")), label_of(Value(3.0) ** 2), label_of(Value(3.0))
    ('w', '( )²', 'constant')
    """
    if value.operation.startswith("power"):
        return f"( ){raised(value)}"
    return value.name or value.operation or "constant"


def said(one: Pass) -> tuple[str, str]:
    """Return the headline of a step, and what it computes.

    >>> said(Pass(step=1))
    ('Forward, step 1 of 3.', 't1 = w × x = 3 × 2 = 6.')
    """
    forward = len(one.operations)
    if not one.step:
        return "Start.", f"{_listed(one)}. Press Step: forward first, one operation at a time."
    if one.step <= forward:
        return f"Forward, step {one.step} of {forward}.", _computed(one, one.operations[one.step - 1])
    if not one.goes_back:
        return "Turn.", "The gradient of the result with respect to itself is 1: it changes as much as itself."
    value = one.current
    assert value is not None
    return f"Back, step {one.step - forward - 1} of {forward}.", " ".join(_passed(one, value))


def _listed(one: Pass) -> str:
    return ", ".join(f"{name} = {written(number)}" for name, number in (one.numbers or {}).items())


def in_signs(one: Pass, value: Value) -> str:
    """Return how a value was computed, as `w × x`."""
    return _formula(value, [one.name_of(parent) for parent in value.parents])


def _computed(one: Pass, value: Value) -> str:
    numbers = [_number(parent.number) for parent in value.parents]
    first, second = in_signs(one, value), _formula(value, numbers)
    middle = "" if first == second else f" = {second}"
    return f"{one.name_of(value)} = {first}{middle} = {_number(value.number)}."


def _formula(value: Value, parts: list[str]) -> str:
    if len(parts) == 2:
        second = f"({parts[1]})" if parts[1].startswith("−") else parts[1]
        return f"{parts[0]} {value.operation} {second}"
    if value.operation.startswith("power"):
        return (f"({parts[0]})" if parts[0].startswith("−") else parts[0]) + raised(value)
    return f"{value.operation}({parts[0]})"


def _passed(one: Pass, value: Value) -> list[str]:
    """Return a sentence for each parent: the local derivative, times the gradient that arrives, and what adds up."""
    gradient, totals = one.received()[value], one.received(one.step - 1)
    sentences = [f"{one.name_of(value)} = {in_signs(one, value)} has the gradient {_number(gradient)}."]
    for number, (parent, local) in enumerate(zip(value.parents, value.local, strict=True)):
        name = one.name_of(parent)
        if not parent.name and not parent.parents:
            continue  # a constant: nobody asks for its gradient
        sentence = f"To {name}: {_local(one, value, number)}, so {_number(local)} × {_bracketed(gradient)} = "
        sentence += _number(local * gradient)
        had = totals.get(parent, 0.0)
        totals[parent] = had + local * gradient
        sentences.append(sentence + (f", and {_number(had)} from before: {_number(totals[parent])}." if had else "."))
    return sentences


def _local(one: Pass, value: Value, number: int) -> str:
    """Return why the local derivative is what it is."""
    parent = value.parents[number]
    if value.operation == "×":
        return f"a product changes by the other factor, {_number(value.local[number])}"
    if value.operation in "+−":
        return f"the {'sum' if value.operation == '+' else 'difference'} changes by {_number(value.local[number])}"
    if value.operation == "ReLU":
        above = parent.number > 0
        return (
            f"{one.name_of(parent)} is {'above 0, and ReLU passes it on' if above else 'not above 0, and ReLU gives 0'}"
        )
    if value.operation == "exp":
        return "exp changes by itself"
    inside = _bracketed(parent.number)
    if value.operation == "log":
        return f"log changes by 1 / {inside}"
    power = power_of(value)
    rest = "" if power == 2 else str(power - 1).translate(RAISED)
    return f"this power changes by {written(power)} × {inside}{rest}"


def _number(number: float) -> str:
    return written(number, 4)


def _bracketed(number: float) -> str:
    return f"({_number(number)})" if number < 0 else _number(number)
