"""Each address reads its own thread; what was offered is known by the latest thing said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant import conversations as book
from assistant import transcript
from assistant.content import more_of
from assistant.conversation import Conversation
from assistant.store import Store
from channels.messages import Address, Choice, Link, Reply
from channels.transcript import Speaker
from tests.paths import DOOR, NOON

ADA, WEB = Address("sms", "+447700900123"), Address("webchat", "a" * 32)
YES, NO = Choice("Yes", "/affirm"), Choice("No", "/deny")
ASKED = Reply("Is it right?", choices=(YES, NO))
PLAIN = Reply("I see.")


def write(store: Store, *said: tuple[Speaker, Reply, Address]) -> Conversation:
    """Write these entries of one conversation; return it as it then is."""
    with store.write() as connection:
        conversation = book.open_for(connection, DOOR, ADA, NOON)
        for number, (speaker, reply, thread) in enumerate(said):
            conversation = transcript.append(
                connection,
                conversation,
                speaker,
                reply.text,
                NOON + timedelta(seconds=number),
                more=more_of(reply),
                thread=thread,
            ) or conversation  # fmt: skip
        book.save(connection, conversation, NOON)
    return conversation


def offered(
    store: Store, conversation: Conversation, address: Address = ADA, back: int = 20
) -> list[tuple[Choice, ...]]:
    with store.read() as connection:
        return list(transcript.offered(connection, conversation, address, back))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        pytest.param([], [], id="nothing was said"),
        pytest.param([(Speaker.ASSISTANT, ASKED)], [(YES, NO)], id="a question"),
        pytest.param(
            [(Speaker.ASSISTANT, ASKED), (Speaker.RESIDENT, PLAIN)],
            [(YES, NO)],
            id="what they wrote themselves offers nothing",
        ),
        pytest.param(
            [(Speaker.ASSISTANT, ASKED), (Speaker.ASSISTANT, PLAIN)],
            [(), (YES, NO)],
            id="the bot went on",
        ),
        pytest.param(
            [(Speaker.ASSISTANT, ASKED), (Speaker.AGENT, PLAIN)],
            [(), (YES, NO)],
            id="an agent went on",
        ),
        pytest.param(
            [(Speaker.ASSISTANT, ASKED), (Speaker.SYSTEM, PLAIN)],
            [(YES, NO)],
            id="a notice takes no turn",
        ),
        pytest.param(
            [(Speaker.ASSISTANT, PLAIN), (Speaker.SYSTEM, ASKED)],
            [(YES, NO), ()],
            id="a notice with a choice does",
        ),
        pytest.param(
            [(Speaker.ASSISTANT, ASKED), (Speaker.NOTE, PLAIN)],
            [(YES, NO)],
            id="a note between agents is not said",
        ),
    ],
)
def test_what_was_offered(
    sqlite: Store,
    said: list[tuple[Speaker, Reply]],
    found: list[tuple[Choice, ...]],
) -> None:
    conversation = write(sqlite, *((speaker, reply, ADA) for speaker, reply in said))
    assert offered(sqlite, conversation) == found


def test_what_another_address_was_offered_is_not_theirs(store: Store) -> None:
    conversation = write(store, (Speaker.ASSISTANT, ASKED, WEB), (Speaker.ASSISTANT, PLAIN, ADA))
    assert offered(store, conversation) == [()]
    assert offered(store, conversation, WEB) == [(YES, NO)]


def test_a_look_back_has_an_end(sqlite: Store) -> None:
    conversation = write(
        sqlite,
        (Speaker.ASSISTANT, ASKED, ADA),
        *[(Speaker.RESIDENT, PLAIN, ADA)] * 4,
    )
    assert (offered(sqlite, conversation, back=5), offered(sqlite, conversation, back=4)) == (
        [(YES, NO)],
        [],
    )


def test_a_thread_is_what_one_address_wrote_and_was_told(store: Store) -> None:
    conversation = write(
        store,
        (Speaker.RESIDENT, Reply("from the page"), WEB),
        (Speaker.ASSISTANT, Reply("to the page"), WEB),
        (Speaker.RESIDENT, Reply("by text"), ADA),
        (Speaker.NOTE, Reply("a note"), ADA),
        (Speaker.AGENT, Reply("to the telephone"), ADA),
        (Speaker.SYSTEM, Reply("a notice", links=(Link("More", "https://x.example"),)), WEB),
    )
    with store.read() as connection:
        page = transcript.thread(connection, conversation.id, WEB)
        phone = transcript.thread(connection, conversation.id, ADA)
        later = transcript.thread(connection, conversation.id, WEB, after=2)
        all_of_it = transcript.entries(connection, conversation.id)
    assert [entry.text for entry in page] == ["from the page", "to the page", "a notice"]
    assert [entry.text for entry in phone] == ["by text", "to the telephone"]
    # Positions are the conversation's: a page that has seen one asks for those after it.
    assert [(entry.position, entry.text) for entry in later] == [(6, "a notice")]
    assert [entry.position for entry in all_of_it] == [1, 2, 3, 4, 5, 6]
    assert {(entry.channel, entry.user) for entry in phone} == {(ADA.channel, ADA.user)}
    assert later[0].links == (Link("More", "https://x.example"),)


@pytest.mark.parametrize(
    ("speaker", "told"),
    [
        pytest.param(Speaker.RESIDENT, False, id="their own words"),
        pytest.param(Speaker.ASSISTANT, True, id="the bot's"),
        pytest.param(Speaker.AGENT, True, id="an agent's"),
        pytest.param(Speaker.SYSTEM, True, id="a notice"),
    ],
)
def test_who_was_told_anything(sqlite: Store, speaker: Speaker, told: bool) -> None:
    conversation = write(sqlite, (speaker, PLAIN, ADA))
    with sqlite.read() as connection:
        assert transcript.was_told(connection, conversation, ADA) is told
        assert not transcript.was_told(connection, conversation, WEB)


def test_what_was_said_once_is_not_said_again(store: Store) -> None:
    with store.write() as connection:
        conversation = book.open_for(connection, DOOR, ADA, NOON)
        for expected in (1, None):
            said = transcript.append(
                connection, conversation, Speaker.AGENT, "Hello", NOON, once="page:1"
            )
            assert (said.position if said else None) == expected
