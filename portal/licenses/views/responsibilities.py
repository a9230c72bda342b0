"""Whom each agency has named, who answers for what, and since when."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.licenses import actions, queries
from portal.licenses.forms import AssignForm, EndAssignmentForm
from portal.licenses.models import Assignment
from portal.licenses.queries import ContactRow
from portal.licenses.views.blueprint import blueprint, nav
from portal.people import queries as people
from portal.people.models import Organization
from portal.people.rules import OrganizationKind
from portal.policy import Permission, Role, allows, reach
from portal.tables import FORMATS, Column, counted, export, export_links, exported, sliced
from portal.web import act, actor, not_found, page, requires
from portal.worktime import date_words

SHOWN_AT = (OrganizationKind.AGENCY, OrganizationKind.COC)
DUTY_COLUMNS = (
    Column("Group", lambda one: one[0].group.who),
    Column("Duty", lambda one: one[1].words),
    Column("Named", lambda one: "; ".join(held.person.name for held in one[1].named)),
    Column("Since", lambda one: "; ".join(held.starts_on.isoformat() for held in one[1].named)),
    Column("By role", lambda one: "; ".join(grant.person.name for grant in one[1].by_role)),
    Column("Gap", lambda one: "gap" if one[1].is_gap else ""),
)


@blueprint.get("/licenses/contacts")
@requires(Permission.RESPONSIBILITY_READ)
def list_contacts() -> ResponseReturnValue:
    rows = queries.contacts(actor(), act().at.date())
    named = reach(actor(), Permission.SEAT_READ)
    shown_at = {one.agency.id for one in rows if named.everything or one.agency.id in named.organizations}
    kind = request.args.get("format", "")
    if kind in FORMATS:
        columns = [
            Column("Agency", lambda row: row.agency.name),
            *(_contact(role, shown_at) for role in queries.CONTACTS),
        ]
        return export(rows, columns, kind, "contacts")
    return page(
        "licenses/list_contacts.html",
        rows=rows,
        roles=queries.CONTACTS,
        gaps=sum(row.gaps for row in rows),
        cocs=[one for one in people.cocs() if allows(actor(), Permission.RESPONSIBILITY_READ, one)],
        names_shown_at=shown_at,
        exports=export_links(),
        nav=nav("licenses.list_contacts"),
    )


def _contact(role: Role, shown_at: set[int]) -> Column:
    def value(row: ContactRow) -> str:
        named = row.named.get(role, ())
        return "; ".join(one.person.name for one in named) if row.agency.id in shown_at else "named" if named else ""

    return Column(role.words.capitalize().replace("hmis", "HMIS"), value)


@blueprint.get("/organizations/<int:organization_id>/responsibilities")
@requires(Permission.RESPONSIBILITY_READ, on=people.organization)
def show_responsibilities(place: Organization) -> ResponseReturnValue:
    _demand_shown(place)
    held = queries.responsibilities(place, act().at.date())
    names_shown = _names_shown(place)
    kind = request.args.get("format", "")
    if kind in FORMATS and names_shown:
        return export([(one, duty) for one in held for duty in one.duties], DUTY_COLUMNS, kind, "responsibilities")
    return page(
        "licenses/show_responsibilities.html",
        place=place,
        held=held,
        gaps=sum(one.gaps for one in held),
        names_shown=names_shown,
        exports=export_links() if names_shown else (),
        may_edit=allows(actor(), Permission.RESPONSIBILITY_EDIT, place),
    )


def _demand_shown(place: Organization) -> None:
    if place.kind not in SHOWN_AT:
        not_found()


def _names_shown(place: Organization) -> bool:
    """Governance reads of agencies without names."""
    return place.kind is OrganizationKind.COC or allows(actor(), Permission.SEAT_READ, place)


@blueprint.get("/organizations/<int:organization_id>/responsibilities/history")
@requires(Permission.RESPONSIBILITY_READ, on=people.organization)
def list_assignments(place: Organization) -> ResponseReturnValue:
    _demand_shown(place)
    if not _names_shown(place):
        not_found()
    duties = queries.duties_at(place)
    found = queries.assignments(place.id)
    columns = (
        Column("Duty", lambda one: duties.get(one.duty, one.duty)),
        Column("Person", lambda one: one.person.name),
        Column("From", lambda one: one.starts_on),
        Column("Until", lambda one: one.ended_on),
        Column("Named by", lambda one: one.given_by.name if one.given_by else ""),
        Column("Ended by", lambda one: one.ended_by.name if one.ended_by else ""),
    )
    file = exported(found, queries.LATEST_ASSIGNMENTS, columns, "responsibilities-history")
    if file is not None:
        return file
    return page(
        "licenses/list_assignments.html",
        place=place,
        assignments=sliced(found, queries.LATEST_ASSIGNMENTS),
        count=counted(found),
        duties=duties,
        exports=export_links(),
    )


@blueprint.route("/organizations/<int:organization_id>/responsibilities/new", methods=["GET", "POST"])
@requires(Permission.RESPONSIBILITY_EDIT, on=people.organization)
def assign_duty(place: Organization) -> ResponseReturnValue:
    _demand_shown(place)
    form = AssignForm.from_request(duty=request.args.get("duty", ""), starts_on=act().at.date())
    form.offer(queries.duties_at(place), queries.nameable(place))
    if form.submitted():
        with form.refusing():
            made = actions.assign_duty(act(), place, **form.facts())
            flash(f"{made.person.name} answers for it from {date_words(made.starts_on)}.", "good")
            return redirect(url_for("licenses.show_responsibilities", organization_id=place.id))
    return page("licenses/assign_duty.html", form=form, place=place)


@blueprint.route("/responsibilities/<int:assignment_id>/end", methods=["GET", "POST"])
@requires(Permission.RESPONSIBILITY_EDIT, on=queries.assignment)
def end_assignment(held: Assignment) -> ResponseReturnValue:
    form = EndAssignmentForm.from_request(ended_on=act().at.date())
    if form.submitted():
        with form.refusing():
            actions.end_assignment(act(), held, **form.facts())
            flash(f"{held.person.name} answers for it no more.", "good")
            return redirect(url_for("licenses.show_responsibilities", organization_id=held.place_id))
    words = queries.duties_at(held.place).get(held.duty, held.duty)
    return page("licenses/end_assignment.html", form=form, held=held, words=words)
