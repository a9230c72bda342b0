"""Agency compliance: the matrix, and what each cell is made of."""

from collections.abc import Mapping, Sequence

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from portal import panels
from portal.licenses import queries
from portal.licenses.queries import AgencyRow, HolderLine, Source
from portal.licenses.rules import Column as What
from portal.licenses.rules import Tone
from portal.licenses.views.blueprint import blueprint, nav
from portal.people import queries as people
from portal.people.models import Organization
from portal.people.rules import Participation
from portal.policy import Permission, allows
from portal.standing.rules import State
from portal.standing.views.shown import Line, lines
from portal.tables import FORMATS, Column, export, export_links
from portal.web import act, actor, not_found, page, requires
from portal.worktime import date_words

FINE = (State.CURRENT, State.WAIVED, State.NOT_REQUIRED)


def sources() -> Mapping[What, Source]:
    """The columns that other packages fill, as app.py handed them over."""
    given: Mapping[str, Source] = current_app.extensions.get("portal.compliance_columns", {})
    return {What(name): source for name, source in given.items()}


def _words(row: AgencyRow, what: What) -> str:
    cell = row.cells[what]
    day = f", {cell.tone.date_word} {date_words(cell.on)}" if cell.on else ""
    return f"{cell.words}{day}" + ("" if cell.tone is Tone.NEUTRAL else f" ({cell.tone.words})")


def _column(what: What) -> Column:
    return Column(what.words, lambda row: _words(row, what))


COLUMNS = (
    Column("Agency", lambda row: row.agency.name),
    Column("CoCs", lambda row: "; ".join(one.coc.name for one in row.agency.memberships)),
    *(_column(what) for what in What),
)


@blueprint.get("/licenses/compliance")
@requires(Permission.COMPLIANCE_READ)
def show_compliance() -> ResponseReturnValue:
    rows = queries.compliance(actor(), act().at, sources())
    kind = request.args.get("format", "")
    if kind in FORMATS:
        return export(rows, COLUMNS, kind, "agency-compliance")
    bad = sum(any(cell.tone is Tone.BAD for cell in row.cells.values()) for row in rows)
    is_known = any(cell.tone is not Tone.NEUTRAL for row in rows for cell in row.cells.values())
    return page(
        "licenses/show_compliance.html",
        rows=rows,
        columns=tuple(What),
        sentence=_sentence(len(rows), bad) if is_known else "Nothing here has been set up yet, so nothing can be said.",
        tone="bad" if bad else "good" if is_known else None,
        exports=export_links(),
        nav=nav("licenses.show_compliance"),
    )


def _sentence(agencies: int, bad: int) -> str:
    if not bad:
        return "All agencies are fine." if agencies > 1 else "Nothing is missing."
    return f"{bad} of {agencies} {'agency' if agencies == 1 else 'agencies'} {'needs' if bad == 1 else 'need'} work."


@blueprint.get("/organizations/<int:organization_id>/compliance")
@requires(Permission.COMPLIANCE_READ, on=people.organization)
def show_reasons(organization: Organization) -> ResponseReturnValue:
    if organization.participation is not Participation.PARTICIPATING:
        not_found()
    found = queries.reasons(organization, act().at, sources())
    names_shown = allows(actor(), Permission.LICENSE_READ, organization)
    return page(
        "licenses/show_reasons.html",
        organization=organization,
        row=found.row,
        columns=tuple(What),
        holders={kind: _holders(found.holders, kind) for kind in ("", "training")} if names_shown else {},
        holders_count=len(found.holders),
        valid_count=sum(one.is_valid for one in found.holders),
        own={kind: lines(found.of_kind(kind), organization) for kind in ("agreement", "checklist", "monitoring")},
        names_shown=names_shown,
        consistency=panels.slot("compliance.consistency").shown(organization),
        back=url_for("licenses.show_compliance"),
    )


def _holders(held: Sequence[HolderLine], kind: str) -> list[tuple[HolderLine, list[Line]]]:
    """Each with what is not met or comes due, of one kind of evidence or of all."""
    found = []
    for one in held:
        asked = [each for each in one.verdicts if not kind or (each.terms and each.terms.kind == kind)]
        found.append((one, lines((each for each in asked if each.state not in FINE), one.license.person)))
    return found
