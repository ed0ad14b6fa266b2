"""One answer that another system sends is read as the field asks for it, or said to be wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from assistant.open311.format import read_time
from knowledge.london import in_london
from knowledge.postcodes import normal_postcode
from knowledge.services import Field

if TYPE_CHECKING:
    from assistant.open311.offer import Offer

SEVERAL = ","
"""Between the values of a choice that takes several, as in the book."""
LONGEST_LINE = 200
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PLATE = re.compile(r"[A-Z0-9]{2,8}", re.ASCII)
_MOST_POUNDS = 10_000_000


class Wrong(ValueError):
    """The answer cannot be taken. The words follow the field's name, and never quote it."""


def read_answer(field: Field, sent: Sequence[str], offer: Offer) -> str:
    """Return the value as the book keeps it. `sent` is one text at least. Raise Wrong."""
    distinct = tuple(dict.fromkeys(sent))
    if field.type in ("choice", "yes_no"):
        return _chosen(field, distinct)
    if len(distinct) > 1:
        raise Wrong("takes one value only")
    if field.type == "date":
        return _day(field, distinct[0], offer)
    if field.type == "postcode":
        return _postcode(field, distinct[0], offer)
    read = _READERS.get(field.type)
    if read is not None:
        return read(distinct[0])
    longest = field.longest if field.type == "text" else LONGEST_LINE
    if len(distinct[0]) > longest:
        raise Wrong(f"is longer than {longest:,} characters")
    return distinct[0] if field.type == "text" else " ".join(distinct[0].split())


def read_phone(written: str) -> str:
    """Return the number as E.164 has it; one without a country is a UK number. Raise Wrong."""
    import phonenumbers

    try:
        number = phonenumbers.parse(written[:LONGEST_LINE], "GB")
    except phonenumbers.NumberParseException:
        raise Wrong("is no telephone number") from None
    if not phonenumbers.is_possible_number(number):
        raise Wrong("is no telephone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_email(written: str) -> str:
    """Return an address that can exist; nobody is asked whether it does. Raise Wrong."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(written, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        raise Wrong("is no e-mail address") from None
    return found.normalized


def _chosen(field: Field, sent: Sequence[str]) -> str:
    known = [o.value for o in field.choices] if field.type == "choice" else ["yes", "no"]
    if not set(sent) <= set(known):
        raise Wrong(f"must be one of: {', '.join(known)}")
    if len(sent) > 1 and not field.several:
        raise Wrong("takes one value only")
    return SEVERAL.join(value for value in known if value in sent)


def _day(field: Field, written: str, offer: Offer) -> str:
    try:
        if _DAY.fullmatch(written):
            day = date.fromisoformat(written)
        else:
            day = in_london(read_time(written)).date()
    except (ValueError, OverflowError):
        raise Wrong("is no day such as 2026-11-02, and no time with its zone") from None
    if field.when == "past" and day > offer.day:
        raise Wrong("is after today")
    if field.when == "future" and day < offer.day:
        raise Wrong("is before today")
    within = offer.text(f"{{{{ {field.within} }}}}") if field.within else ""
    if within.isdigit() and (offer.day - day).days > int(within):
        raise Wrong(f"is more than {within} days ago")
    return day.isoformat()


def _postcode(field: Field, written: str, offer: Offer) -> str:
    postcode = normal_postcode(written[:LONGEST_LINE])
    if postcode is None:
        raise Wrong("is no postcode")
    return postcode


def _registration(written: str) -> str:
    plate = re.sub(r"[\s-]", "", written).upper()
    if not _PLATE.fullmatch(plate):
        raise Wrong("is no registration number")
    return plate


def _pounds(written: str) -> str:
    try:
        amount = Decimal(written.removeprefix("£").replace(",", ""))
    except InvalidOperation:
        raise Wrong("is no amount such as 12.50") from None
    if not amount.is_finite() or not 0 <= amount <= _MOST_POUNDS:
        raise Wrong("is no amount such as 12.50")
    return f"{amount:.2f}"


_READERS: Mapping[str, Callable[[str], str]] = {
    "phone": read_phone,
    "email": read_email,
    "vehicle": _registration,
    "money": _pounds,
}
