"""The state of the function builder: a target, a sum of ReLUs, and gradient descent that continues from it."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...lessons.relu_sums import TARGETS, ReluSum, Step, loss_and_gradient, race, random_sum, take_step, target
from ...widgets.numbers import Limits, checked_number
from .pulling import added_bend, moved_bend, pulled_end
from .words import POINTS, USUAL_RATE, code_of, formula_of, words_of

ACROSS = np.linspace(-1, 1, 101)  # where a curve is compared with the sum
CURVES = (*TARGETS, POINTS)
MOST_RELUS, MOST_STEPS, MOST_POINTS, RACE = 30, 5000, 100, 200
LIMITS = Limits({
    "place": (-1.0, 1.0), "slope": (-20.0, 20.0), "bias": (-2.0, 2.0), "rate": (0.0001, 2.0),
    "ReLUs": (1, MOST_RELUS), "seed": (0, 9999), "x": (-1.0, 1.0), "y": (-1.5, 1.5), "steps at a time": (1, 500),
})  # fmt: skip


class Builder:
    """Fits a sum of ReLUs to a curve on [−1, 1] or to points, by hand and by gradient descent with momentum 0.9.

    curve: one of `CURVES`; with "your points", points is a list of pairs (x, y), and without any there are five of the
    hill. Every change by hand starts a new run from there. Wrong values raise ValueError with a sentence. Taught in
    lesson 06.

    >>> builder = Builder("zigzag")
    >>> builder.add(place=-1.0, slope=2.0); builder.add(place=-0.5, slope=-5.0); builder.add(place=0.0, slope=5.0)
    >>> builder.add(place=0.5, slope=-3.0)
    >>> builder.gap < 1e-9
    True
    """

    def __init__(
        self,
        curve: str = "hill",
        function: ReluSum | None = None,
        *,
        rate: float = USUAL_RATE,
        points: Sequence[tuple[float, float]] = (),
    ) -> None:
        self.curve, self.rate = "hill", LIMITS.checked("rate", rate)
        self.points = [(LIMITS.checked("x", x), LIMITS.checked("y", y)) for x, y in points]
        self._follow(curve)
        self.chosen = 0  # the index of the ReLU that the controls change
        self.start_from(function if function is not None else ReluSum())

    def __deepcopy__(self, _: Any) -> "Builder":
        """Return a copy; functions and arrays are never changed in place, so that both may have them."""
        new = copy.copy(self)
        new.points, new.losses, new.races = list(self.points), list(self.losses), dict(self.races)
        return new

    def start_from(self, function: ReluSum) -> None:
        """Take another function, and start gradient descent from there."""
        if function.count > MOST_RELUS:
            raise ValueError(f"got {function.count} ReLUs; {MOST_RELUS} at most can be told apart in a picture")
        self.start = function
        self.chosen = min(self.chosen, max(function.count - 1, 0))
        self.reset()

    def reset(self) -> None:
        """Go back to where gradient descent started."""
        self.now = Step(0, self.start, loss_and_gradient(self.start, self.across, self.wanted)[0])
        self.losses = [self.now.loss]
        self.races: dict[str, np.ndarray] = {}

    @property
    def function(self) -> ReluSum:
        """The current function."""
        return self.now.function

    @property
    def steps(self) -> int:
        """The number of steps taken."""
        return self.now.number

    @property
    def ended(self) -> bool:
        """Whether no further step will be taken: it diverged, or there were too many."""
        return self.now.diverged or self.steps >= MOST_STEPS

    @property
    def gap(self) -> float:
        """The largest absolute error at the points of the target."""
        return float(np.abs(self.function(self.across) - self.wanted).max())

    def choose_curve(self, curve: str) -> None:
        """Fit another curve, or your points, with the same ReLUs; the first points are five of the curve before."""
        self._follow(curve)
        self.start_from(self.function)

    def _follow(self, curve: str) -> None:
        if curve == POINTS:
            if not self.points:
                x = np.linspace(-1, 1, 5)
                self.points = list(zip(x.tolist(), target(self.curve, x).round(2).tolist(), strict=True))
            self.across, self.wanted = np.array(sorted(self.points)).T
        else:
            self.across, self.wanted = ACROSS, target(curve, ACROSS)
        self.curve = curve

    def add_point(self, x: Any, y: Any) -> None:
        """Add a point to fit; from now on your points are the target."""
        point = (LIMITS.checked("x", x), LIMITS.checked("y", y))
        if len(self.points) >= MOST_POINTS:
            raise ValueError(f"there are {MOST_POINTS} points, which is the most; remove one first")
        self._follow(POINTS)  # the first of all has five of the curve before it
        self.points.append(point)
        self.choose_curve(POINTS)

    def move_point(self, index: int, x: Any, y: Any) -> None:
        """Put a point at another place; its index counts the points as they were added."""
        self.points[index] = (LIMITS.checked("x", x), LIMITS.checked("y", y))
        self.choose_curve(POINTS)

    def remove_point(self, index: int = -1) -> None:
        """Remove a point: the one that was added last, if none is named."""
        if self.curve != POINTS or len(self.points) < 2:
            raise ValueError("there must be a point to follow; add another first")
        self.points.pop(index)
        self.choose_curve(POINTS)

    def choose(self, number: Any) -> None:
        """Choose the ReLU that is changed, by its number from 1."""
        if not self.function.count:
            raise ValueError("there is no ReLU yet; press Add")
        self.chosen = int(checked_number("ReLU number", number, 1, self.function.count, whole=True)) - 1

    def add(self, place: Any = 0.0, slope: Any = 1.0, side: int = 1) -> None:
        """Add a ReLU, and choose it."""
        function = self._with_room()
        values = (LIMITS.checked("place", place), LIMITS.checked("slope", slope), side)
        lists = [np.append(old, new) for old, new in zip(lists_of(function), values, strict=True)]
        self.start_from(ReluSum(*lists, bias=function.bias))
        self.chosen = self.function.count - 1

    def add_bend(self, x: Any, y: Any) -> None:
        """Add a ReLU so that the sum bends at (x, y), and stays at its other bends where it is; choose it."""
        self.start_from(added_bend(self._with_room(), LIMITS.checked("place", x), float(y)))
        self.chosen = self.function.count - 1

    def move_bend(self, index: int, x: Any, y: Any) -> None:
        """Choose a ReLU by its index, and let the sum have its bend at (x, y): see `pulling`."""
        self.chosen = index
        self.start_from(moved_bend(self.function, index, LIMITS.checked("place", x), float(y)))

    def move_end(self, y: Any) -> None:
        """Let the sum be y at the right edge, and stay at its bends where it is."""
        self.start_from(pulled_end(self.function, float(y)))

    def _with_room(self) -> ReluSum:
        if self.function.count >= MOST_RELUS:
            raise ValueError(f"there are {MOST_RELUS} ReLUs, which is the most; remove one first")
        return self.function

    def remove(self) -> None:
        """Remove the chosen ReLU."""
        if not self.function.count:
            raise ValueError("there is no ReLU to remove; press Add")
        lists = [np.delete(values, self.chosen) for values in lists_of(self.function)]
        self.start_from(ReluSum(*lists, bias=self.function.bias))

    def change(self, name: str, value: Any) -> None:
        """Change the "place", the "slope" or the "side" (1 or −1) of the chosen ReLU, or the "bias" of the sum."""
        function = self.function
        if name == "bias":
            self.start_from(ReluSum(*lists_of(function), bias=LIMITS.checked("bias", value)))
            return
        if not function.count:
            raise ValueError("there is no ReLU yet; press Add")
        lists = [values.copy() for values in lists_of(function)]
        which = ("place", "slope", "side").index(name)
        lists[which][self.chosen] = value if name == "side" else LIMITS.checked(name, value)
        self.start_from(ReluSum(*lists, bias=function.bias))

    def scatter(self, count: Any, seed: Any = 0) -> None:
        """Start with so many random ReLUs instead of the present ones."""
        self.start_from(random_sum(LIMITS.whole("ReLUs", count), LIMITS.whole("seed", seed)))

    def clear(self) -> None:
        """Remove all ReLUs."""
        self.start_from(ReluSum())

    def set_rate(self, rate: Any) -> None:
        """Take the next steps at another learning rate."""
        self.rate = LIMITS.checked("rate", rate)

    def step(self, count: int = 1) -> bool:
        """Take so many steps of gradient descent; False where it has ended before the first."""
        taken = 0
        while taken < count and not self.ended:
            self.now = take_step(self.now, self.across, self.wanted, self.rate)
            if not self.now.diverged:
                self.losses.append(self.now.loss)
                taken += 1
        return taken > 0

    def race(self) -> None:
        """Compare three optimisers from here, at the same learning rate; gradient descent starts anew here, too."""
        if not self.function.count:
            raise ValueError("there is no ReLU yet; press Add, or Random start")
        self.start_from(self.function)
        self.races = race(self.function, self.across, self.wanted, rate=self.rate, steps=RACE)

    @property
    def target_in_words(self) -> str:
        """The target, with an article."""
        counted = "1 point" if len(self.points) == 1 else f"{len(self.points)} points"
        return f"your {counted}" if self.curve == POINTS else f"the {self.curve}"

    @property
    def words(self) -> str:
        """The function, its loss and the steps taken, in words.

        >>> Builder("hill").words
        '0 ReLUs follow the hill. Loss 0.2194, largest gap 1.'
        """
        return " ".join(words_of(self))

    @property
    def formula(self) -> str:
        """The ReLUs, one a line, numbered; the chosen one has a mark.

        >>> builder = Builder(); builder.add(-0.5, 2.0); builder.formula.splitlines()
        ['f(x) = 0', '▸ 1: + 2 · relu(x + 0.5)']
        """
        return formula_of(self.function, self.chosen)

    @property
    def code(self) -> str:
        """The lines of Python that bring this state back, drawn.

        >>> Builder("hill").code.splitlines()[1:]
        ["builder = Builder('hill', function)", 'axes = plot_builder(builder)']
        """
        return code_of(self)


def lists_of(function: ReluSum) -> list[np.ndarray]:
    """Return the places, slopes and sides of a sum."""
    return [function.places, function.slopes, function.sides]
