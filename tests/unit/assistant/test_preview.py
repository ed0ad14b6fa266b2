"""Who writes articles sees each text message as it goes out, and what it takes."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.preview import FEWER_THAN, NothingToShow, Preview, average
from assistant.words import read_words
from channels.gsm import septets
from knowledge.authorities import Authority
from knowledge.library import open_library

TODAY = date(2026, 11, 22)
PREVIEW = Preview(open_library(), read_words().wording(), TODAY)


def test_shows_the_words_as_they_go_out_and_their_parts() -> None:
    shown = PREVIEW.words("It’s free – see **our page**").splitlines()

    assert shown[0] == "    It's free - see our page"
    assert shown[2] == "  24 characters, 24 GSM-7 septets: 1 part"


def test_says_which_characters_cost_more() -> None:
    shown = PREVIEW.words("Croeso i’r Tŷ, Tŷ Gwyn 😀").splitlines()

    assert "  24 characters, 25 UCS-2 units: 1 part" in shown
    assert "  UCS-2 because of ŷ 😀" in shown


def test_a_price_is_only_shown_when_it_is_given() -> None:
    priced = Preview(PREVIEW.library, PREVIEW.wording, TODAY, price=Decimal("0.0233"))

    assert "£" not in PREVIEW.words("a" * 161)
    assert "  2 parts at £0.0233 each: £0.0466" in priced.words("a" * 161).splitlines()


def test_an_article_is_shown_as_that_council_says_it() -> None:
    shown = PREVIEW.article("garden-waste", "ashcombe")

    assert "    A garden waste bin costs £54 a year." in shown
    assert "https://www.ashcombe.example/garden-waste" in shown


def test_a_county_shows_an_article_by_each_of_its_districts() -> None:
    shown = PREVIEW.article("garden-waste", "wenshire")

    assert [line for line in shown.splitlines() if line.endswith(":")] == [
        "garden-waste, by Ashcombe:",
        "garden-waste, by Kelmarsh Vale:",
        "garden-waste, by Thornbridge:",
    ]


@pytest.mark.parametrize(
    ("slug", "council"),
    [
        pytest.param("unheard-of", "ashcombe", id="no such article"),
        pytest.param("garden-waste", "unheard-of", id="no such council"),
        pytest.param("garden-waste", "east-wenshire", id="a council that has not begun"),
    ],
)
def test_what_is_not_there_cannot_be_shown(slug: str, council: str) -> None:
    with pytest.raises(NothingToShow):
        PREVIEW.article(slug, council)


@pytest.mark.parametrize("door", PREVIEW.serving(), ids=lambda door: str(door.slug))
def test_all_articles_average_under_two_parts(door: Authority) -> None:
    found = PREVIEW.forms(PREVIEW.library.articles(), door)

    assert len(found) >= len(PREVIEW.library.articles())
    assert average(found) < FEWER_THAN
    assert [form.name for form in found if len(form.messages) != 1] == []
    assert [form.name for form in found if septets(form.messages[0]) is None] == []


def test_too_many_parts_on_average_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PREVIEW.all("ashcombe")[1]

    monkeypatch.setattr("assistant.preview.FEWER_THAN", 1)

    assert not PREVIEW.all("ashcombe")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "printed"),
    [
        pytest.param(["--all", "--council", "ashcombe"], 0, "parts on average over", id="all"),
        pytest.param(["--article", "x"], 1, "Nothing to show: there is no", id="none"),
        pytest.param(["x", "--price-per-part", "nan"], 2, "a price in pounds", id="no price"),
    ],
)
def test_the_command(arguments: list[str], code: int, printed: str) -> None:
    program = Path(sys.executable).with_name("assistant")
    ended = subprocess.run(
        [program, "sms", *arguments], capture_output=True, text=True, check=False
    )

    assert ended.returncode == code
    assert printed in ended.stdout + ended.stderr
