"""The order of the measurements: the two servers take turns, and the one not measured is idle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.load import Load, first_answer, load, load_for_long, long_talk, posts_only
from bench.memory import Held, held_by_all, held_by_children
from bench.ours import Ours
from bench.place import Place
from bench.plan import QUESTIONS, SMALL_TALK, Level, Plan
from bench.stock import Stock
from bench.talk import Server

Tell = Callable[[str], None]
WARM_UP = Level(2, 2)


@dataclass
class Figures:
    """All that was measured; seconds and bytes. Columns are "stock", "ours" and "questions"."""

    starts: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    first_start: float = 0.0
    loads: defaultdict[tuple[str, int], Load] = field(default_factory=lambda: defaultdict(Load))
    long: defaultdict[str, list[list[float]]] = field(default_factory=lambda: defaultdict(list))
    stock_memory: Held = field(default_factory=lambda: Held(0))
    workers: list[Held] = field(default_factory=list)
    web: list[Held] = field(default_factory=list)
    all_of_ours: Held = field(default_factory=lambda: Held(0))
    down: list[float] = field(default_factory=list)


async def measure(place: Place, plan: Plan, tell: Tell) -> Figures:
    """Measure everything once. Both bots are trained before."""
    figures = Figures()
    stock, ours = Stock(place), Ours(place)
    await _starts(figures, stock, ours, plan, tell)
    tell("starting both, and warming up")
    await first_answer(stock, SMALL_TALK[0])
    await first_answer(ours, SMALL_TALK[0])
    rows: list[tuple[str, Server, tuple[str, ...]]] = [
        ("stock", stock, SMALL_TALK),
        ("ours", ours, SMALL_TALK),
        ("questions", ours, QUESTIONS),
    ]
    for _, server, texts in rows:
        await load(server, texts, WARM_UP, plan)
    for number in range(plan.rounds):
        for level in plan.levels:
            for name, server, texts in rows:
                part = await load_for_long(server, texts, level, plan)
                figures.loads[name, level.at_once].add(part)
                tell(
                    f"round {number + 1} of {plan.rounds}, {level.at_once} at once, "
                    f"{name}: {part.rate:.1f} messages a second"
                )
    await _long_talks(figures, stock, ours, plan, tell)
    _memory(figures, stock, ours)
    stock.end()
    ours.end()
    tell("posting to the web process while no worker runs")
    ours.start_web()
    figures.down = await _without_workers(ours, plan)
    ours.end()
    return figures


async def _starts(figures: Figures, stock: Stock, ours: Ours, plan: Plan, tell: Tell) -> None:
    for number in range(plan.starts):
        for name, server in (("stock", stock), ("ours", ours)):
            took = await first_answer(server, SMALL_TALK[0])
            server.end()
            if name == "ours" and not number:
                # An empty folder: the database and the search index are made as well.
                figures.first_start = took
                took = await first_answer(server, SMALL_TALK[0])
                server.end()
            figures.starts[name].append(took)
            tell(f"start {number + 1} of {plan.starts}, {name}: {took:.1f} s to the first answer")


async def _long_talks(figures: Figures, stock: Stock, ours: Ours, plan: Plan, tell: Tell) -> None:
    talks: list[tuple[str, Server, int]] = [("stock", stock, 1), ("ours", ours, plan.long_talks)]
    for name, server, number in talks:
        for _ in range(number):
            turns = await long_talk(server, SMALL_TALK, plan)
            figures.long[name].append(turns)
            tell(f"a conversation of {len(turns)} turns, {name}: {sum(turns):.0f} s")


def _memory(figures: Figures, stock: Stock, ours: Ours) -> None:
    if stock.program is None or ours.program is None:
        return
    figures.stock_memory = held_by_all(stock.program.process.pid)
    pid = ours.program.process.pid
    figures.workers = held_by_children(pid, "worker")
    figures.web = held_by_children(pid, "web")
    figures.all_of_ours = held_by_all(pid)


async def _without_workers(ours: Ours, plan: Plan) -> list[float]:
    while True:
        try:
            async with ours.talk():
                break
        except OSError:
            ours.check()
    return await posts_only(ours, QUESTIONS, Level(8, 8), plan)
