"""What must be met before a license is granted, who is only asking for one, and whose requirements are overdue."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.licenses.models import License, Suspension
from portal.licenses.rules import LicenseState, ProposalState
from portal.people.models import Organization, Person
from portal.policy import Role
from portal.standing import queries as standing
from portal.standing.rules import RoleSpan, State, Verdict

AGREEMENT = "agreement"
"""The kind of evidence that the agency itself must have on file before its people get access."""


@dataclass(frozen=True)
class Prerequisites:
    of_person: Sequence[Verdict]
    of_agency: Sequence[Verdict]

    @property
    def unmet(self) -> Sequence[Verdict]:
        return [one for one in (*self.of_person, *self.of_agency) if not one.state.is_met]


def prerequisites(asked: License, now: datetime) -> Prerequisites:
    """The verdicts that bind the person (as an end user, also while only asking), and the agency's agreements."""
    own = standing.verdicts_of_person(asked.person_id, now)
    agency = standing.verdicts_of_organization(asked.agency_id, now)
    return Prerequisites(
        [one for one in own if one.state is not State.NOT_REQUIRED],
        [one for one in agency if one.state is not State.NOT_REQUIRED and one.terms and one.terms.kind == AGREEMENT],
    )


def asked_spans(person_ids: Collection[int] | None) -> Mapping[int, Sequence[RoleSpan]]:
    """The role of end user at the agency that asks, for who has only been asked for. For `standing.ask_also`."""
    columns = (License.person_id, License.agency_id, License.requested_at)
    rows = select(*columns).where(License.state == LicenseState.REQUESTED)
    rows = rows.where(true() if person_ids is None else License.person_id.in_(person_ids))
    found: dict[int, list[RoleSpan]] = defaultdict(list)
    for row in db.session.execute(rows.order_by(License.id)):
        found[row.person_id].append(
            RoleSpan(Role.END_USER, row.agency_id, row.requested_at.date(), None, is_asked_for=True)
        )
    return found


@dataclass(frozen=True)
class Overdue:
    """An active license whose holder is overdue with at least one requirement; the worst comes first."""

    license: License
    verdicts: Sequence[Verdict]


_SHOWN = (joinedload(License.person).joinedload(Person.home), joinedload(License.agency))


def overdue(now: datetime, limit: int = 500) -> list[Overdue]:
    """Active licenses of the overdue that nobody has proposed to suspend yet, by agency and name."""
    waiting = select(Suspension.license_id).where(Suspension.state == ProposalState.WAITING)
    found = select(License).where(License.state == LicenseState.ACTIVE, License.id.not_in(waiting))
    found = found.join(License.person).join(Organization, Organization.id == License.agency_id)
    named = found.order_by(Organization.name, Person.last_name, Person.first_name, License.id).options(*_SHOWN)
    held = db.session.scalars(named).all()
    told = standing.verdicts_of_people({one.person_id for one in held}, now)
    late = ((one, [v for v in told.get(one.person_id, ()) if v.state is State.OVERDUE]) for one in held)
    return [Overdue(one, verdicts) for one, verdicts in late if verdicts][:limit]


def proposed(license_ids: Collection[int] | None = None) -> Sequence[Suspension]:
    """Suspensions that wait for a second person, the oldest first."""
    found = select(Suspension).where(Suspension.state == ProposalState.WAITING)
    if license_ids is not None:
        found = found.where(Suspension.license_id.in_(license_ids))
    shown = joinedload(Suspension.license)
    loaded = found.options(shown.joinedload(License.person).joinedload(Person.home), shown.joinedload(License.agency))
    return db.session.scalars(loaded.order_by(Suspension.proposed_at, Suspension.id)).all()


def is_overdue(one: License, requirement_id: int, now: datetime) -> bool:
    told = standing.verdicts_of_person(one.person_id, now)
    return any(v.requirement_id == requirement_id and v.state is State.OVERDUE for v in told)
