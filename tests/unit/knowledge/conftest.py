"""What the tests of the knowledge side share: the real content, on one fixed day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.articles import read_articles
from knowledge.authorities import Authorities, load_authorities
from knowledge.elsewhere import Elsewhere
from knowledge.embedding import load_encoder
from knowledge.further import Further
from knowledge.library import CACHE, ROOT, Library
from knowledge.off_topic import read_off_topic
from knowledge.places import Gazetteer, load_gazetteer
from knowledge.reading import read_yaml
from knowledge.services import read_services
from knowledge.tables import metadata

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def library() -> Library:
    """The real articles and services, embedded once for all tests and for what serves them."""
    return Library(
        articles=read_articles(ROOT / "articles"),
        services=read_services(ROOT / "services"),
        authorities=load_authorities(),
        gazetteer=load_gazetteer(),
        embed=lambda texts: load_encoder().encode(texts),
        cache=CACHE,
        today=lambda: TODAY,
        elsewhere=[
            read_yaml(path, Elsewhere) for path in sorted((ROOT / "elsewhere").glob("*.yml"))
        ],
        off_topic=read_off_topic(),
        further=[read_yaml(path, Further) for path in sorted((ROOT / "further").glob("*.yml"))],
    )


@pytest.fixture
def councils() -> Authorities:
    return load_authorities()


@pytest.fixture
def gazetteer() -> Gazetteer:
    return load_gazetteer()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the real content that a test may spoil."""
    for folder in ("articles", "services", "authorities", "languages"):
        (tmp_path / folder).mkdir()
        for file in (ROOT / folder).iterdir():
            (tmp_path / folder / file.name).write_text(file.read_text(encoding="utf-8"))
    return tmp_path


@pytest.fixture
def connection() -> Iterator[Connection]:
    """An empty database with the tables of the knowledge side."""
    engine = sa.create_engine("sqlite://", future=True)
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()
