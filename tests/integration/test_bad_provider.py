"""A platform that is down, slow, busy or broken: every message arrives, in order, and once where
the platform lets itself be asked, or tells by itself.

Real HTTP to the emulators; a clock that is turned.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from assistant import conversations as book
from assistant import delivery as delivery_module
from assistant import outbox
from assistant.accounts import Channels
from assistant.arrivals import Arrivals
from assistant.delivery import Delivery
from assistant.hub import Hub
from assistant.post import PostRoom
from assistant.store import Store
from assistant.tables import conversations
from assistant.turn import Committer
from assistant.wiring import KINDS
from assistant.words import read_words
from channels.account import Account
from channels.channel import Channel, Webhook
from channels.emulators.graph import MetaEmulator
from channels.emulators.kinds import kind_of
from channels.emulators.people import PEOPLE
from channels.emulators.platform import Emulator
from channels.emulators.platform import now as real_now
from channels.messages import Reply
from handoff.floor import Agent
from tests.channels.emulators.serving import serving
from tests.channels.of_texts import NOTIFY, TWILIO, WORDING
from tests.databases import sqlite_store
from tests.parcels import rows
from tests.paths import DOOR, SilentNudges

META = {"app_secret": "an app's secret", "verify_token": "a token to verify"}
ACCOUNTS: Mapping[str, Mapping[str, str]] = {
    "twilio": TWILIO,
    "notify": NOTIFY,
    "telegram": {"token": "123456:AAtoken", "secret_token": "a-secret", "bot_username": "a_bot"},
    "whatsapp": {**META, "access_token": "EAAtoken", "phone_number_id": "106540352242922"},
    "messenger": {**META, "page_token": "EAAtoken", "page_id": "110200345501442"},
}
CAN_BE_ASKED = frozenset({"twilio", "notify"})
"""Platforms that list what they took: their webhooks may fail too."""
ONCE = CAN_BE_ASKED | {"whatsapp", "messenger"}
"""Those, and platforms that hand our key back with their news of it."""
EACH = 4
"""Texts to each person."""
SENDERS = 3
PRIYA = Agent(1, "priya", "Priya", DOOR, (DOOR,))


@dataclass
class Clock:
    """A clock that begins now, and that the test turns."""

    time: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def __call__(self) -> datetime:
        return self.time

    def turn(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Stage:
    """One platform with four people, our channel to it, and senders that may die."""

    kind: str
    store: Store
    clock: Clock
    emulator: Emulator
    channel: Channel
    delivery: Delivery
    dice: random.Random
    texts: dict[str, list[str]] = field(default_factory=dict)

    async def send_what_is_due(self) -> None:
        while any(await asyncio.gather(*(self.delivery.deliver_one() for _ in range(SENDERS)))):
            pass
        await self.settle()

    async def settle(self) -> None:
        """Let the platform say by itself what it has to say."""
        if isinstance(self.emulator, MetaEmulator):
            await self.emulator.settled()
        await asyncio.sleep(0.01)

    async def die_in_a_call(self) -> None:
        """A sender takes a parcel and is cut off while it calls; the next one takes over."""
        dying = asyncio.create_task(self.delivery.deliver_one())
        await asyncio.sleep(self.dice.random() * 0.02)
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
        await self.store.run(lambda connection: outbox.free_all(connection, "sender"))
        await self.settle()

    def put_texts(self) -> None:
        """Put texts for everybody, in an order that the dice decide."""
        with self.store.read() as connection:
            opened = connection.execute(sa.select(conversations.c.id)).scalars().all()
            people = [book.load(connection, conversation) for conversation in opened]
        turns = [person for person in people for _ in range(EACH)]
        self.dice.shuffle(turns)
        for number, person in enumerate(turns, start=sum(map(len, self.texts.values()))):
            text = f"Text {number} for you."
            self.texts.setdefault(self.phone_of(person.address.user), []).append(text)
            with self.store.write() as connection:
                for part, payload in enumerate(self.channel.render(Reply(text))):
                    key = f"{person.id}:{number}:{part}"
                    outbox.put(
                        connection,
                        person,
                        payload,
                        key,
                        self.clock(),
                        epoch=None,
                        position=number + 1,
                    )

    def phone_of(self, user: str) -> str:
        """Return what the emulator calls that person."""
        [phone] = [known for known in self.emulator.users() if known[-9:] == user[-9:]]
        return phone

    def read_by(self, phone: str) -> list[str]:
        """Return what that person has been sent, as it stands on their screen."""
        return [shown.text for shown in self.emulator.screen(phone) if not shown.mine]

    def waiting(self) -> int:
        return sum(row.state == "waiting" for row in rows(self.store))

    async def until_all_is_sent(self) -> None:
        """Turn the clock, a quarter of a minute at a time, for two hours at the most."""
        for _ in range(480):
            await self.send_what_is_due()
            if not self.waiting():
                return
            self.clock.turn(15)

    def assert_all_arrived(self) -> None:
        """Everything was read in order: once, or on Telegram perhaps again right after."""
        assert {row.state for row in rows(self.store)} == {"sent"}
        for phone, expected in self.texts.items():
            read = self.read_by(phone)
            if self.kind not in ONCE:
                read = [text for at, text in enumerate(read) if at == 0 or read[at - 1] != text]
            assert read == expected


@asynccontextmanager
async def staged(kind: str, folder: Path, seed: int) -> AsyncIterator[Stage]:
    """Serve the platform, and let four people write to us first."""
    clock, dice = Clock(), random.Random(f"{kind} {seed}")  # noqa: S311 - a test's dice
    cls = kind_of(kind)
    assert cls is not None
    with sqlite_store(folder) as store:
        ours: dict[str, Callable[[httpx.Request], object]] = {}

        async def webhook(request: httpx.Request) -> httpx.Response:
            answer = ours["webhook"](request)
            assert asyncio.iscoroutine(answer)
            return await answer  # type: ignore[no-any-return]

        hooks = httpx.AsyncClient(transport=httpx.MockTransport(webhook))
        address = f"https://front-door.example/webhooks/{DOOR}/{kind}"
        # Notify's keys are signed with the time, by a client that takes it from the machine.
        its_clock = real_now if kind == "notify" else clock
        emulator = cls(ACCOUNTS[kind], address, hooks, its_clock)
        if isinstance(emulator, MetaEmulator):
            emulator.receipt_waits = (0.0, 0.0, 0.0)
        async with serving(emulator) as api, httpx.AsyncClient() as http:
            values = {**ACCOUNTS[kind], "api": api}
            channel = KINDS[kind](Account(DOOR, address, values, http, WORDING))
            channels = Channels({(DOOR, kind): channel}, {})
            committer = Committer(channels.of, read_words(), lambda slug, now: "")
            arrivals = Arrivals(store, channels, committer, lambda nudge: None, clock)
            ours["webhook"] = lambda request: taken_in(request, arrivals, channel, clock)
            delivery = Delivery(store, channels.of, "sender:1", clock, dice.random)
            for person in PEOPLE:
                await emulator.say(emulator.address_of(person), "Hello")
            yield Stage(kind, store, clock, emulator, channel, delivery, dice)
        await hooks.aclose()


async def taken_in(
    request: httpx.Request, arrivals: Arrivals, channel: Channel, now: Callable[[], datetime]
) -> httpx.Response:
    """Answer a webhook as channels/webhook.py does."""
    webhook = Webhook(
        method=request.method,
        url=str(request.url),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.content,
        received_at=now(),
        query=dict(request.url.params),
    )
    channel.verify(webhook)
    await arrivals.take(DOOR, channel, channel.parse(webhook))
    answer = channel.acknowledge(webhook)
    return httpx.Response(answer.status, text=answer.body)


@pytest.fixture(autouse=True)
def _short_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that takes longer than a quarter of a second counts as one of twenty seconds."""
    monkeypatch.setattr(delivery_module, "LONGEST_CALL", 0.25)


