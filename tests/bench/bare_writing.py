"""The rows that filing and answering leave, written as SQLAlchemy Core: nothing is checked, masked or rendered."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from portal.audit import AuditEvent, Via
from portal.clock import NEVER
from portal.mail.letters import Letter, LetterState
from portal.mail.thread import MailReference
from portal.tickets.models import Category, Message, Ticket
from portal.tickets.rules import Channel, MessageKind, Priority, State, Urgency
from tests.bench import texts

SAID = " ".join(texts.SENTENCES[:5])


def file(connection: Connection, now: datetime, turn: str) -> int:
    category = connection.execute(select(Category.id, Category.queue_id).order_by(Category.id).limit(1)).one()
    facts = {
        "subject": f"{texts.SUBJECTS[0]} ({turn})",
        "category_id": category.id,
        "queue_id": category.queue_id,
        "requester_id": _requester(connection),
        "priority": Priority.NORMAL,
        "urgency": Urgency.NORMAL,
        "channel": Channel.WEB,
        "state": State.NEW,
        "opened_at": now,
        "updated_at": now,
        "next_due_at": NEVER,
    }
    ticket_id: int = connection.execute(insert(Ticket).values(**facts).returning(Ticket.id)).scalar_one()
    _say(connection, now, ticket_id, MessageKind.OPENING)
    _note(connection, now, ticket_id, "ticket.filed")
    _note(connection, now, ticket_id, "ticket.assigned")
    _mail(connection, now, ticket_id)
    return ticket_id


def answer(connection: Connection, now: datetime, ticket_id: int, turn: str) -> None:
    connection.execute(select(Ticket).where(Ticket.id == ticket_id)).one()
    _say(connection, now, ticket_id, MessageKind.REPLY)
    connection.execute(update(Ticket).where(Ticket.id == ticket_id).values(updated_at=now, state=State.OPEN))
    _note(connection, now, ticket_id, "ticket.answered")
    _mail(connection, now, ticket_id)


def _requester(connection: Connection) -> int | None:
    return connection.execute(select(func.max(Ticket.requester_id))).scalar()


def _say(connection: Connection, now: datetime, ticket_id: int, kind: MessageKind) -> None:
    said = {"ticket_id": ticket_id, "kind": kind, "channel": Channel.WEB, "at": now, "text": SAID}
    connection.execute(insert(Message).values(**said))
    rows = connection.execute(select(Message.text).where(Message.ticket_id == ticket_id).order_by(Message.id)).all()
    _index(connection, ticket_id, "\n".join(row.text for row in rows))


def _index(connection: Connection, ticket_id: int, words: str) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM search_ticket WHERE rowid = :id"), {"id": ticket_id})
        put = "INSERT INTO search_ticket(rowid, public, internal) VALUES (:id, :words, '')"
    else:
        put = (
            "INSERT INTO search_ticket (id, public, everything) "
            "VALUES (:id, to_tsvector('english', :words), to_tsvector('english', :words)) "
            "ON CONFLICT (id) DO UPDATE SET public = excluded.public, everything = excluded.everything"
        )
    connection.execute(text(put), {"id": ticket_id, "words": words})


def _note(connection: Connection, now: datetime, ticket_id: int, name: str) -> None:
    facts: dict[str, Any] = {"at": now, "via": Via.WEB, "name": name, "kind": "ticket", "subject_id": ticket_id}
    connection.execute(insert(AuditEvent).values(**facts, facts={}))


def _mail(connection: Connection, now: datetime, ticket_id: int) -> None:
    message_id = f"<{secrets.token_hex(12)}@desk.example.org>"
    about = {"about_kind": "ticket", "about_id": ticket_id, "thread_kind": "ticket", "thread_id": ticket_id}
    content = {"notice": "tickets/answered", "to_name": "Robin", "subject": "Bare", "text": SAID, "html": SAID}
    queued = {"state": LetterState.QUEUED, "made_at": now, "due_at": now, "to_address": "robin@example.org"}
    connection.execute(
        insert(Letter).values(**about, **content, **queued, message_id=message_id, dedupe_key=message_id)
    )
    known = {"kind": "ticket", "subject_id": ticket_id, "ours": True, "known_since": now}
    connection.execute(
        insert(MailReference).values(message_id_hash=secrets.token_hex(32), message_id=message_id, **known)
    )
