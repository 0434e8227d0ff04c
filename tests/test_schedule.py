"""Learning rates and their plans, beside PyTorch's schedulers."""

from typing import Any

import numpy as np
import pytest
import torch

from helpers.schedule import Plan, make_plan, rates_per_group, whole_number


@pytest.mark.parametrize("rate", [0.01, 1, np.float32(0.01), torch.tensor(0.01), [0.01], np.array([0.01])])
def test_one_rate_is_given_to_every_group(rate: object) -> None:
    assert rates_per_group(rate) == pytest.approx((float(np.ravel(rate)[0]),) * 3)


@pytest.mark.parametrize("rates", [[1e-4, 1e-3, 1e-2], (1e-4, 1e-3, 1e-2), np.array([1e-4, 1e-3, 1e-2])])
def test_a_rate_for_each_group_is_kept(rates: object) -> None:
    assert rates_per_group(rates) == (1e-4, 1e-3, 1e-2)


@pytest.mark.parametrize("wrong", [[0.1, 0.2], [0.1] * 4, [], [[0.1, 0.2], [0.1, 0.2]]])
def test_another_number_of_rates_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"learning rates; we need one number, or 3: early body, late body, head"):
        rates_per_group(wrong)


@pytest.mark.parametrize("wrong", [0, -0.1, float("nan"), float("inf"), None, [0.1, 0, 0.1], "fast", {}, [0.1, [0.2]]])
def test_a_rate_that_is_no_positive_number_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"got lr=.*; a learning rate is a positive number, such as 0\.01"):
        rates_per_group(wrong)


# Plans ----------------------------------------------------------------------------------------------------------------


def of_pytorch(kind: Any, steps: int, **choices: Any) -> tuple[list[float], list[float]]:
    """Return the rates and momenta that a scheduler of PyTorch's gives to each step, for a rate of 1."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    scheduler, rates, momenta = kind(optimizer, **choices), [], []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        scheduler.step()
    return rates, momenta


def all_of(plan: Plan) -> tuple[list[float], list[float]]:
    return plan.factors.tolist(), plan.momenta.tolist()


@pytest.mark.parametrize(("epochs", "steps"), [(1, 1), (1, 2), (3, 7)])
def test_a_constant_rate_is_constant(epochs: int, steps: int) -> None:
    plan = make_plan(epochs, steps)
    assert all_of(plan) == ([1.0] * epochs * steps, [0.9] * epochs * steps)
    assert (plan.epochs, plan.steps) == (epochs, steps)


@pytest.mark.parametrize("steps", [1, 2, 3, 10])
@pytest.mark.parametrize(("n", "cycle_len", "cycle_mult"), [(1, 1, 1), (3, 1, 1), (3, 1, 2), (2, 2, 3), (4, 3, 1)])
def test_warm_restarts_are_pytorchs(n: int, cycle_len: int, cycle_mult: int, steps: int) -> None:
    plan = make_plan(n, steps, cycle_len=cycle_len, cycle_mult=cycle_mult)
    epochs = sum(cycle_len * cycle_mult**number for number in range(n))
    expected, _ = of_pytorch(
        torch.optim.lr_scheduler.CosineAnnealingWarmRestarts,
        epochs * steps,
        T_0=cycle_len * steps,
        T_mult=cycle_mult,
    )
    assert (plan.epochs, plan.steps) == (epochs, steps)
    np.testing.assert_allclose(plan.factors, expected, rtol=1e-9, atol=1e-12)
    assert set(plan.momenta) == {0.9}


def test_a_cycle_falls_along_half_a_cosine_and_starts_again() -> None:
    # (1 + cos(0, 45, 90, 135 degrees)) / 2
    cycle = [1.0, 0.853553, 0.5, 0.146447]
    np.testing.assert_allclose(make_plan(2, 4, cycle_len=1).factors, cycle * 2, atol=1e-6)
    assert make_plan(3, 2, cycle_len=1).factors.tolist() == pytest.approx([1.0, 0.5] * 3)


@pytest.mark.parametrize(("epochs", "steps"), [(1, 4), (1, 7), (2, 5), (3, 10), (1, 200)])
def test_one_cycle_is_pytorchs_with_its_momentum(epochs: int, steps: int) -> None:
    plan = make_plan(epochs, steps, schedule="one_cycle")
    total = epochs * steps
    # PyTorch's scheduler complains when it is asked for a step after the last, so it is not.
    rates, momenta = of_pytorch(torch.optim.lr_scheduler.OneCycleLR, total - 1, max_lr=1.0, total_steps=total)
    np.testing.assert_allclose(plan.factors[:-1], rates, rtol=1e-9)
    np.testing.assert_allclose(plan.momenta[:-1], momenta, rtol=1e-9)
    assert (plan.factors[-1], plan.momenta[-1]) == (pytest.approx(1 / 250_000), pytest.approx(0.95))


@pytest.mark.parametrize(
    ("total", "expected"), [(1, [1.0]), (2, [1.0, 4e-6]), (3, [1.0, 0.5 + 2e-6, 4e-6])], ids=["one", "two", "three"]
)
def test_one_cycle_of_few_steps_has_no_rise_and_begins_at_the_rate_chosen(total: int, expected: list[float]) -> None:
    plan = make_plan(1, total, schedule="one_cycle")
    np.testing.assert_allclose(plan.factors, expected, rtol=1e-9)
    assert plan.momenta[0] == pytest.approx(0.85)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"cycle_len": 0}, r"got cycle_len=0; it is a whole number of epochs in the first cycle, 1 or more"),
        ({"cycle_len": 1.5}, r"got cycle_len=1\.5; it is a whole number"),
        ({"cycle_len": True}, r"got cycle_len=True; it is a whole number"),
        ({"cycle_len": 1, "cycle_mult": 0}, r"got cycle_mult=0; it is a whole number of times"),
        ({"cycle_mult": 2}, r"got cycle_mult=2 without cycle_len; type cycle_len=1, cycle_mult=2"),
        ({"schedule": "cosine"}, r"got schedule='cosine'; it is \"constant\" or \"one_cycle\", or give cycle_len"),
        ({"schedule": None}, r"got schedule=None; it is"),
        ({"schedule": "one_cycle", "cycle_len": 1}, r"got cycle_len=1 with schedule='one_cycle'; type one of them"),
        ({"n": 0, "cycle_len": 1}, r"got n=0; it is a whole number of epochs, or of cycles where cycle_len is given"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_a_sentence(choices: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        make_plan(**{"n": 3, "steps": 10, **choices})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("right", [1, 7, np.int64(3), np.uint8(2)])
def test_a_whole_number_comes_back_as_a_plain_one(right: Any) -> None:
    found = whole_number("n", right, "things")
    assert (found, type(found)) == (int(right), int)


@pytest.mark.parametrize("wrong", [0, -1, 2.0, np.float64(2), "2", None, True, np.bool_(True), [1], float("nan")])
def test_what_is_no_whole_number_is_refused_by_name(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^got n=.*; it is a whole number of things, 1 or more$"):
        whole_number("n", wrong, "things")
