"""What platforms are answered, over a real socket: nothing is acknowledged that is not kept."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import httpx
import pytest
from sanic import Sanic

from channels.channel import Acknowledgement, Channel, Forged, Malformed, Receipt, Webhook
from channels.messages import Address, InboundMessage, Said
from channels.webhook import LARGEST, webhooks
from tests.fakes import Platform
from tests.paths import NOON

PUBLIC = "https://front-door.example"
SECRET = {"X-Secret": "s3cret"}


@dataclass
class Signed(Platform):
    """A platform that shows its secret, and whose calls are a text that somebody said."""

    faults: list[str] = field(default_factory=list)
    """Steps that raise what no contract knows."""
    calls_seen: list[Webhook] = field(default_factory=list)

    def verify(self, webhook: Webhook) -> None:
        self._fail("verify")
        if webhook.headers.get("x-secret") != "s3cret":
            raise Forged
        self.calls_seen.append(webhook)

    def parse(self, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
        self._fail("parse")
        if webhook.method == "GET":
            return ()
        if webhook.body == b"{":
            raise Malformed("not JSON")
        said = Said(webhook.body.decode())
        return [InboundMessage(Address("pushed", "ada"), "1", said, webhook.received_at)]

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        self._fail("acknowledge")
        if "hub.challenge" in webhook.query:
            return Acknowledgement(body=webhook.query["hub.challenge"])
        return Acknowledgement(body="<Response/>", media_type="text/xml")

    def _fail(self, step: str) -> None:
        if step in self.faults:
            raise RuntimeError("ada said Hello")


@dataclass
class Keeper:
    """Keeps what arrives. `commits` is set for it to go on to its commit."""

    platform: Signed = field(default_factory=Signed)
    kept: list[InboundMessage | Receipt] = field(default_factory=list)
    commits: asyncio.Event = field(default_factory=asyncio.Event)
    down: bool = False

    def __post_init__(self) -> None:
        self.commits.set()

    def channel(self, authority: str, kind: str) -> Channel:
        return {("ashcombe", "signed"): self.platform}[authority, kind]

    async def take(
        self, authority: str, channel: Channel, arrived: Sequence[InboundMessage | Receipt]
    ) -> None:
        await self.commits.wait()
        if self.down:
            raise ConnectionError("the database said Hello")
        self.kept += arrived


@dataclass
class Clock:
    time: float = 0.0

    def __call__(self) -> float:
        return self.time


@dataclass
class Served:
    url: str
    keeper: Keeper
    clock: Clock
    http: httpx.AsyncClient

    async def call(self, body: bytes = b"Hello", **request: object) -> httpx.Response:
        given = {"content": body, "headers": SECRET, **request}
        return await self.http.post("/webhooks/ashcombe/signed", **given)  # type: ignore[arg-type] # httpx's own keywords

    @property
    def said(self) -> list[str]:
        return [
            one.content.text
            for one in self.keeper.kept
            if isinstance(one, InboundMessage) and isinstance(one.content, Said)
        ]


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as made:
        yield made


@asynccontextmanager
async def serving(patience: float = 60.0, at_once: int = 100) -> AsyncIterator[Served]:
    """Serve webhooks as the web process does, with its limit for pages' requests."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = Sanic(f"webhook-{listening.getsockname()[1]}", configure_logging=False)
    app.config.update(
        GRACEFUL_SHUTDOWN_TIMEOUT=0.1, REQUEST_MAX_SIZE=64 * 1024, RESPONSE_TIMEOUT=patience
    )
    keeper, clock = Keeper(), Clock()

    def now() -> datetime:
        return NOON

    app.blueprint(webhooks(keeper, PUBLIC, now, clock, at_once))
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.start_serving()
    try:
        async with httpx.AsyncClient(base_url=url, timeout=10, trust_env=False) as http:
            yield Served(url, keeper, clock, http)
    finally:
        await asyncio.wait({server.close()}, timeout=5)
        for connection in list(server.connections):
            connection.abort()
        listening.close()
        Sanic._app_registry.pop(app.name, None)


async def test_what_a_platform_brings_is_kept_and_acknowledged_in_its_own_words(
    served: Served,
) -> None:
    answer = await served.call(b"Hello")
    assert (answer.status_code, answer.text, served.said) == (200, "<Response/>", ["Hello"])
    assert answer.headers["content-type"].startswith("text/xml")


async def test_nothing_is_acknowledged_before_it_is_committed(served: Served) -> None:
    served.keeper.commits.clear()
    call = asyncio.create_task(served.call())
    await asyncio.sleep(0.1)
    assert not call.done()
    served.keeper.commits.set()
    assert (await call).status_code == 200


@pytest.mark.parametrize(
    ("path", "request_", "status"),
    [
        pytest.param("ashcombe/signed", {"headers": {}}, 403, id="no secret"),
        pytest.param("ashcombe/signed", {"headers": {"X-Secret": "x"}}, 403, id="a wrong secret"),
        pytest.param("kelmarsh/signed", {}, 404, id="another council"),
        pytest.param("ashcombe/pigeon", {}, 404, id="no such platform"),
        pytest.param("ashcombe", {}, 404, id="no platform at all"),
        pytest.param("ashcombe/signed/x", {}, 404, id="more than a platform"),
        pytest.param("ashcombe/signed", {"content": b"{"}, 400, id="cannot be read"),
        pytest.param("ashcombe/signed", {"content": b"x" * (LARGEST + 1)}, 413, id="too large"),
        pytest.param("%00/signed", {}, 404, id="no name"),
    ],
)
async def test_what_is_not_taken_is_refused_for_good(
    served: Served, path: str, request_: dict[str, object], status: int
) -> None:
    given = {"content": b"Hello", "headers": SECRET, **request_}
    answer = await served.http.post(f"/webhooks/{path}", **given)  # type: ignore[arg-type] # httpx's own keywords
    assert (answer.status_code, served.keeper.kept) == (status, [])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_platforms_only_get_and_post(served: Served, method: str) -> None:
    answer = await served.http.request(method, "/webhooks/ashcombe/signed", headers=SECRET)
    assert answer.status_code == 405


