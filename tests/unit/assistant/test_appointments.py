"""A time is booked with the request that is for it, or there is no request: on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from assistant import conversations, inbox
from assistant.booked import PersonsBook
from assistant.bot import DialogueState, Turn
from assistant.conversation import Keeper
from assistant.inbox import Work
from assistant.store import Store
from assistant.turn import Committer, Outcome
from channels.messages import Address, Reply
from handoff.handover import Handover, Reason
from knowledge import appointments, requests
from knowledge.appointments import BOOKED, CANCELLED, MOVED, Change
from knowledge.requests import Request
from knowledge.slots import Slot
from knowledge.tables import appointments as table
from knowledge.tables import requests as requests_table
from tests.paths import DOOR, NOON, accept, entries, lines

TEN = Slot(DOOR, "town-hall", "housing", datetime(2026, 11, 27, 10, tzinfo=timezone.utc), 30, 1)
ELEVEN = replace(TEN, starts_at=TEN.starts_at + timedelta(hours=1))
SERVICE = "book-appointment"
DONE = Reply("You are booked. Your reference is {{ reference }}.")
ADA = Address("pushed", "ada")


def asks_for(slot: Slot, key: str, *, updates: bool = True) -> Request:
    fields = {"about": slot.about, "slot": slot.value}
    return Request(key, SERVICE, slot.authority, fields, updates=updates, slot=slot)


def turn_for(slot: Slot, key: str) -> Turn:
    return Turn((DONE,), DialogueState({"doing": None}), requests=(asks_for(slot, key),))


def work_of(store: Store, user: str = "ada", channel: str = "pushed") -> Work:
    accept(store, "Yes", user=user, channel=channel)
    with store.write() as connection:
        work = inbox.claim(connection, f"worker-{user}", NOON)
    assert work is not None
    return replace(work, state=DialogueState({"doing": "request"}))


def booked(store: Store, slot: Slot, user: str = "ada", channel: str = "pushed") -> str:
    """Book the time in that person's name; return the reference."""
    request = asks_for(slot, f"{user} {slot.value}")
    with store.write() as connection:
        reference = requests.lodge(connection, request, "", NOON, channel=channel, user=user)
        assert appointments.book(connection, reference, slot, NOON)
    return reference


def seats(store: Store) -> list[tuple[str, int]]:
    query = sa.select(table.c.starts_at, table.c.seat).order_by(table.c.starts_at, table.c.seat)
    with store.read() as connection:
        return [(f"{at:%H:%M}", seat) for at, seat in connection.execute(query)]


def happened(store: Store, reference: str) -> list[str]:
    with store.read() as connection:
        return [event.what for event in requests.history(connection, reference)]


def test_a_request_and_its_time_are_written_together(store: Store, committer: Committer) -> None:
    work = work_of(store)
    with store.write() as connection:
        outcome = committer.commit(connection, work, turn_for(TEN, "1"), NOON)
    with store.read() as connection:
        [made] = requests.made_by(connection, [("pushed", "ada")])
        held = appointments.of_reference(connection, made.reference)
    assert outcome is Outcome.DONE
    assert held is not None
    assert (held.starts_at, held.minutes, held.office) == (TEN.starts_at, 30, "town-hall")
    assert lines(store, work.conversation.id)[-1][1].endswith(f"{made.reference}.")
    assert happened(store, made.reference) == ["status", BOOKED]


def test_without_a_free_seat_nothing_is_lodged_and_the_form_stays_open(
    store: Store, committer: Committer
) -> None:
    booked(store, TEN, "bob")
    work = work_of(store)
    turn = replace(turn_for(TEN, "1"), handover=Handover(Reason.ASKED))
    with store.write() as connection:
        outcome = committer.commit(connection, work, turn, NOON)
    said = entries(store, work.conversation.id)
    with store.read() as connection:
        state = conversations.state_of(connection, work.conversation.id)
        after = conversations.load(connection, work.conversation.id)
        mine = requests.made_by(connection, [("pushed", "ada")])
    assert outcome is Outcome.DONE
    assert mine == []
    assert [entry.text for entry in said[1:]] == [
        "Somebody has just taken that time. I have booked nothing. Do you want to see other times?"
    ]
    assert [choice.value for choice in said[-1].choices] == ['/change{"field": "slot"}', "/stop"]
    assert state["slots"] == {"doing": "request"}
    assert after.keeper is Keeper.BOT


