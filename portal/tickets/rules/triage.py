"""Triage by rules, and who gets the next ticket."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.tickets.rules.words import Channel, Priority


class Assign(StrEnum):
    BY_LOAD = "by_load"
    PERSON = "person"
    NONE = "none"

    @property
    def words(self) -> str:
        return ASSIGN_WORDS[self]


ASSIGN_WORDS: Mapping[Assign, str] = MappingProxyType(
    {
        Assign.BY_LOAD: "the least loaded person of the queue",
        Assign.PERSON: "one person",
        Assign.NONE: "nobody yet",
    }
)


@dataclass(frozen=True)
class TicketFacts:
    """What triage looks at."""

    category_id: int
    agency_id: int | None
    coc_id: int | None
    project_type: int | None
    channel: Channel
    text: str
    """Subject and opening together."""


@dataclass(frozen=True)
class Condition:
    """All that are given must hold; within one, any value is enough."""

    categories: frozenset[int] = frozenset()
    agencies: frozenset[int] = frozenset()
    cocs: frozenset[int] = frozenset()
    project_types: frozenset[int] = frozenset()
    channels: frozenset[Channel] = frozenset()
    words: tuple[str, ...] = ()

    def holds(self, facts: TicketFacts) -> bool:
        return (
            (not self.categories or facts.category_id in self.categories)
            and (not self.agencies or facts.agency_id in self.agencies)
            and (not self.cocs or facts.coc_id in self.cocs)
            and (not self.project_types or facts.project_type in self.project_types)
            and (not self.channels or facts.channel in self.channels)
            and (not self.words or _has_any(facts.text, self.words))
        )


def _has_any(text: str, words: Iterable[str]) -> bool:
    """Whole words, whatever their case."""
    joined = "|".join(re.escape(word.strip()) for word in words if word.strip())
    return bool(re.search(rf"(?<!\w)(?:{joined})(?!\w)", text, re.IGNORECASE))


@dataclass(frozen=True)
class Rule:
    id: int
    when: Condition
    queue_id: int | None = None
    priority: Priority | None = None
    assign: Assign | None = None
    assignee_id: int | None = None


@dataclass(frozen=True)
class Decision:
    """What triage sets, each with the id of the rule that set it (None: no rule did)."""

    queue_id: int
    priority: Priority
    assign: Assign
    assignee_id: int | None = None
    by: Mapping[str, int] = field(default_factory=dict)
    """"queue", "priority", "assign" → rule id"""


def decide(
    rules: Sequence[Rule],
    facts: TicketFacts,
    queue_id: int,
    priority: Priority,
    restricted: frozenset[int] = frozenset(),
) -> Decision:
    """Rules from the top; for each thing the first rule that sets it wins. Without one, the given defaults stand.

    No rule leads out of a restricted queue: a grievance that happens to name a report stays among those few who may
    read it.
    """
    chosen: dict[str, Any] = {"queue": queue_id, "priority": priority, "assign": (Assign.NONE, None)}
    by: dict[str, int] = {}
    for rule in rules:
        if not rule.when.holds(facts):
            continue
        person = (rule.assign, rule.assignee_id) if rule.assign is not None else None
        for thing, value in (("queue", rule.queue_id), ("priority", rule.priority), ("assign", person)):
            leaks = thing == "queue" and queue_id in restricted and value not in restricted
            if value is not None and thing not in by and not leaks:
                chosen[thing], by[thing] = value, rule.id
    assign, assignee_id = chosen["assign"]
    return Decision(chosen["queue"], chosen["priority"], assign, assignee_id, by)


@dataclass(frozen=True)
class Load:
    """One person's open work: weighted by priority, and when something was last given to them."""

    person_id: int
    weight: int
    last_given_at: datetime | None


PRIORITY_WEIGHT: Mapping[Priority, int] = MappingProxyType(
    {Priority.LOW: 1, Priority.NORMAL: 2, Priority.HIGH: 3, Priority.URGENT: 5}
)


def least_loaded(loads: Sequence[Load]) -> int | None:
    """Whoever carries least; among equals, whose last ticket is longest ago; then the lowest id: repeatable."""
    if not loads:
        return None
    never = datetime.min.replace(tzinfo=UTC)
    return min(loads, key=lambda load: (load.weight, load.last_given_at or never, load.person_id)).person_id
