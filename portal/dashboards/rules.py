"""Which days and months a first page speaks of, and which lines it has room for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.worktime import duration_words

NEEDS_SHOWN = 7
KINDS_SHOWN = 4
"""Of them lines that each stand for a kind of work, mail in trouble among them."""
TICKETS_SHOWN = 10
CHANGES_SHOWN = 8
EVENTS_LOOKED_AT = 5_000
MONTHS_SHOWN = 12
HITS_SHOWN = 8
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Need:
    """One line of “needs you today”."""

    title: str
    href: str
    why: str
    when: str
    tone: str
    icon: str
    due_at: datetime


def most_pressing(work: Iterable[Need], kinds: Sequence[Need]) -> list[Need]:
    """At most seven: the lines for kinds of work keep their place below, what is due first fills the rest."""
    first = sorted(work, key=lambda need: (need.due_at, need.href))
    return [*first[: NEEDS_SHOWN - len(kinds)], *kinds]


def tomorrow(now: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the reader's day ends."""
    return _midnight(now.astimezone(zone).date() + timedelta(days=1), zone)


def yesterday(now: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the reader's yesterday began."""
    return _midnight(now.astimezone(zone).date() - timedelta(days=1), zone)


def month_starts(now: datetime, zone: ZoneInfo, months: int = MONTHS_SHOWN) -> tuple[datetime, ...]:
    """The beginnings of the last `months` months with the present one, and of the next, in order of time."""
    here = now.astimezone(zone)
    last = here.year * 12 + here.month - 1
    return tuple(
        _midnight(date(number // 12, number % 12 + 1, 1), zone) for number in range(last - months + 1, last + 2)
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


@dataclass(frozen=True)
class Month:
    """What one CoC's help desk did in one month."""

    starts_at: datetime
    opened: int = 0
    resolved: int = 0
    first_answer: timedelta | None = None
    """Half of the tickets opened in the month and answered since got their first answer within this time."""

    @property
    def name(self) -> str:
        return MONTHS[self.starts_at.month - 1]

    @property
    def words(self) -> str:
        return f"{self.name} {self.starts_at.year}"

    @property
    def hours(self) -> float | None:
        return None if self.first_answer is None else round(self.first_answer / timedelta(hours=1), 1)

    @property
    def first_answer_words(self) -> str:
        return "—" if self.first_answer is None else duration_words(self.first_answer)


def counted(number: int, noun: str) -> str:
    """ "1 ticket", "2,041 tickets"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def tickets_sentence(months: Sequence[Month]) -> str:
    """The finding: the last full month against the one before it."""
    before, last = months[-3], months[-2]
    opened = counted(last.opened, "ticket") if last.opened else "no ticket"
    resolved = f"{last.resolved:,} {'was' if last.resolved == 1 else 'were'}" if last.resolved else "none was"
    if not last.opened and not before.opened:
        return f"In {last.words} and the month before, no ticket came in; {resolved} resolved."
    return f"In {last.words}, {opened} came in, {_compared(last.opened, before.opened)}; {resolved} resolved."


def _compared(opened: int, before: int) -> str:
    apart = opened - before
    if not apart:
        return "as many as the month before"
    return f"{abs(apart):,} {'more' if apart > 0 else 'fewer'} than the month before"


def answers_sentence(months: Sequence[Month]) -> str:
    last = months[-2]
    if last.first_answer is None:
        return f"No ticket of {last.words} has been answered." if last.opened else f"No ticket came in in {last.words}."
    return f"Half of the answered tickets of {last.words} had their first answer within {last.first_answer_words}."
