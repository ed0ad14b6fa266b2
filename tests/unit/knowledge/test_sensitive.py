"""Card numbers, National Insurance numbers and passwords are found however they are typed; what
only looks like them stays."""

from __future__ import annotations

import re
import time
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from knowledge.masking import has_mask
from knowledge.payment_cards import is_card
from knowledge.references import new_reference
from knowledge.sensitive import MASKS, hidden_in, hide, says_more

CARD, NUMBER, PASSWORD = MASKS["card"], MASKS["national_insurance"], MASKS["password"]
VISA = "4111 1111 1111 1111"

# How issuers' numbers begin, and how many digits they have.
ISSUED = (
    *(("4", length) for length in (13, 16, 19)),
    *((prefix, 16) for prefix in ("51", "55", "2221", "2720")),
    *((prefix, 15) for prefix in ("34", "37")),
    *((prefix, 14) for prefix in ("300", "305", "36", "38")),
    *((prefix, length) for prefix in ("6011", "65", "3528", "3589") for length in (16, 19)),
    *((prefix, length) for prefix in ("5018", "6304", "6759") for length in (13, 16, 18, 19)),
    *(("62", length) for length in (16, 17, 18, 19)),
)
BETWEEN = st.sampled_from(["", "", " ", "-", ".", "  ", " - ", "\u2013", "\u00a0", "\u200b", "\n"])
WRITTEN = st.sampled_from(
    [
        str.maketrans("", ""),
        *(
            str.maketrans("0123456789", digits)
            for digits in (
                "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",
                "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
                "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079",
            )
        ),
    ]
)
AROUND = st.sampled_from(
    ["", "my card is", "pay with", "ring 020 7946 0123", "22 Heath Road", "on 12/05/2026", "no."]
)


def with_check(digits: str) -> str:
    """The digits and the last one that makes them a card's."""
    return next(digits + last for last in "0123456789" if _luhn(digits + last) % 10 == 0)


def _luhn(digits: str) -> int:
    """Written from the standard's own table, unlike what it checks."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value // 10 + value % 10
    return total


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    prefix, length = draw(st.sampled_from(ISSUED))
    rest = length - len(prefix) - 1
    return with_check(prefix + draw(st.text("0123456789", min_size=rest, max_size=rest)))


def digits_of(text: str) -> str:
    return "".join(re.findall(r"\d", text))


@given(card_numbers(), st.data(), AROUND, AROUND)
def test_no_card_survives_however_it_is_grouped(
    card: str, data: st.DataObject, before: str, after: str
) -> None:
    written = data.draw(WRITTEN)
    typed = card[0] + "".join(data.draw(BETWEEN) + digit for digit in card[1:])
    hidden = hide(f"{before} {typed.translate(written)}, {after}")
    assert CARD in hidden.text
    assert "card" in hidden.kinds
    # Of its digits, at most a few stand there still: those of the words around it.
    assert card not in digits_of(hidden.text)
    assert len(digits_of(hidden.text)) <= len(digits_of(before + after))


@given(card_numbers(), AROUND)
def test_hiding_twice_is_hiding_once(card: str, around: str) -> None:
    once = hide(f"{around} {card} my password is hunter2 and AB123456C").text
    assert hide(once).text == once


@st.composite
def telephones(draw: st.DrawFn) -> str:
    """Ofcom's numbers for drama, as people in this country write them."""
    start, digits = draw(
        st.sampled_from([("07700", 6), ("020", 8), ("0131", 7), ("0808", 7), ("01632", 6)])
    )
    rest = {6: "900", 8: "7946", 7: "496"}[digits] if start != "01632" else "960"
    rest += draw(st.text("0123456789", min_size=digits - len(rest), max_size=digits - len(rest)))
    gap = draw(st.sampled_from([" ", "", "-", "."]))
    half = draw(st.sampled_from([len(rest), 3, 4]))
    local = gap.join(filter(None, (rest[:half], rest[half:])))
    return draw(
        st.sampled_from(
            [
                f"{start}{gap}{local}",
                f"({start}) {local}",
                f"+44{gap}{start[1:]}{gap}{local}",
                f"+44 (0){start[1:]} {local}",
                f"0044{gap}{start[1:]}{gap}{local}",
            ]
        )
    )


@st.composite
def dates(draw: st.DrawFn) -> str:
    day = draw(st.dates(date(1920, 1, 1), date(2030, 12, 31)))
    form = draw(
        st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%d %m %Y", "%d %B %Y"])
    )
    return day.strftime(form)


@st.composite
def moneys(draw: st.DrawFn) -> str:
    return f"£{draw(st.decimals(0, 9_999_999, places=2)):,}"


