"""Whom a campaign asks, as lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from portal.campaigns.models import Campaign, CampaignMember
from portal.campaigns.queries.asked import subject_kind
from portal.campaigns.rules import CampaignState, MemberState
from portal.db import db
from portal.people.models import Organization, Person
from portal.people.rules import can_be_id
from portal.standing.models import Requirement
from portal.standing.rules import SubjectKind
from portal.tables import Order

ORDERS: Mapping[SubjectKind, Order] = MappingProxyType(
    {
        SubjectKind.PERSON: Order((Person.last_name, Person.first_name, CampaignMember.id)),
        SubjectKind.ORGANIZATION: Order((Organization.name, CampaignMember.id)),
    }
)
_SHOWN = (
    joinedload(CampaignMember.person).joinedload(Person.home),
    joinedload(CampaignMember.organization),
    joinedload(CampaignMember.agency),
)


def member(member_id: int) -> CampaignMember | None:
    if not can_be_id(member_id):
        return None
    shown = (*_SHOWN, joinedload(CampaignMember.campaign))
    return db.session.scalar(select(CampaignMember).where(CampaignMember.id == member_id).options(*shown))


def members_found(
    campaign: Campaign, *, q: str = "", agency_id: int | None = None, state: MemberState | None = None
) -> Select[CampaignMember]:
    """Members by name; the columns of ORDERS are joined."""
    found = select(CampaignMember).where(CampaignMember.campaign_id == campaign.id).options(*_SHOWN)
    if subject_kind(campaign) is SubjectKind.PERSON:
        found = found.join(Person, Person.id == CampaignMember.person_id)
        names: tuple[Any, ...] = (Person.first_name + " " + Person.last_name, Person.email)
    else:
        found = found.join(Organization, Organization.id == CampaignMember.organization_id)
        names = (Organization.name, Organization.short_name)
    if q:
        found = found.where(or_(*(func.lower(name).contains(q.lower(), autoescape=True) for name in names)))
    if agency_id is not None:
        found = found.where(CampaignMember.agency_id == agency_id)
    if state is not None:
        found = found.where(CampaignMember.state == state)
    return found.order_by(*ORDERS[subject_kind(campaign)].columns)


@dataclass(frozen=True)
class Foreseen:
    """One who would be asked if the campaign were launched now."""

    subject_id: int
    name: str
    email: str
    agency_id: int
    agency: str
    done_on: date | None


def foreseen(campaign: Campaign, asked: Mapping[int, int], done: Mapping[int, date]) -> list[Foreseen]:
    """By agency and name."""
    agencies = {
        row.id: row.name
        for row in db.session.execute(
            select(Organization.id, Organization.name)
            .where(Organization.id.in_(set(asked.values())))
            .order_by(Organization.id)
        )
    }
    if subject_kind(campaign) is SubjectKind.ORGANIZATION:
        told = [Foreseen(one, agencies[one], "", one, agencies[one], done.get(one)) for one in asked]
        return sorted(told, key=lambda one: one.name)
    people = select(Person.id, Person.first_name, Person.last_name, Person.email).where(Person.id.in_(asked))
    people = people.order_by(Person.last_name, Person.first_name, Person.id)
    named = [
        Foreseen(
            row.id,
            f"{row.last_name}, {row.first_name}",
            row.email,
            asked[row.id],
            agencies[asked[row.id]],
            done.get(row.id),
        )
        for row in db.session.execute(people)
    ]
    return sorted(named, key=lambda one: one.agency)


def member_ids(campaign: Campaign) -> dict[int, int]:
    """The member's id by subject."""
    subject = _subject(campaign)
    rows = select(subject, CampaignMember.id).where(CampaignMember.campaign_id == campaign.id)
    return {row[0]: row[1] for row in db.session.execute(rows.order_by(CampaignMember.id))}


def members_by_subject(campaign: Campaign) -> dict[int, CampaignMember]:
    rows = select(CampaignMember).where(CampaignMember.campaign_id == campaign.id).order_by(CampaignMember.id)
    return {one.subject_id: one for one in db.session.scalars(rows)}


def _subject(campaign: Campaign) -> Any:
    is_person = subject_kind(campaign) is SubjectKind.PERSON
    return CampaignMember.person_id if is_person else CampaignMember.organization_id


def asking(person_id: int) -> Sequence[CampaignMember]:
    """What running campaigns still ask of the person, the first due first."""
    found = select(CampaignMember).join(CampaignMember.campaign)
    found = found.where(
        CampaignMember.person_id == person_id,
        CampaignMember.state == MemberState.OPEN,
        Campaign.state == CampaignState.RUNNING,
    )
    asked = joinedload(CampaignMember.campaign).joinedload(Campaign.requirement).selectinload(Requirement.versions)
    return db.session.scalars(found.order_by(CampaignMember.due_on, CampaignMember.id).options(asked)).all()
