"""The two promises of a ticket, recomputed from its facts whenever one of them changes."""

from portal.audit import Act
from portal.clock import NEVER
from portal.db import db
from portal.tickets import queries, rules
from portal.tickets.models import Pause, Ticket
from portal.tickets.rules import Move, State


def move(act: Act, ticket: Ticket, how: Move) -> None:
    """Change the state and all that hangs on it: pauses, the moment of resolution, due times.

    Raises:
        Refused: the move does not exist from this state.
    """
    before, after = ticket.state, rules.moved(ticket.state, how)
    ticket.state, ticket.is_open = after, after.is_open
    if after is State.WAITING and before is not State.WAITING:
        ticket.pauses.append(Pause(began_at=act.at))
    if before is State.WAITING and after is not State.WAITING:
        _end_pause(act, ticket)
    if after is State.RESOLVED:
        ticket.resolved_at = act.at
    if after.is_open:
        _reopened(act, ticket, before)
    ticket.updated_at = act.at
    set_due(ticket)


def _reopened(act: Act, ticket: Ticket, before: State) -> None:
    if before.is_open:
        return
    ticket.reopened += 1
    if ticket.resolved_at is not None:
        ticket.pauses.append(Pause(began_at=ticket.resolved_at, ended_at=act.at))
    ticket.resolved_at = None


def _end_pause(act: Act, ticket: Ticket) -> None:
    for pause in ticket.pauses:
        if pause.ended_at is None:
            pause.ended_at = act.at


def set_due(ticket: Ticket) -> None:
    """Both due times from the priority's target, the community's hours and the pauses so far."""
    with db.session.no_autoflush:  # how the desk is set up does not hang on this ticket
        promised, hours = queries.targets()[ticket.priority], queries.hours_for(ticket.coc_id)
        pauses = [(pause.began_at, pause.ended_at) for pause in ticket.pauses]
    due = rules.clocks(
        promised,
        hours,
        ticket.opened_at,
        answered_at=ticket.first_responded_at,
        is_open=ticket.is_open,
        pauses=pauses,
    )
    ticket.first_response_due_at = due.first_response_due_at
    ticket.resolution_due_at = due.resolution_due_at
    ticket.next_due_at = due.next or NEVER


def note_first_answer(act: Act, ticket: Ticket) -> None:
    if ticket.first_responded_at is None:
        ticket.first_responded_at = act.at
