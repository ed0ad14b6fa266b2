"""Questions that were not answered are kept without who asked, and grouped by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from assistant import gaps as noting
from assistant import inbox
from assistant.bot import LANGUAGE, DialogueState, Turn, Understood
from assistant.chat import Chat
from assistant.chores import Chores
from assistant.conversation import Conversation
from assistant.gaps import QUESTION, Noting, Question, Unhelpful, grouping, noted
from assistant.hub import Hub
from assistant.store import Store
from assistant.turn import Committer
from channels.messages import Address, Choice, Chose, InboundMessage, Reply, Said, Source
from handoff.handover import Handover, Reason
from knowledge import gap_groups, gaps, wordings
from knowledge.embedding import Vectors
from knowledge.gap_groups import Wanted
from knowledge.gaps import Gap
from knowledge.library import open_library
from knowledge.tables import gap_groups as groups_table
from knowledge.tables import gaps as table
from tests.paths import DOOR, NOON, SilentNudges, accept
from tests.unit.assistant.front_door import FrontDoor, Listening
from tests.unit.assistant.test_chat import no_council

DAY = timedelta(days=1)
STATE = DialogueState()
ASKED_BACK = Turn((Reply("Which?"),), STATE, gap=Gap("", "bin-days", "asked_back"))
MISSED = Turn((Reply("Sorry."),), STATE, gap=Gap("", "", "unanswered"))
NO_HELP = Turn((Reply("Sorry."),), STATE, gap=Gap("", "", "not_helpful"))
SMALL_TALK = Turn((Reply("Hello."),), STATE, understood=Understood("greet"))


def answered(article: str) -> Turn:
    source = Source(article, article, "https://x.example", "Ashcombe", date(2026, 11, 1))
    return Turn((Reply("Yes.", source=source),), STATE)


def handed_over(reason: Reason = Reason.ASKED) -> Turn:
    return Turn((Reply("I will ask."),), STATE, handover=Handover(reason))


def talk(*turns: tuple[str, Turn]) -> list[Gap]:
    """Return the gaps that these turns leave, each after what was typed ("" for a choice)."""
    found, question = [], None
    for typed, turn in turns:
        turn = noted(question, turn, typed)
        kept: Any = turn.state.slots.get(QUESTION)
        question = Question(**kept) if kept else None
        if turn.gap is not None:
            found.append(turn.gap)
    return found


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        pytest.param([("hens?", MISSED)], [Gap("hens?", "", "unanswered")], id="no answer"),
        pytest.param([("bins", answered("bin-days"))], [], id="answered"),
        pytest.param([("bins", ASKED_BACK), ("", answered("bin-days"))], [], id="asked back once"),
        pytest.param(
            [("hens at XA1 8AB", ASKED_BACK), ("", MISSED)],
            [Gap("hens at [postcode]", "bin-days", "unanswered")],
            id="none of what was asked back",
        ),
        pytest.param(
            [("hens", ASKED_BACK), ("keeping poultry", MISSED)],
            [Gap("keeping poultry", "", "unanswered")],
            id="asked in other words",
        ),
        pytest.param(
            [("bins", answered("bin-days")), ("that is no help", NO_HELP)],
            [Gap("bins", "bin-days", "not_helpful")],
            id="it did not help",
        ),
        pytest.param(
            [
                ("bins", answered("bin-days")),
                ("no i mean hens", replace(answered("hens"), gap=NO_HELP.gap)),
                ("a person", handed_over()),
            ],
            [
                Gap("bins", "bin-days", "not_helpful"),
                Gap("no i mean hens", "hens", "person"),
            ],
            id="it did not help, and another question was answered",
        ),
        pytest.param(
            [("bins", answered("bin-days")), ("no", NO_HELP), ("no", NO_HELP)],
            [Gap("bins", "bin-days", "not_helpful")],
            id="it did not help, said twice",
        ),
        pytest.param(
            [("bins", answered("bin-days")), ("get me a person", handed_over())],
            [Gap("bins", "bin-days", "person")],
            id="a person after an answer",
        ),
        pytest.param(
            [("hens", MISSED), ("yes", handed_over(Reason.NOT_UNDERSTOOD))],
            [Gap("hens", "", "unanswered"), Gap("hens", "", "person", before="unanswered")],
            id="a person after no answer is the same question",
        ),
        pytest.param([("a person please", handed_over())], [], id="a person and no question"),
        pytest.param(
            [("bins", answered("bin-days")), ("thanks", replace(
                SMALL_TALK, understood=Understood("thank"))), ("a person", handed_over())],
            [],
            id="a person after thanks",
        ),
        pytest.param(
            [("bins", answered("bin-days")), *[("hm", SMALL_TALK)] * 4, ("staff", handed_over())],
            [],
            id="a person long after an answer",
        ),
        pytest.param(
            [("bins", answered("bin-days")), ("oh", handed_over(Reason.FAILED))],
            [],
            id="our own fault",
        ),
        pytest.param([("hello", SMALL_TALK)], [], id="small talk"),
    ],
)  # fmt: skip
def test_what_a_conversation_leaves(turns: list[tuple[str, Turn]], expected: list[Gap]) -> None:
    assert talk(*turns) == expected


class Says:
    """A bot that says the same to everything."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        return self.turn


