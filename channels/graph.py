"""Calls to Meta's Graph API, and what its refusals mean.

https://developers.facebook.com/docs/graph-api/guides/error-handling
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from channels.account import Account
from channels.channel import DeliveryFailed, Refused, Transient, Unsure
from channels.over_http import failed_on_the_way, retry_after

API = "https://graph.facebook.com"
VERSION = "v25.0"
TIMEOUT = httpx.Timeout(10.0, connect=5.0)

# Codes that every Graph API has in common. 4, 9, 17, 32, 613: too many calls; 80007 and 130429: too
# many from this WhatsApp account; 131048: because of complaints.
_RATE = frozenset({4, 9, 17, 32, 613, 80007, 130429, 131048})
# Too many to one person: Meta goes on taking those to others.
_PAIR_RATE = 131056
# The token has run out, was taken back or lacks a right: an operator must act, then it works.
_AUTH = frozenset({3, 10, 102, 190, 463, 467, 131005, *range(200, 300)})
# Meta's own trouble, or our account's: 368 and 131031 are blocks, 131042 an unpaid bill, 133010 a
# number that is not registered yet.
_PASSING = frozenset({1, 2, 368, 131000, 131016, 131031, 131042, 131057, 133004, 133010})


@dataclass(frozen=True)
class GraphError:
    """What Meta said of a call that it did not take. `code` is 0 when it gave none."""

    status: int
    code: int = 0
    subcode: int = 0
    is_transient: bool = False
    retry_after: timedelta | None = None


Meaning = Callable[[GraphError], DeliveryFailed | None]
"""What one platform's own codes mean; None for those that all share."""


class Graph:
    """The Graph API as one account sees it: its address, its version and its token."""

    def __init__(self, account: Account, token: str) -> None:
        self.api = account.may("api", API).rstrip("/")
        self._root = f"{self.api}/{account.may('version', VERSION)}"
        self._http = account.http
        self._token = token

    async def post(self, path: str, body: Mapping[str, Any], meaning: Meaning) -> Mapping[str, Any]:
        """Make a call that sends; return the answer's object. Raise DeliveryFailed: Unsure when the
        call may have arrived."""
        try:
            response = await self._http.post(
                f"{self._root}/{path}", json=body, headers=self._bearer(), timeout=TIMEOUT
            )
        except httpx.HTTPError as error:
            raise failed_on_the_way(error) from error
        if response.is_success:
            return _object(response)
        raise _failure(read(response), meaning)

    async def get(self, path: str) -> Mapping[str, Any]:
        """Make a call that only asks; return the answer's object. Raise DeliveryFailed."""
        async with self._asked(f"{self._root}/{path}", self._bearer()) as response:
            await response.aread()
            return _object(response)

    async def download(self, url: str, most: int, *, with_token: bool) -> bytes:
        """Return a file. Raise Refused when it is larger than `most` bytes or gone. An address that
        leads on to another is not followed."""
        data = bytearray()
        async with self._asked(url, self._bearer() if with_token else {}) as response:
            async for piece in response.aiter_bytes():
                data += piece
                if len(data) > most:
                    raise Refused("too_large")
        return bytes(data)

    @asynccontextmanager
    async def _asked(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        try:
            async with self._http.stream(
                "GET", url, headers=headers, timeout=TIMEOUT, follow_redirects=False
            ) as response:
                if not response.is_success:
                    await response.aread()
                    raise _failure(read(response), _gone)
                yield response
        except httpx.TimeoutException as error:
            raise Transient("timeout") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Transient("connect") from error

    def keeps(self, address: str, *hosts: str) -> bool:
        """Whether that address is the API's own, or https at one of the hosts: one that begins with
        a dot stands for all below it."""
        try:
            url, api = httpx.URL(address), httpx.URL(self.api)
        except httpx.InvalidURL:
            return False
        if (url.scheme, url.netloc) == (api.scheme, api.netloc):
            return True
        known = any(
            url.host.endswith(host) if host.startswith(".") else url.host == host for host in hosts
        )
        return known and (url.scheme, url.port) == ("https", None)

    def _bearer(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def read(response: httpx.Response) -> GraphError:
    """Return what an answer that is not a success says, whatever its body is."""
    try:
        error = response.json()["error"]
        code, subcode = error.get("code"), error.get("error_subcode")
        is_transient = error.get("is_transient") is True
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        code, subcode, is_transient = None, None, False
    return GraphError(
        status=response.status_code,
        code=code if isinstance(code, int) else 0,
        subcode=subcode if isinstance(subcode, int) else 0,
        is_transient=is_transient,
        retry_after=retry_after(response),
    )


def _failure(error: GraphError, meaning: Meaning) -> DeliveryFailed:
    own = meaning(error)
    if own is not None:
        return own
    if error.code == _PAIR_RATE:
        return Transient("pair_rate", error.retry_after)
    if error.code in _RATE or error.status == 429:
        return Transient("rate", error.retry_after)
    if error.status == 504:
        # Somebody between us and Meta gave up waiting: the call may have been taken.
        return Unsure("http_504", error.retry_after)
    if error.status >= 500:
        return Transient(f"http_{error.status}", error.retry_after)
    if error.status == 401 or error.code in _AUTH:
        return Transient("auth", error.retry_after)
    if error.is_transient or error.code in _PASSING:
        return Transient(f"meta_{error.code}", error.retry_after)
    return Refused(f"meta_{error.code}" if error.code else f"http_{error.status}")


def _gone(error: GraphError) -> DeliveryFailed | None:
    # Subcode 33: no such object, or none that we may see.
    absent = error.status in (404, 410) or (error.code, error.subcode) == (100, 33)
    return Refused("gone") if absent else None


def _object(response: httpx.Response) -> Mapping[str, Any]:
    try:
        found = response.json()
    except (ValueError, RecursionError) as error:
        raise Unsure("unreadable") from error
    if not isinstance(found, dict):
        raise Unsure("unreadable")
    return found
