"""Reading age is that of the words a resident reads; names and addresses do not count."""

from __future__ import annotations

import pytest

from knowledge.reading_age import OLDEST, long_sentences, reading_age, sentences

EASY = "We empty your bin each week. Put it out by 7am. Take it back in the same day."
HARD = (
    "Refuse receptacles are emptied at weekly intervals. Residents are requested to position "
    "receptacles at the curtilage of the property immediately preceding collection."
)


def test_plain_words_are_for_children() -> None:
    assert reading_age(EASY) < 9


def test_officialese_is_not() -> None:
    assert reading_age(HARD) > OLDEST + 5


@pytest.mark.parametrize(
    ("plain", "same"),
    [
        pytest.param(
            "Look at [our map](https://www.ashcombe.example/x) now.",
            "Look at our map now.",
            id="where a link leads",
        ),
        pytest.param(
            "You may get help from Universal Credit too.",
            "You may get help from it too.",
            id="a name is one short word",
        ),
        pytest.param("It costs £23,250.50 now.", "It costs 10 now.", id="a figure"),
        pytest.param("Ring us on 01632 960201 now.", "Ring us on 10 now.", id="a number to ring"),
        pytest.param("We come:\n\n- each week\n- each month", "We come. Each week. Each month.",
                     id="items of a list are sentences"),
    ],
)  # fmt: skip
def test_does_not_count(plain: str, same: str) -> None:
    assert reading_age(plain) == pytest.approx(reading_age(same))


def test_what_it_is_about_is_a_name() -> None:
    text = "You can have an allotment. An allotment is a big garden."
    assert reading_age(text, "Allotments") < reading_age(text)


def test_no_words_have_no_age() -> None:
    assert reading_age("") == 0
    assert reading_age("https://www.gov.uk") >= 0


def test_an_address_ends_what_stands_before_it() -> None:
    text = "Apply: https://www.ashcombe.example/a Help: 01632 960201"
    assert list(sentences(text)) == ["Apply: it", "Help: 01632 960201"]
    assert list(sentences("Go to www.gov.uk/a or ring us.")) == ["Go to it or ring us"]


def test_tells_sentences_that_are_too_long() -> None:
    words = " ".join(["word"] * 19)
    assert list(long_sentences(f"{words}. {words}.")) == []
    assert list(long_sentences(f"- one\n- {words} more")) == [f"{words} more"]


def test_a_value_is_one_word_of_a_sentence() -> None:
    words = " ".join(["word"] * 18)
    assert list(long_sentences(f"{words} {{{{ fees.swim_adult }}}}.")) == []
    assert list(long_sentences(f"{words} and {{{{ fees.swim }}}}.")) == [f"{words} and {{value}}"]


def test_a_value_before_a_capital_ends_a_sentence() -> None:
    words = " ".join(["word"] * 15)
    assert list(long_sentences(f"{words}: {{{{ links.x }}}} Then {words}.")) == []
