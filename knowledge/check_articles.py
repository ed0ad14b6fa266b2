"""Is one article fit to be served: as it is written, and as each council would say it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.answers import Answer, answer
from knowledge.authorities import Authority
from knowledge.base import Article
from knowledge.check_councils import while_it_lasts
from knowledge.figures import figures
from knowledge.findings import Finding
from knowledge.links import Sites, in_markdown, in_plain
from knowledge.markup import tokens
from knowledge.reading_age import OLDEST, long_sentences, reading_age
from knowledge.rendering import MissingValue

LONGEST_SHORT = 306  # septets: two text messages
SOON = timedelta(days=30)
SIMPLE = {
    "paragraph_open", "paragraph_close", "inline", "bullet_list_open", "bullet_list_close",
    "ordered_list_open", "ordered_list_close", "list_item_open", "list_item_close", "text",
    "softbreak", "strong_open", "strong_close", "link_open", "link_close",
}  # fmt: skip
TIERS = {"all": ("county", "district", "unitary")}


@dataclass(frozen=True)
class Known:
    """What there is besides the article: slugs of articles and services, the councils, the sites
    that may be linked to. `septets` measures a text message, None when it cannot carry a character.
    """

    articles: Set[str]
    services: Set[str]
    councils: Sequence[Authority]
    sites: Sites
    septets: Callable[[str], int | None]


def article_findings(article: Article, known: Known, day: date) -> Iterator[Finding]:
    """Yield everything that is wrong with the article on that day."""
    about = f"articles/{article.slug}"
    for kind, says, warns in (
        *_dates(article, day),
        *_neighbours(article, known),
        *_written(article),
    ):
        yield Finding(about, kind, says, warns)
    oldest: dict[str, tuple[float, str]] = {}
    for council, said in _said(article, known, day):
        if isinstance(said, Finding):
            yield said
            continue
        yield from _read_by(said, council, about, known)
        for part, text in (("body", said.text), ("short", said.short)):
            age = reading_age(text, f"{article.title} {article.subject}")
            oldest[part] = max(oldest.get(part, (0.0, "")), (age, council.slug))
    for part, (age, slug) in oldest.items():
        if round(age, 1) > OLDEST:
            says = f"{part}: reading age {age:.1f}, more than {OLDEST} (as {slug} says it)"
            yield Finding(about, "unreadable", says)


def _dates(article: Article, day: date) -> Iterator[tuple[str, str, bool]]:
    if article.valid_until < day:
        yield "stale", f"valid_until: was {article.valid_until}", False
    elif article.valid_until < day + SOON:
        yield "stale", f"valid_until: is {article.valid_until}, in less than 30 days", True
    if article.reviewed_on > day:
        yield "broken", "reviewed_on: is in the future", False


def _neighbours(article: Article, known: Known) -> Iterator[tuple[str, str, bool]]:
    if not article.owner.strip():
        yield "ownerless", "owner: nobody", False
    for other in article.related:
        if other not in known.articles:
            yield "broken", f"related: there is no article {other}", False
    if article.service is not None and article.service not in known.services:
        yield "broken", f"service: there is no service {article.service}", False
    if article.slug in known.services and article.service != article.slug:
        yield "broken", "service: is not the service of the same name", False


def _written(article: Article) -> Iterator[tuple[str, str, bool]]:
    for part, text in (("body", article.body), ("short", article.short)):
        for sentence in long_sentences(text):
            yield "unreadable", f"{part}: 20 words or more: {sentence!r}", False
        found = figures(text)
        if found and not article.sources:
            yield "unsourced", f"{part}: no source for {', '.join(found)}", False


def _said(
    article: Article, known: Known, day: date
) -> Iterator[tuple[Authority, Answer | Finding]]:
    """What each council that may be responsible says: at its own door, and at others'."""
    about = f"articles/{article.slug}"
    for council in known.councils:
        if council.tier not in TIERS.get(article.tier, (article.tier, "unitary")):
            continue
        if article.authority not in ("all", council.slug):
            continue
        if article.owner.strip() and article.owner not in {team.slug for team in council.teams}:
            says = f"by {council.slug}: owner: has no team {article.owner}"
            yield council, Finding(about, "ownerless", says)
        for door in _doors(article, council, known.councils):
            try:
                yield council, answer(article, door, council, while_it_lasts(council, day))
            except MissingValue as error:
                yield council, Finding(about, "broken", f"by {council.slug}: {error}")
                break


def _doors(
    article: Article, council: Authority, councils: Sequence[Authority]
) -> Sequence[Authority]:
    """Where the council's answer differs: what is about the door is different at each."""
    if article.tier == "all":
        return [council]
    others = [other for other in councils if other.slug != council.slug]
    return [council, *(others if "door" in f"{article.body} {article.short}" else others[:1])]


def _read_by(said: Answer, council: Authority, about: str, known: Known) -> Iterator[Finding]:
    by = f"by {council.slug}"
    length = known.septets(said.short)
    if length is None:
        says = f"{by}: short: has a character that a text message cannot carry"
        yield Finding(about, "broken", says)
    elif length > LONGEST_SHORT:
        says = f"{by}: short: {length} characters, more than {LONGEST_SHORT}"
        yield Finding(about, "broken", says)
    for kind in _odd(said.text):
        yield Finding(about, "broken", f"{by}: body: {kind} is not for a small screen")
    for fault in known.sites.problems([*in_markdown(said.text), *in_plain(said.short)]):
        yield Finding(about, "broken", f"{by}: link: {fault}")


def _odd(markdown: str) -> set[str]:
    kinds = set()
    for token in tokens(markdown):
        kinds |= {token.type, *(child.type for child in token.children or ())}
    return kinds - SIMPLE
