"""Answers of one kind each, found in words: a telephone number, an e-mail address, a place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

# The formats of DVLA's INF104 ("Vehicle registration numbers and number plates"), newest first;
# those in pieces and without a
# year only where a registration was asked for.
_PLATES = (r"[a-z]{2}\d{2}\s?[a-z]{3}", r"[a-z]\d{1,3}[a-z]{3}", r"[a-z]{3}\d{1,3}[a-z]")
_OLD_PLATES = (
    r"[a-z]\d{1,3}\s[a-z]{3}",
    r"[a-z]{3}\s?\d{1,3}[a-z]?",
    r"[a-z]{1,3}\s?\d{1,4}",
    r"\d{1,4}\s?[a-z]{1,3}",
)
_PLATE = re.compile(rf"\b(?:{'|'.join(_PLATES)})\b", re.IGNORECASE)
_ANY_PLATE = re.compile(rf"\b(?:{'|'.join((*_PLATES, *_OLD_PLATES))})\b", re.IGNORECASE)
_MONEY = re.compile(
    r"£\s?(?P<pounds>\d[\d,]*(?:\.\d{1,2})?)|(?P<said>\d[\d,]*(?:\.\d{1,2})?)\s?(?:pounds?|quid|gbp)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\d.])\d[\d,]*(?:\.\d{1,2})?(?![\d.])")
_EMAIL = re.compile(r"[^\s@,;<>()\[\]]+@[^\s@,;<>()\[\]]+\.[^\s@,;<>()\[\]]+")
_STREET = (
    r"(?:road|rd|street|st|avenue|ave|lane|ln|close|drive|dr|court|crescent|cres|place|square|"
    r"gardens|terrace|way|grove|walk|hill|park|mews|row|rise|parade|green|end|bridge|roundabout|"
    r"junction|footpath|alley|path|car park|bus stop|school|church|pub|station|shops?|playground)"
)
_WHERE = re.compile(
    rf"\b(?:just\s+)?(?:outside|opposite|in front of|next (?:to|2)|near(?:by)?(?: to)?|behind|"
    rf"beside|by|at|on|along|between|corner of|junction of|end of|top of|bottom of|under|over|off|"
    rf"in)\s+(?:the\s+)?[^,;.!?\n]*?\b{_STREET}\b[^,;.!?\n]*",
    re.IGNORECASE,
)
_NUMBER_AND_STREET = re.compile(
    rf"\b\d{{1,4}}[a-z]?\s+(?:[a-z'’]+\s+){{1,3}}{_STREET}\b", re.IGNORECASE
)
_BY_NUMBER = re.compile(
    r"\b(?:just\s+)?(?:(?:outside|opposite|in front of|next (?:to|2))\s+(?:the\s+)?"
    r"(?:(?:house|numbers?|no\.?|num)\s+){0,2}|"
    r"(?:behind|beside|near(?: to)?|by|at)\s+(?:the\s+)?(?:house\s+)?(?:numbers?|no\.?|num)\s+)"
    r"\d{1,4}[a-z]?\b[^,;.!?\n]*",
    re.IGNORECASE,
)
# "Over the path", "in our road": of these there are many.
_ANYWHERE = re.compile(
    r"(?:over|under|on|in|off|at|along|by|near)\s+(?:(?:the|a|our|my|this)\s+)?(?:road|street|path|"
    r"pavement|footpath|lane|way|park|hill|close|drive|place|alley)",
    re.IGNORECASE,
)
# Where the place ends and something else begins.
_AFTER_PLACE = re.compile(
    r"\s+(?:and|but|it|its|it's|there|theres|there's|has|have|is|was|are|which|that|for|since|"
    r"needs?|please|pls|yesterday|today|last|this)\b.*$",
    re.IGNORECASE,
)
FEWEST_DIGITS = 7
"""Without the country's code and a leading nought: fewer are a number of something else."""
# What map services put into the links that people share, and how a pin is written here.
_PIN = re.compile(
    r"(?:[@=/]|%2C|\b)(?P<north>-?\d{1,2}\.\d{3,})(?:,\s*|%2C|&mlon=|/)(?P<east>-?\d{1,3}\.\d{3,})",
    re.IGNORECASE,
)
LONGEST_PLACE = 200
FEWEST_LETTERS = 3


@dataclass(frozen=True)
class Found:
    """What was read: the value that is sent, as it is read back, and where it stood."""

    value: str
    shown: str
    start: int
    end: int


