"""What the bot remembers between two messages: one slot each, JSON values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rasa_sdk import Tracker


@dataclass(frozen=True)
class Memory:
    """`doing` is what the bot waits for: the next answer of a "request", "offer_person" (yes or
    no), "which_place" (a postcode or an address), "offer_interpreter" (yes or no), the same
    "offer_interpreter_beside" what was going on, "which_fact" (how the person lives),
    "which_reference" (of an earlier request), "was_it_sorted" (yes or no), or None for anything.

    `request` is the form that is open, as actions/form.py writes it. `place` holds what is known
    of where the person lives: postcode, district (or outside: GSS codes of councils that are not
    ours), and uprn when one address was clear. `asking` is the topic that waits for the place,
    `topic` the last one that was talked about. `misses` counts messages in a row that were not
    understood, `insults` those so far that only swore. `notice` holds the notices that were told, a
    line each. `language` is what the person writes in, an ISO 639-1 code, None for English: it is
    set before a skill runs.

    `facts` is what the person said of themselves, by the names of knowledge/facts.yml, and empty
    text for what was asked and not told: it is never asked twice. `waiting` are topics that wait
    until the bot has what it asked for. `told` marks the last answer, so that it is not said again.
    `life_event` is the one that was spoken of, `urgent` the kind of emergency. `tracked` is the
    request that was told of last: its reference and service. `unknown` counts references that were
    nobody's. `me` is what the person told of themselves in a form: name, phone and email.
    """

    doing: str | None = None
    request: Mapping[str, Any] | None = None
    place: Mapping[str, str] | None = None
    asking: str | None = None
    topic: str | None = None
    misses: int = 0
    insults: int = 0
    notice: str | None = None
    language: str | None = None
    facts: Mapping[str, str] | None = None
    waiting: Sequence[str] | None = None
    told: str | None = None
    life_event: str | None = None
    urgent: str | None = None
    tracked: Mapping[str, str] | None = None
    unknown: int = 0
    me: Mapping[str, str] | None = None


SLOTS = tuple(asdict(Memory()))


def memory_from(tracker: Tracker) -> Memory:
    """Read the slots; those that are not set have their first value."""
    values = {name: tracker.get_slot(name) for name in SLOTS}
    return Memory(**{name: value for name, value in values.items() if value is not None})


def changes(before: Memory, after: Memory) -> dict[str, Any]:
    """Return the slots that must be set to come from one to the other."""
    old, new = vars(before), vars(after)
    return {name: new[name] for name in SLOTS if new[name] != old[name]}
