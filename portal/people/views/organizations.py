"""Organizations: the HMIS Lead, CoCs, agencies, vendors and partners in one list."""

from datetime import date
from types import MappingProxyType
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import panels
from portal.people import actions, queries
from portal.people.forms import HolidayForm, OrganizationFilter, OrganizationForm, PressForm
from portal.people.models import Organization
from portal.people.rules import ZONES, OrganizationKind, RegisterKind, database_state
from portal.people.views.blueprint import blueprint
from portal.people.views.lists import register_nav
from portal.people.views.past import asked_day, past_list, past_record, told, yesterday
from portal.policy import Permission, allows
from portal.tables import Column, Order, Sorting, counted, export_links, exported, is_filtered, sliced
from portal.web import act, actor, page, requires

SORTING = Sorting(
    MappingProxyType(
        {
            "name": Order((Organization.name, Organization.id)),
            "kind": Order((Organization.kind, Organization.name, Organization.id)),
            "city": Order((Organization.city, Organization.name, Organization.id)),
        }
    ),
    "name",
)
COLUMNS = (
    Column("Name", lambda one: one.name),
    Column("Short name", lambda one: one.short_name),
    Column("Kind", lambda one: one.kind.words),
    Column("Part in HMIS", lambda one: one.participation.words if one.participation else ""),
    Column("Code", lambda one: one.code),
    Column("CoCs", lambda one: "; ".join(membership.coc.name for membership in one.memberships)),
    Column("City", lambda one: one.city),
    Column("Phone", lambda one: one.phone),
    Column("Ended", lambda one: one.ended_on),
)
SHOWN_OF_EACH = 25
"""People and projects on an organization's own page; the lists have them all."""


@blueprint.get("/organizations")
@requires(Permission.ORGANIZATION_READ)
def list_organizations() -> ResponseReturnValue:
    filters = OrganizationFilter.from_url()
    filters.offer_places()
    today = act().at.date()
    if day := asked_day():
        return _past_organizations(day, filters)
    found = queries.organizations_found(actor(), **filters.chosen_facts(today))
    file = exported(found, SORTING.order(), COLUMNS, "organizations")
    if file is not None:
        return file
    organizations = sliced(found, SORTING.order())
    return page(
        "people/list_organizations.html",
        filters=filters,
        is_filtered=is_filtered(),
        organizations=organizations,
        differences=queries.participation_differences(organizations.rows, today),
        databases=queries.database_states(organizations.rows, today),
        count=counted(found),
        sorting=SORTING,
        yesterday=yesterday(),
        exports=export_links(),
        nav=register_nav("people.list_organizations"),
        may_add=allows(actor(), Permission.ORGANIZATION_EDIT),
    )


def _past_organizations(day: date, filters: OrganizationFilter) -> ResponseReturnValue:
    labels = ("Kind", "Part in HMIS", "Works in", "City", "Ended")
    return past_list(RegisterKind.ORGANIZATION, day, filters, ("q", "kind", "state"), filters.past_facts(), labels)


