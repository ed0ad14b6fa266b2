"""What became of a request is told to who made it, or has its reference; nobody guesses one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

import pytest

from actions.heard import About, Heard, Need
from actions.meant import aside
from actions.memory import Memory
from actions.needs import answer_both
from actions.outcome import Outcome
from actions.person import hand_over
from actions.place import Place
from actions.rate import Rate
from actions.track import EXAMPLE, MOST_SHOWN, MOST_UNKNOWN, Track, follows_on
from knowledge.book import EmptyBook, Progress, reading
from knowledge.library import open_library
from knowledge.references import is_right, new_reference
from knowledge.requests import DONE, IN_PROGRESS, NOT_DONE, RECEIVED, STATUS, Event, Filed

LIBRARY = open_library()
TODAY = date(2026, 11, 21)
HEARD = Heard("any news?", "track", TODAY, "ashcombe", key="c:9")
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=timezone.utc)
MINE, THEIRS, NOBODYS = new_reference(), new_reference(), new_reference()
BIN = Filed(
    reference=MINE,
    service="missed-bin",
    authority="ashcombe",
    fields={"address": "22 Heath Road"},
    status=RECEIVED,
    received_at=FRIDAY,
    changed_at=FRIDAY,
)
ABOUT_BINS = About("missed-bin", "Report a missed bin", True, "service", 1.0)
ABOUT_ROADS = About("pothole", "Report a pothole", True, "article", 0.9)


@dataclass
class Fake(EmptyBook):
    """A book of one person's requests and of others'. `asked` are the references looked up."""

    mine: Sequence[Progress] = ()
    others: Sequence[Progress] = ()

    def __post_init__(self) -> None:
        self.asked: list[str] = []

    def progress(self, reference: str) -> Progress | None:
        self.asked.append(reference)
        those = [*self.mine, *self.others]
        return next((one for one in those if one.filed.reference == reference), None)

    def own(self) -> Sequence[Progress]:
        return self.mine


@pytest.fixture
def book() -> Iterator[Fake]:
    """Ada's one request, and one of somebody else."""
    other = Progress(replace(BIN, reference=THEIRS, fields={}))
    made = Fake([Progress(BIN, own=True)], [other])
    with reading(made):
        yield made


def track(text: str, memory: Memory = Memory(), **more: object) -> Outcome:  # noqa: B008 - frozen
    heard = replace(HEARD, text=text, **more)  # type: ignore[arg-type]  # fields by name
    return Track().decide(heard, memory, LIBRARY)


def said(outcome: Outcome) -> list[str]:
    return [line.response for line in outcome.lines if line.response]


def value(outcome: Outcome, name: str) -> list[str]:
    return [line.values[name] for line in outcome.lines if name in line.values]


def pressed(outcome: Outcome) -> list[tuple[str, str]]:
    return [choice for line in outcome.lines for choice in line.choices]


@pytest.mark.usefixtures("book")
def test_the_only_request_of_the_person_is_told() -> None:
    outcome = track("any news?")
    assert said(outcome) == [
        "utter_progress_received",
        "utter_progress_open",
        "utter_another_request",
    ]
    assert value(outcome, "title") == ["Report a missed bin"]
    assert value(outcome, "reference") == [MINE]
    assert value(outcome, "received") == ["Friday 20 November"]


