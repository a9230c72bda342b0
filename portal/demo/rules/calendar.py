"""Days and hours at which a community writes to its help desk."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from zoneinfo import ZoneInfo

from portal.worktime import Hours

MONTHS = 18
"""How far back the community's tickets go."""

DAY = timedelta(days=1)
DESK_HOURS: Mapping[int, int] = MappingProxyType({8: 6, 9: 9, 10: 9, 11: 7, 12: 3, 13: 7, 14: 8, 15: 8, 16: 5})
"""Hour of the day by the desk's clock: how likely somebody calls in it."""
DAYTIME: Mapping[int, int] = MappingProxyType({7: 2, **DESK_HOURS, 17: 2, 18: 1})
NIGHT: Mapping[int, int] = MappingProxyType({0: 3, 1: 2, 2: 2, 3: 1, 5: 2, 6: 4, 19: 3, 20: 4, 21: 6, 22: 6, 23: 5})


def curtain(at: datetime) -> datetime:
    """Up to here a community made at this moment is played: the midnight before it in UTC, when the desk has closed.

    Whatever the hour, the same day sees the same.
    """
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def first_day(day: date) -> date:
    """The same day of the month, so many months ago; the month's last day where it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 - MONTHS, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def working_days_back(hours: Hours, day: date, count: int) -> list[date]:
    """The last working days up to and with `day`, latest first."""
    found: list[date] = []
    while len(found) < count:
        if hours.windows(day):
            found.append(day)
        day -= DAY
    return found


def moment_of(rng: Random, day: date, zone: ZoneInfo, likely: Mapping[int, int]) -> datetime:
    """Some second of the day, in an hour that is likely."""
    hour = rng.choices(list(likely), list(likely.values()))[0]
    at = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), tzinfo=zone)
    return at.astimezone(UTC)
