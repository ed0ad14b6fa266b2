"""Find an address among other words, at a postcode that is known."""

from __future__ import annotations

import re
from itertools import pairwise

from knowledge.places import Gazetteer, Property

_TO_NUMBER = re.compile(r"^.*?\b((?:flat|apartment|apt|unit)?\s*\d)", re.IGNORECASE)


def find_addresses(
    gazetteer: Gazetteer, postcode: str, said: str, bare: bool
) -> tuple[Property, ...]:
    """Return the addresses at the postcode that the words name; one when it is clear.

    `bare` takes words without a number too ("Rose Cottage"): for an answer to "which address?".
    """
    for part in _parts(said, bare):
        matches = gazetteer.match(postcode, part)
        if matches:
            return matches
    return ()


def address_in(text: str) -> str:
    """Return the number and street in the words, empty when there is none: kept until the
    postcode is known."""
    found = re.search(
        r"\b(?:flat\s+\w+,?\s+)?\d{1,4}[a-z]?\s+[a-z'’]+(?:\s+[a-z'’]+){0,2}", text, re.IGNORECASE
    )
    return found.group() if found else ""


def _parts(rest: str, bare: bool) -> list[str]:
    """The pieces of the words that may be an address: with a number, unless bare words will do."""
    pieces = [p.strip() for p in re.split(r"[,;:!?\n]|\.\s|\s-\s|\band\b", rest)]
    from_number = [_TO_NUMBER.sub(r"\1", p) for p in pieces]
    candidates = [rest.strip(" ,."), *pieces, *from_number]
    # "Flat 2, 14 Mill Lane": a comma inside an address.
    candidates += [f"{a} {b}" for a, b in pairwise(from_number) if a and b]
    # "at 22 heath road was not emptied": shorter and shorter beginnings.
    for piece in from_number:
        words = piece.split()
        candidates += [" ".join(words[:size]) for size in range(min(len(words), 6), 1, -1)]
    usable = [c for c in dict.fromkeys(candidates) if c and len(c) < 120]
    return [c for c in usable if bare or re.search(r"\d", c)]
