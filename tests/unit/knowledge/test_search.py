"""The right topic first, and silence about what is none of a council's business."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from knowledge.base import Found
from knowledge.bm25 import Bm25, terms
from knowledge.embedding import load_encoder
from knowledge.library import Library
from knowledge.search import NONE, Search, Topic, probabilities
from knowledge.shortlist import FEW
from knowledge.telling import MOST_PHRASES

HELDOUT = yaml.safe_load((Path(__file__).parent / "heldout.yml").read_text(encoding="utf-8"))

Asked = list[tuple[str, str | None, list[Found]]]


@pytest.fixture(scope="module")
def asked(library: Library) -> dict[str, Asked]:
    """Each held-out question with its topic (None for off topic) and what was found for it."""
    rows: dict[str, Asked] = {
        name: [(q, slug, []) for slug, questions in topics.items() for q in questions]
        if isinstance(topics, dict)
        else [(q, None, []) for q in topics]
        for name, topics in HELDOUT.items()
    }
    for several in rows.values():
        vectors = load_encoder().encode([q for q, _, _ in several])
        for (question, _, found), vector in zip(several, vectors, strict=True):
            found.extend(library.topics(question, vector))
    return rows


def right_first(rows: Asked) -> float:
    return float(np.mean([bool(found) and found[0].slug == slug for _, slug, found in rows]))


def answered(rows: Asked, *, right: bool) -> float:
    """Who asks for a passport and is told who makes them has the right answer, and no council's."""
    return float(
        np.mean(
            [
                bool(found)
                and found[0].sure
                and (found[0].slug == slug) is right
                and (slug is not None or found[0].kind != "elsewhere")
                for _, slug, found in rows
            ]
        )
    )


def test_there_are_enough_questions_and_nobody_wrote_them_into_an_article(
    library: Library, asked: dict[str, Asked]
) -> None:
    written = {ask.lower() for topic in library.index.topics for ask in topic.asks}
    assert {q.lower() for rows in asked.values() for q, _, _ in rows} & written == set()
    assert len(asked["topics"]) >= 290
    assert len(asked["topics_unseen"]) >= 200
    assert min(map(len, HELDOUT["topics_unseen"].values())) >= 2
    assert len(asked["off_topic"]) >= 60
    assert set(HELDOUT["topics"]) == {article.slug for article in library.articles()}


@pytest.mark.parametrize("name", ["topics", "topics_unseen"])
def test_the_right_topic_comes_first(asked: dict[str, Asked], name: str) -> None:
    assert right_first(asked[name]) >= 0.9


@pytest.mark.parametrize("name", ["topics", "topics_unseen"])
def test_the_right_topic_is_among_the_choices(asked: dict[str, Asked], name: str) -> None:
    within = [slug in {f.slug for f in found} for _, slug, found in asked[name]]
    assert np.mean(within) >= 0.97


@pytest.mark.parametrize("name", ["topics", "topics_unseen"])
def test_most_are_answered_without_asking_back(asked: dict[str, Asked], name: str) -> None:
    assert answered(asked[name], right=True) >= 0.65
    assert answered(asked[name], right=False) <= 0.04


@pytest.mark.parametrize("name", ["off_topic", "off_topic_unseen"])
def test_what_is_off_topic_is_hardly_ever_answered(asked: dict[str, Asked], name: str) -> None:
    assert answered(asked[name], right=False) <= 0.05
    ours = [[f for f in found if f.kind != "elsewhere"] for _, _, found in asked[name]]
    assert np.mean([not found for found in ours]) >= 0.5


@pytest.mark.parametrize("name", ["urgent", "urgent_unseen"])
def test_an_emergency_never_gets_an_everyday_answer(
    library: Library, asked: dict[str, Asked], name: str
) -> None:
    urgent = {article.slug for article in library.articles() if article.urgent}
    # What others do about a power cut begins with the same number: 105.
    told = urgent | {"power-cut"}
    everyday = [
        (question, found[0].slug)
        for question, _, found in asked[name]
        if found and found[0].sure and found[0].slug not in told
    ]
    among = [any(f.slug in urgent for f in found) for _, _, found in asked[name]]

    assert set(HELDOUT[name]) == urgent
    assert everyday == []
    assert np.mean(among) >= 0.85


@pytest.mark.parametrize(
    ("said", "slug"),
    [
        pytest.param("bins", None, id="any of six"),
        pytest.param("council tax", None, id="any of eight"),
        pytest.param("tip", "recycling-centre", id="one word, one topic"),
        pytest.param("blue badge", "blue-badge", id="two words, one topic"),
        pytest.param("when are the bins emptied", "bin-collection-day", id="a question"),
    ],
)
def test_a_word_of_many_topics_is_asked_back_about(
    library: Library, said: str, slug: str | None
) -> None:
    found = library.topics(said, load_encoder().encode_one(said))
    assert [one.slug for one in found if one.sure] == ([slug] if slug else [])


@pytest.mark.parametrize(
    ("scores", "most", "least"),
    [
        pytest.param([NONE], 0.5, 0.5, id="as likely as none of them"),
        pytest.param([NONE + 1, NONE], 1.0, 0.99, id="one clearly ahead"),
        pytest.param([NONE + 1, NONE + 1], 0.5, 0.49, id="two as likely"),
        pytest.param([NONE - 1], 0.01, 0.0, id="far below none of them"),
    ],
)
def test_scores_become_probabilities(scores: list[float], most: float, least: float) -> None:
    assert least <= probabilities(scores)[0] <= most


def test_of_no_topics_none_is_found() -> None:
    empty = Search([], load_encoder().encode)
    assert empty.find("bins", load_encoder().encode(["bins"])[0], limit=3) == []


def test_of_very_many_topics_those_on_a_short_list_are_found() -> None:
    dice = np.random.default_rng(1)
    rows = dice.normal(size=(FEW + 1, 384)).astype(np.float32)
    vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    topics = [
        Topic(f"topic-{n}", f"word{n}", "article", "all", f"it says{n}", (f"asked{n}",))
        for n in range(len(vectors))
    ]
    # A passage, its only chunk, its title and its only ask, all with the vector of their topic.
    several = np.concatenate([vectors, vectors, np.repeat(vectors, 2, axis=0)])
    index = Search(topics, lambda texts: several)

    assert len(index.topics) * 2 <= MOST_PHRASES
    for place in (0, 7, FEW):
        found = index.find(f"asked{place}", vectors[place], limit=3)
        assert found[0].slug == f"topic-{place}"


def test_bm25_prefers_rare_words_and_short_passages() -> None:
    words = Bm25(["the bin lorry", "the bin and the bin", "a library card for the library"])
    scores = words.scores("library bin")
    assert scores.argmax() == 2
    assert words.scores("of the and") == pytest.approx([0, 0, 0])
    assert Bm25([]).scores("bin").shape == (0,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Collecting collections", ["collect", "collection"], id="endings"),
        pytest.param("When is my bin's day?", ["bin", "day"], id="what carries no meaning goes"),
        pytest.param("£25 off", ["25", "off"], id="numbers stay"),
    ],
)
def test_reads_the_words_that_carry_meaning(text: str, expected: list[str]) -> None:
    assert terms(text) == expected
