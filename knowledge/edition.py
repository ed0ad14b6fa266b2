"""Everything that is published at one moment: what may be said, and the search over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from knowledge.authorities import Authorities
from knowledge.base import Article
from knowledge.elsewhere import Elsewhere
from knowledge.embedding import Vectors
from knowledge.further import Further
from knowledge.learnt import Learnt
from knowledge.places import Gazetteer
from knowledge.search import NOTHING, Search, Topic
from knowledge.services import Service
from knowledge.vocabulary import plain, words_in, words_of


@dataclass(frozen=True)
class Edition:
    """It never changes: a change is another one. Articles, services and what others do are by slug;
    `wordings` are what officers have added to an article's `ask`, by its slug, and `further` what
    files say of the same. `off_topic` is what people say about none of the topics, in groups."""

    articles: Mapping[str, Article]
    services: Mapping[str, Service]
    authorities: Authorities
    gazetteer: Gazetteer
    embed: Callable[[Sequence[str]], Vectors] = field(compare=False)
    wordings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)
    off_topic: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    further: Mapping[str, Further] = field(default_factory=dict)
    kept: Learnt | None = field(default=None, compare=False)
    before: Search | None = field(default=None, compare=False)
    """The index of the edition before, whose learning the new one carries on."""

    @cached_property
    def index(self) -> Search:
        """The search over all topics, made when first asked for."""
        return Search(self._topics(), self.embed, self.before, self.kept)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that is spelled right: of articles, services, others, councils and places.

        What people ask is left out: some of it is misspelled on purpose.
        """
        words = words_of(self.articles.values(), self.services.values(), self.authorities.all())
        others = (f"{each.title} {each.who} {each.text}" for each in self.elsewhere.values())
        return words | words_in(others) | self.gazetteer.words()

    def _topics(self) -> list[Topic]:
        topics = []
        for article in self.articles.values():
            service = self.services.get(article.slug)
            added = self.wordings.get(article.slug, ())
            further = self.further.get(article.slug)
            topics.append(
                Topic(
                    slug=article.slug,
                    title=article.title,
                    kind="service" if service else "article",
                    authority=article.authority,
                    passage=f"{article.title}. {plain(article.body)}",
                    asks=(
                        *article.ask,
                        *(service.ask if service else ()),
                        *(further.ask if further else ()),
                        *added,
                    ),
                    urgent=article.urgent,
                )
            )
        for service in self.services.values():
            if service.slug not in self.articles:
                passage = f"{service.title}. {plain(' '.join(service.texts()))}"
                topics.append(
                    Topic(service.slug, service.title, "service", "all", passage, service.ask)
                )
        for each in self.elsewhere.values():
            passage = f"{each.title}. {plain(each.text)}"
            topics.append(Topic(each.slug, each.title, "elsewhere", "all", passage, each.ask))
        for group, sayings in self.off_topic.items():
            topics.append(Topic(group, sayings[0], NOTHING, "all", sayings[0], sayings))
        return topics
