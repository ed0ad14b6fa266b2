"""Where somebody lives decides whose it is: ours, another council's, nobody's, or two at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from actions.answer import respond
from actions.heard import About, Heard
from actions.home import where
from actions.memory import Memory
from actions.outcome import Outcome
from actions.place import Place
from actions.request import start
from actions.whose import asks_council, asks_whose
from knowledge.directory import Directory
from knowledge.importing import import_files
from knowledge.library import Library, open_library
from knowledge.register import load_register

LIBRARY = open_library()
SAMPLES = Path(__file__).parent.parent / "knowledge" / "published"
SAID = Heard(text="", intent="ask", today=date(2026, 11, 22), door="ashcombe", key="c:1")
POTHOLE = About("pothole", "Report a pothole", True, "article")
DISCOUNT = About("single-person-discount", "Single person discount", True, "article")
BIN_DAY = About("bin-collection-day", "Bin collection days", True, "article")
BULKY = About("bulky-waste", "Bulky waste collections", True, "article")
FEEDBACK = About("complaint", "Complaints", True, "article")


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library with every postcode of the country, as far as our sample has it."""
    file = tmp_path_factory.mktemp("places") / "places.db"
    now = datetime(2026, 11, 22, tzinfo=timezone.utc)
    names = ("onspd_2025.csv", "addressbase_core.csv")
    import_files([SAMPLES / name for name in names], file, now, lambda file, rows: None)
    councils = LIBRARY.authorities.all()
    return Library(
        articles=LIBRARY.articles(),
        services=LIBRARY.services(),
        authorities=LIBRARY.authorities,
        gazetteer=LIBRARY.gazetteer.beside(
            Directory(load_register(), {}, file),
            ours={council.gss: council.slug for council in councils},
            counties={council.slug: council.parent for council in councils if council.parent},
        ),
        embed=lambda texts: pytest.fail("nothing is searched for"),
    )


def ask(text: str, about: About, memory: Memory | None = None, **heard: str) -> Outcome:
    said = replace(SAID, text=text, topics=(about,), **heard)  # type: ignore[arg-type]
    return respond(said, memory or Memory(), LIBRARY)


def reply(text: str, memory: Memory, library: Library = LIBRARY) -> Outcome:
    return Place().decide(replace(SAID, text=text, intent="inform"), memory, library)


def names(outcome: Outcome) -> list[str]:
    return [line.response for line in outcome.lines if line.response]


def test_inside_one_council_is_that_councils_answer() -> None:
    outcome = ask("discount at XA2 1AB", DISCOUNT)

    assert outcome.lines[0].text.startswith("Thornbridge District Council looks after council tax.")
    assert outcome.memory.place == {"postcode": "XA2 1AB", "district": "thornbridge"}


def test_a_place_outside_is_told_whose_it_is() -> None:
    outcome = ask("pothole at XA8 1AA", POTHOLE)

    assert names(outcome) == ["utter_outside", "utter_outside_council", "utter_outside_next"]
    assert outcome.lines[1].values == {
        "council": "Marlshire County Council",
        "subject": "roads",
        "website": "https://www.marlshire.example",
    }


def test_somebody_from_outside_is_not_asked_again_where_they_live() -> None:
    first = ask("when is my bin day", BIN_DAY)
    second = reply("XA7 1AA", first.memory)
    third = ask("can I get a discount", DISCOUNT, second.memory)

    assert names(first) == ["utter_which_postcode"]
    assert second.lines[1].values["council"] == "Harrowmoor Council"
    assert third.lines[1].values["subject"] == "council tax"


def test_another_postcode_answers_what_was_asked_before() -> None:
    outside = ask("bin day at XA7 1AA", BIN_DAY)

    ours = respond(replace(SAID, text="and XA1 8AA?", intent="inform"), outside.memory, LIBRARY)

    assert names(ours) == ["utter_next_collections"]
    assert ours.memory.place == {"postcode": "XA1 8AA", "district": "ashcombe"}


