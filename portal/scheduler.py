"""Scheduled work: code-defined jobs run by one elected worker, and long work that a person asked for.

A job is `find(now)` and, for each item, `do(act, item)`, kept or dropped alone. Running twice is harmless, because
actions write the very fact that `find` looks for. What ran, and how it ended, is a `JobRun` row for the status page.
"""

import fcntl
import io
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import JSON, Connection, Index, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.audit import Act, Via
from portal.db import Base, db, is_sqlite
from portal.policy import Scope
from portal.settings import Settings

log = structlog.get_logger("portal.scheduler")

LOCK_KEY = 0x484D4953
LEADER_POLL = timedelta(seconds=1)
KEEP_IDLE_RUNS = timedelta(hours=1)


@dataclass(frozen=True)
class Job:
    """Work that comes round: its name, how often, what is due at a moment, and what to do with each item."""

    name: str
    every: timedelta
    find: Callable[[datetime], Iterable[Any]]
    do: Callable[[Act, Any], None]
    why: str


class JobRun(Base):
    """The latest run of a job that had something to do, and of every job the latest run at all."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_name_id", "name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    """The exception's type and where it was raised, never its text: text may quote what a person typed."""


class RunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELED = "canceled"
    FAILED = "failed"


class Run(Base):
    """Long work that a person asked for: its progress, whether to stop, and every row refused with the reason."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    asked_by_id: Mapped[int | None]
    asked_at: Mapped[datetime]
    state: Mapped[RunState] = mapped_column(default=RunState.WAITING, index=True)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    refused: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.asked_by_id} if self.asked_by_id else ()))


Step = Callable[[Act, Run], Iterator[None]]
"""The work of one kind of run. Each `yield` ends a short transaction, with `done`, `total` and `refused` up to date;
taken up again after a crash, it goes on from `done`."""


def work_runs(steps: Mapping[str, Step]) -> Job:
    """The job that does what people asked for, by the kind of their runs; one at a time, the oldest first."""
    return Job(
        "runs.work",
        timedelta(seconds=2),
        lambda _now: _runs_to_work_on(steps),
        lambda act, run_id: _work_on(act, run_id, steps),
        "Does the long work that people asked for: imports and the like.",
    )


def _runs_to_work_on(steps: Mapping[str, Step]) -> Sequence[int]:
    open_states = (RunState.WAITING, RunState.RUNNING)
    waiting = select(Run.id).where(Run.state.in_(open_states), Run.kind.in_(tuple(steps)))
    return db.session.scalars(waiting.order_by(Run.id).limit(20)).all()


def _work_on(act: Act, run_id: int, steps: Mapping[str, Step]) -> None:
    """A failure keeps what was done before it and ends the run; the job records where it was raised."""
    run = db.session.get_one(Run, run_id)
    run.state = RunState.RUNNING
    db.session.commit()
    by = Act(at=act.at, by=run.asked_by_id, via=Via.JOB)
    try:
        _go_on(steps[run.kind](by, run), run)
    except Exception:
        db.session.rollback()
        _end(db.session.get_one(Run, run_id), RunState.FAILED)
        db.session.commit()
        raise


def _go_on(steps: Iterator[None], run: Run) -> None:
    for _ in steps:
        db.session.commit()
        if run.cancel_asked:
            _end(run, RunState.CANCELED)
            return
    _end(run, RunState.DONE)


def _end(run: Run, state: RunState) -> None:
    run.state, run.ended_at = state, clock.now()


def run_job(job: Job, now: datetime) -> JobRun:
    """Do all that is due; one item's failure neither stops nor undoes the others."""
    run = JobRun(name=job.name, started_at=now)
    run.done = run.failed = 0
    run.last_error = ""
    for item in _found(job, now, run):
        _kept(job, item, run)
    run.ended_at = clock.now()
    _note(run)
    return run


