"""What the stepper says of a race, and the lines of code that bring its state back."""

from itertools import groupby

from ...widgets.numbers import as_code, written
from .state import Stepper, in_steps


def race_in_words(stepper: Stepper, rivals: dict[str, list[float]]) -> str:
    """Return the loss of this run and of its rivals after as many steps, or after their last.

    >>> race_in_words(Stepper(start=2.0), {"the run before": [4.0]})
    'Losses after 0 steps: this run: 4, the run before: 16.'
    """
    own = "this run" if "the run before" in rivals else "without momentum"
    said = [f"Losses after {in_steps(stepper.steps)}: {own}: {written(float(stepper.losses[-1]), 4)}"]
    for name, path in rivals.items():
        step = min(stepper.steps, len(path) - 1)
        ended = "" if step == stepper.steps else f" (it ended after {in_steps(step)})"
        said.append(f"{name}: {written(float(stepper.curve(path[step])), 4)}{ended}")
    return ", ".join(said) + "."


def code_of(stepper: Stepper, *, momentum: bool = False, before: bool = False) -> str:
    """Return the lines that bring a stepper back, with every rate on its way, and draw it.

    before: also those of the run before it.

    >>> stepper = Stepper(rate=0.1, start=4.0)
    >>> stepper.go_to(2)
    >>> stepper.set_rate(0.5)
    >>> print(code_of(stepper, momentum=True))
    stepper = Stepper(rate=0.1, start=4, a=1)
    stepper.go_to(2)
    stepper.set_rate(0.5)
    axes = plot_stepper(stepper, momentum=True)
    """
    before = before and bool(stepper.before)
    runs = [(stepper.before[0], stepper.taken_before)] if before else []
    runs += [(stepper.start, [*stepper.taken])]
    rates = [rate for _, taken in runs for rate in taken] + [stepper.rate]
    lines = [f"stepper = Stepper(rate={as_code(rates[0])}, start={as_code(runs[0][0])}, a={as_code(stepper.a)})"]
    rate = rates[0]
    for number, (start, taken) in enumerate(runs):
        if number:
            lines.append(f"stepper.set_start({as_code(start)})")
        steps = 0
        for wanted, group in groupby(taken):
            lines += [f"stepper.set_rate({as_code(wanted)})"] if wanted != rate else []
            rate, steps = wanted, steps + len(list(group))
            lines.append(f"stepper.go_to({steps})")
    lines += [f"stepper.set_rate({as_code(stepper.rate)})"] if stepper.rate != rate else []
    named = [f", {name}=True" for name, on in (("momentum", momentum), ("before", before)) if on]
    return "\n".join([*lines, f"axes = plot_stepper(stepper{''.join(named)})"])
