"""An article becomes an answer: whose it is, with that council's values, on that day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from knowledge.authorities import Authority
from knowledge.base import Article
from knowledge.facts import nothing_known
from knowledge.rendering import render, values_of

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Answer:
    """What a resident reads. `text` is short Markdown: paragraphs, lists, bold and links.

    `short` is plain text that fits two text messages. `responsible` is the name of the council that
    provides the service. `service` is the slug of the request that can be made from here, if any.
    `notice` is what that council wants everybody to know on that day, often nothing;
    `short_notice` is the same for a text message.
    """

    text: str
    short: str
    title: str
    url: str
    responsible: str
    reviewed_on: date
    article: str
    service: str | None
    notice: str = ""
    short_notice: str = ""


def answer(
    article: Article,
    door: Authority,
    responsible: Authority,
    today: date,
    facts: Mapping[str, str] = NOTHING,
) -> Answer:
    """Return the article as the responsible council would say it to somebody at the door.

    When they are not the same council, the first sentence says whose service it is. `facts` are
    what is known of the person; what depends on one that is not known is said of all its values.
    Raises MissingValue when the council has no such value for that day.
    """
    told = {**nothing_known(), **facts}
    values = {**values_of(responsible, today), **told, "door": values_of(door, today)}
    text = re.sub(r"\n{3,}", "\n\n", render(article.body, values)).strip()
    short = render(article.short, values)
    if responsible.slug != door.slug:
        whose = f"{responsible.name} looks after {article.subject or 'this'}."
        text, short = f"{whose}\n\n{text}", f"{whose} {short}"
    return Answer(
        text=text,
        short=short,
        title=article.title,
        url=f"{responsible.website}/{article.slug}",
        responsible=responsible.name,
        reviewed_on=article.reviewed_on,
        article=article.slug,
        service=article.service,
        notice=responsible.notice(today),
        short_notice=responsible.short_notice(today),
    )
