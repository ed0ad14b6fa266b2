"""Each service is asked for, corrected, left and sent, on a page and where only words are shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.form import CONFIRM, Form, form_from
from assistant.rasa_bot import RasaBot
from assistant.read_back import read_back
from channels.messages import Address, Chose, Said
from handoff.handover import Reason
from knowledge.library import open_library
from knowledge.services import Field, Service
from tests.conversations.talk import Talk

LIBRARY = open_library()
SAID: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "services.yml").read_text(encoding="utf-8")
)
ANSWERS = {
    "postcode": "XA1 8AA",
    "address": "22",
    "location": "outside 14 Mill Lane",
    "date": "yesterday",
    "phone": "07700 900123",
    "email": "ada@mail.example",
    "text": "Ada Lovelace",
    "vehicle": "AB12 CDE",
    "money": "£40",
    "photo": "skip",
    "yes_no": "no",
}
QUESTION = "how do i renew my library books?"
MOST = 25
"""Questions after which a form has gone in a circle."""


@dataclass
class Person:
    """Somebody who talks to the bot. Who has only words answers choices by their number."""

    talk: Talk
    service: Service
    by_number: bool

    @property
    def form(self) -> Form | None:
        request = self.talk.state.slots.get("request")
        return form_from(request) if request else None

    @property
    def asked(self) -> Field | None:
        form = self.form
        return next((f for f in self.service.fields if form and f.name == form.asking), None)

    async def say(self, text: str) -> None:
        """Type it; a number is one of the choices that were offered last, as on a telephone."""
        offered = [
            reply.choices for reply in reversed(self.talk.turns[-1].replies) if reply.choices
        ]
        await self.talk.send(read_back(Said(text), offered))

    async def begin(self) -> None:
        """Say what is wanted; where the answer comes first, take its offer to do it here."""
        await self.talk.say(SAID[self.service.slug]["opens"])
        offers = [c for c in self.talk.offered if c.label == "Do it now"]
        if self.form is None and offers:
            await self.talk.send(Chose(offers[0].value, offers[0].label))
        assert self.form is not None, self.talk.text
        assert self.form.service == self.service.slug

    async def answer(self) -> None:
        """Answer what is asked as one would."""
        field, told = self.asked, SAID[self.service.slug].get("answers", {})
        assert field is not None
        if field.type in ("choice", "slot") and (self.by_number or field.name not in told):
            labels = [choice.label.lower() for choice in self.talk.offered]
            place = labels.index(told[field.name]) if told.get(field.name) in labels else 0
            await self.say(str(place + 1) if self.by_number else labels[place])
        elif field.name in told:
            await self.say(told[field.name])
        else:
            await self.say(ANSWERS[field.type])

    async def answer_until(self, name: str) -> None:
        for _ in range(MOST):
            form = self.form
            assert form is not None, self.talk.text
            if form.asking == name:
                return
            await self.answer()
        raise AssertionError(f"{name} was never asked")

    async def answer_until_it_is_strict(self) -> None:
        """Until something is asked that not any words answer."""
        for _ in range(MOST):
            field = self.asked
            assert field is not None, self.talk.text
            if field.required and field.type not in ("text", "location"):
                return
            await self.answer()
        raise AssertionError("anything would do")

    async def send(self) -> None:
        await self.answer_until(CONFIRM)
        await self.say("1" if self.by_number else "yes")


@pytest.fixture(params=["webchat", "twilio"])
def channel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=sorted(SAID))
def person(request: pytest.FixtureRequest, bot: RasaBot, channel: str) -> Person:
    return somebody(bot, request.param, channel)


def somebody(bot: RasaBot, service: str, channel: str, door: str = "ashcombe") -> Person:
    talk = Talk(bot, door=door, sender=Address(channel, "07700 900123"))
    return Person(talk, LIBRARY.service(service), by_number=channel != "webchat")


def test_every_service_is_tried() -> None:
    assert set(SAID) == {service.slug for service in LIBRARY.services()}


async def test_from_the_first_word_to_one_request(person: Person) -> None:
    await person.begin()
    await person.send()

    [request] = person.talk.requests
    assert request.service == person.service.slug
    assert "{{ reference }}" in person.talk.text
    needed = {f.name for f in person.service.fields if f.required and not f.only_if}
    needed -= {f.name for f in person.service.fields if f.for_council or f.type == "slot"}
    assert needed <= set(request.fields)
    assert person.form is None


async def test_several_answers_in_one_message(person: Person) -> None:
    several = SAID[person.service.slug]["several"]
    await person.begin()
    if "asked" in several:
        await person.answer_until(several["asked"])
    await person.say(several["say"])

    form = person.form
    assert form is not None
    shown = {name: given.value for name, given in form.given.items()}
    address = next((f.name for f in person.service.fields if f.type == "address"), "")
    if form.value(address):
        shown[address] = form.given[address].shown
    assert several["fields"].items() <= shown.items(), person.talk.text


async def test_a_correction(person: Person) -> None:
    corrects = SAID[person.service.slug]["corrects"]
    await person.begin()
    await person.answer_until(CONFIRM)
    await person.say(corrects["say"])

    form = person.form
    assert form is not None
    assert form.value(corrects["field"]) == corrects["value"], person.talk.text
    assert "I have changed it" in person.talk.text
    await person.send()
    assert len(person.talk.requests) == 1


async def test_a_question_in_the_middle(person: Person) -> None:
    await person.begin()
    await person.answer()
    before = person.form
    assert before is not None
    await person.say(QUESTION)

    sources = [reply.source.article for reply in person.talk.turns[-1].replies if reply.source]
    assert sources == ["library-renew"]
    assert person.form == before


async def test_a_change_of_mind(person: Person) -> None:
    await person.begin()
    await person.answer()
    await person.say("forget it")

    assert "Nothing was sent" in person.talk.text
    assert person.form is None
    assert not person.talk.requests


async def test_who_cannot_answer_is_offered_a_person_with_the_form_so_far(person: Person) -> None:
    await person.begin()
    await person.answer_until_it_is_strict()
    form = person.form
    assert form is not None
    for _ in range(2):
        await person.say("blah blah blah")
    assert "a person can help" in person.talk.text
    [way] = [c for c in person.talk.offered if c.value == "/person"]
    await person.talk.send(Chose(way.value, way.label))

    [handover] = person.talk.handovers
    assert handover.reason is Reason.ASKED
    assert handover.form == person.service.title
    assert [answered.label for answered in handover.so_far] == [
        person.service.field(name).label for name in form.given
    ]


@pytest.mark.parametrize("slug", sorted(SAID))
async def test_the_council_that_does_it_gets_it(bot: RasaBot, slug: str, channel: str) -> None:
    """Whichever door it is asked at: the county's, for what a district does, and the other way."""
    service = LIBRARY.service(slug)
    door = "ashcombe" if service.tier == "county" else "wenshire"
    person = somebody(bot, slug, channel, door)
    await person.begin()
    await person.send()

    [request] = person.talk.requests
    owner = {"county": "wenshire", "district": "ashcombe", "all": "wenshire"}[service.tier]
    assert request.authority == owner


@pytest.mark.parametrize(
    "slug",
    [s for s in sorted(SAID) if any(f.type == "postcode" for f in LIBRARY.service(s).fields)],
)
async def test_what_others_do_is_not_taken(bot: RasaBot, slug: str, channel: str) -> None:
    """A postcode of nobody's here is told to be so, and nothing is sent."""
    person = somebody(bot, slug, channel, "wenshire")
    await person.begin()
    await person.say("the postcode is ZZ9 9ZZ")

    assert not person.talk.requests
    assert person.form is not None
    assert "ZZ9 9ZZ" not in {given.value for given in person.form.given.values()}
