"""Runs the held-out sayings through the bot, as `assistant ask` does, and reports what it made of
them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from statistics import median, quantiles

from assistant.acts import HUMAN, OUT_OF_SCOPE, QUESTION, URGENT, act_of
from assistant.bot import DialogueState, Understood
from assistant.conversation import Conversation
from assistant.rasa_bot import RasaBot
from assistant.settings import Settings
from bench.understanding.figures import Bin, calibration_error, reliability, share
from bench.understanding.forms import form_times
from bench.understanding.sayings import Saying, plain, read_sayings, trained_on
from channels.messages import Address, InboundMessage, Said
from knowledge.embedding import load_encoder
from knowledge.library import open_library

DOOR = "ashcombe"
WORST = 12
"""Confusions that are listed."""


@dataclass(frozen=True)
class Read:
    """A saying, what it was taken for, and how long the turn took, in milliseconds."""

    saying: Saying
    understood: Understood
    ms: float

    @property
    def act(self) -> str:
        return act_of(self.understood)

    def among(self, number: int) -> bool:
        return self.saying.label in [topic.slug for topic in self.understood.topics[:number]]


@dataclass(frozen=True)
class Pace:
    """How long each saying took, in milliseconds: to embed, which the rest stands on and which is
    the yardstick on a noisy machine, and to understand."""

    embedded: list[float]
    understood: list[float]

    async def take(self, bot: RasaBot, texts: Sequence[str]) -> None:
        """Add these texts. To look for an emergency is to understand a message, and no more when it
        tells of none."""
        encoder = load_encoder()
        for text in texts:
            began = time.perf_counter()
            encoder.encode([text])
            embedded = time.perf_counter()
            heard = await bot.alarm(*said(text))
            if heard is None:
                self.embedded.append(1000 * (embedded - began))
                self.understood.append(1000 * (time.perf_counter() - embedded))


def said(text: str) -> tuple[Conversation, DialogueState, InboundMessage]:
    """Return the first message of a conversation."""
    address = Address("terminal", "bench")
    message = InboundMessage(address, "1", Said(text), datetime.now(timezone.utc))
    return Conversation("bench", DOOR, address), DialogueState(), message


async def evaluate(
    settings: Settings, folder: Path, tell: Callable[[str], None], mistakes: bool
) -> str:
    """Return the report of the sets in that folder; with `mistakes` each misread saying too."""
    bot = RasaBot.load(settings.model)
    await bot.ask("when is my bin collected", DOOR)
    sets: dict[str, Sequence[Read]] = {}
    pace = Pace([], [])
    known = trained_on(open_library())
    for name in ("topics", "acts", "urgent", "look_alikes", "out_of_scope"):
        written = read_sayings(folder, name)
        sayings = [saying for saying in written if plain(saying.text) not in known]
        tell(f"{name}: {len(sayings)} sayings, without {len(written) - len(sayings)} of training's")
        await pace.take(bot, [saying.text for saying in sayings])
        sets[name] = [await _read(bot, saying) for saying in sayings]
    tell("turns in the middle of a form, and questions beside them")
    question, answer = await form_times(bot)
    in_a_form = f"  in a form         {answer:6.1f} ms ({answer / question:.2f} times a question)"
    return "\n".join([*_report(sets, pace, mistakes), in_a_form])


async def _read(bot: RasaBot, saying: Saying) -> Read:
    began = time.perf_counter()
    turn = await bot.ask(saying.text, DOOR)
    return Read(saying, turn.understood, 1000 * (time.perf_counter() - began))


def _report(sets: dict[str, Sequence[Read]], pace: Pace, mistakes: bool) -> Iterator[str]:
    yield from _topics(sets["topics"])
    yield from _acts(sets["acts"])
    yield from _urgent(sets)
    yield from _scope(sets)
    times = [read.ms for reads in sets.values() for read in reads]
    embedded, understood = median(pace.embedded), median(pace.understood)
    yield f"Time a message, on one thread ({len(times)})"
    yield f"  to embed it       {embedded:6.1f} ms at the median"
    yield f"  to understand it  {understood:6.1f} ms ({understood / embedded:.1f} times that)"
    yield f"  the whole turn    {median(times):6.1f} ms"
    yield f"  99 % of turns     {quantiles(times, n=100)[98]:6.1f} ms or less"
    if mistakes:
        yield from _mistakes(sets)


def _topics(reads: Sequence[Read]) -> Iterator[str]:
    right = [read.among(1) for read in reads]
    yield f"Topics ({len(reads)} sayings)"
    yield f"  right first       {share(right):6.1%}"
    yield f"  right among three {share([read.among(3) for read in reads]):6.1%}"
    first = [_first(read) for read in reads]
    yield from _calibration(reliability(first, right))
    pairs = Counter(
        (read.saying.label, read.understood.topics[0].slug if read.understood.topics else "nothing")
        for read in reads
        if not read.among(1)
    )
    yield from _confusions(pairs)


def _acts(reads: Sequence[Read]) -> Iterator[str]:
    right = [read.act == read.saying.label for read in reads]
    yield f"Speech acts ({len(reads)} sayings)"
    yield f"  right             {share(right):6.1%}"
    for label in dict.fromkeys(read.saying.label for read in reads):
        own = [read.act == label for read in reads if read.saying.label == label]
        yield f"  {label:17} {share(own):6.1%} of {len(own)}"
    yield from _calibration(reliability([read.understood.confidence for read in reads], right))
    yield from _confusions(
        Counter((r.saying.label, r.act) for r in reads if r.act != r.saying.label)
    )


def _urgent(sets: dict[str, Sequence[Read]]) -> Iterator[str]:
    found = [read.act == URGENT for read in sets["urgent"]]
    false = [read.act == URGENT for read in sets["look_alikes"]]
    kinds = {read.saying.label for read in sets["urgent"]}
    everyday = [r.act == URGENT for r in sets["topics"] if r.saying.label not in kinds]
    missed = [read.act == URGENT for read in sets["topics"] if read.saying.label in kinds]
    yield f"Emergencies ({len(found)} and {len(false)} look-alikes)"
    yield f"  recall            {share(found):6.1%}   among topics' sayings {share(missed):.1%}"
    yield f"  false alarms      {share(false):6.1%}   among topics' sayings {share(everyday):.1%}"


def _scope(sets: dict[str, Sequence[Read]]) -> Iterator[str]:
    outside = [read.act == OUT_OF_SCOPE for read in sets["out_of_scope"]]
    asks = [r for r in sets["acts"] if r.saying.label in (QUESTION, "request", "track", HUMAN)]
    inside = [read.act == OUT_OF_SCOPE for read in (*sets["topics"], *asks)]
    caught, false = sum(outside), sum(inside)
    yield f"Out of scope ({len(outside)} sayings, {len(inside)} inside)"
    yield f"  precision         {caught / max(caught + false, 1):6.1%}"
    yield f"  recall            {share(outside):6.1%}"
    for label in dict.fromkeys(read.saying.label for read in sets["out_of_scope"]):
        own = [r.act == OUT_OF_SCOPE for r in sets["out_of_scope"] if r.saying.label == label]
        yield f"  {label:17} {share(own):6.1%} of {len(own)}"


def _calibration(bins: Sequence[Bin]) -> Iterator[str]:
    yield "  probability   sayings   mean   right"
    for one in bins:
        bar = "#" * round(20 * one.right)
        yield (
            f"  {one.low:.1f} to {one.high:.1f}   {one.count:7}  {one.sure:5.2f}   {one.right:5.2f}"
            f"  {bar}"
        )
    yield f"  expected calibration error {calibration_error(bins):.3f}"


def _confusions(pairs: Counter[tuple[str, str]]) -> Iterator[str]:
    for (said, taken), count in pairs.most_common(WORST):
        yield f"  {count:3} of {said} were taken for {taken}"


def _first(read: Read) -> float:
    return read.understood.topics[0].probability if read.understood.topics else 0.0


def _mistakes(sets: dict[str, Sequence[Read]]) -> Iterator[str]:
    wanted = {"urgent": URGENT, "out_of_scope": OUT_OF_SCOPE}
    for name, reads in sets.items():
        for read in reads:
            if name == "topics":
                good = read.among(1)
                taken = ", ".join(f"{t.slug} {t.probability:.2f}" for t in read.understood.topics)
            elif name == "look_alikes":
                good, taken = read.act != URGENT, read.act
            else:
                good = read.act == wanted.get(name, read.saying.label)
                taken = f"{read.act} ({read.understood.intent} {read.understood.confidence:.2f})"
            if not good:
                yield f"{name}\t{read.saying.label}\t{read.saying.text}\t{taken or 'nothing'}"
