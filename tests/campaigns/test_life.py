"""A campaign from draft to end: who is asked, who has done it, who came and who left."""

from datetime import date, timedelta

import pytest

from portal.campaigns import actions, queries
from portal.campaigns.models import Campaign
from portal.campaigns.rules import CampaignState, Listener, Progress, Rung
from portal.db import db
from portal.errors import Refused
from portal.people import actions as people
from portal.policy import Role
from portal.scheduler import RunState, run_job
from portal.standing import actions as standing
from portal.standing.models import Evidence
from portal.standing.rules import Audience, Recurrence, SubjectKind
from tests import factories
from tests.campaigns.conftest import LAUNCHING, Community, Tick, draft, launch, member, members


def test_launched_it_asks_whom_the_requirement_binds_and_who_has_done_it_is_done(community: Community, asked: Campaign):
    community.met(community.user, date(2026, 3, 1))
    db.session.commit()
    running = launch(community, asked)
    assert members(running) == {"Sol Birch": "open", "Robin Ash": "done"}
    run = queries.run_of(running)
    assert (running.state, run.state, run.done, run.total) == (CampaignState.RUNNING, RunState.DONE, 2, 2)
    assert queries.progress([running.id]) == {running.id: Progress(2, 1)}


def test_evidence_from_before_does_not_count(community: Community, asked: Campaign):
    community.met(community.user, date(2026, 2, 28))
    db.session.commit()
    assert members(launch(community, asked)) == {"Sol Birch": "open", "Robin Ash": "open"}


def test_only_the_agencies_of_its_coc_are_asked(community: Community, asked: Campaign):
    one = draft(community, asked.requirement_id, coc=community.other_coc)
    assert members(launch(community, one)) == {"Sol Birch": "open"}


def test_a_waived_person_is_not_asked_and_leaves_when_waived_later(community: Community, asked: Campaign, tick: Tick):
    running = launch(community, asked)
    standing.grant_waiver(
        community.act(community.admin),
        asked.requirement,
        subject_kind=SubjectKind.PERSON,
        subject_id=community.user.id,
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 12, 31),
        reason="On leave.",
    )
    db.session.commit()
    tick(0)
    assert members(running) == {"Sol Birch": "open", "Robin Ash": "left"}


def test_joiners_are_asked_with_days_of_their_own_and_leavers_leave(community: Community, asked: Campaign, tick: Tick):
    running = launch(community, asked)
    people.end_person(community.act(community.admin), community.user)
    new = factories.make_person(community.agency, Role.END_USER, first_name="Wren", last_name="Dale")
    db.session.commit()
    tick(25)
    assert members(running) == {"Sol Birch": "open", "Robin Ash": "left", "Wren Dale": "open"}
    assert member(running, new).due_on == date(2026, 4, 10)


def test_what_comes_in_late_is_noted_after_the_end_and_nobody_new_is_asked(
    community: Community, asked: Campaign, tick: Tick
):
    running = launch(community, asked)
    actions.end_campaign(community.act(community.admin, timedelta(days=40)), running)
    community.met(community.user, date(2026, 4, 20))
    factories.make_person(community.agency, Role.END_USER, first_name="Wren", last_name="Dale")
    db.session.commit()
    tick(50)
    assert members(running) == {"Sol Birch": "open", "Robin Ash": "done"}


def test_evidence_taken_away_opens_it_again(community: Community, asked: Campaign, tick: Tick):
    community.met(community.user, date(2026, 3, 1))
    db.session.commit()
    running = launch(community, asked)
    held = db.session.query(Evidence).filter_by(person_id=community.user.id).one()
    standing.void_evidence(community.act(community.staff), held)
    db.session.commit()
    tick(0)
    assert members(running) == {"Sol Birch": "open", "Robin Ash": "open"}


def test_organizations_are_asked_where_the_requirement_binds_them(community: Community):
    requirement_id = community.require(
        "participation",
        "agreement",
        subject_kind=SubjectKind.ORGANIZATION,
        audience=Audience(organizations=frozenset({community.agency.id, community.other.id})),
        recurrence=Recurrence.ONCE,
    )
    running = launch(community, draft(community, requirement_id))
    assert members(running) == {"Millrace": "open", "Oxbow House": "open"}


