"""The base of every emulator: a platform, its phones on one side and our calls on the other."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, ClassVar

import httpx
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json

from channels.emulators.changes import Changes
from channels.emulators.faults import Faults
from channels.emulators.meeting import Called, met
from channels.emulators.people import PEOPLE, Person
from channels.emulators.phone import Phone, Shown
from channels.emulators.webhooks import Answered, Call, Webhooks

MOST_PHONES = 500
MOST_FILES = 50
LARGEST_FILES = 64 * 1024 * 1024
Clock = Callable[[], datetime]


def now() -> datetime:
    return datetime.now(timezone.utc)


class CannotDo(Exception):
    """The person cannot do that on this phone. The text says why, in words for the page."""


class Emulator(ABC):
    """One council's account at one platform. Its state is in memory and ends with the process.

    A platform's file writes: `kind`, the class values below, `add_routes`, `say`, what else its
    phones can do, and `too_many` and `broken` in its own shape of errors. It puts what a phone
    shows with `self.phone(user).show(...)` and then calls `self.changed(user)`, and calls our
    webhook with `self.deliver(...)`. Faults, the list of calls and the pages are done for it.

    `values` are the same as our channel's account: what is secret there is checked here.
    `webhook_url` is where webhooks go (signatures cover it).
    """

    kind: ClassVar[str]
    """twilio, notify, telegram, whatsapp or messenger."""
    phone_name: ClassVar[str]
    """Which phone of the page shows it: sms, telegram, whatsapp or messenger."""
    can: ClassVar[frozenset[str]] = frozenset()
    """What its phones can do besides say: press, locate, attach, block, window."""
    retry_waits: ClassVar[Sequence[float]] = ()
    """Seconds before each further try of a webhook, as the platform documents them. A test may
    shorten `emulator.webhooks.waits`."""
    webhook_seconds: ClassVar[float] = 15.0
    """How long the platform waits for our answer."""
    webhooks_in_order: ClassVar[bool] = False

    def __init__(
        self,
        values: Mapping[str, str],
        webhook_url: str,
        http: httpx.AsyncClient,
        clock: Clock = now,
    ) -> None:
        self.values = values
        self.webhook_url = webhook_url
        self.http = http
        self.clock = clock
        self.faults = Faults(clock)
        self.changes = Changes()
        self.webhooks = Webhooks(
            http,
            clock,
            waits=self.retry_waits,
            seconds=self.webhook_seconds,
            in_order=self.webhooks_in_order,
            again=self.tries_again,
            told=lambda: self.changes.tell(""),
        )
        self.calls: deque[Called] = deque(maxlen=50)
        self.call_count = 0
        self.files: dict[str, tuple[bytes, str]] = {}
        """What was sent or received as a file: (bytes, media type) by id."""
        self._phones: dict[str, Phone] = {}

    # What the platform's file writes.

    @abstractmethod
    def add_routes(self, blueprint: Blueprint) -> None:
        """Add the platform's own API. The blueprint is mounted at /<council>/<kind>, and the
        account's `api` is that address: {phones}/<council>/<kind>. See `route`."""

    @abstractmethod
    async def say(self, user: str, text: str) -> None:
        """The person writes: show it on their phone and deliver the webhook."""

    @abstractmethod
    def too_many(self, retry_after: int) -> HTTPResponse:
        """Return what the platform answers when we call too often: retry after so many seconds."""

    @abstractmethod
    def broken(self) -> HTTPResponse:
        """Return what the platform answers when something is wrong on its own side: a 500."""

    async def press(self, user: str, label: str) -> None:
        """The person presses a button that their screen shows. Raise CannotDo when it does not."""
        raise CannotDo("There are no buttons on this phone.")

    async def locate(self, user: str, latitude: float, longitude: float) -> None:
        """The person shares a place, in WGS 84 degrees."""
        raise CannotDo("A place cannot be shared on this phone.")

    async def attach(self, user: str, data: bytes, media_type: str, caption: str = "") -> None:
        """The person sends a file."""
        raise CannotDo("A file cannot be sent from this phone.")

    async def block(self, user: str, blocked: bool = True) -> None:
        """The person blocks the council, or takes that back: the platform then refuses our calls
        as it does for such people."""
        raise CannotDo("The council cannot be blocked on this phone.")

    async def close_window(self, user: str) -> None:
        """Let the time pass in which the platform takes replies without a template."""
        raise CannotDo("This platform takes replies at any time.")

    def address_of(self, person: Person) -> str:
        """Return what the platform calls that person: their number, unless it says otherwise."""
        return person.number

    def tries_again(self, answered: Answered) -> bool:
        """Whether the platform calls again after this answer, while `retry_waits` last."""
        return not answered.good

    def name_of_call(self, request: Request) -> str:
        """Return the platform's word for a call: the end of its path. No secrets, no numbers."""
        return str(request.path).rsplit("/", 1)[-1]

    # What it stands on.

    def route(
        self,
        blueprint: Blueprint,
        handler: Callable[..., Awaitable[HTTPResponse]],
        path: str,
        methods: Sequence[str] = ("POST",),
    ) -> None:
        """Add one of the platform's paths; `handler` is a bound method `(request, **parts)`. Faults
        stand in front of it, and its calls are listed: use this and not the blueprint's own."""

        async def handle(request: Request, **parts: Any) -> HTTPResponse:
            return await met(self, request, lambda: handler(request, **parts))

        name = f"{handler.__name__}_{'_'.join(methods).lower()}"
        blueprint.add_route(handle, path, methods=list(methods), name=name)

    def refuse(self, request: Request, status: int, body: Any, why: str) -> HTTPResponse:
        """Return the platform's error, as JSON, and keep in a few words why for the page."""
        request.ctx.refused = why
        return json(body, status)

    def phone(self, user: str) -> Phone:
        """Return that person's phone. One that was never seen is new, and the phone that was new
        longest ago is forgotten when there are too many."""
        if user not in self._phones:
            if len(self._phones) >= MOST_PHONES:
                del self._phones[next(iter(self._phones))]
            self._phones[user] = Phone(user)
        return self._phones[user]

    def users(self) -> Sequence[str]:
        """Return who has a phone here, in the order of their coming."""
        return tuple(self._phones)

    def screen(self, user: str) -> Sequence[Shown]:
        """Return what that phone shows, oldest first: nothing for a phone that was never used."""
        return self._phones[user].screen() if user in self._phones else ()

    def name_of(self, user: str) -> str:
        """Return the name in that person's profile."""
        named = (person.name for person in PEOPLE if self.address_of(person) == user)
        return next(named, "A Resident")

    def changed(self, user: str) -> None:
        """Tell the pages to look at that phone again."""
        self.changes.tell(user)

    def show(self, user: str, shown: Shown) -> int:
        """Put a message on a phone and tell the pages; return its number there."""
        number = self.phone(user).show(shown)
        self.changed(user)
        return number

    def change(self, user: str, number: int, **fields: Any) -> None:
        """Change a message that a phone shows, and tell the pages."""
        self.phone(user).change(number, **fields)
        self.changed(user)

    async def deliver(
        self,
        body: bytes,
        headers: Mapping[str, str],
        *,
        url: str = "",
        method: str = "POST",
        retry_headers: Mapping[str, str] | None = None,
        shown: tuple[str, int] | None = None,
        done: Callable[[Answered], Awaitable[None]] | None = None,
    ) -> None:
        """Call our webhook, and again as the platform does; come back after the first try.

        `url` is the webhook's unless another is given. `shown` is (user, number) of the message on
        a phone: its ticks become delivered, or failed when the platform has given up.
        """

        async def settle(answered: Answered) -> None:
            if shown is not None:
                self.change(*shown, ticks="delivered" if answered.good else "failed")
            if done is not None:
                await done(answered)

        call = Call(url or self.webhook_url, body, headers, method, retry_headers or {})
        await self.webhooks.deliver(call, settle)

    def keep_file(self, data: bytes, media_type: str) -> str:
        """Keep a file and return its id. The oldest go when there are many."""
        number = secrets.token_hex(8)
        self.files[number] = (data, media_type)
        while len(self.files) > 1 and (
            len(self.files) > MOST_FILES
            or sum(len(kept) for kept, _ in self.files.values()) > LARGEST_FILES
        ):
            del self.files[next(iter(self.files))]
        return number

    def called(self, call: Called) -> None:
        """Keep one call for the page."""
        self.calls.append(call)
        self.call_count += 1
        self.changes.tell("")

    async def close(self) -> None:
        """Stop what goes on by itself."""
        await self.webhooks.close()
