"""Rows for tests: say only the facts that matter."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from portal.db import db
from portal.people.models import Membership, Organization, Person, Project, RoleGrant
from portal.people.rules import OrganizationKind, Participation
from portal.policy import Role

_numbers = count(1)
LONG_AGO = date(2024, 1, 1)


def _added(thing: Any) -> Any:
    db.session.add(thing)
    db.session.flush()
    return thing


def make_organization(
    kind: OrganizationKind = OrganizationKind.AGENCY, coc: Organization | None = None, **facts: Any
) -> Organization:
    number = next(_numbers)
    if kind is OrganizationKind.AGENCY:
        facts.setdefault("participation", Participation.PARTICIPATING)
    if kind in (OrganizationKind.COC, OrganizationKind.HMIS_LEAD):
        facts.setdefault("time_zone", "America/Chicago")
    name = facts.pop("name", f"{kind.words.title()} {number}")
    made = _added(Organization(kind=kind, name=name, short_name=facts.pop("short_name", name[:60]), **facts))
    if coc is not None:
        db.session.add(Membership(organization_id=made.id, coc_id=coc.id))
        db.session.flush()
        db.session.refresh(made)
    return made


def make_coc(**facts: Any) -> Organization:
    return make_organization(OrganizationKind.COC, **facts)


def make_lead(**facts: Any) -> Organization:
    return make_organization(OrganizationKind.HMIS_LEAD, **facts)


def make_project(agency: Organization, coc: Organization, **facts: Any) -> Project:
    facts = {"name": f"Project {next(_numbers)}", "project_type": 1, "starts_on": LONG_AGO, **facts}
    return _added(Project(agency_id=agency.id, coc_id=coc.id, **facts))


def make_person(home: Organization, *roles: Role, **facts: Any) -> Person:
    number = next(_numbers)
    facts = {
        "first_name": "Robin",
        "last_name": f"Sample{number}",
        "email": f"robin{number}@example.org",
        "added_at": datetime(2024, 1, 1, tzinfo=UTC),
        **facts,
    }
    person = _added(Person(home_id=home.id, **facts))
    for role in roles:
        db.session.add(RoleGrant(person_id=person.id, role=role, organization_id=home.id, starts_on=LONG_AGO))
    db.session.flush()
    db.session.refresh(person)
    return person
