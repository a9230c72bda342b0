"""The register as requirements see it: as it stands, or as it was known at a moment."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, true

from portal.db import db
from portal.people.models import Membership, Organization, Person, Project, RoleGrant
from portal.people.rules import OrganizationKind
from portal.policy import Role
from portal.standing.models import LastLogin, LoginReport, RegisterNote
from portal.standing.rules import (
    LoginFacts,
    Note,
    Place,
    PlaceFacts,
    ProjectSpan,
    RoleSpan,
    SubjectKind,
    person_note,
    place_note,
)

Ids = Collection[int] | None
"""Of these subjects; None is all of them."""

SINCE_EVER = datetime(1, 1, 1, tzinfo=UTC)

Askers = Callable[[Ids], Mapping[int, Sequence[RoleSpan]]]
"""Roles that people are only asked for, by person: licenses know them, and app.py hands them over."""

_askers: list[Askers] = []

_Columns = tuple[Any, ...]
_PERSON: _Columns = (Person.id, Person.home_id, Person.added_at, Person.ended_on)
_GRANT: _Columns = (
    RoleGrant.person_id,
    RoleGrant.role,
    RoleGrant.organization_id,
    RoleGrant.starts_on,
    RoleGrant.ended_on,
)
_PROJECT: _Columns = (
    Project.agency_id,
    Project.project_type,
    Project.coc_id,
    Project.starts_on,
    Project.ended_on,
)


def ask_also(askers: Askers) -> None:
    if askers not in _askers:
        _askers.append(askers)


def within(column: Any, ids: Ids) -> ColumnElement[bool]:
    return true() if ids is None else column.in_(ids)


def spans(person_ids: Ids) -> dict[int, tuple[RoleSpan, ...]]:
    """Where people work, and then their roles, as they stand; of everybody, only of who has not ended."""
    found: dict[int, list[RoleSpan]] = {}
    for row in db.session.execute(_people(person_ids)):
        found[row.id] = [RoleSpan(Role.SIGNED_IN, row.home_id, row.added_at.date(), row.ended_on)]
    for person_id, span in _grants(person_ids):
        if person_id in found:
            found[person_id].append(span)
    for asked in _askers:
        for person_id, more in asked(person_ids).items():
            found.get(person_id, []).extend(more)
    return {person_id: tuple(held) for person_id, held in found.items()}


def _people(person_ids: Ids) -> Select[Any]:
    found = select(*_PERSON).order_by(Person.id)
    return found.where(Person.ended_on.is_(None) if person_ids is None else Person.id.in_(person_ids))


def _grants(person_ids: Ids) -> list[tuple[int, RoleSpan]]:
    columns: tuple[Any, ...] = (
        RoleGrant.person_id,
        RoleGrant.role,
        RoleGrant.organization_id,
        RoleGrant.starts_on,
        RoleGrant.ended_on,
    )
    rows = db.session.execute(select(*columns).where(within(RoleGrant.person_id, person_ids)).order_by(RoleGrant.id))
    return [(person_id, RoleSpan(*span)) for person_id, *span in rows]


def places(organization_ids: Ids, with_projects: bool = True) -> dict[int, PlaceFacts]:
    """Organizations as they stand; without their projects where nobody asks for them."""
    cocs: dict[int, set[int]] = defaultdict(set)
    members = select(Membership.organization_id, Membership.coc_id).order_by(Membership.organization_id)
    for organization_id, coc_id in db.session.execute(
        members.where(within(Membership.organization_id, organization_ids))
    ):
        cocs[organization_id].add(coc_id)
    projects = _projects(organization_ids) if with_projects else {}
    columns: tuple[Any, ...] = (Organization.id, Organization.kind, Organization.participation, Organization.ended_on)
    rows = db.session.execute(
        select(*columns).where(within(Organization.id, organization_ids)).order_by(Organization.id)
    )
    return {
        row.id: PlaceFacts(
            _place(row.kind, row.participation),
            frozenset({row.id} if row.kind is OrganizationKind.COC else cocs[row.id]),
            tuple(projects.get(row.id, ())),
            row.ended_on,
        )
        for row in rows
    }


def _projects(organization_ids: Ids) -> Mapping[int, list[ProjectSpan]]:
    found: dict[int, list[ProjectSpan]] = defaultdict(list)
    columns: tuple[Any, ...] = (
        Project.agency_id,
        Project.project_type,
        Project.coc_id,
        Project.starts_on,
        Project.ended_on,
    )
    rows = select(*columns).where(within(Project.agency_id, organization_ids)).order_by(Project.id)
    for agency_id, *span in db.session.execute(rows):
        found[agency_id].append(ProjectSpan(*span))
    return found


def _place(kind: OrganizationKind, participation: str | None) -> Place:
    return Place(participation) if participation else Place(kind.value)


def person_notes(person_ids: Ids, now: datetime | None) -> dict[int, list[Note]]:
    """What was noted of people, in order of time; with `now`, and then as they stand."""
    found = noted(SubjectKind.PERSON, person_ids)
    for row, held in _people_standing(person_ids):
        facts = person_note(row.home_id, row.added_at.date(), row.ended_on, held)
        _append(found.setdefault(row.id, []), facts, now, row.added_at)
    return found


def _people_standing(person_ids: Ids) -> list[tuple[Any, list[RoleSpan]]]:
    held: dict[int, list[RoleSpan]] = defaultdict(list)
    for person_id, span in _grants(person_ids):
        held[person_id].append(span)
    rows = db.session.execute(select(*_PERSON).where(within(Person.id, person_ids)).order_by(Person.id))
    return [(row, held[row.id]) for row in rows]


def place_notes(organization_ids: Ids, now: datetime | None) -> dict[int, list[Note]]:
    """The same of organizations."""
    found = noted(SubjectKind.ORGANIZATION, organization_ids)
    for organization_id, facts in places(organization_ids).items():
        _append(found.setdefault(organization_id, []), place_note(facts), now, SINCE_EVER)
    return found


def _append(notes: list[Note], facts: dict[str, Any], now: datetime | None, since: datetime) -> None:
    """As it stands, when that is not noted yet; where nothing was noted ever, it is taken to have stood so `since`."""
    if not notes:
        notes.append(Note(facts, since))
    elif now is not None and notes[-1].facts != facts:
        notes.append(Note(facts, now))


def noted(kind: SubjectKind, ids: Ids) -> dict[int, list[Note]]:
    """The notes that were kept, by subject."""
    column: Any = RegisterNote.person_id if kind is SubjectKind.PERSON else RegisterNote.organization_id
    found: dict[int, list[Note]] = {}
    columns = (column, RegisterNote.facts, RegisterNote.recorded_at)
    rows = select(*columns).where(column.is_not(None), within(column, ids))
    for subject_id, facts, recorded_at in db.session.execute(rows.order_by(RegisterNote.id)):
        found.setdefault(subject_id, []).append(Note(facts, recorded_at))
    return found


def logins(person_ids: Ids) -> Mapping[int, list[LoginFacts]]:
    """What the vendor's reports told of these people's last logins."""
    found: dict[int, list[LoginFacts]] = defaultdict(list)
    columns: tuple[Any, ...] = (LastLogin.person_id, LoginReport.report_on, LastLogin.last_on, LoginReport.recorded_at)
    rows = select(*columns).join(LoginReport, LoginReport.id == LastLogin.report_id)
    for person_id, *facts in db.session.execute(
        rows.where(within(LastLogin.person_id, person_ids)).order_by(LoginReport.id, LastLogin.person_id)
    ):
        found[person_id].append(LoginFacts(*facts))
    return found


def homes(person_ids: Ids) -> dict[int, int]:
    """Where people work, by person."""
    rows = select(Person.id, Person.home_id).where(within(Person.id, person_ids)).order_by(Person.id)
    return {row.id: row.home_id for row in db.session.execute(rows)}
