"""A change goes live in every process: the web process and both workers, without a restart."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from assistant.tables import conversations
from handoff.agents import seed_demo
from knowledge import requests, wordings
from knowledge.library import ROOT
from tests.site import WORKER, Site, Visitor, site
from tests.unit.handoff.rooms import hidden

PROCESSES = 3
PATIENCE = 30.0
"""Seconds, on a machine that does ten other things. How long it took is printed."""
HENS = """---
slug: keeping-hens
title: Keeping hens
tier: district
owner: waste
reviewed_on: 2026-11-01
valid_until: 2099-10-31
short: You can keep up to 6 hens without asking us, if the noise is no trouble.
ask:
- can i keep chickens in my back garden
- am i allowed hens
- do you need a permit for poultry at home
---
You can keep up to 6 hens in your garden without asking us.
"""

HEDGEHOGS = """title: Borrow a hedgehog house
tier: district
owner: parks
reviewed_on: 2026-11-01
retention_days: 30
intro: We lend you a wooden house for hedgehogs.
fields:
- name: size
  type: choice
  label: Size
  prompt: Do you want a small house or a large one?
  retry: I did not catch the size. Is it small or large?
  choices:
  - {value: small, label: Small, synonyms: [little, tiny]}
  - {value: large, label: Large, synonyms: [big]}
- name: email
  type: email
  label: Email
  prompt: What is your email address?
  retry: That does not look like an email address. Please type it again.
confirm: Shall I ask for it at {{ name }}?
done: Thank you. Your reference is **{{ reference }}**.
ask:
- i want to borrow a hedgehog house
- lend me a box for hedgehogs
- somewhere for the hedgehogs in my garden to sleep
"""


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the real content, to be changed."""
    copy = tmp_path_factory.mktemp("knowledge")
    for folder in ("articles", "services", "authorities", "elsewhere", "off_topic", "places"):
        if (ROOT / folder).is_dir():
            shutil.copytree(ROOT / folder, copy / folder)
    return copy


