"""`make bench`, or `python -m tests.bench --help`."""

import argparse
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.app import create_app
from portal.db import db
from portal.policy import Role
from portal.settings import Settings
from tests.bench import counting, report, visits
from tests.bench.busy import Busy
from tests.bench.databases import ROOT, Shelf, shelves
from tests.bench.load import measure, warm_up
from tests.bench.report import Cell, Run
from tests.bench.servers import BARE, PORTAL, Server, served
from tests.bench.visits import Step

STARTS = 3
CLIENTS = (1, 8)


def main() -> None:
    asked = _asked()
    warnings.simplefilter("ignore")
    runs: list[Run] = []
    with shelves(asked.db) as kept:
        for shelf in kept:
            for size in asked.sizes:
                print(f"Measuring {size:,} tickets on {shelf.kind}", flush=True)
                runs.append(_measured(shelf, size, asked))
    print(report.table(runs))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measures speed and size of the portal beside a bare app on the same data, and prints one table. "
        "Filled databases are kept in var/bench; the first run takes some minutes more.",
    )
    parser.add_argument("--sizes", type=_numbers, default=[1_000, 10_000, 100_000], help="tickets; 1000,10000,100000")
    parser.add_argument("--db", type=_kinds, default=["sqlite", "postgres"], help="sqlite,postgres")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each step at each number of clients")
    parser.add_argument("--mails", type=int, default=500, help="messages that are taken in")
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000 tickets, a second for each step")
    parser.add_argument("--only", default="", help="steps whose name contains this")
    asked = parser.parse_args()
    if asked.quick:
        asked.sizes, asked.seconds, asked.mails = [1_000, 10_000], 1.0, 200
    return asked


def _numbers(words: str) -> list[int]:
    return [int(word.replace("_", "")) for word in words.split(",")]


def _kinds(words: str) -> list[str]:
    kinds = words.split(",")
    if not set(kinds) <= {"sqlite", "postgres"}:
        raise argparse.ArgumentTypeError("name sqlite, postgres or both")
    return kinds


def _measured(shelf: Shelf, size: int, asked: argparse.Namespace) -> Run:
    run = Run(shelf.kind, size)
    with shelf.copy(size) as (url, folder):
        steps = _prepared(run, url, folder)
        _ask_servers(run, [step for step in steps if asked.only in step.name], url, folder, asked.seconds)
        run.starts = sorted(_start(url, folder) for _ in range(STARTS))
    if asked.mails:
        with shelf.copy(size) as (url, folder):
            run.ingest = _ingested(url, folder, asked.mails)
    return run


def _prepared(run: Run, url: str, folder: Path) -> list[Step]:
    """Sessions, addresses, and what can be counted without a server."""
    settings = Settings.from_environ({"PORTAL_DATA": str(folder), "DATABASE_URL": url})
    app = create_app(settings)
    with app.app_context():
        known = visits.facts()
    visits.hire(app)
    staff, user = visits.sign_in(app, Role.LEAD_STAFF), visits.sign_in(app, Role.END_USER)
    steps = [*visits.steps(staff, user, known), *visits.first_pages(app)]
    run.weights = {step.name: counting.weigh(app, step.path, step.reader) for step in steps if step.reader}
    run.first_view = counting.first_view(app, steps[0].path, staff)
    with app.app_context():
        db.engine.dispose()
    return steps


def _ask_servers(run: Run, steps: list[Step], url: str, folder: Path, seconds: float) -> None:
    with served(PORTAL, url, folder) as portal, served(BARE, url, folder) as bare:
        for step in steps:
            warm_up(portal, step.portal, max(CLIENTS))
        run.memory_before = portal.memory()
        with _watched(run, portal, bare):
            for step in steps:
                for clients in CLIENTS:
                    found = measure(portal, step.portal, clients, seconds)
                    beside = measure(bare, step.bare, clients, seconds) if step.bare else None
                    run.cells[step.name, clients] = Cell(found, beside)
        run.memory_after = portal.memory()


@contextmanager
def _watched(run: Run, *servers: Server) -> Iterator[None]:
    busy = Busy([process for server in servers for process in server.tree])
    yield
    run.foreign = busy.foreign()


def _start(url: str, folder: Path) -> float:
    with served(PORTAL, url, folder) as server:
        return server.started_after


def _ingested(url: str, folder: Path, mails: int) -> dict[str, float]:
    environ = {**os.environ, "PORTAL_DATA": str(folder), "DATABASE_URL": url}
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.ingest", str(mails)]
    done = subprocess.run(command, env=environ, cwd=ROOT, check=True, capture_output=True, text=True)
    facts: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return facts


if __name__ == "__main__":
    main()
