"""Alerts are kept, told once in a conversation, and shown at the door, in every process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest

from assistant.alerts import TOLD, CurrentAlerts, Herald
from assistant.bot import DialogueState, Likely, Turn, Understood
from assistant.chat import Chat
from assistant.conversation import Conversation
from assistant.hub import Hub
from assistant.nudge import Nudge
from assistant.store import Store
from channels.messages import Address, InboundMessage, Reply, Said, Source
from channels.webchat.service import Council, Happened
from knowledge import alerts
from knowledge.alerts import Alert, WrongAlert
from knowledge.happening import at_the_door
from knowledge.library import Library, open_library
from tests.paths import DOOR, NOON, SilentNudges

SNOW = "Snow: bins are a day late in Ashcombe until Friday."
SHUT = "All our offices are shut today because of snow."
ROADS = "The A999 at Kelm is closed by snow until noon."
DAY = timedelta(days=1)
WEB, SMS = Address("webchat", "ada"), Address("sms", "+447700900123")


def add(
    store: Store,
    text: str = SNOW,
    *topics: str,
    authority: str = DOOR,
    starts_at: datetime = NOON,
    ends_at: datetime = NOON + DAY,
) -> Alert:
    with store.write() as connection:
        return alerts.add(
            connection,
            authority=authority,
            topics=topics,
            text=text,
            starts_at=starts_at,
            ends_at=ends_at,
            by="priya",
            now=NOON,
        )


def current(store: Store, now: datetime = NOON, **only: object) -> list[str]:
    with store.read() as connection:
        return [a.text for a in alerts.current(connection, now, **only)]  # type: ignore[arg-type]


def test_an_alert_holds_from_its_start_and_up_to_its_end(store: Store) -> None:
    made = add(store, SNOW, "missed-bin", "bin-collection-day")

    assert made.topics == ("bin-collection-day", "missed-bin")
    assert current(store, NOON - timedelta(seconds=1)) == []
    assert current(store, NOON) == [SNOW]
    assert current(store, NOON + DAY - timedelta(seconds=1)) == [SNOW]
    assert current(store, NOON + DAY) == []
    with store.read() as connection:
        assert alerts.get(connection, made.id) == made


def test_the_newest_comes_first_and_others_are_left_out(store: Store) -> None:
    add(store, SNOW, "missed-bin", starts_at=NOON - DAY)
    add(store, SHUT)
    add(store, ROADS, "pothole", authority="wenshire")

    assert current(store) == [ROADS, SHUT, SNOW]
    assert current(store, authority=DOOR) == [SHUT, SNOW]
    assert current(store, authority=DOOR, topics=["missed-bin"]) == [SHUT, SNOW]
    assert current(store, authority=DOOR, topics=["blue-badge"]) == [SHUT]


def test_space_around_and_between_the_words_is_made_even(store: Store) -> None:
    assert add(store, "  Snow:   bins are late\t today. ").text == "Snow: bins are late today."


def test_what_may_not_be_said_is_not_kept(store: Store) -> None:
    with pytest.raises(WrongAlert) as wrong:
        add(store, "Snow", ends_at=NOON - DAY)

    assert set(wrong.value.faults) == {"text", "ends_at"}
    assert current(store) == []


def test_an_alert_is_withdrawn_once_and_by_whom_is_kept(store: Store) -> None:
    made = add(store)

    with store.write() as connection:
        assert alerts.withdraw(connection, made.id, "sam", NOON)
        assert not alerts.withdraw(connection, made.id, "priya", NOON)
        assert not alerts.withdraw(connection, 999, "priya", NOON)
        kept = alerts.get(connection, made.id)
    assert (kept.withdrawn_by, kept.withdrawn_at) == ("sam", NOON)
    assert current(store) == []


def test_a_changed_end_is_a_new_alert_in_the_old_ones_place(store: Store) -> None:
    made = add(store, SNOW, "missed-bin")

    later = NOON + timedelta(hours=2)
    with store.write() as connection:
        new = alerts.change(connection, made.id, by="sam", now=later, ends_at=NOON + 3 * DAY)
        same = alerts.change(connection, new.id, by="sam", now=later, ends_at=NOON + 3 * DAY)
        old = alerts.get(connection, made.id)
    assert same == new
    assert (old.withdrawn_by, new.made_by, new.starts_at) == ("sam", "sam", made.starts_at)
    assert (new.topics, new.text, new.ends_at) == (made.topics, made.text, NOON + 3 * DAY)
    assert current(store, NOON + 2 * DAY) == [SNOW]


def test_what_is_over_cannot_be_changed(store: Store) -> None:
    made = add(store)

    with store.write() as connection, pytest.raises(KeyError):
        alerts.change(connection, made.id, by="sam", now=NOON + 2 * DAY, ends_at=NOON + 3 * DAY)


def test_a_wrong_change_leaves_the_alert_as_it_was(store: Store) -> None:
    made = add(store)

    with pytest.raises(WrongAlert), store.write() as connection:
        alerts.change(connection, made.id, by="sam", now=NOON, ends_at=NOON - DAY)

    assert current(store) == [SNOW]


def test_the_list_has_what_holds_what_comes_and_what_was(store: Store) -> None:
    add(store, "This one holds longer.", ends_at=NOON + 3 * DAY)
    add(store, "This one holds now.")
    add(store, "This one comes later.", starts_at=NOON + 2 * DAY, ends_at=NOON + 3 * DAY)
    add(store, "This one comes soon.", starts_at=NOON + DAY, ends_at=NOON + 4 * DAY)
    gone = add(store, "This one was withdrawn.", ends_at=NOON + 30 * DAY)
    add(store, "Another council's alert.", authority="kelmarsh")
    with store.write() as connection:
        alerts.withdraw(connection, gone.id, "sam", NOON)

    def texts(now: datetime) -> list[list[str]]:
        with store.read() as connection:
            listed = alerts.listed(connection, [DOOR], now)
        return [[a.text for a in part] for part in (listed.active, listed.coming, listed.past)]

    assert texts(NOON) == [
        ["This one holds now.", "This one holds longer."],
        ["This one comes soon.", "This one comes later."],
        ["This one was withdrawn."],
    ]
    assert texts(NOON + 32 * DAY) == [
        [],
        [],
        ["This one comes soon.", "This one comes later.", "This one holds longer."],
    ]


def test_a_process_reads_again_after_half_a_second(store: Store) -> None:
    seconds = [0.0]
    held = CurrentAlerts(store, lambda: NOON, lambda: seconds[0])
    assert held() == ()
    add(store)
    assert held() == ()
    seconds[0] = 0.5
    assert [alert.text for alert in held()] == [SNOW]


@dataclass
class Scripted:
    """A bot that answers with what is put in."""

    turn: Turn
    heard: list[DialogueState] = field(default_factory=list)

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        self.heard.append(state)
        return self.turn


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library()


def source(article: str, responsible: str = "Ashcombe Borough Council") -> Source:
    return Source(article, "A title", "https://www.ashcombe.example/a", responsible, date.min)


def turn(*replies: Reply, intent: str = "ask", **slots: object) -> Turn:
    state = DialogueState({"topic": "x", **slots}, ({"event": "user", "intent": intent},))
    return Turn(replies, state, understood=Understood(intent, 1.0))


ANSWER = Reply("Your bin day is Monday.", source=source("bin-collection-day"), short="It is Mon.")
GREETING = Reply("Hello. What do you need?")
TALKED = DialogueState({"topic": "x"}, ({"event": "user", "intent": "ask"},))


def held(*wanted: tuple[str, str, tuple[str, ...]]) -> list[Alert]:
    return [
        Alert(number, authority, topics, text, NOON - DAY, NOON + DAY, "priya", NOON)
        for number, (text, authority, topics) in enumerate(wanted, 1)
    ]


ABOUT_BINS = (SNOW, DOOR, ("bin-collection-day", "missed-bin"))
ABOUT_ALL = (SHUT, DOOR, ())
ABOUT_ROADS = (ROADS, "wenshire", ("pothole",))


async def hear(
    library: Library,
    said: Turn,
    its: Sequence[Alert],
    state: DialogueState = TALKED,
    sender: Address = WEB,
) -> Turn:
    herald = Herald(
        Scripted(said), lambda: its, library, lambda: NOON, lambda _, to: to.channel == "webchat"
    )
    conversation = Conversation("c", DOOR, sender)
    return await herald.answer(conversation, state, InboundMessage(sender, "1", Said("x"), NOON))


async def test_an_answer_that_it_concerns_begins_with_the_alert(library: Library) -> None:
    told = await hear(library, turn(ANSWER), held(ABOUT_BINS, ABOUT_ROADS))

    (reply,) = told.replies
    assert reply.text == f"{SNOW}\n\nYour bin day is Monday."
    assert reply.short == f"{SNOW} It is Mon."
    assert reply.source == ANSWER.source


async def test_other_answers_stay_as_they_are(library: Library) -> None:
    tax = Reply("You get 25% off.", source=source("single-person-discount"))

    assert await hear(library, turn(tax), held(ABOUT_BINS)) == turn(tax)


async def test_an_alert_about_everything_concerns_each_answer_of_that_council(
    library: Library,
) -> None:
    tax = Reply("You get 25% off.", source=source("single-person-discount"))
    roads = Reply("Tell us.", source=source("pothole", "Wenshire County Council"))

    told = await hear(library, turn(tax), held(ABOUT_ALL))
    other = await hear(library, turn(roads), held(ABOUT_ALL, ABOUT_ROADS))

    assert told.replies[0].text.startswith(SHUT)
    assert other.replies[0].text == f"{ROADS}\n\nTell us."


async def test_each_is_told_once_in_a_conversation(library: Library) -> None:
    first = await hear(library, turn(ANSWER, ANSWER), held(ABOUT_BINS))
    again = await hear(library, turn(ANSWER), held(ABOUT_BINS), first.state)

    assert [SNOW in reply.text for reply in first.replies] == [True, False]
    assert again.replies == (ANSWER,)
    assert again.state.slots[TOLD] == [1]


async def test_one_that_was_changed_is_told_anew(library: Library) -> None:
    first = await hear(library, turn(ANSWER), held(ABOUT_BINS))
    changed = [replace(held(ABOUT_BINS)[0], id=9, text="Snow: bins come on Saturday.")]
    again = await hear(library, turn(ANSWER), changed, first.state)

    assert again.replies[0].text.startswith("Snow: bins come on Saturday.")


async def test_what_is_remembered_stays_bounded(library: Library) -> None:
    state = DialogueState({"topic": "x", TOLD: list(range(100, 120))})
    told = await hear(library, turn(ANSWER), held(ABOUT_BINS), state)

    assert told.state.slots[TOLD] == [*range(101, 120), 1]


async def test_the_greeting_tells_what_is_happening(library: Library) -> None:
    told = await hear(
        library, turn(GREETING, intent="greet"), held(ABOUT_BINS, ABOUT_ALL, ABOUT_ROADS)
    )

    assert told.replies[0].text == "\n\n".join([SHUT, SNOW, ROADS, GREETING.text])


async def test_so_does_the_first_answer_where_there_is_no_first_screen(library: Library) -> None:
    tax = Reply("You get 25% off.", source=source("single-person-discount"))
    new = DialogueState()

    by_text = await hear(library, turn(tax), held(ABOUT_BINS), new, SMS)
    on_the_page = await hear(library, turn(tax), held(ABOUT_BINS), new, WEB)
    later = await hear(library, turn(tax), held(ABOUT_BINS), TALKED, SMS)

    assert by_text.replies[0].text == f"{SNOW}\n\nYou get 25% off."
    assert on_the_page.replies == later.replies == (tax,)


async def test_who_writes_in_another_language_is_not_greeted_in_english(library: Library) -> None:
    polish = turn(Reply("Po polsku."), intent="greet", language="pl")

    told = await hear(library, polish, held(ABOUT_ALL), DialogueState(), SMS)

    assert told == polish


async def test_who_begins_a_request_is_told_what_concerns_it(library: Library) -> None:
    asked = turn(
        Reply("What is your postcode?"), intent="request", request={"service": "missed-bin"}
    )

    begun = await hear(library, asked, held(ABOUT_BINS))
    going_on = await hear(library, asked, held(ABOUT_BINS), asked.state)

    assert begun.replies[0].text == f"{SNOW}\n\nWhat is your postcode?"
    assert going_on.replies == asked.replies


@pytest.mark.parametrize(
    "urgent",
    [
        pytest.param(turn(Reply("Ring 999 now."), intent="urgent"), id="heard as urgent"),
        pytest.param(
            turn(Reply("Ring 0800 111 999.", source=source("gas-smell"))), id="an urgent article"
        ),
        pytest.param(
            replace(
                turn(Reply("Do you smell gas?")),
                understood=Understood("ask", 1.0, (Likely("gas-smell", probability=0.6),)),
            ),
            id="asked whether it is meant",
        ),
    ],
)
async def test_nothing_comes_before_what_is_said_in_an_emergency(
    library: Library, urgent: Turn
) -> None:
    told = await hear(library, urgent, held(ABOUT_ALL), DialogueState(), SMS)

    assert told == urgent


async def test_the_words_of_an_alert_are_no_markdown(library: Library) -> None:
    its = held(("See www.a.example/snow_and_ice_today now.", DOOR, ("bin-collection-day",)))

    told = await hear(library, turn(ANSWER), its)

    assert told.replies[0].text.startswith(r"See www.a.example/snow\_and\_ice\_today now.")


def chat_of(store: Store, hub: Hub, library: Library) -> Chat:
    def council(slug: str) -> Council:
        raise KeyError(slug)

    return Chat(
        store,
        hub,
        council,
        lambda *_: "",
        "Stop waiting",
        lambda: NOON,
        alerts=lambda connection, door: tuple(
            a.text for a in at_the_door(alerts.current(connection, NOON), library, door, NOON)
        ),
    )


async def test_the_page_shows_what_is_happening_before_anything_is_said(
    store: Store, library: Library
) -> None:
    add(store, SHUT)
    chat = chat_of(store, Hub(store, SilentNudges()), library)

    assert (await chat.view(DOOR, "a" * 32)).status.alerts == (SHUT,)
    assert (await chat.view("kelmarsh", "a" * 32)).status.alerts == ()


@pytest.mark.parametrize("nudged", [True, False], ids=["nudged", "by looking"])
async def test_a_page_that_is_open_hears_of_an_alert_within_a_second(
    sqlite: Store, library: Library, nudged: bool
) -> None:
    hub = Hub(sqlite, SilentNudges())
    chat = chat_of(sqlite, hub, library)
    stream = chat.happenings(DOOR, "a" * 32, "", 0)
    opened = await stream.__anext__()
    coming = asyncio.ensure_future(stream.__anext__())
    await asyncio.sleep(0)
    add(sqlite, SHUT)
    if nudged:
        hub.fire(Nudge("alert"))
    else:
        hub._fire_alerts(frozenset())
        hub._fire_alerts(frozenset({1}))
    told = await asyncio.wait_for(coming, 1)
    await stream.aclose()  # type: ignore[attr-defined]

    assert isinstance(opened, Happened)
    assert opened.status is not None
    assert opened.status.alerts == ()
    assert isinstance(told, Happened)
    assert told.status is not None
    assert told.status.alerts == (SHUT,)
