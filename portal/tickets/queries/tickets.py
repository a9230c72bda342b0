"""One ticket and what hangs on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db, plain_rows
from portal.mail.letters import UNDELIVERED, Letter
from portal.people.models import Person
from portal.policy import Actor, Permission, reach
from portal.tickets import rules
from portal.tickets.models import (
    Attachment,
    Message,
    Participant,
    SealedOriginal,
    Ticket,
)
from portal.tickets.queries.lists import visible_to
from portal.tickets.rules import MessageKind, State

_ON_ITS_PAGE = (
    joinedload(Ticket.category),
    joinedload(Ticket.queue),
    joinedload(Ticket.requester),
    joinedload(Ticket.assignee),
    joinedload(Ticket.filed_by),
    joinedload(Ticket.agency),
    joinedload(Ticket.project),
    joinedload(Ticket.possibly_about).load_only(Ticket.id),
    selectinload(Ticket.participants).joinedload(Participant.person),
)
_IN_CONVERSATION = (
    joinedload(Message.author).joinedload(Person.home),
    selectinload(Message.attachments).joinedload(Attachment.file),
    joinedload(Message.original).joinedload(SealedOriginal.file),
)


_TICKET = select(Ticket).where(Ticket.id == bindparam("ticket_id")).options(*_ON_ITS_PAGE)
_MESSAGES = (
    select(Message).where(Message.ticket_id == bindparam("ticket_id")).options(*_IN_CONVERSATION).order_by(Message.id)
)
_MESSAGES_OUTSIDE = _MESSAGES.where(Message.kind != MessageKind.NOTE)


def ticket(ticket_id: int) -> Ticket | None:
    """With all that its page shows besides the messages; the queue's members only where they alone may read it."""
    return db.session.scalar(_TICKET, {"ticket_id": ticket_id})


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
    statement = _MESSAGES if actor.is_staff else _MESSAGES_OUTSIDE
    return db.session.scalars(statement, {"ticket_id": held.id}).all()


_TEXTS = select(Message.kind, Message.text).where(Message.ticket_id == bindparam("ticket_id")).order_by(Message.id)


def texts(held: Ticket) -> Sequence[tuple[MessageKind, str]]:
    """All that was said and noted on it, in order of time."""
    return [(row.kind, row.text) for row in plain_rows(_TEXTS, ticket_id=held.id)]


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


_UNDELIVERED = (
    select(Letter.id, Letter.to_address, Letter.last_error)
    .where(Letter.about_kind == "ticket", Letter.about_id == bindparam("ticket_id"), Letter.state.in_(UNDELIVERED))
    .order_by(Letter.id)
)


def undelivered(held: Ticket) -> Sequence[Any]:
    """Letters about it that did not, or may not have, arrived: id, address and what is known, not their text."""
    return plain_rows(_UNDELIVERED, ticket_id=held.id).all()


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
