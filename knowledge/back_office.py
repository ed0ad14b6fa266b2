"""Who works a council's requests: the people at our desk, or another system."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy.engine import Connection

from knowledge.requests import Filed


class BackOffice(Protocol):
    """What takes a request on, once it is in the book."""

    def lodged(self, connection: Connection, filed: Filed, now: datetime) -> None:
        """Take it on, in the transaction that lodges it: nothing is called, only written down.
        Twice is once."""


class OwnBook:
    """The book itself, which agents work at the desk: it has the request already."""

    def lodged(self, connection: Connection, filed: Filed, now: datetime) -> None:
        return
