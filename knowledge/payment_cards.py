"""Finds the numbers of payment cards in a text, however they are grouped.

A card's number has 13 to 19 digits and begins as an issuer's numbers do. Its last digit is a check,
by Luhn's formula (ISO/IEC 7812-1, annex B). Telephone numbers, dates and points on a map that stand
side by side may look the same, and are told apart by their form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

SHORTEST, LONGEST = 13, 19

_ISSUERS = re.compile(
    r"[456]\d{12,18}"  # Visa, Mastercard, Maestro, Discover, UnionPay
    r"|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|220[0-4]\d{12,15}"  # Mir
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-59]|[689]\d)\d{11,16}"  # Diners Club
    # JCB. Fifteen digits that begin with 35 are the number of a telephone (IMEI).
    r"|35(?:2[89]|[3-8]\d)\d{12,15}"
)
# White space, dashes and dots have become one kind each: see knowledge/sensitive.py.
_BETWEEN = r"[\s.-]{0,4}"
_RUN = re.compile(rf"\+?\d(?:{_BETWEEN}\d){{{SHORTEST - 1},}}")
_GROUP = re.compile(r"\d+")
# With other signs between, only the groups that are printed on cards.
_PRINTED = re.compile(
    r"(?<!\d)(?:\d{4}(?:[^\w£$€]|_){1,3}){3}\d{4}(?!\d)"
    r"|(?<!\d)\d{4}(?:[^\w£$€]|_){1,3}\d{6}(?:[^\w£$€]|_){1,3}\d{4,5}(?!\d)"
)

_SPACE = r"[ .-]?"
_TELEPHONE = (
    rf"(?:0\d(?:{_SPACE}\d){{8,9}}"
    rf"|00{_SPACE}[1-9](?:{_SPACE}\d){{7,14}}"
    rf"|\+[1-9](?:{_SPACE}\d){{7,14}})"
)
_DATE = (
    r"(?:(?:\d{1,2}\.\d{1,2}\.(?:19|20)\d\d|\d{1,2}-\d{1,2}-(?:19|20)\d\d"
    r"|\d{1,2} \d{1,2} (?:19|20)\d\d|(?:19|20)\d\d-\d{1,2}-\d{1,2})(?: \d{1,2}\.\d\d)?)"
)
_POINT = r"(?:[456]\d\.\d{4,} -?\d\.\d{4,})"
_OTHERWISE = re.compile(
    rf"(?:{_TELEPHONE}|{_DATE}|{_POINT})(?:\s{{0,2}}[\s-]\s{{0,2}}(?:{_TELEPHONE}|{_DATE}))*"
)
# Each digit doubled, and the digits of that added up.
_DOUBLED = str.maketrans("0123456789", "0246813579")
MOST_EXPLAINED = 80
"""Characters of a run up to which it may be telephone numbers and dates side by side."""

_CODE = r"(?:(?:cvv2?|cvc2?|cv2|csc|security(?: code)?)[ :]{0,2})?\d{3,4}(?!\d)"
_EXPIRY = (
    r"(?:(?:exp(?:iry|ires|iration)?(?: date)?|valid (?:to|until|thru)|end date)[ :.]{0,3})?"
    r"(?:0?[1-9]|1[0-2]) ?[/.-] ?(?:20)?\d\d(?![/.-]?\d)"
)
# The date until which it is valid and the code from its back, which follow it.
_AFTER = re.compile(
    rf"[\s,;.:/-]{{0,3}}{_EXPIRY}(?:[\s,;.:/-]{{1,3}}{_CODE})?"
    rf"|[ ,;:/-]{{1,3}}{_CODE}(?=[ .,;!?]*$)",
    re.IGNORECASE | re.MULTILINE,
)


def is_card(digits: str) -> bool:
    """Whether these digits, and nothing else, are the number of a payment card."""
    return _ISSUERS.fullmatch(digits) is not None and _passes_luhn(digits)


def cards(text: str) -> Iterator[Span]:
    """Give where card numbers stand, with the expiry date and security code that follow. What is
    given may overlap. The text is folded: its digits are 0 to 9."""
    for run in _RUN.finditer(text):
        if not _is_otherwise(run[0]):
            for start, end in _windows(text, run.start(), run.end()):
                yield start, _with_what_follows(text, end)
    for printed in _PRINTED.finditer(text):
        if is_card("".join(_GROUP.findall(printed[0]))):
            yield printed.start(), _with_what_follows(text, printed.end())


def _windows(text: str, start: int, end: int) -> Iterator[Span]:
    """Give every row of groups that is a card: which of them are one number is not known."""
    groups = [group.span() for group in _GROUP.finditer(text, start, end)]
    for first, (begins, ends) in enumerate(groups):
        digits = ""
        for from_, to in groups[first : first + LONGEST]:
            digits += text[from_:to]
            if len(digits) > LONGEST:
                break
            if len(digits) >= SHORTEST and is_card(digits):
                yield begins, to
        # More digits than the card has, without a space: what is on its back, mostly.
        whole = text[begins:ends]
        usual = 15 if whole.startswith("3") else 16
        if len(whole) > usual and is_card(whole[:usual]):
            yield begins, ends


def _is_otherwise(run: str) -> bool:
    return len(run) <= MOST_EXPLAINED and _OTHERWISE.fullmatch(run) is not None


def _with_what_follows(text: str, end: int) -> int:
    follows = _AFTER.match(text, end)
    return follows.end() if follows else end


def _passes_luhn(digits: str) -> bool:
    return sum(map(int, digits[-1::-2] + digits[-2::-2].translate(_DOUBLED))) % 10 == 0
