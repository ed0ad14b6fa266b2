"""Whatever somebody does in a form, in whatever order, it ends as it should."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.booking import free_times
from actions.form import ALREADY, CONFIRM, Form, form_from
from actions.heard import About, Heard
from actions.memory import Memory
from actions.outcome import Outcome
from actions.request import Request, start
from knowledge.book import EmptyBook, reading
from knowledge.library import open_library
from knowledge.requests import Filed
from knowledge.requests import Request as Wanted
from knowledge.services import Field, Service

LIBRARY = open_library()
TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
DRIVER = Request()
BIN_DAYS = About("bin-collection-day", "Bin collection days", True, "article", 0.9)


class BusyBook(EmptyBook):
    """In which everything was reported on Friday."""

    def alike(self, request: Wanted, since: datetime, metres: float) -> Sequence[Filed]:
        return [
            Filed("FD-2222-2222", request.service, request.authority, {}, "received", NOON, NOON)
        ]


GOOD = {
    "postcode": ["XA1 8AA", "its xa18aa"],
    "address": ["22", "22 heath road"],
    "date": ["yesterday", "today"],
    "phone": ["07700 900123"],
    "email": ["ada@mail.example"],
    "location": ["outside 14 Mill Lane", "by the old oak"],
    "vehicle": ["AB12 CDE"],
    "money": ["£40"],
    "text": ["It has been like this for weeks", "Ada Lovelace"],
}
BAD = [
    "",
    "???",
    "asdf qwer",
    "99999",
    "XA1 8ZZ",
    "\x00 <b>",
    "tomorrow week",
    "12345678901234567890",
]


@dataclass
class Resident:
    """Somebody who fills in a form. What was lodged, and how the form stood before, is kept."""

    service: Service
    memory: Memory = field(default_factory=Memory)
    number: int = 0
    lodged: list[dict[str, Any]] = field(default_factory=list)

    def begin(self) -> None:
        heard = self.heard("", "request", chosen={"service": self.service.slug})
        self.take(start(heard, self.memory, LIBRARY, self.service), Form(self.service.slug), heard)

    def heard(self, text: str, intent: str, **more: Any) -> Heard:
        self.number += 1
        chosen = "chosen" in more or "photo" in more or "pin" in more
        return Heard(
            text=text,
            intent=intent,
            today=TODAY,
            door="ashcombe",
            key=f"c:{self.number}",
            is_choice=chosen,
            **more,
        )

    @property
    def form(self) -> Form | None:
        return form_from(self.memory.request) if self.memory.request else None

    @property
    def asked(self) -> Field | None:
        form = self.form
        return next((f for f in self.service.fields if form and f.name == form.asking), None)

    def say(self, heard: Heard) -> None:
        before = self.form
        if before is not None:
            self.take(DRIVER.decide(heard, self.memory, LIBRARY), before, heard)

    def take(self, outcome: Outcome, before: Form, heard: Heard) -> None:
        self.memory = Memory(**json.loads(json.dumps(vars(outcome.memory))))
        customs = [line.custom or {} for line in outcome.lines]
        for lodge in (custom["lodge"] for custom in customs if "lodge" in custom):
            assert before.asking == CONFIRM
            assert heard.intent == "yes"
            self.check_whole(lodge, before)
            self.lodged.append(lodge)
        self.check_consistent()
        assert any(line.text or line.response or line.custom for line in outcome.lines)

    def check_consistent(self) -> None:
        form = self.form
        if form is None:
            assert self.memory.doing != "request"
            return
        assert form_from(json.loads(json.dumps(form.as_json()))) == form
        if form.asking in (CONFIRM, ALREADY):
            assert form.missing(self.service) is None
            return
        asked = self.service.field(form.asking)
        assert not form.value(asked.name), f"{asked.name} is known already"
        assert form.applies(asked)
        assert asked.name not in form.skipped

    def check_whole(self, lodge: dict[str, Any], form: Form) -> None:
        for one in self.service.fields:
            if one.required and form.applies(one) and not one.for_council:
                assert form.value(one.name), f"{one.name} is missing"
            if not form.applies(one):
                assert one.name not in lodge["fields"]
            sent = lodge["fields"].get(one.name, "")
            if one.type == "choice" and sent:
                assert set(str(sent).split(",")) <= {o.value for o in one.choices}
        assert lodge["key"]


@st.composite
def moves(draw: st.DrawFn) -> tuple[str, int]:
    kinds = ["good"] * 8 + ["choice"] * 4 + ["bad", "question", "correct", "yes", "yes", "no"]
    kinds += ["stop", "change", "skip", "photo", "pin", "later", "greet", "stale", "track"]
    return draw(st.sampled_from(kinds)), draw(st.integers(0, 50))


def play(resident: Resident, kind: str, number: int) -> None:
    asked, form = resident.asked, resident.form
    if form is None:
        # It is over: whatever comes now must lodge nothing more.
        resident.number += 1
        return
    names = [f.name for f in resident.service.fields]
    some = resident.service.field(names[number % len(names)])
    if kind == "good" and asked is not None:
        resident.say(answer(resident, asked, number))
    elif kind == "choice" and asked is not None:
        resident.say(pressed(resident, asked, number))
    elif kind == "bad":
        resident.say(resident.heard(BAD[number % len(BAD)], "out_of_scope"))
    elif kind == "question":
        resident.say(resident.heard("when is my bin day?", "ask", topics=(BIN_DAYS,)))
    elif kind == "correct":
        words = GOOD.get(some.type, ["something else"])
        said = f"no, the {some.label.lower()} is {words[number % len(words)]}"
        resident.say(resident.heard(said, "change"))
    elif kind in ("yes", "no"):
        resident.say(resident.heard(kind, kind))
    elif kind == "stop" and number % 4 == 0:
        resident.say(resident.heard("stop", "stop"))
    elif kind == "change":
        resident.say(resident.heard("", "change", chosen={"field": some.name}))
    elif kind == "skip":
        resident.say(resident.heard("skip", "out_of_scope"))
    elif kind == "photo":
        resident.say(resident.heard("", "inform", photo="m7"))
    elif kind == "pin":
        resident.say(resident.heard("", "inform", pin=(51.33, -0.27)))
    elif kind == "later":
        resident.say(resident.heard("i will finish this later", "out_of_scope"))
    elif kind == "greet":
        resident.say(resident.heard("hello", "greet"))
    elif kind == "track":
        resident.say(resident.heard("what happened to my report", "track"))
    elif kind == "stale":
        resident.say(pressed(resident, some, number))


def answer(resident: Resident, asked: Field, number: int) -> Heard:
    if asked.type == "choice":
        return resident.heard(asked.choices[number % len(asked.choices)].label, "inform")
    if asked.type == "yes_no":
        word = ("yes", "no")[number % 2]
        return resident.heard(word, word)
    if asked.type == "photo":
        return resident.heard("", "inform", photo="m8")
    if asked.type == "slot":
        form = resident.form or Form(resident.service.slug)
        times = free_times(form, resident.service, resident.heard("", "inform"), LIBRARY)
        value = times[number % len(times)].value if times else ""
        return resident.heard("", "inform", chosen={"field": asked.name, "value": value})
    words = GOOD.get(asked.type, ["something"])
    return resident.heard(words[number % len(words)], "inform")


def pressed(resident: Resident, one: Field, number: int) -> Heard:
    value = "skip"
    if one.type == "choice":
        value = one.choices[number % len(one.choices)].value
    elif one.type == "yes_no":
        value = ("yes", "no")[number % 2]
    return resident.heard("", "inform", chosen={"field": one.name, "value": value})


SERVICES = st.sampled_from(sorted(service.slug for service in LIBRARY.services()))
PLAN = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@PLAN
@given(SERVICES, st.lists(moves(), max_size=30), st.booleans())
def test_any_order_of_anything_ends_in_a_consistent_form(
    slug: str, plan: list[tuple[str, int]], busy: bool
) -> None:
    with reading(BusyBook() if busy else EmptyBook()):
        resident = Resident(LIBRARY.service(slug))
        resident.begin()
        for kind, number in plan:
            play(resident, kind, number)

    assert len(resident.lodged) <= 1
    if resident.lodged:
        assert resident.form is None


@PLAN
@given(SERVICES, st.lists(moves(), max_size=15), st.integers(0, 50))
def test_who_answers_what_is_asked_comes_to_the_end(
    slug: str, plan: list[tuple[str, int]], number: int
) -> None:
    """However muddled it began, each good answer brings the end nearer."""
    resident = Resident(LIBRARY.service(slug))
    resident.begin()
    for kind, n in plan:
        if kind not in ("stop",):
            play(resident, kind, n)
    for _ in range(2 * len(resident.service.fields) + 4):
        form = resident.form
        if form is None or form.asking == CONFIRM:
            break
        play(resident, "good", 2 * number)
    if resident.form is not None:
        resident.say(resident.heard("yes", "yes"))

    stuck = resident.asked is not None and resident.asked.type == "slot"  # nobody gives such times
    assert len(resident.lodged) == 1 or resident.form is None or stuck, resident.form


def test_a_form_that_was_left_too_long_is_cleared_and_said_to_be() -> None:
    resident = Resident(LIBRARY.service("missed-bin"))
    resident.begin()
    heard = resident.heard("XA1 8AA", "inform")
    late = replace(heard, today=TODAY + timedelta(days=resident.service.resume_days + 1))
    outcome = DRIVER.decide(late, resident.memory, LIBRARY)

    assert outcome.lines[0].response == "utter_form_too_old"
    assert outcome.memory.request is None


def test_a_form_that_was_left_until_tomorrow_goes_on() -> None:
    resident = Resident(LIBRARY.service("missed-bin"))
    resident.begin()
    left = DRIVER.decide(
        resident.heard("i'll finish this later", "out_of_scope"), resident.memory, LIBRARY
    )
    tomorrow = replace(resident.heard("XA1 8AA", "inform"), today=TODAY + timedelta(days=1))
    back = DRIVER.decide(tomorrow, left.memory, LIBRARY)

    assert left.lines[0].response == "utter_form_kept"
    assert back.lines[0].response == "utter_welcome_back"
    assert back.memory.request is not None
    assert form_from(back.memory.request).asking == "address"
