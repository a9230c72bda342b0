"""When agencies did what their standing rests on: counted back from the day, as often as each thing is due."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from portal.demo.rules.calendar import DAY
from portal.standing.rules import add_months

TRAINING_MONTHS, CHECKLIST_MONTHS, MONITORING_MONTHS, AGREEMENT_MONTHS = 12, 12, 24, 36
CERTIFIED_IN = 9
"""The month of the yearly security certification."""
CERTIFIED_BY = 28
"""Its last day on which somebody of the demo certifies."""
LOADED_ON = (8, 15, 22, 29)
"""Days of that month on which staff load who has certified."""
SATURDAY = 5


@dataclass(frozen=True)
class AgencyStory:
    """How one place stands on the day; months since each thing was done last, None where it is not asked of it."""

    key: str
    trained: float
    checklist: float | None = None
    agreement: float | None = None
    monitored: float | None = None
    spare: int = 0
    attests_late: bool = False

    def trainings(self, day: date, since: date) -> list[date]:
        return dates(day, self.trained, TRAINING_MONTHS, since)

    def papers(self, day: date, since: date) -> Iterator[tuple[str, str, date]]:
        """Kind and key of evidence of the place itself, and each day on which there was some, oldest first."""
        told = (
            ("agreement", "participation", self.agreement, AGREEMENT_MONTHS),
            ("checklist", "agency-security", self.checklist, CHECKLIST_MONTHS),
            ("monitoring", "agency", self.monitored, MONITORING_MONTHS),
        )
        for kind, key, ago, every in told:
            if ago is not None:
                yield from ((kind, key, on) for on in dates(day, ago, every, since))


def stories_from(content: Mapping[str, Any]) -> Sequence[AgencyStory]:
    return tuple(AgencyStory(**row) for row in content["agencies"])


def dates(day: date, ago: float, every: int, since: date) -> list[date]:
    """The last time, and the times before it up to the last before `since`; oldest first, on working days."""
    whole = int(ago)
    latest = add_months(day, -whole) - timedelta(days=round(30 * (ago - whole)))
    found = [latest]
    while found[-1] >= since:
        found.append(add_months(latest, -every * len(found)))
    return [working_day(one) for one in reversed(found)]


def working_day(day: date) -> date:
    """The day itself, or the Friday before."""
    while day.weekday() >= SATURDAY:
        day -= DAY
    return day


def next_working_day(day: date) -> date:
    """The day after, or the Monday after a weekend."""
    day += DAY
    while day.weekday() >= SATURDAY:
        day += DAY
    return day


def last_certified(rng: Random, before: date) -> date:
    """Some day of the last certification that was over before this day."""
    year = before.year if before.month > CERTIFIED_IN else before.year - 1
    return date(year, CERTIFIED_IN, rng.randint(2, CERTIFIED_BY))


def loads(since: date, day: date) -> Iterator[date]:
    """When certifications are loaded in the years of the demo."""
    for year in range(since.year, day.year + 1):
        for number in LOADED_ON:
            on = date(year, CERTIFIED_IN, number)
            if since <= on <= day:
                yield on
