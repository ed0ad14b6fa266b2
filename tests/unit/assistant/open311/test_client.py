"""Another system's API: what it says is read, and what goes wrong has one of our words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import pytest

from assistant.open311.client import MOST_BYTES, Client, Declined
from assistant.open311.config import Endpoint
from assistant.open311.format import ServiceRequest
from assistant.open311.looking import FULL, MOST_CALLS, Seen, is_absent, look
from assistant.open311.outgoing import Form
from channels.channel import DeliveryFailed, Transient, Unsure
from tests.paths import NOON

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>'
    "<service_requests><request><service_request_id>&c;</service_request_id></request>"
    "</service_requests>"
)


@dataclass
class Answers:
    """What stands in for the network: each call is kept, and answered by the function."""

    answer: Callable[[httpx.Request], httpx.Response]
    calls: list[httpx.Request] = field(default_factory=list)

    def client(self, form: str = "json") -> Client:
        endpoint = Endpoint.parse_obj(
            {
                "name": "Highways",
                "council": "wenshire",
                "services": "all",
                "url": "https://open311.wenshire.example/v2",
                "jurisdiction_id": "wenshire.example",
                "format": form,
                "api_key": "a-key",
                "lookup": "list",
            }
        )
        http = httpx.AsyncClient(transport=httpx.MockTransport(self._called))
        return Client(endpoint, http)

    def _called(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request)
        return self.answer(request)


def says(status: int, content: str | bytes = b"", **headers: str) -> Answers:
    return Answers(lambda request: httpx.Response(status, content=content, headers=headers))


def raises(error: type[httpx.HTTPError]) -> Answers:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("no", request=request)  # type: ignore[call-arg]  # all that are given take it

    return Answers(answer)


@pytest.mark.parametrize(
    ("answers", "expected", "reason"),
    [
        pytest.param(raises(httpx.ConnectError), Transient, "connect", id="cannot connect"),
        pytest.param(raises(httpx.ConnectTimeout), Transient, "connect", id="connects too slowly"),
        pytest.param(raises(httpx.ReadTimeout), Unsure, "timeout", id="no answer"),
        pytest.param(raises(httpx.WriteTimeout), Unsure, "timeout", id="takes it too slowly"),
        pytest.param(raises(httpx.ReadError), Unsure, "lost", id="hangs up"),
        pytest.param(raises(httpx.RemoteProtocolError), Unsure, "lost", id="no HTTP"),
        pytest.param(says(200, b" " * (MOST_BYTES + 1)), Unsure, "lost", id="too long"),
        pytest.param(says(200, "<p>Thanks</p>"), Unsure, "garbage", id="a page"),
        pytest.param(says(200, "[]"), Unsure, "garbage", id="nothing"),
        pytest.param(says(200, '[{"token": null}]'), Unsure, "garbage", id="neither id nor token"),
        pytest.param(says(200, f'[{{"token": "{"x" * 201}"}}]'), Unsure, "garbage", id="too long"),
        pytest.param(says(302, location="https://x.example"), Unsure, "http_302", id="elsewhere"),
        pytest.param(says(303, location="/v2/requests/1"), Unsure, "http_303", id="see other"),
        pytest.param(says(408), Unsure, "http_408", id="408"),
        pytest.param(says(409), Unsure, "http_409", id="it may be there already"),
        pytest.param(says(429), Transient, "rate", id="too many"),
        pytest.param(says(500), Unsure, "http_500", id="500"),
        pytest.param(says(503), Unsure, "http_503", id="503"),
        pytest.param(says(400, "no"), Declined, "http_400", id="400"),
        pytest.param(says(401), Declined, "http_401", id="401"),
        pytest.param(says(403), Declined, "http_403", id="403"),
        pytest.param(says(404), Declined, "http_404", id="404"),
    ],
)
async def test_what_is_known_after_a_post(
    answers: Answers, expected: type[DeliveryFailed], reason: str
) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await answers.client().post({"service_code": "1"}, "FD-7KQM-2XHT")
    assert (type(failed.value), failed.value.reason) == (expected, reason)
    assert len(answers.calls) == 1


@pytest.mark.parametrize(
    ("form", "body"),
    [
        pytest.param("json", '[{"service_request_id": 293944}]', id="json"),
        pytest.param(
            "xml",
            "<service_requests><request><service_request_id>293944</service_request_id></request>"
            "</service_requests>",
            id="xml",
        ),
    ],
)
async def test_a_request_is_posted_as_a_form_under_our_key(form: str, body: str) -> None:
    answers = says(201, body)
    sent: Form = {"service_code": "1", "attribute[kinds][]": ["deep", "wide"]}
    reply = await answers.client(form).post(sent, "FD-7KQM-2XHT")
    [call] = answers.calls
    assert reply.service_request_id == "293944"
    assert str(call.url) == f"https://open311.wenshire.example/v2/requests.{form}"
    assert call.headers["idempotency-key"] == "FD-7KQM-2XHT"
    assert call.content == (
        b"service_code=1&attribute%5Bkinds%5D%5B%5D=deep&attribute%5Bkinds%5D%5B%5D=wide"
    )


async def test_why_they_refuse_is_kept_for_staff() -> None:
    body = '[{"code": 400, "description": "jurisdiction_id\\n was not provided"}, {"code": 9}]'
    with pytest.raises(Declined) as declined:
        await says(400, body).client().post({}, "key")
    assert declined.value.words == "jurisdiction_id was not provided"


async def test_xml_that_grows_is_not_read() -> None:
    with pytest.raises(Unsure, match="garbage"):
        await says(200, BOMB).client("xml").post({}, "key")


async def test_how_long_they_ask_us_to_wait_is_kept() -> None:
    answers = Answers(lambda request: httpx.Response(429, headers={"retry-after": "120"}))
    with pytest.raises(Transient) as busy:
        await answers.client().post({}, "key")
    assert busy.value.retry_after == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param(says(200, '[{"service_request_id": "7", "token": "t"}]'), "7", id="known"),
        pytest.param(says(200, '[{"service_request_id": "", "token": "t"}]'), "", id="not yet"),
        pytest.param(says(200, "[]"), "", id="nothing"),
        pytest.param(says(404), "", id="not found yet"),
    ],
)
async def test_a_token_is_asked_about(answers: Answers, expected: str) -> None:
    assert await answers.client().id_of("t/../1") == expected
    assert answers.calls[0].url.raw_path.startswith(b"/v2/tokens/t%2F..%2F1.json?")


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(says(500), id="500"),
        pytest.param(says(302, location="https://x.example"), id="elsewhere"),
        pytest.param(says(200, "<p>"), id="a page"),
        pytest.param(raises(httpx.ReadTimeout), id="no answer"),
    ],
)
async def test_a_look_that_fails_says_nothing(answers: Answers) -> None:
    client = answers.client()
    with pytest.raises(Transient) as failed:
        await client.listed("1", NOON, NOON)
    assert type(failed.value) is Transient
    with pytest.raises(Transient):
        await client.id_of("t")


def two(request: httpx.Request) -> httpx.Response:
    """Knows requests 1 and 2, and answers several at a time only when it knows all of them."""
    known = {"1": "open", "2": "closed"}
    asked = request.url.params.get("service_request_id") or request.url.path[13:-5]
    ids = asked.split(",")
    if not set(ids) <= set(known):
        return httpx.Response(404)
    listed = [{"service_request_id": one, "status": known[one]} for one in ids]
    return httpx.Response(200, json=[*listed, {"service_request_id": "9", "status": "open"}])


@pytest.mark.parametrize(
    ("ids", "calls"),
    [
        pytest.param(["1", "2"], 1, id="together"),
        pytest.param(["1"], 1, id="one"),
        pytest.param(["1", "2", "3"], 4, id="each when one is unknown"),
    ],
)
async def test_what_became_of_several_is_read(ids: Sequence[str], calls: int) -> None:
    answers = Answers(two)
    found = await answers.client().read(ids)
    expected = {"1": "open", "2": "closed"}
    assert {one.service_request_id: one.status for one in found.values()} == {
        one: expected[one] for one in ids if one in expected
    }
    assert len(answers.calls) == calls


async def test_a_system_that_fails_is_not_asked_for_each() -> None:
    answers = says(500)
    with pytest.raises(Transient):
        await answers.client().read(["1", "2", "3"])
    assert len(answers.calls) == 1


def many(made: Sequence[datetime], *, obeys: bool = True) -> Answers:
    """Lists what was made at those times, at most FULL at once."""

    def answer(request: httpx.Request) -> httpx.Response:
        query = request.url.params
        since, until = (_time(query[name]) for name in ("start_date", "end_date"))
        found = [
            {"service_request_id": str(i), "status": "open", "description": f"No. <{i}>"}
            for i, at in enumerate(made)
            if not obeys or since <= at <= until
        ]
        return httpx.Response(200, json=found[:FULL])

    return Answers(answer)


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written.replace("Z", "+00:00"))


async def test_a_long_list_is_read_in_parts() -> None:
    made = [NOON + timedelta(minutes=number) for number in range(120)]
    answers = many(made)
    seen = await look(answers.client(), "1", NOON, NOON + timedelta(hours=2))
    assert (len(seen.requests), seen.is_all) == (120, True)
    assert seen.ids_of("<119>") == ("119",)


async def test_a_list_that_cannot_be_parted_is_not_all() -> None:
    answers = many([NOON] * 120, obeys=False)
    seen = await look(answers.client(), "1", NOON, NOON + timedelta(hours=2))
    assert (len(seen.requests), seen.is_all) == (FULL, False)
    assert len(answers.calls) == MOST_CALLS


async def test_nothing_is_certain_of_too_many_in_one_second() -> None:
    seen = await look(many([NOON] * 120).client(), "1", NOON, NOON + timedelta(seconds=1))
    assert not seen.is_all


@pytest.mark.parametrize(
    ("minutes", "shows_within", "expected"),
    [
        pytest.param(600, None, False, id="it is not known to list"),
        pytest.param(0.5, 0, False, id="it may settle"),
        pytest.param(1, 0, True, id="it lists at once"),
        pytest.param(59, 30, False, id="it may be late"),
        pytest.param(60, 30, True, id="it is twice as late as ever"),
    ],
)
def test_when_it_is_certainly_not_there(
    minutes: float, shows_within: int | None, expected: bool
) -> None:
    late = timedelta(minutes=shows_within) if shows_within is not None else None
    assert is_absent(NOON, late, NOON + timedelta(minutes=minutes)) is expected


def test_a_request_is_known_by_our_reference_alone() -> None:
    ours = ServiceRequest("1", "open", description="Hole.\nOur reference: FD-7KQM-2XHT")
    other = ServiceRequest("2", "open", description="Our reference: FD-7KQM-2XHV")
    assert Seen((ours, other), True).ids_of("FD-7KQM-2XHT") == ("1",)
