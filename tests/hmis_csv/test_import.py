"""From a slim copy to the register: read, compared, confirmed, applied, and loaded once more."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.audit import Act
from portal.db import db
from portal.hmis_csv import actions, queries
from portal.hmis_csv.jobs import JOBS, RUNS
from portal.hmis_csv.models import HmisExport, HmisUser
from portal.hmis_csv.reading.slim import slim
from portal.hmis_csv.rules.loading import ChangeKind, ExportState
from portal.people.models import Organization, Person, Project
from portal.people.rules import OrganizationKind
from portal.policy import Role
from portal.scheduler import run_job, work_runs
from tests import factories
from tests.hmis_csv.generator import Truth


@pytest.fixture
def admin(app: Flask) -> Person:
    factories.make_coc(name="Kestrel CoC", code="CA-600")
    return factories.make_person(factories.make_lead(), Role.LEAD_ADMIN)


def copied(path: Path, tmp_path: Path) -> Path:
    target = tmp_path / f"{path.stem}-copy.zip"
    target.unlink(missing_ok=True)
    return slim(path, target).path


def work() -> None:
    for job in (work_runs(RUNS), *JOBS):
        ran = run_job(job, clock.now())
        assert ran.failed == 0, ran.last_error


def loaded(path: Path, admin: Person, at: datetime) -> HmisExport:
    with path.open("rb") as stream:
        export = actions.load_export(Act(at=at, by=admin.id), name=path.name, stream=stream)
    db.session.commit()
    work()
    return export


def confirmed(export: HmisExport, admin: Person, at: datetime, number: int | None = None) -> HmisExport:
    actions.apply_export(Act(at=at, by=admin.id), export, confirmed=number)
    db.session.commit()
    work()
    return export


def test_an_export_is_read_compared_and_applied_and_a_second_load_changes_nothing(
    app: Flask, admin: Person, at: datetime, export: tuple[Path, Truth], tmp_path: Path
):
    copy = copied(export[0], tmp_path)

    first = loaded(copy, admin, at)

    assert first.state is ExportState.READY
    truth = export[1].counts
    assert {file: held["new"] for file, held in first.totals.items()} == {file: truth[file] for file in first.totals}
    assert db.session.scalar(select(func.count()).select_from(Project)) == 0

    confirmed(first, admin, at)

    assert (first.state, queries.run(first.run_id).refused) == (ExportState.APPLIED, [])
    agencies = select(func.count()).where(Organization.kind == OrganizationKind.AGENCY)
    assert db.session.scalar(agencies) == truth["Organization"]
    assert db.session.scalar(select(func.count()).select_from(Project)) == truth["Project"]
    assert db.session.scalar(select(func.count()).select_from(HmisUser)) == truth["User"]

    again = loaded(copy, admin, at)

    assert (again.state, again.sha256 == first.sha256) == (ExportState.APPLIED, True)
    assert {sum(held[kind] for kind in ChangeKind) for held in again.totals.values()} == {0}
    assert queries.earlier_copy(again).id == first.id
