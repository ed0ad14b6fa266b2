"""A page shows its visitor's own thread, wherever the conversation goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from assistant.chat import Chat
from assistant.hub import Hub
from assistant.store import Store
from channels.messages import Address, Choice, Chose, InboundMessage, Reply, Said
from channels.webchat.service import Council, TooFast
from tests.paths import DOOR, NOON, SilentNudges, unhandled
from tests.unit.assistant.front_door import FrontDoor, Listening
from tests.unit.assistant.test_aside import to_agent
from tests.unit.assistant.test_people import link

VISITOR = "a" * 32
WEB, PHONE = Address("webchat", VISITOR), Address("sms", "+447700900123")
MENU = Reply("Which?", choices=(Choice("Bins", "/ask{bins}"), Choice("Tax", "/ask{tax}")))


def no_council(slug: str) -> Council:
    raise KeyError(slug)


def chat_of(door: FrontDoor, pace: Callable[[Address], float] = lambda address: 0.0) -> Chat:
    hub = Hub(door.store, SilentNudges())
    return Chat(door.store, hub, no_council, lambda *_: "", "Stop waiting", door.clock, pace)


@pytest.fixture
def door(store: Store) -> FrontDoor:
    return FrontDoor(store, Listening({"menu": (MENU,)}))


async def texts(chat: Chat, after: int = 0) -> list[str]:
    return [entry.text for entry in (await chat.view(DOOR, VISITOR, after)).entries]


def message(text: str, number: int = 1, user: str = VISITOR) -> InboundMessage:
    return InboundMessage(Address("webchat", user), f"{user}:{number}", Said(text), NOON)


async def test_what_goes_on_by_text_is_not_shown_on_the_page(door: FrontDoor) -> None:
    chat = chat_of(door)
    await door.hear(WEB, "my bin was missed")
    link(door.store, WEB, PHONE)
    await door.hear(PHONE, "any news?")
    assert await texts(chat) == ["my bin was missed", "Heard: my bin was missed"]
    await door.hear(WEB, "I am back")
    assert await texts(chat, after=2) == ["I am back", "Heard: I am back"]
    view = await chat.view(DOOR, VISITOR)
    assert view.conversation == door.latest(PHONE).id


async def test_the_page_shows_who_answers_although_it_is_elsewhere(door: FrontDoor) -> None:
    chat = chat_of(door)
    await door.hear(WEB, "hello")
    link(door.store, WEB, PHONE)
    await door.hear(PHONE, "person")
    assert (await chat.view(DOOR, VISITOR)).status.place == 1
    door.change(PHONE, to_agent)
    assert (await chat.view(DOOR, VISITOR)).status.agent_name == "Priya"


async def test_another_visitor_sees_nothing_of_it(door: FrontDoor) -> None:
    await door.hear(WEB, "hello")
    view = await chat_of(door).view(DOOR, "b" * 32)
    assert (view.conversation, view.entries) == ("", ())


async def test_only_what_this_page_was_offered_can_be_pressed(door: FrontDoor) -> None:
    chat = chat_of(door)
    await door.hear(WEB, "menu")
    link(door.store, WEB, PHONE)
    await door.hear(PHONE, "hello")
    assert await chat.offered(DOOR, VISITOR, "/ask{tax}") == "Tax"
    assert await chat.offered(DOOR, VISITOR, "/deny") is None
    assert await chat.offered(DOOR, "b" * 32, "/ask{tax}") is None
    # On a page every list stays where it is, so that an older one can be pressed, too.
    await door.hear(WEB, "something else")
    assert await chat.offered(DOOR, VISITOR, "/ask{tax}") == "Tax"


async def test_who_waits_can_stop_waiting_from_their_page(door: FrontDoor) -> None:
    chat = chat_of(door)
    await door.hear(WEB, "person")
    assert await chat.offered(DOOR, VISITOR, "stop_waiting") == "Stop waiting"
    await door.hear(WEB, Chose("stop_waiting", "Stop waiting"))
    assert (await chat.view(DOOR, VISITOR)).status.place is None


@dataclass
class Pace:
    """Lets so many in, and says of every other how long to wait."""

    many: int
    counted: list[Address] = field(default_factory=list)

    def __call__(self, address: Address) -> float:
        self.counted.append(address)
        return 0.0 if len(self.counted) <= self.many else 2.5


async def test_a_message_that_comes_too_fast_is_not_kept(store: Store) -> None:
    door = FrontDoor(store)
    chat = chat_of(door, Pace(1))
    assert await chat.accept(DOOR, message("one", 1))
    with pytest.raises(TooFast) as refused:
        await chat.accept(DOOR, message("two", 2))
    assert (refused.value.retry_after, unhandled(store)) == (timedelta(seconds=2.5), 1)


async def test_nor_does_it_open_a_conversation(sqlite: Store) -> None:
    chat = chat_of(FrontDoor(sqlite), Pace(0))
    with pytest.raises(TooFast):
        await chat.accept(DOOR, message("one"))
    assert (await chat.view(DOOR, VISITOR)).conversation == ""


async def test_a_page_that_sends_again_because_it_heard_nothing_is_not_fast(store: Store) -> None:
    door, pace = FrontDoor(store), Pace(2)
    chat = chat_of(door, pace)
    kept = [await chat.accept(DOOR, message("one", 1)) for _ in range(5)]
    assert (kept, len(pace.counted)) == ([True] + [False] * 4, 1)
    assert await chat.accept(DOOR, message("two", 2))


async def test_a_refused_message_can_be_sent_again(sqlite: Store) -> None:
    pace = Pace(0)
    chat = chat_of(FrontDoor(sqlite), pace)
    with pytest.raises(TooFast):
        await chat.accept(DOOR, message("one"))
    pace.many = 5
    assert await chat.accept(DOOR, message("one"))
    assert await texts(chat) == ["one"]


async def test_positions_are_the_whole_conversations(sqlite: Store) -> None:
    door = FrontDoor(sqlite)
    chat = chat_of(door)
    await door.hear(WEB, "one")
    link(sqlite, WEB, PHONE)
    await door.hear(PHONE, "two")
    await door.hear(WEB, "three")
    entries = (await chat.view(DOOR, VISITOR)).entries
    assert [entry.position for entry in entries] == [1, 2, 5, 6]
