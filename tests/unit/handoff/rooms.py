"""A desk to test on: a real server on a free port, real SQLite, a floor and a shelf in memory."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import httpx
import sqlalchemy as sa
from argon2 import PasswordHasher
from sanic import Sanic
from sqlalchemy.engine import Connection, Engine

from channels.channel import Limits
from handoff import agents
from handoff.alerts import AlertBoard
from handoff.case_lists import CaseLists
from handoff.casework import Casework
from handoff.desk import desk
from handoff.gaps import GapBoard
from handoff.tables import metadata
from knowledge.tables import metadata as knowledge_metadata
from tests.unit.handoff.articles import FakeArticles
from tests.unit.handoff.cases import FakeCatalogue, said_to
from tests.unit.handoff.floor import FakeFloor
from tests.unit.handoff.standins import FakeFiles, FakePeople, FakePost

T = TypeVar("T")

# Passwords of a test are checked in no time.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)
COVERS = ("wenshire", "ashcombe", "thornbridge")
LIMITS = {
    "webchat": Limits(),
    "sms": Limits(text=612, choices=0, counts_parts=True),
    "whatsapp": Limits(text=4096, choices=10),
}
TOPICS = (("bin-collection-day", "Bin collection days"), ("missed-bin", "Missed bin"))
NAMES = {"wenshire": "Wenshire", "ashcombe": "Ashcombe", "thornbridge": "Thornbridge"}


@dataclass(frozen=True)
class FakeOffer:
    slug: str
    title: str
    score: float = 0.8


@dataclass(frozen=True)
class FakeAnswer:
    title: str
    text: str
    short: str
    url: str
    responsible: str
    reviewed_on: date = date(2026, 11, 1)


class FakeShelf:
    """A few articles. Whatever is asked, the ones that share a word with it are found."""

    def __init__(self) -> None:
        self.articles = {
            "missed-bin": FakeAnswer(
                "Missed bin",
                "If we missed your bin, tell us within **2 working days**.\n\n"
                "- Leave the bin out.\n- We come back within 2 working days.",
                "Missed bin? Tell us within 2 working days and leave it out.",
                "https://www.ashcombe.example/missed-bin",
                "Ashcombe Borough Council",
            ),
            "bin-days": FakeAnswer(
                "Bin collection days",
                "Your bins are collected on the same weekday each week. Put them out by **7am**.",
                "Put your bins out by 7am on your day.",
                "https://www.ashcombe.example/bin-days",
                "Ashcombe Borough Council",
            ),
            "bulky-waste": FakeAnswer(
                "Large items: sofas, beds and fridges",
                "We can take large things away. You book and pay online.",
                "Book a collection of large items online.",
                "https://www.ashcombe.example/bulky-waste",
                "Ashcombe Borough Council",
            ),
        }

    def council(self, authority: str) -> str:
        return NAMES[authority]

    def owner(self, service: str, authority: str, fields: Mapping[str, Any], now: datetime) -> str:
        return authority

    def hours(self, authority: str, now: datetime) -> str:
        return ""

    def search(self, question: str, authority: str) -> Sequence[FakeOffer]:
        words = set(re.findall(r"\w+", question.lower()))
        return [
            FakeOffer(slug, found.title)
            for slug, found in self.articles.items()
            if words & set(re.findall(r"\w+", f"{slug} {found.title} waste".lower()))
        ]

    def answer(self, slug: str, authority: str, now: datetime) -> FakeAnswer:
        return self.articles[slug]


@dataclass(frozen=True)
class SqliteTransactions:
    """Real transactions, each in a thread of its own."""

    engine: Engine

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.to_thread(self.now, work)

    def now(self, work: Callable[[Connection], T]) -> T:
        with self.engine.begin() as connection:
            return work(connection)


def sqlite_store(folder: Path) -> SqliteTransactions:
    """Return an empty database with the tables of the desk and of the knowledge side."""
    engine = sa.create_engine(f"sqlite:///{folder / 'desk.db'}", connect_args={"timeout": 10})
    metadata.create_all(engine)
    knowledge_metadata.create_all(engine)
    return SqliteTransactions(engine)


@dataclass
class Desk:
    """A running desk. `clock` may be moved; `do` runs something on the server's own loop. `told`
    is a line for each time that whoever shows alerts was woken, `news` what residents were told of
    their requests: reference, status and words."""

    url: str
    floor: FakeFloor
    store: SqliteTransactions
    password: str
    loop: asyncio.AbstractEventLoop
    post: FakePost
    people: FakePeople
    files: FakeFiles
    told: list[str]
    news: list[tuple[str, str, str]] = field(default_factory=list)
    moved: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return MONDAY + self.moved

    def pass_time(self, **time: float) -> None:
        self.moved += timedelta(**time)
        self.floor.clock = self.now()

    def do(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(wait(), self.loop).result(10)

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=10)

    @contextmanager
    def sign_in(self, username: str = "priya") -> Iterator[httpx.Client]:
        """Open a browser in which that agent is signed in."""
        with self.browser() as browser:
            answer = self.try_to_sign_in(browser, username, self.password)
            assert answer.status_code == 303, answer.text
            yield browser

    def try_to_sign_in(self, browser: httpx.Client, username: str, password: str) -> httpx.Response:
        door = hidden(browser.get("/desk/sign-in").text, "door")
        return browser.post(
            "/desk/sign-in", data={"door": door, "username": username, "password": password}
        )

    def send(self, browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
        """Post a form as the page at /desk would."""
        csrf = hidden(browser.get("/desk").text, "csrf")
        return browser.post(path, data={"csrf": csrf, **fields})


def hidden(page: str, name: str) -> str:
    """Return the value of the first hidden field of that name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found.group(1)


