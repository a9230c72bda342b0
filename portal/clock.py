"""The only module that asks what time it is; everything else is given the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""A moment after all others: sorts last where nothing is due."""


def now() -> datetime:
    """The present moment, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The calendar date of this moment in a community's time zone."""
    return now().astimezone(zone).date()
