"""What people outside the HMIS Lead have open at the desk, and how their agency stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from portal.dashboards.rules import TICKETS_SHOWN
from portal.db import db
from portal.people.models import Organization, Person
from portal.policy import Actor, Role
from portal.tickets import queries as tickets
from portal.tickets.models import Ticket
from portal.tickets.rules import State

HEADS = (Role.AGENCY_ADMIN, Role.AGENCY_EXECUTIVE)


def open_tickets(actor: Actor) -> Sequence[Ticket]:
    """Open tickets that the actor may read: first what waits on an answer from outside, then the newest."""
    waiting_first = case((Ticket.state == State.WAITING, 0), else_=1)
    found = tickets.for_list(tickets.visible_to(actor))
    listed = found.where(Ticket.is_open).order_by(waiting_first, Ticket.id.desc())
    return db.session.scalars(listed.limit(TICKETS_SHOWN)).all()


@dataclass(frozen=True)
class AgencyNumbers:
    """One agency, as its administrator or executive sees it."""

    id: int
    name: str
    open: int
    waiting: int
    people: int
    not_yet_in: int
    """People who have no password yet, so cannot sign in."""


def agency_numbers(actor: Actor) -> Sequence[AgencyNumbers]:
    """The agencies at which the actor is administrator or executive, by name; three queries for all of them."""
    ids = actor.organizations(*HEADS)
    if not ids:
        return []
    agencies = db.session.execute(
        select(Organization.id, Organization.name).where(Organization.id.in_(ids)).order_by(Organization.name)
    ).all()
    tickets_of, people_of = _tickets(ids), _people(ids)
    return [
        AgencyNumbers(agency.id, agency.name, *tickets_of.get(agency.id, (0, 0)), *people_of.get(agency.id, (0, 0)))
        for agency in agencies
    ]


def _tickets(ids: frozenset[int]) -> dict[int, tuple[int, int]]:
    waiting = func.sum(case((Ticket.state == State.WAITING, 1), else_=0))
    rows = db.session.execute(
        select(Ticket.agency_id, func.count(), waiting)
        .where(Ticket.is_open, Ticket.agency_id.in_(ids), Ticket.is_restricted.is_(False))
        .group_by(Ticket.agency_id)
        .order_by(Ticket.agency_id)
    )
    return {agency_id: (number, int(held)) for agency_id, number, held in rows}


def _people(ids: frozenset[int]) -> dict[int, tuple[int, int]]:
    not_yet_in = func.sum(case((Person.password_hash.is_(None), 1), else_=0))
    rows = db.session.execute(
        select(Person.home_id, func.count(), not_yet_in)
        .where(Person.ended_on.is_(None), Person.home_id.in_(ids))
        .group_by(Person.home_id)
        .order_by(Person.home_id)
    )
    return {home_id: (number, int(outside)) for home_id, number, outside in rows}
