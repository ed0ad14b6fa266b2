"""What staff see of the outbox, and what they do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from assistant import circuits
from assistant.hub import Hub
from assistant.post import REPLAYED_AT_ONCE, PostRoom
from assistant.store import Store
from assistant.tables import outbox
from channels.channel import Transient
from handoff import agents
from handoff.floor import Agent
from handoff.post import Backlog, Failing
from tests.parcels import put, rows, states
from tests.paths import DOOR, NOON, SilentNudges

LATER = NOON + timedelta(minutes=8)
STRANGER = Agent(99, "sam", "Sam", "kelmarsh", ("kelmarsh",))


@pytest.fixture
def nudges() -> SilentNudges:
    return SilentNudges()


@pytest.fixture
def post(store: Store, nudges: SilentNudges) -> PostRoom:
    return PostRoom(store, Hub(store, nudges), lambda: LATER)


@pytest.fixture
def priya(store: Store) -> Agent:
    with store.write() as connection:
        return agents.create(
            connection,
            username="priya",
            first_name="Priya",
            password="a long enough password",
            covers=[DOOR],
            now=NOON,
        )


def ended(store: Store, text: str, state: str = "refused", **values: Any) -> int:
    """Put a parcel that has ended so; return its number."""
    put(store, text, user=values.pop("user", "ada"), position=values.pop("position", 1))
    with store.write() as connection:
        query = sa.update(outbox).where(outbox.c.key == f"key-{text}")
        connection.execute(query.values(state=state, attempts=3, **values))
    return int(rows(store)[-1].id)


async def test_undelivered_letters_come_latest_first_with_their_words_and_reason(
    store: Store, post: PostRoom, priya: Agent
) -> None:
    first = ended(store, "one", failure="opted_out")
    second = ended(store, "two", "given_up", failure="timeout", unsure=True, user="ben")
    put(store, "three", user="cal")
    letters = await post.undelivered(priya)
    assert [(found.parcel, found.reason, found.unsure) for found in letters] == [
        (second, "timeout", True),
        (first, "opted_out", False),
    ]
    assert (letters[1].said, letters[1].by, letters[1].user) == ("Hello", "resident", "ada")
    assert (letters[1].written_at, letters[1].attempts) == (NOON, 3)
    assert await post.count(priya) == 2
    assert [found.parcel for found in await post.undelivered(priya, before=second)] == [first]


async def test_they_can_be_narrowed_down(store: Store, post: PostRoom, priya: Agent) -> None:
    ended(store, "one")
    texted = ended(store, "two", channel="sms")
    found = await post.undelivered(priya, authority=DOOR, channel="sms")
    assert [letter.parcel for letter in found] == [texted]
    assert await post.undelivered(priya, authority="kelmarsh") == []


async def test_words_that_took_several_calls_say_which_one_failed(
    store: Store, post: PostRoom, priya: Agent
) -> None:
    put(store, "one")
    ended(store, "two")
    [letter] = await post.undelivered(priya)
    assert (letter.part, letter.parts) == (2, 2)


async def test_words_for_the_resident_alone_are_not_shown(
    store: Store, post: PostRoom, priya: Agent
) -> None:
    ended(store, "482913", position=None)
    ended(store, "one", position=None)
    found = await post.undelivered(priya)
    assert [(letter.said, letter.parts) for letter in found] == [("", 1), ("", 1)]
    assert "482913" not in str(found)


async def test_another_councils_letters_do_not_exist(
    store: Store, post: PostRoom, priya: Agent
) -> None:
    parcel = ended(store, "one")
    assert await post.count(STRANGER) == 0
    assert await post.undelivered(STRANGER) == []
    assert await post.backlogs(STRANGER) == []
    assert await post.replay_all(STRANGER, DOOR, "pushed") == 0
    for act in (
        post.letter(STRANGER, parcel),
        post.replay(STRANGER, parcel),
        post.discard(STRANGER, parcel, "no"),
        post.letter(priya, parcel + 1),
    ):
        with pytest.raises(KeyError):
            await act
    assert states(store) == ["refused"]


async def test_what_waits_is_counted_by_council_and_channel(
    store: Store, post: PostRoom, priya: Agent
) -> None:
    put(store, "one")
    put(store, "two", user="ben")
    ended(store, "three", user="cal")
    ended(store, "four", "sent", user="dee", channel="sms")
    assert await post.backlogs(priya) == [
        Backlog(DOOR, "pushed", waiting=2, oldest=NOON, undelivered=1)
    ]


async def test_a_platform_that_fails_is_told_with_its_next_try(
    store: Store, post: PostRoom, priya: Agent
) -> None:
    for _ in range(circuits.OPENS_AFTER):
        assert await post.backlogs(priya) == []
        with store.write() as connection:
            circuits.failed(connection, DOOR, "pushed", Transient("http_500"), NOON)
    [backlog] = await post.backlogs(priya)
    assert backlog.failing == Failing(NOON, NOON + circuits.FIRST_WAIT, "http_500")


async def test_what_is_held_is_listed_oldest_first(
    store: Store, post: PostRoom, priya: Agent
) -> None:
    first = ended(store, "one", "held", failure="window")
    second = ended(store, "two", "held", failure="window")
    assert [letter.parcel for letter in await post.held(priya)] == [first, second]
    assert await post.count(priya) == 0


async def test_replaying_puts_it_in_the_line_and_wakes_the_workers(
    store: Store, post: PostRoom, priya: Agent, nudges: SilentNudges
) -> None:
    parcel = ended(store, "one", "given_up", failure="timeout")
    assert await post.replay(priya, parcel) is True
    assert await post.replay(priya, parcel) is False
    assert states(store) == ["waiting"]
    assert [role for role, _ in nudges.sent] == ["web", "worker"]


async def test_replaying_all_leaves_out_who_can_never_be_reached(
    store: Store, post: PostRoom, priya: Agent
) -> None:
    ended(store, "one", "given_up", failure="http_503")
    ended(store, "two", failure="opted_out", user="ben")
    ended(store, "three", user="cal", failure=None)
    ended(store, "four", user="dee", channel="sms", failure="http_503")
    assert await post.replay_all(priya, DOOR, "pushed") == 2
    assert states(store) == ["waiting", "refused", "waiting", "refused"]


async def test_replaying_all_takes_however_many_there_are(
    store: Store, post: PostRoom, priya: Agent
) -> None:
    ended(store, "one")
    with store.write() as connection:
        [row] = connection.execute(sa.select(outbox))
        copies = [
            {**row._mapping, "id": row.id + number, "key": f"copy-{number}"}
            for number in range(1, REPLAYED_AT_ONCE + 5)
        ]
        connection.execute(sa.insert(outbox), copies)
    assert await post.replay_all(priya, DOOR, "pushed") == REPLAYED_AT_ONCE + 5
    assert set(states(store)) == {"waiting"}


async def test_discarding_keeps_who_when_and_why(
    store: Store, post: PostRoom, priya: Agent
) -> None:
    parcel = ended(store, "one")
    assert await post.discard(priya, parcel, "Told them on the phone.") is True
    assert await post.discard(priya, parcel, "Again.") is False
    assert await post.undelivered(priya) == []
    [letter] = await post.discarded(priya)
    assert (letter.discarded_by, letter.discarded_because, letter.tried_at) == (
        "Priya",
        "Told them on the phone.",
        LATER,
    )


@pytest.mark.parametrize("state", ["waiting", "held", "sent", "dropped"])
async def test_only_what_is_undelivered_can_be_discarded_or_replayed(
    store: Store, post: PostRoom, priya: Agent, state: str
) -> None:
    parcel = ended(store, "one", state)
    assert await post.discard(priya, parcel, "Because.") is False
    assert await post.replay(priya, parcel) is False
    assert states(store) == [state]
