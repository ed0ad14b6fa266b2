"""Who answers a message."""

from __future__ import annotations

import pytest

from assistant.conversation import Conversation
from assistant.router import STOP_WAITING, Route, route
from channels.messages import Chose, Content, Said
from tests.paths import NOON
from tests.unit.assistant.test_conversation import CLOSED, WAITING, WITH_BOT, WITH_PRIYA

HELLO = Said("Hello")
LEAVE = Chose(STOP_WAITING, "Stop waiting")


@pytest.mark.parametrize(
    ("conversation", "content", "expected"),
    [
        pytest.param(WITH_BOT, HELLO, Route.BOT, id="the bot answers what it keeps"),
        pytest.param(WAITING, HELLO, Route.PERSON, id="the bot is silent while somebody waits"),
        pytest.param(WAITING, LEAVE, Route.BACK_TO_BOT, id="who waits may go back to the bot"),
        pytest.param(
            WITH_PRIYA, HELLO, Route.PERSON, id="the bot is silent while an agent answers"
        ),
        pytest.param(
            WITH_PRIYA, LEAVE, Route.PERSON, id="an old choice does not end an agent's turn"
        ),
        pytest.param(
            WITH_BOT.closed(NOON), HELLO, Route.PERSON, id="the bot is silent once it ended"
        ),
        pytest.param(CLOSED, LEAVE, Route.PERSON, id="a closed conversation is not given back"),
    ],
)
def test_routes(conversation: Conversation, content: Content, expected: Route) -> None:
    assert route(conversation, content) is expected
