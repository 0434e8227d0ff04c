"""The non-linear functions: values and slopes as PyTorch's, at the ends of the number line, in every float type."""

import runpy
import sys

import numpy as np
import pytest
import torch

from helpers.lessons import nonlinear
from helpers.lessons.nonlinear import NON_LINEARITIES, non_linearity

TORCHS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "ReLU": torch.relu,
    "leaky ReLU": lambda x: torch.nn.functional.leaky_relu(x, 0.01),
    "GELU": torch.nn.functional.gelu,
}
PLACES = np.concatenate([np.linspace(-12, 12, 481), [-1000, -100, 100, 1000, -1e-9, 1e-9]])
NAMES = sorted(NON_LINEARITIES)


def by_torch(name: str, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    inputs = torch.tensor(x, requires_grad=True)
    outputs = TORCHS[name](inputs)
    (slopes,) = torch.autograd.grad(outputs.sum(), inputs)
    return outputs.detach().numpy(), slopes.numpy()


def test_the_table_holds_what_the_lesson_teaches() -> None:
    assert list(NON_LINEARITIES) == ["sigmoid", "tanh", "ReLU", "leaky ReLU", "GELU"]
    assert all(
        entry.name == name and entry.formula and entry.gradient_formula for name, entry in NON_LINEARITIES.items()
    )


@pytest.mark.parametrize(("kind", "near"), [(np.float64, 1e-12), (np.float32, 2e-6)])
@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes_are_pytorchs(name: str, kind: type, near: float) -> None:
    x = PLACES.astype(kind)
    for ours, theirs in zip(NON_LINEARITIES[name].at(x), by_torch(name, x), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=near, atol=near)


@pytest.mark.parametrize("alpha", [0.001, 0.1, 0.5, 0.999])
def test_alpha_is_the_slope_on_the_left(alpha: float) -> None:
    inputs = torch.tensor(PLACES, requires_grad=True)
    outputs = torch.nn.functional.leaky_relu(inputs, alpha)
    outputs.sum().backward()
    values, slopes = NON_LINEARITIES["leaky ReLU"].at(PLACES, alpha)
    np.testing.assert_allclose(values, outputs.detach())
    np.testing.assert_allclose(slopes, inputs.grad)


@pytest.mark.parametrize("name", NAMES)
def test_the_slope_is_the_slope_of_the_function(name: str) -> None:
    """Rise over run: an oracle that shares nothing with the formulas."""
    x = np.linspace(-4.05, 4.05, 82)  # 0, where two of them have a corner, is not among them
    function, step = NON_LINEARITIES[name].function, 1e-6
    rise = (function(x + step) - function(x - step)) / (2 * step)
    np.testing.assert_allclose(NON_LINEARITIES[name].gradient(x), rise, atol=1e-8)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_the_type_and_the_shape_stay_and_nothing_overflows(name: str, kind: type) -> None:
    x = np.array([[-1000, -1, 0], [1, 30, 1000]], dtype=kind)
    x.flags.writeable = False
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for result in NON_LINEARITIES[name].at(x):
            assert result.dtype == kind
            assert result.shape == x.shape
            assert np.isfinite(result).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_largest_numbers_there_are_do_no_harm(name: str) -> None:
    with np.errstate(over="raise", invalid="raise"):
        values, slopes = NON_LINEARITIES[name].at([-1e300, 1e300])
    left, right = {"sigmoid": (0, 1), "tanh": (-1, 1), "leaky ReLU": (-1e298, 1e300)}.get(name, (0, 1e300))
    np.testing.assert_allclose(values, [left, right])
    ends = {"ReLU": (0, 1), "leaky ReLU": (0.01, 1), "GELU": (0, 1)}.get(name, (0, 0))
    np.testing.assert_allclose(slopes, ends)


@pytest.mark.parametrize("name", NAMES)
def test_whole_numbers_lists_and_single_numbers_are_taken(name: str) -> None:
    entry = NON_LINEARITIES[name]
    assert entry.function([-2, 0, 3]).dtype == np.float64
    np.testing.assert_array_equal(entry.function(np.array([-2, 0, 3])), entry.function([-2.0, 0.0, 3.0]))
    assert float(entry.function(3)) == entry.function([3.0])[0]
    assert float(entry.gradient(-2)) == entry.gradient([-2.0])[0]


def test_not_a_number_stays_not_a_number() -> None:
    for entry in NON_LINEARITIES.values():
        assert np.isnan(entry.function([np.nan])).all()


def test_slopes_that_the_lesson_quotes() -> None:
    fine = np.linspace(-8, 8, 100_001)
    assert nonlinear.sigmoid_gradient(fine).max() == 0.25
    assert nonlinear.tanh_gradient(fine).max() == 1
    assert fine[nonlinear.gelu(fine).argmin()] == pytest.approx(-0.7518, abs=1e-3)
    assert nonlinear.sigmoid_gradient(40.0) == pytest.approx(np.exp(-40), rel=1e-6, abs=0), (
        "1 − σ would have rounded to 0"
    )
    assert nonlinear.gelu(-10.0) == pytest.approx(-10 * 7.619853e-24, rel=1e-5, abs=0), (
        "1 + erf would have rounded to 0"
    )


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 1.5, float("nan"), "0.1", None, [0.1, 0.2]])
def test_an_alpha_that_is_none_gets_a_sentence(alpha: object) -> None:
    for function in (nonlinear.leaky_relu, nonlinear.leaky_relu_gradient):
        with pytest.raises(ValueError, match=r"got alpha=.*between 0 and 1: type alpha=0\.01"):
            function([1.0], alpha)  # type: ignore[arg-type]


def test_names_are_found_however_they_are_written() -> None:
    for name in ("leaky ReLU", "leaky_relu", " Leaky RELU "):
        assert non_linearity(name) is NON_LINEARITIES["leaky ReLU"]
    with pytest.raises(ValueError, match=r"got 'swish'.*sigmoid, tanh, ReLU, leaky ReLU, GELU"):
        non_linearity("swish")


def test_scipy_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    assert runpy.run_path(nonlinear.__file__)["gelu"](0.0) == 0.0
