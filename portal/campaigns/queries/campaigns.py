"""Campaigns as lists and records, and how far they have come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Integer, Select, case, false, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.campaigns.models import Campaign, CampaignMember
from portal.campaigns.rules import MemberState, Progress
from portal.db import db
from portal.people.models import Organization
from portal.people.rules import can_be_id
from portal.policy import Actor, Permission, Scope, reach
from portal.scheduler import Run
from portal.standing.models import Requirement
from portal.tables import Order

BY_DUE = Order((Campaign.due_on, Campaign.id), descending=True)
_RECORD = (
    joinedload(Campaign.requirement).selectinload(Requirement.versions),
    joinedload(Campaign.coc),
    joinedload(Campaign.launched_by),
)


def campaigns_visible_to(actor: Actor) -> Select[Campaign]:
    found = select(Campaign).order_by(Campaign.due_on.desc(), Campaign.id.desc()).options(*_RECORD)
    return found if reach(actor, Permission.CAMPAIGN_READ).everything else found.where(false())


def campaign(campaign_id: int) -> Campaign | None:
    if not can_be_id(campaign_id):
        return None
    return db.session.scalar(select(Campaign).where(Campaign.id == campaign_id).options(*_RECORD))


def run_of(one: Campaign) -> Run | None:
    return db.session.get(Run, one.run_id) if one.run_id else None


_IS_ASKED = CampaignMember.state.in_((MemberState.OPEN, MemberState.DONE))
_COUNTED = (
    func.count(CampaignMember.id),
    func.sum(case((CampaignMember.state == MemberState.DONE, 1), else_=0)).cast(Integer),
)


def progress(campaign_ids: Collection[int]) -> Mapping[int, Progress]:
    rows = select(CampaignMember.campaign_id, *_COUNTED).where(CampaignMember.campaign_id.in_(campaign_ids), _IS_ASKED)
    found = db.session.execute(rows.group_by(CampaignMember.campaign_id).order_by(CampaignMember.campaign_id))
    return {campaign_id: Progress(asked, done) for campaign_id, asked, done in found}


@dataclass(frozen=True)
class AgencyProgress:
    agency_id: int
    name: str
    short_name: str
    progress: Progress


def progress_by_agency(campaign_id: int, today: date) -> Sequence[AgencyProgress]:
    """The agency with most still to do comes first."""
    late = func.sum(
        case(((CampaignMember.state == MemberState.OPEN) & (CampaignMember.due_on < today), 1), else_=0)
    ).cast(Integer)
    rows = select(Organization.id, Organization.name, Organization.short_name, *_COUNTED, late)
    rows = rows.join(CampaignMember, CampaignMember.agency_id == Organization.id)
    rows = rows.where(CampaignMember.campaign_id == campaign_id, _IS_ASKED)
    rows = rows.group_by(Organization.id, Organization.name, Organization.short_name)
    found = [
        AgencyProgress(agency_id, name, short, Progress(asked, done, overdue))
        for agency_id, name, short, asked, done, overdue in db.session.execute(
            rows.order_by(Organization.name, Organization.id)
        )
    ]
    return sorted(found, key=lambda one: (-one.progress.open, one.name))


@dataclass(frozen=True)
class Part:
    """What a campaign asks of one agency."""

    campaign: Campaign
    agency: Organization

    @property
    def scope(self) -> Scope:
        return self.agency.scope


def part(campaign_id: int, agency_id: int) -> Part | None:
    """None where the campaign asks nobody of the agency."""
    one = campaign(campaign_id)
    if one is None or not can_be_id(agency_id):
        return None
    member = select(CampaignMember.id).where(
        CampaignMember.campaign_id == campaign_id, CampaignMember.agency_id == agency_id
    )
    agency = select(Organization).where(Organization.id == agency_id, member.exists())
    held = db.session.scalar(agency.options(selectinload(Organization.memberships)))
    return Part(one, held) if held else None


def parts_of(agency_id: int) -> Sequence[tuple[Campaign, Progress]]:
    """The campaigns that run at an agency, the one due first first, with the agency's own progress."""
    rows = select(Campaign.id, *_COUNTED).join(CampaignMember, CampaignMember.campaign_id == Campaign.id)
    rows = rows.where(CampaignMember.agency_id == agency_id, _IS_ASKED, Campaign.ended_at.is_(None))
    counted = {
        one: Progress(asked, done)
        for one, asked, done in db.session.execute(rows.group_by(Campaign.id).order_by(Campaign.id))
    }
    found = select(Campaign).where(Campaign.id.in_(counted)).order_by(Campaign.due_on, Campaign.id)
    return [(one, counted[one.id]) for one in db.session.scalars(found)]
