"""What a check tells of a sound export, number by number, against truths counted while it was written."""

import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from portal.errors import Refused
from portal.hmis_csv.reading.check import bytes_to_read, check, read
from portal.hmis_csv.reading.summary import summary
from portal.hmis_csv.reading.tally import Counts
from portal.hmis_csv.rules.lags import exit_reason, lag, median
from tests.hmis_csv.generator import CANARY, Plan, Truth, write

pytestmark = pytest.mark.pure


def bucketed(lags: Counter[int]) -> dict[str, int]:
    found = {"<0": 0, "0": 0, "1-3": 0, "4-6": 0, "7-10": 0, "11+": 0}
    for day, count in lags.items():
        if day < 0:
            found["<0"] += count
        elif day == 0:
            found["0"] += count
        elif day <= 3:
            found["1-3"] += count
        elif day <= 6:
            found["4-6"] += count
        elif day <= 10:
            found["7-10"] += count
        else:
            found["11+"] += count
    return found


def middle(lags: Counter[int]) -> float:
    days = sorted(lags.elements())
    return (days[(len(days) - 1) // 2] + days[len(days) // 2]) / 2


@pytest.mark.parametrize("year", [2024, 2026])
def test_a_sound_export_of_27_organizations_is_told_to_the_last_row(tmp_path: Path, year: int):
    path = tmp_path / "export.zip"
    truth = write(path, Plan(year=year))

    told = check(path).as_json()

    assert told == {
        "export": {"year": year, "software": "Sample HMIS", "export_date": "2026-01-05T06:30:00", "directive": 2},
        "counts": dict(truth.counts),
        "entry_lag": {
            "buckets": bucketed(truth.entry_lags),
            "median": middle(truth.entry_lags),
            "measurable": True,
            "reason": None,
        },
        "exit_lag": {
            "buckets": bucketed(truth.exit_lags),
            "median": middle(truth.exit_lags),
            "measurable": True,
            "reason": None,
        },
        "problems": [],
    }
    assert sum(told["entry_lag"]["buckets"].values()) == 15_680


def test_activity_is_counted_by_project_month_and_kind_through_the_enrollment(export: tuple[Path, Truth]):
    path, truth = export

    activity = read(path).activity()

    told = Counter(
        {
            (project, month, event.value): count
            for (project, month), facts in activity.items()
            for event, count in facts.events.items()
        }
    )
    assert told == truth.events
    lags = Counter(
        {
            (project, month, day): count
            for (project, month), facts in activity.items()
            for day, count in facts.entry_lags.items()
        }
    )
    clipped: Counter[tuple[str, date, int]] = Counter()
    for (project, month, day), count in truth.entry_lags_by_month.items():
        clipped[project, month, max(-1, min(day, 15))] += count
    assert lags == clipped


def test_the_busiest_day_counts_all_kinds_but_updates(export: tuple[Path, Truth]):
    path, truth = export

    activity = read(path).activity()

    busiest: dict[tuple[str, date], int] = {}
    for (project, day), count in truth.days.items():
        cell = project, day.replace(day=1)
        busiest[cell] = max(busiest.get(cell, 0), count)
    assert {cell: facts.busiest_day for cell, facts in activity.items() if facts.busiest_day} == busiest


def test_counts_stay_right_when_they_are_added_up_many_times(export: tuple[Path, Truth], monkeypatch):
    path, truth = export
    monkeypatch.setattr(Counts, "ADDED_FROM", 100)
    monkeypatch.setattr("portal.hmis_csv.reading.activity.JOINED_FROM", 100)
    monkeypatch.setattr("portal.hmis_csv.reading.streams.BLOCK", 4096)

    reading = read(path)

    assert reading.found.entry_lags == truth.entry_lags
    assert (
        Counter(
            {
                (*cell, event.value): count
                for cell, facts in reading.activity().items()
                for event, count in facts.events.items()
            }
        )
        == truth.events
    )


def test_no_client_cell_is_in_what_is_told(tmp_path: Path):
    path = tmp_path / "full.zip"
    truth = write(path, Plan(organizations=3, enrollments=500, full=True))
    assert CANARY.encode() in _files(path, "Client")[0]

    result = check(path)

    assert CANARY not in json.dumps(result.as_json()) + summary(result) + repr(read(path))
    assert result.counts == truth.counts
    assert [(one.file, one.code, one.severity.value) for one in result.problems] == [
        ("Client.csv", "client_file", "note")
    ]


def test_exits_that_carry_their_enrollments_moment_are_not_measurable(tmp_path: Path):
    path = tmp_path / "copied.zip"
    truth = write(path, Plan(organizations=5, enrollments=1_000, copied_exits=True))

    told = check(path)

    assert dict(told.exit_lag.buckets) == bucketed(truth.exit_lags)
    assert told.exit_lag.reason == (
        "Most exits carry a date of keying before the exit itself, so it does not say when the exit was keyed."
    )
    assert told.as_json()["exit_lag"]["measurable"] is False
    assert [one.code for one in told.problems] == ["exits_not_measurable"]
    assert read(path).exits_not_measurable == frozenset({"1000", "1001", "1002", "1003", "1004"})


def test_copied_moments_are_seen_even_where_all_exits_were_keyed_late():
    late = {30: 100}

    assert exit_reason(late, copied=100) == (
        "Nearly all exits carry the moment at which their enrollment was keyed, not their own."
    )
    assert exit_reason(late, copied=10) is None
    assert exit_reason({30: 19}, copied=19) is None


def test_the_median_of_two_halves_lies_between_them():
    assert [median({}), median({4: 1}), median({1: 1, 4: 1}), median({0: 3, 9: 2})] == [None, 4, 2.5, 0]
    assert lag({}, "nothing").as_json()["median"] is None


def test_progress_tells_every_byte_of_the_streamed_files(export: tuple[Path, Truth]):
    taken: list[int] = []

    read(export[0], taken.append)

    streamed = _files(export[0], "Enrollment", "Exit", "Services", "CurrentLivingSituation")
    headers = sum(body.index(b"\n") + 1 for body in streamed)
    assert sum(taken) + headers == bytes_to_read(export[0])


def test_the_command_prints_one_json_object_or_one_sentence_of_refusal(export: tuple[Path, Truth], tmp_path: Path):
    nonsense = tmp_path / "nonsense.zip"
    nonsense.write_bytes(os.urandom(1_000))

    good = _command("hmis-csv", "check", str(export[0]), "--json")
    bad = _command("hmis-csv", "check", str(nonsense), "--json")

    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout) == check(export[0]).as_json()
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr == (
        "This is not a zip file that can be read. Upload the HMIS CSV export as the vendor's software wrote it.\n"
    )


def test_without_json_a_person_can_read_it(export: tuple[Path, Truth]):
    said = summary(check(export[0])).splitlines()

    assert said[0] == "HMIS CSV export, FY2026, by Sample HMIS"
    assert "  Enrollment                     1,960" in said
    assert said[-1] == "No problems."


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(Refused, match=r"^There is no file none\.zip\.$"):
        check(tmp_path / "none.zip")
    with pytest.raises(Refused, match="is not a file"):
        check(tmp_path)


def _command(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def _files(path: Path, *names: str) -> list[bytes]:
    with zipfile.ZipFile(path) as archive:
        return [archive.read(f"{name}.csv") for name in names]
