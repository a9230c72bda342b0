"""Who answers for what, per agency and CoC, by the roles that people hold; and what nobody holds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import yaml
from sqlalchemy import or_, select, true
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.people.models import Membership, Organization, Person, RoleGrant
from portal.people.rules import OrganizationKind, Participation
from portal.policy import Actor, Permission, Role, reach
from portal.settings import data_dir

CONTACTS = (Role.AGENCY_EXECUTIVE, Role.AGENCY_ADMIN, Role.AGENCY_SECURITY_OFFICER)
"""Whom each participating agency must name."""
_ANYWHERE = frozenset({Role.LEAD_ADMIN, Role.LEAD_STAFF, Role.VENDOR_CONTACT})
"""Held at the HMIS Lead or the vendor, and good for every CoC."""


@dataclass(frozen=True)
class Group:
    """Duties that go together, and by which roles they are held at which kind of place."""

    who: str
    at: OrganizationKind
    roles: frozenset[Role]
    duties: tuple[str, ...]


@cache
def groups() -> tuple[Group, ...]:
    """content/licenses/responsibilities.yml."""
    text = (data_dir("content") / "licenses" / "responsibilities.yml").read_text(encoding="utf-8")
    held: Sequence[Mapping[str, Any]] = yaml.safe_load(text)["groups"]
    return tuple(
        Group(one["who"], OrganizationKind(one["at"]), frozenset(Role(r) for r in one["roles"]), tuple(one["duties"]))
        for one in held
    )


@dataclass(frozen=True)
class Held:
    group: Group
    people: Sequence[RoleGrant]

    @property
    def is_gap(self) -> bool:
        return not self.people


def responsibilities(place: Organization, on: date) -> list[Held]:
    """The groups of duties at this agency or CoC, with whoever holds them on the day."""
    wanted = [one for one in groups() if one.at is place.kind]
    roles = frozenset(role for one in wanted for role in one.roles)
    grants = _grants(roles, on, [place.id])
    return [Held(one, [grant for grant in grants if grant.role in one.roles]) for one in wanted]


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
