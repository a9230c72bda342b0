"""The worker is killed in the middle: what it was at is done again or not at all, never by half."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.audit import Act
from portal.db import db
from portal.hmis_csv import actions
from portal.hmis_csv.models import ExportPart, ExportProblem, HmisExport, ProjectMonth, ProposedChange
from portal.hmis_csv.rules.loading import TRIES, ExportState
from portal.people.models import Inventory, Organization, Person, Project
from portal.people.rules import OrganizationKind
from portal.settings import Settings
from tests.hmis_csv.conftest import copied, loaded, work
from tests.hmis_csv.generator import Truth

ROOT = Path(__file__).parents[2]
DIES = """
import os, signal, sys
from datetime import datetime
from sqlalchemy import event
from portal import clock
from portal.app import create_app
from portal.db import db
from portal.hmis_csv.jobs import RUNS
from portal.scheduler import run_job, work_runs
from portal.settings import Settings

at, statement, number = datetime.fromisoformat(sys.argv[1]), sys.argv[2], int(sys.argv[3])
clock.now = lambda: at
seen = 0

def note(connection, cursor, words, *rest):
    global seen
    seen += words.startswith(statement)
    if seen == number:
        os.kill(os.getpid(), signal.SIGKILL)

with create_app(Settings.from_environ()).app_context():
    event.listen(db.engine, "after_cursor_execute", note)
    run_job(work_runs(RUNS), at)
"""


def die(settings: Settings, at: datetime, statement: str, number: int) -> None:
    """Another process works until the statement has run so often, and is killed there."""
    db.session.remove()
    environ = {**os.environ, "PORTAL_DATA": str(settings.data), "DATABASE_URL": settings.database_url}
    command = [sys.executable, "-c", DIES, at.isoformat(), statement, str(number)]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]


def many(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def asked(export: Path, admin: Person, at: datetime) -> int:
    with export.open("rb") as stream:
        made = actions.load_export(Act(at=at, by=admin.id), name="export.zip", stream=stream)
    db.session.commit()
    return made.id


READING = (
    ("UPDATE run", 2),
    ("INSERT INTO hmis_project_month", 1),
    ("INSERT INTO hmis_proposed_change", 1),
    ("UPDATE hmis_export", 1),
    ("UPDATE kept_file", 1),
)


@pytest.mark.parametrize(("statement", "number"), READING)
def test_a_worker_killed_while_reading_leaves_nothing_by_half(
    app: Flask,
    admin: Person,
    at: datetime,
    settings: Settings,
    export: tuple[Path, Truth],
    tmp_path: Path,
    statement: str,
    number: int,
):
    copy = copied(export[0], tmp_path)
    whole = loaded(copy, admin, at)
    expected = (many(ProposedChange), many(ProjectMonth), many(ExportProblem))
    actions.discard_export(Act(at=at, by=admin.id), whole)
    db.session.commit()
    export_id = asked(copy, admin, at)

    die(settings, at, statement, number)

    found = (many(ProposedChange), many(ProjectMonth), many(ExportProblem))
    is_kept = statement == "UPDATE kept_file"
    assert found == (tuple(2 * one for one in expected) if is_kept else expected)
    work()
    held = db.session.get_one(HmisExport, export_id)
    assert held.state is ExportState.READY
    assert (many(ProposedChange), many(ProjectMonth), many(ExportProblem)) == tuple(2 * one for one in expected)
    parts = db.session.scalars(select(ExportPart).where(ExportPart.export_id == export_id)).all()
    assert {part.file.purged_at for part in parts} == {at}


def test_a_file_that_kills_the_worker_again_and_again_is_refused(
    app: Flask, admin: Person, at: datetime, settings: Settings, export: tuple[Path, Truth], tmp_path: Path
):
    export_id = asked(copied(export[0], tmp_path), admin, at)

    for _ in range(TRIES):
        die(settings, at, "INSERT INTO hmis_project_month", 1)
    work()

    held = db.session.get_one(HmisExport, export_id)
    assert (held.state, held.why.partition(".")[0]) == (
        ExportState.REFUSED,
        "Reading this export ended the worker several times",
    )
    assert (many(ProposedChange), many(ProjectMonth)) == (0, 0)


@pytest.mark.parametrize(
    ("statement", "number"),
    [("INSERT INTO organization", 3), ("INSERT INTO inventory", 5), ("INSERT INTO hmis_user", 1)],
)
def test_a_worker_killed_while_applying_leaves_the_register_as_it_was(
    app: Flask,
    admin: Person,
    at: datetime,
    settings: Settings,
    export: tuple[Path, Truth],
    tmp_path: Path,
    statement: str,
    number: int,
):
    held = loaded(copied(export[0], tmp_path), admin, at)
    actions.apply_export(Act(at=at, by=admin.id), held)
    db.session.commit()

    die(settings, at, statement, number)

    agencies = select(func.count()).where(Organization.kind == OrganizationKind.AGENCY)
    assert (db.session.scalar(agencies), many(Project), many(Inventory)) == (0, 0, 0)
    db.session.rollback()
    work()
    truth = export[1].counts
    assert db.session.scalars(select(HmisExport)).one().state is ExportState.APPLIED
    assert (many(Project), many(Inventory)) == (truth["Project"], truth["Inventory"])