def _found(job: Job, now: datetime, run: JobRun) -> Sequence[Any]:
    """The items, as ids or plain values: each is worked on in a transaction of its own."""
    try:
        items = list(job.find(now))
        db.session.rollback()
    except Exception as failure:  # noqa: BLE001  # a job that cannot look is a recorded failure, not a dead worker
        items = []
        _failed(run, job, failure)
    return items


def _kept(job: Job, item: Any, run: JobRun) -> None:
    try:
        job.do(Act(at=clock.now(), via=Via.JOB), item)
        db.session.commit()
        run.done += 1
    except Exception as failure:  # noqa: BLE001  # one bad item must not stop the others
        _failed(run, job, failure)


def _failed(run: JobRun, job: Job, failure: Exception) -> None:
    db.session.rollback()
    run.failed += 1
    run.last_error = _where(failure)
    log.error("job.failed", job=job.name, where=run.last_error)


def _where(failure: Exception) -> str:
    frame = failure.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "unknown place"
    return f"{type(failure).__name__} at {place}"


def _note(run: JobRun) -> None:
    """Keep the run. Runs that found nothing replace one another, so that the table grows with work, not with time."""
    if not run.done and not run.failed:
        idle = db.session.scalar(select(JobRun).where(JobRun.name == run.name).order_by(JobRun.id.desc()).limit(1))
        if idle is not None and not idle.done and not idle.failed:
            idle.started_at, idle.ended_at = run.started_at, run.ended_at
            db.session.commit()
            return
    db.session.add(run)
    db.session.commit()


class Leader:
    """One worker among many: an advisory lock on PostgreSQL, a locked file beside a SQLite database."""

    def __init__(self, settings: Settings) -> None:
        self.path = settings.data / "worker.lock"
        self.file: io.TextIOWrapper | None = None
        self.connection: Connection | None = None

    def elected(self) -> bool:
        return self._file_locked() if is_sqlite() else self._row_locked()

    def step_down(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None
        if self.connection is not None:
            self.connection.invalidate()
            self.connection.close()
            self.connection = None

    def _file_locked(self) -> bool:
        if self.file is not None:
            return True
        self.path.parent.mkdir(parents=True, exist_ok=True)
        held = self.path.open("a")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.close()
            return False
        self.file = held
        return True

    def _row_locked(self) -> bool:
        try:
            if self.connection is None:
                connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK_KEY}):
                    connection.close()
                    return False
                self.connection = connection
            return bool(self.connection.scalar(text(_STILL_LEADER), {"key": LOCK_KEY}))
        except Exception:  # noqa: BLE001  # any doubt about the lock means that somebody else may hold it
            self.step_down()
            return False


_STILL_LEADER = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND pid = pg_backend_pid()"


def serve(app: Flask, jobs: Sequence[Job], settings: Settings) -> None:
    """Run the timetable until asked to stop (SIGTERM, SIGINT), whenever this process is the elected one."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    leader = Leader(settings)
    timetable: BackgroundScheduler | None = None
    while not stop.is_set():
        with app.app_context():
            elected = leader.elected()
        if elected and timetable is None:
            timetable = _started(app, jobs)
        elif not elected and timetable is not None:
            timetable.shutdown(wait=True)
            timetable = None
        stop.wait(LEADER_POLL.total_seconds())
    if timetable is not None:
        timetable.shutdown(wait=True)
    leader.step_down()


def _started(app: Flask, jobs: Sequence[Job]) -> BackgroundScheduler:
    """Late jobs run once when they can (APScheduler's own grace of one second would drop them)."""
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600}
    timetable = BackgroundScheduler(job_defaults=defaults, timezone="UTC")
    for job in jobs:
        timetable.add_job(
            _run_in_context,
            "interval",
            seconds=job.every.total_seconds(),
            args=(app, job),
            id=job.name,
            next_run_time=clock.now(),
        )
    timetable.start()
    log.info("worker.leading", jobs=len(jobs))
    return timetable


def _run_in_context(app: Flask, job: Job) -> None:
    with app.app_context():
        run_job(job, clock.now())
