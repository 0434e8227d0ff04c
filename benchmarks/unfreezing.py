"""What unfreezing makes of a result, in a process of its own: the head first, then all of the network, and both judged.

The rates are tenths of those of 2018: a body that already knows such pictures has more to forget than to gain.
"""

import time
from typing import Any

from benchmarks.fresh import serve
from helpers import ConvLearner, ImageClassifierData, tfms_from_model
from helpers.statistics import compare

RATES, CYCLES = (1e-5, 1e-4, 1e-3), 2  # early body, late body, head; cycles of one epoch


def work(facts: dict[str, Any]) -> dict[str, Any]:
    """Return both accuracies, the paired verdict on the validation pictures, and the seconds of the second run."""
    tfms = tfms_from_model(facts["arch"], facts["size"], "side_on")
    data = ImageClassifierData.from_paths(facts["pictures"], tfms=tfms)
    learn = ConvLearner.pretrained(facts["arch"], data, precompute=True, weights=facts["weights"], seed=facts["seed"])
    learn.fit(0.01, facts["epochs"])
    frozen = learn.predict_all()
    learn.precompute = False
    learn.unfreeze()
    start = time.perf_counter()
    learn.fit(RATES, CYCLES, cycle_len=1)
    seconds = time.perf_counter() - start
    unfrozen = learn.predict_all()
    found = compare(frozen, unfrozen)
    return {
        "frozen": frozen.accuracy,
        "unfrozen": unfrozen.accuracy,
        "only_frozen": found.only_first,
        "only_unfrozen": found.only_second,
        "p": found.p,
        "verdict": found.verdict,
        "seconds": seconds,
    }


if __name__ == "__main__":
    serve(work)
