"""One generation of copied tickets, table by table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, column, func, insert, literal, literal_column, select, table

from portal.audit import AuditEvent
from portal.db import db, is_sqlite
from portal.demo.actions.moved import Changes, Moved
from portal.demo.rules import EVERY, RARE_TAIL, TAILS
from portal.tickets.models import Attachment, Message, Participant, Pause, Ticket
from portal.tickets.queries import SEARCH
from portal.tickets.rules import MessageKind, State

_TICKET_DATES = ("opened_at", "updated_at", "first_responded_at", "resolved_at", "assigned_at")


@dataclass(frozen=True)
class Generation:
    """What is copied in one go, and how the copies differ."""

    originals: Sequence[int]
    """Ids of tickets."""
    ahead: Mapping[str, int]
    """By table: what is added to the ids of its rows."""
    earlier: timedelta
    """What is taken from the dates of closed tickets."""
    rare: frozenset[int]
    """Originals whose copies hold the rare word."""


def copy(generation: Generation) -> None:
    for closed, earlier in ((True, generation.earlier), (False, timedelta())):
        chosen = select(Ticket.id).where(
            Ticket.id.in_(generation.originals), (Ticket.state == State.CLOSED).is_(closed)
        )
        moved = _Tickets(generation.ahead, earlier, generation)
        moved.copy(Ticket, Ticket.id.in_(chosen), _TICKET_DATES, {"possibly_about_id": Ticket})
        moved.copy(Participant, Participant.ticket_id.in_(chosen), ("added_at",), {"ticket_id": Ticket})
        moved.copy(Pause, Pause.ticket_id.in_(chosen), ("began_at", "ended_at"), {"ticket_id": Ticket})
        moved.copy_messages(chosen)
        moved.copy_events(chosen)
    _make_findable(generation)


@dataclass(frozen=True)
class _Tickets(Moved):
    generation: Generation

    def copy_messages(self, tickets: Any) -> None:
        """Openings end with a sentence of their own; the mail that a message came by is not copied."""
        tail = _tail(self.generation, Message.ticket_id, "\n\n")
        changes: Changes = {
            "text": case((Message.kind == MessageKind.OPENING, Message.text.concat(tail)), else_=Message.text),
            "inbound_id": literal_column("NULL"),
        }
        self.copy(Message, Message.ticket_id.in_(tickets), ("at",), {"ticket_id": Ticket}, changes)
        theirs = select(Message.id).where(Message.ticket_id.in_(tickets))
        self.copy(Attachment, Attachment.message_id.in_(theirs), (), {"message_id": Message})

    def copy_events(self, tickets: Any) -> None:
        which = (AuditEvent.kind == Ticket.__tablename__) & AuditEvent.subject_id.in_(tickets)
        facts = _FACTS_SQLITE if is_sqlite() else _FACTS_POSTGRES
        changes: Changes = {"facts": literal_column(facts.format(ahead=self.ahead["message"]))}
        self.copy(AuditEvent, which, ("at",), {"subject_id": Ticket}, changes)


_FACTS_SQLITE = """
CASE WHEN json_extract(facts, '$.message_id') IS NULL THEN facts
ELSE json_set(facts, '$.message_id', json_extract(facts, '$.message_id') + {ahead}) END
"""
_FACTS_POSTGRES = """
CASE WHEN facts ->> 'message_id' IS NULL THEN facts
ELSE (facts::jsonb || jsonb_build_object('message_id', (facts ->> 'message_id')::int + {ahead}))::json END
"""


def _tail(generation: Generation, ticket_id: Any, before: str) -> ColumnElement[str]:
    """The sentence that a ticket's copy has more, by the number of the copy."""
    rest = (ticket_id + literal(generation.ahead["ticket"])) % literal(EVERY)
    cases = [(rest.in_(tail.rests), literal(before + tail.text)) for tail in TAILS]
    if generation.rare:
        cases.insert(0, (ticket_id.in_(sorted(generation.rare)), literal(before + RARE_TAIL)))
    return case(*cases, else_=literal(""))


def _make_findable(generation: Generation) -> None:
    """What is found by the original's texts finds the copy too, and by its own sentence."""
    key, own = ("rowid", "internal") if is_sqlite() else ("id", "everything")
    index = table(SEARCH.table, column(key), column("public"), column(own))
    tail: ColumnElement[Any] = func.lower(_tail(generation, index.c[key], " "))
    if not is_sqlite():
        tail = func.to_tsvector("english", tail)
    both = index.c[own] if is_sqlite() else index.c[own].concat(tail)
    rows = select(index.c[key] + literal(generation.ahead["ticket"]), index.c.public.concat(tail), both)
    rows = rows.where(index.c[key].in_(generation.originals))
    db.session.execute(insert(index).from_select([key, "public", own], rows))
