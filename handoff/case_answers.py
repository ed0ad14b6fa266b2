"""What a resident answered in a request, as the service's own form calls it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from handoff.addresses import dialled
from knowledge.hours import day_name
from knowledge.requests import Filed
from knowledge.services import Field, Service

NAMES = {"uprn": "Property number (UPRN)", "latitude": "Latitude", "longitude": "Longitude"}
"""What the book holds besides the answers to a service's own questions."""
_PLACES = ("address", "location", "postcode")


@dataclass(frozen=True)
class CaseAnswer:
    """One answer, as words. `files` are the ids of what was sent with it."""

    label: str
    words: str
    files: tuple[str, ...] = ()


def answers_of(filed: Filed, service: Service | None) -> tuple[CaseAnswer, ...]:
    """Return the answers in the order in which they are asked; what the service does not ask (any
    more) stands at the end, under the name that it has in the book."""
    fields = {field.name: field for field in service.fields} if service else {}
    asked = [name for name in fields if name in filed.fields]
    others = [name for name in filed.fields if name not in fields]
    return tuple(
        _answer(name, filed.fields[name], fields.get(name))
        for name in (*asked, *others)
        if filed.fields[name] not in (None, "", [], {})
    )


def where_of(filed: Filed, service: Service | None) -> str:
    """Return on one line where it is, as exactly as was said; "" when it was not."""
    kinds = {field.name: field.type for field in service.fields} if service else {}
    for wanted in _PLACES:
        for name, value in filed.fields.items():
            if kinds.get(name, name) == wanted and isinstance(value, str) and value.strip():
                return " ".join(value.split())
    return filed.spot


def _answer(name: str, value: Any, field: Field | None) -> CaseAnswer:
    label = field.label if field else NAMES.get(name) or name.replace("_", " ").capitalize()
    if field and field.type == "photo":
        files = tuple(filter(_is_id, re.split(r"[,\s]+", str(value))))
        return CaseAnswer(label, "" if files else str(value), files)
    return CaseAnswer(label, _words(value, field))


def _words(value: Any, field: Field | None) -> str:
    """Return a value of JSON as people write it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_words(one, None)}" for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_words(one, field) for one in value)
    text = str(value)
    if field is None:
        return text
    if field.type == "choice":
        labels = {option.value: option.label for option in field.choices}
        return ", ".join(labels.get(one, one) for one in text.split(","))
    if field.type == "yes_no":
        return {"yes": "Yes", "no": "No"}.get(text.casefold(), text)
    if field.type == "date":
        return _day(text)
    if field.type == "phone":
        return dialled(text) if text.startswith("+") else text
    if field.type == "money" and re.fullmatch(r"\d+(\.\d\d)?", text):
        return f"£{text}"
    return text


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day_name(day)} {day.year}"


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
