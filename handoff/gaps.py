"""What we could not answer, at the desk: content officers add wordings, begin articles, dismiss."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.engine import Connection

from handoff import agents
from handoff.alerts import SUPERVISOR
from handoff.floor import Agent, Transactions
from knowledge import drafts, gap_groups, wordings
from knowledge.drafts import LONGEST_TITLE, SHORTEST_TITLE, TIERS, Begun, Draft, slug_of
from knowledge.gap_groups import Group, Listed, Wanted
from knowledge.gaps import DONE
from knowledge.masking import has_mask
from knowledge.wordings import Wording

T = TypeVar("T")

CONTENT = "content"
"""The role of those who look after the articles."""
MOST_DRAFTS = 100
MOST_MATCHING = 6
Title = tuple[str, str]
"""An article's slug and title."""


class Articles(Protocol):
    """What the articles are now. Each may take milliseconds of work."""

    def titles(self) -> Sequence[Title]:
        """Return every article that is served, by title."""

    def likely(self, words: str, authority: str) -> Sequence[Title]:
        """Return the likeliest articles for these words at that council's door, at most 3."""

    def asked_of(self, words: str) -> str | None:
        """Return the slug of what has these words in its `ask`, None when nothing has."""

    def teams(self, authority: str) -> Sequence[tuple[str, str]]:
        """Return slug and name of the council's teams. Raise KeyError for an unknown council."""