@pytest.mark.parametrize("kind", sorted(ACCOUNTS))
async def test_nothing_is_lost_while_a_platform_is_down_for_ten_minutes(
    kind: str, tmp_path: Path
) -> None:
    async with staged(kind, tmp_path, 0) as stage:
        stage.emulator.faults.set("down")
        stage.put_texts()
        calls = stage.emulator.call_count
        for _ in range(120):
            await stage.send_what_is_due()
            stage.clock.turn(5)
        # It is asked now and then whether it is back, and not once for each parcel.
        assert stage.emulator.call_count - calls <= 20
        [backlog] = await PostRoom(
            stage.store, Hub(stage.store, SilentNudges()), stage.clock
        ).backlogs(PRIYA)
        assert (backlog.channel, backlog.waiting) == (stage.channel.name, len(PEOPLE) * EACH)
        assert backlog.failing is not None
        assert backlog.failing.reason == "http_503"
        stage.emulator.faults.set("none")
        stage.clock.turn(60)
        await stage.until_all_is_sent()
        stage.assert_all_arrived()


@pytest.mark.parametrize("kind", sorted(ACCOUNTS))
async def test_everything_arrives_through_each_fault(kind: str, tmp_path: Path) -> None:
    async with staged(kind, tmp_path, 1) as stage:
        if kind in CAN_BE_ASKED:
            stage.emulator.webhooks.how = "never"
        for fault in ("rate", "error", "slow", "garbage", "lost"):
            stage.put_texts()
            stage.emulator.faults.set(fault, times=4, delay=0.5)
            await stage.until_all_is_sent()
            stage.assert_all_arrived()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", sorted(ACCOUNTS))
async def test_everything_arrives_through_any_mixture_of_faults(
    kind: str, seed: int, tmp_path: Path
) -> None:
    async with staged(kind, tmp_path, seed) as stage:
        stage.put_texts()
        dice, faults = stage.dice, stage.emulator.faults
        news = ["once", "twice", "never"] if kind in CAN_BE_ASKED else ["once", "twice"]
        for _ in range(25):
            stage.emulator.webhooks.how = dice.choice(news)  # type: ignore[arg-type]
            fault = dice.choice(["none", "down", "rate", "error", "slow", "garbage", "lost"])
            faults.set(fault, times=dice.randint(1, 3), delay=0.4)  # type: ignore[arg-type]
            if dice.random() < 0.3:
                await stage.die_in_a_call()
            else:
                await stage.send_what_is_due()
            stage.clock.turn(dice.choice([0.5, 2, 10, 30, 90]))
        faults.set("none")
        await stage.until_all_is_sent()
        stage.assert_all_arrived()
