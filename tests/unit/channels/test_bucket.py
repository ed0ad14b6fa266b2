"""A few at once, then a steady rate; and memory that does not grow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.bucket import Buckets


def waits(buckets: Buckets, *times: float, key: object = "ada") -> list[float]:
    return [buckets.take(key, time) for time in times]


def test_a_few_come_at_once_and_the_next_one_waits() -> None:
    assert waits(Buckets(at_once=3, per_second=0.5), 0, 0, 0, 0) == [0, 0, 0, 2]


def test_who_is_told_to_wait_loses_nothing_by_having_asked() -> None:
    assert waits(Buckets(at_once=1, per_second=0.5), 0, 1, 1, 1, 2) == [0, 1, 1, 1, 0]


def test_a_long_silence_earns_no_more_than_the_few() -> None:
    assert waits(Buckets(at_once=2, per_second=1), 0, 0, 3600, 3600, 3600) == [0, 0, 0, 0, 1]


def test_one_does_not_wait_for_another() -> None:
    buckets = Buckets(at_once=1, per_second=1)
    assert [buckets.take(name, 0) for name in ("ada", "ada", "ben")] == [0, 1, 0]


def test_who_was_silent_longest_is_forgotten_first() -> None:
    buckets = Buckets(at_once=1, per_second=1, most=2)
    # Ada writes again before Cal comes, so it is Ben who is forgotten and begins anew.
    found = [buckets.take(name, 0) for name in ("ada", "ben", "ada", "cal", "ada", "ben")]
    assert found == [0, 0, 1, 0, 1, 0]


@pytest.mark.parametrize("per_second", [1 / 3, 0.1, 20 / 60, 7.3, 200.0])
@given(gaps=st.lists(st.floats(0, 30), max_size=30))
def test_who_waits_as_long_as_told_is_let_in(per_second: float, gaps: list[float]) -> None:
    buckets = Buckets(at_once=2, per_second=per_second)
    now = 1e6
    for gap in gaps:
        now += gap
        wait = buckets.take("ada", now)
        if wait:
            now += wait
            assert buckets.take("ada", now) == 0


@given(gaps=st.lists(st.floats(0, 3), max_size=60))
def test_no_more_come_in_than_the_rate_allows(gaps: list[float]) -> None:
    buckets, now, let_in = Buckets(at_once=4, per_second=2), 0.0, 0
    for gap in gaps:
        now += gap
        let_in += buckets.take("ada", now) == 0
    assert let_in <= 4 + 2 * now + 0.001
