"""Whoever writes no English is answered in their words, and gets a person with an interpreter."""

from __future__ import annotations

import pytest

from assistant.rasa_bot import RasaBot
from handoff.handover import Reason
from knowledge.languages import EXPECTED, open_languages, plain
from tests.conversations.talk import Talk
from tests.unit.nlu.test_language import samples

LANGUAGES = open_languages()


async def test_a_conversation_in_polish(talk: Talk) -> None:
    await talk.say("Dzień dobry, dostałam list w sprawie podatku i nic z tego nie rozumiem.")
    (offer,) = talk.turns[-1].replies
    assert offer.language == "pl"
    assert offer.text.startswith(
        "Jeśli ktoś jest teraz w niebezpieczeństwie, zadzwoń pod numer 999."
    )
    assert offer.short
    assert talk.choices == ["Tak, z tłumaczem", "Dalej po angielsku"]
    assert not talk.handovers

    await talk.say("tak, poproszę")
    (asked,) = talk.turns[-1].replies
    (handover,) = talk.handovers
    assert asked.language == "pl"
    assert asked.text == LANGUAGES.tongues["pl"].asked
    assert handover.reason is Reason.INTERPRETER
    assert handover.language == "pl"


@pytest.mark.parametrize("code", EXPECTED)
async def test_each_language_is_answered_in_itself(bot: RasaBot, code: str) -> None:
    talk = Talk(bot)
    tongue = LANGUAGES.tongues[code]
    await talk.say(samples(code)[0])
    assert talk.text == tongue.text.strip()
    assert talk.turns[-1].understood.intent == "other_language"
    assert talk.turns[-1].understood.topics == ()
    await talk.press(tongue.interpreter)
    assert talk.text == tongue.asked
    assert talk.handovers[0].language == code


@pytest.mark.parametrize("code", EXPECTED)
async def test_each_language_says_yes_with_the_word_that_it_is_told(
    bot: RasaBot, code: str
) -> None:
    talk = Talk(bot)
    tongue = LANGUAGES.tongues[code]
    told = [word.strip("“”„«»,.") for word in tongue.text.split()]
    await talk.say(samples(code)[0])
    await talk.say(next(word for word in told if plain(word) in tongue.yes))
    assert talk.handovers[0].reason is Reason.INTERPRETER


async def test_another_language_is_answered_in_simple_english(talk: Talk) -> None:
    await talk.say("neturiu kur miegoti šiąnakt, prašau padėkite")
    assert talk.text.startswith("If somebody is in danger now, ring 999.")
    assert talk.turns[-1].replies[0].language == ""
    await talk.say("yes")
    assert talk.handovers[0].language == "lt"


async def test_who_goes_on_in_their_language_gets_an_interpreter(talk: Talk) -> None:
    await talk.say("nie mam gdzie spać dzisiaj w nocy", "mam dwoje dzieci i jest bardzo zimno")
    assert talk.handovers[0].reason is Reason.INTERPRETER


async def test_who_does_not_understand_has_not_said_no(talk: Talk) -> None:
    await talk.say("nie mam gdzie spać dzisiaj w nocy", "nie rozumiem")
    assert talk.handovers[0].reason is Reason.INTERPRETER


async def test_no_means_no(talk: Talk) -> None:
    await talk.say("nie mam gdzie spać dzisiaj w nocy", "nie, dziękuję")
    assert not talk.handovers
    assert talk.text == "All right. What do you need?"


async def test_back_in_english_it_is_english_that_counts(talk: Talk) -> None:
    await talk.say("nie mam gdzie spać dzisiaj w nocy")
    assert talk.state.slots["language"] == "pl"
    await talk.say("how do I get a blue badge?", "can I speak to a person please")
    assert "language" not in talk.state.slots
    assert talk.handovers[0].language == ""
    assert talk.handovers[0].reason is Reason.ASKED


async def test_the_language_is_remembered_when_a_person_is_asked_for(talk: Talk) -> None:
    await talk.say("nie mam gdzie spać dzisiaj w nocy", "bins", "person")
    assert talk.handovers[0].language == "pl"


async def test_a_form_is_kept_and_goes_on_in_english(talk: Talk) -> None:
    await talk.say("I want to report a missed bin")
    assert "What is your postcode?" in talk.text
    await talk.say("przepraszam, nie rozumiem po angielsku, czy możecie pomóc?")
    assert talk.turns[-1].replies[0].language == "pl"
    await talk.say("XA1 8AA")
    assert "Which address is it?" in talk.text


async def test_a_form_is_asked_again_when_english_is_chosen(talk: Talk) -> None:
    await talk.say("I want to report a missed bin", "nie rozumiem tego pytania po angielsku")
    await talk.press("Dalej po angielsku")
    assert "All right. We go on in English." in talk.text
    assert "What is your postcode?" in talk.text


async def test_a_form_goes_with_the_person(talk: Talk) -> None:
    await talk.say("I want to report a missed bin", "XA1 8AA")
    await talk.say("nie rozumiem tego pytania po angielsku", "tak")
    (handover,) = talk.handovers
    assert handover.form == "Report a missed bin"
    assert [row.value for row in handover.so_far] == ["XA1 8AA"]
    assert handover.language == "pl"


async def test_a_question_about_the_place_is_kept(talk: Talk) -> None:
    await talk.say("when is my bin day", "nie rozumiem tego pytania po angielsku", "XA1 8AA")
    assert "Tuesday 24 November" in talk.text


async def test_asking_for_an_interpreter_in_english_is_a_question(talk: Talk) -> None:
    await talk.say("Polish interpreter please")
    source = talk.turns[-1].replies[0].source
    assert source is not None
    assert source.article == "interpreter-language"


async def test_an_english_emergency_stays_one(talk: Talk) -> None:
    await talk.say("pomocy please help me my husband is hitting me")
    assert talk.turns[-1].replies[0].language == ""
    assert "999" in talk.text


async def test_nobody_is_answered_in_a_language_for_their_name(talk: Talk) -> None:
    await talk.say("Wojciech Szczepański from 14 Heol y Felin wants a new bin")
    assert talk.turns[-1].replies[0].language == ""
    assert "language" not in talk.state.slots
