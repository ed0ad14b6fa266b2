"""Postcodes as people type them, and the address they mean."""

from __future__ import annotations

import pytest

from knowledge.places import Gazetteer, load_gazetteer, normal_postcode


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("XA1 8AA", "XA1 8AA", id="as it is written"),
        pytest.param("xa18aa", "XA1 8AA", id="small letters, no space"),
        pytest.param("its xa1  8aa thanks", "XA1 8AA", id="in a sentence"),
        pytest.param("22 heath road, ashcombe XA18AA", "XA1 8AA", id="after an address"),
        pytest.param("XAI 8AA", "XA1 8AA", id="I for 1"),
        pytest.param("xal 8aa", "XA1 8AA", id="l for 1"),
        pytest.param("KT2O OAB", "KT20 0AB", id="O for 0"),
        pytest.param("0X1 1AA", "OX1 1AA", id="0 for O"),
        pytest.param("x a 1 8 a a", "XA1 8AA", id="spelled out"),
        pytest.param("my postcode is XA 1-8AA", "XA1 8AA", id="spaces in the wrong place"),
        pytest.param("XA1-8AA.", "XA1 8AA", id="a dash and a full stop"),
        pytest.param("EC1A 1BB", "EC1A 1BB", id="a letter after the digit"),
        pytest.param("m1 1ae", "M1 1AE", id="one letter, one digit"),
        pytest.param("is it SW1A 1AA or M1 1AE", "SW1A 1AA", id="the first of two"),
        pytest.param("solids", None, id="a word is not one in disguise"),
        pytest.param("at 10 2pm", None, id="a time is not one"),
        pytest.param("my bin was missed 2 times", None, id="a sentence is not one"),
        pytest.param("XA1", None, id="half of one"),
        pytest.param("QZ1 8AA", None, id="no such area"),
        pytest.param("XA1 8CI", None, id="letters that never end one"),
        pytest.param("FD-7KQM-2XHT", None, id="a reference is not one"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_reads_a_postcode(text: str, expected: str | None) -> None:
    assert normal_postcode(text) == expected


@pytest.mark.parametrize(
    ("postcode", "said", "expected"),
    [
        pytest.param("XA1 8AA", "22", ["22 Heath Road"], id="the number"),
        pytest.param("xa18aa", "22 heath road", ["22 Heath Road"], id="number and street"),
        pytest.param("XA1 8AA", "its 22 heath rd, ashcombe XA1 8AA", ["22 Heath Road"], id="all"),
        pytest.param("XA1 8AA", "22 heth raod", ["22 Heath Road"], id="typing errors"),
        pytest.param("XA1 8AA", "number 22 please", ["22 Heath Road"], id="in a sentence"),
        pytest.param("XA1 8AA", "22 oak road", [], id="another street is another address"),
        pytest.param("XA1 8AA", "99", [], id="no such number"),
        pytest.param("XA1 8AA", "no idea", [], id="no address at all"),
        pytest.param("XA1 8AA", "", [], id="nothing"),
        pytest.param("XA1 2AB", "flat 2, 14 mill lane", ["Flat 2, 14 Mill Lane"], id="a flat"),
        pytest.param("XA1 2AB", "apartment 2", ["Flat 2, 14 Mill Lane"], id="only the flat"),
        pytest.param("XA1 2AB", "16", ["16 Mill Lane"], id="the house beside the flats"),
        pytest.param("XA3 1EF", "flat b", ["Flat B, 2 Corn Exchange"], id="a flat with a letter"),
        pytest.param("XA1 8BG", "5", ["5 Gorse Way"], id="5 is not 5A"),
        pytest.param("XA1 8BG", "5 a", ["5A Gorse Way"], id="5 a is 5A"),
        pytest.param("XA1 6ED", "rose cotage", ["Rose Cottage, Long Lane"], id="a house's name"),
        pytest.param("XA9 9ZZ", "22", [], id="an unknown postcode"),
    ],
)
def test_finds_the_address(
    gazetteer: Gazetteer, postcode: str, said: str, expected: list[str]
) -> None:
    found = [p.address.rsplit(", ", 2)[0] for p in gazetteer.match(postcode, said)]
    assert found == expected


def test_a_number_that_several_flats_share_gives_them_all(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.match("XA1 2AB", "14 mill lane")) == 8


def test_lists_the_addresses_of_a_postcode_in_order(gazetteer: Gazetteer) -> None:
    assert [p.number for p in gazetteer.addresses("xa1 8aa")] == [str(n) for n in range(14, 31)]
    assert gazetteer.addresses("XA9 9ZZ") == ()


def test_a_postcode_can_straddle_two_districts(gazetteer: Gazetteer) -> None:
    assert gazetteer.districts("XA1 9YZ") == ("ashcombe", "thornbridge")
    assert gazetteer.districts("XA1 8AA") == ("ashcombe",)


def test_finds_a_property_by_its_number(gazetteer: Gazetteer) -> None:
    home = gazetteer.match("XA1 8AA", "22")[0]
    assert gazetteer.property(home.uprn) == home
    assert (home.ward, home.district, home.county) == ("Heath", "ashcombe", "wenshire")
    with pytest.raises(KeyError):
        gazetteer.property("1")


def test_the_demo_area_is_in_no_real_place() -> None:
    postcodes = load_gazetteer().postcodes()
    assert {p[:3] for p in postcodes} == {"XA1", "XA2", "XA3"}
    assert {normal_postcode(p) for p in postcodes} == set(postcodes)


def test_knows_how_its_streets_are_spelled(gazetteer: Gazetteer) -> None:
    assert {"heath", "fernleigh", "thornbridge", "cottage"} <= gazetteer.words()
