"""Shows a text message as it goes out and what it takes, for who writes articles or pays bills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from channels.gsm import foreign, parts, septets, units
from channels.messages import Reply, Source
from channels.sms import texts
from channels.wording import Wording
from knowledge.answers import Answer, answer
from knowledge.authorities import Authority, NeedsPlace
from knowledge.base import Article
from knowledge.library import Library

FEWER_THAN = 2
"""Parts that an answer by text message takes, on average over all articles."""


class NothingToShow(Exception):
    """There is no article or no council of that name."""


@dataclass(frozen=True)
class Form:
    """One reply as the text messages that say it."""

    name: str
    messages: tuple[str, ...]

    @property
    def parts(self) -> int:
        return sum(map(parts, self.messages))

    @property
    def encoding(self) -> str:
        return "GSM-7" if all(septets(m) is not None for m in self.messages) else "UCS-2"

    @property
    def foreign(self) -> str:
        """The characters that make it UCS-2."""
        return " ".join(foreign("".join(self.messages)))


@dataclass(frozen=True)
class Preview:
    """`price` is what a part costs, in pounds; None when nobody has said."""

    library: Library
    wording: Wording
    day: date
    price: Decimal | None = None

    def words(self, words: str) -> str:
        """Return what these words are as a text message."""
        return "\n".join(self._whole(Form("", texts(Reply(words), self.wording))))

    def article(self, slug: str, council: str) -> str:
        """Return what somebody at that council's door gets about it. Raise NothingToShow."""
        try:
            chosen = [self.library.article(slug)]
        except KeyError:
            raise NothingToShow(f"there is no article {slug}") from None
        found = self.forms(chosen, self._council(council))
        return "\n\n".join("\n".join(self._whole(form)) for form in found)

    def all(self, council: str | None) -> tuple[str, bool]:
        """Return every article's parts at that door (None: at each that serves today), and whether
        they are few enough everywhere. Raise NothingToShow."""
        doors = [self._council(council)] if council else self.serving()
        found = {door: self.forms(self.library.articles(), door) for door in doors}
        listed = ["\n".join(self._listed(door, its)) for door, its in found.items()]
        few = all(average(its) < FEWER_THAN for its in found.values())
        return "\n\n".join(listed), few

    def serving(self) -> Sequence[Authority]:
        return [a for a in self.library.authorities.all() if a.serves(self.day)]

    def forms(self, articles: Sequence[Article], door: Authority) -> Sequence[Form]:
        """Return what somebody at that door gets about each article: one form for each council
        that may be responsible."""
        return [
            Form(name, texts(reply, self.wording)) for name, reply in self.replies(articles, door)
        ]

    def replies(self, articles: Sequence[Article], door: Authority) -> Sequence[tuple[str, Reply]]:
        """Return what the bot says to somebody at that door about each article, with its name."""
        return [
            (
                article.slug if its == door else f"{article.slug}, by {its.short_name}",
                reply_of(answer(article, door, its, self.day)),
            )
            for article in articles
            for its in self._providers(article, door)
        ]

    def _providers(self, article: Article, door: Authority) -> Sequence[Authority]:
        councils, day = self.library.authorities, self.day
        try:
            found = [councils.responsible(article.tier, door.slug, on=day)]
        except NeedsPlace:
            homes = [home.slug for home in councils.children(door.slug) if home.serves(day)]
            found = [councils.responsible(article.tier, door.slug, home, day) for home in homes]
        return [p for p in dict.fromkeys(found) if article.authority in ("all", p.slug)]

    def _council(self, slug: str) -> Authority:
        council = next((door for door in self.serving() if door.slug == slug), None)
        if council is None:
            raise NothingToShow(f"no council {slug} serves today")
        return council

    def _whole(self, form: Form) -> Iterator[str]:
        if form.name:
            yield f"{form.name}:\n"
        for message in form.messages:
            yield from (f"    {line}" for line in message.splitlines())
            fits = "GSM-7 septets" if septets(message) is not None else "UCS-2 units"
            takes = f"{len(message)} characters, {units(message)} {fits}"
            yield f"\n  {takes}: {_counted(parts(message))}"
        if form.foreign:
            yield f"  UCS-2 because of {form.foreign}"
        if self.price is None:
            yield "  To see the price, say what a part costs you: --price-per-part POUNDS"
        else:
            yield f"  {_counted(form.parts)} at £{self.price} each: £{self.price * form.parts}"

    def _listed(self, door: Authority, found: Sequence[Form]) -> Iterator[str]:
        yield f"{door.name}:\n"
        for form in sorted(found, key=lambda form: (-form.parts, form.name)):
            takes = f"  {_counted(form.parts):<9}{form.encoding:<7}"
            yield f"{takes}{form.name} {form.foreign}".rstrip()
        yield f"\n  {average(found):.2f} parts on average over {len(found)} answers"
        if self.price is not None:
            yield f"  £{self.price * Decimal(average(found)):.4f} an answer on average"


def reply_of(found: Answer) -> Reply:
    """Return an answer as the bot says it."""
    source = Source(
        article=found.article,
        title=found.title,
        url=found.url,
        responsible=found.responsible,
        reviewed_on=found.reviewed_on,
    )
    return Reply(found.text, source=source, short=found.short)


def average(found: Sequence[Form]) -> float:
    """Return how many parts a form takes on average, 0 when there is none."""
    return sum(form.parts for form in found) / len(found) if found else 0.0


def _counted(number: int) -> str:
    return "1 part" if number == 1 else f"{number} parts"
