"""Channels and addresses, as people call them."""

from __future__ import annotations

from collections.abc import Iterable

CHANNELS = {
    "webchat": "Web chat",
    "web": "Web chat",
    "sms": "Text message",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "messenger": "Messenger",
}
BY_NUMBER = ("sms", "whatsapp")
"""Channels whose addresses are telephone numbers."""


def channel_name(channel: str) -> str:
    """Return the channel as people call it."""
    return CHANNELS.get(channel) or channel.replace("_", " ").capitalize() or "Unknown"


def number_of(channel: str, user: str) -> str:
    """Return what an agent may read out of an address: a telephone number as it is dialled here.
    The ids of other channels tell nobody anything: they are left out, or cut to their end."""
    if channel in BY_NUMBER:
        return dialled(user)
    return "" if channel in ("webchat", "web") else f"…{user[-4:]}"


def address_name(channel: str, user: str) -> str:
    """Return an address with its channel, such as "Text message, 07700 900123"."""
    return ", ".join(filter(None, (channel_name(channel), number_of(channel, user))))


def dialled(number: str) -> str:
    """Return a number of E.164, with or without its plus, as somebody in the UK would dial it."""
    import phonenumbers  # Takes 30 ms, and many desks have no telephone channel.

    try:
        parsed = phonenumbers.parse(f"+{number.lstrip('+')}")
    except phonenumbers.NumberParseException:
        return number
    at_home = parsed.country_code == 44
    shape = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, shape.NATIONAL if at_home else shape.INTERNATIONAL)


def thread_names(addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return what to call each of a conversation's addresses: its channel, and its number too
    where the same channel is there twice."""
    known = list(dict.fromkeys(address for address in addresses if address[0]))
    channels = [channel for channel, _ in known]
    return {
        (channel, user): address_name(channel, user)
        if channels.count(channel) > 1
        else channel_name(channel)
        for channel, user in known
    }
