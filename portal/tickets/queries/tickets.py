"""One ticket and what hangs on it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.mail import letters
from portal.people.models import Person
from portal.policy import Actor, Permission, reach
from portal.tickets import rules
from portal.tickets.models import (
    Attachment,
    Message,
    Participant,
    Queue,
    SealedOriginal,
    Ticket,
)
from portal.tickets.queries.lists import visible_to
from portal.tickets.rules import MessageKind, State

_ON_ITS_PAGE = (
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
_IN_CONVERSATION = (
    joinedload(Message.author).joinedload(Person.home),
    selectinload(Message.attachments).joinedload(Attachment.file),
    joinedload(Message.original).joinedload(SealedOriginal.file),
)


def ticket(ticket_id: int) -> Ticket | None:
    """With all that its page shows besides the messages."""
    return db.session.scalar(select(Ticket).where(Ticket.id == ticket_id).options(*_ON_ITS_PAGE))


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


def workable(actor: Actor, ids: Sequence[int]) -> Sequence[Ticket]:
    """Those of these tickets that the actor may work on, with what an action on each needs."""
    if not reach(actor, Permission.TICKET_WORK):
        return []
    return db.session.scalars(
        visible_to(actor)
        .where(Ticket.id.in_(ids))
        .options(
            joinedload(Ticket.requester),
            joinedload(Ticket.assignee),
            joinedload(Ticket.queue),
            joinedload(Ticket.agency),
            selectinload(Ticket.pauses),
            selectinload(Ticket.participants).joinedload(Participant.person),
        )
        .order_by(Ticket.id)
    ).all()


def messages(held: Ticket, actor: Actor) -> Sequence[Message]:
    """The conversation in order of time; notes only for staff."""
    statement = select(Message).where(Message.ticket_id == held.id).options(*_IN_CONVERSATION).order_by(Message.id)
    if not actor.is_staff:
        statement = statement.where(Message.kind != MessageKind.NOTE)
    return db.session.scalars(statement).all()


def hold(held: Ticket) -> None:
    """Let nobody else write on the ticket until this request has ended, so that what is read now stays true."""
    db.session.execute(select(Ticket.id).where(Ticket.id == held.id).with_for_update())


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


def undelivered(held: Ticket) -> Sequence[letters.Letter]:
    return letters.undelivered("ticket", held.id)


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


def purgeable(original_id: int) -> SealedOriginal | None:
    return db.session.get(SealedOriginal, original_id)
