"""Text messages of either provider: numbers, and replies as messages that fit."""

from __future__ import annotations

import pytest

from channels.gsm import parts
from channels.messages import Choice, Link, Reply
from channels.sms import MOST_PARTS, number, storable, texts
from tests.channels.of_texts import WORDING

SENTENCE = "We empty your brown bin every second week on the same day. "


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("+447700900123", "+447700900123", id="E.164"),
        pytest.param("447700900123", "+447700900123", id="as Notify writes it"),
        pytest.param("07700 900123", "+447700900123", id="as people write it"),
        pytest.param("33612345678", "+33612345678", id="from abroad, without a plus"),
        pytest.param("60095", None, id="a short code"),
        pytest.param("+60", None, id="too short"),
        pytest.param("PARCELS", None, id="a name"),
        pytest.param("whatsapp:+447700900123", None, id="another channel's address"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_reads_numbers(written: str, expected: str | None) -> None:
    assert number(written) == expected


def test_drops_what_no_database_takes() -> None:
    assert storable("a\x00b\ud83dc 👍") == "ab?c 👍"


def test_a_short_reply_is_one_message_with_its_choices_by_number() -> None:
    reply = Reply("Which bin?", choices=(Choice("Brown bin", "brown"), Choice("Blue bin", "blue")))

    assert texts(reply, WORDING) == (
        "Which bin?\n\n1. Brown bin\n2. Blue bin\n\nReply with a number.",
    )


def test_the_short_form_is_said_with_the_address_to_read_on_at() -> None:
    reply = Reply(
        SENTENCE * 20,
        links=(Link("Bin days", "https://www.ashcombe.example/bins"),),
        short="We empty brown bins every second week.",
    )

    assert texts(reply, WORDING) == (
        "We empty brown bins every second week. Bin days: https://www.ashcombe.example/bins",
    )


def test_typography_is_lowered_and_welsh_is_kept() -> None:
    reply = Reply("It’s “your” bin – Tŷ Gwyn…")
    assert texts(reply, WORDING) == ('It\'s "your" bin - Tŷ Gwyn...',)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SENTENCE * 30, id="in the alphabet of text messages"),
        pytest.param("Mae'r tŷ ar gau heddiw. " * 60, id="in Welsh"),
        pytest.param("🗑" * 600, id="nothing but signs"),
        pytest.param("x" * 3000, id="one word"),
    ],
)
def test_a_long_reply_is_cut_into_numbered_messages(text: str) -> None:
    said = texts(Reply(text), WORDING)

    assert len(said) > 1
    assert [message.split(" ")[0] for message in said] == [
        f"{place}/{len(said)}" for place in range(1, len(said) + 1)
    ]
    assert max(map(parts, said)) <= MOST_PARTS
    together = " ".join(message.partition(" ")[2] for message in said)
    assert "".join(together.split()) == "".join(text.split())


CHOICES = tuple(Choice(f"The {name} bin of the house", name) for name in ("brown", "blue", "green"))
MENU = (
    "1. The brown bin of the house\n2. The blue bin of the house\n3. The green bin of the house"
    "\n\nReply with a number."
)


@pytest.mark.parametrize("sentences", range(5, 25))
def test_choices_stay_in_one_message_with_how_to_choose(sentences: int) -> None:
    said = texts(Reply(SENTENCE * sentences, choices=CHOICES), WORDING)

    assert said[-1].endswith(MENU)
    assert not any("1. The brown" in message for message in said[:-1])
    assert max(map(parts, said)) <= MOST_PARTS


def test_choices_that_fill_messages_keep_their_numbers() -> None:
    choices = tuple(Choice(f"{letter * 40} road", letter) for letter in "abcdefghijklmnopqrst")

    said = texts(Reply("Which street?", choices=choices), WORDING)

    lines = [line for message in said for line in message.splitlines()]
    assert [line for line in lines if " road" in line] == [
        f"{place}. {choice.label}" for place, choice in enumerate(choices, start=1)
    ]
    assert said[-1].endswith("Reply with a number.")
    assert max(map(parts, said)) <= MOST_PARTS


def test_another_languages_choices_stand_without_english_words() -> None:
    choices = (Choice("Tak, z tłumaczem", "/interpreter"), Choice("Po angielsku", "/english"))
    reply = Reply("Czytam tylko po angielsku.", choices=choices, language="pl")

    assert texts(reply, WORDING) == (
        "Czytam tylko po angielsku.\n\n1. Tak, z tłumaczem\n2. Po angielsku",
    )
