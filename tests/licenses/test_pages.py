"""The pages of licenses, by who opens them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.db import db
from portal.licenses import actions, queries
from portal.licenses.models import License
from portal.licenses.rules import Column, LicenseState, Reason
from portal.people.models import Membership, Person
from portal.people.rules import Participation
from portal.policy import Role
from portal.standing import actions as actions_of_standing
from portal.standing.rules import Audience, Place, SubjectKind
from tests import factories
from tests.licenses.conftest import Community
from tests.people.steps import complaint, headings, rows, send

Browser = Callable[[Person], FlaskClient]


def words(page: TestResponse) -> str:
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    return " ".join((soup.find("main") or soup).get_text(" ", strip=True).split())


def the_license() -> License:
    db.session.expire_all()
    return db.session.scalars(select(License).order_by(License.id.desc()).limit(1)).one()


def test_an_agency_asks_and_staff_approve_and_confirm(community: Community, browser: Browser):
    head, staff = browser(community.head), browser(community.staff)
    asked = send(
        head,
        "/licenses/new",
        agency_id=str(community.agency.id),
        email="noor@oxbow.example.org",
        first_name="Noor",
        last_name="Vale",
        reason="new_colleague",
    )
    held = the_license()
    assert asked.headers["Location"] == f"/licenses/{held.id}"
    assert rows(head.get("/licenses")) == ["Vale, Noor"]

    assert send(staff, f"/licenses/{held.id}/approve").status_code == 302
    assert rows(staff.get("/licenses/work")) == ["Vale, Noor"]
    item = the_license().open_work
    refused = send(staff, f"/licenses/work/{item.id}")
    assert (refused.status_code, complaint(refused)) == (
        409,
        "Write down the login ID that the person has in the HMIS.",
    )
    assert send(staff, f"/licenses/work/{item.id}", login_id="nvale").status_code == 302
    assert the_license().state is LicenseState.ACTIVE
    shown = words(head.get(f"/licenses/{held.id}"))
    assert "gave access in the HMIS (done in the HMIS)" in shown
    assert "nvale" in shown


def test_an_agency_ends_a_leaver_on_the_clocks_of_its_community(community: Community, browser: Browser):
    held = community.active()
    head = browser(community.head)
    page = head.get(f"/people/{held.person_id}/left")
    assert headings(page) == ["End the access of Noor Vale"]
    sent = send(head, f"/people/{held.person_id}/left", agency_id=str(community.agency.id), left_at="2026-03-02T08:00")

    assert sent.headers["Location"] == "/licenses/leavers"
    leaver = queries.leaver_of(held.person_id, community.agency.id)
    assert (community.at - leaver.left_at, leaver.ended_at) == (timedelta(hours=1), None)
    listed = words(head.get("/licenses/leavers"))
    assert "Due in 23 h" in listed
    assert "Mar 2, 2026, 8:00 am CT 1 h 0 min so far" in listed
    assert rows(browser(community.staff).get("/licenses/work")) == ["Vale, Noor"]


def test_one_agency_neither_sees_nor_ends_nor_asks_for_another(community: Community, browser: Browser):
    held = community.active()
    stranger = factories.make_person(community.other, Role.AGENCY_ADMIN)
    client = browser(stranger)

    assert client.get(f"/licenses/{held.id}").status_code == 404
    assert client.get(f"/people/{held.person_id}/left").status_code == 404
    assert rows(client.get("/licenses")) == []
    facts = {"email": "x@example.org", "first_name": "Kit", "last_name": "Low", "reason": "new_colleague"}
    refused = send(client, "/licenses/new", agency_id=str(community.agency.id), **facts)
    assert (refused.status_code, complaint(refused)) == (422, "Agency: Choose one of the list.")


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("user", "/licenses/new", 403),
        ("executive", "/licenses/new", 403),
        ("head", "/licenses/work", 403),
        ("head", "/licenses/{id}/approve", 403),
        ("head", "/licenses/{id}/revoke", 403),
        ("head", "/licenses/suspensions", 404),
        ("head", "/licenses/seats/new", 404),
        ("staff", "/licenses/clocks", 404),
        ("executive", "/licenses/{id}", 200),
        ("user", "/licenses/{id}", 404),
        ("governor", "/licenses/{id}", 404),
        ("governor", "/licenses/compliance", 200),
        ("user", "/licenses/compliance", 403),
        ("admin", "/licenses/clocks", 200),
        ("admin", "/licenses/seats/new", 200),
        ("staff", "/licenses/suspensions/waiting", 200),
    ],
)
def test_each_page_opens_for_whom_it_is(community: Community, browser: Browser, who: str, path: str, status: int):
    held = community.active()
    found = browser(getattr(community, who)).get(path.format(id=held.id)).status_code

    assert {403: 403, 404: 404}.get(found, found) in ({403, 404} if status in (403, 404) else {status})


def test_two_people_suspend_from_the_lists(community: Community, browser: Browser, clock_at: Callable[..., None]):
    community.require()
    held = community.ask()
    community.met(held.person, date(2025, 3, 10))
    actions.approve(community.act(community.staff), held)
    community.confirm(held, "nvale")
    db.session.commit()
    clock_at(community.at + timedelta(days=40))
    first, second = browser(community.staff), browser(community.second)

    assert rows(first.get("/licenses/suspensions")) == ["Vale, Noor"]
    assert send(first, "/licenses/suspensions", ids=[str(held.id)]).headers["Location"] == (
        "/licenses/suspensions/waiting"
    )
    own = send(first, "/licenses/suspensions/waiting", ids=[str(held.id)], decision="approve")
    assert (own.status_code, complaint(own)[:44]) == (409, "Whoever proposed a suspension cannot approve")
    assert "Your HMIS license is suspended" in words(second.get("/licenses/suspensions/waiting"))
    assert send(second, "/licenses/suspensions/waiting", ids=[str(held.id)], decision="approve").status_code == 302
    assert the_license().state is LicenseState.SUSPENDED


def of_agency(community: Community) -> None:
    community.require(
        "participation",
        "agreement",
        subject_kind=SubjectKind.ORGANIZATION,
        audience=Audience(places=frozenset({Place.PARTICIPATING})),
    )


def test_the_matrix_says_how_each_agency_stands_and_what_is_not_set_up(community: Community, browser: Browser):
    of_agency(community)
    community.require()
    held = community.ask()
    community.met(held.person, date(2026, 2, 1))
    actions.approve(community.act(community.admin), held, override=True, by_admin=True, note="The agreement is coming.")
    community.confirm(held, "nvale")
    db.session.commit()

    page = browser(community.staff).get("/licenses/compliance")
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    table = {
        row.th.get_text(strip=True): [cell.get_text(" ", strip=True) for cell in row.find_all("td")]
        for row in soup.select(".matrix tbody tr")
    }
    assert table["Oxbow House"][:3] == ["1 of 1 valid", "No export loaded yet", "1 of 1 people"]
    assert table["Oxbow House"][5] == "Not set up yet"
    assert "Safe Harbor" not in table
    assert table["Millrace"][0] == "No active license"


def test_a_cell_in_grace_shows_the_day_by_which_to_do_it(community: Community, browser: Browser):
    community.require(grace_days=30)
    community.require(
        "security",
        "checklist",
        subject_kind=SubjectKind.ORGANIZATION,
        audience=Audience(places=frozenset({Place.PARTICIPATING})),
        grace_days=30,
    )
    held = community.ask(community.user.email)
    community.met(held.person, date(2025, 2, 20))
    actions_of_standing.record_evidence(
        community.act(community.staff),
        "checklist",
        SubjectKind.ORGANIZATION,
        community.agency.id,
        "security",
        date(2025, 2, 20),
    )
    actions.approve(community.act(community.staff), held)
    community.confirm(held, "nvale")
    db.session.commit()

    row = queries.compliance(community.admin.actor_on(community.at.date()), community.at, {})
    cells = {one.agency.id: one.cells for one in row}[community.agency.id]
    by = date(2026, 3, 22)
    assert [cells[what].on for what in (Column.LICENSES, Column.TRAINING, Column.CHECKLIST)] == [by, by, by]
    assert "Grace by Mar 22, 2026" in words(browser(community.head).get("/licenses/compliance"))


def test_an_agency_that_loses_somebody_is_led_to_choosing_the_person(community: Community, browser: Browser):
    soup = BeautifulSoup(browser(community.head).get("/licenses/leavers").get_data(as_text=True), "html.parser")
    primary = [one for one in soup.select(".page-head a.usa-button") if "usa-button--outline" not in one["class"]]

    assert [(one.get_text(strip=True), one["href"]) for one in primary] == [("Somebody left", "/people")]


def test_each_cell_opens_its_reasons_and_governance_reads_no_names(community: Community, browser: Browser):
    community.active()
    of_agency(community)
    db.session.commit()
    path = f"/organizations/{community.agency.id}/compliance"

    assert "Noor Vale" in words(browser(community.staff).get(path))
    assert "Noor Vale" in words(browser(community.head).get(path))
    shown = words(browser(community.governor).get(path))
    assert "Noor Vale" not in shown
    assert "1 of 1 person with a license meets all that is asked." in shown
    assert browser(community.governor).get(f"/organizations/{community.other.id}/compliance").status_code == 404
    assert browser(community.staff).get(f"/organizations/{community.vsp.id}/compliance").status_code == 404


def test_the_matrix_is_exported_as_it_stands(community: Community, browser: Browser):
    community.active()
    client = browser(community.head)
    sheet = client.get("/licenses/compliance?format=csv").get_data(as_text=True).splitlines()

    assert sheet[0].lstrip("\ufeff") == (
        "Agency,CoCs,Valid licenses,Entering data consistently,Training current,Agreement on file,"
        "Security checklist,Open findings"
    )
    assert [line.split(",")[0] for line in sheet[1:]] == ["Oxbow House"]
    assert client.get("/licenses/compliance?format=xlsx").data[:2] == b"PK"
    listed = client.get("/licenses?format=csv").get_data(as_text=True).splitlines()
    assert [line.split(",")[:2] for line in listed[1:]] == [["Vale", "Noor"]]


def test_lists_cost_the_same_however_long_they_are(
    community: Community, browser: Browser, count_queries: Callable[[Callable[[], object]], int]
):
    of_agency(community)
    community.require()
    client = browser(community.staff)
    paths = ("/licenses", "/licenses/work", "/licenses/leavers", "/licenses/seats", "/licenses/compliance")

    def fill(number: int) -> None:
        for index in range(number):
            agency = factories.make_organization(coc=community.coc, participation=Participation.PARTICIPATING)
            person = factories.make_person(agency, Role.END_USER)
            held = actions.request_license(
                community.act(community.staff), agency, email=person.email, reason=Reason.NEW_COLLEAGUE
            )
            actions.approve(community.act(community.admin), held, override=True, by_admin=True, note=f"Case {index}")
        db.session.commit()

    fill(1)
    few = [count_queries(lambda path=path: client.get(path)) for path in paths]
    fill(6)
    many = [count_queries(lambda path=path: client.get(path)) for path in paths]

    assert many == few


def test_records_show_licenses_beside_and_lead_to_what_can_be_done(community: Community, browser: Browser):
    held = community.active()
    head = browser(community.head)

    person = words(head.get(f"/people/{held.person_id}"))
    assert "HMIS licenses" in person
    assert "Noor left: end all access" in person
    agency = words(head.get(f"/organizations/{community.agency.id}"))
    assert "1 of 0 used, over. No requests wait." in agency


def test_seats_and_clocks_are_kept(community: Community, browser: Browser):
    admin = browser(community.admin)
    facts = {"agency_id": str(community.agency.id), "coc_id": str(community.coc.id)}
    assert send(admin, "/licenses/seats/new", number="5", starts_on="2026-01-01", **facts).status_code == 302
    assert "0 of 5 seats are used." in words(admin.get("/licenses/seats"))
    hours = {"leaver": "12", "grant": "48", "suspend": "24", "restore": "24", "revoke": "24"}
    assert send(admin, "/licenses/clocks", **hours).status_code == 302
    assert {name.value: number for name, number in queries.clocks().items()} == {k: int(v) for k, v in hours.items()}


def test_staff_do_not_end_the_people_of_the_hmis_lead(community: Community, browser: Browser):
    lead, staff = community.admin.home_id, browser(community.staff)

    assert staff.get(f"/people/{community.admin.id}/left").status_code == 403
    assert "left: end all access" not in words(staff.get(f"/people/{community.admin.id}"))
    assert staff.get(f"/organizations/{lead}/access/attest").status_code == 403
    assert browser(community.admin).get(f"/organizations/{lead}/access/attest").status_code == 200


def test_nobody_approves_the_own_license(community: Community, browser: Browser):
    held = actions.request_license(
        community.act(community.admin), community.staff.home, email=community.staff.email, reason=Reason.NEW_DUTIES
    )
    db.session.commit()
    refused = send(browser(community.staff), f"/licenses/{held.id}/approve")

    assert (refused.status_code, complaint(refused)[:34]) == (409, "Nobody approves their own license.")


def test_an_agency_that_asks_for_a_stranger_does_not_read_how_the_stranger_stands(
    community: Community, browser: Browser
):
    community.require()
    stranger = factories.make_person(community.other, Role.END_USER, first_name="Kit")
    held = community.ask(stranger.email)
    db.session.commit()
    shown = words(browser(community.head).get(f"/licenses/{held.id}"))

    assert "The HMIS Lead checks what Kit has met at another agency." in shown
    assert "Privacy training" not in shown
    assert "Privacy training" in words(browser(community.staff).get(f"/licenses/{held.id}"))


def test_the_own_license_offers_no_decision_about_oneself(community: Community, browser: Browser):
    held = actions.request_license(
        community.act(community.second), community.staff.home, email=community.staff.email, reason=Reason.NEW_DUTIES
    )
    db.session.commit()
    path = f"/licenses/{held.id}"

    own, other = words(browser(community.staff).get(path)), words(browser(community.second).get(path))

    assert ("Approve" in other, "Approve" in own) == (True, False)
    assert "Somebody else of the HMIS Lead decides about it" in own


def test_where_an_agency_works_in_several_cocs_the_form_asks_in_which(community: Community, browser: Browser):
    head = browser(community.head)
    assert 'name="coc_id"' not in head.get("/licenses/new").get_data(as_text=True)
    db.session.add(Membership(organization_id=community.agency.id, coc_id=community.other_coc.id))
    db.session.commit()
    facts = {"agency_id": community.agency.id, "email": "noor@oxbow.example.org", "reason": "new_colleague"}
    facts |= {"first_name": "Noor", "last_name": "Vale"}

    short = send(head, "/licenses/new", coc_id="", **facts)
    assert "Oxbow House works in several CoCs. Choose one." in words(short)
    assert send(head, "/licenses/new", coc_id=community.other_coc.id, **facts).status_code == 302

    assert the_license().coc_id == community.other_coc.id


def test_a_coc_leads_its_governance_to_compliance_and_responsibilities(community: Community, browser: Browser):
    page = browser(community.governor).get(f"/organizations/{community.coc.id}").get_data(as_text=True)

    assert ('href="/licenses/compliance"' in page, f"/organizations/{community.coc.id}/responsibilities" in page) == (
        True,
        True,
    )


def test_a_verdict_leads_to_its_evidence_only_who_may_read_it(community: Community, browser: Browser):
    """An end user sees that the agency's agreement stands, and not the agreement."""
    of_agency(community)
    shown = actions_of_standing.record_evidence(
        community.act(community.staff),
        "agreement",
        SubjectKind.ORGANIZATION,
        community.agency.id,
        "participation",
        date(2026, 1, 5),
    )
    held = actions.request_license(
        community.act(community.head), community.agency, email=community.user.email, reason=Reason.NEW_DUTIES
    )
    db.session.commit()
    link = f'href="/evidence/{shown.id}"'

    pages = {
        one.first_name: browser(one).get(f"/licenses/{held.id}").get_data(as_text=True)
        for one in (community.user, community.head, community.staff)
    }

    assert {name: (text.count("Participation training") > 0, link in text) for name, text in pages.items()} == {
        "Robin": (True, False),
        "Ada": (True, True),
        "Dana": (True, True),
    }
