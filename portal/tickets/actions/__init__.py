"""What happens to tickets, one function per thing that happens, in the order of a ticket's life."""

from portal.tickets.actions.ending import (
    close_quiet_ticket,
    hand_back,
    purge_original,
    read_original,
    reopen_ticket,
    resolve_ticket,
)
from portal.tickets.actions.filing import Requester, open_ticket
from portal.tickets.actions.inbound import take_in_mail
from portal.tickets.actions.messages import Draft
from portal.tickets.actions.setup import (
    add_canned_response,
    add_category,
    add_queue,
    add_triage_rule,
    change_canned_response,
    change_category,
    change_queue,
    change_triage_rule,
    move_triage_rule,
    remove_canned_response,
    remove_triage_rule,
    set_hours,
    set_targets,
    switch_triage_rule,
)
from portal.tickets.actions.sorting import (
    Sorting,
    add_participant,
    assign_ticket,
    bulk_assign,
    bulk_resolve,
    remove_participant,
    sort_ticket,
    take_ticket,
)
from portal.tickets.actions.talking import Then, add_note, answer, comment

__all__ = [
    "Draft",
    "Requester",
    "Sorting",
    "Then",
    "add_canned_response",
    "add_category",
    "add_note",
    "add_participant",
    "add_queue",
    "add_triage_rule",
    "answer",
    "assign_ticket",
    "bulk_assign",
    "bulk_resolve",
    "change_canned_response",
    "change_category",
    "change_queue",
    "change_triage_rule",
    "close_quiet_ticket",
    "comment",
    "hand_back",
    "move_triage_rule",
    "open_ticket",
    "purge_original",
    "read_original",
    "remove_canned_response",
    "remove_participant",
    "remove_triage_rule",
    "reopen_ticket",
    "resolve_ticket",
    "set_hours",
    "set_targets",
    "sort_ticket",
    "switch_triage_rule",
    "take_in_mail",
    "take_ticket",
]
