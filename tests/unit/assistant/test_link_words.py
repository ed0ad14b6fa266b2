"""LINK and a number, then six digits: one conversation on two channels, and nobody else's."""

from __future__ import annotations

import pytest

from assistant import link_words, people, transcript
from assistant.conversation import Keeper
from assistant.link_words import Asks, Code
from assistant.store import Store
from channels.messages import Address, Attached, Content, Located, Said
from tests.unit.assistant.front_door import FrontDoor
from tests.unit.assistant.test_aside import kept_by, to_agent

ADA, PHONE = Address("telegram", "1001"), Address("sms", "+447700900123")
RIGHT, WRONG = "123456", "654321"
LINK = "LINK 07700 900123"


@pytest.fixture
def door(sqlite: Store) -> FrontDoor:
    return FrontDoor(sqlite)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("LINK 07700 900123", Asks(PHONE.user), id="as we write it"),
        pytest.param("link +44 (0)7700 900-123", Asks(PHONE.user), id="as people write numbers"),
        pytest.param("Link: O77OO 9OOl23", Asks(PHONE.user), id="with letters for digits"),
        pytest.param("LINK07700900123", Asks(PHONE.user), id="in one word"),
        pytest.param("LINK", Asks(""), id="without a number"),
        pytest.param("Link.", Asks(""), id="with a full stop"),
        pytest.param("LINK 12345", Asks(""), id="no number"),
        pytest.param("LINK 01632 960123", Asks(""), id="not a mobile"),
        pytest.param("LINK +33 6 12 34 56 78", Asks(""), id="abroad"),
        pytest.param("LINK 07700 900123 please", None, id="with more words"),
        pytest.param("link to the council tax page", None, id="a link to something"),
        pytest.param("links", None, id="another word"),
        pytest.param("LINK lo", None, id="letters only"),
        pytest.param("LINK " + "0" * 60, None, id="endless"),
        pytest.param("my number is 07700 900123", None, id="a number alone asks for nothing"),
        pytest.param("123456", Code("123456"), id="six digits"),
        pytest.param(" 123 456 ", Code("123456"), id="with spaces"),
        pytest.param("1 2 3\n4 5 6", Code("123456"), id="far apart"),
        pytest.param("12345", None, id="five digits"),
        pytest.param("1234567", None, id="seven digits"),
        pytest.param("123-456", None, id="with a hyphen"),
        pytest.param("١٢٣٤٥٦", None, id="digits of another script"),
        pytest.param("code 123456", None, id="with a word"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_only_a_message_that_is_nothing_else_is_read(typed: str, read: Asks | Code | None) -> None:
    assert link_words.read(Said(typed)) == read


@pytest.mark.parametrize("content", [Attached("x", "image/jpeg", LINK), Located(51.5, 0.0)])
def test_files_and_places_are_not(content: Content) -> None:
    assert link_words.read(content) is None


async def test_a_chat_goes_on_by_text_message(store: Store) -> None:
    door = FrontDoor(store)
    await door.hear(ADA, "my bin was missed")
    [sent] = await door.hear(ADA, LINK)
    assert "sent a code" in sent
    await door.deliver()
    [text] = door.platforms["sms"].texts(PHONE.user)
    assert text.startswith(f"{RIGHT} is your code from Ashcombe Borough Council.")
    [done] = await door.hear(ADA, "123 456")
    await door.deliver()
    assert "by text message" in done
    assert "You can now go on here" in door.platforms["sms"].texts(PHONE.user)[-1]
    await door.hear(PHONE, "any news?")
    assert door.latest(PHONE).id == door.latest(ADA).id
    assert door.bot.remembers[-1] == {"said": ["my bin was missed"]}
    assert door.bot.heard == [Said("my bin was missed"), Said("any news?")]


@pytest.mark.parametrize("keeper", ["bot", "queue", "agent"])
async def test_it_works_whoever_keeps_the_conversation(door: FrontDoor, keeper: str) -> None:
    await door.hear(ADA, "hello")
    kept_by(door, keeper)
    await door.hear(ADA, LINK)
    await door.hear(ADA, RIGHT)
    after = door.latest(PHONE)
    assert (after.id, after.keeper.value) == (door.latest(ADA).id, keeper)
    assert door.bot.heard == [Said("hello")]


async def test_the_conversation_that_an_agent_has_at_the_telephone_stays(door: FrontDoor) -> None:
    await door.hear(PHONE, "my bin was missed")
    door.change(PHONE, to_agent)
    kept = door.latest(PHONE)
    await door.hear(ADA, "hello")
    left = door.latest(ADA)
    await door.hear(ADA, LINK)
    await door.hear(ADA, RIGHT)
    after = door.latest(ADA)
    assert (after.id, after.keeper, after.address) == (kept.id, Keeper.AGENT, ADA)
    assert "by text message" in door.told(ADA)[-1]
    # Everybody who reads either of the two is told to look again.
    woken = {nudge.conversation for _, nudge in door.worker.nudges.sent}  # type: ignore[attr-defined] # silent ones
    assert {kept.id, left.id} <= woken


async def test_wrong_codes_count_and_the_fifth_is_the_last(door: FrontDoor) -> None:
    await door.hear(ADA, LINK)
    told = [await door.hear(ADA, WRONG) for _ in range(5)]
    assert [words[-2] for [words] in told[:4]] == ["4", "3", "2", "1"]
    assert "does not work any more" in told[4][0]
    # Now it is nothing to us, even when it is right: it is six digits like any other.
    assert await door.hear(ADA, RIGHT) == [f"Heard: {RIGHT}"]
    with door.store.read() as connection:
        assert people.person_of(connection, ADA) is None


async def test_six_digits_that_nobody_waits_for_are_ordinary_words(door: FrontDoor) -> None:
    assert await door.hear(ADA, "345 678") == ["Heard: 345 678"]
    await door.hear(ADA, LINK)
    await door.hear(ADA, RIGHT)
    assert await door.hear(ADA, "345 678") == ["Heard: 345 678"]


async def test_a_code_is_only_for_who_asked_for_it(door: FrontDoor) -> None:
    await door.hear(ADA, LINK)
    other = Address("telegram", "2002")
    assert await door.hear(other, RIGHT) == [f"Heard: {RIGHT}"]
    assert await door.hear(PHONE, RIGHT) == [f"Heard: {RIGHT}"]


async def test_a_code_that_comes_too_late_is_told_so_and_later_is_ordinary_words(
    door: FrontDoor,
) -> None:
    await door.hear(ADA, LINK)
    door.clock.turn(minutes=10)
    assert "does not work any more" in (await door.hear(ADA, RIGHT))[0]
    door.clock.turn(minutes=10)
    assert await door.hear(ADA, RIGHT) == [f"Heard: {RIGHT}"]


@pytest.mark.parametrize("typed", ["LINK", "LINK 12345", "LINK +33 6 12 34 56 78"])
async def test_who_writes_no_number_is_told_how(door: FrontDoor, typed: str) -> None:
    [told] = await door.hear(ADA, typed)
    assert told.endswith("LINK 07700 900123")
    assert door.parcels(PHONE) == []


async def test_a_text_message_cannot_be_linked_to_its_own_number(door: FrontDoor) -> None:
    [told] = await door.hear(PHONE, LINK)
    assert told.endswith("LINK 07700 900123")
    assert len(door.parcels(PHONE)) == 1


async def test_one_number_can_be_linked_to_another(door: FrontDoor) -> None:
    await door.hear(PHONE, "LINK 07700 900456")
    await door.hear(PHONE, RIGHT)
    with door.store.read() as connection:
        person = people.person_of(connection, Address("sms", "+447700900456"))
        assert person == people.person_of(connection, PHONE) is not None


async def test_who_asks_again_at_once_has_to_wait(door: FrontDoor) -> None:
    await door.hear(ADA, LINK)
    [told] = await door.hear(ADA, LINK)
    assert told.startswith("Too many codes")
    door.clock.turn(seconds=30)
    assert "sent a code" in (await door.hear(ADA, LINK))[0]


async def test_who_is_linked_already_is_told_that_they_are(door: FrontDoor) -> None:
    await door.hear(ADA, LINK)
    await door.hear(ADA, RIGHT)
    door.clock.turn(minutes=1)
    codes = len(door.parcels(PHONE))
    assert await door.hear(ADA, LINK) == [door.told(ADA)[-1]]
    assert "You can now go on here" in door.told(ADA)[-1]
    assert len(door.parcels(PHONE)) == codes


async def test_a_number_that_has_stopped_us_gets_no_code(door: FrontDoor) -> None:
    await door.hear(PHONE, "STOP")
    before = door.parcels(PHONE)
    [told] = await door.hear(ADA, LINK)
    assert (told[:21], door.parcels(PHONE)) == ("We cannot send a code", before)


async def test_a_council_without_text_messages_sends_none(sqlite: Store) -> None:
    door = FrontDoor(sqlite, names=("telegram",))
    [told] = await door.hear(ADA, LINK)
    assert told.startswith("We cannot send a code")


async def test_somebody_new_is_told_first_who_we_are(sqlite: Store) -> None:
    door = FrontDoor(sqlite, introduced=True)
    first, second = await door.hear(ADA, LINK)
    assert first.startswith("This is the assistant of")
    assert "sent a code" in second


async def test_who_has_stopped_us_gets_no_answer_to_link(door: FrontDoor) -> None:
    await door.hear(ADA, "STOP")
    await door.hear(ADA, "hello")
    assert await door.hear(ADA, LINK) == []
    assert door.parcels(PHONE) == []


async def test_on_the_web_it_is_words_like_any_other(door: FrontDoor) -> None:
    assert await door.hear(Address("webchat", "a" * 32), LINK) == [f"Heard: {LINK}"]


async def test_without_anything_to_link_by_it_goes_to_the_bot(door: FrontDoor) -> None:
    door.worker.links = None
    assert await door.hear(ADA, LINK) == [f"Heard: {LINK}"]


async def test_what_waits_at_the_telephone_is_answered_and_seen_after_the_link(
    door: FrontDoor,
) -> None:
    await door.hear(ADA, "hello")
    door.change(ADA, to_agent)
    await door.hear(ADA, LINK)
    door.keep(ADA, RIGHT)
    door.keep(PHONE, "is anybody there?")
    await door.work()
    with door.store.read() as connection:
        seen = [e.text for e in transcript.entries(connection, door.latest(ADA).id)]
    assert "is anybody there?" in seen
    assert door.bot.heard == [Said("hello")]


async def test_asking_from_many_names_makes_no_flood(door: FrontDoor) -> None:
    for number in range(5):
        await door.hear(Address("telegram", f"{number}"), LINK)
    assert len(door.parcels(PHONE)) == 3
