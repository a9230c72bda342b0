"""Spoiled files that are read all the same, each with what is told of it."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.hmis_csv.reading.check import check
from tests.hmis_csv.conftest import SMALL
from tests.hmis_csv.generator import CANARY, Plan, Truth, write

pytestmark = pytest.mark.pure
Spoil = Callable[..., Path]


def told(path: Path) -> list[tuple[str, str, int | None, str]]:
    return [(one.code, one.file, one.row, one.severity.value) for one in check(path).problems]


def nothing(body: bytes) -> None:
    return None


def empty(body: bytes) -> bytes:
    return b""


def test_a_byte_order_mark_is_nothing_to_speak_of(export: tuple[Path, Truth], spoiled: Spoil):
    mark = lambda body: b"\xef\xbb\xbf" + body  # noqa: E731

    path = spoiled(Export=mark, Project=mark, Enrollment=mark)

    assert told(path) == []
    assert check(path).as_json() == check(export[0]).as_json()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_and_told(export: tuple[Path, Truth], spoiled: Spoil, encoding: str):
    recoded = lambda body: body.decode().encode(encoding)  # noqa: E731

    path = spoiled(Export=recoded, Organization=recoded, Enrollment=recoded)

    assert told(path) == [
        ("encoding_utf_16", "Export.csv", None, "note"),
        ("encoding_utf_16", "Organization.csv", None, "note"),
        ("encoding_utf_16", "Enrollment.csv", None, "note"),
    ]
    assert check(path).counts == check(export[0]).counts
    assert check(path).entry_lag == check(export[0]).entry_lag


def test_windows_1252_is_read_and_told(spoiled: Spoil):
    path = spoiled(
        Organization=lambda body: body.replace(b"Agency 1, Inc.", b"Agencia Jos\xe9"),
        Enrollment=lambda body: body.replace(b",CA-600,", b",\xe9\x97,", 5),
        Exit=lambda body: body.replace(b",410,,", b",410,\xe9,", 5),
    )

    assert told(path) == [
        ("encoding_windows_1252", f"{name}.csv", None, "note") for name in ("Organization", "Enrollment", "Exit")
    ]
    assert check(path).counts["Enrollment"] == SMALL.enrollments * 98 // 100


def test_files_in_a_folder_are_read_there(tmp_path: Path):
    path = tmp_path / "folder.zip"
    truth = write(path, Plan(organizations=2, enrollments=100, folder="CSV export/"))

    assert told(path) == [("files_in_folder", "Export.csv", None, "note")]
    assert check(path).counts == truth.counts


def test_backslashes_of_an_old_zip_program_are_folders(tmp_path: Path):
    path = tmp_path / "folder.zip"
    write(path, Plan(organizations=2, enrollments=100, folder="csv\\"))

    assert told(path) == [("files_in_folder", "Export.csv", None, "note")]


def test_files_of_a_mac_and_custom_files_are_left_alone(spoiled: Spoil):
    path = spoiled({"__MACOSX/._Export.csv": b"\0\1", "CustomNotes.csv": b"a,b\n"})

    assert told(path) == [("other_files", "Export.csv", None, "note")]


def test_months_first_are_read_as_such_and_told(export: tuple[Path, Truth], spoiled: Spoil):
    def month_first(body: bytes) -> bytes:
        return re.sub(rb"(20\d\d)-(\d\d)-(\d\d)", rb"\2-\3-\1", body)

    path = spoiled(Export=month_first, Enrollment=month_first)

    assert told(path) == [
        ("month_first", "Export.csv", 2, "warning"),
        ("month_first", "Export.csv", 2, "warning"),
        ("month_first", "Export.csv", 2, "warning"),
        ("month_first", "Enrollment.csv", None, "warning"),
        ("month_first", "Enrollment.csv", None, "warning"),
    ]
    assert check(path).entry_lag == check(export[0]).entry_lag
    assert check(path).export == check(export[0]).export


def test_dates_that_no_form_names_are_counted_as_errors_and_never_quoted(spoiled: Spoil):
    def spoil(body: bytes) -> bytes:
        lines = body.split(b"\n")
        lines[1] = re.sub(rb",2025-\d\d-\d\d,", b",03-11-21,", lines[1], count=1)
        lines[2] = re.sub(rb",2025-\d\d-\d\d,", f",{CANARY},".encode(), lines[2], count=1)
        lines[3] = re.sub(rb",2025-\d\d-\d\d,", b",,", lines[3], count=1)
        lines[4] = re.sub(rb",2025-\d\d-\d\d,", b",9999-12-31,", lines[4], count=1)
        return b"\n".join(lines)

    result = check(spoiled(Enrollment=spoil))

    assert [(one.code, one.column, one.message) for one in result.problems] == [
        ("blank", "EntryDate", "EntryDate is blank in 1 rows. It may not be."),
        ("bad_date", "EntryDate", "EntryDate is no date in a form that the format names (yyyy-mm-dd) in 3 rows."),
    ]
    assert sum(result.entry_lag.buckets.values()) == SMALL.enrollments * 98 // 100 - 4


def test_a_last_line_without_newline_quoted_newlines_and_nuls_change_nothing(
    export: tuple[Path, Truth], spoiled: Spoil
):
    path = spoiled(
        Enrollment=lambda body: body.rstrip(b"\n").replace(b",CA-600,", b',"CA\n""600",', 9),
        Exit=lambda body: body.replace(b",410,,", b",410,\0,", 3).replace(b"\n", b"\r\n"),
    )

    assert told(path) == [("nul_characters", "Exit.csv", None, "warning")]
    assert check(path).entry_lag == check(export[0]).entry_lag
    assert check(path).exit_lag == check(export[0]).exit_lag


def test_column_names_count_without_case_and_order_and_twice_is_told(export: tuple[Path, Truth], spoiled: Spoil):
    def turned(body: bytes) -> bytes:
        lines = [b",".join(reversed(line.split(b","))) for line in body.splitlines()]
        return b"\n".join([lines[0].lower(), *lines[1:]])

    def doubled(body: bytes) -> bytes:
        return b"\n".join(
            line + (b",DateCreated" if place == 0 else b",1999-01-01") for place, line in enumerate(body.splitlines())
        )

    path = spoiled(Enrollment=turned, Exit=doubled)

    assert told(path) == [("duplicate_column", "Exit.csv", 1, "error")]
    assert check(path).entry_lag == check(export[0]).entry_lag
    assert check(path).exit_lag == check(export[0]).exit_lag


def test_rows_of_another_width_are_left_out_and_counted(spoiled: Spoil):
    path = spoiled(
        Enrollment=lambda body: body + f"only,{CANARY}\n".encode(),
        Project=lambda body: body + b"one cell\n",
    )

    result = check(path)

    assert [(one.file, one.code, one.message) for one in result.problems] == [
        ("Project.csv", "row_length", "The row has 1 cells under 19 column names. It is set aside."),
        (
            "Enrollment.csv",
            "row_length",
            "1 rows have more or fewer cells than there are column names. They are left out.",
        ),
    ]
    assert result.counts["Enrollment"] == SMALL.enrollments * 98 // 100


def test_duplicate_keys_are_told_in_every_file(spoiled: Spoil):
    def twice(body: bytes) -> bytes:
        return body + body.split(b"\n")[1] + b"\n"

    path = spoiled(Organization=twice, Enrollment=twice)

    assert told(path) == [
        ("duplicate_key", "Organization.csv", 11, "error"),
        ("duplicate_key", "Enrollment.csv", None, "error"),
    ]


def test_blank_mandatory_cells_set_the_row_aside_and_keep_the_file(spoiled: Spoil):
    path = spoiled(Organization=lambda body: body.replace(b'"Agency 0, Inc.",0', b'"Agency 0, Inc.",'))

    result = check(path)

    assert [(one.code, one.row, one.column, one.message) for one in result.problems] == [
        ("blank", 2, "VictimServiceProvider", "VictimServiceProvider: it may not be blank. The row is set aside.")
    ]
    assert result.counts["Organization"] == 9


def test_formula_cells_are_told_and_not_quoted(spoiled: Spoil):
    formula = b'"=HYPERLINK(""http://example.org"")"'
    path = spoiled(Organization=lambda body: body.replace(b'"Agency 0, Inc."', formula))

    assert told(path) == [("formula_cell", "Organization.csv", 2, "warning")]
    assert "HYPERLINK" not in json.dumps(check(path).as_json())


def test_several_export_rows_leave_the_one_that_the_data_carry(spoiled: Spoil):
    def more(body: bytes) -> bytes:
        header, row = body.splitlines()
        return b"\n".join([header, row.replace(b"X1,", b"X0,"), row, row.replace(b"X1,", b"X2,"), b""])

    path = spoiled(Export=more)

    assert told(path) == [("several_export_rows", "Export.csv", 3, "warning")]
    assert check(path).export.export_id == "X1"


def test_another_export_id_in_the_data_is_an_error_that_is_told(spoiled: Spoil):
    assert told(spoiled(Export=lambda body: body.replace(b"\nX1,", b"\nX9,"))) == [
        ("export_id_differs", "Export.csv", 2, "error")
    ]


def test_missing_activity_files_are_told_and_nothing_is_measured(spoiled: Spoil):
    result = check(spoiled(Enrollment=nothing, Exit=nothing, Services=empty))

    assert [(one.code, one.file) for one in result.problems] == [
        ("file_missing", "Enrollment.csv"),
        ("file_missing", "Exit.csv"),
        ("column_missing", "Services.csv"),
        ("column_missing", "Services.csv"),
        ("column_missing", "Services.csv"),
        ("column_missing", "Services.csv"),
        ("column_missing", "Services.csv"),
        ("unknown_parent", "CurrentLivingSituation.csv"),
    ]
    assert [result.entry_lag.median, result.entry_lag.reason] == [
        None,
        "No enrollment has both an entry date and a date of keying.",
    ]


def test_the_year_is_told_even_where_the_version_is_silent(tmp_path: Path, spoiled: Spoil):
    silent = spoiled(Export=lambda body: body.replace(b"2026 v1.0", b""))
    assert [check(silent).export.year, *told(silent)] == [2026, ("version_missing", "Export.csv", 2, "warning")]

    other = spoiled(Export=lambda body: body.replace(b"2026 v1.0", b"2024 v1.3"))
    assert [check(other).export.year, *told(other)] == [2024, ("version_conflict", "Export.csv", 2, "warning")]
