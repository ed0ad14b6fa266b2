"""What an agent sees first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from channels.channel import Limits
from channels.messages import Source
from channels.transcript import Entry, Speaker
from handoff.addresses import channel_name
from handoff.briefing import Told, brief, shortened
from handoff.floor import Card
from handoff.handover import Answered, Handover, Reason
from handoff.lodged import Lodged
from tests.unit.handoff.rooms import MONDAY

CARD = Card("c1", "ashcombe", "webchat", "queue", None, "", MONDAY, MONDAY, last_said="hello")
SOURCE = Source(
    "missed-bin", "Missed bin", "https://www.ashcombe.example/b", "Ashcombe", date(2026, 11, 1)
)
HANDOVER = Handover(
    Reason.ASKED,
    wants="Missed bin",
    form="Report a missed bin",
    so_far=(Answered("Postcode", "XA1 8AA", was=("XA1 8AB",)), Answered("Bin", "Food waste")),
)


def entry(position: int, speaker: Speaker, text: str, source: Source | None = None) -> Entry:
    return Entry(position, speaker, text, MONDAY + timedelta(seconds=position), source=source)


TRANSCRIPT = (
    entry(1, Speaker.RESIDENT, "my bin was missed"),
    entry(2, Speaker.ASSISTANT, "Tell us within 2 days.", SOURCE),
    entry(3, Speaker.RESIDENT, "get me a person"),
    entry(4, Speaker.NOTE, "Rang before.", SOURCE),
)


def test_it_says_what_the_person_wants_and_why_the_assistant_stopped() -> None:
    briefing = brief(CARD, HANDOVER, TRANSCRIPT, (), ())

    assert briefing.wants == "Missed bin"
    assert briefing.why == "Asked for a person"
    assert briefing.channel == "Web chat"
    assert briefing.council == "ashcombe"
    assert briefing.last_said == "get me a person"


def test_it_keeps_the_form_with_what_was_corrected() -> None:
    briefing = brief(CARD, HANDOVER, TRANSCRIPT, (), ())

    assert briefing.form == "Report a missed bin"
    assert briefing.so_far == HANDOVER.so_far


def test_it_lists_answers_with_their_articles_but_no_notes() -> None:
    assert brief(CARD, HANDOVER, TRANSCRIPT, (), ()).told == (
        Told(SOURCE, Speaker.ASSISTANT, position=2),
    )


def test_an_article_told_twice_stands_where_it_was_told_last() -> None:
    again = (*TRANSCRIPT, replace(TRANSCRIPT[1], position=5, helpful=False))

    assert brief(CARD, HANDOVER, again, (), ()).told == (
        Told(SOURCE, Speaker.ASSISTANT, position=5, helpful=False),
    )


def test_an_agent_who_steps_in_reads_the_first_words_instead() -> None:
    briefing = brief(CARD, None, TRANSCRIPT, (), ())

    assert briefing.wants == "my bin was missed"
    assert briefing.why == "The assistant has not asked for a person"
    assert briefing.so_far == ()


def test_nothing_said_yet_is_said_plainly() -> None:
    briefing = brief(replace(CARD, last_said=""), None, (), (), ())

    assert (briefing.wants, briefing.last_said) == ("Not said yet", "")


def test_it_knows_the_person_from_before() -> None:
    earlier = replace(CARD, conversation="c0", outcome="Answered")
    lodged = Lodged("FD-7KQM-2XHT", "missed-bin", "ashcombe", "received", "c0", MONDAY)

    briefing = brief(CARD, HANDOVER, TRANSCRIPT, (earlier,), (lodged,))

    assert briefing.visitor == "Wrote to us before: 1 earlier conversation"
    assert briefing.earlier == (earlier,)
    assert briefing.requests == (lodged,)
    assert brief(CARD, None, (), (), ()).visitor == "First conversation with us"


def test_it_says_what_the_channel_can_show() -> None:
    briefing = brief(CARD, HANDOVER, (), (), (), Limits(text=612, choices=0))

    assert briefing.limits == ("Replies: up to 612 characters", "No buttons on this channel")
    assert brief(CARD, HANDOVER, (), (), ()).limits == ()


def test_a_channel_nobody_named_is_called_by_its_own_name() -> None:
    assert channel_name("web_form") == "Web form"


def test_long_words_are_cut_at_a_space() -> None:
    assert shortened("one two\nthree four", 12) == "one two…"
    assert shortened("one  two", 12) == "one two"


def test_an_emergency_is_named_while_a_person_has_it() -> None:
    gas = Handover(Reason.URGENT, wants="Smell of gas", urgent="gas-smell")

    assert brief(CARD, gas, TRANSCRIPT, (), ()).urgent == "Smell of gas"
    assert brief(replace(CARD, keeper="bot"), gas, TRANSCRIPT, (), ()).urgent == ""
