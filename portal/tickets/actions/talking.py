"""Who writes what on a ticket: answers, the requester's own words, internal notes."""

from enum import StrEnum

from portal import audit
from portal.audit import Act
from portal.people.models import Person
from portal.tickets import notices
from portal.tickets.actions.clocks import move, note_first_answer
from portal.tickets.actions.messages import Draft, keep_message
from portal.tickets.models import CannedResponse, Message, Ticket
from portal.tickets.rules import Channel, MessageKind, Move


class Then(StrEnum):
    """What an answer does to the ticket."""

    OPEN = "open"
    WAIT = "wait"
    RESOLVE = "resolve"


_MOVES = {Then.OPEN: Move.ANSWER, Then.WAIT: Move.HAND_BACK, Then.RESOLVE: Move.RESOLVE}
_RECORDS = {Then.WAIT: "ticket.handed_back", Then.RESOLVE: "ticket.resolved"}


def answer(
    act: Act,
    ticket: Ticket,
    author: Person,
    draft: Draft,
    *,
    then: Then = Then.OPEN,
    canned: CannedResponse | None = None,
    channel: Channel = Channel.WEB,
) -> Message:
    """Staff answer; requester and participants get it by letter.

    Raises:
        Refused: the ticket is not open, the text is empty, or a file is not accepted.
    """
    message = keep_message(act, ticket, draft, MessageKind.REPLY, channel, author)
    note_first_answer(act, ticket)
    move(act, ticket, _MOVES[then])
    if canned is not None:
        canned.used += 1
    audit.record(
        act, "ticket.answered", ticket, message_id=message.id, canned_id=canned.id if canned is not None else None
    )
    if then in _RECORDS:
        audit.record(act, _RECORDS[then], ticket)
    notices.ticket_answered(act, ticket, message)
    return message


def comment(
    act: Act, ticket: Ticket, author: Person | None, draft: Draft, *, name: str = "", channel: Channel = Channel.WEB
) -> Message:
    """The requester or another participant writes; a resolved ticket reopens, a waiting one goes on."""
    before = ticket.state
    message = keep_message(act, ticket, draft, MessageKind.REPLY, channel, author, name)
    move(act, ticket, Move.HEAR)
    audit.record(act, "ticket.commented", ticket, message_id=message.id)
    if before is not ticket.state:
        audit.record(act, "ticket.resumed" if before.is_open else "ticket.reopened", ticket)
    notices.requester_wrote(act, ticket, message)
    return message


def add_note(act: Act, ticket: Ticket, author: Person, draft: Draft) -> Message:
    """For staff alone: no letter to anybody outside, no page that an outsider can reach."""
    message = keep_message(act, ticket, draft, MessageKind.NOTE, Channel.WEB, author)
    audit.record(act, "ticket.noted", ticket, message_id=message.id)
    return message
