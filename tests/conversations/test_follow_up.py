"""People go on asking, say two things at once, and tell of their lives: the real bot follows."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from assistant.rasa_bot import RasaBot
from assistant.training import PROJECT
from handoff.handover import Reason
from tests.conversations.talk import Talk

TUNING = PROJECT / "data" / "eval" / "tuning"


def read(name: str) -> Any:
    return yaml.safe_load((TUNING / name).read_text("utf-8"))


def topics(talk: Talk) -> list[str]:
    return [topic.slug for topic in talk.turns[-1].understood.topics]


@pytest.mark.parametrize(
    ("first", "further", "topic", "said"),
    [
        pytest.param(
            "how do I get garden waste", "how much is it?", "garden-waste", "£54", id="it"
        ),
        pytest.param(
            "where is the tip", "what about Sundays", "recycling-centre", "8am", id="days"
        ),
        pytest.param("blue badge", "how long does it take", "blue-badge", "12 weeks", id="time"),
        pytest.param("join the library", "can i do it online", "library-join", "online", id="way"),
    ],
)
async def test_a_further_question_is_about_the_last_topic(
    talk: Talk, first: str, further: str, topic: str, said: str
) -> None:
    await talk.say(first)
    whole = talk.text
    await talk.say(further)
    assert topics(talk)[0] == topic
    assert said in talk.text
    assert len(talk.text) < len(whole)


async def test_a_further_question_that_nothing_answers_is_not_answered(talk: Talk) -> None:
    await talk.say("how do I get garden waste", "does it stop in winter")
    assert talk.text.startswith("I do not have an answer to that")
    assert "Ring 01632 960210." in talk.text
    assert "Talk to a person" in talk.choices


async def test_a_question_of_its_own_is_a_new_one(talk: Talk) -> None:
    await talk.say("how do I get garden waste", "and how do I get a blue badge")
    assert topics(talk)[0] == "blue-badge"


async def test_without_a_last_topic_nothing_is_a_further_question(talk: Talk) -> None:
    await talk.say("how much is it?")
    assert not any(reply.source for reply in talk.turns[-1].replies)


async def test_a_further_question_in_a_form_leaves_the_form_open(talk: Talk) -> None:
    await talk.say("report a missed bin", "how long have I got to tell you")
    assert "within 3 days" in talk.text
    assert "What is your postcode?" in talk.text


async def test_two_needs_are_two_answers(talk: Talk) -> None:
    await talk.say("how do I get a blue badge and how do I pay my council tax")
    sources = [reply.source.article for reply in talk.turns[-1].replies if reply.source]
    assert sources == ["blue-badge", "council-tax-pay"]
    assert topics(talk)[:2] == sources


async def test_a_question_and_a_wish_for_a_person_are_both_heard(talk: Talk) -> None:
    await talk.say("how do I pay my council tax? i want to speak to someone")
    assert "Direct Debit" in talk.text
    assert talk.handovers[0].reason is Reason.ASKED


async def test_what_decides_an_answer_is_asked_once_in_a_conversation(talk: Talk) -> None:
    await talk.say("theres black mould in my bedroom")
    await talk.press("I rent from the council")
    await talk.say("my boiler is broken and there is no hot water")
    assert "Do you rent" not in talk.text


async def test_a_moment_of_life_is_answered_with_what_to_do(talk: Talk) -> None:
    await talk.say("My mum died on Sunday and I do not know where to start")
    assert talk.text.startswith("I am sorry for your loss.")
    assert talk.choices[0] == "Register a death"
    assert topics(talk)[0] == "register-death"


async def test_a_direct_question_wins_over_the_moment_of_life(talk: Talk) -> None:
    await talk.say("my dad died, how do I register it")
    assert talk.turns[-1].replies[0].source is not None


async def test_both_of_two_needs_are_found(bot: RasaBot) -> None:
    messages = read("two_needs.yml")
    found = 0
    for message in messages:
        talk = Talk(bot)
        await talk.say(message["text"])
        found += set(message["topics"]) <= set(topics(talk))
    assert found / len(messages) >= 0.8


async def test_one_need_is_hardly_ever_answered_as_two(bot: RasaBot) -> None:
    messages = [text for texts in read("topics.yml").values() for text in texts]
    split = 0
    for text in messages:
        talk = Talk(bot)
        await talk.say(text)
        sources = {reply.source.article for reply in talk.turns[-1].replies if reply.source}
        split += len(sources) > 1
    assert split / len(messages) <= 0.02


async def test_most_further_questions_are_taken_for_one(bot: RasaBot) -> None:
    questions = [(slug, text) for slug, texts in read("follow_ups.yml").items() for text in texts]
    taken = 0
    for slug, text in questions:
        talk = Talk(bot)
        talk.state = type(talk.state)(slots={"topic": slug})
        await talk.say(text)
        taken += topics(talk)[:1] == [slug]
    assert taken / len(questions) >= 0.8
