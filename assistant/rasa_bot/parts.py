"""Rasa's agent and what it wants around it, each an object of this process that touches nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from assistant.bot import DialogueState
from assistant.rasa_bot.memory import in_language, state_of, tracker_of
from assistant.rasa_bot.processor import Processor
from assistant.rasa_bot.said import Collected
from assistant.rasa_bot.spared import silence, spare
from assistant.rasa_bot.tracker import Tracker


class OwnActions(EndpointConfig):  # type: ignore[misc]  # Rasa ships no annotations for mypy
    """Runs actions in this process, where Rasa would call a server."""

    def __init__(self) -> None:
        super().__init__(url="in-process", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package("actions")
        self.failed: dict[str, Exception] = {}

    async def request(self, *_: Any, **call: Any) -> Any:
        """Return what the action returns. Rasa would go on without a failed action: it is kept
        here, by conversation, and raised after the turn."""
        try:
            return await self._executor.run(call["json"])
        except Exception as failure:
            self.failed[str(call["json"]["sender_id"])] = failure
            raise


class Trackers(TrackerStore):  # type: ignore[misc]
    """Holds the tracker of each turn that is under way: seeded before it, taken after it."""

    def __init__(self) -> None:
        super().__init__(domain=None)
        self.open: dict[str, DialogueStateTracker] = {}

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return self.open.get(sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        self.open[tracker.sender_id] = tracker

    async def keys(self) -> list[str]:
        return list(self.open)


class Collecting(OutputChannel):  # type: ignore[misc]
    """Keeps what Rasa sends."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected

    @classmethod
    def name(cls) -> str:
        return "front-door"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self._collected.messages.append(dict(message))


class Parts:
    """The processor, its trackers and its actions."""

    def __init__(self, processor: Processor, trackers: Trackers, actions: OwnActions) -> None:
        self._processor = processor
        self._trackers = trackers
        self._actions = actions
        self._domain: Domain = processor.domain
        self._blank = Tracker.blank(processor.domain)
        self._choices = set(processor.domain.intents) - set(DEFAULT_INTENTS)

    async def turn(
        self,
        conversation: str,
        state: DialogueState,
        text: str,
        parsed: Mapping[str, Any] | None,
        about: Mapping[str, Any],
        collected: Collected,
    ) -> tuple[DialogueState, Mapping[str, Any]]:
        """Work one message; return the state after it, and how it was read: `parsed`, where that is
        known already."""
        # Read here and not by the agent: only so do typed words never become a payload.
        read = parsed or await self.read(conversation, text, about)
        message = UserMessage(
            text,
            output_channel=Collecting(collected),
            sender_id=conversation,
            input_channel=str(about["channel"]),
            metadata=dict(about),
        )
        message.parse_data = dict(read)
        state = in_language(state, read)
        tracker = tracker_of(conversation, state, self._blank)
        seeded = len(tracker.events)
        self._trackers.open[conversation] = tracker
        try:
            await self._processor.handle_message(message)
            failure = self._actions.failed.pop(conversation, None)
            if failure is not None:
                raise failure
            tracker = self._trackers.open[conversation]
        finally:
            self._trackers.open.pop(conversation, None)
            self._actions.failed.pop(conversation, None)
        return state_of(tracker, state, seeded), read

    async def read(
        self, conversation: str, text: str, about: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return how typed words are understood. Nothing follows from it."""
        message = UserMessage(
            text,
            sender_id=conversation,
            input_channel=str(about["channel"]),
            metadata=dict(about),
        )
        read: Mapping[str, Any] = await self._processor.parse_message(message)
        return read

    def known_choice(
        self, value: str, choice: tuple[str, Mapping[str, str]] | None
    ) -> Mapping[str, Any] | None:
        """Return the choice as Rasa reads it, None unless its intent and entities are ours.

        Rasa's own intents (restart, back, ...) are never taken from a resident.
        """
        if choice is None or choice[0] not in self._choices:
            return None
        if not set(choice[1]) <= set(self._domain.entities):
            return None
        return {
            "text": value,
            "intent": {"name": choice[0], "confidence": 1.0},
            "entities": [{"entity": name, "value": said} for name, said in choice[1].items()],
        }

    def response(self, name: str) -> Mapping[str, Any]:
        return self._domain.responses[name][0]  # type: ignore[no-any-return]


def load_parts(model: Path) -> Parts:
    """Load the model. After this nothing that Rasa says reaches a log: it logs residents' words."""
    trackers, actions = Trackers(), OwnActions()
    words = TemplatedNaturalLanguageGenerator({})
    spare()
    silence()
    processor = Processor(
        model,
        tracker_store=trackers,
        lock_store=None,  # the inbox gives a conversation to one worker at a time
        generator=words,
        action_endpoint=actions,
    )
    words.responses = processor.domain.responses
    trackers.domain = processor.domain
    silence()
    return Parts(processor, trackers, actions)
