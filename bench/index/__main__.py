"""`python -m bench.index`: times of questions in indexes of many articles."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from statistics import median, quantiles

from bench.index.crowd import Crowd
from bench.understanding.sayings import TUNING, Saying, read_sayings
from knowledge.embedding import Vectors, load_encoder
from knowledge.library import open_library
from knowledge.search import Search, Topic

SIZES = (10_000, 100_000)
QUESTIONS = 600


def main() -> int:
    """Return the exit code: 0 when everything was measured, whatever came out."""
    options = _parser().parse_args()
    library = open_library()
    real = library.index.topics
    asked = read_sayings(TUNING, "topics")[:QUESTIONS]
    print("articles   build      a question: median   99 %    search alone   right first")
    for size in (len(real), *options.sizes):
        print(_line(size, real, asked), flush=True)
    return 0


def _line(size: int, real: Sequence[Topic], asked: Sequence[Saying]) -> str:
    encoder = load_encoder()
    seen: list[str] = []

    def embed(texts: Sequence[str]) -> Vectors:
        seen.extend(texts)
        return encoder.encode(texts)

    began = time.perf_counter()
    index = Search(real, embed)
    if size > len(real):
        vectors = encoder.encode(seen)
        phrases = sum(len(topic.asks) + 1 for topic in real)
        crowd = Crowd(real, vectors[-phrases:], size)
        counts = (len(real), len(seen) - len(real) - phrases, phrases)
        began = time.perf_counter()
        index = Search(crowd.topics, lambda _: crowd.embed(vectors, counts))
    built = time.perf_counter() - began
    whole, alone, right = [], [], 0
    for saying in asked:
        start = time.perf_counter()
        vector = encoder.encode([saying.text])[0]
        embedded = time.perf_counter()
        found = index.find(saying.text, vector, limit=5)
        end = time.perf_counter()
        whole.append(1000 * (end - start))
        alone.append(1000 * (end - embedded))
        right += bool(found) and found[0].slug == saying.label
    return (
        f"{size:8,}   {built:5.1f} s    {median(whole):13.1f} ms   "
        f"{quantiles(whole, n=100)[98]:5.1f} ms   {median(alone):7.2f} ms   "
        f"{right / len(asked):9.1%}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.index",
        description="Measure how long a question takes, embedding included, in an index of our "
        "articles and in larger ones. What is added is generated: its words and its vectors lie "
        "about those of ours, and it takes no embedding to make. Nothing is written.",
    )
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=SIZES, help="numbers of articles (10000 100000)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
