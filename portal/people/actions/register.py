"""Organizations, their CoCs and holidays, and HMIS projects."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.people import queries
from portal.people.actions.descriptors import demand_fits_agency
from portal.people.actions.keeping import record
from portal.people.models import Holiday, Membership, Organization, Project
from portal.people.rules import PROJECT_ELEMENTS, PROJECT_TYPES, OrganizationKind, problem_of


def add_organization(act: Act, *, kind: OrganizationKind, coc_ids: Iterable[int] = (), **facts: Any) -> Organization:
    """An organization of the register.

    Raises:
        Refused: there is an HMIS Lead already.
    """
    if kind is OrganizationKind.HMIS_LEAD and queries.hmis_lead() is not None:
        raise Refused("There is an HMIS Lead already. A portal serves one.")
    organization = Organization(kind=kind, **facts)
    db.session.add(organization)
    db.session.flush()
    _put_in_cocs(organization, frozenset(coc_ids))
    record(act, "organization.added", organization, kind=kind)
    return organization


def edit_organization(act: Act, organization: Organization, *, coc_ids: Iterable[int] = (), **facts: Any) -> None:
    """Change the details; `coc_ids` are the CoCs that it works in from now on.

    Raises:
        Refused: a CoC is to be left in which the agency still has projects.
    """
    changed = _changed(organization, facts)
    if "participation" in changed:
        demand_fits_agency(organization, facts["participation"], queries.projects_of([organization.id]))
    chosen = frozenset(coc_ids)
    if organization.kind is not OrganizationKind.COC and chosen != organization.coc_ids:
        _demand_no_projects(organization, organization.coc_ids - chosen)
        _put_in_cocs(organization, chosen)
        changed.append("cocs")
    for name, value in facts.items():
        setattr(organization, name, value)
    if changed:
        record(act, "organization.edited", organization, fields=changed)


def _changed(row: Organization | Project, facts: Mapping[str, Any]) -> list[str]:
    return sorted(name for name, value in facts.items() if getattr(row, name) != value)


def _demand_no_projects(organization: Organization, left: Iterable[int]) -> None:
    left_ids = frozenset(left)
    held = [project for project in queries.projects_of([organization.id]) if project.coc_id in left_ids]
    if held:
        raise Refused(f"{organization.name} has projects in {held[0].coc.name}. End them, or keep the CoC.")


def _put_in_cocs(organization: Organization, coc_ids: frozenset[int]) -> None:
    for membership in list(organization.memberships):
        if membership.coc_id not in coc_ids:
            organization.memberships.remove(membership)
            db.session.delete(membership)
    for coc_id in sorted(coc_ids - {membership.coc_id for membership in organization.memberships}):
        organization.memberships.append(Membership(organization_id=organization.id, coc_id=coc_id))


def end_organization(act: Act, organization: Organization) -> None:
    """End it with its projects and with every role held at it. People who work there stay in the register.

    Raises:
        Refused: it is the HMIS Lead or a CoC in use, or it has ended already.
    """
    today = act.at.date()
    if organization.ended_on:
        raise Refused(f"{organization.name} has ended already.")
    if organization.kind is OrganizationKind.HMIS_LEAD:
        raise Refused("The HMIS Lead runs this portal and cannot be ended.")
    if organization.kind is OrganizationKind.COC and queries.is_in_use(organization):
        raise Refused(f"Organizations or projects still belong to {organization.name}. End or move them first.")
    organization.ended_on = today
    for project in queries.projects_of([organization.id]):
        end_project(act, project, today)
    for grant in queries.grants_at(organization.id):
        grant.ended_on = today
        record(act, "role.ended", grant.person, role=grant.role, organization=organization.id)
    record(act, "organization.ended", organization)


def return_organization(act: Act, organization: Organization) -> None:
    """In force again; its projects and roles stay ended."""
    organization.ended_on = None
    record(act, "organization.returned", organization)


def add_holiday(act: Act, coc: Organization, *, day: date, name: str) -> Holiday:
    """A day on which this CoC's help desk is closed.

    Raises:
        Refused: the day is on the list, or the organization is not a CoC.
    """
    if coc.kind is not OrganizationKind.COC:
        raise Refused("Holidays are kept for each CoC.")
    if day in queries.holidays(coc.id):
        raise Refused("This day is on the list already.")
    holiday = Holiday(coc_id=coc.id, day=day, name=name)
    db.session.add(holiday)
    record(act, "holiday.added", coc, day=day)
    return holiday


def add_default_holidays(act: Act, coc: Organization, year: int) -> int:
    """Put the federal holidays of a year on a CoC's list; gives how many were new."""
    known = frozenset(queries.holidays(coc.id))
    fresh = [(day, name) for day, name in queries.default_holidays(year) if day not in known]
    for day, name in fresh:
        add_holiday(act, coc, day=day, name=name)
    return len(fresh)


def remove_holiday(act: Act, coc: Organization, holiday: Holiday) -> None:
    db.session.delete(holiday)
    record(act, "holiday.removed", coc, day=holiday.day)


def add_project(act: Act, *, agency: Organization, coc: Organization, **facts: Any) -> Project:
    """An HMIS project of an agency in one of its CoCs.

    Raises:
        Refused: the agency does not work in this CoC, or one of the two has ended.
    """
    _demand_place(agency, coc)
    _demand_known_codes(facts)
    project = Project(agency=agency, coc=coc, **facts)
    db.session.add(project)
    record(act, "project.added", project, agency=agency.id)
    return project


def _demand_place(agency: Organization, coc: Organization) -> None:
    if agency.kind is not OrganizationKind.AGENCY or agency.ended_on or coc.ended_on:
        raise Refused("A project needs an agency and a CoC that have not ended.")
    if coc.id not in agency.coc_ids:
        raise Refused(f"{agency.name} does not work in {coc.name}. Add the CoC to the agency first.")


def _demand_known_codes(facts: Mapping[str, Any]) -> None:
    problem = problem_of(PROJECT_ELEMENTS, facts)
    if problem:
        raise Refused(problem)
    if facts.get("project_type") not in (None, *PROJECT_TYPES):
        raise Refused(f"HUD's list 2.02.6 has no project type {facts['project_type']}.")


def edit_project(act: Act, project: Project, *, agency: Organization, coc: Organization, **facts: Any) -> None:
    """Change the details. What changes nothing leaves no trace.

    Raises:
        Refused: the agency does not work in this CoC or may not take part in HMIS as the project does, or a code is
            not in HUD's list.
    """
    _demand_place(agency, coc)
    _demand_known_codes(facts)
    demand_fits_agency(agency, agency.participation, [project])
    changed = _changed(project, {"agency": agency, "coc": coc, **facts})
    for name, value in {"agency": agency, "coc": coc, **facts}.items():
        setattr(project, name, value)
    if changed:
        record(act, "project.edited", project, fields=changed)


def end_project(act: Act, project: Project, ended_on: date) -> None:
    """The project ended on this day; its tickets and history stay.

    Raises:
        Refused: it has ended already, or the day lies before its start.
    """
    if project.ended_on:
        raise Refused(f"{project.name} has ended already.")
    if ended_on < project.starts_on:
        raise Refused(f"{project.name} cannot end before it started.")
    project.ended_on = ended_on
    record(act, "project.ended", project, on=ended_on)


def return_project(act: Act, project: Project) -> None:
    """In force again.

    Raises:
        Refused: its agency has ended.
    """
    if project.agency.ended_on:
        raise Refused(f"{project.agency.name} has ended. Bring the agency back first.")
    project.ended_on = None
    record(act, "project.returned", project)
