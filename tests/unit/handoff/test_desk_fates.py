"""What became of lines and files, in words."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from channels import notify, twilio_calls, twilio_reading, whatsapp_reading
from channels.channel import Limits
from channels.transcript import Attachment, Delivery, Entry, Speaker
from handoff.addresses import address_name, thread_names
from handoff.attached import file_card, size_of
from handoff.fates import fate_of, moving
from handoff.floor import Agent
from handoff.lines import lines
from handoff.people import Contact
from handoff.reasons import LASTING, why
from handoff.threads import threads_of
from tests.unit.handoff.rooms import MONDAY

PRIYA = Agent(1, "priya", "Priya", "ashcombe", ("ashcombe",))
TEXT = ("sms", "+447700900123")
OTHER_TEXT = ("sms", "+447700900456")
CHAT = ("whatsapp", "447700900123")
WEB = ("webchat", "8f1d0c")
LIMITS = {"sms": Limits(text=612, counts_parts=True), "whatsapp": Limits(text=4096)}


def entry(
    position: int, speaker: Speaker, address: tuple[str, str] = ("", ""), text: str = "Hello"
) -> Entry:
    return Entry(position, speaker, text, MONDAY, channel=address[0], user=address[1])


@pytest.mark.parametrize(
    ("delivery", "words", "tone"),
    [
        (Delivery("waiting"), "Waiting to be sent", "waits"),
        (
            Delivery("waiting", None, "http_503"),
            "Not sent yet: the platform has a fault (503)",
            "waits",
        ),
        (Delivery("held"), "Waits until they write again (24-hour window)", "waits"),
        (Delivery("sent", MONDAY), "Sent 10:00", "none"),
        (Delivery("sent"), "Sent", "none"),
        (Delivery("delivered", MONDAY), "Delivered 10:00", "arrived"),
        (Delivery("read", MONDAY - timedelta(days=1)), "Read Yesterday 10:00", "arrived"),
        (
            Delivery("refused", MONDAY, "opted_out"),
            "Not delivered: the number has opted out",
            "failed",
        ),
        (Delivery("refused"), "Not delivered", "failed"),
        (
            Delivery("given_up", MONDAY, "timeout"),
            "Not delivered: the platform did not answer in time. We stopped trying",
            "failed",
        ),
        (Delivery("dropped"), "Not sent: a person took over first", "none"),
        (Delivery("discarded"), "Not delivered, and discarded by staff", "failed"),
        (Delivery("lost_at_sea"), "Lost at sea", "none"),
    ],
    ids=lambda value: value.state if isinstance(value, Delivery) else "",
)
def test_a_delivery_is_told_in_words(delivery: Delivery, words: str, tone: str) -> None:
    fate = fate_of(delivery, MONDAY)

    assert fate is not None
    assert (fate.words, fate.tone) == (words, tone)


def test_a_line_of_the_web_chat_has_no_fate() -> None:
    assert fate_of(None, MONDAY) is None


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", ""),
        ("http_500", "the platform has a fault (500)"),
        ("http_404", "the platform refused it (404)"),
        ("meta_551", "the platform said “meta 551”"),
    ],
)
def test_a_reason_nobody_has_put_into_words_can_be_looked_up(reason: str, words: str) -> None:
    assert why(reason) == words


def test_reasons_that_last_have_words_of_their_own() -> None:
    assert all("platform said" not in why(reason) for reason in LASTING)


@pytest.mark.parametrize(
    ("state", "seconds", "moves"),
    [("waiting", 9999, True), ("sent", 30, True), ("sent", 300, False), ("read", 1, False)],
)
def test_the_page_asks_again_while_a_line_is_on_its_way(
    state: str, seconds: int, moves: bool
) -> None:
    said = Entry(1, Speaker.AGENT, "Hi", MONDAY, delivery=Delivery(state, MONDAY))

    assert moving(said, MONDAY + timedelta(seconds=seconds)) is moves


def test_a_file_that_is_kept_can_be_opened_and_a_picture_looked_at() -> None:
    card = file_card(Attachment("a1", "kept", "image/jpeg", 240_000))

    assert card is not None
    assert (card.kind, card.size, card.fate) == ("Photo (JPEG)", "240 KB", "")
    assert (card.opens, card.picture) == (True, True)


@pytest.mark.parametrize(
    ("attachment", "kind", "fate"),
    [
        (Attachment("a1", "waiting", "image/*"), "Picture", "Being fetched"),
        (
            Attachment("a1", "refused", "application/pdf", 9, "mismatch"),
            "PDF document",
            "Refused: the file is not what it says it is",
        ),
        (Attachment("a1", "given_up", ""), "File", "Could not be fetched"),
    ],
    ids=lambda value: value.state if isinstance(value, Attachment) else "",
)
def test_a_file_that_is_not_kept_says_why(attachment: Attachment, kind: str, fate: str) -> None:
    card = file_card(attachment)

    assert card is not None
    assert (card.kind, card.fate, card.opens, card.picture) == (kind, fate, False, False)


@pytest.mark.parametrize("media_type", ["image/svg+xml", "text/html", "application/pdf"])
def test_only_what_every_browser_draws_is_a_picture(media_type: str) -> None:
    card = file_card(Attachment("a1", "kept", media_type, 10))

    assert card is not None
    assert card.picture is False


def test_sizes_are_said_as_people_say_them() -> None:
    assert [size_of(size) for size in (900, 240_400, 3_140_000)] == [
        "900 bytes",
        "240 KB",
        "3.1 MB",
    ]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (TEXT, "Text message, 07700 900123"),
        (CHAT, "WhatsApp, 07700 900123"),
        (WEB, "Web chat"),
        (("telegram", "123456789"), "Telegram, …6789"),
        (("sms", "+33612345678"), "Text message, +33 6 12 34 56 78"),
        (("whatsapp", "GB.13491208655302"), "WhatsApp, GB.13491208655302"),
    ],
)
def test_an_address_is_named_as_an_agent_says_it(address: tuple[str, str], name: str) -> None:
    assert address_name(*address) == name


def test_two_numbers_of_one_channel_are_told_apart() -> None:
    assert thread_names([TEXT, CHAT, OTHER_TEXT, TEXT, ("", "")]) == {
        TEXT: "Text message, 07700 900123",
        CHAT: "WhatsApp",
        OTHER_TEXT: "Text message, 07700 900456",
    }


def test_a_line_names_its_thread_where_the_run_begins() -> None:
    shown = lines(
        [
            entry(1, Speaker.RESIDENT, WEB),
            entry(2, Speaker.RESIDENT, WEB),
            entry(3, Speaker.RESIDENT, TEXT),
            entry(4, Speaker.ASSISTANT, TEXT),
            entry(5, Speaker.SYSTEM, TEXT),
            entry(6, Speaker.NOTE),
        ],
        PRIYA,
        MONDAY,
    )

    assert [line.thread for line in shown] == ["Web chat", "", *["Text message"] * 2, "", ""]
    assert [line.who for line in shown][:4] == ["Resident", "", "Resident", "Assistant"]


def test_the_answer_goes_where_they_wrote_last() -> None:
    transcript = [entry(1, Speaker.RESIDENT, TEXT), entry(2, Speaker.RESIDENT, WEB)]

    offered = threads_of("sms", transcript, None, LIMITS)

    assert [(thread.value, thread.limit, thread.in_parts) for thread in offered] == [
        ("webchat:8f1d0c", 2000, False),
        ("sms:+447700900123", 612, True),
    ]


def test_a_contact_that_was_linked_can_be_answered_before_it_wrote_here() -> None:
    contacts = [Contact(*CHAT), Contact(*WEB)]

    offered = threads_of("webchat", [entry(1, Speaker.RESIDENT, WEB)], contacts, LIMITS)

    assert [thread.name for thread in offered] == ["Web chat", "WhatsApp"]


def test_a_contact_that_was_unlinked_is_not_offered_any_more() -> None:
    transcript = [entry(1, Speaker.RESIDENT, TEXT), entry(2, Speaker.RESIDENT, WEB)]

    offered = threads_of("sms", transcript, [Contact(*TEXT)], LIMITS)

    assert [thread.value for thread in offered] == ["sms:+447700900123"]


def test_without_any_address_the_channels_own_limits_count() -> None:
    (only,) = threads_of("sms", [], None, LIMITS)

    assert (only.user, only.limit, only.name) == ("", 612, "Text message")


def test_every_reason_that_a_channel_gives_has_words() -> None:
    project = Path(__file__).resolve().parents[3]
    raised = re.compile(
        r"(?:Refused|Transient|Unsure|Unreachable|WindowClosed)\(\s*\"([a-z0-9_]+)\""
    )
    files = [*project.glob("channels/*.py"), *project.glob("assistant/*.py")]
    given = {word for file in files for word in raised.findall(file.read_text("utf-8"))}
    given |= {reason for _, _, reason in notify.REFUSALS}
    for known in (
        twilio_calls.FOR_THIS_NUMBER,
        twilio_calls.FOR_THIS_TEXT,
        twilio_calls.FOR_NOW,
        twilio_reading.REASONS,
        whatsapp_reading.REASONS,
    ):
        given |= set(known.values())

    assert len(given) > 20
    assert {reason for reason in given if "platform said" in why(reason)} == set()
