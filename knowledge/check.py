"""Is everything that residents may read fit to be read? `python -m knowledge.check` says."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from markdown_it import MarkdownIt

from channels.gsm import lowered, parts, septets
from knowledge.answers import answer
from knowledge.articles import read_article
from knowledge.authorities import Authorities, Authority
from knowledge.base import Article
from knowledge.languages_check import language_problems
from knowledge.london import today
from knowledge.reading import BadContent, read_yaml
from knowledge.rendering import MissingValue, render, values_of
from knowledge.services import Service

ROOT = Path(__file__).parent
LONGEST_SHORT = 306  # septets: two text messages
SIMPLE = {
    "paragraph_open", "paragraph_close", "inline", "bullet_list_open", "bullet_list_close",
    "ordered_list_open", "ordered_list_close", "list_item_open", "list_item_close", "text",
    "softbreak", "strong_open", "strong_close", "link_open", "link_close",
}  # fmt: skip
TIERS = {"all": ("county", "district", "unitary")}


def problems(root: Path = ROOT, on: date | None = None) -> Sequence[str]:
    """Return what is wrong with the content of that folder, one sentence each; none is good."""
    found: list[str] = []
    articles = [x for x in _read(root, "articles/*.md", found) if isinstance(x, Article)]
    services = [x for x in _read(root, "services/*.yml", found) if isinstance(x, Service)]
    councils = [x for x in _read(root, "authorities/*.yml", found) if isinstance(x, Authority)]
    day = on or today()
    found += _councils(councils)
    for article in articles:
        found += _article(article, {a.slug for a in articles}, {s.slug for s in services}, day)
        found += _said(article, councils, day)
    for service in services:
        found += _service(service, councils, day)
    found += language_problems(root / "languages", lambda text: parts(lowered(text)))
    return found + list(_same_asks([*articles, *services]))


def _read(root: Path, pattern: str, found: list[str]) -> Iterator[object]:
    for path in sorted(root.glob(pattern)):
        try:
            if path.suffix == ".md":
                yield read_article(path)
            else:
                yield read_yaml(path, Service if path.parent.name == "services" else Authority)
        except BadContent as error:
            found.extend(str(error).splitlines())


def _councils(councils: Sequence[Authority]) -> Iterator[str]:
    known = Authorities(councils)
    slugs = {a.slug for a in councils}
    for council in councils:
        for other in (*council.successors, *([council.parent] if council.parent else ())):
            if other not in slugs:
                yield f"authorities/{council.slug}: knows {other}, which is no council here"
        if council.valid_to is not None:
            for slug in council.successors:
                if slug in slugs and known.get(slug).valid_from != _day_after(council.valid_to):
                    yield f"authorities/{council.slug}: {slug} does not begin on the day after"
        if contrast(council.accent, council.accent_text) < 4.5:
            yield f"authorities/{council.slug}: accent: text on it cannot be read"


def _article(article: Article, slugs: set[str], services: set[str], day: date) -> Iterator[str]:
    name = f"articles/{article.slug}"
    if not article.owner.strip():
        yield f"{name}: owner: nobody"
    if article.valid_until < day:
        yield f"{name}: valid_until: was {article.valid_until}"
    if article.reviewed_on > day:
        yield f"{name}: reviewed_on: is in the future"
    for other in article.related:
        if other not in slugs:
            yield f"{name}: related: there is no article {other}"
    if article.service is not None and article.service not in services:
        yield f"{name}: service: there is no service {article.service}"
    if article.slug in services and article.service != article.slug:
        yield f"{name}: service: is not the service of the same name"


def _said(article: Article, councils: Sequence[Authority], day: date) -> Iterator[str]:
    """What goes wrong when each council that may be responsible says it."""
    tiers = TIERS.get(article.tier, (article.tier, "unitary"))
    for council in councils:
        if council.tier not in tiers or article.authority not in ("all", council.slug):
            continue
        name = f"articles/{article.slug} by {council.slug}"
        if article.owner not in {team.slug for team in council.teams}:
            yield f"{name}: owner: has no team {article.owner}"
        others = [c for c in councils if c.slug != council.slug and article.tier != "all"]
        for door in (council, *others):
            try:
                said = answer(article, door, council, _while_it_lasts(council, day))
            except MissingValue as error:
                yield f"{name}: {error}"
                break
            length = septets(said.short)
            if length is None:
                yield f"{name}: short: has a character that a text message cannot carry"
                break
            if length > LONGEST_SHORT:
                yield f"{name}: short: {length} characters, more than {LONGEST_SHORT}"
                break
        else:
            for kind in _odd(said.text):
                yield f"{name}: body: {kind} is not for a small screen"


def _service(service: Service, councils: Sequence[Authority], day: date) -> Iterator[str]:
    tiers = TIERS.get(service.tier, (service.tier, "unitary"))
    for council in councils:
        if council.tier not in tiers:
            continue
        values = values_of(council, _while_it_lasts(council, day))
        known = {**values, "reference": "", **{field.name: "" for field in service.fields}}
        for text in service.texts():
            try:
                render(text, known)
            except MissingValue as error:
                yield f"services/{service.slug} by {council.slug}: {error}"
        for field in service.fields:
            if field.within is None:
                continue
            try:
                int(render(f"{{{{ {field.within} }}}}", values))
            except (MissingValue, ValueError) as error:
                yield f"services/{service.slug} by {council.slug}: {field.name}.within: {error}"


def _same_asks(askable: Sequence[Article | Service]) -> Iterator[str]:
    first: dict[str, str] = {}
    for one in askable:
        for ask in one.ask:
            said = " ".join(re.findall(r"\w+", ask.lower()))
            other = first.setdefault(said, one.slug)
            if other != one.slug:
                yield f"{one.slug} and {other}: ask: both have {ask!r}"


def _odd(markdown: str) -> set[str]:
    kinds = set()
    for token in MarkdownIt("commonmark").parse(markdown):
        kinds |= {token.type, *(child.type for child in token.children or ())}
    return kinds - SIMPLE


def _while_it_lasts(council: Authority, day: date) -> date:
    day = max(day, council.valid_from)
    return min(day, council.valid_to) if council.valid_to else day


def _day_after(day: date) -> date:
    return day + timedelta(days=1)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours such as #00703c (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


if __name__ == "__main__":
    faults = problems()
    sys.stdout.write("\n".join(faults or ["The knowledge base is in order."]) + "\n")
    sys.exit(bool(faults))
