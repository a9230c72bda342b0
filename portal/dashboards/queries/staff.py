"""What needs somebody of the HMIS Lead, and how the desk stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, case, cast, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased, undefer

from portal.audit import AuditEvent
from portal.dashboards.rules import CHANGES_SHOWN, EVENTS_LOOKED_AT, NEEDS_SHOWN
from portal.db import db
from portal.mail import deliver
from portal.mail.fetch import InboundMail, InboundState
from portal.mail.letters import UNDELIVERED, Letter
from portal.people.models import Person
from portal.policy import Actor
from portal.tables import COUNT_CAP, Count
from portal.tickets import queries as tickets
from portal.tickets import rules
from portal.tickets.models import Queue, QueueMember, Ticket
from portal.tickets.rules import Priority, State


def pressing(actor: Actor, until: datetime) -> Sequence[Ticket]:
    """The actor's own tickets that are late or due before this moment, the latest first."""
    return _first(_own(actor).where(Ticket.next_due_at < until))


def _own(actor: Actor) -> Select[Ticket]:
    return tickets.visible_to(actor).where(Ticket.is_open, Ticket.assignee_id == actor.person_id)


def unassigned_urgent(actor: Actor) -> Sequence[Ticket]:
    """Urgent tickets of any queue that the actor sees and that nobody has."""
    nobodys = tickets.visible_to(actor).where(Ticket.is_open, Ticket.assignee_id.is_(None))
    return _first(nobodys.where(Ticket.priority == Priority.URGENT))


def _first(found: Select[Ticket]) -> Sequence[Ticket]:
    listed = tickets.for_list(found).options(undefer(Ticket.first_responded_at))
    return db.session.scalars(listed.order_by(Ticket.next_due_at, Ticket.id).limit(NEEDS_SHOWN)).all()


@dataclass(frozen=True)
class Trouble:
    """Mail that waits for a person: how much, and since when."""

    number: int
    since: datetime


def mail_in_trouble() -> Trouble | None:
    parked = select(InboundMail.received_at).where(InboundMail.state == InboundState.PARKED)
    return _trouble(parked, InboundMail.received_at)


def letters_in_trouble() -> Trouble | None:
    return _trouble(select(Letter.made_at).where(Letter.state.in_(UNDELIVERED)), Letter.made_at)


def letters_held_back(now: datetime) -> Trouble | None:
    """Letters that wait only because of the hourly ceiling."""
    number = deliver.held_back(now)
    since = db.session.scalar(select(func.min(Letter.due_at)).where(Letter.due_at <= now)) if number else None
    return Trouble(number, since) if since else None


def _trouble(found: Select[datetime], at: InstrumentedAttribute[datetime]) -> Trouble | None:
    number, since = db.session.execute(found.with_only_columns(func.count(), func.min(at))).one()
    return Trouble(number, since) if number else None


@dataclass(frozen=True)
class OwnNumbers:
    """The actor's own open tickets."""

    open: int = 0
    late: int = 0
    waiting: int = 0


def own_numbers(actor: Actor, now: datetime) -> OwnNumbers:
    is_late = case((Ticket.next_due_at < now, 1), else_=0).label("is_late")
    rows = db.session.execute(
        _own(actor)
        .with_only_columns(Ticket.state, is_late, func.count().label("number"))
        .group_by(Ticket.state, is_late)
        .order_by(Ticket.state, is_late)
    ).all()
    return OwnNumbers(
        open=sum(row.number for row in rows),
        late=sum(row.number for row in rows if row.is_late),
        waiting=sum(row.number for row in rows if row.state is State.WAITING),
    )


@dataclass(frozen=True)
class QueueNumbers:
    """What waits in one queue; each number stops at a thousand and one."""

    id: int
    name: str
    open: Count
    unassigned: Count
    late: Count


def queue_numbers(actor: Actor, now: datetime) -> Sequence[QueueNumbers]:
    """The queues that the actor works in, or all that are for everybody where they work in none."""
    own = select(QueueMember.queue_id).where(QueueMember.person_id == actor.person_id)
    queues = db.session.execute(
        select(Queue.id, Queue.name)
        .where(or_(Queue.id.in_(own), ~own.exists() & Queue.is_restricted.is_(False)))
        .order_by(Queue.position, Queue.id)
    ).all()
    counts = _counts([queue.id for queue in queues], now) if queues else {}
    nothing = (0, 0, 0)
    return [QueueNumbers(queue.id, queue.name, *map(Count, counts.get(queue.id, nothing))) for queue in queues]


def _counts(ids: Sequence[int], now: datetime) -> dict[int, tuple[int, int, int]]:
    """Open, unassigned, late of each queue, in one statement that reads so many tickets of each and no more."""
    is_nobodys = case((Ticket.assignee_id.is_(None), 1), else_=0).label("is_nobodys")
    is_late = case((Ticket.next_due_at < now, 1), else_=0).label("is_late")
    parts = [
        select(Ticket.queue_id, is_nobodys, is_late)
        .where(Ticket.is_open, Ticket.queue_id == queue_id)
        .order_by(Ticket.next_due_at, Ticket.id)
        .limit(COUNT_CAP + 1)
        .subquery()
        for queue_id in ids
    ]
    found = union_all(*(select(part) for part in parts)).subquery()
    rows = db.session.execute(
        select(found.c.queue_id, func.count(), _total(found.c.is_nobodys), _total(found.c.is_late))
        .group_by(found.c.queue_id)
        .order_by(found.c.queue_id)
    )
    return {queue_id: (number, nobodys, late) for queue_id, number, nobodys, late in rows}


def _total(column: Any) -> Any:
    return cast(func.sum(column), Integer)


@dataclass(frozen=True)
class Change:
    """What somebody else did on one of the actor's tickets."""

    at: datetime
    who: str
    words: str
    icon: str
    ticket_id: int
    subject: str

    @property
    def number(self) -> str:
        return rules.number_words(self.ticket_id)


_TOLD = (
    "ticket.assigned",
    "ticket.answered",
    "ticket.commented",
    "ticket.noted",
    "ticket.resumed",
    "ticket.reopened",
    "ticket.handed_back",
)


def changes(actor: Actor, since: datetime) -> Sequence[Change]:
    """What others did on the actor's open tickets since this moment, the latest first.

    Among the desk's last EVENTS_LOOKED_AT events, so that it costs the same in the tenth year as in the first.
    """
    latest = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(EVENTS_LOOKED_AT).subquery()
    event = aliased(AuditEvent, latest)
    rows = db.session.execute(
        select(event, Person.first_name, Person.last_name, Ticket.subject)
        .join(Ticket, (event.kind == Ticket.__tablename__) & (event.subject_id == Ticket.id))
        .outerjoin(Person, Person.id == event.by_person_id)
        .where(Ticket.is_open, Ticket.assignee_id == actor.person_id)
        .where(event.at >= since, event.name.in_(_TOLD))
        .where(or_(event.by_person_id.is_(None), event.by_person_id != actor.person_id))
        .order_by(event.at.desc(), event.id.desc())
        .limit(CHANGES_SHOWN)
    )
    return [_change(actor, found, _who(first, last), subject) for found, first, last, subject in rows]


def _who(first: str | None, last: str | None) -> str:
    return f"{first} {last}" if first else "The portal"


def _change(actor: Actor, event: AuditEvent, who: str, subject: str) -> Change:
    to = "you" if event.facts.get("to") == actor.person_id else "somebody else"
    said = rules.sentence(event.name, event.facts, {"to": to})
    return Change(event.at, who, said.words, said.icon, event.subject_id, subject)
