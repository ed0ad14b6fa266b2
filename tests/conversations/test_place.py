"""Where somebody lives, in whole conversations with the real bot."""

from __future__ import annotations

from assistant.rasa_bot import RasaBot
from tests.conversations.talk import Talk


async def test_somebody_from_another_council_is_told_whose_it_is_and_goes_on(talk: Talk) -> None:
    await talk.say("when is my bin day")
    assert "What is your postcode?" in talk.text
    await talk.say("XA7 1AA")
    assert "Harrowmoor Council looks after bins there." in talk.text
    assert "https://www.harrowmoor.example" in talk.text
    await talk.say("sorry, XA1 8AA")
    assert "Tuesday 24 November" in talk.text


async def test_a_county_elsewhere_is_told_from_its_district(talk: Talk) -> None:
    await talk.say("who mends potholes at XA8 1AA?")
    assert "Marlshire County Council looks after roads there." in talk.text
    await talk.say("how do I pay my council tax")
    assert "Oakmere District Council looks after council tax there." in talk.text


async def test_who_to_ask_is_said_first_and_asked_back(talk: Talk) -> None:
    await talk.say("which council does potholes at XA1 8AA")
    assert talk.text.startswith("Wenshire County Council looks after roads. Ring 01632 960110")
    assert "After that it will be East Wenshire Council." in talk.text
    await talk.say("when is my bin day")
    assert "Tuesday 24 November" in talk.text


async def test_which_council_am_i_in(talk: Talk) -> None:
    await talk.say("which council am i in?", "XA2 1AB")
    assert "Thornbridge District Council looks after bins" in talk.text
    assert "From Thursday 1 April 2027, your council will be East Wenshire Council." in talk.text


async def test_a_home_on_a_boundary_is_asked_for_once(bot: RasaBot) -> None:
    talk = Talk(bot, door="wenshire")
    await talk.say("how do I pay my council tax? I live at XA1 9YZ")
    assert "Which address is it?" in talk.text
    await talk.say("7 boundary lane")
    first = talk.text
    await talk.say("how much does a garden waste bin cost")
    assert "Which address" not in talk.text
    assert first.split(" looks after")[0] == talk.text.split(" looks after")[0]


async def test_a_postcode_that_nobody_knows_ends_at_a_person(talk: Talk) -> None:
    await talk.say("when is my bin day", "XA1 8ZZ")
    assert "I cannot find that postcode in our area." in talk.text
    await talk.say("XA1 8ZX")
    assert "I still cannot find that postcode." in talk.text
    assert talk.choices == ["Yes, ask a person", "No, thank you"]
