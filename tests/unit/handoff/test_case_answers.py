"""What was answered in a request, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handoff.case_answers import CaseAnswer, answers_of, where_of
from handoff.case_csv import harmless
from handoff.dues import Due, due_of
from knowledge.requests import DONE, Filed
from tests.unit.handoff.cases import NOON, FakeCatalogue

PHOTO = "00000000-0000-4000-8000-0000000000f1"
TODAY = date(2026, 11, 23)


def filed(service: str = "fly-tipping", **fields: Any) -> Filed:
    return Filed("FD-2222-2222", service, "ashcombe", fields, "received", NOON, NOON)


def answers(service: str, **fields: Any) -> list[CaseAnswer]:
    return list(answers_of(filed(service, **fields), FakeCatalogue().service(service)))


def test_answers_stand_as_the_form_asks_them() -> None:
    found = answers("missed-bin", missed_on="2026-11-20", uprn="1001", bin="food", postcode="X")
    assert [(one.label, one.words) for one in found] == [
        ("Postcode", "X"),
        ("Bin", "Food waste"),
        ("Day we missed it", "Friday 20 November 2026"),
        ("Property number (UPRN)", "1001"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        pytest.param("phone", "+447700900123", "07700 900123", id="a number as it is dialled"),
        pytest.param("phone", "ask my son", "ask my son", id="no number"),
        pytest.param("blocks", "yes", "Yes", id="yes"),
        pytest.param("blocks", False, "No", id="no, as JSON has it"),
        pytest.param("cost", "12.50", "£12.50", id="money"),
        pytest.param("cost", "a lot", "a lot", id="no money"),
        pytest.param("what", 7, "7", id="a number of JSON"),
        pytest.param("what", ["a", "b"], "a, b", id="several"),
        pytest.param("place", {"lat": 51.3, "lon": -0.2}, "lat: 51.3, lon: -0.2", id="an object"),
    ],
)
def test_a_value_is_written_as_people_write_it(name: str, value: Any, words: str) -> None:
    assert answers("fly-tipping", **{name: value})[0].words == words


def test_a_choice_of_several_is_shown_by_its_labels() -> None:
    assert answers("missed-bin", bin="food,refuse,other")[0].words == "Food waste, Rubbish, other"


def test_a_day_that_is_none_is_shown_as_it_is() -> None:
    assert answers("missed-bin", missed_on="last week")[0].words == "last week"


def test_photos_are_files() -> None:
    assert answers("fly-tipping", photo=PHOTO) == [CaseAnswer("Photo", "", (PHOTO,))]
    assert answers("fly-tipping", photo=f"{PHOTO},{PHOTO}")[0].files == (PHOTO, PHOTO)
    assert answers("fly-tipping", photo="../x") == [CaseAnswer("Photo", "../x")]


def test_what_is_empty_is_no_answer() -> None:
    assert answers("missed-bin", bin="", postcode=None) == []


def test_a_service_that_is_gone_leaves_the_names_of_the_book() -> None:
    found = answers_of(filed("gone", lamp_number="12"), None)
    assert [(one.label, one.words) for one in found] == [("Lamp number", "12")]


@pytest.mark.parametrize(
    ("service", "fields", "where"),
    [
        ("missed-bin", {"postcode": "XA1 8AA", "address": "22 Heath Road"}, "22 Heath Road"),
        ("missed-bin", {"postcode": "XA1 8AA"}, "XA1 8AA"),
        ("fly-tipping", {"place": "by the\nschool"}, "by the school"),
        ("fly-tipping", {"place": {"lat": 1}}, ""),
        ("gone", {"address": "22 Heath Road"}, "22 Heath Road"),
    ],
)
def test_a_list_says_where(service: str, fields: dict[str, Any], where: str) -> None:
    known = {one.slug: one for one in FakeCatalogue().services()}
    assert where_of(filed(service, **fields), known.get(service)) == where


@pytest.mark.parametrize(
    ("due_on", "due"),
    [
        (None, None),
        (date(2026, 11, 20), Due("Overdue by 3 days", "late")),
        (date(2026, 11, 22), Due("Overdue by 1 day", "late")),
        (date(2026, 11, 23), Due("Due today", "soon")),
        (date(2026, 11, 24), Due("Due tomorrow", "soon")),
        (date(2026, 11, 27), Due("Due Friday 27 November")),
        (date(2027, 1, 8), Due("Due Friday 8 January 2027")),
    ],
)
def test_a_target_is_said_in_words(due_on: date | None, due: Due | None) -> None:
    assert due_of(replace(filed(), due_on=due_on), TODAY) == due


def test_what_is_closed_is_due_no_more() -> None:
    assert due_of(replace(filed(), due_on=date(2026, 11, 20), status=DONE), TODAY) is None


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_other_cells_stay_as_they_are() -> None:
    assert harmless("Report a missed bin") == "Report a missed bin"
