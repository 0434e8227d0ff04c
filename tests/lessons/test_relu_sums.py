"""Sums of ReLUs against NumPy's interpolation, PyTorch's gradients and optimiser, and numbers by hand."""

import numpy as np
import pytest
import torch

from helpers.lessons.relu_sums import (
    TARGETS,
    ReluSum,
    Step,
    descend,
    interpolate,
    loss_and_gradient,
    moved,
    race,
    random_sum,
    take_step,
    target,
)

X = np.linspace(-1, 1, 101)


def in_torch(function: ReluSum, x: np.ndarray) -> tuple[list[torch.Tensor], torch.Tensor]:
    """The numbers of a sum, and its values at x, as PyTorch computes them."""
    numbers = [torch.tensor(values, requires_grad=True) for values in (function.places, function.slopes)]
    numbers.append(torch.tensor(function.bias, dtype=torch.float64, requires_grad=True))
    places, slopes, bias = numbers
    bends = torch.relu(torch.tensor(function.sides)[:, None] * (torch.tensor(x) - places[:, None]))
    return numbers, bias + slopes @ bends


def test_the_value_is_the_sum_of_slope_times_relu_by_hand() -> None:
    function = ReluSum([0.0, 1.0], [2.0, -3.0], [1, -1], 0.5)
    # at −1: 0.5 + 2·0 − 3·2; at 0.5: 0.5 + 2·0.5 − 3·0.5; at 2: 0.5 + 2·2 − 3·0
    np.testing.assert_allclose(function([-1.0, 0.5, 2.0]), [-5.5, 0.0, 4.5])
    assert function(0.5) == 0.0
    assert function(np.zeros((2, 3))).shape == (2, 3)
    assert function.pieces(np.zeros((2, 3))).shape == (2, 2, 3)
    np.testing.assert_allclose(function.pieces([2.0]).ravel(), [4.0, 0.0])


def test_a_sum_keeps_its_own_numbers() -> None:
    places = np.array([0.0, 1.0])
    function = ReluSum(places, [1.0, 1.0])
    places[0] = 5.0
    assert function.places.tolist() == [0.0, 1.0]


def test_a_sum_without_a_relu_is_its_offset() -> None:
    np.testing.assert_array_equal(ReluSum(bias=2.0)(X), np.full(101, 2.0))


def test_a_hidden_layer_of_pytorch_is_such_a_sum() -> None:
    torch.manual_seed(0)
    hidden, last = torch.nn.Linear(1, 5).double(), torch.nn.Linear(5, 1).double()
    weights, offsets = hidden.weight.detach().numpy().ravel(), hidden.bias.detach().numpy()
    outer = last.weight.detach().numpy().ravel()
    function = ReluSum(-offsets / weights, outer * np.abs(weights), np.sign(weights), last.bias.item())
    wanted = last(torch.relu(hidden(torch.tensor(X)[:, None])))[:, 0]
    np.testing.assert_allclose(function(X), wanted.detach().numpy(), atol=1e-12)


def test_the_code_makes_the_same_function_again() -> None:
    function = random_sum(6, seed=3)
    again = eval(function.code(digits=12), {"ReluSum": ReluSum})
    np.testing.assert_allclose(again(X), function(X), atol=1e-9)
    assert repr(function) == function.code()


