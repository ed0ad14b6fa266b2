"""Put a council's values into words that every council shares.

In knowledge/authorities/*.yml a value is a text or a number. One that changes with time is a list
of `{first: 2026-04-01, last: 2027-03-31, value: "£52"}`; `last` may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from knowledge.authorities import Authority
from knowledge.hours import week_sentence


class MissingValue(LookupError):
    """A text names a value that the council does not give for that day."""


def render(text: str, values: Mapping[str, Any]) -> str:
    """Return the text with its {{ values }}. Raises MissingValue; nothing is left blank."""
    try:
        return _template(text).render(values)
    except TemplateError as error:
        raise MissingValue(str(error)) from error


_MOST_KEPT = 64
_KEPT: dict[tuple[int, date], tuple[Authority, Mapping[str, Any]]] = {}
"""By the very object: to find an equal one, all that two councils say would be compared."""


def values_of(authority: Authority, day: date) -> Mapping[str, Any]:
    """Return what texts may say about that council on that day.

    Besides its own values: name, short_name, website, contact_phone, opening_hours, offices,
    out_of_hours and privacy_url.
    """
    kept = _KEPT.get((id(authority), day))
    if kept is None:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        # The council is kept as well: nothing else can get its id.
        kept = _KEPT[(id(authority), day)] = (authority, _values_of(authority, day))
    return kept[1]


def _values_of(authority: Authority, day: date) -> Mapping[str, Any]:
    on_day = _on_day(authority.values, day)
    values = {
        **(on_day if isinstance(on_day, dict) else {}),
        "name": authority.name,
        "short_name": authority.short_name,
        "website": authority.website,
        "contact_phone": authority.phone,
        "opening_hours": week_sentence(authority),
        "offices": authority.offices,
        "out_of_hours": authority.out_of_hours,
        "privacy_url": authority.privacy_url,
    }
    return MappingProxyType(values)


class _Absent:
    """A dated value with nothing for the day."""


def _on_day(value: Any, day: date) -> Any:
    if isinstance(value, str):  # Most are, and every answer asks about all of them.
        return value
    if isinstance(value, Mapping):
        resolved = {name: _on_day(inner, day) for name, inner in value.items()}
        return {name: inner for name, inner in resolved.items() if inner is not _Absent}
    if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
        now = [v for v in value if v["first"] <= day <= v.get("last", date.max)]
        return max(now, key=lambda v: v["first"])["value"] if now else _Absent
    return value


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


@lru_cache(maxsize=1024)
def _template(text: str) -> Template:
    return _environment().from_string(text)
