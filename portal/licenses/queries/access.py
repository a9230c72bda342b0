"""The register's own user-access report: who had which role or license at an agency in a period."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.licenses.models import AccessReview, License, LicenseStep
from portal.licenses.rules import Move
from portal.people.models import Person, RoleGrant, SignedInSession


@dataclass(frozen=True)
class AccessLine:
    """One role or license of one person; `began` and `ended` say what changed in the period."""

    person: Person
    what: str
    starts_on: date
    ended_on: date | None
    began: bool
    ended: bool
    last_sign_in: datetime | None

    @property
    def is_current(self) -> bool:
        return self.ended_on is None and self.person.is_active

    @property
    def change(self) -> str:
        return " and ".join(word for word, is_so in (("began", self.began), ("ended", self.ended)) if is_so)


def access_report(agency_id: int, since: date, until: date) -> list[AccessLine]:
    """By name; what held on at least one day of the period. Days are those of UTC. Four queries."""
    held = [*_roles(agency_id, since, until), *_licenses(agency_id, since, until)]
    seen = _last_sign_in({person.id for person, *_ in held})
    lines = [
        AccessLine(
            person, what, starts, ended, starts >= since, ended is not None and ended <= until, seen.get(person.id)
        )
        for person, what, starts, ended in held
    ]
    return sorted(lines, key=lambda one: (one.person.last_name, one.person.first_name, one.person.id, one.what))


_Held = tuple[Person, str, date, date | None]


def _roles(agency_id: int, since: date, until: date) -> list[_Held]:
    found = select(RoleGrant).where(
        RoleGrant.organization_id == agency_id,
        RoleGrant.starts_on <= until,
        or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on >= since),
    )
    rows = db.session.scalars(found.order_by(RoleGrant.id).options(joinedload(RoleGrant.person))).all()
    return [(one.person, one.role.words[0].upper() + one.role.words[1:], one.starts_on, one.ended_on) for one in rows]


def _licenses(agency_id: int, since: date, until: date) -> list[_Held]:
    """From the day on which access was given in the HMIS, until the license was revoked."""
    given = select(LicenseStep.license_id).where(LicenseStep.move == Move.ACTIVATE)
    found = select(License).where(License.agency_id == agency_id, License.id.in_(given))
    loaded = found.order_by(License.id).options(joinedload(License.person), selectinload(License.steps))
    rows = [(one, *_days(one)) for one in db.session.scalars(loaded)]
    return [
        (one.person, f"HMIS license{f' ({one.login_id})' if one.login_id else ''}", starts, ended)
        for one, starts, ended in rows
        if starts <= until and (ended is None or ended >= since)
    ]


def _days(one: License) -> tuple[date, date | None]:
    days = {step.move: step.at.date() for step in one.steps}
    return days[Move.ACTIVATE], days.get(Move.REVOKE)


def _last_sign_in(person_ids: set[int]) -> Mapping[int, datetime]:
    """As far as sessions are kept."""
    found: dict[int, datetime] = defaultdict()
    rows = select(SignedInSession.person_id, func.max(SignedInSession.opened_at))
    grouped = rows.where(SignedInSession.person_id.in_(person_ids)).group_by(SignedInSession.person_id)
    for person_id, opened_at in db.session.execute(grouped.order_by(SignedInSession.person_id)):
        found[person_id] = opened_at
    return found


def access_reviews(agency_id: int) -> Sequence[AccessReview]:
    """What was attested, the latest first."""
    found = select(AccessReview).where(AccessReview.agency_id == agency_id)
    shown = (joinedload(AccessReview.attested_by), selectinload(AccessReview.answers))
    return db.session.scalars(found.order_by(AccessReview.id.desc()).limit(10).options(*shown)).all()
