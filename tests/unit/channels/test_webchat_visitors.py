"""A visitor is a signed id that the server made, and nothing that a client says of itself."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from channels.webchat.origin import from_our_page
from channels.webchat.visitors import COOKIE, Visitors

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
AT_HOME = Visitors("a secret", secure=True, idle_seconds=0)
IN_A_LIBRARY = Visitors("a secret", secure=True, idle_seconds=120)


def given(visitors: Visitors, now: datetime = NOON) -> str:
    """Return the Cookie header of a new visitor."""
    return visitors.cookie(visitors.recognise("", now), now).partition(";")[0]


def test_a_visitor_comes_back_as_the_same() -> None:
    first = AT_HOME.recognise("", NOON)

    again = AT_HOME.recognise(AT_HOME.cookie(first, NOON), NOON + timedelta(days=1))

    assert (again.id, again.known) == (first.id, True)


def test_a_visitor_has_128_random_bits() -> None:
    ids = {AT_HOME.recognise("", NOON).id for _ in range(100)}

    assert len(ids) == 100
    assert all(len(bytes.fromhex(one)) == 16 for one in ids)


OURS = given(AT_HOME)
FORGED = {
    "nothing": "",
    "another secret": given(Visitors("not the secret", secure=True, idle_seconds=0)),
    "an id without a signature": f"{COOKIE}={'0' * 32}",
    "another id before the signature": OURS.replace(OURS[11:43], "0" * 32),
    "a signature that was cut": OURS[:-2],
    "an old one": given(AT_HOME, NOON - timedelta(days=31)),
    "letters that are no ASCII": f"{COOKIE}=é{OURS[12:]}",
    "half a surrogate pair": f"{COOKIE}=\udce9",
    "10,000 characters": f"{COOKIE}={'a' * 10_000}",
    "SQL": f"{COOKIE}=' OR 1=1 --",
}


@pytest.mark.parametrize("cookies", FORGED.values(), ids=FORGED)
def test_a_cookie_that_is_not_ours_makes_a_new_visitor(cookies: str) -> None:
    assert not AT_HOME.recognise(cookies, NOON).known


def test_other_cookies_of_the_site_do_no_harm() -> None:
    cookies = f'consent={{"a": 1, "b": "x,y"}}; =; odd name=1; {given(AT_HOME)}; last="'

    assert AT_HOME.recognise(cookies, NOON).known


def test_the_cookie_works_in_a_frame_on_the_councils_own_site() -> None:
    attributes = AT_HOME.cookie(AT_HOME.recognise("", NOON), NOON).split("; ")[1:]

    assert attributes == [
        "Max-Age=2592000",
        "Path=/chat",
        "HttpOnly",
        "Secure",
        "SameSite=None",
        "Partitioned",
    ]


def test_without_https_the_cookie_stays_on_our_own_site() -> None:
    visitors = Visitors("a secret", secure=False, idle_seconds=0)

    cookie = visitors.cookie(visitors.recognise("", NOON), NOON)

    assert cookie.endswith("; Path=/chat; HttpOnly; SameSite=Lax")


def test_on_a_shared_computer_the_cookie_goes_with_the_browser() -> None:
    assert "Max-Age" not in IN_A_LIBRARY.cookie(IN_A_LIBRARY.recognise("", NOON), NOON)


@pytest.mark.parametrize(
    ("visitors", "after", "left"),
    [
        pytest.param(IN_A_LIBRARY, timedelta(seconds=100), False, id="still there"),
        pytest.param(IN_A_LIBRARY, timedelta(minutes=10), True, id="gone"),
        pytest.param(AT_HOME, timedelta(days=2), False, id="at home nobody else comes"),
    ],
)
def test_an_idle_shared_computer_may_have_somebody_else_at_it(
    visitors: Visitors, after: timedelta, left: bool
) -> None:
    visitor = visitors.recognise(given(visitors), NOON)

    assert visitors.left(visitor, NOON + after, with_person=False) is left


@pytest.mark.parametrize(
    ("visitors", "after", "due"),
    [
        pytest.param(AT_HOME, timedelta(minutes=5), False, id="a cookie that lasts for weeks"),
        pytest.param(AT_HOME, timedelta(hours=2), True, id="now and then all the same"),
        pytest.param(IN_A_LIBRARY, timedelta(seconds=1), True, id="always where idleness counts"),
    ],
)
def test_the_cookie_is_set_again_when_that_is_due(
    visitors: Visitors, after: timedelta, due: bool
) -> None:
    visitor = visitors.recognise(given(visitors), NOON)

    assert visitors.due(visitor, NOON + after) is due


def test_a_new_visitors_cookie_is_due() -> None:
    assert AT_HOME.due(AT_HOME.recognise("", NOON), NOON)


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        pytest.param({}, True, id="no browser"),
        pytest.param({"origin": "https://chat.example"}, True, id="our page"),
        pytest.param({"origin": "http://chat.example"}, True, id="https ends at the proxy"),
        pytest.param({"origin": "https://chat.example.evil.example"}, False, id="a longer name"),
        pytest.param({"origin": "https://evil.example"}, False, id="another site"),
        pytest.param({"origin": "null"}, False, id="a page without an origin"),
        pytest.param({"origin": "https://[broken"}, False, id="no origin at all"),
        pytest.param({"sec-fetch-site": "same-origin", "origin": "null"}, True, id="says so"),
        pytest.param({"sec-fetch-site": "same-site"}, False, id="a neighbour"),
        pytest.param({"sec-fetch-site": "cross-site"}, False, id="a stranger"),
        pytest.param(
            {"sec-fetch-site": "cross-site", "origin": "https://chat.example"}, False, id="a lie"
        ),
    ],
)
def test_only_our_own_page_may_send(headers: dict[str, str], ours: bool) -> None:
    assert from_our_page(headers, "chat.example") is ours
