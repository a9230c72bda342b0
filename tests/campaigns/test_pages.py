"""A campaign in the browser: planned, looked over, launched, followed, excused, ended."""

from collections.abc import Callable
from datetime import date

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from portal.campaigns import jobs
from portal.campaigns.models import Campaign
from portal.db import db
from portal.people.models import Person
from portal.policy import Role
from portal.scheduler import run_job
from tests import factories
from tests.campaigns.conftest import LAUNCHING, Community, Tick, launch, member, members
from tests.people.steps import complaint, headings, rows, send

Browser = Callable[[Person], FlaskClient]


def words(client: FlaskClient, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return " ".join(BeautifulSoup(page.get_data(as_text=True), "html.parser").main.get_text(" ", strip=True).split())


def test_an_administrator_plans_looks_it_over_launches_and_ends(
    community: Community, asked: Campaign, browser: Browser
):
    admin = browser(community.admin)
    sent = send(
        admin,
        "/campaigns/new",
        title="Sign the new agreement",
        about="The text has changed.",
        requirement_id=str(asked.requirement_id),
        counts_from="2026-03-01",
        due_on="2026-03-31",
        joiner_days="14",
        quiet_from="19:00",
        quiet_until="07:00",
        person="-7, 1",
        agency_admin="1",
        agency_executive="",
        hmis_lead="",
    )
    path = sent.headers["Location"].removesuffix("/preview")
    looked = words(admin, f"{path}/preview")
    assert "2 people are asked; 0 of them have done it already" in looked
    assert "Mar 24, 2026 whoever has not done it at most 2 Apr 1, 2026 agency HMIS administrator at most 2" in looked
    shown = admin.get(f"{path}/preview?agency={community.agency.id}").get_data(as_text=True)
    assert ("Ash, Robin" in shown, "Birch, Sol" in shown) == (True, False)
    assert "Sol" in admin.get(f"{path}/preview?format=csv").get_data(as_text=True)

    assert send(admin, f"{path}/launch", f"{path}/preview", asks="2").status_code == 302
    run_job(LAUNCHING, community.at)
    assert "0 of 2 done (0%)" in words(admin, path)
    assert rows(admin.get(f"{path}/members")) == ["Ash, Robin", "Birch, Sol"]
    assert rows(admin.get(f"{path}/members?q=sol")) == ["Birch, Sol"]

    assert send(admin, f"{path}/end").status_code == 302
    assert "Ended" in words(admin, path)
    assert headings(admin.get("/campaigns")) == ["Campaigns 2"]


def test_a_ladder_that_cannot_be_read_is_told_at_its_field_and_kept(
    community: Community, asked: Campaign, browser: Browser
):
    sent = send(browser(community.admin), f"/campaigns/{asked.id}/change", person="a week before")
    assert (sent.status_code, "a week before" in sent.get_data(as_text=True)) == (422, True)
    assert "Type days from the due day" in complaint(sent)


def test_whoever_answers_for_an_agency_sees_its_own_part(community: Community, asked: Campaign, browser: Browser):
    running = launch(community, asked)
    head = browser(community.head)
    path = f"/campaigns/{running.id}/agencies/{community.agency.id}"
    assert rows(head.get(path)) == ["Ash, Robin"]
    assert "Robin Ash" in head.get(f"{path}?format=csv").get_data(as_text=True)
    assert head.get(f"/campaigns/{running.id}/agencies/{community.other.id}").status_code == 404
    assert "Renew your privacy training" in words(head, f"/organizations/{community.agency.id}")


def test_the_agencies_of_a_campaign_stand_in_one_table_below_their_bars(
    community: Community, asked: Campaign, browser: Browser
):
    running = launch(community, asked)

    page = BeautifulSoup(browser(community.admin).get(f"/campaigns/{running.id}").get_data(as_text=True), "html.parser")

    assert [len(page.select(one)) for one in ("main .chart", "main .chart details", "main table")] == [1, 0, 1]
    part = f"/campaigns/{running.id}/agencies/{community.agency.id}"
    assert [link["href"] for link in page.select("main table a")].count(part) == 1


def test_who_is_excused_is_asked_again_with_one_press(
    community: Community, asked: Campaign, browser: Browser, tick: Tick
):
    running = launch(community, asked)
    admin = browser(community.admin)
    one = member(running, community.user)
    assert send(admin, f"/campaigns/members/{one.id}/excuse", reason="Retires.").status_code == 302
    assert members(running)["Robin Ash"] == "excused"
    assert "no longer asked" not in words(admin, f"/campaigns/{running.id}/members?state=excused")
    again = send(admin, f"/campaigns/members/{one.id}/ask-again", f"/campaigns/{running.id}/members")
    assert (again.status_code, members(running)["Robin Ash"]) == (302, "open")


def test_the_list_and_the_record_cost_the_same_queries_whatever_their_size(
    community: Community, asked: Campaign, browser: Browser, tick: Tick, count_queries: Callable[..., int]
):
    running = launch(community, asked)
    staff = browser(community.staff)
    paths = (f"/campaigns/{running.id}", f"/campaigns/{running.id}/members", "/campaigns")

    def costs() -> list[int]:
        return [count_queries(lambda path=path: staff.get(path)) for path in paths]

    costs()
    few = costs()
    for number in range(20):
        place = factories.make_organization(coc=community.coc, name=f"Agency {number}")
        factories.make_person(place, Role.END_USER)
    db.session.commit()
    tick(0)
    assert (len(members(running)), costs()) == (22, few)


def test_whoever_is_asked_reads_on_their_standing_what_and_how(community: Community, asked: Campaign, browser: Browser):
    launch(community, asked)
    path = f"/people/{community.user.id}/standing"
    told = words(browser(community.user), path)
    assert "Asked of you by Mar 31, 2026. Only what is done on Mar 1, 2026 or later counts. Ask the help desk" in told
    community.met(community.user, date(2026, 3, 2))
    db.session.commit()
    run_job(jobs.JOBS[0], community.at)
    assert "Asked of you" not in words(browser(community.user), path)
