"""A chat to test pages on: conversations in memory, and a real server on a free port."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar

import httpx
from sanic import Sanic
from sanic.server import AsyncioServer

from channels.messages import Choice, Chose, InboundMessage, Link, Said, Source
from channels.transcript import Entry, Speaker
from channels.webchat.blueprint import webchat
from channels.webchat.calendars import CalendarFiles
from channels.webchat.demo import demo
from channels.webchat.links import Linked, NotLinked, Problem, Started
from channels.webchat.service import Council, Happened, Status, TooFast, View

T = TypeVar("T")

SECRET = "a secret of the test"
WWW = "https://www.ashcombe.example"
ASHCOMBE = Council(
    slug="ashcombe",
    name="Ashcombe Borough Council",
    accent="#0b5d4f",
    accent_text="#ffffff",
    logo="",
    phone="01632 960 100",
    website=WWW,
    privacy_url=f"{WWW}/privacy",
)
SOURCE = Source(
    article="bin-days",
    title="Bin collection days",
    url=f"{WWW}/bins",
    responsible="Ashcombe Borough Council",
    reviewed_on=date(2026, 11, 1),
)


@dataclass
class Talk:
    """One visitor's conversation, and what may be told about it."""

    id: str = ""
    entries: list[Entry] = field(default_factory=list)
    status: Status = field(default_factory=Status)
    typing: list[str] = field(default_factory=list)


class FakeChat:
    """Keeps everything in memory. `heard` is what was accepted, oldest first; `typed` is who
    typed. `answers` is what the assistant says to each message, at once. A heartbeat comes after
    `beat` seconds of silence. `too_fast` is how long to wait, once for each message."""

    def __init__(self, *, beat: float = 10.0) -> None:
        self.heard: list[InboundMessage] = []
        self.typed: list[str] = []
        self.rated: list[tuple[str, int, bool]] = []
        self.answers: Sequence[str] = ()
        self.too_fast: list[timedelta] = []
        self.beat = beat
        self.talks: dict[str, Talk] = {}
        self.changed = asyncio.Condition()
        self._seen: set[str] = set()
        self._conversations = 0

    def council(self, authority: str) -> Council:
        return {"ashcombe": ASHCOMBE}[authority]

    async def accept(self, authority: str, message: InboundMessage) -> bool:
        if message.external_id in self._seen:
            return False
        if self.too_fast:
            raise TooFast(self.too_fast.pop())
        self._seen.add(message.external_id)
        self.heard.append(message)
        visitor = message.sender.user
        talk = self.talks.get(visitor)
        if talk is None or talk.status.closed:
            self._conversations += 1
            self.talks[visitor] = Talk(f"c{self._conversations}")
        text = {Said: "text", Chose: "label"}[type(message.content)]
        await self.add(
            visitor,
            Speaker.RESIDENT,
            getattr(message.content, text),
            client_id=message.external_id.rpartition(":")[2],
        )
        for answer in self.answers:
            await self.add(visitor, Speaker.ASSISTANT, answer)
        return True

    async def view(self, authority: str, visitor: str, after: int = 0) -> View:
        talk = self.talks.get(visitor, Talk())
        entries = [e for e in talk.entries if e.position > after]
        visible = tuple(e for e in entries if e.speaker is not Speaker.NOTE)
        return View(talk.id, visible[:100], talk.status)

    async def happenings(
        self, authority: str, visitor: str, conversation: str, after: int
    ) -> AsyncIterator[Happened | None]:
        told: Status | None = None
        while True:
            talk = self.talks.get(visitor, Talk())
            if talk.id != conversation:
                conversation, after = talk.id, 0
            view = await self.view(authority, visitor, after)
            status = None if talk.status == told else talk.status
            told = talk.status
            if view.entries or status:
                after = view.entries[-1].position if view.entries else after
                yield Happened(conversation, view.entries, status)
                continue
            if talk.typing:
                yield Happened(conversation, typing=talk.typing.pop())
                continue
            async with self.changed:
                try:
                    await asyncio.wait_for(self.changed.wait(), self.beat)
                except asyncio.TimeoutError:
                    yield None

    async def offered(self, authority: str, visitor: str, value: str) -> str | None:
        talk = self.talks.get(visitor, Talk())
        labels = {c.value: c.label for entry in talk.entries for c in entry.choices}
        return labels.get(value)

    async def rate(self, authority: str, visitor: str, position: int, helpful: bool) -> bool:
        talk = self.talks.get(visitor, Talk())
        for index, entry in enumerate(talk.entries):
            if entry.position == position and entry.speaker is Speaker.ASSISTANT:
                talk.entries[index] = replace(entry, helpful=helpful)
                self.rated.append((visitor, position, helpful))
                return True
        return False

    async def end(self, authority: str, visitor: str) -> None:
        if visitor in self.talks:
            await self.become(visitor, replace(self.talks[visitor].status, closed=True))

    async def typing(self, authority: str, visitor: str) -> None:
        self.typed.append(visitor)

    async def add(
        self,
        visitor: str,
        speaker: Speaker,
        text: str,
        *,
        name: str = "",
        choices: tuple[Choice, ...] = (),
        links: tuple[Link, ...] = (),
        source: Source | None = None,
        client_id: str = "",
        at: datetime | None = None,
        language: str = "",
    ) -> int:
        """Write one entry of that visitor's conversation and return its position."""
        talk = self.talks[visitor]
        position = len(talk.entries) + 1
        at = at or datetime.now(timezone.utc)
        entry = Entry(position, speaker, text, at, name, choices, links, source, client_id)
        talk.entries.append(replace(entry, language=language))
        await self._tell()
        return position

    async def become(self, visitor: str, status: Status) -> None:
        """Change who answers that visitor."""
        self.talks[visitor].status = status
        await self._tell()

    async def write(self, visitor: str, name: str) -> None:
        """Let an agent type."""
        self.talks[visitor].typing.append(name)
        await self._tell()

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()


