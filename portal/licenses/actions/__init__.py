"""What happens to licenses, leavers, seats and clocks."""

from portal.licenses.actions.attesting import attest_access
from portal.licenses.actions.duties import add_duty, record_duty, remind_duty
from portal.licenses.actions.leaving import end_access
from portal.licenses.actions.life import (
    approve,
    confirm_work,
    decline,
    request_license,
    restore,
    revoke,
    suspend,
    withdraw,
)
from portal.licenses.actions.reminding import remind
from portal.licenses.actions.setup import record_seats, set_clocks
from portal.licenses.actions.suspensions import approve_suspensions, drop_suspensions, propose_suspensions

__all__ = [
    "add_duty",
    "approve",
    "approve_suspensions",
    "attest_access",
    "confirm_work",
    "decline",
    "drop_suspensions",
    "end_access",
    "propose_suspensions",
    "record_duty",
    "record_seats",
    "remind",
    "remind_duty",
    "request_license",
    "restore",
    "revoke",
    "set_clocks",
    "suspend",
    "withdraw",
]
