"""Scheduled jobs and long work."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from portal.db import db
from portal.scheduler import JobRun, Run


def job_runs(name: str = "", failed: bool = False) -> Select[JobRun]:
    """All runs, or those of one job, or those in which something failed; latest first."""
    found = select(JobRun).order_by(JobRun.id.desc())
    if name:
        found = found.where(JobRun.name == name)
    return found.where(JobRun.failed > 0) if failed else found


def latest_job_runs() -> Sequence[JobRun]:
    """The latest run of every job, by name."""
    latest = select(func.max(JobRun.id)).group_by(JobRun.name)
    return db.session.scalars(select(JobRun).where(JobRun.id.in_(latest)).order_by(JobRun.name)).all()


def job_names() -> Sequence[str]:
    return db.session.scalars(select(JobRun.name).distinct().order_by(JobRun.name)).all()


def runs() -> Select[Run]:
    return select(Run).order_by(Run.id.desc())


def run(run_id: int) -> Run | None:
    return db.session.get(Run, run_id)
