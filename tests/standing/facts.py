"""Facts for pure tests of verdicts: say only what matters."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from portal.policy import Role
from portal.standing.rules import (
    Audience,
    EvidenceFact,
    Place,
    PlaceFacts,
    Recurrence,
    RoleSpan,
    SubjectFacts,
    SubjectKind,
    Terms,
    Verdict,
    WaiverFact,
    verdict,
)

CHICAGO = ZoneInfo("America/Chicago")
AGENCY, LEAD = 10, 11
EARLY = date(2020, 1, 1)
PLACES = {AGENCY: PlaceFacts(Place.PARTICIPATING, frozenset({1})), LEAD: PlaceFacts(Place.HMIS_LEAD)}


def noon(day: date) -> datetime:
    return datetime.combine(day, time(18), UTC)


def terms(**facts: Any) -> Terms:
    given = {
        "requirement_id": 1,
        "number": 1,
        "published_at": noon(EARLY),
        "effective_on": EARLY,
        "kind": "training",
        "key": "privacy",
        "audience": Audience(roles=frozenset({Role.END_USER})),
        "recurrence": Recurrence.ROLLING,
        "months": 12,
        "due_soon_days": 30,
        "grace_days": 0,
        "title": "Privacy training",
        **facts,
    }
    return Terms(**given)


def done(on: date, number: int = 1, **facts: Any) -> EvidenceFact:
    given = {"recorded_at": noon(on), "kind": "training", "key": "privacy", **facts}
    return EvidenceFact(number, on, **given)


def waiver(starts_on: date, ends_on: date, **facts: Any) -> WaiverFact:
    return WaiverFact(facts.pop("id", 1), 1, starts_on, ends_on, facts.pop("recorded_at", noon(starts_on)), **facts)


def user(since: date = date(2024, 1, 10), ended_on: date | None = None, **facts: Any) -> SubjectFacts:
    spans = facts.pop("spans", (RoleSpan(Role.END_USER, AGENCY, since, ended_on),))
    return SubjectFacts(SubjectKind.PERSON, 7, spans, PLACES, **facts)


def agency() -> SubjectFacts:
    return SubjectFacts(SubjectKind.ORGANIZATION, AGENCY, (), PLACES)


def judged(
    as_of: date,
    evidence: Any = (),
    waivers: Any = (),
    facts: SubjectFacts | None = None,
    known_on: datetime | None = None,
    versions: Any = None,
    starts: Any = (),
    **terms_facts: Any,
) -> Verdict:
    held = versions if versions is not None else [terms(**terms_facts)]
    return verdict(held, evidence, waivers, facts or user(), as_of, known_on, CHICAGO, starts)
