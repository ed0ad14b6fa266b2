"""Rasa's tracker, quick to copy: Rasa copies one for every action, and would replay its events."""

from __future__ import annotations

import copy

from rasa.shared.core.domain import Domain
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker


class Tracker(DialogueStateTracker):  # type: ignore[misc]  # Rasa ships no annotations for mypy
    """The conversation during one turn."""

    @classmethod
    def blank(cls, domain: Domain) -> Tracker:
        """Return a tracker of nobody, without events: others are made as copies of it."""
        return cls("", domain.slots)

    def copy(self) -> Tracker:
        """Return a second tracker that stands where this one stands. What happens to one of them
        does not reach the other; past events are the same objects."""
        second = copy.copy(self)
        second.events = self.events.copy()
        second.slots = {name: _copied(slot) for name, slot in self.slots.items()}
        second.active_loop = copy.copy(self.active_loop)
        return second


def _copied(slot: Slot) -> Slot:
    # As copy.copy does, in a tenth of the time.
    second = object.__new__(type(slot))
    second.__dict__.update(slot.__dict__)
    return second
