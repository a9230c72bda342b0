"""The register as the rows of a list are held against it: all of it, or only whom one row can be about."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true

from portal.db import db, remembered
from portal.licenses.models import License, Seats
from portal.licenses.rules import OPEN
from portal.licenses.rules.register import Known, LicenseKnown, PersonKnown, PlaceKnown
from portal.licenses.rules.staff import DETAILS, Facts
from portal.people.models import Membership, Organization, Person, RoleGrant
from portal.people.rules import OrganizationKind
from portal.standing import queries as standing

_PEOPLE: tuple[Any, ...] = (
    *(Person.id, Person.email, Person.home_id, Person.ended_on),
    *(getattr(Person, name) for name in DETAILS),
)


def register(of: Facts | None = None, person_id: int | None = None) -> Known:
    """Everybody, or whom these facts can be about, by login ID, address, or a person's decision."""
    people = _people(_about(of, person_id) if of is not None else true())
    ids = None if of is None else set(people)
    return Known(
        names=remembered("roster.names", standing.organizations_by_name, Organization),
        places=remembered("roster.places", _places, Organization, Membership),
        people=people,
        by_email={one.email: one.id for one in people.values() if one.email},
        by_login=_by_login(ids),
        by_name=_by_name(people) if of is None else {},
    )


def _about(facts: Facts, person_id: int | None) -> ColumnElement[bool]:
    holding = select(License.person_id).where(
        func.lower(License.login_id) == facts.login_id.lower(), License.login_id != "", License.state.in_(OPEN)
    )
    by_address = (Person.email == facts.email) & (Person.email != "")
    return or_(by_address, Person.id.in_(holding), Person.id == person_id)


def _people(which: ColumnElement[bool]) -> dict[int, PersonKnown]:
    rows = db.session.execute(select(*_PEOPLE).where(which).order_by(Person.id)).all()
    ids = None if len(rows) > MOST_NAMED else [row.id for row in rows]
    roles, licenses = _roles(ids), _licenses(ids)
    return {
        row.id: PersonKnown(
            row.id,
            row.email,
            {name: getattr(row, name) for name in DETAILS},
            row.home_id,
            row.ended_on is None,
            frozenset(roles.get(row.id, ())),
            licenses.get(row.id, {}),
        )
        for row in rows
    }


MOST_NAMED = 500
"""Ids that a statement names one by one; of more people all rows are read."""


def _roles(ids: Collection[int] | None) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = select(RoleGrant.person_id, RoleGrant.role, RoleGrant.organization_id).where(RoleGrant.ended_on.is_(None))
    of_them = rows if ids is None else rows.where(RoleGrant.person_id.in_(ids))
    for person_id, role, place_id in db.session.execute(of_them.order_by(RoleGrant.id)):
        found[person_id].append((role, place_id))
    return found


def _licenses(ids: Collection[int] | None) -> Mapping[int, dict[int, LicenseKnown]]:
    found: dict[int, dict[int, LicenseKnown]] = defaultdict(dict)
    columns = (License.person_id, License.agency_id, License.state, License.login_id)
    rows = select(*columns).where(License.state.in_(OPEN))
    of_them = rows if ids is None else rows.where(License.person_id.in_(ids))
    for person_id, agency_id, state, login_id in db.session.execute(of_them.order_by(License.id)):
        found[person_id][agency_id] = LicenseKnown(state, login_id)
    return found


def _by_login(ids: Collection[int] | None) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    rows = select(License.login_id, License.person_id).where(License.login_id != "", License.state.in_(OPEN))
    of_them = rows if ids is None else rows.where(License.person_id.in_(ids))
    for login_id, person_id in db.session.execute(of_them.order_by(License.id)):
        found[login_id.lower()].add(person_id)
    return {login_id: frozenset(people) for login_id, people in found.items()}


def _by_name(people: Mapping[int, PersonKnown]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = defaultdict(list)
    for one in people.values():
        found[one.name.casefold()].append(one.id)
    return {name: tuple(ids) for name, ids in found.items()}


def _places() -> dict[int, PlaceKnown]:
    """Agencies and the HMIS Lead, with the CoCs in which they work."""
    cocs: dict[int, dict[str, int]] = defaultdict(dict)
    coc = Organization
    rows = select(Membership.organization_id, coc.id, coc.name, coc.short_name, coc.code)
    for place_id, coc_id, *names in db.session.execute(
        rows.join(coc, coc.id == Membership.coc_id).order_by(Membership.organization_id, coc.id)
    ):
        cocs[place_id].update({name.lower(): coc_id for name in names if name})
    kinds = (OrganizationKind.AGENCY, OrganizationKind.HMIS_LEAD)
    columns: tuple[Any, ...] = (coc.id, coc.name, coc.kind, coc.participation, coc.ended_on)
    found = db.session.execute(select(*columns).where(coc.kind.in_(kinds)).order_by(coc.id))
    return {
        row.id: PlaceKnown(row.id, row.name, row.kind, row.participation, cocs[row.id], row.ended_on is not None)
        for row in found
    }


def seats_bought() -> Mapping[tuple[int, int], list[tuple[date, int, int]]]:
    """By agency and CoC, as `rules.bought_on` reads it."""
    found: dict[tuple[int, int], list[tuple[date, int, int]]] = defaultdict(list)
    for row in db.session.scalars(select(Seats).order_by(Seats.id)):
        found[row.agency_id, row.coc_id].append((row.starts_on, row.id, row.number))
    return found


def people_at(agency_ids: Collection[int]) -> Sequence[tuple[PersonKnown, int]]:
    """Everybody who works, holds a role or a license at these agencies, once for each of them, by name."""
    held = select(RoleGrant.person_id).where(RoleGrant.organization_id.in_(agency_ids), RoleGrant.ended_on.is_(None))
    licensed = select(License.person_id).where(License.agency_id.in_(agency_ids), License.state.in_(OPEN))
    here = or_(Person.home_id.in_(agency_ids), Person.id.in_(held), Person.id.in_(licensed))
    people = sorted(_people(here & Person.ended_on.is_(None)).values(), key=lambda one: (one.name.casefold(), one.id))
    return [(one, agency_id) for one in people for agency_id in sorted(agency_ids) if one.is_at(agency_id)]