@pytest.mark.parametrize(
    ("turn", "kept"),
    [
        pytest.param(MISSED, True, id="a question"),
        pytest.param(replace(MISSED, understood=Understood("urgent")), False, id="an emergency"),
        pytest.param(
            replace(answered("gas-smell"), gap=MISSED.gap), False, id="an emergency's article"
        ),
        pytest.param(
            replace(MISSED, state=DialogueState({LANGUAGE: "pl"})), False, id="another language"
        ),
    ],
)
async def test_only_questions_in_english_that_can_wait_are_kept(turn: Turn, kept: bool) -> None:
    bot = Noting(Says(turn), open_library())
    sender = Address("webchat", "v")
    message = InboundMessage(sender, "1", Said("can i keep hens"), NOON)

    said = await bot.answer(Conversation("c", DOOR, sender), DialogueState(), message)

    assert (said.gap is not None) is kept
    assert (QUESTION in said.state.slots) is kept


async def test_what_was_chosen_is_nobodys_words() -> None:
    sender = Address("webchat", "v")
    message = InboundMessage(sender, "1", Chose("/none_of_these", "Something else"), NOON)
    before = DialogueState({QUESTION: vars(Question("can i keep hens"))})

    said = await Noting(Says(MISSED), open_library()).answer(
        Conversation("c", DOOR, sender), before, message
    )

    assert said.gap == Gap("can i keep hens", "", "unanswered")


def rows(store: Store) -> list[tuple[str, str, str, str]]:
    with store.read() as connection:
        found = connection.execute(sa.select(table).order_by(table.c.id))
        return [(row.authority, row.words, row.topic, row.outcome) for row in found]


def keep(store: Store, *words: str, authority: str = DOOR, at: Any = NOON, **gap: str) -> None:
    with store.write() as connection:
        for said in words:
            made = Gap(said, gap.get("topic", ""), gap.get("outcome", "unanswered"))
            gaps.record(connection, authority, made, at)


def test_a_gap_is_committed_with_its_turn(store: Store, committer: Committer) -> None:
    accept(store, "Hello")
    turn = Turn((Reply("Sorry."),), STATE, gap=Gap("hens at XA1 8AB", "", "unanswered"))
    with store.write() as connection:
        work = inbox.claim(connection, "w", NOON)
        assert work is not None
        committer.commit(connection, work, turn, NOON)

    assert rows(store) == [(DOOR, "hens at [postcode]", "", "unanswered")]


def test_a_question_has_one_outcome_the_last(store: Store) -> None:
    keep(store, "hens", "hens", "bees")
    with store.write() as connection:
        later = Gap("hens", "pests", "person", before="unanswered")
        gaps.record(connection, DOOR, later, NOON + timedelta(minutes=1))
        gaps.record(connection, "kelmarsh", later, NOON)
        gaps.record(connection, DOOR, replace(later, before="not_helpful"), NOON)

    assert rows(store) == [
        (DOOR, "hens", "", "unanswered"),
        (DOOR, "hens", "pests", "person"),
        (DOOR, "bees", "", "unanswered"),
        ("kelmarsh", "hens", "pests", "person"),
        (DOOR, "hens", "pests", "person"),
    ]


