"""The ledger of what other systems were asked: one row a request, and one sender a row."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from assistant.store import Store
from knowledge import requests, submissions
from knowledge.requests import Request
from knowledge.submissions import (
    ACCEPTED,
    CLOSED,
    LEASE,
    LODGED,
    PENDING,
    REFUSED,
    SENDING,
    UNSURE,
    NotOpen,
    Submission,
)
from knowledge.tables import submissions as table
from tests.paths import NOON

SOON = NOON + timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
LATER = NOON + LEASE + MINUTE


def put(store: Store, key: str = "one", endpoint: str = "Highways", now: datetime = NOON) -> str:
    with store.write() as connection:
        request = Request(key, "pothole", "wenshire", {})
        reference = requests.lodge(connection, request, "talk", now)
        submissions.put(connection, reference, "wenshire", endpoint, now)
    return reference


def claim(store: Store, now: datetime = NOON, holder: str = "w", busy: str = "") -> Submission:
    with store.write() as connection:
        found = submissions.claim(connection, holder, now, [busy])
    assert found is not None
    return found


def none_is_due(store: Store, now: datetime, busy: str = "") -> bool:
    with store.write() as connection:
        due = submissions.is_due(connection, now, [busy])
        return not due and submissions.claim(connection, "other", now, [busy]) is None


def state(store: Store, reference: str) -> str:
    return found(store, reference).state


def found(store: Store, reference: str) -> Submission:
    with store.read() as connection:
        row = submissions.find(connection, reference)
    assert row is not None
    return row


def lodged(store: Store, key: str, posted: datetime, listed: datetime | None = None) -> str:
    """One that they have; it was seen in their list when that is said."""
    reference = put(store, key, now=posted)
    claimed = claim(store, posted)
    with store.write() as connection:
        submissions.lodged(connection, claimed, f"their-{key}", posted, MINUTE)
        if listed is not None:
            submissions.listed(connection, [reference], listed)
    return reference


def test_a_request_is_put_once(store: Store) -> None:
    reference = put(store)
    with store.write() as connection:
        assert not submissions.put(connection, reference, "wenshire", "Another", SOON)
    assert found(store, reference).endpoint == "Highways"


def test_a_claim_marks_the_doubt_before_anything_is_sent(store: Store) -> None:
    reference = put(store)
    claimed = claim(store)
    assert (claimed.state, claimed.posted_at, claimed.attempts) == (SENDING, NOON, 1)
    assert state(store, reference) == SENDING
    assert none_is_due(store, SOON)


def test_what_a_dead_sender_leaves_is_in_doubt(store: Store) -> None:
    put(store)
    claim(store)
    assert none_is_due(store, NOON + LEASE)
    again = claim(store, LATER)
    assert (again.state, again.attempts, again.posted_at) == (UNSURE, 2, NOON)


def test_a_busy_endpoint_holds_up_no_other(store: Store) -> None:
    put(store, "one")
    other = put(store, "two", "Depot", SOON)
    assert claim(store, SOON, busy="Highways").reference == other
    assert none_is_due(store, SOON, busy="Highways")


def test_of_many_senders_each_row_has_one(store: Store) -> None:
    references = {put(store, str(number)) for number in range(12)}
    claimed: list[str] = []
    start = threading.Barrier(3)

    def work(holder: str) -> None:
        start.wait()
        while True:
            with store.write() as connection:
                one = submissions.claim(connection, holder, NOON)
            if one is None:
                return
            claimed.append(one.reference)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(references)


def test_who_has_lost_its_claim_changes_nothing(store: Store) -> None:
    reference = put(store)
    slow = claim(store)
    claim(store, LATER, holder="quick")
    with store.write() as connection:
        assert not submissions.again(connection, slow, PENDING, "connect", LATER, MINUTE)
        assert not submissions.refused(connection, slow, "http_400", LATER)
        assert not submissions.about_to_post(connection, slow, LATER)
    assert state(store, reference) == UNSURE


def test_an_id_is_believed_whoever_brings_it_and_the_first_one_stays(store: Store) -> None:
    reference = put(store)
    slow = claim(store)
    quick = claim(store, LATER, holder="quick")
    with store.write() as connection:
        submissions.lodged(connection, slow, "638344", LATER, MINUTE)
        submissions.lodged(connection, quick, "638345", LATER, MINUTE)
        submissions.accepted(connection, quick, "a-token", LATER, MINUTE)
    assert (found(store, reference).state, found(store, reference).their_id) == (LODGED, "638344")
    assert none_is_due(store, LATER + MINUTE)


def test_a_token_is_asked_about_later(store: Store) -> None:
    put(store)
    with store.write() as connection:
        claimed = submissions.claim(connection, "w", NOON)
        assert claimed is not None
        submissions.accepted(connection, claimed, "a-token", NOON, MINUTE)
    assert none_is_due(store, NOON)
    asked = claim(store, NOON + MINUTE)
    assert (asked.state, asked.token, asked.attempts) == (ACCEPTED, "a-token", 1)


def test_what_waits_for_staff_is_not_due_and_they_decide_once(store: Store) -> None:
    first, second = put(store, "one"), put(store, "two")
    for reason in ("http_400", "timeout"):
        claimed = claim(store)
        with store.write() as connection:
            if reason == "timeout":
                submissions.again(connection, claimed, UNSURE, reason, NOON, None)
            else:
                submissions.refused(connection, claimed, reason, NOON)
    assert none_is_due(store, NOON + timedelta(days=9))
    with store.write() as connection:
        waiting = submissions.undecided(connection, ["wenshire"])
        assert {(one.state, one.error) for one in waiting} == {
            (REFUSED, "http_400"),
            (UNSURE, "timeout"),
        }
        assert submissions.undecided(connection, ["ashcombe"]) == []
        submissions.send_again(connection, first, SOON)
        submissions.settle(connection, second, "638344", SOON)
        with pytest.raises(NotOpen):
            submissions.send_again(connection, first, SOON)
        with pytest.raises(NotOpen):
            submissions.settle(connection, second, "638345", SOON)
    assert claim(store, SOON).reference == first
    assert (state(store, second), found(store, second).their_id) == (LODGED, "638344")


def test_staff_do_not_decide_what_is_being_looked_up(store: Store) -> None:
    reference = put(store)
    claim(store)
    claim(store, LATER)
    with store.write() as connection, pytest.raises(NotOpen):
        submissions.send_again(connection, reference, LATER)


def test_a_paused_endpoint_is_left_alone_and_no_other(store: Store) -> None:
    put(store, "one")
    other = put(store, "two", "Depot")
    with store.write() as connection:
        submissions.pause(connection, "Highways", NOON + MINUTE)
    assert claim(store, NOON).reference == other
    assert none_is_due(store, NOON)
    assert not none_is_due(store, NOON + MINUTE)


def test_the_same_news_are_none(store: Store) -> None:
    reference = lodged(store, "one", NOON)
    with store.write() as connection:
        assert submissions.news(connection, reference, "open", "A crew comes.", False, SOON)
        assert not submissions.news(connection, reference, "open", "A crew comes.", False, SOON)
        assert submissions.news(connection, reference, "closed", "Done.", True, SOON)
        assert not submissions.news(connection, reference, "open", "Again.", False, SOON)
        assert submissions.to_look_up(connection, "Highways", LATER, 9) == []
    assert state(store, reference) == CLOSED


def test_news_are_looked_for_when_it_is_time(store: Store) -> None:
    first, second = lodged(store, "one", NOON), lodged(store, "two", SOON)
    with store.write() as connection:
        assert submissions.to_look_up(connection, "Highways", NOON, 9) == []
        due = submissions.to_look_up(connection, "Highways", LATER, 9)
        assert [one.reference for one in due] == [first, second]
        submissions.looked_up(connection, [first], LATER + MINUTE)
        due = submissions.to_look_up(connection, "Highways", LATER, 9)
        assert [one.reference for one in due] == [second]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([], [], None, id="none is known"),
        pytest.param([1, 7, 2], [], 7, id="the longest of those before it"),
        pytest.param([1, None, 2], [], None, id="one of them is hidden"),
        pytest.param([1, 2], [None], 2, id="those after it need not show up yet"),
        pytest.param([], [3, 4], 4, id="those after the first one"),
        pytest.param([None, 1, 1, 1, 1, 1], [], 1, id="long ago they hid one"),
    ],
)
def test_how_late_they_list_is_learnt_from_what_they_have(
    store: Store, before: list[int | None], after: list[int | None], expected: int | None
) -> None:
    for number, late in enumerate((*before, *after)):
        posted = NOON + MINUTE * (number - len(before))
        if number >= len(before):
            posted += LEASE + MINUTE
        listed = posted + timedelta(minutes=late) if late is not None else None
        lodged(store, str(number), posted, listed)
    put(store, "doubtful")
    claim(store, NOON)
    with store.write() as connection:
        doubtful = submissions.claim(connection, "w", LATER)
        assert doubtful is not None
        within = submissions.lists_within(connection, doubtful)
    assert within == (timedelta(minutes=expected) if expected is not None else None)


def test_it_goes_when_its_request_does(store: Store) -> None:
    reference = lodged(store, "one", NOON)
    with store.write() as connection:
        requests.set_status(connection, reference, requests.DONE, NOON, by="Highways")
        gone = requests.forget(connection, "pothole", timedelta(days=1), NOON + timedelta(days=2))
        left = connection.execute(sa.select(sa.func.count()).select_from(table))
        assert (gone, left.scalar_one()) == (1, 0)
