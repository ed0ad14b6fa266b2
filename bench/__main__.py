"""`python -m bench`: the report goes to standard output, what is going on to standard error."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from types import FrameType

from bench.measure import measure
from bench.ours import make_ours
from bench.place import Died, Place
from bench.plan import FULL, QUICK
from bench.report import report
from bench.stock import make_stock
from bench.talk import Unanswered


def main() -> int:
    """Return the exit code: 0 when everything was measured, whatever came out."""
    options = _parser().parse_args()
    plan = QUICK if options.quick else FULL
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _told)
    began = time.monotonic()

    def tell(what: str) -> None:
        print(f"[{time.monotonic() - began:4.0f} s] {what}", file=sys.stderr, flush=True)

    try:
        with Place() as place:
            tell("making and training the stock bot (a minute or two)")
            make_stock(place)
            tell("training ours, if its inputs have changed")
            make_ours(place)
            figures = asyncio.run(measure(place, plan, tell))
            tell("done")
    except (Died, Unanswered, OSError) as error:
        print(f"The bench has stopped: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Nothing is left behind.", file=sys.stderr)
        return 130
    print(report(figures, plan))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure a stock Rasa server and ours side by side: start-up, memory, messages "
        "a second, times of answers. Takes twelve minutes or so; keep the machine idle. Both run "
        "in a temporary folder on free ports of 127.0.0.1, and nothing is left behind.",
    )
    parser.add_argument(
        "--quick", action="store_true", help="few messages, to see that it works: not for figures"
    )
    return parser


def _told(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
