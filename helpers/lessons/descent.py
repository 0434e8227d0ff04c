"""Gradient descent on plain functions: the path of its steps, how fast it converges, and when it diverges."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ..plots import FIRST, GREY, THIRD, new_axes

FAR = 1e6  # times the size of the start: from there it will not come back
NEAR = 0.01  # of the distance at the start: what counts as converged
QUICK = 25  # steps to converge in, for a rate that counts as right
NUMBERED = 6  # positions that get their number in a drawing: more would lie over each other


@dataclass(frozen=True)
class Quadratic:
    """The function f(x) = a · x² with its gradient; the minimum is at 0; x is a number or an array.

    >>> Quadratic()([3.0, -1.0]).tolist(), Quadratic(a=3).gradient([3.0, -1.0]).tolist()
    ([9.0, 1.0], [18.0, -6.0])
    """

    a: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what has no minimum."""
        if not (math.isfinite(self.a) and self.a > 0):
            raise ValueError(f"got a={self.a!r}; a positive number is needed, such as Quadratic(a=3)")

    def __call__(self, x: ArrayLike) -> np.ndarray:
        """Return the value at x."""
        return self.a * np.square(x)

    def gradient(self, x: ArrayLike) -> np.ndarray:
        """Return the gradient at x: 2 · a · x."""
        return 2 * self.a * np.asarray(x)


