"""Moments of life that touch many topics: one YAML file says which, the most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from pydantic import Field as Rule
from pydantic import validator

from knowledge.embedding import Vectors
from knowledge.groups import Groups
from knowledge.reading import Written, read_yaml

FOLDER = Path(__file__).parent / "life_events"

FEWEST, MOST = 3, 5
"""Topics of a life event."""

NEAREST = 3  # of the ways in which people tell of it


class Step(Written):
    """One thing to do: an article's slug, or that of something others do, and a line about it."""

    topic: str = Rule(regex=r"^[a-z0-9-]+$")
    line: str = Rule(min_length=10)


class LifeEvent(Written):
    """What to say to somebody who tells of it. `opening` is kind and short. `ask` is how people
    tell of it, without asking for one of the topics. Not served after `valid_until`."""

    slug: str = Rule(regex=r"^[a-z0-9-]+$")
    title: str = Rule(min_length=3)
    opening: str = Rule(min_length=10)
    owner: str = Rule(min_length=2)
    reviewed_on: date
    valid_until: date
    topics: tuple[Step, ...]
    ask: tuple[str, ...]

    @validator("topics")
    def _is_a_short_list(cls, topics: tuple[Step, ...]) -> tuple[Step, ...]:
        if not FEWEST <= len(topics) <= MOST:
            raise ValueError(f"{FEWEST} to {MOST} are a help")
        return topics


@dataclass(frozen=True)
class LifeEvents:
    """All of them, and how near a message comes to being about one."""

    events: Sequence[LifeEvent]
    embed: Callable[[Sequence[str]], Vectors]

    def get(self, slug: str, today: date) -> LifeEvent:
        """Return the life event. Raise KeyError when there is none, or it may not be served."""
        found = next((event for event in self.events if event.slug == slug), None)
        if found is None or today > found.valid_until:
            raise KeyError(slug)
        return found

    def nearest(self, embedding: Vectors, today: date) -> tuple[LifeEvent, float] | None:
        """Return the one that the message is most like, and the mean cosine to the three ways of
        telling of it that are nearest. `embedding` is float32 [384] of unit length."""
        served = [i for i, event in enumerate(self.events) if today <= event.valid_until]
        if not served:
            return None
        near = self._asks.mean_of_highest(self._asks.vectors @ embedding, NEAREST)
        best = max(served, key=lambda i: float(near[i]))
        return self.events[best], float(near[best])

    @cached_property
    def _asks(self) -> Groups:
        asks = [ask for event in self.events for ask in event.ask]
        return Groups.of(self.embed(asks), [len(event.ask) for event in self.events])


def read_life_events(folder: Path = FOLDER) -> tuple[LifeEvent, ...]:
    """Return every life event of the folder, by slug. Raises BadContent, naming file and field."""
    return tuple(read_yaml(path, LifeEvent) for path in sorted(folder.glob("*.yml")))
