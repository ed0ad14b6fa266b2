"""Requests in the book of a desk, for tests of the pages on which they are worked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy.engine import Connection

from knowledge import requests
from knowledge.requests import Event, Filed, Request
from knowledge.services import Service

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
"""The day before, when the first request of a test is made."""


def _field(name: str, kind: str, label: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "label": label, "prompt": "?", "retry": "?", **more}


def _service(slug: str, title: str, *fields: dict[str, Any]) -> Service:
    return Service.parse_obj(
        {
            "slug": slug,
            "title": title,
            "tier": "district",
            "owner": "waste",
            "reviewed_on": MONDAY,
            "fields": fields,
            "confirm": "?",
            "done": "!",
            "ask": (title,),
            "retention_days": 365,
        }
    )


BINS = [
    {"value": "food", "label": "Food waste"},
    {"value": "refuse", "label": "Rubbish"},
]
SERVICES = (
    _service(
        "missed-bin",
        "Report a missed bin",
        _field("postcode", "postcode", "Postcode"),
        _field("address", "address", "Address"),
        _field("bin", "choice", "Bin", choices=BINS),
        _field("missed_on", "date", "Day we missed it"),
    ),
    _service(
        "fly-tipping",
        "Report dumped rubbish",
        _field("place", "location", "Where it is"),
        _field("what", "text", "What it is"),
        _field("photo", "photo", "Photo"),
        _field("phone", "phone", "Telephone number"),
        _field("blocks", "yes_no", "Blocks the road"),
        _field("cost", "money", "Cost"),
    ),
)


class FakeCatalogue:
    """Two services. Implements handoff.case_lists.Catalogue."""

    def services(self) -> Sequence[Service]:
        return SERVICES

    def service(self, slug: str) -> Service:
        return {service.slug: service for service in SERVICES}[slug]


def said_to(news: list[tuple[str, str, str]]) -> Callable[[Connection, Filed, Event], None]:
    """Return what tells residents by writing it into that list."""

    def told(connection: Connection, filed: Filed, event: Event) -> None:
        # What is read here is what the same transaction has written.
        kept = requests.find(connection, filed.reference)
        assert kept == filed
        news.append((filed.reference, event.status, event.words))

    return told


def lodge(
    connection: Connection,
    key: str = "first",
    *,
    service: str = "missed-bin",
    authority: str = "ashcombe",
    fields: dict[str, Any] | None = None,
    hours: float = 0,
    conversation: str = "",
    channel: str = "sms",
    user: str = "+447700900123",
    **more: Any,
) -> str:
    """Write a request that came `hours` after NOON; return its reference."""
    given = {"postcode": "XA1 8AA", "address": "22 Heath Road, XA1 8AA", "bin": "food"}
    given |= {"missed_on": "2026-11-20"}
    request = Request(key, service, authority, given if fields is None else fields, **more)
    return requests.lodge(
        connection,
        request,
        conversation,
        NOON + timedelta(hours=hours),
        channel=channel,
        user=user,
    )
