"""A worker process with the quick bot, run like a real one."""

from __future__ import annotations

import time

from assistant.bot import DialogueState, Turn
from assistant.conversation import Conversation
from assistant.logs import set_up_logs
from assistant.serving import end_with_parent, work_until_told
from assistant.settings import read_settings
from assistant.wiring import Parts, worker_name
from assistant.worker import Worker
from channels.messages import InboundMessage, Said
from tests.fakes import QuickBot


class FreezingBot(QuickBot):
    """The quick bot; "freeze" makes it so busy that nothing else in its process can run."""

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        if message.content == Said("freeze"):
            time.sleep(600)  # noqa: ASYNC251 - the fault that this bot is for
        return await super().answer(conversation, state, message)


def main() -> None:
    settings = read_settings()
    set_up_logs(settings.environment, settings.log_level)
    end_with_parent()
    parts = Parts(settings)
    worker = Worker(
        parts.store,
        FreezingBot(),
        parts.committer,
        parts.nudges("worker"),
        name=worker_name("1"),
        longest_thought=1.0,
        submit=parts.sending(worker_name("1")).send_one,
    )
    work_until_told(worker, parts.http.aclose)


if __name__ == "__main__":
    main()
