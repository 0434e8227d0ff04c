"""How long a piece of work takes, measured so that the number means something."""

import time
from collections.abc import Callable

import torch


def seconds_for(work: Callable[[], object], times: int = 1) -> float:
    """Return the seconds that one call of `work` takes: the median of `times` calls after one that warms up.

    >>> 0 < seconds_for(lambda: sum(range(1000)), times=3) < 1
    True
    """
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        if torch.accelerator.is_available():  # a GPU is only told what to do; wait until it is done
            torch.accelerator.synchronize()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[len(taken) // 2]
