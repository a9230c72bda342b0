"""Tickets, their messages and files, and what the desk is set up with."""

from portal.tickets.models.messages import Attachment, Message, SealedOriginal
from portal.tickets.models.setup import (
    CannedResponse,
    Category,
    DeskHours,
    PriorityTarget,
    Queue,
    QueueMember,
    TriageRule,
)
from portal.tickets.models.tickets import Participant, Pause, Ticket

__all__ = [
    "Attachment",
    "CannedResponse",
    "Category",
    "DeskHours",
    "Message",
    "Participant",
    "Pause",
    "PriorityTarget",
    "Queue",
    "QueueMember",
    "SealedOriginal",
    "Ticket",
    "TriageRule",
]