async def test_the_largest_call_is_taken_whole(served: Served) -> None:
    answer = await served.call(b"x" * LARGEST)
    assert (answer.status_code, [len(text) for text in served.said]) == (200, [LARGEST])


async def test_a_call_in_chunks_is_measured_as_it_comes(served: Served) -> None:
    async def chunks(number: int) -> AsyncIterator[bytes]:
        for _ in range(number):
            yield b"x" * 65_536

    assert (await served.call(content=chunks(2))).status_code == 200
    try:
        status = (await served.call(content=chunks(LARGEST // 65_536 + 2))).status_code
    except httpx.TransportError:
        status = 413  # It was answered, and hung up on, while it still wrote.
    assert (status, [len(text) for text in served.said]) == (413, [131_072])


async def test_after_a_refusal_the_same_connection_goes_on(served: Served) -> None:
    statuses = [
        (await served.call(headers={})).status_code,
        (await served.call(b"{")).status_code,
        (await served.call(b"x" * (LARGEST + 1))).status_code,
        (await served.call(b"Hello")).status_code,
    ]
    assert (statuses, served.said) == ([403, 400, 413, 200], ["Hello"])


@pytest.mark.parametrize("step", ["verify", "parse", "acknowledge", "commit"])
async def test_a_fault_of_ours_asks_the_platform_to_come_again(
    served: Served, step: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    served.keeper.down = step == "commit"
    served.keeper.platform.faults = [step]
    answer = await served.call()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    served.keeper.down, served.keeper.platform.faults = False, []
    assert (await served.call()).status_code == 200
    # What went wrong may quote what a resident wrote.
    assert "Hello" not in answer.text + caplog.text + "".join(capsys.readouterr())


async def test_the_challenge_of_a_new_webhook_is_answered(served: Served) -> None:
    answer = await served.http.get(
        "/webhooks/ashcombe/signed",
        params={"hub.mode": "subscribe", "hub.challenge": "11 58&=20", "empty": ""},
        headers=SECRET,
    )
    assert (answer.status_code, answer.text) == (200, "11 58&=20")
    assert answer.headers["content-type"].startswith("text/plain")
    assert served.keeper.platform.calls_seen[0].query["empty"] == ""


async def test_a_channel_sees_the_call_as_the_platform_made_it(served: Served) -> None:
    await served.call(
        b"\x00 raw",
        params={"b": "2 3", "a": "é"},
        headers={**SECRET, "X-Twilio-Signature": "aGk="},
    )
    [seen] = served.keeper.platform.calls_seen
    query = urlsplit(seen.url).query
    assert seen.url == f"{PUBLIC}/webhooks/ashcombe/signed?{query}"
    assert query.replace("%20", "+") == "b=2+3&a=%C3%A9"
    assert (seen.method, seen.body, seen.received_at) == ("POST", b"\x00 raw", NOON)
    assert (seen.query, seen.headers["x-twilio-signature"]) == ({"b": "2 3", "a": "é"}, "aGk=")


async def test_a_platform_that_calls_too_fast_is_asked_to_wait_and_then_served() -> None:
    async with serving(at_once=3) as served:
        statuses = [(await served.call()).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 503]
        assert (await served.call()).headers["retry-after"] == "1"
        served.clock.time += 1.0
        assert (await served.call()).status_code == 200


async def test_forged_calls_use_up_nothing_of_what_the_platform_may_call() -> None:
    async with serving(at_once=1) as served:
        statuses = [(await served.call(headers={})).status_code for _ in range(3)]
        assert (statuses, (await served.call()).status_code) == ([403] * 3, 200)


HEAD = "POST /webhooks/ashcombe/signed HTTP/1.1\r\nHost: x\r\nX-Secret: s3cret\r\n"


async def test_a_call_that_is_cut_off_leaves_nothing(served: Served) -> None:
    for head in ("Content-Length: 100\r\n\r\nHel", "Transfer-Encoding: chunked\r\n\r\n5\r\nHel"):
        _, writer = await raw_call(served, HEAD + head)
        writer.close()
        await writer.wait_closed()
    # The server has read both by the time that it answers another.
    assert ((await served.call(b"Whole")).status_code, served.said) == (200, ["Whole"])


async def test_a_slow_call_holds_up_no_other_and_is_ended_in_time() -> None:
    async with serving(patience=0.2) as served:
        reader, writer = await raw_call(served, f"{HEAD}Content-Length: 100\r\n\r\nHel")
        answers = await asyncio.gather(*(served.call() for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        status = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        assert (b"503" in status, set(served.said)) == (True, {"Hello"})


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("Content-Length: many\r\n\r\nHello", id="no length"),
        pytest.param("Transfer-Encoding: chunked\r\n\r\nno size\r\nHello\r\n", id="no chunk"),
        pytest.param("Transfer-Encoding: chunked\r\n\r\n-5\r\nHello\r\n", id="less than nothing"),
    ],
)
async def test_a_call_that_is_not_http_is_refused(served: Served, head: str) -> None:
    reader, writer = await raw_call(served, HEAD + head)
    status = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    assert (int(status.split()[1]) >= 400, served.keeper.kept) == (True, [])


async def raw_call(
    served: Served, request: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(served.url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(request.encode())
    await writer.drain()
    return reader, writer
