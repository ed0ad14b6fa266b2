"""Takes up messages one by one, from inbox to turn; what else a worker does goes on beside."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from assistant import attachments, inbox, outbox
from assistant.aside import Aside, aside_of, settle
from assistant.beside import Beside, nothing_to_do, where_raised
from assistant.bot import LANGUAGE, Bot, Listener, Turn
from assistant.chores import Chore
from assistant.file_store import FileStore
from assistant.inbox import TRIES, Work
from assistant.linking import Links
from assistant.metrics import OPINIONS, TURN_SECONDS, TURNS
from assistant.nudge import Nudge, Nudges, about
from assistant.read_back import as_meant
from assistant.router import Route, route
from assistant.scanning import Scanner
from assistant.store import Store
from assistant.tables import workers
from assistant.turn import Committer, Outcome
from assistant.watchdog import Watchdog
from channels.messages import Address
from handoff.handover import Handover, Reason
from knowledge.tables import insert

log = structlog.get_logger()

LONGEST_THOUGHT = 10.0
"""Seconds that a bot may take for one message."""
LOOK = 1.0
"""Seconds between two looks of an idle worker that nobody nudges."""
HEARTBEAT = 5.0


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass
class Worker:
    """One process's work. `name` is the worker's own: a new one of that name takes over what the
    old one held. Residents' files are fetched when there is a place for `files`. With `links` they
    can carry on from another channel. The `listener` hears an emergency while a person is waited
    for, or answers. `submit` takes a step with what another system is to have."""

    store: Store
    bot: Bot
    committer: Committer
    nudges: Nudges
    name: str
    model: str = ""
    now: Callable[[], datetime] = utc_now
    longest_thought: float = LONGEST_THOUGHT
    files: FileStore | None = None
    scanner: Scanner | None = None
    chores: Sequence[Chore] = ()
    links: Links | None = None
    listener: Listener | None = None
    submit: Callable[[], Awaitable[bool]] = nothing_to_do
    holder: str = field(init=False)
    _awake: asyncio.Event = field(init=False)
    _beside: Beside = field(init=False)
    _next: Work | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.holder = f"{self.name}:{os.getpid()}:{secrets.token_hex(4)}"
        self._beside = Beside(
            self.store,
            self.committer.channels,
            self.holder,
            self.now,
            self.files,
            self.scanner,
            self.chores,
            self._line_changed,
            self.submit,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; the message under way is finished first."""
        self._awake = asyncio.Event()
        self.take_over()
        loop = asyncio.get_running_loop()
        loop.add_reader(self.nudges.socket, self._nudged)
        self._watchdog = Watchdog(self.longest_thought + 2, self._hangs)
        self._watchdog.start()
        self._beside.start()
        beat = asyncio.create_task(self._beat())
        log.info("worker.ready", worker=self.name)
        try:
            while not stop.is_set():
                if not await self._safely():
                    await self._rest(stop)
        finally:
            await self._beside.end()
            beat.cancel()
            await asyncio.gather(beat, return_exceptions=True)
            loop.remove_reader(self.nudges.socket)
            self._watchdog.stop()
            if self._next is not None:
                self._put_down(self._next)
            with self.store.write() as connection:
                connection.execute(sa.delete(workers).where(workers.c.name == self.name))

    def _line_changed(self, authority: str, conversation: str) -> None:
        """Tell who looks at that conversation: an agent wants to know what arrived."""
        self.nudges.send("web", Nudge("entry", conversation, authority))

    def take_over(self) -> None:
        """Free what an earlier worker of this name held when it died."""
        with self.store.write() as connection:
            inbox.free_all(connection, self.name)
            outbox.free_all(connection, self.name)
            attachments.free_all(connection, self.name)

    async def work_once(self) -> bool:
        """Take up one message and see it through; False when there is none."""
        began = time.perf_counter()
        work = self._next or self._take_up()
        self._next = None
        if work is None:
            return False
        try:
            outcome, changed_hands = await self._see_through(work)
        except Exception:
            self._put_down(work)
            raise
        TURNS.labels(outcome).inc()
        TURN_SECONDS.observe(time.perf_counter() - began)
        log.info("turn", outcome=outcome, tries=work.tries)
        if self.committer.pushes(work.conversation.authority, work.message.sender):
            self._beside.post()
        self._tell(work, changed_hands)
        return True

    async def _see_through(self, work: Work) -> tuple[str, bool]:
        """Return what became of the message, and whether the conversation changed hands."""
        if self.committer.pushes(work.conversation.authority, work.message.sender):
            with self.store.read() as connection:
                aside = aside_of(connection, self.links, work, self.now())
                if aside is None:
                    work = replace(work, message=as_meant(connection, work))
            # Who has stopped us and writes of an emergency is answered all the same.
            if aside is not None and not (aside.unanswered and await self._listen(work)):
                return self._settle(work, aside), False
        way = route(work.conversation, work.message.content)
        if way is Route.BOT:
            turn, failure = await self._think(work)
            with self.store.write(durable=self.committer.must_last(work, turn)) as connection:
                outcome = self.committer.commit(connection, work, turn, self.now())
                # In the same transaction: under load, a message costs one commit here, not two.
                following = inbox.claim(connection, self.holder, self.now())
            self._next = following
            done = outcome is Outcome.DONE
            for opinion in turn.opinions if done else ():
                OPINIONS.labels(opinion.answer).inc()
            return (failure or "done") if done else outcome.value, turn.handover is not None
        alarm = await self._listen(work) if way is Route.PERSON else None
        with self.store.write() as connection:
            if way is Route.BACK_TO_BOT:
                return self.committer.leave_queue(connection, work, self.now()).value, True
            if alarm is not None:
                outcome = self.committer.raise_alarm(connection, work, alarm, self.now())
            else:
                outcome = self.committer.leave_to_person(connection, work, self.now())
        return "person" if outcome is Outcome.DONE else outcome.value, alarm is not None

    def _settle(self, work: Work, aside: Aside) -> str:
        with self.store.write() as connection:
            settled = settle(connection, self.committer, self.links, work, aside, self.now())
        for conversation in settled.changed:
            self.nudges.send("web", about(conversation, "queue"))
        return settled.outcome.value

    def _take_up(self) -> Work | None:
        """Look first, without the lock that writers queue for: mostly there is nothing."""
        with self.store.read() as connection:
            if not inbox.anything_waits(connection, self.now()):
                return None
        with self.store.write(durable=False) as connection:
            return inbox.claim(connection, self.holder, self.now())

    def _put_down(self, work: Work) -> None:
        with self.store.write() as connection:
            inbox.let_go(connection, work)

    async def _think(self, work: Work) -> tuple[Turn, str]:
        """Return the bot's turn, or the apology with why; what the bot raised goes no further."""
        if work.tries > TRIES:
            return self._apology(work), "given_up"
        self._watch(work.inbox_id)
        try:
            thought = self.bot.answer(work.conversation, work.state, work.message)
            return await asyncio.wait_for(thought, self.longest_thought), ""
        except asyncio.TimeoutError:
            log.error("bot.hung", inbox=work.inbox_id)
            return self._apology(work), "hung"
        except Exception as error:
            log.error("bot.raised", inbox=work.inbox_id, error=type(error).__name__)
            return self._apology(work), "raised"
        finally:
            self._watch(None)

    async def _listen(self, work: Work) -> Turn | None:
        """Return what an emergency leads to, in a message that is not the bot's to answer; None
        for every other message, and when the bot fails: a person reads it in any case."""
        closed = work.conversation.closed_at is not None
        if self.listener is None or closed or work.tries > TRIES:
            return None
        self._watch(work.inbox_id)
        try:
            heard = self.listener.alarm(work.conversation, work.state, work.message)
            return await asyncio.wait_for(heard, self.longest_thought)
        except Exception as error:
            log.error("bot.raised", inbox=work.inbox_id, error=type(error).__name__)
            return None
        finally:
            self._watch(None)

    def _apology(self, work: Work) -> Turn:
        return Turn(
            replies=(self.committer.words.say("utter_failed"),),
            state=work.state,
            handover=Handover(Reason.FAILED, language=str(work.state.slots.get(LANGUAGE) or "")),
        )

    async def _safely(self) -> bool:
        """Work once; a fault is logged, its row stays, and the next message gets its chance."""
        try:
            return await self.work_once()
        except Exception as error:
            log.error("worker.fault", error=type(error).__name__, where=where_raised(error))
            await asyncio.sleep(0.2)
            return False

    async def _rest(self, stop: asyncio.Event) -> None:
        self._awake.clear()
        waits = [asyncio.create_task(self._awake.wait()), asyncio.create_task(stop.wait())]
        _, pending = await asyncio.wait(waits, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()

    def _nudged(self) -> None:
        for nudge in self.nudges.receive():
            self._awake.set()
            # A message on a page is no parcel: a look for one would cost more than the nudge.
            address = Address(nudge.channel, nudge.user)
            if not nudge.channel or self.committer.pushes(nudge.authority, address):
                self._beside.post()

    def _tell(self, work: Work, changed_hands: bool) -> None:
        """Nudge the web processes: somebody may be reading this conversation."""
        self.nudges.send("web", about(work.conversation, "queue" if changed_hands else "entry"))

    async def _beat(self) -> None:
        """Say every few seconds that this worker is alive, with its model."""
        started = self.now()
        while True:
            with contextlib.suppress(sa.exc.OperationalError):
                await self.store.run(lambda connection: self._seen(connection, started))
            await asyncio.sleep(HEARTBEAT)

    def _seen(self, connection: Connection, started: datetime) -> None:
        values = {"model": self.model, "started_at": started, "seen_at": self.now()}
        connection.execute(
            insert(connection, workers)
            .values(name=self.name, **values)
            .on_conflict_do_update(index_elements=["name"], set_=values)
        )

    def _watch(self, inbox_id: int | None) -> None:
        watchdog = getattr(self, "_watchdog", None)
        if watchdog is None:
            return
        if inbox_id is None:
            watchdog.end()
        else:
            watchdog.begin(inbox_id)

    def _hangs(self, inbox_id: int) -> None:
        log.error("bot.hung_hard", inbox=inbox_id)
        with self.store.write() as connection:
            inbox.give_up(connection, inbox_id)
