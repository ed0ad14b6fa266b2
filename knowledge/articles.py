"""One Markdown file is one article: fields between two lines of ---, then the answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, validator

from knowledge.base import Article
from knowledge.facts import values_of_fact
from knowledge.reading import BadContent, Written, checked, parsed, plainly

FOLDER = Path(__file__).parent / "articles"


class Source(Written):
    """Where a fact of the article comes from."""

    title: str = Field(min_length=3)
    url: str = Field(regex=r"^https://")


class FrontMatter(Written):
    """The fields of an article, as they are written above its text."""

    slug: str = Field(regex=r"^[a-z0-9-]+$")
    title: str = Field(min_length=3)
    subject: str = ""
    tier: Literal["county", "district", "all"]
    authority: str = "all"
    lgsl: int | None = None
    audience: tuple[str, ...] = ("resident",)
    life_events: tuple[str, ...] = ()
    owner: str
    sources: tuple[Source, ...] = ()
    reviewed_on: date
    valid_until: date
    related: tuple[str, ...] = ()
    service: str | None = None
    urgent: bool = False
    depends_on: tuple[str, ...] = ()
    short: str = Field(min_length=20)
    ask: tuple[str, ...]

    @validator("depends_on")
    def _is_known(cls, depends_on: tuple[str, ...]) -> tuple[str, ...]:
        for name in depends_on:
            if not values_of_fact(name):
                raise ValueError(f"there is no fact {name}")
        return depends_on


def read_article(path: Path) -> Article:
    """Return the article in that file. Raises BadContent, naming file and field."""
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadContent(f"{name}: cannot be read: {error}") from error
    opening, fence, rest = text.partition("---\n")
    fields, second_fence, body = rest.partition("\n---\n")
    if opening.strip() or not fence or not second_fence:
        raise BadContent(f"{name}: has no fields between two lines of ---")
    if not body.strip():
        raise BadContent(f"{name}: body: says nothing")
    above = opening.count("\n") + 1
    try:
        loaded = parsed(fields)
    except yaml.YAMLError as error:
        raise BadContent(f"{name}: cannot be read: {plainly(error, above)}") from error
    front = checked(path, FrontMatter, loaded, fields, above)
    return Article(
        slug=front.slug,
        title=front.title,
        tier=front.tier,
        authority=front.authority,
        owner=front.owner,
        lgsl=front.lgsl,
        audience=front.audience,
        life_events=front.life_events,
        sources=tuple((s.title, s.url) for s in front.sources),
        reviewed_on=front.reviewed_on,
        valid_until=front.valid_until,
        related=front.related,
        service=front.service,
        short=" ".join(front.short.split()),
        ask=front.ask,
        body=body.strip(),
        subject=front.subject,
        urgent=front.urgent,
        depends_on=front.depends_on,
    )


def read_articles(folder: Path = FOLDER) -> tuple[Article, ...]:
    """Return every article of the folder, by slug. Raises BadContent at the first bad one."""
    return tuple(read_article(path) for path in sorted(folder.glob("*.md")))
