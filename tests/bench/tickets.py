"""Tickets in bulk: as rows, because a hundred thousand through the actions would take an hour.

Every size has at least sixty open tickets, and the reader thirty of them in the first queue, so that pages show as many
rows at a thousand tickets as at a hundred thousand. A ticket has six messages, six lines of record and one letter.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, text

from portal.audit import AuditEvent, Via
from portal.clock import NEVER
from portal.db import Base, db, is_sqlite, learn
from portal.mail.letters import VIA_SMTP, Letter, LetterState
from portal.mail.thread import MailReference
from portal.people.models import Person, Project, RoleGrant
from portal.policy import Role
from portal.search import Text
from portal.tickets import queries
from portal.tickets.models import Category, Message, Queue, Ticket
from portal.tickets.rules import Channel, MessageKind, Priority, State, Urgency
from tests.bench import texts

OPEN_SHARE, OPEN_AT_LEAST, OWN_TICKETS = 0.028, 60, 30
MESSAGES = 6
BATCH = 2_500
SPAN = timedelta(days=540)
PRIORITIES = (Priority.LOW, Priority.NORMAL, Priority.NORMAL, Priority.NORMAL, Priority.HIGH, Priority.URGENT)
RECORDED = ("ticket.filed", "ticket.assigned", "ticket.answered", "ticket.commented", "ticket.answered", "ticket.noted")


@dataclass(frozen=True)
class Cast:
    """Who and what tickets are made of."""

    users: Sequence[Person]
    staff: Sequence[Person]
    projects: Mapping[int, Sequence[Project]]
    categories: Sequence[Category]
    queue_ids: Sequence[int]


@dataclass
class Rows:
    """What goes into the tables together."""

    tickets: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    references: list[dict[str, Any]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


def fill(number: int, now: datetime, random: Random) -> None:
    """Add so many tickets, oldest first, and let the database know what it holds now."""
    cast = _cast()
    opened_last = max(OPEN_AT_LEAST, round(number * OPEN_SHARE))
    rare = set(random.sample(range(1, number + 1), texts.RARE_TICKETS))
    rows = Rows()
    for ticket_id in range(1, number + 1):
        left = number - ticket_id
        facts = _ticket(cast, random, ticket_id, now - SPAN * left / number, is_open=left < opened_last)
        if left < OWN_TICKETS:
            facts |= {"queue_id": cast.queue_ids[0], "assignee_id": cast.staff[0].id}
        _tell(rows, facts, random, worker_id=facts["assignee_id"] or cast.staff[0].id, is_rare=ticket_id in rare)
        if ticket_id % BATCH == 0 or not left:
            _insert(rows)
            rows = Rows()
    _set_sequences(Ticket, Message)
    db.session.commit()
    _analyze()


def _cast() -> Cast:
    holders = {row.person_id: row.role for row in db.session.execute(select(RoleGrant.person_id, RoleGrant.role))}
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    projects: dict[int, list[Project]] = {}
    for project in db.session.scalars(select(Project).order_by(Project.id)):
        projects.setdefault(project.agency_id, []).append(project)
    return Cast(
        users=[one for one in people if holders[one.id] is Role.END_USER],
        staff=[one for one in people if holders[one.id] is not Role.END_USER],
        projects=projects,
        categories=db.session.scalars(select(Category).order_by(Category.id)).all(),
        queue_ids=db.session.scalars(select(Queue.id).where(Queue.is_restricted.is_(False)).order_by(Queue.id)).all(),
    )


def _ticket(cast: Cast, random: Random, ticket_id: int, opened_at: datetime, is_open: bool) -> dict[str, Any]:
    requester = random.choice(cast.users)
    project = random.choice(cast.projects[requester.home_id])
    assignee = random.choice(cast.staff)
    state = random.choice((State.NEW, State.OPEN, State.OPEN, State.WAITING)) if is_open else State.CLOSED
    first_due, due = opened_at + timedelta(hours=26), opened_at + timedelta(hours=random.randrange(60, 160))
    return {
        "id": ticket_id,
        "subject": texts.subject(random),
        "state": state,
        "is_open": is_open,
        "category_id": random.choice(cast.categories).id,
        "queue_id": random.choice(cast.queue_ids),
        "priority": random.choice(PRIORITIES),
        "urgency": Urgency.NORMAL,
        "channel": random.choice((Channel.WEB, Channel.WEB, Channel.MAIL)),
        "requester_id": requester.id,
        "agency_id": requester.home_id,
        "coc_id": project.coc_id,
        "project_id": project.id,
        "assignee_id": None if is_open and random.random() < 0.2 else assignee.id,
        "opened_at": opened_at,
        "updated_at": opened_at + timedelta(hours=30),
        "first_response_due_at": first_due if state is State.NEW else None,
        "first_responded_at": None if state is State.NEW else opened_at + timedelta(hours=2),
        "resolution_due_at": due if is_open and state is not State.WAITING else None,
        "resolved_at": None if is_open else opened_at + timedelta(hours=31),
        "assigned_at": opened_at,
        "next_due_at": (first_due if state is State.NEW else due) if is_open and state is not State.WAITING else NEVER,
    }


def _tell(rows: Rows, ticket: dict[str, Any], random: Random, worker_id: int, is_rare: bool) -> None:
    said = [texts.question(random, random.random() < texts.COMMON_SHARE, is_rare)]
    said += [texts.remark(random) if turn % 2 == 0 else texts.answer(random) for turn in range(1, MESSAGES)]
    asked = (ticket["requester_id"], ticket["channel"], MessageKind.REPLY)
    worked = (worker_id, Channel.WEB, MessageKind.REPLY)
    turns = ((*asked[:2], MessageKind.OPENING), worked, asked, worked, asked, (*worked[:2], MessageKind.NOTE))
    for turn, (author_id, channel, kind) in enumerate(turns):
        at = ticket["opened_at"] + timedelta(hours=turn * 5)
        message = {"ticket_id": ticket["id"], "kind": kind, "channel": channel, "author_id": author_id}
        rows.messages.append({**message, "at": at, "text": said[turn]})
        rows.events.append(_event(RECORDED[turn], ticket["id"], author_id, at))
    rows.tickets.append(ticket)
    rows.texts.append(Text(ticket["id"], "\n".join((ticket["subject"], *said[:-1])), said[-1]))
    _write(rows, ticket, said[1])


def _event(name: str, ticket_id: int, by: int | None, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "by_person_id": by,
        "via": Via.WEB,
        "name": name,
        "kind": "ticket",
        "subject_id": ticket_id,
        "facts": {"to": by} if name == "ticket.assigned" else {"message_id": ticket_id},
    }


def _write(rows: Rows, ticket: Mapping[str, Any], said: str) -> None:
    """One letter of the ticket, sent, with its place in the thread."""
    ticket_id, at = ticket["id"], ticket["opened_at"]
    message_id = f"<bench.{ticket_id}@desk.example.org>"
    to = {"to_address": f"robin{ticket['requester_id']}@example.org", "to_person_id": ticket["requester_id"]}
    about = {"about_kind": "ticket", "about_id": ticket_id, "thread_kind": "ticket", "thread_id": ticket_id}
    content = {
        "notice": "tickets/answered",
        "to_name": "Robin",
        "subject": ticket["subject"],
        "text": said,
        "html": said,
    }
    sent = {"state": LetterState.SENT, "via": VIA_SMTP, "made_at": at, "sent_at": at, "due_at": None}
    rows.letters.append(
        {**to, **about, **content, **sent, "message_id": message_id, "dedupe_key": f"answered:{ticket_id}"}
    )
    rows.references.append(
        {
            "message_id_hash": hashlib.sha256(message_id.strip("<>").encode()).hexdigest(),
            "message_id": message_id,
            "kind": "ticket",
            "subject_id": ticket_id,
            "ours": True,
            "known_since": at,
        }
    )


def _insert(rows: Rows) -> None:
    for model, facts in _tables(rows):
        db.session.execute(insert(model.__table__), facts)
    queries.SEARCH.put(*rows.texts)
    db.session.commit()


def _tables(rows: Rows) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    yield Ticket, rows.tickets
    yield Message, rows.messages
    yield AuditEvent, rows.events
    yield Letter, rows.letters
    yield MailReference, rows.references


def _set_sequences(*models: type[Base]) -> None:
    if is_sqlite():
        return
    for model in models:
        table = model.__tablename__
        last = db.session.scalar(select(func.max(text("id"))).select_from(model))
        db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})"))


def _analyze() -> None:
    """What a database that runs for weeks has done: on SQLite whenever the portal starts, on PostgreSQL by itself."""
    learn()
    if is_sqlite():
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
