"""Agents see who is who, link and unlink, and all of it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant import conversations as book
from assistant.contact_book import ContactBook
from assistant.hub import Hub
from assistant.store import Store
from channels.messages import Address
from handoff.agents import create
from handoff.floor import Agent
from handoff.people import CannotLink, NotLinked
from tests.paths import DOOR, NOON, SilentNudges, accept
from tests.unit.assistant.test_people import link

PHONE = Address("sms", "+447700900123")
VISITOR = "a" * 32


@pytest.fixture
def nudges() -> SilentNudges:
    return SilentNudges()


@pytest.fixture
def contact_book(store: Store, nudges: SilentNudges) -> ContactBook:
    return ContactBook(store, Hub(store, nudges), lambda: NOON + timedelta(minutes=5))


@pytest.fixture
def priya(store: Store) -> Agent:
    with store.write() as connection:
        return create(
            connection,
            username="priya",
            first_name="Priya",
            password="a long password",
            covers=(DOOR,),
            now=NOON,
        )


@pytest.fixture
def web(store: Store) -> str:
    return accept(store, "My bin was missed", user=VISITOR, channel="webchat")


@pytest.fixture
def text(store: Store) -> str:
    return accept(store, "Any news of my bin?", user=PHONE.user, channel="sms")


async def test_who_was_never_linked_has_one_address(
    contact_book: ContactBook, priya: Agent, web: str
) -> None:
    [only] = await contact_book.contacts(priya, web)
    assert (only.channel, only.user, only.how, only.linked_at) == ("webchat", VISITOR, "", None)
    assert (only.conversation, only.last_said) == (web, "My bin was missed")


@pytest.mark.parametrize(
    "query", ["07700 900123", "+44 7700 900123", "+44 (0)7700-900123", "{text}", "/desk/c/{text}"]
)
async def test_an_address_is_found_by_its_whole_number_or_a_conversation(
    contact_book: ContactBook, priya: Agent, web: str, text: str, query: str
) -> None:
    [found] = await contact_book.candidates(priya, web, query.format(text=text))
    assert (found.channel, found.user) == ("sms", PHONE.user)
    assert (found.conversation, found.last_said) == (text, "Any news of my bin?")


@pytest.mark.parametrize("query", ["", "07700", "900123", "0770090012", "07700 900124", "bin"])
async def test_nobody_is_found_by_a_part_of_a_number(
    contact_book: ContactBook, priya: Agent, web: str, text: str, query: str
) -> None:
    assert await contact_book.candidates(priya, web, query) == []


async def test_linking_is_kept_and_can_be_undone(
    contact_book: ContactBook, nudges: SilentNudges, priya: Agent, web: str, text: str
) -> None:
    await contact_book.link(priya, web, "sms", PHONE.user, "Gave us this number")
    linked = {c.channel: c for c in await contact_book.contacts(priya, web)}
    assert set(linked) == {"webchat", "sms"}
    assert (linked["sms"].how, linked["sms"].by) == ("agent", "Priya")
    assert linked["sms"].reason == "Gave us this number"
    assert nudges.sent
    await contact_book.unlink(priya, web, "sms", PHONE.user, "It was her sister")
    assert len(await contact_book.contacts(priya, web)) == 1
    history = await contact_book.history(priya, web)
    assert [(event.what, event.channel, event.by) for event in history] == [
        ("unlinked", "webchat", "Priya"),
        ("linked", "webchat", "Priya"),
    ]
    assert [event.reason for event in history] == ["It was her sister", "Gave us this number"]


async def test_the_one_who_wrote_last_comes_first(
    contact_book: ContactBook, store: Store, priya: Agent, web: str, text: str
) -> None:
    link(store, Address("webchat", VISITOR), PHONE)
    with store.read() as connection:
        going_on = book.latest(connection, DOOR, PHONE)
    assert going_on is not None
    first, *_ = await contact_book.contacts(priya, going_on.id)
    assert first.last_at == NOON


async def test_one_is_not_linked_to_oneself_or_a_stranger_or_somebody_elses_address(
    contact_book: ContactBook, store: Store, priya: Agent, web: str, text: str
) -> None:
    async def why(channel: str, user: str) -> str:
        with pytest.raises(CannotLink) as refused:
            await contact_book.link(priya, web, channel, user, "because")
        return refused.value.why

    link(store, PHONE, Address("telegram", "1001"))
    assert await why("webchat", VISITOR) == "same"
    assert await why("sms", "+447700900999") == "unknown"
    assert await why("sms", PHONE.user) == "another"
    with pytest.raises(NotLinked):
        await contact_book.unlink(priya, web, "sms", PHONE.user, "because")


async def test_agents_of_another_council_see_nothing(
    contact_book: ContactBook, store: Store, web: str
) -> None:
    other = Agent(99, "zoe", "Zoe", "kelmarsh", ("kelmarsh",))
    for call in (
        contact_book.contacts(other, web),
        contact_book.candidates(other, web, "07700 900123"),
        contact_book.link(other, web, "sms", PHONE.user, "because"),
        contact_book.unlink(other, web, "sms", PHONE.user, "because"),
        contact_book.history(other, web),
    ):
        with pytest.raises(KeyError):
            await call
