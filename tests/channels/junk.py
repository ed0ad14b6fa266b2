"""Calls that no platform means to make: captured updates with one thing wrong, and worse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

NASTY: tuple[bytes, ...] = (
    b"",
    b" ",
    b"null",
    b"[]",
    b"{}",
    b"0",
    b'"text"',
    b"true",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"9" * 5000,
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"[" * 900 + b"]" * 900,
    b'{"update_id": 1}',
    b'{"update_id": 1, "message": {}}',
    b'{"object": "page"}',
    b'{"object": "page", "entry": [{"messaging": [null, 1, {}]}]}',
    b'{"object": "whatsapp_business_account", "entry": {"changes": 1}}',
    b'{"id": "x", "message": "\\ud800", "source_number": "\\u0000"}',
    b"MessageSid=&From=%00&Body=%FF",
    b"MessageSid=SM1&From=%2B447700900123&NumMedia=99999999999&Body=x",
    b"MessageSid=SM1&From=%2B447700900123&NumMedia=-1&Body=%ED%A0%80",
    b"=&=&&;=%",
    b"a=1&" * 5000,
    b"\xff\xfe\x00\x00",
    b"\x00",
    "text".encode("utf-16"),
    b"<?xml version='1.0'?><a/>",
)

ODD = st.sampled_from(
    [
        "", " ", "\x00", "\ud800", "\U0001f600", "0", "-1", "٣", "+", "1e999", "x" * 150,
        "x" * 300, "\n",
        -1, 0, 2**31, 2**63, 10**30, 10**400, 1.5, -0.0, float("inf"), float("nan"),
        None, True, False,
    ]
)  # fmt: skip
LEAVES = ODD | st.text(max_size=12) | st.integers() | st.floats()
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=5,
)


def mutants(update: Any, junk: Any) -> Iterator[Any]:
    """Give out the update with each of its values, one at a time, replaced by the junk, wrapped in
    a list, or left out."""
    yield junk
    yield [update]
    if isinstance(update, dict):
        for name, value in update.items():
            yield {key: kept for key, kept in update.items() if key != name}
            for mutant in mutants(value, junk):
                yield {**update, name: mutant}
    elif isinstance(update, list):
        yield [*update, junk]
        for place, value in enumerate(update):
            for mutant in mutants(value, junk):
                yield [*update[:place], mutant, *update[place + 1 :]]
