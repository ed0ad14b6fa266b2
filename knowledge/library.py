"""Everything the bot may say, in one place: articles, services, councils and addresses."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.articles import read_article
from knowledge.authorities import Authorities, Authority
from knowledge.base import Article, Found
from knowledge.cache import EmbeddingCache
from knowledge.directory import open_directory
from knowledge.edition import Edition
from knowledge.elsewhere import Elsewhere
from knowledge.embedding import Vectors, load_encoder, model_mark
from knowledge.files import Folder
from knowledge.further import Further
from knowledge.learnt import Learnt
from knowledge.life_events import LifeEvent, LifeEvents, read_life_events
from knowledge.london import today
from knowledge.off_topic import read_off_topic
from knowledge.places import Gazetteer, load_gazetteer
from knowledge.reading import read_yaml
from knowledge.search import Search, Topic
from knowledge.services import Service

ROOT = Path(__file__).parent
CACHE = ROOT.parent / "var" / "knowledge-index.npz"

_HELD: ContextVar[tuple[object, Edition] | None] = ContextVar("held", default=None)
"""A library, and what is published in it for whatever runs in this context."""


class Library:
    """The knowledge base of knowledge/base.py, made of files.

    What may not be served today (past its `valid_until`, or without an owner) is as if it were not
    there; `today` is asked each time, so a process that runs past midnight notices.

    What is published may change while the process runs (see `publish`): whoever holds the library
    sees the change, and what runs inside `as_it_is` goes on with what it began with.
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
        elsewhere: Sequence[Elsewhere] = (),
        off_topic: Mapping[str, tuple[str, ...]] | None = None,
        further: Sequence[Further] = (),
        life_events: Sequence[LifeEvent] = (),
    ) -> None:
        self._embed = embed
        cached = EmbeddingCache(cache, model_mark(), embed).embed if cache else embed
        self._latest = Edition(
            articles={a.slug: a for a in articles},
            services={s.slug: s for s in services},
            authorities=authorities,
            gazetteer=gazetteer,
            embed=cached,
            elsewhere={e.slug: e for e in elsewhere},
            off_topic=off_topic or {},
            further={f.slug: f for f in further},
            kept=Learnt(_learnt(cache), model_mark()) if cache else None,
        )
        self._today = today
        kept = cache.with_name(f"{cache.stem}-life-events.npz") if cache else None
        told = EmbeddingCache(kept, model_mark(), embed).embed if kept else embed
        self._life_events = LifeEvents(life_events, told)
        self._publishing = threading.Lock()

    @property
    def edition(self) -> Edition:
        """Everything as it is published now."""
        held = _HELD.get()
        return held[1] if held is not None and held[0] is self else self._latest

    @contextmanager
    def as_it_is(self) -> Iterator[Edition]:
        """Keep what is published for whatever runs inside, whatever is published meanwhile."""
        held = _HELD.set((self, self.edition))
        try:
            yield self.edition
        finally:
            _HELD.reset(held)

    def publish(self, new: Edition, instead_of: Edition | None = None) -> bool:
        """Show everybody who holds this library the new state, all of it at once. False, and
        nothing is changed, when it is to stand `instead_of` one that is not the latest any more."""
        with self._publishing:
            if instead_of is not None and instead_of is not self._latest:
                return False
            self._latest = new
            return True

    @property
    def authorities(self) -> Authorities:
        return self.edition.authorities

    @property
    def gazetteer(self) -> Gazetteer:
        return self.edition.gazetteer

    @property
    def index(self) -> Search:
        """The search over all topics, made when first asked for."""
        return self.edition.index

    def words(self) -> frozenset[str]:
        """Return every word that is spelled right: of articles, services, councils and places."""
        return self.edition.words

    def articles(self) -> tuple[Article, ...]:
        """Return every article that may be served today, by slug."""
        today = self._today()
        return tuple(a for a in self.edition.articles.values() if _may_serve(a, today))

    def article(self, slug: str) -> Article:
        """Return the article. Raise KeyError when there is none, or it may not be served today."""
        article = self.edition.articles[slug]
        if not _may_serve(article, self._today()):
            raise KeyError(slug)
        return article

    def services(self) -> tuple[Service, ...]:
        """Return everything that can be requested, by slug."""
        return tuple(self.edition.services.values())

    def service(self, slug: str) -> Service:
        """Return the service. Raise KeyError when nothing of that name can be requested."""
        return self.edition.services[slug]

    def elsewhere(self, slug: str) -> Elsewhere:
        """Return who does that. Raise KeyError when nobody is known, or was too long ago."""
        found = self.edition.elsewhere[slug]
        if self._today() > found.valid_until:
            raise KeyError(slug)
        return found

    def life_events(self) -> Sequence[LifeEvent]:
        """Return all of them, also those that may not be served."""
        return self._life_events.events

    def life_event(self, slug: str) -> LifeEvent:
        """Return the life event. Raise KeyError when there is none, or it may not be served."""
        return self._life_events.get(slug, self._today())

    def life_event_near(self, embedding: Vectors) -> tuple[LifeEvent, float] | None:
        """Return the life event that a message is most like, and how much: a cosine."""
        return self._life_events.nearest(embedding, self._today())

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
        edition = self.edition
        vector = self._embed([question])[0] if embedding is None else embedding
        near, today = self._near(place), self._today()

        def allowed(topic: Topic) -> bool:
            article = edition.articles.get(topic.slug)
            if article is not None and topic.kind == "article" and not _may_serve(article, today):
                return False
            if topic.kind == "elsewhere":
                return today <= edition.elsewhere[topic.slug].valid_until
            return topic.authority == "all" or near is None or topic.authority in near

        return edition.index.find(question, vector, limit=limit, allowed=allowed)

    def _near(self, place: str | None) -> frozenset[str] | None:
        """The councils whose articles concern somebody at `place`; None for no restriction."""
        if place is None:
            return None
        try:
            home = self.authorities.get(place)
        except KeyError:
            return frozenset({place})
        return frozenset({home.slug, *([home.parent] if home.parent else ()), *home.successors})


