"""What happened to a person, an organization or a project."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, false, select

from portal.audit import AuditEvent, Subject, Via
from portal.db import db
from portal.people.models import Person
from portal.people.queries.register import organization_names
from portal.people.rules import event_words
from portal.tables import Order


@dataclass(frozen=True)
class Happened:
    """One line of a history."""

    at: datetime
    who: str
    words: str


def history(subject: Subject) -> Select[AuditEvent]:
    """What happened to this row, latest first."""
    return (
        select(AuditEvent)
        .where(AuditEvent.kind == str(subject.__tablename__), AuditEvent.subject_id == subject.id)
        .order_by(AuditEvent.id.desc())
    )


LATEST_FIRST = Order((AuditEvent.id,), descending=True)


def in_words(events: Sequence[AuditEvent]) -> tuple[Happened, ...]:
    """The events with the names of people and organizations, in two queries."""
    names = person_names(event.by_person_id for event in events if event.by_person_id)
    places = organization_names({event.facts["organization"] for event in events if event.facts.get("organization")})
    return tuple(
        Happened(
            at=event.at,
            who=names.get(event.by_person_id or 0) or ("Somebody" if event.via is Via.WEB else "The portal"),
            words=event_words(event.name, event.facts, places),
        )
        for event in events
    )


def person_names(person_ids: Iterable[int]) -> dict[int, str]:
    ids = tuple(set(person_ids))
    found = select(Person.id, Person.first_name, Person.last_name).where(Person.id.in_(ids) if ids else false())
    return {row.id: f"{row.first_name} {row.last_name}" for row in db.session.execute(found.order_by(Person.id))}
