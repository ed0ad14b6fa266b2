"""Every channel, as residents use it: real processes, and the platforms' emulators beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from assistant.tables import conversations, outbox, transcript
from channels.gsm import parts
from tests.emulation import Emulation, Hand, emulation
from tests.site import WORKER, Site, site

COUNCIL, OTHER = "ashcombe", "thornbridge"
POSTCODES = {COUNCIL: "XA1 8AA", OTHER: "XA2 4BB"}
PUSHED = ("twilio", "whatsapp", "telegram", "messenger")
QUESTIONS = (
    "when is my bin collected?",
    "which bin do pizza boxes go in",
    "how do I get my garden waste collected",
    "how much is it to take away an old sofa",
    "how do I report fly tipping",
    "how do I pay my council tax",
    "I live on my own, do I pay less council tax",
    "can I get help with my council tax bill",
    "what do I need to tell you when I move house",
    "how do I apply for a parking permit",
    "how do I apply for a blue badge",
    "how long does it take you to mend a pothole",
    "where is the tip and when is it open",
    "how do I join the library",
    "how do I register my baby's birth",
    "can my son get free school meals",
    "how do I apply for a council house",
    "how do I complain about the council",
    "when are you open",
    "where can I pay online",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("every-channel")


@pytest.fixture(scope="module")
def place(model: Path, folder: Path) -> Iterator[Site]:
    with site(folder) as made:
        made.settings["FRONT_DOOR_MESSAGES_A_MINUTE"] = "0"
        yield made


@pytest.fixture(scope="module")
def platforms(place: Site) -> Iterator[Emulation]:
    with emulation(place, (COUNCIL, OTHER)) as made:
        yield made


@pytest.fixture(scope="module")
def front_door(place: Site, platforms: Emulation) -> Site:
    place.start_web()
    place.start_worker(WORKER)
    return place


def answers(front_door: Site, channel: str, council: str, user: str = "") -> list[list[str]]:
    """What was answered to each message of the resident's latest conversation there."""
    where = [conversations.c.channel == channel, conversations.c.authority == council]
    if user:
        where.append(conversations.c.user == user)
    latest = sa.select(conversations.c.id).where(*where).order_by(conversations.c.opened_at.desc())
    found: list[list[str]] = []
    with front_door.store.read() as connection:
        lines = connection.execute(
            sa.select(transcript.c.speaker, transcript.c.text)
            .where(transcript.c.conversation == latest.limit(1).scalar_subquery())
            .order_by(transcript.c.position)
        )
        for line in lines:
            if line.speaker == "resident":
                found.append([])
            elif line.speaker == "assistant":
                found[-1].append(line.text)
    return found


def ask_on_web(front_door: Site, council: str) -> list[list[str]]:
    visitor = front_door.visitor(council)
    for number, question in enumerate((POSTCODES[council], *QUESTIONS)):
        visitor.say(question).raise_for_status()
        front_door.wait_for(
            lambda: len(answered(front_door, "webchat", council)) > number,  # noqa: B023
            "an answer",
        )
    return answers(front_door, "webchat", council)


def ask_on_phone(front_door: Site, phone: Hand, channel: str, council: str) -> list[list[str]]:
    for number, question in enumerate((POSTCODES[council], *QUESTIONS)):
        phone.say(question)
        front_door.wait_for(
            lambda: len(answered(front_door, channel, council)) > number,  # noqa: B023
            "an answer",
        )
    front_door.wait_for(lambda: not waiting(front_door), "the last parcel's end")
    return answers(front_door, channel, council)


def answered(front_door: Site, channel: str, council: str) -> list[list[str]]:
    return [said for said in answers(front_door, channel, council) if said]


def waiting(front_door: Site) -> int:
    with front_door.store.read() as connection:
        query = sa.select(sa.func.count()).where(outbox.c.state == "waiting")
        return int(connection.execute(query).scalar_one())


def words(text: str) -> set[str]:
    plain = re.sub(r"\]\((https?://[^)]+)\)", " ", text)
    return {word.casefold() for word in re.findall(r"[A-Za-z0-9£]{4,}", plain)}


def test_twenty_questions_have_the_same_answers_on_every_channel(
    front_door: Site,
    platforms: Emulation,
) -> None:
    expected = {council: ask_on_web(front_door, council) for council in (COUNCIL, OTHER)}
    assert len(expected[COUNCIL]) == len(QUESTIONS) + 1
    shown: dict[str, str] = {}
    for kind in (*PUSHED, "notify"):
        council = OTHER if kind == "notify" else COUNCIL
        phone = platforms.phone(kind, council=council)
        channel = "sms" if kind in ("twilio", "notify") else kind
        # In substance: the very same answers are on record,
        assert ask_on_phone(front_door, phone, channel, council) == expected[council], kind
        # and what reached the telephone is that answer, in the form of its channel.
        shown[kind] = " ".join(
            " ".join((item["text"], *item["buttons"], *item.get("menu", ())))
            for item in phone.heard()
        )
        if channel == "sms":
            texts = [item["text"] for item in phone.heard()]
            assert max(parts(text) for text in texts) <= 4, kind
            assert "**" not in shown[kind]
            assert "](" not in shown[kind]
        else:
            for said in expected[council]:
                missing = words(" ".join(said)) - words(shown[kind])
                assert not missing, (kind, said)
    refused = [platforms.platform(kind)["latest"] for kind in PUSHED]
    assert [call for calls in refused for call in calls if call["refused"]] == []


