"""Two topics that claim one question are found, and neighbours are left in peace."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from knowledge.claims import SAME, Claim, Conflict, same_meanings, same_wordings
from knowledge.embedding import Vectors

BINS = ("bin day", "when is my bin collected", "bins", "rubbish day", "what bin", "bin calendar")
TIPS = ("the tip", "dump hours", "tip opening", "book the tip", "recycling centre", "skip")


def far_apart(texts: Sequence[str]) -> Vectors:
    """Every text means something of its own."""
    return np.eye(len(texts), 32, dtype=np.float32)


def meaning(alike: dict[str, str], cosine: float) -> Callable[[Sequence[str]], Vectors]:
    """Texts mean something of their own, except those that are as near to another as that."""

    def embed(texts: Sequence[str]) -> Vectors:
        rows = np.eye(len(texts), 32, dtype=np.float32)
        for one, other in alike.items():
            own, near = rows[texts.index(one)].copy(), rows[texts.index(other)]
            rows[texts.index(one)] = cosine * near + np.sqrt(1 - cosine**2) * own
        return rows

    return embed


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(
            Claim("bins", "all", ("Bin day?",)),
            Claim("tips", "all", ("bin  DAY",)),
            [Conflict("tips", "bins", "both have 'bin  DAY'")],
            id="capitals and marks apart",
        ),
        pytest.param(
            Claim("bins", "all", ("bin day", "Bin day")),
            Claim("tips", "all", TIPS),
            [],
            id="a topic may say it twice",
        ),
        pytest.param(
            Claim("bins", "ashcombe", ("bin day",)),
            Claim("tips", "kelmarsh", ("bin day",)),
            [],
            id="two councils' own articles never meet",
        ),
        pytest.param(
            Claim("bins", "all", ("bin day",)),
            Claim("tips", "kelmarsh", ("bin day",)),
            [Conflict("tips", "bins", "both have 'bin day'")],
            id="a council's own article meets the shared one",
        ),
    ],
)
def test_the_same_wording(one: Claim, other: Claim, expected: Sequence[Conflict]) -> None:
    assert list(same_wordings([one, other])) == expected


def test_the_same_meaning_in_other_words() -> None:
    claims = [Claim("bins", "all", BINS), Claim("tips", "all", TIPS)]
    embed = meaning({"skip": "rubbish day"}, SAME + 0.01)
    expected = [Conflict("bins", "tips", "'rubbish day' and 'skip'")]
    assert list(same_meanings(claims, embed)) == expected


def test_what_is_only_near_is_no_conflict() -> None:
    claims = [Claim("bins", "all", BINS), Claim("tips", "all", TIPS)]
    assert list(same_meanings(claims, meaning({"skip": "rubbish day"}, SAME - 0.01))) == []


def test_a_topic_that_another_swallows() -> None:
    claims = [Claim("bins", "all", BINS), Claim("tips", "all", TIPS)]
    near = dict(zip(TIPS[:3], BINS[:3], strict=True))
    found = list(same_meanings(claims, meaning(near, 0.8)))
    assert Conflict("tips", "bins", "3 of 6 wordings are nearest to those of bins") in found


def test_nothing_claimed_is_no_conflict() -> None:
    assert list(same_meanings([Claim("bins", "all", ())], far_apart)) == []
