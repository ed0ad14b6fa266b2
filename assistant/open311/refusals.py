"""Why a call is not done: an HTTP status, and what the caller should put right."""

from __future__ import annotations

from assistant.open311.format import Fault

BAD_REQUEST, FORBIDDEN, NOT_FOUND = 400, 403, 404
NOT_ALLOWED, TOO_LARGE, OTHER_TYPE, TOO_MANY = 405, 413, 415, 429


class Refused(Exception):
    """The call cannot be done. The words go to the caller, and quote nothing that was sent."""

    def __init__(self, status: int, *why: str, allowed: str = "", after: int = 0) -> None:
        super().__init__(*why)
        self.status = status
        self.why = why
        self.allowed = allowed
        self.after = after

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(Fault(self.status, one) for one in self.why)

    @property
    def headers(self) -> dict[str, str]:
        """What HTTP wants beside the status: RFC 9110, 15.5.6 and 10.2.3."""
        headers = {"Allow": self.allowed, "Retry-After": str(self.after or "")}
        return {name: value for name, value in headers.items() if value}