@dataclass(frozen=True, eq=False)
class Hollows:
    """A surface with several local minima in a wide bowl, and its gradient. Taught in lesson 03.

    Points (..., 2) in, heights (...) out; `gradient` returns (..., 2). centres: (n, 2). depths, widths: (n,).

    >>> Hollows()([[0.0, 0.0], [2.0, 1.4]]).round(1).tolist()
    [1.9, 0.4]
    """

    centres: ArrayLike = ((-1.9, 1.3), (2.0, 1.4), (-1.3, -1.9), (1.7, -1.6))
    depths: ArrayLike = (1.2, 2.0, 1.7, 0.8)
    widths: ArrayLike = (0.9, 0.9, 0.8, 0.8)
    bowl: float = 0.06
    lift: float = 2.0

    def _parts(self, points: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the points, the way from every centre (..., n, 2), and what every hollow takes away (..., n)."""
        positions = np.asarray(points, dtype=float)
        away = positions[..., None, :] - np.asarray(self.centres)
        squares = (away**2).sum(axis=-1) / np.asarray(self.widths) ** 2
        return positions, away, np.asarray(self.depths) * np.exp(-squares / 2)

    def __call__(self, points: ArrayLike) -> np.ndarray:
        """Return the height of the surface at the points."""
        positions, _, taken = self._parts(points)
        return self.lift + self.bowl * (positions**2).sum(axis=-1) - taken.sum(axis=-1)

    def gradient(self, points: ArrayLike) -> np.ndarray:
        """Return the gradient at the points, one number for each of the two directions."""
        positions, away, taken = self._parts(points)
        return 2 * self.bowl * positions + (away * (taken / np.asarray(self.widths) ** 2)[..., None]).sum(axis=-2)


@dataclass(frozen=True, eq=False)
class Descent:
    """The path of gradient descent: the start and the position after each step, (steps + 1,) or (steps + 1, n)."""

    positions: np.ndarray = field(repr=False)
    rate: float
    diverged: bool

    def __str__(self) -> str:
        """Return the run in one sentence."""
        steps = len(self.positions) - 1
        start, end = (np.array2string(self.positions[index], precision=4) for index in (0, -1))
        said = "diverged" if self.diverged else "went"
        return f"{steps} steps at rate {self.rate:g} {said} from {start} to {end}"


def gradient_descent(
    gradient: Callable[[np.ndarray], ArrayLike], start: ArrayLike, rate: float, steps: int = 20
) -> Descent:
    """Run gradient descent from `start`, each step rate × gradient, and return its path. Taught in lesson 03.

    gradient: takes a position and returns the gradient there, of the shape of `start`. It ends early where the position
    is a million times as far from 0 as the start, or no number: then `diverged` is True.
    Raises ValueError for a rate or a number of steps that is not positive. Cauchy described it in 1847.

    >>> print(gradient_descent(Quadratic().gradient, 4.0, rate=0.1, steps=2))
    2 steps at rate 0.1 went from 4. to 2.56
    """
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"got rate={rate!r}; a learning rate is a positive number, such as 0.1")
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 1:
        raise ValueError(f"got steps={steps!r}; it is a whole number, 1 or more")
    position = np.asarray(start, dtype=float)
    if not np.isfinite(position).all():
        raise ValueError(f"got start={start!r}; a number is needed for every direction, such as 4.0 or [1.0, -2.0]")
    limit = FAR * max(1.0, float(np.abs(position).max()))
    positions, diverged = [position], False
    with np.errstate(over="ignore", invalid="ignore"):  # running away is an answer here, not a fault
        while len(positions) <= steps and not diverged:
            position = position - rate * np.asarray(gradient(position), dtype=float)
            positions.append(position)
            diverged = not bool((np.abs(position) < limit).all())
    return Descent(np.array(positions), rate, diverged)


def what_a_step_leaves(rate: float, a: float = 1.0) -> float:
    """Return by which factor a step on a · x² multiplies the position: x − rate · 2a · x = (1 − 2a · rate) · x.

    >>> what_a_step_leaves(0.25), what_a_step_leaves(1.0)
    (0.5, -1.0)
    """
    return 1 - 2 * a * rate


def judge_rate(rate: float, a: float = 1.0) -> tuple[str, str]:
    """Judge a learning rate on a · x²: return "too small", "right", "too large" or "diverging", and why, in a sentence.

    Right is a rate that leaves at most 1 % of the distance after 25 steps. Taught in lesson 03.

    >>> [judge_rate(rate)[0] for rate in (0.02, 0.3, 0.95, 1.05)]
    ['too small', 'right', 'too large', 'diverging']
    """
    leaves = what_a_step_leaves(rate, a)
    size, over = abs(leaves), "jumps over the bottom and " if leaves < 0 else ""
    if math.isclose(size, 1, abs_tol=1e-9):
        return "too large", "each step jumps to the same height on the other side, for ever: this is the border"
    if size > 1:
        return "diverging", f"each step jumps over the bottom and makes the distance {size:.4g} times as large"
    if size < 1e-9:
        return "right", "one step leads to the bottom, as only this rate does on only this curve"
    needed = math.ceil(math.log(NEAR) / math.log(size))
    why = f"each step {over}leaves {100 * size:.4g} % of the distance, so {needed:,} steps bring it down to 1 %"
    if needed <= QUICK:
        return "right", why
    return ("too large" if over else "too small"), why


def plot_descent(found: Descent, curve: Quadratic, *, ax: Axes | None = None) -> Axes:
    """Draw the path of gradient descent on its curve; a square is the start, a star the end.

    >>> plot_descent(gradient_descent(Quadratic().gradient, 4.0, 0.3), Quadratic()).get_xlabel()
    'x'
    """
    positions = found.positions
    if positions.ndim != 1:
        raise ValueError(f"got positions of shape {positions.shape}; use plot_paths for a descent on a surface")
    reach = 1.1 * float(np.abs(positions).max())
    axes = new_axes(ax)
    draw_curve(axes, curve, reach)
    draw_path(axes, positions, curve)
    axes.set_title(f"rate {found.rate:g}" + (": it diverges" if found.diverged else ""), fontsize=10)
    return axes


def draw_curve(axes: Axes, curve: Quadratic, reach: float) -> None:
    """Draw a curve from −reach to reach into `axes`."""
    across = np.linspace(-reach, reach, 201)
    axes.plot(across, curve(across), color=FIRST, linewidth=2)
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set(xlabel="x", ylabel="loss f(x)", xlim=(-reach, reach))
    axes.set_ylim(-0.06 * float(curve(reach)), 1.06 * float(curve(reach)))


def draw_path(axes: Axes, positions: np.ndarray, curve: Quadratic) -> list:
    """Draw positions on a curve, joined in their order and numbered at the beginning; return what was drawn."""
    heights = curve(positions)
    drawn: list = [
        *axes.plot(positions, heights, "-", color=THIRD, linewidth=0.9, alpha=0.7),
        *axes.plot(positions[1:-1], heights[1:-1], "o", color=THIRD, markersize=5),
        *axes.plot(positions[:1], heights[:1], "s", color=THIRD, markersize=9),
        *axes.plot(positions[-1:], heights[-1:], "*", color=THIRD, markersize=14, markeredgecolor="black"),
    ]
    taken: list = []
    for number, point in enumerate(zip(positions[:NUMBERED], heights[:NUMBERED], strict=True)):
        corner = axes.transData.transform(point)
        if all(math.dist(corner, other) > 16 for other in taken):  # pixels: closer ones would lie over each other
            side = 9 if point[0] >= 0 else -9
            drawn.append(
                axes.annotate(
                    str(number), point, xytext=(side, 2), textcoords="offset points",
                    ha="left" if side > 0 else "right", fontsize=9,
                )
            )  # fmt: skip
            taken.append(corner)
    return drawn


def plot_paths(
    surface: Callable[[np.ndarray], np.ndarray],
    paths: Sequence[Descent],
    *,
    reach: float = 3.6,
    ax: Axes | None = None,
) -> Axes:
    """Draw paths of gradient descent on the contour lines of a surface: a square at each start, a star at each end.

    >>> axes = plot_paths(Hollows(), [gradient_descent(Hollows().gradient, [0.5, 3.0], 0.2, 50)])
    >>> [text.get_text() for text in axes.texts]
    ['A']
    """
    if any(path.positions.ndim != 2 or path.positions.shape[1] != 2 for path in paths):
        raise ValueError("got a path that is not on a surface; positions of shape (steps + 1, 2) are needed")
    axes = new_axes(ax, (5.4, 4.3))
    across = np.linspace(-reach, reach, 121)
    points = np.stack(np.meshgrid(across, across), axis=-1)
    heights = surface(points)
    filled = axes.contourf(across, across, heights, 14, cmap="viridis")
    axes.contour(across, across, heights, 14, colors="white", linewidths=0.35)
    axes.figure.colorbar(filled, ax=axes, label="loss")
    outlined = [patheffects.withStroke(linewidth=3.2, foreground="black")]
    for letter, path in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", paths, strict=False):
        x, y = path.positions.T
        axes.plot(x, y, "-", color="white", linewidth=1.6, path_effects=outlined)
        axes.plot(x[1:-1], y[1:-1], ".", color="white", markersize=4, markeredgecolor="black", markeredgewidth=0.4)
        axes.plot(x[:1], y[:1], "s", color="white", markersize=8, markeredgecolor="black")
        axes.plot(x[-1:], y[-1:], "*", color="white", markersize=16, markeredgecolor="black")
        axes.annotate(
            letter, (x[0], y[0]), xytext=(8, 5), textcoords="offset points", color="white", fontsize=12,
            weight="bold", path_effects=outlined,
        )  # fmt: skip
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel="first weight", ylabel="second weight", aspect="equal")
    return axes
