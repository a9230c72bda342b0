"""Seats bought and used, per agency and CoC."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from portal.db import db
from portal.licenses.models import License, Seats
from portal.licenses.rules import SEATED, LicenseState, SeatCount, bought_on
from portal.people.models import Membership, Organization
from portal.people.rules import OrganizationKind
from portal.policy import Actor, Permission, reach


@dataclass(frozen=True)
class SeatRow:
    agency_id: int
    agency: str
    coc_id: int
    coc: str
    count: SeatCount


def seat_rows(actor: Actor, on: date, agency_id: int | None = None) -> list[SeatRow]:
    """One for each agency in each of its CoCs, what is over first; three queries, whatever the number of agencies."""
    held = reach(actor, Permission.SEAT_READ)
    coc = aliased(Organization)
    pairs = (
        select(Organization.id, Organization.name, coc.id.label("coc_id"), coc.name.label("coc_name"))
        .join(Membership, Membership.organization_id == Organization.id)
        .join(coc, coc.id == Membership.coc_id)
        .where(Organization.kind == OrganizationKind.AGENCY, Organization.ended_on.is_(None))
        .where(true() if held.everything else or_(Organization.id.in_(held.organizations)))
        .where(true() if agency_id is None else Organization.id == agency_id)
        .order_by(Organization.name, Organization.id, coc.name, coc.id)
    )
    bought, used = _bought(), _used()
    rows = [
        SeatRow(row.id, row.name, row.coc_id, row.coc_name, _count(bought, used, (row.id, row.coc_id), on))
        for row in db.session.execute(pairs)
    ]
    return sorted(rows, key=lambda one: (not one.count.is_over, not one.count.will_be_over))


Key = tuple[int, int | None]


def _count(
    bought: dict[Key, list[tuple[date, int, int]]], used: dict[Key, dict[LicenseState, int]], key: Key, on: date
) -> SeatCount:
    held = used.get(key, {})
    return SeatCount(
        bought_on(bought.get(key, ()), on),
        sum(held.get(state, 0) for state in SEATED),
        held.get(LicenseState.REQUESTED, 0),
    )


def _bought() -> dict[Key, list[tuple[date, int, int]]]:
    found: dict[Key, list[tuple[date, int, int]]] = defaultdict(list)
    for row in db.session.scalars(select(Seats).order_by(Seats.id)):
        found[row.agency_id, row.coc_id].append((row.starts_on, row.id, row.number))
    return found


def _used() -> dict[Key, dict[LicenseState, int]]:
    found: dict[Key, dict[LicenseState, int]] = defaultdict(dict)
    columns = (License.agency_id, License.coc_id, License.state)
    for agency_id, coc_id, state, number in db.session.execute(
        select(*columns, func.count()).group_by(*columns).order_by(*columns)
    ):
        found[agency_id, coc_id][state] = number
    return found


def seat_history(agency_id: int) -> Sequence[Seats]:
    """What was bought from when on, the latest first."""
    found = select(Seats).where(Seats.agency_id == agency_id).options(joinedload(Seats.coc))
    return db.session.scalars(found.order_by(Seats.starts_on.desc(), Seats.id.desc())).all()