def test_what_says_nothing_without_its_masks_is_not_kept(store: Store) -> None:
    keep(store, "XA1 8AB", "07700 900123", "??")

    assert rows(store) == []


ANSWERS = {
    "bins": answered("bin-collection-day").replies,
    "gas": answered("gas-smell").replies,
    "menu": (Reply("Which?", choices=(Choice("Bin days", "/ask"),)),),
    "Bin days": answered("bin-collection-day").replies,
}


@pytest.mark.parametrize(
    ("typed", "ratings", "expected"),
    [
        pytest.param(
            ["bins"],
            [False, False, True],
            [(DOOR, "bins", "bin-collection-day", "not_helpful")],
            id="it did not help, said twice and then taken back",
        ),
        pytest.param(["bins"], [True], [], id="it helped"),
        pytest.param(
            ["menu", "Bin days"],
            [False],
            [(DOOR, "menu", "bin-collection-day", "not_helpful")],
            id="what was chosen is not what was asked",
        ),
        pytest.param(["gas"], [False], [], id="an emergency"),
        pytest.param(["hello"], [False], [], id="no answer"),
    ],
)
async def test_an_answer_that_is_marked_as_no_help_leaves_its_question(
    store: Store, typed: list[str], ratings: list[bool], expected: list[tuple[str, str, str, str]]
) -> None:
    door = FrontDoor(store, Listening(ANSWERS))
    for text in typed:
        await door.hear(Address("webchat", "v"), text)
    chat = Chat(
        store,
        Hub(store, SilentNudges()),
        no_council,
        lambda *_: "",
        "Stop waiting",
        door.clock,
        unhelpful=Unhelpful(open_library(), door.clock),
    )
    last = (await chat.view(DOOR, "v")).entries[-1]
    for helpful in ratings:
        assert await chat.rate(DOOR, "v", last.position, helpful)

    assert rows(store) == expected


def embed(texts: Sequence[str]) -> Vectors:
    """The first word is the meaning; the more words, the further from its middle."""
    vectors = np.zeros((len(texts), 384), dtype=np.float32)
    for row, text in zip(vectors, texts, strict=True):
        row[sum(map(ord, text.split()[0])) % 300] = 1
        row[300 + len(text.split())] = 0.1 * len(text.split())
        row /= np.linalg.norm(row)
    return vectors


async def group(store: Store, now: Any = NOON) -> None:
    await grouping(store, embed, lambda: now).do(now - DAY)


def groups(store: Store, **wanted: Any) -> list[gap_groups.Group]:
    with store.read() as connection:
        covers = ("ashcombe", "thornbridge")
        return list(gap_groups.listed(connection, covers, Wanted(**wanted), NOON + DAY / 2).groups)


async def test_questions_that_mean_the_same_stand_together(store: Store) -> None:
    keep(store, "hens", "bees here", "hens in the garden", "hens")
    keep(store, "hens", authority="thornbridge")
    await group(store)
    keep(store, "hens again", outcome="person", topic="pests")
    await group(store)

    found = groups(store)
    assert [(g.authority, g.words, g.count, dict(g.outcomes)) for g in found] == [
        ("ashcombe", "hens", 4, {"unanswered": 3, "person": 1}),
        ("ashcombe", "bees here", 1, {"unanswered": 1}),
        ("thornbridge", "hens", 1, {"unanswered": 1}),
    ]
    assert found[0].topic == "pests"
    assert [e.words for e in found[0].examples] == ["hens again", "hens", "hens in the garden"]
    with store.read() as connection:
        assert gaps.ungrouped(connection) == []


async def test_the_question_nearest_to_the_middle_stands_for_the_group(store: Store) -> None:
    keep(store, "hens one two three four five six seven eight nine")
    await group(store)
    keep(store, *["hens one"] * 3)
    await group(store)

    [found] = groups(store)
    assert (found.words, found.count) == ("hens one", 4)
    with store.read() as connection:
        [middle] = gaps.middles(connection, DOOR)
    assert np.linalg.norm(middle.centre) == pytest.approx(1)