@dataclass(frozen=True)
class Files:
    """The folders of files that may change while a process runs. A council is kept when its file
    is gone: what belongs to it (conversations, accounts) is still there."""

    articles: Folder[Article]
    services: Folder[Service]
    authorities: Folder[Authority]
    elsewhere: Folder[Elsewhere]
    further: Folder[Further]

    def all(self) -> tuple[Folder[Any], ...]:
        return self.articles, self.services, self.authorities, self.elsewhere, self.further

    def edition(self, before: Edition) -> Edition:
        """Return what the files say now, and of the rest what was published before."""
        return replace(
            before,
            articles={a.slug: a for a in self.articles.values()},
            services={s.slug: s for s in self.services.values()},
            authorities=Authorities(self.authorities.values()),
            elsewhere={e.slug: e for e in self.elsewhere.values()},
            further={f.slug: f for f in self.further.values()},
        )


def _may_serve(article: Article, today: date) -> bool:
    return bool(article.owner.strip()) and today <= article.valid_until


def home() -> Path:
    """Return the folder of what is published: FRONT_DOOR_KNOWLEDGE_DIR, this one when not set."""
    return Path(os.environ.get("FRONT_DOOR_KNOWLEDGE_DIR") or ROOT)


def open_files(root: Path | None = None) -> Files:
    """Return that folder's files (those of `home` when None), read once in a process. One that
    cannot be used is left out, and logged."""
    return _opened(root or home())


@lru_cache(maxsize=4)
def _opened(folder: Path) -> Files:
    files = Files(
        Folder(folder / "articles", ".md", read_article),
        Folder(folder / "services", ".yml", lambda path: read_yaml(path, Service)),
        Folder(folder / "authorities", ".yml", lambda path: read_yaml(path, Authority), keeps=True),
        Folder(folder / "elsewhere", ".yml", lambda path: read_yaml(path, Elsewhere)),
        Folder(folder / "further", ".yml", lambda path: read_yaml(path, Further)),
    )
    for each in files.all():
        each.take_up(each.marks())
    return files


def _cache_of(folder: Path) -> Path:
    """Return the file of that folder's embeddings. One beside this project's begins with a copy of
    these, and keeps its own in itself: nobody writes over what others read."""
    if folder.resolve() == ROOT.resolve():
        return CACHE
    own = folder / "index.npz"
    for there, here in ((CACHE, own), (_learnt(CACHE), _learnt(own))):
        if there.exists() and not here.exists():
            with suppress(OSError):  # a folder that is only read costs time, nothing else
                shutil.copyfile(there, here)
    return own


def _learnt(cache: Path) -> Path:
    return cache.with_suffix(".learnt.npz")


@lru_cache(maxsize=4)
def open_library(root: Path | None = None, cache: Path | None = None) -> Library:
    """Return the library of that folder (`home` when None), read once in a process.

    `cache` is where embeddings are kept; var/knowledge-index.npz of this project when None. The
    model itself is loaded only when something must be embedded. What changes in the files is
    published by knowledge/publishing.py, where that runs.
    """
    folder = root or home()
    files = open_files(root)
    authorities = Authorities(files.authorities.values())
    gazetteer = load_gazetteer(folder / "places" / "gazetteer.csv").beside(
        open_directory(folder / "places"),
        ours={council.gss: council.slug for council in authorities.all()},
        counties={c.slug: c.parent for c in authorities.all() if c.parent},
    )
    return Library(
        articles=files.articles.values(),
        services=files.services.values(),
        authorities=authorities,
        gazetteer=gazetteer,
        embed=lambda texts: load_encoder().encode(texts),
        cache=cache or _cache_of(folder),
        elsewhere=files.elsewhere.values(),
        off_topic=read_off_topic(),
        further=files.further.values(),
        life_events=read_life_events(folder / "life_events"),
    )
