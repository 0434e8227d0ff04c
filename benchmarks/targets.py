"""Ratios of medians, and the targets beside what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

Facts = dict[str, Any]


@dataclass(frozen=True)
class Ratio:
    """How many times as large one set of numbers is as another: of the medians, and the range over the pairs."""

    medians: float
    low: float
    high: float

    @classmethod
    def of(cls, above: Sequence[float], below: Sequence[float]) -> "Ratio":
        """Return the ratio of two equally long sequences, measured in pairs.

        >>> Ratio.of([10, 30, 20], [1, 2, 4])
        Ratio(medians=10.0, low=5.0, high=15.0)
        """
        pairs = [one / other for one, other in zip(above, below, strict=True)]
        return cls(median(above) / median(below), min(pairs), max(pairs))


@dataclass(frozen=True)
class Target:
    """A number that was asked for, and what was measured."""

    what: str
    wanted: float
    measured: float
    shown: str
    unit: str
    at_least: bool = True

    @property
    def reached(self) -> bool:
        """Whether the measured number is as good as the one asked for."""
        return self.measured >= self.wanted if self.at_least else self.measured <= self.wanted

    def row(self) -> list[str]:
        """Return the target as a row of a table."""
        bound = "at least" if self.at_least else "at most"
        return [self.what, f"{bound} {self.wanted:g} {self.unit}", self.shown, "reached" if self.reached else "missed"]


def column(rows: Sequence[Facts], name: str) -> list[float]:
    """Return one raw number of every pair."""
    return [row[name] for row in rows]


def targets(results: Facts) -> list[Target]:
    """Return what was asked for beside what was measured, for the parts that were run."""
    found = []
    if rows := results.get("training", {}).get("pairs"):
        for name, wanted in (("cold", 12), ("warm", 200)):
            ratio = Ratio.of(column(rows, "fastai"), column(rows, name))
            shown = f"{ratio.medians:.1f} ({ratio.low:.1f} to {ratio.high:.1f})"
            found.append(
                Target(f"two epochs, {name}: fastai's seconds over ours", wanted, ratio.medians, shown, "times")
            )
    if rows := results.get("augmented", {}).get("pairs"):
        for body in ("frozen", "unfrozen"):
            ratio = Ratio.of(column(rows, f"{body} fastai"), column(rows, f"{body} helpers"))
            shown = f"{ratio.medians:.1f} ({ratio.low:.1f} to {ratio.high:.1f})"
            what = f"one epoch, augmented, body {body}: fastai's seconds over ours"
            found.append(Target(what, 4, ratio.medians, shown, "times"))
    if rows := results.get("accuracy", {}).get("pairs"):
        least = 100 * min(column(rows, "larger"))
        found.append(Target("accuracy with mobilenet_v2, the lowest of the seeds", 97.5, least, f"{least:.1f} %", "%"))
    if rows := results.get("unfreezing", {}).get("pairs"):
        worse = sum(row["verdict"] == "worse" for row in rows)
        what = "seeds on which mobilenet_v2 is distinguishably worse unfrozen than frozen"
        found.append(Target(what, 0, worse, f"{worse} of {len(rows)}", f"of {len(rows)}", at_least=False))
        gained = 100 * (mean(column(rows, "unfrozen")) - mean(column(rows, "frozen")))
        what = "mean accuracy of mobilenet_v2, unfrozen over frozen"
        found.append(Target(what, -0.3, round(gained, 6), f"{gained:+.1f} points", "points"))
    if rows := results.get("forward", {}).get("pairs"):
        ratio = Ratio.of(column(rows, "pass"), column(rows, "bare"))
        shown = f"{100 * ratio.medians:.1f} % ({100 * ratio.low:.1f} to {100 * ratio.high:.1f})"
        found.append(Target("activation pass, of the bare forward pass", 90, 100 * ratio.medians, shown, "%"))
    if seconds := results.get("imports"):
        cost = median(seconds["helpers"]) - median(seconds["torch"])
        what = "`import helpers` over `import torch, torchvision`"
        found.append(Target(what, 1, cost, f"{cost:.2f} s", "s", at_least=False))
    if milliseconds := results.get("redraws"):
        name, worst = max(((name, max(values)) for name, values in milliseconds.items()), key=lambda pair: pair[1])
        shown = f"{worst:.1f} ms ({name})"
        found.append(Target("the slowest redraw of an explorer", 100, worst, shown, "ms", at_least=False))
    return found


def verdict(found: Sequence[Target]) -> str:
    """Say in one sentence which targets were missed."""
    missed = [target.what for target in found if not target.reached]
    if not missed:
        return f"Targets reached: {len(found)} of {len(found)}."
    return f"Targets reached: {len(found) - len(missed)} of {len(found)}. Missed: {'; '.join(missed)}."
