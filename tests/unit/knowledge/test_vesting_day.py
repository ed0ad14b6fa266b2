"""The day on which the demo county's four councils become two: what follows the clock by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from actions.answer import answer_about
from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Line
from knowledge.authorities import Authorities
from knowledge.library import open_library
from knowledge.owners import owner

LIBRARY = open_library()
EVE, DAY, MONTH = date(2027, 3, 31), date(2027, 4, 1), date(2027, 5, 1)


DISTRICT = [
    "garden-waste",
    "bin-collection-day",
    "council-tax-pay",
    "single-person-discount",
    "bulky-waste",
    "housing-register",
    "planning-apply",
    "pest-control",
    "register-to-vote",
    "allotments",
]
COUNTY = [
    "pothole",
    "street-light",
    "blue-badge",
    "library-join",
    "primary-school-place",
    "register-birth",
    "adult-social-care",
]
EVERY = ["freedom-of-information", "pay-online", "opening-hours-contact"]
QUESTIONS = [*DISTRICT, *COUNTY, *EVERY]

HOMES = {"ashcombe": "XA1 8AA", "thornbridge": "XA2 1AB", "kelmarsh": "XA3 1EF"}
NEXT = {"ashcombe": "east-wenshire", "thornbridge": "east-wenshire", "kelmarsh": "west-wenshire"}
OLD_DOORS = ("ashcombe", "thornbridge", "kelmarsh", "wenshire")
NEW_DOORS = ("east-wenshire", "west-wenshire")


def expected(slug: str, door: str, home: str, day: date) -> str:
    """Written out once more, by hand: who answers somebody from that home at that door."""
    if slug in EVERY:
        if day == EVE:
            return door
        return NEXT.get(door, NEXT[home] if door == "wenshire" else door)
    if day > EVE:
        return NEXT[home]
    return "wenshire" if slug in COUNTY else home


def cases() -> Iterator[object]:
    for day in (EVE, DAY, MONTH):
        for door in OLD_DOORS if day == EVE else (*OLD_DOORS, *NEW_DOORS):
            for home in HOMES:
                yield pytest.param(door, home, day, id=f"{day} at {door} from {home}")


def answered(slug: str, door: str, home: str, day: date, notice: str | None = None) -> Line:
    heard = Heard(text="", intent="ask", today=day, door=door, key="c:1")
    place = {"postcode": HOMES[home], "district": home}
    outcome = answer_about(slug, heard, Memory(place=place, notice=notice), LIBRARY)
    assert outcome is not None
    return outcome.lines[0]


def test_there_are_twenty_questions() -> None:
    assert len(set(QUESTIONS)) == 20


@pytest.mark.parametrize(("door", "home", "day"), cases())
def test_the_same_questions_are_answered_by_the_right_council(
    door: str, home: str, day: date
) -> None:
    councils = LIBRARY.authorities
    found = {
        slug: dict(answered(slug, door, home, day).custom or {})["source"]["responsible"]
        for slug in QUESTIONS
    }

    assert found == {slug: councils.get(expected(slug, door, home, day)).name for slug in QUESTIONS}


@pytest.mark.parametrize(("door", "home", "day"), cases())
def test_the_owner_is_a_team_of_that_council(door: str, home: str, day: date) -> None:
    for slug in QUESTIONS:
        council = LIBRARY.authorities.get(expected(slug, door, home, day))
        assert LIBRARY.article(slug).owner in {team.slug for team in council.teams}


@pytest.mark.parametrize("day", [DAY, MONTH])
def test_nothing_of_a_council_that_has_ended_is_said(day: date) -> None:
    ended = [council for council in LIBRARY.authorities.all() if not council.serves(day)]
    told = [LIBRARY.authorities.get(slug).notice(day) for slug in NEW_DOORS]
    for door in OLD_DOORS:
        for slug in QUESTIONS:
            said = answered(slug, door, "ashcombe", day, notice="\n".join(told))
            for council in ended:
                assert council.name not in said.text
                assert council.website not in said.text


@pytest.mark.parametrize(
    ("day", "long", "short"),
    [
        pytest.param(date(2026, 12, 31), "", "", id="91 days before"),
        pytest.param(
            date(2027, 1, 1),
            "From 1 April 2027, East Wenshire Council takes over",
            "From 1 April 2027 your council is East Wenshire Council.",
            id="90 days before",
        ),
        pytest.param(
            EVE,
            "From 1 April 2027, East Wenshire Council takes over",
            "From 1 April 2027 your council is East Wenshire Council.",
            id="the day before",
        ),
        pytest.param(
            DAY,
            "East Wenshire Council took over from",
            "Since 1 April 2027 your council is East Wenshire Council.",
            id="on the day",
        ),
        pytest.param(
            date(2027, 5, 31),
            "East Wenshire Council took over from",
            "Since 1 April 2027 your council is East Wenshire Council.",
            id="60 days after",
        ),
        pytest.param(
            date(2027, 6, 1), "East Wenshire Council took over from", "", id="61 days after"
        ),
        pytest.param(date(2027, 10, 1), "", "", id="half a year after"),
    ],
)
def test_the_change_is_told_before_and_after_in_long_and_in_short(
    day: date, long: str, short: str
) -> None:
    said = answered("council-tax-pay", "ashcombe", "ashcombe", day)

    in_short = dict(said.custom or {})["source"]["short"]
    assert (long in said.text) if long else ("took over" not in said.text)
    assert in_short.endswith(short)
    assert short or "your council is" not in in_short


def test_the_change_is_told_once_in_a_conversation() -> None:
    heard = Heard(text="", intent="ask", today=EVE, door="ashcombe", key="c:1")
    memory = Memory(place={"postcode": "XA1 8AA", "district": "ashcombe"})
    told = []
    for slug in ("garden-waste", "pothole", "council-tax-pay", "blue-badge", "bin-collection-day"):
        outcome = answer_about(slug, heard, memory, LIBRARY)
        assert outcome is not None
        memory = outcome.memory
        told.append("From 1 April 2027" in "".join(line.text for line in outcome.lines))

    # Once of the district, once of the county: they say different things.
    assert told == [True, True, False, False, False]


def test_bin_days_tell_the_change_too() -> None:
    heard = Heard(text="", intent="ask", today=EVE, door="ashcombe", key="c:1")
    memory = Memory(place={"postcode": "XA1 8AA", "district": "ashcombe"})

    outcome = answer_about("bin-collection-day", heard, memory, LIBRARY)

    assert outcome is not None
    assert [line.text for line in outcome.lines][1:] == [
        "From 1 April 2027 your council is East Wenshire Council."
    ]


@pytest.mark.parametrize(
    ("service", "asked", "fields", "after"),
    [
        pytest.param("missed-bin", "ashcombe", {}, "east-wenshire", id="a district's"),
        pytest.param(
            "missed-bin",
            "kelmarsh",
            {"postcode": "XA3 1EF"},
            "west-wenshire",
            id="another district's",
        ),
        pytest.param(
            "report-pothole",
            "wenshire",
            {"postcode": "XA3 1EF"},
            "west-wenshire",
            id="the county's, by the postcode",
        ),
        pytest.param(
            "report-pothole",
            "wenshire",
            {"uprn": "900000000124"},
            "east-wenshire",
            id="the county's, by the address",
        ),
        pytest.param(
            "report-pothole",
            "wenshire",
            {"postcode": "XA1 9YZ"},
            "east-wenshire",
            id="the county's, on a boundary inside one new council",
        ),
    ],
)
def test_open_requests_go_along(
    service: str, asked: str, fields: dict[str, str], after: str
) -> None:
    held = {day: owner(LIBRARY, service, asked, fields, day).slug for day in (EVE, DAY, MONTH)}

    assert held == {EVE: asked, DAY: after, MONTH: after}


@pytest.mark.parametrize(
    ("covers", "day", "sees"),
    [
        pytest.param(["ashcombe"], EVE, {"ashcombe"}, id="before, one's own"),
        pytest.param(["east-wenshire"], EVE, {"east-wenshire"}, id="before, nobody else's"),
        pytest.param(
            ["ashcombe"],
            DAY,
            {"ashcombe", "east-wenshire", "thornbridge", "wenshire"},
            id="the successor, and who waited for those it took over from",
        ),
        pytest.param(
            ["kelmarsh"], DAY, {"kelmarsh", "west-wenshire", "wenshire"}, id="the other successor"
        ),
        pytest.param(
            ["east-wenshire"],
            MONTH,
            {"ashcombe", "east-wenshire", "thornbridge", "wenshire"},
            id="a new account",
        ),
        pytest.param(
            ["wenshire"],
            DAY,
            {*OLD_DOORS, *NEW_DOORS},
            id="a county's agent answers for both",
        ),
        pytest.param(["atlantis"], DAY, {"atlantis"}, id="a council that is not known"),
    ],
)
def test_who_answers_for_a_council_answers_for_its_successor(
    councils: Authorities, covers: list[str], day: date, sees: set[str]
) -> None:
    assert set(councils.answered_by(covers, day)) == sees


def test_councils_that_became_one_have_one_queue(councils: Authorities) -> None:
    assert councils.one_queue("ashcombe", EVE) == ("ashcombe",)
    assert set(councils.one_queue("ashcombe", DAY)) == {"ashcombe", "thornbridge", "east-wenshire"}
    assert councils.one_queue("wenshire", DAY) == ("wenshire",)


def test_an_old_door_leads_to_the_one_successor(councils: Authorities) -> None:
    assert councils.door("ashcombe", EVE).slug == "ashcombe"
    assert councils.door("ashcombe", DAY).slug == "east-wenshire"
    assert councils.door("east-wenshire", EVE).slug == "east-wenshire"
    # A county that was split has two successors: its door asks where somebody lives.
    assert councils.door("wenshire", DAY).slug == "wenshire"
    assert [c.slug for c in councils.current("wenshire", DAY)] == list(NEW_DOORS)
