"""Everything the bot may say, in one place: articles, services, councils and addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from knowledge.articles import read_articles
from knowledge.authorities import Authorities, load_authorities
from knowledge.base import Article, Found
from knowledge.cache import EmbeddingCache
from knowledge.directory import open_directory
from knowledge.embedding import Vectors, load_encoder, model_mark
from knowledge.london import today
from knowledge.places import Gazetteer, load_gazetteer
from knowledge.search import Search, Topic
from knowledge.services import Service, read_services
from knowledge.vocabulary import plain, words_of

ROOT = Path(__file__).parent
CACHE = ROOT.parent / "var" / "knowledge-index.npz"


class Library:
    """The knowledge base of knowledge/base.py, made of files.

    What may not be served today (past its `valid_until`, or without an owner) is as if it were not
    there; `today` is asked each time, so a process that runs past midnight notices.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        services: Sequence[Service],
        authorities: Authorities,
        gazetteer: Gazetteer,
        embed: Callable[[Sequence[str]], Vectors],
        cache: Path | None = None,
        today: Callable[[], date] = today,
    ) -> None:
        self.authorities = authorities
        self.gazetteer = gazetteer
        self._articles = {a.slug: a for a in articles}
        self._services = {s.slug: s for s in services}
        self._embed = embed
        self._cache = cache
        self._today = today

    def articles(self) -> tuple[Article, ...]:
        """Return every article that may be served today, by slug."""
        return tuple(a for a in self._articles.values() if self._may_serve(a))

    def article(self, slug: str) -> Article:
        """Return the article. Raise KeyError when there is none, or it may not be served today."""
        article = self._articles[slug]
        if not self._may_serve(article):
            raise KeyError(slug)
        return article

    def services(self) -> tuple[Service, ...]:
        """Return everything that can be requested, by slug."""
        return tuple(self._services.values())

    def service(self, slug: str) -> Service:
        """Return the service. Raise KeyError when nothing of that name can be requested."""
        return self._services[slug]

    def search(self, question: str, *, place: str | None = None, limit: int = 3) -> Sequence[Found]:
        """Return the likeliest topics, best first; empty when nothing is likely."""
        return self.topics(question, place=place, limit=limit)

    def topics(
        self,
        question: str,
        embedding: Vectors | None = None,
        place: str | None = None,
        limit: int = 3,
    ) -> Sequence[Found]:
        """Search with an embedding (float32 [384], unit length) that was already made.

        An article and a service of the same slug are one topic, of the kind "service".
        `place` is an authority's slug: what only others offer is left out. A question without a
        word finds nothing.
        """
        if not question.strip():
            return []
        vector = self._embed([question])[0] if embedding is None else embedding
        near = self._near(place)

        def allowed(topic: Topic) -> bool:
            article = self._articles.get(topic.slug)
            if article is not None and topic.kind == "article" and not self._may_serve(article):
                return False
            return topic.authority == "all" or near is None or topic.authority in near

        return self.index.find(question, vector, limit=limit, allowed=allowed)

    def words(self) -> frozenset[str]:
        """Return every word that is spelled right: of articles, services, councils and places.

        What people ask is left out: some of it is misspelled on purpose.
        """
        words = words_of(self._articles.values(), self._services.values(), self.authorities.all())
        return words | self.gazetteer.words()

    @cached_property
    def index(self) -> Search:
        """The search over all topics, made when first asked for."""
        if self._cache is None:
            return Search(self._topics(), self._embed)
        return Search(self._topics(), EmbeddingCache(self._cache, model_mark(), self._embed).embed)

    def _topics(self) -> list[Topic]:
        topics = []
        for article in self._articles.values():
            service = self._services.get(article.slug)
            topics.append(
                Topic(
                    slug=article.slug,
                    title=article.title,
                    kind="service" if service else "article",
                    authority=article.authority,
                    passage=f"{article.title}. {plain(article.body)}",
                    asks=(*article.ask, *(service.ask if service else ())),
                    urgent=article.urgent,
                )
            )
        for service in self._services.values():
            if service.slug not in self._articles:
                passage = f"{service.title}. {plain(' '.join(service.texts()))}"
                topics.append(
                    Topic(service.slug, service.title, "service", "all", passage, service.ask)
                )
        return topics

    def _may_serve(self, article: Article) -> bool:
        return bool(article.owner.strip()) and self._today() <= article.valid_until

    def _near(self, place: str | None) -> frozenset[str] | None:
        """The councils whose articles concern somebody at `place`; None for no restriction."""
        if place is None:
            return None
        try:
            home = self.authorities.get(place)
        except KeyError:
            return frozenset({place})
        return frozenset({home.slug, *([home.parent] if home.parent else ()), *home.successors})


@lru_cache(maxsize=4)
def open_library(root: Path | None = None, cache: Path | None = None) -> Library:
    """Return the library of that folder (this one when None), read once in a process.

    `cache` is where embeddings are kept; var/knowledge-index.npz of this project when None. The
    model itself is loaded only when something must be embedded. Raises BadContent.
    """
    folder = root or ROOT
    authorities = load_authorities(folder / "authorities")
    gazetteer = load_gazetteer(folder / "places" / "gazetteer.csv").beside(
        open_directory(folder / "places"),
        ours={council.gss: council.slug for council in authorities.all()},
        counties={c.slug: c.parent for c in authorities.all() if c.parent},
    )
    return Library(
        articles=read_articles(folder / "articles"),
        services=read_services(folder / "services"),
        authorities=authorities,
        gazetteer=gazetteer,
        embed=lambda texts: load_encoder().encode(texts),
        cache=cache or CACHE,
    )