@pytest.mark.usefixtures("book")
def test_a_reference_in_the_message_is_told_of() -> None:
    outcome = track(f"hi, whats going on with {THEIRS.lower()}?")
    assert value(outcome, "reference") == [THEIRS]
    assert outcome.memory.tracked == {"reference": THEIRS, "service": "missed-bin"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"status": RECEIVED}, ["received", "open"], id="received"),
        pytest.param(
            {"status": IN_PROGRESS, "due_on": date(2026, 11, 24)},
            ["in_progress", "due"],
            id="by when",
        ),
        pytest.param(
            {"status": RECEIVED, "due_on": date(2026, 11, 20)}, ["received", "late"], id="late"
        ),
        pytest.param(
            {"status": RECEIVED, "due_on": TODAY}, ["received", "due"], id="due today is not late"
        ),
        pytest.param(
            {"status": DONE, "closed_at": FRIDAY, "due_on": date(2026, 11, 20)},
            ["done", "closed"],
            id="done",
        ),
        pytest.param({"status": NOT_DONE, "closed_at": FRIDAY}, ["not_done", "closed"], id="not"),
        pytest.param(
            {"status": RECEIVED, "updates": True}, ["received", "open", "updates"], id="updates"
        ),
        pytest.param(
            {"status": DONE, "updates": True, "closed_at": FRIDAY},
            ["done", "closed"],
            id="no more updates of what is done",
        ),
        pytest.param(
            {"authority": "wenshire"}, ["received", "whose", "open"], id="another council's"
        ),
    ],
)
def test_tells_where_it_stands(changed: dict[str, object], expected: list[str]) -> None:
    filed = replace(BIN, **changed)  # type: ignore[arg-type]  # fields by name
    with reading(Fake([Progress(filed, own=True)])):
        outcome = track(MINE)
    assert said(outcome)[:-1] == [f"utter_progress_{name}" for name in expected]


def test_tells_what_the_team_wrote_last() -> None:
    events = (
        Event(FRIDAY, STATUS, RECEIVED, shown=True),
        Event(FRIDAY, STATUS, IN_PROGRESS, "We come on *Monday*.", "priya", True),
        Event(FRIDAY + timedelta(days=1), STATUS, RECEIVED, "", "priya", True),
    )
    with reading(Fake([Progress(BIN, events, own=True)])):
        outcome = track("any news?")
    assert value(outcome, "words") == ["We come on Monday ."]
    assert value(outcome, "day") == ["Friday 20 November"]


@pytest.mark.usefixtures("book")
def test_nothing_is_promised_to_who_only_has_the_reference(book: Fake) -> None:
    book.others = [Progress(replace(BIN, reference=THEIRS, updates=True))]
    assert "utter_progress_updates" not in said(track(THEIRS))


def test_several_requests_are_choices_the_open_ones_first() -> None:
    pothole, old = new_reference(), new_reference()
    mine = [
        Progress(replace(BIN, reference=old, status=DONE, closed_at=FRIDAY), own=True),
        Progress(BIN, own=True),
        Progress(replace(BIN, reference=pothole, service="gone-service"), own=True),
    ]
    with reading(Fake(mine)):
        outcome = track("any news?")
    assert said(outcome) == ["utter_which_request", "utter_not_listed"]
    labels = [label for label, _ in pressed(outcome)]
    assert labels == [
        f"Report a missed bin, Friday 20 November, {MINE}",
        "Gone service, Friday 20 November",
        f"Report a missed bin, Friday 20 November, {old}",
    ]
    with reading(Fake(mine)):
        chosen = track("", is_choice=True, chosen={"reference": pothole})
    assert value(chosen, "reference") == [pothole]


def test_only_the_latest_few_are_offered() -> None:
    mine = [Progress(replace(BIN, reference=new_reference()), own=True) for _ in range(9)]
    with reading(Fake(mine)):
        assert len(pressed(track("any news?"))) == MOST_SHOWN


@pytest.mark.parametrize(
    ("text", "intent", "told"),
    [
        pytest.param("the missed bin one", "request", True, id="one of them, by its name"),
        pytest.param("report a missed bin", "request", False, id="a new one"),
        pytest.param("how long do missed bins take", "ask", False, id="a question"),
    ],
)
def test_one_of_several_can_be_named(text: str, intent: str, told: bool) -> None:
    light = Progress(replace(BIN, reference=new_reference(), service="street-light"), own=True)
    with reading(Fake([light, Progress(BIN, own=True)])):
        asked = track("any news?")
        outcome = track(text, asked.memory, intent=intent, topics=(ABOUT_BINS,))
    assert (MINE in value(outcome, "reference")) is told


