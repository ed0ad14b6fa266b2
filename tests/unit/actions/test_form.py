"""A form keeps its answers, and what they were before."""

from __future__ import annotations

import json

from actions.form import CONFIRM, Form, Given, form_from
from knowledge.library import open_library

SERVICE = open_library().service("missed-bin")


def test_asks_the_fields_in_order_and_then_confirms() -> None:
    form, asked = Form(SERVICE.slug), []
    for field in SERVICE.fields:
        form = form.asked(SERVICE)
        asked.append(form.asking)
        form = form.with_answer(field.name, "x", "X")
    assert [*asked, form.asked(SERVICE).asking] == [
        *("postcode", "address", "bin", "missed_on", CONFIRM)
    ]


def test_a_correction_keeps_what_was_said() -> None:
    form = Form("s").with_answer("bin", "a", "A").with_answer("bin", "b", "B")
    assert form.given["bin"] == Given("b", "B", was=("A",))


def test_the_same_answer_again_is_no_correction() -> None:
    form = Form("s").with_answer("bin", "a", "A").with_answer("bin", "a", "A")
    assert form.given["bin"].was == ()


def test_an_answer_that_is_asked_again_is_remembered() -> None:
    form = Form("s").with_answer("bin", "a", "A").without("bin").with_answer("bin", "b", "B")
    assert form.given["bin"] == Given("b", "B", was=("A",))


def test_tries_start_again_with_another_question() -> None:
    form = Form(SERVICE.slug, asking="postcode", tries=2)
    assert form.asked(SERVICE).tries == 2
    assert form.with_answer("postcode", "x", "X").asked(SERVICE).tries == 0


def test_is_read_as_it_was_written() -> None:
    form = Form("s", asking="bin", tries=1, heard="22 Heath Road").with_answer("bin", "a", "A")
    assert form_from(json.loads(json.dumps(form.as_json()))) == form


def test_tells_a_person_what_is_given() -> None:
    form = Form(SERVICE.slug).with_answer("bin", "a", "A").with_answer("bin", "b", "B")
    assert form.so_far(SERVICE) == [{"label": "Bin", "value": "B", "was": ["A"]}]
