"""States, moves, work in the HMIS, clocks, seats and compliance. Pure."""

from portal.licenses.rules.access import CHANGE_WITHIN, REMIND_AHEAD, Answer, Asking, Rhythm, first_on, period
from portal.licenses.rules.addresses import is_foreign
from portal.licenses.rules.compliance import Cell, Column, Tone, of_verdicts, worst
from portal.licenses.rules.duties import DUE_SOON, DutyResult, DutyState, duty_state
from portal.licenses.rules.lists import KEPT_FOR, Decision, ListKind, ListState, Outcome
from portal.licenses.rules.seats import SeatCount, bought_on
from portal.licenses.rules.states import MOVES, OPEN, REASONS, SEATED, LicenseState, Move, Reason, after
from portal.licenses.rules.suspensions import ProposalState
from portal.licenses.rules.work import (
    DEFAULT_HOURS,
    WORK_OF,
    ClockName,
    LeaverClock,
    Reminder,
    WorkKind,
    half_time,
    reminder_due,
)

__all__ = [
    "CHANGE_WITHIN",
    "DEFAULT_HOURS",
    "DUE_SOON",
    "KEPT_FOR",
    "MOVES",
    "OPEN",
    "REASONS",
    "REMIND_AHEAD",
    "SEATED",
    "WORK_OF",
    "Answer",
    "Asking",
    "Cell",
    "ClockName",
    "Column",
    "Decision",
    "DutyResult",
    "DutyState",
    "LeaverClock",
    "LicenseState",
    "ListKind",
    "ListState",
    "Move",
    "Outcome",
    "ProposalState",
    "Reason",
    "Reminder",
    "Rhythm",
    "SeatCount",
    "Tone",
    "WorkKind",
    "after",
    "bought_on",
    "duty_state",
    "first_on",
    "half_time",
    "is_foreign",
    "of_verdicts",
    "period",
    "reminder_due",
    "worst",
]
