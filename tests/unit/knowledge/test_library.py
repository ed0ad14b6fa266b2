"""One place for everything that may be said, and nothing that may not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.authorities import load_authorities
from knowledge.base import Article, KnowledgeBase
from knowledge.cache import EmbeddingCache
from knowledge.embedding import Vectors, load_encoder
from knowledge.library import Library, open_library
from knowledge.places import load_gazetteer
from tests.unit.knowledge.conftest import TODAY


def shelf(*articles: Article, today: Callable[[], date] = lambda: TODAY) -> Library:
    return Library(
        articles=articles,
        services=(),
        authorities=load_authorities(),
        gazetteer=load_gazetteer(),
        embed=lambda texts: load_encoder().encode(texts),
        today=today,
    )


def test_is_a_knowledge_base(library: Library) -> None:
    base: KnowledgeBase = library
    assert base.article("pothole").title == "Report a pothole"
    assert base.search("there is a hole in the road")[0].slug == "pothole"


def test_an_article_and_its_service_are_one_topic(library: Library) -> None:
    found = library.topics("report a missed bin")
    assert [f.slug for f in found].count("missed-bin") == 1
    assert (found[0].slug, found[0].kind, found[0].sure) == ("missed-bin", "service", True)
    assert library.service("missed-bin").title == library.article("missed-bin").title


def test_an_embedding_that_was_made_before_gives_the_same(library: Library) -> None:
    question = "when is my bin day"
    embedding = load_encoder().encode([question])[0]
    assert library.topics(question, embedding) == library.topics(question)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("", id="nothing"),
        pytest.param("  \n ", id="only spaces"),
        pytest.param("asdf qwer zxcv", id="no words"),
        pytest.param("💡🚲", id="only pictures"),
    ],
)
def test_finds_nothing_in_nothing(library: Library, question: str) -> None:
    assert list(library.search(question)) == []


def test_gives_no_more_than_asked_for(library: Library) -> None:
    assert len(library.search("council tax", limit=2)) == 2
    assert not any(found.sure for found in library.search("council tax", limit=3)[1:])


def test_an_article_past_its_date_is_not_served_from_the_day_after(library: Library) -> None:
    article = library.article("pothole")
    day = article.valid_until
    short_lived = shelf(article, today=lambda: day)
    assert short_lived.article("pothole") == article
    assert [f.slug for f in short_lived.search("report a pothole")] == ["pothole"]

    day = date(2099, 1, 1)
    assert short_lived.articles() == ()
    assert list(short_lived.search("report a pothole")) == []
    with pytest.raises(KeyError):
        short_lived.article("pothole")


def test_an_article_without_an_owner_is_not_served(library: Library) -> None:
    orphan = shelf(replace(library.article("pothole"), owner=" "))
    assert orphan.articles() == ()
    with pytest.raises(KeyError):
        orphan.article("pothole")


def test_what_another_council_offers_is_left_out(library: Library) -> None:
    local = shelf(replace(library.article("pothole"), authority="ashcombe"))
    assert [f.slug for f in local.search("report a pothole", place="ashcombe")] == ["pothole"]
    assert list(local.search("report a pothole", place="kelmarsh")) == []
    assert [f.slug for f in local.search("report a pothole")] == ["pothole"]


def test_an_unknown_topic_is_a_key_error(library: Library) -> None:
    with pytest.raises(KeyError):
        library.article("moon-rockets")
    with pytest.raises(KeyError):
        library.service("moon-rockets")


def test_knows_the_words_that_are_spelled_right(library: Library) -> None:
    words = library.words()
    assert {"fernleigh", "pothole", "caddy", "wenshire", "recycling", "homefinder"} <= words
    assert "recyclin" not in words  # someone's misspelling, in an `ask`


def test_an_empty_library_finds_nothing() -> None:
    assert list(shelf().search("report a pothole")) == []


class Counting:
    """An encoder that counts what it is asked for."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return np.array([[len(t)] * 384 for t in texts], dtype=np.float32)


def test_what_was_embedded_before_is_not_embedded_again(tmp_path: Path) -> None:
    encoder = Counting()
    file = tmp_path / "var" / "index.npz"
    first = EmbeddingCache(file, "m1", encoder).embed(["a", "bb", "a"])
    again = EmbeddingCache(file, "m1", encoder).embed(["bb", "ccc", "a"])
    assert encoder.texts == ["a", "bb", "ccc"]
    assert (first[0] == again[2]).all()
    assert [p.name for p in file.parent.iterdir()] == ["index.npz"]


def test_another_model_does_not_reuse_embeddings(tmp_path: Path) -> None:
    encoder = Counting()
    EmbeddingCache(tmp_path / "index.npz", "m1", encoder).embed(["a"])
    EmbeddingCache(tmp_path / "index.npz", "m2", encoder).embed(["a"])
    assert encoder.texts == ["a", "a"]


def test_a_damaged_cache_is_as_good_as_none(tmp_path: Path) -> None:
    file = tmp_path / "index.npz"
    file.write_bytes(b"PK\x03\x04 half a file")
    assert EmbeddingCache(file, "m1", Counting()).embed(["a"]).shape == (1, 384)
    assert EmbeddingCache(file, "m1", Counting()).embed(["a"]).shape == (1, 384)


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    in_the_way = tmp_path / "var"
    in_the_way.write_text("a file where a folder should be")
    assert EmbeddingCache(in_the_way / "index.npz", "m1", Counting()).embed(["a"]).shape[0] == 1


def test_the_library_is_opened_once(tmp_path: Path) -> None:
    cache = tmp_path / "index.npz"
    assert open_library(cache=cache) is open_library(cache=cache)
    assert not cache.exists()  # nothing is embedded before it is asked for


def test_many_processes_may_open_it_at_once(tmp_path: Path) -> None:
    file = tmp_path / "index.npz"
    texts = [f"text {n}" for n in range(50)]
    expected = Counting()(texts)

    def embed(_: int) -> Vectors:
        return EmbeddingCache(file, "m1", Counting()).embed(texts)

    with ThreadPoolExecutor(8) as pool:
        assert all((rows == expected).all() for rows in pool.map(embed, range(40)))
    assert [p.name for p in tmp_path.iterdir()] == ["index.npz"]
