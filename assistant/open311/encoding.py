"""Writes what GeoReport v2 speaks of as JSON and XML.

JSON follows from XML by the standard's "Spark" convention: a list loses the name of its items, and
what is empty is null. Here both are made from one tree, so they cannot say different things.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, TypeVar
from xml.etree import ElementTree

from assistant.open311.format import (
    ITEMS,
    LEFT_OUT,
    ROOTS,
    Form,
    clean,
    write_time,
)

T = TypeVar("T")


def encode_all(kind: type[T], those: Sequence[T], form: Form) -> bytes:
    """Write a document that lists them."""
    return _written(ROOTS[kind], [_plain(one) for one in those], form)


def encode_one(one: object, form: Form) -> bytes:
    """Write a document that is one service definition or one discovery."""
    return _written(ROOTS[type(one)], _plain(one), form)


def _plain(value: Any) -> Any:
    """Return the tree of numbers, texts, lists and dicts that both formats are written from."""
    if is_dataclass(value):
        pairs = ((field.name, _plain(getattr(value, field.name))) for field in fields(value))
        kind = type(value)
        return {n: v for n, v in pairs if v not in (None, []) or (kind, n) not in LEFT_OUT}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return write_time(value)
    if isinstance(value, str):
        return clean(value).strip() or None
    return value


def _written(root: str, tree: Any, form: Form) -> bytes:
    if form == "json":
        return json.dumps(tree, ensure_ascii=False, allow_nan=False).encode()
    body: bytes = ElementTree.tostring(_element(root, tree), "utf-8", xml_declaration=True)
    return body


def _element(name: str, tree: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(tree, dict):
        element.extend(_element(one, value) for one, value in tree.items())
    elif isinstance(tree, list):
        element.extend(_element(ITEMS[name], one) for one in tree)
    elif tree is not None:
        element.text = str(tree).lower() if isinstance(tree, bool) else str(tree)
    return element
