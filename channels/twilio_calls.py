"""Makes calls to Twilio's REST API, and says what went wrong with them in our own words.

Twilio's pages: docs/usage/requests-to-twilio, docs/usage/twilios-response and docs/api/errors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx

from channels.channel import DeliveryFailed, Refused, Transient, Unreachable, Unsure
from channels.over_http import failed_on_the_way, retry_after

MEDIA_HOSTS = frozenset({"mms.twiliocdn.com", "s3-external-1.amazonaws.com"})
"""Where Twilio sends those who ask it for a file."""

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
MOST_HOPS = 3

FOR_THIS_NUMBER = {
    21211: "no_such_number",
    21217: "no_such_number",
    21265: "short_code",
    21610: "opted_out",
    21614: "not_a_mobile",
    21635: "landline",
    30004: "blocked",
    30005: "no_such_number",
    30006: "landline",
}
FOR_THIS_TEXT = {
    21408: "region",
    21602: "empty",
    21612: "no_route",
    21617: "too_long",
    21619: "empty",
    21658: "too_long",
    30007: "filtered",
}
FOR_NOW = {
    14107: "rate",
    20003: "auth",
    20429: "rate",
    21212: "sender",
    21603: "sender",
    21606: "sender",
    21609: "callback",
    21611: "queue_full",
    21659: "sender",
    21660: "sender",
    30001: "queue_full",
    30002: "suspended",
    30003: "unreachable",
    63038: "rate",
}
"""What passes, or what an operator can mend while the parcel waits: a wrong token or sender."""


class Calls:
    """The API of one account. `base` is the API's address, without a slash at its end."""

    def __init__(self, http: httpx.AsyncClient, base: str, sid: str, token: str) -> None:
        self.base = base
        self._http = http
        self._auth = httpx.BasicAuth(sid, token)
        self._account = f"{base}/2010-04-01/Accounts/{quote(sid, safe='')}"

    async def create(self, resource: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        """Make a resource of the account and return it. Raise DeliveryFailed: Unsure when Twilio
        may have made it."""
        try:
            answer = await self._http.post(
                f"{self._account}/{resource}.json", data=form, auth=self._auth, timeout=TIMEOUT
            )
        except httpx.HTTPError as error:
            raise failed_on_the_way(error) from error
        if answer.status_code in (502, 504):
            # A gateway gave up; what stands behind it may have taken the call.
            raise Unsure(f"http_{answer.status_code}")
        return _understood(answer, Unsure("garbage"))

    async def read(self, resource: str, **query: str) -> Mapping[str, Any]:
        """Return a resource of the account. Raise DeliveryFailed."""
        return await self._get(f"{self._account}/{resource}.json", query)

    async def follow(self, uri: str) -> Mapping[str, Any]:
        """Return the page of a list that an earlier page names. Raise DeliveryFailed."""
        # A path, so that no answer leads our credentials to another host.
        return await self._get(f"{self.base}/{uri.lstrip('/')}", None)

    async def download(self, url: str, most: int) -> bytes:
        """Return a file of at most `most` bytes from Twilio, or from where it keeps files, which is
        never shown our credentials. Raise Refused or Transient."""
        if _origin(url) != _origin(self.base):
            raise Refused("foreign_address")
        for _ in range(MOST_HOPS):
            ours = _origin(url) == _origin(self.base)
            if not ours and _origin(url) not in {("https", host, None) for host in MEDIA_HOSTS}:
                raise Refused("foreign_address")
            found = await self._hop(url, most, self._auth if ours else None)
            if isinstance(found, bytes):
                return found
            url = found
        raise Refused("too_many_hops")

    async def _get(self, url: str, query: Mapping[str, str] | None) -> Mapping[str, Any]:
        try:
            answer = await self._http.get(url, params=query, auth=self._auth, timeout=TIMEOUT)
        except httpx.HTTPError as error:
            raise Transient(_word(error)) from error
        return _understood(answer, Transient("garbage"))

    async def _hop(self, url: str, most: int, auth: httpx.Auth | None) -> bytes | str:
        """Return the file, or the address to go on to."""
        try:
            async with self._http.stream("GET", url, auth=auth, timeout=TIMEOUT) as answer:
                if answer.has_redirect_location:
                    return urljoin(url, answer.headers["location"])
                if answer.status_code in (404, 410):
                    raise Refused("gone")
                if answer.status_code != 200:
                    raise Transient(f"http_{answer.status_code}", retry_after(answer))
                data = bytearray()
                async for chunk in answer.aiter_bytes():
                    data += chunk
                    if len(data) > most:
                        raise Refused("too_large")
                return bytes(data)
        except httpx.HTTPError as error:
            raise Transient(_word(error)) from error
        except (httpx.InvalidURL, ValueError) as error:
            raise Refused("foreign_address") from error


def failure(status: int, code: int, retry_after: timedelta | None = None) -> DeliveryFailed:
    """Return what Twilio's refusal means for a parcel. `code` is Twilio's own, 0 for none."""
    if code in FOR_THIS_NUMBER:
        return Unreachable(FOR_THIS_NUMBER[code])
    if code in FOR_THIS_TEXT:
        return Refused(FOR_THIS_TEXT[code])
    if code in FOR_NOW:
        return Transient(FOR_NOW[code], retry_after)
    if status == 429:
        return Transient("rate", retry_after)
    if status in (401, 403):
        return Transient("auth")
    if status in (400, 405, 409, 410, 413, 415, 422):
        return Refused(f"twilio_{code}" if code else f"http_{status}")
    # 404 is a wrong account or a wrong address of the API, both of which an operator can mend.
    return Transient(f"http_{status}", retry_after)


def _understood(answer: httpx.Response, garbage: DeliveryFailed) -> Mapping[str, Any]:
    try:
        said = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        said = None
    if answer.is_success and isinstance(said, dict):
        return said
    if answer.is_success:
        raise garbage
    code = said.get("code") if isinstance(said, dict) else None
    number = code if isinstance(code, int) else 0
    raise failure(answer.status_code, number, retry_after(answer))


def _origin(url: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(url)
        return (parts.scheme, parts.hostname or "", parts.port)
    except ValueError:
        return None


def _word(error: httpx.HTTPError) -> str:
    return "timeout" if isinstance(error, httpx.TimeoutException) else "connect"
