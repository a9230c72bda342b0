"""One small export, made once, ways to spoil a copy of it, and its way through the portal."""

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.audit import Act
from portal.db import db
from portal.hmis_csv import actions
from portal.hmis_csv.jobs import JOBS, RUNS
from portal.hmis_csv.models import HmisExport
from portal.hmis_csv.reading.slim import slim
from portal.people.models import Person
from portal.policy import Role
from portal.scheduler import run_job, work_runs
from tests import factories
from tests.hmis_csv.generator import Plan, Truth, write

SMALL = Plan(organizations=9, enrollments=2_000, seed=3)
Change = Callable[[bytes], bytes | None]


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    path = tmp_path_factory.mktemp("hmis") / "export.zip"
    return path, write(path, SMALL)


@pytest.fixture
def spoiled(export: tuple[Path, Truth], tmp_path: Path) -> Callable[..., Path]:
    """A copy with files changed by name, left out (None) or added."""

    def spoil(_added: dict[str, bytes] | None = None, **changes: Change) -> Path:
        path = tmp_path / "spoiled.zip"
        with zipfile.ZipFile(export[0]) as whole, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
            for info in whole.infolist():
                body: bytes | None = whole.read(info)
                if change := changes.get(info.filename.removesuffix(".csv")):
                    body = change(body or b"")
                if body is not None:
                    copy.writestr(info.filename, body)
            for name, body in (_added or {}).items():
                copy.writestr(name, body)
        return path

    return spoil


@pytest.fixture
def admin(app: Flask, clock_at: Callable[[datetime], None]) -> Person:
    """An administrator of the HMIS Lead of one CoC, which has its number; the clock stands still."""
    factories.make_coc(name="Kestrel CoC", code="CA-600")
    made = factories.make_person(factories.make_lead(), Role.LEAD_ADMIN, email="ines@example.org")
    db.session.commit()
    return made


@pytest.fixture
def applied(admin: Person, at: datetime, export: tuple[Path, Truth], tmp_path: Path) -> HmisExport:
    """The small export, in the register."""
    return confirmed(loaded(copied(export[0], tmp_path), admin, at), admin, at)


def copied(path: Path, folder: Path) -> Path:
    """The slim copy of an export."""
    target = folder / f"{path.stem}-copy.zip"
    target.unlink(missing_ok=True)
    return slim(path, target).path


def work() -> None:
    """What the worker does with exports."""
    for job in (work_runs(RUNS), *JOBS):
        ran = run_job(job, clock.now())
        assert ran.failed == 0, ran.last_error


def loaded(path: Path, admin: Person, at: datetime) -> HmisExport:
    with path.open("rb") as stream:
        held = actions.load_export(Act(at=at, by=admin.id), name=path.name, stream=stream)
    db.session.commit()
    work()
    return held


def confirmed(held: HmisExport, admin: Person, at: datetime, number: int | None = None) -> HmisExport:
    actions.apply_export(Act(at=at, by=admin.id), held, confirmed=number)
    db.session.commit()
    work()
    return held
