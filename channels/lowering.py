"""Say a rich reply on a channel that shows less: its Markdown in the channel's own signs, its links
and choices as words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from channels.choices import sign
from channels.gsm import lowered, parts
from channels.messages import Reply
from channels.splitting import cut
from channels.wording import Wording


@dataclass(frozen=True)
class Style:
    """How a channel writes what Markdown says. `escape` makes words safe between its own signs;
    what `bold` and `link` (label, url) get was escaped, except the url."""

    bold: Callable[[str], str]
    link: Callable[[str, str], str]
    escape: Callable[[str], str] = str
    bullet: str = "- "


def spelled_link(label: str, url: str) -> str:
    """Return "label: url", or the url alone when the label says no more."""
    if not label or label == url:
        return url
    return f"{label} {url}" if label.endswith(":") else f"{label}: {url}"


def _starred(text: str) -> str:
    # A star next to a space, over a line's end or after an address is shown as a star.
    if "://" in text:
        return text
    return re.sub(r"\S(?:[^\n]*\S)?", lambda line: f"*{line.group()}*", text)


def _html_link(label: str, url: str) -> str:
    # Telegram makes links of nothing else.
    if not url.lower().startswith(("http://", "https://")):
        return spelled_link(label, html.escape(url, quote=False))
    return f'<a href="{html.escape(url)}">{label or html.escape(url, quote=False)}</a>'


PLAIN = Style(bold=str, link=spelled_link)
WHATSAPP = Style(bold=_starred, link=spelled_link)
TELEGRAM_HTML = Style(
    bold=lambda text: f"<b>{text}</b>",
    link=_html_link,
    escape=lambda text: html.escape(text, quote=False),
    bullet="• ",
)


def write(markdown: str, style: Style) -> str:
    """Return Markdown of the four kinds as that channel writes it. No word and no address is lost;
    a line's end stays one, and paragraphs stand apart by an empty line."""
    return "\n\n".join(_blocks(iter(_reader().parse(markdown)), style))


def spelled(
    reply: Reply,
    wording: Wording,
    *,
    style: Style = PLAIN,
    choices: bool = True,
    short: bool = False,
) -> str:
    """Return the whole reply as one text in that style: see `as_markdown`."""
    return write(as_markdown(reply, wording, choices=choices, short=short), style)


def pieces(
    reply: Reply,
    wording: Wording,
    longest: int,
    *,
    style: Style = PLAIN,
    choices: bool = True,
    short: bool = False,
    measure: Callable[[str], int] = len,
) -> tuple[str, ...]:
    """Return the whole reply as texts that each measure `longest` at most once they are written.
    None breaks a link, bold or a tag, for it is the Markdown that is cut."""
    markdown = as_markdown(reply, wording, choices=choices, short=short)
    cuts = cut(markdown, longest, lambda piece: measure(write(piece, style)))
    return tuple(write(piece, style) for piece in cuts)


def as_markdown(
    reply: Reply, wording: Wording, *, choices: bool = True, short: bool = False
) -> str:
    """Return the reply in Markdown with all that it carries: its text, the links and the picture
    that are not in it, its source, and its choices by number.

    With `short`, the reply's short text when it has one, and after it only the address to read on
    at. Without `choices`, they are left out: the channel shows them as buttons.
    """
    if short and reply.short:
        blocks = [" ".join([escaped(reply.short), *_read_on(reply, wording)])]
    else:
        blocks = [reply.text, *_links(reply), *_source(reply, wording)]
    if choices and reply.choices:
        blocks += _numbered(reply, wording)
    return "\n\n".join(blocks)


def escaped(text: str) -> str:
    """Return plain words as Markdown that says just that."""
    text = re.sub(r"[\\`*_\[\]]", r"\\\g<0>", text)
    return re.sub(r"^(\s*)([-+]|\d+(?=[.)]))", _not_a_list, text, flags=re.MULTILINE)