def vehicle_in(said: str, *, asked: bool) -> Found | None:
    """Return a UK registration, in capitals with one space where it is parted."""
    match = (_ANY_PLATE if asked else _PLATE).search(said)
    if match is None:
        return None
    plate = re.sub(r"\s", "", match.group()).upper()
    parted = re.sub(r"^([A-Z]{2}\d{2})([A-Z]{3})$", r"\1 \2", plate)
    parted = re.sub(r"^([A-Z]\d{1,3})([A-Z]{3})$|^([A-Z]{3})(\d{1,3}[A-Z])$", _parts, parted)
    return Found(plate, parted, *match.span())


def money_in(said: str, *, asked: bool) -> Found | None:
    """Return an amount of pounds, as "12.50"; a bare number only where one was asked for."""
    match = _MONEY.search(said) or (_NUMBER.search(said) if asked else None)
    if match is None:
        return None
    groups = match.groupdict()
    digits = groups.get("pounds") or groups.get("said") or match.group()
    amount = Decimal(digits.replace(",", ""))
    shown = f"£{amount:,.2f}".removesuffix(".00")
    return Found(f"{amount:.2f}", shown, *match.span())


def email_in(said: str) -> Found | None:
    """Return an e-mail address that can exist, as RFC 5321 and 5322 say; nobody is asked."""
    # Imported here: only a form that asks for one needs it.
    from email_validator import EmailNotValidError, validate_email

    for match in _EMAIL.finditer(said):
        try:
            found = validate_email(
                match.group().rstrip(".'’"), check_deliverability=False, globally_deliverable=False
            )
        except EmailNotValidError:
            continue
        return Found(found.normalized, found.normalized, *match.span())
    return None


def looks_like_email(said: str) -> bool:
    return "@" in said


def phone_in(said: str) -> Found | None:
    """Return a telephone number that can exist, as it is written in its own country."""
    import phonenumbers

    for match in phonenumbers.PhoneNumberMatcher(
        said, "GB", leniency=phonenumbers.Leniency.POSSIBLE
    ):
        if len(str(match.number.national_number)) < FEWEST_DIGITS:
            continue
        own = match.number.country_code == phonenumbers.country_code_for_region("GB")
        style = phonenumbers.PhoneNumberFormat
        shown = phonenumbers.format_number(
            match.number, style.NATIONAL if own else style.INTERNATIONAL
        )
        value = phonenumbers.format_number(match.number, style.E164)
        return Found(value, shown, match.start, match.end)
    return None


def pin_in(said: str) -> tuple[float, float] | None:
    """Return the latitude and longitude (degrees, WGS 84) of a map link or a pin in the words; None
    when there is none, or it is nowhere in the United Kingdom."""
    for match in _PIN.finditer(said):
        north, east = float(match["north"]), float(match["east"])
        if 49 <= north <= 61 and -9 <= east <= 2:
            return north, east
    return None


def pin_words(pin: tuple[float, float]) -> tuple[str, str]:
    """Return a pin as it is sent, and as it is read back."""
    value = f"{pin[0]:.5f}, {pin[1]:.5f}"
    return value, f"the pin at {value}"


def place_in(said: str) -> Found | None:
    """Return words that say where something is: "outside number 14", "on Mill Lane by the school".
    None when nothing does so beyond doubt."""
    number = _NUMBER_AND_STREET.search(said)
    words = _WHERE.search(said) or _BY_NUMBER.search(said)
    if words is None and number is None:
        return None
    starts = [m.start() for m in (words, number) if m is not None]
    ends = [m.end() for m in (words, number) if m is not None]
    start = min(starts)
    place = _AFTER_PLACE.sub("", said[start : max(ends)]).strip(" ,.-")[:LONGEST_PLACE]
    if not place or _ANYWHERE.fullmatch(place):
        return None
    return Found(place, place, start, start + len(place))


def with_street(place: str, before: str) -> str:
    """Return a place that names no street ("outside number 16") with the street of the one that was
    said before ("outside 14 Heath Road"); any other as it is."""
    street = _NUMBER_AND_STREET.search(before)
    if street is None or _BY_NUMBER.fullmatch(place) is None or _NUMBER_AND_STREET.search(place):
        return place
    _, _, name = street.group().partition(" ")
    return f"{place}, {name.strip()}"[:LONGEST_PLACE]


def any_place(said: str) -> Found | None:
    """Return all the words as the place that was asked for; None when they hold no word."""
    place = " ".join(said.split())[:LONGEST_PLACE].strip(" ,.-")
    if len(re.findall(r"[^\W_]", place)) < FEWEST_LETTERS:
        return None
    return Found(place, place, 0, len(said))


def _parts(match: re.Match[str]) -> str:
    first, second, third, fourth = match.groups()
    return f"{first} {second}" if first else f"{third} {fourth}"
