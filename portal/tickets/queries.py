"""Reading tickets: one by number, lists for pages and jobs, what the desk is set up with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, case, false, func, or_, select, true, union
from sqlalchemy.orm import joinedload, load_only, selectinload

from portal.audit import AuditEvent
from portal.db import db
from portal.mail import outbox
from portal.people import queries as people
from portal.people.models import Organization, Person
from portal.policy import Actor, Permission, reach
from portal.search import Index
from portal.tables import Order
from portal.tickets import rules
from portal.tickets.models import (
    Attachment,
    CannedResponse,
    Category,
    DeskHours,
    Message,
    Participant,
    PriorityTarget,
    Queue,
    QueueMember,
    SealedOriginal,
    Ticket,
    TriageRule,
)
from portal.tickets.rules import MessageKind, Priority, State
from portal.worktime import Hours

SEARCH = Index("ticket")

ORDERS = {
    "due": Order((Ticket.next_due_at, Ticket.id)),
    "newest": Order((Ticket.id,), descending=True),
    "oldest": Order((Ticket.id,)),
}


def ticket(ticket_id: int) -> Ticket | None:
    """With all that its page shows besides the messages."""
    return db.session.scalar(
        select(Ticket)
        .where(Ticket.id == ticket_id)
        .options(
            joinedload(Ticket.category),
            joinedload(Ticket.queue).selectinload(Queue.members),
            joinedload(Ticket.requester),
            joinedload(Ticket.assignee),
            joinedload(Ticket.filed_by),
            joinedload(Ticket.agency),
            joinedload(Ticket.project),
            joinedload(Ticket.possibly_about),
            selectinload(Ticket.participants).joinedload(Participant.person),
        )
    )


def attachment(ticket_id: int, attachment_id: int) -> Attachment | None:
    return db.session.scalar(
        select(Attachment)
        .join(Attachment.message)
        .where(Attachment.id == attachment_id, Message.ticket_id == ticket_id)
        .options(joinedload(Attachment.message).joinedload(Message.ticket), joinedload(Attachment.file))
    )


def original(ticket_id: int, message_id: int) -> SealedOriginal | None:
    return db.session.scalar(
        select(SealedOriginal)
        .join(SealedOriginal.message)
        .where(SealedOriginal.message_id == message_id, Message.ticket_id == ticket_id)
        .options(joinedload(SealedOriginal.message).joinedload(Message.ticket), joinedload(SealedOriginal.file))
    )


def visible_to(actor: Actor) -> Select[tuple[Ticket]]:
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


def _unrestricted_for(actor: Actor) -> object:
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


def listed(actor: Actor, filters: Filters, now: datetime) -> Select[tuple[Ticket]]:
    """The tickets of a list, without order or page."""
    statement = visible_to(actor).where(*_view(filters.view, actor, now), *_filters(filters, actor))
    if filters.words:
        number = rules.number_in(filters.words)
        if number is not None:
            return statement.where(Ticket.id == number)
        statement = SEARCH.narrowed(statement, Ticket.id, filters.words, internal=actor.is_staff)
    return statement


def for_list(statement: Select[tuple[Ticket]]) -> Select[tuple[Ticket]]:
    """With the names that a row shows, in the same query."""
    names = (Person.id, Person.first_name, Person.last_name)
    return statement.options(
        joinedload(Ticket.requester).load_only(*names),
        joinedload(Ticket.assignee).load_only(*names),
        joinedload(Ticket.agency).load_only(Organization.id, Organization.short_name, Organization.name),
        joinedload(Ticket.category).load_only(Category.id, Category.name),
        joinedload(Ticket.queue).load_only(Queue.id, Queue.name),
        load_only(*_LISTED),
    )


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


def _view(view: str, actor: Actor, now: datetime) -> tuple[object, ...]:
    if view == "all":
        return ()
    if view == "resolved":
        return (Ticket.is_open.is_(False),)
    conditions: tuple[object, ...] = (Ticket.is_open.is_(True),)
    if view == "mine":
        return (*conditions, Ticket.assignee_id == actor.person_id)
    if view == "unassigned":
        return (*conditions, Ticket.assignee_id.is_(None))
    if view == "late":
        return (*conditions, Ticket.next_due_at < now)
    if view == "waiting":
        return (*conditions, Ticket.state == State.WAITING)
    return conditions


def _filters(filters: Filters, actor: Actor) -> list[object]:
    named = {
        Ticket.queue_id: filters.queue_id,
        Ticket.category_id: filters.category_id,
        Ticket.agency_id: filters.agency_id,
        Ticket.coc_id: filters.coc_id,
        Ticket.priority: filters.priority,
    }
    conditions: list[object] = [column == value for column, value in named.items() if value is not None]
    if filters.assignee == "none":
        conditions.append(Ticket.assignee_id.is_(None))
    elif filters.assignee:
        person_id = actor.person_id if filters.assignee == "me" else int(filters.assignee)
        conditions.append(Ticket.assignee_id == person_id)
    return conditions


def messages(held: Ticket, actor: Actor) -> Sequence[Message]:
    """The conversation in order of time; notes only for staff."""
    statement = (
        select(Message)
        .where(Message.ticket_id == held.id)
        .options(
            joinedload(Message.author).joinedload(Person.home),
            selectinload(Message.attachments).joinedload(Attachment.file),
            joinedload(Message.original),
        )
        .order_by(Message.id)
    )
    if not actor.is_staff:
        statement = statement.where(Message.kind != MessageKind.NOTE)
    return db.session.scalars(statement).all()


def newer_than(held: Ticket, message_id: int, reader_id: int | None) -> Sequence[Message]:
    """What others wrote on the ticket after the message that a writer last saw."""
    return db.session.scalars(
        select(Message)
        .where(Message.ticket_id == held.id, Message.id > message_id)
        .where(or_(Message.author_id.is_(None), Message.author_id != reader_id))
        .options(joinedload(Message.author))
        .order_by(Message.id)
    ).all()


def last_message_id(held: Ticket) -> int:
    return db.session.scalar(select(func.max(Message.id)).where(Message.ticket_id == held.id)) or 0


def history(held: Ticket) -> Sequence[tuple[AuditEvent, Person | None]]:
    rows = db.session.execute(
        select(AuditEvent, Person)
        .outerjoin(Person, Person.id == AuditEvent.by_person_id)
        .where(AuditEvent.kind == "ticket", AuditEvent.subject_id == held.id)
        .order_by(AuditEvent.id)
    )
    return [(event, person) for event, person in rows]


def undelivered(held: Ticket) -> Sequence[outbox.Letter]:
    return outbox.undelivered("ticket", held.id)


def categories() -> Sequence[Category]:
    return db.session.scalars(select(Category).order_by(Category.position, Category.id)).all()


def category(category_id: int) -> Category | None:
    return db.session.get(Category, category_id)


def category_by_key(key: str) -> Category:
    return db.session.scalars(select(Category).where(Category.key == key)).one()


def queues() -> Sequence[Queue]:
    return db.session.scalars(select(Queue).order_by(Queue.position, Queue.id)).all()


def queue(queue_id: int) -> Queue | None:
    return db.session.get(Queue, queue_id)


def triage_rules() -> Sequence[TriageRule]:
    statement = select(TriageRule).where(TriageRule.removed_at.is_(None)).options(joinedload(TriageRule.queue))
    return db.session.scalars(statement.order_by(TriageRule.position, TriageRule.id)).all()


def triage_rule(rule_id: int) -> TriageRule | None:
    return db.session.get(TriageRule, rule_id)


def rule_names(ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(select(TriageRule.id, TriageRule.name).where(TriageRule.id.in_(ids)))
    return {rule_id: name for rule_id, name in rows}


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


def targets() -> dict[Priority, rules.Target]:
    rows = db.session.scalars(select(PriorityTarget).order_by(PriorityTarget.priority))
    own = {
        row.priority: rules.Target(
            timedelta(minutes=row.first_response_minutes), timedelta(minutes=row.resolution_minutes)
        )
        for row in rows
    }
    return {**rules.DEFAULT_TARGETS, **own}


def desk_windows() -> dict[int, tuple[tuple[time, time], ...]]:
    """The desk's week: weekday → windows. Monday to Friday, 8 to 5, until somebody sets it."""
    rows = db.session.scalars(select(DeskHours).order_by(DeskHours.weekday, DeskHours.opens)).all()
    if not rows:
        return {day: ((time(8), time(17)),) for day in range(5)}
    return {
        day: tuple((_clock(row.opens), _clock(row.closes)) for row in rows if row.weekday == day)
        for day in sorted({row.weekday for row in rows})
    }


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60) if minutes < 1440 else time.max


