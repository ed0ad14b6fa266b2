"""What a second look says counts as much as it is worth, and only of what is doubtful."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.nlu.urgency import Watch
from assistant.nlu.urgency_examples import FOLDER
from assistant.nlu.urgency_model import EVERYDAY, Example, Kept, Near, UrgencyModel, learn
from assistant.nlu.urgency_patterns import Patterns
from knowledge.embedding import SentenceEncoder, load_encoder

GAS, BILL, BINS = "gas in the house", "gas for the house", "when is bin day"
CERTAIN = "i want to kill myself"
PATTERNS = Patterns.read(FOLDER / "patterns.yml")


class Told:
    """A second look whose answer is set, and which is counted."""

    def __init__(self, log_odds: float) -> None:
        self.answer = log_odds
        self.asked: list[str] = []

    def log_odds(self, text: str) -> float:
        self.asked.append(text)
        return self.answer


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return load_encoder()


@pytest.fixture(scope="module")
def hesitant(encoder: SentenceEncoder) -> UrgencyModel:
    """Its first sight hardly tells one saying from the other; the second look does, mostly."""
    dice = np.random.default_rng(0)
    vectors = dict(zip((GAS, BILL, BINS), encoder.encode([GAS, BILL, BINS]), strict=True))

    def example(place: int) -> Example:
        urgent = place % 4 == 0
        text = BINS if place % 4 > 1 else GAS if (dice.random() < 0.6) == urgent else BILL
        signs = PATTERNS.signs(PATTERNS.tokens(text))
        near = Near(0.0, 0.9) if text == BINS else Near(0.5, 0.5)
        kept = Kept(near, float(dice.normal(3 if urgent else -3, 2))) if place % 16 < 4 else None
        return Example(text, vectors[text], signs, "gas" if urgent else EVERYDAY, kept)

    return learn([example(place) for place in range(800)], PATTERNS)


def watch(hesitant: UrgencyModel, encoder: SentenceEncoder, again: Told) -> Callable[[str], bool]:
    watching = Watch(hesitant, encoder, again.log_odds)
    topics = {BINS: [{"slug": "bin-day", "score": 0.9}]}
    unsure = [{"slug": "gas", "score": 0.5}, {"slug": "bill", "score": 0.5}]

    def alarms(text: str) -> bool:
        near = topics.get(text, unsure)
        return watching.alarm(text, text, encoder.encode_one(text), near) is not None

    return alarms


@pytest.mark.parametrize(("log_odds", "alarmed"), [(9.0, True), (-9.0, False)])
@pytest.mark.parametrize("text", [GAS, BILL])
def test_the_second_look_settles_what_is_doubtful(
    hesitant: UrgencyModel, encoder: SentenceEncoder, text: str, log_odds: float, alarmed: bool
) -> None:
    again = Told(log_odds)
    assert watch(hesitant, encoder, again)(text) is alarmed
    assert again.asked == [text]


def test_what_is_plain_at_first_sight_is_not_looked_at_again(
    hesitant: UrgencyModel, encoder: SentenceEncoder
) -> None:
    again = Told(9.0)
    alarms = watch(hesitant, encoder, again)
    assert (alarms(BINS), alarms(CERTAIN)) == (False, True)
    assert again.asked == []


def test_what_was_learnt_is_opened_as_it_was_saved(hesitant: UrgencyModel, tmp_path: Path) -> None:
    hesitant.save(tmp_path)
    opened = UrgencyModel.open(tmp_path)
    for probability, log_odds in ((0.1, 4.0), (0.9, -4.0)):
        assert opened.looked_at_again(probability, log_odds) == hesitant.looked_at_again(
            probability, log_odds
        )
