"""What is said in other languages: whole, short enough, and in letters of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from channels.gsm import lowered, parts
from channels.messages import Choice, Reply, direction
from channels.sms import texts
from knowledge.languages import EXPECTED, open_languages, plain, read_languages
from knowledge.languages_check import LONGEST_LABEL, MOST_PARTS, language_problems, numbered
from knowledge.reading import BadContent
from tests.channels.of_texts import WORDING

LANGUAGES = open_languages()


def faults(content: Path) -> list[str]:
    return list(language_problems(content / "languages", lambda text: parts(lowered(text))))


every = pytest.mark.parametrize("code", ["en", *EXPECTED])


@every
def test_every_text_begins_with_the_number_to_ring_in_danger(code: str) -> None:
    tongue = LANGUAGES.tongues[code]

    assert "999" in tongue.text.splitlines()[0]
    assert re.split(r"\.|।|۔", tongue.short)[0].count("999") == 1


@every
def test_the_offer_by_text_message_is_one_of_at_most_three_parts(code: str) -> None:
    tongue = LANGUAGES.tongues[code]
    reply = Reply(
        tongue.text,
        choices=(Choice(tongue.interpreter, "/interpreter"), Choice(tongue.english, "/english")),
        short=tongue.short,
        language=code,
    )

    (said,) = texts(reply, WORDING)

    assert said == lowered(numbered(tongue))
    assert parts(said) <= MOST_PARTS
    assert parts(lowered(tongue.asked)) <= MOST_PARTS


@every
def test_its_buttons_fit_the_smallest_ones(code: str) -> None:
    tongue = LANGUAGES.tongues[code]

    assert 0 < len(tongue.interpreter) <= LONGEST_LABEL
    assert 0 < len(tongue.english) <= LONGEST_LABEL


@every
def test_pages_run_the_way_that_its_words_do(code: str) -> None:
    assert LANGUAGES.tongues[code].direction == direction(code)


def test_welsh_keeps_its_letters_by_text_message() -> None:
    assert "siarad am ddim â pherson" in lowered(LANGUAGES.tongues["cy"].short)


@pytest.mark.parametrize(
    ("code", "named"),
    [
        pytest.param("pl", "Polish (Polski)", id="with words of its own"),
        pytest.param("lt", "Lithuanian (Lietuvių)", id="only recognised"),
        pytest.param("en", "English", id="the same in both"),
        pytest.param("zu", "zu", id="nobody has named it"),
        pytest.param("", "", id="none"),
    ],
)
def test_names_a_language_in_english_and_in_itself(code: str, named: str) -> None:
    assert LANGUAGES.named(code) == named


def test_a_language_without_words_gets_simple_english() -> None:
    assert LANGUAGES.tongue("lt").code == "en"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("Żółć", "zolc", id="Polish"),
        pytest.param("SÎNT", "sint", id="capitals"),
        pytest.param("d’où", "d'ou", id="a curly apostrophe"),
        pytest.param("ਹਾਂ", "ਹਾਂ", id="vowel signs of other scripts stay"),
    ],
)
def test_accents_of_latin_letters_do_not_matter(typed: str, expected: str) -> None:
    assert plain(typed) == expected


@pytest.mark.parametrize(
    ("file", "written", "instead", "fault"),
    [
        pytest.param("pl.yml", "code: pl", "code: po", "not the file's name", id="another code"),
        pytest.param("pl.yml", "text: |", "texts: |", "languages/pl.yml: texts:", id="a field"),
        pytest.param("pl.yml", "pod numer 999", "na policję", "text: does not begin", id="no 999"),
        pytest.param(
            "pl.yml", "dzwoń: 999", "dzwoń", "short: does not begin", id="no 999 in the short form"
        ),
        pytest.param(
            "pl.yml", "Czytam tylko", "Czytam " * 20, "text messages with its choices", id="long"
        ),
        pytest.param(
            "pl.yml", "Tak, z tłumaczem", "Tak, poproszę tłumacza", "22 characters", id="a button"
        ),
        pytest.param(
            "ur.yml", "کونسل کا", "council کا", "text: has letters of another script: latin",
            id="Latin letters in Urdu",
        ),
        pytest.param("ur.yml", "rtl", "ltr", "direction: is ltr", id="the wrong direction"),
        pytest.param(
            "pl.yml", "„tak”", "„dobra”", "text: does not say which word means yes", id="no yes"
        ),
        pytest.param("pl.yml", '"no": [nie,', '"no": [tak,', "tak means yes too", id="yes and no"),
        pytest.param(
            "others.yml", "lt: [Lith", "pl: [Lith", "pl has a file of its own", id="named twice"
        ),
        pytest.param(
            "others.yml", "  so: [Somali", "  st: [Somali", "so has no name", id="signs of nobody"
        ),
    ],
)  # fmt: skip
def test_the_check_names_what_is_wrong(
    content: Path, file: str, written: str, instead: str, fault: str
) -> None:
    path = content / "languages" / file
    text = path.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, instead, 1), encoding="utf-8")

    assert any(fault in found for found in faults(content))


def test_the_check_misses_a_language_that_is_gone(content: Path) -> None:
    (content / "languages" / "ta.yml").unlink()

    assert "languages/ta.yml: is missing" in faults(content)


def test_without_the_english_words_nothing_is_read(content: Path) -> None:
    (content / "languages" / "en.yml").unlink()

    with pytest.raises(BadContent, match="it is for all other languages"):
        read_languages(content / "languages")
