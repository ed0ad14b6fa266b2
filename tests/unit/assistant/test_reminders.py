"""Who agreed is reminded of an appointment once, the day before, where they booked it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from assistant import consent
from assistant import conversations as book
from assistant.reminders import Reminders
from assistant.store import Store
from assistant.tables import conversations
from channels.messages import Address
from knowledge import appointments, requests
from knowledge.appointments import REMINDED
from knowledge.authorities import load_authorities
from knowledge.requests import Request
from knowledge.slots import Slot
from tests.paths import DOOR
from tests.unit.assistant.front_door import FrontDoor

ADA = Address("sms", "+447700900123")
THURSDAY = datetime(2026, 11, 26, 12, 0, tzinfo=timezone.utc)
TEN = Slot(DOOR, "town-hall", "housing", datetime(2026, 11, 27, 10, tzinfo=timezone.utc), 30, 3)
WORDS = (
    "You have an appointment tomorrow, Friday 27 November, at 10am. It is about this: Housing, "
    "Ashcombe Borough Council. Come to Town Hall, Market Square, Ashcombe, XA1 1AA. Your reference "
    "is {reference}. If you cannot come, tell us here."
)


@pytest.fixture
def door(store: Store) -> FrontDoor:
    return FrontDoor(store)


def reminders(door: FrontDoor) -> Reminders:
    return Reminders(door.store, door.committer, load_authorities, door.nudges.append, door.clock)


async def remind(door: FrontDoor, now: datetime = THURSDAY) -> None:
    door.clock.time = now
    await reminders(door).chore().do(None)


def booked(
    door: FrontDoor, slot: Slot = TEN, who: Address = ADA, *, updates: bool = True, key: str = "1"
) -> str:
    with door.store.write() as connection:
        conversation = book.open_for(connection, DOOR, who, door.clock())
        request = Request(key, "book-appointment", slot.authority, {}, updates=updates)
        reference = requests.lodge(
            connection,
            request,
            conversation.id,
            door.clock(),
            channel=who.channel,
            user=who.user,
        )
        assert appointments.book(connection, reference, slot, door.clock())
    return reference


async def test_a_person_is_told_the_day_before_and_once(door: FrontDoor) -> None:
    reference = booked(door)
    await remind(door, THURSDAY - timedelta(days=1))
    assert door.told(ADA) == []
    await remind(door)
    await remind(door, THURSDAY + timedelta(minutes=10))
    await remind(door, THURSDAY + timedelta(days=1))
    await door.deliver()
    expected = WORDS.format(reference=reference)
    assert door.told(ADA) == [expected]
    assert door.platforms["sms"].texts(ADA.user) == [expected]
    assert [nudge.kind for nudge in door.nudges] == ["entry"]
    with door.store.read() as connection:
        last = requests.history(connection, reference)[-1]
    assert (last.what, last.shown) == (REMINDED, False)


async def test_of_two_workers_at_the_same_moment_one_tells(door: FrontDoor) -> None:
    booked(door)
    door.clock.time = THURSDAY
    with door.store.read() as connection:
        [due] = appointments.due_reminders(connection, THURSDAY)
    await asyncio.gather(*(reminders(door).chore().do(None) for _ in range(5)))
    assert len(door.told(ADA)) == 1
    with door.store.write() as connection:
        assert not appointments.remind(connection, due, THURSDAY)


@pytest.mark.parametrize(
    ("hour", "minute", "told"),
    [(8, 59, False), (9, 0, True), (17, 59, True), (18, 0, False)],
)
async def test_nobody_is_told_early_or_late(
    sqlite: Store, hour: int, minute: int, told: bool
) -> None:
    door = FrontDoor(sqlite)
    booked(door)
    await remind(door, THURSDAY.replace(hour=hour, minute=minute))
    assert bool(door.told(ADA)) == told


async def test_in_summer_nine_oclock_is_nine_oclock_there(sqlite: Store) -> None:
    door = FrontDoor(sqlite)
    door.clock.time = datetime(2026, 6, 22, 12, 0, tzinfo=timezone.utc)
    booked(door, replace(TEN, starts_at=datetime(2026, 6, 26, 9, tzinfo=timezone.utc)))
    await remind(door, datetime(2026, 6, 25, 8, 0, tzinfo=timezone.utc))
    assert "Friday 26 June, at 10am" in door.told(ADA)[0]


async def test_the_last_minutes_of_tomorrow_are_tomorrows(sqlite: Store) -> None:
    door = FrontDoor(sqlite)
    door.clock.time = datetime(2026, 6, 22, 12, 0, tzinfo=timezone.utc)
    # Half past eleven at night in London is half past ten by UTC.
    booked(door, replace(TEN, starts_at=datetime(2026, 6, 26, 22, 30, tzinfo=timezone.utc)))
    booked(door, replace(TEN, starts_at=datetime(2026, 6, 26, 23, 0, tzinfo=timezone.utc)), key="2")
    await remind(door, datetime(2026, 6, 25, 9, 0, tzinfo=timezone.utc))
    assert ["at 11:30pm" in told for told in door.told(ADA)] == [True]


async def test_who_did_not_agree_is_not_told(sqlite: Store) -> None:
    door = FrontDoor(sqlite)
    booked(door, updates=False)
    await remind(door)
    assert door.told(ADA) == []


async def test_who_cancelled_or_was_closed_or_has_moved_is_not_told_of_that_time(
    sqlite: Store,
) -> None:
    door = FrontDoor(sqlite)
    cancelled, closed, moved = (booked(door, key=key) for key in "123")
    with sqlite.write() as connection:
        appointments.cancel(connection, cancelled, door.clock())
        requests.set_status(connection, closed, requests.NOT_DONE, door.clock(), by="sam")
        later = replace(TEN, starts_at=TEN.starts_at + timedelta(days=3))
        appointments.move(connection, moved, later, door.clock())
    await remind(door)
    assert door.told(ADA) == []
    await remind(door, THURSDAY + timedelta(days=3))
    assert "Monday 30 November" in door.told(ADA)[0]
    with sqlite.read() as connection:
        assert appointments.of_reference(connection, closed) is None


async def test_who_books_for_tomorrow_has_just_been_told(sqlite: Store) -> None:
    door = FrontDoor(sqlite)
    door.clock.time = THURSDAY - timedelta(hours=2)
    booked(door)
    await remind(door)
    assert door.told(ADA) == []


async def test_who_asked_us_to_stop_is_not_told(sqlite: Store) -> None:
    door = FrontDoor(sqlite)
    booked(door)
    with sqlite.write() as connection:
        consent.stop(connection, DOOR, ADA, door.clock())
    await remind(door)
    assert door.told(ADA) == []


async def test_on_a_page_it_is_there_when_they_come_back(sqlite: Store) -> None:
    door = FrontDoor(sqlite)
    visitor = Address("webchat", "visitor")
    booked(door, who=visitor)
    await remind(door)
    assert len(door.told(visitor)) == 1


async def test_a_request_whose_conversation_is_gone_is_still_reminded_of(sqlite: Store) -> None:
    door = FrontDoor(sqlite)
    booked(door)
    with sqlite.write() as connection:
        connection.execute(conversations.delete())
    await remind(door)
    assert len(door.told(ADA)) == 1
