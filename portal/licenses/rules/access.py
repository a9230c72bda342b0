"""An agency's user-access report: when it comes round, and what is answered for each person. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from portal.standing.rules import add_months


class Answer(StrEnum):
    KEEP = "keep"
    CHANGE = "change"
    END = "end"

    @property
    def words(self) -> str:
        return {Answer.KEEP: "Keep", Answer.CHANGE: "Change", Answer.END: "End access"}[self]


class Rhythm(StrEnum):
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"

    @property
    def words(self) -> str:
        return _RHYTHM_WORDS[self]

    @property
    def months(self) -> int:
        return _RHYTHM_MONTHS[self]


_RHYTHM_WORDS: Mapping[Rhythm, str] = MappingProxyType(
    {Rhythm.MONTHLY: "Every month", Rhythm.QUARTERLY: "Every three months"}
)
_RHYTHM_MONTHS: Mapping[Rhythm, int] = MappingProxyType({Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3})


class Asking(StrEnum):
    """Which letter an agency gets about a report."""

    FIRST = "first"
    SOON = "soon"
    LATE = "late"

    @property
    def words(self) -> str:
        return {Asking.FIRST: "Attest user access", Asking.SOON: "Due soon", Asking.LATE: "Overdue"}[self]


REMIND_AHEAD = timedelta(days=3)
"""Before a report is due; no source sets it."""
CHANGE_WITHIN = timedelta(days=7)
"""For staff to carry out a change that an agency asked for; no source sets it."""


def first_on(day: int, today: date) -> date:
    """The next day of the month with this number, today included; `day` is at most 28."""
    this_month = today.replace(day=day)
    return this_month if this_month >= today else add_months(this_month, 1)


def period(rhythm: Rhythm, on: date) -> tuple[date, date]:
    """The first and last day that a report asked for on this day is about: the months before it, to the day."""
    return add_months(on, -rhythm.months), on - timedelta(days=1)
