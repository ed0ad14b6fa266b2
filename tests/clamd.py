"""A stand-in for ClamAV's daemon that speaks its INSTREAM command, as `man clamd` describes it."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The file that every scanner takes for a virus, and that is none: eicar.org. In two halves, or a
scanner would take this file for one too."""


class _Talk(socketserver.StreamRequestHandler):
    server: StandIn

    def handle(self) -> None:
        command = self.rfile.readline()
        if command != b"nINSTREAM\n":
            self.wfile.write(b"UNKNOWN COMMAND\n")
            return
        data = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
            if len(data) > self.server.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\n")
                return
        self.server.seen.append(data)
        found = b"Eicar-Test-Signature FOUND" if EICAR in data else b"OK"
        self.wfile.write(b"stream: " + (self.server.says or found) + b"\n")


class StandIn(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine. `says` is what it answers instead of the truth."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.seen: list[bytes] = []
        self.most = 25 * 1024 * 1024
        self.says = b""

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@contextmanager
def clamd() -> Iterator[StandIn]:
    """A scanner that runs."""
    with StandIn() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
