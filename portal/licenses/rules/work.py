"""What staff must do in the HMIS, by when, and the clocks of a leaver. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from portal.licenses.rules.states import Move


class WorkKind(StrEnum):
    GRANT = "grant"
    SUSPEND = "suspend"
    RESTORE = "restore"
    REVOKE = "revoke"

    @property
    def words(self) -> str:
        return _WORK_WORDS[self]

    @property
    def to_do(self) -> str:
        """What exactly to do in the HMIS."""
        return _TO_DO[self]


_WORK_WORDS: Mapping[WorkKind, str] = MappingProxyType(
    {
        WorkKind.GRANT: "Give access",
        WorkKind.SUSPEND: "Lock the login",
        WorkKind.RESTORE: "Unlock the login",
        WorkKind.REVOKE: "End the access",
    }
)
_TO_DO: Mapping[WorkKind, str] = MappingProxyType(
    {
        WorkKind.GRANT: "Make the login in the HMIS, with this agency's projects, and write its login ID down here.",
        WorkKind.SUSPEND: "Lock the login in the HMIS, and end its open sessions there. Keep the login.",
        WorkKind.RESTORE: "Unlock the login in the HMIS, and see that it reaches this agency's projects alone.",
        WorkKind.REVOKE: "Take this agency away from the login in the HMIS. Deactivate it if no other agency is left.",
    }
)

WORK_OF: Mapping[Move, WorkKind] = MappingProxyType(
    {
        Move.APPROVE: WorkKind.GRANT,
        Move.SUSPEND: WorkKind.SUSPEND,
        Move.RESTORE: WorkKind.RESTORE,
        Move.REVOKE: WorkKind.REVOKE,
    }
)


class ClockName(StrEnum):
    """What the settings give hours of the wall clock for."""

    LEAVER = "leaver"
    GRANT = "grant"
    SUSPEND = "suspend"
    RESTORE = "restore"
    REVOKE = "revoke"

    @property
    def words(self) -> str:
        return _CLOCK_WORDS[self]


_CLOCK_WORDS: Mapping[ClockName, str] = MappingProxyType(
    {
        ClockName.LEAVER: "From the moment somebody leaves until access has ended in the HMIS",
        ClockName.GRANT: "From approval until access is given in the HMIS",
        ClockName.SUSPEND: "From suspension until the login is locked in the HMIS",
        ClockName.RESTORE: "From restoring until the login is unlocked in the HMIS",
        ClockName.REVOKE: "From revoking until access has ended in the HMIS",
    }
)
DEFAULT_HOURS: Mapping[ClockName, int] = MappingProxyType(
    {
        ClockName.LEAVER: 24,
        ClockName.GRANT: 72,
        ClockName.SUSPEND: 24,
        ClockName.RESTORE: 24,
        ClockName.REVOKE: 24,
    }
)
"""Defaults of this portal; no source sets them."""


class Reminder(StrEnum):
    HALF = "half"
    LATE = "late"

    @property
    def words(self) -> str:
        return "half of the time is over" if self is Reminder.HALF else "it is late"


def half_time(starts_at: datetime, due_at: datetime) -> datetime:
    return starts_at + max(due_at - starts_at, timedelta()) / 2


def reminder_due(
    now: datetime, starts_at: datetime, due_at: datetime, half_told: bool, late_told: bool
) -> Reminder | None:
    """Which letter the open work calls for now. Once it is late, half-time is not told any more."""
    if now >= due_at:
        return None if late_told else Reminder.LATE
    return Reminder.HALF if now >= half_time(starts_at, due_at) and not half_told else None


@dataclass(frozen=True)
class LeaverClock:
    """Left → told us (the agency's), told us → confirmed ended in the HMIS (the staff's); together until `due_at`."""

    left_at: datetime
    told_at: datetime
    due_at: datetime
    ended_at: datetime | None

    @property
    def agency_took(self) -> timedelta:
        return self.told_at - self.left_at

    def staff_took(self, now: datetime) -> timedelta:
        """So far, or until it was confirmed."""
        return (self.ended_at or now) - self.told_at

    def is_late(self, now: datetime) -> bool:
        return (self.ended_at or now) > self.due_at
