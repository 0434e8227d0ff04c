"""Seconds that are worth reading: after warming up, the median, and with a GPU that was waited for."""

import pytest

from helpers.lessons import timing


def test_seconds_are_the_median_of_the_calls_after_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    now, cost = [0.0], iter([100.0, 1.0, 5.0, 2.0])
    monkeypatch.setattr(timing.time, "perf_counter", lambda: now[0])

    def work() -> None:
        now[0] += next(cost)

    assert timing.seconds_for(work, times=3) == 2.0


def test_a_gpu_is_waited_for_before_the_time_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(timing.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(timing.torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(timing.torch.accelerator, "synchronize", lambda: now.__setitem__(0, now[0] + 3.0))
    assert timing.seconds_for(lambda: None) == 3.0
