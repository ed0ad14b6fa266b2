"""Agents answer where the resident reads: at any address of theirs, and at nobody else's."""

from __future__ import annotations

import pytest

from assistant.floor import ConversationFloor
from assistant.hub import Hub
from assistant.store import Store
from channels.messages import Address, Link
from channels.transcript import Entry
from handoff.floor import Agent, NotYours
from tests.paths import DOOR, SilentNudges
from tests.unit.assistant.front_door import FrontDoor
from tests.unit.assistant.test_people import link
from tests.unit.assistant.test_threads import part

WEB, PHONE, OTHER = (
    Address("webchat", "a" * 32),
    Address("sms", "+447700900123"),
    Address("sms", "+447700900456"),
)
PRIYA = Agent(1, "priya", "Priya", DOOR, (DOOR,))
SAM = Agent(2, "sam", "Sam", DOOR, (DOOR,))
ELSEWHERE = Agent(3, "jo", "Jo", "kelmarsh", ("kelmarsh",))


@pytest.fixture
def door(store: Store) -> FrontDoor:
    return FrontDoor(store)


@pytest.fixture
def floor(door: FrontDoor) -> ConversationFloor:
    return ConversationFloor(
        door.store, Hub(door.store, SilentNudges()), door.committer, door.clock
    )


async def taken(door: FrontDoor, floor: ConversationFloor) -> str:
    """A conversation that began on a page, goes on by text, and is Priya's."""
    await door.hear(WEB, "my bin was missed")
    link(door.store, WEB, PHONE)
    await door.hear(PHONE, "any news?")
    await door.deliver()
    conversation = door.latest(PHONE).id
    await floor.take(PRIYA, conversation)
    return conversation


async def last(floor: ConversationFloor, conversation: str) -> Entry:
    return (await floor.transcript(PRIYA, conversation))[-1]


async def test_words_go_where_the_person_wrote_last(
    door: FrontDoor, floor: ConversationFloor
) -> None:
    conversation = await taken(door, floor)
    await floor.say(PRIYA, conversation, "They come on Friday.", "1")
    await door.deliver()
    assert door.platforms["sms"].texts(PHONE.user)[-1] == "They come on Friday."
    assert "They come on Friday." not in [e.text for e in await thread_of(floor, conversation, WEB)]


async def test_or_to_the_address_that_the_agent_chose(
    door: FrontDoor, floor: ConversationFloor
) -> None:
    conversation = await taken(door, floor)
    to = (WEB.channel, WEB.user)
    await floor.say(PRIYA, conversation, "On the page", "1", to=to)
    assert (await last(floor, conversation)).channel == "webchat"
    # The conversation still goes on where the person wrote: the next words go there.
    await floor.say(PRIYA, conversation, "By text", "2")
    assert (await last(floor, conversation)).channel == "sms"
    await door.deliver()
    assert "On the page" not in door.platforms["sms"].texts(PHONE.user)


async def test_an_address_that_has_not_written_yet_can_be_chosen_when_it_is_theirs(
    door: FrontDoor, floor: ConversationFloor
) -> None:
    await door.hear(WEB, "my bin was missed")
    link(door.store, WEB, PHONE)
    conversation = door.latest(WEB).id
    await floor.take(PRIYA, conversation)
    await floor.say(PRIYA, conversation, "By text", "1", to=(PHONE.channel, PHONE.user))
    await door.deliver()
    assert door.platforms["sms"].texts(PHONE.user) == ["By text"]
    # They answer by text, and are in the same conversation.
    await door.hear(PHONE, "thank you")
    assert door.latest(PHONE).id == conversation


@pytest.mark.parametrize("whose", [OTHER, Address("webchat", PHONE.user)])
async def test_no_agent_writes_to_an_address_that_is_not_theirs(
    door: FrontDoor, floor: ConversationFloor, whose: Address
) -> None:
    conversation = await taken(door, floor)
    before = (await last(floor, conversation)).position
    with pytest.raises(KeyError):
        await floor.say(PRIYA, conversation, "Hello", "1", to=(whose.channel, whose.user))
    assert ((await last(floor, conversation)).position, door.parcels(whose)) == (before, [])


async def test_once_parted_an_address_cannot_be_chosen_any_more(
    door: FrontDoor, floor: ConversationFloor
) -> None:
    conversation = await taken(door, floor)
    part(door, WEB)
    with pytest.raises(KeyError):
        await floor.say(PRIYA, conversation, "Hello", "1", to=(WEB.channel, WEB.user))


@pytest.mark.parametrize(("agent", "error"), [(SAM, NotYours), (ELSEWHERE, KeyError)])
async def test_nobody_else_writes_in_it(
    door: FrontDoor, floor: ConversationFloor, agent: Agent, error: type[Exception]
) -> None:
    conversation = await taken(door, floor)
    with pytest.raises(error):
        await floor.say(agent, conversation, "Hello", "1", to=(WEB.channel, WEB.user))


async def test_words_that_a_page_sends_twice_are_said_once(
    door: FrontDoor, floor: ConversationFloor
) -> None:
    conversation = await taken(door, floor)
    links = (Link("Bins", "https://www.ashcombe.example/bins"),)
    for _ in range(2):
        await floor.say(PRIYA, conversation, "Look", "1", links=links)
    said = [e for e in await floor.transcript(PRIYA, conversation) if e.text == "Look"]
    assert [entry.links for entry in said] == [links]


async def test_staff_see_that_what_they_said_to_who_has_stopped_did_not_arrive(
    door: FrontDoor, floor: ConversationFloor
) -> None:
    conversation = await taken(door, floor)
    await door.hear(PHONE, "STOP")
    await floor.say(PRIYA, conversation, "Hello", "1")
    delivery = (await last(floor, conversation)).delivery
    assert delivery is not None
    assert (delivery.state, delivery.reason) == ("refused", "opted_out")


async def test_what_a_person_wrote_elsewhere_before_is_shown_with_it(
    door: FrontDoor, floor: ConversationFloor
) -> None:
    await door.hear(PHONE, "last year")
    earlier = door.latest(PHONE)
    door.change(PHONE, lambda one: one.closed(door.clock()))
    await door.hear(OTHER, "somebody else")
    await door.hear(WEB, "hello")
    conversation = door.latest(WEB).id
    assert await floor.earlier(PRIYA, conversation) == []
    link(door.store, WEB, PHONE)
    [card] = await floor.earlier(PRIYA, conversation)
    assert (card.conversation, card.last_said) == (earlier.id, "last year")


async def thread_of(floor: ConversationFloor, conversation: str, address: Address) -> list[Entry]:
    entries = await floor.transcript(PRIYA, conversation)
    return [e for e in entries if (e.channel, e.user) == (address.channel, address.user)]
