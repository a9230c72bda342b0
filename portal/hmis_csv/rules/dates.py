"""Dates as exports write them: the named forms, and nothing guessed.

The format asks for yyyy-mm-dd and yyyy-mm-dd hh:mm:ss. Real exports hold month-first dates too:
they are read as such, but told.
Two-digit years are not read: 03-11-21 has three readings.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

EARLIEST = date(1900, 1, 1)
LATEST = date(2149, 1, 1)

_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:[ T](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?Z?)?",
    re.ASCII,
)
_MONTH_FIRST = re.compile(
    r"(?P<month>\d{1,2})([/-])(?P<day>\d{1,2})\2(?P<year>\d{4})"
    r"(?: (?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?(?: ?(?P<half>[AP])M)?)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Moment:
    at: datetime
    """as written, without a zone"""
    month_first: bool = False


def moment(text: str) -> Moment | None:
    """None where the text is in no named form, or not a day between 1900 and 2148."""
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return _moment(found, month_first=False)
    if found := _MONTH_FIRST.fullmatch(text):
        return _moment(found, month_first=True)
    return None


def _moment(found: re.Match[str], *, month_first: bool) -> Moment | None:
    part = {name: int(value) for name, value in found.groupdict("0").items() if name != "half"}
    if half := found.groupdict().get("half"):
        if not 1 <= part["hour"] <= 12:
            return None
        part["hour"] = part["hour"] % 12 + (12 if half in "pP" else 0)
    try:
        at = datetime.combine(
            date(part["year"], part["month"], part["day"]), time(part["hour"], part["minute"], part["second"])
        )
    except ValueError:
        return None
    return Moment(at, month_first) if EARLIEST <= at.date() < LATEST else None


@dataclass(frozen=True)
class Span:
    """Days from start to end, both included; no end is open."""

    start: date
    end: date | None = None

    def days_within(self, other: "Span") -> int:
        """How many days both cover. One of the two must have an end."""
        ends = [end for end in (self.end, other.end) if end is not None]
        return max(0, (min(ends) - max(self.start, other.start)).days + 1)


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
