"""Who calls: everybody, or a system whose key we know."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from assistant.open311.config import Key
from assistant.open311.refusals import FORBIDDEN, Refused


@dataclass(frozen=True)
class Caller:
    """`key` is None for who shows none."""

    key: Key | None = None

    @property
    def name(self) -> str:
        """The name of the key, empty without one."""
        return self.key.name if self.key else ""

    def may_read_answers_of(self, councils: Collection[str]) -> bool:
        """Whether residents' own words may be shown, of these councils' requests."""
        return self.key is not None and self.key.private and self._covers(councils)

    def check_may_post(self, councils: Collection[str]) -> None:
        """Raise Refused when requests to these councils are not taken from here."""
        if self.key is None:
            raise Refused(FORBIDDEN, "An api_key is needed to make a request.")
        if not self.key.post:
            raise Refused(FORBIDDEN, "This api_key may not make requests.")
        if not self._covers(councils):
            raise Refused(FORBIDDEN, "This api_key may not make requests to this council.")

    def _covers(self, councils: Collection[str]) -> bool:
        return self.key is not None and not set(self.key.councils).isdisjoint(councils)


def caller_of(api_key: str, keys: Sequence[Key]) -> Caller:
    """Return who shows that key; everybody, when it is empty. Raise Refused for one that is none.

    Every key is compared, in the same time whatever it is.
    """
    if not api_key:
        return Caller()
    shown = _digest(api_key)
    found = [key for key in keys if hmac.compare_digest(_digest(key.key), shown)]
    if not found:
        raise Refused(FORBIDDEN, "This api_key is not known.")
    return Caller(found[0])


def _digest(secret: str) -> bytes:
    """Of one length, whatever the secret's: a comparison of digests tells nothing of either."""
    return sha256(secret.encode()).digest()