@pytest.mark.usefixtures("book")
def test_a_postcode_that_was_asked_for_is_asked_for_again() -> None:
    waits = Memory(doing="which_place", asking="bin-collection-day")
    outcome = track("any news of my missed bin?", waits, topics=(ABOUT_BINS,))
    assert said(outcome)[-1] == "utter_which_postcode"
    assert outcome.memory == waits


@pytest.mark.usefixtures("book")
def test_of_two_needs_one_may_be_a_request_of_ones_own() -> None:
    day = About("bin-collection-day", "Bin day", True, "article", 0.9)
    needs = (
        Need("whats happening with my missed bin", "track", (ABOUT_BINS,)),
        Need("when is my bin day", "ask", (day,)),
    )
    heard = replace(HEARD, text=f"{needs[0].text} and {needs[1].text}", needs=needs)
    outcome = answer_both(heard, Memory(), LIBRARY)
    assert outcome is not None
    assert value(outcome, "reference") == [MINE]
    assert outcome.memory.asking == "bin-collection-day"


def test_a_topic_in_the_message_tells_which_is_meant() -> None:
    light = Progress(replace(BIN, reference=new_reference(), service="street-light"), own=True)
    with reading(Fake([light, Progress(BIN, own=True)])):
        outcome = track("whats happening with my missed bin", topics=(ABOUT_BINS,))
    assert value(outcome, "reference") == [MINE]


def test_of_several_of_a_topic_the_only_open_one_is_meant() -> None:
    done = replace(BIN, reference=new_reference(), status=DONE, closed_at=FRIDAY)
    with reading(Fake([Progress(done, own=True), Progress(BIN, own=True)])):
        outcome = track("my missed bin?", topics=(ABOUT_BINS,))
    assert value(outcome, "reference") == [MINE]


@pytest.mark.usefixtures("book")
def test_says_so_when_the_person_has_none_of_what_is_named() -> None:
    outcome = track("and my pothole?", topics=(ABOUT_ROADS,))
    assert said(outcome)[0] == "utter_none_of_that"
    assert [chosen for _, chosen in pressed(outcome)] == [f'/track{{"reference": "{MINE}"}}']


@pytest.mark.usefixtures("book")
def test_another_request_than_the_one_told_can_be_meant() -> None:
    asked = track("", is_choice=True, intent="another_request")
    assert asked.memory.doing == "which_reference"
    assert value(track(THEIRS, asked.memory), "reference") == [THEIRS]


def test_who_has_none_is_asked_for_the_reference_and_then_offered_a_person() -> None:
    with reading(Fake()):
        asked = track("any news?")
        assert said(asked) == ["utter_which_reference"]
        offered = track("no idea", asked.memory, intent="no")
    assert said(offered) == ["utter_no_reference", "utter_offer_person"]
    assert offered.memory.doing == "offer_person"


def test_the_example_of_a_reference_is_nobodys() -> None:
    assert not is_right(EXAMPLE)
    assert len(EXAMPLE) == len(MINE)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(EXAMPLE, id="the last letter"),
        pytest.param("FD-7KR", id="too short"),
        pytest.param("my ref is fd 7KRM-2XHT-99", id="too long"),
    ],
)
def test_a_wrong_reference_is_never_looked_up(book: Fake, wrong: str) -> None:
    outcome = track(wrong)
    assert said(outcome) == ["utter_wrong_reference"]
    assert value(outcome, "example") == [EXAMPLE]
    again = track(wrong, outcome.memory)
    assert said(again) == ["utter_still_no_reference", "utter_offer_person"]
    assert book.asked == []


@pytest.mark.usefixtures("book")
def test_a_right_reference_that_nobody_has_is_not_found() -> None:
    outcome = track(NOBODYS)
    assert said(outcome) == ["utter_unknown_reference"]
    assert outcome.memory.unknown == 1
    assert value(track(MINE, outcome.memory), "reference") == [MINE]


