"""The worker reads a slim copy: what it proposes, what is wrong with it, and its months as counts."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import IO, Any

from sqlalchemy import insert

from portal import audit, files
from portal.audit import Act
from portal.db import Base, db
from portal.errors import Refused
from portal.hmis_csv import queries
from portal.hmis_csv.actions.loading import drop_copy, drop_roster
from portal.hmis_csv.actions.proposing import propose
from portal.hmis_csv.models import ExportProblem, HmisExport, ProjectMonth
from portal.hmis_csv.reading.background import Background
from portal.hmis_csv.reading.check import Reading, bytes_to_read, read
from portal.hmis_csv.rules.grid import Cell, grid, grid_projects
from portal.hmis_csv.rules.kept import KeptRoster, packed
from portal.hmis_csv.rules.loading import TRIES, ExportState
from portal.hmis_csv.rules.months import Event
from portal.hmis_csv.rules.problems import Problem
from portal.hmis_csv.rules.proposal import is_empty
from portal.hmis_csv.rules.roster import Project
from portal.scheduler import Run

JSON = "application/json"
OFTEN_FAILED = "Reading this export ended the worker several times. Tell the help desk, and load a shorter period."


def read_export(act: Act, run: Run) -> Iterator[None]:
    """A step of `scheduler.work_runs`. Until the end nothing is written but progress, so that it can begin again."""
    export = queries.export(run.facts["export"])
    if export is None:
        return
    if export.state is ExportState.LOADING:
        run.facts = {**run.facts, "tries": run.facts.get("tries", 0) + 1}
        is_hopeless = run.facts["tries"] > TRIES
        yield
        if is_hopeless:
            refuse_export(act, export, OFTEN_FAILED)
        else:
            yield from _read(act, run, export)
        yield
    drop_copy(act, export)
    if export.state.is_over:
        drop_roster(act, export)


def refuse_export(act: Act, export: HmisExport, sentence: str) -> None:
    """It cannot be read; nothing of it stays."""
    export.state, export.why = ExportState.REFUSED, sentence
    audit.record(act, "hmis_export.refused", export)


def _read(act: Act, run: Run, export: HmisExport) -> Iterator[None]:
    try:
        with _copy(export) as copy:
            run.total = bytes_to_read(copy)
            work = Background(lambda progress: read(copy, progress))
            with closing(work.progress()) as told:
                for taken in told:
                    run.done = min(taken, run.total)
                    yield
                    db.session.rollback()  # asking whether to stop began a transaction: none is held while we wait
        _keep(act, run, export, work.result)
    except Refused as no:
        refuse_export(act, export, no.sentence)


@contextmanager
def _copy(export: HmisExport) -> Iterator[IO[bytes]]:
    """The pieces put together in a file without a name, which is gone with this process."""
    with tempfile.TemporaryFile() as whole:
        for part in export.parts:
            whole.write(files.read(part.file))
        db.session.rollback()
        yield whole


def _keep(act: Act, run: Run, export: HmisExport, reading: Reading) -> None:
    result, facts = reading.result, reading.result.export
    export.year, export.software, export.source_name = facts.year, facts.software, facts.source_name
    export.written_on = facts.export_date.date() if facts.export_date else None
    export.starts_on, export.ends_on = facts.start, facts.end
    export.directive = facts.directive.value if facts.directive else None
    export.counts = dict(result.counts)
    export.lags = {"entry": result.entry_lag.as_json(), "exit": result.exit_lag.as_json()}
    _add(ExportProblem, [_problem(export, one) for one in result.problems])
    _add(ProjectMonth, _months(export, reading))
    kept = KeptRoster(reading.roster, facts.directive, facts.year)
    export.roster = files.keep(act, packed(kept), JSON, sealed=True)
    found = propose(act, export)
    export.state = ExportState.READY
    if is_empty(export.totals) and not found.sifted.waiting:
        export.state = ExportState.APPLIED
    run.done = run.total
    run.refused = [
        {"row": one.row, "file": f"{one.file}.csv", "key": one.key, "why": one.reason}
        for one in reading.roster.set_aside
    ]
    audit.record(act, "hmis_export.read", export, problems=len(result.problems), refused=len(run.refused))


def _add(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Thousands of rows at once, which objects of their own would make slow."""
    if rows:
        db.session.execute(insert(model), rows)


def _problem(export: HmisExport, one: Problem) -> dict[str, Any]:
    return {
        "export_id": export.id,
        "file": one.file[:60],
        "row": one.row,
        "column": one.column,
        "code": one.code,
        "message": one.message[:500],
        "severity": one.severity,
    }


def _months(export: HmisExport, reading: Reading) -> Sequence[dict[str, Any]]:
    projects = {row.key: row for row in reading.roster.alive("Project") if isinstance(row, Project)}
    cells = grid(grid_projects(reading.roster), reading.result.export, reading.activity())
    return [_month(export, cell, projects[cell.project]) for cell in cells]


def _month(export: HmisExport, cell: Cell, project: Project) -> dict[str, Any]:
    events = cell.facts.events
    return {
        "export_id": export.id,
        "agency_key": project.organization,
        "project_key": project.key,
        "project_name": project.name,
        "project_type": project.type,
        "month": cell.month,
        "is_expected": cell.expected,
        "verdict": cell.verdict,
        "reason": cell.reason,
        "entries": events.get(Event.ENTRY, 0),
        "exits": events.get(Event.EXIT, 0),
        "bed_nights": events.get(Event.BED_NIGHT, 0),
        "contacts": events.get(Event.CONTACT, 0),
        "updates": events.get(Event.UPDATE, 0),
        "busiest_day": cell.facts.busiest_day,
        "on_time": cell.on_time,
    }
