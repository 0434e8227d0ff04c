"""The steps of lesson 09 on real photographs, as numbers: measured once, by `benchmarks/photographs.py`."""

import json
from pathlib import Path
from typing import Any

STORED = Path(__file__).with_name("photographs.json")


def steps_on_photographs() -> dict[str, Any]:
    """Return "steps", a dict each, and how they were measured: "what", "hardware", "versions".

    A step has its "name" and, for each seed, "accuracies" (shares), "seconds", and "counts": of each comparison with
    the start, what `Comparison` takes. "matrix": the confusion matrix of the several looks, first seed, [true][said].

    >>> [step["name"] for step in steps_on_photographs()["steps"]][:2]
    ['start', 'augmentation, cycles']
    """
    return json.loads(STORED.read_text(encoding="utf-8"))
