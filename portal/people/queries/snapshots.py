"""How a row of the register stands now, as plain facts that can be kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.db import db
from portal.people.models import ComparableDatabase, Holiday, Organization, Person, Project, RoleGrant
from portal.people.queries.descriptors import descriptors_of
from portal.people.rules import PROJECT_ELEMENTS, OrganizationKind, Participation, RegisterKind

Row = Organization | Project | Person

ORGANIZATION_WORDS = ("name", "short_name", "city", "phone", "mail_domain")
ORGANIZATION_FACTS = ("kind", "participation", "code", "time_zone", "link_only_letters", "ended_on")
PROJECT_WORDS = ("name", "common_name")
PROJECT_FACTS = (
    *("agency_id", "coc_id", "project_type", "hmis_id", "is_funded", "starts_on", "ended_on"),
    *(element.name for element in PROJECT_ELEMENTS if element.name != "common_name"),
)
PERSON_WORDS = ("first_name", "last_name", "email", "phone", "job_title")
PERSON_FACTS = ("home_id", "job_kind", "ended_on")
ROLE_FACTS = ("role", "organization_id", "starts_on", "ended_on")


@dataclass(frozen=True)
class Snapshot:
    """`facts` hold ids, codes and dates; `words` and `title` text that names somebody or something."""

    title: str
    facts: dict[str, Any]
    words: dict[str, Any]


def kind_of(row: Row) -> RegisterKind:
    return RegisterKind(row.__tablename__)


def hold(row: Row) -> None:
    """Let nobody else change this row until this transaction ends, and read what others changed before.

    So that of two who change one row at once the second keeps what the first made of it. SQLite has one writer anyway.
    """
    columns = [column.key for column in type(row).__mapper__.column_attrs]
    db.session.refresh(row, columns, with_for_update={"key_share": True})


def snapshot(row: Row) -> Snapshot:
    if isinstance(row, Organization):
        return Snapshot(row.name, _of_organization(row), _plain(row, ORGANIZATION_WORDS))
    if isinstance(row, Project):
        return Snapshot(row.name, _of_project(row), _plain(row, PROJECT_WORDS))
    return Snapshot(f"{row.last_name}, {row.first_name}", _of_person(row), _plain(row, PERSON_WORDS))


def _of_organization(row: Organization) -> dict[str, Any]:
    facts = {**_plain(row, ORGANIZATION_FACTS), "cocs": sorted(one.coc_id for one in row.memberships)}
    if row.kind is OrganizationKind.COC:
        facts["holidays"] = _holidays(row.id)
    if row.participation is Participation.VSP:
        facts["comparable"] = _comparable(row.id)
    return facts


def _holidays(coc_id: int) -> list[list[str]]:
    found = select(Holiday.day, Holiday.name).where(Holiday.coc_id == coc_id).order_by(Holiday.day, Holiday.id)
    return [[row.day.isoformat(), row.name] for row in db.session.execute(found)]


def _comparable(agency_id: int) -> dict[str, Any] | None:
    held = db.session.scalar(select(ComparableDatabase).where(ComparableDatabase.agency_id == agency_id))
    if held is None:
        return None
    latest = _plain(held.latest, ("id", "checked_on", "next_due_on", "answers")) if held.latest else None
    return {"product": held.product, "vendor": held.vendor, "latest": latest}


def _of_project(row: Project) -> dict[str, Any]:
    described = {
        kind.value: [_plain(one, ("id", "hmis_id", *(element.name for element in kind.elements))) for one in rows]
        for kind, rows in descriptors_of(row).items()
        if rows
    }
    return {**_plain(row, PROJECT_FACTS), "descriptors": described}


def _of_person(row: Person) -> dict[str, Any]:
    """Roles are read, not taken from the person, who may have been given one that she does not know of yet."""
    found = select(RoleGrant).where(RoleGrant.person_id == row.id).order_by(RoleGrant.id)
    roles = [_plain(one, ("id", *ROLE_FACTS)) for one in db.session.scalars(found)]
    return {**_plain(row, PERSON_FACTS), "roles": roles}


def _plain(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """As JSON gives it back."""
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
