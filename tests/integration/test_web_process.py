"""The web process and a quick worker: nothing acknowledged is ever lost or doubled."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from assistant.tables import inbox
from tests.databases import postgresql_server, postgresql_store
from tests.site import Site, Visitor, kill, site


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgresql_server(tmp_path_factory.mktemp("pg")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def front_door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A site without processes yet, on each kind of database."""
    if request.param == "sqlite":
        with site(tmp_path) as made:
            yield made
        return
    server = request.getfixturevalue("postgresql")
    with postgresql_store(server) as store, site(tmp_path, database_url=store.url) as made:
        yield made


def rows(front_door: Site) -> int:
    with front_door.store.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(inbox)).scalar_one())


def test_the_same_message_posted_fifty_times_at_once_is_one_row_and_one_answer(
    front_door: Site,
) -> None:
    front_door.start_web()
    front_door.start_worker()
    ada = front_door.visitor()
    with ThreadPoolExecutor(16) as pool:
        posts = pool.map(lambda _: ada.say("Hello", "one-and-the-same").status_code, range(50))
        statuses = set(posts)
    ada.say("Hello", "one-and-the-same")
    assert statuses == {202}
    assert rows(front_door) == 1
    ada.say("and now?")
    answers = [text for _, text in ada.entries(4)]
    assert answers.count("Hello") == answers.count("echo Hello") == 1
    assert answers[-1] == "echo and now?"


def test_a_message_is_kept_while_no_worker_runs_and_answered_when_one_does(
    front_door: Site,
) -> None:
    front_door.start_web()
    ada = front_door.visitor()
    assert ada.say("Hello").status_code == 202
    assert httpx.get(front_door.url + "/readyz").status_code == 503
    front_door.start_worker()
    assert [text for _, text in ada.entries(2)] == ["Hello", "echo Hello"]
    front_door.wait_for(lambda: front_door.answers("/readyz"), "readiness")


def test_a_worker_that_is_stopped_is_no_longer_counted_on(front_door: Site) -> None:
    front_door.start_web()
    worker = front_door.start_worker()
    front_door.wait_for(lambda: front_door.answers("/readyz"), "readiness")
    worker.terminate()
    assert worker.wait(10) == 0
    assert not front_door.answers("/readyz")


def test_an_acknowledged_message_survives_the_death_of_the_web_process(front_door: Site) -> None:
    web = front_door.start_web()
    ada = front_door.visitor()
    for number in range(20):
        assert ada.say(f"m{number}", f"number-{number}").status_code == 202
    kill(web)
    assert rows(front_door) == 20
    front_door.start_web()
    # The browser, which cannot know, sends the last ones again.
    for number in range(15, 20):
        assert ada.say(f"m{number}", f"number-{number}").status_code == 202
    assert rows(front_door) == 20


def test_what_was_acknowledged_before_a_kill_in_full_flow_is_kept(front_door: Site) -> None:
    web = front_door.start_web()
    visitors = [front_door.visitor() for _ in range(8)]
    acknowledged = []

    def post_until_killed(visitor: Visitor) -> None:
        for number in itertools.count():
            try:
                answer = visitor.say("Hello", f"message-{number}")
            except httpx.HTTPError:
                return
            assert answer.status_code == 202
            acknowledged.append((id(visitor), number))

    with ThreadPoolExecutor(8) as pool:
        for visitor in visitors:
            pool.submit(post_until_killed, visitor)
        front_door.wait_for(lambda: len(acknowledged) > 100, "posts")
        kill(web)
    kept = rows(front_door)
    # What was committed but not yet acknowledged is at most one message a visitor.
    assert len(acknowledged) <= kept <= len(acknowledged) + len(visitors)


def test_a_dropped_stream_goes_on_where_it_was_and_repeats_nothing(front_door: Site) -> None:
    web = front_door.start_web()
    front_door.start_worker()
    ada = front_door.visitor()
    ada.say("one")
    first = ada.entries(2)
    kill(web)
    front_door.start_web()
    ada.say("two")
    second = ada.entries(2, last=first[-1][0])
    assert [text for _, text in first + second] == ["one", "echo one", "two", "echo two"]


def test_a_bot_that_freezes_its_process_ends_in_an_apology(front_door: Site) -> None:
    front_door.start_web()
    worker = front_door.start_worker()
    ada = front_door.visitor()
    ada.say("freeze")
    assert worker.wait(15) == 70
    front_door.start_worker()
    texts = [text for _, text in ada.entries(3)]
    assert texts[1].startswith("I am sorry.")
    assert texts[2].startswith("You are number 1 in the queue.")


def test_the_desk_and_the_chat_answer_while_no_bot_runs(front_door: Site) -> None:
    front_door.start_web()
    for path in ("/", "/chat/ashcombe", "/desk", "/healthz", "/metrics"):
        answer = httpx.get(front_door.url + path, follow_redirects=True)
        assert answer.status_code == 200, path


def test_workers_share_the_work_without_doubling_it(front_door: Site) -> None:
    front_door.start_web()
    front_door.start_worker()
    front_door.start_worker(("-m", "tests.integration.standing_worker"))
    visitors = [front_door.visitor() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for number in range(5):
            list(pool.map(lambda visitor: visitor.say(f"m{number}"), visitors))  # noqa: B023
    for visitor in visitors:
        texts = [text for _, text in visitor.entries(10)]
        assert [text for text in texts if text.startswith("echo")] == [
            f"echo m{number}" for number in range(5)
        ]
