"""Gradient descent on plain functions, against PyTorch, closed forms and numbers computed by hand."""

import math

import numpy as np
import pytest
import torch

from helpers.lessons.descent import (
    Hollows,
    Quadratic,
    gradient_descent,
    judge_rate,
    plot_descent,
    plot_paths,
    what_a_step_leaves,
)

VALLEY, SURFACE = Quadratic(), Hollows()
# How the four hollows of the surface are reached: starts, and the hollow that each is nearest to in the end.
STARTS = {(-0.6, 3.2): 0, (0.4, 2.9): 1, (-3.1, -0.9): 2, (3.2, -2.2): 3}


def pytorch_descent(function, start, rate: float, steps: int) -> np.ndarray:
    """What torch.optim.SGD does with the same function."""
    position = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([position], lr=rate)
    positions = [position.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        function(position).backward()
        optimizer.step()
        positions.append(position.detach().clone())
    return torch.stack(positions).numpy()


def surface_in_torch(point: torch.Tensor) -> torch.Tensor:
    height = SURFACE.lift + SURFACE.bowl * (point**2).sum()
    for centre, depth, width in zip(SURFACE.centres, SURFACE.depths, SURFACE.widths, strict=True):
        height = height - depth * torch.exp(-((point - torch.tensor(centre)) ** 2).sum() / (2 * width**2))
    return height


@pytest.mark.parametrize("rate", [0.02, 0.3, 0.7, 0.95, 1.0, 1.1])
@pytest.mark.parametrize("a", [1.0, 3.0])
def test_a_descent_on_a_quadratic_goes_where_pytorch_goes(rate: float, a: float) -> None:
    found = gradient_descent(Quadratic(a).gradient, 4.0, rate / a, 12)
    assert np.allclose(found.positions, pytorch_descent(lambda x: a * x**2, 4.0, rate / a, 12))


def test_a_descent_on_the_surface_goes_where_pytorch_goes() -> None:
    for start in STARTS:
        found = gradient_descent(SURFACE.gradient, start, 0.2, 30)
        assert np.allclose(found.positions, pytorch_descent(surface_in_torch, list(start), 0.2, 30))


def test_the_first_step_is_the_one_computed_by_hand() -> None:
    assert gradient_descent(VALLEY.gradient, 3.0, 0.1, 1).positions.tolist() == pytest.approx([3.0, 2.4])


def test_different_starts_end_in_different_minima_of_different_depth() -> None:
    ends = [gradient_descent(SURFACE.gradient, start, 0.2, 200).positions[-1] for start in STARTS]
    distances = np.linalg.norm(np.array(ends)[:, None] - np.array(SURFACE.centres), axis=2)
    assert distances.argmin(axis=1).tolist() == list(STARTS.values())
    assert np.abs(SURFACE.gradient(ends)).max() < 1e-3, "they are at rest"
    assert len({round(float(height), 2) for height in SURFACE(ends)}) == 4


def test_the_surface_takes_any_number_of_points_and_is_never_negative() -> None:
    grid = np.stack(np.meshgrid(np.linspace(-4, 4, 41), np.linspace(-4, 4, 41)), axis=-1)
    assert SURFACE(grid).shape == (41, 41)
    assert SURFACE.gradient(grid).shape == (41, 41, 2)
    assert SURFACE(grid).min() > 0


@pytest.mark.parametrize(("rate", "diverged"), [(0.99, False), (1.0, False), (1.01, True), (5.0, True)])
def test_it_says_whether_it_diverged(rate: float, diverged: bool) -> None:
    found = gradient_descent(VALLEY.gradient, 4.0, rate, 5000)
    assert found.diverged == diverged
    assert np.isfinite(found.positions).all()
    assert (len(found.positions) < 5001) == diverged, "it stops where it has run away, and not before"
    assert ("diverged" in str(found)) == diverged


def test_a_slope_that_is_no_number_counts_as_divergence() -> None:
    assert gradient_descent(lambda x: x * math.nan, 1.0, 0.1, 10).diverged
    assert gradient_descent(lambda x: x * math.inf, [1.0, 2.0], 0.1, 10).diverged


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"rate": 0}, "got rate=0; a learning rate is a positive number"),
        ({"rate": math.nan}, "got rate=nan"),
        ({"steps": 0}, "got steps=0; it is a whole number, 1 or more"),
        ({"steps": 2.5}, "got steps=2.5"),
        ({"steps": True}, "got steps=True"),
        ({"start": [1.0, math.nan]}, "a number is needed for every direction"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(choices: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match="got") as error:
        gradient_descent(VALLEY.gradient, **({"start": 1.0, "rate": 0.1, "steps": 2} | choices))
    assert sentence in str(error.value)


@pytest.mark.parametrize("a", [0.0, -1.0, math.nan])
def test_a_curve_without_a_lowest_point_is_refused(a: float) -> None:
    with pytest.raises(ValueError, match="a positive number is needed"):
        Quadratic(a)


@pytest.mark.parametrize("a", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("rate", [0.01, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 1.0, 1.01, 1.4])
def test_the_verdict_on_a_rate_is_what_its_steps_show(rate: float, a: float) -> None:
    """Against a descent of 25 steps, and its first sign, instead of the formula."""
    kind, why = judge_rate(rate / a, a)
    positions = gradient_descent(Quadratic(a).gradient, 4.0, rate / a, 25).positions
    grows, arrives, over = abs(positions[1]) > 4.0001, abs(positions[-1]) <= 0.0400001, positions[1] < 0
    assert kind == ("diverging" if grows else "right" if arrives else "too large" if over else "too small")
    assert ("jumps" in why) == over or rate == 0.5
    assert np.allclose(positions[1:] / 4, what_a_step_leaves(rate / a, a) ** np.arange(1, len(positions)))


@pytest.mark.parametrize("rate", [0.02, 0.3, 0.7, 0.95])
def test_the_number_of_steps_that_a_verdict_names_is_the_first_that_suffices(rate: float) -> None:
    needed = int(judge_rate(rate)[1].split("so ")[1].split(" ")[0])
    left = np.abs(gradient_descent(VALLEY.gradient, 4.0, rate, needed).positions) / 4
    assert left[-1] <= 0.01 < left[-2]


def test_the_pictures_show_the_positions_with_marks_that_need_no_colour() -> None:
    found = gradient_descent(VALLEY.gradient, 4.0, 0.3, 5)
    lines = plot_descent(found, VALLEY).lines
    path = next(line for line in lines if len(line.get_xdata()) == 6)
    assert np.allclose(path.get_xdata(), found.positions)
    assert np.allclose(path.get_ydata(), found.positions**2)
    assert {"s", "o", "*"} <= {line.get_marker() for line in lines}
    paths = [gradient_descent(SURFACE.gradient, start, 0.2, 40) for start in STARTS]
    axes = plot_paths(SURFACE, paths)
    assert [text.get_text() for text in axes.texts] == list("ABCD")
    assert np.allclose(axes.lines[0].get_xdata(), paths[0].positions[:, 0])
    assert axes.collections[0].get_cmap().name == "viridis"


def test_a_picture_of_the_wrong_descent_is_refused() -> None:
    one, two = gradient_descent(VALLEY.gradient, 4.0, 0.3, 5), gradient_descent(SURFACE.gradient, [0.0, 1.0], 0.2, 5)
    with pytest.raises(ValueError, match="use plot_paths"):
        plot_descent(two, VALLEY)
    with pytest.raises(ValueError, match="not on a surface"):
        plot_paths(SURFACE, [two, one])