@pytest.mark.parametrize("seed", range(5))
def test_interpolation_meets_every_point_and_is_straight_in_between(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = np.sort(rng.uniform(-3, 3, 12)), rng.normal(size=12)
    function = interpolate(x, y)
    fine = np.linspace(x[0], x[-1], 500)
    np.testing.assert_allclose(function(fine), np.interp(fine, x, y), atol=1e-9)
    assert function.count == 11
    assert function(x[0] - 5) == pytest.approx(y[0]), "flat on the left"


def test_the_gap_shrinks_with_the_square_of_the_number() -> None:
    fine = np.linspace(-1, 1, 4001)
    gaps = []
    for count in (24, 48, 96):
        points = np.linspace(-1, 1, count + 1)
        gaps.append(np.abs(interpolate(points, target("wave", points))(fine) - target("wave", fine)).max())
    assert gaps[0] / gaps[1] == pytest.approx(4, rel=0.1)
    assert gaps[1] / gaps[2] == pytest.approx(4, rel=0.1)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([0, 0, 1], [1, 2, 3], "does not increase"),
        ([1, 0], [1, 2], "does not increase"),
        ([0], [1], "two points or more"),
        ([0, 1], [1, 2, 3], "two points or more"),
    ],
)
def test_points_that_cannot_be_met_are_refused(x: list, y: list, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        interpolate(x, y)


def test_the_curves_are_continuous_but_for_the_jump() -> None:
    fine = np.linspace(-1, 1, 20_001)
    leaps = {name: np.abs(np.diff(target(name, fine))).max() for name in TARGETS}
    assert leaps.pop("jump") == 1.0
    assert max(leaps.values()) < 0.001
    with pytest.raises(ValueError, match="type one of hill, wave, zigzag, jump"):
        target("valley", 0)


@pytest.mark.parametrize("seed", range(5))
def test_loss_and_gradient_are_those_of_pytorch(seed: int) -> None:
    function, y = moved(random_sum(7, seed), np.full(15, 0.01)), target("wave", X)
    numbers, values = in_torch(function, X)
    wanted = (values - torch.tensor(y)).square().mean()
    wanted.backward()
    loss, gradient = loss_and_gradient(function, X, y)
    assert loss == pytest.approx(wanted.item())
    np.testing.assert_allclose(
        gradient, np.concatenate([np.ravel(number.grad) for number in numbers if number.grad is not None]), atol=1e-12
    )


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_descent_takes_the_steps_of_pytorchs_sgd(momentum: float) -> None:
    start, y = random_sum(5, seed=2), target("hill", X)
    numbers, _ = in_torch(start, X)
    optimizer = torch.optim.SGD(numbers, lr=0.05, momentum=momentum)
    steps = list(descend(start, X, y, rate=0.05, steps=30, momentum=momentum))
    for step in steps[:-1]:
        places, slopes, bias = numbers
        bends = torch.relu(torch.tensor(start.sides)[:, None] * (torch.tensor(X) - places[:, None]))
        loss = (bias + slopes @ bends - torch.tensor(y)).square().mean()
        assert step.loss == pytest.approx(loss.item(), rel=1e-9)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    np.testing.assert_allclose(steps[-1].function.places, numbers[0].detach().numpy(), atol=1e-9)
    np.testing.assert_allclose(steps[-1].function.slopes, numbers[1].detach().numpy(), atol=1e-9)
    assert [step.number for step in steps] == list(range(31))
    np.testing.assert_array_equal(steps[-1].function.sides, start.sides)


def test_with_relus_to_spare_every_start_finds_the_zigzag_and_with_four_some_do_not() -> None:
    y = target("zigzag", X)
    few = [list(descend(random_sum(4, seed), X, y, steps=2000))[-1].loss for seed in range(10)]
    many = [list(descend(random_sum(20, seed), X, y, steps=2000))[-1].loss for seed in range(10)]
    assert min(few) < 0.005
    assert sum(loss > 0.01 for loss in few) >= 3
    assert max(many) < 0.01


def test_a_rate_that_is_too_large_ends_the_descent_and_keeps_a_function_of_numbers() -> None:
    steps = list(descend(random_sum(8, seed=1), X, target("wave", X), rate=5.0, steps=500))
    assert steps[-1].diverged
    assert len(steps) < 100
    assert np.isfinite(steps[-1].function(X)).all()
    assert not any(step.diverged for step in steps[:-1])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ReluSum([0, 1], [1]), "2 places, 1 slopes and 2 sides"),
        (lambda: ReluSum([0], [1], [2]), "a side is 1"),
        (lambda: ReluSum([np.nan], [1]), "must be finite"),
        (lambda: random_sum(0), "1 or more"),
        (lambda: random_sum(True), "1 or more"),
        (lambda: take_step(Step(0, ReluSum(), 0.0), X, X, rate=-1), "positive number"),
        (lambda: take_step(Step(0, ReluSum(), 0.0), X, X, rate=0.1, momentum=1.0), "below 1"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(make, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize("seed", range(3))
def test_racers_take_the_steps_of_descend_and_of_pytorchs_adam(seed: int) -> None:
    x, start = np.linspace(-1, 1, 41), random_sum(5, seed=seed)
    y = target("wave", x)
    found = race(start, x, y, rate=0.03, steps=60)
    for name, momentum in (("gradient descent", 0.0), ("momentum 0.9", 0.9)):
        wanted = [step.loss for step in descend(start, x, y, rate=0.03, steps=60, momentum=momentum)]
        np.testing.assert_allclose(found[name], wanted, rtol=1e-9)

    places, slopes = (torch.tensor(values, requires_grad=True) for values in (start.places, start.slopes))
    bias, sides = torch.tensor(start.bias, dtype=torch.float64, requires_grad=True), torch.tensor(start.sides)
    optimizer, losses = torch.optim.Adam([places, slopes, bias], lr=0.03), []
    for _ in range(61):
        bends = torch.relu(sides[:, None] * (torch.tensor(x) - places[:, None]))
        loss = (bias + slopes @ bends - torch.tensor(y)).square().mean()
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    np.testing.assert_allclose(found["Adam"], losses, rtol=1e-6)


def test_a_racer_that_runs_away_has_no_losses_from_there_on() -> None:
    x = np.linspace(-1, 1, 41)
    found = race(random_sum(8, seed=1), x, target("wave", x), rate=2.0, steps=100)
    losses = found["gradient descent"]
    assert np.isnan(losses[-1])
    assert np.isfinite(losses[0])
    assert (losses[np.isfinite(losses)] < 1e6).all()
    assert np.isfinite(found["Adam"]).all()