def test_a_text_message_says_it_short_and_where_to_read_on(
    front_door: Site, platforms: Emulation
) -> None:
    phone = platforms.phone("twilio", "Bryn Pugh")
    phone.say("how do I apply for a parking permit")
    first, text = (item["text"] for item in phone.wait_for(2))
    assert first.startswith("This is the assistant of Ashcombe Borough Council")
    assert "https://www.ashcombe.example/permits" in text
    assert parts(text) <= 3


def test_choices_come_as_buttons_or_numbers_and_both_work(
    front_door: Site, platforms: Emulation
) -> None:
    texts = platforms.phone("twilio", "Chidi Okafor")
    buttons = platforms.phone("telegram", "Chidi Okafor")
    texts.say("bins")
    numbered = texts.wait_for(2)[-1]["text"]
    buttons.say("bins")
    labels = buttons.wait_for(2)[-1]["buttons"]
    number = next(n for n, label in enumerate(labels, 1) if label == "Bin collection days")
    assert f"{number}. Bin collection days" in numbered
    texts.say(str(number))
    buttons.press("Bin collection days")
    answers_of_both = texts.wait_for(3)[-1]["text"], buttons.wait_for(3)[-1]["text"]
    assert words(answers_of_both[0]) == words(answers_of_both[1])


def test_webhooks_that_come_twice_are_one_message(front_door: Site, platforms: Emulation) -> None:
    for kind in PUSHED:
        platforms.webhooks(kind, "twice")
        phone = platforms.phone(kind, "Dilys Rowe")
        phone.say("hello")
        phone.wait_for(2)
        platforms.webhooks(kind, "once")
        channel = "sms" if kind == "twilio" else kind
        front_door.wait_for(lambda: not waiting(front_door), "the last parcel's end")
        assert len(phone.heard()) == 2, kind
        assert len(answers(front_door, channel, COUNCIL, phone.user)) == 1


def test_stop_is_obeyed_and_start_begins_again(front_door: Site, platforms: Emulation) -> None:
    phone = platforms.phone("whatsapp", "Dilys Rowe")
    before = len(phone.heard())
    phone.say("STOP")
    assert "no more messages" in phone.wait_for(before + 1)[-1]["text"]
    phone.say("when are you open")
    assert "have not answered" in phone.wait_for(before + 2)[-1]["text"]
    phone.say("hello?")
    phone.say("Start")
    assert "again" in phone.wait_for(before + 3)[-1]["text"]
    phone.say("when are you open")
    assert "open" in phone.wait_for(before + 4)[-1]["text"].casefold()
    assert len(phone.heard()) == before + 4


def test_a_chat_is_carried_on_by_text_with_a_code(front_door: Site, platforms: Emulation) -> None:
    chat, texts = (platforms.phone(kind, "Chidi Okafor") for kind in ("telegram", "twilio"))

    def heard(phone: Hand, words: str) -> str:
        front_door.wait_for(lambda: words in " ".join(phone.texts()[-1:]), words)
        return phone.texts()[-1]

    chat.say(f"LINK {texts.user}")
    heard(chat, "sent a code")
    code = heard(texts, "is your code from Ashcombe Borough Council")[:6]
    chat.say(f"{code[:3]} {code[3:]}")
    heard(chat, "by text message")
    heard(texts, "You can now go on here")
    texts.ask("when are you open")
    with front_door.store.read() as connection:
        query = sa.select(conversations.c.channel, conversations.c.user).where(
            conversations.c.closed_at.is_(None),
            conversations.c.user.in_([chat.user, texts.user]),
        )
        assert connection.execute(query).all() == [("sms", texts.user)]


def test_no_secret_number_or_word_is_in_any_log(front_door: Site, platforms: Emulation) -> None:
    accounts: dict[str, Any] = yaml.safe_load((front_door.folder / "channels.yml").read_text())
    secrets = {
        value
        for its in accounts.values()
        for values in its.values()
        for name, value in values.items()
        if name not in ("api", "template", "template_language", "price_per_part")
    }
    with front_door.store.read() as connection:
        users = set(connection.execute(sa.select(conversations.c.user)).scalars())
        platform_ids = set(connection.execute(sa.select(outbox.c.platform_id)).scalars())
    logs = front_door.logs
    assert "parcel.sent" in logs
    words_said = {*QUESTIONS, *POSTCODES.values(), "forgot my bin"}
    hidden = secrets | users | (platform_ids - {None}) | words_said
    assert [word for word in hidden if len(word) > 5 and word in logs] == []
