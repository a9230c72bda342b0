"""The slim copy: what stays, what goes, and that a full export is turned away."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.errors import Refused
from portal.hmis_csv.reading.check import check
from portal.hmis_csv.reading.slim import ADVICE, demand_slim, looks_full, slim
from portal.hmis_csv.rules.specification import activity_files, slim_files
from tests.hmis_csv.generator import CANARY, Plan, Truth, write

pytestmark = pytest.mark.pure


@pytest.fixture
def full(tmp_path: Path) -> tuple[Path, Truth]:
    path = tmp_path / "full.zip"
    return path, write(path, Plan(organizations=4, enrollments=800, full=True))


def test_a_slim_copy_holds_the_roster_whole_and_only_the_allowed_columns(full: tuple[Path, Truth]):
    path, _ = full

    done = slim(path)

    assert done.path == path.with_name("full-slim.zip")
    assert done.sentences == (
        "full-slim.zip holds 13 files.",
        "2 files were left out, Client.csv among them if there was one.",
        "Enrollment.csv lost 59 columns.",
        "Exit.csv lost 4 columns.",
        "Services.csv lost 4 columns.",
        "CurrentLivingSituation.csv lost 4 columns.",
    )
    with zipfile.ZipFile(done.path) as copy, zipfile.ZipFile(path) as whole:
        assert copy.namelist() == [f"{name}.csv" for name in slim_files()]
        for name in slim_files():
            if name in activity_files():
                header = copy.read(f"{name}.csv").splitlines()[0].decode().replace('"', "").split(",")
                assert header == list(activity_files()[name].keep)
            else:
                assert copy.read(f"{name}.csv") == whole.read(f"{name}.csv")
        assert b"".join(whole.read(name) for name in whole.namelist()).count(CANARY.encode()) > 800
        assert b"".join(copy.read(name) for name in copy.namelist()).count(CANARY.encode()) == 0


def test_a_check_of_the_copy_says_the_same_as_of_the_whole(full: tuple[Path, Truth]):
    path, truth = full

    copy = check(slim(path).path)

    whole = check(path)
    assert copy.problems == ()
    assert copy.counts == {name: count for name, count in truth.counts.items() if name != "IncomeBenefits"}
    assert [copy.export, copy.entry_lag, copy.exit_lag] == [whole.export, whole.entry_lag, whole.exit_lag]


def test_a_slim_copy_of_a_slim_copy_changes_nothing(full: tuple[Path, Truth], tmp_path: Path):
    first = slim(full[0])

    second = slim(first.path, tmp_path / "again.zip")

    assert second.files_left_out == 0
    assert set(second.columns_left_out.values()) == {()}
    assert check(second.path) == check(first.path)


def test_a_file_that_stands_there_is_never_overwritten(full: tuple[Path, Truth]):
    slim(full[0])

    with pytest.raises(Refused, match=r"^full-slim\.zip is there already"):
        slim(full[0])
    with pytest.raises(Refused, match="No file can be written"):
        slim(full[0], full[0].parent / "nowhere" / "copy.zip")


def test_a_full_export_is_turned_away_with_advice(full: tuple[Path, Truth], spoiled: Callable[..., Path]):
    with pytest.raises(Refused) as no:
        demand_slim(full[0])
    assert no.value.sentence == f"This export holds Client.csv, and client data may not come here. {ADVICE}"

    with pytest.raises(Refused, match=r"^Enrollment\.csv holds columns about clients"):
        demand_slim(spoiled())
    with pytest.raises(Refused, match="more files than the portal reads"):
        demand_slim(spoiled({"Custom.csv": b"x"}))

    demand_slim(slim(full[0]).path)


@pytest.mark.parametrize(
    ("names", "full"),
    [
        (["Export.csv", "Enrollment.csv"], False),
        (["Export.csv", "Client.csv"], True),
        (["csv/CLIENT.CSV"], True),
        (["csv\\client.csv"], True),
        (["Clients.csv"], False),
    ],
)
def test_names_alone_tell_that_clients_are_inside(names: list[str], full: bool):
    assert looks_full(names) is full


def test_a_copy_is_packed(full: tuple[Path, Truth]):
    done = slim(full[0])

    with zipfile.ZipFile(done.path) as copy:
        assert {info.compress_type for info in copy.infolist()} == {zipfile.ZIP_DEFLATED}
    assert done.path.stat().st_size < full[0].stat().st_size


def test_a_roster_file_loses_columns_that_the_format_does_not_know_and_keeps_a_mark_for_what_cannot_be_read(
    spoiled: Callable[..., Path], tmp_path: Path
):
    def widened(body: bytes) -> bytes:
        first, *rows = body.decode().splitlines()
        wide = [f"{first},Nickname", *(f"{row},{CANARY}" for row in rows), f"broken,{CANARY}"]
        return "\n".join(wide).encode()

    done = slim(spoiled(Project=widened), tmp_path / "copy.zip")

    assert done.columns_left_out["Project"] == ("Nickname",)
    with zipfile.ZipFile(done.path) as copy:
        body = copy.read("Project.csv").decode()
    assert (CANARY in body, "Nickname" in body, body.splitlines()[-1]) == (False, False, '"?","?","?","?"')
    assert [problem.code for problem in check(done.path).problems] == ["row_length"]
    demand_slim(done.path)
