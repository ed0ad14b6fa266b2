"""The language somebody writes in stays with their conversation, and goes to whoever helps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from assistant import conversations as book
from assistant import transcript
from assistant.bot import DialogueState, Turn
from assistant.content import more_of
from assistant.conversation import Conversation
from assistant.rasa_bot.memory import in_language
from assistant.rasa_bot.said import Collected
from assistant.store import Store
from assistant.worker import Worker
from channels.messages import Address, Choice, InboundMessage, Reply
from channels.transcript import Speaker
from handoff import queue
from tests.fakes import QuickBot
from tests.paths import DOOR, NOON, accept

ADA = Address("webchat", "ada")
NONE = DialogueState({"topic": "pothole"})
POLISH = DialogueState({"topic": "pothole", "language": "pl"})


@pytest.mark.parametrize(
    ("before", "read", "after"),
    [
        pytest.param(NONE, {"language": "pl"}, POLISH, id="told"),
        pytest.param(POLISH, {}, POLISH, id="cannot be told"),
        pytest.param(POLISH, {"language": "pl"}, POLISH, id="the same"),
        pytest.param(POLISH, {"language": "en"}, NONE, id="English again"),
        pytest.param(NONE, {"language": "en"}, NONE, id="English as ever"),
    ],
)
def test_the_language_is_remembered_until_another_is_told(
    before: DialogueState, read: Mapping[str, Any], after: DialogueState
) -> None:
    assert in_language(before, read) == after


def test_what_is_said_in_another_language_is_a_reply_of_its_own() -> None:
    collected = Collected(
        [
            {"text": "All right."},
            {
                "text": "Dzień dobry.",
                "buttons": [{"title": "Tak", "payload": "/interpreter"}],
                "custom": {"language": "pl", "short": "Cześć."},
            },
            {"text": "And in English.", "custom": {"join": True}},
        ]
    )

    assert collected.replies() == (
        Reply("All right."),
        Reply("Dzień dobry.", (Choice("Tak", "/interpreter"),), short="Cześć.", language="pl"),
        Reply("And in English."),
    )


def test_the_transcript_keeps_the_language(store: Store) -> None:
    with store.write() as connection:
        conversation = book.open_for(connection, DOOR, ADA, NOON)
        for reply in (Reply("Dzień dobry.", language="pl"), Reply("Hello.")):
            conversation = transcript.append(
                connection, conversation, Speaker.ASSISTANT, reply.text, NOON, more=more_of(reply)
            ) or conversation  # fmt: skip
        book.save(connection, conversation, NOON)
    with store.read() as connection:
        entries = transcript.entries(connection, conversation.id)

    assert [entry.language for entry in entries] == ["pl", ""]


async def test_a_bot_that_fails_hands_the_language_over_too(store: Store, worker: Worker) -> None:
    class Polish(QuickBot):
        async def answer(
            self, conversation: Conversation, state: DialogueState, message: InboundMessage
        ) -> Turn:
            if state.slots:
                raise RuntimeError
            return Turn((Reply("Dzień dobry.", language="pl"),), POLISH)

    worker.bot = Polish()
    conversation = accept(store, "one")
    accept(store, "two", "2")
    while await worker.work_once():
        pass
    with store.read() as connection:
        handover = queue.latest_handover(connection, conversation)

    assert handover is not None
    assert handover.language == "pl"
