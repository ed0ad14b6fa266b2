"""Reads what others write as GeoReport v2, in JSON and XML.

It is read more freely than it is written: servers write numbers as texts, leave a list's names in
JSON, or put XML into a namespace.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Hashable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from assistant.open311.format import ITEMS, ROOTS, Form, Misread, clean, read_time

T = TypeVar("T")
_DEEPEST = 8


def decode_all(kind: type[T], body: bytes, form: Form) -> tuple[T, ...]:
    """Read a document that lists them. Raise Misread.

    Some servers wrap the list in its XML names in JSON too, or leave it away around a single one:
    both are read.
    """
    tree = _read(ROOTS[kind], body, form)
    while isinstance(tree, Mapping) and (inner := _unwrapped(kind, tree)) is not None:
        tree = inner
    if isinstance(tree, Mapping):
        tree = [tree]
    if tree is not None and not isinstance(tree, list):
        raise Misread(f"{ROOTS[kind]} is no list")
    return tuple(_built(kind, one) for one in tree or ())


def decode_one(kind: type[T], body: bytes, form: Form) -> T:
    """Read a document that is one service definition or one discovery. Raise Misread."""
    tree = _read(ROOTS[kind], body, form)
    if isinstance(tree, Mapping) and set(tree) == {ROOTS[kind]}:
        tree = tree[ROOTS[kind]]
    if isinstance(tree, list) and len(tree) == 1:
        tree = tree[0]
    made: T = _built(kind, tree)
    return made


def _read(root: str, body: bytes, form: Form) -> Any:
    if form == "json":
        try:
            return json.loads(body.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise Misread("it is not JSON") from error
    try:
        element = fromstring(body)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Misread("it is not XML") from error
    if _name(element) != root:
        raise Misread(f"it is no document of {root}")
    return _tree(element)


def _tree(element: ElementTree.Element, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        raise Misread("it is nested too deep")
    if _name(element) in ITEMS:
        return [_tree(child, depth + 1) for child in element]
    found: dict[str, Any] = {}
    for child in element:
        found.setdefault(_name(child), _tree(child, depth + 1))
    return found or element.text


def _name(element: ElementTree.Element) -> str:
    """The name without a namespace: the standard has none, and knows that some write one."""
    return str(element.tag).rpartition("}")[2]


def _unwrapped(kind: type, tree: Mapping[str, Any]) -> Any:
    root = ROOTS[kind]
    for name in (root, ITEMS[root]):
        if isinstance(tree.get(name), (list, Mapping)):
            return tree[name]
    return None


@cache
def _types(kind: Hashable) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _built(kind: Any, tree: Any) -> Any:
    if not isinstance(tree, Mapping):
        raise Misread(f"a {kind.__name__} is missing")
    types = _types(kind)
    values: dict[str, Any] = {}
    for field in fields(kind):
        written = tree.get(field.name)
        if written in (None, ""):
            if _is_required(field):
                raise Misread(f"{field.name} is missing")
        else:
            values[field.name] = _value(types[field.name], field.name, written)
    made = kind(**values)
    for field in fields(kind):
        if _is_required(field) and getattr(made, field.name) == "":
            raise Misread(f"{field.name} is missing")
    return made


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING


def _value(kind: Any, name: str, written: Any) -> Any:
    if kind is bool:
        return _truth(name, written)
    if kind == datetime | None:
        return _time_or_none(name, written)
    if kind in (int, float | None):
        return _number(int if kind is int else float, name, written)
    if kind in (str, int | str):
        text = _text(name, written)
        return int(text) if kind is not str and re.fullmatch("[0-9]{1,9}", text) else text
    [inner, _] = get_args(kind)  # what is left are tuples
    if isinstance(written, str) and not written.strip():
        return ()
    if not isinstance(written, list):
        raise Misread(f"{name} is no list")
    return tuple(_text(name, one) if inner is str else _built(inner, one) for one in written)


def _text(name: str, written: Any) -> str:
    if isinstance(written, bool):
        return str(written).lower()
    if isinstance(written, (str, int, float)):
        return clean(str(written)).strip()
    if written is None:
        return ""
    raise Misread(f"{name} is no text")


def _truth(name: str, written: Any) -> bool:
    text = _text(name, written).lower()
    if text not in ("true", "false", "1", "0", ""):
        raise Misread(f"{name} is neither true nor false")
    return text in ("true", "1")


def _number(kind: type, name: str, written: Any) -> Any:
    text = _text(name, written)
    if not text:
        return None if kind is float else 0
    try:
        number = kind(text)
    except ValueError as error:
        raise Misread(f"{name} is no number") from error
    if not math.isfinite(number):
        raise Misread(f"{name} is no number")
    return number


def _time_or_none(name: str, written: Any) -> datetime | None:
    """A time that cannot be read is left out: many servers forget the zone, and what they say of
    the request is worth more."""
    try:
        return read_time(_text(name, written))
    except ValueError:
        return None