async def test_a_group_opens_again_when_its_question_comes_back(store: Store) -> None:
    keep(store, "hens", "bees")
    await group(store)
    for found in groups(store):
        state = gaps.DONE if found.words == "hens" else gaps.DISMISSED
        with store.write() as connection:
            gap_groups.change(connection, found.id, state, "priya", NOON)
    before = groups(store)
    keep(store, "hens", "bees", at=NOON + timedelta(hours=1))
    await group(store)

    assert before == []
    assert [(found.words, found.count) for found in groups(store)] == [("hens", 2)]
    assert [found.words for found in groups(store, state="dismissed")] == ["bees"]


async def test_many_questions_are_grouped_at_once(
    sqlite: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "BATCH", 7)
    keep(sqlite, *["hens"] * 16, *["bees"] * 4)
    await group(sqlite)

    assert [found.count for found in groups(sqlite)] == [16, 4]


async def test_questions_are_deleted_after_half_a_year_and_empty_groups_with_them(
    store: Store,
) -> None:
    keep(store, "hens", at=NOON - 181 * DAY)
    keep(store, "bees", at=NOON - 179 * DAY)
    await group(store)
    chores = Chores(store, [grouping(store, embed, lambda: NOON)], lambda: NOON)
    await chores.do_one()

    assert [row[1] for row in rows(store)] == ["bees"]
    with store.read() as connection:
        left = connection.execute(sa.select(groups_table.c.words)).scalars().all()
    assert left == ["bees"]


async def test_the_trend_is_of_the_last_fourteen_days(store: Store) -> None:
    for ago in (0, 0, 3, 8, 13, 20):
        keep(store, "hens", at=NOON - ago * DAY)
    await group(store)

    [found] = groups(store)
    assert (found.this_week, found.week_before, found.count) == (3, 2, 6)
    assert found.trend == (1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 2)
    assert found.last_at == NOON


async def test_groups_come_in_pages(sqlite: Store) -> None:
    for number in range(gap_groups.PAGE + 1):
        keep(sqlite, *[chr(65 + number) * 4] * (number + 1))
    await group(sqlite)
    with sqlite.read() as connection:
        first = gap_groups.listed(connection, [DOOR], Wanted(), NOON)
        second = gap_groups.listed(connection, [DOOR], Wanted(skip=gap_groups.PAGE), NOON)

    assert (len(first.groups), first.more) == (gap_groups.PAGE, True)
    assert [(g.words, g.count) for g in second.groups] == [("AAAA", 1)]
    assert second.more is False


def test_wordings_are_added_once_withdrawn_and_added_again(store: Store) -> None:
    def act(work: Any) -> Any:
        with store.write() as connection:
            return work(connection), wordings.mark(connection), wordings.by_article(connection)

    added, first, _ = act(lambda c: wordings.add(c, "pests", "hens", "priya", NOON))
    twice, second, _ = act(lambda c: wordings.add(c, "pests", "hens", "sam", NOON + DAY))
    act(lambda c: wordings.add(c, "pests", "bees", "priya", NOON))
    [bees, hens] = act(lambda c: wordings.latest(c, 9))[0]
    gone, third, left = act(lambda c: wordings.withdraw(c, hens.id, NOON + DAY))
    with pytest.raises(KeyError):
        act(lambda c: wordings.withdraw(c, hens.id, NOON + DAY))
    again, fourth, both = act(lambda c: wordings.add(c, "pests", "hens", "sam", NOON + 2 * DAY))

    assert (added, twice, again) == (True, False, True)
    assert first == second
    assert len({first, third, fourth}) == 3
    assert (gone, bees.words) == (hens, "bees")
    assert left == {"pests": ("bees",)}
    assert both == {"pests": ("hens", "bees")}


def test_wordings_are_exported_as_they_stand_in_the_files(sqlite: Store) -> None:
    with sqlite.write() as connection:
        wordings.add(connection, "pests", "hens: noisy", "priya", NOON)
        wordings.add(connection, "pests", "café rats", "priya", NOON)
        wordings.add(connection, "gone", "old", "priya", NOON)
        written = wordings.export(connection, {"pests"})

    assert written == (
        "# gone: there is no such article any more\n"
        "gone:\n  ask:\n  - old\n"
        "pests:\n  ask:\n  - 'hens: noisy'\n  - café rats\n"
    )
