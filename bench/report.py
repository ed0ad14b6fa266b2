"""What was measured, as a table, and then the ratios that count, one a line."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from statistics import median

import psutil

from bench.measure import Figures
from bench.memory import Held
from bench.plan import MARKS, WINDOW, Plan

COLUMNS = ("stock", "ours", "questions")
MEGABYTE = 1_000_000
Row = tuple[str, ...]
BLANK = ("", "", "", "")


def report(figures: Figures, plan: Plan) -> str:
    """Return the whole report. The last lines are the ratios."""
    return "\n".join([*_head(figures, plan), "", *_table(figures), "", *_ratios(figures)])


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value that so large a part does not exceed; NaN when there is none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else math.nan


def around(turns: Sequence[float], mark: int) -> Sequence[float]:
    """Return the turns around that one, one of each message; none when it was not reached."""
    window = turns[mark - WINDOW // 2 - 1 :][:WINDOW]
    return window if len(window) == WINDOW else ()


def _head(figures: Figures, plan: Plan) -> list[str]:
    memory = psutil.virtual_memory().total / 1e9
    small = "" if plan.rounds > 1 else " A quick run: too few messages to rely on."
    return [
        "A stock Rasa server (bot of `rasa init`, `rasa run`, REST) beside ours (`assistant run`),",
        f"measured in one run, end to end over HTTP, by a client on the same machine.{small}",
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, Rasa {version('rasa')}.",
        f"Ours ran its web process and {len(figures.workers)} workers, as it does here by itself; "
        "stock is one process.",
        "The same greetings, moods, goodbyes and bot challenges to both; `questions` is ours with",
        "what residents ask, each searched for and answered from an article.",
    ]


def _table(figures: Figures) -> list[str]:
    rows: list[Row] = [("", *COLUMNS), *_start_rows(figures), *_memory_rows(figures)]
    for at_once in sorted({level for _, level in figures.loads}):
        loads = [figures.loads[name, at_once] for name in COLUMNS]
        rows += [
            BLANK,
            (f"messages a second, {at_once} at once", *(f"{load.rate:.1f}" for load in loads)),
            ("  answered after, p50", *(_ms(quantile(load.answered, 0.5)) for load in loads)),
            ("  answered after, p99", *(_ms(quantile(load.answered, 0.99)) for load in loads)),
        ]
    rows += [BLANK, *_long_rows(figures), BLANK, *_post_rows(figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [_line(row, widths) for row in rows]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [row[0].ljust(widths[0])]
    cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
    return "  ".join(cells).rstrip()


def _start_rows(figures: Figures) -> list[Row]:
    starts = {name: f"{median(took):.1f} s" for name, took in figures.starts.items()}
    return [
        ("start to first answer, median", starts["stock"], starts["ours"], ""),
        ("  the very first, in an empty folder", "", f"{figures.first_start:.1f} s", ""),
    ]


def _memory_rows(figures: Figures) -> list[Row]:
    return [
        ("memory after load (RSS), a worker", _mb(figures.stock_memory), _mb(_worker(figures)), ""),
        ("  not shared with others (USS)", _own(figures.stock_memory), _own(_worker(figures)), ""),
        ("  the web process (RSS)", "", _mb(figures.web[0]), ""),
        (
            f"  all, with {len(figures.workers)} workers (USS)",
            _own(figures.stock_memory),
            _own(figures.all_of_ours),
            "",
        ),
    ]


def _long_rows(figures: Figures) -> list[Row]:
    return [
        (
            f"turn {mark} of one conversation, p50",
            _turn(figures.long["stock"], mark),
            _turn(figures.long["ours"], mark),
            "",
        )
        for mark in MARKS
    ]


def _post_rows(figures: Figures) -> list[Row]:
    parts = (("median", 0.5), ("p99", 0.99))
    busy = [figures.loads[name, 8].kept for name in COLUMNS[1:]]
    return [
        *(
            (
                f"POST to 202, workers busy, {name}",
                "",
                *(_ms(quantile(kept, part)) for kept in busy),
            )
            for name, part in parts
        ),
        *(
            (f"POST to 202, no worker, {name}", "", "", _ms(quantile(figures.down, part)))
            for name, part in parts
        ),
    ]


def _ratios(figures: Figures) -> list[str]:
    def times(at_once: int) -> float:
        return figures.loads["ours", at_once].rate / figures.loads["stock", at_once].rate

    eight = times(8)
    start = median(figures.starts["ours"]) / median(figures.starts["stock"])
    memory = _worker(figures).resident / figures.stock_memory.resident
    return [
        f"throughput at 1 conversation: {times(1):.1f} times stock",
        f"throughput at 8 conversations: {eight:.1f} times stock ({_aim(eight >= 8, '>= 8')})",
        f"throughput at 32 conversations: {times(32):.1f} times stock",
        f"start-up to the first answer: {start:.2f} of stock ({_aim(start <= 0.25, '<= 0.25')})",
        f"memory of a worker: {memory:.2f} of stock ({_aim(memory <= 0.5, '<= 0.50')})",
        f"turn {MARKS[-1]} of one conversation: {_growth(figures.long['ours'])}",
    ]


def _growth(talks: Sequence[Sequence[float]]) -> str:
    turn = _p50(talks, MARKS[-1]) / _p50(talks, MARKS[0])
    if math.isnan(turn):
        return "not measured, because time was up before"
    return f"{turn:.2f} times turn {MARKS[0]} ({_aim(turn <= 1.2, '<= 1.20')})"


def _aim(met: bool, aim: str) -> str:
    return f"aim {aim}: {'met' if met else 'not met'}"


def _p50(talks: Sequence[Sequence[float]], mark: int) -> float:
    return quantile([took for turns in talks for took in around(turns, mark)], 0.5)


def _turn(talks: Sequence[Sequence[float]], mark: int) -> str:
    took = _p50(talks, mark)
    if not math.isnan(took):
        return _ms(took)
    last = max(talks, key=len)
    return f"turn {len(last)}: {_ms(quantile(last[-WINDOW:], 0.5))}"


def _worker(figures: Figures) -> Held:
    return max(figures.workers, key=lambda held: held.resident)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def _mb(held: Held) -> str:
    return f"{held.resident / MEGABYTE:.0f} MB"


def _own(held: Held) -> str:
    return f"{held.own / MEGABYTE:.0f} MB" if held.own else "not told"
