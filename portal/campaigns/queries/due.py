"""What the jobs of campaigns find: campaigns to follow, members to remind, agencies and the HMIS Lead to tell."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.campaigns.models import Campaign, CampaignMember, CampaignTelling
from portal.campaigns.queries.campaigns import campaign
from portal.campaigns.rules import ANNOUNCED, ESCALATIONS, CampaignState, Listener, MemberState, Rung, rung_due
from portal.db import db
from portal.people import queries as people
from portal.people.models import Organization, Person, RoleGrant
from portal.policy import Role
from portal.scheduler import Run, RunState
from portal.standing import queries as standing
from portal.worktime import QuietHours, not_before

AT_ONCE = 50
"""Letters of one transaction."""
LATE_COUNTS = timedelta(days=180)
"""How long after its end what comes in late is still noted."""


def to_follow(now: datetime) -> list[int]:
    """Launched wholly, and not ended longer ago than late evidence is noted."""
    launched = or_(Run.id.is_(None), Run.state.not_in((RunState.WAITING, RunState.RUNNING)))
    lives = or_(
        Campaign.state == CampaignState.RUNNING,
        and_(Campaign.state == CampaignState.ENDED, Campaign.ended_at > now - LATE_COUNTS),
    )
    found = select(Campaign.id).outerjoin(Run, Run.id == Campaign.run_id).where(launched, lives)
    return list(db.session.scalars(found.order_by(Campaign.id)))


def _running(now: datetime) -> Iterable[Campaign]:
    for campaign_id in to_follow(now):
        one = campaign(campaign_id)
        if one is not None and one.state is CampaignState.RUNNING:
            yield one


def is_loud(one: Campaign, zone: ZoneInfo, now: datetime) -> bool:
    return not_before(QuietHours(one.quiet_from, one.quiet_until, zone), now) == now


@dataclass(frozen=True)
class Reminder:
    """One rung for some members of a campaign; without a rung the first letter, which says what is asked."""

    campaign_id: int
    rung: Rung | None
    member_ids: tuple[int, ...]

    @property
    def code(self) -> str:
        return self.rung.code if self.rung else ANNOUNCED


def to_remind(now: datetime) -> list[Reminder]:
    """Members with a rung to hear of, outside the quiet hours of where they are, by portions."""
    found: list[Reminder] = []
    zones = standing.zones_by_organization()
    for one in _running(now):
        by_rung: dict[Rung | None, list[int]] = defaultdict(list)
        for member_id, agency_id, due_on, asked_at, told in _open_members(one):
            zone = zones[agency_id]
            rung = _due(one, Listener.PERSON, zone, due_on, asked_at, now, told)
            if rung is not None or (ANNOUNCED not in told and is_loud(one, zone, now)):
                by_rung[rung if ANNOUNCED in told else None].append(member_id)
        found += [
            Reminder(one.id, rung, tuple(ids[start : start + AT_ONCE]))
            for rung, ids in by_rung.items()
            for start in range(0, len(ids), AT_ONCE)
        ]
    return found


def _due(
    one: Campaign,
    to: Listener,
    zone: ZoneInfo,
    due_on: date,
    asked_at: datetime,
    now: datetime,
    told: Collection[str],
) -> Rung | None:
    if not is_loud(one, zone, now):
        return None
    today, asked_on = now.astimezone(zone).date(), asked_at.astimezone(zone).date()
    return rung_due(one.rungs, to, due_on, asked_on, today, told)


def _open_members(one: Campaign) -> Iterable[tuple[int, int, date, datetime, Collection[str]]]:
    told: dict[int, set[str]] = defaultdict(set)
    open_ones = (CampaignMember.campaign_id == one.id, CampaignMember.state == MemberState.OPEN)
    tellings = select(CampaignMember.id, CampaignTelling.rung).join(CampaignTelling.member).where(*open_ones)
    for member_id, rung in db.session.execute(tellings.order_by(CampaignTelling.id)):
        told[member_id].add(rung)
    columns = (CampaignMember.id, CampaignMember.agency_id, CampaignMember.due_on, CampaignMember.asked_at)
    for row in db.session.execute(select(*columns).where(*open_ones).order_by(CampaignMember.id)):
        yield row.id, row.agency_id, row.due_on, row.asked_at, told[row.id]


@dataclass(frozen=True)
class Escalation:
    """One rung for an agency (None: for the HMIS Lead, about all agencies), about its open members with one due day."""

    campaign_id: int
    agency_id: int | None
    due_on: date
    rung: Rung


def to_escalate(now: datetime) -> list[Escalation]:
    """For each listener the last rung that has come, while somebody is still open."""
    zones = standing.zones_by_organization()
    lead = people.zone_of_id(None)
    return [found for one in _running(now) for found in _escalations(one, zones, lead, now)]


def _escalations(one: Campaign, zones: dict[int, ZoneInfo], lead: ZoneInfo, now: datetime) -> Iterable[Escalation]:
    told = _told(one)
    groups = _open_groups(one)
    for (agency_id, due_on), asked_at in groups.items():
        for to in ESCALATIONS[:-1]:
            rung = _due(one, to, zones[agency_id], due_on, asked_at, now, told[agency_id, due_on])
            if rung is not None:
                yield Escalation(one.id, agency_id, due_on, rung)
    days: dict[date, datetime] = {}
    for (_, due_on), asked_at in groups.items():
        days[due_on] = min(asked_at, days.get(due_on, asked_at))
    for due_on, asked_at in days.items():
        rung = _due(one, Listener.HMIS_LEAD, lead, due_on, asked_at, now, told[None, due_on])
        if rung is not None:
            yield Escalation(one.id, None, due_on, rung)


def _open_groups(one: Campaign) -> dict[tuple[int, date], datetime]:
    """When the first of the open members was asked, by agency and due day."""
    columns = (CampaignMember.agency_id, CampaignMember.due_on, CampaignMember.asked_at)
    rows = select(*columns).where(CampaignMember.campaign_id == one.id, CampaignMember.state == MemberState.OPEN)
    found: dict[tuple[int, date], datetime] = {}
    for agency_id, due_on, asked_at in db.session.execute(rows.order_by(CampaignMember.id)):
        found[agency_id, due_on] = min(asked_at, found.get((agency_id, due_on), asked_at))
    return found


def _told(one: Campaign) -> dict[tuple[int | None, date | None], set[str]]:
    rows = select(CampaignTelling.agency_id, CampaignTelling.due_on, CampaignTelling.rung).where(
        CampaignTelling.campaign_id == one.id, CampaignTelling.member_id.is_(None)
    )
    found: dict[tuple[int | None, date | None], set[str]] = defaultdict(set)
    for agency_id, due_on, rung in db.session.execute(rows.order_by(CampaignTelling.id)):
        found[agency_id, due_on].add(rung)
    return found


def open_members(
    campaign_id: int, *, ids: Collection[int] | None = None, agency_id: int | None = None, due_on: date | None = None
) -> Sequence[CampaignMember]:
    """Those still open, by id."""
    found = select(CampaignMember).where(
        CampaignMember.campaign_id == campaign_id, CampaignMember.state == MemberState.OPEN
    )
    if ids is not None:
        found = found.where(CampaignMember.id.in_(ids))
    if agency_id is not None:
        found = found.where(CampaignMember.agency_id == agency_id)
    if due_on is not None:
        found = found.where(CampaignMember.due_on == due_on)
    shown = (
        joinedload(CampaignMember.person).joinedload(Person.home),
        joinedload(CampaignMember.organization),
        joinedload(CampaignMember.agency),
    )
    return db.session.scalars(found.order_by(CampaignMember.id).options(*shown)).all()


def is_open(member_id: int) -> bool:
    row: Any = select(CampaignMember.state, Campaign.state).join(CampaignMember.campaign)
    held = db.session.execute(row.where(CampaignMember.id == member_id)).first()
    return held is not None and tuple(held) == (MemberState.OPEN, CampaignState.RUNNING)


def is_anyone_open(telling_id: int) -> bool:
    """Is anybody of whom this overview tells still open?"""
    telling = db.session.get(CampaignTelling, telling_id)
    if telling is None:
        return False
    return bool(open_members(telling.campaign_id, agency_id=telling.agency_id, due_on=telling.due_on))


HEADS = (Role.AGENCY_EXECUTIVE, Role.AGENCY_ADMIN)


def listeners(to: Listener, agency_id: int | None, day: date) -> Sequence[Person]:
    """Who hears a rung; where an agency has named nobody for it, the HMIS Lead's administrators do."""
    roles = {Listener.AGENCY_ADMIN: (Role.AGENCY_ADMIN,), Listener.AGENCY_EXECUTIVE: (Role.AGENCY_EXECUTIVE,)}
    named = holders_at(agency_id, roles[to], day) if agency_id is not None and to in roles else ()
    return named or people.holders(day, Role.LEAD_ADMIN)


def speakers(organization_id: int, day: date) -> Sequence[Person]:
    """Who is asked when an organization is: its heads, else for the HMIS Lead and CoCs whoever leads them."""
    roles = (*HEADS, Role.LEAD_ADMIN, Role.COC_GOVERNANCE)
    return holders_at(organization_id, roles, day)


def holders_at(organization_id: int, roles: Collection[Role], day: date) -> Sequence[Person]:
    found = (
        select(Person)
        .where(Person.ended_on.is_(None), Person.roles.any(_holds(organization_id, roles, day)))
        .options(joinedload(Person.home).selectinload(Organization.memberships), selectinload(Person.roles))
    )
    return db.session.scalars(found.order_by(Person.last_name, Person.first_name, Person.id)).all()


def _holds(organization_id: int, roles: Collection[Role], day: date) -> Any:
    from_the_day = and_(RoleGrant.starts_on <= day, or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > day))
    return and_(RoleGrant.organization_id == organization_id, RoleGrant.role.in_(roles), from_the_day)
