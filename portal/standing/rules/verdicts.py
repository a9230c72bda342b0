"""The verdict: how one subject stands to one requirement on a day, as known at a moment. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.standing.rules.calendar import ONE_DAY, end_of_day
from portal.standing.rules.covers import Cover, counting, cover, role_changes
from portal.standing.rules.dues import covered_by, first_due, idle_since
from portal.standing.rules.facts import (
    CommunityStart,
    EvidenceFact,
    PlaceFacts,
    SubjectFacts,
    Terms,
    WaiverFact,
)
from portal.standing.rules.obligations import Memory, Obligation, Reading
from portal.standing.rules.words import Recurrence, State

EvidenceByKey = Mapping[tuple[str, str], Sequence[EvidenceFact]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`due_on` is the day by whose end it is to be met or met again; `until` the last day of this state as things are.

    A sentence that explains it: `rules.sentence(verdict)`.
    """

    requirement_id: int
    terms: Terms | None
    state: State
    since: date | None = None
    until: date | None = None
    due_on: date | None = None
    evidence: EvidenceFact | None = None
    waiver: WaiverFact | None = None
    ran_out_on: date | None = None
    is_older: bool = False
    """The gap is from before the community began to count."""
    is_asked_for: bool = False
    done: int = 0
    """How often in this calendar year, for a count."""
    next_on: date | None = None
    """The first day of a version to come."""
    last_login_on: date | None = None

    @property
    def evidence_id(self) -> int | None:
        return self.evidence.id if self.evidence else None

    @property
    def clears(self) -> tuple[str, str] | None:
        """Kind and key of the evidence that would clear it."""
        return (self.terms.kind, self.terms.key) if self.terms else None

    def due_at(self, zone: ZoneInfo) -> datetime | None:
        """The end of the due day on the wall clocks of the community."""
        return end_of_day(self.due_on, zone) if self.due_on else None


def verdict(
    versions: Iterable[Terms],
    evidence: Iterable[EvidenceFact],
    waivers: Iterable[WaiverFact],
    facts: SubjectFacts,
    as_of: date,
    known_on: datetime | None,
    zone: ZoneInfo,
    starts: Iterable[CommunityStart] = (),
) -> Verdict:
    """How the subject stands on `as_of` by what was known at `known_on` (None: at the end of that day in the zone).

    Facts come in any order; what became known later is left out.
    """
    known = known_on or end_of_day(as_of, zone)
    judge = Judge(versions, as_of, known, facts.places, starts)
    by_key: dict[tuple[str, str], list[EvidenceFact]] = {}
    for one in evidence:
        by_key.setdefault((one.kind, one.key), []).append(one)
    return judge.verdict(facts, by_key, tuple(waivers))


