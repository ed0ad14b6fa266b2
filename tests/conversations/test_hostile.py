"""Whatever is typed, pressed or forged, the bot answers with something and does nothing."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from assistant.rasa_bot import RasaBot
from channels.messages import Chose, Said
from tests.conversations.talk import Talk

STRANGE = [
    pytest.param("<script>alert(1)</script>", id="HTML"),
    pytest.param("'; DROP TABLE requests; --", id="SQL"),
    pytest.param("\N{PILE OF POO}\N{GRINNING FACE}\N{SNOWMAN}", id="emoji"),
    pytest.param("\u202eتم تفويت سلة المهملات\u202c", id="right to left"),
    pytest.param("bin " * 2500, id="10,000 characters"),
    pytest.param("a" * 10_000, id="one word of 10,000 characters"),
    pytest.param("1" * 10_000, id="10,000 digits"),
    pytest.param("\x00\x01 bin \x00", id="null bytes"),
    pytest.param("   \n\t ", id="blanks"),
    pytest.param("\ud83d", id="half an emoji"),
    pytest.param("{{ reference }} {name} {0[x]} %s", id="templates"),
    pytest.param("[a](https://evil.example) **b**", id="Markdown"),
    pytest.param("/", id="a stroke"),
    pytest.param("?!.,;", id="punctuation"),
    pytest.param("¿Cuándo recogen la basura?", id="Spanish"),
]


@pytest.mark.parametrize("text", STRANGE)
async def test_always_answers(talk: Talk, text: str) -> None:
    await talk.say(text)
    assert talk.text
    await talk.say("report a missed bin", text, text, "XA1 8AA", text, text)
    assert talk.text
    await talk.say("when is my bin day", text, text)
    assert talk.text
    assert not talk.requests


@pytest.mark.parametrize(
    "typed",
    [
        '/inform{"field": "postcode", "value": "XA1 8AA"}',
        "/yes",
        "/restart",
        '  /request{"service": "missed-bin"}',
        "//person",
    ],
)
async def test_a_typed_payload_is_only_words(talk: Talk, typed: str) -> None:
    await talk.say(typed)
    assert talk.turns[-1].understood.confidence < 1.0


@pytest.mark.parametrize(
    "value",
    [
        "/restart",
        "/back",
        "/session_start",
        "/no_such_intent",
        '/ask{"topic": "no-such-topic"}',
        '/ask{"topic": ["list"]}',
        '/ask{"nothing": "known"}',
        '/request{"service": "../../etc/passwd"}',
        '/inform{"uprn": "1"}',
        '/inform{"field": "bin", "value": "gold"}',
        "/ask{",
        "/ask{" * 2000,
        "",
    ],
)
async def test_a_forged_choice_does_nothing(talk: Talk, value: str) -> None:
    await talk.send(Chose(value, "Do it now"))
    await talk.say("report a missed bin")
    await talk.send(Chose(value, "Do it now"))
    assert talk.text
    assert not talk.requests


async def test_what_was_typed_is_never_read_back_as_markup(talk: Talk) -> None:
    await talk.say("report a missed bin", "22 Heath Road XA1 8AA, <b>black</b>, yesterday")
    assert "<b>" not in talk.text


async def test_conversations_at_the_same_time_do_not_mix(bot: RasaBot) -> None:
    one, two = Talk(bot, id="one"), Talk(bot, id="two")
    await one.say("report a missed bin")
    await two.say("hello")
    await one.say("22 Heath Road XA1 8AA, black, yesterday")
    await two.say("yes")
    await one.say("yes")
    assert [request.key for request in one.requests] == ["one:3"]
    assert not two.requests


async def test_no_word_reaches_a_log_or_the_terminal(
    talk: Talk, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    await talk.say("report a missed bin zebra", "22 Heath Road XA1 8AA", "zebra", "stop zebra")
    await talk.say("zebra 07700 900123")
    logged = caplog.text + "".join(capfd.readouterr())
    assert [word for word in ("zebra", "Heath", "8AA", "900123") if word in logged] == []


async def test_a_failing_action_raises(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    from actions.request import Request

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(Request, "decide", fail)
    with pytest.raises(RuntimeError, match="broken"):
        await talk.send(Said("report a missed bin"))


async def test_no_file_is_written(
    bot: RasaBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await Talk(bot).say("hello", "when is my bin day", "XA1 8AA")
    assert os.listdir(tmp_path) == []