REFERENCES = st.builds(new_reference)
POSTCODES = st.from_regex(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", fullmatch=True)
UPRNS = st.from_regex(r"10[0-9]{10}", fullmatch=True)
ORDINARY = st.one_of(telephones(), dates(), moneys(), REFERENCES, POSTCODES, UPRNS)


@given(ORDINARY, st.sampled_from(["", "my number is ", "it is due on "]))
def test_what_people_give_us_every_day_survives(one: str, before: str) -> None:
    text = f"{before}{one} thanks"
    assert hide(text).text == text


@given(st.one_of(telephones(), dates()), st.one_of(telephones(), dates()))
def test_two_of_them_side_by_side_survive(one: str, other: str) -> None:
    for text in (f"{one}, {other}", f"{one} and {other}", f"from {one} to {other}"):
        assert hide(text).text == text


@given(telephones(), telephones())
def test_two_telephone_numbers_without_a_word_between_survive(one: str, other: str) -> None:
    # In brackets a part stands alone, and some of it may look like a card's.
    assume("(" not in one + other)
    assert hide(f"{one} {other}").text == f"{one} {other}"


@given(st.from_regex(r"[0-9]{8,19}", fullmatch=True))
def test_an_account_that_is_no_card_survives(account: str) -> None:
    assume(not any(is_card(account[:end]) for end in range(13, 20)))
    assert hide(f"my account is {account}").text == f"my account is {account}"


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    hidden = hide(text)
    assert set(hidden.kinds) <= set(MASKS)
    assert hidden.kinds or hidden.text == text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param(f"pay with {VISA} please", f"pay with {CARD} please", id="card"),
        pytest.param("5555-5555-5555-4444", CARD, id="dashes"),
        pytest.param("3782.822463.10005", CARD, id="dots"),
        pytest.param("4111/1111/1111/1111", CARD, id="slashes"),
        pytest.param("4111, 1111, 1111, 1111", CARD, id="commas"),
        pytest.param("card4111111111111111ok", f"card{CARD}ok", id="no space around"),
        pytest.param(f"{VISA} exp 12/26 cvv 123 ta", f"{CARD} ta", id="with expiry and code"),
        pytest.param(f"{VISA} 12/26 123", CARD, id="with unnamed code"),
        pytest.param(f"{VISA} expires 12/2027 security 123", CARD, id="security"),
        pytest.param(f"{VISA} 123", CARD, id="code at the end"),
        pytest.param("4111111111111111123", CARD, id="code glued to it"),
        pytest.param(f"{VISA} 22 Heath Road", f"{CARD} 22 Heath Road", id="address after"),
        pytest.param("\u0664\u0661\u0661\u0661" * 1 + "1" * 12, CARD, id="Arabic digits"),
        pytest.param("4\u200b111 1111 1111 1111", CARD, id="zero-width space"),
        pytest.param("4\ufe0f\u20e31111 1111 1111 111", CARD, id="keycap"),
        pytest.param(f"{VISA} and 5555 5555 5555 4444", f"{CARD} and {CARD}", id="two cards"),
        pytest.param("my NI is AB 12 34 56 C ok", f"my NI is {NUMBER} ok", id="NI number"),
        pytest.param("ab123456c", NUMBER, id="NI number in small letters"),
        pytest.param("AB-12-34-56-C.", f"{NUMBER}.", id="NI number with dashes"),
        pytest.param("\uff21\uff22123456\uff23", NUMBER, id="full-width NI number"),
        pytest.param(
            "national insurance QQ 12 34 56 C", f"national insurance {NUMBER}", id="named"
        ),
        pytest.param("NI number: AB123456", f"NI number: {NUMBER}", id="without its last letter"),
        pytest.param("my password is hunter2", f"my password is {PASSWORD}", id="password"),
        pytest.param("Password: Rosebud", f"Password: {PASSWORD}", id="a word"),
        pytest.param("pw:rosebud", f"pw:{PASSWORD}", id="pw"),
        pytest.param("passcode is abcd", f"passcode is {PASSWORD}", id="passcode"),
        pytest.param(
            "username ada password rosebud", f"username ada password {PASSWORD}", id="user"
        ),
        pytest.param("password hunter2!", f"password {PASSWORD}", id="without is"),
        pytest.param("pasword = S3cret", f"pasword = {PASSWORD}", id="misspelt"),
        pytest.param("My PIN is 1234.", f"My PIN is {PASSWORD}.", id="PIN"),
        pytest.param("pin 4821 pls", f"pin {PASSWORD} pls", id="PIN without is"),
        pytest.param("pin number 4 8 2 1", f"pin number {PASSWORD}", id="spelled PIN"),
        pytest.param("cvv 123", f"cvv {PASSWORD}", id="cvv"),
        pytest.param("security code is 482", f"security code is {PASSWORD}", id="security code"),
        pytest.param("3 digits on the back: 123", f"3 digits on the back: {PASSWORD}", id="back"),
        pytest.param("hunter2 is my password", f"{PASSWORD} is my password", id="before"),
        pytest.param(
            "my password is correct horse battery staple", f"my password is {PASSWORD}", id="phrase"
        ),
        pytest.param(
            "the password for my account is Winter26",
            f"the password for my account is {PASSWORD}",
            id="from afar",
        ),
        pytest.param(
            "my password is rosebud can you check it",
            f"my password is {PASSWORD} can you check it",
            id="goes on",
        ),
        pytest.param(
            "my password is hunter2, when is my bin collected?",
            f"my password is {PASSWORD}, when is my bin collected?",
            id="a question after",
        ),
        pytest.param(
            f"my password is {VISA}", f"my password is {CARD}", id="a card for a password"
        ),
    ],
)
def test_it_is_hidden(typed: str, expected: str) -> None:
    assert hide(typed).text == expected


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("4111 1111 1111 1112", id="a wrong check digit"),
        pytest.param("9111 1111 1111 1111", id="no issuer"),
        pytest.param("IMEI 350000000000006", id="a telephone's own number"),
        pytest.param("house numbers 4 6 8 10 12 14 16 18 20", id="house numbers"),
        pytest.param("51.507400, -0.127800", id="a point on the map"),
        pytest.param("council tax 4012 3456 7", id="council tax account"),
        pytest.param("BG123456A", id="a pair that is not given out"),
        pytest.param("DA123456A", id="a letter that is not given out"),
        pytest.param("AO123456A", id="O is never second"),
        pytest.param("AB123456E", id="a last letter that is not given out"),
        pytest.param("AB12345678", id="a penalty charge"),
        pytest.param("AB123456", id="not said to be an NI number"),
        pytest.param("be there by 12 34 56 a man said", id="by"),
        pytest.param("I forgot my password", id="forgot"),
        pytest.param("how do I reset my pin", id="reset"),
        pytest.param("my password is not working", id="not working"),
        pytest.param("my password is wrong!!", id="wrong"),
        pytest.param("what is my password?", id="what is it"),
        pytest.param("Password: how do I reset it?", id="a heading"),
        pytest.param("is the password case-sensitive", id="case-sensitive"),
        pytest.param("my password isn't accepted", id="isn't"),
        pytest.param("username or password wrong", id="user name or password"),
        pytest.param("my user name and password combination", id="user name and password"),
        pytest.param("the password must be 8 characters", id="a rule"),
        pytest.param("my pin is not 4 digits", id="digits"),
        pytest.param("the pin is 22 Heath Road", id="a pin on a map"),
        pytest.param("the pin is 1200 metres off", id="metres"),
        pytest.param("forgot password 07700 900123", id="a telephone number after"),
        pytest.param("forgot password ada@mail.example", id="an e-mail address after"),
        pytest.param("password reset, account number is 12345678", id="an account after"),
        pytest.param("my password expired my reference is FD-7KQM-2XHT", id="a reference after"),
        pytest.param("the sofa is 2 metres and pinned down", id="pinned"),
    ],
)
def test_it_is_left(typed: str) -> None:
    assert hide(typed).text == typed


def test_what_a_field_asks_for_is_kept_but_never_a_card() -> None:
    allowed = hide(f"AB123456C, {VISA}, my pin is 1234", frozenset({"national_insurance", "card"}))
    assert allowed.text == f"AB123456C, {CARD}, my pin is {PASSWORD}"
    assert allowed.kinds == {"card", "password"}


def test_what_was_hidden_is_known_by_the_words_in_its_place() -> None:
    text = hide(f"pin 1234 card {VISA}").text
    assert hidden_in(text) == ("card", "password")
    assert hidden_in("my card") == ()
    assert says_more(text)
    assert not says_more(f"{CARD}, {NUMBER}!")


@pytest.mark.parametrize(
    "text",
    ["4 " * 1000, "41111111" * 250, "password is " * 160, "3 4 " * 500, "pin " * 500, "0 " * 1000],
    ids=lambda text: text[:12],
)
def test_no_message_takes_long(text: str) -> None:
    began = time.process_time()
    hide(text)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("mask", MASKS.values())
def test_what_stands_in_its_place_is_nobodys_wording(mask: str) -> None:
    """A question that is kept with it is no suggestion for an article."""
    assert has_mask(f"I paid with {mask} yesterday")
