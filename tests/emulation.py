"""The platforms beside a site: the process of the emulators, and people with phones."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import yaml

from assistant.phones import demo_accounts
from tests.site import Site, free_port

PHONES = ("-m", "assistant", "phones")
PATIENCE = 20.0
ADA = "Ada Marsh"


@dataclass(frozen=True)
class Emulation:
    """The emulators of one site. Every kind of platform has the same interface."""

    url: str
    http: httpx.Client

    def phone(self, kind: str, person: str = ADA, council: str = "ashcombe") -> Hand:
        """Return the phone of one of the page's people: Ada Marsh, Bryn Pugh, ..."""
        answer = self.http.get(f"/phones/{council}")
        answer.raise_for_status()
        [platform] = [each for each in answer.json() if each["kind"] == kind]
        users = {each["name"]: each["user"] for each in platform["people"]}
        return Hand(self.http, council, kind, users[person])

    def fault(self, kind: str, fault: str, *, council: str = "ashcombe", **how: float) -> None:
        """Begin a fault ("none" ends it); `how` is times, seconds, delay, retry_after."""
        self._post(f"/phones/{council}/{kind}/fault", {"kind": fault, **how})

    def webhooks(self, kind: str, how: str, *, council: str = "ashcombe") -> None:
        """Let webhooks come once, twice or never."""
        self._post(f"/phones/{council}/{kind}/webhooks", {"how": how})

    def platform(self, kind: str, council: str = "ashcombe") -> dict[str, Any]:
        """Return how the platform is: fault, webhook, calls, latest, ..."""
        answer = self.http.get(f"/phones/{council}/{kind}/platform")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def _post(self, path: str, body: Mapping[str, Any]) -> None:
        self.http.post(path, json=body).raise_for_status()


@dataclass(frozen=True)
class Hand:
    """One person's phone at one platform. An act comes back when the webhook was tried once; what
    cannot be done raises httpx.HTTPStatusError."""

    http: httpx.Client
    council: str
    kind: str
    user: str

    def say(self, text: str) -> None:
        self._act("say", {"text": text})

    def press(self, label: str) -> None:
        self._act("press", {"label": label})

    def locate(self, latitude: float, longitude: float) -> None:
        self._act("locate", {"latitude": latitude, "longitude": longitude})

    def attach(self, data: bytes, media_type: str, caption: str = "") -> None:
        self.http.post(
            f"{self._path}/attach",
            content=data,
            params={"caption": caption},
            headers={"Content-Type": media_type},
        ).raise_for_status()

    def block(self, blocked: bool = True) -> None:
        self._act("block", {"blocked": blocked})

    def close_window(self) -> None:
        self._act("window", {})

    def screen(self, after: int = 0) -> list[dict[str, Any]]:
        """Return what is shown after that number, oldest first: number, at, mine, text, buttons,
        menu, links, media, ticks, asks_location, note."""
        answer = self.http.get(f"{self._path}/screen", params={"after": after})
        answer.raise_for_status()
        shown: list[dict[str, Any]] = answer.json()["shown"]
        return shown

    def heard(self) -> list[dict[str, Any]]:
        """Return what the council said, oldest first."""
        return [shown for shown in self.screen() if not shown["mine"]]

    def texts(self) -> list[str]:
        """Return the words of what the council said, oldest first."""
        return [shown["text"] for shown in self.heard()]

    def wait_for(self, number: int, patience: float = PATIENCE) -> list[dict[str, Any]]:
        """Return what the council said, once it has said so many things."""
        deadline = time.monotonic() + patience
        while len(heard := self.heard()) < number:
            if time.monotonic() > deadline:
                raise AssertionError(f"{number} messages did not come, but {heard}")
            time.sleep(0.05)  # It happens in another process, which answers when it is ready.
        return heard

    def ask(self, text: str) -> str:
        """Say something; return the words of the next thing that the council says."""
        before = len(self.heard())
        self.say(text)
        return str(self.wait_for(before + 1)[before]["text"])

    @property
    def _path(self) -> str:
        return f"/phones/{self.council}/{self.kind}/{quote(self.user)}"

    def _act(self, act: str, body: Mapping[str, Any]) -> None:
        self.http.post(f"{self._path}/{act}", json=body).raise_for_status()


@contextmanager
def emulation(
    site: Site,
    councils: Sequence[str] = ("ashcombe",),
    extra: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None,
) -> Iterator[Emulation]:
    """Run the emulators beside a site. Enter this before the site's own processes start: it writes
    the accounts that they read. The first council has Twilio, others GOV.UK Notify.

    `extra` are values on top of the made-up ones: {council: {kind: {name: value}}}; a kind that the
    council has not gets its `api` as well. The process ends with the site.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    accounts = {
        council: {kind: dict(values) for kind, values in its.items()}
        for council, its in demo_accounts(councils, url).items()
    }
    for council, its in (extra or {}).items():
        for kind, values in its.items():
            api = {"api": f"{url}/{council}/{kind}"}
            its_values = accounts.setdefault(council, {}).setdefault(kind, api)
            its_values.update(values)
    (site.folder / "channels.yml").write_text(yaml.safe_dump(accounts), encoding="utf-8")
    site.settings["FRONT_DOOR_PHONES_PORT"] = str(port)
    site.start(PHONES)
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        site.wait_for(lambda: _is_up(client), "the emulators")
        yield Emulation(url, client)


def _is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").status_code == 200
    except httpx.HTTPError:
        return False
