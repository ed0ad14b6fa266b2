"""Words as safe HTML: an answer's four kinds of Markdown, and what people typed."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

import nh3
from markdown_it import MarkdownIt

from channels.messages import Link

SCHEMES = ("https:", "http:", "tel:", "mailto:")
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}
_BARE_LINK = re.compile(r"https?://[^\s<>\"']+")
_ANCHOR = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_NOT_THE_END = ".,;:!?)]}'\""


def answer_html(markdown: str) -> str:
    """Return the answer as HTML of eight tags; anything else in it shows as the text it is."""
    return nh3.clean(
        _reader().render(markdown),
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_keep,
        url_schemes={scheme.rstrip(":") for scheme in SCHEMES},
        link_rel="noopener",
    ).strip()


def typed_html(text: str, *, links: bool) -> str:
    """Return what a person typed, with its line breaks. `links` makes bare addresses links."""
    html = _linked(text) if links else escape(text)
    return f"<p>{html}</p>".replace("\n", "<br>")


def spelled_out(html: str) -> str:
    """Return the same without links: their addresses stand in the text, to be read or typed."""

    def address(found: re.Match[str]) -> str:
        url, label = found.groups()
        plain = readable_address(url)
        if plain in label.replace(" ", "" if url.startswith("tel:") else " "):
            return label
        return f'{label} (<span class="address">{plain}</span>)'

    return _ANCHOR.sub(address, html)


def readable_address(url: str) -> str:
    """Return the address as one would read it out: without https:// and a last slash."""
    return re.sub(r"^(?:https?://|mailto:|tel:)", "", url).rstrip("/")


def safe_link(link: Link) -> Link | None:
    """Return the link when its address is one that a page may open, else None."""
    return link if link.url.lower().startswith(SCHEMES) else None


def _linked(text: str) -> str:
    parts: list[str] = []
    end = 0
    for found in _BARE_LINK.finditer(text):
        url = found.group().rstrip(_NOT_THE_END)
        parts.append(escape(text[end : found.start()]))
        parts.append(f'<a href="{escape(url)}" rel="noopener">{escape(url)}</a>')
        end = found.start() + len(url)
    return "".join([*parts, escape(text[end:])])


def _keep(tag: str, attribute: str, value: str) -> str | None:
    # The library also lets title and lang through, whatever tags and attributes it was given.
    allowed = attribute == "rel" or (attribute == "href" and value.lower().startswith(SCHEMES))
    return value if allowed else None


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False, "breaks": True, "linkify": False})
    return reader.enable(
        ["list", "newline", "escape", "emphasis", "link", "balance_pairs", "fragments_join"]
    )