@dataclass
class FakeLinks:
    """Sends every code to `sent` only: (visitor, channel, number). The right one is 123456.
    `outcomes` are given one by one, instead of what would be right."""

    offers: tuple[str, ...] = ("sms", "whatsapp")
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    outcomes: list[Started | Problem | Linked | NotLinked] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)

    def channels(self, authority: str) -> tuple[str, ...]:
        return self.offers

    async def start(
        self, authority: str, visitor: str, channel: str, number: str
    ) -> Started | Problem:
        self.sent.append((visitor, channel, number))
        outcome = self.outcomes.pop(0) if self.outcomes else None
        return outcome if isinstance(outcome, Problem) else Started(timedelta(seconds=30))

    async def confirm(self, authority: str, visitor: str, code: str) -> Linked | NotLinked:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, NotLinked):
            return outcome
        if code.replace(" ", "") != "123456":
            return NotLinked("wrong", tries_left=4)
        self.linked.append(visitor)
        return Linked()


@dataclass
class Door:
    """A running chat. `do` runs something on the server's own loop."""

    url: str
    chat: FakeChat
    links: FakeLinks
    loop: asyncio.AbstractEventLoop

    def do(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(wait(), self.loop).result(10)

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=10)

    @property
    def visitor(self) -> str:
        """Return the visitor of the latest message."""
        return self.chat.heard[-1].sender.user


def hidden(page: str, name: str) -> str:
    """Return the value of the last hidden field of that name: the message box's own."""
    found = re.findall(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return str(found[-1])


@contextmanager
def running_chat(
    *,
    secure: bool = False,
    idle_seconds: int = 0,
    beat: float = 10.0,
    port: int = 0,
    offers: tuple[str, ...] = ("sms", "whatsapp"),
    calendars: CalendarFiles | None = None,
) -> Iterator[Door]:
    """Serve the chat and the demo page on a loopback port until the block ends. `offers` are the
    channels to carry on by, `calendars` where appointments' files come from."""
    links = FakeLinks(offers)
    # Sanic rewrites its own methods when it starts; only in test mode can it start again.
    test_mode, Sanic.test_mode = Sanic.test_mode, True
    loop = asyncio.new_event_loop()
    listening = socket.create_server(("127.0.0.1", port))
    ready = threading.Event()
    chats: list[FakeChat] = []
    servers: list[AsyncioServer] = []
    app = Sanic(f"chat-{listening.getsockname()[1]}", configure_logging=False)
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 0.1

    def serve() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(begin())
        loop.run_forever()
        loop.run_until_complete(settle())
        loop.close()

    async def begin() -> None:
        chat = FakeChat(beat=beat)
        chats.append(chat)
        app.blueprint(
            webchat(
                chat,
                SECRET,
                secure=secure,
                embed_origins=(WWW,),
                idle_seconds=idle_seconds,
                links=links,
                calendars=calendars,
            )
        )
        app.blueprint(demo(chat, "ashcombe"))
        server = await app.create_server(
            sock=listening, return_asyncio_server=True, access_log=False
        )
        assert server is not None
        servers.append(server)
        await server.startup()
        await server.start_serving()
        ready.set()

    async def settle() -> None:
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        # What the loop would find open at its end it warns of, and a warning is an error here.
        await asyncio.wait({servers[0].close()}, timeout=5)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield Door(f"http://127.0.0.1:{listening.getsockname()[1]}", chats[0], links, loop)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        listening.close()
        Sanic._app_registry.pop(app.name, None)
        Sanic.test_mode = test_mode


@dataclass(frozen=True)
class Event:
    """One server-sent event, as a page gets it."""

    name: str
    data: dict[str, Any]
    id: str = ""


def listen(
    browser: httpx.Client, many: int, *, path: str = "/chat/ashcombe/stream", last: str = ""
) -> list[Event]:
    """Return the first events of a stream without its greeting, then go away."""
    headers = {"Last-Event-ID": last} if last else {}
    heard: list[Event] = []
    with browser.stream("GET", path, headers=headers) as answer:
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if line:
                fields[name] = value
                continue
            if fields.get("event") not in (None, "ready"):
                data = json.loads(fields["data"])
                heard.append(Event(fields["event"], data, fields.get("id", "")))
            fields = {}
            if len(heard) == many:
                break
    return heard
