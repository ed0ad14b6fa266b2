"""What a browser sends is read with care."""

from __future__ import annotations

import pytest

from handoff.forms import LARGEST, Form, Unreadable, read

KIND = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b"text=+hello%0D%0Ayou+", "hello\nyou", id="line ends and space around"),
        pytest.param(b"text=a%00b%1Fc", "abc", id="control characters are left out"),
        pytest.param(b"text=%F0%9F%97%91%EF%B8%8F", "🗑️", id="emoji"),
        pytest.param(b"text=%D9%85%D8%B1%D8%AD%D8%A8%D8%A7", "مرحبا", id="right to left"),
        pytest.param(b"text=%FF%FE", "��", id="wrong encoding"),
        pytest.param(b"text=%ED%A0%80", "���", id="half a character"),
        pytest.param(b"text=one&text=two", "one", id="the first of two"),
        pytest.param(b"other=x", "", id="not there"),
        pytest.param(b"", "", id="empty"),
    ],
)
def test_text_is_cleaned(body: bytes, text: str) -> None:
    assert read(body, f"{KIND}; charset=utf-8").text("text") == text


def test_a_line_is_one_line() -> None:
    assert Form({"name": " a \n b "}).line("name") == "a b"


@pytest.mark.parametrize(
    ("body", "kind", "too_large"),
    [
        pytest.param(b"{}", "application/json", False, id="another kind"),
        pytest.param(b"text=\xff", KIND, False, id="bytes that are no form"),
        pytest.param(b"a=&" * 60, KIND, False, id="too many fields"),
        pytest.param(b"x" * (LARGEST + 1), KIND, True, id="too large"),
    ],
)
def test_what_is_no_form_is_refused(body: bytes, kind: str, too_large: bool) -> None:
    with pytest.raises(Unreadable) as refused:
        read(body, kind)

    assert refused.value.too_large is too_large