def _not_a_list(found: re.Match[str]) -> str:
    before, mark = found.groups()
    return f"{before}\\{mark}" if mark in "-+" else f"{before}{mark}\\"


def _read_on(reply: Reply, wording: Wording) -> Iterator[str]:
    """The address to read on at. A second one, after one that the short text has already, is said
    only when it costs no further text message."""
    if reply.source is not None:
        url, line = reply.source.url, f"{escaped(wording.read_more)} {escaped(reply.source.url)}"
    elif reply.links:
        url, line = reply.links[0].url, _markdown_link(reply.links[0].label, reply.links[0].url)
    else:
        return
    if url in reply.short:
        return
    whole = lowered(write(f"{escaped(reply.short)} {line}", PLAIN))
    if "://" not in reply.short or parts(whole) == parts(lowered(reply.short)):
        yield line


def _links(reply: Reply) -> Iterator[str]:
    links = [link for link in reply.links if link.url not in reply.text]
    if links:
        yield "\n".join(_markdown_link(link.label, link.url) for link in links)
    if reply.image_url and reply.image_url not in reply.text:
        yield escaped(reply.image_url)


def _source(reply: Reply, wording: Wording) -> Iterator[str]:
    source = reply.source
    if source is None:
        return
    day = f"{source.reviewed_on.day} {source.reviewed_on:%B %Y}"
    from_whom = wording.source.format(responsible=source.responsible, date=day)
    yield f"{escaped(from_whom)} {_markdown_link(source.title, source.url)}"


def _numbered(reply: Reply, wording: Wording) -> Iterator[str]:
    signs = [sign(reply.choices, at) for at in range(len(reply.choices))]
    # No list: one that ends the text would go on counting.
    yield "\n".join(
        f"{sign}\\. {escaped(choice.label)}"
        for sign, choice in zip(signs, reply.choices, strict=True)
    )
    if reply.language:
        # These words are English. Who reads another language sees the numbers.
        return
    by_letter = not signs[0].isdecimal()
    yield escaped(wording.choose_by_letter if by_letter else wording.choose_by_number)


def _markdown_link(label: str, url: str) -> str:
    safe = re.sub(r"[()<>\\]", r"\\\g<0>", re.sub(r"\s", "%20", url))
    return f"[{escaped(label)}]({safe})" if label else escaped(url)


def _blocks(tokens: Iterator[Token], style: Style) -> Iterator[str]:
    """Give out what stands at one level, and stop where it closes."""
    for token in tokens:
        if token.type == "inline":
            text = _inline(iter(token.children or ()), style)
            if text.strip():
                yield text
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield "\n".join(_items(token, tokens, style))
        elif token.type in ("list_item_close", "bullet_list_close", "ordered_list_close"):
            return


def _items(opened: Token, tokens: Iterator[Token], style: Style) -> Iterator[str]:
    for token in tokens:
        if token.type != "list_item_open":
            return
        ordered = opened.type == "ordered_list_open"
        mark = f"{token.info}{token.markup} " if ordered else style.bullet
        yield mark + "\n".join(_blocks(tokens, style)).replace("\n", "\n  ")


def _inline(tokens: Iterator[Token], style: Style, until: str = "") -> str:
    said = ""
    for token in tokens:
        if token.type == until:
            break
        if token.type == "strong_open":
            said += style.bold(_inline(tokens, style, "strong_close"))
        elif token.type == "link_open":
            label = _inline(tokens, style, "link_close")
            said += style.link(label, str(token.attrGet("href") or ""))
        elif token.type in ("softbreak", "hardbreak"):
            said += "\n"
        else:
            said += style.escape(token.content)
    return said


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    """The same Markdown as web chat reads. Addresses stay as they were written."""
    reader = MarkdownIt("zero", {"html": False, "linkify": False})
    reader.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return reader.enable(
        ["list", "newline", "escape", "emphasis", "link", "balance_pairs", "fragments_join"]
    )
