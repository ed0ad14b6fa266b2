"""A call that failed is made again after a while, and in the end no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.retries import ATTEMPTS, LONGEST, LONGEST_ASKED, LONGEST_WAIT, SETTLES, next_try
from channels.channel import (
    DeliveryFailed,
    Refused,
    Transient,
    Unreachable,
    Unsure,
    WindowClosed,
)

YOUNG = timedelta(minutes=1)
BUSY = Transient("busy")


@pytest.mark.parametrize(
    ("attempts", "age", "failure", "dice", "expected"),
    [
        pytest.param(1, YOUNG, BUSY, 1.0, timedelta(seconds=2), id="soon after the first failure"),
        pytest.param(5, YOUNG, BUSY, 1.0, timedelta(seconds=32), id="later each time"),
        pytest.param(5, YOUNG, BUSY, 0.25, timedelta(seconds=8), id="each at its own time"),
        pytest.param(11, YOUNG, BUSY, 1.0, LONGEST_WAIT, id="but never much later"),
        pytest.param(
            1,
            YOUNG,
            Transient("rate", timedelta(seconds=90)),
            0.0,
            timedelta(seconds=90),
            id="no sooner than the platform says",
        ),
        pytest.param(
            1,
            YOUNG,
            Transient("rate", timedelta(days=365)),
            1.0,
            LONGEST_ASKED,
            id="not a year later, though the platform says so",
        ),
        pytest.param(1, YOUNG, Unsure("timeout"), 0.0, SETTLES, id="not while it may be under way"),
        pytest.param(ATTEMPTS, YOUNG, BUSY, 1.0, None, id="not after twelve attempts"),
        pytest.param(1, LONGEST, BUSY, 1.0, None, id="not after three days"),
        pytest.param(1, YOUNG, Refused("too long"), 1.0, None, id="never when refused"),
        pytest.param(1, YOUNG, Unreachable("gone"), 1.0, None, id="never when nobody is there"),
        pytest.param(1, YOUNG, WindowClosed("window"), 1.0, None, id="not before they write"),
    ],
)
def test_says_when_to_try_again(
    attempts: int, age: timedelta, failure: DeliveryFailed, dice: float, expected: timedelta | None
) -> None:
    assert next_try(attempts, age, failure, dice) == expected
