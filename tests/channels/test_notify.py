"""Text messages by GOV.UK Notify: what it tells us, and what its client's errors mean."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from notifications_python_client.errors import HTTPError, InvalidResponse
from urllib3.exceptions import MaxRetryError, ProtocolError
from urllib3.util.retry import Retry

from channels.account import Incomplete
from channels.channel import (
    DeliveryFailed,
    Forged,
    Malformed,
    Receipt,
    Refused,
    Transient,
    Unreachable,
    Unsure,
    Webhook,
)
from channels.messages import Address, InboundMessage, Reply, Said
from channels.notify import Notify, failure
from channels.notify_reading import received
from tests.channels.of_texts import ADA, BEARER, NOTIFY, NOW, account, fixture, from_notify

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=timezone.utc)
TEXT = "11111111-1111-4111-8111-111111111111"
RECEIPT = "44444444-4444-4444-8444-444444444444"


def channel(**values: str) -> Notify:
    return Notify(account("notify", {**NOTIFY, **values}))


def read(name: str) -> Sequence[InboundMessage | Receipt]:
    return channel().parse(from_notify(fixture("notify", name)))


@pytest.mark.parametrize(
    ("name", "text", "sent_at"),
    [
        pytest.param("text", "When is my bin day?", NINE, id="a text"),
        pytest.param("welsh", "Pryd mae'r biniau? Tŷ Gwyn 👍", NINE, id="Welsh"),
        pytest.param("national", "When is my bin day?", NINE, id="a number without a country"),
        pytest.param("new_fields", "When is my bin day?", NINE, id="fields of tomorrow"),
        pytest.param("no_date", "When is my bin day?", NOW, id="without its time"),
        pytest.param("strange_date", "When is my bin day?", NOW, id="with a time we cannot read"),
    ],
)
def test_reads_texts(name: str, text: str, sent_at: datetime) -> None:
    messages = [replace(m, also_known_as=()) for m in read(name) if isinstance(m, InboundMessage)]
    assert messages == [InboundMessage(ADA, TEXT, Said(text), sent_at)]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("blank", id="a text with nothing in it"),
        pytest.param("short_code", id="a text from a short code, which nobody can answer"),
        pytest.param("sending", id="a state that says nothing new"),
        pytest.param("email", id="a receipt of an e-mail"),
        pytest.param("something_else", id="something else"),
    ],
)
def test_leaves_out_what_is_not_for_us(name: str) -> None:
    assert read(name) == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(
            "delivered",
            Receipt(RECEIPT, "delivered", NINE + timedelta(seconds=2), key="turn-7:0"),
            id="delivered",
        ),
        pytest.param(
            "no_reference",
            Receipt(RECEIPT, "delivered", NINE + timedelta(seconds=2)),
            id="without our key",
        ),
        *(
            pytest.param(
                f"{kind}_failure",
                Receipt(RECEIPT, "failed", NOW, f"{kind}_failure", key="turn-7:0"),
                id=f"a {kind} failure",
            )
            for kind in ("permanent", "temporary", "technical")
        ),
    ],
)
def test_reads_receipts(name: str, expected: Receipt) -> None:
    assert list(read(name)) == [expected]


def ids(name: str) -> set[str]:
    (message,) = read(name)
    assert isinstance(message, InboundMessage)
    return {message.external_id, *message.also_known_as}


def test_one_text_under_two_ids_is_known_by_what_both_share() -> None:
    assert ids("text") & ids("twin")


def test_the_same_words_said_again_are_another_text() -> None:
    assert not ids("text") & ids("text_later")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"id=1&message=hello", id="a form"),
        pytest.param(b"[1]", id="a list"),
        pytest.param(b"\xff\xfe", id="not text at all"),
        pytest.param(b"[" * 100_000, id="too deep"),
    ],
)
def test_what_is_no_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        channel().parse(replace(from_notify({}), body=body))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_callback_token_is_believed(scheme: str) -> None:
    channel().verify(from_notify({}, f"{scheme} {BEARER}"))


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param("", id="none"),
        pytest.param("Bearer", id="no token"),
        pytest.param("Bearer another token", id="another token"),
        pytest.param(f"Bearer {BEARER}é\udc80", id="not even ASCII"),
        pytest.param(f"Basic {BEARER}", id="another scheme"),
        pytest.param(BEARER, id="no scheme"),
    ],
)
def test_a_forged_call_is_refused(authorization: str) -> None:
    with pytest.raises(Forged):
        channel().verify(from_notify({}, authorization))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "message", "source_number", "date_received", "status", "reference", "x"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=500, deadline=None)
@given(call=JSON)
def test_no_call_at_all_is_a_fault_of_ours(call: object) -> None:
    body = json.dumps(call).encode()
    try:
        found = channel().parse(Webhook("POST", "", {}, body, NOW))
    except Malformed:
        return
    assert all(isinstance(each, (InboundMessage, Receipt)) for each in found)


# Notify's own list of what it received.


def listed(number: int, seconds: float, text: str = "2", sender: str = "447700900123") -> Any:
    at = NINE + timedelta(seconds=seconds)
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "user_number": sender,
        "notify_number": "07700900999",
        "created_at": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "service_id": "26785a09-ab16-4eb0-8407-a37497a57506",
        "content": text,
    }


def numbers(messages: Sequence[InboundMessage]) -> list[list[int]]:
    return [
        [int(name[-12:]) for name in (message.external_id, *message.also_known_as)]
        for message in messages
    ]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param([listed(2, 60), listed(1, 0)], [[1], [2]], id="a minute apart: two"),
        pytest.param([listed(2, 20), listed(1, 0)], [[1, 2]], id="within half a minute: one"),
        pytest.param(
            [listed(3, 40), listed(2, 20), listed(1, 0)], [[1, 2], [3]], id="counted from the first"
        ),
        pytest.param([listed(2, 1, "3"), listed(1, 0)], [[1], [2]], id="other words"),
        pytest.param(
            [listed(2, 1, sender="447700900456"), listed(1, 0)], [[1], [2]], id="other people"
        ),
        pytest.param([listed(2, 20), listed(1, -20)], [[2]], id="the first long known"),
        pytest.param([listed(2, 5), listed(1, -5)], [[1, 2]], id="a twin of one just before"),
        pytest.param([{"id": "x", "created_at": "soon"}, {}], [], id="nothing to read"),
        pytest.param([listed(1, 0, sender="60095")], [], id="nobody to answer"),
    ],
)
def test_texts_of_the_list_that_came_twice_are_one(
    texts: Sequence[Mapping[str, Any]], expected: list[list[int]]
) -> None:
    assert numbers(received(texts, NINE)) == expected


def test_the_list_names_a_text_as_the_callback_does() -> None:
    (message,) = received([{**listed(1, 0, "Hello"), "id": TEXT}], NINE)
    assert message == InboundMessage(ADA, TEXT, Said("Hello"), NINE)
    assert TEXT in ids("text")


# What its client's errors mean.


def refused(status: int, kind: str = "", message: str = "") -> HTTPError:
    response = requests.Response()
    response.status_code = status
    errors = [{"error": kind, "message": message}]
    response._content = json.dumps({"status_code": status, "errors": errors}).encode()
    return HTTPError(response)


def unanswered(cause: requests.RequestException) -> HTTPError:
    error = HTTPError(None)
    error.__cause__ = cause
    return error


BEFORE = requests.ConnectionError(MaxRetryError(None, "/", Retry()))  # type: ignore[arg-type]
AFTER = requests.ConnectionError(ProtocolError("Connection aborted."))
BAD, INVALID = "BadRequestError", "ValidationError"


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        pytest.param(
            refused(400, INVALID, "phone_number Not enough digits"),
            Unreachable,
            "no_such_number",
            id="no such number",
        ),
        pytest.param(
            refused(400, BAD, "Cannot send to international mobile numbers"),
            Refused,
            "international",
            id="abroad",
        ),
        pytest.param(
            refused(400, BAD, "Can’t send to this recipient using a team-only API key"),
            Refused,
            "team_only",
            id="a key for the team only",
        ),
        pytest.param(
            refused(400, BAD, "Can't send to this recipient when service is in trial mode - see"),
            Refused,
            "trial_mode",
            id="in trial",
        ),
        pytest.param(
            refused(400, BAD, "Text messages cannot be longer than 918 characters."),
            Refused,
            "too_long",
            id="too long",
        ),
        pytest.param(
            refused(400, BAD, "Template not found"), Refused, "template", id="no such template"
        ),
        pytest.param(
            refused(400, BAD, "Missing personalisation: name"),
            Refused,
            "template",
            id="a template with another placeholder",
        ),
        pytest.param(refused(400, BAD, "Words of tomorrow"), Refused, "http_400", id="new words"),
        pytest.param(
            refused(403, "AuthError", "Invalid token: API key not found"),
            Transient,
            "auth",
            id="a wrong key can be mended",
        ),
        pytest.param(refused(429, "RateLimitError"), Transient, "rate", id="too many"),
        pytest.param(
            refused(429, "TooManyRequestsError"), Transient, "daily_limit", id="enough for today"
        ),
        pytest.param(refused(500, "Exception"), Transient, "http_500", id="a fault of theirs"),
        pytest.param(refused(503), Transient, "http_503", id="down"),
        pytest.param(refused(504), Unsure, "http_504", id="a gateway gave up"),
        pytest.param(unanswered(BEFORE), Transient, "connect", id="not there"),
        pytest.param(
            unanswered(requests.ConnectTimeout()), Transient, "connect", id="too slow to connect"
        ),
        pytest.param(
            unanswered(requests.ReadTimeout()), Unsure, "timeout", id="too slow to answer"
        ),
        pytest.param(unanswered(AFTER), Unsure, "lost", id="connection lost"),
        pytest.param(InvalidResponse(None, "no JSON"), Unsure, "garbage", id="garbage"),
    ],
)
def test_says_what_a_refusal_means(
    error: HTTPError, kind: type[DeliveryFailed], reason: str
) -> None:
    meant = failure(error)
    assert (type(meant), meant.reason) == (kind, reason)


def test_when_the_days_texts_are_used_up_we_wait_an_hour() -> None:
    meant = failure(refused(429, "TooManyRequestsError"))
    assert isinstance(meant, Transient)
    assert meant.retry_after == timedelta(hours=1)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"api_key": ""}, id="no key"),
        pytest.param({"api_key": "secret"}, id="a key that is none of Notify's"),
        pytest.param({"template_id": ""}, id="no template"),
        pytest.param({"callback_token": ""}, id="no token"),
    ],
)
def test_an_account_that_is_not_complete_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(Incomplete) as incomplete:
        channel(**values)
    assert "secret" not in str(incomplete.value)


def test_a_reply_is_rendered_as_texts() -> None:
    assert channel().render(Reply("**Monday**")) == [{"text": "Monday"}]


def test_a_text_from_abroad_keeps_its_country() -> None:
    call = {**fixture("notify", "text"), "source_number": "33612345678"}
    (message,) = channel().parse(from_notify(call))
    assert isinstance(message, InboundMessage)
    assert message.sender == Address("sms", "+33612345678")
