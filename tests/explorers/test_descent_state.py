"""The state of the gradient-descent stepper, against plain descents, PyTorch and numbers computed by hand."""

import math

import pytest

from helpers.explorers.descent_stepper.state import AWAY, MOST, Stepper
from helpers.lessons.descent import (
    Quadratic,
    gradient_descent,
)


def test_a_stepper_goes_where_a_descent_goes_and_back() -> None:
    stepper = Stepper(rate=0.3, start=-3.0, a=1.5)
    right = gradient_descent(Quadratic(1.5).gradient, -3.0, 0.3, 6).positions
    for number in range(1, 7):
        assert stepper.step()
        assert stepper.positions == pytest.approx(right[: number + 1])
    for number in range(5, -1, -1):
        assert stepper.back()
        assert stepper.x == pytest.approx(right[number])
    assert not stepper.back(), "there is nothing before the start"
    stepper.go_to(4)
    stepper.go_to(2)
    assert stepper.positions == pytest.approx(right[:3])
    stepper.reset()
    assert (stepper.steps, stepper.x) == (0, -3.0)


def test_another_rate_counts_from_the_next_step_on_and_another_start_begins_anew() -> None:
    stepper = Stepper(rate=0.25, start=4.0)
    stepper.step()
    stepper.set_rate(0.5)
    assert stepper.x == 2.0
    stepper.step()
    assert stepper.x == 0.0
    stepper.set_start(3)
    assert stepper.positions == [3.0]
    assert stepper.rate == 0.5


def test_a_run_ends_where_it_has_left_or_is_long_enough() -> None:
    away, long = Stepper(rate=1.1), Stepper(rate=0.001)
    away.go_to(10**6)
    assert AWAY < abs(away.x) < 2 * AWAY
    assert not away.step()
    assert "it diverged" in away.verdict
    assert away.numbers.endswith("Press Reset, or Back.")
    long.go_to(10**6)
    assert long.steps == MOST
    away.back()
    assert "it diverged" not in away.verdict


def test_the_numbers_of_a_step_are_right_and_can_be_read_by_hand() -> None:
    stepper = Stepper(rate=0.95, start=4.0)
    stepper.step()
    assert stepper.numbers == (
        "x = −3.6, loss 12.96. Next step: slope 2 × (−3.6) = −7.2, rate × slope = 0.95 × (−7.2) = −6.84, "
        "new x = −3.6 − (−6.84) = 3.24."
    )
    stepper.step()
    assert stepper.x == pytest.approx(3.24)


def test_a_stepper_says_when_it_has_arrived() -> None:
    stepper = Stepper(rate=0.3)
    stepper.go_to(5)
    assert "arrived" not in stepper.verdict
    stepper.go_to(6)
    assert "After 6 steps at most 1 % of the distance is left: it has arrived." in stepper.verdict


@pytest.mark.parametrize("value", [0, -0.1, 1.6, math.nan, None, "fast"])
def test_a_rate_out_of_range_gets_a_sentence_and_changes_nothing(value: object) -> None:
    stepper = Stepper(rate=0.2)
    with pytest.raises(ValueError, match=r"as the rate; a number from 0\.001 to 1\.5 is needed"):
        stepper.set_rate(value)
    assert stepper.rate == 0.2


def test_a_start_out_of_range_gets_a_sentence_and_changes_nothing() -> None:
    stepper = Stepper(start=2.0)
    stepper.step()
    with pytest.raises(ValueError, match="got 6 as the start; a number from −5 to 5 is needed"):
        stepper.set_start(6)
    assert stepper.steps == 1


def test_a_steeper_curve_has_its_border_lower() -> None:
    assert Stepper(rate=0.33, a=3).verdict.startswith("Rate 0.33 is too large")
    assert Stepper(rate=0.34, a=3).verdict.startswith("Rate 0.34 is diverging")
    assert Stepper(a=3).rates == pytest.approx((0.001 / 3, 0.5))


@pytest.mark.parametrize("rates", [[0.02] * 30, [0.3, 0.3, 0.05, 0.8, 0.01]])
def test_a_rival_with_momentum_goes_where_the_optimiser_of_pytorch_goes(rates: list[float]) -> None:
    torch = pytest.importorskip("torch")
    stepper = Stepper(start=4.0, a=1.3)
    x = torch.tensor(4.0, dtype=torch.float64, requires_grad=True)
    optimizer, right = torch.optim.SGD([x], lr=0.1, momentum=0.9), [4.0]
    for rate in rates:
        stepper.set_rate(rate)
        stepper.step()
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        (1.3 * x**2).backward()
        optimizer.step()
        right.append(float(x.detach()))
    assert stepper.beside(momentum=0.9) == pytest.approx(right)
    assert stepper.beside(momentum=0) == pytest.approx(stepper.positions)
    stepper.back()
    assert stepper.beside(momentum=0.9) == pytest.approx(right[:-1])


def test_the_run_before_is_kept_over_a_reset_that_followed_steps() -> None:
    stepper = Stepper(rate=0.25, start=4.0)
    assert stepper.before == []
    stepper.go_to(2)
    stepper.reset()
    stepper.reset()
    assert stepper.before == [4.0, 2.0, 1.0]
    stepper.step()
    stepper.set_start(2.0)
    assert stepper.before == [4.0, 2.0]
    assert stepper.taken == []


def test_who_starts_at_the_bottom_is_told_that_no_rate_leads_away() -> None:
    stepper = Stepper(rate=1.1, start=0.0)
    stepper.step()
    assert stepper.verdict.startswith("You start at the bottom.")
    stepper.set_start(1.0)
    assert stepper.verdict.startswith("Rate 1.1 is diverging")


def test_momentum_moves_the_border() -> None:
    """With momentum, a rate at which plain gradient descent diverges brings the ball back."""
    stepper = Stepper(rate=1.1, start=4.0)
    stepper.go_to(25)
    assert abs(stepper.x) > 100
    assert max(map(abs, stepper.beside(momentum=0.9)[-5:])) < 4
