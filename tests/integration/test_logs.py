"""Logs of a whole conversation hold no word that anybody typed, no number and no name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import httpx
import pytest

from handoff.agents import seed_demo
from tests.site import WORKER, Site, site

SAID = (
    "hello, my name is Zephyrine Okonkwo",
    "how do i get 25% off my council tax, i live alone since Bartholomew died",
    "you forgot my bin",
    "XA1 8AA",
    "22 heath road",
    "the green one",
    "yesterday",
    "actually ring me on 07700 900123 or write to zephyrine@mail.example",
    "yes",
    "<script>alert('x')</script> Robert'); DROP TABLE conversations;--",
    "let me talk to a human being",
)
OUR_OWN = {"green", "one", "the", "yes", "not", "and"}
"""Words so common that an event of ours may have them too."""


@pytest.fixture
def front_door(model: Path, tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as made:
        yield made


def agent_answers(front_door: Site) -> tuple[str, str]:
    """Sign in, wrongly first, take the conversation and answer; return both passwords."""
    with front_door.store.write() as connection:
        password = seed_demo(connection, ["ashcombe"], datetime.now(timezone.utc)) or ""
    with httpx.Client(base_url=front_door.url, follow_redirects=True) as client:
        for attempt in ("Wr0ngPassw0rd", password):
            page = client.get("/desk").text
            door = re.search(r'name="door" value="([^"]*)"', page)
            client.post(
                "/desk/sign-in",
                data={
                    "door": door[1] if door else "",
                    "next": "",
                    "username": "priya",
                    "password": attempt,
                },
            )
        queue = client.get("/desk").text
        found = re.search(r'data-conversation="([0-9a-f-]{36})"', queue)
        assert found is not None
        opened = client.get(f"/desk/c/{found[1]}").text
        csrf = re.search(r'name="csrf" value="([^"]+)"', opened)
        assert csrf is not None
        client.post(f"/desk/c/{found[1]}/take", data={"csrf": csrf[1]})
        client.post(
            f"/desk/c/{found[1]}/say",
            data={"csrf": csrf[1], "client_id": "b" * 12, "text": "Dear Zephyrine, hyacinth"},
        )
    return "Wr0ngPassw0rd", password


def test_logs_hold_nothing_that_anybody_typed(front_door: Site) -> None:
    front_door.start_web()
    front_door.start_worker(WORKER)
    visitor = front_door.visitor()
    for text in SAID:
        visitor.say(text)
    visitor.client.get("/chat/ashcombe?name=Zephyrine")
    visitor.client.post(
        "/chat/ashcombe/messages",
        content=b'{"id": "Zephyrine',
        headers={"Content-Type": "application/json"},
    )
    front_door.wait_for(lambda: "in the queue" in visitor.transcript(), "the queue")
    passwords = agent_answers(front_door)
    front_door.wait_for(lambda: "hyacinth" in visitor.transcript(), "the agent's reply")

    written = front_door.logs
    values = " ".join(
        str(value) for line in written.splitlines() for value in json.loads(line).values()
    )
    logged = set(re.findall(r"[a-z0-9']+", values.lower()))
    typed = {word for text in SAID for word in re.findall(r"[a-z0-9']{3,}", text.lower())}
    assert (typed - OUR_OWN) & logged == set()
    for secret in ("Zephyrine", "Okonkwo", "900123", "XA1", "hyacinth", "priya", *passwords):
        assert secret.lower() not in written.lower(), secret
    assert written.count('"event": "turn"') == len(SAID)