@contextmanager
def running_desk(
    folder: Path, *, secure: bool = False, tick: float = 10.0, whole: bool = True
) -> Iterator[Desk]:
    """Serve a desk on a free loopback port until the block ends. One that is not `whole` has no
    page of what was not delivered, no files and nobody who knows who is who."""
    store = sqlite_store(folder)
    password = store.now(lambda connection: agents.seed_demo(connection, COVERS, MONDAY, QUICK))
    assert password is not None
    floor = FakeFloor(store, MONDAY, tick=tick)
    loop = asyncio.new_event_loop()
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    post, people, files = FakePost(), FakePeople(), FakeFiles(folder)
    told: list[str] = []
    open_desk = Desk(address, floor, store, password, loop, post, people, files, told)
    board = AlertBoard(store, lambda: TOPICS, lambda: told.append("look"), lambda slug, now: False)
    app = Sanic(f"desk-{listening.getsockname()[1]}", configure_logging=False)
    app.blueprint(
        desk(
            floor,
            store,
            FakeShelf(),
            "a secret",
            secure=secure,
            limits=LIMITS,
            post=post if whole else None,
            people=people if whole else None,
            files=files if whole else None,
            alerts=board if whole else None,
            gaps=GapBoard(store, FakeArticles()) if whole else None,
            casework=Casework(
                store, CaseLists(FakeCatalogue(), FakeShelf().owner), said_to(open_desk.news)
            )
            if whole
            else None,
            clock=open_desk.now,
            hasher=QUICK,
        )
    )
    started = threading.Event()
    thread = threading.Thread(target=_serve, args=(app, listening, loop, started), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield open_desk
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        listening.close()
        Sanic._app_registry.pop(app.name, None)


def _serve(
    app: Sanic,
    listening: socket.socket,
    loop: asyncio.AbstractEventLoop,
    started: threading.Event,
) -> None:
    asyncio.set_event_loop(loop)

    async def begin() -> object:
        server = await app.create_server(
            sock=listening, return_asyncio_server=True, access_log=False
        )
        assert server is not None
        await server.startup()
        await server.start_serving()
        return server

    server = loop.run_until_complete(begin())
    started.set()
    loop.run_forever()
    server.close()  # type: ignore[attr-defined]  # Sanic's AsyncioServer, typed as object above
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0.01))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
