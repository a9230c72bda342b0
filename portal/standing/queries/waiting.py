"""What the timetable looks for: register facts not noted yet, and people to tell that something waits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from portal.db import db
from portal.mail.letters import Letter
from portal.people.models import Person
from portal.people.queries import holders, zone_of
from portal.policy import Role
from portal.standing.queries import register
from portal.standing.queries.evidence import waiting_for
from portal.standing.rules import Note, SubjectKind

NOTES_AT_ONCE = 500
TELL_FROM = time(7)
"""No letter before this time of day where the reader works."""


@dataclass(frozen=True)
class Unnoted:
    """Facts as they stand and not as they were noted last; `since` where nothing was noted before."""

    kind: SubjectKind
    subject_id: int
    facts: dict[str, Any]
    since: datetime | None


def unnoted(now: datetime) -> Iterable[Sequence[Unnoted]]:
    """In portions, each for a transaction of its own."""
    places = _unnoted(SubjectKind.ORGANIZATION, register.place_notes(None, now))
    people = _unnoted(SubjectKind.PERSON, register.person_notes(None, now))
    fresh = [*places, *people]
    return [fresh[start : start + NOTES_AT_ONCE] for start in range(0, len(fresh), NOTES_AT_ONCE)]


def _unnoted(kind: SubjectKind, notes: Mapping[int, Sequence[Note]]) -> Iterable[Unnoted]:
    held = register.noted(kind, None)
    for subject_id, known in notes.items():
        before = len(held.get(subject_id, ()))
        if len(known) > before:
            yield Unnoted(kind, subject_id, dict(known[-1].facts), None if before else known[-1].recorded_at)


def to_tell(now: datetime) -> Sequence[int]:
    """Staff for whom something waits and who were not told today."""
    staff = [one for one in holders(now.date(), Role.LEAD_STAFF, Role.LEAD_ADMIN) if _is_day(one, now)]
    told = set(
        db.session.scalars(
            select(Letter.dedupe_key)
            .where(Letter.dedupe_key.in_([digest_key(one, now) for one in staff]))
            .order_by(Letter.dedupe_key)
        )
    )
    return [one.id for one in staff if digest_key(one, now) not in told and any(waiting_for(one.id))]


def _is_day(person: Person, now: datetime) -> bool:
    return now.astimezone(zone_of(person.home)).time() >= TELL_FROM


def digest_key(person: Person, now: datetime) -> str:
    """One letter for each person and day."""
    return f"standing.waiting:{person.id}:{now.astimezone(zone_of(person.home)).date().isoformat()}"
