"""What holds of every kind of channel: docs/how-to/add-a-channel.md says it in prose.

A kind is tested here from the day that it stands in assistant/wiring.py: it only has to bring its
case (tests/channels/case.py) and its captured calls (tests/channels/fixtures/<kind>/*.json).
"""

from __future__ import annotations

import dataclasses
import hmac
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from string import ascii_letters
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assistant.wiring import KINDS
from channels.channel import (
    Acknowledgement,
    Channel,
    DeliveryFailed,
    Forged,
    Malformed,
    Payload,
    Receipt,
    Transient,
    Unsure,
    Webhook,
)
from channels.gsm import lowered
from channels.messages import Address, Choice, InboundMessage, Link, Reply
from tests.channels.case import Answer, Case, Failure, case_of
from tests.channels.content import ADDRESS, LINK, bare, every_reply
from tests.channels.junk import NASTY, VALUES, mutants
from tests.channels.standing import Doing, Hurried, hurry_requests, standing

FUZZED = 10_000
LONGEST_USER, LONGEST_ID = 120, 200
"""What assistant/tables.py has room for; PostgreSQL refuses more."""

STATUSES = {"sent", "delivered", "read", "failed"}
WORD = re.compile(r"[a-z0-9_]{1,40}")
MANY = settings(
    max_examples=100,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # what was wrong is told as it is: one input of many
    suppress_health_check=list(HealthCheck),
)
AT_ONCE = 24
"""Inputs of one example: drawing costs more than reading."""

Said = Mapping[str, tuple[Reply, Sequence[Payload]]]


@pytest.fixture(params=sorted(KINDS), scope="module")
def case(request: pytest.FixtureRequest) -> Case:
    return case_of(str(request.param))


@pytest.fixture(scope="module")
def said(case: Case) -> Said:
    """Everything that the project says, and the payloads that say it here."""
    channel = case.channel()
    return {name: (reply, channel.render(reply)) for name, reply in every_reply().items()}


@pytest.fixture
def channel(case: Case) -> Channel:
    return case.channel()


# Who calls


def test_the_platform_is_believed(case: Case, channel: Channel) -> None:
    calls = case.calls()
    assert calls, "captured calls stand in tests/channels/fixtures"

    heard: list[InboundMessage | Receipt] = []
    for webhook in calls.values():
        channel.verify(webhook)
        heard += read(channel, webhook)

    assert any(isinstance(one, InboundMessage) for one in heard)


