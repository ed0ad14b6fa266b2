"""A missed bin is reported, from the first word to the one request that comes of it."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.rasa_bot import RasaBot
from channels.messages import Attached, Located
from handoff.handover import Answered, Reason
from knowledge.requests import Request
from tests.conversations.talk import Talk

HOME = "22 Heath Road, Ashcombe, XA1 8AA"


async def test_goes_from_a_wrong_postcode_to_one_request(talk: Talk) -> None:
    await talk.say("I want to report a missed bin", "XA1 8ZZ")
    assert "I cannot find that postcode" in talk.text
    await talk.say("XA1 8AB")
    assert "Which address" in talk.text
    await talk.say("actually no, the postcode is XA1 8AA")
    assert "Postcode was: XA1 8AB. Now it is: XA1 8AA." in talk.text
    await talk.say("22", "the black one", "how much is the garden waste service?")
    answer, prompt = talk.turns[-1].replies
    assert answer.source is not None
    assert answer.source.article == "garden-waste"
    assert prompt.text == "Which day should we have emptied it?"
    await talk.say("yesterday")
    assert "Friday 20 November" in talk.text
    assert not talk.requests
    await talk.say("yes please")
    assert talk.requests == [
        Request(
            key="talk:9",
            service="missed-bin",
            authority="ashcombe",
            fields={
                "postcode": "XA1 8AA",
                "address": HOME,
                "uprn": talk.requests[0].fields["uprn"],
                "bin": "refuse",
                "missed_on": "2026-11-20",
            },
            spot=f"address:{talk.requests[0].fields['uprn']}",
            due_on=date(2026, 11, 24),
        )
    ]
    assert "{{ reference }}" in talk.text


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(
            "my black bin at 22 heath road xa1 8aa wasn't emptied yesterday", id="in one sentence"
        ),
        pytest.param("hi, 22 Heath Rd, XA1 8AA - you missed my rubbish on 20/11", id="with commas"),
        pytest.param("bin not emptied on friday, black one, 22 heath road xa18aa", id="backwards"),
    ],
)
async def test_takes_all_answers_from_one_message(talk: Talk, first: str) -> None:
    await talk.say(first)
    assert "Is this right?" in talk.text
    await talk.press("Yes, send it")
    fields = talk.requests[0].fields
    assert (fields["address"], fields["bin"], fields["missed_on"]) == (HOME, "refuse", "2026-11-20")


@pytest.mark.parametrize(
    ("correction", "field", "expected"),
    [
        pytest.param("actually it was the green one", "bin", "garden", id="the bin"),
        pytest.param("not the black one, the blue one", "bin", "recycling", id="not this, that"),
        pytest.param("sorry it was on thursday", "missed_on", "2026-11-19", id="the day"),
        pytest.param("no the number is 18", "address", "18 Heath Road", id="the house"),
        pytest.param(
            "the postcode is XA1 8AB, number 7", "address", "7 Heath Road", id="postcode and house"
        ),
    ],
)
async def test_corrects_in_the_persons_own_words(
    talk: Talk, correction: str, field: str, expected: str
) -> None:
    await talk.say("report a missed bin", "22 Heath Road XA1 8AA, the black one, yesterday")
    await talk.say(correction)
    assert "I have changed it." in talk.text
    await talk.say("yes")
    assert str(talk.requests[0].fields[field]).startswith(expected)


async def test_asks_again_what_the_person_wants_to_change(talk: Talk) -> None:
    await talk.say("report a missed bin", "22 Heath Road XA1 8AA, the black one, yesterday")
    await talk.press("No, change something")
    assert talk.choices == ["Postcode", "Address", "Bin", "Day we missed it"]
    await talk.say("change the date")
    assert "Which day" in talk.text
    await talk.say("thursday", "yes")
    assert talk.requests[0].fields["missed_on"] == "2026-11-19"


async def test_a_new_postcode_drops_the_old_address(talk: Talk) -> None:
    await talk.say("report a missed bin", "22 Heath Road XA1 8AA, the black one, yesterday")
    await talk.say("change the postcode", "XA1 8AB")
    assert "Which address is it?" in talk.text
    await talk.press("7 Heath Road")
    assert "7 Heath Road, Ashcombe, XA1 8AB" in talk.text


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("tomorrow", "That day has not come yet", id="a day to come"),
        pytest.param("2 weeks ago", "We can only go back", id="too long ago"),
        pytest.param("the twelfth of never", "I did not understand that day", id="no day at all"),
    ],
)
async def test_says_what_is_wrong_with_a_day(talk: Talk, day: str, expected: str) -> None:
    await talk.say("report a missed bin", "22 Heath Road XA1 8AA, the black one", day)
    assert expected in talk.text
    assert not talk.requests


async def test_says_what_a_postcode_looks_like(talk: Talk) -> None:
    await talk.say("report a missed bin", "XA1")
    assert "A postcode looks like XA1 8AA." in talk.text


async def test_explains_why_it_asks(talk: Talk) -> None:
    await talk.say("report a missed bin", "why do you need that?")
    assert talk.text == (
        "We use your postcode to find your address and your bin days.\n\nWhat is your postcode?"
    )


async def test_an_address_before_its_postcode_is_not_asked_again(talk: Talk) -> None:
    await talk.say("report a missed bin", "22 Heath Road", "XA1 8AA")
    assert "Which bin" in talk.text


async def test_stops_and_sends_nothing(talk: Talk) -> None:
    await talk.say("report a missed bin", "XA1 8AA", "stop")
    assert talk.text == "I have stopped. Nothing was sent."
    await talk.say("yes")
    assert not talk.requests


async def test_offers_a_way_out_to_who_is_stuck(talk: Talk) -> None:
    await talk.say("report a missed bin", "pardon", "what")
    assert talk.choices == ["Talk to a person", "Stop"]


async def test_gives_a_person_everything_that_was_said(talk: Talk) -> None:
    await talk.say("report a missed bin", "22 Heath Road XA1 8AA", "the black one")
    await talk.say("actually it was the recycling", "can I talk to a person")
    (handover,) = talk.handovers
    assert handover.reason is Reason.ASKED
    assert handover.wants == handover.form == "Report a missed bin"
    assert handover.so_far == (
        Answered("Postcode", "XA1 8AA"),
        Answered("Address", HOME),
        Answered("Bin", "Recycling", was=("Rubbish",)),
    )
    assert not talk.requests


async def test_what_comes_early_is_noted_and_another_number_is_in_the_same_street(
    talk: Talk,
) -> None:
    await talk.say("theres a massive pothole outside 14 heath road")
    assert "What is the hole in?" in talk.text
    await talk.say("XA1 8AA")
    assert talk.text == "Thank you. Postcode near it: XA1 8AA.\n\nWhat is the hole in?"
    await talk.say("no, it is outside number 16")
    assert talk.text == (
        "I have changed it. Place was: outside 14 heath road. "
        "Now it is: outside number 16, heath road.\n\nWhat is the hole in?"
    )
    await talk.say("in the road", "its about as deep as a tennis ball")
    assert "no photo there that I can open" in talk.text
    await talk.say("no")
    assert "outside number 16, heath road" in talk.text
    await talk.say("yes")
    await talk.say("whats happening with my pothole")
    assert "What is its reference?" in talk.text


async def test_remembers_the_place_for_the_next_request(talk: Talk) -> None:
    await talk.say("report a missed bin", "22 Heath Road XA1 8AA, black, yesterday", "yes")
    await talk.say("report another missed bin")
    assert f"I will use {HOME}." in talk.text
    assert "Which bin" in talk.text


async def test_goes_to_the_council_of_the_address_and_not_of_the_door(bot: RasaBot) -> None:
    talk = Talk(bot, door="wenshire")
    await talk.say("report a missed bin", "2 Bridge Street XA2 1AB", "recycling", "yesterday")
    assert "Thornbridge District Council" in talk.text
    await talk.say("yes")
    assert talk.requests[0].authority == "thornbridge"


async def test_pressing_yes_twice_makes_one_request(talk: Talk) -> None:
    await talk.say("report a missed bin", "22 Heath Road XA1 8AA, black, yesterday")
    await talk.press("Yes, send it")
    await talk.press("Yes, send it")
    assert len(talk.requests) == 1


async def test_the_same_message_again_is_the_same_turn(talk: Talk) -> None:
    await talk.say("report a missed bin", "22 Heath Road XA1 8AA, black, yesterday")
    before = talk.state
    first = await talk.say("yes")
    talk.turns.pop()
    talk.state = before
    assert await talk.say("yes") == first


async def test_a_pin_and_a_photo_are_answers(talk: Talk) -> None:
    await talk.say("I would like to report a pothole")
    await talk.send(Located(51.33012, -0.26981))
    assert "51.33012" not in talk.text  # asked on: only the end reads it all back
    await talk.say("in the road", "a big one")
    await talk.send(Attached("https://files.example/1", "image/jpeg"))
    assert "the pin at 51.33012, -0.26981" in talk.text
    assert "1 photo" in talk.text
    await talk.say("yes, and keep me posted")

    [request] = talk.requests
    assert (request.latitude, request.longitude) == (51.33012, -0.26981)
    assert request.updates
    assert request.fields["photo"] == "5"


async def test_a_photo_that_nobody_asked_for_is_no_answer(talk: Talk) -> None:
    await talk.say("I want to report a missed bin")
    await talk.send(Attached("https://files.example/1", "image/jpeg"))
    assert "I do not need a photo for this" in talk.text
    assert "What is your postcode?" in talk.text