def hours_for(coc_id: int | None) -> Hours:
    """Business hours in a CoC's own time and holidays; without a CoC, those of the HMIS Lead."""
    zone: ZoneInfo = people.zone_of_id(coc_id)
    return Hours(zone, desk_windows(), frozenset(people.holidays(coc_id)) if coc_id else frozenset())


def loads(queue_id: int) -> Sequence[rules.Load]:
    """What each member of a queue carries now, in all queues together."""
    weight = case(
        *((Ticket.priority == priority, points) for priority, points in rules.PRIORITY_WEIGHT.items()), else_=0
    )
    carried = (
        select(Ticket.assignee_id, func.sum(weight).label("weight"))
        .where(Ticket.is_open.is_(True), Ticket.state != State.WAITING, Ticket.assignee_id.is_not(None))
        .group_by(Ticket.assignee_id)
        .subquery()
    )
    last = (
        select(Ticket.assignee_id, func.max(Ticket.assigned_at).label("given_at"))
        .where(Ticket.assignee_id.is_not(None), Ticket.is_open.is_(True))
        .group_by(Ticket.assignee_id)
        .subquery()
    )
    rows = db.session.execute(
        select(QueueMember.person_id, func.coalesce(carried.c.weight, 0), last.c.given_at)
        .join(Person, Person.id == QueueMember.person_id)
        .outerjoin(carried, carried.c.assignee_id == QueueMember.person_id)
        .outerjoin(last, last.c.assignee_id == QueueMember.person_id)
        .where(QueueMember.queue_id == queue_id, Person.ended_on.is_(None))
        .order_by(QueueMember.person_id)
    )
    return [rules.Load(person_id, int(weight), given_at) for person_id, weight, given_at in rows]


def to_close(now: datetime) -> Sequence[int]:
    """Tickets resolved so long ago that they close."""
    return db.session.scalars(
        select(Ticket.id)
        .where(Ticket.state == State.RESOLVED, Ticket.resolved_at < now - rules.CLOSE_AFTER)
        .order_by(Ticket.resolved_at, Ticket.id)
        .limit(500)
    ).all()


def originals_to_purge(now: datetime) -> Sequence[int]:
    return db.session.scalars(
        select(SealedOriginal.id)
        .where(SealedOriginal.purge_at <= now, SealedOriginal.file.has(purged_at=None))
        .order_by(SealedOriginal.purge_at, SealedOriginal.id)
        .limit(500)
    ).all()
