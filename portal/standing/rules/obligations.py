"""Since when a requirement binds somebody."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from portal.standing.rules.facts import Audience, PlaceFacts, RoleSpan, SubjectFacts, Terms
from portal.standing.rules.words import SubjectKind


class Obligation(NamedTuple):
    since: date
    is_asked_for: bool
    """Only for a license that is asked for: not late yet."""


Memory = dict[Audience, dict[int, Obligation | None]]
"""Since when each audience binds each person, by id; shared by requirements on one day."""


class Reading:
    """The versions of one requirement, read on one day as known at one moment."""

    def __init__(
        self,
        versions: Iterable[Terms],
        as_of: date,
        known_on: datetime,
        places: Mapping[int, PlaceFacts],
        memory: Memory | None = None,
    ) -> None:
        self.as_of = as_of
        self.places = places
        known = sorted((one for one in versions if one.published_at <= known_on), key=_in_order)
        begun = [one for one in known if one.effective_on <= as_of]
        self.next_on = min((one.effective_on for one in known if one.effective_on > as_of), default=None)
        self.terms = begun[-1] if begun else None
        self.history = tuple(_running(begun))
        self._memory = memory if memory is not None else {}
        self._fits: dict[tuple[int, int], bool] = {}

    def obligation(self, facts: SubjectFacts) -> Obligation | None:
        """Bound on the day by the version in force, and since when without a break."""
        if self.terms is None or self.terms.is_retired or facts.kind is not self.terms.subject_kind:
            return None
        bound = self._bound(self.terms, facts)
        if bound is None:
            return None
        return Obligation(max(bound.since, self._asked_since(facts)), bound.is_asked_for)

    def _asked_since(self, facts: SubjectFacts) -> date:
        """The first day of the oldest version from which on every version bound this subject."""
        since = self.history[-1].effective_on
        for one in reversed(self.history[:-1]):
            if one.audience != self.history[-1].audience and self._bound(one, facts) is None:
                break
            since = one.effective_on
        return since

    def _bound(self, terms: Terms, facts: SubjectFacts) -> Obligation | None:
        if facts.kind is SubjectKind.ORGANIZATION:
            named = terms.audience.organizations
            fits = facts.id in named if named else self._place_fits(terms, facts.id)
            return Obligation(date.min, False) if fits else None
        if terms.audience.people:
            return Obligation(date.min, False) if facts.id in terms.audience.people else None
        return self._remembered(terms, facts)

    def _remembered(self, terms: Terms, facts: SubjectFacts) -> Obligation | None:
        """Requirements of one audience share the answer."""
        known = self._memory.setdefault(terms.audience, {})
        if facts.id not in known:
            known[facts.id] = self._by_role(terms, facts.spans)
        return known[facts.id]

    def _by_role(self, terms: Terms, spans: Sequence[RoleSpan]) -> Obligation | None:
        roles = terms.audience.roles
        day = self.as_of
        here = [
            span
            for span in spans
            if (not roles or span.role in roles)
            and span.starts_on <= day
            and self._span_fits(terms, span.organization_id)
        ]
        now = [span for span in here if span.ended_on is None or span.ended_on > day]
        if not now:
            return None
        if len(here) == 1:
            return Obligation(now[0].starts_on, now[0].is_asked_for)
        held = [span for span in now if not span.is_asked_for]
        return Obligation(_unbroken([one for one in here if not one.is_asked_for] if held else now), not held)

    def _span_fits(self, terms: Terms, organization_id: int) -> bool:
        named = terms.audience.organizations
        return (not named or organization_id in named) and self._place_fits(terms, organization_id)

    def _place_fits(self, terms: Terms, organization_id: int) -> bool:
        key = (terms.number, organization_id)
        known = self._fits.get(key)
        if known is None:
            known = self._fits[key] = _fits(terms.audience, self.places.get(organization_id), self.as_of)
        return known


def _in_order(one: Terms) -> tuple[date, int]:
    return (one.effective_on, one.number)


def _running(versions: Sequence[Terms]) -> list[Terms]:
    """Those after the last retirement, which ends every obligation."""
    last = max((place for place, one in enumerate(versions) if one.is_retired), default=-1)
    return list(versions[last + 1 :])


def _fits(audience: Audience, place: PlaceFacts | None, day: date) -> bool:
    if place is None:
        return not (audience.places or audience.cocs or audience.project_types)
    if place.ended_on is not None and place.ended_on <= day:
        return False
    if audience.places and place.place not in audience.places:
        return False
    if audience.cocs and not audience.cocs & place.cocs:
        return False
    return not audience.project_types or any(
        one.project_type in audience.project_types
        and one.starts_on <= day
        and (one.ended_on is None or one.ended_on > day)
        for one in place.projects
    )


def _unbroken(spans: Sequence[RoleSpan]) -> date:
    """The first day of the stretch without a gap that reaches the latest day of the spans."""
    ordered = sorted(spans, key=lambda span: span.ended_on or date.max, reverse=True)
    since = min(span.starts_on for span in ordered if (span.ended_on or date.max) == (ordered[0].ended_on or date.max))
    for span in ordered:
        if (span.ended_on or date.max) >= since:
            since = min(since, span.starts_on)
    return since