def test_what_every_council_does_is_answered_here_also_for_somebody_outside() -> None:
    outside = ask("bin day at XA7 1AA", BIN_DAY)

    assert "utter_outside" not in names(ask("I want to complain", FEEDBACK, outside.memory))


def test_what_is_urgent_is_answered_wherever_somebody_lives() -> None:
    urgent = About("homeless-tonight", "Nowhere to sleep tonight", True, "article")
    outside = ask("bin day at XA7 1AA", BIN_DAY)

    assert "utter_outside" not in names(ask("nowhere to sleep", urgent, outside.memory))


def test_a_boundary_asks_for_the_address_where_it_matters() -> None:
    asked = ask("discount at XA1 9YZ", DISCOUNT)
    chosen = replace(SAID, intent="inform", is_choice=True, chosen={"uprn": _uprn("3 Boundary")})
    answered = Place().decide(chosen, asked.memory, LIBRARY)

    assert names(asked) == ["utter_which_address_council"]
    assert asked.lines[0].choices[2][0] == "3 Boundary Lane"
    assert answered.memory.place is not None
    assert answered.memory.place["uprn"] == _uprn("3 Boundary")
    assert ask("and bulky waste", BULKY, answered.memory).lines[0].text


@pytest.mark.parametrize(
    ("about", "day"),
    [
        pytest.param(POTHOLE, date(2026, 11, 22), id="one county on both sides"),
        pytest.param(DISCOUNT, date(2027, 4, 1), id="one unitary on both sides"),
    ],
)
def test_a_boundary_is_no_matter_while_one_council_serves_both_sides(
    about: About, day: date
) -> None:
    said = replace(SAID, text="at XA1 9YZ", topics=(about,), today=day)

    outcome = respond(said, Memory(), LIBRARY)

    assert outcome.memory.doing is None
    assert outcome.lines[0].custom


def test_words_that_name_no_address_ask_for_it_again() -> None:
    asked = ask("discount at XA1 9YZ", DISCOUNT)

    again = reply("the one on the corner", asked.memory)

    assert names(again) == ["utter_which_address_council"]
    assert again.memory.misses == 1


def test_a_postcode_that_nobody_knows_is_asked_once_more_and_then_a_person_is_offered() -> None:
    asked = ask("when is my bin day", BIN_DAY)
    first = reply("XA9 9ZZ", asked.memory)
    second = reply("XA9 9ZX", first.memory)

    assert names(first) == ["utter_unknown_postcode"]
    assert names(second) == ["utter_still_no_postcode", "utter_offer_person"]
    assert second.memory.doing == "offer_person"


def test_a_postcode_that_does_not_exist_is_said_to_be_none(complete: Library) -> None:
    asked = ask("when is my bin day", BIN_DAY)

    outcome = reply("XA1 8ZZ", asked.memory, complete)

    assert names(outcome) == ["utter_no_such_postcode"]
    assert outcome.lines[0].values == {"postcode": "XA1 8ZZ"}


def test_an_unknown_postcode_in_the_question_counts_as_the_first() -> None:
    first = ask("when is my bin day at XA9 9ZZ", BIN_DAY)
    second = reply("XA9 9ZX", first.memory)

    assert names(first) == ["utter_unknown_postcode"]
    assert second.memory.doing == "offer_person"


def test_an_unknown_postcode_is_told_before_what_the_door_answers() -> None:
    outcome = ask("can I get a discount at XA9 9ZZ", DISCOUNT)

    assert names(outcome)[0] == "utter_unknown_postcode"
    assert "25%" in outcome.lines[1].text


def test_an_address_across_the_border_is_the_neighbours(complete: Library) -> None:
    asked = respond(replace(SAID, text="at XA2 9QA", topics=(DISCOUNT,)), Memory(), complete)
    theirs = reply("st marys lodge", asked.memory, complete)

    assert names(asked) == ["utter_which_address_council"]
    assert theirs.memory.place == {
        "postcode": "XA2 9QA",
        "outside": "X07000092",
        "uprn": "990000000003",
    }
    assert names(theirs)[0] == "utter_outside"


