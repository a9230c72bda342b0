"""A campaign's letters through a spring: on their days, outside the quiet hours, once, never to the done."""

from collections import Counter
from datetime import date, timedelta

from flask import Flask

from portal.campaigns import actions, jobs
from portal.campaigns.models import Campaign
from portal.db import db
from portal.mail.letters import LetterState
from portal.scheduler import run_job
from portal.standing.rules import Audience, Recurrence, SubjectKind
from tests.campaigns.conftest import Community, Tick, draft, launch
from tests.people.steps import letters_to


def subjects(address: str) -> list[str]:
    return [one.subject for one in letters_to(address)]


def test_a_year_of_looks_sends_each_rung_once_on_its_day(community: Community, asked: Campaign, tick: Tick):
    launch(community, asked)
    sent: dict[str, list[date]] = {}
    seen: Counter[str] = Counter()
    people = {"robin@example.org": "robin", community.head.email: "head", community.executive.email: "executive"}
    people[community.admin.email] = "admin"
    for day in range(60):
        for hour in (0, 3, 3.2):
            tick(day + hour / 24)
        for address, name in people.items():
            found = subjects(address)
            new = len(found) - seen[address]
            seen[address] += new
            sent.setdefault(name, []).extend([(community.at + timedelta(days=day)).date()] * new)
    assert sent == {
        "robin": [date(2026, 3, 2), date(2026, 3, 17), date(2026, 3, 24), date(2026, 3, 29), date(2026, 4, 1)],
        "head": [date(2026, 3, 24), date(2026, 4, 1)],
        "executive": [date(2026, 4, 4)],
        # Millrace has named nobody, so that its overviews go to the HMIS Lead as well.
        "admin": [date(2026, 3, 24), date(2026, 4, 1), date(2026, 4, 4), date(2026, 4, 8)],
    }


def test_what_the_letters_say(community: Community, asked: Campaign, tick: Tick):
    launch(community, asked)
    tick(0)
    tick(30)
    first, last = letters_to("robin@example.org")
    assert (first.subject, last.subject) == (
        "By Mar 31, 2026: Renew your privacy training",
        "Overdue since Mar 31, 2026: Renew your privacy training",
    )
    assert "Everybody renews the privacy training this spring." in first.text
    assert f"/people/{community.user.id}/standing" in first.text
    overview = letters_to(community.head.email)[-1]
    assert overview.subject == "1 still to do since Mar 31, 2026: Renew your privacy training"
    assert ("- Robin Ash" in overview.text, "Sol Birch" in overview.text) == (True, False)


def test_nothing_goes_out_in_the_quiet_hours(community: Community, asked: Campaign, tick: Tick):
    launch(community, asked)
    night = [tick(hours / 24) for hours in (10.5, 13, 21.9)]
    assert [[run.done for run in one[1:]] for one in night] == [[0, 0]] * 3
    assert subjects("robin@example.org") == []
    tick(22.1 / 24)
    assert len(subjects("robin@example.org")) == 1


def test_whoever_did_it_since_the_last_look_is_not_reminded(community: Community, asked: Campaign):
    launch(community, asked)
    community.met(community.user, date(2026, 3, 2))
    db.session.commit()
    run_job(jobs.JOBS[1], community.at)
    assert (subjects("robin@example.org"), len(subjects("sol@example.org"))) == ([], 1)


def test_a_letter_that_waits_is_not_sent_once_it_is_done(community: Community, asked: Campaign, tick: Tick, app: Flask):
    launch(community, asked)
    tick(0)
    letter = letters_to("robin@example.org")[0]
    check = app.extensions["portal.still_due"][letter.still_due]
    assert check(letter, community.at) is True
    community.met(community.user, date(2026, 3, 2))
    db.session.commit()
    tick(0.1)
    assert (check(letter, community.at), letter.state) == (False, LetterState.QUEUED)


def test_an_ended_campaign_writes_to_nobody(community: Community, asked: Campaign, tick: Tick):
    running = launch(community, asked)
    actions.end_campaign(community.act(community.admin), running)
    db.session.commit()
    for day in range(60):
        tick(day)
    assert subjects("robin@example.org") == []


def test_a_campaign_of_organizations_writes_to_who_speaks_for_them(community: Community, tick: Tick):
    requirement_id = community.require(
        "participation",
        "agreement",
        subject_kind=SubjectKind.ORGANIZATION,
        audience=Audience(organizations=frozenset({community.agency.id})),
        recurrence=Recurrence.ONCE,
    )
    launch(community, draft(community, requirement_id, title="Sign the participation agreement"))
    tick(0)
    found = {one.to_address for one in [*letters_to(community.head.email), *letters_to(community.executive.email)]}
    assert found == {community.head.email, community.executive.email}
