"""The articles as those who look after them need them: titles, wordings and owners."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handoff.gaps import Title
from knowledge.edition import Edition
from knowledge.library import Library


@dataclass(frozen=True)
class ArticleShelf:
    """Implements handoff.gaps.Articles."""

    library: Library

    def titles(self) -> Sequence[Title]:
        found = [(article.slug, article.title) for article in self.library.articles()]
        return sorted(found, key=lambda title: title[1].casefold())

    def likely(self, words: str, authority: str) -> Sequence[Title]:
        titles = dict(self.titles())
        found = self.library.search(words, place=authority, limit=8)
        return [(topic.slug, titles[topic.slug]) for topic in found if topic.slug in titles][:3]

    def asked_of(self, words: str) -> str | None:
        return asks_of(self.library.edition).get(_said(words))

    def teams(self, authority: str) -> Sequence[tuple[str, str]]:
        teams = self.library.authorities.get(authority).teams
        return sorted(((team.slug, team.name) for team in teams), key=lambda team: team[1])


def asks_of(edition: Edition) -> Mapping[str, str]:
    """Return what is asked for each wording: words in lower case, without their marks."""
    found = {_said(ask): topic.slug for topic in edition.index.topics for ask in topic.asks}
    return found | {_said(topic.title): topic.slug for topic in edition.index.topics}


def _said(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))
