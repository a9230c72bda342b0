"""The audit trail: everything that happened, who did it, told in words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from portal.audit import AuditEvent, Via
from portal.db import db
from portal.operations.rules import VIA_WORDS, kind_words, sentence
from portal.people import queries as people
from portal.people.models import Project
from portal.tickets.rules import number_words


@dataclass(frozen=True)
class TrailFilters:
    """None and "" leave a filter out; `since` and `until` are moments, `until` not included."""

    by_person_id: int | None = None
    kind: str = ""
    subject_id: int | None = None
    via: Via | None = None
    since: datetime | None = None
    until: datetime | None = None


def trail(filters: TrailFilters) -> Select[AuditEvent]:
    """Latest first."""
    found = select(AuditEvent).order_by(AuditEvent.id.desc())
    named = {
        AuditEvent.by_person_id: filters.by_person_id,
        AuditEvent.kind: filters.kind or None,
        AuditEvent.subject_id: filters.subject_id,
        AuditEvent.via: filters.via,
    }
    found = found.where(*(column == value for column, value in named.items() if value is not None))
    if filters.since is not None:
        found = found.where(AuditEvent.at >= filters.since)
    return found.where(AuditEvent.at < filters.until) if filters.until is not None else found


@dataclass(frozen=True)
class Line:
    """One event in words. `kind` and `subject_id` say which row; `subject` names it."""

    at: datetime
    who: str
    words: str
    via: str
    kind: str
    kind_words: str
    subject_id: int
    subject: str
    facts: Mapping[str, Any]


def told(events: Sequence[AuditEvent]) -> list[Line]:
    """With the names of people, organizations and projects, in three queries."""
    names = people.person_names(
        {event.by_person_id for event in events if event.by_person_id} | _subjects(events, "person")
    )
    places = people.organization_names(
        {event.facts["organization"] for event in events if event.facts.get("organization")}
        | _subjects(events, "organization")
    )
    subjects = {"person": names, "organization": places, "project": _projects(_subjects(events, "project"))}
    return [
        Line(
            at=event.at,
            who=_who(event, names),
            words=sentence(event.name, event.facts, places),
            via=VIA_WORDS[event.via],
            kind=event.kind,
            kind_words=kind_words(event.kind),
            subject_id=event.subject_id,
            subject=_subject(event, subjects),
            facts=event.facts,
        )
        for event in events
    ]


def _subjects(events: Iterable[AuditEvent], kind: str) -> set[int]:
    return {event.subject_id for event in events if event.kind == kind and event.subject_id}


def _projects(ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(select(Project.id, Project.name).where(Project.id.in_(ids)).order_by(Project.id))
    return {row.id: row.name for row in rows}


def _who(event: AuditEvent, names: Mapping[int, str]) -> str:
    if event.by_person_id is None:
        return "The portal"
    return names.get(event.by_person_id, "Somebody")


def _subject(event: AuditEvent, names: Mapping[str, Mapping[int, str]]) -> str:
    """The name of the thing, else its kind and number; a thing without a row is named by its kind alone."""
    if event.kind == "ticket":
        return number_words(event.subject_id)
    known = names.get(event.kind, {}).get(event.subject_id)
    if known or not event.subject_id:
        return known or kind_words(event.kind)
    return f"{kind_words(event.kind)} {event.subject_id}"
