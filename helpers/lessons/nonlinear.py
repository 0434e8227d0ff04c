"""Activation functions with their gradients: sigmoid, tanh, ReLU, leaky ReLU and GELU.

They take arrays, and return arrays of the same shape and float type; integers become float64. No input overflows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike


def sigmoid(x: ArrayLike) -> np.ndarray:
    """Apply the sigmoid function, 1 / (1 + e⁻ˣ): between 0 and 1. Taught in lesson 05.

    >>> sigmoid([-1000, 0, 1000])
    array([0. , 0.5, 1. ])
    """
    x = _floats(x)
    small = np.exp(-np.abs(x))  # the exponent is never positive, so it cannot overflow
    return np.where(x >= 0, 1, small) / (1 + small)


def sigmoid_gradient(x: ArrayLike) -> np.ndarray:
    """Return the gradient of the sigmoid, σ(x) · σ(−x), which is σ(x) · (1 − σ(x)): at most 1/4. Lesson 05.

    >>> sigmoid_gradient([0.0])
    array([0.25])
    """
    x = _floats(x)
    return sigmoid(x) * sigmoid(-x)  # 1 − σ(x) would round to 0 on the right long before σ(x) does on the left


def tanh(x: ArrayLike) -> np.ndarray:
    """Apply the hyperbolic tangent, 2 · σ(2x) − 1: between −1 and 1. Taught in lesson 05.

    >>> tanh([-1000, 0, 1000])
    array([-1.,  0.,  1.])
    """
    return np.tanh(_floats(x))


def tanh_gradient(x: ArrayLike) -> np.ndarray:
    """Return the gradient of tanh, 1 − tanh(x)²: at most 1. Taught in lesson 05.

    >>> tanh_gradient([0.0])
    array([1.])
    """
    return 1 - tanh(x) ** 2


def relu(x: ArrayLike) -> np.ndarray:
    """Apply ReLU, max(0, x): keep what is positive, make the rest 0. Nair and Hinton (2010). Taught in lesson 05.

    >>> relu([-2.0, 3.0])
    array([0., 3.])
    """
    return np.maximum(_floats(x), 0)


def relu_gradient(x: ArrayLike) -> np.ndarray:
    """Return the gradient of ReLU: 1 for x > 0, else 0; at 0, where there is none, 0 as in PyTorch. Lesson 05.

    >>> relu_gradient([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    x = _floats(x)
    return (x > 0).astype(x.dtype)


def leaky_relu(x: ArrayLike, alpha: float = 0.01) -> np.ndarray:
    """Apply leaky ReLU: keep what is positive, multiply the rest by `alpha`, PyTorch's `negative_slope`, 0 < alpha < 1.

    Raises ValueError for any other alpha. Maas, Hannun and Ng (2013). Taught in lesson 05.

    >>> leaky_relu([-2.0, 3.0], alpha=0.1)
    array([-0.2,  3. ])
    """
    return _floats(x) * leaky_relu_gradient(x, alpha)


def leaky_relu_gradient(x: ArrayLike, alpha: float = 0.01) -> np.ndarray:
    """Return the gradient of leaky ReLU: 1 for x > 0, else `alpha`. Taught in lesson 05.

    >>> leaky_relu_gradient([-2.0, 3.0], alpha=0.1)
    array([0.1, 1. ])
    """
    x, alpha = _floats(x), checked_alpha(alpha)
    return np.where(x > 0, 1, alpha).astype(x.dtype)


def gelu(x: ArrayLike) -> np.ndarray:
    """Apply GELU, x · Φ(x), with Φ the normal cumulative distribution function. Hendrycks and Gimpel (2016). Lesson 05.

    This is the exact one, as PyTorch's default; approximate="tanh" differs in the fourth digit.

    >>> gelu([-1.0, 0.0, 1.0]).round(3)
    array([-0.159,  0.   ,  0.841])
    """
    x = _floats(x)
    return x * _normal_cdf(x)


def gelu_gradient(x: ArrayLike) -> np.ndarray:
    """Return the gradient of GELU, Φ(x) + x · φ(x), with φ the normal density. Taught in lesson 05.

    >>> gelu_gradient([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = _floats(x)
    near = np.clip(x, -100, 100)  # farther out the density is 0, and the square could overflow
    return _normal_cdf(x) + near * np.exp(-(near**2) / 2) / np.sqrt(2 * np.pi).astype(x.dtype)


@dataclass(frozen=True)
class NonLinearity:
    """An activation function with its gradient, and both as text; `has_alpha` where both take the argument `alpha`."""

    name: str
    function: Callable[..., np.ndarray]
    gradient: Callable[..., np.ndarray]
    formula: str
    gradient_formula: str
    has_alpha: bool = False

    def at(self, x: ArrayLike, alpha: float = 0.01) -> tuple[np.ndarray, np.ndarray]:
        """Return the values and the gradients at `x`; `alpha` counts where the function has one.

        >>> [float(number) for number in NON_LINEARITIES["leaky ReLU"].at(-2, alpha=0.5)]
        [-1.0, 0.5]
        """
        more: dict[str, Any] = {"alpha": alpha} if self.has_alpha else {}
        return self.function(x, **more), self.gradient(x, **more)


NON_LINEARITIES = {
    entry.name: entry
    for entry in (
        NonLinearity("sigmoid", sigmoid, sigmoid_gradient, "1 / (1 + e⁻ˣ)", "σ(x) · (1 − σ(x))"),
        NonLinearity("tanh", tanh, tanh_gradient, "(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)", "1 − tanh(x)²"),
        NonLinearity("ReLU", relu, relu_gradient, "max(0, x)", "1 if x > 0, else 0"),
        NonLinearity(
            "leaky ReLU",
            leaky_relu,
            leaky_relu_gradient,
            "x if x > 0, else α · x",
            "1 if x > 0, else α",
            has_alpha=True,
        ),
        NonLinearity("GELU", gelu, gelu_gradient, "x · Φ(x)", "Φ(x) + x · φ(x)"),
    )
}


def non_linearity(name: str) -> NonLinearity:
    """Look up an activation function by its name, in capitals or not; ValueError lists the names.

    >>> non_linearity("relu").formula
    'max(0, x)'
    """
    plain = str(name).lower().replace("_", " ").strip()
    for entry in NON_LINEARITIES.values():
        if entry.name.lower() == plain:
            return entry
    raise ValueError(f"got {name!r}, which is not in the table; type one of {', '.join(NON_LINEARITIES)}")


def checked_alpha(alpha: Any) -> float:
    """Return `alpha` as a float; ValueError unless 0 < alpha < 1."""
    try:
        value = float(alpha)
    except (TypeError, ValueError):
        value = float("nan")
    if not 0 < value < 1 or isinstance(alpha, str):
        raise ValueError(f"got alpha={alpha!r}; it is the slope on the left, between 0 and 1: type alpha=0.01")
    return value


def _floats(x: ArrayLike) -> np.ndarray:
    """Return an array of floats; a float type stays as it is."""
    values = np.asarray(x)
    return values if np.issubdtype(values.dtype, np.floating) else values.astype(float)


def _normal_cdf(x: np.ndarray) -> np.ndarray:
    """Return Φ, the cumulative distribution function of the normal distribution."""
    return torch.special.erfc(torch.from_numpy(np.asarray(-x / np.sqrt(2).astype(x.dtype)))).numpy() / 2