def test_a_launch_that_was_killed_goes_on_without_doubles(community: Community, asked: Campaign, monkeypatch):
    for number in range(5):
        factories.make_person(community.agency, Role.END_USER, first_name="Kit", last_name=f"Moor{number}")
    db.session.commit()
    monkeypatch.setattr("portal.campaigns.actions.life.AT_ONCE", 2)
    run = actions.launch_campaign(community.act(community.admin), asked, asks=7)
    db.session.commit()
    steps = actions.launch_members(community.act(community.admin), run)
    next(steps)
    db.session.commit()
    assert len(members(asked)) == 2
    run_job(LAUNCHING, community.at)
    db.session.expire_all()
    assert (len(members(asked)), run.done, run.total, run.state) == (7, 7, 7, RunState.DONE)


def test_nobody_is_asked_whom_nobody_saw(community: Community, asked: Campaign):
    factories.make_person(community.agency, Role.END_USER)
    with pytest.raises(Refused, match="the register has changed"):
        actions.launch_campaign(community.act(community.admin), asked, asks=2)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"due_on": date(2026, 3, 1)}, "after the day from which evidence counts"),
        ({"ladder": [Rung(1, Listener.AGENCY_ADMIN)]}, "at least once"),
        ({"ladder": [Rung(-181, Listener.PERSON)]}, "at most 180 days"),
        ({"requirement": None}, "in force"),
    ],
)
def test_a_draft_that_does_not_fit_together_is_refused(
    community: Community, asked: Campaign, facts: dict[str, object], sentence: str
):
    with pytest.raises(Refused, match=sentence):
        draft(community, asked.requirement_id, **facts)


def facts_of(campaign: Campaign) -> dict[str, object]:
    named = (
        "title",
        "about",
        "requirement",
        "coc",
        "counts_from",
        "due_on",
        "joiner_days",
        "quiet_from",
        "quiet_until",
    )
    return {**{name: getattr(campaign, name) for name in named}, "ladder": campaign.rungs}


def test_a_later_due_day_holds_for_who_is_still_open(community: Community, asked: Campaign):
    running = launch(community, asked)
    facts = {**facts_of(running), "due_on": date(2026, 4, 15)}
    actions.change_campaign(community.act(community.admin), running, **facts)
    db.session.commit()
    assert {member(running, community.user).due_on, running.due_on} == {date(2026, 4, 15)}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"due_on": date(2026, 3, 30)}, "not brought forward"),
        ({"counts_from": date(2026, 1, 1)}, "stays as it is"),
    ],
)
def test_what_a_running_campaign_promised_stays(
    community: Community, asked: Campaign, change: dict[str, object], sentence: str
):
    running = launch(community, asked)
    with pytest.raises(Refused, match=sentence):
        actions.change_campaign(community.act(community.admin), running, **{**facts_of(running), **change})


def test_an_excuse_needs_a_reason_and_another_person_and_can_be_taken_back(
    community: Community, asked: Campaign, tick: Tick
):
    running = launch(community, asked)
    one = member(running, community.user)
    for by, reason, sentence in ((community.admin, " ", "Say why"), (community.user, "Busy.", "Nobody excuses")):
        with pytest.raises(Refused, match=sentence):
            actions.excuse(community.act(by), one, reason=reason)
    actions.excuse(community.act(community.admin), one, reason="Retires this month.")
    db.session.commit()
    tick(0)
    assert members(running)["Robin Ash"] == "excused"
    assert queries.progress([running.id]) == {running.id: Progress(1, 0)}
    actions.ask_again(community.act(community.admin), member(running, community.user))
    db.session.commit()
    assert members(running)["Robin Ash"] == "open"


def test_a_launched_campaign_is_ended_and_never_discarded(community: Community, asked: Campaign):
    running = launch(community, asked)
    with pytest.raises(Refused, match="stays on record"):
        actions.discard_campaign(community.act(community.admin), running)
    with pytest.raises(Refused, match="launched already"):
        actions.launch_campaign(community.act(community.admin), running, asks=2)


def test_following_costs_the_same_queries_whatever_its_size(
    community: Community, asked: Campaign, tick: Tick, count_queries
):
    running = launch(community, asked)

    def follow() -> int:
        db.session.expire_all()
        number = count_queries(lambda: actions.follow(community.act(), running.id))
        db.session.rollback()
        return number

    few = follow()
    for _ in range(30):
        factories.make_person(community.agency, Role.END_USER)
    db.session.commit()
    tick(0)
    assert follow() == few