def test_who_guesses_is_left_with_a_person_and_their_own(book: Fake) -> None:
    memory = Memory()
    for _ in range(MOST_UNKNOWN):
        memory = track(new_reference(), replace(memory, doing=None)).memory
    looked_up = len(book.asked)
    outcome = track(THEIRS, memory)
    assert said(outcome) == ["utter_too_many_references", "utter_offer_person"]
    assert value(track(MINE, memory), "reference") == [MINE]
    assert len(book.asked) == looked_up == MOST_UNKNOWN


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        pytest.param({"intent": "person"}, ["utter_person"], id="a person"),
        pytest.param({"intent": "stop"}, ["utter_all_right"], id="stop"),
        pytest.param(
            {"intent": "no", "is_choice": True},
            ["utter_no_reference", "utter_offer_person"],
            id="the choice that there is none",
        ),
    ],
)
def test_the_question_for_a_reference_can_be_left(
    heard: dict[str, object], expected: list[str]
) -> None:
    outcome = track("x", Memory(doing="which_reference"), **heard)
    assert said(outcome) == expected


def test_another_question_is_answered_instead() -> None:
    topic = About("garden-waste", "Garden waste", True, "article", 0.9)
    asking = Memory(doing="which_reference")
    outcome = track("how much is garden waste", asking, intent="ask", topics=(topic,))
    assert outcome.memory.topic == "garden-waste"
    assert outcome.memory.doing is None


def test_a_person_gets_the_reference_that_was_talked_of(book: Fake) -> None:
    memory = track(THEIRS).memory
    outcome = hand_over(replace(HEARD, text="a person please", intent="person"), memory, LIBRARY)
    custom = outcome.lines[-1].custom or {}
    assert custom["handover"]["wants"] == f"Report a missed bin, {THEIRS}"


def test_in_the_middle_of_something_only_what_is_clear_and_ones_own_is_told(book: Fake) -> None:
    asks = replace(HEARD, text="whats happening with my missed bin", topics=(ABOUT_BINS,))
    assert value(Outcome(aside(asks, LIBRARY), Memory()), "reference") == [MINE]
    assert aside(replace(HEARD, text=THEIRS), LIBRARY) == ()
    assert aside(replace(HEARD, text="any news?"), LIBRARY) == ()


class Tracker:
    """As much of Rasa's tracker as a skill reads."""

    sender_id = "c"

    def __init__(self, text: str, intent: str, slots: dict[str, object]) -> None:
        self.latest_message = {"text": text, "intent": {"name": intent, "confidence": 1.0}}
        self._slots = slots

    def get_slot(self, name: str) -> object:
        return self._slots.get(name)


@pytest.mark.parametrize(
    ("text", "intent", "doing", "told"),
    [
        pytest.param(MINE[3:], "out_of_scope", None, True, id="alone, read as nothing"),
        pytest.param(f"missed bin {MINE}", "request", None, True, id="read as a new request"),
        pytest.param(MINE, "track", "which_place", True, id="when a postcode was asked"),
        pytest.param(MINE, "inform", "request", False, id="a form's answer"),
        pytest.param(f"I complain about {MINE}", "complain", None, False, id="a complaint"),
    ],
)
@pytest.mark.usefixtures("book")
async def test_a_reference_is_heard_whatever_the_message_was_read_as(
    text: str, intent: str, doing: str | None, told: bool
) -> None:
    from rasa_sdk.executor import CollectingDispatcher

    heard = CollectingDispatcher()
    tracker = Tracker(text, intent, {"doing": doing})
    await Place().run(heard, tracker, {})
    names = [message["response"] for message in heard.messages]
    assert ("utter_progress_received" in names) is told


@pytest.mark.parametrize(
    ("text", "topic", "expected"),
    [
        pytest.param("and the pothole?", "missed-bin", True, id="and the other"),
        pytest.param("and the pothole?", "garden-waste", False, id="long after"),
        pytest.param("there is a pothole", "missed-bin", False, id="something new"),
        pytest.param("and I want to report a pothole", "missed-bin", False, id="and a new one"),
    ],
)
def test_the_next_one_can_be_asked_for_right_after(text: str, topic: str, expected: bool) -> None:
    pothole = Progress(replace(BIN, reference=new_reference(), service="pothole"), own=True)
    memory = Memory(topic=topic, tracked={"reference": MINE, "service": "missed-bin"})
    heard = replace(HEARD, text=text, intent="request", topics=(ABOUT_ROADS,))
    with reading(Fake([pothole, Progress(BIN, own=True)])):
        assert follows_on(heard, memory, LIBRARY) is expected