FORGERIES: dict[str, Callable[[str], str | None]] = {
    "none": lambda right: None,
    "empty": lambda right: "",
    "space": lambda right: " ",
    "truncated": lambda right: right[:-1],
    "longer": lambda right: f"{right}0",
    "doubled": lambda right: f"{right},{right}",
    "one character wrong": lambda right: (
        right[:-2] + ("b" if right[-2] != "b" else "c") + right[-1]
    ),
    "all characters wrong": lambda right: "".join("1" if c == "0" else "0" for c in right),
    "not ASCII": lambda right: right[:-1] + "é",
    "half a character": lambda right: right[:-1] + "\ud800",
    "very long": lambda right: right * 1000,
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_call_is_refused(case: Case, channel: Channel, forgery: str) -> None:
    for webhook in case.calls().values():
        signature = FORGERIES[forgery](webhook.headers[case.signature])
        with pytest.raises(Forged):
            channel.verify(case.forged(webhook.body, signature))


def test_a_call_signed_for_another_account_is_refused(case: Case) -> None:
    """The secret is whichever value of the account makes this call's signature right."""
    [body, *_] = (webhook.body for webhook in case.calls().values())
    believed = []
    for name in case.values:
        other = replace(case, values={**case.values, name: other_value(case.values[name])})
        try:
            other.channel().verify(case.call(body))
        except Forged:
            believed.append(name)

    assert len(believed) == 1


def test_a_call_with_the_signature_of_another_body_is_refused(case: Case, channel: Channel) -> None:
    if not case.signs_body:
        # Then whoever has the token may say anything, so that it alone is looked at.
        channel.verify(case.call(b"another body"))
        return
    for webhook in case.calls().values():
        for body in (webhook.body + b" ", webhook.body[:-1], b"", webhook.body.swapcase()):
            with pytest.raises(Forged):
                channel.verify(case.forged(body, webhook.headers[case.signature]))


def test_signatures_are_compared_in_constant_time(
    case: Case, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only hmac.compare_digest decides: what it says is believed, right or wrong."""
    compared: list[tuple[Any, Any]] = []

    def saying(answer: bool) -> Callable[[Any, Any], bool]:
        def compare_digest(one: Any, other: Any) -> bool:
            compared.append((one, other))
            return answer

        return compare_digest

    [genuine, *_] = case.calls().values()
    right = genuine.headers[case.signature]
    forged = case.forged(genuine.body, right[:-2] + ("b" if right[-2] != "b" else "c") + right[-1])

    monkeypatch.setattr(hmac, "compare_digest", saying(True))
    channel.verify(forged)
    monkeypatch.setattr(hmac, "compare_digest", saying(False))
    with pytest.raises(Forged):
        channel.verify(genuine)

    assert compared
    assert all(isinstance(one, bytes) and isinstance(other, bytes) for one, other in compared)


# What they say


def test_a_call_that_comes_again_carries_the_same_ids(case: Case) -> None:
    for name, webhook in case.calls().items():
        again = replace(webhook, received_at=webhook.received_at + timedelta(minutes=5))

        first, second = (
            [ids(one) for one in read(case.channel(), call)] for call in (webhook, again)
        )

        assert first == second, name
        assert len(set(first)) == len(first), name


def test_what_is_no_update_is_read_or_malformed(case: Case, channel: Channel) -> None:
    for body in NASTY:
        read(channel, case.call(body))


def test_an_update_with_one_thing_wrong_is_read_or_malformed(case: Case, channel: Channel) -> None:
    odd: Sequence[Any] = ("\x00", 10**400, "x" * 150)
    for update in case.updates().values():
        for junk in odd:
            for mutant in mutants(update, junk):
                read(channel, case.call(case.body(mutant)))


def test_any_call_at_all_is_read_or_malformed(case: Case, channel: Channel) -> None:
    tried = Counter[str]()
    updates = case.updates()

    @MANY
    @given(
        st.sampled_from(sorted(updates)),
        st.integers(0, 1000),
        VALUES,
        st.binary(max_size=60),
        st.text(max_size=90),
    )
    def fuzz(name: str, at: int, junk: Any, raw: bytes, signature: str) -> None:
        wrong = list(mutants(updates[name], junk))
        chosen = [wrong[place % len(wrong)] for place in range(at, at + AT_ONCE)]
        bodies = {case.body(update) for update in chosen}
        bodies |= {raw, case.body(updates[name])[: len(raw) * 4]}
        for body in bodies:
            read(channel, case.call(body))
        with pytest.raises(Forged):
            channel.verify(case.forged(raw, signature))
        tried[case.kind] += len(bodies) + 1

    while tried[case.kind] < FUZZED:
        fuzz()


# What is said to them


def test_every_reply_of_the_project_is_within_the_limits(case: Case, said: Said) -> None:
    wrong = {
        f"{name}: {why}"
        for name, (_, payloads) in said.items()
        for payload in payloads
        for why in case.refused(payload)
    }

    assert wrong == set()


def test_nothing_of_any_reply_is_lost(case: Case, said: Said) -> None:
    lost = {name: missing_from(payloads, reply, case) for name, (reply, payloads) in said.items()}

    assert {name: missing for name, missing in lost.items() if missing} == {}


SENTENCES = (
    "It is free for all. Ring us, or write. Is it late? Come on Friday & bring a photo. " * 80
)


def long(length: int, mark: str = "") -> str:
    """Return so many characters of text."""
    return f"{mark}{SENTENCES}"[: length - 1] + "x"


def about(*limits: int) -> st.SearchStrategy[int]:
    """Lengths near those where platforms draw a line."""
    return st.sampled_from(limits).flatmap(lambda limit: st.integers(max(limit - 2, 1), limit + 2))


LABEL = st.one_of(
    st.text("abcdé XYZ09&<>*_'.-😀", min_size=1, max_size=30),
    st.builds(long, about(20, 24, 72, 96), st.text("abcdef")),
).filter(str.strip)
VALUE = st.one_of(
    st.text('/abc{}":é ', min_size=1, max_size=20),
    st.builds(lambda mark, at: (mark + "/x" * 600)[:at], st.text("abc"), about(64, 200, 256, 1000)),
)
URL = st.text("abcXYZ019/-_.~=&%", min_size=1, max_size=60).map("https://x.example/a".__add__)
WORDS = st.text("abcdefé &<>()'!?.,😀ŵ", min_size=1, max_size=40).map("a{}".format)
NEAR_A_LIMIT = about(160, 306, 500, 612, 918, 1024, 1600, 2000, 4096).map(long)
PARAGRAPH = st.one_of(
    WORDS,
    NEAR_A_LIMIT,
    st.lists(WORDS.map("- {}".format), min_size=1, max_size=9).map("\n".join),
    st.builds(lambda words, url: f"a [b{words.replace('(', '')}]({url}) c", WORDS, URL),
    WORDS.map("a **{}c** d".format),
)
COUNTS = st.sampled_from([0, 1, 2, 3, 4, 10, 11, 13, 14])
CHOICES = COUNTS.flatmap(
    lambda many: st.lists(
        st.builds(Choice, LABEL, VALUE),
        min_size=many,
        max_size=many,
        unique_by=(lambda choice: plain(choice.label), lambda choice: choice.value),
    )
)
OF_ONE_LENGTH = st.builds(
    lambda many, label, value: [
        Choice(long(label, letter), f"{letter}{'/x' * 600}"[:value])
        for letter in ascii_letters[:many]
    ],
    COUNTS,
    about(20, 24, 30, 72, 90, 96),
    about(64, 200, 256, 1000),
)
REPLIES = st.builds(
    Reply,
    text=NEAR_A_LIMIT | st.lists(PARAGRAPH, min_size=1, max_size=5).map("\n\n".join),
    choices=(CHOICES | OF_ONE_LENGTH).map(tuple),
    links=st.lists(st.builds(Link, LABEL, URL), max_size=2).map(tuple),
    image_url=st.none() | st.just("https://x.example/map.png"),
    asks_location=st.booleans(),
    short=st.just("") | WORDS,
)


def test_any_reply_at_all_is_within_the_limits_and_whole(case: Case, channel: Channel) -> None:
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(REPLIES)
    def say(reply: Reply) -> None:
        payloads = channel.render(reply)

        assert [why for payload in payloads for why in case.refused(payload)] == []
        assert missing_from(payloads, reply, case) == []

    say()


def test_a_reply_of_any_length_is_within_the_limits(case: Case, channel: Channel) -> None:
    """Lengths on both sides of every line that a platform draws, and choices in the same way."""
    few = (Choice("Yes", "/yes"), Choice("No", "/no"))
    replies = [
        Reply(long(limit + more), choices=choices)
        for limit in (160, 306, 500, 612, 918, 1024, 1600, 2000, 4096)
        for more in range(-10, 3)
        for choices in ((), few)
    ]
    replies += [
        Reply("Which?", tuple(Choice(long(at, mark), f"/{mark}") for mark in ascii_letters[:many]))
        for at in (19, 20, 21, 24, 25, 72, 73, 96, 97)
        for many in (1, 3, 4, 10, 11, 13, 14, 40)
    ]
    for reply in replies:
        payloads = channel.render(reply)

        assert [why for payload in payloads for why in case.refused(payload)] == []
        assert missing_from(payloads, reply, case) == []


def test_a_payload_can_wait_in_the_outbox(case: Case, channel: Channel, said: Said) -> None:
    """It is JSON, the same however often it is made, and holds no address and no secret."""
    secrets = [value for value in case.values.values() if len(value) > 5]
    for name, (reply, payloads) in said.items():
        kept = json.dumps(payloads)

        assert payloads, name
        assert json.loads(kept) == list(payloads) == list(channel.render(reply))
        assert [word for word in (*secrets, case.user) if word in kept] == []


# What becomes of it


@pytest.fixture
async def http(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    hurry_requests(monkeypatch)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with httpx.AsyncClient(transport=Hurried()) as client:
        yield client


async def send(case: Case, http: httpx.AsyncClient, doing: Doing) -> str | None:
    async with standing(doing) as api:
        channel = case.channel(api, http)
        [payload] = channel.render(Reply("Hello."))
        return await channel.send(Address(channel.name, case.user), payload, "turn-7:0")


async def test_what_is_taken_has_the_platforms_id(case: Case, http: httpx.AsyncClient) -> None:
    name = await send(case, http, case.taken)

    assert name
    assert name in case.taken.body.decode()


PAGE = Answer(200, b"<html>Sign in to this network</html>", {"content-type": "text/html"})
WHATEVER_THE_PLATFORM: dict[str, tuple[Doing, type[DeliveryFailed]]] = {
    "nobody is there": ("absent", Transient),
    "the connection is lost": ("loses", Unsure),
    "no answer in time": ("silent", Unsure),
    "an answer that cannot be read": (PAGE, Unsure),
    "an answer without an id": (Answer.of(200, {}), Unsure),
    "an answer of another shape": (Answer.of(200, ["x"]), Unsure),
    "too many calls": (replace(PAGE, status=429), Transient),
    "a fault": (replace(PAGE, status=500), Transient),
    "down for now": (replace(PAGE, status=503), Transient),
    "a gateway gave up": (replace(PAGE, status=504), Transient),
}


@pytest.mark.parametrize("outcome", WHATEVER_THE_PLATFORM)
async def test_failures_that_all_platforms_have(
    case: Case, http: httpx.AsyncClient, outcome: str
) -> None:
    doing, meaning = WHATEVER_THE_PLATFORM[outcome]

    with pytest.raises(meaning) as failed:
        await send(case, http, doing)

    assert isinstance(failed.value, Transient)
    if outcome in ("nobody is there", "too many calls"):
        assert not isinstance(failed.value, Unsure), "it was not taken, for certain"
    assert WORD.fullmatch(failed.value.reason)


def own_failures() -> Iterator[Any]:
    for kind in sorted(KINDS):
        for failure in case_of(kind).failures:
            yield pytest.param(case_of(kind), failure, id=f"{kind}: {failure.name}")


@pytest.mark.parametrize(("of", "failure"), own_failures())
async def test_failures_of_one_platform(
    of: Case, failure: Failure, http: httpx.AsyncClient
) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await send(of, http, failure.answer)

    assert type(failed.value) is failure.meaning
    assert WORD.fullmatch(failed.value.reason), "a word for the log, not what the platform said"
    if failure.retry_after is not None:
        assert isinstance(failed.value, Transient)
        assert failed.value.retry_after == failure.retry_after


# In short


def read(channel: Channel, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
    """Return what a genuine call carries, nothing when it is malformed; see that it can be kept."""
    channel.verify(webhook)
    try:
        found = list(channel.parse(webhook))
    except Malformed:
        return []
    except Exception as error:
        raise AssertionError(webhook.body) from error
    assert isinstance(channel.acknowledge(webhook), Acknowledgement)
    for one in found:
        if isinstance(one, InboundMessage):
            assert one.sender.channel == channel.name
            assert 0 < len(one.sender.user) <= LONGEST_USER
            names = (one.external_id, *one.also_known_as)
            assert all(0 < len(name) <= LONGEST_ID for name in names)
            assert one.sent_at.tzinfo is not None
        else:
            assert isinstance(one, Receipt)
            assert one.status in STATUSES
            assert one.platform_id or one.key
            assert one.at.tzinfo is not None
        for text in texts_of(dataclasses.asdict(one)):
            assert "\0" not in text
            text.encode()
    return found


def ids(one: InboundMessage | Receipt) -> tuple[str, ...]:
    if isinstance(one, InboundMessage):
        return (one.external_id,)
    return (one.platform_id, one.key, one.status)


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_of(inner)


def other_value(value: str) -> str:
    """Return a value of the same form."""
    return value[:-1] + ("1" if value[-1] != "1" else "2")


def missing_from(payloads: Sequence[Payload], reply: Reply, case: Case) -> list[str]:
    """Return the words, addresses and choices of a reply that are not in what is shown of it."""
    said = "\n".join(case.shown(payload) for payload in payloads)
    short = reply.short if case.counts_parts else ""
    addresses = set(ADDRESS.findall(short or reply.text))
    if not short:
        addresses |= {url for _, url in LINK.findall(reply.text)}
        addresses |= {link.url for link in reply.links}
        addresses |= {reply.source.url} if reply.source else set()
        addresses |= {reply.image_url} if reply.image_url else set()
    elif not addresses:
        links = [*([reply.source.url] if reply.source else []), *(x.url for x in reply.links)]
        addresses |= set(links[:1])
    missing = [address for address in addresses if address not in said]
    here = plain(said)
    missing += [choice.label for choice in reply.choices if plain(choice.label) not in here]
    wanted = Counter(words(short if short else bare(reply.text)))
    return missing + list(wanted - Counter(words(said)))


def words(text: str) -> list[str]:
    """Return the words and addresses of a text, without the signs around them."""
    return re.findall(rf"{ADDRESS.pattern}|\w+", plain(text))


def plain(text: str) -> str:
    return " ".join(lowered(text).split())
