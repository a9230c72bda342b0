"""A community with a requirement that a campaign can ask everybody for."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from portal.campaigns import actions, jobs, queries
from portal.campaigns.models import Campaign, CampaignMember
from portal.campaigns.rules import QUIET_FROM, QUIET_UNTIL, USUAL
from portal.db import db
from portal.people.models import Person
from portal.policy import Role
from portal.scheduler import JobRun, run_job, work_runs
from portal.standing import queries as standing
from tests import factories
from tests.licenses.conftest import Community, browser, community, count_queries

__all__ = ["Community", "browser", "community", "count_queries"]

DUE = date(2026, 3, 31)
LAUNCHING = work_runs(jobs.RUNS)
Tick = Callable[[float], list[JobRun]]


@pytest.fixture
def asked(community: Community) -> Campaign:
    """A draft that asks Robin, an end user of Oxbow House, and Sol of Millrace, for privacy training."""
    requirement_id = community.require()
    factories.make_person(community.other, Role.END_USER, first_name="Sol", last_name="Birch", email="sol@example.org")
    community.user.email = "robin@example.org"
    made = draft(community, requirement_id)
    db.session.commit()
    return made


def draft(community: Community, requirement_id: int, **facts: Any) -> Campaign:
    made = actions.draft_campaign(
        community.act(community.admin),
        **{
            "title": "Renew your privacy training",
            "about": "Everybody renews the privacy training this spring.",
            "requirement": standing.requirement(requirement_id),
            "coc": None,
            "counts_from": date(2026, 3, 1),
            "due_on": DUE,
            "joiner_days": 14,
            "ladder": USUAL,
            "quiet_from": QUIET_FROM,
            "quiet_until": QUIET_UNTIL,
            **facts,
        },
    )
    db.session.commit()
    return made


def launch(community: Community, campaign: Campaign, days: int = 0) -> Campaign:
    act = community.act(community.admin, timedelta(days=days))
    actions.launch_campaign(act, campaign, asks=len(queries.who(campaign, act.at)))
    db.session.commit()
    run_job(LAUNCHING, act.at)
    return again(campaign)


def again(campaign: Campaign) -> Campaign:
    db.session.expire_all()
    held = queries.campaign(campaign.id)
    assert held is not None
    return held


def members(campaign: Campaign) -> dict[str, str]:
    """State by name."""
    db.session.expire_all()
    found = db.session.scalars(queries.members_found(again(campaign))).all()
    return {one.subject_name: one.state.value for one in found}


def member(campaign: Campaign, person: Person) -> CampaignMember:
    db.session.expire_all()
    return next(one for one in db.session.scalars(queries.members_found(again(campaign))) if one.person_id == person.id)


@pytest.fixture
def tick(community: Community, clock_at: Callable[[datetime], None]) -> Tick:
    """The three jobs once, so many days after the fixed moment (9:00 in the morning)."""

    def ticked(days: float) -> list[JobRun]:
        at = community.at + timedelta(days=days)
        clock_at(at)
        return [run_job(job, at) for job in jobs.JOBS]

    return ticked
