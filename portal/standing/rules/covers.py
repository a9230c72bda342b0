"""For how long evidence counts under the terms of a requirement."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from portal.standing.rules.calendar import ONE_DAY, add_months, end_of_year, window_from
from portal.standing.rules.facts import EvidenceFact, Terms
from portal.standing.rules.words import Recurrence


class Cover(NamedTuple):
    """Evidence and the days on which it counts, both ends included; without `until` it does not run out."""

    evidence: EvidenceFact
    since: date
    until: date | None
    soon_on: date | None
    """From this day on it can be renewed without losing a day."""


def counting(evidence: Sequence[EvidenceFact], as_of: date, known_on: datetime) -> list[EvidenceFact]:
    """What was true on the day and known at the moment, without what was superseded by then, in order of time."""
    if len(evidence) == 1:
        one = evidence[0]
        return [one] if one.recorded_at <= known_on and one.on <= as_of and not one.is_void else []
    known = [one for one in evidence if one.recorded_at <= known_on]
    gone = {one.supersedes for one in known if one.supersedes is not None}
    held = [one for one in known if one.on <= as_of and not one.is_void and one.id not in gone]
    held.sort(key=_in_order)
    return held


def _in_order(one: EvidenceFact) -> tuple[date, date, int]:
    return (one.on, one.until or date.max, one.id)


def cover(terms: Terms, evidence: Sequence[EvidenceFact]) -> Cover | None:
    """The longest that this evidence, in order of time, counts."""
    found: Cover | None = _COVERS[terms.recurrence](terms, evidence) if evidence else None
    return found


def _once(terms: Terms, evidence: Sequence[EvidenceFact]) -> Cover:
    last = max(evidence, key=lambda one: (one.until or date.max, one.on, one.id))
    return _cover(terms, last, last.until)


def _rolling(terms: Terms, evidence: Sequence[EvidenceFact]) -> Cover:
    """A renewal in the due-soon days begins at the old end; the chain is counted from its first day, so that a year
    from February 29 is February 28 and four years are February 29 again."""
    latest, anchor, periods = evidence[0], evidence[0].on, 1
    until = latest.until or add_months(anchor, terms.months)
    for one in evidence[1:]:
        if one.until is None and _opens(terms, until) <= one.on <= until:
            periods += 1
            end = add_months(anchor, terms.months * periods)
        else:
            end = one.until or add_months(one.on, terms.months)
            if end <= until and one.on <= until:
                continue
            anchor, periods = (one.on, 1) if one.until is None else (_anchored(end, terms), 1)
        latest, until = one, end
    return _cover(terms, latest, until)


def _anchored(end: date, terms: Terms) -> date:
    """A first day from which one period leads to this end."""
    return add_months(end, -terms.months)


def _opens(terms: Terms, until: date) -> date:
    return until - timedelta(days=terms.due_soon_days)


def _cover(terms: Terms, evidence: EvidenceFact, until: date | None) -> Cover:
    return Cover(evidence, evidence.on, until, _opens(terms, until) if until else None)


def _window(terms: Terms, evidence: Sequence[EvidenceFact]) -> Cover:
    """Whenever it was done, it is done again in the next window that opens after that."""
    last = evidence[-1]
    opens, closes = window_from(terms.window, last.on + ONE_DAY)
    return Cover(last, last.on, last.until or closes, opens)


def _count(terms: Terms, evidence: Sequence[EvidenceFact]) -> Cover | None:
    """A year in which it was done often enough counts until the end of the next."""
    full = [held[terms.times - 1] for held in by_year(evidence).values() if len(held) >= terms.times]
    if not full:
        return None
    until = end_of_year(full[-1].on.year + 1)
    return Cover(full[-1], full[-1].on, until, _opens(terms, until))


def by_year(evidence: Sequence[EvidenceFact]) -> Mapping[int, list[EvidenceFact]]:
    years: dict[int, list[EvidenceFact]] = {}
    for one in evidence:
        years.setdefault(one.on.year, []).append(one)
    return years


_COVERS: Mapping[Recurrence, Callable[[Terms, Sequence[EvidenceFact]], Cover | None]] = MappingProxyType(
    {
        Recurrence.ONCE: _once,
        Recurrence.ROLLING: _rolling,
        Recurrence.WINDOW: _window,
        Recurrence.COUNT: _count,
        Recurrence.IDLE: _once,
        Recurrence.ROLE_CHANGE: _once,
    }
)


def role_changes(starts: Sequence[date], since: date) -> Iterator[date]:
    """Days on which somebody took a role after having come under the requirement."""
    return (day for day in sorted(set(starts)) if day > since)
