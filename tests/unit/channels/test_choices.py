"""What people write back is read as a choice when it can be nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.choices import by_letter, read_choice, sign
from channels.messages import Choice


def offer(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(label, f"/{at}") for at, label in enumerate(labels))


BINS = offer("Rubbish", "Food waste", "Garden waste")
HOMES = offer("1 Heath Road", "3 Heath Road", "13 Heath Road", "Flat 2, 15 Heath Road")
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]


@pytest.mark.parametrize(
    "text",
    [
        "2", "2.", "(2)", "2)", "#2", " 2 ", "2!", "2️⃣", "２", "02",
        "two", "Two.", "TWO please", "number 2", "option two", "no. 2", "I want 2", "ok 2 thanks",
        "second", "2nd", "the second", "The second one", "the second one please",
        "Food waste", "food waste", "FOOD WASTE!", "the food waste one", "I would like food waste",
        "fod waste", "food wate", "foood waste", "fodo waste", "food-waste",
    ],
)  # fmt: skip
def test_takes_the_second(text: str) -> None:
    assert read_choice(text, BINS) == BINS[1]


@pytest.mark.parametrize(
    "text",
    [
        "2 bins were missed", "two of them", "1 and 2", "1 2", "1.5", "2/3", "0", "4", "-", "",
        "£2",
        "22", "2%", "+2", "waste", "my food waste bin was missed", "no", "yes", "not food waste",
        "no food waste",
        "second time I ask", "the one", "to", "too", "neither", "?", "all of them", "100000000000",
    ],
)  # fmt: skip
def test_takes_none(text: str) -> None:
    assert read_choice(text, BINS) is None


@pytest.mark.parametrize("text", ["last", "the last one", "third", "3"])
def test_takes_the_last(text: str) -> None:
    assert read_choice(text, BINS) == BINS[2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("b", HOMES[1], id="a letter"),
        pytest.param("B.", HOMES[1], id="a letter as it is shown"),
        pytest.param("letter c please", HOMES[2], id="a letter in words"),
        pytest.param("the second one", HOMES[1], id="a place"),
        pytest.param("3", HOMES[1], id="the only house of that number"),
        pytest.param("2", HOMES[3], id="the only flat of that number"),
        pytest.param("4", None, id="no house of that number, and no fourth"),
        pytest.param("e", None, id="a letter that was not offered"),
        pytest.param("13 heath raod", HOMES[2], id="a slip of the fingers"),
        pytest.param("2 Heath Road", None, id="another number is no slip"),
        pytest.param("Flat 2, 15 Heath Road", HOMES[3], id="the label"),
    ],
)
def test_labels_with_numbers_are_taken_by_letter(text: str, expected: Choice | None) -> None:
    assert read_choice(text, HOMES) == expected


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        pytest.param("Church Lanr", offer("Church Lane", "Church Land"), id="as near to both"),
        pytest.param("Gardn bin", offer("Garden bin", "Garden tin"), id="one slip, or two"),
        pytest.param("Other", offer("Other", "other"), id="two of one name"),
        pytest.param("two", offer("Two bins", "One bin"), id="a number that a label holds"),
        pytest.param("stip", offer("Stop", "Go on"), id="short words are not guessed"),
        pytest.param("1", (), id="nothing was offered"),
    ],
)
def test_never_guesses(text: str, choices: tuple[Choice, ...]) -> None:
    assert read_choice(text, choices) is None


@given(st.lists(st.sampled_from("BCDFGHJKLM"), min_size=1, max_size=9, unique=True), st.data())
def test_finds_what_was_offered_however_it_is_called(
    initials: list[str], data: st.DataObject
) -> None:
    choices = offer(*(initial * 6 for initial in initials))
    at = data.draw(st.integers(0, len(choices) - 1))
    label = choices[at].label
    slip = data.draw(st.integers(0, 5))
    misspelt = label[:slip] + "x" + label[slip + 1 :]

    ways = (label, label.upper(), str(at + 1), f"{at + 1}.", NUMBERS[at], ORDINALS[at], misspelt)
    taken = {way: read_choice(way, choices) for way in ways}

    assert taken == dict.fromkeys(ways, choices[at])


@given(st.lists(st.text("ab12 é-.", min_size=1, max_size=8), max_size=30), st.integers(0, 40))
def test_the_sign_that_is_shown_takes_its_choice(labels: list[str], at: int) -> None:
    choices = offer(*dict.fromkeys(labels))
    if at >= len(choices):
        return

    taken = read_choice(sign(choices, at), choices)

    # A label may be called like another's sign: then it is not certain.
    assert taken is choices[at] or any(sign(choices, at).lower() in c.label for c in choices)


@given(st.text(), st.lists(st.text(max_size=20), max_size=12))
def test_reads_anything(text: str, labels: list[str]) -> None:
    taken = read_choice(text, offer(*labels))

    assert taken is None or taken in offer(*labels)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        pytest.param(["Rubbish", "Food"], False, id="words"),
        pytest.param(["Rubbish", "1 Heath Road"], True, id="a number among them"),
        pytest.param([f"{n} Heath Road" for n in range(27)], False, id="more than letters"),
    ],
)
def test_letters_stand_where_numbers_could_mean_two_things(
    labels: list[str], expected: bool
) -> None:
    assert by_letter(offer(*labels)) is expected
