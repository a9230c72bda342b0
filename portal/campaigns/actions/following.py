"""What the jobs do: follow the register and the evidence, remind, escalate."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal import audit
from portal.audit import Act
from portal.campaigns import notices, queries
from portal.campaigns.models import Campaign, CampaignMember, CampaignTelling
from portal.campaigns.queries import Escalation, Reminder
from portal.campaigns.rules import CampaignState, MemberState, due_of_joiner
from portal.db import db
from portal.people import queries as people
from portal.standing.models import subject_columns


def follow(act: Act, campaign_id: int) -> None:
    """Who has done it is done, who is no longer bound has left, and while it runs whoever came is asked too."""
    campaign = queries.campaign(campaign_id)
    if campaign is None:
        return
    asked, done = queries.who(campaign, act.at), queries.done(campaign, None)
    members = queries.members_by_subject(campaign)
    for subject_id, member in members.items():
        _follow_one(act, member, subject_id in asked, done.get(subject_id))
    if campaign.state is CampaignState.RUNNING:
        _ask_joiners(act, campaign, {one: place for one, place in asked.items() if one not in members}, done)


def _follow_one(act: Act, member: CampaignMember, is_asked: bool, done_on: date | None) -> None:
    state = MemberState.DONE if done_on else MemberState.OPEN if is_asked else MemberState.LEFT
    kept = member.state is MemberState.EXCUSED and not done_on
    if kept or (state is member.state and done_on == member.done_on):
        return
    member.state, member.done_on = state, done_on
    member.settled_at = None if state is MemberState.OPEN else act.at
    audit.record(act, f"campaign_member.{state.value}", member, campaign=member.campaign_id)


def _ask_joiners(act: Act, campaign: Campaign, places: Mapping[int, int], done: Mapping[int, date]) -> None:
    kind = queries.subject_kind(campaign)
    today = act.at.astimezone(people.zone_of_id(campaign.coc_id)).date()
    due_on = due_of_joiner(campaign.due_on, today, campaign.joiner_days)
    made = [
        CampaignMember.made(act.at, campaign, subject_columns(kind, one), place, due_on, done.get(one))
        for one, place in sorted(places.items())
    ]
    db.session.add_all(made)
    if made:
        audit.record(act, "campaign.joined", campaign, number=len(made))


def remind(act: Act, found: Reminder) -> None:
    """One letter to each who is still open; whoever did it since the last look is not nagged."""
    campaign = queries.campaign(found.campaign_id)
    if campaign is None or campaign.state is not CampaignState.RUNNING:
        return
    members = queries.open_members(campaign.id, ids=found.member_ids)
    done = queries.done(campaign, [one.subject_id for one in members])
    for member in members:
        if member.subject_id in done:
            _follow_one(act, member, True, done[member.subject_id])
            continue
        notices.asked(act, campaign, member, found.rung)
        _told(act, campaign, found.code, member_id=member.id)


def escalate(act: Act, found: Escalation) -> None:
    """One overview to each listener: of the agency's people, or for the HMIS Lead of all agencies."""
    campaign = queries.campaign(found.campaign_id)
    if campaign is None or campaign.state is not CampaignState.RUNNING:
        return
    follow(act, campaign.id)
    db.session.flush()
    members = queries.open_members(campaign.id, agency_id=found.agency_id, due_on=found.due_on)
    if not members:
        return
    telling = _told(act, campaign, found.rung.code, agency_id=found.agency_id, due_on=found.due_on)
    for reader in queries.listeners(found.rung.to, found.agency_id, act.at.date()):
        notices.overview(act, campaign, telling, found, members, reader)


def _told(act: Act, campaign: Campaign, rung: str, **about: Any) -> CampaignTelling:
    telling = CampaignTelling(campaign_id=campaign.id, rung=rung, at=act.at, **about)
    db.session.add(telling)
    db.session.flush()
    audit.record(act, "campaign.told", campaign, rung=rung, telling=telling.id)
    return telling
