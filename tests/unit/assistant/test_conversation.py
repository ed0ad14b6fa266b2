"""Who keeps a conversation, and the epoch that rises with each change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.conversation import Conversation, Keeper, WrongTransition
from channels.messages import Address
from tests.paths import NOON

WITH_BOT = Conversation("c", "ashcombe", Address("webchat", "ada"))
WAITING = WITH_BOT.queued()
WITH_PRIYA = WAITING.taken(7, "Priya")
CLOSED = WITH_PRIYA.closed(NOON)


@pytest.mark.parametrize(
    ("before", "change", "keeper"),
    [
        pytest.param(WITH_BOT, lambda c: c.queued(), Keeper.QUEUE, id="the bot asks for a person"),
        pytest.param(
            WAITING, lambda c: c.taken(7, "Priya"), Keeper.AGENT, id="an agent takes one who waits"
        ),
        pytest.param(WITH_BOT, lambda c: c.taken(7, "Priya"), Keeper.AGENT, id="an agent steps in"),
        pytest.param(WITH_PRIYA, lambda c: c.handed_back(), Keeper.BOT, id="an agent hands back"),
        pytest.param(WAITING, lambda c: c.handed_back(), Keeper.BOT, id="a resident stops waiting"),
        pytest.param(WITH_PRIYA, lambda c: c.closed(NOON), Keeper.AGENT, id="an agent closes"),
    ],
)
def test_a_change_of_keeper_raises_the_epoch(
    before: Conversation, change: Callable[[Conversation], Conversation], keeper: Keeper
) -> None:
    after = change(before)
    assert (after.keeper, after.epoch) == (keeper, before.epoch + 1)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda: WAITING.queued(), id="who waits cannot join the queue"),
        pytest.param(lambda: WITH_PRIYA.queued(), id="who has an agent cannot join the queue"),
        pytest.param(lambda: WITH_PRIYA.taken(8, "Sam"), id="a second agent cannot take it"),
        pytest.param(lambda: WITH_BOT.handed_back(), id="the bot has it already"),
        pytest.param(lambda: CLOSED.queued(), id="a closed one cannot join the queue"),
        pytest.param(lambda: CLOSED.taken(8, "Sam"), id="a closed one cannot be taken"),
        pytest.param(lambda: CLOSED.handed_back(), id="a closed one cannot be handed back"),
        pytest.param(lambda: CLOSED.closed(NOON), id="a closed one cannot be closed"),
    ],
)
def test_a_wrong_change_is_refused(change: Callable[[], Conversation]) -> None:
    with pytest.raises(WrongTransition):
        change()


def test_handing_back_forgets_the_agent() -> None:
    assert (WITH_PRIYA.handed_back().agent, WITH_PRIYA.handed_back().agent_name) == (None, "")
