"""Telephone numbers as people write them, read as one."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

HOME = "GB"
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
# Ofcom keeps these for films and examples: they ring nobody, and demonstrations use them.
_INVENTED_MOBILE = re.compile(r"\+447700900[0-9]{3}")
_INVENTED = re.compile(r"\+44(?:7700900|1632960|2079460)[0-9]{3}")
# What people type for 0 and 1.
_ALIKE = str.maketrans("OoIl", "0011")
_PLAIN = re.compile(r"[\w\s()+./-]{6,40}")


def read_number(text: str) -> str | None:
    """Return the number as +447700900123; None when it is not one. Without a country it is British:
    "07700 900123", "+44 (0)7700 900 123"."""
    number = _parse(text)
    return None if number is None else _written(number)


def is_mobile(number: str) -> bool:
    """Whether a number that read_number() gave is one of a mobile phone."""
    if _INVENTED_MOBILE.fullmatch(number):
        return True
    return phonenumbers.number_type(phonenumbers.parse(number)) in _MOBILE


def is_british(number: str) -> bool:
    """Whether it is one of the United Kingdom, the Channel Islands or the Isle of Man."""
    return number.startswith("+44")


def _parse(text: str) -> PhoneNumber | None:
    tidy = text.strip().translate(_ALIKE)
    # The library reads letters as keys of a telephone, and finds numbers in whole sentences.
    if not _PLAIN.fullmatch(tidy) or any(c.isalpha() for c in tidy):
        return None
    try:
        number = phonenumbers.parse(tidy, HOME)
    except phonenumbers.NumberParseException:
        return None
    known = phonenumbers.is_valid_number(number) or _INVENTED.fullmatch(_written(number))
    return number if known else None


def _written(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
