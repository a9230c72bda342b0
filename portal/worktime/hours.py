"""Business hours: when a desk is open, by weekday, zone and holidays.

A moment is open when the clock on the wall in the zone shows a time inside a window of that weekday and the day is no
holiday. So a window over a spring gap is an hour shorter in real time, and one over an autumn fold an hour longer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MIDNIGHT = time(0)
CLOSED_AT_MOST = 400 * DAY
"""A calendar without an open moment for so long has no hours, whatever its week says."""
FARTHEST = 36525 * DAY
"""A century: nothing is promised beyond it, so every walk through a calendar ends."""

NO_HOURS = "These business hours have no open time within 400 days. Check the week and the holidays."
TOO_FAR = "Business hours are counted over a century at most."

Window = tuple[time, time]
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Hours:
    """Windows by weekday (Monday is 0), as many a day as wanted; a window that ends at 00:00 ends with the day.

    Raises ValueError, with a sentence for the person who typed them, for windows that overlap, end before they begin
    or are missing altogether.
    """

    zone: ZoneInfo
    week: Mapping[int, tuple[Window, ...]] = field(hash=False)
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        week = {weekday: tuple(sorted(self.week[weekday])) for weekday in sorted(self.week) if self.week[weekday]}
        if not week:
            raise ValueError("Business hours need at least one window in the week.")
        if not set(week) <= set(range(7)):
            raise ValueError("Weekdays are numbered from 0, Monday, to 6, Sunday.")
        for windows in week.values():
            _check(windows)
        object.__setattr__(self, "week", MappingProxyType(week))

    def windows(self, day: date) -> tuple[Window, ...]:
        return () if day in self.holidays else self.week.get(day.weekday(), ())


def _check(windows: tuple[Window, ...]) -> None:
    for opens, closes in windows:
        if closes != MIDNIGHT and closes <= opens:
            raise ValueError(f"The window from {opens:%H:%M} to {closes:%H:%M} ends before it begins.")
    for (_, closes), (opens, _) in pairwise(windows):
        if closes == MIDNIGHT or opens < closes:
            raise ValueError(f"Two windows of one day overlap at {opens:%H:%M}.")


def is_open(hours: Hours, at: datetime) -> bool:
    local = in_utc(at).astimezone(hours.zone)
    wall, windows = local.time(), hours.windows(local.date())
    return any(opens <= wall and (wall < closes or closes == MIDNIGHT) for opens, closes in windows)


def next_open(hours: Hours, at: datetime) -> datetime:
    """`at` itself when open. ValueError when nothing opens within 400 days."""
    return next(open_from(hours, in_utc(at)))[0]


def business_days_after(hours: Hours, day: date, n: int) -> date:
    """The n-th working day after `day`; with n = 0 `day` itself, or the next working day when it is none."""
    if n < 0:
        raise ValueError("Business days are counted forward only.")
    if n == 0:
        day, n = day - DAY, 1
    for _ in range(n):
        day = _next_working_day(hours, day)
    return day


def _next_working_day(hours: Hours, day: date) -> date:
    for ahead in range(1, CLOSED_AT_MOST // DAY + 1):
        if hours.windows(day + ahead * DAY):
            return day + ahead * DAY
    raise ValueError(NO_HOURS)


def open_from(hours: Hours, start: datetime) -> Iterator[Span]:
    """Open spans from `start` on, in order. ValueError at 400 days without any; ends after a century."""
    seen = start
    for day in _utc_days(start):
        if day - seen > CLOSED_AT_MOST:
            raise ValueError(NO_HOURS)
        for _, (opens, closes) in _open_on(hours, day):
            if closes > start:
                seen = closes
                yield max(opens, start), closes


def open_within(hours: Hours, start: datetime, end: datetime) -> Iterator[tuple[date, Span]]:
    """Open spans from `start` to `end`, in order, each with its local day. ValueError over more than a century."""
    if end - start > FARTHEST:
        raise ValueError(TOO_FAR)
    for day in _utc_days(start):
        if day >= end:
            return
        for local_day, (opens, closes) in _open_on(hours, day):
            if max(opens, start) < min(closes, end):
                yield local_day, (max(opens, start), min(closes, end))


def in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A moment needs a zone.")
    return at.astimezone(UTC)


def _utc_days(start: datetime) -> Iterator[datetime]:
    first = start.replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(FARTHEST // DAY + 2):
        yield first + number * DAY


def _open_on(hours: Hours, utc_day: datetime) -> Iterator[tuple[date, Span]]:
    """Walked by UTC day, because local days are not always in order: some zones have fallen back over midnight."""
    for begins, ends, offset in _stretches(hours.zone, utc_day):
        wall_begins, wall_ends = begins + offset, ends + offset
        midnight = wall_begins.replace(hour=0, minute=0, second=0, microsecond=0)
        while midnight < wall_ends:
            for opens, closes in hours.windows(midnight.date()):
                opened = max(wall_begins, midnight + _since_midnight(opens))
                closed = min(wall_ends, midnight + (_since_midnight(closes) or DAY))
                if opened < closed:
                    yield midnight.date(), (opened - offset, closed - offset)
            midnight += DAY


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


@lru_cache(maxsize=8192)
def _stretches(zone: ZoneInfo, utc_day: datetime) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """One UTC day cut where the zone changes its offset; no zone changes it twice within a day."""
    ends = utc_day + DAY
    before, after = _offset(zone, utc_day), _offset(zone, ends - SECOND)
    if before == after:
        return ((utc_day, ends, before),)
    low, high = 0, DAY // SECOND - 1
    while high - low > 1:
        middle = (low + high) // 2
        unchanged = _offset(zone, utc_day + middle * SECOND) == before
        low, high = (middle, high) if unchanged else (low, middle)
    change = utc_day + high * SECOND
    return (utc_day, change, before), (change, ends, after)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
