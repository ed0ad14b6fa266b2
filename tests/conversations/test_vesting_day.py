"""The same twenty questions, in people's words, the day before, on the day and a month after."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.rasa_bot import RasaBot
from tests.conversations.talk import Talk

EVE, DAY, MONTH = date(2027, 3, 31), date(2027, 4, 1), date(2027, 5, 1)
DISTRICT = {
    "how much does a garden waste bin cost": "garden-waste",
    "when is my bin day": "bin-collection-day",
    "how do I pay my council tax": "council-tax-pay",
    "what discount do I get if I live alone": "single-person-discount",
    "how much is it to take away an old sofa": "bulky-waste",
    "how do I join the housing register": "housing-register",
    "how do I apply for planning permission": "planning-apply",
    "what do you charge to get rid of rats": "pest-control",
    "how do I register to vote": "register-to-vote",
    "how long is the wait for an allotment": "allotments",
}
COUNTY = {
    "how long does it take to mend a pothole": "pothole",
    "who mends the street lights": "street-light",
    "how do I get a blue badge": "blue-badge",
    "how do I join the library": "library-join",
    "when do I apply for a primary school place": "primary-school-place",
    "how do I register the birth of my baby": "register-birth",
    "how do I ask for a care needs assessment for my mum": "adult-social-care",
}
EVERY = {
    "how do I make a freedom of information request": "freedom-of-information",
    "how can I pay a bill online": "pay-online",
    "what are your opening hours": "opening-hours-contact",
}
EAST = "East Wenshire Council"


class Clock:
    """The day, as a test sets it."""

    day = EVE

    def __call__(self) -> date:
        return self.day


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def moved(bot: RasaBot, clock: Clock) -> RasaBot:
    """The real bot, whose clock can be moved while it runs."""
    return RasaBot(bot._parts, clock)


async def ask_all(bot: RasaBot, door: str) -> tuple[dict[str, str], list[str]]:
    """Ask in one conversation, from XA1 8AA; return the council that answered each question's
    topic, and all that was said."""
    talk = Talk(bot, door=door, id=f"{door}-vesting")
    await talk.say("which council am I in, my postcode is XA1 8AA")
    answered, said = {}, []
    for words in (*DISTRICT, *COUNTY, *EVERY):
        await talk.say(words)
        said.append(talk.text)
        sources = [reply.source for reply in talk.turns[-1].replies if reply.source]
        assert sources, f"{words}: {talk.text}"
        answered[sources[0].article] = sources[0].responsible
    return answered, said


@pytest.mark.parametrize(
    ("day", "door", "district", "county", "own"),
    [
        pytest.param(
            EVE,
            "ashcombe",
            "Ashcombe Borough Council",
            "Wenshire County Council",
            "Ashcombe Borough Council",
            id="the day before, at the district",
        ),
        pytest.param(
            EVE,
            "wenshire",
            "Ashcombe Borough Council",
            "Wenshire County Council",
            "Wenshire County Council",
            id="the day before, at the county",
        ),
        pytest.param(DAY, "ashcombe", EAST, EAST, EAST, id="on the day, at the old district"),
        pytest.param(DAY, "wenshire", EAST, EAST, EAST, id="on the day, at the old county"),
        pytest.param(DAY, "east-wenshire", EAST, EAST, EAST, id="on the day, at the new council"),
        pytest.param(MONTH, "ashcombe", EAST, EAST, EAST, id="a month after, at the old district"),
        pytest.param(MONTH, "east-wenshire", EAST, EAST, EAST, id="a month after, at the new one"),
    ],
)
async def test_twenty_questions_are_answered_by_the_right_council(
    moved: RasaBot, clock: Clock, day: date, door: str, district: str, county: str, own: str
) -> None:
    clock.day = day

    answered, said = await ask_all(moved, door)

    assert answered == {
        **dict.fromkeys(DISTRICT.values(), district),
        **dict.fromkeys(COUNTY.values(), county),
        **dict.fromkeys(EVERY.values(), own),
    }
    # What changes is told, and each council tells it once.
    told = [text for text in said if "1 April 2027" in text]
    assert len(told) == len({district, county, own})


async def test_a_conversation_that_goes_on_over_midnight_changes_its_council(
    moved: RasaBot, clock: Clock
) -> None:
    clock.day = EVE
    talk = Talk(moved, id="midnight")
    await talk.say("how do I pay my council tax, I live at XA1 8AA")
    assert "ashcombe.example" in talk.text

    clock.day = DAY
    await talk.say("how much does a garden waste bin cost")

    assert "eastwenshire.example" in talk.text
    assert "took over" in talk.text


async def test_the_old_countys_door_asks_where_somebody_lives_and_remembers_it(
    moved: RasaBot, clock: Clock
) -> None:
    clock.day = DAY
    talk = Talk(moved, door="wenshire", id="split")

    await talk.say("how long does it take to mend a pothole")
    assert "What is your postcode?" in talk.text
    await talk.say("XA3 1EF")
    assert "westwenshire.example" in talk.text
    await talk.say("how do I get a blue badge")
    assert "westwenshire.example" in talk.text
