"""A dialogue state becomes Rasa's tracker before a turn, and the tracker becomes a state after it.

Rasa replays every event of a tracker several times a turn, so the tail of events is kept short and
holds no words: a turn costs the same however long the conversation is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rasa.shared.core.constants import SESSION_START_METADATA_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.bot import DialogueState

# Three turns and a few more: what MemoizationPolicy looks back at in config.yml.
LONGEST_TAIL = 12


def tracker_of(conversation: str, state: DialogueState, domain: Domain) -> DialogueStateTracker:
    """Return a tracker with the slots and the tail of the state. What the domain does not know any
    more, after a new model, is left out."""
    known = {slot.name for slot in domain.slots}
    events: list[Event] = [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        ActionExecuted("action_listen"),
    ]
    events += [SlotSet(name, value) for name, value in state.slots.items() if name in known]
    events += _events(state.events, known)
    return DialogueStateTracker.from_events(
        conversation, events, slots=domain.slots, domain=domain, sender_source=conversation
    )


def state_of(tracker: DialogueStateTracker, before: DialogueState, seeded: int) -> DialogueState:
    """Return the state after the turn: slots that differ from their first value, and at most 12
    events, beginning with a turn. `seeded` is how many events the tracker began with."""
    telling = {slot.name for slot in tracker.slots.values() if slot.influence_conversation}
    new = list(tracker.events)[seeded:]
    tail = _tail([*before.events, *_rows(new, telling)])
    loop = tracker.active_loop_name
    if loop and not any(row["event"] == "active_loop" for row in tail):
        tail.insert(0, {"event": "active_loop", "name": loop})
    return DialogueState(
        slots={
            slot.name: slot.value
            for slot in tracker.slots.values()
            if slot.value != slot.initial_value and slot.name != SESSION_START_METADATA_SLOT
        },
        events=tuple(tail),
    )


def _rows(events: Iterable[Event], telling: set[str]) -> list[Mapping[str, Any]]:
    """What policies look at, and nothing else: no words, no times."""
    rows: list[Mapping[str, Any]] = []
    for event in events:
        if isinstance(event, UserUttered):
            rows.append({"event": "user", "intent": event.intent_name or ""})
        elif isinstance(event, ActionExecuted):
            rows.append({"event": "action", "name": event.action_name})
        elif isinstance(event, ActiveLoop):
            rows.append({"event": "active_loop", "name": event.name})
        elif isinstance(event, SlotSet) and event.key in telling:
            rows.append({"event": "slot", "name": event.key, "value": event.value})
    return rows


def _tail(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the last rows, from the beginning of a turn on."""
    starts = [place for place, row in enumerate(rows) if row["event"] == "user"]
    begin = next((place for place in starts if len(rows) - place < LONGEST_TAIL), len(rows))
    return list(rows[begin:])


def _events(rows: Iterable[Mapping[str, Any]], known: set[str]) -> list[Event]:
    events: list[Event] = []
    for row in rows:
        kind, name = row["event"], str(row.get("name") or "")
        if kind == "user":
            events.append(UserUttered("", intent={"name": row["intent"], "confidence": 1.0}))
        elif kind == "action":
            events.append(ActionExecuted(name))
        elif kind == "active_loop":
            events.append(ActiveLoop(name or None))
        elif kind == "slot" and name in known:
            events.append(SlotSet(name, row["value"]))
    return events
