"""Our own OpenAPI description of GeoReport v2 as it is served here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.open311.described import schemas
from assistant.open311.draft import LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_URL
from assistant.open311.format import MEDIA_TYPES, SPECIFICATION, Form
from assistant.open311.location import LONGEST_PLACE
from assistant.open311.posting import LONGEST_ID
from assistant.open311.wanted import LAST_PAGE, MOST

Json = Mapping[str, Any]

_WHY = {
    "400": "Something that was sent is missing or wrong. Each mistake is said.",
    "403": "The api_key is missing, not known, or may not do this.",
    "404": "There is no such council, service, request or address.",
    "405": "The address does not know this method.",
    "413": "More was sent than is read.",
    "415": "It was not sent as a form.",
    "429": "That was too often: Retry-After says for how long.",
}
_ALWAYS = ("400", "403", "404", "405", "429")
_TEXT = {"type": "string"}


def description(url: str, councils: Sequence[str]) -> bytes:
    """Return the description as JSON. `url` is that of the API; `councils` are the slugs that
    jurisdiction_id may be."""
    forms: Sequence[Form] = ("json", "xml")
    paths = {path: its for form in forms for path, its in _paths(form, councils).items()}
    return json.dumps(
        {
            "openapi": "3.0.3",
            "info": {
                "title": "Open311 GeoReport v2",
                "version": "2",
                "description": f"Requests to councils, as {SPECIFICATION} describes them.",
            },
            "servers": [{"url": url}],
            "paths": paths,
            "components": {"schemas": schemas()},
        },
        indent=1,
    ).encode()


def _paths(form: Form, councils: Sequence[str]) -> dict[str, Json]:
    council = _query(
        "jurisdiction_id",
        "The council. It may be left out where there is only one.",
        {"type": "string", "enum": list(councils)},
        required=len(councils) > 1,
    )
    key = _query("api_key", "Of a system that may do or read more.", _text(LONGEST_ID))
    asked = [council, key]
    service, request, token = (
        _in_path(name) for name in ("service_code", "service_request_id", "token")
    )
    found = {
        "discovery": {"get": _get(form, "Where the API is", "Discovery", [key])},
        "services": {"get": _get(form, "What the council takes today", "Services", asked)},
        "services/{service_code}": {
            "get": _get(form, "What a service asks for", "ServiceDefinition", [service, *asked])
        },
        "requests": {
            "get": _get(form, "What became of requests", "ServiceRequests", [*asked, *_wanted()]),
            "post": _post(form, councils),
        },
        "requests/{service_request_id}": {
            "get": _get(form, "What became of a request", "ServiceRequests", [request, *asked])
        },
        "tokens/{token}": {
            "get": _get(form, "The id that a token stands for", "RequestReplies", [token, *asked])
        },
    }
    return {f"/{path}.{form}": its for path, its in found.items()}


def _wanted() -> list[Json]:
    time = {"type": "string", "format": "date-time"}
    return [
        _list("service_request_id", "These requests, whatever else is sent.", _TEXT),
        _list("service_code", "Of these services only.", _TEXT),
        _query("start_date", "Made then or later, at most 90 days before end_date.", time),
        _query("end_date", "Made then or earlier.", time),
        _list("status", "Of this status only.", {"type": "string", "enum": ["open", "closed"]}),
        _query("page", "Which page, from 1. An extension.", _number(LAST_PAGE)),
        _query("page_size", "Requests of a page. An extension.", _number(MOST)),
    ]


def _post(form: Form, councils: Sequence[str]) -> Json:
    sent = {
        "api_key": _text(LONGEST_ID),
        "jurisdiction_id": {"type": "string", "enum": list(councils)},
        "service_code": _text(LONGEST_ID),
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "long": {"type": "number", "minimum": -180, "maximum": 180},
        "address_string": _text(LONGEST_PLACE),
        "address_id": {**_text(20), "description": "A UPRN."},
        "attribute": {"type": "object", "additionalProperties": _TEXT},
        "email": {**_text(LONGEST_ID), "format": "email"},
        "device_id": {**_TEXT, "description": "It is not kept."},
        "account_id": _text(LONGEST_ID),
        "first_name": _text(LONGEST_NAME),
        "last_name": _text(LONGEST_NAME),
        "phone": _text(LONGEST_ID),
        "description": _text(LONGEST_DESCRIPTION),
        "media_url": {**_text(LONGEST_URL), "format": "uri"},
    }
    must = ["api_key", "service_code", *(["jurisdiction_id"] if len(councils) > 1 else [])]
    schema = {"type": "object", "required": must, "properties": sent}
    again = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key is the same request, however often it is sent.",
        "schema": _text(LONGEST_ID),
    }
    return {
        "summary": "Make a request",
        "parameters": [again],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": schema,
                    "encoding": {"attribute": {"style": "deepObject", "explode": True}},
                }
            },
        },
        "responses": {
            "200": _body(form, "The request, with its id.", "RequestReplies"),
            **_refusals(form, *_ALWAYS, "413", "415"),
        },
    }


def _get(form: Form, summary: str, schema: str, parameters: Sequence[Json]) -> Json:
    return {
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": _body(form, f"{summary}.", schema), **_refusals(form, *_ALWAYS)},
    }


def _refusals(form: Form, *statuses: str) -> dict[str, Json]:
    return {status: _body(form, _WHY[status], "Errors") for status in statuses}


def _body(form: Form, what: str, schema: str) -> Json:
    media = MEDIA_TYPES[form].partition(";")[0]
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": what, "content": {media: {"schema": reference}}}


def _query(name: str, what: str, schema: Json, *, required: bool = False) -> Json:
    made = {"name": name, "in": "query", "description": what, "required": required}
    # The standard takes an optional argument that is empty for one that was not sent.
    return {**made, "schema": schema, **({} if required else {"allowEmptyValue": True})}


def _list(name: str, what: str, items: Json) -> Json:
    return {
        **_query(name, f"{what} Several have commas between them.", {}),
        "schema": {"type": "array", "items": items},
        "style": "form",
        "explode": False,
    }


def _in_path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": longest}


def _number(most: int) -> Json:
    return {"type": "integer", "minimum": 1, "maximum": most}
