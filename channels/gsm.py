"""How much room words take in text messages (3GPP TS 23.038), and how to spare it.

A text message carries 160 septets of the 7-bit alphabet or 70 UCS-2 code units; each part of a
longer one carries 153 or 67. One character outside the alphabet makes the whole message UCS-2.
"""

from __future__ import annotations

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # two septets each

_NEIGHBOURS = {
    "'": "‘’‚‛′`´ʼ",
    '"': "“”„‟″«»",
    "-": "‐‑‒–—―−•‣◦⁃",
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000",
    "\n": "\u2028\u2029\v\x85",
    "...": "…",
    "/": "⁄",
    "x": "×",
    "": "\u00ad\u200b\u2060\ufeff",
}
_LOWER = str.maketrans({odd: plain for plain, odds in _NEIGHBOURS.items() for odd in odds})


def septets(text: str) -> int | None:
    """Return how many septets the text takes, or None when it has a character that needs UCS-2."""
    total = 0
    for character in text:
        if character in BASIC:
            total += 1
        elif character in EXTENDED:
            total += 2
        else:
            return None
    return total


def units(text: str) -> int:
    """Return how much the text takes in its own alphabet: septets, or UCS-2 code units."""
    return sum(_sizes(text))


def parts(text: str) -> int:
    """Return how many text messages are paid for: 0 for no text. No character straddles two."""
    sizes = _sizes(text)
    single, each = (160, 153) if septets(text) is not None else (70, 67)
    if sum(sizes) <= single:
        return int(bool(sizes))
    full, filled = 1, 0
    for size in sizes:
        if filled + size > each:
            full, filled = full + 1, 0
        filled += size
    return full


def foreign(text: str) -> tuple[str, ...]:
    """Return the characters that make the text UCS-2, each once, in order."""
    return tuple(dict.fromkeys(c for c in text if c not in BASIC and c not in EXTENDED))


def lowered(text: str) -> str:
    """Return the text with typographic characters (curly quotes, dashes, odd spaces, bullets) as
    their neighbours in the 7-bit alphabet. Letters are kept, Welsh ones too, and nothing is
    guessed: what has no neighbour stays. Twice is as once."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").translate(_LOWER)


def _sizes(text: str) -> list[int]:
    if septets(text) is not None:
        return [2 if character in EXTENDED else 1 for character in text]
    return [2 if ord(character) > 0xFFFF else 1 for character in text]
