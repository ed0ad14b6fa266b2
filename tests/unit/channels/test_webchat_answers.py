"""What many are told is made into HTML once; what one person is told is not kept."""

from __future__ import annotations

from channels.webchat.answers import Answers
from channels.webchat.rich_text import answer_html

BINS = "Your bin day is **Friday**."


class Reader:
    """Reads answers, and keeps what it read, in order."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def read(self, text: str) -> str:
        self.heard.append(text)
        return answer_html(text)


def test_an_answer_is_the_same_however_often_it_is_given() -> None:
    answers = Answers()

    assert {answers.html(who, BINS) for who in ("c1", "c2", "c3", "c1")} == {answer_html(BINS)}


def test_what_only_one_conversation_was_told_is_not_kept() -> None:
    reader = Reader()
    answers = Answers(read=reader.read)

    for _ in range(3):
        answers.html("c1", "I have noted 22 Heath Road.")

    assert len(reader.heard) == 3


def test_what_several_conversations_were_told_is_read_once_more_at_most() -> None:
    reader = Reader()
    answers = Answers(read=reader.read)

    for who in ("c1", "c2", "c3", "c1", "c2"):
        answers.html(who, BINS)

    assert len(reader.heard) == 2


def test_no_more_is_kept_than_so_many_answers() -> None:
    reader = Reader()
    answers = Answers(most=1, read=reader.read)
    for text in ("One", "Two"):
        answers.html("c1", text)
        answers.html("c2", text)
    reader.heard.clear()

    answers.html("c3", "Two")
    answers.html("c3", "One")

    assert reader.heard == ["One"]
