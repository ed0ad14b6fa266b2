"""What a browser sent in a form, read with care: bounded, decoded, free of control characters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

LARGEST = 64 * 1024
MOST_FIELDS = 50
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Unreadable(Exception):
    """The form cannot be read. `too_large` tells which of the two reasons it is."""

    def __init__(self, *, too_large: bool = False) -> None:
        super().__init__("too large" if too_large else "not a form")
        self.too_large = too_large


@dataclass(frozen=True)
class Form:
    """The fields, each with its first value."""

    fields: Mapping[str, str] = field(default_factory=dict)

    def line(self, name: str) -> str:
        """Return the field on one line, "" when it is not there."""
        return " ".join(self.text(name).split())

    def text(self, name: str) -> str:
        """Return the field without space around it; line ends are \\n."""
        return clean(self.fields.get(name, "")).strip()

    def raw(self, name: str) -> str:
        """Return the field exactly as it came: for passwords."""
        return self.fields.get(name, "")


def read(body: bytes, content_type: str, most: int = MOST_FIELDS) -> Form:
    """Return the form of `most` fields at most, empty for an empty body. Raise Unreadable."""
    if len(body) > LARGEST:
        raise Unreadable(too_large=True)
    if not body:
        return Form()
    if content_type.split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Unreadable
    try:
        fields = parse_qs(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=most, errors="replace"
        )
    except (UnicodeDecodeError, ValueError):
        raise Unreadable from None
    return Form({name: values[0] for name, values in fields.items()})


def clean(text: str) -> str:
    """Return the text as it can be stored and shown: no control characters, line ends as \\n."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
