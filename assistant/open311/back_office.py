"""The back office that sends requests to other systems, as the file of Open311 says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from assistant.open311.config import Open311
from knowledge import submissions
from knowledge.requests import Filed


@dataclass(frozen=True)
class Elsewhere:
    """Implements knowledge.back_office.BackOffice."""

    open311: Open311

    def lodged(self, connection: Connection, filed: Filed, now: datetime) -> None:
        """Write down that an endpoint is to have it, if one takes it. A report that was added to
        another one is not sent when that one was: they know of it."""
        endpoint = self.open311.endpoint_of(filed.authority, filed.service)
        if endpoint is None:
            return
        if filed.joins and submissions.find(connection, filed.joins) is not None:
            return
        submissions.put(connection, filed.reference, filed.authority, endpoint.name, now)
