"""An agent links a person's contacts, and takes one away."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from handoff.people import Contact, LinkEvent
from tests.unit.handoff.rooms import MONDAY, Desk

NUMBER = "07700 900123"
PHONE = Contact(
    "sms",
    "+447700900123",
    conversation="00000000-0000-4000-8000-00000000000b",
    last_at=MONDAY,
    last_said="it is me from the web",
)
NAMED = {"query": NUMBER, "channel": "sms", "user": "+447700900123"}
SURE = {"sure": "yes", "reason": "Rang back on it."}


@pytest.fixture
def key(open_desk: Desk) -> str:
    made = open_desk.do(open_desk.floor.open(said="my bin"))
    open_desk.people.strangers[NUMBER] = [PHONE]
    return made


def test_the_briefing_shows_every_contact_and_how_it_was_linked(open_desk: Desk, key: str) -> None:
    open_desk.people.known[key] = [
        Contact("webchat", "visitor-1"),
        Contact("sms", "+447700900123", MONDAY, "agent", "Sam", "Rang back."),
        Contact("telegram", "123456789", MONDAY, "code"),
    ]
    open_desk.people.events = [
        LinkEvent(MONDAY, "unlinked", "whatsapp", "447700900456", "agent", "Sam", "Not theirs.")
    ]
    with open_desk.sign_in() as priya:
        page = " ".join(priya.get(f"/desk/c/{key}").text.split())

    for shown in (
        "Text message, 07700 900123",
        "Linked 10:00 by Sam: “Rang back.”",
        "Linked 10:00 with a code.",
        "Link another contact",
        "<b>WhatsApp, 07700 900456</b> unlinked",
        "10:00, by Sam: “Not theirs.”",
    ):
        assert shown in page
    assert page.count("contacts/ask-unlink") == 2


def test_who_was_never_linked_has_one_contact_and_nothing_to_unlink(
    open_desk: Desk, key: str
) -> None:
    with open_desk.sign_in() as priya:
        page = priya.get(f"/desk/c/{key}").text

    assert "Not linked to another contact." in page
    assert "ask-unlink" not in page
    assert "What was linked and unlinked" not in page


def test_a_contact_is_found_by_its_number_and_both_sides_are_shown(
    open_desk: Desk, key: str
) -> None:
    with open_desk.sign_in() as priya:
        found = open_desk.send(priya, f"/desk/c/{key}/contacts", query=f" {NUMBER} ").text
        both = open_desk.send(priya, f"/desk/c/{key}/contacts/ask-link", **NAMED).text

    assert "it is me from the web" in found
    for shown in ("This person", "my bin", "The other contact", "it is me from the web"):
        assert shown in both
    assert "If these are two people, each could be told what is private to the other." in both
    assert open_desk.people.known == {}


def test_nobody_found_says_what_to_do(open_desk: Desk, key: str) -> None:
    with open_desk.sign_in() as priya:
        page = open_desk.send(priya, f"/desk/c/{key}/contacts", query="07700 900999").text

    assert "Check the number, or ask them to write first." in page


def test_linking_needs_a_reason_and_a_tick(open_desk: Desk, key: str) -> None:
    with open_desk.sign_in() as priya:
        refused = [
            open_desk.send(priya, f"/desk/c/{key}/contacts/link", **NAMED, **fields)
            for fields in ({"sure": "yes"}, {"reason": "Rang"}, {"sure": "1", "reason": "x" * 201})
        ]
        before = dict(open_desk.people.known)
        answer = open_desk.send(priya, f"/desk/c/{key}/contacts/link", **NAMED, **SURE)

    assert [page.status_code for page in refused] == [400, 400, 400]
    assert all('role="alert"' in page.text for page in refused)
    assert before == {}
    assert answer.headers["location"] == f"/desk/c/{key}?list=mine#contacts"
    assert [contact.user for contact in open_desk.people.known[key]] == [
        "visitor-1",
        "+447700900123",
    ]
    assert open_desk.people.events[0].reason == "Rang back on it."


def test_only_what_a_search_finds_can_be_linked(open_desk: Desk, key: str) -> None:
    with open_desk.sign_in() as priya:
        answers = [
            open_desk.send(priya, f"/desk/c/{key}/contacts/{act}", **(NAMED | fields), **SURE)
            for act in ("ask-link", "link")
            for fields in ({"user": "+447700900999"}, {"query": ""}, {"channel": "whatsapp"})
        ]

    assert [answer.status_code for answer in answers] == [409] * 6
    assert open_desk.people.known == {}


@pytest.mark.parametrize("why", ["unknown", "same", "another", "something new"])
def test_two_that_cannot_be_linked_say_why(open_desk: Desk, key: str, why: str) -> None:
    open_desk.people.refusal = why
    with open_desk.sign_in() as priya:
        answer = open_desk.send(priya, f"/desk/c/{key}/contacts/link", **NAMED, **SURE)

    assert answer.status_code == 409
    assert "These two cannot be linked" in answer.text


def test_unlinking_asks_and_wants_a_reason(open_desk: Desk, key: str) -> None:
    linked = Contact("sms", "+447700900123", MONDAY, "code")
    open_desk.people.known[key] = [Contact("webchat", "visitor-1"), linked]
    with open_desk.sign_in() as priya:
        question = open_desk.send(priya, f"/desk/c/{key}/contacts/ask-unlink", **NAMED).text
        without = open_desk.send(priya, f"/desk/c/{key}/contacts/unlink", **NAMED)
        open_desk.send(priya, f"/desk/c/{key}/contacts/unlink", **NAMED, reason="Not theirs.")
        again = open_desk.send(priya, f"/desk/c/{key}/contacts/unlink", **NAMED, reason="Again.")

    assert "begins a conversation of its own" in question
    assert without.status_code == 400
    assert open_desk.people.known[key] == [Contact("webchat", "visitor-1")]
    assert open_desk.people.events[0].what == "unlinked"
    assert again.status_code == 409


def test_a_contact_that_a_colleague_has_just_unlinked_stays_unlinked(
    open_desk: Desk, key: str
) -> None:
    open_desk.people.known[key] = [Contact("sms", "+447700900123", MONDAY, "code")]
    open_desk.people.refusal = "gone"
    with open_desk.sign_in() as priya:
        answer = open_desk.send(
            priya, f"/desk/c/{key}/contacts/unlink", **NAMED, reason="Not theirs."
        )

    assert answer.status_code == 409


@pytest.mark.parametrize("act", ["", "/ask-link", "/link", "/ask-unlink", "/unlink"])
def test_only_agents_of_the_council_see_and_change_who_is_who(open_desk: Desk, act: str) -> None:
    foreign = open_desk.do(open_desk.floor.open(authority="kelmarsh"))
    open_desk.people.strangers[NUMBER] = [PHONE]
    with open_desk.sign_in() as priya:
        answer = open_desk.send(priya, f"/desk/c/{foreign}/contacts{act}", **NAMED, **SURE)
        without_token = priya.post(f"/desk/c/{foreign}/contacts{act}", data=NAMED)

    assert answer.status_code == 404
    assert without_token.status_code == 403
    assert open_desk.people.known == {}


def test_no_number_reaches_the_log_or_an_address_of_ours(open_desk: Desk, key: str) -> None:
    with capture_logs() as events, open_desk.sign_in() as priya:
        pages = [
            open_desk.send(priya, f"/desk/c/{key}/contacts", query=NUMBER),
            open_desk.send(priya, f"/desk/c/{key}/contacts/ask-link", **NAMED),
            open_desk.send(priya, f"/desk/c/{key}/contacts/link", **NAMED, **SURE),
        ]

    assert {"desk.linked"} <= {event["event"] for event in events}
    assert "900123" not in str(events)
    for page in pages:
        assert "900123" not in str(page.request.url)
        assert "900123" not in "".join(part.split('"')[0] for part in page.text.split('href="')[1:])
