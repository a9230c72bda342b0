"""How soon a ticket is answered and resolved, in business time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from portal import worktime
from portal.tickets.rules.words import Priority


@dataclass(frozen=True)
class Target:
    """Working time until the first answer, and until the resolution."""

    first_response: timedelta
    resolution: timedelta


DEFAULT_TARGETS: Mapping[Priority, Target] = MappingProxyType(
    {
        Priority.URGENT: Target(timedelta(hours=1), timedelta(hours=8)),
        Priority.HIGH: Target(timedelta(hours=4), timedelta(hours=16)),
        Priority.NORMAL: Target(timedelta(hours=8), timedelta(hours=40)),
        Priority.LOW: Target(timedelta(hours=16), timedelta(hours=80)),
    }
)

Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Clocks:
    """When the two promises fall due; None once kept or while paused."""

    first_response_due_at: datetime | None
    resolution_due_at: datetime | None

    @property
    def next(self) -> datetime | None:
        return min(filter(None, (self.first_response_due_at, self.resolution_due_at)), default=None)


def clocks(
    target: Target,
    hours: worktime.Hours,
    opened_at: datetime,
    *,
    answered_at: datetime | None,
    is_open: bool,
    pauses: Sequence[Pause],
) -> Clocks:
    """Both due times. Waiting on the requester stops the resolution clock; the first answer is owed all the same."""
    if not is_open:
        return Clocks(None, None)
    first = None if answered_at else worktime.add(hours, opened_at, target.first_response)
    return Clocks(first, worktime.add_with_pauses(hours, opened_at, target.resolution, pauses))


class Urgent(StrEnum):
    LATE = "late"
    SOON = "soon"
    FINE = "fine"


def pressing(now: datetime, due_at: datetime | None, soon: timedelta = timedelta(hours=2)) -> Urgent:
    if due_at is None or due_at - now > soon:
        return Urgent.FINE
    return Urgent.LATE if due_at < now else Urgent.SOON
