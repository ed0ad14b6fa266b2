"""Where a text sends a resident: only to sites that are known, and only by https."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from knowledge.authorities import Authority
from knowledge.markup import tokens
from knowledge.reading import parsed

SITES = Path(__file__).parent / "sites.yml"
GOVERNMENT = "www.gov.uk"
SERVICES = ".service.gov.uk"
WITH_SCHEME = re.compile(r"\b[a-z]+://\S+")
WITHOUT_SCHEME = re.compile(r"(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:uk|org|com|net|example)\b(?:/\S*)?")


class Sites:
    """The hosts that may be linked to: the councils' own, and those of sites.yml."""

    def __init__(self, councils: Iterable[Authority], file: Path = SITES) -> None:
        self._councils = [_bare(_host(council.website)) for council in councils]
        self._others = {_bare(str(host)) for host in parsed(file.read_text(encoding="utf-8"))}
        self._others.add(_bare(GOVERNMENT))

    def problems(self, addresses: Iterable[str]) -> Iterator[str]:
        """Yield what is wrong with these, a sentence each."""
        for address in dict.fromkeys(addresses):
            if "://" in address and not address.startswith("https://"):
                yield f"{address} is not https"
            elif not self.knows(_host(address)):
                yield f"{address} is no council's of ours and not in knowledge/sites.yml"

    def knows(self, host: str) -> bool:
        """Whether a resident may be sent to that host. What is beneath a council's is its own."""
        bare = _bare(host)
        if bare in self._others or bare.endswith(SERVICES):
            return True
        return any(bare == own or bare.endswith(f".{own}") for own in self._councils)


def in_markdown(text: str) -> Iterator[str]:
    """Yield the addresses of a text's links."""
    for token in tokens(text):
        for part in token.children or ():
            if part.type == "link_open":
                yield str(part.attrs.get("href", ""))


def in_plain(text: str) -> Iterator[str]:
    """Yield the addresses in a text message, also those that begin with www or the name."""
    whole = [found.rstrip(".,;:") for found in WITH_SCHEME.findall(text)]
    yield from whole
    rest = WITH_SCHEME.sub(" ", text)
    yield from (found.rstrip(".,;:") for found in WITHOUT_SCHEME.findall(rest))


def _host(address: str) -> str:
    return urlsplit(address if "://" in address else f"https://{address}").hostname or ""


def _bare(host: str) -> str:
    """The host without the www that may stand before it or not."""
    return host.lower().removeprefix("www.")
