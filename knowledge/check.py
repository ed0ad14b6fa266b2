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
from knowledge.check_articles import Known, article_findings
from knowledge.check_councils import council_findings
from knowledge.check_services import service_findings
from knowledge.check_words import age_findings, ends_soon, word_findings
from knowledge.claims import Claim, Conflict, same_meanings, same_wordings
from knowledge.elsewhere import Elsewhere
from knowledge.elsewhere_check import elsewhere_problems
from knowledge.embedding import Vectors, load_encoder
from knowledge.findings import Finding, fails, report, told
from knowledge.languages_check import language_problems
from knowledge.links import Sites
from knowledge.london import today
from knowledge.reading import BadContent, read_yaml
from knowledge.services import Service

ROOT = Path(__file__).parent

Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Content:
    """What the files of a folder say, and what is wrong with those that cannot be read."""

    articles: Sequence[Article]
    services: Sequence[Service]
    councils: Sequence[Authority]
    elsewhere: Sequence[Elsewhere]
    unread: Sequence[Finding]


def check(root: Path = ROOT, on: date | None = None) -> Sequence[Finding]:
    """Return everything that is wrong with the content of that folder on that day; none is good.

    It takes some seconds: the model reads every wording, to tell which mean the same.
    """
    return _findings(root, on, lambda texts: load_encoder().encode(texts))


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
        found += service_findings(service, content.councils, day)
    found += _elsewhere(content, known, day)
    languages = root / "languages" if (root / "languages").exists() else ROOT / "languages"
    found += told(language_problems(languages, lambda text: parts(lowered(text))))
    found += _contradictions(content, embed)
    return list(dict.fromkeys(found))


def _elsewhere(content: Content, known: Known, day: date) -> Iterator[Finding]:
    yield from told(elsewhere_problems(content.elsewhere, known.articles | known.services, day))
    for pointer in content.elsewhere:
        about = f"elsewhere/{pointer.slug}"
        yield from ends_soon(about, pointer.valid_until, day)
        own_words = f"{pointer.title} {pointer.who}"
        for part, text in (("text", pointer.text), ("short", pointer.told())):
            yield from word_findings(about, part, text, pointer.sources)
            yield from age_findings(about, part, [("", text)], own_words)


def _contradictions(content: Content, embed: Embed | None) -> Iterator[Finding]:
    claims = list(_claims(content))
    conflicts: list[Conflict] = list(same_wordings(claims))
    if embed is not None:
        conflicts += same_meanings(claims, embed)
    for conflict in conflicts:
        about = f"{conflict.one} and {conflict.other}"
        yield Finding(about, "contradictory", f"ask: {conflict.says}")


def _claims(content: Content) -> Iterator[Claim]:
    """A request and the article of the same name are one topic."""
    services = {service.slug: service.ask for service in content.services}
    for article in content.articles:
        asks = (*article.ask, *services.pop(article.slug, ()))
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
    return Content(
        [one for one in articles if isinstance(one, Article)],
        [one for one in services if isinstance(one, Service)],
        [one for one in councils if isinstance(one, Authority)],
        [one for one in elsewhere if isinstance(one, Elsewhere)],
        unread,
    )


if __name__ == "__main__":
    findings = check()
    sys.stdout.write(report(findings) + "\n")
    sys.exit(fails(findings))
