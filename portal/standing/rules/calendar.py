"""Days: calendar months, yearly windows, and when a community's day ends."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.standing.rules.facts import Window

ONE_DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last: Jan 31 and one month is Feb 28 or 29."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last microsecond of the day on the wall clocks of the zone, in UTC; days of 23 and 25 hours included."""
    midnight = datetime.combine(day + ONE_DAY, time(), zone)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def window_of(window: Window, year: int) -> tuple[date, date]:
    """First and last day of the window that opens in this year."""
    closes = year + 1 if window.crosses_new_year else year
    return _in_year(year, window.opens_month, window.opens_day), _in_year(
        closes, window.closes_month, window.closes_day
    )


def window_from(window: Window, day: date) -> tuple[date, date]:
    """The first window that opens on this day or later."""
    opens, closes = window_of(window, day.year)
    return (opens, closes) if opens >= day else window_of(window, day.year + 1)


def _in_year(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def end_of_year(year: int) -> date:
    return date(year, 12, 31)
