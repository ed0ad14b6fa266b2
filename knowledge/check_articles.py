"""Is one article fit to be served: as it is written, and as each council would say it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from knowledge.answers import NOTHING, Answer, answer
from knowledge.authorities import Authority
from knowledge.base import Article
from knowledge.check_councils import while_it_lasts
from knowledge.check_words import age_findings, ends_soon, word_findings
from knowledge.facts import ASKED, values_of_fact
from knowledge.findings import Finding
from knowledge.links import Sites, in_markdown, in_plain
from knowledge.markup import tokens
from knowledge.rendering import MissingValue

LONGEST_SHORT = 306  # septets: two text messages
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
    if article.valid_until < day:
        yield Finding(about, "stale", f"valid_until: was {article.valid_until}")
    yield from ends_soon(about, article.valid_until, day)
    if article.reviewed_on > day:
        yield Finding(about, "broken", "reviewed_on: is in the future")
    if not article.owner.strip():
        yield Finding(about, "ownerless", "owner: nobody")
    for fault in _neighbours(article, known):
        yield Finding(about, "broken", fault)
    for part, text in (("body", article.body), ("short", article.short)):
        yield from word_findings(about, part, text, article.sources)
    said: list[tuple[str, Answer]] = []
    for council in known.councils:
        if _may_say(article, council):
            yield from _said_by(council, article, known, day, said)
    own_words = f"{article.title} {article.subject}"
    yield from age_findings(about, "body", [(by, each.text) for by, each in said], own_words)
    yield from age_findings(about, "short", [(by, each.short) for by, each in said], own_words)


def _neighbours(article: Article, known: Known) -> Iterator[str]:
    for other in article.related:
        if other not in known.articles:
            yield f"related: there is no article {other}"
    if article.service is not None and article.service not in known.services:
        yield f"service: there is no service {article.service}"
    if article.slug in known.services and article.service != article.slug:
        yield "service: is not the service of the same name"


def _may_say(article: Article, council: Authority) -> bool:
    tiers = TIERS.get(article.tier, (article.tier, "unitary"))
    return council.tier in tiers and article.authority in ("all", council.slug)


def _said_by(
    council: Authority, article: Article, known: Known, day: date, said: list[tuple[str, Answer]]
) -> Iterator[Finding]:
    """Yield what goes wrong when that council says it, and add what residents read to `said`."""
    about = f"articles/{article.slug}"
    by = f"by {council.slug}"
    if article.owner.strip() and article.owner not in {team.slug for team in council.teams}:
        yield Finding(about, "ownerless", f"{by}: owner: has no team {article.owner}")
    day = while_it_lasts(council, day)
    try:
        # Elsewhere it is longer: the first sentence says whose service it is.
        at_doors = [
            answer(article, door, council, day) for door in _doors(article, council, known.councils)
        ]
        own = [answer(article, council, council, day, facts) for facts in _told(article)]
    except MissingValue as error:
        yield Finding(about, "broken", f"{by}: {error}")
        return
    lengths = [known.septets(read.short) for read in (*own, *at_doors)]
    if None in lengths:
        says = f"{by}: short: has a character that a text message cannot carry"
        yield Finding(about, "broken", says)
    longest = max(length or 0 for length in lengths)
    if longest > LONGEST_SHORT:
        says = f"{by}: short: {longest} characters, more than {LONGEST_SHORT}"
        yield Finding(about, "broken", says)
    for read in own:
        if not read.text or not read.short:
            yield Finding(about, "broken", f"{by}: says nothing to somebody")
        for kind in _odd(read.text):
            yield Finding(about, "broken", f"{by}: body: {kind} is not for a small screen")
        for fault in known.sites.problems([*in_markdown(read.text), *in_plain(read.short)]):
            yield Finding(about, "broken", f"{by}: link: {fault}")
        said.append((council.slug, read))


def _told(article: Article) -> Iterator[Mapping[str, str]]:
    """Yield what may be known of who asks: nothing, then each value of what it depends on."""
    yield NOTHING
    for name in article.depends_on:
        yield from ({name: value} for value in (ASKED, *values_of_fact(name)))


def _doors(
    article: Article, council: Authority, councils: Sequence[Authority]
) -> Sequence[Authority]:
    """The doors of others at which it may be said: one stands for all, unless the article speaks of
    the door."""
    if article.tier == "all":
        return []
    others = [other for other in councils if other.slug != council.slug]
    return others if "door" in f"{article.body} {article.short}" else others[:1]


def _odd(markdown: str) -> set[str]:
    kinds = set()
    for token in tokens(markdown):
        kinds |= {token.type, *(child.type for child in token.children or ())}
    return kinds - SIMPLE
