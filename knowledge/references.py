"""References that can be read out over a telephone: no letter is taken for another, and a slip is
noticed."""

from __future__ import annotations

import re
import secrets

# No vowels (no words), nothing that is mistaken for another when read out or written down; and 23
# of them, a prime, so that the check below catches what it promises.
ALPHABET = "2346789BCDFGHJKMPRTVWXY"
LENGTH = 7
_WRITTEN = re.compile(
    r"\bf[\s.]*d[\s.-]*((?:[a-z0-9][\s.-]*){7}[a-z0-9])\b"
    r"|\b([2346789bcdfghjkmprtvwxy]{4}[\s-]?[2346789bcdfghjkmprtvwxy]{4})\b",
    re.IGNORECASE,
)


def check_character(body: str) -> str:
    """Return the character that makes one mistyped or two swapped neighbours a wrong reference:
    the sum of the places in the alphabet, weighted 1, 2, 3 ..., modulo 23."""
    total = sum((place + 1) * ALPHABET.index(c) for place, c in enumerate(body))
    return ALPHABET[total % len(ALPHABET)]


def new_reference() -> str:
    """Return a random reference such as `FD-7KQM-2XHT`, the last character being the check."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return _shown(body + check_character(body))


def is_right(reference: str) -> bool:
    """Whether it is written as `new_reference` writes it, and its check character is right."""
    code = reference.removeprefix("FD-").replace("-", "")
    known = len(code) == LENGTH + 1 and set(code) <= set(ALPHABET)
    return known and _shown(code) == reference and check_character(code[:-1]) == code[-1]


def reference_in(text: str) -> str | None:
    """Return what the text holds that is meant as a reference, as `new_reference` writes it: it may
    be a wrong one. "fd 7kqm2xht" is; of letters without FD before them, only those with a figure
    among them and the right check. None when there is nothing like it."""
    for found in _WRITTEN.finditer(text):
        code = re.sub(r"[\s.-]", "", found[1] or found[2]).upper()
        if found[1] is not None:
            return _shown(code)
        if any(c.isdigit() for c in code) and is_right(_shown(code)):
            return _shown(code)
    return None


def _shown(code: str) -> str:
    return f"FD-{code[:4]}-{code[4:]}"
