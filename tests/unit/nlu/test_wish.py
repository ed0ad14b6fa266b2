"""Who asks for a person is heard, in whatever words; who only speaks of one is not."""

from __future__ import annotations

import pytest

from assistant.nlu.wish import wishes_for_a_person


@pytest.mark.parametrize(
    "text",
    [
        "can I speak to someone please",
        "SPEAK TO A PERSON",
        "put me thru to somebody in housing",
        "pass me to a colleague, this is no use",
        "is there a number where a human picks up",
        "can somebody ring my mum",
        "i want a word with your manager",
        "get me someone who knows about drains",
        "no more bots, I want a person",
        "are any advisers free",
        "could I talk to Mrs Hill in revenues",
        "transfer me",
        "call me back please",
    ],
)
def test_a_wish_for_a_person_is_heard(text: str) -> None:
    assert wishes_for_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "am I talking to a human?",
        "are you a real person",
        "who do I speak to about a dropped kerb",
        "I don't want to talk to a person",
        "nobody called me back",
        "I spoke to a lady last week and she said the bin was on its way",
        "can you send someone to empty my bin",
        "I need to speak to my neighbour about his hedge, do you mediate",
        "how do human resources handle job applications",
        "where can I see people in the council meeting",
    ],
)
def test_what_only_speaks_of_people_is_none(text: str) -> None:
    assert not wishes_for_a_person(text)
