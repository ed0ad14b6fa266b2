"""A dialogue state becomes Rasa's tracker before a turn, and the tracker becomes a state after it.

Rasa replays every event of a tracker several times a turn, so the tail of events is kept short and
holds no words: a turn costs the same however long the conversation is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rasa.shared.core.constants import SESSION_START_METADATA_SLOT
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)

from assistant.bot import LANGUAGE, DialogueState
from assistant.rasa_bot.tracker import Tracker
from knowledge.languages import ENGLISH

# With what is said now these make the three states that MemoizationPolicy looks at in config.yml.
ACTIONS_BACK = 2
LONGEST_TAIL = 12


def tracker_of(conversation: str, state: DialogueState, blank: Tracker) -> Tracker:
    """Return a tracker with the slots and the tail of the state. What the domain does not know any
    more, after a new model, is left out."""
    known = set(blank.slots)
    events: list[Event] = [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        ActionExecuted("action_listen"),
    ]
    # A slot with rows of its own in the tail gets its value from them, each at its time.
    later = {row.get("name") for row in state.events if row["event"] == "slot"}
    events += [SlotSet(name, value) for name, value in state.slots.items() if name in known - later]
    events += _events(state.events, known)
    tracker = blank.copy()
    tracker.sender_id = tracker.sender_source = conversation
    for event in events:
        tracker.update(event)
    return tracker


def state_of(tracker: Tracker, before: DialogueState, seeded: int) -> DialogueState:
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


def in_language(state: DialogueState, read: Mapping[str, Any]) -> DialogueState:
    """Return the state with the language of the message that was read. What cannot be told leaves
    it as it was, and English is not remembered: everybody begins with it."""
    told = str(read.get(LANGUAGE) or "")
    if not told or told == state.slots.get(LANGUAGE):
        return state
    slots = {name: value for name, value in state.slots.items() if name != LANGUAGE}
    return replace(state, slots=slots if told == ENGLISH else slots | {LANGUAGE: told})


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
    """Return the last rows, from the beginning of a turn on, with as many actions as policies look
    back at. Before them stand the slots as they were then."""
    begin = len(rows)
    actions = 0
    for place in range(len(rows) - 1, -1, -1):
        actions += rows[place]["event"] == "action"
        if rows[place]["event"] == "user":
            begin = place
            if actions >= ACTIONS_BACK:
                break
    then = {row["name"]: row for row in rows[:begin] if row["event"] == "slot"}
    tail = [*then.values(), *rows[begin:]]
    return tail if len(tail) <= LONGEST_TAIL else []


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
