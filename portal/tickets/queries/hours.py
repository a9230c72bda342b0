"""When the desk is open, and what it promises by when."""

from collections.abc import Mapping
from datetime import time, timedelta
from types import MappingProxyType

from sqlalchemy import select

from portal.db import plain_rows, remembered
from portal.people import queries as people
from portal.people.models import Holiday, Membership, Organization
from portal.tickets import rules
from portal.tickets.models import DeskHours, PriorityTarget
from portal.tickets.rules import Priority
from portal.worktime import Hours

_TARGETS = select(
    PriorityTarget.priority, PriorityTarget.first_response_minutes, PriorityTarget.resolution_minutes
).order_by(PriorityTarget.priority)


def targets() -> Mapping[Priority, rules.Target]:
    return remembered("desk.targets", _targets, PriorityTarget)


def _targets() -> Mapping[Priority, rules.Target]:
    rows = plain_rows(_TARGETS)
    own = {
        row.priority: rules.Target(
            timedelta(minutes=row.first_response_minutes), timedelta(minutes=row.resolution_minutes)
        )
        for row in rows
    }
    return MappingProxyType({**rules.DEFAULT_TARGETS, **own})


Windows = Mapping[int, tuple[tuple[time, time], ...]]


_WINDOWS = select(DeskHours.weekday, DeskHours.opens, DeskHours.closes).order_by(DeskHours.weekday, DeskHours.opens)


def desk_windows() -> Windows:
    """The desk's week: weekday → windows. Monday to Friday, 8 to 5, until somebody sets it."""
    return remembered("desk.windows", _desk_windows, DeskHours)


def _desk_windows() -> Windows:
    rows = plain_rows(_WINDOWS).all()
    if not rows:
        return {day: ((time(8), time(17)),) for day in range(5)}
    return {
        day: tuple((_clock(row.opens), _clock(row.closes)) for row in rows if row.weekday == day)
        for day in sorted({row.weekday for row in rows})
    }


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60) if minutes < 1440 else time.max


def hours_for(coc_id: int | None) -> Hours:
    """Business hours in a CoC's own time and holidays; without a CoC, those of the HMIS Lead."""
    return remembered(("desk.hours", coc_id), lambda: _hours_for(coc_id), DeskHours, Holiday, Membership, Organization)


def _hours_for(coc_id: int | None) -> Hours:
    closed = frozenset(people.holidays(coc_id)) if coc_id else frozenset()
    return Hours(people.zone_of_id(coc_id), desk_windows(), closed)


def hours_words() -> str:
    """ "Monday to Friday, 8:00 am to 5:00 pm" where all open days are alike; else the days one by one."""
    windows = desk_windows()
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    alike = len(set(windows.values())) == 1 and list(windows) == list(range(min(windows), max(windows) + 1))
    if alike:
        return f"{days[min(windows)]} to {days[max(windows)]}, {_windows_words(windows[min(windows)])}"
    return "; ".join(f"{days[day]} {_windows_words(windows[day])}" for day in windows)


def _windows_words(windows: tuple[tuple[time, time], ...]) -> str:
    return " and ".join(f"{_time_words(opens)} to {_time_words(closes)}" for opens, closes in windows)


def _time_words(at: time) -> str:
    return "midnight" if at == time.max else f"{at.hour % 12 or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"
