"""Keeps the web process and the workers running: one that dies is started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import structlog

from assistant.serving import SUPERVISED
from assistant.settings import Settings

log = structlog.get_logger()

LONGEST_WAIT = 30.0
SETTLED = 60.0
"""Seconds after which a process that dies counts as having worked."""
PATIENCE = 8.0
"""Seconds that a process has to finish what it is doing."""


@dataclass
class Child:
    """One process that should always run, and how its last starts went."""

    name: str
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0

    def start(self, environment: dict[str, str]) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-m", "assistant", *self.arguments],
            env=environment,
            stdin=subprocess.PIPE,
        )

    def ended(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def plan_restart(self) -> float:
        """Count the end; return the seconds to wait before the next start, longer each time."""
        settled = time.monotonic() - self.started > SETTLED
        self.failures = 1 if settled else self.failures + 1
        wait = 0.0 if self.failures == 1 else min(2.0 ** (self.failures - 2), LONGEST_WAIT)
        self.not_before = time.monotonic() + wait
        self.process = None
        return wait


@dataclass
class Supervisor:
    """Runs one web process and so many workers, and the emulated platforms when `phones` is set,
    until SIGINT or SIGTERM."""

    settings: Settings
    workers: int
    phones: bool = False
    say: Callable[[str], None] = print
    _children: list[Child] = field(init=False)
    _stopping: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._children = [Child("web", ("web",))] + [
            Child(f"worker {slot}", ("worker", "--slot", str(slot)))
            for slot in range(1, self.workers + 1)
        ]
        if self.phones:
            self._children.append(Child("phones", ("phones",)))

    def run(self) -> int:
        """Return the exit code: 0 after a signal, 1 when the web process cannot start at all."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told)
        environment = self._environment()
        announced = False
        try:
            while not self._stopping:
                for child in self._children:
                    self._keep(child, environment)
                if self._children[0].failures >= 5:
                    self.say("The web server does not start. The lines above say why.")
                    return 1
                if not announced and self._is_ready():
                    announced = True
                    self.say("The assistant is ready. Press Ctrl+C to stop.")
                time.sleep(0.1)
        finally:
            self._end_all()
        return 0

    def _keep(self, child: Child, environment: dict[str, str]) -> None:
        code = child.ended()
        if code is not None:
            wait = child.plan_restart()
            log.error("process.died", process=child.name, code=code, again_in=wait)
        if child.process is None and time.monotonic() >= child.not_before:
            child.start(environment)

    def _environment(self) -> dict[str, str]:
        metrics = self.settings.data_dir / "metrics"
        shutil.rmtree(metrics, ignore_errors=True)
        metrics.mkdir(parents=True)
        return {
            **os.environ,
            SUPERVISED: "1",
            "FRONT_DOOR_CHANNELS": str(self.settings.channels),
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
            # One core each: libraries that start threads of their own only get in each other's way.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }

    def _is_ready(self) -> bool:
        address = f"http://{self.settings.host}:{self.settings.port}/readyz"
        try:
            with urllib.request.urlopen(address, timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _told(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _end_all(self) -> None:
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
