"""Hostile and hopeless files: each is refused in one sentence, and no half copy stays."""

import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.errors import Refused
from portal.hmis_csv.reading.check import check
from portal.hmis_csv.reading.slim import slim
from tests.hmis_csv.generator import CANARY, Truth

pytestmark = pytest.mark.pure
Spoil = Callable[..., Path]


def nothing(body: bytes) -> None:
    return None


def zeros(body: bytes) -> bytes:
    return bytes(70 << 20)


def long_line(body: bytes) -> bytes:
    return b"x" * 100_000


def zip_of(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return path


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
