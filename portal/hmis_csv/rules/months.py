"""What was keyed for a project in a month, and what may be said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

LONGEST_LAG = 15
"""Entry lags of so many days and more are counted together; no published local standard is longer than 14."""


class Event(StrEnum):
    """What was keyed in a month, by DateCreated."""

    ENTRY = "entry"
    EXIT = "exit"
    BED_NIGHT = "bed_night"
    CONTACT = "contact"
    UPDATE = "update"
    """an enrollment keyed earlier was changed: a sign of life, never a lack"""

    @property
    def words(self) -> str:
        return _EVENT_WORDS[self]


class Verdict(StrEnum):
    SEEN = "seen"
    LATE = "late"
    BATCH = "batch"
    SILENT = "silent"
    NOT_MEASURABLE = "not_measurable"
    NOT_EXPECTED = "not_expected"

    @property
    def words(self) -> str:
        return _VERDICT_WORDS[self]


class Reason(StrEnum):
    """Why a month is not judged."""

    VSP = "victim_service_provider"
    COMPARABLE = "comparable_database"
    NOT_PARTICIPATING = "not_participating"
    NOT_OPERATING = "not_operating"
    FEW_DAYS = "few_days"
    DELTA = "delta"

    @property
    def words(self) -> str:
        return _REASON_WORDS[self]


_EVENT_WORDS: Mapping[Event, str] = MappingProxyType(
    {
        Event.ENTRY: "Entries",
        Event.EXIT: "Exits",
        Event.BED_NIGHT: "Bed nights",
        Event.CONTACT: "Current living situations",
        Event.UPDATE: "Changed enrollments",
    }
)

_VERDICT_WORDS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.SEEN: "Data entered",
        Verdict.LATE: "Entered late",
        Verdict.BATCH: "Entered in one batch",
        Verdict.SILENT: "Nothing entered",
        Verdict.NOT_MEASURABLE: "Not measurable",
        Verdict.NOT_EXPECTED: "Not expected",
    }
)

_REASON_WORDS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.VSP: "A victim service provider does not enter clients in HMIS.",
        Reason.COMPARABLE: "The project keeps a comparable database instead of HMIS.",
        Reason.NOT_PARTICIPATING: "The project did not take part in HMIS.",
        Reason.NOT_OPERATING: "The project was not in operation.",
        Reason.FEW_DAYS: "The export covers too few days of the project's month.",
        Reason.DELTA: "A delta export holds only what changed, so silence says nothing.",
    }
)


@dataclass(frozen=True)
class MonthFacts:
    """What was keyed for one project in one month.

    `entry_lags` counts entries by days from EntryDate to DateCreated; -1 is any day before, LONGEST_LAG that and more.
    `busiest_day` is the number of records keyed on the month's busiest day, updates left out.
    """

    events: Mapping[Event, int]
    entry_lags: Mapping[int, int]
    busiest_day: int

    @property
    def created(self) -> int:
        return sum(count for event, count in self.events.items() if event is not Event.UPDATE)


NOTHING = MonthFacts({}, {}, 0)
Activity = Mapping[tuple[str, date], MonthFacts]
"""By project key and first day of the month."""
