"""What both providers of text messages share: phone numbers, and a reply as messages that fit."""

from __future__ import annotations

import re

import phonenumbers

from channels.gsm import lowered, parts
from channels.lowering import spelled
from channels.messages import Reply
from channels.splitting import cut
from channels.wording import Wording

MOST_PARTS = 4
"""What one message may cost: 612 GSM-7 characters, or 268 with Welsh letters that GSM-7 lacks. A
longer one reads badly on a small screen, and both providers take this much: Twilio 1,600
characters, GOV.UK Notify 918."""

_NUMBER = re.compile(r"\+?[0-9][0-9 ().-]{4,24}")

HOME = "GB"
"""Where a number without a country code is from."""


def number(written: str) -> str | None:
    """Return a phone number in E.164 ("+447700900123"), None when nothing can be sent to it.

    Reads "07700 900123", "447700900123" (as GOV.UK Notify writes it) and "+33 6 12 34 56 78". Short
    codes and names ("60095", "PARCELS") are senders that nobody answers.
    """
    digits = written.strip()
    # The library finds a number in almost anything: "whatsapp:+44 7700 900123", words, sentences.
    if not _NUMBER.fullmatch(digits):
        return None
    if digits[:1].isdigit() and not digits.startswith("0"):
        digits = f"+{digits}"
    try:
        read = phonenumbers.parse(digits, HOME)
    except phonenumbers.NumberParseException:
        return None
    if (
        phonenumbers.is_possible_number_with_reason(read)
        != phonenumbers.ValidationResult.IS_POSSIBLE
    ):
        return None
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)


def storable(text: str) -> str:
    """Return the text without what no database takes: NUL, and halves of characters."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def texts(reply: Reply, wording: Wording) -> tuple[str, ...]:
    """Return the messages that say a reply, each of at most MOST_PARTS parts.

    Choices stay in one message with the line that says how to choose, after the text's end when
    they fit there, otherwise in a message of their own.
    """
    whole = lowered(spelled(reply, wording, short=True)).strip()
    if parts(whole) <= MOST_PARTS:
        return (whole,)
    body = lowered(spelled(reply, wording, short=True, choices=False)).strip()
    if not reply.choices or not whole.startswith(body):
        return cut(whole, MOST_PARTS, parts)
    menu = whole[len(body) :].strip()
    *first, last = cut(body, MOST_PARTS, parts)
    together = f"{last}\n\n{menu}"
    if parts(together) <= MOST_PARTS:
        return (*first, together)
    return (*first, last, *cut(menu, MOST_PARTS, parts))