def test_what_was_taken_already_when_the_bot_looked_is_not_lodged_without_a_time(
    sqlite: Store, committer: Committer
) -> None:
    work = work_of(sqlite)
    request = replace(asks_for(TEN, "1"), slot=None)
    with sqlite.write() as connection:
        committer.commit(connection, work, replace(turn_for(TEN, "1"), requests=(request,)), NOON)
        assert requests.made_by(connection, [("pushed", "ada")]) == []
    assert lines(sqlite, work.conversation.id)[-1][1].startswith("Somebody has just taken")


def test_a_time_of_the_new_council_is_its_request(sqlite: Store, committer: Committer) -> None:
    work = work_of(sqlite)
    later = replace(TEN, authority="east-wenshire")
    request = replace(asks_for(later, "1"), authority=DOOR)
    with sqlite.write() as connection:
        committer.commit(connection, work, replace(turn_for(TEN, "1"), requests=(request,)), NOON)
        [made] = requests.made_by(connection, [("pushed", "ada")])
    assert made.authority == "east-wenshire"


def test_of_two_requests_in_a_turn_both_are_lodged_or_none(
    store: Store, committer: Committer
) -> None:
    booked(store, ELEVEN, "bob")
    work = work_of(store)
    both = (asks_for(TEN, "1"), asks_for(ELEVEN, "2"))
    with store.write() as connection:
        committer.commit(connection, work, replace(turn_for(TEN, "1"), requests=both), NOON)
    assert seats(store) == [("11:00", 0)]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("capacity", [1, 3])
def test_twenty_people_at_the_same_moment_get_no_more_than_the_seats(
    store: Store, committer: Committer, capacity: int
) -> None:
    slot = replace(TEN, seats=capacity)
    people = [work_of(store, f"person{number}") for number in range(20)]

    def commit(work: Work) -> Outcome:
        with store.write() as connection:
            turn = turn_for(slot, work.message.external_id)
            return committer.commit(connection, work, turn, NOON)

    with ThreadPoolExecutor(10) as threads:
        outcomes = list(threads.map(commit, people))

    told = [lines(store, work.conversation.id)[-1][1] for work in people]
    with store.read() as connection:
        lodged = connection.execute(sa.select(requests_table.c.reference)).scalars().all()
        sitting = connection.execute(sa.select(table.c.reference)).scalars().all()
    assert outcomes == [Outcome.DONE] * 20
    assert seats(store) == [("10:00", seat) for seat in range(capacity)]
    assert sorted(lodged) == sorted(sitting)
    assert sorted(t.partition("reference is ")[2][:-1] for t in told if "FD-" in t) == sorted(
        lodged
    )
    assert sum("Somebody has just taken that time." in t for t in told) == 20 - capacity


def test_the_same_time_for_the_same_request_twice_is_once(store: Store) -> None:
    reference = booked(store, replace(TEN, seats=2))
    with store.write() as connection:
        assert appointments.book(connection, reference, replace(TEN, seats=2), NOON)
        assert not appointments.book(connection, reference, ELEVEN, NOON)
    assert seats(store) == [("10:00", 0)]


def test_an_appointment_moves_and_frees_its_seat(store: Store, committer: Committer) -> None:
    reference = booked(store, TEN)
    work = work_of(store)
    turn = Turn((Reply("Moved."),), DialogueState(), changes=(Change(reference, ELEVEN),))
    with store.write() as connection:
        committer.commit(connection, work, turn, NOON)
        filed = requests.find(connection, reference)
    assert seats(store) == [("11:00", 0)]
    assert filed is not None
    assert filed.fields == {"about": "housing", "slot": ELEVEN.value}
    assert happened(store, reference) == ["status", BOOKED, MOVED]
    assert lines(store, work.conversation.id)[-1][1] == "Moved."


