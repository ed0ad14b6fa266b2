"""kill -9 at any step of the path loses nothing and doubles nothing."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from assistant.store import Store
from assistant.tables import inbox, outbox
from knowledge.tables import requests
from tests.databases import sqlite_store
from tests.paths import accept, lines

PEOPLE = 12
MESSAGES = 75
KILLS = 190
REAL_KILLS = 20
CONVERSATION = (
    "hello",
    "how do i get 25% off my council tax, i live alone",
    "you forgot my bin",
    "XA1 9ZZ",
    "XA1 8AA",
    "22 heath road",
    "the green one",
    "how much is a parking permit?",
    "no sorry, it was the blue one",
    "yesterday",
    "yes",
    "thanks, bye",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with sqlite_store(tmp_path) as made:
        yield made


def live(folder: Path, lives: list[str], bot: str = "quick") -> list[str]:
    """Run worker processes one after the other; return how each ended."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.integration.quick_worker",
            bot,
            str(folder),
            str(folder / "platform"),
            *lives,
        ],
        capture_output=True,
        text=True,
        timeout=280,
        check=True,
    )
    return [line.split()[-1] for line in done.stdout.splitlines()]


def random_lives(number: int) -> list[str]:
    """Lives that end at every kind of step. Each is long enough to see its first message through
    (a turn takes about 20 statements), so no message is killed three times and given up."""
    dice = random.Random(2026)  # noqa: S311 - a test's dice
    lives = []
    for _ in range(number):
        kind = dice.choices(["statement", "bot", "send", "sent"], [6, 1, 1, 1])[0]
        lives.append(
            f"{kind}:{dice.randint(60, 140) if kind == 'statement' else dice.randint(2, 4)}"
        )
    return lives


def test_nothing_is_lost_or_doubled_by_190_kills(store: Store, tmp_path: Path) -> None:
    conversations = {}
    for number in range(MESSAGES):
        for person in range(PEOPLE):
            text = f"bin {number}" if number % 5 == 0 else f"m{number}"
            user = f"user{person}"
            conversations[user] = accept(store, text, str(number), user)

    ends = live(tmp_path, [*random_lives(KILLS), "whole"])

    assert Counter(ends[:-1]) == {"killed": KILLS}
    assert ends[-1] == "0"
    with store.read() as connection:
        waiting = connection.execute(sa.select(inbox.c.id).where(inbox.c.handled_at.is_(None)))
        assert waiting.all() == []
        states = connection.execute(sa.select(outbox.c.state)).scalars().all()
        assert Counter(states) == {"sent": PEOPLE * MESSAGES}
        lodged = connection.execute(sa.select(requests.c.key)).scalars().all()
        assert len(lodged) == len(set(lodged)) == PEOPLE * MESSAGES // 5
    taken = [line.split("\t") for line in (tmp_path / "platform").read_text().splitlines()]
    for user, conversation in conversations.items():
        answers = [text for speaker, text in lines(store, conversation) if speaker == "assistant"]
        assert [_number(text) for text in answers] == list(range(MESSAGES))
        assert [text for _, to, text in taken if to == user] == answers


def test_a_message_that_kills_every_worker_ends_in_an_apology(store: Store, tmp_path: Path) -> None:
    conversation = accept(store, "Hello")
    ends = live(tmp_path, ["bot:1", "bot:1", "bot:1", "bot:1"])
    assert ends == ["killed", "killed", "killed", "0"]
    said = [text for speaker, text in lines(store, conversation) if speaker != "resident"]
    assert said[0].startswith("I am sorry.")
    assert said[1].startswith("You are number 1 in the queue.")


def test_the_real_bot_says_the_same_with_20_kills_as_without(model: Path, tmp_path: Path) -> None:
    said = []
    for name, lives in (("calm", []), ("killed", _real_lives())):
        folder = tmp_path / name
        folder.mkdir()
        with sqlite_store(folder) as store:
            conversations = {}
            for number, text in enumerate(CONVERSATION):
                for person in range(5):
                    user = f"user{person}"
                    conversations[user] = accept(store, text, str(number), user)
            ends = live(folder, [*lives, "whole"], bot=str(model))
            assert Counter(ends[:-1]) == ({"killed": REAL_KILLS} if lives else {})
            said.append(
                [_without_references(lines(store, conversations[u])) for u in conversations]
            )
            with store.read() as connection:
                lodged = connection.execute(sa.select(requests.c.key)).scalars().all()
            assert len(lodged) == 5
    assert said[0] == said[1]


def _real_lives() -> list[str]:
    dice = random.Random(11)  # noqa: S311 - a test's dice
    kinds = ["statement", "bot", "send", "sent"]
    return [
        f"{kind}:{dice.randint(50, 80) if kind == 'statement' else 2}"
        for kind in dice.choices(kinds, [6, 1, 1, 1], k=REAL_KILLS)
    ]


def _without_references(said: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """References are drawn, so two runs have others."""
    return [(speaker, re.sub(r"FD-[0-9A-Z]{4}-[0-9A-Z]{4}", "FD", text)) for speaker, text in said]


def _number(answer: str) -> int:
    """Return the number in "echo m7" and in "echo bin 5 under FD-...": which message it answers."""
    return int(answer.removeprefix("echo ").removeprefix("bin ").removeprefix("m").split()[0])
