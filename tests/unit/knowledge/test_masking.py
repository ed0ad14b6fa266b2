"""Nothing that a question is kept with says who asked it."""

from __future__ import annotations

import pytest

from knowledge.masking import LONGEST, has_mask, mask, says_something


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        pytest.param("bin missed at XA1 8AB", "bin missed at [postcode]", id="postcode"),
        pytest.param("xa18ab bin day", "[postcode] bin day", id="postcode in one word"),
        pytest.param("ring 07700 900123", "ring [phone number]", id="mobile"),
        pytest.param("call 01632 960 001 pls", "call [phone number] pls", id="landline"),
        pytest.param("+44 7700 900 123?", "[phone number]?", id="phone with the country"),
        pytest.param("on (01632) 960001 now", "on [phone number] now", id="phone in brackets"),
        pytest.param("mail ada.l@post.example", "mail [e-mail]", id="e-mail"),
        pytest.param("ada @ post.example please", "[e-mail] please", id="e-mail with spaces"),
        pytest.param("im @ada_l on there", "im [name] on there", id="handle"),
        pytest.param("look at https://x.example/me?id=7", "look at [link]", id="link"),
        pytest.param("card 4929 1234 5678 9012", "card [card number]", id="card"),
        pytest.param("4929-1234-5678-9012 declined", "[card number] declined", id="card, dashes"),
        pytest.param("account 70012345 is wrong", "account [number] is wrong", id="account"),
        pytest.param("7001 2345 6", "[number]", id="number in groups"),
        pytest.param("NHS 943 476 5919", "NHS [number]", id="NHS number"),
        pytest.param("where is FD-7KQM-2XHT", "where is [reference]", id="our reference"),
        pytest.param("fd7kqm2xht any news", "[reference] any news", id="our reference, joined"),
        pytest.param("pcn XA12345678A appeal", "pcn [reference] appeal", id="penalty charge"),
        pytest.param("26/01234/FUL next door", "[reference] next door", id="planning application"),
        pytest.param("NI QQ 12 34 56 C", "NI [national insurance number]", id="NI number"),
        pytest.param("jw123456d", "[national insurance number]", id="NI number, joined"),
        pytest.param("dob 03/05/1984", "dob [date]", id="date of birth in figures"),
        pytest.param("born on 3 May 1984", "born on [date]", id="date of birth in words"),
        pytest.param("May 3rd, 1984", "[date]", id="month first"),
        pytest.param("she is 3.5.84", "she is [date]", id="date with points"),
        pytest.param("1984-05-03", "[date]", id="date as machines write it"),
        pytest.param("22 Elm Road bin", "[address] bin", id="house and street"),
        pytest.param("flat 3, 14 high street", "[address]", id="flat"),
        pytest.param("noise from flat 12", "noise from [address]", id="flat alone"),
        pytest.param("number 12 again", "[address] again", id="house number"),
        pytest.param("22a upper elm close", "[address]", id="house number with a letter"),
        pytest.param("my name is priya patel and i", "my name is [name] and i", id="my name is"),
        pytest.param("My name's Priya", "My name's [name]", id="my name's"),
        pytest.param("I'm Sarah Jones", "I'm [name]", id="I'm"),
        pytest.param("This is Ada Lovelace", "This is [name]", id="this is"),
        pytest.param("Mr Patel has a bonfire", "[name] has a bonfire", id="Mr"),
        pytest.param("mrs smith died", "[name] died", id="mrs"),
        pytest.param("my neighbour Dave sings", "my neighbour [name] sings", id="neighbour"),
        pytest.param("mum Joan is ill", "mum [name] is ill", id="mother"),
        pytest.param("my son, Tom Reed", "my son, [name]", id="son"),
        pytest.param("Thanks, Maria", "Thanks, [name]", id="how a letter ends"),
        pytest.param("AB12 CDE on the grass", "[vehicle] on the grass", id="vehicle"),
        pytest.param("ab12cde untaxed", "[vehicle] untaxed", id="vehicle in lower case"),
        pytest.param("A123 BCD left", "[vehicle] left", id="older vehicle"),
    ],
)
def test_what_could_say_who_asked_is_masked(said: str, kept: str) -> None:
    assert mask(said) == kept
    assert has_mask(mask(said))


@pytest.mark.parametrize(
    "said",
    [
        "2 bins in my street were missed",
        "is there a 20 mph zone on our road",
        "25% off council tax cos i live alone",
        "is the tip open on 25 December",
        "band D is £1,850.50 this year",
        "I'm moving house, im on benefits",
        "what is the A24 closed for until 10:30",
        "do i need my P45 or covid 19 letter",
        "a 240 litre bin or a 1100 litre one",
        "my husband died on Tuesday",
        "5 working days or 28 days' notice",
        "3 of the drains outside our house smell",
    ],
)
def test_what_says_only_what_was_asked_stays(said: str) -> None:
    assert mask(said) == said
    assert not has_mask(said)


def test_what_is_masked_is_masked_once() -> None:
    said = "I'm Ada Lovelace of 22 Elm Road XA1 8AB, ring 07700 900123"

    assert mask(mask(said)) == mask(said)
    assert mask(said) == "I'm [name] of [address] [postcode], ring [phone number]"


def test_a_long_story_is_cut_between_words_and_never_in_a_mask() -> None:
    for spaces in range(12):
        said = f"{'x' * (290 - spaces)} yes 07700 900123 and more and more"

        assert len(mask(said)) <= LONGEST
        assert "[" not in mask(said) or mask(said).endswith(("]", "and", "more"))


def test_lines_become_one() -> None:
    assert mask(" my bin\n\n was\tmissed ") == "my bin was missed"


@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        pytest.param("bin", True, id="a word"),
        pytest.param("[postcode]", False, id="only a mask"),
        pytest.param("[name] ?? 12 ok", False, id="next to nothing"),
        pytest.param("", False, id="nothing"),
        pytest.param("kosz na śmieci", True, id="other letters"),
    ],
)
def test_what_says_nothing_beside_its_masks_is_known(masked: str, expected: bool) -> None:
    assert says_something(masked) is expected
