"""Runs one process: the web server, or a worker, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable

import structlog

from assistant.scanning import scanner_at
from assistant.settings import Settings
from assistant.wiring import Parts, worker_name
from assistant.worker import Worker

log = structlog.get_logger()

SUPERVISED = "FRONT_DOOR_SUPERVISED"


def end_with_parent() -> None:
    """End this process when its supervisor dies, however it dies: the pipe between them closes."""
    if not os.environ.get(SUPERVISED):
        return

    def watch() -> None:
        # Not sys.stdin: Python aborts at its end when a thread still holds that object's lock.
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def serve_web(settings: Settings) -> None:
    """Serve until a signal says stop."""
    from assistant.web import create_app

    end_with_parent()
    app = create_app(settings)
    app.run(
        host=settings.host,
        port=settings.port,
        access_log=False,
        debug=False,
        motd=False,
        backlog=512,
    )


def serve_worker(settings: Settings, slot: str) -> None:
    """Load the model, then work until a signal says stop."""
    from assistant.nlu.without_tensorflow import leave_out_learning
    from assistant.rasa_bot import RasaBot

    leave_out_learning()
    end_with_parent()
    parts = Parts(settings)
    nudges = parts.nudges("worker")
    rasa = RasaBot.load(settings.model)
    worker = Worker(
        store=parts.store,
        bot=parts.herald(rasa),
        committer=parts.committer,
        nudges=nudges,
        name=worker_name(slot),
        model=settings.model.name,
        files=parts.files,
        scanner=scanner_at(settings.clamd),
        chores=parts.chores(nudges.tell),
        links=parts.links(nudges.tell),
        listener=rasa,
        submit=parts.sending(worker_name(slot)).send_one,
    )
    parts.publisher.start()
    work_until_told(worker, parts.http.aclose)
    parts.publisher.stop()
    parts.store.close()


async def nothing() -> None:
    """Do nothing."""


def work_until_told(worker: Worker, close: Callable[[], Awaitable[None]] = nothing) -> None:
    """Run a worker until SIGTERM or SIGINT; the message under way is finished first. `close` lets
    go of what the worker used."""

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await worker.run(stop)
        await close()

    try:
        asyncio.run(run())
    finally:
        worker.nudges.close()
