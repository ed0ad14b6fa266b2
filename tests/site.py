"""The product as an operator runs it: real processes, a real database, loopback HTTP."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from assistant.migrate import migrate
from assistant.settings import PROJECT
from assistant.store import Store

WEB = ("-m", "assistant", "web")
QUICK_WORKER = ("-m", "tests.integration.standing_worker")
WORKER = ("-m", "assistant", "worker")
PATIENCE = 120.0
"""Seconds that a process may take to start, or to do what is waited for, on a busy machine."""


@dataclass
class Site:
    """A site in a folder of its own. What its processes log goes to `logs`."""

    folder: Path
    database_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=lambda: free_port())
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    clients: list[httpx.Client] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(self.database_url or f"sqlite:///{self.folder / 'front-door.db'}")
        migrate(self.store)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def logs(self) -> str:
        return "".join(file.read_text() for file in sorted(self.folder.glob("*.log")))

    def start(self, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
        """Start one process of the product."""
        environment = {
            **os.environ,
            "PORT": str(self.port),
            "FRONT_DOOR_DATA_DIR": str(self.folder),
            "FRONT_DOOR_ENVIRONMENT": "production",
            "FRONT_DOOR_LOG_LEVEL": "debug",
            "OMP_NUM_THREADS": "1",
            **self.settings,
        }
        if self.database_url:
            environment["DATABASE_URL"] = self.database_url
        log = (self.folder / f"{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=PROJECT, env=environment, stdout=log, stderr=log
        )
        log.close()
        self.processes.append(process)
        return process

    def start_web(self) -> subprocess.Popen[bytes]:
        process = self.start(WEB)
        self.wait_for(lambda: self.answers("/healthz"), "the web process")
        return process

    def start_worker(self, arguments: tuple[str, ...] = QUICK_WORKER) -> subprocess.Popen[bytes]:
        before = self.logs.count("worker.ready")
        process = self.start(arguments)
        self.wait_for(lambda: self.logs.count("worker.ready") > before, "a worker")
        return process

    def answers(self, path: str) -> bool:
        try:
            return httpx.get(self.url + path, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def wait_for(self, condition: Any, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} did not come\n{self.logs[-3000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for client in self.clients:
            client.close()
        self.store.close()

    def visitor(self, council: str = "ashcombe") -> Visitor:
        """Somebody who has just opened the chat."""
        client = httpx.Client(base_url=self.url, timeout=10)
        self.clients.append(client)
        client.get(f"/chat/{council}").raise_for_status()
        return Visitor(client, council)


@dataclass
class Visitor:
    """A resident's browser, as far as HTTP goes."""

    client: httpx.Client
    council: str

    def say(self, text: str, number: str | None = None) -> httpx.Response:
        return self.client.post(
            f"/chat/{self.council}/messages",
            json={"id": number or str(uuid.uuid4()), "text": text},
        )

    def transcript(self) -> str:
        return self.client.get(f"/chat/{self.council}/transcript.txt").text

    def events(self, last: str = "") -> Iterator[tuple[str, str, Any]]:
        """Yield (id, event, data) from the stream until the caller stops."""
        headers = {"Last-Event-ID": last} if last else {}
        with self.client.stream(
            "GET", f"/chat/{self.council}/stream", headers=headers, timeout=20
        ) as response:
            response.raise_for_status()
            fields: dict[str, str] = {}
            for line in response.iter_lines():
                if line == "" and "data" in fields:
                    yield fields.get("id", ""), fields.get("event", ""), json.loads(fields["data"])
                    fields = {}
                name, _, value = line.partition(":")
                if name:
                    fields[name] = value.strip()

    def entries(self, number: int, last: str = "") -> list[tuple[str, str]]:
        """Return the ids and texts of the next so many entries on the stream."""
        found: list[tuple[str, str]] = []
        for event_id, event, data in self.events(last):
            if event == "entry":
                found.append((event_id, words_of(data)))
            if len(found) == number:
                break
        return found


def words_of(data: Any) -> str:
    """Return what an entry on the stream says, without its mark-up."""
    found = re.search(r"data-words[^>]*>(.*?)</(?:div|span)>", data["html"], re.DOTALL)
    assert found is not None, data
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split())


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def site(folder: Path, **options: Any) -> Iterator[Site]:
    made = Site(folder, **options)
    try:
        yield made
    finally:
        made.stop()


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9, and wait for its end."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
