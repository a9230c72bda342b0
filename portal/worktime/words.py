"""The words for time: dates as "Nov 20, 2026", times as "2:30 pm ET", and how far away a moment is."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.worktime.hours import DAY, in_utc

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAYS_AT_MOST = 90
"""From here on a distance is told in months, and from two years on in years."""
DAYS_A_MONTH = 30.44
MONTHS_AT_MOST = 24

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SHORT_ZONES = {
    ("EST", "EDT"): "ET",
    ("CST", "CDT"): "CT",
    ("MST", "MDT"): "MT",
    ("PST", "PDT"): "PT",
    ("AKST", "AKDT"): "AKT",
    ("HST", "HST"): "HT",
    ("HST", "HDT"): "HT",
    ("AST", "AST"): "AT",
    ("AST", "ADT"): "AT",
}
"""By the names of January and July, so that Arizona, which keeps MST in summer, is not taken for Mountain Time."""


def date_words(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    local = in_utc(moment).astimezone(zone)
    half = "am" if local.hour < 12 else "pm"
    return f"{date_words(local.date())}, {local.hour % 12 or 12}:{local.minute:02} {half} {_zone_word(local)}"


def _zone_word(local: datetime) -> str:
    name = local.tzname() or ""
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return name  # this time of day comes twice today; only the full name tells which is meant
    january, july = (local.replace(month=month, day=1).tzname() or "" for month in (1, 7))
    return SHORT_ZONES.get((january, july), name)


def in_words(now: datetime, moment: datetime, zone: ZoneInfo) -> str:
    """ "in 3 h", "in 2 days", "now", "20 min ago"; days are counted on the calendar of the zone."""
    distance = _distance(now, moment, zone)
    if not distance:
        return "now"
    return f"in {distance}" if moment > now else f"{distance} ago"


def due_words(now: datetime, due: datetime, zone: ZoneInfo) -> str:
    """ "due in 3 h", "due now", "2 days late"."""
    distance = _distance(now, due, zone)
    if not distance:
        return "due now"
    return f"due in {distance}" if due > now else f"{distance} late"


def _distance(now: datetime, moment: datetime, zone: ZoneInfo) -> str:
    apart = abs(in_utc(moment) - in_utc(now))
    if apart < MINUTE:
        return ""
    if apart < HOUR:
        return f"{apart // MINUTE} min"
    if apart < DAY:
        return f"{apart // HOUR} h"
    days = abs(in_utc(moment).astimezone(zone).date() - in_utc(now).astimezone(zone).date()).days
    return _long_distance(max(days, 1))


def _long_distance(days: int) -> str:
    if days <= DAYS_AT_MOST:
        return _counted(days, "day")
    months = int(days / DAYS_A_MONTH)
    return _counted(months, "month") if months < MONTHS_AT_MOST else _counted(months // 12, "year")


def duration_words(duration: timedelta) -> str:
    """ "3 h 20 min"; from two days on in days of 24 hours, "2 days 3 h". Seconds are dropped."""
    if duration < timedelta():
        return f"minus {duration_words(-duration)}"
    days = duration // DAY if duration >= 2 * DAY else 0
    hours, minutes = (duration - days * DAY) // HOUR, duration % HOUR // MINUTE
    parts = [_counted(days, "day")] if days else []
    parts += [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if minutes and not days else []
    return " ".join(parts) or "0 min"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
