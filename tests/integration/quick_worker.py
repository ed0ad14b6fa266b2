"""Worker processes with a quick bot, to be killed: each life is a fork, so that it starts at once.

    python -m tests.integration.quick_worker BOT DATA_DIR PLATFORM_FILE LIFE [LIFE ...]

BOT is `quick`, or the path of a trained model: then it is the real bot that dies.

A life is `statement:N` (killed as its Nth SQL statement is about to run), `bot:N` or `send:N` (in
the Nth call of the bot or of the platform), `sent:N` (after it, before anybody knows), or `whole`
(ends by itself when nothing is left to do). The first message of a life is never killed three
times in a row unless N is small: that is a choice of the test.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from assistant.bot import Bot, DialogueState, Turn
from assistant.conversation import Conversation
from assistant.delivery import Delivery
from assistant.logs import set_up_logs
from assistant.store import Store
from assistant.turn import Committer
from assistant.words import read_words
from assistant.worker import Worker, utc_now
from channels.channel import Payload
from channels.messages import Address, InboundMessage
from tests.fakes import Platform, QuickBot
from tests.paths import SilentNudges


def kill_myself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Countdown:
    """Kills the process at the Nth call."""

    def __init__(self, number: int) -> None:
        self._left = number

    def __call__(self, *_: Any) -> None:
        self._left -= 1
        if self._left == 0:
            kill_myself()


class FilePlatform(Platform):
    """A platform that outlives the worker: what it took is in a file, each key once."""

    def __init__(self, file: Path, before: Countdown, after: Countdown) -> None:
        super().__init__()
        self._file = file
        self._before = before
        self._after = after

    async def send(self, to: Address, payload: Payload, key: str) -> str | None:
        self._before()
        seen = self._file.read_text().splitlines() if self._file.exists() else []
        if not any(line.split("\t")[0] == key for line in seen):
            with self._file.open("a") as opened:
                opened.write(f"{key}\t{to.user}\t{payload['text']}\n")
        self._after()
        return None

    async def find(self, to: Address, payload: Payload, key: str, since: datetime) -> str | None:
        seen = self._file.read_text().splitlines() if self._file.exists() else []
        return key if any(line.split("\t")[0] == key for line in seen) else None


class MortalBot:
    """A bot that may take its process with it."""

    def __init__(self, bot: Bot, countdown: Countdown) -> None:
        self._bot = bot
        self._countdown = countdown

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        self._countdown()
        return await self._bot.answer(conversation, state, message)


def load(bot: str) -> Bot:
    """Return the bot; the real one has been loaded before the first fork."""
    if bot == "quick":
        return QuickBot()
    from assistant.rasa_bot import RasaBot

    return RasaBot.load(Path(bot))


async def live(bot: Bot, data_dir: Path, platform_file: Path, life: str) -> None:
    """Work and deliver until there is nothing to do, or until the life ends."""
    kind, _, number = life.partition(":")
    never = Countdown(0)
    ends = {kind: Countdown(int(number or 0))}
    store = Store(f"sqlite:///{data_dir / 'front-door.db'}")
    sa.event.listen(store.engine, "before_cursor_execute", ends.get("statement", never))
    platform = FilePlatform(platform_file, ends.get("send", never), ends.get("sent", never))
    committer = Committer(
        lambda _, name: {"pushed": platform}[name], read_words(), lambda slug, now: ""
    )
    worker = Worker(
        store, MortalBot(bot, ends.get("bot", never)), committer, SilentNudges(), name="mortal"
    )
    worker.take_over()
    delivery = Delivery(store, committer.channels, worker.holder, utc_now)
    busy = True
    while busy:
        busy = await worker.work_once()
        busy = await delivery.deliver_one() or busy
    store.close()


def main(arguments: Sequence[str]) -> int:
    bot_name, data_dir, platform_file, *lives = arguments
    set_up_logs("production", "error")
    bot = load(bot_name)
    for life in lives:
        child = os.fork()
        if child == 0:
            asyncio.run(live(bot, Path(data_dir), Path(platform_file), life))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        ended = "killed" if os.WIFSIGNALED(status) else str(os.waitstatus_to_exitcode(status))
        sys.stdout.write(f"{life} {ended}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
