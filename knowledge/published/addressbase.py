"""OS AddressBase Core and Plus: every address, its postcode, and the council that looks after it.

Core's files begin with a header. Those of Plus do not: put the one that Ordnance Survey gives
beside them in front.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from knowledge.published.table import Context, Format, gss, position, postcode, uprn

NOT_A_HOME = {"L": "land", "P": "a shell around other addresses", "Z": "an object of interest"}
"""First letters of the classification: what nobody lives or works at."""

GONE = "4"
SMALL = re.compile(
    r"(?<=[a-z] )(?:And|The|Of|On|In|Upon|Under|By|Le|Next)\b|(?<=\d)(?:St|Nd|Rd|Th)\b"
)
WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")


def _core(values: Mapping[str, str], context: Context) -> Sequence[object] | str:
    left_out = _left_out(values)
    if left_out:
        return left_out
    house = _house(values["sub_building"], values["building_name"], values["building_number"])
    town = values["town"] or values["post_town"]
    council = gss(values, "council")
    return _row(values, house or values["organisation"], values["street"], town, council)


def _plus(values: Mapping[str, str], context: Context) -> Sequence[object] | str:
    left_out = _left_out(values)
    if left_out:
        return left_out
    if values["state"] == GONE:
        return "no longer there"
    if values["street"] or values["pao_number"] or values["pao_text"]:
        house = _house(
            values["sao_text"] or _range("sao", values),
            values["pao_text"],
            _range("pao", values),
        )
        street = values["street"]
    else:
        house = _house(values["sub_building"], values["building_name"], values["building_number"])
        street = values["thoroughfare"]
    town = values["town"] or values["post_town"]
    council = context.custodians.get(values["custodian"], "")
    return _row(values, house or values["organisation"], street, town, council)


def _left_out(values: Mapping[str, str]) -> str:
    """Why the row is not kept, empty when it is. Raise for a file that is only a change."""
    change = values.get("change", "")
    if change not in ("", "I"):
        problem = f"is {change}: this is a change-only update. Import a full supply"
        raise ValueError("change", problem)
    if not values["postcode"] and not values.get("postcode_locator"):
        return "without a postcode"
    return NOT_A_HOME.get(values["class"][:1], "")


def _row(
    values: Mapping[str, str], house: str, street: str, town: str, council: str
) -> Sequence[object]:
    column = "postcode" if values["postcode"] else "postcode_locator"
    code = postcode(values, column)
    house, street, town = cased(house), cased(street), cased(town)
    # "22 Heath Road", but "Rose Cottage, Heath Road".
    first = f"{house} {street}" if house[-1:].isdigit() or _ends_in_number(house) else house
    parts = [first.strip(), *([street] if first == house else []), town, code]
    return (
        uprn(values, "uprn"),
        ", ".join(dict.fromkeys(part for part in parts if part)),
        house,
        street,
        town,
        code,
        council,
        *position(values),
    )


def _house(flat: str, name: str, house_number: str) -> str:
    return ", ".join(part for part in (flat, name, house_number) if part)


def _range(object_name: str, values: Mapping[str, str]) -> str:
    """A number of the land and property gazetteer: 22, 22A or 22-24."""
    start = f"{values[f'{object_name}_number']}{values[f'{object_name}_suffix']}"
    end = f"{values[f'{object_name}_end']}{values[f'{object_name}_end_suffix']}"
    return f"{start}-{end}" if end else start


def _ends_in_number(house: str) -> bool:
    return re.search(r"(?:^|[\s,])\d+[A-Za-z]?(?:-\d+[A-Za-z]?)?$", house) is not None


def cased(shouted: str) -> str:
    """Return "ST MARY'S ROAD" as "St Mary's Road"; what is not in capitals stays as it is."""
    if shouted != shouted.upper():
        return shouted
    calm = WORD.sub(lambda word: word[0].capitalize(), shouted)
    return SMALL.sub(lambda word: word[0].lower(), calm)


CORE = Format(
    kind="addressbase",
    title="AddressBase Core",
    table="addresses",
    columns={
        "uprn": ("uprn",),
        "class": ("classification_code",),
        "easting": ("easting",),
        "northing": ("northing",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
        "organisation": ("organisation",),
        "sub_building": ("sub_building",),
        "building_name": ("building_name",),
        "building_number": ("building_number",),
        "street": ("street_name",),
        "town": ("town_name",),
        "post_town": ("post_town",),
        "postcode": ("postcode",),
        "council": ("gss_code",),
        "change": ("change_code",),
    },
    optional=frozenset({"change"}),
    read=_core,
)

PLUS = Format(
    kind="addressbase",
    title="AddressBase Plus",
    table="addresses",
    columns={
        "uprn": ("uprn",),
        "change": ("change_type",),
        "state": ("state",),
        "class": ("class",),
        "easting": ("x_coordinate",),
        "northing": ("y_coordinate",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
        "custodian": ("local_custodian_code",),
        "organisation": ("rm_organisation_name",),
        "sub_building": ("sub_building_name",),
        "building_name": ("building_name",),
        "building_number": ("building_number",),
        "sao_number": ("sao_start_number",),
        "sao_suffix": ("sao_start_suffix",),
        "sao_end": ("sao_end_number",),
        "sao_end_suffix": ("sao_end_suffix",),
        "sao_text": ("sao_text",),
        "pao_number": ("pao_start_number",),
        "pao_suffix": ("pao_start_suffix",),
        "pao_end": ("pao_end_number",),
        "pao_end_suffix": ("pao_end_suffix",),
        "pao_text": ("pao_text",),
        "street": ("street_description",),
        "thoroughfare": ("thoroughfare",),
        "town": ("town_name",),
        "post_town": ("post_town",),
        "postcode": ("postcode",),
        "postcode_locator": ("postcode_locator",),
    },
    optional=frozenset(),
    read=_plus,
)
