"""What people say of a request that is done is kept with it, masked, and counted once."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.engine import Connection

from knowledge import requests
from knowledge.opinions import Opinion, Satisfaction, keep, satisfaction
from knowledge.requests import ANSWERED, NoSuchRequest, Request

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
HERE = ("ashcombe",)


def lodge(connection: Connection, key: str, service: str = "missed-bin") -> str:
    return requests.lodge(connection, Request(key, service, "ashcombe", {}), "c", NOON)


def test_an_opinion_stands_in_the_history_masked_and_for_staff(connection: Connection) -> None:
    reference = lodge(connection, "1")
    keep(connection, Opinion(reference, "no", "ring me on 01632 960123"), NOON)
    event = requests.history(connection, reference)[-1]
    assert (event.what, event.words) == (ANSWERED, "no: ring me on [phone number]")
    assert not event.shown


def test_each_request_counts_once_as_it_was_called_last(connection: Connection) -> None:
    first, second = lodge(connection, "1"), lodge(connection, "2")
    pothole = lodge(connection, "3", "pothole")
    for reference, answer in ((first, "no"), (second, "no"), (pothole, "yes"), (first, "yes")):
        keep(connection, Opinion(reference, answer), NOON)
    assert satisfaction(connection, HERE, NOON) == [
        Satisfaction("missed-bin", sorted_out=1, not_sorted_out=1),
        Satisfaction("pothole", sorted_out=1, not_sorted_out=0),
    ]


def test_only_ones_own_councils_and_the_time_asked_for_count(connection: Connection) -> None:
    keep(connection, Opinion(lodge(connection, "1"), "yes"), NOON)
    assert satisfaction(connection, ("kelmarsh",), NOON) == []
    assert satisfaction(connection, HERE, NOON + timedelta(seconds=1)) == []


def test_what_is_no_answer_or_of_no_request_is_refused(connection: Connection) -> None:
    with pytest.raises(ValueError, match="perhaps"):
        keep(connection, Opinion(lodge(connection, "1"), "perhaps"), NOON)
    with pytest.raises(NoSuchRequest):
        keep(connection, Opinion("FD-7KRM-2XHT", "yes"), NOON)
