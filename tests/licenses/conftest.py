"""A small community with agencies that ask for licenses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit import Act
from portal.db import db
from portal.licenses import actions, queries
from portal.licenses.models import License
from portal.licenses.rules import Reason
from portal.people.models import Organization, Person
from portal.people.rules import Participation
from portal.policy import Role
from portal.standing import actions as standing
from portal.standing.rules import Audience, Authority, Recurrence, SubjectKind
from tests import factories
from tests.people.conftest import count_queries

__all__ = ["count_queries"]


@dataclass
class Community:
    coc: Organization
    other_coc: Organization
    agency: Organization
    other: Organization
    vsp: Organization
    admin: Person
    staff: Person
    second: Person
    head: Person
    executive: Person
    user: Person
    governor: Person
    at: datetime

    def act(self, by: Person | None = None, later: timedelta = timedelta()) -> Act:
        return Act(at=self.at + later, by=by.id if by else None)

    def ask(self, email: str = "new@oxbow.example.org", by: Person | None = None) -> License:
        return actions.request_license(
            self.act(by or self.head),
            self.agency,
            email=email,
            first_name="Noor",
            last_name="Vale",
            reason=Reason.NEW_COLLEAGUE,
        )

    def active(self, email: str = "new@oxbow.example.org") -> License:
        """Asked for, approved, and given in the HMIS."""
        held = self.ask(email)
        actions.approve(self.act(self.staff), held)
        self.confirm(held, "nvale")
        db.session.commit()
        return held

    def confirm(self, held: License, login_id: str = "", later: timedelta = timedelta()) -> None:
        db.session.expire_all()
        item = queries.one_license(held.id).open_work
        actions.confirm_work(self.act(self.staff, later), item, login_id=login_id)

    def require(self, code: str = "privacy", kind: str = "training", **terms: object) -> int:
        """A requirement of end users, published long ago; gives its id."""
        made = standing.add_requirement(
            self.act(self.admin, -timedelta(days=400)),
            code=code,
            **{
                "title": f"{code.title()} training",
                "authority": Authority.LOCAL,
                "kind": kind,
                "key": code,
                "subject_kind": SubjectKind.PERSON,
                "audience": Audience(roles=frozenset({Role.END_USER})),
                "recurrence": Recurrence.ROLLING,
                "months": 12,
                "effective_on": date(2025, 1, 1),
                **terms,
            },
        )
        standing.publish(self.act(self.admin, -timedelta(days=400)), made)
        return made.id

    def met(self, person: Person, on: date, code: str = "privacy", kind: str = "training") -> None:
        standing.record_evidence(self.act(self.staff), kind, SubjectKind.PERSON, person.id, code, on)


@pytest.fixture
def community(app: Flask, at: datetime, clock_at: Callable[[datetime], None]) -> Community:
    coc, other_coc = factories.make_coc(name="Kestrel CoC"), factories.make_coc(name="Plover CoC")
    lead = factories.make_lead(name="Crossfield")
    agency = factories.make_organization(coc=coc, name="Oxbow House")
    other = factories.make_organization(coc=other_coc, name="Millrace")
    vsp = factories.make_organization(coc=coc, name="Safe Harbor", participation=Participation.VSP)
    made = Community(
        coc,
        other_coc,
        agency,
        other,
        vsp,
        admin=factories.make_person(lead, Role.LEAD_ADMIN, first_name="Ines", last_name="Roe"),
        staff=factories.make_person(lead, Role.LEAD_STAFF, first_name="Dana", last_name="Whit"),
        second=factories.make_person(lead, Role.LEAD_STAFF, first_name="Lou", last_name="Hale"),
        head=factories.make_person(agency, Role.AGENCY_ADMIN, first_name="Ada", last_name="Holt"),
        executive=factories.make_person(agency, Role.AGENCY_EXECUTIVE, first_name="Max", last_name="Orr"),
        user=factories.make_person(agency, Role.END_USER, first_name="Robin", last_name="Ash"),
        governor=factories.make_person(coc, Role.COC_GOVERNANCE, first_name="Gale", last_name="Pike"),
        at=at,
    )
    db.session.commit()
    return made


@pytest.fixture
def browser(app: Flask, sign_in: Callable[[FlaskClient, Person], FlaskClient]) -> Callable[[Person], FlaskClient]:
    """A browser in which this person is signed in."""
    return lambda person: sign_in(app.test_client(), person)
