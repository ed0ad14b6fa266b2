"""What the page of phones shows: every platform of every council, in plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from sanic.exceptions import NotFound

from channels.emulators.people import PEOPLE
from channels.emulators.phone import Shown
from channels.emulators.platform import Emulator

LATEST = 8


@dataclass(frozen=True)
class Stand:
    """All phones. `assistant` is the assistant's own address, for links to its pages."""

    emulators: Mapping[tuple[str, str], Emulator]
    assistant: str
    names: Mapping[str, str]

    def councils(self) -> Sequence[tuple[str, str]]:
        """Return the councils that have phones: (slug, name), each once."""
        slugs = dict.fromkeys(council for council, _ in self.emulators)
        return [(slug, self.names.get(slug, slug.replace("-", " ").title())) for slug in slugs]

    def of(self, council: str) -> Sequence[Emulator]:
        """Return a council's platforms. Raise NotFound when it has none."""
        found = [emulator for (owner, _), emulator in self.emulators.items() if owner == council]
        if not found:
            raise NotFound("No phone here belongs to this council.")
        return found

    def get(self, council: str, kind: str) -> Emulator:
        """Return one platform. Raise NotFound when there is none."""
        try:
            return self.emulators[council, kind]
        except KeyError:
            raise NotFound("This council has no such platform.") from None


def screen(emulator: Emulator, council: str, user: str, after: int = 0) -> dict[str, Any]:
    """Return what a phone shows, from the message after that number on."""
    known = user in emulator.users()
    phone = emulator.phone(user) if known else None
    entries = {} if phone is None else phone.entries
    return {
        "shown": [
            _shown(emulator, council, number, shown)
            for number, shown in entries.items()
            if number > after
        ],
        "revision": 0 if phone is None else phone.revision,
        "typing": phone is not None and phone.typing,
        "blocked": phone is not None and phone.blocked,
    }


def _shown(emulator: Emulator, council: str, number: int, shown: Shown) -> dict[str, Any]:
    media = shown.media
    media_type = ""
    if media in emulator.files:
        media_type = emulator.files[media][1]
        media = f"/phones/{quote(council)}/{emulator.kind}/files/{quote(media)}"
    return {
        "number": number,
        "at": shown.at.isoformat(),
        "mine": shown.mine,
        "text": shown.text,
        "buttons": list(shown.buttons),
        "menu": shown.menu,
        "links": [{"label": label, "url": url} for label, url in shown.links],
        "media": media,
        "media_type": media_type,
        "ticks": shown.ticks,
        "asks_location": shown.asks_location,
        "note": shown.note,
        "marks": [asdict(mark) for mark in shown.marks],
    }


def platform(emulator: Emulator) -> dict[str, Any]:
    """Return how a platform is, and what it and the assistant last said to each other."""
    last = emulator.webhooks.log[-1] if emulator.webhooks.log else None
    return {
        "kind": emulator.kind,
        "phone": emulator.phone_name,
        "fault": emulator.faults.current(),
        "webhooks": emulator.webhooks.how,
        "webhook": None if last is None else {"status": last.status, "attempt": last.attempt},
        "calls": emulator.call_count,
        "latest": [
            {
                "at": call.at.isoformat(),
                "name": call.name,
                "status": call.status,
                "refused": call.refused,
                "fault": call.fault,
            }
            for call in reversed(list(emulator.calls)[-LATEST:])
        ],
    }


def people(emulator: Emulator) -> list[dict[str, str]]:
    """Return the people of the page, and what this platform calls each."""
    return [{"name": person.name, "user": emulator.address_of(person)} for person in PEOPLE]
