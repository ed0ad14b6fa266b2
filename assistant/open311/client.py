"""Calls another system's GeoReport v2, and says what went wrong in our own words.

Source: https://wiki.open311.org/GeoReport_v2/. No call follows a redirect, and none takes longer or
brings more than is set here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

import httpx

from assistant.open311.config import Endpoint
from assistant.open311.decoding import decode_all
from assistant.open311.format import Fault, Misread, RequestReply, ServiceRequest, write_time
from assistant.open311.outgoing import Form
from channels.channel import Refused, Transient, Unsure
from channels.over_http import failed_on_the_way, retry_after

T = TypeVar("T")

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
LONGEST_CALL = 20.0
"""Seconds of a whole call, however slowly its answer drips."""
MOST_BYTES = 4_000_000
LONGEST_ID = 200
LONGEST_WORDS = 300

# What may have been done all the same: it took too long, or met something that is there already.
_DOUBTFUL = frozenset({408, 409, 425})


class Declined(Refused):
    """They will not do that; `words` are theirs, for staff to read."""

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(reason)
        self.words = words[:LONGEST_WORDS]


@dataclass(frozen=True)
class Client:
    """One endpoint's API. `longest` is in seconds."""

    endpoint: Endpoint
    http: httpx.AsyncClient
    longest: float = LONGEST_CALL

    async def post(self, form: Form, key: str) -> RequestReply:
        """Make a request; return what it is known by: an id, or a token. `key` is the same at each
        attempt. Raise Declined, Transient when they have not got it, Unsure when they may have."""
        try:
            answer = await self._in_time("POST", "requests", data=form, key=key)
        except asyncio.TimeoutError as error:
            raise Unsure("timeout") from error
        except httpx.HTTPError as error:
            raise failed_on_the_way(error) from error
        status = answer.status_code
        if status == 429:
            raise Transient("rate", retry_after(answer))
        if 400 <= status < 500 and status not in _DOUBTFUL:
            raise Declined(f"http_{status}", self._words(answer))
        if not answer.is_success:
            raise Unsure(f"http_{status}", retry_after(answer))
        for reply in self._read(RequestReply, answer, Unsure("garbage")):
            known_by = reply.service_request_id or reply.token
            if known_by and len(known_by) <= LONGEST_ID:
                return reply
        raise Unsure("garbage")

    async def id_of(self, token: str) -> str:
        """Return the id of the request that they gave this token for; empty while there is none.
        Raise Transient."""
        answer = await self._get(f"tokens/{quote(token, safe='')}", {})
        if answer.status_code == 404:
            return ""
        replies = self._read(RequestReply, self._good(answer), Transient("garbage"))
        ids = (reply.service_request_id for reply in replies)
        return next((one for one in ids if one and len(one) <= LONGEST_ID), "")

    async def read(self, ids: Collection[str]) -> Mapping[str, ServiceRequest]:
        """Return those requests by id, without those that they do not show. Raise Transient."""
        found: dict[str, ServiceRequest] = {}
        if len(ids) > 1:
            answer = await self._get("requests", {"service_request_id": ",".join(ids)})
            if answer.is_success:
                found = self._by_id(answer, ids)
            elif answer.is_server_error:
                self._good(answer)
        # Not every system reads several at a time, and one that is unknown may spoil the others.
        for one in sorted(set(ids) - set(found)):
            answer = await self._get(f"requests/{quote(one, safe='')}", {})
            with suppress(Transient):
                found |= self._by_id(self._good(answer), [one])
        return found

    async def listed(
        self, service_code: str, since: datetime, until: datetime
    ) -> Sequence[ServiceRequest]:
        """Return what they list of that service, made between those times. Raise Transient."""
        query = {
            "service_code": service_code,
            "start_date": write_time(since),
            "end_date": write_time(until),
        }
        answer = self._good(await self._get("requests", query))
        return self._read(ServiceRequest, answer, Transient("garbage"))

    async def _get(self, resource: str, query: Mapping[str, str]) -> httpx.Response:
        its = {
            "jurisdiction_id": self.endpoint.jurisdiction_id,
            "api_key": self.endpoint.api_key,
        }
        known = {name: value for name, value in its.items() if value}
        try:
            return await self._in_time("GET", resource, params={**known, **query})
        except asyncio.TimeoutError as error:
            raise Transient("timeout") from error
        except httpx.HTTPError as error:
            raise Transient(failed_on_the_way(error).reason) from error

    async def _in_time(
        self,
        method: str,
        resource: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Form | None = None,
        key: str = "",
    ) -> httpx.Response:
        call = self._call(method, resource, params, data, key)
        return await asyncio.wait_for(call, self.longest)

    async def _call(
        self,
        method: str,
        resource: str,
        params: Mapping[str, str] | None,
        data: Form | None,
        key: str,
    ) -> httpx.Response:
        url = f"{self.endpoint.url}/{resource}.{self.endpoint.format}"
        async with self.http.stream(
            method,
            url,
            params=params,
            data=data,
            headers={"Idempotency-Key": key} if key else None,
            timeout=TIMEOUT,
            follow_redirects=False,
        ) as answer:
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise httpx.DecodingError("too large", request=answer.request)
            return httpx.Response(
                answer.status_code,
                headers={"retry-after": answer.headers.get("retry-after", "")},
                content=bytes(body),
            )

    def _good(self, answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            raise Transient(f"http_{answer.status_code}", retry_after(answer))
        return answer

    def _by_id(self, answer: httpx.Response, ids: Collection[str]) -> dict[str, ServiceRequest]:
        read = self._read(ServiceRequest, answer, Transient("garbage"))
        return {one.service_request_id: one for one in read if one.service_request_id in ids}

    def _read(self, kind: type[T], answer: httpx.Response, otherwise: Transient) -> Sequence[T]:
        try:
            return decode_all(kind, answer.content, self.endpoint.format)
        except Misread as error:
            raise otherwise from error

    def _words(self, answer: httpx.Response) -> str:
        """What they say about a refusal, nothing when that cannot be read."""
        try:
            faults = decode_all(Fault, answer.content, self.endpoint.format)
        except Misread:
            return ""
        return " ".join(" ".join(fault.description for fault in faults).split())
