"""A worker is killed in the middle of a list or of a file of evidence: taken up again, nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.app import JOBS
from portal.db import db
from portal.files import Upload
from portal.licenses import actions, queries
from portal.licenses.models import License, ListRow
from portal.licenses.rules import ListKind, ListState, Outcome
from portal.licenses.rules.columns import ListColumn
from portal.people.models import Person, RoleGrant
from portal.scheduler import RunState, run_job
from portal.settings import Settings
from portal.standing import actions as standing
from portal.standing.models import EvidenceClaim
from portal.standing.rules.importing import Column
from tests.licenses.conftest import Community

ROOT = Path(__file__).parents[2]
WORK = next(job for job in JOBS if job.name == "runs.work")
DIES = """
import os, signal, sys
from datetime import datetime
from sqlalchemy import event
from sqlalchemy.orm import Session
from portal import clock
from portal.app import JOBS, create_app
from portal.scheduler import run_job
from portal.settings import Settings

at, when, last = datetime.fromisoformat(sys.argv[1]), sys.argv[2], int(sys.argv[3])
clock.now = lambda: at
app = create_app(Settings.from_environ())
commits = []

def die(session):
    commits.append(session)
    if len(commits) == last:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Session, when, die)
with app.app_context():
    run_job(next(job for job in JOBS if job.name == "runs.work"), at)
"""
MOMENTS = [("after_commit", 2), ("before_commit", 3)]
"""The first commit says that the run has begun; each later one ends a portion, or a row within one."""


def killed(settings: Settings, community: Community, when: str, last: int) -> None:
    """A worker that dies at its n-th commit, savepoints included."""
    db.session.commit()
    db.session.remove()
    environ = {**os.environ, "PORTAL_DATA": str(settings.data), "DATABASE_URL": settings.database_url}
    ran = subprocess.run(
        [sys.executable, "-c", DIES, community.at.isoformat(), when, str(last)],
        cwd=ROOT,
        env={**environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()[-2000:]


def taken_up(community: Community) -> None:
    ran = run_job(WORK, community.at)
    assert ran.failed == 0, ran.last_error
    db.session.expire_all()


def number_of(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def staff_list(rows: int) -> bytes:
    lines = ["First,Last,E-mail,Agency,Login"]
    lines += [f"Kim,Ness{n},kim{n}@example.org,{'Oxbow House' if n % 10 else 'Nowhere'},k{n}" for n in range(rows)]
    return "\n".join(lines).encode()


COLUMNS = {
    ListColumn.FIRST_NAME: "First",
    ListColumn.LAST_NAME: "Last",
    ListColumn.EMAIL: "E-mail",
    ListColumn.AGENCY: "Agency",
    ListColumn.LOGIN_ID: "Login",
}


def loaded(community: Community, rows: int) -> int:
    act = community.act(community.admin)
    held = actions.start_list(act, kind=ListKind.STAFF, upload=Upload("staff.csv", staff_list(rows)))
    actions.name_list_columns(act, held, COLUMNS)
    db.session.commit()
    return held.id


@pytest.mark.parametrize(("when", "last"), MOMENTS)
def test_reading_a_list_goes_on_after_a_crash(community: Community, settings: Settings, when: str, last: int):
    list_id = loaded(community, 450)

    killed(settings, community, when, last)
    taken_up(community)

    held = queries.one_list(list_id)
    rows = db.session.scalars(select(ListRow.row).order_by(ListRow.row)).all()
    run = queries.run_of(held)
    assert rows == list(range(2, 452))
    assert queries.outcomes(held) == {Outcome.NEW: 405, Outcome.REFUSED: 45}
    assert (held.state, run.state, run.done, len(run.refused)) == (ListState.READ, RunState.DONE, 450, 45)


@pytest.mark.parametrize(("when", "last"), [*MOMENTS, ("after_commit", 40)])
def test_carrying_a_list_out_goes_on_after_a_crash(community: Community, settings: Settings, when: str, last: int):
    list_id = loaded(community, 60)
    taken_up(community)
    before = {table: number_of(table) for table in (Person, RoleGrant, License)}
    actions.confirm_list(community.act(community.admin), queries.one_list(list_id))

    killed(settings, community, when, last)
    taken_up(community)

    held = queries.one_list(list_id)
    assert {table: number_of(table) - number for table, number in before.items()} == {
        Person: 54,
        RoleGrant: 54,
        License: 54,
    }
    assert (held.state, queries.to_do_count(held), queries.run_of(held).done) == (ListState.DONE, 0, 54)


@pytest.mark.parametrize(("when", "last"), MOMENTS)
def test_reading_past_evidence_goes_on_after_a_crash(community: Community, settings: Settings, when: str, last: int):
    days = [f"{community.user.email},2025-{1 + n // 28:02}-{1 + n % 28:02}" for n in range(300)]
    sheet = "\n".join(["E-mail,Date", *days, *(f"{community.user.email},some day" for _ in range(150))])
    batch = standing.start_import(
        community.act(community.staff),
        kind="training",
        key="privacy",
        of_people=True,
        upload=Upload("past.csv", sheet.encode()),
    )
    run = standing.map_columns(community.act(community.staff), batch, {Column.EMAIL: "E-mail", Column.ON: "Date"})
    run_id, batch_id = run.id, batch.id

    killed(settings, community, when, last)
    taken_up(community)

    run = db.session.get(type(run), run_id)
    rows = db.session.scalars(
        select(EvidenceClaim.row).where(EvidenceClaim.batch_id == batch_id).order_by(EvidenceClaim.row)
    ).all()
    assert rows == list(range(2, 302))
    assert (run.state, run.done, len(run.refused)) == (RunState.DONE, 450, 150)
