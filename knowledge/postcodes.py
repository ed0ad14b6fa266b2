"""Read a postcode as people type it."""

from __future__ import annotations

import re

# The areas in use, and XA, which is none: the invented county of the demo lives there.
_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY "
    "E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE "
    "LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL "
    "SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV XA YO "
    "ZE"
)
AREAS = frozenset(_AREAS.split())
LETTER_FOR = str.maketrans({"0": "O", "1": "I"})
DIGIT_FOR = str.maketrans({"O": "0", "I": "1", "L": "1"})
LAST_LETTERS = "[ABD-HJLNP-UW-Z]{2}"  # never C I K M O V

_WRITTEN = re.compile(
    rf"(?<![A-Z0-9])([A-Z01]{{1,2}}?)([0-9OIL][0-9A-Z]?)[\s.\-]*([0-9OIL])({LAST_LETTERS})(?![A-Z0-9])"
)
_LEAD = re.compile(r"^.*\b(?:POST\s*CODE|POSTAL CODE|ZIP)\b(?:\s+(?:IS|IT'?S)\b)?[\s:=,]*")


def normal_postcode(text: str) -> str | None:
    """Return the first postcode in the text as `XA1 8AA`, or None.

    Any case, with or without the space, O for 0 and I or L for 1. Whether the postcode exists is
    another question: ask the gazetteer.
    """
    said = text.upper()
    found = _first(said)
    if found is not None:
        return found
    # Nothing but a postcode, spaced out: "x a 1 8 a a", "XA 1-8AA".
    return _first(re.sub(r"[^A-Z0-9]", "", _LEAD.sub("", said)))


def _first(said: str) -> str | None:
    for start in range(len(said)):
        match = _WRITTEN.match(said, start)
        if match is None:
            continue
        area = match[1].translate(LETTER_FOR)
        # A word such as "solids" is not a postcode in disguise: one digit at least is typed as one.
        if area in AREAS and re.search(r"[0-9]", match[2] + match[3]):
            district = match[2].translate(DIGIT_FOR)  # no district ends in I, L or O
            return f"{area}{district} {match[3].translate(DIGIT_FOR)}{match[4]}"
    return None
