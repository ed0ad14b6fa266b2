"""Published files become one file that is looked up in; a wrong file changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timezone
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from knowledge.directory import Directory
from knowledge.importing import Imported, format_of, import_files
from knowledge.places_file import Busy
from knowledge.published.addressbase import cased
from knowledge.published.table import Wrong
from knowledge.register import load_register

SAMPLES = Path(__file__).parent / "published"
NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)


def bring(into: Path, *names: str | Path) -> Sequence[Imported]:
    """Import samples, or files of a test."""
    return import_files([SAMPLES / name for name in names], into, NOW, lambda file, rows: None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "places.db"


@pytest.fixture
def directory(file: Path) -> Directory:
    return Directory(load_register(), {}, file)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        pytest.param("onspd_2025.csv", "ONS Postcode Directory", id="names of 2025"),
        pytest.param("onspd_2023.csv", "ONS Postcode Directory", id="names until 2024"),
        pytest.param("nspl_real_areas.csv", "ONS Postcode Directory", id="names of next year"),
        pytest.param("open_uprn.csv", "OS Open UPRN", id="behind a byte order mark"),
        pytest.param("addressbase_core.csv", "AddressBase Core", id="AddressBase Core"),
        pytest.param("addressbase_plus.csv", "AddressBase Plus", id="AddressBase Plus"),
        pytest.param("local_authorities.csv", "GOV.UK local authorities", id="councils"),
    ],
)
def test_a_file_is_known_by_its_header(name: str, title: str) -> None:
    assert format_of(SAMPLES / name).title == title


@pytest.mark.parametrize("name", ["onspd_2025.csv", "onspd_2023.csv"])
def test_a_postcode_has_its_council_whatever_its_columns_are_called(
    file: Path, directory: Directory, name: str
) -> None:
    bring(file, name)

    here = directory.area("XA1 8AA")

    assert here is not None
    assert (here.councils, here.ward, here.ended) == (("X07000001",), "X05000001", "")
    assert (here.easting, here.northing, here.latitude) == (431200, 287400, 52.483001)
    # Seven characters leave no room for a space.
    assert directory.area("XA11 2BD") is not None


def test_a_postcode_that_is_no_longer_used_is_known(file: Path, directory: Directory) -> None:
    bring(file, "onspd_2025.csv")

    old, unplaced = directory.area("XA8 9ZZ"), directory.area("XA8 1QQ")

    assert old is not None
    assert old.ended == "2019-06"
    assert unplaced is not None
    assert (unplaced.easting, unplaced.latitude) == (None, None)


def test_what_is_left_out_is_counted_by_its_reason(file: Path) -> None:
    [postcodes] = bring(file, "onspd_2025.csv")
    [addresses] = bring(file, "addressbase_core.csv")

    assert (postcodes.kept, list(postcodes.skipped.values())) == (4, [1])
    assert "Channel Islands" in next(iter(postcodes.skipped))
    assert (addresses.kept, dict(addresses.skipped)) == (4, {"land": 1, "without a postcode": 1})


def test_real_areas_are_named_by_the_register(file: Path, directory: Directory) -> None:
    bring(file, "nspl_real_areas.csv")

    names = {}
    for postcode in ("GU21 4XX", "M1 1XX", "BT1 1XX"):
        area = directory.area(postcode)
        assert area is not None
        council = directory.provider(area.councils[0], "county")
        names[postcode] = council.name if council else ""

    assert names == {
        "GU21 4XX": "Surrey County Council",
        "M1 1XX": "Manchester City Council",
        "BT1 1XX": "Belfast City Council",
    }


def test_a_directory_is_complete_once_every_postcode_was_imported(
    file: Path, directory: Directory
) -> None:
    assert not directory.is_complete()

    bring(file, "onspd_2025.csv")

    assert directory.is_complete()
    assert directory.area("XA1 8AB") is None


def test_addresses_are_read_as_people_write_them(file: Path, directory: Directory) -> None:
    bring(file, "addressbase_core.csv")

    found = [one.address for one in directory.addresses("XA2 9QA")]

    assert found == [
        "St Mary's Lodge, Quarry Lane, Oakmere, XA2 9QA",
        "9 Quarry Lane, Thornbridge, XA2 9QA",
        "14 Quarry Lane, Thornbridge, XA2 9QA",
    ]
    assert directory.addresses("XA2 9QB")[0].number == "Flat 2, The Old Mill, 3A"


def test_addresses_of_two_councils_make_a_postcode_straddle(
    file: Path, directory: Directory
) -> None:
    bring(file, "addressbase_core.csv")

    here = directory.area("XA2 9QA")

    assert here is not None
    assert here.councils == ("X07000002", "X07000092")


def test_a_custodian_code_gives_the_council(file: Path, directory: Directory) -> None:
    bring(file, "addressbase_plus.csv", "local_authorities.csv")

    found = {one.uprn: (one.address, one.council) for one in directory.addresses("XA2 9QC")}

    assert found == {
        "990000000101": ("22A Kiln Close, Thornbridge, XA2 9QC", "X07000002"),
        "990000000102": ("First Floor Flat, 24-26 Kiln Close, Thornbridge, XA2 9QC", "X07000002"),
        # 7655 is Ordnance Survey itself, which is no council.
        "990000000103": ("28 Kiln Close, Thornbridge, XA2 9QC", ""),
    }


def test_an_imported_list_of_councils_comes_before_the_one_that_is_built_in(
    file: Path, directory: Directory
) -> None:
    bring(file, "local_authorities.csv")

    harrowmoor, elsewhere = directory.council("X06000091"), directory.council("E08000003")

    assert harrowmoor is not None
    assert harrowmoor.name == "Harrowmoor and District Council"
    assert directory.provider("E07000217", "county") == directory.council("E10000030")
    assert elsewhere is not None


def test_where_each_property_stands_is_kept_as_it_was_published(file: Path) -> None:
    [done] = bring(file, "open_uprn.csv")

    with sqlite3.connect(file) as connection:
        row = connection.execute("SELECT * FROM uprns WHERE uprn = 990000000002").fetchone()
    connection.close()
    assert done.kept == 3
    assert row == (990000000002, 431215.25, 287412.0, 52.4831035, -1.5407757)


def test_an_import_takes_the_place_of_the_one_before(file: Path, directory: Directory) -> None:
    bring(file, "onspd_2025.csv", "local_authorities.csv")

    [again] = bring(file, "onspd_2023.csv")

    assert again.kept == 2
    assert directory.area("XA8 9ZZ") is None
    assert directory.council("X06000091") is not None


def test_volumes_that_are_given_together_belong_together(
    file: Path, tmp_path: Path, directory: Directory
) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    header, *rows = (SAMPLES / "open_uprn.csv").read_text("utf-8-sig").splitlines()
    first.write_text("\n".join([header, rows[0], rows[1]]), "utf-8")
    second.write_text("\n".join([header, rows[1], rows[2]]), "utf-8")

    done = bring(file, first, second)

    assert [one.kept for one in done] == [2, 1]
    assert done[1].skipped == {"there twice": 1}


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        pytest.param(
            "onspd_2025.csv",
            '"XA112BD","XA11 2BD","XA11 2BD"',
            '"XA112BD","XA11 2BD","XA11 2B"',
            "wrong.csv, line 3, pcds: 'XA11 2B' is not a postcode",
            id="a postcode",
        ),
        pytest.param(
            "onspd_2025.csv",
            '"201906"',
            '"2019-06"',
            "wrong.csv, line 4, doterm: '2019-06' is not a month, such as 201906",
            id="a month",
        ),
        pytest.param(
            "onspd_2025.csv",
            '"X06000091"',
            '"Harrowmoor"',
            "wrong.csv, line 3, lad25cd: 'Harrowmoor' is not a GSS code, such as E07000207",
            id="a code",
        ),
        pytest.param(
            "onspd_2025.csv",
            "lad25cd",
            "borough",
            "wrong.csv, line 1: looks like ONS Postcode Directory, but has no column lad25cd",
            id="a column is missing",
        ),
        pytest.param(
            "open_uprn.csv",
            "431215.25,",
            "",
            "wrong.csv, line 3: has 4 values, and the header has 5 columns",
            id="a row is short",
        ),
        pytest.param(
            "open_uprn.csv",
            "52.4831035",
            "5.24831035",
            "wrong.csv, line 3, LATITUDE: 5.24831035 is not between 49 and 62",
            id="a place at sea",
        ),
        pytest.param(
            "addressbase_core.csv",
            "XA2 9QA,1B,X07000002,I",
            "XA2 9QA,1B,X07000002,D",
            "wrong.csv, line 3, CHANGE_CODE: is D: this is a change-only update. "
            "Import a full supply",
            id="only changes",
        ),
        pytest.param(
            "local_authorities.csv",
            "9902,2,3,",
            "9902,2,33,",
            "wrong.csv, line 2, parent_local_authority_id: "
            "'33' is the id of no council in the list",
            id="no such parent",
        ),
        pytest.param(
            "local_authorities.csv",
            '"Woking',
            '"Woking"',
            "wrong.csv, line 5: is not CSV: ',' expected after '\"'",
            id="a stray quotation mark",
        ),
    ],
)
def test_a_wrong_file_is_told_by_line_and_column_and_changes_nothing(
    file: Path, tmp_path: Path, name: str, old: str, new: str, problem: str
) -> None:
    bring(file, "onspd_2023.csv", "open_uprn.csv")
    before = file.read_bytes()
    wrong = tmp_path / "wrong.csv"
    wrong.write_text((SAMPLES / name).read_text("utf-8-sig").replace(old, new), "utf-8")

    with pytest.raises(Wrong) as raised:
        bring(file, "local_authorities.csv", wrong)

    assert str(raised.value) == problem
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "places.db",
        "places.lock",
        "wrong.csv",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"slug,title\n", "is none of these", id="something else"),
        pytest.param(
            b'10,"NAME",9999,2016-02-16,0,2016-02-16,00:00:00,"2.0","F"\n',
            "is AddressBase Premium",
            id="AddressBase Premium",
        ),
        pytest.param(b'100000000001,,"I",2\n', "has no header", id="no header"),
        pytest.param(b"UPRN,\xff\n", "is not a text in UTF-8", id="no UTF-8"),
        pytest.param(
            b"UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n", "has no row", id="no row"
        ),
    ],
)
def test_what_cannot_be_read_is_told(
    file: Path, tmp_path: Path, content: bytes, problem: str
) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(content)

    with pytest.raises(Wrong, match=problem):
        bring(file, wrong)

    assert not file.exists()


def test_two_imports_do_not_get_in_each_others_way(file: Path) -> None:
    with file.with_suffix(".lock").open("w") as other:
        flock(other, LOCK_EX)

        with pytest.raises(Busy):
            bring(file, "open_uprn.csv")


@pytest.mark.parametrize(
    ("shouted", "calm"),
    [
        ("ST MARY'S ROAD", "St Mary's Road"),
        ("22A THE GREEN", "22A The Green"),
        ("THE OLD MILL", "The Old Mill"),
        ("STOKE ON TRENT", "Stoke on Trent"),
        ("2ND FLOOR FLAT", "2nd Floor Flat"),
        ("Already Written", "Already Written"),
    ],
)
def test_capitals_are_calmed(shouted: str, calm: str) -> None:
    assert cased(shouted) == calm
