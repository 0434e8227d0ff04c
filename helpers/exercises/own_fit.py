"""Exercise 06.6: a sum of ReLUs fitted by gradient descent, to the reader's own function."""

from typing import Any

import numpy as np
import torch

from ..lessons.relu_sums import TARGETS, target
from .answers import Hint, as_array, as_number, kind_of

NAMES = ("w", "b", "v", "c")  # the parameters of the network of exercise 06.6


def run(fit: Any, x: torch.Tensor, y: torch.Tensor, start: list, rate: float, steps: int) -> tuple[list, np.ndarray]:
    """Return the four parameters and the losses that the reader's function gives, as arrays."""
    given = [one.clone() for one in start]
    known = {
        "does not require grad": "No tensor needs a gradient: requires_grad_() on copies of w, b, v and c.",
        "leaf Variable": "A tensor that needs a gradient is changed outside of `with torch.no_grad():`.",
        "backward through the graph a second": "Compute the sum and the loss anew in each step, inside the loop.",
        "NoneType": "A .grad is None. `w = w - …` makes another tensor, without a gradient: `w -= …` changes w itself.",
    }
    if not callable(fit):
        raise Hint(f"The first is {kind_of(fit)}. Give the function fit itself, without brackets after it.")
    try:
        result = fit(x, y, given, rate, steps)
    except Exception as error:
        told = next((words for part, words in known.items() if part in str(error)), None)
        raise Hint(told or f"Your function stops with {type(error).__name__}: {error}") from None
    if not isinstance(result, (tuple, list)) or len(result) != 2 or not isinstance(result[0], (tuple, list)):
        raise Hint("Two things are needed: return [w, b, v, c], losses")
    if any(not torch.equal(one, two) for one, two in zip(given, start, strict=True)):
        raise Hint("The tensors of start have changed. Take copies: one.clone().requires_grad_()")
    parameters = [as_array(one) for one in result[0]]
    if len(parameters) != 4 or any(one.shape != two.shape for one, two in zip(parameters, start, strict=False)):
        raise Hint(f"w, b, v and c have the shapes {[one.shape for one in parameters]}; those of start are needed.")
    return parameters, np.array([as_number(one) for one in result[1]])


def compare_run(run: tuple[list, np.ndarray], x: torch.Tensor, y: torch.Tensor, start: list) -> None:
    """Hint where a run of 12 steps at the rate 0.1 is not plain gradient descent on the mean squared distance."""
    parameters, losses = run
    right, wanted = _descend(x, y, start)
    names = [name for name, one, two in zip(NAMES, parameters, right, strict=True) if not _near(one, two)]
    if names:
        slips: dict[str, dict[str, Any]] = {
            "The gradients add up from step to step. Set .grad to None, or to 0, after each step.": {"keep": 1.0},
            "It goes uphill: subtract rate times the gradient.": {"scale": -1.0},
            "The loss is a mean over the points, not a sum.": {"scale": float(len(x))},
            "The steps are half as large. Take the mean of the squares as it is.": {"scale": 0.5},
            "That is momentum. Plain gradient descent uses the gradient of this step alone.": {"keep": 0.9},
            "f has the shape (n, 1) and y (n,), so their difference is a table. Make both (n,).": {"table": True},
            "It takes one step too few.": {"steps": 11},
        }  # fmt: skip
        for words, slip in slips.items():
            if all(map(_near, parameters, _descend(x, y, start, **slip)[0])):
                raise Hint(words)
        still = [name for name, one, two in zip(NAMES, parameters, start, strict=True) if _near(one, two.numpy())]
        if 0 < len(still) < 4:
            raise Hint(f"{' and '.join(still)} did not learn: all four change in each step.")
        raise Hint(f"After 12 steps at 0.1 {names[0]} is not what gradient descent gives. Does it begin at start?")
    if len(losses) != 12:
        raise Hint(f"There are {len(losses)} losses; for 12 steps 12 are needed, one before each step.")
    if not _near(losses, wanted):
        late = np.allclose(losses[:-1], wanted[1:], rtol=1e-3)
        raise Hint(
            "It learns as it should, and its losses are those after the steps. Note each before its step."
            if late
            else f"It learns as it should, but loss 1 is {losses[0]:.6g} and not {wanted[0]:.6g}."
        )


def _near(one: np.ndarray, two: np.ndarray) -> bool:
    return bool(np.allclose(one, two, rtol=1e-3, atol=1e-5))


def _descend(
    x: torch.Tensor, y: torch.Tensor, start: list, *, scale: float = 1.0, keep: float = 0.0, steps: int = 12,
    table: bool = False,
) -> tuple[list, np.ndarray]:  # fmt: skip
    """Return parameters and losses after steps at 0.1; keep: the share of the last gradient that is added."""
    parameters, losses = [one.clone().requires_grad_() for one in start], []
    w, b, v, c = parameters
    before: list[Any] = [0.0] * 4
    for _ in range(steps):
        f = torch.relu(x[:, None] * w + b) @ v + c
        loss = (((f[:, None] if table else f) - y) ** 2).mean()
        losses.append(loss.item())
        before = [keep * old + new for old, new in zip(before, torch.autograd.grad(loss, parameters), strict=True)]
        with torch.no_grad():
            for one, gradient in zip(parameters, before, strict=True):
                one -= 0.1 * scale * gradient
    return [one.detach().numpy() for one in parameters], np.array(losses)


def check_own(fit: Any, own: Any) -> None:
    """Hint what is wrong with the reader's own run."""
    if not isinstance(own, (tuple, list)) or len(own) != 5:
        raise Hint("fit is right. Now your own run: a tuple of five, (x, y, start, rate, steps).")
    x, y = (torch.as_tensor(as_array(one)) for one in own[:2])
    rate, steps = as_number(own[3]), int(as_number(own[4]))
    if x.ndim != 1 or x.shape != y.shape or not 20 <= len(x) <= 1000:
        raise Hint(
            f"x and y have the shapes {tuple(x.shape)} and {tuple(y.shape)}; (n,) is needed, n from 20 to 1,000."
        )
    if x.min() > -0.9 or x.max() < 0.9 or x.abs().max() > 1.001:
        raise Hint(f"x goes from {float(x.min()):g} to {float(x.max()):g}. From −1 to 1 is needed.")
    if not 1 <= steps <= 5000:
        raise Hint(f"{steps} steps: from 1 to 5,000, please.")
    if any(np.allclose(y, target(name, x.numpy()), atol=1e-3) for name in TARGETS):
        raise Hint("That is a curve of this lesson. Choose a function of your own.")
    across, up = x.double().numpy(), y.double().numpy()
    line = np.polyval(np.polyfit(across, up, 1), across)
    if np.mean((up - line) ** 2) <= 0.1 * up.var():
        raise Hint("Your function is nearly a straight line, which a single ReLU can follow. Choose one with bends.")
    start = [torch.as_tensor(as_array(one)) for one in own[2]]
    _, losses = run(fit, x.to(start[0].dtype), y.to(start[0].dtype), start, rate, steps)
    if losses[0] < 0.1 * up.var():
        raise Hint("Your start fits before the first step. Begin with random numbers.")
    if not losses[-1] <= 0.05 * up.var():
        raise Hint(
            f"The last loss is {losses[-1]:.3g}; {0.05 * up.var():.3g} is needed, 5 % of the variance of y. "
            "More steps, more ReLUs, or another rate or start?"
        )
