"""The ladder of a campaign: who hears when, counted in days from the day by which it is due."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

MOST_DAYS = 180
QUIET_FROM, QUIET_UNTIL = time(19), time(7)
"""On the wall clocks of the community."""


class Listener(StrEnum):
    PERSON = "person"
    AGENCY_ADMIN = "agency_admin"
    AGENCY_EXECUTIVE = "agency_executive"
    HMIS_LEAD = "hmis_lead"

    @property
    def words(self) -> str:
        return LISTENER_WORDS[self]


LISTENER_WORDS: Mapping[Listener, str] = MappingProxyType(
    {
        Listener.PERSON: "whoever has not done it",
        Listener.AGENCY_ADMIN: "agency HMIS administrator",
        Listener.AGENCY_EXECUTIVE: "agency executive",
        Listener.HMIS_LEAD: "HMIS Lead administrators",
    }
)
ESCALATIONS = (Listener.AGENCY_ADMIN, Listener.AGENCY_EXECUTIVE, Listener.HMIS_LEAD)


@dataclass(frozen=True, slots=True, order=True)
class Rung:
    """A negative number of days is before the due day."""

    days: int
    to: Listener

    @property
    def code(self) -> str:
        return f"{self.days}:{self.to.value}"

    @property
    def words(self) -> str:
        if self.days == 0:
            return "on the due day"
        number = abs(self.days)
        return f"{number} {'day' if number == 1 else 'days'} {'before' if self.days < 0 else 'after'}"

    def on(self, due_on: date) -> date:
        return due_on + timedelta(days=self.days)


ANNOUNCED = "announced"
"""The code of the first letter, which goes out when a member is asked."""

USUAL = (
    Rung(-14, Listener.PERSON),
    Rung(-7, Listener.PERSON),
    Rung(-7, Listener.AGENCY_ADMIN),
    Rung(-2, Listener.PERSON),
    Rung(1, Listener.PERSON),
    Rung(1, Listener.AGENCY_ADMIN),
    Rung(4, Listener.AGENCY_EXECUTIVE),
    Rung(8, Listener.HMIS_LEAD),
)


def as_json(ladder: Iterable[Rung]) -> list[dict[str, Any]]:
    return [{"days": rung.days, "to": rung.to.value} for rung in sorted(set(ladder))]


def from_json(held: Iterable[Mapping[str, Any]]) -> tuple[Rung, ...]:
    return tuple(Rung(int(one["days"]), Listener(one["to"])) for one in held)


def rung_due(
    ladder: Sequence[Rung], to: Listener, due_on: date, asked_on: date, today: date, told: Collection[str]
) -> Rung | None:
    """The last rung for this listener that has come since the member was asked, unless it was told.

    A worker that was down for days so sends one letter for the last of them, never a burst.
    """
    come = [rung for rung in ladder if rung.to is to and asked_on < rung.on(due_on) <= today]
    last = max(come, default=None)
    return last if last is not None and last.code not in told else None


def due_of_joiner(due_on: date, joined_on: date, days: int) -> date:
    """Whoever comes late has at least so many days."""
    return max(due_on, joined_on + timedelta(days=days))
