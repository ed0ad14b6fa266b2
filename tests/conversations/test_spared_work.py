"""What is left out of a turn to make it quick changes nothing that is said or done."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.bot import DialogueState
from assistant.rasa_bot import RasaBot
from assistant.rasa_bot.memory import tracker_of
from assistant.rasa_bot.processor import Processor
from assistant.rasa_bot.tracker import Tracker
from tests.conversations.talk import Talk


@pytest.fixture
def processor(bot: RasaBot) -> Processor:
    return bot._parts._processor


@pytest.fixture
def blank(processor: Processor) -> Tracker:
    return Tracker.blank(processor.domain)


def decision(prediction: Any) -> tuple[object, ...]:
    events = [(type(event), event.as_dict()["event"]) for event in prediction.events]
    return (
        prediction.max_confidence_index,
        prediction.max_confidence,
        prediction.policy_name,
        prediction.hide_rule_turn,
        events,
    )


@pytest.mark.parametrize(
    "text",
    ["hello", "how much is garden wast?", "22 Heath Road, XA1 8AA, yesterday", "wibble", "yes"],
)
def test_a_message_is_read_as_by_rasas_own_runner(processor: Processor, text: str) -> None:
    target = processor.model_metadata.nlu_target
    inputs = {
        PLACEHOLDER_MESSAGE: [UserMessage(text, metadata={"authority": "ashcombe"})],
        PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("ada", []),
    }
    ours = processor.graph_runner.run(inputs, [target])
    rasas = DaskGraphRunner.run(processor.graph_runner, inputs, [target])
    assert ours[target][0].as_dict(True) == rasas[target][0].as_dict(True)


async def test_what_was_decided_before_is_decided_again(
    processor: Processor, talk: Talk, blank: Tracker
) -> None:
    for text in ("hello", "report a missed bin", "XA1 8AA", "stop", "wibble", "wibble", "yes"):
        for intent in ("greet", "ask", "yes", "no", "inform", "out_of_scope", "nothing_known"):
            tracker = tracker_of("ada", talk.state, blank)
            tracker.update(UserUttered(text, intent={"name": intent, "confidence": 0.9}))
            fresh = MessageProcessor._predict_next_with_tracker(processor, tracker)
            first = processor._predict_next_with_tracker(tracker)
            again = processor._predict_next_with_tracker(tracker)
            assert decision(first) == decision(again) == decision(fresh)
        await talk.say(text)


async def test_policies_see_a_slot_as_it_was_at_each_time(talk: Talk, blank: Tracker) -> None:
    await talk.say("hello", "when is my bin day", "XA1 8AA", "thanks", "when is my bin day")
    tracker = tracker_of("ada", talk.state, blank)
    waiting = [
        event.value
        for event in tracker.events
        if isinstance(event, SlotSet) and event.key == "doing"
    ]
    assert tracker.get_slot("doing") == talk.state.slots.get("doing")
    assert waiting[-1:] == [tracker.get_slot("doing")]


def test_a_copied_tracker_goes_its_own_way(blank: Tracker) -> None:
    first = tracker_of("ada", DialogueState(slots={"doing": "request"}), blank)
    second = first.copy()
    second.update(SlotSet("doing", None))
    assert first.get_slot("doing") == "request"
    assert len(second.events) == len(first.events) + 1
    assert list(blank.events) == []
    assert second.current_slot_values() != first.current_slot_values()


def test_a_copied_tracker_is_what_rasa_would_make_of_its_events(blank: Tracker) -> None:
    first = tracker_of("ada", DialogueState(slots={"doing": "request", "misses": 1}), blank)
    first.update(UserUttered("hello", intent={"name": "greet", "confidence": 1.0}))
    replayed = DialogueStateTracker.copy(first)
    assert first.copy().current_state() == replayed.current_state()
