"""When evidence ends to count, when something is due for the first time, and since when somebody is idle."""

from collections.abc import Sequence
from datetime import date, timedelta

from portal.standing.rules.calendar import end_of_year, window_from
from portal.standing.rules.covers import Cover, cover
from portal.standing.rules.facts import EvidenceFact, LoginFacts, Terms
from portal.standing.rules.words import Recurrence


def covered_by(terms: Terms, held: Sequence[EvidenceFact]) -> Cover | None:
    """Where everybody has to do it anew, what is older still counts until the time for that is over."""
    if not held:
        return None
    if terms.evidence_from is None:
        return cover(terms, held)
    anew = [one for one in held if one.on >= terms.evidence_from]
    if anew:
        return cover(terms, anew)
    older = cover(terms, held)
    if older is None:
        return None
    end = terms.evidence_from + timedelta(days=terms.first_days or 0)
    return older._replace(until=min(older.until or end, end), soon_on=min(older.soon_on or end, terms.evidence_from))


def first_due(terms: Terms, since: date) -> date:
    """The day by which it is to be met for the first time."""
    if terms.first_days is not None:
        return since + timedelta(days=terms.first_days)
    if terms.recurrence is Recurrence.WINDOW:
        return window_from(terms.window, since)[1]
    return end_of_year(since.year) if terms.recurrence is Recurrence.COUNT else since


def idle_since(terms: Terms, since: date, logins: Sequence[LoginFacts]) -> tuple[date | None, date | None]:
    """The latest day on which the idle days were full by the day of a report, and the last login known.

    A report tells only the last login before it. Who has none in it is idle since `since`.
    """
    limit = timedelta(days=terms.idle_days)
    ordered = sorted(logins, key=lambda one: (one.report_on, one.recorded_at, one.last_on or date.min))
    ends = ((max(one.last_on or since, since) + limit, one.report_on) for one in ordered)
    reached = [end for end, report_on in ends if end <= report_on]
    return max(reached, default=None), ordered[-1].last_on
