"""Who answers for what, per agency and CoC: whoever was named for a duty, else whoever holds the role for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import yaml
from sqlalchemy import Select, or_, select, true
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.licenses.models import Assignment
from portal.people.models import Membership, Organization, Person, RoleGrant
from portal.people.rules import LEAD_ROLES, OrganizationKind, Participation, can_be_id
from portal.policy import Actor, Permission, Role, reach
from portal.settings import data_dir
from portal.tables import Order

CONTACTS = (Role.AGENCY_EXECUTIVE, Role.AGENCY_ADMIN, Role.AGENCY_SECURITY_OFFICER)
"""Whom each participating agency must name."""
_ANYWHERE = frozenset({Role.LEAD_ADMIN, Role.LEAD_STAFF, Role.VENDOR_CONTACT})
"""Held at the HMIS Lead or the vendor, and good for every CoC."""
LATEST_ASSIGNMENTS = Order((Assignment.id,), descending=True)


@dataclass(frozen=True)
class Group:
    """Duties that go together, by code, and by which roles they are held at which kind of place."""

    who: str
    at: OrganizationKind
    roles: frozenset[Role]
    duties: Mapping[str, str]


@cache
def groups() -> tuple[Group, ...]:
    """content/licenses/responsibilities.yml."""
    text = (data_dir("content") / "licenses" / "responsibilities.yml").read_text(encoding="utf-8")
    held: Sequence[Mapping[str, Any]] = yaml.safe_load(text)["groups"]
    return tuple(
        Group(one["who"], OrganizationKind(one["at"]), frozenset(Role(r) for r in one["roles"]), one["duties"])
        for one in held
    )


def duties_at(place: Organization) -> dict[str, str]:
    """The duties of this kind of place, in words by code."""
    return {code: words for one in groups() if one.at is place.kind for code, words in one.duties.items()}


@dataclass(frozen=True)
class Duty:
    """One duty with whoever was named for it; where nobody was, the holders of the role answer for it."""

    code: str
    words: str
    named: Sequence[Assignment]
    by_role: Sequence[RoleGrant]

    @property
    def is_gap(self) -> bool:
        return not self.named and not self.by_role


@dataclass(frozen=True)
class Held:
    group: Group
    people: Sequence[RoleGrant]
    duties: Sequence[Duty]

    @property
    def is_gap(self) -> bool:
        return all(one.is_gap for one in self.duties)

    @property
    def gaps(self) -> int:
        return sum(one.is_gap for one in self.duties)


def responsibilities(place: Organization, on: date) -> list[Held]:
    """The groups of duties at this agency or CoC, with whoever answers for them on the day; two queries."""
    wanted = [one for one in groups() if one.at is place.kind]
    grants = _grants(frozenset(role for one in wanted for role in one.roles), on, [place.id])
    named: dict[str, list[Assignment]] = defaultdict(list)
    for assignment in _named(place.id, on):
        named[assignment.duty].append(assignment)
    return [_held(one, [grant for grant in grants if grant.role in one.roles], named) for one in wanted]


def _held(group: Group, people: Sequence[RoleGrant], named: Mapping[str, Sequence[Assignment]]) -> Held:
    duties = [Duty(code, words, named.get(code, ()), people) for code, words in group.duties.items()]
    return Held(group, people, duties)


def _named(place_id: int, on: date) -> Sequence[Assignment]:
    found = assignments(place_id).where(
        Assignment.starts_on <= on,
        or_(Assignment.ended_on.is_(None), Assignment.ended_on > on),
        Assignment.person_id.in_(select(Person.id).where(Person.ended_on.is_(None))),
    )
    return db.session.scalars(found.order_by(None).order_by(Assignment.id)).all()


def assignments(place_id: int) -> Select[Assignment]:
    """All that were ever made at this place, the latest first."""
    found = select(Assignment).where(Assignment.place_id == place_id).order_by(Assignment.id.desc())
    return found.options(
        joinedload(Assignment.person), joinedload(Assignment.given_by), joinedload(Assignment.ended_by)
    )


def assignment(assignment_id: int) -> Assignment | None:
    if not can_be_id(assignment_id):
        return None
    place = joinedload(Assignment.place).selectinload(Organization.memberships)
    found = select(Assignment).where(Assignment.id == assignment_id).options(joinedload(Assignment.person), place)
    return db.session.scalar(found)


def is_named(place_id: int, duty: str, person_id: int) -> bool:
    """Was this person named for it, without an end?"""
    found = select(Assignment.id).where(
        Assignment.place_id == place_id,
        Assignment.duty == duty,
        Assignment.person_id == person_id,
        Assignment.ended_on.is_(None),
    )
    return db.session.scalar(found.limit(1)) is not None


def nameable(place: Organization) -> Sequence[Person]:
    """Who works at the place or holds a role there; for a CoC also the HMIS Lead's people and those of its vendor."""
    held = RoleGrant.organization_id == place.id
    if place.kind is OrganizationKind.COC:
        held = or_(held, RoleGrant.role.in_((*LEAD_ROLES, Role.VENDOR_CONTACT)))
    holding = select(RoleGrant.person_id).where(held, RoleGrant.ended_on.is_(None))
    found = select(Person).where(or_(Person.home_id == place.id, Person.id.in_(holding)), Person.ended_on.is_(None))
    return db.session.scalars(found.order_by(Person.last_name, Person.first_name, Person.id)).all()


def _grants(roles: frozenset[Role], on: date, place_ids: Sequence[int]) -> Sequence[RoleGrant]:
    found = select(RoleGrant).join(Person, Person.id == RoleGrant.person_id)
    found = found.where(
        RoleGrant.role.in_(roles),
        RoleGrant.starts_on <= on,
        or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > on),
        Person.ended_on.is_(None),
        or_(RoleGrant.organization_id.in_(place_ids), RoleGrant.role.in_(_ANYWHERE)),
    )
    named = found.order_by(RoleGrant.organization_id, Person.last_name, Person.first_name, RoleGrant.id)
    return db.session.scalars(named.options(joinedload(RoleGrant.person))).all()


@dataclass(frozen=True)
class ContactRow:
    """An agency and whom it has named for each of the contacts."""

    agency: Organization
    named: Mapping[Role, Sequence[RoleGrant]]

    @property
    def gaps(self) -> int:
        return sum(not self.named.get(role) for role in CONTACTS)


def contacts(actor: Actor, on: date) -> list[ContactRow]:
    """Participating agencies, the one with most gaps first; two queries."""
    held = reach(actor, Permission.RESPONSIBILITY_READ)
    in_cocs = select(Membership.organization_id).where(Membership.coc_id.in_(held.cocs))
    found = select(Organization).where(
        Organization.kind == OrganizationKind.AGENCY,
        Organization.participation == Participation.PARTICIPATING,
        Organization.ended_on.is_(None),
        true() if held.everything else or_(Organization.id.in_(held.organizations), Organization.id.in_(in_cocs)),
    )
    agencies = db.session.scalars(found.order_by(Organization.name, Organization.id)).all()
    named: dict[int, dict[Role, list[RoleGrant]]] = defaultdict(lambda: defaultdict(list))
    for grant in _grants(frozenset(CONTACTS), on, [one.id for one in agencies]):
        named[grant.organization_id][grant.role].append(grant)
    rows = [ContactRow(one, named[one.id]) for one in agencies]
    return sorted(rows, key=lambda row: (-row.gaps, row.agency.name))
