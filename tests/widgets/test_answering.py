"""A lock that threads get in the order in which they asked for it, and refusals as sentences."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from helpers.files.images import ImageError
from helpers.widgets.answering import ONE_AT_A_TIME, complaint

SOON = 30  # seconds after which a thread that should have gone on is stuck


def started_in_turn(count: int, during: Callable[[int], None]) -> list[threading.Thread]:
    """Start threads one after the other, each when the one before waits, and let all go at once; wait for their end."""
    threads = [threading.Thread(target=during, args=(number,)) for number in range(count)]
    until = time.monotonic() + SOON
    with ONE_AT_A_TIME:
        for number, thread in enumerate(threads, 1):
            thread.start()
            while ONE_AT_A_TIME.waiting < number and time.monotonic() < until:
                time.sleep(0.001)
    for thread in threads:
        thread.join(SOON)
    return threads


def test_messages_are_answered_in_the_order_in_which_they_came_and_never_two_at_a_time() -> None:
    for _ in range(5):
        order: list[int] = []
        inside: list[int] = []

        def message(number: int, order: list[int] = order, inside: list[int] = inside) -> None:
            with ONE_AT_A_TIME, ONE_AT_A_TIME:  # the one that has it may ask again
                inside.append(number)
                time.sleep(0)
                assert inside == [number]
                inside.pop()
                order.append(number)

        started_in_turn(8, message)
        assert order == list(range(8))
        assert not ONE_AT_A_TIME.locked()


def test_one_that_is_interrupted_while_it_waits_does_not_stop_those_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[int] = []
    real = threading.Condition.wait_for

    def wait_for(condition: threading.Condition, *args: Any) -> Any:
        if threading.current_thread().name == "interrupted":
            raise KeyboardInterrupt
        return real(condition, *args)

    def interrupted() -> None:
        with pytest.raises(KeyboardInterrupt), ONE_AT_A_TIME:
            order.append(-1)

    with ONE_AT_A_TIME, monkeypatch.context() as patch:
        patch.setattr(threading.Condition, "wait_for", wait_for)
        thread = threading.Thread(target=interrupted, name="interrupted")
        thread.start()
        thread.join(SOON)
    started_in_turn(2, order.append)
    assert order == [0, 1]


def test_a_file_keeps_its_name_at_the_head_of_a_complaint() -> None:
    assert complaint(ImageError("cat.png is empty")) == "cat.png is empty."
    assert complaint(ValueError("stride is 0")) == "Stride is 0."
