"""What entitlement asks of somebody: campaigns, requirements, reports to attest, work of the HMIS Lead that waits."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.campaigns.models import Campaign, CampaignMember
from portal.campaigns.rules import CampaignState, MemberState, Progress
from portal.db import db
from portal.licenses import queries as licenses
from portal.licenses.models import AccessRequest, License, Suspension
from portal.licenses.rules import LicenseState, ProposalState
from portal.people.models import Organization
from portal.policy import Actor, Role
from portal.standing import queries as standing
from portal.standing.rules import State, Verdict

TO_DO = (State.OVERDUE, State.NEVER_MET, State.GRACE, State.DUE_SOON)
HEADS = (Role.AGENCY_ADMIN, Role.AGENCY_EXECUTIVE)
ANSWER = (*HEADS, Role.AGENCY_SECURITY_OFFICER)
"""Roles that answer for what an agency owes."""


def own_verdicts(person_id: int, now: datetime) -> list[Verdict]:
    return _to_do(standing.verdicts_of_person(person_id, now))


def agency_verdicts(ids: Collection[int], now: datetime) -> list[tuple[int, Verdict]]:
    """What agencies themselves have not met, or must meet soon."""
    told = standing.verdicts_of_organizations(ids, now) if ids else {}
    return [(agency_id, verdict) for agency_id in sorted(told) for verdict in _to_do(told[agency_id])]


def _to_do(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [one for one in verdicts if one.terms is not None and one.state in TO_DO]


def agencies_answered_for(actor: Actor) -> Sequence[Organization]:
    """The agencies whose duties are the actor's to see to, by name."""
    ids = actor.organizations(*ANSWER)
    if not ids:
        return []
    found = select(Organization).where(Organization.id.in_(ids), Organization.ended_on.is_(None))
    return db.session.scalars(found.order_by(Organization.name, Organization.id)).all()


def reports_to_attest(actor: Actor) -> Sequence[AccessRequest]:
    if not actor.organizations(Role.AGENCY_ADMIN):
        return []
    found = licenses.requests_found(actor, is_open=True).order_by(None)
    return db.session.scalars(found.order_by(AccessRequest.due_on, AccessRequest.id)).unique().all()


def agency_campaigns(actor: Actor) -> Sequence[tuple[Campaign, int, Progress]]:
    """Campaigns that run at the agencies the actor heads and in which somebody is still open."""
    ids = actor.organizations(*HEADS)
    if not ids:
        return []
    done = func.count().filter(CampaignMember.state == MemberState.DONE)
    counted = (MemberState.OPEN, MemberState.DONE)
    rows = select(Campaign, CampaignMember.agency_id, func.count(), done)
    rows = rows.join(CampaignMember, CampaignMember.campaign_id == Campaign.id)
    rows = rows.where(CampaignMember.agency_id.in_(ids), CampaignMember.state.in_(counted))
    rows = rows.where(Campaign.state == CampaignState.RUNNING).group_by(Campaign.id, CampaignMember.agency_id)
    found = db.session.execute(rows.order_by(Campaign.due_on, Campaign.id, CampaignMember.agency_id))
    return [(one, agency_id, Progress(asked, held)) for one, agency_id, asked, held in found if held < asked]


@dataclass(frozen=True)
class Waiting:
    """Work of one kind that waits: how much, and since or until when the oldest."""

    number: int
    at: datetime


def work_in_hmis() -> Waiting | None:
    """What is to be done in the HMIS, and when the first of it is due."""
    work = licenses.work_to_do().order_by(None).subquery()
    return _waiting(db.session.execute(select(func.count(), func.min(work.c.due_at))).one())


def license_requests() -> Waiting | None:
    asked = License.state == LicenseState.REQUESTED
    return _waiting(db.session.execute(select(func.count(), func.min(License.requested_at)).where(asked)).one())


def suspensions_waiting(person_id: int) -> Waiting | None:
    """Those that somebody else has proposed."""
    waits = (Suspension.state == ProposalState.WAITING, Suspension.proposed_by_id != person_id)
    return _waiting(db.session.execute(select(func.count(), func.min(Suspension.proposed_at)).where(*waits)).one())


def evidence_waiting(person_id: int) -> int:
    return sum(standing.waiting_for(person_id))


def _waiting(row: Any) -> Waiting | None:
    number, at = row
    return Waiting(number, at) if number and at else None
