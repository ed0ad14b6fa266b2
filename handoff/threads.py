"""The addresses at which the resident of a conversation can be answered, and what fits there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels.channel import Limits
from channels.transcript import Entry, Speaker
from handoff.addresses import channel_name, thread_names
from handoff.people import Contact

REPLY_LIMIT = 2000


@dataclass(frozen=True)
class Thread:
    """One address. `limit` is in characters; `in_parts` says that the channel counts and pays
    text-message parts."""

    channel: str
    user: str
    name: str
    limit: int
    in_parts: bool

    @property
    def value(self) -> str:
        """What a form calls it."""
        return f"{self.channel}:{self.user}"


def threads_of(
    channel: str,
    transcript: Sequence[Entry],
    contacts: Sequence[Contact] | None,
    limits: Mapping[str, Limits],
) -> tuple[Thread, ...]:
    """Return where to answer, where they wrote last first; never empty.

    These are the person's `contacts`; where nobody keeps any (None), the addresses in the
    transcript. `channel` is what to say when neither tells: then `user` is empty.
    """
    spoke = list(
        dict.fromkeys(
            (entry.channel, entry.user)
            for entry in reversed(transcript)
            if entry.speaker is Speaker.RESIDENT and entry.channel
        )
    )
    if contacts is None:
        known = spoke
    else:
        theirs = [(contact.channel, contact.user) for contact in contacts]
        known = [*(address for address in spoke if address in theirs)]
        known += [address for address in theirs if address not in known]
    names = thread_names(known)
    return tuple(thread(address, name, limits) for address, name in names.items()) or (
        thread((channel, ""), channel_name(channel), limits),
    )


def thread(address: tuple[str, str], name: str, limits: Mapping[str, Limits]) -> Thread:
    """Return what fits at an address."""
    channel, user = address
    can = limits.get(channel) or Limits()
    return Thread(channel, user, name, min(REPLY_LIMIT, can.text or REPLY_LIMIT), can.counts_parts)
