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
from collections.abc import Callable
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


READINGS: dict[str, Callable[[Path], None]] = {
    "bare scan": bare_scan,
    "check": check,
    "read and grid": read_for_the_grid,
    "slim": slim,
}


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


def main(enrollments: int, organizations: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        started = time.perf_counter()
        write(path, Plan(organizations=organizations, enrollments=enrollments))
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
        print(f"{enrollments:,} enrollments, {unpacked / 1e6:,.0f} MB, made in {time.perf_counter() - started:.0f} s")
        for name in READINGS:
            seconds, worked, peak = measured(name, path)
            print(f"{name:16}{seconds:8.2f} s{worked:8.2f} s of work{peak:8.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        READINGS[sys.argv[2]](Path(sys.argv[3]))
    else:
        main(int((sys.argv[1:] or ["3000000"])[0]), int((sys.argv[2:] or ["300"])[0]))
