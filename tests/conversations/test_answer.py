"""Questions are answered from the knowledge base, asked back once, and then given to a person."""

from __future__ import annotations

import pytest

from assistant.rasa_bot import RasaBot
from channels.messages import Attached, Chose, Located
from handoff.handover import Reason
from tests.conversations.talk import Talk


async def test_an_answer_names_source_owner_and_review(talk: Talk) -> None:
    await talk.say("i live alone, do I pay less council tax?")
    (reply,) = talk.turns[-1].replies
    assert "25%" in reply.text
    assert reply.short
    assert reply.source is not None
    assert reply.source.article == "single-person-discount"
    assert reply.source.responsible == "Ashcombe Borough Council"
    assert talk.turns[-1].understood.topics[0].slug == "single-person-discount"


async def test_a_county_service_at_a_districts_door_names_the_county(talk: Talk) -> None:
    await talk.say("how do I report a pothole?")
    source = talk.turns[-1].replies[0].source
    assert source is not None
    assert source.responsible == "Wenshire County Council"
    assert "Wenshire County Council" in talk.text


async def test_a_district_service_at_the_countys_door_asks_for_the_postcode_once(
    bot: RasaBot,
) -> None:
    talk = Talk(bot, door="wenshire")
    await talk.say("single person discount")
    assert "What is your postcode?" in talk.text
    await talk.say("XA2 1AB")
    assert "Thornbridge District Council" in talk.text
    await talk.say("what goes in the recycling bin?")
    assert "Thornbridge District Council" in talk.text


async def test_an_article_offers_the_request_that_belongs_to_it(talk: Talk) -> None:
    await talk.send(Chose('/ask{"topic": "missed-bin"}', "Report a missed bin"))
    assert talk.choices == ["Do it now"]
    await talk.press("Do it now")
    assert "What is your postcode?" in talk.text


async def test_bin_days_are_those_of_the_persons_home(talk: Talk) -> None:
    await talk.say("when is my bin day")
    assert "What is your postcode?" in talk.text
    await talk.say("XA1 8AA")
    assert "Tuesday 24 November: recycling, food waste and garden waste" in talk.text
    assert talk.turns[-1].replies[0].source is not None
    await talk.say("thanks", "when are the bins collected?")
    assert "Tuesday 24 November" in talk.text


async def test_bin_days_ask_for_the_address_where_neighbours_have_different_ones(
    talk: Talk,
) -> None:
    await talk.say("bin day", "XA1 9YZ")
    assert "Which address is it?" in talk.text
    await talk.press("3 Boundary Lane")
    assert "next bin collections for 3 Boundary Lane" in talk.text


async def test_a_postcode_in_the_question_is_not_asked_again(talk: Talk) -> None:
    await talk.say("when is my bin day, I live at XA1 8AA")
    assert "Tuesday 24 November" in talk.text


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        pytest.param("XA1 8ZZ", "I cannot find that postcode", id="unknown"),
        pytest.param("eighty eight", "A postcode looks like", id="malformed"),
    ],
)
async def test_a_wrong_postcode_is_asked_again(talk: Talk, wrong: str, expected: str) -> None:
    await talk.say("when is my bin day", wrong)
    assert expected in talk.text


async def test_asks_back_with_topics_to_choose_from(talk: Talk) -> None:
    await talk.say("bins")
    assert talk.text == "I am not sure what you mean. Is it about one of these?"
    assert 3 <= len(talk.choices) <= 4
    assert talk.choices[-1] == "Something else"
    await talk.press("New or replacement bin")
    assert talk.turns[-1].replies[0].source is not None


async def test_offers_a_person_at_the_second_miss_in_a_row(talk: Talk) -> None:
    await talk.say("wibble wobble", "flurb the glark")
    assert talk.choices == ["Yes, ask a person", "No, thank you"]
    await talk.say("yes")
    assert talk.handovers[0].reason is Reason.NOT_UNDERSTOOD


async def test_an_answer_in_between_starts_the_count_again(talk: Talk) -> None:
    await talk.say("wibble wobble", "blue badge", "flurb the glark")
    assert "Would you like a person" not in talk.text


async def test_goes_on_when_no_person_is_wanted(talk: Talk) -> None:
    await talk.say("wibble wobble", "flurb the glark", "no")
    assert not talk.handovers
    await talk.say("how do I get a blue badge?")
    assert talk.turns[-1].replies[0].source is not None


async def test_hands_over_when_asked_and_says_so(talk: Talk) -> None:
    await talk.say("how do I get a blue badge?", "can I speak to a person please")
    assert talk.handovers[0].reason is Reason.ASKED
    assert talk.handovers[0].wants.startswith("Blue Badge")
    assert "I am asking a person to help you." in talk.text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("hello", "Hello.", id="greeting"),
        pytest.param("what can you do?", "I can tell you about council services", id="abilities"),
        pytest.param("thank you", "You are welcome.", id="thanks"),
        pytest.param("bye", "Goodbye.", id="goodbye"),
        pytest.param("are you a bot?", "I am a computer program, not a person.", id="a bot?"),
        pytest.param("yes", "All right. What do you need?", id="yes to nothing"),
        pytest.param("no", "All right. What do you need?", id="no to nothing"),
        pytest.param("stop", "All right.", id="nothing to stop"),
    ],
)
async def test_small_talk(talk: Talk, said: str, expected: str) -> None:
    await talk.say(said)
    assert talk.text.startswith(expected)


async def test_danger_is_no_small_talk(talk: Talk) -> None:
    await talk.say("i have nowhere to sleep tonight")
    assert talk.turns[-1].understood.intent == "urgent"
    assert talk.handovers[0].urgent == "homeless-tonight"


@pytest.mark.parametrize(
    ("content", "thanks"),
    [
        pytest.param(Located(51.0, 0.1), "I have the place that you sent.", id="a point"),
        pytest.param(
            Attached("https://files.example/1", "image/jpeg"), "I have your file.", id="a picture"
        ),
    ],
)
async def test_asks_what_a_file_or_a_place_is_about(
    talk: Talk, content: Located | Attached, thanks: str
) -> None:
    await talk.send(content)
    assert thanks in talk.text
    assert talk.choices == ["Talk to a person"]


async def test_an_address_in_the_question_is_not_asked_again(talk: Talk) -> None:
    await talk.say("when are my bins collected? I'm at 3 Boundary Lane, XA1 9YZ")
    assert "next bin collections for 3 Boundary Lane" in talk.text
