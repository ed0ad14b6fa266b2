"""A screen is wiped: the chat ends, unless it goes on at the resident's telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant import conversations as book
from assistant.chat import Chat
from assistant.conversation import Conversation
from assistant.hub import Hub
from assistant.store import Store
from channels.messages import Address
from channels.webchat.service import Council
from tests.paths import DOOR, NOON, SilentNudges, accept
from tests.unit.assistant.test_people import link

VISITOR = "a" * 32
WEB, PHONE = Address("webchat", VISITOR), Address("sms", "+447700900123")


@pytest.fixture
def chat(store: Store) -> Chat:
    def council(slug: str) -> Council:
        raise KeyError(slug)

    hub = Hub(store, SilentNudges())
    return Chat(store, hub, council, lambda slug, now: "", "Stop waiting", lambda: LATER)


LATER = NOON + timedelta(minutes=5)


def conversation(store: Store, key: str) -> Conversation:
    with store.read() as connection:
        return book.load(connection, key)


async def test_a_chat_ends_when_it_is_wiped(store: Store, chat: Chat) -> None:
    key = accept(store, "Hello", user=VISITOR, channel="webchat")
    await chat.end(DOOR, VISITOR)
    assert conversation(store, key).closed_at == LATER


async def test_a_chat_that_goes_on_by_text_outlives_the_screen(store: Store, chat: Chat) -> None:
    key = accept(store, "My bin was missed", user=VISITOR, channel="webchat")
    link(store, WEB, PHONE)
    await chat.end(DOOR, VISITOR)
    after = conversation(store, key)
    assert (after.closed_at, after.address) == (None, PHONE)
    assert accept(store, "Any news?", "2", user=PHONE.user, channel="sms") == key


async def test_another_screen_is_no_telephone(store: Store, chat: Chat) -> None:
    key = accept(store, "Hello", user=VISITOR, channel="webchat")
    link(store, WEB, Address("webchat", "b" * 32))
    await chat.end(DOOR, VISITOR)
    assert conversation(store, key).closed_at == LATER
