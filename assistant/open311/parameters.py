"""What a caller sends in the query or as a form: UTF-8, bounded, and each thing said once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from assistant.open311.format import clean
from assistant.open311.refusals import BAD_REQUEST, Refused

MOST = 300
"""Names and values of one call."""
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\])?")


@dataclass(frozen=True)
class Parameters:
    """`values` by name and `attributes` by code, each as often as it was sent, in order. What is
    empty is as if it had not been sent, as the standard asks."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def one(self, name: str, longest: int = 200) -> str:
        """Return the value, empty when there is none. Raise Refused."""
        values = self.values.get(name, ())
        if len(set(values)) > 1:
            raise Refused(BAD_REQUEST, f"{name} is given more than once.")
        if values and len(values[0]) > longest:
            raise Refused(BAD_REQUEST, f"{name} is longer than {longest:,} characters.")
        return values[0] if values else ""

    def listed(self, name: str) -> tuple[str, ...]:
        """Return every value: of several with commas between them, each."""
        parts = (part.strip() for value in self.values.get(name, ()) for part in value.split(","))
        return tuple(dict.fromkeys(part for part in parts if part))


def read_parameters(written: str) -> Parameters:
    """Read application/x-www-form-urlencoded. Raise Refused."""
    try:
        pairs = parse_qsl(written, errors="strict", max_num_fields=MOST)
    except UnicodeDecodeError:
        raise Refused(BAD_REQUEST, "What was sent is not UTF-8.") from None
    except ValueError:
        raise Refused(BAD_REQUEST, f"More than {MOST} values were sent.") from None
    values: dict[str, list[str]] = {}
    attributes: dict[str, list[str]] = {}
    for name, value in pairs:
        text = clean(value).strip()
        if not text:
            continue
        attribute = _ATTRIBUTE.fullmatch(name)
        if attribute:
            attributes.setdefault(attribute[1], []).append(text)
        else:
            values.setdefault(name, []).append(text)
    return Parameters(values, attributes)
