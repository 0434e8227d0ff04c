"""Timing a function: the median of several calls after a warm-up, with the GPU's work finished."""

import time
from collections.abc import Callable

import torch


def seconds_for(work: Callable[[], object], times: int = 1) -> float:
    """Time a function: return the median of `times` calls in seconds, after one call to warm up.

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
