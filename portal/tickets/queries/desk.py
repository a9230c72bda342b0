"""What the desk is set up with: queues, categories, canned responses, rules, loads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db, plain_rows, remembered
from portal.people import queries as people
from portal.people.models import Organization, Person, Project
from portal.people.rules import OrganizationKind
from portal.policy import Actor, Permission, reach
from portal.tickets import rules
from portal.tickets.models import (
    CannedResponse,
    Category,
    Queue,
    QueueMember,
    Ticket,
    TriageRule,
)
from portal.tickets.queries.hours import hours_words
from portal.tickets.rules import State
from portal.web import installation


def categories() -> Sequence[Category]:
    queue = joinedload(Category.queue)
    return db.session.scalars(select(Category).options(queue).order_by(Category.position, Category.id)).all()


_CATEGORY_NAMES = select(Category.id, Category.name).order_by(Category.position, Category.id)


def category_names() -> Sequence[tuple[int, str]]:
    """Ids and names in their order, for choosing from."""
    return [(row.id, row.name) for row in plain_rows(_CATEGORY_NAMES)]


_CATEGORY = select(Category).where(Category.id == bindparam("category_id")).options(joinedload(Category.queue))


def category(category_id: int) -> Category | None:
    return db.session.scalar(_CATEGORY, {"category_id": category_id})


_BY_KEY = select(Category).where(Category.key == bindparam("key")).options(joinedload(Category.queue))


def category_by_key(key: str) -> Category:
    return db.session.scalars(_BY_KEY, {"key": key}).one()


def queues() -> Sequence[Queue]:
    return db.session.scalars(select(Queue).order_by(Queue.position, Queue.id)).all()


_QUEUE_NAMES = select(Queue.id, Queue.name).order_by(Queue.position, Queue.id)


def queue_names() -> Sequence[tuple[int, str]]:
    """Ids and names in their order, for choosing from."""
    return [(row.id, row.name) for row in plain_rows(_QUEUE_NAMES)]


def queues_with_members() -> Sequence[Queue]:
    members = selectinload(Queue.members)
    return db.session.scalars(select(Queue).options(members).order_by(Queue.position, Queue.id)).all()


def restricted_queues() -> frozenset[int]:
    return remembered("desk.restricted", _restricted_queues, Queue)


def _restricted_queues() -> frozenset[int]:
    return frozenset(db.session.scalars(select(Queue.id).where(Queue.is_restricted).order_by(Queue.id)))


def queue(queue_id: int) -> Queue | None:
    return db.session.get(Queue, queue_id)


def triage_rules() -> Sequence[TriageRule]:
    statement = (
        select(TriageRule)
        .where(TriageRule.removed_at.is_(None))
        .options(joinedload(TriageRule.queue), joinedload(TriageRule.assignee))
    )
    return db.session.scalars(statement.order_by(TriageRule.position, TriageRule.id)).all()


def rules_in_force() -> Sequence[rules.Rule]:
    """In their order, as triage reads them."""
    return remembered("desk.rules", lambda: tuple(one.rule for one in triage_rules() if one.is_on), TriageRule)


def triage_rule(rule_id: int) -> TriageRule | None:
    return db.session.get(TriageRule, rule_id)


def rule_names(ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(select(TriageRule.id, TriageRule.name).where(TriageRule.id.in_(ids)))
    return {row.id: row.name for row in rows}


def canned_responses(category_id: int | None = None, words: str = "") -> Sequence[CannedResponse]:
    """The category's own first, then the most used."""
    statement = select(CannedResponse).options(joinedload(CannedResponse.category))
    for word in words.split()[:6]:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        statement = statement.where(or_(CannedResponse.title.ilike(like), CannedResponse.text.ilike(like)))
    own_first = case((CannedResponse.category_id == category_id, 0), else_=1)
    return db.session.scalars(
        statement.order_by(own_first, CannedResponse.used.desc(), CannedResponse.title, CannedResponse.id).limit(40)
    ).all()


