"""A ticket's record, told in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal import guard
from portal.audit import AuditEvent
from portal.db import db
from portal.people import queries as people
from portal.people.models import Person, Project
from portal.policy import Actor
from portal.tickets import rules
from portal.tickets.models import Category, Queue, Ticket, TriageRule
from portal.tickets.rules import Channel, Priority


def history(held: Ticket) -> Sequence[tuple[AuditEvent, Person | None]]:
    rows = db.session.execute(
        select(AuditEvent, Person)
        .outerjoin(Person, Person.id == AuditEvent.by_person_id)
        .where(AuditEvent.kind == "ticket", AuditEvent.subject_id == held.id)
        .order_by(AuditEvent.id)
    )
    return [(event, person) for event, person in rows]


@dataclass(frozen=True)
class Told:
    """One line: when, who or what did it, the words, the picture."""

    at: datetime
    who: str
    words: str
    icon: str


_INTERNAL = ("ticket.noted", "ticket.original_read", "ticket.original_purged")
_NAMED = {
    "ticket.queue_changed": "queue",
    "ticket.category_changed": "category",
    "ticket.project_changed": "project",
    "ticket.assigned": "person",
    "ticket.unassigned": "person",
    "ticket.participant_added": "person",
    "ticket.participant_removed": "person",
}


def told(events: Sequence[tuple[AuditEvent, Person | None]], actor: Actor) -> list[Told]:
    """The record as this reader may see it; names are fetched in one query for each kind of thing."""
    seen = [(event, person) for event, person in events if actor.is_staff or event.name not in _INTERNAL]
    names = _names([event for event, _ in seen])
    return [_line(event, person, names) for event, person in seen]


def _line(event: AuditEvent, person: Person | None, names: Mapping[tuple[str, Any], str]) -> Told:
    facts = event.facts
    kind = _NAMED.get(event.name, "")
    words = {
        "to": names.get((kind, facts.get("to")), _plain(facts.get("to"))),
        "was": names.get((kind, facts.get("was")), _plain(facts.get("was"))),
        "kinds": ", ".join(guard.Kind(one).label for one in facts.get("kinds", ())),
        "channel": Channel(facts["channel"]).words if "channel" in facts else "",
    }
    said = rules.sentence(event.name, facts, words)
    rule = names.get(("rule", facts.get("rule_id")))
    who = f"The rule “{rule}”" if rule else person.name if person else "The portal"
    return Told(event.at, who, said.words, said.icon)


def _plain(value: Any) -> str:
    """Codes that are words themselves: a priority. Anything else is named or left out."""
    return Priority(value).words if value in set(Priority) else "nobody"


def _names(events: Sequence[AuditEvent]) -> dict[tuple[str, Any], str]:
    ids: dict[str, set[int]] = {kind: set() for kind in ("queue", "category", "project", "person", "rule")}
    for event in events:
        kind = _NAMED.get(event.name)
        if kind:
            ids[kind] |= {event.facts[key] for key in ("to", "was") if isinstance(event.facts.get(key), int)}
        if event.facts.get("rule_id"):
            ids["rule"].add(event.facts["rule_id"])
    named: dict[tuple[str, Any], str] = {}
    for kind, table in (("queue", Queue), ("category", Category), ("project", Project), ("rule", TriageRule)):
        if ids[kind]:
            rows = db.session.execute(select(table.id, table.name).where(table.id.in_(ids[kind])).order_by(table.id))
            named |= {(kind, row_id): name for row_id, name in rows}
    if ids["person"]:
        named |= {("person", row_id): name for row_id, name in people.person_names(ids["person"]).items()}
    return named