def test_one_that_cannot_move_stays_where_it_was(store: Store, committer: Committer) -> None:
    reference = booked(store, TEN)
    booked(store, ELEVEN, "bob")
    work = work_of(store)
    turn = Turn((Reply("Moved."),), DialogueState(), changes=(Change(reference, ELEVEN),))
    with store.write() as connection:
        committer.commit(connection, work, turn, NOON)
        held = appointments.of_reference(connection, reference)
    assert held is not None
    assert held.starts_at == TEN.starts_at
    assert lines(store, work.conversation.id)[-1][1].startswith("Somebody has just taken")
    assert happened(store, reference) == ["status", BOOKED]


def test_one_that_is_cancelled_is_free_again_and_its_request_closed(
    store: Store, committer: Committer
) -> None:
    reference = booked(store, TEN)
    work = work_of(store)
    turn = Turn((Reply("Cancelled."),), DialogueState(), changes=(Change(reference),))
    with store.write() as connection:
        committer.commit(connection, work, turn, NOON)
        filed = requests.find(connection, reference)
        assert not appointments.cancel(connection, reference, NOON)
        assert not appointments.move(connection, reference, ELEVEN, NOON)
    assert filed is not None
    assert (filed.status, filed.closed_at) == (requests.NOT_DONE, NOON)
    assert happened(store, reference) == ["status", BOOKED, CANCELLED, "status"]
    assert booked(store, TEN, "bob") != reference


def test_a_person_reads_only_their_own_and_how_many_seats_are_taken(sqlite: Store) -> None:
    mine = booked(sqlite, replace(TEN, seats=2))
    booked(sqlite, replace(TEN, seats=2), "bob")
    booked(sqlite, replace(ELEVEN, authority="kelmarsh"), "bob")
    book = PersonsBook(sqlite, ADA)
    assert [one.reference for one in book.appointments(NOON)] == [mine]
    assert book.appointments(TEN.starts_at) == []
    assert book.taken([DOOR], "housing", NOON, NOON + timedelta(days=9)) == {
        (DOOR, "town-hall", TEN.starts_at): 2
    }
    assert book.taken([DOOR], "planning", NOON, NOON + timedelta(days=9)) == {}
    assert book.taken([DOOR], "housing", NOON, TEN.starts_at) == {}


def test_a_seat_of_a_request_that_was_closed_at_the_desk_is_free(sqlite: Store) -> None:
    reference = booked(sqlite, TEN)
    booked(sqlite, ELEVEN, "bob")
    with sqlite.write() as connection:
        requests.set_status(connection, reference, requests.NOT_DONE, NOON, by="sam")
        assert appointments.coming(connection, [("pushed", "ada")], NOON) == []
        assert appointments.free_closed(connection, NOON) == 1
    assert seats(sqlite) == [("11:00", 0)]


def test_an_appointment_is_forgotten_with_its_request(sqlite: Store) -> None:
    reference = booked(sqlite, TEN)
    with sqlite.write() as connection:
        requests.set_status(connection, reference, requests.DONE, NOON, by="sam")
        later = NOON + timedelta(days=366)
        assert requests.forget(connection, SERVICE, timedelta(days=365), later) == 1
    assert seats(sqlite) == []


def test_on_a_page_a_booked_time_comes_with_its_file_for_a_calendar(
    sqlite: Store, committer: Committer
) -> None:
    dated = replace(committer, calendar=lambda reference: f"https://x.example/{reference}.ics")
    page, phone = work_of(sqlite, "visitor", "webchat"), work_of(sqlite)
    first = Turn((Reply("One moment."), DONE), DialogueState(), requests=(asks_for(TEN, "a"),))
    with sqlite.write() as connection:
        dated.commit(connection, page, first, NOON)
        dated.commit(connection, phone, turn_for(ELEVEN, "b"), NOON)
        [made] = requests.made_by(connection, [("webchat", "visitor")])
    said = entries(sqlite, page.conversation.id)
    assert [[(link.label, link.url) for link in entry.links] for entry in said[1:]] == [
        [],
        [("Add to your calendar", f"https://x.example/{made.reference}.ics")],
    ]
    assert entries(sqlite, phone.conversation.id)[-1].links == ()
