"""Is everything that residents may read fit to be read? `assistant knowledge check` says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from channels.gsm import lowered, parts, septets
from knowledge.articles import read_article
from knowledge.authorities import Authority
from knowledge.base import Article
from knowledge.cache import EmbeddingCache
from knowledge.check_articles import Known, article_findings
from knowledge.check_councils import council_findings
from knowledge.check_life_events import life_event_findings
from knowledge.check_services import booking_findings, service_findings
from knowledge.check_words import age_findings, ends_soon, word_findings
from knowledge.claims import Claim, Conflict, same_meanings, same_wordings
from knowledge.elsewhere import Elsewhere
from knowledge.elsewhere_check import elsewhere_problems
from knowledge.embedding import Vectors, load_encoder, model_mark
from knowledge.findings import Finding, fails, report, told
from knowledge.further import Further
from knowledge.languages_check import language_problems
from knowledge.life_events import LifeEvent
from knowledge.links import Sites
from knowledge.london import today
from knowledge.reading import BadContent, read_yaml
from knowledge.services import Service
from knowledge.urgent_check import urgent_problems

ROOT = Path(__file__).parent

Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Content:
    """What the files of a folder say, and what is wrong with those that cannot be read."""

    articles: Sequence[Article]
    services: Sequence[Service]
    councils: Sequence[Authority]
    elsewhere: Sequence[Elsewhere]
    further: Sequence[Further]
    life_events: Sequence[LifeEvent]
    unread: Sequence[Finding]


def check(
    root: Path = ROOT, on: date | None = None, cache: Path | None = None
) -> Sequence[Finding]:
    """Return everything that is wrong with the content of that folder on that day; none is good.

    The model reads every wording, to tell which mean the same: ten seconds or so. What it made of
    them is kept in the file `cache`, if there is one, for the next time.
    """

    def embed(texts: Sequence[str]) -> Vectors:
        return load_encoder().encode(texts)

    kept = EmbeddingCache(cache, model_mark(), embed).embed if cache else embed
    return _findings(root, on, kept)


def problems(root: Path = ROOT, on: date | None = None) -> Sequence[str]:
    """Return the faults that need no model, one sentence each, without the warnings."""
    return [str(finding) for finding in _findings(root, on, None) if not finding.warns]


def _findings(root: Path, on: date | None, embed: Embed | None) -> Sequence[Finding]:
    content = _read(root)
    day = on or today()
    known = Known(
        articles={article.slug for article in content.articles},
        services={service.slug for service in content.services},
        councils=content.councils,
        sites=Sites(content.councils),
        septets=septets,
    )
    found = [*content.unread, *council_findings(content.councils)]
    for article in content.articles:
        found += article_findings(article, known, day)
    for service in content.services:
        found += service_findings(service, content.councils, day, septets)
    found += booking_findings(content.services, content.councils)
    found += _elsewhere(content, known, day)
    topics = known.articles | known.services | {pointer.slug for pointer in content.elsewhere}
    for event in content.life_events:
        found += life_event_findings(event, topics, content.councils, day)
    for further in content.further:
        if further.slug not in known.articles:
            says = f"slug: there is no article {further.slug}"
            found.append(Finding(f"further/{further.slug}", "broken", says))
    languages = root / "languages" if (root / "languages").exists() else ROOT / "languages"
    found += told(language_problems(languages, lambda text: parts(lowered(text))))
    found += _urgent(root, content, day)
    found += _contradictions(content, embed)
    return list(dict.fromkeys(found))


def _elsewhere(content: Content, known: Known, day: date) -> Iterator[Finding]:
    taken = known.articles | known.services
    yield from told(elsewhere_problems(content.elsewhere, taken, day, known.septets))
    for pointer in content.elsewhere:
        about = f"elsewhere/{pointer.slug}"
        yield from ends_soon(about, pointer.valid_until, day)
        own_words = f"{pointer.title} {pointer.who}"
        for part, text in (("text", pointer.text), ("short", pointer.told())):
            yield from word_findings(about, part, text, pointer.sources)
            yield from age_findings(about, part, [("", text)], own_words)


def _urgent(root: Path, content: Content, day: date) -> Sequence[Finding]:
    folder = root / "urgent" if (root / "urgent").exists() else ROOT / "urgent"
    topics = {article.slug for article in content.articles if article.urgent}
    if folder.parent != root and not topics:
        # Somebody else's articles, none of them urgent: ours are theirs as well.
        return []
    return told(urgent_problems(folder, topics, content.councils, day, septets))


def _contradictions(content: Content, embed: Embed | None) -> Iterator[Finding]:
    claims = list(_claims(content))
    conflicts: list[Conflict] = list(same_wordings(claims))
    if embed is not None:
        conflicts += same_meanings(claims, embed)
    for conflict in conflicts:
        about = f"{conflict.one} and {conflict.other}"
        yield Finding(about, "contradictory", f"ask: {conflict.says}")


def _claims(content: Content) -> Iterator[Claim]:
    """A request and the article of the same name are one topic, and so are further wordings."""
    services = {service.slug: service.ask for service in content.services}
    further = {more.slug: more.ask for more in content.further}
    for article in content.articles:
        asks = (*article.ask, *services.pop(article.slug, ()), *further.get(article.slug, ()))
        yield Claim(article.slug, article.authority, asks)
    for slug, asks in services.items():
        yield Claim(slug, "all", asks)
    for pointer in content.elsewhere:
        yield Claim(pointer.slug, "all", pointer.ask)


def _read(root: Path) -> Content:
    unread: list[Finding] = []

    def every(pattern: str, read: Callable[[Path], object]) -> Iterator[object]:
        for path in sorted(root.glob(pattern)):
            try:
                yield read(path)
            except BadContent as error:
                unread.extend(told(str(error).splitlines()))

    articles = every("articles/*.md", read_article)
    services = every("services/*.yml", lambda path: read_yaml(path, Service))
    councils = every("authorities/*.yml", lambda path: read_yaml(path, Authority))
    elsewhere = every("elsewhere/*.yml", lambda path: read_yaml(path, Elsewhere))
    further = every("further/*.yml", lambda path: read_yaml(path, Further))
    life_events = every("life_events/*.yml", lambda path: read_yaml(path, LifeEvent))
    return Content(
        [one for one in articles if isinstance(one, Article)],
        [one for one in services if isinstance(one, Service)],
        [one for one in councils if isinstance(one, Authority)],
        [one for one in elsewhere if isinstance(one, Elsewhere)],
        [one for one in further if isinstance(one, Further)],
        [one for one in life_events if isinstance(one, LifeEvent)],
        unread,
    )


if __name__ == "__main__":
    findings = check()
    sys.stdout.write(report(findings) + "\n")
    sys.exit(fails(findings))
