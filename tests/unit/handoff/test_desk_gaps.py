"""The page of what we could not answer, and what content officers do about it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy.engine import Connection
from structlog.testing import capture_logs

from handoff.agents import create
from knowledge import drafts, gaps, wordings
from tests.unit.handoff.articles import ask, group_by_word
from tests.unit.handoff.rooms import COVERS, MONDAY, QUICK, Desk

PAGE = "/desk/gaps"
HENS = "hens in my garden, am I allowed to keep them"
SOFA = "sofa to take away, what do I do with large items"


@pytest.fixture
def desk(open_desk: Desk) -> Desk:
    """Hens were asked about three times and a sofa once, at Ashcombe; drains at Thornbridge."""

    def fill(connection: Connection) -> None:
        ask(connection, HENS, MONDAY)
        ask(connection, "hens and a cock?", MONDAY, days=2, outcome="person")
        ask(connection, "hens", MONDAY, days=9)
        ask(connection, SOFA, MONDAY, days=1, outcome="not_helpful", topic="bin-days")
        ask(connection, "drains smell", MONDAY, days=40, authority="thornbridge")
        ask(connection, "elsewhere", MONDAY, authority="kelmarsh")
        group_by_word(connection)

    open_desk.store.now(fill)
    return open_desk


def words_on(page: str) -> list[str]:
    """Return the questions that the page lists, in order."""
    return [
        " ".join(w.split()) for w in re.findall(r'<h3 class="gap-words">“(.*?)”</h3>', page, re.S)
    ]


def number_of(page: str, words: str) -> int:
    found = re.search(rf'/desk/gaps/(\d+)/wording">[^:]*: {re.escape(words)}<', page)
    assert found, words
    return int(found[1])


def test_questions_are_listed_by_how_often_they_were_asked(desk: Desk) -> None:
    with desk.sign_in() as priya:
        page = " ".join(priya.get(PAGE).text.split())

    assert words_on(page) == [HENS, SOFA]
    assert "<b>Asked 3 times</b> in the last 30 days: 2 not answered, 1 ended with a person" in page
    assert "2 in the last 7 days, more than in the 7 before (1)" in page
    assert "Likeliest article: <b>Bin collection days</b>" in page
    assert "last 14 days: 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1" in page


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param("days=180", [HENS, SOFA, "drains smell"], id="longer ago"),
        pytest.param("days=180&council=thornbridge", ["drains smell"], id="one council"),
        pytest.param("council=kelmarsh", [HENS, SOFA], id="a council that is not theirs"),
        pytest.param("outcome=not_helpful", [SOFA], id="one outcome"),
        pytest.param("state=done", [], id="another state"),
        pytest.param("days=x&outcome=y&state=z&skip=-1", [HENS, SOFA], id="nonsense"),
        pytest.param("skip=20", [], id="another page"),
    ],
)
def test_the_list_is_filtered(desk: Desk, asked: str, expected: list[str]) -> None:
    with desk.sign_in() as priya:
        assert words_on(priya.get(f"{PAGE}?{asked}").text) == expected


def test_nothing_to_do_is_said(open_desk: Desk) -> None:
    with open_desk.sign_in() as priya:
        page = priya.get(PAGE).text

    assert "Nothing is open" in page
    assert "None yet." in page


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/1/wording", f"{PAGE}/1/draft", f"{PAGE}/drafts"])
def test_other_agents_are_told_whose_page_it_is(desk: Desk, path: str) -> None:
    with desk.sign_in("sam") as sam:
        answer = sam.get(path)
        desk_page = sam.get("/desk").text

    assert answer.status_code == 403
    assert "This page is for content officers" in answer.text
    assert PAGE not in desk_page


def test_a_content_officer_sees_it(desk: Desk) -> None:
    desk.store.now(
        lambda connection: create(
            connection,
            username="nia",
            first_name="Nia",
            password=desk.password,
            covers=["thornbridge"],
            now=MONDAY,
            role="content",
            hasher=QUICK,
        )
    )
    with desk.sign_in("nia") as nia:
        page = nia.get(f"{PAGE}?days=180").text

    assert words_on(page) == ["drains smell"]
    assert 'href="/desk/gaps" aria-current="page"' in page


def test_a_group_of_another_council_is_not_there(desk: Desk) -> None:
    kelmarsh = desk.store.now(lambda c: gaps.middles(c, "kelmarsh")[0].group)
    with desk.sign_in() as priya:
        answers = [priya.get(f"{PAGE}/{n}/wording") for n in (kelmarsh, 0, 99, 10**12)]
        dismissed = desk.send(priya, f"{PAGE}/{kelmarsh}/dismiss")

    assert {answer.status_code for answer in (*answers, dismissed)} == {404}


def test_a_wording_is_added_to_an_article_and_withdrawn(desk: Desk) -> None:
    with desk.sign_in() as priya, capture_logs() as logs:
        number = number_of(priya.get(PAGE).text, SOFA)
        form = priya.get(f"{PAGE}/{number}/wording").text
        answer = desk.send(
            priya, f"{PAGE}/{number}/wording", words="take  my sofa away", article="bulky-waste"
        )
        page = priya.get(answer.headers["location"]).text
        added = desk.store.now(wordings.by_article)
        done = words_on(priya.get(f"{PAGE}?state=done").text)
        [kept] = desk.store.now(lambda connection: wordings.latest(connection, 9))
        again = desk.send(priya, f"{PAGE}/wordings/{kept.id}/withdraw")
        after = priya.get(again.headers["location"]).text
        twice = desk.send(priya, f"{PAGE}/wordings/{kept.id}/withdraw")

    assert 'value="bin-days" checked' in form
    assert '<option value="Missed bin">' in form
    assert added == {"bulky-waste": ("take my sofa away",)}
    assert "The assistant understands it from now on." in page
    assert "Added by Priya" in page
    assert words_on(page) == [HENS]
    assert done == [SOFA]
    assert "The wording is withdrawn." in after
    assert desk.store.now(wordings.by_article) == {}
    assert twice.status_code == 404
    assert [line["event"] for line in logs if "sofa" in str(line)] == []


def test_an_article_is_chosen_by_its_title(desk: Desk) -> None:
    with desk.sign_in() as priya:
        number = number_of(priya.get(PAGE).text, HENS)
        desk.send(priya, f"{PAGE}/{number}/wording", words="hens", article="bin-days",
                  other="missed BIN")  # fmt: skip

    assert desk.store.now(wordings.by_article) == {"missed-bin": ("hens",)}


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        pytest.param({"words": "ab"}, "Write 3 to 300 characters.", id="too short"),
        pytest.param({"words": "x" * 301}, "Write 3 to 300 characters.", id="too long"),
        pytest.param({"words": "bin at [postcode]"}, "square brackets", id="a mask is left"),
        pytest.param(
            {"words": "When are my bins emptied", "article": "missed-bin"},
            "“Bin collection days” has this wording already.",
            id="another article's",
        ),
        pytest.param(
            {"words": "when are my bins emptied", "article": "bin-days"},
            "This article has this wording already.",
            id="its own already",
        ),
        pytest.param({"words": "hens", "article": ""}, "Choose an article", id="no article"),
        pytest.param({"words": "hens", "other": "Moon rockets"}, "Choose an article", id="unknown"),
    ],
)
def test_a_wording_that_does_not_fit_is_not_added(
    desk: Desk, fields: dict[str, str], fault: str
) -> None:
    with desk.sign_in() as priya:
        number = number_of(priya.get(PAGE).text, HENS)
        sent = {"words": "hens", "article": "bin-days", **fields}
        answer = desk.send(priya, f"{PAGE}/{number}/wording", **sent)

    assert answer.status_code == 400
    assert fault in answer.text
    assert "Nothing was added." in answer.text
    assert desk.store.now(wordings.by_article) == {}


def test_what_another_article_was_given_is_not_given_twice(desk: Desk) -> None:
    desk.store.now(lambda c: wordings.add(c, "missed-bin", "Hens", "sam", MONDAY))
    with desk.sign_in() as priya:
        number = number_of(priya.get(PAGE).text, HENS)
        sent = {"words": "hens", "article": "bin-days"}
        answer = desk.send(priya, f"{PAGE}/{number}/wording", **sent)

    assert answer.status_code == 400
    assert "Another article has this wording." in answer.text


def test_dismissing_can_be_undone(desk: Desk) -> None:
    with desk.sign_in() as priya:
        number = number_of(priya.get(PAGE).text, HENS)
        answer = desk.send(priya, f"{PAGE}/{number}/dismiss")
        page = priya.get(answer.headers["location"]).text
        dismissed = priya.get(f"{PAGE}?state=dismissed").text
        desk.send(priya, f"{PAGE}/{number}/open")
        after = priya.get(PAGE).text

    assert words_on(page) == [SOFA]
    assert f'action="/desk/gaps/{number}/open"' in page
    assert words_on(dismissed) == [HENS]
    assert "Dismissed by Priya" in dismissed
    assert words_on(after) == [HENS, SOFA]


def test_a_draft_is_started_looked_at_downloaded_and_deleted(desk: Desk) -> None:
    fields = {"title": "Keeping hens", "tier": "district", "owner": "planning"}
    with desk.sign_in() as priya:
        number = number_of(priya.get(PAGE).text, HENS)
        form = priya.get(f"{PAGE}/{number}/draft").text
        answer = desk.send(
            priya, f"{PAGE}/{number}/draft", ask=f"{HENS}\n\n hens  and a cock?\nhens", **fields
        )
        place = answer.headers["location"].partition("?")[0]
        page = priya.get(answer.headers["location"]).text
        file = priya.get(f"{place}/keeping-hens.md")
        other = priya.get(f"{place}/other.md")
        listed = priya.get(f"{PAGE}/drafts").text
        question = priya.get(f"{place}/delete").text
        before = desk.store.now(lambda c: len(drafts.listed(c, COVERS, 9)))
        gone = desk.send(priya, f"{place}/delete")
        after = priya.get(gone.headers["location"]).text

    assert HENS in form
    assert "The draft is started." in page
    assert "valid_until: 2027-11-23" in page
    assert file.headers["content-disposition"] == 'attachment; filename="keeping-hens.md"'
    assert f"- {HENS}" in file.text
    assert "- hens and a cock?\n- hens\n" in file.text
    assert other.status_code == 404
    assert "Started by Priya" in listed
    assert "Delete this draft?" in question
    assert before == 1
    assert "There are no drafts." in after


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        pytest.param({"title": "x"}, "Write 3 to 120 characters.", id="no title"),
        pytest.param({"title": "Missed bin"}, "There is an article of this name.", id="there"),
        pytest.param({"tier": "moon"}, "Choose who provides it.", id="no tier"),
        pytest.param({"owner": ""}, "Choose the team", id="no owner"),
        pytest.param({"ask": ""}, "Write one line for each wording", id="no wording"),
        pytest.param({"ask": "at [postcode]"}, "square brackets", id="a mask is left"),
    ],
)
def test_a_draft_that_says_too_little_is_not_started(
    desk: Desk, fields: dict[str, str], fault: str
) -> None:
    sent = {"title": "Hens", "tier": "district", "owner": "planning", "ask": "hens", **fields}
    with desk.sign_in() as priya:
        number = number_of(priya.get(PAGE).text, HENS)
        answer = desk.send(priya, f"{PAGE}/{number}/draft", **sent)

    assert answer.status_code == 400
    assert fault in answer.text
    assert desk.store.now(lambda c: list(drafts.listed(c, COVERS, 9))) == []


def test_a_draft_of_another_council_is_not_there(desk: Desk) -> None:
    begun = drafts.Begun("Hens", "district", "planning", ("hens",))
    number = desk.store.now(lambda c: drafts.add(c, "kelmarsh", begun, "sam", MONDAY))
    with desk.sign_in() as priya:
        answer = priya.get(f"{PAGE}/drafts/{number}")
        listed = priya.get(f"{PAGE}/drafts").text

    assert answer.status_code == 404
    assert "Go back" in answer.text
    assert "There are no drafts." in listed


def test_what_residents_wrote_is_only_text_on_the_page(open_desk: Desk) -> None:
    def fill(connection: Connection) -> None:
        ask(connection, "<script>alert(1)</script> & co", MONDAY)
        group_by_word(connection)

    open_desk.store.now(fill)
    with open_desk.sign_in() as priya:
        page = priya.get(PAGE).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page


def test_a_year_after_the_leap_day_is_a_day() -> None:
    begun = drafts.Begun("Hens", "district", "planning", ("hens",))

    assert "valid_until: 2029-02-28" in drafts.text_of(begun, date(2028, 2, 29))


def test_a_title_that_is_not_quite_one_is_asked_back(desk: Desk) -> None:
    with desk.sign_in() as priya:
        number = number_of(priya.get(PAGE).text, HENS)
        sent = {"words": "hens", "article": "bin-days", "other": "large sofas"}
        answer = desk.send(priya, f"{PAGE}/{number}/wording", **sent)

    assert answer.status_code == 400
    assert 'value="bulky-waste"> Large items: sofas, beds and fridges' in answer.text
