"""When a reminder may go out: quiet hours, and the ladder of reminders around a due moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.worktime.hours import MIDNIGHT, Hours, Window, in_utc, next_open


@dataclass(frozen=True)
class QuietHours:
    """From `start` to `end` on the wall clock, over midnight when `end` is the earlier; none when both are equal."""

    start: time
    end: time
    zone: ZoneInfo


def not_before(quiet: QuietHours, at: datetime) -> datetime:
    """`at` itself outside the quiet hours, else their end, in UTC."""
    if quiet.start == quiet.end:
        return in_utc(at)
    loud = tuple(window for window in _loud(quiet) if window[0] != window[1])
    return next_open(Hours(quiet.zone, dict.fromkeys(range(7), loud)), at)


def _loud(quiet: QuietHours) -> tuple[Window, ...]:
    """The rest of the day; 00:00 as an end means the end of the day."""
    if quiet.end == MIDNIGHT or quiet.end < quiet.start:
        return ((quiet.end, quiet.start),)
    return ((MIDNIGHT, quiet.start), (quiet.end, MIDNIGHT))


def ladder(due: datetime, steps: Sequence[timedelta]) -> tuple[datetime, ...]:
    """The moments of the reminders in order of time; a step is negative before `due` and positive after it."""
    return tuple(in_utc(due) + step for step in sorted(set(steps)))


def steps_reached(due: datetime, steps: Sequence[timedelta], now: datetime) -> int:
    """How many rungs of the ladder have come; a job that was down for days sends one letter for the last of them."""
    return sum(rung <= in_utc(now) for rung in ladder(due, steps))
