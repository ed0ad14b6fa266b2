"""Another council's back office that speaks GeoReport v2 on loopback, and misbehaves on demand.

It knows nothing of our client: what it reads and writes is by the standard's own examples.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import httpx


class Way(Enum):
    """How it takes one POST: whether it keeps the request, and what it answers."""

    WELL = "keeps it and answers its id"
    TOKEN = "keeps it and answers a token"
    SILENT_KEPT = "keeps it and never answers"
    SILENT_LOST = "does not keep it and never answers"
    LATE = "never answers, and keeps it half a minute later"
    CUT_KEPT = "keeps it and breaks the connection"
    CUT_LOST = "does not keep it and breaks the connection"
    ERROR_KEPT = "keeps it and answers 500"
    ERROR_LOST = "does not keep it and answers 500"
    GATEWAY_KEPT = "keeps it behind a gateway that answers 504"
    GARBAGE_KEPT = "keeps it and answers a page"
    GARBAGE_LOST = "does not keep it and answers a page"
    EMPTY_KEPT = "keeps it and answers nothing"
    HUGE_KEPT = "keeps it and answers megabytes"
    DRIP_KEPT = "keeps it and answers a byte now and then"
    REDIRECT_LOST = "does not keep it and answers a redirect"
    SEE_OTHER_KEPT = "keeps it and answers 303"
    TWO_ANSWERS = "keeps it and answers its id twice"
    BUSY = "does not keep it and answers 429"
    REFUSES = "does not keep it and answers 400"
    FORBIDS = "does not keep it and answers 403"


KEEPS = frozenset(
    way
    for way in Way
    if way.name.endswith("_KEPT") or way in (Way.WELL, Way.TOKEN, Way.TWO_ANSWERS)
)
REFUSALS = frozenset({Way.REFUSES, Way.FORBIDS})


@dataclass
class Kept:
    """A request that it has. It is listed from `listed_at` on."""

    id: str
    form: Mapping[str, str]
    made_at: datetime
    listed_at: datetime
    status: str = "open"
    notes: str = ""


@dataclass
class BackOffice:
    """`ways` says how the next POSTs are taken, and `otherwise` all after them. `lists_after` is
    how late it lists; `hides` leaves descriptions out, `lists` False answers 404 to a list."""

    now: Callable[[], datetime]
    form: str = "json"
    ways: list[Way] = field(default_factory=list)
    otherwise: Way = Way.WELL
    lists_after: timedelta = timedelta(0)
    hides: bool = False
    lists: bool = True
    one_at_a_time: bool = False
    """Whether it knows no more than one id in a call."""
    asked_for_id: int = 0
    """How often it is asked for the id of a token before it says it."""
    knows_keys: bool = False
    """Whether two posts with one Idempotency-Key are one request."""
    kept: list[Kept] = field(default_factory=list)
    posts: list[Mapping[str, str]] = field(default_factory=list)
    gets: list[str] = field(default_factory=list)
    posted: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    _tokens: dict[str, str] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _late: list[tuple[datetime, Mapping[str, str], str]] = field(default_factory=list)
    _server: asyncio.AbstractServer | None = None
    _calls: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v2"

    async def up(self) -> None:
        """Listen; at the same port as before."""
        self._server = await asyncio.start_server(self._call, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Refuse every connection."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()
        for call in list(self._calls):
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def of(self, reference: str) -> list[Kept]:
        """Return what it has under our reference."""
        self._keep_late()
        return [one for one in self.kept if reference in one.form["description"]]

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._calls.add(task)
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._calls.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        method, target, _ = first.split(" ")
        url = urlsplit(target)
        self._keep_late()
        if method == "POST":
            sent = parse_qs(body.decode(), keep_blank_values=True)
            form = {name: ",".join(values) for name, values in sent.items()}
            way = self.ways.pop(0) if self.ways else self.otherwise
            await self._take(way, form, headers.get("idempotency-key", ""), writer)
            return
        self.gets.append(target)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        path = unquote(url.path).removeprefix("/v2/").removesuffix(f".{self.form}")
        status, items = self._look(path, query)
        await self._write(writer, status, self._body(items))

    async def _take(
        self, way: Way, form: Mapping[str, str], key: str, writer: asyncio.StreamWriter
    ) -> None:
        self.posts.append(form)
        self.posted.set()
        known = self._keys.get(key) if self.knows_keys else None
        their_id = known or (self._keep(form, key) if way in KEEPS else "")
        reply = {"service_request_id": their_id, "service_notice": "", "account_id": ""}
        if way in (Way.SILENT_KEPT, Way.SILENT_LOST, Way.LATE):
            if way is Way.LATE:
                self._late.append((self.now() + timedelta(seconds=30), form, key))
            await asyncio.sleep(60)  # until the other side has had enough
        elif way in (Way.CUT_KEPT, Way.CUT_LOST):
            return
        elif way in (Way.ERROR_KEPT, Way.ERROR_LOST):
            await self._write(writer, 500, b"<h1>Oops</h1>")
        elif way is Way.GATEWAY_KEPT:
            await self._write(writer, 504, b"")
        elif way in (Way.GARBAGE_KEPT, Way.GARBAGE_LOST):
            await self._write(writer, 200, b"<html>Thank you</html>")
        elif way is Way.EMPTY_KEPT:
            await self._write(writer, 201, b"")
        elif way is Way.HUGE_KEPT:
            await self._write(writer, 200, b"[" + b" " * 5_000_000 + b"]")
        elif way is Way.DRIP_KEPT:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n")
            for _ in range(500):
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        elif way is Way.REDIRECT_LOST:
            await self._write(writer, 302, b"", f"location: {self.url}/requests.json\r\n")
        elif way is Way.SEE_OTHER_KEPT:
            await self._write(writer, 303, b"", f"location: {self.url}/requests/1.json\r\n")
        elif way is Way.BUSY:
            await self._write(writer, 429, b"", "retry-after: 20\r\n")
        elif way in REFUSALS:
            status = 400 if way is Way.REFUSES else 403
            faults = [{"code": str(status), "description": "service_code was not provided"}]
            await self._write(writer, status, self._body(faults, "errors", "error"))
        elif way is Way.TOKEN:
            self._tokens[f"token-{their_id}"] = their_id
            await self._write(writer, 200, self._body([{"token": f"token-{their_id}"}]))
        else:
            replies = [reply, reply] if way is Way.TWO_ANSWERS else [reply]
            await self._write(writer, 201, self._body(replies))

    def _keep(self, form: Mapping[str, str], key: str) -> str:
        their_id, now = f"{len(self.kept) + 638344}", self.now()
        self._keys[key] = their_id
        self.kept.append(Kept(their_id, form, now, now + self.lists_after))
        return their_id

    def _keep_late(self) -> None:
        due = [late for late in self._late if late[0] <= self.now()]
        self._late = [late for late in self._late if late not in due]
        for _, form, key in due:
            if not (self.knows_keys and key in self._keys):
                self._keep(form, key)

    def _look(self, path: str, query: Mapping[str, str]) -> tuple[int, list[dict[str, str]]]:
        if path.startswith("tokens/"):
            token = path.removeprefix("tokens/")
            if self.asked_for_id:
                self.asked_for_id -= 1
                return 200, [{"token": token, "service_request_id": ""}]
            return 200, [{"token": token, "service_request_id": self._tokens[token]}]
        ids = [path.removeprefix("requests/")] if "/" in path else []
        if "service_request_id" in query:
            ids = query["service_request_id"].split(",")
            if self.one_at_a_time and len(ids) > 1:
                return 400, [{"code": "400", "description": "one at a time"}]
        if ids:
            found = [one for one in self.kept if one.id in ids]
            return (200 if found else 404), [self._shown(one) for one in found]
        if not self.lists:
            return 404, []
        since, until = _time(query["start_date"]), _time(query["end_date"])
        return 200, [
            self._shown(one)
            for one in self.kept
            if one.form["service_code"] == query["service_code"]
            and since <= one.made_at <= until
            and one.listed_at <= self.now()
        ]

    def _shown(self, one: Kept) -> dict[str, str]:
        return {
            "service_request_id": one.id,
            "status": one.status,
            "status_notes": one.notes,
            "service_code": one.form["service_code"],
            "description": "" if self.hides else one.form["description"],
            "requested_datetime": one.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _body(
        self, items: list[dict[str, str]], root: str = "service_requests", name: str = "request"
    ) -> bytes:
        if self.form == "json":
            return json.dumps(items).encode()
        parts = [
            "".join(f"<{key}>{escape(str(value))}</{key}>" for key, value in item.items())
            for item in items
        ]
        inner = "".join(f"<{name}>{part}</{name}>" for part in parts)
        return f'<?xml version="1.0" encoding="utf-8"?><{root}>{inner}</{root}>'.encode()

    async def _write(
        self, writer: asyncio.StreamWriter, status: int, body: bytes, more: str = ""
    ) -> None:
        head = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{more}connection: close\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        await writer.drain()


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written.replace("Z", "+00:00"))


@asynccontextmanager
async def serving(office: BackOffice) -> AsyncIterator[httpx.AsyncClient]:
    """Serve it until the block ends; the value is what to call it with."""
    await office.up()
    async with httpx.AsyncClient() as http:
        try:
            yield http
        finally:
            await office.down()