class Wrong(Exception):
    """It cannot be done as it was asked: faults by the form's field."""

    def __init__(self, **faults: str) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class GapBoard:
    """Another council's group or draft is as if it were not there: KeyError. Wordings belong to
    articles, which all councils share, so every content officer sees all of them."""

    store: Transactions
    articles: Articles

    async def groups(self, agent: Agent, wanted: Wanted, now: datetime) -> Listed:
        return await self.store.run(lambda c: gap_groups.listed(c, agent.covers, wanted, now))

    async def group(self, agent: Agent, number: int, now: datetime) -> Group:
        return await self.store.run(lambda c: _group(c, agent, number, now))

    async def likely(self, group: Group) -> Sequence[Title]:
        """Return the likeliest articles: the one that was told most often first, at most 3."""
        titles = dict(self.articles.titles())
        found = await asyncio.to_thread(self.articles.likely, group.words, group.authority)
        told = [(group.topic, titles[group.topic])] if group.topic in titles else []
        return [*told, *(title for title in found if title not in told)][:3]

    async def matching(self, typed: str, authority: str) -> Sequence[Title]:
        """Return the articles whose title has all the words that were typed, then the likeliest
        for them; at most 6."""
        words = typed.casefold().split()
        found = [t for t in self.articles.titles() if all(w in t[1].casefold() for w in words)]
        likely = await asyncio.to_thread(self.articles.likely, typed, authority)
        return [*dict.fromkeys([*found[:MOST_MATCHING], *likely])][:MOST_MATCHING]

    async def set_state(self, agent: Agent, number: int, state: str, now: datetime) -> str:
        """Return the state before."""

        def work(connection: Connection) -> str:
            _group(connection, agent, number, now)
            return gap_groups.change(connection, number, state, agent.username, now)

        return await self.store.run(work)

    async def add_wording(
        self, agent: Agent, number: int, words: str, article: str, now: datetime
    ) -> None:
        """Add the wording to the article, by slug or title, and mark the group as done. Raise
        Wrong, with faults of `words` and `article`."""
        slug = self.named(article)
        faults = self._faults(words, slug)
        if faults:
            raise Wrong(**faults)

        def work(connection: Connection) -> bool:
            _group(connection, agent, number, now)
            for other, asks in wordings.by_article(connection).items():
                if other != slug and words.casefold() in map(str.casefold, asks):
                    return False
            wordings.add(connection, str(slug), words, agent.username, now)
            gap_groups.change(connection, number, DONE, agent.username, now)
            return True

        if not await self.store.run(work):
            raise Wrong(words="Another article has this wording. Withdraw it there first.")

    def named(self, article: str) -> str | None:
        """Return the slug of the article with that slug or title, None when there is none."""
        for slug, title in self.articles.titles():
            if article.strip().casefold() in (slug, title.casefold()):
                return slug
        return None

    def _faults(self, words: str, slug: str | None) -> dict[str, str]:
        faults = {}
        shortest, longest = wordings.SHORTEST, wordings.LONGEST
        asked = self.articles.asked_of(words)
        if not shortest <= len(words) <= longest:
            faults["words"] = f"Write {shortest} to {longest} characters."
        elif has_mask(words):
            faults["words"] = "Take out what stands in square brackets, or write it in other words."
        elif asked is not None:
            titles = dict(self.articles.titles())
            whose = "This article" if asked == slug else f"“{titles.get(asked, asked)}”"
            faults["words"] = f"{whose} has this wording already."
        if slug is None:
            faults["article"] = "Choose an article, or write its whole title."
        return faults

    async def wordings(self, limit: int, skip: int = 0) -> Sequence[Wording]:
        return await self.store.run(lambda c: wordings.latest(c, limit, skip))

    async def withdraw(self, number: int, now: datetime) -> Wording:
        """Raise KeyError when it was withdrawn before."""
        return await self.store.run(lambda c: wordings.withdraw(c, number, now))

    async def begin(self, agent: Agent, number: int, begun: Begun, now: datetime) -> int:
        """Start a draft, mark the group as done and return the draft's number. Raise Wrong."""
        group = await self.group(agent, number, now)
        faults = self._faults_of(begun, group.authority)
        if faults:
            raise Wrong(**faults)

        def work(connection: Connection) -> int:
            gap_groups.change(connection, number, DONE, agent.username, now)
            return drafts.add(connection, group.authority, begun, agent.username, now)

        return await self.store.run(work)

    def _faults_of(self, begun: Begun, authority: str) -> dict[str, str]:
        faults = {}
        slug = slug_of(begun.title)
        if not SHORTEST_TITLE <= len(begun.title) <= LONGEST_TITLE or not slug:
            faults["title"] = f"Write {SHORTEST_TITLE} to {LONGEST_TITLE} characters."
        elif self.named(slug) or self.named(begun.title):
            faults["title"] = "There is an article of this name. Add a wording to it instead."
        if begun.tier not in TIERS:
            faults["tier"] = "Choose who provides it."
        if begun.owner not in dict(self.articles.teams(authority)):
            faults["owner"] = "Choose the team that keeps it right."
        if any(map(has_mask, begun.ask)):
            faults["ask"] = "Take out what stands in square brackets, or write it in other words."
        elif not begun.ask or any(len(ask) > wordings.LONGEST for ask in begun.ask):
            faults["ask"] = f"Write one line for each wording, {wordings.LONGEST} characters each."
        return faults

    async def names(self) -> Mapping[str, str]:
        """Return the first names of all agents, by user name."""
        return await self.store.run(agents.first_names)

    async def drafts(self, agent: Agent) -> Sequence[Draft]:
        return await self.store.run(lambda c: drafts.listed(c, agent.covers, MOST_DRAFTS))

    async def draft(self, agent: Agent, number: int) -> Draft:
        return await self.store.run(lambda c: _draft(c, agent, number))

    async def delete(self, agent: Agent, number: int) -> None:
        def work(connection: Connection) -> None:
            _draft(connection, agent, number)
            drafts.delete(connection, number)

        await self.store.run(work)


def may_see_gaps(agent: Agent) -> bool:
    return agent.role in (CONTENT, SUPERVISOR)


def _group(connection: Connection, agent: Agent, number: int, now: datetime) -> Group:
    group = gap_groups.get(connection, number, now)
    if group.authority not in agent.covers:
        raise KeyError(number)
    return group


def _draft(connection: Connection, agent: Agent, number: int) -> Draft:
    draft = drafts.get(connection, number)
    if draft.authority not in agent.covers:
        raise KeyError(number)
    return draft
