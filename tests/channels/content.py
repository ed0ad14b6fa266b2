"""Everything that this project may say to a resident, as replies, and the words of a reply."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import yaml

from assistant.preview import Preview
from assistant.words import DOMAIN
from channels.messages import Choice, Reply
from knowledge.authorities import Authority
from knowledge.library import open_library
from knowledge.rendering import render, values_of
from knowledge.services import Field, Service
from tests.channels.case import WORDING

TODAY = date(2026, 11, 22)
BLANK = re.compile(r"\{(\w+)\}")
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
MOST_ADDRESSES = 12
ADDRESS = re.compile(r"https?://[^\s)\]]+[^\s)\].,;:!?]")


@lru_cache(maxsize=1)
def every_reply() -> Mapping[str, Reply]:
    """Return all replies, by a name that says where each comes from."""
    said = [*_articles(), *_responses(), *_services()]
    # Councils say much in the same words.
    return {name: reply for reply, name in {reply: name for name, reply in said}.items()}


def _articles() -> Iterator[tuple[str, Reply]]:
    """Each article at each council's door, alone and with the choices that may follow it."""
    preview = Preview(open_library(), WORDING, TODAY)
    more = dict(_responses())
    can_request, greeting = more["utter_can_request"], more["utter_greet"]
    doors = preview.serving()
    for door in doors:
        for name, reply in preview.replies(preview.library.articles(), door):
            yield f"{name} at {door.slug}", reply
            for other in (can_request, greeting) if door == doors[0] else ():
                text = f"{reply.text}\n\n{other.text}"
                joined = replace(reply, text=text, short="", choices=other.choices)
                yield f"{name} at {door.slug}, then {other.choices[0].label}", joined


def _responses() -> Iterator[tuple[str, Reply]]:
    """Each response of the domain, with a council's long name in each of its blanks."""
    for file in sorted(DOMAIN.glob("*.yml")):
        responses = yaml.safe_load(file.read_text(encoding="utf-8")).get("responses", {})
        for name, variants in responses.items():
            for number, variant in enumerate(variants):
                yield f"{name} {number}" if number else name, _response(variant)


def _response(written: Mapping[str, Any]) -> Reply:
    return Reply(
        BLANK.sub("Kelmarsh Vale District Council", " ".join(written["text"].split())),
        choices=tuple(
            Choice(_filled(button["title"]), _filled(button["payload"]))
            for button in written.get("buttons", ())
        ),
    )


def _filled(text: str) -> str:
    # As Rasa fills a button's payload: two braces stand for one.
    return BLANK.sub("missed-bin", text.replace("{{", "\0").replace("}}", "\1")).translate(
        {0: "{", 1: "}"}
    )


def _services() -> Iterator[tuple[str, Reply]]:
    library = open_library()
    for council in library.authorities.all():
        for service in library.services():
            if service.tier in ("all", council.tier) or council.tier == "unitary":
                yield from _service(service, council)


def _service(service: Service, council: Authority) -> Iterator[tuple[str, Reply]]:
    day = max(TODAY, council.valid_from)
    blanks = {field.name: "something" for field in service.fields}
    values = {**values_of(council, day), "reference": "XA7-K3M-9QP", **blanks}
    for name in ("intro", "confirm", "done"):
        text = render(getattr(service, name), values)
        if text:
            yield f"{service.slug} {name} at {council.slug}", Reply(text)
    for field in service.fields:
        choices = tuple(_choices(field))
        for name in ("prompt", "help", "retry", "none_found", "future", "too_old"):
            text = render(getattr(field, name), values)
            if text:
                where = f"{service.slug} {field.name} {name} at {council.slug}"
                yield where, Reply(text, choices=choices)


def _choices(field: Field) -> Iterator[Choice]:
    for option in field.choices:
        yield _inform(option.label, field.name, option.value)
    if field.type == "address":
        gazetteer = open_library().gazetteer
        homes = [home for code in gazetteer.postcodes() for home in gazetteer.addresses(code)]
        # As many as are ever offered, and the longest that there are.
        for home in sorted(homes, key=lambda home: -len(home.address))[:MOST_ADDRESSES]:
            yield _inform(home.address.rsplit(",", 2)[0], field.name, home.uprn)


def _inform(label: str, name: str, value: str) -> Choice:
    return Choice(label, f"/inform{json.dumps({'field': name, 'value': value})}")


def bare(markdown: str) -> str:
    """Return the words and addresses of Markdown, without its signs."""
    text = LINK.sub(r"\1 \2 ", markdown).replace("**", "")
    return re.sub(r"^\s*(?:[-*]|\d+\.)\s", "", text, flags=re.MULTILINE)