class Judge:
    """One requirement on one day at one moment, prepared once and asked for many subjects."""

    def __init__(
        self,
        versions: Iterable[Terms],
        as_of: date,
        known_on: datetime,
        places: Mapping[int, PlaceFacts],
        starts: Iterable[CommunityStart] = (),
        memory: Memory | None = None,
    ) -> None:
        versions = tuple(versions)
        self.requirement_id = versions[0].requirement_id if versions else 0
        self.as_of, self.known_on = as_of, known_on
        self.reading = Reading(versions, as_of, known_on, places, memory)
        known = [one for one in starts if one.recorded_at <= known_on]
        self.start = max(known, key=lambda one: one.recorded_at) if known else None

    def verdict(self, facts: SubjectFacts, evidence: EvidenceByKey, waivers: Sequence[WaiverFact]) -> Verdict:
        terms = self.reading.terms
        bound = self.reading.obligation(facts)
        if terms is None or bound is None:
            return self._not_required()
        if terms.recurrence is Recurrence.IDLE:
            return self._idle(terms, bound, facts, evidence, waivers)
        if terms.recurrence is Recurrence.ROLE_CHANGE:
            return self._role_change(terms, bound, facts, evidence, waivers)
        held = self._held(terms, evidence)
        return self._told(terms, bound, held, covered_by(terms, held), waivers)

    def _not_required(self) -> Verdict:
        return Verdict(self.requirement_id, self.reading.terms, State.NOT_REQUIRED, next_on=self.reading.next_on)

    def _held(self, terms: Terms, evidence: EvidenceByKey) -> Sequence[EvidenceFact]:
        rows = evidence.get((terms.kind, terms.key))
        return counting(rows, self.as_of, self.known_on) if rows else ()

    def _told(
        self,
        terms: Terms,
        bound: Obligation,
        held: Sequence[EvidenceFact],
        covered: Cover | None,
        waivers: Sequence[WaiverFact],
    ) -> Verdict:
        """Covered, else waived, else late or not, in this order."""
        day = self.as_of
        if covered is not None and (covered.until is None or day <= covered.until):
            if covered.soon_on is None or day < covered.soon_on:
                return self._current(terms, covered)
            waiver = self._waiver(waivers)
            return self._waived(terms, waiver, covered) if waiver else self._due_soon(terms, covered)
        waiver = self._waiver(waivers)
        if waiver is not None:
            return self._waived(terms, waiver, covered)
        return self._gap(terms, bound, held, covered, waivers)

    def _current(self, terms: Terms, covered: Cover) -> Verdict:
        until = min(covered.soon_on - ONE_DAY, covered.until) if covered.soon_on and covered.until else covered.until
        return Verdict(self.requirement_id, terms, State.CURRENT, covered.since, until, covered.until, covered.evidence)

    def _due_soon(self, terms: Terms, covered: Cover) -> Verdict:
        since = max(covered.soon_on or covered.since, covered.since)
        return Verdict(
            self.requirement_id, terms, State.DUE_SOON, since, covered.until, covered.until, covered.evidence
        )

    def _waived(self, terms: Terms, waiver: WaiverFact, covered: Cover | None) -> Verdict:
        return Verdict(
            self.requirement_id,
            terms,
            State.WAIVED,
            waiver.starts_on,
            waiver.last_day(self.known_on),
            evidence=covered.evidence if covered else None,
            waiver=waiver,
        )

    def _waiver(self, waivers: Sequence[WaiverFact]) -> WaiverFact | None:
        """The one in force that lasts longest."""
        if not waivers:
            return None
        known = [one for one in self._known(waivers) if self.as_of <= one.last_day(self.known_on)]
        return max(known, key=lambda one: (one.last_day(self.known_on), one.id)) if known else None

    def _known(self, waivers: Sequence[WaiverFact]) -> list[WaiverFact]:
        return [
            one
            for one in waivers
            if one.requirement_id == self.requirement_id
            and one.recorded_at <= self.known_on
            and one.starts_on <= self.as_of
        ]

    def _gap(
        self,
        terms: Terms,
        bound: Obligation,
        held: Sequence[EvidenceFact],
        covered: Cover | None,
        waivers: Sequence[WaiverFact],
    ) -> Verdict:
        """Nothing counts today: never met, in grace, or overdue."""
        ran_out = covered.until if covered else None
        lapsed = ran_out is not None and ran_out >= bound.since
        done = sum(one.on.year == self.as_of.year for one in held) if terms.recurrence is Recurrence.COUNT else 0
        if bound.is_asked_for:
            return Verdict(
                self.requirement_id,
                terms,
                State.NEVER_MET,
                bound.since,
                ran_out_on=ran_out,
                is_asked_for=True,
                done=done,
            )
        due = ran_out if lapsed and ran_out else first_due(terms, bound.since)
        due, grace_ends, is_older = self._deadline(terms, due, waivers)
        early = State.GRACE if lapsed else State.NEVER_MET
        began = ran_out + ONE_DAY if lapsed and ran_out else bound.since
        late = self.as_of > grace_ends
        return Verdict(
            self.requirement_id,
            terms,
            State.OVERDUE if late else early,
            grace_ends + ONE_DAY if late else began,
            None if late else grace_ends,
            due,
            covered.evidence if covered else None,
            ran_out_on=ran_out,
            is_older=is_older,
            done=done,
        )

    def _deadline(self, terms: Terms, due: date, waivers: Sequence[WaiverFact]) -> tuple[date, date, bool]:
        """Due day, last day of grace, and whether the gap is older than the community's start.

        A waiver that has ended moves the due day to its own last day.
        """
        due = max([due, *(one.last_day(self.known_on) for one in self._known(waivers))])
        if self.start is not None and due < self.start.starts_on:
            return self.start.catch_up_on, self.start.catch_up_on, True
        return due, due + timedelta(days=terms.grace_days), False

    def _idle(
        self,
        terms: Terms,
        bound: Obligation,
        facts: SubjectFacts,
        evidence: EvidenceByKey,
        waivers: Sequence[WaiverFact],
    ) -> Verdict:
        """Asked anew once somebody has not logged in for so many days, as far as the reports tell."""
        logins = [one for one in facts.logins if one.recorded_at <= self.known_on and one.report_on <= self.as_of]
        if not logins:
            return Verdict(self.requirement_id, terms, State.NOT_MEASURABLE, bound.since)
        idle_on, last = idle_since(terms, bound.since, logins)
        if idle_on is None:
            return Verdict(self.requirement_id, terms, State.NOT_REQUIRED, last_login_on=last)
        return self._anew(terms, idle_on, bound, evidence, waivers)

    def _role_change(
        self,
        terms: Terms,
        bound: Obligation,
        facts: SubjectFacts,
        evidence: EvidenceByKey,
        waivers: Sequence[WaiverFact],
    ) -> Verdict:
        starts = [span.starts_on for span in facts.spans if span.starts_on <= self.as_of and not span.is_asked_for]
        changed_on = max(role_changes(starts, bound.since), default=None)
        if changed_on is None:
            return Verdict(self.requirement_id, terms, State.NOT_REQUIRED)
        return self._anew(terms, changed_on, bound, evidence, waivers)

    def _anew(
        self,
        terms: Terms,
        since: date,
        bound: Obligation,
        evidence: EvidenceByKey,
        waivers: Sequence[WaiverFact],
    ) -> Verdict:
        """Only what was done since that day counts."""
        held = [one for one in self._held(terms, evidence) if one.on >= since]
        return self._told(terms, Obligation(since, bound.is_asked_for), held, cover(terms, held), waivers)
