"""What entitlement puts on a first page: campaigns, requirements, reports to attest, work that waits for staff."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from portal.app import JOBS
from portal.campaigns import jobs
from portal.campaigns.models import Campaign
from portal.db import db
from portal.licenses import actions as licenses
from portal.licenses.rules import Rhythm
from portal.people.models import Person
from portal.policy import Role
from portal.scheduler import run_job
from portal.standing import actions as standing
from portal.standing.rules import Audience, Place, Recurrence, SubjectKind
from tests import factories
from tests.campaigns.conftest import Community, asked, browser, community, launch

__all__ = ["asked", "browser", "community"]

Browser = Callable[[Person], FlaskClient]


def needs(client: FlaskClient) -> list[tuple[str, str]]:
    """Title and place of each line."""
    page = BeautifulSoup(client.get("/").get_data(as_text=True), "html.parser")
    return [(one.get_text(strip=True), one["href"]) for one in page.select(".needs__link")]


def test_whoever_is_asked_by_a_campaign_reads_of_it_until_it_is_done(
    community: Community, asked: Campaign, browser: Browser
):
    launch(community, asked)
    user, head = browser(community.user), browser(community.head)
    own = ("Renew your privacy training", f"/people/{community.user.id}/standing")
    part = ("Renew your privacy training", f"/campaigns/{asked.id}/agencies/{community.agency.id}")
    assert (needs(user), needs(head)) == ([own], [part])
    community.met(community.user, date(2026, 3, 2))
    db.session.commit()
    run_job(jobs.JOBS[0], community.at)
    assert (needs(user), needs(head)) == ([], [])


def test_a_new_colleague_reads_what_bars_her_access(community: Community, browser: Browser):
    community.require()
    held = community.ask()
    db.session.commit()
    assert needs(browser(held.person)) == [("Privacy training", f"/people/{held.person_id}/standing")]


def test_staff_read_of_each_kind_of_work_but_not_of_what_they_did_themselves(community: Community, browser: Browser):
    community.require()
    asked_for = community.ask()
    licenses.approve(
        community.act(community.admin),
        community.ask("two@oxbow.example.org"),
        override=True,
        by_admin=True,
        note="Now.",
    )
    standing.enter_evidence(
        community.act(community.staff),
        kind="training",
        key="privacy",
        subject_kind=SubjectKind.PERSON,
        subject_id=asked_for.person_id,
        on=date(2026, 2, 2),
        note="Seen on paper.",
    )
    db.session.commit()
    to_do = ("1 to do in the HMIS", "/licenses/work")
    request = ("1 license request", "/licenses?state=requested")
    evidence = ("1 entry or file of evidence", "/evidence/waiting")
    assert needs(browser(community.second)) == [to_do, request, evidence]
    assert needs(browser(community.staff)) == [to_do, request]


def test_an_agency_reads_what_it_owes_itself_and_which_report_it_must_attest(community: Community, browser: Browser):
    community.require(
        "checklist",
        "checklist",
        title="Security checklist",
        subject_kind=SubjectKind.ORGANIZATION,
        audience=Audience(places=frozenset({Place.PARTICIPATING})),
        recurrence=Recurrence.ONCE,
    )
    officer = factories.make_person(community.agency, Role.AGENCY_SECURITY_OFFICER)
    db.session.commit()
    place = f"/organizations/{community.agency.id}/standing"
    assert needs(browser(officer)) == [("Security checklist", place)]
    assert needs(browser(community.head)) == [("Security checklist", place)]
    assert needs(browser(community.user)) == []


def test_an_agency_administrator_reads_of_the_report_to_attest(
    community: Community, browser: Browser, clock_at: Callable[[datetime], None]
):
    licenses.add_schedule(
        community.act(community.admin), rhythm=Rhythm.MONTHLY, day=5, days_to_answer=14, agencies=(community.agency,)
    )
    db.session.commit()
    at = datetime(2026, 3, 5, 15, tzinfo=UTC)
    clock_at(at)
    run_job(next(job for job in JOBS if job.name == "licenses.ask_reports"), at)
    head = browser(community.head)
    ((title, href),) = needs(head)
    assert (title, head.get(href).status_code) == ("Attest who has access", 200)
    assert needs(browser(community.executive)) == []