def test_a_home_without_a_known_round_gets_the_general_answer(complete: Library) -> None:
    said = replace(SAID, text="14 Quarry Lane XA2 9QA", topics=(BIN_DAY,))

    outcome = respond(said, Memory(), complete)

    assert outcome.lines[0].text
    assert outcome.memory.doing is None


def test_a_postcode_alone_is_told_its_councils() -> None:
    outcome = respond(replace(SAID, text="xa18aa", intent="inform"), Memory(), LIBRARY)

    assert names(outcome)[0] == "utter_your_councils"
    assert outcome.lines[0].values["county"] == "Wenshire County Council"


def test_which_council_is_mine_waits_for_the_postcode() -> None:
    asked = respond(replace(SAID, text="which council am I in?"), Memory(), LIBRARY)
    told = reply("XA7 1AA", asked.memory)

    assert names(asked) == ["utter_which_postcode"]
    assert told.lines[0].values["council"] == "Harrowmoor Council"
    assert told.memory.doing is None


def test_which_council_is_mine_tells_the_next_one_too() -> None:
    outcome = respond(replace(SAID, text="who is my council at XA3 1EF"), Memory(), LIBRARY)

    assert names(outcome) == ["utter_your_councils", "utter_next_council", "utter_what_next"]
    assert outcome.lines[1].values["council"] == "West Wenshire Council"


def test_whose_job_it_is_is_said_first() -> None:
    outcome = ask("which council does potholes at XA1 8AA", POTHOLE)

    assert outcome.lines[0].values["council"] == "Wenshire County Council"
    assert outcome.lines[0].values["phone"] == "01632 960110"
    assert outcome.lines[1].values["council"] == "East Wenshire Council"
    assert not outcome.lines[2].text.startswith("Wenshire County Council looks after")


def test_whose_job_is_asked_of_what_was_talked_about() -> None:
    first = ask("how do I report a pothole", POTHOLE)

    second = respond(replace(SAID, text="is that the county or you?"), first.memory, LIBRARY)

    assert names(second)[0] == "utter_who"


@pytest.mark.parametrize(
    ("said", "whose", "council"),
    [
        ("which council does potholes", True, False),
        ("who do i ask about bins", True, False),
        ("is it the county or the district", True, False),
        ("county or borough?", True, False),
        ("who’s responsible for street lights", True, False),
        ("which council am I in", True, True),
        ("what council covers XA1 8AA", True, True),
        ("who is my council", False, True),
        ("when does the new council start", False, True),
        ("who is my councillor", False, False),
        ("how do I pay my council tax", False, False),
        ("I live in a new council house", False, False),
        ("what council tax band am I in", False, False),
        ("who can get a blue badge", False, False),
    ],
)
def test_questions_about_councils_are_told_from_others(
    said: str, whose: bool, council: bool
) -> None:
    heard = replace(SAID, text=said)

    assert (asks_whose(heard), asks_council(heard)) == (whose, council)


def test_a_request_from_outside_is_told_whose_it_is() -> None:
    service = LIBRARY.service("missed-bin")
    opened = start(replace(SAID, is_choice=True), Memory(), LIBRARY, service)

    from actions.request import Request

    said = replace(SAID, text="XA7 1AA", intent="inform")
    outcome = Request().decide(said, opened.memory, LIBRARY)

    assert names(outcome)[:2] == ["utter_outside", "utter_outside_council"]
    assert outcome.memory.doing == "request"


def test_a_new_postcode_replaces_the_one_before() -> None:
    before = Memory(place={"postcode": "XA1 8AA", "district": "ashcombe"})

    assert where(replace(SAID, text="I moved to XA2 1AB"), before, LIBRARY) == {
        "postcode": "XA2 1AB",
        "district": "thornbridge",
    }


def _uprn(beginning: str) -> str:
    here = LIBRARY.gazetteer.addresses("XA1 9YZ")
    return next(home.uprn for home in here if home.address.startswith(beginning))
