"""Whatever is said, a page shows it and never runs it."""

from __future__ import annotations

import pytest

from channels.messages import Link
from channels.webchat.rich_text import answer_html, safe_link, spelled_out, typed_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        pytest.param("Hello", "<p>Hello</p>", id="words"),
        pytest.param("One\n\nTwo", "<p>One</p>\n<p>Two</p>", id="paragraphs"),
        pytest.param("One\nTwo", "<p>One<br>\nTwo</p>", id="lines"),
        pytest.param("By **7am**", "<p>By <strong>7am</strong></p>", id="bold"),
        pytest.param(
            "- Glass\n- Paper",
            "<ul>\n<li>Glass</li>\n<li>Paper</li>\n</ul>",
            id="a list",
        ),
        pytest.param(
            "1. Ask\n2. Wait",
            "<ol>\n<li>Ask</li>\n<li>Wait</li>\n</ol>",
            id="steps",
        ),
        pytest.param(
            "[Pay](https://www.ashcombe.example/pay?a=1&b=2)",
            '<p><a href="https://www.ashcombe.example/pay?a=1&amp;b=2" rel="noopener">Pay</a></p>',
            id="a link",
        ),
        pytest.param(
            "[01632 960 100](tel:01632960100)",
            '<p><a href="tel:01632960100" rel="noopener">01632 960 100</a></p>',
            id="a number to ring",
        ),
    ],
)
def test_an_answer_shows_its_four_kinds_of_markdown(markdown: str, html: str) -> None:
    assert answer_html(markdown) == html


HARMFUL = {
    "a script": "<script>alert(1)</script>",
    "an image": "<img src=x onerror=alert(1)>",
    "a drawing": "<svg onload=alert(1)>",
    "a frame": "<iframe src='https://evil.example'></iframe>",
    "a script as an address": "[go](javascript:alert(1))",
    "the same, hidden": "[go](&#106;avascript:alert(1))",
    "data as an address": "[go](data:text/html,<script>alert(1)</script>)",
    "a page of this site": "[go](/desk)",
    "another site without a scheme": "[go](//evil.example)",
    "an attribute": '[go](https://a.example "x\\" onclick=alert(1) x=\\"")',
    "a closed tag": "</p></div><style>*{display:none}</style>",
}


@pytest.mark.parametrize("markdown", HARMFUL.values(), ids=HARMFUL)
def test_an_answer_can_do_nothing_else(markdown: str) -> None:
    html = answer_html(markdown).replace('href="https://a.example"', "").lower()

    for forbidden in ("<script", "<img", "<svg", "<iframe", "<style", "href=", "title="):
        assert forbidden not in html


def test_what_a_resident_types_is_shown_as_typed() -> None:
    assert (
        typed_html('<b onmouseover="x">hi</b>\n**not bold** https://a.example', links=False)
        == "<p>&lt;b onmouseover=&quot;x&quot;&gt;hi&lt;/b&gt;<br>**not bold** https://a.example</p>"
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param(
            "See https://www.ashcombe.example/bins.",
            '<p>See <a href="https://www.ashcombe.example/bins" rel="noopener">'
            "https://www.ashcombe.example/bins</a>.</p>",
            id="the full stop is not part of it",
        ),
        pytest.param(
            'https://a.example/?q="><script>',
            '<p><a href="https://a.example/?q=" rel="noopener">https://a.example/?q=</a>'
            "&quot;&gt;&lt;script&gt;</p>",
            id="nothing breaks out of it",
        ),
        pytest.param(
            "javascript:alert(1)", "<p>javascript:alert(1)</p>", id="only addresses of the web"
        ),
    ],
)
def test_an_officers_addresses_are_links(text: str, html: str) -> None:
    assert typed_html(text, links=True) == html


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example", True),
        ("tel:01632960100", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("/desk", False),
    ],
)
def test_a_link_under_an_answer_opens_only_what_is_safe(url: str, safe: bool) -> None:
    assert (safe_link(Link("Read on", url)) is not None) is safe


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        pytest.param(
            "[Pay](https://www.ashcombe.example/pay?a=1&b=2)",
            '<p>Pay (<span class="address">www.ashcombe.example/pay?a=1&amp;b=2</span>)</p>',
            id="a link",
        ),
        pytest.param("[01632 960 100](tel:01632960100)", "<p>01632 960 100</p>", id="a number"),
        pytest.param(
            "[ring us](tel:01632960100)",
            '<p>ring us (<span class="address">01632960100</span>)</p>',
            id="a number behind words",
        ),
        pytest.param("No links", "<p>No links</p>", id="no link"),
    ],
)
def test_in_a_kiosk_addresses_are_there_to_be_read(markdown: str, html: str) -> None:
    assert spelled_out(answer_html(markdown)) == html
