"""On vesting day, who waits is seen by those who answer now, and every door leads somewhere."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.engine import Connection

from assistant.settings import read_settings
from assistant.store import Store
from assistant.wiring import Parts
from handoff import agents, queue, sessions, teams
from handoff.floor import Agent
from handoff.handover import Handover, Reason
from handoff.lodged import lodged_in
from knowledge.requests import Request, lodge
from tests.unit.handoff.rooms import QUICK

EVE = datetime(2027, 3, 31, 12, tzinfo=timezone.utc)
FIRST_HOUR = datetime(2027, 3, 31, 23, 30, tzinfo=timezone.utc)  # half past midnight in London
DAY = datetime(2027, 4, 1, 9, tzinfo=timezone.utc)
MONTH = datetime(2027, 5, 4, 9, tzinfo=timezone.utc)
DOORS = ("ashcombe", "thornbridge", "kelmarsh", "wenshire", "ashcombe")
EAST = {"ashcombe", "thornbridge", "wenshire"}
WEST = {"kelmarsh", "wenshire"}


def parts(folder: Path, now: datetime) -> Parts:
    return Parts(read_settings().copy(update={"data_dir": folder}), now=lambda: now)


def agent(connection: Connection, council: str, now: datetime) -> Agent:
    """Somebody who was made an agent of that council long before, as the desk knows them now."""
    found = agents.find(connection, council)
    if found is None:
        agents.create(
            connection,
            username=council,
            first_name="Priya",
            password="long enough for a test",
            covers=[council],
            now=EVE,
            hasher=QUICK,
        )
        found = agents.find(connection, council)
    assert found is not None
    session = sessions.resume(
        connection, sessions.start(connection, found.agent, now), now, active=True
    )
    assert session is not None
    return session.agent


def wait_at(connection: Connection, door: str, now: datetime) -> str:
    conversation = str(uuid4())
    queue.join(connection, conversation, door, Handover(Reason.ASKED), now)
    return conversation


@pytest.mark.parametrize(
    ("council", "now", "sees"),
    [
        pytest.param("ashcombe", EVE, {"ashcombe"}, id="the district, before"),
        pytest.param("wenshire", EVE, {"wenshire"}, id="the county, before"),
        pytest.param("east-wenshire", EVE, set(), id="the successor, before"),
        pytest.param("ashcombe", FIRST_HOUR, EAST, id="the district, from midnight in London"),
        pytest.param("ashcombe", DAY, EAST, id="the district, on the day"),
        pytest.param("kelmarsh", DAY, WEST, id="another district, on the day"),
        pytest.param("wenshire", DAY, EAST | WEST, id="the county, on the day"),
        pytest.param("east-wenshire", DAY, EAST, id="the successor, on the day"),
        pytest.param("thornbridge", MONTH, EAST, id="a district, a month after"),
        pytest.param("west-wenshire", MONTH, WEST, id="the other successor, a month after"),
    ],
)
def test_five_who_waited_are_seen_by_those_who_answer_now(
    store: Store, council: str, now: datetime, sees: set[str]
) -> None:
    with store.write() as connection:
        for door in DOORS:
            wait_at(connection, door, EVE)

        waiting = queue.waiting(connection, agent(connection, council, now).covers)

    assert {place.authority for place in waiting} == sees


def test_who_waits_at_an_old_and_at_a_new_door_stands_in_one_queue(sqlite: Store) -> None:
    with sqlite.write() as connection:
        first = wait_at(connection, "ashcombe", EVE)
        second = wait_at(connection, "thornbridge", EVE)
        elsewhere = wait_at(connection, "kelmarsh", EVE)
        before = [queue.place(connection, one, EVE) for one in (first, second, elsewhere)]
        third = wait_at(connection, "east-wenshire", DAY)

        after = [queue.place(connection, one, DAY) for one in (first, second, third, elsewhere)]

    assert before == [1, 1, 1]
    assert after == [1, 2, 3, 1]


def test_an_agent_of_the_old_council_is_on_shift_for_the_new_one(
    sqlite: Store, tmp_path: Path
) -> None:
    with sqlite.write() as connection:
        agent(connection, "thornbridge", DAY)

        counts = {
            slug: teams.on_shift(connection, slug, DAY)
            for slug in ("east-wenshire", "west-wenshire")
        }

    assert counts == {"east-wenshire": 1, "west-wenshire": 0}


@pytest.mark.parametrize(
    ("now", "held"),
    [
        pytest.param(
            EVE, ["ashcombe", "thornbridge", "kelmarsh", "wenshire", "wenshire"], id="eve"
        ),
        pytest.param(
            DAY,
            ["east-wenshire", "east-wenshire", "west-wenshire", "east-wenshire", "west-wenshire"],
            id="on the day",
        ),
        pytest.param(
            MONTH,
            ["east-wenshire", "east-wenshire", "west-wenshire", "east-wenshire", "west-wenshire"],
            id="a month after",
        ),
    ],
)
def test_five_open_requests_are_with_the_council_that_has_them_now(
    sqlite: Store, tmp_path: Path, now: datetime, held: list[str]
) -> None:
    made = [
        ("missed-bin", "ashcombe", {"postcode": "XA1 8AA"}),
        ("missed-bin", "thornbridge", {"postcode": "XA2 1AB"}),
        ("missed-bin", "kelmarsh", {}),
        ("report-pothole", "wenshire", {"postcode": "XA1 8AA"}),
        ("report-pothole", "wenshire", {"postcode": "XA3 1EF"}),
    ]
    shelf = parts(tmp_path, now).shelf
    with sqlite.write() as connection:
        references = [
            lodge(connection, Request(f"c:{number}", service, council, fields), "c", EVE)
            for number, (service, council, fields) in enumerate(made)
        ]
        found = {one.reference: one for one in lodged_in(connection, ["c"])}

    owners = [
        shelf.owner(one.service, one.authority, one.fields, now)
        for one in (found[reference] for reference in references)
    ]

    assert owners == held


@pytest.mark.parametrize(
    ("door", "now", "name"),
    [
        pytest.param("ashcombe", EVE, "Ashcombe Borough Council", id="a district, before"),
        pytest.param(
            "ashcombe", FIRST_HOUR, "East Wenshire Council", id="a district, from midnight on"
        ),
        pytest.param("kelmarsh", DAY, "West Wenshire Council", id="a district, on the day"),
        pytest.param(
            "wenshire", DAY, "Wenshire County Council", id="the county, which asks where you live"
        ),
        pytest.param("east-wenshire", DAY, "East Wenshire Council", id="a new one, on the day"),
        pytest.param("thornbridge", MONTH, "East Wenshire Council", id="a month after"),
    ],
)
def test_a_door_shows_who_answers_there(
    tmp_path: Path, door: str, now: datetime, name: str
) -> None:
    shown = parts(tmp_path, now).council(door)

    # Its address, and the conversations that began there, stay what they were.
    assert (shown.slug, shown.name) == (door, name)
    assert parts(tmp_path, now).about_council(door)["council"] == name


def test_a_new_councils_door_is_closed_until_its_first_day(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        parts(tmp_path, EVE).council("east-wenshire")


def test_the_hours_at_an_old_door_are_the_new_councils(tmp_path: Path) -> None:
    late = datetime(2027, 4, 2, 16, 15, tzinfo=timezone.utc)  # Friday, a quarter past five

    shelf = parts(tmp_path, late).shelf

    assert shelf.hours("ashcombe", late) == shelf.hours("east-wenshire", late)


def test_what_the_desk_looks_up_is_the_new_councils(tmp_path: Path) -> None:
    found = parts(tmp_path, DAY).shelf.answer("garden-waste", "ashcombe", DAY)

    assert found.responsible == "East Wenshire Council"
