"""An article becomes the answer of the council whose service it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.answers import answer
from knowledge.authorities import Authorities
from knowledge.library import Library
from knowledge.rendering import MissingValue, render, values_of
from tests.unit.knowledge.conftest import TODAY


def test_says_the_councils_own_values(library: Library, councils: Authorities) -> None:
    article = library.article("garden-waste")
    texts = {}
    for slug in ("ashcombe", "thornbridge"):
        council = councils.get(slug)
        texts[slug] = answer(article, council, council, TODAY).text
    assert "One bin costs £54 a year" in texts["ashcombe"]
    assert "One bin costs £61 a year" in texts["thornbridge"]


def test_names_its_source_owner_and_review(library: Library, councils: Authorities) -> None:
    ashcombe = councils.get("ashcombe")
    said = answer(library.article("missed-bin"), ashcombe, ashcombe, TODAY)
    assert (said.title, said.url, said.responsible, said.reviewed_on, said.service) == (
        "Report a missed bin",
        "https://www.ashcombe.example/missed-bin",
        "Ashcombe Borough Council",
        date(2026, 11, 16),
        "missed-bin",
    )
    assert said.article == "missed-bin"
    assert said.notice == ""


def test_says_whose_service_it_is_when_it_is_anothers(
    library: Library, councils: Authorities
) -> None:
    said = answer(
        library.article("pothole"), councils.get("ashcombe"), councils.get("wenshire"), TODAY
    )
    assert said.text.startswith("Wenshire County Council looks after roads.\n\n")
    assert said.short.startswith("Wenshire County Council looks after roads. ")


def test_says_nothing_of_that_when_it_is_its_own(library: Library, councils: Authorities) -> None:
    wenshire = councils.get("wenshire")
    assert (
        "looks after roads"
        not in answer(library.article("pothole"), wenshire, wenshire, TODAY).text
    )


def test_tells_of_the_change_of_council(library: Library, councils: Authorities) -> None:
    ashcombe = councils.get("ashcombe")
    said = answer(library.article("missed-bin"), ashcombe, ashcombe, date(2027, 2, 1))
    assert said.notice.startswith("From 1 April 2027, East Wenshire Council takes over")


def test_a_value_with_dates_is_the_one_of_the_day(councils: Authorities) -> None:
    dated = [
        {"first": date(2026, 4, 1), "last": date(2027, 3, 31), "value": "£52"},
        {"first": date(2027, 4, 1), "value": "£54"},
    ]
    council = councils.get("ashcombe").copy(update={"values": {"fees": {"permit": dated}}})

    def fee(day: date) -> str:
        return render("{{ fees.permit }}", values_of(council, day))

    assert fee(date(2027, 3, 31)) == "£52"
    assert fee(date(2027, 4, 1)) == "£54"
    with pytest.raises(MissingValue):
        fee(date(2026, 3, 31))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("It costs {{ fees.moon_rocket }}.", id="no such fee"),
        pytest.param("{{ nothing }}", id="no such value"),
        pytest.param("{{ name.__class__.__mro__ }}", id="not a value at all"),
        pytest.param("{% for %}", id="not a template"),
    ],
)
def test_a_missing_value_is_never_served(
    library: Library, councils: Authorities, body: str
) -> None:
    ashcombe = councils.get("ashcombe")
    broken = replace(library.article("missed-bin"), body=body)
    with pytest.raises(MissingValue):
        answer(broken, ashcombe, ashcombe, TODAY)


def test_an_article_may_name_the_door(library: Library, councils: Authorities) -> None:
    article = replace(library.article("pothole"), body="Ask {{ name }}, not {{ door.name }}.")
    said = answer(article, councils.get("ashcombe"), councils.get("wenshire"), TODAY)
    assert said.text.endswith("Ask Wenshire County Council, not Ashcombe Borough Council.")
