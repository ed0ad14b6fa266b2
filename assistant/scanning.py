"""Asks a virus scanner about a file before anybody can open it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Protocol

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket

TIMEOUT = 30
"""Seconds that clamd may take for each step of its answer."""
UNIX = "unix:"


class Unscanned(Exception):
    """The scanner did not say: the file must not be kept yet."""


class Scanner(Protocol):
    """Anything that can tell a harmful file."""

    def is_clean(self, data: bytes) -> bool:
        """Return whether nothing was found in it. Waits for the answer. Raise Unscanned."""


@dataclass(frozen=True)
class Clamd:
    """ClamAV's daemon, at unix:/path or host:port. Its StreamMaxLength must be 10 MB or more."""

    address: str

    def is_clean(self, data: bytes) -> bool:
        try:
            [(status, _)] = self._client().instream(io.BytesIO(data)).values()
        except (ClamdError, OSError, ValueError) as error:
            raise Unscanned from error
        if status not in ("OK", "FOUND"):
            raise Unscanned
        return bool(status == "OK")

    def _client(self) -> ClamdNetworkSocket:
        if self.address.startswith(UNIX):
            return ClamdUnixSocket(self.address.removeprefix(UNIX), TIMEOUT)
        host, _, port = self.address.rpartition(":")
        return ClamdNetworkSocket(host, int(port), TIMEOUT)


def scanner_at(address: str) -> Scanner | None:
    """Return the scanner at unix:/path or host:port; None for "". Raise ValueError."""
    if not address:
        return None
    host, colon, port = address.rpartition(":")
    if not address.startswith(f"{UNIX}/") and not (host and colon and port.isdecimal()):
        raise ValueError("must be unix:/path or host:port")
    return Clamd(address)