@pytest.fixture(scope="module")
def front_door(
    model: Path, content: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    settings = {"FRONT_DOOR_KNOWLEDGE_DIR": str(content)}
    with site(tmp_path_factory.mktemp("site"), settings=settings) as made:
        made.start_web()
        made.start_worker((*WORKER, "--slot", "1"))
        made.start_worker((*WORKER, "--slot", "2"))
        wait_for(lambda: len(events(made, "knowledge.ready")) == PROCESSES, "the first look")
        yield made


@pytest.fixture(scope="module")
def desk(front_door: Site) -> Iterator[httpx.Client]:
    """A browser in which an agent is signed in. The web process searches the articles for them."""
    answer(front_door.visitor(), "hello")
    with front_door.store.write() as connection:
        password = seed_demo(connection, ("ashcombe",), datetime.now(timezone.utc))
    with httpx.Client(base_url=front_door.url, timeout=20) as browser:
        door = hidden(browser.get("/desk/sign-in").text, "door")
        fields = {"door": door, "username": "priya", "password": str(password)}
        assert browser.post("/desk/sign-in", data=fields).status_code == 303
        yield browser


def test_an_article_is_answered_when_it_is_put_there_changed_and_taken_away(
    front_door: Site, content: Path, desk: httpx.Client
) -> None:
    file = content / "articles" / "keeping-hens.md"
    asked = "am i allowed to keep chickens in the garden"

    with measured(front_door, "a new article"):
        file.write_text(HENS)
    assert all("up to 6 hens" in said for said in answers_of_each(front_door, asked))
    assert "keeping-hens" in offers(front_door, desk, "keep chickens")

    with measured(front_door, "a changed article"):
        file.write_text(HENS.replace("up to 6 hens in", "as many as 9 hens in"))
    assert all("as many as 9 hens" in said for said in answers_of_each(front_door, asked))

    with measured(front_door, "an article that is gone"):
        file.unlink()
    assert not any("hens in your garden" in said for said in answers_of_each(front_door, asked))
    assert "keeping-hens" not in offers(front_door, desk, "keep chickens")


def test_a_wording_is_understood_when_it_is_added(front_door: Site, desk: httpx.Client) -> None:
    said = "the glumph by our gate is all full of wibble again"
    with measured(front_door, "a wording"), front_door.store.write() as connection:
        wordings.add(connection, "missed-bin", said, "priya", datetime.now(timezone.utc))

    assert all("bin" in answer for answer in answers_of_each(front_door, said))
    assert "missed-bin" in offers(front_door, desk, said)


def test_a_broken_file_changes_nothing_and_is_logged_by_every_process(
    front_door: Site, content: Path
) -> None:
    file = content / "articles" / "pothole.md"
    whole = file.read_text()
    file.write_text(whole.replace("tier:", "teir: somebody said\ntier:"))
    wait_for(lambda: len(events(front_door, "knowledge.rejected")) >= PROCESSES, "the rejection")
    answers = answers_of_each(front_door, "there is a pothole in my road")
    file.write_text(whole)

    rejected = events(front_door, "knowledge.rejected")
    assert {(line["file"], line["field"]) for line in rejected} == {("articles/pothole.md", "teir")}
    assert all("pothole" in said.lower() for said in answers)
    assert "somebody said" not in front_door.logs


def test_a_new_service_is_understood_asked_checked_lodged_and_tracked(
    front_door: Site, content: Path
) -> None:
    """One file, and no restart: from the first words to what became of it."""
    with measured(front_door, "a new service"):
        (content / "services" / "hedgehog-house.yml").write_text(HEDGEHOGS)
    resident = front_door.visitor()

    def said(words: str, expected: str) -> str:
        resident.say(words).raise_for_status()
        wait_for(lambda: expected in resident.transcript().split(words)[-1], expected)
        return resident.transcript().split(words)[-1]

    said("please book me a hedgehog house", "small house or a large one")
    said("a purple one", "I did not catch the size")
    said("the tiny one", "What is your email address")
    said("ada at mail", "does not look like an email address")
    said("ada@mail.example", "Shall I ask for it")
    assert "Size: Small" in resident.transcript()
    told = said("yes", "Your reference is")
    [reference] = re.findall(r"FD-\w{4}-\w{4}", told)

    with front_door.store.read() as connection:
        filed = requests.find(connection, reference)
    assert filed is not None
    assert (filed.service, filed.authority) == ("hedgehog-house", "ashcombe")
    assert filed.fields == {"size": "small", "email": "ada@mail.example"}
    assert "Borrow a hedgehog house" in said(f"what is happening with {reference}", "we have it")


def answers_of_each(front_door: Site, asked: str) -> list[str]:
    """Ask each of the two workers, while the other one stands still; return what they said."""
    _, *workers = front_door.processes
    answers = []
    for stands_still in workers:
        os.kill(stands_still.pid, signal.SIGSTOP)
        try:
            answers.append(answer(front_door.visitor(), asked))
        finally:
            os.kill(stands_still.pid, signal.SIGCONT)
    return answers


def answer(resident: Visitor, asked: str) -> str:
    resident.say(asked).raise_for_status()
    wait_for(lambda: len(resident.transcript().split(asked)[-1]) > 60, "an answer")
    return resident.transcript()


def offers(front_door: Site, desk: httpx.Client, asked: str) -> str:
    """Return what the web process offers an agent who searches for that."""
    with front_door.store.read() as connection:
        conversation = connection.execute(sa.select(conversations.c.id)).scalars().first()
    answer = desk.get(f"/desk/c/{conversation}/articles", params={"q": asked})
    return str(answer.raise_for_status().json()["html"])


@contextmanager
def measured(front_door: Site, what: str) -> Iterator[None]:
    """Wait until every process has published what happens inside; say how long each took."""
    before = len(events(front_door, "knowledge.published"))
    began = datetime.now(timezone.utc)
    yield
    wait_for(
        lambda: len(events(front_door, "knowledge.published")) >= before + PROCESSES,
        f"{what} in every process",
    )
    new = events(front_door, "knowledge.published")[before:]
    took = [
        datetime.fromisoformat(line["timestamp"].replace("Z", "+00:00")) - began for line in new
    ]
    print(f"{what}: live after", *(f"{one.total_seconds():.2f}" for one in took), "seconds")  # noqa: T201


def events(front_door: Site, name: str) -> list[dict[str, str]]:
    """Return the log lines of all processes with that event."""
    found = [json.loads(line) for line in front_door.logs.splitlines() if f'"{name}"' in line]
    return sorted(found, key=lambda line: str(line["timestamp"]))


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.05)
