"""A small desk: one CoC with two agencies, staff of two, one queue, one category."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask

from portal.audit import Act
from portal.people.models import Organization, Person, Project
from portal.policy import Role
from portal.tickets import actions, queries
from portal.tickets.actions import Draft, Requester
from portal.tickets.models import Category, Queue, Ticket
from tests import factories


@dataclass
class Desk:
    coc: Organization
    lead: Organization
    agency: Organization
    project: Project
    other_agency: Organization
    staff: Person
    admin: Person
    user: Person
    colleague: Person
    stranger: Person
    agency_admin: Person
    queue: Queue
    category: Category
    at: datetime

    def act(self, by: Person | None = None) -> Act:
        return Act(at=self.at, by=by.id if by else None)

    def file(self, **facts: object) -> Ticket:
        """A ticket by the user, unless the facts say otherwise."""
        given = {
            "subject": "Report shows no exits",
            "draft": Draft("The APR is empty for March."),
            "category": self.category,
            **facts,
        }
        requester = given.pop("requester", Requester(self.user))
        return actions.open_ticket(self.act(self.user), requester, **given)  # type: ignore[arg-type]


@pytest.fixture
def desk(app: Flask, at: datetime, clock_at: Callable[[datetime], None]) -> Desk:
    coc, lead = factories.make_coc(name="Kestrel CoC"), factories.make_lead(name="Crossfield")
    agency = factories.make_organization(coc=coc, name="Oxbow House")
    other = factories.make_organization(coc=coc, name="Millrace")
    staff = factories.make_person(lead, Role.LEAD_STAFF, first_name="Dana", last_name="Whit")
    admin = factories.make_person(lead, Role.LEAD_ADMIN, first_name="Ines", last_name="Roe")
    act = Act(at=at, by=admin.id)
    queue = actions.add_queue(act, key="first_line", name="First line", words="Help desk team", members=[staff])
    category = actions.add_category(act, key="other", name="Something else", queue_id=queue.id)
    return Desk(
        coc=coc,
        lead=lead,
        agency=agency,
        project=factories.make_project(agency, coc),
        other_agency=other,
        staff=staff,
        admin=admin,
        user=factories.make_person(agency, Role.END_USER, first_name="Robin"),
        colleague=factories.make_person(agency, Role.END_USER),
        stranger=factories.make_person(other, Role.END_USER),
        agency_admin=factories.make_person(agency, Role.AGENCY_ADMIN),
        queue=queue,
        category=category,
        at=at,
    )


@pytest.fixture
def listed(desk: Desk) -> Callable[[Person], list[int]]:
    """The ids of all tickets that a person's list shows."""

    def ids(person: Person) -> list[int]:
        statement = queries.visible_to(person.actor_on(desk.at.date())).order_by(Ticket.id)
        from portal.db import db

        return [ticket.id for ticket in db.session.scalars(statement)]

    return ids
