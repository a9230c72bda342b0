"""Time and memory of reading an export, against a bare scan of the same files by the same engine.

    python -m tests.hmis_csv.measure [ENROLLMENTS] [ORGANIZATIONS]

Each reading runs in a process of its own, so that its peak memory is its own.
"""

import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from tests.hmis_csv.generator import Plan, write

SCANNED = ("Enrollment", "Exit", "Services", "CurrentLivingSituation")


def bare_scan(path: Path) -> None:
    """The engine's own reader over every column of the four files, as text."""
    from pyarrow import csv

    with zipfile.ZipFile(path) as archive:
        for name in SCANNED:
            with archive.open(f"{name}.csv") as stream:
                parse = csv.ParseOptions(newlines_in_values=True)
                for _ in csv.open_csv(stream, parse_options=parse):
                    pass


def check(path: Path) -> None:
    from portal.hmis_csv.reading.check import check

    check(path)


def read_for_the_grid(path: Path) -> None:
    from portal.hmis_csv.reading.check import read
    from portal.hmis_csv.rules.grid import grid, grid_projects

    reading = read(path)
    grid(grid_projects(reading.roster), reading.result.export, reading.activity())


def slim(path: Path) -> None:
    from portal.hmis_csv.reading.slim import slim

    with tempfile.TemporaryDirectory() as folder:
        slim(path, Path(folder) / "slim.zip")


def load_and_read(path: Path) -> None:
    """The slim copy comes in as a request brings it, and the worker reads it: months, problems, proposed changes."""
    _imported(path, applies=False)


def load_and_apply(path: Path) -> None:
    """And the first load of all is applied to an empty register."""
    _imported(path, applies=True)


def _imported(path: Path, *, applies: bool) -> None:
    from portal import clock
    from portal import db as database
    from portal.app import create_app
    from portal.audit import Act
    from portal.db import db
    from portal.hmis_csv import actions
    from portal.hmis_csv.jobs import RUNS
    from portal.hmis_csv.rules.loading import ExportState
    from portal.policy import Role
    from portal.scheduler import run_job, work_runs
    from portal.settings import Settings
    from tests import factories

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_environ({"PORTAL_DATA": folder}))
        with app.app_context():
            database.upgrade()
            factories.make_coc(code="CA-600")
            admin = factories.make_person(factories.make_lead(), Role.LEAD_ADMIN)
            act = Act(at=clock.now(), by=admin.id)
            with path.open("rb") as stream:
                held = actions.load_export(act, name=path.name, stream=stream)
            db.session.commit()
            run_job(work_runs(RUNS), clock.now())
            if applies:
                actions.apply_export(act, held)
                db.session.commit()
                run_job(work_runs(RUNS), clock.now())
            wanted = ExportState.APPLIED if applies else ExportState.READY
            if held.state is not wanted:
                raise SystemExit(f"The export is {held.state}: {held.why}")


READINGS: dict[str, Callable[[Path], None]] = {
    "bare scan": bare_scan,
    "check": check,
    "read and grid": read_for_the_grid,
    "slim": slim,
    "load and read": load_and_read,
    "load and apply": load_and_apply,
}
OF_THE_COPY = ("load and read", "load and apply")
"""These are handed the slim copy, as the portal is."""


def measured(name: str, path: Path) -> tuple[float, float, float]:
    """Seconds by the wall clock and of the processors, imports included, and peak memory in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.Popen([sys.executable, "-m", "tests.hmis_csv.measure", "--one", name, str(path)])
    peak = 0
    process = psutil.Process(done.pid)
    while done.poll() is None:
        try:
            peak = max(peak, process.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.02)
    if done.wait():
        raise SystemExit(f"{name} failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, worked, peak / 1e6


def lines(enrollments: int, organizations: int) -> Iterator[str]:
    """What `make bench` prints of exports of this size."""
    from portal.hmis_csv.reading.slim import slim as slimmed

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        started = time.perf_counter()
        write(path, Plan(organizations=organizations, enrollments=enrollments))
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
        made = time.perf_counter() - started
        yield f"{enrollments:,} enrollments of {organizations} agencies, {unpacked / 1e6:,.0f} MB, made in {made:.0f} s"
        copy = slimmed(path).path
        for name in READINGS:
            seconds, worked, peak = measured(name, copy if name in OF_THE_COPY else path)
            yield f"{name:16}{seconds:8.2f} s{worked:8.2f} s of work{peak:8.0f} MB"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        READINGS[sys.argv[2]](Path(sys.argv[3]))
    else:
        for line in lines(int((sys.argv[1:] or ["3000000"])[0]), int((sys.argv[2:] or ["300"])[0])):
            print(line, flush=True)
