"""Targets in working time: when one is due, how much has run, and the ledger that explains it day by day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from portal.worktime.hours import DAY, TOO_FAR, Hours, Span, in_utc, open_from, open_within

Pause = tuple[datetime, datetime | None]

NOTHING = timedelta()
_FOREVER = datetime.max.replace(tzinfo=UTC)


class Closed(StrEnum):
    """Why a day of a ledger had no open time."""

    HOLIDAY = "holiday"
    DAY_OFF = "day off"
    OUTSIDE_HOURS = "outside hours"


@dataclass(frozen=True)
class Line:
    """One local day of a ledger: the open time that counted, the open time that stood still, or why there was none."""

    day: date
    counted: timedelta
    paused: timedelta
    closed_reason: Closed | None


def add(hours: Hours, start: datetime, amount: timedelta) -> datetime:
    """The first moment at which `amount` of working time has passed: a closing time rather than the next opening.

    ValueError for a negative amount, for one that takes a century, and for hours that never open.
    """
    due = _reached(in_utc(start), open_from(hours, in_utc(start)), amount)
    if due is None:
        raise ValueError(TOO_FAR)
    return due


def add_with_pauses(hours: Hours, start: datetime, amount: timedelta, pauses: Sequence[Pause]) -> datetime | None:
    """As `add`, with the clock standing still in pauses; None when a pause without an end comes first."""
    start, halts = in_utc(start), _merged(pauses)
    stopped = halts[-1][0] if halts and halts[-1][1] == _FOREVER else _FOREVER
    before_stop = takewhile(lambda opened: opened[0] < stopped, open_from(hours, start))
    due = _reached(start, (span for opened in before_stop for span in _running(opened, halts)), amount)
    if due is None and stopped == _FOREVER:
        raise ValueError(TOO_FAR)
    return due


def between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """Working time from `start` to `end`; none when `end` is not later."""
    return elapsed(hours, start, end, ())


def elapsed(hours: Hours, start: datetime, end: datetime, pauses: Sequence[Pause]) -> timedelta:
    """Working time from `start` to `end` outside the pauses, which may overlap and stand in any order."""
    halts = _merged(pauses)
    return sum((_counted(opened, halts) for _, opened in open_within(hours, in_utc(start), in_utc(end))), NOTHING)


def ledger(hours: Hours, start: datetime, end: datetime, pauses: Sequence[Pause]) -> tuple[Line, ...]:
    """Every local day from `start` to `end`; the sum of `counted` is `elapsed` of the same arguments, exactly."""
    start, end, halts = in_utc(start), in_utc(end), _merged(pauses)
    opened = dict.fromkeys(_local_days(hours.zone, start, end), NOTHING)
    counted = dict(opened)
    for day, (begins, ends) in open_within(hours, start, end):
        opened[day] = opened.get(day, NOTHING) + (ends - begins)
        counted[day] = counted.get(day, NOTHING) + _counted((begins, ends), halts)
    return tuple(
        Line(day, counted[day], opened[day] - counted[day], None if opened[day] else _why_closed(hours, day))
        for day in sorted(opened)
    )


def _reached(start: datetime, running: Iterable[Span], amount: timedelta) -> datetime | None:
    if amount < NOTHING:
        raise ValueError("Working time is added forward only.")
    if not amount:
        return start
    for begins, ends in running:
        if amount <= ends - begins:
            return begins + amount
        amount -= ends - begins
    return None


def _merged(pauses: Sequence[Pause]) -> list[Span]:
    """In order and apart; a pause without an end lasts forever."""
    merged: list[Span] = []
    for begins, ends in sorted((in_utc(begins), in_utc(ends) if ends else _FOREVER) for begins, ends in pauses):
        if ends < begins:
            raise ValueError("A pause ends before it begins.")
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    return merged


def _running(opened: Span, halts: Sequence[Span]) -> Iterator[Span]:
    begins, ends = opened
    for halted, resumed in halts:
        if halted >= ends:
            break
        if halted > begins:
            yield begins, halted
        begins = max(begins, resumed)
    if begins < ends:
        yield begins, ends


def _counted(opened: Span, halts: Sequence[Span]) -> timedelta:
    return sum((ends - begins for begins, ends in _running(opened, halts)), NOTHING)


def _local_days(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[date]:
    if end <= start:
        return
    day, last = start.astimezone(zone).date(), (end - timedelta.resolution).astimezone(zone).date()
    while day <= last:
        yield day
        day += DAY


def _why_closed(hours: Hours, day: date) -> Closed:
    if day in hours.holidays:
        return Closed.HOLIDAY
    return Closed.OUTSIDE_HOURS if hours.windows(day) else Closed.DAY_OFF
