"""What others do is pointed to, and never taken for what councils do."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from channels.gsm import parts, septets
from knowledge.authorities import load_authorities
from knowledge.elsewhere import FOLDER, Elsewhere, read_elsewhere
from knowledge.elsewhere_check import elsewhere_problems
from knowledge.embedding import load_encoder
from knowledge.library import Library
from knowledge.places import load_gazetteer
from knowledge.reading import BadContent
from tests.unit.knowledge.conftest import TODAY

POINTERS = read_elsewhere()
PASSPORT = next(pointer for pointer in POINTERS if pointer.slug == "passport")


def library_of(*pointers: Elsewhere, today: date = TODAY) -> Library:
    return Library(
        articles=(),
        services=(),
        authorities=load_authorities(),
        gazetteer=load_gazetteer(),
        embed=lambda texts: load_encoder().encode(texts),
        today=lambda: today,
        elsewhere=pointers,
    )


def test_forty_things_or_more_are_pointed_to() -> None:
    assert len(POINTERS) >= 40


def test_most_pointers_are_one_text_message() -> None:
    long = [pointer.slug for pointer in POINTERS if parts(pointer.told()) > 1]
    assert len(long) <= 3, long


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        pytest.param("my passport has run out", "passport", id="passport"),
        pytest.param("how do I tax the car", "vehicle-tax", id="car tax"),
        pytest.param("can I see a doctor this week", "gp", id="doctor"),
        pytest.param("my universal credit has not been paid", "universal-credit", id="benefit"),
        pytest.param("somebody stole my bike", "police", id="crime"),
        pytest.param("got a parking charge at the supermarket", "private-parking", id="parking"),
        pytest.param("trian tickets to york", "trains", id="misspelt"),
    ],
)
def test_says_whose_it_is(library: Library, question: str, slug: str) -> None:
    first = library.topics(question)[0]
    assert (first.slug, first.kind) == (slug, "elsewhere")


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("my daughter has lost her school bus pass", id="school bus pass"),
        pytest.param("when is my citizenship ceremony", id="citizenship ceremony"),
        pytest.param("I get PIP, can I have a blue badge", id="blue badge"),
        pytest.param("is my passport all right for voting", id="voter ID"),
        pytest.param("I am on universal credit and cannot pay my council tax", id="council tax"),
        pytest.param("I got a parking ticket from your warden", id="our parking fine"),
        pytest.param("there is a pothole on Mill Lane", id="our roads"),
        pytest.param("I look after my mum, what help can I get", id="carers"),
        pytest.param("my dog ran away", id="lost dog"),
        pytest.param("my mum died, how do I register it", id="registrar"),
    ],
)
def test_what_councils_do_is_no_pointer(library: Library, question: str) -> None:
    assert library.topics(question)[0].kind != "elsewhere"


def test_an_old_pointer_is_not_served() -> None:
    last = PASSPORT.valid_until
    assert library_of(PASSPORT, today=last).elsewhere("passport") == PASSPORT
    after = library_of(PASSPORT, today=last + timedelta(days=1))
    with pytest.raises(KeyError):
        after.elsewhere("passport")
    assert list(after.topics("my passport has run out")) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"valid_until": TODAY - timedelta(days=1)}, "valid_until: was", id="old"),
        pytest.param({"reviewed_on": TODAY + timedelta(days=1)}, "is in the future", id="future"),
        pytest.param({"text": "One. Two. Three. Four. 0300 222 0000."}, "more than", id="long"),
        pytest.param({"short": "Ring 01632 960123, they know."}, "number that", id="number"),
        pytest.param({"short": "word " * 80}, "two text messages", id="no text message"),
        pytest.param({"ask": ("passport",)}, "ask: fewer", id="few asks"),
        pytest.param({"sources": ()}, "sources: none", id="no source"),
    ],
)
def test_a_bad_pointer_is_found(change: dict[str, object], fault: str) -> None:
    (found,) = elsewhere_problems([PASSPORT.copy(update=change)], (), TODAY, septets)
    assert found.startswith("elsewhere/passport: ")
    assert fault in found


def test_a_pointer_and_an_article_have_different_names() -> None:
    assert len([*elsewhere_problems([PASSPORT], {"passport"}, TODAY, septets)]) == 1


def test_a_number_that_the_text_does_not_say_is_refused(tmp_path: Path) -> None:
    written = (FOLDER / "passport.yml").read_text("utf-8")
    (tmp_path / "passport.yml").write_text(written.replace('phone: "0300', 'phone: "0301'))
    with pytest.raises(BadContent, match="the text does not say it"):
        read_elsewhere(tmp_path)
