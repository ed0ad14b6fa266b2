"""The words of what is written: to be embedded, and never to be "corrected" when typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from knowledge.authorities import Authority
from knowledge.base import Article
from knowledge.services import Service


def plain(text: str) -> str:
    """Return the words of a text: no {{ values }}, no Markdown, no addresses of pages."""
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", text, flags=re.S)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"https?://\S+", " ", text)
    return " ".join(re.sub(r"[*_#>`]", " ", text).split())


def words_of(
    articles: Iterable[Article], services: Iterable[Service], authorities: Iterable[Authority]
) -> frozenset[str]:
    """Return every word that these spell right, in lower case, of two letters or more.

    What people ask is left out: some of it is misspelled on purpose.
    """
    texts = [f"{a.title} {a.short} {a.body}" for a in articles]
    for service in services:
        texts += service.texts()
        texts += [word for f in service.fields for o in f.choices for word in o.synonyms]
    for authority in authorities:
        texts += [authority.name, authority.area, *_texts(authority.values)]
        texts += [f"{office.name} {office.address}" for office in authority.offices]
    return words_in(texts)


def words_in(texts: Iterable[str]) -> frozenset[str]:
    """Return their words in lower case, of two letters or more."""
    return frozenset(
        word for text in texts for word in re.findall(r"[a-z][a-z']*[a-z]", plain(text).lower())
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
