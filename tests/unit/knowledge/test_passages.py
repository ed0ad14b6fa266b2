"""An answer is taken apart into what can be said alone."""

from __future__ import annotations

import pytest

from knowledge.embedding import load_encoder
from knowledge.passages import Part, Passage, part_that_answers, passages

TEXT = """We collect garden waste if you pay for it. One bin costs £54 a year.

You can put in:

- grass
- small branches

Ring us to [join](https://example.example)."""


def find(question: str, text: str = TEXT) -> Part | None:
    return part_that_answers(question, "Garden waste", text, load_encoder().encode)


def test_a_list_is_one_with_the_line_that_leads_to_it() -> None:
    assert passages(TEXT)[1] == Passage(("grass", "small branches"), "You can put in:", True)


def test_a_paragraph_is_read_sentence_by_sentence_and_said_whole() -> None:
    first = passages(TEXT)[0]

    assert first.parts == (
        "We collect garden waste if you pay for it.",
        "One bin costs £54 a year.",
    )
    assert first.shown() == "We collect garden waste if you pay for it. One bin costs £54 a year."


@pytest.mark.parametrize(
    ("question", "part"),
    [
        pytest.param("how much is it", "£54", id="a price"),
        pytest.param("can i put branches in", "- small branches", id="an item"),
        pytest.param("how do i join", "[join]", id="a link"),
    ],
)
def test_finds_the_part(question: str, part: str) -> None:
    found = find(question)

    assert found is not None
    assert part in found.text


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("what happens on Sundays", id="no day is named"),
        pytest.param("can i appeal", id="no appeal is"),
        pytest.param("does my cat need a passport", id="nothing of the kind"),
    ],
)
def test_finds_nothing_where_there_is_nothing(question: str) -> None:
    assert find(question) is None


def test_of_a_long_list_only_what_answers_is_said() -> None:
    text = "Bring:\n\n" + "\n".join(
        f"- a {thing}" for thing in ("pen", "cup", "hat", "map", "fork")
    )

    found = find("do i need to bring a map", text)

    assert found is not None
    assert "map" in found.text
    assert "fork" not in found.text
