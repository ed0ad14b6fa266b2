"""One Markdown file is one article, or a fault that names file and field."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.articles import read_article
from knowledge.base import Article
from knowledge.reading import BadContent

WRITTEN = """---
title: Allotments
subject: allotments
tier: district
lgsl: 510
owner: parks
sources:
  - {title: "Allotments Act 1950", url: "https://www.legislation.gov.uk/ukpga/Geo6/14/31"}
reviewed_on: 2026-11-01
valid_until: 2027-10-31
short: Ask for an allotment at {{ links.allotments }}
ask:
  - somewhere to grow veg
---
Ask for an **allotment**.

---
We have few.
"""


def test_reads_an_article(tmp_path: Path) -> None:
    file = tmp_path / "allotments.md"
    file.write_text(WRITTEN)
    assert read_article(file) == Article(
        slug="allotments",
        title="Allotments",
        subject="allotments",
        tier="district",
        authority="all",
        owner="parks",
        lgsl=510,
        audience=("resident",),
        life_events=(),
        sources=(("Allotments Act 1950", "https://www.legislation.gov.uk/ukpga/Geo6/14/31"),),
        reviewed_on=date(2026, 11, 1),
        valid_until=date(2027, 10, 31),
        related=(),
        service=None,
        short="Ask for an allotment at {{ links.allotments }}",
        ask=("somewhere to grow veg",),
        body="Ask for an **allotment**.\n\n---\nWe have few.",
    )


def test_an_article_says_that_it_cannot_wait(tmp_path: Path) -> None:
    file = tmp_path / "allotments.md"
    file.write_text(WRITTEN.replace("short:", "urgent: true\nshort:", 1))
    assert read_article(file).urgent


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        pytest.param("tier: district", "tier: parish", "allotments.md: tier:", id="tier"),
        pytest.param("valid_until: 2027-10-31", "valid_until: soon", "valid_until:", id="date"),
        pytest.param("owner: parks\n", "", "owner: field required", id="no owner"),
        pytest.param("https://www.leg", "www.leg", "sources.0.url:", id="a source's address"),
        pytest.param("subject:", "sbject:", "sbject: extra fields", id="misspelled field"),
        pytest.param("title: Allotments", "title: [", "cannot be read", id="not yaml"),
        pytest.param("---\ntitle", "title", "two lines of ---", id="no fields"),
    ],
)
def test_a_mistake_names_the_file_and_the_field(
    tmp_path: Path, written: str, instead: str, fault: str
) -> None:
    file = tmp_path / "allotments.md"
    file.write_text(WRITTEN.replace(written, instead, 1))
    with pytest.raises(BadContent, match=r"allotments\.md") as raised:
        read_article(file)
    assert fault in str(raised.value)


def test_an_article_that_says_nothing_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "allotments.md"
    file.write_text(WRITTEN.split("Ask for an **")[0])
    with pytest.raises(BadContent, match="body: says nothing"):
        read_article(file)


def test_bytes_that_are_no_text_are_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "allotments.md"
    file.write_bytes(b"---\n\xff\xfe")
    with pytest.raises(BadContent, match="cannot be read"):
        read_article(file)
