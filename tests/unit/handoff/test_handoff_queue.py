"""Who waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff import queue
from handoff.handover import Answered, Handover, Reason, handover_from
from tests.unit.handoff.rooms import MONDAY, SqliteTransactions

ASKED = Handover(Reason.ASKED)
MISSED_BIN = Handover(
    Reason.NOT_UNDERSTOOD,
    wants="Missed bin",
    form="Report a missed bin",
    so_far=(Answered("Postcode", "XA1 8AA", was=("XA1 8AB",)),),
)


def join(
    store: SqliteTransactions,
    conversation: str,
    authority: str = "ashcombe",
    handover: Handover = ASKED,
) -> int:
    return store.now(lambda c: queue.join(c, conversation, authority, handover, MONDAY))


def waiting(store: SqliteTransactions, *authorities: str) -> list[str]:
    found = store.now(lambda c: queue.waiting(c, authorities or ("ashcombe",)))
    return [place.conversation for place in found]


def test_places_count_from_one_for_each_council(store: SqliteTransactions) -> None:
    assert [join(store, "a"), join(store, "b"), join(store, "c", "thornbridge")] == [1, 2, 1]


def test_joining_twice_keeps_the_first_place(store: SqliteTransactions) -> None:
    join(store, "a")
    join(store, "b")

    assert join(store, "a", handover=MISSED_BIN) == 1
    assert waiting(store) == ["a", "b"]


def test_an_agent_sees_only_the_councils_they_answer_for(store: SqliteTransactions) -> None:
    join(store, "a")
    join(store, "b", "thornbridge")

    assert waiting(store, "thornbridge") == ["b"]
    assert waiting(store, "ashcombe", "thornbridge") == ["a", "b"]


@pytest.mark.parametrize("how", ["taken", "left"])
def test_the_others_move_up(store: SqliteTransactions, how: str) -> None:
    join(store, "a")
    join(store, "b")
    if how == "taken":
        store.now(lambda c: queue.take(c, "a", 1, MONDAY))
    else:
        store.now(lambda c: queue.leave(c, "a", "Answered", MONDAY))

    assert waiting(store) == ["b"]
    assert store.now(lambda c: queue.place(c, "b", MONDAY)) == 1
    assert store.now(lambda c: queue.place(c, "a", MONDAY)) is None


def test_who_was_handed_back_may_join_again_at_the_end(store: SqliteTransactions) -> None:
    join(store, "a")
    join(store, "b")
    store.now(lambda c: queue.take(c, "a", 1, MONDAY))
    store.now(lambda c: queue.leave(c, "a", "handed back", MONDAY + timedelta(minutes=1)))

    assert join(store, "a", handover=MISSED_BIN) == 2
    assert store.now(lambda c: queue.latest_handover(c, "a")) == MISSED_BIN


def test_the_latest_handovers_of_many_are_read_at_once(store: SqliteTransactions) -> None:
    join(store, "a")
    store.now(lambda c: queue.leave(c, "a", "handed back", MONDAY))
    join(store, "a", handover=MISSED_BIN)
    join(store, "b")

    found = store.now(lambda c: queue.handovers(c, ["a", "b", "never"]))

    assert found == {"a": MISSED_BIN, "b": ASKED}


def test_a_handover_survives_being_kept() -> None:
    assert handover_from(MISSED_BIN.as_json()) == MISSED_BIN


GAS = Handover(Reason.URGENT, wants="Smell of gas", urgent="gas-smell")


def test_an_emergency_is_first_and_the_others_move_down(store: SqliteTransactions) -> None:
    join(store, "a")
    join(store, "b")

    assert join(store, "c", handover=GAS) == 1
    assert waiting(store) == ["c", "a", "b"]
    assert store.now(lambda c: queue.place(c, "b", MONDAY)) == 3


def test_of_two_emergencies_the_longer_wait_is_first(store: SqliteTransactions) -> None:
    join(store, "a", handover=GAS)

    assert join(store, "b", handover=GAS) == 2
    assert waiting(store) == ["a", "b"]


def test_who_waits_already_is_raised_with_all_that_was_handed_over(
    store: SqliteTransactions,
) -> None:
    join(store, "a")
    join(store, "b", handover=MISSED_BIN)
    store.now(lambda c: queue.raise_alarm(c, "b", "ashcombe", GAS, None, MONDAY))

    assert waiting(store) == ["b", "a"]
    handover = store.now(lambda c: queue.latest_handover(c, "b"))
    assert handover is not None
    assert (handover.urgent, handover.reason) == ("gas-smell", Reason.URGENT)
    assert handover.so_far == MISSED_BIN.so_far


def test_a_handover_of_before_has_no_emergency() -> None:
    written = ASKED.as_json()
    del written["urgent"]

    assert handover_from(written).urgent == ""
