"""The lists of tickets: who sees which, filtered, searched and ordered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, union
from sqlalchemy.orm import aliased, joinedload, load_only

from portal.clock import NEVER
from portal.people import queries as people
from portal.people.models import Organization, Person
from portal.policy import Actor, Permission, reach
from portal.search import Index
from portal.tables import Order
from portal.tickets import rules
from portal.tickets.models import Category, Participant, Queue, QueueMember, Ticket
from portal.tickets.rules import Priority, State

SEARCH = Index("ticket")

ORDERS = {
    "due": Order((Ticket.next_due_at, Ticket.id)),
    "newest": Order((Ticket.id,), descending=True),
    "oldest": Order((Ticket.id,)),
}


def visible_to(actor: Actor) -> Select[Ticket]:
    """The tickets this actor may read: the table of portal.policy, said in SQL."""
    found = reach(actor, Permission.TICKET_READ)
    if found.everything:
        return select(Ticket).where(_unrestricted_for(actor))
    mine = [select(Ticket.id).where(Ticket.requester_id == actor.person_id)] if found.own else []
    mine += [select(Participant.ticket_id).where(Participant.person_id == actor.person_id)] if found.own else []
    if found.organizations:
        at_agency = and_(Ticket.agency_id.in_(found.organizations), Ticket.is_restricted.is_(False))
        mine.append(select(Ticket.id).where(at_agency))
    return select(Ticket).where(Ticket.id.in_(union(*mine))) if mine else select(Ticket).where(false())


def _unrestricted_for(actor: Actor) -> ColumnElement[bool]:
    if people.is_lead_admin(actor):
        return true()
    queues = select(QueueMember.queue_id).where(QueueMember.person_id == actor.person_id)
    takes_part = select(Participant.ticket_id).where(Participant.person_id == actor.person_id)
    return or_(
        Ticket.is_restricted.is_(False),
        Ticket.requester_id == actor.person_id,
        Ticket.queue_id.in_(queues),
        Ticket.id.in_(takes_part),
    )


@dataclass(frozen=True)
class Filters:
    """A list's state, as it stands in the URL."""

    view: str = "open"
    words: str = ""
    queue_id: int | None = None
    category_id: int | None = None
    agency_id: int | None = None
    coc_id: int | None = None
    priority: Priority | None = None
    assignee: str = ""
    """"me", "none", a person's id, or "" for all"""


VIEWS = ("open", "mine", "unassigned", "late", "waiting", "resolved", "all")


def listed(actor: Actor, filters: Filters, now: datetime) -> Select[Ticket]:
    """The tickets of a list, without order or page."""
    statement = visible_to(actor).where(*_view(filters.view, actor, now), *_filters(filters, actor))
    if filters.words:
        number = rules.number_in(filters.words)
        if number is not None:
            return statement.where(Ticket.id == number)
        statement = SEARCH.narrowed(statement, Ticket.id, filters.words, internal=actor.is_staff)
    return statement


_LISTED = (
    Ticket.id,
    Ticket.subject,
    Ticket.state,
    Ticket.priority,
    Ticket.channel,
    Ticket.requester_id,
    Ticket.requester_name,
    Ticket.requester_address,
    Ticket.opened_at,
    Ticket.updated_at,
    Ticket.next_due_at,
    Ticket.resolved_at,
    Ticket.is_restricted,
)
_NAMES = (Person.id, Person.first_name, Person.last_name)
_SHOWN = (
    joinedload(Ticket.requester).load_only(*_NAMES),
    joinedload(Ticket.assignee).load_only(*_NAMES),
    joinedload(Ticket.agency).load_only(Organization.id, Organization.short_name, Organization.name),
    joinedload(Ticket.category).load_only(Category.id, Category.name),
    joinedload(Ticket.queue).load_only(Queue.id, Queue.name),
    load_only(*_LISTED),
)
"""What a row shows, made once: making it for every page costs more than the query."""


def for_list(statement: Select[Ticket]) -> Select[Ticket]:
    """With the names that a row shows, in the same query."""
    return statement.options(*_SHOWN)


class Line(NamedTuple):
    """A ticket as a list or an export shows it: plain values, because making rows into tickets takes longer than
    finding them."""

    id: int
    subject: str
    state: State
    priority: Priority
    opened_at: datetime
    next_due_at: datetime
    resolved_at: datetime | None
    is_restricted: bool
    requester_id: int | None
    requester_name: str
    requester_address: str
    requester_first: str | None
    requester_last: str | None
    assignee_first: str | None
    assignee_last: str | None
    agency: str | None
    agency_short: str | None
    category: str
    queue: str

    @property
    def number(self) -> str:
        return rules.number_words(self.id)

    @property
    def requester_words(self) -> str:
        if self.requester_first is None:
            return self.requester_name or self.requester_address
        return f"{self.requester_first} {self.requester_last}"

    @property
    def assignee_words(self) -> str:
        """ "" while nobody has it."""
        return f"{self.assignee_first} {self.assignee_last}" if self.assignee_first is not None else ""

    @property
    def due_at(self) -> datetime | None:
        return None if self.next_due_at >= NEVER else self.next_due_at


_REQUESTER, _ASSIGNEE = aliased(Person), aliased(Person)
_LINES: Any = (
    select(
        *(Ticket.id, Ticket.subject, Ticket.state, Ticket.priority),
        *(Ticket.opened_at, Ticket.next_due_at, Ticket.resolved_at, Ticket.is_restricted, Ticket.requester_id),
        *(Ticket.requester_name, Ticket.requester_address, _REQUESTER.first_name, _REQUESTER.last_name),
        *(_ASSIGNEE.first_name, _ASSIGNEE.last_name, Organization.name, Organization.short_name),
        *(Category.name, Queue.name),
    )
    .outerjoin(_REQUESTER, _REQUESTER.id == Ticket.requester_id)
    .outerjoin(_ASSIGNEE, _ASSIGNEE.id == Ticket.assignee_id)
    .outerjoin(Organization, Organization.id == Ticket.agency_id)
    .join(Category, Category.id == Ticket.category_id)
    .join(Queue, Queue.id == Ticket.queue_id)
)


def lines(statement: Select[Ticket]) -> Select[Any]:
    """The columns of `Line` for the tickets of a list, without order or page."""
    found: Select[Any] = _LINES if statement.whereclause is None else _LINES.where(statement.whereclause)
    return found


def _view(view: str, actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    if view == "all":
        return ()
    if view == "resolved":
        return (~Ticket.is_open,)
    conditions: tuple[ColumnElement[bool], ...] = (Ticket.is_open.expression,)
    if view == "mine":
        return (*conditions, Ticket.assignee_id == actor.person_id)
    if view == "unassigned":
        return (*conditions, Ticket.assignee_id.is_(None))
    if view == "late":
        return (*conditions, Ticket.next_due_at < now)
    if view == "waiting":
        return (*conditions, Ticket.state == State.WAITING)
    return conditions


def _filters(filters: Filters, actor: Actor) -> list[ColumnElement[bool]]:
    named = {
        Ticket.queue_id: filters.queue_id,
        Ticket.category_id: filters.category_id,
        Ticket.agency_id: filters.agency_id,
        Ticket.coc_id: filters.coc_id,
        Ticket.priority: filters.priority,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in named.items() if value is not None]
    if filters.assignee == "none":
        conditions.append(Ticket.assignee_id.is_(None))
    elif filters.assignee:
        person_id = actor.person_id if filters.assignee == "me" else int(filters.assignee)
        conditions.append(Ticket.assignee_id == person_id)
    return conditions
