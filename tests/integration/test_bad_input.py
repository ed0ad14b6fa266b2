"""Bad input gets a clear 4xx or is shown safely; it is never a 500, and nothing earlier is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.site import Site, Visitor, site

JSON = {"Content-Type": "application/json"}
MESSAGES = "/chat/ashcombe/messages"


@pytest.fixture(scope="module")
def front_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site")) as made:
        made.start_web()
        made.start_worker()
        yield made


@pytest.fixture
def visitor(front_door: Site) -> Visitor:
    """Somebody who has said something already: it must still be there afterwards."""
    made = front_door.visitor()
    made.say("the earlier message")
    return made


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"{", 400, id="half of it"),
        pytest.param(b"\xff\xfe{}", 400, id="another encoding"),
        pytest.param(b'{"id": "aaaaaaaa", "text": "\\ud800"}', 422, id="half a character"),
        pytest.param(b"[]", 400, id="a list"),
        pytest.param(b'"text"', 400, id="only a text"),
        pytest.param(b'{"text": "no id"}', 422, id="no id"),
        pytest.param(b'{"id": "../../etc", "text": "x"}', 422, id="an id of other characters"),
        pytest.param(b'{"id": "aaaaaaaa"}', 422, id="no text"),
        pytest.param(b'{"id": "aaaaaaaa", "text": 7}', 422, id="a number for a text"),
        pytest.param(b'{"id": "aaaaaaaa", "text": "   "}', 422, id="only spaces"),
        pytest.param(
            b'{"id": "aaaaaaaa", "choice": "/restart"}', 422, id="a choice nobody offered"
        ),
        pytest.param(b"[" * 50_000, 400, id="brackets without end"),
        pytest.param(
            json.dumps({"id": "aaaaaaaa", "text": "x" * 10_000}).encode(),
            413,
            id="10,000 characters",
        ),
        pytest.param(b"x" * 200_000, 413, id="200 kB"),
    ],
)
def test_refuses(visitor: Visitor, body: bytes, status: int) -> None:
    answer = visitor.client.post(MESSAGES, content=body, headers=JSON)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")
    assert "the earlier message" in visitor.transcript()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param("<img src=x onerror=alert(1)>", id="image"),
        pytest.param("Robert'); DROP TABLE conversations;--", id="sql"),
        pytest.param('/restart{"x": 1}', id="what Rasa would read as an intent"),
        pytest.param("{{ reference }} {% raw %}", id="template"),
        pytest.param("🗑️👩‍👩‍👧‍👦", id="emoji"),
        pytest.param("مرحبا، متى يوم جمع القمامة؟ \u202egnirts", id="right to left"),
        pytest.param("zalgo h̸̡̪̯e̶l̷l̴o̵", id="combining marks"),
        pytest.param("x" * 2000, id="2,000 characters"),
        pytest.param("[click](javascript:alert(1)) https://evil.example", id="links"),
    ],
)
def test_shows_safely(visitor: Visitor, text: str) -> None:
    assert visitor.say(text).status_code == 202
    visitor.entries(4)
    page = visitor.client.get("/chat/ashcombe").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page
    assert "the earlier message" in page


def test_null_bytes_are_taken_out(visitor: Visitor) -> None:
    assert visitor.say("a\x00b\x07c").status_code == 202
    assert "abc" in visitor.transcript()


@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param("{name}=forged", id="without a signature"),
        pytest.param("{name}=eyJ2IjoiYSJ9.aaaa.bbbb", id="with another signature"),
        pytest.param("{name}=" + "x" * 4000, id="very long"),
        pytest.param("{name}=\xff", id="another encoding"),
    ],
)
def test_a_forged_cookie_is_a_new_visitor(front_door: Site, visitor: Visitor, cookie: str) -> None:
    name = next(iter(visitor.client.cookies.keys()))
    header = cookie.format(name=name).encode("latin-1")
    answer = httpx.get(f"{front_door.url}/chat/ashcombe", headers={b"Cookie": header})
    assert answer.status_code == 200
    assert "the earlier message" not in answer.text
    assert "set-cookie" in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/chat/nowhere", 404, id="no such council"),
        pytest.param("/chat/..%2f..%2fetc%2fpasswd", 404, id="a path"),
        pytest.param("/chat/ashcombe/stream?after=%00", 200, id="a strange cursor"),
        pytest.param("/desk/c/1'%20OR%20'1'='1", 404, id="sql in a path"),
        pytest.param("/static/../pyproject.toml", 404, id="outside the static files"),
        pytest.param("/chat/static/x/..%2f..%2fservice.py", 404, id="outside the chat's files"),
        pytest.param("/" + "a" * 5000, 404, id="a very long path"),
        pytest.param("/%ff%fe", 404, id="another encoding"),
    ],
)
def test_addresses(front_door: Site, path: str, status: int) -> None:
    with httpx.stream("GET", front_door.url + path, follow_redirects=True) as answer:
        signed_out = answer.url.path == "/desk/sign-in"
        assert answer.status_code == (200 if signed_out else status)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=40),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["id", "text", "choice", "x"]), inner, max_size=4)
            ),
            max_leaves=8,
        ).map(lambda value: json.dumps(value).encode()),
    ),
    path=st.sampled_from(
        [f"/chat/ashcombe/{name}" for name in ("messages", "say", "rate", "typing")]
        + ["/desk/sign-in", "/desk/sign-out"]
    ),
    kind=st.sampled_from(
        [
            "application/json",
            "application/x-www-form-urlencoded",
            "text/plain",
            "multipart/form-data",
        ]
    ),
)
def test_anything_at_all_is_never_our_fault(
    front_door: Site, body: bytes, path: str, kind: str
) -> None:
    answer = httpx.post(front_door.url + path, content=body, headers={"Content-Type": kind})
    assert answer.status_code < 500


def test_the_desk_refuses_what_is_not_its_own(front_door: Site) -> None:
    with httpx.Client(base_url=front_door.url) as client:
        client.cookies.set("desk_session", "forged", path="/desk")
        assert client.get("/desk/stream").status_code in (302, 303, 401)
        assert client.post("/desk/c/00000000-0000-0000-0000-000000000000/take").status_code in (
            303,
            302,
            401,
            403,
        )
