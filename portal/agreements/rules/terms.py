"""For how long an agreement holds, until when notice can be given, and when its owner is reminded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.standing.rules import add_months

REMINDED_AT = (180, 120, 90, 60, 30)
"""Days before the last day for notice."""
_ONE_DAY = timedelta(days=1)


class Renewal(StrEnum):
    NONE = "none"
    AUTOMATIC = "automatic"
    BY_AGREEMENT = "by_agreement"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Renewal.NONE: "ends on its last day",
    Renewal.AUTOMATIC: "renews by itself unless notice is given",
    Renewal.BY_AGREEMENT: "is renewed when both parties agree",
}


@dataclass(frozen=True)
class Term:
    """The first term as agreed. `notice_on` is the day on which notice was given, if it was."""

    starts_on: date
    months: int | None
    """None: until somebody gives notice."""
    renewal: Renewal = Renewal.NONE
    renewal_months: int = 12
    notice_days: int = 0
    notice_on: date | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a term that never begins or ends."""
        if (self.months is not None and self.months < 1) or self.renewal_months < 1 or self.notice_days < 0:
            raise ValueError("A term lasts a month or more, and notice is not given after the end.")


@dataclass(frozen=True)
class Span:
    """A term that an agreement runs through, both days included."""

    first: date
    last: date | None
    notice_by: date | None
    """The last day on which notice keeps it from being renewed, or ends it in time to plan what follows."""


def spans(term: Term) -> Iterator[Span]:
    """The first term, then one for each renewal, until notice or for ever."""
    first, months = term.starts_on, term.months
    if months is None:
        yield Span(first, term.notice_on + timedelta(days=term.notice_days) if term.notice_on else None, None)
        return
    elapsed = months
    while True:
        last = add_months(term.starts_on, elapsed) - _ONE_DAY
        notice_by = last - timedelta(days=term.notice_days)
        yield Span(first, last, notice_by)
        if term.renewal is not Renewal.AUTOMATIC or (term.notice_on and term.notice_on <= notice_by):
            return
        first, elapsed = last + _ONE_DAY, elapsed + term.renewal_months


def span_on(term: Term, on: date) -> Span | None:
    """The term that the day lies in; None before it begins and after it ended."""
    for span in spans(term):
        if on < span.first:
            return None
        if span.last is None or on <= span.last:
            return span
    return None


def reminders(term: Term, on: date) -> tuple[date, ...]:
    """Days on which the owner is reminded in the term that this day lies in; none once notice was given."""
    span = span_on(term, on)
    if span is None or span.notice_by is None or term.notice_on:
        return ()
    days = (span.notice_by - timedelta(days=ahead) for ahead in REMINDED_AT)
    return tuple(day for day in days if day >= span.first)
