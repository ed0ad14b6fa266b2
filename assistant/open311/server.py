"""Where other systems call: GeoReport v2 at /open311/v2, for every council of this installation.

Source: https://wiki.open311.org/GeoReport_v2/.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from assistant.open311.call import Call
from assistant.open311.callers import Caller, caller_of
from assistant.open311.config import Key
from assistant.open311.encoding import encode_all
from assistant.open311.format import MEDIA_TYPES, Fault, Form
from assistant.open311.offer import begun
from assistant.open311.openapi import description
from assistant.open311.parameters import Parameters, read_parameters
from assistant.open311.refusals import (
    BAD_REQUEST,
    NOT_ALLOWED,
    NOT_FOUND,
    OTHER_TYPE,
    TOO_LARGE,
    TOO_MANY,
    Refused,
)
from assistant.open311.resources import Resources
from assistant.store import Store
from channels.bucket import Buckets
from knowledge.back_office import BackOffice, OwnBook
from knowledge.library import Library
from knowledge.london import in_london

log = structlog.get_logger()

PREFIX = "/open311/v2"
LARGEST = 64 * 1024
"""Bytes of a call's body."""
DRAINED = 1024 * 1024
"""Bytes that are read of a body that is too large, so that who sends it sees our answer."""
AT_ONCE = 400
PER_SECOND = 200.0
"""Calls of one key, or of one machine without a key, that a process takes."""
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OWN_BOOK = OwnBook()
_FORM = "application/x-www-form-urlencoded"
_NO_PAGE = "There is nothing at this address."


@dataclass(frozen=True)
class _Path:
    """What stands after the prefix: a resource, perhaps one of its ids, and a format."""

    resource: str
    id: str
    form: Form


def open311(
    store: Store,
    library: Library,
    keys: Sequence[Key],
    public_url: str,
    now: Callable[[], datetime],
    *,
    production: bool = True,
    back_office: BackOffice = OWN_BOOK,
    clock: Callable[[], float] = time.monotonic,
    at_once: int = AT_ONCE,
) -> Blueprint:
    """Return the addresses of the standard. `keys` are those of systems that may do more than read;
    `public_url` is how others reach us; `back_office` takes on what they ask for."""
    buckets = Buckets(at_once, PER_SECOND)
    url = public_url + PREFIX
    resources = Resources(store, library, now, url, production, back_office)

    def known(request: Request, api_key: str) -> Caller:
        """Return who calls, unless too often. A key that is none counts for its machine: it cannot
        be guessed either."""
        caller, refused = Caller(), None
        try:
            caller = caller_of(api_key, keys)
        except Refused as error:
            refused = error
        wait = buckets.take(caller.name or request.ip, clock())
        if wait:
            raise Refused(TOO_MANY, "That is too often. Try again.", after=int(wait) + 1)
        if refused is not None:
            raise refused
        return caller

    async def called(request: Request, rest: str) -> HTTPResponse:
        form: Form = "json" if rest.endswith(".json") else "xml"
        try:
            path = _read_path(rest)
            act = _act(resources, path, request.method)
            parameters = await _parameters(request)
            caller = known(request, parameters.one("api_key"))
            call = Call(
                id=path.id,
                form=path.form,
                parameters=parameters,
                caller=caller,
                idempotency_key=request.headers.get("idempotency-key", "").strip(),
                has_keys=bool(keys),
            )
            body = await act(call)
        except Refused as refused:
            log.info("open311.refused", status=refused.status)
            return _refusal(refused, form)
        return _answer(body, path.form)

    async def described(request: Request) -> HTTPResponse:
        return _answer(description(url, begun(library, in_london(now()).date())), "json")

    blueprint = Blueprint("open311", url_prefix=PREFIX)
    blueprint.add_route(described, "/openapi.json", methods=["GET"])
    # A streaming handler reads its own body, so that one that is too large is refused in our words.
    blueprint.add_route(called, "/<rest:path>", methods=list(_METHODS), stream=True)
    return blueprint


def _read_path(rest: str) -> _Path:
    """Raise Refused."""
    try:
        parts = [unquote(part, errors="strict") for part in rest.split("/")]
    except UnicodeDecodeError:
        raise Refused(NOT_FOUND, _NO_PAGE) from None
    last, dot, form = parts[-1].rpartition(".")
    if not dot or len(parts) > 2:
        raise Refused(NOT_FOUND, _NO_PAGE)
    if form not in ("json", "xml"):
        raise Refused(NOT_FOUND, "Only .json and .xml are written here.")
    resource, id = (last, "") if len(parts) == 1 else (parts[0], last)
    return _Path(resource, id, "json" if form == "json" else "xml")


def _act(resources: Resources, path: _Path, method: str) -> Callable[[Call], Awaitable[bytes]]:
    """Return what answers. Raise Refused."""
    known = resources.one if path.id else resources.all
    acts = known.get(path.resource)
    if acts is None:
        raise Refused(NOT_FOUND, _NO_PAGE)
    act = acts.get("GET" if method == "HEAD" else method)
    if act is None:
        allowed = ", ".join(acts)
        raise Refused(NOT_ALLOWED, f"This address only knows {allowed}.", allowed=allowed)
    return act


async def _parameters(request: Request) -> Parameters:
    """Return what was sent: as a form, or in the query. Raise Refused."""
    if request.method != "POST":
        return read_parameters(request.query_string)
    media, _, charset = request.headers.get("content-type", "").lower().partition(";")
    utf8 = charset.strip().replace('"', "") in ("", "charset=utf-8", "charset=utf8")
    if media.strip() != _FORM or not utf8:
        raise Refused(OTHER_TYPE, f"A request is sent as {_FORM}, in UTF-8.")
    body = await _body(request)
    try:
        return read_parameters(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Refused(BAD_REQUEST, "What was sent is not UTF-8.") from None


async def _body(request: Request) -> bytes:
    """Return the whole body. Raise Refused."""
    body, size = bytearray(), 0
    if request.stream is None:
        return bytes(body)
    while size <= DRAINED and (chunk := await request.stream.read()) is not None:
        size += len(chunk)
        body += chunk if size <= LARGEST else b""
    if size > DRAINED:
        # The rest is not read, so the connection cannot go on: the answer says so.
        request.stream.keep_alive = False
    if size > LARGEST:
        raise Refused(TOO_LARGE, f"More than {LARGEST:,} bytes were sent.")
    return bytes(body)


def _refusal(refused: Refused, form: Form) -> HTTPResponse:
    body = encode_all(Fault, refused.faults, form)
    answer = _answer(body, form, refused.status)
    answer.headers.update(refused.headers)
    return answer


def _answer(body: bytes, form: Form, status: int = 200) -> HTTPResponse:
    headers = {"Cache-Control": "no-store"}
    return raw(body, status, headers=headers, content_type=MEDIA_TYPES[form])
