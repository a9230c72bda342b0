"""Handing back, resolving, reopening, closing; and the end of sealed originals."""

from portal import audit, files
from portal.audit import Act
from portal.tickets import notices
from portal.tickets.actions.clocks import move, note_first_answer
from portal.tickets.models import SealedOriginal, Ticket
from portal.tickets.rules import Move


def hand_back(act: Act, ticket: Ticket) -> None:
    """Nothing more can be done until the requester answers, who is told so; the resolution clock stands still."""
    note_first_answer(act, ticket)
    move(act, ticket, Move.HAND_BACK)
    audit.record(act, "ticket.handed_back", ticket)
    notices.ticket_handed_back(act, ticket)


def resolve_ticket(act: Act, ticket: Ticket) -> None:
    """Done, without another word; the requester is told."""
    move(act, ticket, Move.RESOLVE)
    audit.record(act, "ticket.resolved", ticket)
    notices.ticket_resolved(act, ticket)


def reopen_ticket(act: Act, ticket: Ticket) -> None:
    move(act, ticket, Move.REOPEN)
    audit.record(act, "ticket.reopened", ticket)


def close_quiet_ticket(act: Act, ticket: Ticket) -> None:
    """Resolved long ago and nobody wrote since."""
    move(act, ticket, Move.CLOSE)
    audit.record(act, "ticket.closed", ticket)


def read_original(act: Act, original: SealedOriginal) -> str:
    """The text before masking; that somebody read it is on record."""
    text = files.read(original.file).decode("utf-8", "replace")
    audit.record(act, "ticket.original_read", original.message.ticket, message_id=original.message_id)
    return text


def purge_original(act: Act, original: SealedOriginal) -> None:
    files.purge(act, original.file)
    audit.record(act, "ticket.original_purged", original.message.ticket, message_id=original.message_id)
