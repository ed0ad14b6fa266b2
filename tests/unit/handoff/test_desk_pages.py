"""What the desk's pages show."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from channels.messages import Source
from channels.transcript import Speaker
from handoff.handover import Answered, Handover, Reason
from knowledge.requests import Request, lodge
from tests.unit.handoff.rooms import MONDAY, Desk

MISSED_BIN = Handover(
    Reason.ASKED,
    wants="Missed bin",
    form="Report a missed bin",
    so_far=(Answered("Postcode", "XA1 8AA", was=("XA1 8AB",)),),
)
NOWHERE = "00000000-0000-4000-8000-000000000000"
SCRIPT = {"Accept": "application/json"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def test_the_queue_shows_who_waits_why_and_since_when(open_desk: Desk) -> None:
    open_desk.do(open_desk.floor.queued(MISSED_BIN, said="my bin"))
    open_desk.pass_time(minutes=3, seconds=10)
    with open_desk.sign_in() as browser:
        page = browser.get("/desk").text

    assert "<title>(1) Desk</title>" in page
    assert "Asked for a person" in page
    assert 'class="timer late"' in page
    assert ">3:10</time>" in page
    assert "Web chat · Ashcombe" in page


def test_an_empty_queue_says_so(open_desk: Desk) -> None:
    with open_desk.sign_in() as browser:
        page = browser.get("/desk").text

    assert "Nobody is waiting" in page
    assert "0 waiting · 1 on shift" in page


def test_the_queue_shows_no_council_that_the_agent_does_not_cover(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.queued(MISSED_BIN, authority="kelmarsh"))
    with open_desk.sign_in() as browser:
        page, conversation = browser.get("/desk"), browser.get(f"/desk/c/{key}")

    assert "Missed bin" not in page.text
    assert conversation.status_code == 404


def test_everything_open_is_listed_with_who_answers(open_desk: Desk) -> None:
    open_desk.do(open_desk.floor.open(said="how much is a garden bin"))
    taken = open_desk.do(open_desk.floor.queued(MISSED_BIN))
    with open_desk.sign_in("sam") as sam:
        open_desk.send(sam, f"/desk/c/{taken}/take")
    with open_desk.sign_in() as browser:
        page = browser.get("/desk/open").text

    assert "how much is a garden bin" in page
    assert "· Assistant" in page
    assert "· Sam" in page


def test_mine_says_which_conversations_need_a_reply(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.queued(MISSED_BIN))
    with open_desk.sign_in() as browser:
        open_desk.send(browser, f"/desk/c/{key}/take")
        open_desk.do(_resident(open_desk, key, "are you there"))
        before = browser.get("/desk/mine").text
        open_desk.send(browser, f"/desk/c/{key}/say", text="Yes.", client_id="abcdefgh")
        after = browser.get("/desk/mine").text

    assert "Reply needed" in before
    assert "Reply needed" not in after


def test_a_conversation_shows_its_transcript_and_its_briefing(open_desk: Desk) -> None:
    floor = open_desk.floor
    key = open_desk.do(floor.open(said="my bin <script>"))
    source = Source(
        "missed-bin", "Missed bin", "https://www.ashcombe.example/b", "Ashcombe", MONDAY.date()
    )
    floor.tell(key, Speaker.ASSISTANT, "Within **2 days**.", source=source)
    floor.tell(key, Speaker.NOTE, "Rang before.", name="Sam")
    open_desk.do(floor.join(key, MISSED_BIN))
    earlier = open_desk.do(floor.open(said="when is my bin day"))
    floor.cards[earlier] = replace(floor.cards[earlier], closed_at=MONDAY, outcome="Answered")
    floor.same_person[key] = [earlier]
    reference = open_desk.store.now(
        lambda c: lodge(c, Request("key", "missed-bin", "ashcombe", {}), earlier, MONDAY)
    )
    with open_desk.sign_in() as browser:
        page = browser.get(f"/desk/c/{key}").text

    for shown in (
        "my bin &lt;script&gt;",
        "<strong>2 days</strong>",
        "Source: <a",
        "reviewed 23 November 2026",
        "Note by Sam",
        "was </span>XA1 8AB</del> XA1 8AA</dd>",
        reference,
        "Wrote to us before: 1 earlier conversation",
        "Take conversation",
    ):
        assert shown in page
    assert "<script>" not in page.replace('<script type="module"', "")


def test_a_long_transcript_is_shown_whole(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.open())
    for number in range(8):
        open_desk.floor.tell(key, Speaker.RESIDENT, f"line {number}")
    with open_desk.sign_in() as browser:
        page = browser.get(f"/desk/c/{key}").text

    assert [f"<p>line {number}</p>" in page for number in range(8)] == [True] * 8


def test_news_after_a_position_brings_only_what_is_new(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.queued(MISSED_BIN, said="first words"))
    with open_desk.sign_in() as browser:
        open_desk.do(_resident(open_desk, key, "second words"))
        news = browser.get(f"/desk/c/{key}/news?after=1", headers=SCRIPT).json()

    assert news["last"] == 2
    assert "second words" in news["lines"]
    assert "first words" not in news["lines"]
    assert news["state"] == "waiting"


@pytest.mark.parametrize("after", ["", "x", "-1", "²", "9" * 40, "1.5", "\x00"])
def test_news_after_nonsense_brings_everything(open_desk: Desk, after: str) -> None:
    key = open_desk.do(open_desk.floor.open(said="first words"))
    with open_desk.sign_in() as browser:
        news = browser.get(f"/desk/c/{key}/news", params={"after": after}, headers=SCRIPT)

    assert "first words" in news.json()["lines"]


def test_likely_articles_are_offered_before_anybody_searches(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.queued(MISSED_BIN))
    with open_desk.sign_in() as browser:
        page = browser.get(f"/desk/c/{key}").text

    assert "Likely for this conversation:" in page
    assert 'data-article="missed-bin"' in page


def test_searching_and_inserting_work_without_a_script(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.queued(MISSED_BIN))
    with open_desk.sign_in() as browser:
        open_desk.send(browser, f"/desk/c/{key}/take")
        found = browser.get(f"/desk/c/{key}", params={"q": "sofa waste"}).text
        page = browser.get(f"/desk/c/{key}?article=bulky-waste").text

    assert 'data-article="bulky-waste"' in found
    assert "We can take large things away." in page
    assert 'name="article" value="bulky-waste"' in page


@pytest.mark.parametrize("slug", ["never-written", "..%2F..%2Fetc", "%00", "A" * 200])
def test_an_article_that_may_not_be_served_is_not_found(open_desk: Desk, slug: str) -> None:
    key = open_desk.do(open_desk.floor.open())
    with open_desk.sign_in() as browser:
        answer = browser.get(f"/desk/c/{key}/articles/{slug}", headers=SCRIPT)

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"/desk/c/{NOWHERE}",
        f"/desk/c/{NOWHERE}/news",
        f"/desk/c/{NOWHERE}/close",
        "/desk/c/1",
        "/desk/c/%00",
        "/desk/c/%ff%fe",
        "/desk/nothing/here",
        "/desk/static/0/../desk.py",
        "/desk/static/0/desk.py",
    ],
)
def test_what_is_not_there_is_not_found(open_desk: Desk, path: str) -> None:
    with open_desk.sign_in() as browser:
        assert browser.get(path).status_code == 404


def test_pages_run_no_script_but_ours(open_desk: Desk) -> None:
    with open_desk.sign_in() as browser:
        for path in ("/desk", "/desk/sign-in", "/desk/nothing"):
            headers = browser.get(path).headers
            assert "location" not in headers or path == "/desk/sign-in"
            assert headers["content-security-policy"] == POLICY
            assert headers["cache-control"] == "no-store"
            assert headers["x-content-type-options"] == "nosniff"


def test_files_may_be_kept_for_good_because_their_address_changes(open_desk: Desk) -> None:
    with open_desk.sign_in() as browser:
        address = browser.get("/desk").text.split('<script type="module" src="')[1].split('"')[0]
        file = browser.get(address)
        old = browser.get("/desk/static/000000000000/desk.css")

    assert file.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in file.headers["cache-control"]
    assert old.headers["cache-control"] == "no-cache"


def test_the_script_hears_who_calls_and_when_the_session_ends(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.queued(MISSED_BIN))
    with open_desk.sign_in() as browser:
        open_desk.pass_time(minutes=10)
        said = browser.get("/desk/list?list=mine", headers=SCRIPT).json()

    row = {"conversation": key, "title": "Missed bin", "state": "waiting", "urgent": ""}
    assert said["calling"] == [row]
    assert said["ends_in"] == 20 * 60
    assert said["may_extend"] is True


def test_an_emergency_stands_first_and_says_so_in_words(open_desk: Desk) -> None:
    open_desk.do(open_desk.floor.queued(MISSED_BIN))
    open_desk.pass_time(minutes=5)
    gas = Handover(Reason.URGENT, wants="Smell of gas", urgent="gas-smell")
    key = open_desk.do(open_desk.floor.queued(gas))
    with open_desk.sign_in() as browser:
        said = browser.get("/desk/list?list=queue", headers=SCRIPT).json()
        opened = browser.get(f"/desk/c/{key}").text

    assert [row["urgent"] for row in said["calling"]] == ["Smell of gas", ""]
    assert said["html"].index("<b>Urgent</b> Smell of gas") < said["html"].index("Missed bin")
    assert "longest" in said["html"]
    assert '<span class="urgent-tag">Urgent</span> Smell of gas' in opened
    assert "<b>Urgent: Smell of gas.</b>" in opened


@pytest.mark.parametrize("name", ["", "nonsense", "\x00"])
def test_a_list_that_there_is_not_is_the_queue(open_desk: Desk, name: str) -> None:
    with open_desk.sign_in() as browser:
        said: httpx.Response = browser.get("/desk/list", params={"list": name}, headers=SCRIPT)

    assert 'aria-label="Queue"' in said.json()["html"]


async def _resident(desk: Desk, key: str, text: str) -> None:
    desk.floor.tell(key, Speaker.RESIDENT, text)
