"""`python -m bench.understanding`: the report goes to standard output, progress to error."""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from pathlib import Path

from bench.understanding.ours import evaluate
from bench.understanding.public import BadData, evaluate_public
from bench.understanding.sayings import HELD_OUT, TUNING


def main() -> int:
    """Return the exit code: 0 when everything was measured, whatever came out."""
    options = _parser().parse_args()
    if options.public is not None:
        try:
            print(evaluate_public(options.public, _tell))
        except BadData as error:
            print(f"Nothing was measured: {error}.", file=sys.stderr)
            return 1
        return 0
    from assistant.settings import read_settings

    # In a process of its own: training says more than a report has room for.
    subprocess.run([sys.executable, "-m", "assistant", "train"], check=True, stdout=sys.stderr)
    folder = TUNING if options.tuning else HELD_OUT
    print(asyncio.run(evaluate(read_settings(), folder, _tell, options.mistakes)))
    return 0


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.understanding",
        description="Measure how well messages are understood. The sayings of data/eval/held_out "
        "are in no training file, and nothing is chosen on them.",
    )
    parser.add_argument(
        "--tuning", action="store_true", help="the sayings on which thresholds were chosen instead"
    )
    parser.add_argument(
        "--mistakes", action="store_true", help="list every saying that was misread, too"
    )
    parser.add_argument(
        "--public",
        type=Path,
        metavar="FOLDER",
        help="train and measure on BANKING77 and CLINC150 instead: a folder that holds banking77's "
        "train.csv and test.csv, and clinc150's data_full.json, at any depth",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
