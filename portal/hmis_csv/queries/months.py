"""Months of projects as counts, by agency; and the column that agency compliance shows."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select, true

from portal.db import db
from portal.hmis_csv.models import HmisExport, ProjectMonth
from portal.hmis_csv.rules.consistency import (
    NO_EXPORT,
    NOT_IN_EXPORT,
    OLD_EXPORT,
    TOO_OLD,
    Window,
    agency_cell,
    month_cell,
)
from portal.hmis_csv.rules.loading import ExportState
from portal.hmis_csv.rules.months import Verdict
from portal.hmis_csv.rules.roster import Directive
from portal.licenses.rules import Cell, worst
from portal.people.models import Membership, Organization
from portal.people.rules import OrganizationKind
from portal.policy import Actor, Permission, reach


@dataclass(frozen=True)
class AgencyMonths:
    """One row of the community's matrix: the agency, a cell for each month, and the agency as a whole."""

    agency: Organization
    cells: Mapping[date, Cell]
    whole: Cell

    @property
    def need(self) -> tuple[int, int]:
        return worst([self.whole]), worst(self.cells.values())


def measured_export() -> HmisExport | None:
    """The latest that somebody confirmed and that can measure at all; a delta cannot."""
    found = select(HmisExport).where(
        HmisExport.state == ExportState.APPLIED,
        or_(HmisExport.directive.is_(None), HmisExport.directive != Directive.DELTA.value),
        HmisExport.starts_on.is_not(None),
        HmisExport.id.in_(select(ProjectMonth.export_id)),
    )
    written = func.coalesce(HmisExport.written_on, date(1900, 1, 1))
    return db.session.scalar(found.order_by(written.desc(), HmisExport.id.desc()).limit(1))


def window_of(export: HmisExport) -> Window | None:
    ends = [one for one in (export.ends_on, export.written_on) if one]
    return Window(export.starts_on, min(ends)) if export.starts_on and ends else None


def months_of(export: HmisExport, agency_keys: Sequence[str]) -> Select[ProjectMonth]:
    found = select(ProjectMonth).where(ProjectMonth.export_id == export.id, ProjectMonth.agency_key.in_(agency_keys))
    return found.order_by(ProjectMonth.project_name, ProjectMonth.project_key, ProjectMonth.month)


def project_months(export: HmisExport, agency: Organization) -> dict[tuple[str, str], list[ProjectMonth]]:
    """By project's name and key, in order of time."""
    found: dict[tuple[str, str], list[ProjectMonth]] = defaultdict(list)
    for one in db.session.scalars(months_of(export, [agency.code] if agency.code else [])):
        found[one.project_name, one.project_key].append(one)
    return found


def month_rows(export: HmisExport, agencies: Sequence[Organization]) -> list[tuple[Organization, ProjectMonth]]:
    """For a file: every project and month of these agencies."""
    by_key = {one.code: one for one in agencies}
    return [(by_key[one.agency_key], one) for one in db.session.scalars(months_of(export, tuple(by_key)))]


def agencies_measured(actor: Actor, coc_id: int | None = None) -> Sequence[Organization]:
    """The agencies in force with a key in the HMIS that the actor may compare, by name."""
    held = reach(actor, Permission.COMPLIANCE_READ)
    in_cocs = select(Membership.organization_id).where(Membership.coc_id.in_(held.cocs))
    reached = or_(Organization.id.in_(held.organizations), Organization.id.in_(in_cocs))
    found = select(Organization).where(
        Organization.kind == OrganizationKind.AGENCY,
        Organization.ended_on.is_(None),
        Organization.code != "",
        true() if held.everything else reached,
    )
    if coc_id is not None:
        found = found.where(Organization.id.in_(select(Membership.organization_id).where(Membership.coc_id == coc_id)))
    return db.session.scalars(found.order_by(Organization.name, Organization.id)).all()


def community(export: HmisExport, agencies: Sequence[Organization], window: Window) -> list[AgencyMonths]:
    """What needs somebody most first; agencies that the export does not tell of are left out."""
    counts = _counts(export, [one.code for one in agencies])
    rows = [
        AgencyMonths(
            one,
            {month: month_cell(held) for month, held in counts[one.code].items()},
            agency_cell({month: list(held.elements()) for month, held in counts[one.code].items()}, window),
        )
        for one in agencies
        if one.code in counts
    ]
    return sorted(rows, key=lambda row: (-row.need[0], -row.need[1], row.agency.name))


def _counts(export: HmisExport, agency_keys: Sequence[str]) -> dict[str, dict[date, Counter[Verdict]]]:
    found = (
        select(ProjectMonth.agency_key, ProjectMonth.month, ProjectMonth.verdict, func.count())
        .where(ProjectMonth.export_id == export.id, ProjectMonth.agency_key.in_(agency_keys))
        .group_by(ProjectMonth.agency_key, ProjectMonth.month, ProjectMonth.verdict)
        .order_by(ProjectMonth.agency_key, ProjectMonth.month, ProjectMonth.verdict)
    )
    counts: dict[str, dict[date, Counter[Verdict]]] = {}
    for key, month, verdict, number in db.session.execute(found):
        counts.setdefault(key, {}).setdefault(month, Counter())[verdict] += number
    return counts


def consistency_cells(agency_ids: Sequence[int], now: datetime) -> Mapping[int, Cell]:
    """For agency compliance: its column "entering data consistently"."""
    ids = tuple(agency_ids)
    export = measured_export()
    window = window_of(export) if export else None
    if export is None or window is None:
        return dict.fromkeys(ids, NO_EXPORT)
    if now.date() - window.end > TOO_OLD:
        return dict.fromkeys(ids, OLD_EXPORT)
    found = select(Organization.id, Organization.code).where(Organization.id.in_(ids), Organization.code != "")
    keys = {row.id: row.code for row in db.session.execute(found.order_by(Organization.id))}
    counts = _counts(export, tuple(keys.values()))
    return {one: _cell_of(counts.get(keys.get(one, "")), window) for one in ids}


def _cell_of(months: Mapping[date, Counter[Verdict]] | None, window: Window) -> Cell:
    if months is None:
        return NOT_IN_EXPORT
    return agency_cell({month: list(held.elements()) for month, held in months.items()}, window)
