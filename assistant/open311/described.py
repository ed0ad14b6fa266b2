"""The standard's documents as JSON Schema, for our OpenAPI description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, get_args, get_type_hints

from assistant.open311.format import (
    ITEMS,
    LEFT_OUT,
    ROOTS,
    Attribute,
    Discovery,
    Endpoint,
    Fault,
    RequestReply,
    Service,
    ServiceDefinition,
    ServiceRequest,
    Value,
)

Json = dict[str, Any]
_KINDS = (
    Attribute,
    Discovery,
    Endpoint,
    Fault,
    RequestReply,
    Service,
    ServiceDefinition,
    ServiceRequest,
    Value,
)
_LISTS = {
    "Services": Service,
    "ServiceRequests": ServiceRequest,
    "RequestReplies": RequestReply,
    "Errors": Fault,
}
_ONE_OF = {
    (Service, "type"): ["realtime", "batch", "blackbox"],
    (ServiceRequest, "status"): ["open", "closed"],
    (Attribute, "datatype"): [
        "string",
        "number",
        "datetime",
        "text",
        "singlevaluelist",
        "multivaluelist",
    ],
    (Endpoint, "type"): ["production", "test"],
}


def schemas() -> Mapping[str, Json]:
    """Return every document, and what it is made of, by its name in #/components/schemas."""
    return {
        **{kind.__name__: _schema(kind) for kind in _KINDS},
        **{name: _list(kind) for name, kind in _LISTS.items()},
    }


def _schema(kind: type) -> Json:
    types = get_type_hints(kind)
    found: Json = {}
    for field in fields(kind):
        schema = _of(types[field.name], field.name)
        if (kind, field.name) in _ONE_OF:
            schema["enum"] = _ONE_OF[kind, field.name]
        elif field.default is not MISSING and schema["type"] in ("string", "number"):
            schema["nullable"] = True
        found[field.name] = schema
    must = [name for name in found if (kind, name) not in LEFT_OUT]
    made: Json = {
        "type": "object",
        "properties": found,
        **({"required": must} if must else {}),
        "additionalProperties": False,
    }
    root = ROOTS.get(kind, "")
    return made if root in ITEMS else {**made, **({"xml": {"name": root}} if root else {})}


def _of(kind: Any, name: str) -> Json:
    if kind is bool:
        return {"type": "boolean"}
    if kind is int or kind == int | str:
        return {"type": "integer"}
    if kind == float | None:
        return {"type": "number"}
    if kind == datetime | None:
        return {"type": "string", "format": "date-time"}
    if kind is str:
        return {"type": "string"}
    inner = get_args(kind)[0]
    items = {"type": "string"} if inner is str else _ref(inner.__name__)
    named = {"allOf": [items], "xml": {"name": ITEMS[name]}}
    return {"type": "array", "items": named, "xml": {"wrapped": True}}


def _list(kind: type) -> Json:
    root = ROOTS[kind]
    named = {"allOf": [_ref(kind.__name__)], "xml": {"name": ITEMS[root]}}
    return {"type": "array", "items": named, "xml": {"name": root, "wrapped": True}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
