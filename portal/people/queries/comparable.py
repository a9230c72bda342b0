"""Comparable databases of victim service providers."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.people.models import ComparableCheck, ComparableDatabase, Organization, Project, RegisterChoice
from portal.people.models import ProjectParticipation as Row
from portal.people.rules import (
    TAKES_PART,
    DatabaseState,
    Participation,
    PartInHmis,
    RegisterChoiceName,
    can_be_id,
    database_state,
)


def comparable_database(agency_id: int) -> ComparableDatabase | None:
    return db.session.scalar(
        select(ComparableDatabase)
        .where(ComparableDatabase.agency_id == agency_id)
        .options(selectinload(ComparableDatabase.checks).joinedload(ComparableCheck.recorded_by))
    )


def comparable_check(agency_id: int, check_id: int) -> ComparableCheck | None:
    if not can_be_id(check_id):
        return None
    return db.session.scalar(
        select(ComparableCheck)
        .join(ComparableDatabase, ComparableDatabase.id == ComparableCheck.database_id)
        .where(ComparableCheck.id == check_id, ComparableDatabase.agency_id == agency_id)
        .options(joinedload(ComparableCheck.recorded_by), joinedload(ComparableCheck.database))
    )


def checks_of(database: ComparableDatabase) -> Select[ComparableCheck]:
    """Latest first."""
    return (
        select(ComparableCheck)
        .where(ComparableCheck.database_id == database.id)
        .order_by(ComparableCheck.checked_on.desc(), ComparableCheck.id.desc())
        .options(joinedload(ComparableCheck.recorded_by))
    )


def database_states(agencies: Iterable[Organization], today: date) -> dict[int, DatabaseState]:
    """Of the victim service providers among these agencies, in one query."""
    ids = [one.id for one in agencies if one.participation is Participation.VSP]
    if not ids:
        return {}
    found = (
        select(ComparableDatabase.agency_id, func.max(ComparableCheck.next_due_on).label("due"))
        .outerjoin(ComparableCheck, ComparableCheck.database_id == ComparableDatabase.id)
        .where(ComparableDatabase.agency_id.in_(ids))
        .group_by(ComparableDatabase.agency_id)
        .order_by(ComparableDatabase.agency_id)
    )
    held = {row.agency_id: row.due for row in db.session.execute(found)}
    return {agency_id: database_state(agency_id in held, held.get(agency_id), today) for agency_id in ids}


def part_in_hmis(part: PartInHmis, today: date) -> ColumnElement[bool]:
    """Which organizations stand so to the HMIS on this day."""
    is_vsp = Organization.participation == Participation.VSP
    database = select(ComparableDatabase.id).where(ComparableDatabase.agency_id == Organization.id)
    fresh = database.join(ComparableCheck, ComparableCheck.database_id == ComparableDatabase.id).where(
        ComparableCheck.next_due_on > today
    )
    return {
        PartInHmis.PARTICIPATING: Organization.participation == Participation.PARTICIPATING,
        PartInHmis.VSP: is_vsp,
        PartInHmis.NOT_PARTICIPATING: Organization.participation == Participation.NOT_PARTICIPATING,
        PartInHmis.DIFFERS: _differs(today),
        PartInHmis.DATABASE_MISSING: is_vsp & ~database.exists(),
        PartInHmis.DATABASE_DUE: is_vsp & database.exists() & ~fresh.exists(),
    }[part]


def _differs(today: date) -> ColumnElement[bool]:
    """As rules.participation_difference has it."""
    held = (
        select(Row.id)
        .join(Project, Project.id == Row.project_id)
        .where(Project.agency_id == Organization.id, Project.ended_on.is_(None), Row.starts_on <= today)
        .where(Row.ended_on.is_(None) | (Row.ended_on >= today))
    )
    taking_part = held.where(Row.type == TAKES_PART).exists()
    participating = Organization.participation == Participation.PARTICIPATING
    return (participating & held.exists() & ~taking_part) | (
        Organization.participation.is_not(None) & ~participating & taking_part
    )


def takes_part_so(code: int | None, day: date) -> ColumnElement[bool]:
    """Which projects take part in HMIS in this way on this day; None for those of which nothing is on record then."""
    held = select(Row.id).where(Row.project_id == Project.id, Row.starts_on <= day)
    held = held.where(Row.ended_on.is_(None) | (Row.ended_on >= day))
    return ~held.exists() if code is None else held.where(Row.type == code).exists()


def register_choice(name: RegisterChoiceName) -> int:
    """What the HMIS Lead chose, or the default."""
    chosen = db.session.scalar(select(RegisterChoice.number).where(RegisterChoice.name == name))
    return name.default if chosen is None else chosen
