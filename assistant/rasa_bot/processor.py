"""Rasa's own loop over one message, without what it works out anew for every message."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import OutputChannel
from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.graph import GraphSchema
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.constants import (
    ACTION_VALIDATE_SLOT_MAPPINGS,
    DEFAULT_SLOT_NAMES,
    SlotMappingType,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from assistant.rasa_bot.runner import Runner

MOST_DECIDED = 2_000
"""Decisions that are remembered: some 3 MB."""


class Processor(MessageProcessor):  # type: ignore[misc]  # Rasa ships no annotations for mypy
    """Decides by the policies of the model, and remembers what they decided.

    RulePolicy and MemoizationPolicy tell the same from the same intents, entities, actions and
    slots, whatever the words were. So what was decided once is not worked out a second time, unless
    config.yml names another kind of policy.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._decided: dict[Hashable, PolicyPrediction] = {}
        self._telling = {slot.name for slot in self.domain.slots if slot.influence_conversation}
        self._fills_slots = fills_slots(self.domain)
        self._remembers = decides_by_states(self.model_metadata.predict_schema)

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, Any, Runner]:
        model = Path(model_path)
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = load_predict_graph_runner(
                Path(folder), model, LocalModelStorage, Runner
            )
        return model.name, metadata, runner

    def _predict_next_with_tracker(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        if tracker.followup_action or not self._remembers:
            return super()._predict_next_with_tracker(tracker)
        seen = seen_by_policies(tracker.events, self._telling)
        if seen is None:
            return super()._predict_next_with_tracker(tracker)
        decided = self._decided.get(seen)
        if decided is None:
            if len(self._decided) >= MOST_DECIDED:
                self._decided.clear()
            decided = self._decided[seen] = super()._predict_next_with_tracker(tracker)
        prediction: PolicyPrediction = copy.copy(decided)
        # Trackers stamp the events that they are given.
        prediction.events = [copy.copy(event) for event in decided.events]
        return prediction

    async def _update_tracker_session(self, *_: Any) -> None:
        """A seeded tracker has its session, and a worker knows no other."""

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        if not self._fills_slots:
            return tracker
        return await super().run_action_extract_slots(output_channel, tracker)

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Training has told what the domain lacks: Rasa would build a domain each time to ask."""


def decides_by_states(schema: GraphSchema) -> bool:
    """Return whether every policy of the model sees no more than `seen_by_policies` tells."""
    policies = [node for node in schema.nodes.values() if issubclass(node.uses, Policy)]
    return all(
        issubclass(node.uses, (RulePolicy, MemoizationPolicy))
        and not node.config.get("use_nlu_confidence_as_score")
        for node in policies
    )


def fills_slots(domain: Domain) -> bool:
    """Return whether Rasa is to fill any slot of this domain from what is said."""
    if ACTION_VALIDATE_SLOT_MAPPINGS in domain.action_names_or_texts:
        return True
    return any(
        mapping.get("type") != SlotMappingType.CUSTOM.value or mapping.get("action")
        for slot in domain.slots
        if slot.name not in DEFAULT_SLOT_NAMES
        for mapping in slot.mappings
    )


def seen_by_policies(events: Iterable[Event], telling: set[str]) -> Hashable:
    """Return all that RulePolicy and MemoizationPolicy see of these events, None when there is one
    whose effect is not known here. `telling` are the slots that influence a conversation."""
    seen: list[Hashable] = []
    for event in events:
        kind = type(event)
        if kind is UserUttered:
            # Without an intent policies would look at the words themselves.
            if event.intent_name is None:
                return None
            seen.append((event.intent_name, bool(event.text)))
            seen += [(e.get("entity"), e.get("role"), e.get("group")) for e in event.entities]
        elif kind is ActionExecuted:
            seen.append((event.action_name, event.hide_rule_turn))
        elif kind is SlotSet:
            if event.key in telling:
                seen.append((event.key, repr(event.value)))
        elif kind is ActiveLoop:
            seen.append(("loop", event.name))
        elif kind is DefinePrevUserUtteredFeaturization:
            seen.append(event.use_text_for_featurization)
        elif kind is SessionStarted:
            seen.append("session")
        elif kind is not BotUttered:
            return None
    return tuple(seen)
