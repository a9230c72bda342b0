"""Spoiled and hostile files: each is read and told, or refused in one sentence; none ends in a traceback."""

import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.errors import Refused
from portal.hmis_csv.reading.check import check
from portal.hmis_csv.reading.slim import slim
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


def zeros(body: bytes) -> bytes:
    return bytes(70 << 20)


def long_line(body: bytes) -> bytes:
    return b"x" * 100_000


def zip_of(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return path


# ── Told, and read on ─────────────────────────────────────────────────────────────────────────────────────────────


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


# ── Refused ───────────────────────────────────────────────────────────────────────────────────────────────────────


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as no:
        check(path)
    with pytest.raises(Refused):
        slim(path, path.with_name("copy.zip"))
    assert [one.name for one in path.parent.iterdir() if "slim" in one.name or "copy" in one.name] == []
    assert "\n" not in no.value.sentence
    return no.value.sentence


def test_what_is_no_zip_is_refused(tmp_path: Path, export: tuple[Path, Truth]):
    whole = export[0].read_bytes()
    for body in (b"", b"PK", b"Export.csv", whole[: len(whole) // 2], b"PK\x05\x06" + b"\xff" * 18, b"\0" * 100_000):
        path = tmp_path / "no.zip"
        path.write_bytes(body)

        assert "not a zip file" in refusal(path) or "lists far more files" in refusal(path)


def test_bytes_changed_inside_are_refused_as_damage(tmp_path: Path, export: tuple[Path, Truth]):
    body = bytearray(export[0].read_bytes())
    middle = len(body) // 2
    body[middle : middle + 400] = bytes(400)
    path = tmp_path / "damaged.zip"
    path.write_bytes(body)

    assert refusal(path) == "The zip file is damaged or cut short. Download the export again."


@pytest.mark.parametrize("name", ["../Export.csv", "/etc/Export.csv", "C:\\Export.csv", "a\\..\\..\\Export.csv"])
def test_names_that_point_outside_are_refused(spoiled: Spoil, name: str):
    assert refusal(spoiled({name: b"x"})) == (
        "The zip file holds a file whose name points outside of it. It is not read."
    )


def test_zip_bombs_are_refused_by_ratio_number_and_size(tmp_path: Path, spoiled: Spoil):
    endless = spoiled(Exit=zeros)
    assert "many hundred times its size" in refusal(endless)

    many = zip_of(tmp_path / "many.zip", {f"{number}.csv": b"" for number in range(501)})
    assert refusal(many) == "The zip file holds 501 files, far more than an HMIS CSV export. It is not read."

    swarm = zip_of(tmp_path / "swarm.zip", {f"{number:0200}.csv": b"" for number in range(5_000)})
    assert refusal(swarm) == "The zip file lists far more files than an HMIS CSV export has. It is not read."


def test_a_size_that_the_zip_lies_about_is_refused(tmp_path: Path, export: tuple[Path, Truth]):
    body = export[0].read_bytes()
    at = body.rindex(b"Enrollment.csv") - 46
    for size in (100, 17 << 30 & 0xFFFFFFFF, 0xFFFFFFFE):
        path = tmp_path / "lie.zip"
        path.write_bytes(body[: at + 24] + struct.pack("<L", size) + body[at + 28 :])

        assert refusal(path)


def test_a_password_another_zip_inside_and_odd_packing_are_refused(
    tmp_path: Path, export: tuple[Path, Truth], spoiled: Spoil
):
    inner = zip_of(tmp_path / "inner.zip", {"export.zip": export[0].read_bytes()})
    assert "holds another zip file" in refusal(inner)

    body = bytearray(export[0].read_bytes())
    at = body.rindex(b"Enrollment.csv") - 46
    body[at + 8] |= 1
    locked = tmp_path / "locked.zip"
    locked.write_bytes(body)
    assert refusal(locked) == "The zip file is protected by a password. Upload the export without one."

    with zipfile.ZipFile(export[0]) as whole, zipfile.ZipFile(tmp_path / "lzma.zip", "w", zipfile.ZIP_LZMA) as packed:
        for name in whole.namelist():
            packed.writestr(name, whole.read(name))
    assert "packed in a way that cannot be read" in refusal(tmp_path / "lzma.zip")


@pytest.mark.parametrize("name", ["Export", "Organization", "Project"])
def test_without_its_mandatory_files_it_is_no_export(spoiled: Spoil, name: str):
    assert f"holds no {name}.csv" in refusal(spoiled(**{name: nothing}))


def test_two_exports_in_one_zip_are_refused(tmp_path: Path, export: tuple[Path, Truth], spoiled: Spoil):
    files = {}
    with zipfile.ZipFile(export[0]) as whole:
        for name in whole.namelist():
            files |= {f"a/{name}": whole.read(name), f"b/{name}": whole.read(name)}
    assert "several exports" in refusal(zip_of(tmp_path / "two.zip", files))

    assert "holds Project.csv twice" in refusal(spoiled({"PROJECT.CSV": b"x"}))


def test_old_years_and_export_rows_that_nothing_carries_are_refused(tmp_path: Path, spoiled: Spoil):
    old = spoiled(Export=lambda body: body.replace(b"2026 v1.0", b"FY2022 v1"))
    with pytest.raises(Refused, match=r"^This export follows the FY2022 format, which is too old\."):
        check(old)

    def strangers(body: bytes) -> bytes:
        header, row = body.splitlines()
        return b"\n".join([header, row.replace(b"X1,", b"X0,"), row.replace(b"X1,", b"X2,"), b""])

    with pytest.raises(Refused, match="carry the ExportID of none"):
        check(spoiled(Export=strangers))
    with pytest.raises(Refused, match="has no row"):
        check(spoiled(Export=lambda body: body.splitlines()[0]))


def test_an_endless_line_and_an_open_quotation_mark_are_refused(spoiled: Spoil):
    noise = random.Random(1).randbytes(12 << 20).replace(b"\n", b"").replace(b"\r", b"").replace(b'"', b"")
    endless = spoiled(Enrollment=lambda body: body + noise)
    assert "a row is endless" in refusal(endless)

    def opened(body: bytes) -> bytes:
        return body + b'"' + CANARY.encode() * 800_000

    said = refusal(spoiled(Enrollment=opened))
    assert "a quotation mark is missing" in said
    assert CANARY not in said
    with pytest.raises(Refused, match=r"^Project\.csv cannot be read after row \d+: a quotation mark"):
        check(spoiled(Project=lambda body: body + b'"open'))
    with pytest.raises(Refused, match="does not start with a line of column names"):
        check(spoiled(Project=long_line))


# ── Whatever the bytes ────────────────────────────────────────────────────────────────────────────────────────────


def survives(path: Path) -> None:
    try:
        said = json.dumps(check(path).as_json())
    except Refused as no:
        said = no.sentence
    assert CANARY not in said


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    path = tmp_path_factory.mktemp("tiny") / "tiny.zip"
    write(path, Plan(organizations=2, enrollments=60))
    return path, path.read_bytes()


bounded = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@bounded
@given(
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6)
)
def test_no_change_of_a_zips_bytes_ends_in_a_traceback(tiny: tuple[Path, bytes], changes: list[tuple[float, bytes]]):
    body = bytearray(tiny[1])
    for where, new in changes:
        at = int(where * len(body))
        body[at : at + len(new)] = new
    path = tiny[0].with_name("changed.zip")
    path.write_bytes(body)

    survives(path)


@bounded
@given(st.floats(0, 1, exclude_max=True), st.binary(max_size=8))
def test_no_change_of_the_zips_directory_ends_in_a_traceback(tiny: tuple[Path, bytes], where: float, new: bytes):
    body = bytearray(tiny[1])
    start = body.index(b"PK\x01\x02")
    at = start + int(where * (len(body) - start))
    body[at : at + len(new)] = new
    path = tiny[0].with_name("changed.zip")
    path.write_bytes(body)

    survives(path)


@bounded
@given(
    st.sampled_from(
        ["Export", "Organization", "Project", "HMISParticipation", "User", "Enrollment", "Exit", "Services"]
    ),
    st.floats(0, 1),
    st.one_of(
        st.binary(max_size=30),
        st.sampled_from([b'"', b"\r", b"\n", b",", b"\0", b"\xff\xfe", b"99999999999999999999", b"-1", b"2025-02-30"]),
    ),
    st.integers(0, 40),
)
@example("Enrollment", 0.0, b"\xff\xfe", 0)
@example("Project", 0.0, b"\0", 0)
def test_no_change_of_a_csvs_bytes_ends_in_a_traceback(
    tiny: tuple[Path, bytes], name: str, where: float, new: bytes, gone: int
):
    files = {}
    with zipfile.ZipFile(io.BytesIO(tiny[1])) as whole:
        files = {one: whole.read(one) for one in whole.namelist()}
    body = files[f"{name}.csv"]
    at = int(where * len(body))
    files[f"{name}.csv"] = body[:at] + new + body[at + gone :]

    survives(zip_of(tiny[0].with_name("changed.zip"), files))
