"""What the register holds, as rows of a roster: an export is compared with the live register."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.hmis_csv.models import HmisUser
from portal.hmis_csv.rules.difference import RosterSnapshot, plain_name
from portal.hmis_csv.rules.places import DESCRIPTORS, NOT_KEPT, OF_PROJECT, of_descriptor
from portal.hmis_csv.rules.roster import ROWS, Organization, Project, Roster, RosterRow, User
from portal.people.models import MODELS, Membership, OfProject
from portal.people.models import Organization as Place
from portal.people.models import Project as Program
from portal.people.rules import OrganizationKind, Participation


@dataclass(frozen=True)
class Register:
    """The rows that have a key in the HMIS, and by name those that have none yet."""

    snapshot: RosterSnapshot
    agencies: Mapping[str, Place]
    """by OrganizationID"""
    projects: Mapping[str, Program]
    """by ProjectID"""
    cocs: Mapping[str, Place]
    """by CoC number"""
    nameless_agencies: Mapping[str, int]
    """ids by plain name, of agencies without a key"""
    nameless_projects: Mapping[tuple[str, str], int]
    """the same of projects, by the agency's key and plain name"""


def register(incoming: Roster) -> Register:
    """As it stands now. `incoming` tells which ended rows are still alive in the HMIS, so that they are not retired."""
    agencies, unnamed_agencies = _agencies()
    projects, unnamed_projects = _projects()
    users = {one.key: one for one in db.session.scalars(select(HmisUser).order_by(HmisUser.id))}
    alive = {file: {row.key: row for row in incoming.alive(file)} for file in ROWS}
    retired = {
        "Organization": frozenset(key for key, one in agencies.items() if one.ended_on),
        "Project": frozenset(key for key, one in projects.items() if one.ended_on and key not in alive["Project"]),
        "User": frozenset(key for key, one in users.items() if one.ended_on),
    }
    files: dict[str, Mapping[str, RosterRow]] = {
        "Organization": {key: _organization(key, one) for key, one in agencies.items()},
        "Project": {key: _project(key, one) for key, one in projects.items()},
        **{file: _descriptors(file, retired["Project"]) for file in DESCRIPTORS},
        "User": {key: _user(one) for key, one in users.items()},
    }
    overlaid = {file: _overlaid(file, rows, alive[file]) for file, rows in files.items()}
    return Register(
        RosterSnapshot(overlaid, retired),
        agencies,
        projects,
        _cocs(),
        {plain_name(one.name): one.id for one in unnamed_agencies},
        {(one.agency.code, plain_name(one.name)): one.id for one in unnamed_projects if one.agency.code},
    )


def _agencies() -> tuple[dict[str, Place], list[Place]]:
    found = select(Place).where(Place.kind == OrganizationKind.AGENCY).order_by(Place.ended_on.is_(None), Place.id)
    rows = db.session.scalars(found.options(selectinload(Place.memberships).joinedload(Membership.coc))).all()
    return {one.code: one for one in rows if one.code}, [one for one in rows if not one.code and not one.ended_on]


def _projects() -> tuple[dict[str, Program], list[Program]]:
    found = select(Program).order_by(Program.ended_on.is_(None), Program.id)
    rows = db.session.scalars(found.options(joinedload(Program.agency), joinedload(Program.coc))).all()
    return {one.hmis_id: one for one in rows if one.hmis_id}, [
        one for one in rows if not one.hmis_id and not one.ended_on
    ]


def _cocs() -> dict[str, Place]:
    found = select(Place).where(Place.kind == OrganizationKind.COC, Place.ended_on.is_(None), Place.code != "")
    return {one.code: one for one in db.session.scalars(found.order_by(Place.id))}


def _organization(key: str, one: Place) -> Organization:
    is_vsp = int(one.participation is Participation.VSP)
    return Organization(
        key=key, updated=None, deleted=None, organization_name=one.name, common_name="", victim_service_provider=is_vsp
    )


def _project(key: str, one: Program) -> Project:
    facts: dict[str, Any] = {here: getattr(one, there) for here, there in OF_PROJECT.items()}
    return Project(key=key, updated=None, deleted=None, organization=one.agency.code, **facts)


def _descriptors(file: str, retired: frozenset[str]) -> dict[str, RosterRow]:
    """Rows of retired projects stay as they were: the register lets them rest, and so does the comparison."""
    model: type[OfProject] = MODELS[DESCRIPTORS[file]]
    found = (
        select(model, Program.hmis_id)
        .join(Program, Program.id == model.project_id)
        .where(model.hmis_id.is_not(None))
        .order_by(model.id)
    )
    return {
        str(row.hmis_id): ROWS[file](
            **{
                "key": row.hmis_id,
                "updated": None,
                "deleted": None,
                "project": project_key,
                **{here: getattr(row, there) for here, there in of_descriptor(file).items()},
            }
        )
        for row, project_key in db.session.execute(found)
        if project_key not in retired
    }


def _user(one: HmisUser) -> User:
    return User(
        key=one.key,
        updated=None,
        deleted=None,
        first_name=one.first_name,
        last_name=one.last_name,
        phone="",
        extension="",
        email=one.email,
    )


def _overlaid(file: str, rows: Mapping[str, RosterRow], alive: Mapping[str, RosterRow]) -> Mapping[str, RosterRow]:
    names = NOT_KEPT.get(file, ())
    if not names:
        return rows
    return {
        key: replace(row, **{name: getattr(alive[key], name) for name in names}) if key in alive else row
        for key, row in rows.items()
    }


def descriptors_by_key(file: str, keys: Iterable[str]) -> dict[str, OfProject]:
    model: type[OfProject] = MODELS[DESCRIPTORS[file]]
    wanted = frozenset(keys)
    found = select(model).where(model.hmis_id.is_not(None)).order_by(model.id)
    return {row.hmis_id: row for row in db.session.scalars(found) if row.hmis_id in wanted}
