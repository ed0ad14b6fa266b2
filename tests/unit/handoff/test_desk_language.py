"""An agent sees in which language somebody writes, before they take the conversation."""

from __future__ import annotations

from dataclasses import replace

from channels.messages import Choice
from channels.transcript import Entry, Speaker
from handoff.briefing import brief
from handoff.floor import Card
from handoff.handover import Handover, Reason, handover_from
from tests.unit.handoff.rooms import MONDAY, Desk

POLISH = Handover(Reason.INTERPRETER, language="pl")
CARD = Card("c1", "ashcombe", "webchat", "queue", None, "", MONDAY, MONDAY)


def test_the_queue_names_the_language(open_desk: Desk) -> None:
    open_desk.do(open_desk.floor.queued(POLISH, said="nie mam gdzie spać"))
    with open_desk.sign_in() as browser:
        page = browser.get("/desk").text

    assert "Needs an interpreter" in page
    assert "Web chat · Ashcombe · <bdi>Polish (Polski)</bdi>" in page


def test_the_briefing_names_the_language(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.queued(POLISH, said="nie mam gdzie spać"))
    with open_desk.sign_in() as browser:
        page = browser.get(f"/desk/c/{key}").text

    assert "<dt>Writes in</dt>" in page
    assert "<bdi>Polish (Polski)</bdi></dd>" in page


def test_english_is_named_nowhere(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.queued(Handover(Reason.ASKED), said="my bin"))
    with open_desk.sign_in() as browser:
        page = browser.get(f"/desk/c/{key}").text

    assert "Writes in" not in page
    assert "<bdi>" not in page


def test_the_transcript_says_which_words_are_in_which_language(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.queued(replace(POLISH, language="ur"), said="سلام"))
    entries = open_desk.floor.entries[key]
    choices = (Choice("ہاں", "/interpreter"),)
    entries.append(
        Entry(len(entries) + 1, Speaker.ASSISTANT, "خطرہ", MONDAY, choices=choices, language="ur")
    )
    with open_desk.sign_in() as browser:
        page = browser.get(f"/desk/c/{key}").text

    assert '<div class="words" lang="ur" dir="rtl"><p>خطرہ' in page
    assert 'Offered: <span lang="ur" dir="rtl">ہاں</span>' in page


def test_a_language_that_nobody_named_is_shown_by_its_code() -> None:
    assert brief(CARD, replace(POLISH, language="zu"), (), (), ()).language == "zu"


def test_the_language_is_kept_with_the_handover_and_older_ones_have_none() -> None:
    assert handover_from(POLISH.as_json()) == POLISH
    assert handover_from({"reason": "ASKED"}).language == ""
