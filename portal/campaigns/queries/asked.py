"""Whom a campaign asks, and who has done it: read from the requirement and its evidence, never typed in."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.campaigns.models import Campaign
from portal.campaigns.rules import done_on
from portal.db import db
from portal.people.models import Membership
from portal.standing import queries as standing
from portal.standing.models import Requirement
from portal.standing.queries import Asked
from portal.standing.queries.held import evidence_of
from portal.standing.rules import State, SubjectKind

NOT_ASKED = (State.NOT_REQUIRED, State.WAIVED)


def requirements_in_force(also: int | None = None) -> list[Requirement]:
    """What a campaign can stand on, by code; and one more that it stands on already."""
    return [one for one in standing.requirements() if one.id == also or (one.published and not one.latest.is_retired)]


def subject_kind(campaign: Campaign) -> SubjectKind:
    return campaign.requirement.latest.subject_kind


def who(campaign: Campaign, now: datetime) -> Mapping[int, int]:
    """Whom the requirement binds and nobody has waived: by subject the agency to whose progress each counts."""
    kind = subject_kind(campaign)
    versions = standing.published((campaign.requirement_id,))
    told = standing.verdicts(kind, None, Asked(now), versions)
    bound = [subject for subject, verdicts in told.items() if any(one.state not in NOT_ASKED for one in verdicts)]
    homes = standing.homes(None) if kind is SubjectKind.PERSON else {one: one for one in bound}
    places = _places(campaign)
    return {one: homes[one] for one in bound if places is None or homes[one] in places}


def _places(campaign: Campaign) -> Collection[int] | None:
    """The organizations of the campaign's CoC; None for all."""
    if campaign.coc_id is None:
        return None
    members = select(Membership.organization_id).where(Membership.coc_id == campaign.coc_id)
    return {campaign.coc_id, *db.session.scalars(members.order_by(Membership.organization_id))}


def done(campaign: Campaign, ids: Collection[int] | None) -> Mapping[int, date]:
    """When each of these subjects gave what counts; who has not is left out."""
    terms: Any = campaign.requirement.latest
    held = evidence_of(subject_kind(campaign), ids, (terms.kind,))
    days = {one: done_on(keys.get((terms.kind, terms.key), ()), campaign.counts_from) for one, keys in held.items()}
    return {one: day for one, day in days.items() if day is not None}
