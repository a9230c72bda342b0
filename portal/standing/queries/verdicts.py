"""Verdicts of one, of some, or of all people and organizations, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.people.models import Membership, Organization
from portal.people.queries import FALLBACK_ZONE
from portal.people.rules import OrganizationKind
from portal.standing.models import RequirementVersion
from portal.standing.queries import register
from portal.standing.queries.held import community_starts, evidence_of, waivers_of
from portal.standing.queries.register import Ids, within
from portal.standing.rules import (
    Judge,
    LoginFacts,
    Memory,
    PlaceFacts,
    Recurrence,
    RoleSpan,
    SubjectFacts,
    SubjectKind,
    Terms,
    Verdict,
    day_of,
    end_of_day,
    place_known,
    spans_known,
)

Versions = Mapping[int, Sequence[Terms]]
"""Published versions by requirement."""


@dataclass(frozen=True)
class Asked:
    """The two dates of a question: how it stood on `as_of`, by what was known at the end of `known_on`.

    None is today, each subject's own; without either the register is read as it stands.
    """

    now: datetime
    as_of: date | None = None
    known_on: date | None = None

    def day(self, zone: ZoneInfo) -> date:
        return self.as_of or day_of(self.now, zone)

    def known(self, zone: ZoneInfo) -> datetime:
        """No later than now, so that a date to come is read by what is known."""
        return min(end_of_day(self.known_on, zone), self.now) if self.known_on else self.now

    @property
    def is_plain(self) -> bool:
        return self.as_of is None and self.known_on is None

    @property
    def knows_all(self) -> bool:
        return self.known_on is None


def verdicts_of_person(
    person_id: int, now: datetime, as_of: date | None = None, known_on: date | None = None
) -> tuple[Verdict, ...]:
    """One for each requirement of people, what needs most first; those that are not required come last."""
    return verdicts(SubjectKind.PERSON, (person_id,), Asked(now, as_of, known_on)).get(person_id, ())


def verdicts_of_organization(
    organization_id: int, now: datetime, as_of: date | None = None, known_on: date | None = None
) -> tuple[Verdict, ...]:
    found = verdicts(SubjectKind.ORGANIZATION, (organization_id,), Asked(now, as_of, known_on))
    return found.get(organization_id, ())


def verdicts_of_people(
    person_ids: Ids, now: datetime, as_of: date | None = None, known_on: date | None = None
) -> dict[int, tuple[Verdict, ...]]:
    """By person; of everybody (None), only of who has not ended."""
    return verdicts(SubjectKind.PERSON, person_ids, Asked(now, as_of, known_on))


def verdicts_of_organizations(
    organization_ids: Ids, now: datetime, as_of: date | None = None, known_on: date | None = None
) -> dict[int, tuple[Verdict, ...]]:
    return verdicts(SubjectKind.ORGANIZATION, organization_ids, Asked(now, as_of, known_on))


def verdicts(
    kind: SubjectKind, ids: Ids, asked: Asked, versions: Versions | None = None
) -> dict[int, tuple[Verdict, ...]]:
    """By subject; `versions` stands in for what is published, to see what a change would do."""
    held = published() if versions is None else versions
    held = {one: rows for one, rows in held.items() if any(terms.subject_kind is kind for terms in rows)}
    if not held or (ids is not None and not ids):
        return {}
    zones = zones_by_organization()
    subjects = (
        _people(ids, asked, held, zones) if kind is SubjectKind.PERSON else _organizations(ids, asked, held, zones)
    )
    kinds = {terms.kind for rows in held.values() for terms in rows}
    evidence, waivers, starts = evidence_of(kind, ids, kinds), waivers_of(kind, ids), community_starts()
    found = {}
    for group in subjects:
        memory: Memory = {}
        judges = [Judge(rows, group.as_of, group.known_on, group.places, starts, memory) for rows in held.values()]
        for facts in group.subjects:
            own, free = evidence.get(facts.id, {}), waivers.get(facts.id, ())
            told = [judge.verdict(facts, own, free) for judge in judges]
            told.sort(key=_by_need)
            found[facts.id] = tuple(told)
    return found


def _by_need(one: Verdict) -> tuple[int, date, int]:
    return (one.state.need, one.due_on or date.max, one.requirement_id)


def published(requirement_ids: Collection[int] | None = None) -> Versions:
    found: dict[int, list[Terms]] = defaultdict(list)
    rows = select(RequirementVersion).where(RequirementVersion.published_at.is_not(None))
    rows = rows.where(within(RequirementVersion.requirement_id, requirement_ids))
    for version in db.session.scalars(rows.order_by(RequirementVersion.requirement_id, RequirementVersion.number)):
        found[version.requirement_id].append(version.terms())
    return found


def zones_by_organization() -> dict[int, ZoneInfo]:
    """The time zone of every organization: its own, its first CoC's, or the HMIS Lead's."""
    rows = (
        db.session.scalars(
            select(Organization)
            .order_by(Organization.id)
            .options(joinedload(Organization.memberships).joinedload(Membership.coc))
        )
        .unique()
        .all()
    )
    lead = next((one.zone for one in rows if one.kind is OrganizationKind.HMIS_LEAD and one.zone), FALLBACK_ZONE)
    return {one.id: _zone(one) or lead for one in rows}


def _zone(one: Organization) -> ZoneInfo | None:
    places = (one, *(membership.coc for membership in one.memberships))
    return next((place.zone for place in places if place.zone), None)


@dataclass(frozen=True)
class _Group:
    """Subjects whose day and moment are the same."""

    as_of: date
    known_on: datetime
    places: Mapping[int, PlaceFacts]
    subjects: Sequence[SubjectFacts]


def _people(ids: Ids, asked: Asked, versions: Versions, zones: Mapping[int, ZoneInfo]) -> list[_Group]:
    spans: Mapping[int, tuple[RoleSpan, ...]] = register.spans(ids) if asked.is_plain else {}
    homes = _homes(spans) if asked.is_plain else register.homes(ids)
    idle = any(terms.recurrence is Recurrence.IDLE for rows in versions.values() for terms in rows)
    logins = register.logins(ids) if idle else {}
    by_zone: dict[ZoneInfo, list[int]] = defaultdict(list)
    for person_id, home_id in homes.items():
        by_zone[zones.get(home_id, FALLBACK_ZONE)].append(person_id)
    spans = spans if asked.is_plain else _known_spans(ids, asked, by_zone)
    there = {span.organization_id for held in spans.values() for span in held} if ids is not None else None
    groups = []
    for zone, places in _places(there, asked, by_zone, _ask_projects(versions)).items():
        subjects = [_subject(one, spans, places, logins) for one in by_zone[zone] if one in spans]
        groups.append(_Group(asked.day(zone), asked.known(zone), places, subjects))
    return groups


def _subject(
    person_id: int,
    spans: Mapping[int, tuple[RoleSpan, ...]],
    places: Mapping[int, PlaceFacts],
    logins: Mapping[int, Sequence[LoginFacts]],
) -> SubjectFacts:
    return SubjectFacts(SubjectKind.PERSON, person_id, spans[person_id], places, tuple(logins.get(person_id, ())))


def _homes(spans: Mapping[int, Sequence[RoleSpan]]) -> dict[int, int]:
    return {person_id: held[0].organization_id for person_id, held in spans.items()}


def _known_spans(
    ids: Ids, asked: Asked, by_zone: Mapping[ZoneInfo, Sequence[int]]
) -> Mapping[int, tuple[RoleSpan, ...]]:
    notes = register.person_notes(ids, asked.now if asked.knows_all else None)
    return {
        person_id: spans_known(notes.get(person_id, ()), asked.known(zone), zone)
        for zone, people in by_zone.items()
        for person_id in people
    }


def _ask_projects(versions: Versions) -> bool:
    return any(terms.audience.project_types for rows in versions.values() for terms in rows)


def _places(
    ids: Ids, asked: Asked, by_zone: Iterable[ZoneInfo], with_projects: bool
) -> dict[ZoneInfo, Mapping[int, PlaceFacts]]:
    if asked.is_plain:
        plain = register.places(ids, with_projects)
        return dict.fromkeys(by_zone, plain)
    notes = register.place_notes(ids, asked.now if asked.knows_all else None)
    found: dict[ZoneInfo, Mapping[int, PlaceFacts]] = {}
    for zone in by_zone:
        known = {one: place_known(rows, asked.day(zone), asked.known(zone), zone) for one, rows in notes.items()}
        found[zone] = {one: facts for one, facts in known.items() if facts is not None}
    return found


def _organizations(ids: Ids, asked: Asked, versions: Versions, zones: Mapping[int, ZoneInfo]) -> list[_Group]:
    by_zone: dict[ZoneInfo, list[int]] = defaultdict(list)
    for organization_id, zone in zones.items():
        if ids is None or organization_id in ids:
            by_zone[zone].append(organization_id)
    groups = []
    for zone, places in _places(ids, asked, by_zone, _ask_projects(versions)).items():
        subjects = [SubjectFacts(SubjectKind.ORGANIZATION, one, (), places) for one in by_zone[zone] if one in places]
        groups.append(_Group(asked.day(zone), asked.known(zone), places, subjects))
    return groups
