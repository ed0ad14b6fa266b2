"""Who is at the page: a random id from the server, in a cookie that only the server signs."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import sha256

from itsdangerous import BadSignature, Signer

COOKIE = "front_door"
LIFETIME = timedelta(days=30)
# On a shared computer the cookie goes with the browser's session, and after half a day at most.
SHARED_LIFETIME = timedelta(hours=12)
# A cookie that lasts for weeks need not be set again with every message.
RENEWED_AFTER = timedelta(hours=1)
# Warnings and slow clicks need a little longer than the idle time itself.
IDLE_GRACE = timedelta(seconds=90)
_SIGNED = re.compile(r"[0-9a-f]{32}\.[0-9]{1,12}\.[A-Za-z0-9_-]{20,64}")


@dataclass(frozen=True)
class Visitor:
    """One browser. `seen_at` is when the server last set its cookie; `known` is False at first."""

    id: str
    seen_at: datetime
    known: bool = True


class Visitors:
    """Makes, signs and recognises visitors. Nothing is stored."""

    def __init__(
        self,
        secret: str,
        *,
        secure: bool,
        idle_seconds: int,
        idle_with_person: int = 0,
        path: str = "/chat",
        framed: bool = True,
    ) -> None:
        """Make the visitors of one entrance. `framed` says that other sites may show it."""
        self._signer = Signer(secret, salt="webchat.visitor", digest_method=sha256)
        self._secure = secure
        self._idle = timedelta(seconds=idle_seconds)
        self._idle_with_person = timedelta(seconds=idle_with_person)
        self._lifetime = SHARED_LIFETIME if idle_seconds else LIFETIME
        self._path = path
        self._framed = framed

    def recognise(self, cookies: str, now: datetime) -> Visitor:
        """Return whose `Cookie` header this is. No, a forged or an old cookie: a new visitor."""
        return self._read(_value(cookies), now) or Visitor(secrets.token_hex(16), now, known=False)

    def left(self, visitor: Visitor, now: datetime, *, with_person: bool) -> bool:
        """Say whether a shared computer stood idle for so long that somebody else may be there.

        Who waits for a person or talks to one (`with_person`) may sit still for longer.
        """
        most = self._idle_with_person if with_person else self._idle
        return bool(most) and now - visitor.seen_at > most + IDLE_GRACE

    def due(self, visitor: Visitor, now: datetime) -> bool:
        """Say whether an answer should set the cookie: always where an idle chat is wiped."""
        return bool(self._idle) or not visitor.known or now - visitor.seen_at > RENEWED_AFTER

    def cookie(self, visitor: Visitor, now: datetime) -> str:
        """Return the `Set-Cookie` header that keeps this visitor from now on."""
        signed = self._signer.sign(f"{visitor.id}.{int(now.timestamp())}").decode()
        lasting = "" if self._idle else f"; Max-Age={int(self._lifetime.total_seconds())}"
        return f"{COOKIE}={signed}{lasting}{self._attributes()}"

    def forgotten(self) -> str:
        """Return the `Set-Cookie` header that removes the visitor from the device."""
        return f"{COOKIE}=; Max-Age=0{self._attributes()}"

    def _attributes(self) -> str:
        common = f"; Path={self._path}; HttpOnly"
        if not self._secure:
            return f"{common}; SameSite=Lax"
        if not self._framed:
            return f"{common}; Secure; SameSite=Lax"
        # A frame on the council's own site is third-party to us: only such a cookie comes back.
        return f"{common}; Secure; SameSite=None; Partitioned"

    def _read(self, value: str, now: datetime) -> Visitor | None:
        if not _SIGNED.fullmatch(value):
            return None
        try:
            visitor, seconds = self._signer.unsign(value).decode().split(".")
        except BadSignature:
            return None
        seen_at = datetime.fromtimestamp(int(seconds), timezone.utc)
        return Visitor(visitor, seen_at) if now - seen_at <= self._lifetime else None


def _value(cookies: str) -> str:
    # http.cookies stops at the first cookie it dislikes, and other systems set odd ones.
    for pair in cookies.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return value
    return ""
