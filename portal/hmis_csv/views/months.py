""" "Entering data consistently": agencies by month, and the projects of one agency."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask import request
from flask.typing import ResponseReturnValue

from portal.hmis_csv import queries
from portal.hmis_csv.forms import CommunityFilter
from portal.hmis_csv.models import HmisExport, ProjectMonth
from portal.hmis_csv.rules.consistency import TONES, agency_cell, why
from portal.hmis_csv.rules.standards import default_standards
from portal.hmis_csv.views.blueprint import blueprint, nav
from portal.people import queries as register
from portal.people.models import Organization
from portal.people.rules import PROJECT_TYPES, OrganizationKind
from portal.policy import Permission
from portal.tables import FORMATS, Column, export, export_links, is_filtered
from portal.web import actor, not_found, page, requires

SHOWN_MONTHS = 12

MONTH_COLUMNS = (
    Column("Agency", lambda pair: pair[0].name),
    Column("Project", lambda pair: pair[1].project_name),
    Column("Project type", lambda pair: type_words(pair[1])),
    Column("Month", lambda pair: pair[1].month.strftime("%Y-%m")),
    Column("Expected", lambda pair: "yes" if pair[1].is_expected else "no"),
    Column("Result", lambda pair: pair[1].verdict.words),
    Column("Why", lambda pair: why(pair[1].verdict, pair[1].reason)),
    Column("Entries", lambda pair: pair[1].entries),
    Column("Exits", lambda pair: pair[1].exits),
    Column("Bed nights", lambda pair: pair[1].bed_nights),
    Column("Current living situations", lambda pair: pair[1].contacts),
    Column("Changed enrollments", lambda pair: pair[1].updates),
    Column("Keyed on the busiest day", lambda pair: pair[1].busiest_day),
    Column("Entries on time, percent", lambda pair: percent(pair[1].on_time)),
)


def type_words(one: ProjectMonth) -> str:
    return PROJECT_TYPES.get(one.project_type or -1, "") if one.project_type is not None else ""


def percent(share: float | None) -> int | None:
    return None if share is None else round(share * 100)


def counts_words(one: ProjectMonth) -> str:
    """What was keyed, in few words."""
    created = one.entries + one.exits + one.bed_nights + one.contacts
    if not created:
        return f"{one.updates:,} changes" if one.updates else ""
    on_time = "" if one.on_time is None else f", {percent(one.on_time)} % on time"
    return f"{created:,} records{on_time}"


def month_words(month: date) -> str:
    return month.strftime("%b %Y")


def latest(months: Iterable[date]) -> list[date]:
    """The newest first: they matter most."""
    return sorted(set(months), reverse=True)[:SHOWN_MONTHS]


def _file(found: HmisExport, agencies: Sequence[Organization]) -> ResponseReturnValue | None:
    kind = request.args.get("format", "")
    if kind not in FORMATS:
        return None
    return export(queries.month_rows(found, agencies), MONTH_COLUMNS, kind, "entering-data")


@blueprint.get("/consistency")
@requires(Permission.COMPLIANCE_READ)
def show_consistency() -> ResponseReturnValue:
    filters = CommunityFilter.from_url()
    filters.offer(register.coc_names())
    agencies = queries.agencies_measured(actor(), filters.coc_id)
    found = queries.measured_export()
    window = queries.window_of(found) if found else None
    file = _file(found, agencies) if found else None
    if file is not None:
        return file
    rows = queries.community(found, agencies, window) if found and window else []
    months = latest(month for row in rows for month in row.cells)
    bad = sum(row.whole.tone.value == "bad" for row in rows)
    return page(
        "hmis_csv/show_consistency.html",
        export=found,
        rows=rows,
        months=months,
        bad=bad,
        filters=filters,
        is_filtered=is_filtered(),
        exports=export_links(),
        month_words=month_words,
        standards=default_standards(),
        types=PROJECT_TYPES,
        nav=nav("hmis_csv.show_consistency"),
    )


@blueprint.get("/organizations/<int:organization_id>/consistency")
@requires(Permission.COMPLIANCE_READ, on=register.organization)
def agency_consistency(organization: Organization) -> ResponseReturnValue:
    if organization.kind is not OrganizationKind.AGENCY:
        not_found()
    found = queries.measured_export()
    window = queries.window_of(found) if found else None
    file = _file(found, [organization]) if found else None
    if file is not None:
        return file
    projects = queries.project_months(found, organization) if found else {}
    months = latest(one.month for held in projects.values() for one in held)
    known = {one.hmis_id: one.id for one in register.projects_of([organization.id])}
    by_month = {
        month: [one.verdict for held in projects.values() for one in held if one.month == month] for month in months
    }
    return page(
        "hmis_csv/agency_consistency.html",
        organization=organization,
        export=found,
        whole=agency_cell(by_month, window) if projects and window else None,
        projects=[(name, known.get(key), {one.month: one for one in held}) for (name, key), held in projects.items()],
        months=months,
        tones=TONES,
        why=why,
        type_words=type_words,
        counts_words=counts_words,
        month_words=month_words,
        exports=export_links(),
        standards=default_standards(),
        types=PROJECT_TYPES,
    )
