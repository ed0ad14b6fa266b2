"""A temporary folder and the programs that run in it: both are gone at the end, however it ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

PATIENCE = 15.0
"""Seconds that a program has to end by itself."""


class Died(Exception):
    """A program under measurement ended by itself; its last lines are in the message."""


class Program:
    """A process in a session of its own, so that Ctrl+C reaches the bench and not the program."""

    def __init__(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
    ) -> None:
        self._log = log
        with log.open("ab") as opened:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=opened,
                stderr=opened,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise Died when it has ended."""
        if self.process.poll() is not None:
            raise Died(f"{self._log.name} ended with {self.process.returncode}:\n{self.tail()}")

    def finish(self) -> None:
        """Wait for its end. Raise Died when it failed."""
        if self.process.wait() != 0:
            self.check()

    def end(self) -> None:
        """End it and whatever it started. Does nothing the second time."""
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def tail(self) -> str:
        """Return the last lines that it wrote."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])


class Place:
    """The folder, and an environment in which programs write nowhere else."""

    def __init__(self) -> None:
        # A short path: the path of a Unix socket may not be longer than about 100 characters.
        base = Path(os.sep, "tmp")
        self.folder = Path(
            tempfile.mkdtemp(prefix="fd-bench-", dir=base if base.is_dir() else None)
        )
        self._programs: list[Program] = []

    def __enter__(self) -> Place:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A second Ctrl+C must not leave half of it behind.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for program in self._programs:
            program.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, arguments: Sequence[str], folder: Path, log: str, **settings: str) -> Program:
        """Start Python with these arguments. `log` names a file of this place."""
        # Whatever this shell has set for another Front Door is not what an operator starts with.
        as_found = {k: v for k, v in os.environ.items() if not k.startswith("FRONT_DOOR_")}
        environment = {
            **as_found,
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "RASA_TELEMETRY_ENABLED": "false",
            **settings,
        }
        program = Program(arguments, folder, environment, self.folder / log)
        self._programs.append(program)
        return program


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
