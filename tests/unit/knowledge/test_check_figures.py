"""What counts as a figure that needs a source."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from knowledge.figures import figures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It costs £1,905 a year.", ["£1,905 a"], id="money"),
        pytest.param("You get 25% off.", ["25% off"], id="a share"),
        pytest.param("10 clear working days before.", ["10 clear working days"], id="time"),
        pytest.param("You must be 18 or over.", ["18 or"], id="an age"),
        pytest.param("More than 2 miles away", ["2 miles"], id="a distance"),
        pytest.param("Apply by 31 October 2026.", ["31 October 2026"], id="a day"),
        pytest.param("It opens at 5pm.", ["5pm"], id="an hour"),
        pytest.param("It is {{ fees.bulky_waste }}.", [], id="what a council sets"),
        pytest.param("Ring 999, 116 123 or 0808 2000 247.", [], id="telephone numbers"),
        pytest.param("[Look](https://www.gov.uk/form-9)", [], id="an address"),
        pytest.param("1. Write to us.\n2. Ask again.", [], id="the numbers of a list"),
        pytest.param("No figure at all", [], id="none"),
    ],
)  # fmt: skip
def test_finds_figures(text: str, expected: Sequence[str]) -> None:
    assert figures(text) == expected
