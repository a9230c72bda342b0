"""A small community with the shipped requirements."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit import Act
from portal.db import db
from portal.people.models import Organization, Person
from portal.policy import Role
from portal.standing import actions, queries
from portal.standing.models import Requirement
from tests import factories
from tests.people.conftest import count_queries

__all__ = ["count_queries"]


@dataclass
class Community:
    coc: Organization
    lead: Organization
    agency: Organization
    other_agency: Organization
    admin: Person
    staff: Person
    user: Person
    colleague: Person
    stranger: Person
    head: Person
    officer: Person
    governor: Person
    at: datetime

    def act(self, by: Person | None = None, at: datetime | None = None) -> Act:
        return Act(at=at or self.at, by=by.id if by else None)

    def requirement(self, code: str) -> Requirement:
        found = queries.requirement_by_code(code)
        assert found is not None
        return found


@pytest.fixture
def bare(app: Flask, at: datetime, clock_at: Callable[[datetime], None]) -> Community:
    """Nothing is required yet."""
    coc, lead = factories.make_coc(name="Kestrel CoC"), factories.make_lead(name="Crossfield")
    agency = factories.make_organization(coc=coc, name="Oxbow House", code="A-1")
    other = factories.make_organization(coc=coc, name="Millrace", code="A-2")

    def person(home: Organization, role: Role, first: str, last: str) -> Person:
        return factories.make_person(
            home, role, first_name=first, last_name=last, email=f"{first.lower()}@{last.lower()}.example.org"
        )

    return Community(
        coc=coc,
        lead=lead,
        agency=agency,
        other_agency=other,
        admin=person(lead, Role.LEAD_ADMIN, "Ines", "Roe"),
        staff=person(lead, Role.LEAD_STAFF, "Dana", "Whit"),
        user=person(agency, Role.END_USER, "Robin", "Vale"),
        colleague=person(agency, Role.END_USER, "Sam", "Moor"),
        stranger=person(other, Role.END_USER, "Kit", "Lane"),
        head=person(agency, Role.AGENCY_EXECUTIVE, "Ada", "Holt"),
        officer=person(agency, Role.AGENCY_SECURITY_OFFICER, "Lee", "Ford"),
        governor=person(coc, Role.COC_GOVERNANCE, "Gale", "Pike"),
        at=at,
    )


@pytest.fixture
def community(bare: Community) -> Community:
    """The shipped requirements hold since the beginning of 2025."""
    act = bare.act(bare.admin, at=bare.at - timedelta(days=400))
    actions.load_defaults(act, effective_on=act.at.date())
    db.session.commit()
    return bare


@pytest.fixture
def browser(
    app: Flask, bare: Community, sign_in: Callable[[FlaskClient, Person], FlaskClient]
) -> Callable[[Person], FlaskClient]:
    """A browser in which this person is signed in."""
    return lambda person: sign_in(app.test_client(), person)
