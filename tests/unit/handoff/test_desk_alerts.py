"""Supervisors say what is happening now; every agent sees it."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy.engine import Connection
from structlog.testing import capture_logs

from knowledge import alerts
from knowledge.alerts import Alert
from tests.unit.handoff.rooms import MONDAY, Desk, hidden

PAGE = "/desk/alerts"
SNOW = "Snow: bins are a day late in Ashcombe until Friday."
DAY = timedelta(days=1)


def put(
    desk: Desk, text: str = SNOW, *topics: str, authority: str = "ashcombe", **time: int
) -> int:
    """Write an alert; `starts` and `ends` are in days from now."""
    starts = desk.now() + DAY * time.get("starts", 0)
    made = desk.store.now(
        lambda connection: alerts.add(
            connection,
            authority=authority,
            topics=topics,
            text=text,
            starts_at=starts,
            ends_at=desk.now() + DAY * time.get("ends", 2),
            by="sam",
            now=desk.now(),
        )
    )
    return made.id


def kept(desk: Desk) -> list[Alert]:
    def work(connection: Connection) -> list[Alert]:
        listed = alerts.listed(connection, ["ashcombe", "wenshire", "kelmarsh"], desk.now())
        return [*listed.active, *listed.coming, *listed.past]

    return desk.store.now(work)


def form(**fields: str) -> dict[str, str]:
    typed = {
        "authority": "ashcombe",
        "text": SNOW,
        "starts": "2026-11-23T10:00",
        "ends": "2026-11-24T23:59",
    }
    return typed | fields


def read(page: httpx.Response) -> str:
    return " ".join(page.text.split())


def test_when_nothing_is_said_the_page_says_so(open_desk: Desk) -> None:
    with open_desk.sign_in() as priya:
        page = priya.get(PAGE)

    assert "Nothing is said to residents now." in page.text
    assert "Coming" not in page.text


def test_the_list_says_what_where_about_what_until_when_and_by_whom(open_desk: Desk) -> None:
    put(open_desk, SNOW, "missed-bin", ends=1)
    put(open_desk, "The offices open late.", starts=1)
    put(open_desk, "Another council has snow.", authority="kelmarsh")
    with open_desk.sign_in() as priya:
        page = read(priya.get(PAGE))

    assert f'{SNOW}</p> <p class="quiet">Ashcombe · about Missed bin' in page
    assert "Until Tuesday 24 November 10:00. Made by Sam, 10:00." in page
    assert "The offices open late." in page[page.index("Coming") :]
    assert "about everything" in page
    assert "Another council" not in page


def test_a_new_alert_begins_now_and_ends_with_tomorrow_unless_one_says_otherwise(
    open_desk: Desk,
) -> None:
    with open_desk.sign_in() as priya:
        page = priya.get(f"{PAGE}/new").text

    assert 'name="starts" value="2026-11-23T10:00"' in page
    assert 'name="ends" value="2026-11-24T23:59" required' in page
    assert re.findall(r'<option value="([a-z]+)"', page) == ["wenshire", "ashcombe", "thornbridge"]


def test_an_alert_is_made_and_whoever_shows_alerts_is_woken(open_desk: Desk) -> None:
    with open_desk.sign_in() as priya:
        typed = form(**{"topic-missed-bin": "1", "topic-bin-collection-day": "1"})
        answer = open_desk.send(priya, f"{PAGE}/new", **typed)
        page = priya.get(answer.headers["location"]).text

    (made,) = kept(open_desk)
    assert (made.authority, made.text, made.made_by) == ("ashcombe", SNOW, "priya")
    assert made.topics == ("bin-collection-day", "missed-bin")
    assert (made.starts_at, made.ends_at) == (MONDAY, MONDAY + timedelta(hours=37, minutes=59))
    assert "The alert is made." in page
    assert open_desk.told == ["look"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        pytest.param("text", "Snow", "Write 10 to 200 characters. There are 4.", id="short"),
        pytest.param("text", "Snow.\r\nAnd ice today.", "one paragraph", id="two paragraphs"),
        pytest.param("text", "Snow **today** again", "without the sign *", id="Markdown"),
        pytest.param("ends", "", "Choose a day and a time.", id="no end"),
        pytest.param("ends", "2026-11-20T10:00", "an end that is still to come", id="past"),
        pytest.param("ends", "soon", "a time that exist, like 2026-11-23 10:00", id="no time"),
        pytest.param("starts", "2026-11-25T10:00", "an end after the start", id="backwards"),
        pytest.param("authority", "kelmarsh", "Choose one of your councils.", id="not theirs"),
        pytest.param("topic-nothing", "1", "Choose from the topics", id="no such topic"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    open_desk: Desk, field: str, typed: str, said: str
) -> None:
    with open_desk.sign_in() as priya:
        answer = open_desk.send(
            priya, f"{PAGE}/new", **form(**{"topic-missed-bin": "1", field: typed})
        )

    assert answer.status_code == 400
    assert "<title>Error: New alert" in answer.text
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'name="topic-missed-bin" value="1" checked' in answer.text
    assert kept(open_desk) == []
    assert open_desk.told == []


def test_without_scripts_topics_are_searched_on_the_server(open_desk: Desk) -> None:
    with open_desk.sign_in() as priya:
        typed = form(look="topics", find="COLLECTION bin")
        found = open_desk.send(priya, f"{PAGE}/new", **typed)
        chosen = open_desk.send(priya, f"{PAGE}/new", **typed, **{"topic-missed-bin": "1"})
        nothing = open_desk.send(priya, f"{PAGE}/new", **form(look="topics", find="zebra"))

    assert found.status_code == 200
    assert re.findall(r'name="topic-([a-z-]+)"', found.text) == ["bin-collection-day"]
    assert re.findall(r'name="topic-([a-z-]+)"', chosen.text) == [
        "bin-collection-day",
        "missed-bin",
    ]
    assert "1 chosen" in chosen.text
    assert SNOW in found.text
    assert "No topic has these words." in nothing.text
    assert kept(open_desk) == []


def test_the_preview_counts_parts_as_a_text_message_is_paid_for(open_desk: Desk) -> None:
    with open_desk.sign_in() as priya:
        short = open_desk.send(priya, f"{PAGE}/new", **form(look="preview"))
        long = open_desk.send(priya, f"{PAGE}/new", **form(look="preview", text="x" * 170))
        welsh = open_desk.send(priya, f"{PAGE}/new", **form(look="preview", text="ŵ" * 80))

    assert f"1 part, {len(SNOW)} characters" in short.text
    assert "2 parts, 170 characters" in long.text
    assert "2 parts, 80 characters; ŵ makes parts shorter" in welsh.text


def test_enter_in_a_field_makes_nothing(open_desk: Desk) -> None:
    with open_desk.sign_in() as priya:
        page = priya.get(f"{PAGE}/new").text

    alert_form = page[page.index('id="alert-form"') :]
    first = re.search(r"<button[^>]*>", alert_form)
    assert first is not None
    assert 'name="look"' in first.group()


def test_a_changed_alert_takes_the_old_ones_place(open_desk: Desk) -> None:
    number = put(open_desk, SNOW, "missed-bin")
    with open_desk.sign_in() as priya:
        page = priya.get(f"{PAGE}/{number}/change").text
        answer = open_desk.send(
            priya, f"{PAGE}/{number}/change", **form(ends="2026-11-26T12:00", text=SNOW)
        )
        said = priya.get(answer.headers["location"]).text

    assert SNOW in page
    assert 'name="topic-missed-bin" value="1" checked' in page
    new, old = kept(open_desk)
    assert (new.made_by, new.topics, new.ends_at) == ("priya", (), MONDAY + 3 * DAY + DAY / 12)
    assert old.withdrawn_by == "priya"
    assert "The alert is changed." in said


def test_withdrawing_is_asked_about_first(open_desk: Desk) -> None:
    number = put(open_desk)
    with open_desk.sign_in() as priya:
        question = priya.get(f"{PAGE}/{number}/withdraw").text
        before = [alert.withdrawn_at for alert in kept(open_desk)]
        answer = open_desk.send(priya, f"{PAGE}/{number}/withdraw")
        page = read(priya.get(answer.headers["location"]))

    assert "Withdraw this alert?" in question
    assert SNOW in question
    assert before == [None]
    assert kept(open_desk)[0].withdrawn_by == "priya"
    assert "The alert is withdrawn." in page
    assert "Withdrawn by Priya, 10:00." in page
    assert open_desk.told == ["look"]


@pytest.mark.parametrize("act", ["change", "withdraw"])
@pytest.mark.parametrize("which", ["over", "others", "none", "long"])
def test_what_is_over_or_anothers_changes_nothing(open_desk: Desk, act: str, which: str) -> None:
    number = {
        "over": str(put(open_desk, ends=1)),
        "others": str(put(open_desk, authority="kelmarsh", ends=9)),
        "none": "999",
        "long": "9" * 40,
    }[which]
    open_desk.pass_time(minutes=1, days=1)
    with open_desk.sign_in() as priya:
        answer = open_desk.send(priya, f"{PAGE}/{number}/{act}", **form(ends="2026-11-28T10:00"))

    assert answer.status_code == 404
    assert "This alert is over" in answer.text
    assert all(alert.withdrawn_by is None for alert in kept(open_desk))


@pytest.mark.parametrize("path", ["", "/new", "/1/change", "/1/withdraw"])
def test_only_supervisors_may(open_desk: Desk, path: str) -> None:
    put(open_desk)
    with open_desk.sign_in("sam") as sam:
        shown = sam.get(f"{PAGE}{path}")
        sent = open_desk.send(sam, f"{PAGE}{path}", **form()) if path else shown
        desk = sam.get("/desk").text

    assert (shown.status_code, sent.status_code) == (403, 403)
    assert "Alerts are made by supervisors" in shown.text
    assert f'href="{PAGE}"' not in desk
    assert [alert.withdrawn_by for alert in kept(open_desk)] == [None]


def test_every_agent_sees_on_the_desk_what_residents_are_told(open_desk: Desk) -> None:
    put(open_desk, SNOW, "missed-bin")
    put(open_desk, "Not yet, but tomorrow.", starts=1)
    with open_desk.sign_in("sam") as sam:
        desk = read(sam.get("/desk"))
        part = sam.get("/desk/list", headers={"Accept": "application/json"}).json()["happening"]

    for shown in (desk, part):
        assert SNOW in shown
        assert "Not yet" not in shown
    assert "Ashcombe · about Missed bin" in desk


def test_nothing_is_made_without_the_sessions_token(open_desk: Desk) -> None:
    number = put(open_desk)
    with open_desk.sign_in() as priya:
        answers = [
            priya.post(f"{PAGE}/new", data=form()),
            priya.post(f"{PAGE}/{number}/withdraw"),
        ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert [alert.withdrawn_by for alert in kept(open_desk)] == [None]


def test_many_topics_are_no_mistake(open_desk: Desk) -> None:
    with open_desk.sign_in() as priya:
        boxes = {f"topic-t{number}": "1" for number in range(120)}
        csrf = hidden(priya.get("/desk").text, "csrf")
        answer = priya.post(f"{PAGE}/new", data={"csrf": csrf, **form(), **boxes, "look": "x"})

    assert answer.status_code == 200
    assert "120 chosen" in answer.text


def test_no_words_reach_the_log(open_desk: Desk) -> None:
    with capture_logs() as events, open_desk.sign_in() as priya:
        open_desk.send(priya, f"{PAGE}/new", **form(**{"topic-missed-bin": "1"}))

    (made,) = [event for event in events if event["event"] == "alert.made"]
    assert (made["authority"], made["topics"]) == ("ashcombe", 1)
    assert "Snow" not in str(events)
