"""A new status is told where the request was made, to who agreed, and to nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import consent, inbox
from assistant import conversations as book
from assistant.bot import DialogueState, Turn
from assistant.conversation import Keeper
from assistant.news import News
from assistant.store import Store
from channels.messages import Address
from channels.transcript import Entry
from knowledge import requests
from knowledge.library import open_library
from knowledge.opinions import Opinion
from knowledge.requests import (
    ANSWERED,
    DONE,
    IN_PROGRESS,
    NOT_DONE,
    NOTE,
    RECEIVED,
    STATUS,
    Event,
    Request,
)
from tests.paths import DOOR, entries
from tests.unit.assistant.front_door import FrontDoor
from tests.unit.assistant.test_people import link

WEB, PHONE, CHATS = (
    Address("webchat", "a" * 32),
    Address("sms", "+447700900123"),
    Address("whatsapp", "447700900123"),
)


@pytest.fixture
def door(store: Store) -> FrontDoor:
    return FrontDoor(store)


async def asked_for(
    door: FrontDoor,
    who: Address,
    *,
    updates: bool = True,
    authority: str = DOOR,
    joins: str = "",
) -> str:
    """Somebody writes, and a request of theirs is lodged; return its reference."""
    await door.hear(who, "my bin was missed")
    conversation = door.latest(who)
    key = f"{who.user}:{door.clock()}"
    request = Request(key, "missed-bin", authority, {}, updates=updates, joins=joins)
    with door.store.write() as connection:
        return requests.lodge(
            connection, request, conversation.id, door.clock(), channel=who.channel, user=who.user
        )


def becomes(door: FrontDoor, reference: str, status: str, words: str = "") -> None:
    """Change the status as the desk and Open311 do, and tell it in the same transaction."""
    news = News(door.committer, open_library())
    now = door.clock()
    with door.store.write() as connection:
        filed = requests.set_status(connection, reference, status, now, by="priya", words=words)
        news.told(connection, filed, Event(now, STATUS, status, words, "priya", True))


def last(door: FrontDoor, who: Address) -> Entry:
    return entries(door.store, door.latest(who).id)[-1]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param(IN_PROGRESS, "the team is working on it.", id="in progress"),
        pytest.param(NOT_DONE, "it is closed. The team did not do the work.", id="not done"),
    ],
)
async def test_a_new_status_is_told_on_the_channel_that_was_used(
    door: FrontDoor, status: str, expected: str
) -> None:
    reference = await asked_for(door, PHONE)
    becomes(door, reference, status, "The *crew* was there.")
    told = (
        f"News of your request. Report a missed bin, {reference}: {expected} "
        "The team wrote: The crew was there."
    )
    assert door.told(PHONE)[-1] == told
    await door.deliver()
    assert door.platforms["sms"].texts(PHONE.user)[-1] == told
    assert last(door, PHONE).choices == ()


async def test_on_a_page_it_stands_there_when_the_person_comes_back(door: FrontDoor) -> None:
    reference = await asked_for(door, WEB)
    becomes(door, reference, IN_PROGRESS)
    assert reference in last(door, WEB).text
    assert last(door, WEB).user == WEB.user


async def test_it_is_told_after_the_conversation_has_ended(door: FrontDoor) -> None:
    reference = await asked_for(door, WEB)
    ended = door.latest(WEB)
    door.change(WEB, lambda conversation: conversation.closed(door.clock()))
    becomes(door, reference, IN_PROGRESS)
    assert door.latest(WEB).id != ended.id
    assert reference in last(door, WEB).text


async def test_of_another_councils_request_it_is_told_at_the_door_where_it_was_made(
    door: FrontDoor,
) -> None:
    reference = await asked_for(door, PHONE, authority="wenshire")
    becomes(door, reference, IN_PROGRESS)
    assert door.latest(PHONE).authority == DOOR
    assert reference in last(door, PHONE).text


async def test_what_is_done_is_asked_about(door: FrontDoor) -> None:
    reference = await asked_for(door, WEB)
    becomes(door, reference, DONE, "Emptied at noon.")
    said = last(door, WEB)
    assert said.text.endswith(
        "it is done. The team wrote: Emptied at noon.\n\nWas this sorted out?"
    )
    assert [(choice.label, choice.value) for choice in said.choices] == [
        ("Yes", f'/rate{{"reference": "{reference}", "value": "yes"}}'),
        ("No", f'/rate{{"reference": "{reference}", "value": "no"}}'),
    ]
    with door.store.read() as connection:
        slots = book.state_of(connection, door.latest(WEB).id)["slots"]
    assert slots["doing"] == "was_it_sorted"
    assert slots["tracked"] == {"reference": reference, "service": "missed-bin"}
    assert slots["said"] == ["my bin was missed"]


async def test_what_the_bot_waits_for_is_not_forgotten(door: FrontDoor) -> None:
    reference = await asked_for(door, WEB)
    before = door.latest(WEB)
    with door.store.write() as connection:
        state = book.state_of(connection, before.id)
        busy = DialogueState({**state["slots"], "doing": "request"})
        book.remember(connection, before, busy)
    becomes(door, reference, DONE)
    with door.store.read() as connection:
        assert book.state_of(connection, before.id)["slots"] == busy.slots
    assert len(last(door, WEB).choices) == 2


async def test_while_a_person_answers_nothing_is_asked(door: FrontDoor) -> None:
    reference = await asked_for(door, PHONE)
    door.change(PHONE, lambda conversation: conversation.taken(1, "Priya"))
    becomes(door, reference, DONE)
    assert last(door, PHONE).choices == ()
    assert door.latest(PHONE).keeper is Keeper.AGENT


async def test_it_is_sent_though_somebody_takes_the_conversation_first(door: FrontDoor) -> None:
    reference = await asked_for(door, PHONE)
    await door.deliver()
    becomes(door, reference, IN_PROGRESS)
    door.change(PHONE, lambda conversation: conversation.taken(1, "Priya"))
    await door.deliver()
    assert reference in door.platforms["sms"].texts(PHONE.user)[-1]


async def test_who_was_added_to_a_report_is_told_with_it_under_their_own_reference(
    door: FrontDoor,
) -> None:
    first = await asked_for(door, PHONE, updates=False)
    second = await asked_for(door, WEB, joins=first)
    closed = await asked_for(door, CHATS, joins=first)
    becomes(door, closed, NOT_DONE)
    becomes(door, first, DONE, "Emptied.")
    assert f"{second}: it is done. The team wrote: Emptied." in last(door, WEB).text
    assert first not in last(door, WEB).text
    with door.store.read() as connection:
        found = [requests.find(connection, one) for one in (second, closed)]
    assert [one and one.status for one in found] == [DONE, NOT_DONE]


async def test_staff_see_beforehand_what_will_be_read(door: FrontDoor) -> None:
    reference = await asked_for(door, WEB)
    news = News(door.committer, open_library())
    with door.store.read() as connection:
        filed = requests.find(connection, reference)
    assert filed is not None
    event = Event(door.clock(), STATUS, DONE, "Emptied.", shown=True)
    beforehand = news.reads(filed, event)
    becomes(door, reference, DONE, "Emptied.")
    assert last(door, WEB).text == f"{beforehand}\n\nWas this sorted out?"


async def test_nobody_is_told_who_did_not_agree(door: FrontDoor) -> None:
    reference = await asked_for(door, PHONE, updates=False)
    before = door.told(PHONE)
    becomes(door, reference, DONE)
    assert door.told(PHONE) == before


async def test_nobody_is_told_who_asked_us_to_stop(door: FrontDoor) -> None:
    reference = await asked_for(door, PHONE)
    before = door.told(PHONE)
    with door.store.write() as connection:
        consent.stop(connection, DOOR, PHONE, door.clock())
    becomes(door, reference, DONE)
    assert door.told(PHONE) == before


async def test_only_a_status_is_news(door: FrontDoor) -> None:
    reference = await asked_for(door, PHONE)
    before = door.told(PHONE)
    news = News(door.committer, open_library())
    with door.store.write() as connection:
        filed = requests.find(connection, reference)
        assert filed is not None
        news.told(connection, filed, Event(door.clock(), NOTE, words="Rude.", by="priya"))
        elsewhere = replace(filed, conversation="", channel="", user="")
        news.told(connection, elsewhere, Event(door.clock(), STATUS, RECEIVED, shown=True))
    assert door.told(PHONE) == before


async def test_a_conversation_that_goes_on_elsewhere_stays_there(door: FrontDoor) -> None:
    reference = await asked_for(door, PHONE)
    link(door.store, PHONE, CHATS)
    await door.hear(CHATS, "hello from here")
    becomes(door, reference, IN_PROGRESS)
    assert reference in door.told(PHONE)[-1]
    assert not any(reference in said for said in door.told(CHATS))
    assert door.latest(CHATS).address == CHATS


async def test_a_link_made_later_lets_the_old_address_read_its_news(door: FrontDoor) -> None:
    reference = await asked_for(door, PHONE)
    door.change(PHONE, lambda conversation: conversation.closed(door.clock()))
    await door.hear(CHATS, "hello from here")
    link(door.store, PHONE, CHATS)
    becomes(door, reference, IN_PROGRESS)
    assert reference in door.told(PHONE)[-1]
    assert door.latest(CHATS).address == CHATS
    assert door.latest(PHONE).id == door.latest(CHATS).id


async def test_what_is_answered_is_kept_with_the_request(door: FrontDoor) -> None:
    reference = await asked_for(door, PHONE)
    door.keep(PHONE, "no")
    with door.store.write() as connection:
        work = inbox.claim(connection, "w", door.clock())
        assert work is not None
        turn = Turn((), DialogueState(), opinions=(Opinion(reference, "no"),))
        door.committer.commit(connection, work, turn, door.clock())
    with door.store.read() as connection:
        event = requests.history(connection, reference)[-1]
    assert (event.what, event.words, event.by) == (ANSWERED, "no", "")
    web = replace(work, message=replace(work.message, sender=WEB))
    assert door.committer.must_last(web, turn)
