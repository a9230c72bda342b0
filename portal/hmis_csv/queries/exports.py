"""Loaded exports, their problems, and what they propose."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.hmis_csv.models import ExportProblem, HmisExport, ImportSetting, ProposedChange
from portal.hmis_csv.rules.loading import MOST_CHANGE, ChangeKind, ExportState
from portal.hmis_csv.rules.problems import Severity
from portal.people.rules import can_be_id
from portal.scheduler import Run, RunState
from portal.tables import Order

LATEST = Order((HmisExport.loaded_at, HmisExport.id), descending=True)
BY_AGENCY = Order((ProposedChange.agency, ProposedChange.project, ProposedChange.id))
AS_FOUND = Order((ExportProblem.id,))
_SHOWN = (joinedload(HmisExport.loaded_by), joinedload(HmisExport.decided_by), joinedload(HmisExport.roster))


def export(export_id: int) -> HmisExport | None:
    if not can_be_id(export_id):
        return None
    return db.session.scalar(select(HmisExport).where(HmisExport.id == export_id).options(*_SHOWN))


def exports() -> Select[HmisExport]:
    return select(HmisExport).order_by(HmisExport.loaded_at.desc(), HmisExport.id.desc()).options(*_SHOWN)


def earlier_copy(one: HmisExport) -> HmisExport | None:
    """The same bytes, loaded before and applied."""
    found = select(HmisExport).where(
        HmisExport.sha256 == one.sha256, HmisExport.state == ExportState.APPLIED, HmisExport.id < one.id
    )
    return db.session.scalar(found.order_by(HmisExport.id.desc()).limit(1))


def run(run_id: int | None) -> Run | None:
    return db.session.get(Run, run_id) if run_id else None


def is_under_way() -> bool:
    """Is an export being applied? Only one at a time may change the register."""
    found = select(HmisExport.id).where(HmisExport.state == ExportState.APPLYING)
    return db.session.scalar(found.order_by(HmisExport.id).limit(1)) is not None


def ended_runs(_now: datetime) -> Sequence[int]:
    """Exports whose run ended without an end of their own: canceled or failed."""
    found = select(HmisExport.id).where(
        HmisExport.state.in_((ExportState.LOADING, ExportState.APPLYING)),
        HmisExport.run_id.in_(select(Run.id).where(Run.state.in_((RunState.CANCELED, RunState.FAILED)))),
    )
    return db.session.scalars(found.order_by(HmisExport.id)).all()


def problems(one: HmisExport, severity: Severity | None = None) -> Select[ExportProblem]:
    found = select(ExportProblem).where(ExportProblem.export_id == one.id)
    if severity is not None:
        found = found.where(ExportProblem.severity == severity)
    return found.order_by(ExportProblem.id)


def problem_counts(one: HmisExport) -> dict[Severity, int]:
    found = (
        select(ExportProblem.severity, func.count())
        .where(ExportProblem.export_id == one.id)
        .group_by(ExportProblem.severity)
        .order_by(ExportProblem.severity)
    )
    counts = {row[0]: row[1] for row in db.session.execute(found)}
    return {severity: counts[severity] for severity in Severity if severity in counts}


def change(change_id: int) -> ProposedChange | None:
    if not can_be_id(change_id):
        return None
    return db.session.scalar(
        select(ProposedChange).where(ProposedChange.id == change_id).options(joinedload(ProposedChange.export))
    )


def changes(
    one: HmisExport, q: str = "", file: str | None = None, kind: ChangeKind | None = None, same: bool = False
) -> Select[ProposedChange]:
    found = select(ProposedChange).where(ProposedChange.export_id == one.id)
    if q:
        words = (column.icontains(q, autoescape=True) for column in (ProposedChange.agency, ProposedChange.project))
        found = found.where(ProposedChange.key.icontains(q, autoescape=True) | next(words) | next(words))
    if file:
        found = found.where(ProposedChange.file == file)
    if kind is not None:
        found = found.where(ProposedChange.kind == kind)
    if same:
        found = found.where(ProposedChange.same_as_id.is_not(None))
    return found.order_by(*BY_AGENCY.clauses())


def setting() -> ImportSetting | None:
    return db.session.scalar(select(ImportSetting).order_by(ImportSetting.id).limit(1))


def most_change() -> int:
    """Percent."""
    held = setting()
    return held.most_change if held else MOST_CHANGE
