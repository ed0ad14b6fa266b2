"""Moments of life lead to what there is, last, and can be read with ease."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from knowledge.authorities import Authorities
from knowledge.check_life_events import life_event_findings
from knowledge.life_events import LifeEvent, Step
from tests.unit.knowledge.conftest import TODAY

TOPICS = frozenset({"moving-house", "register-to-vote", "passport"})
MOVING = LifeEvent(
    slug="moving-home",
    title="Moving home",
    opening="Moving home is a lot of work.",
    owner="contact",
    reviewed_on=TODAY,
    valid_until=date(2027, 10, 31),
    topics=(
        Step(topic="moving-house", line="Tell us for council tax."),
        Step(topic="register-to-vote", line="Register to vote there, from 16."),
        Step(topic="passport", line="You can keep your passport."),
    ),
    ask=("im moving home",),
)
LONG = " ".join(["go"] * 20)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, [], id="in order"),
        pytest.param({"valid_until": TODAY}, ["(stale)"], id="about to be stale"),
        pytest.param({"valid_until": date(2026, 11, 1)}, ["stale"], id="stale"),
        pytest.param({"reviewed_on": date(2027, 1, 1)}, ["broken"], id="from the future"),
        pytest.param({"opening": f"You {LONG}."}, ["unreadable"], id="a long sentence"),
    ],
)
def test_finds_what_is_wrong(
    councils: Authorities, changed: dict[str, object], expected: Sequence[str]
) -> None:
    event = MOVING.copy(update=changed)
    found = life_event_findings(event, TOPICS, councils.all(), TODAY)
    assert [f"({f.kind})" if f.warns else f.kind for f in found] == expected


def test_every_council_must_have_the_owner(councils: Authorities) -> None:
    event = MOVING.copy(update={"owner": "astronauts"})
    found = list(life_event_findings(event, TOPICS, councils.all(), TODAY))
    assert {f.kind for f in found} == {"ownerless"}
    assert len(found) == len(councils.all())


def test_leads_only_to_what_there_is(councils: Authorities) -> None:
    found = life_event_findings(MOVING, TOPICS - {"passport"}, councils.all(), TODAY)
    assert [str(f) for f in found] == ["life_events/moving-home: topics: there is no passport"]
