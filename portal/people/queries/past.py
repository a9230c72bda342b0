"""The register as it was: one row, or a list of them, at the end of a past day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from portal.people.models import Organization, Person, Project, RegisterVersion
from portal.people.queries.people import people_visible_to
from portal.people.queries.register import organizations_visible_to, projects_visible_to
from portal.people.queries.snapshots import Row
from portal.people.queries.versions import Named, held_before, titles_before, version_before, versions_around
from portal.people.rules import Line, RegisterKind, changes, described, named_in
from portal.policy import Actor, Permission, Reach, reach

_READING = {
    RegisterKind.ORGANIZATION: Permission.ORGANIZATION_READ,
    RegisterKind.PROJECT: Permission.PROJECT_READ,
    RegisterKind.PERSON: Permission.PERSON_READ,
}
_VISIBLE: Mapping[RegisterKind, tuple[Callable[[Actor], Select[Any]], Any]] = {
    RegisterKind.ORGANIZATION: (organizations_visible_to, Organization.id),
    RegisterKind.PROJECT: (projects_visible_to, Project.id),
    RegisterKind.PERSON: (people_visible_to, Person.id),
}


@dataclass(frozen=True)
class PastFilter:
    """What a list of the past is narrowed to. `facts` are ids and codes that a state must have."""

    q: str = ""
    ended: bool = False
    facts: tuple[tuple[str, int | str], ...] = ()


def past_state(actor: Actor, row: Row, moment: datetime) -> RegisterVersion | None:
    """How the row stood just before this moment; None where that is not kept, or was not the actor's to see then."""
    kept = version_before(row, moment)
    return kept if kept is not None and _may_see(actor, kept) else None


def _may_see(actor: Actor, kept: RegisterVersion) -> bool:
    """As `_seen` has it for lists."""
    held = reach(actor, _READING[kept.kind])
    if held.everything or kept.kind is RegisterKind.ORGANIZATION:
        return True
    if kept.kind is RegisterKind.PROJECT:
        return kept.facts["agency_id"] in held.organizations or kept.facts["coc_id"] in held.cocs
    return kept.facts["home_id"] in held.organizations or (held.own and kept.subject_id == actor.person_id)


def past_states(actor: Actor, kind: RegisterKind, moment: datetime, wanted: PastFilter) -> Select[RegisterVersion]:
    """How the rows stood that one may see now and could have seen then, by what they were called."""
    visible, column = _VISIBLE[kind]
    ids = visible(actor).order_by(None).with_only_columns(column)
    found = select(RegisterVersion).where(
        RegisterVersion.kind == kind,
        held_before(moment),
        RegisterVersion.subject_id.in_(ids),
        _seen(kind, reach(actor, _READING[kind]), actor),
        _ended() if wanted.ended else ~_ended(),
        *(_fact(name, value) for name, value in wanted.facts),
    )
    if wanted.q:
        found = found.where(*(RegisterVersion.title.icontains(word, autoescape=True) for word in wanted.q.split()[:6]))
    return found.order_by(RegisterVersion.title, RegisterVersion.id)


def _seen(kind: RegisterKind, held: Reach, actor: Actor) -> ColumnElement[bool]:
    if held.everything or kind is RegisterKind.ORGANIZATION:
        return true()
    if kind is RegisterKind.PROJECT:
        return or_(_among("agency_id", held.organizations), _among("coc_id", held.cocs))
    own = RegisterVersion.subject_id == actor.person_id if held.own else false()
    return or_(_among("home_id", held.organizations), own)


def _among(name: str, ids: Iterable[int]) -> ColumnElement[bool]:
    held: ColumnElement[int] = RegisterVersion.facts[name].as_integer()
    return held.in_(tuple(ids))


def _ended() -> ColumnElement[bool]:
    """As the lists of today have it: who has a day of ending has ended."""
    day: ColumnElement[str | None] = RegisterVersion.facts["ended_on"].as_string()
    return day.is_not(None)


def _fact(name: str, value: int | str) -> ColumnElement[bool]:
    held = RegisterVersion.facts[name]
    column: ColumnElement[Any] = held.as_integer() if isinstance(value, int) else held.as_string()
    return column == value


def lines_of(kept: Sequence[RegisterVersion], moment: datetime) -> dict[int, list[Line]]:
    """Each state in words, with the names that others had just before this moment; by the version's id."""
    names = _names(kept, moment)
    return {one.id: described(one.kind, one.facts, one.words, names) for one in kept}


def _names(kept: Sequence[RegisterVersion], moment: datetime) -> dict[Named, str]:
    wanted: dict[RegisterKind, set[int]] = {}
    for one in kept:
        for kind, ids in named_in(one.facts).items():
            wanted.setdefault(kind, set()).update(ids)
    return titles_before(moment, wanted)


def changes_at(actor: Actor, row: Row, moments: Iterable[datetime], now: datetime) -> dict[datetime, list[str]]:
    """What changed at each of these moments, in words; names are those of now.

    Nothing for a row's first state, and nothing where one of the two states was not the actor's to see.
    """
    kept = [one for one in versions_around(row, moments) if _may_see(actor, one)]
    lines = lines_of(kept, now)
    began = {one.since: one for one in kept}
    return {one.until: changes(lines[one.id], lines[began[one.until].id]) for one in kept if one.until in began}
