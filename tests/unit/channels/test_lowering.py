"""A rich reply on a plain channel: other signs, and every word, address and choice."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.lowering import (
    PLAIN,
    TELEGRAM_HTML,
    WHATSAPP,
    Style,
    escaped,
    pieces,
    spelled,
    write,
)
from channels.messages import Choice, Link, Reply, Source
from channels.wording import Wording

WORDING = Wording(
    choose_by_number="Reply with a number.",
    choose="Choose",
    read_more="Read more:",
    source="From {responsible}, checked on {date}.",
    share_location="Send my location",
    choose_by_letter="Reply with a letter.",
)
SOURCE = Source(
    article="garden-waste",
    title="Garden waste",
    url="https://www.ashcombe.example/garden-waste",
    responsible="Ashcombe Borough Council",
    reviewed_on=date(2026, 11, 3),
)
STYLES = [
    pytest.param(PLAIN, id="plain"),
    pytest.param(WHATSAPP, id="whatsapp"),
    pytest.param(TELEGRAM_HTML, id="telegram"),
]


@pytest.mark.parametrize(
    ("markdown", "style", "expected"),
    [
        pytest.param("It is **free**.", PLAIN, "It is free.", id="bold, plainly"),
        pytest.param("It is **free**.", WHATSAPP, "It is *free*.", id="bold in WhatsApp"),
        pytest.param("It is **free**.", TELEGRAM_HTML, "It is <b>free</b>.", id="bold in Telegram"),
        pytest.param("**a\nb**", WHATSAPP, "*a*\n*b*", id="bold over a line's end"),
        pytest.param(
            "**[Pay](https://p.example)**",
            WHATSAPP,
            "Pay: https://p.example",
            id="no star on an address",
        ),
        pytest.param(
            "[Pay now](https://p.example)", PLAIN, "Pay now: https://p.example", id="a link"
        ),
        pytest.param(
            "[https://p.example](https://p.example)",
            PLAIN,
            "https://p.example",
            id="a link that is called by its address",
        ),
        pytest.param(
            "[Pay & go](https://p.example?a=1&b=2)",
            TELEGRAM_HTML,
            '<a href="https://p.example?a=1&amp;b=2">Pay &amp; go</a>',
            id="a link in Telegram",
        ),
        pytest.param(
            "[Ring](tel:01632960200)",
            TELEGRAM_HTML,
            "Ring: tel:01632960200",
            id="Telegram links the web only",
        ),
        pytest.param("One.\n\nTwo.", PLAIN, "One.\n\nTwo.", id="paragraphs"),
        pytest.param("One,\ntwo.", PLAIN, "One,\ntwo.", id="a line's end stays"),
        pytest.param(
            "Bring:\n\n- proof\n- a *photo*", PLAIN, "Bring:\n\n- proof\n- a photo", id="a list"
        ),
        pytest.param("3. c\n4. d", PLAIN, "3. c\n4. d", id="numbers go on from where they began"),
        pytest.param("- a\n  - b\n- c", PLAIN, "- a\n  - b\n- c", id="a list in a list"),
        pytest.param(
            "1 < 2 & <b>", TELEGRAM_HTML, "1 &lt; 2 &amp; &lt;b&gt;", id="words are no tags"
        ),
        pytest.param("", PLAIN, "", id="nothing"),
    ],
)
def test_writes_the_four_kinds(markdown: str, style: Style, expected: str) -> None:
    assert write(markdown, style) == expected


def test_choices_are_numbered() -> None:
    reply = Reply("Which bin?", choices=(Choice("Rubbish", "r"), Choice("Food", "f")))

    assert spelled(reply, WORDING) == "Which bin?\n\n1. Rubbish\n2. Food\n\nReply with a number."


def test_choices_that_hold_numbers_have_letters() -> None:
    reply = Reply("Which?", choices=(Choice("3 Heath Road", "a"), Choice("5 Heath Road", "b")))

    assert spelled(reply, WORDING) == (
        "Which?\n\nA. 3 Heath Road\nB. 5 Heath Road\n\nReply with a letter."
    )


def test_numbers_of_choices_do_not_go_on_from_a_list() -> None:
    reply = Reply("1. Look\n2. Choose", choices=(Choice("Yes", "y"), Choice("No", "n")))

    assert "\n\n1. Yes\n2. No\n\n" in spelled(reply, WORDING)


def test_choices_are_left_out_where_there_are_buttons() -> None:
    assert spelled(Reply("Yes?", choices=(Choice("Yes", "y"),)), WORDING, choices=False) == "Yes?"


def test_links_and_source_are_spelled_out_once() -> None:
    reply = Reply(
        "It is £54. [Join](https://www.ashcombe.example/join).",
        links=(
            Link("Join", "https://www.ashcombe.example/join"),
            Link("Pay", "https://pay.example/a_b_(c)"),
        ),
        source=SOURCE,
    )

    assert spelled(reply, WORDING) == (
        "It is £54. Join: https://www.ashcombe.example/join.\n\n"
        "Pay: https://pay.example/a_b_(c)\n\n"
        "From Ashcombe Borough Council, checked on 3 November 2026. "
        "Garden waste: https://www.ashcombe.example/garden-waste"
    )


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param(
            Reply("Long.", short="It is £54.", source=SOURCE),
            "It is £54. Read more: https://www.ashcombe.example/garden-waste",
            id="and where to read on",
        ),
        pytest.param(
            Reply("Long.", short="Join: https://j.example", source=SOURCE),
            "Join: https://j.example Read more: https://www.ashcombe.example/garden-waste",
            id="a second address while there is room",
        ),
        pytest.param(
            Reply("Long.", short=f"{'a' * 120} https://j.example", source=SOURCE),
            f"{'a' * 120} https://j.example",
            id="no second address at the price of another part",
        ),
        pytest.param(
            Reply("Long.", short="a" * 120, source=SOURCE),
            f"{'a' * 120} Read more: https://www.ashcombe.example/garden-waste",
            id="one address, whatever it takes",
        ),
        pytest.param(
            Reply("Long.", short=f"See {SOURCE.url} first.", source=SOURCE),
            "See https://www.ashcombe.example/garden-waste first.",
            id="not the same address twice",
        ),
        pytest.param(
            Reply("Long.", short="It is £54.", links=(Link("Pay", "https://p.example"),)),
            "It is £54. Pay: https://p.example",
            id="the first link when there is no source",
        ),
        pytest.param(
            Reply("Long.", short="2 * 3 _is_ 6 [or so] https://p.example/_a_"),
            "2 * 3 _is_ 6 [or so] https://p.example/_a_",
            id="it is words, not Markdown",
        ),
        pytest.param(Reply("Only **long**."), "Only long.", id="none: the text"),
    ],
)
def test_the_short_form(reply: Reply, expected: str) -> None:
    assert spelled(reply, WORDING, short=True) == expected


def test_a_cut_breaks_no_markup() -> None:
    reply = Reply("Ring us **at any time of day**. See [our page about bins](https://b.example).")

    cuts = pieces(reply, WORDING, 64, style=TELEGRAM_HTML)

    assert cuts == (
        "1/2 Ring us <b>at any time of day</b>.",
        '2/2 See <a href="https://b.example">our page about bins</a>.',
    )


SENTENCES = st.text("abc€ŵ &<>.*_[]()-#1!\n", max_size=120)
LABELS = st.text("abcdeé &<>*_-.1)", min_size=1, max_size=24).filter(str.strip)
URLS = st.text("abc_*()/.-~%=&", min_size=1, max_size=24).map("https://x.example/".__add__)


def seen(written: str, style: Style) -> str:
    """What a person reads, and the addresses behind it."""
    return html.unescape(written) if style is TELEGRAM_HTML else written


def letters(text: str) -> list[str]:
    return re.findall(r"\w+", text.replace("_", ""))


@given(SENTENCES, st.sampled_from([PLAIN, WHATSAPP, TELEGRAM_HTML]))
def test_plain_words_are_said_as_they_are(text: str, style: Style) -> None:
    written = seen(write(escaped(text), style), style)

    assert written.split() == text.split()


@given(SENTENCES, st.sampled_from([PLAIN, WHATSAPP, TELEGRAM_HTML]))
def test_no_word_of_markdown_is_lost(markdown: str, style: Style) -> None:
    written = seen(write(markdown, style), style)

    missing = letters(re.sub(r"\]\([^)]*\)", "]", markdown))
    assert [word for word in missing if word not in "".join(letters(written))] == []


@given(
    st.lists(LABELS, max_size=30),
    st.lists(st.tuples(LABELS, URLS), max_size=4),
    st.sampled_from([PLAIN, WHATSAPP, TELEGRAM_HTML]),
    st.integers(160, 700),
)
def test_no_choice_and_no_address_is_lost(
    labels: list[str], links: list[tuple[str, str]], style: Style, longest: int
) -> None:
    reply = Reply(
        "Which of these?",
        choices=tuple(Choice(label, label) for label in labels),
        links=tuple(Link(label, url) for label, url in links),
    )

    whole = spelled(reply, WORDING, style=style)
    cuts = pieces(reply, WORDING, longest, style=style)

    assert max(map(len, cuts)) <= longest
    for said in (seen(whole, style), seen(" ".join(cuts), style)):
        assert [url for _, url in links if url not in said] == []
        words = " ".join(said.split())
        assert [label for label in labels if " ".join(label.split()) not in words] == []


@pytest.mark.parametrize("style", STYLES)
def test_a_picture_is_an_address_where_it_cannot_be_shown(style: Style) -> None:
    reply = Reply("The map.", image_url="https://m.example/a_b.png")

    assert spelled(reply, WORDING, style=style) == "The map.\n\nhttps://m.example/a_b.png"