DONE_BIN = replace(BIN, status=DONE, closed_at=FRIDAY)
WAITS = Memory(doing="was_it_sorted", tracked={"reference": MINE, "service": "missed-bin"})


def rate(text: str, intent: str, memory: Memory = WAITS, **more: object) -> Outcome:
    heard = replace(HEARD, text=text, intent=intent, **more)  # type: ignore[arg-type]
    with reading(Fake([Progress(DONE_BIN, own=True)], [Progress(replace(BIN, reference=THEIRS))])):
        return Rate().decide(heard, memory, LIBRARY)


def opinion(outcome: Outcome) -> tuple[str, str] | None:
    customs = [line.custom or {} for line in outcome.lines]
    found = [custom["opinion"] for custom in customs if "opinion" in custom]
    assert all(one["reference"] == MINE for one in found)
    return (found[0]["answer"], found[0]["words"]) if found else None


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        pytest.param("yes", "yes", ("yes", ""), id="yes"),
        pytest.param("Yes thanks!", "thank", ("yes", ""), id="yes and thanks"),
        pytest.param(
            "yes it is sorted, brilliant",
            "thank",
            ("yes", "yes it is sorted, brilliant"),
            id="yes in words",
        ),
        pytest.param("nope", "no", ("no", ""), id="no"),
        pytest.param(
            "no they left half of it", "track", ("no", "no they left half of it"), id="no in words"
        ),
        pytest.param("it was fixed badly", "complain", ("no", "it was fixed badly"), id="badly"),
        pytest.param("no thanks", "no", None, id="would rather not say"),
        pytest.param("not sure", "no", None, id="does not know"),
        pytest.param("thanks", "thank", None, id="thanks alone"),
    ],
)
def test_hears_whether_it_was_sorted_out(
    text: str, intent: str, expected: tuple[str, str] | None
) -> None:
    outcome = rate(text, intent)
    assert opinion(outcome) == expected
    assert outcome.memory.doing == ("offer_person" if expected and expected[0] == "no" else None)


def test_what_was_not_sorted_out_goes_to_a_person_with_its_reference() -> None:
    outcome = rate("", "rate", is_choice=True, chosen={"reference": MINE, "value": "no"})
    assert opinion(outcome) == ("no", "")
    assert said(outcome) == ["utter_rated_no", "utter_offer_person"]
    handed = hand_over(replace(HEARD, intent="yes", text="yes"), outcome.memory, LIBRARY)
    assert (handed.lines[-1].custom or {})["handover"]["wants"].endswith(MINE)


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param({"reference": THEIRS, "value": "no"}, id="another person's"),
        pytest.param({"reference": NOBODYS, "value": "no"}, id="nobody's"),
        pytest.param({"reference": MINE, "value": "perhaps"}, id="no answer"),
    ],
)
def test_nobody_answers_for_anybody_else(chosen: dict[str, str]) -> None:
    outcome = rate("", "rate", is_choice=True, chosen=chosen)
    assert opinion(outcome) is None


def test_something_else_may_be_asked_instead() -> None:
    outcome = rate("how is my missed bin getting on", "track", topics=(ABOUT_BINS,))
    assert opinion(outcome) is None
    assert value(outcome, "reference") == [MINE]


def test_an_open_form_goes_on_after_the_answer() -> None:
    form = {"service": "missed-bin", "given": {}, "asking": "postcode", "tries": 0, "heard": ""}
    open_form = Memory(doing="request", request=form)
    choice = {"reference": MINE, "value": "yes"}
    outcome = rate("", "rate", open_form, is_choice=True, chosen=choice)
    assert opinion(outcome) == ("yes", "")
    assert outcome.memory.doing == "request"
    assert outcome.lines[-1].text == LIBRARY.service("missed-bin").field("postcode").prompt
