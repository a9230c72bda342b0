"""Whatever the bytes, an export is read or refused: no traceback, no client cell."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.errors import Refused
from portal.hmis_csv.reading.check import check
from tests.hmis_csv.generator import CANARY, Plan, write

pytestmark = pytest.mark.pure
Spoil = Callable[..., Path]


def zip_of(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return path


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
