"""Tells the other processes of this machine to look now. A lost nudge costs a second."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.conversation import Conversation

LARGEST = 2048
RELIST = 1.0


@dataclass(frozen=True)
class Nudge:
    """Where to look. `kind` is "inbox" (for workers), or "entry", "queue", "typing" or "alert" (for
    web)."""

    kind: str
    conversation: str = ""
    authority: str = ""
    channel: str = ""
    user: str = ""
    name: str = ""


def about(conversation: Conversation, kind: str, name: str = "") -> Nudge:
    """Return the nudge to look at a conversation."""
    address = conversation.address
    return Nudge(kind, conversation.id, conversation.authority, address.channel, address.user, name)


class Nudges:
    """A datagram socket of our own, and everybody else's: a folder of Unix sockets.

    The folder is named for the data folder and lies in the system's temporary folder, because the
    path of a Unix socket may not be longer than about 100 characters.
    """

    def __init__(self, data_dir: Path, role: str) -> None:
        digest = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
        self._folder = Path(tempfile.gettempdir()) / f"front-door-{os.getuid()}-{digest}"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if self._folder.stat().st_uid != os.getuid():
            raise PermissionError(f"{self._folder} belongs to somebody else")
        self._own = self._folder / f"{role}-{os.getpid()}.sock"
        self._own.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(str(self._own))
        self._listed: list[str] = []
        self._listed_at = 0.0

    def send(self, role: str, nudge: Nudge) -> None:
        """Tell every other process of that role. Nothing is raised: a nudge may be lost."""
        others = self._others(role)
        if not others:
            return
        message = json.dumps(vars(nudge)).encode()
        for path in others:
            try:
                self.socket.sendto(message, path)
            except (ConnectionRefusedError, FileNotFoundError):
                # Its process was killed before it could tidy up.
                with contextlib.suppress(OSError):
                    os.unlink(path)
                self._listed_at = 0.0
            except OSError:
                pass

    def tell(self, nudge: Nudge) -> None:
        """Wake the other web processes and, when something was said or a conversation changed
        hands, the other workers: it may want an answer, or have to be sent."""
        self.send("web", nudge)
        if nudge.kind in ("entry", "queue"):
            self.send("worker", replace(nudge, kind="inbox"))

    def _others(self, role: str) -> list[str]:
        """Return the sockets of that role but our own, looked up again every second."""
        now = time.monotonic()
        if now - self._listed_at > RELIST:
            self._listed_at = now
            self._listed = [str(path) for path in self._folder.glob("*.sock") if path != self._own]
        prefix = str(self._folder / f"{role}-")
        return [path for path in self._listed if path.startswith(prefix)]

    def receive(self) -> list[Nudge]:
        """Return the nudges that have come, without waiting."""
        found: list[Nudge] = []
        while True:
            try:
                message = self.socket.recv(LARGEST)
            except BlockingIOError:
                return found
            with contextlib.suppress(ValueError, TypeError):
                value = json.loads(message)
                if isinstance(value, Mapping):
                    found.append(Nudge(**value))

    def close(self) -> None:
        self.socket.close()
        self._own.unlink(missing_ok=True)