@blueprint.route("/organizations/new", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def add_organization() -> ResponseReturnValue:
    asked = request.args.get("kind", "")
    kind = OrganizationKind(asked) if asked in list(OrganizationKind) else OrganizationKind.AGENCY
    form = OrganizationForm.from_request()
    form.fit(kind)
    if form.submitted():
        with form.refusing():
            made = actions.add_organization(act(), kind=kind, **form.facts())
            flash(f"{made.name} is added.", "good")
            return redirect(url_for("people.organization", organization_id=made.id))
    return page("people/add_organization.html", form=form, kind=kind, kinds=tuple(OrganizationKind))


@blueprint.get("/organizations/<int:organization_id>")
@requires(Permission.ORGANIZATION_READ, on=queries.organization)
def organization(organization: Organization) -> ResponseReturnValue:
    if day := asked_day():
        return past_record(organization, day)
    people = queries.people_found(actor(), organization_id=organization.id)
    is_coc = organization.kind is OrganizationKind.COC
    projects = queries.projects_found(
        actor(), coc_id=organization.id if is_coc else None, agency_id=None if is_coc else organization.id
    )
    members = queries.organizations_found(actor(), coc_id=organization.id) if is_coc else None
    return page(
        "people/organization.html",
        organization=organization,
        people=queries.listed(people, SHOWN_OF_EACH),
        people_count=counted(people),
        projects=queries.listed(projects, SHOWN_OF_EACH),
        projects_count=counted(projects),
        members_count=counted(members) if members is not None else None,
        **_place_in_community(organization),
        side=panels.slot("organization.side").shown(organization),
        may_edit=allows(actor(), Permission.ORGANIZATION_EDIT, organization),
        may_add_people=allows(actor(), Permission.PERSON_INVITE),
        may_add_projects=allows(actor(), Permission.PROJECT_EDIT),
    )


def _place_in_community(organization: Organization) -> dict[str, Any]:
    """Time zone and holidays, a CoC's own or inherited; how it and its projects stand to the HMIS."""
    today = act().at.date()
    latest = database.latest if (database := queries.comparable_database(organization.id)) else None
    return {
        "holidays": _closed(organization, today),
        "zones": _zones(organization),
        "difference": queries.participation_differences([organization], today).get(organization.id),
        "database": database,
        "database_state": database_state(database is not None, latest.next_due_on if latest else None, today),
    }


def _closed(organization: Organization, today: date) -> list[tuple[date, str, str]]:
    """The next days on which the help desk is closed: day, name, and for which CoCs where it is not so for all."""
    names = {one.coc_id: one.coc.short_name for one in organization.memberships}
    closed: dict[tuple[date, str], list[str]] = {}
    for one in queries.holidays_ahead(organization.coc_ids, today):
        closed.setdefault((one.day, one.name), []).append(names.get(one.coc_id, ""))
    return [
        (day, name, ", ".join(places) if len(places) < len(names) else "") for (day, name), places in closed.items()
    ]


def _zones(organization: Organization) -> str:
    """The own time zone in words, or those of its CoCs with whose they are."""
    if organization.time_zone:
        return ZONES.get(organization.time_zone, organization.time_zone)
    places = [one.coc for one in organization.memberships if one.coc.time_zone]
    zones = [(ZONES.get(one.time_zone or "", one.time_zone), one.short_name) for one in places]
    return "; ".join(f"{zone}, from {place}" for zone, place in zones)


@blueprint.get("/organizations/<int:organization_id>/history")
@requires(Permission.ORGANIZATION_READ, on=queries.organization)
def organization_history(organization: Organization) -> ResponseReturnValue:
    events = sliced(queries.history(organization), queries.LATEST_FIRST)
    return page("people/organization_history.html", organization=organization, **told(organization, events))


@blueprint.route("/organizations/<int:organization_id>/edit", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT, on=queries.organization)
def edit_organization(organization: Organization) -> ResponseReturnValue:
    form = OrganizationForm.from_request(**OrganizationForm.defaults(organization))
    form.fit(organization.kind)
    if form.submitted():
        with form.refusing():
            actions.edit_organization(act(), organization, **form.facts())
            flash(f"The details of {organization.name} are saved.", "good")
            return redirect(url_for("people.organization", organization_id=organization.id))
    return page("people/edit_organization.html", form=form, organization=organization)


@blueprint.route("/organizations/<int:organization_id>/end", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT, on=queries.organization)
def end_organization(organization: Organization) -> ResponseReturnValue:
    form = PressForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.end_organization(act(), organization)
            flash(f"{organization.name} has ended.", "good")
            return redirect(url_for("people.organization", organization_id=organization.id))
    return page(
        "people/end_organization.html",
        form=form,
        organization=organization,
        people=len(queries.people_of([organization.id])),
        projects=len(queries.projects_of([organization.id])),
        roles=len(queries.grants_at(organization.id)),
    )


@blueprint.post("/organizations/<int:organization_id>/return")
@requires(Permission.ORGANIZATION_EDIT, on=queries.organization)
def return_organization(organization: Organization) -> ResponseReturnValue:
    actions.return_organization(act(), organization)
    flash(f"{organization.name} is in force again. Its projects and roles stay ended.", "good")
    return redirect(url_for("people.organization", organization_id=organization.id))


@blueprint.route("/organizations/<int:organization_id>/holidays", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT, on=queries.organization)
def holidays(organization: Organization) -> ResponseReturnValue:
    if organization.kind is not OrganizationKind.COC:
        abort(404)
    form = HolidayForm.from_request()
    if form.submitted():
        with form.refusing():
            made = actions.add_holiday(act(), organization, **form.facts())
            flash(f"{made.name} is on the list.", "good")
            return redirect(url_for("people.holidays", organization_id=organization.id))
    today = act().at.date()
    listed = queries.holidays_listed(organization.id, today.replace(month=1, day=1))
    years = (today.year, today.year + 1)
    return page("people/holidays.html", form=form, organization=organization, holidays=listed, years=years)


@blueprint.post("/organizations/<int:organization_id>/holidays/federal")
@requires(Permission.ORGANIZATION_EDIT, on=queries.organization)
def add_default_holidays(organization: Organization) -> ResponseReturnValue:
    year = request.form.get("year", "")
    soon = act().at.year
    if year not in (str(soon), str(soon + 1)):
        abort(400)
    added = actions.add_default_holidays(act(), organization, int(year))
    flash(f"{added} federal holidays of {year} are added." if added else f"All of {year} are on the list.", "good")
    return redirect(url_for("people.holidays", organization_id=organization.id))


@blueprint.post("/organizations/<int:organization_id>/holidays/<int:holiday_id>/remove")
@requires(Permission.ORGANIZATION_EDIT, on=queries.organization)
def remove_holiday(organization: Organization, holiday_id: int) -> ResponseReturnValue:
    held = queries.holiday(organization.id, holiday_id)
    if held is None:
        abort(404)
    name = held.name
    actions.remove_holiday(act(), organization, held)
    flash(f"{name} is off the list; the help desk works on that day.", "good")
    return redirect(url_for("people.holidays", organization_id=organization.id))