def canned_response(canned_id: int) -> CannedResponse | None:
    return db.session.get(CannedResponse, canned_id)


_WEIGHT = case(
    (Ticket.state == State.WAITING, 0),
    *((Ticket.priority == priority, points) for priority, points in rules.PRIORITY_WEIGHT.items()),
    else_=0,
)
_MEMBERS = select(QueueMember.person_id).where(QueueMember.queue_id == bindparam("queue_id"))
_CARRIED = (
    select(Ticket.assignee_id, func.sum(_WEIGHT).label("weight"), func.max(Ticket.assigned_at).label("given_at"))
    .where(Ticket.is_open, Ticket.assignee_id.in_(_MEMBERS))
    .group_by(Ticket.assignee_id)
    .subquery()
)
_LOADS = (
    select(QueueMember.person_id, func.coalesce(_CARRIED.c.weight, 0), _CARRIED.c.given_at)
    .join(Person, Person.id == QueueMember.person_id)
    .outerjoin(_CARRIED, _CARRIED.c.assignee_id == QueueMember.person_id)
    .where(QueueMember.queue_id == bindparam("queue_id"), Person.ended_on.is_(None))
    .order_by(QueueMember.person_id)
)


def loads(queue_id: int) -> Sequence[rules.Load]:
    """What each member of a queue carries now, in all queues together, and when they were last given something."""
    rows = plain_rows(_LOADS, queue_id=queue_id)
    return [rules.Load(row[0], int(row[1]), row[2]) for row in rows]


def variables(held: Ticket, staff: Person) -> dict[str, str]:
    """What a canned response may name."""
    settings = installation()
    first, _, _ = held.requester_words.partition(" ")
    return {
        "requester.first_name": held.requester.first_name if held.requester else first,
        "requester.name": held.requester_words,
        "agency.name": held.agency.name if held.agency else "your agency",
        "ticket.number": held.number,
        "ticket.subject": held.subject,
        "project.name": held.project.name if held.project else "your project",
        "staff.name": staff.name,
        "staff.first_name": staff.first_name,
        "desk.phone": settings.desk_phone,
        "desk.email": settings.desk_address,
        "desk.hours": hours_words(),
    }


@dataclass(frozen=True)
class Agency:
    """An agency to choose."""

    id: int
    name: str
    short_name: str


_AGENCIES = (
    select(Organization.id, Organization.name, Organization.short_name)
    .where(Organization.kind == OrganizationKind.AGENCY, Organization.ended_on.is_(None))
    .order_by(Organization.name, Organization.id)
)


def agencies_to_filter(actor: Actor) -> Sequence[Agency]:
    """By name: as plain values, because a list of choices needs no more and is made for every page of a list."""
    found = _AGENCIES
    if not reach(actor, Permission.ORGANIZATION_READ).everything:
        seen = people.agencies_visible_to(actor).with_only_columns(Organization.id).order_by(None)
        found = found.where(Organization.id.in_(seen))
    return [Agency(row.id, row.name, row.short_name) for row in plain_rows(found)]


def staff_member(person_id: int, on: date) -> Person | None:
    return next((person for person in people.staff(on) if person.id == person_id), None)


def projects_of_person(person: Person, on: date) -> Sequence[Project]:
    """Projects of all agencies where somebody works or holds a role."""
    places = {person.home_id, *(grant.organization_id for grant in person.roles if grant.holds_on(on))}
    return people.projects_of(places)


def addressee(actor: Actor, address: str, on: date) -> Person | None:
    """Somebody whom the actor may bring into a conversation: anyone for staff; else colleagues and staff."""
    person = people.person_by_email(address)
    if person is None or not person.is_active:
        return None
    places = {grant.organization_id for grant in actor.grants}
    colleague = bool(places & person.scope.organizations)
    return person if actor.is_staff or colleague or person.actor_on(on).is_staff else None
