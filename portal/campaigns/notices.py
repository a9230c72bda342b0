"""Letters of a campaign: what is asked, reminders, and overviews for those who answer for others."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType

from portal import web
from portal.audit import Act
from portal.campaigns import queries
from portal.campaigns.models import Campaign, CampaignMember, CampaignTelling
from portal.campaigns.queries import Escalation
from portal.campaigns.rules import Rung
from portal.mail import outbox
from portal.mail.letters import Letter
from portal.mail.outbox import Recipient
from portal.people.models import Person
from portal.worktime import date_words

STILL_OPEN = "campaigns.still_open"
ANYONE_OPEN = "campaigns.anyone_open"
NAMED_AT_MOST = 40


def _is_open(letter: Letter, _now: datetime) -> bool:
    return queries.is_open(letter.about_id or 0)


def _is_anyone_open(letter: Letter, _now: datetime) -> bool:
    return queries.is_anyone_open(letter.about_id or 0)


STILL_DUE = MappingProxyType({STILL_OPEN: _is_open, ANYONE_OPEN: _is_anyone_open})
"""Checks by name: whoever has done it meanwhile gets no letter."""


def asked(act: Act, campaign: Campaign, member: CampaignMember, rung: Rung | None) -> None:
    """To the person, or for an organization to those who speak for it."""
    is_late = rung is not None and rung.days > 0
    due = date_words(member.due_on)
    what = campaign.title
    subject = f"Overdue since {due}: {what}" if is_late else f"By {due}: {what}"
    code = rung.code if rung else "announced"
    for reader in _readers(member, act):
        outbox.queue(
            act,
            "campaigns/asked",
            _to(reader),
            subject=subject,
            about=member,
            dedupe=f"campaign:{member.id}:{code}:{reader.id}",
            still_due=STILL_OPEN,
            title=what,
            about_words=campaign.about,
            due=due,
            is_late=is_late,
            is_first=rung is None,
            agency="" if member.person_id else member.agency.name,
            link=_way(member),
        )


def _readers(member: CampaignMember, act: Act) -> Sequence[Person]:
    if member.person is not None:
        return [member.person] if member.person.is_active else []
    return queries.speakers(member.agency_id, act.at.date())


def _way(member: CampaignMember) -> str:
    """Their standing, which leads to what clears it."""
    if member.person_id is not None:
        return web.link("standing.person_standing", person_id=member.person_id)
    return web.link("standing.organization_standing", organization_id=member.agency_id)


def overview(
    act: Act,
    campaign: Campaign,
    telling: CampaignTelling,
    found: Escalation,
    members: Sequence[CampaignMember],
    reader: Person,
) -> None:
    """Names for those who answer for the agency; for the HMIS Lead numbers by agency."""
    number = len(members)
    due = date_words(found.due_on)
    about = f"{campaign.id}:{found.agency_id or 'all'}:{found.due_on.isoformat()}:{found.rung.code}"
    outbox.queue(
        act,
        "campaigns/overview",
        _to(reader),
        subject=f"{number} still to do {'since' if found.rung.days > 0 else 'by'} {due}: {campaign.title}",
        about=telling,
        dedupe=f"campaign:{about}:{reader.id}",
        still_due=ANYONE_OPEN,
        title=campaign.title,
        due=due,
        is_late=found.rung.days > 0,
        number=number,
        lines=_lines(found, members),
        link=_overview_link(campaign, found),
    )


def _lines(found: Escalation, members: Sequence[CampaignMember]) -> list[str]:
    if found.agency_id is None:
        counted = Counter(one.agency.name for one in members)
        lines = [f"{name}: {number}" for name, number in sorted(counted.items(), key=lambda one: (-one[1], one[0]))]
    else:
        lines = sorted(one.subject_name for one in members)
    more = len(lines) - NAMED_AT_MOST
    return [*lines[:NAMED_AT_MOST], f"and {more} more"] if more > 0 else lines


def _overview_link(campaign: Campaign, found: Escalation) -> str:
    if found.agency_id is None:
        return web.link("campaigns.show_campaign", campaign_id=campaign.id)
    return web.link("campaigns.show_part", campaign_id=campaign.id, agency_id=found.agency_id)


def _to(person: Person) -> Recipient:
    return Recipient(person.email, person.name, person.id)
