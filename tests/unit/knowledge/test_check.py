"""Content that is not fit to be read is found before anybody reads it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.check import ROOT, check, problems
from knowledge.check_councils import contrast
from knowledge.findings import fails
from tests.unit.knowledge.conftest import TODAY


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(TODAY, id="today"),
        pytest.param(date(2027, 3, 29), id="before the change of councils"),
    ],
)
def test_the_content_is_in_order(day: date) -> None:
    assert list(problems(ROOT, on=day)) == []


def test_no_two_topics_claim_the_same_question() -> None:
    assert [str(f) for f in check(ROOT, on=TODAY) if f.kind == "contradictory"] == []


@pytest.mark.parametrize(
    ("file", "written", "instead", "fault"),
    [
        pytest.param(
            "articles/pothole.md",
            "tier: county",
            "tier: parish",
            "articles/pothole.md: tier:",
            id="does not parse",
        ),
        pytest.param(
            "articles/pothole.md",
            "related: [roadworks",
            "related: [moon-rockets",
            "articles/pothole: related: there is no article moon-rockets",
            id="unknown related article",
        ),
        pytest.param(
            "articles/missed-bin.md",
            "service: missed-bin",
            "service: missed-rocket",
            "service: there is no service missed-rocket",
            id="unknown service",
        ),
        pytest.param(
            "articles/garden-waste.md",
            "{{ fees.garden_waste }} a year. Each",
            "{{ fees.moon }} a year. Each",
            "articles/garden-waste: by kelmarsh:",
            id="unknown value",
        ),
        pytest.param(
            "authorities/kelmarsh.yml",
            "    housing_register: https",
            "    house_register: https",
            "articles/housing-register: by kelmarsh:",
            id="a council without the value",
        ),
        pytest.param(
            "services/book-appointment.yml",
            "- value: planning",
            "- value: planing",
            "authorities/ashcombe: appointments: planning is no choice of a service with a slot",
            id="appointments that nobody can book",
        ),
        pytest.param(
            "articles/pothole.md",
            'short: "Report',
            'short: "' + "Very " * 60 + "Report",
            "characters, more than 306",
            id="short form too long",
        ),
        pytest.param(
            "articles/pothole.md",
            'short: "Report',
            'short: "“Report',
            "a text message cannot carry",
            id="a character that costs a text message",
        ),
        pytest.param(
            "articles/pothole.md",
            "valid_until: 2027-11-30",
            "valid_until: 2026-11-22",
            "articles/pothole: valid_until: was 2026-11-22",
            id="stale",
        ),
        pytest.param(
            "articles/pothole.md",
            "Say how big it is",
            "Say how big it is and how deep it is and how long it is and how wide it is at the top",
            "articles/pothole: body: more than 19 words: 'Say how big",
            id="a sentence that is too long",
        ),
        pytest.param(
            "articles/pothole.md",
            'short: "Report',
            'short: "Facilitating notification necessitates deteriorated carriageway. Report',
            "articles/pothole: short: reading age",
            id="words that are too hard",
        ),
        pytest.param(
            "articles/pothole.md",
            '  - {title: "Highways Act 1980',
            '  - {title: "Highways Act 1980 http", url: "http://www.legislation.gov.uk"}\n'
            '  - {title: "Highways Act 1980',
            "articles/pothole.md: sources.0.url:",
            id="a source that is not https",
        ),
        pytest.param(
            "articles/pothole.md",
            "]({{ links.pothole }})",
            "](http://www.gov.uk/pothole)",
            "http://www.gov.uk/pothole is not https",
            id="a link that is not https",
        ),
        pytest.param(
            "authorities/wenshire.yml",
            "pothole: https://www.wenshire.example/",
            "pothole: https://www.wenshyre.example/",
            "https://www.wenshyre.example/report-pothole is no council's of ours",
            id="a link to a council that is not known",
        ),
        pytest.param(
            "articles/pothole.md",
            'short: "Report',
            'short: "See potholes.example. Report',
            "potholes.example is no council's of ours",
            id="a text message that sends people to a site that is not known",
        ),
        pytest.param(
            "articles/pothole.md",
            "owner: highways",
            'owner: ""',
            "articles/pothole: owner: nobody",
            id="ownerless",
        ),
        pytest.param(
            "articles/pothole.md",
            "owner: highways",
            "owner: astronauts",
            "has no team astronauts",
            id="owned by a team that does not exist",
        ),
        pytest.param(
            "articles/pothole.md",
            "  - pot hole\n",
            "  - When is my BIN day?\n",
            "pothole and bin-collection-day: ask: both have",
            id="the same question in two articles",
        ),
        pytest.param(
            "articles/pothole.md",
            "[Report the pothole]",
            "# Report\n\n[Report the pothole]",
            "heading_open is not for a small screen",
            id="a heading",
        ),
        pytest.param(
            "services/missed-bin.yml",
            "{{ targets.missed_bin }}",
            "{{ targets.moon }}",
            "services/missed-bin: by ashcombe:",
            id="a service with an unknown value",
        ),
        pytest.param(
            "services/missed-bin.yml",
            "within: limits.missed_bin_days",
            "within: targets.missed_bin",
            "missed_on.within:",
            id="a limit that is no number",
        ),
        pytest.param(
            "authorities/ashcombe.yml",
            "successors: [east-wenshire]",
            "successors: [atlantis]",
            "knows atlantis, which is no council here",
            id="an unknown successor",
        ),
        pytest.param(
            "authorities/ashcombe.yml",
            "valid_to: 2027-03-31",
            "valid_to: 2027-03-30",
            "east-wenshire does not begin on the day after",
            id="a day without a council",
        ),
        pytest.param(
            "authorities/ashcombe.yml",
            'accent: "#00613a"',
            'accent: "#88dd99"',
            "text on it cannot be read",
            id="a pale accent",
        ),
    ],
)
def test_finds_a_fault(content: Path, file: str, written: str, instead: str, fault: str) -> None:
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, instead, 1), encoding="utf-8")
    assert any(fault in problem for problem in problems(content, on=TODAY))


def test_measures_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_a_figure_must_be_from_somewhere(content: Path) -> None:
    path = content / "articles" / "pothole.md"
    head, _, rest = path.read_text(encoding="utf-8").partition("sources:\n")
    _, _, rest = rest.partition("reviewed_on")
    written = f"{head}reviewed_on{rest}\nYou have 28 days.\n"
    path.write_text(written, encoding="utf-8")
    assert "articles/pothole: body: no source for 28 days" in problems(content, on=TODAY)


def test_warns_of_what_is_stale_within_a_month(content: Path) -> None:
    path = content / "articles" / "pothole.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2027-11-30", "2026-12-22"), encoding="utf-8")
    found = [f for f in check(content, on=TODAY) if f.about == "articles/pothole"]
    assert [f.says for f in found] == ["valid_until: is 2026-12-22, in less than 30 days"]
    assert not fails(found)
    assert not any("articles/pothole" in problem for problem in problems(content, on=TODAY))


def test_another_article_about_the_same_is_found(content: Path) -> None:
    text = (content / "articles" / "gritting.md").read_text(encoding="utf-8")
    head, _, asks = text.partition("ask:\n")
    asked = asks.replace("  - ", "  - hello, ").replace("---", "---", 1)
    copy = f"{head.replace('slug: gritting', 'slug: icy-roads')}ask:\n{asked}"
    (content / "articles" / "icy-roads.md").write_text(copy, encoding="utf-8")
    found = [f for f in check(content, on=TODAY) if f.kind == "contradictory"]
    assert {f.about for f in found} == {"gritting and icy-roads", "icy-roads and gritting"}
    assert any("wordings are nearest to those of gritting" in f.says for f in found)
