"""The register and one's own account, in the browser."""

import csv
import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template
from flask.testing import FlaskClient
from markupsafe import Markup

from portal import panels
from portal.db import db
from portal.people import queries
from portal.people.models import Holiday, Organization, Person, Project
from portal.people.rules import JobKind, OrganizationKind, Participation
from portal.policy import Role
from portal.settings import Settings
from tests.conftest import MONDAY, form_of
from tests.factories import make_coc, make_organization, make_person, make_project
from tests.people.steps import (
    PASSWORD,
    complaint,
    facts,
    give_password,
    headings,
    letters_to,
    rows,
    send,
    text,
    try_to_enter,
)

Enter = Callable[[FlaskClient, Person], FlaskClient]


def test_an_agency_is_added_shown_edited_ended_and_brought_back(desk: FlaskClient):
    coc = make_coc(name="Kestrel Valley CoC", short_name="Kestrel")
    fields = {
        "name": "Oxbow House",
        "short_name": "Oxbow",
        "participation": "vsp",
        "coc_ids": str(coc.id),
        "city": " Kestrel  Falls ",
        "phone": "555-0110",
        "link_only_letters": "y",
    }

    added = send(desk, "/organizations/new?kind=agency", **fields)
    made = db.session.scalars(db.select(Organization).where(Organization.name == "Oxbow House")).one()
    page = desk.get(added.headers["Location"])

    assert added.headers["Location"] == f"/organizations/{made.id}"
    assert (made.kind, made.participation) == (OrganizationKind.AGENCY, Participation.VSP)
    assert text(page, ".page-head .tag") == ["Victim service provider"]
    shown = facts(page)
    assert (shown["City"], shown["Letters"], shown["Works in"]) == ("Kestrel Falls", "Links only", "Kestrel Valley CoC")

    edited = send(desk, f"/organizations/{made.id}/edit", **{**fields, "name": "Oxbow House Inc."})
    assert edited.status_code == 302
    assert headings(desk.get(f"/organizations/{made.id}")) == ["Oxbow House Inc."]

    asked = desk.get(f"/organizations/{made.id}/end")
    assert headings(asked) == ["End Oxbow House Inc. ?".replace(" ?", "?")]
    send(desk, f"/organizations/{made.id}/end")
    ended = desk.get(f"/organizations/{made.id}")
    assert text(ended, ".page-head .tag") == ["Ended Mar 2, 2026"]

    send(desk, f"/organizations/{made.id}/return", page=f"/organizations/{made.id}")
    history = text(desk.get(f"/organizations/{made.id}/history"), ".timeline__words")
    assert history == [
        "Ada Moss brought this organization back",
        "Ada Moss ended this organization",
        "Ada Moss changed the details",
        "Ada Moss added this organization",
    ]


@pytest.mark.parametrize(
    ("kind", "more", "labels"),
    [
        ("coc", {"code": "XX-501", "time_zone": "America/Denver"}, ["CoC number", "Time zone"]),
        ("vendor", {}, []),
        ("partner", {}, []),
    ],
)
def test_each_kind_of_organization_asks_only_for_what_it_has(
    desk: FlaskClient, kind: str, more: dict[str, str], labels: list[str]
):
    path = f"/organizations/new?kind={kind}"
    page = desk.get(path)
    added = send(desk, path, name="Somebody", short_name="Somebody", **more)

    asked = {label.removesuffix(" *") for label in text(page, "label")}
    particular = {"CoC number", "ID in the HMIS", "Time zone", "Part in HMIS", "Send links only"}
    assert asked & particular == set(labels)
    assert desk.get(added.headers["Location"]).status_code == 200


def test_a_second_hmis_lead_is_refused_with_everything_typed_kept(desk: FlaskClient):
    path = "/organizations/new?kind=hmis_lead"
    answer = send(desk, path, name="Another Lead", short_name="Another", time_zone="America/Chicago")

    assert answer.status_code == 409
    assert complaint(answer) == "There is an HMIS Lead already. A portal serves one."
    assert 'value="Another Lead"' in answer.get_data(as_text=True)


def test_bad_input_is_named_field_by_field(desk: FlaskClient):
    answer = send(desk, "/organizations/new?kind=agency", name=" ", short_name="x" * 61, participation="chief")

    assert answer.status_code == 422
    assert complaint(answer) == (
        "Name: Type the name of the organization. Short name: Use at most 60 characters. "
        "Part in HMIS: Choose one of the list."
    )


def test_a_project_is_added_shown_edited_and_ended(desk: FlaskClient):
    coc = make_coc()
    agency = make_organization(coc=coc, name="Oxbow House")
    fields = {
        "name": "Oxbow Night Shelter",
        "agency_id": str(agency.id),
        "coc_id": str(coc.id),
        "project_type": "1",
        "hmis_id": "P-17",
        "starts_on": "2024-10-01",
    }

    added = send(desk, "/projects/new", **fields)
    project = db.session.scalars(db.select(Project)).one()
    send(desk, f"/projects/{project.id}/edit", **{**fields, "is_funded": "y"})
    page = desk.get(added.headers["Location"])
    early = send(desk, f"/projects/{project.id}/end", ended_on="2020-01-01")
    ended = send(desk, f"/projects/{project.id}/end", ended_on="2026-02-28")

    assert facts(page)["Project type"] == "Emergency shelter, night by night (1)"
    assert facts(page)["Funded by the CoC or ESG program"] == "Yes"
    assert facts(page)["Operating since"] == "Oct 1, 2024"
    assert complaint(early) == "Oxbow Night Shelter cannot end before it started."
    assert ended.status_code == 302
    assert project.ended_on == date(2026, 2, 28)


def test_a_project_outside_of_its_agencys_cocs_is_refused(desk: FlaskClient):
    east, west = make_coc(name="East CoC"), make_coc(name="West CoC")
    agency = make_organization(coc=east, name="Oxbow House")
    fields = {"name": "P", "project_type": "1", "starts_on": "2024-10-01"}

    answer = send(desk, "/projects/new", agency_id=str(agency.id), coc_id=str(west.id), **fields)

    assert answer.status_code == 409
    assert complaint(answer) == "Oxbow House does not work in West CoC. Add the CoC to the agency first."


def test_a_person_is_added_invited_given_a_role_and_ended(desk: FlaskClient):
    agency = make_organization(name="Oxbow House")
    fields = {"first_name": "Dana", "last_name": "Reed", "email": "dana@oxbow.example.org", "home_id": str(agency.id)}

    added = send(desk, "/people/new", roles="end_user", invite="y", **fields)
    dana = queries.person_by_email("dana@oxbow.example.org")
    page = desk.get(added.headers["Location"])

    assert added.headers["Location"] == f"/people/{dana.id}"
    assert text(page, ".page-head .tag") == ["Invited"]
    assert [letter.notice for letter in letters_to(dana.email)] == ["people/invitation"]

    wrong = send(desk, f"/people/{dana.id}/roles/new", role="lead_staff", starts_on="2026-03-02")
    given = send(desk, f"/people/{dana.id}/roles/new", role="agency_admin", starts_on="2026-03-02")
    assert complaint(wrong) == "The role “HMIS Lead staff” does not fit Oxbow House (agency)."
    assert given.status_code == 302

    role = next(role for role in dana.roles if role.role is Role.AGENCY_ADMIN)
    asked = desk.get(f"/people/{dana.id}/roles/{role.id}/end")
    send(desk, f"/people/{dana.id}/roles/{role.id}/end")
    assert headings(asked) == ["End the role agency HMIS administrator?"]
    assert desk.get(f"/people/{dana.id}/roles/{role.id}/end").status_code == 404

    send(desk, f"/people/{dana.id}/end")
    ended = desk.get(f"/people/{dana.id}")
    assert text(ended, ".page-head .tag") == ["Ended"]
    assert text(desk.get(f"/people/{dana.id}/history"), ".timeline__words") == [
        "Ada Moss ended this person’s access".replace("’", "'"),
        "Ada Moss ended all sessions",
        "Ada Moss ended the role agency HMIS administrator at Oxbow House",
        "Ada Moss gave the role agency HMIS administrator at Oxbow House",
        "Ada Moss sent an invitation",
        "Ada Moss gave the role end user at Oxbow House",
        "Ada Moss added this person",
    ]


def test_editing_keeps_the_address_unless_it_changes(desk: FlaskClient):
    person = make_person(make_organization(), first_name="Dana", last_name="Reed", email="dana@example.org")
    path = f"/people/{person.id}/edit"
    hidden = form_of(desk.get(path))
    fields = {"first_name": "Dana", "last_name": "Reed-Vo", "email": "dana@example.org", "home_id": person.home_id}

    desk.post(path, data={**hidden, **fields})
    taken = send(desk, path, **{**fields, "email": "ZOE@example.org"})

    assert db.session.get(Person, person.id).last_name == "Reed-Vo"
    assert letters_to("dana@example.org") == []
    assert taken.status_code == 409
    assert complaint(taken).startswith("Somebody in the register has this e-mail address already.")


def test_a_form_sent_twice_adds_one_person(desk: FlaskClient):
    agency = make_organization()
    hidden = form_of(desk.get("/people/new"))
    fields = {**hidden, "first_name": "Dana", "last_name": "Reed", "email": "d@example.org", "home_id": agency.id}

    first, second = desk.post("/people/new", data=fields), desk.post("/people/new", data=fields)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]


def test_staff_add_people_without_roles_because_they_may_not_grant_them(app: Flask, admin: Person, sign_in: Enter):
    staff = sign_in(app.test_client(), make_person(admin.home, Role.LEAD_STAFF))
    fields = {"first_name": "Dana", "last_name": "Reed", "email": "d@example.org", "home_id": str(admin.home_id)}

    page = staff.get("/people/new")
    send(staff, "/people/new", roles="lead_admin", **fields)

    assert "Roles there" not in page.get_data(as_text=True)
    assert queries.person_by_email("d@example.org").roles == []


def test_the_list_of_people_filters_sorts_and_pages(desk: FlaskClient):
    agency = make_organization(name="Oxbow House")
    for number in range(60):
        name = f"Sample {number:02}"
        make_person(agency, Role.END_USER, first_name="Robin", last_name=name, email=f"{number}@example.org")
    make_person(agency, Role.AGENCY_ADMIN, first_name="100%", last_name="Under_score")
    make_person(agency, first_name="Gone", last_name="Away", ended_on=date(2025, 1, 1))

    def listed(query: str) -> list[str]:
        return rows(desk.get(f"/people?{query}"))

    assert listed("q=under_sc") == ["Under_score, 100%"]
    assert listed("q=robin+07") == ["Sample 07, Robin"]
    assert listed("q=%25_") == []
    assert listed("role=agency_admin") == ["Under_score, 100%"]
    assert listed("state=ended") == ["Away, Gone"]
    assert listed(f"organization={agency.id}&sort=-name")[:2] == ["Under_score, 100%", "Sample 59, Robin"]
    assert listed("role=nonsense&state=nonsense&sort=id;--&organization=x")[:1] == ["Moss, Ada"]
    assert listed("q=%00")[:1] == ["Moss, Ada"]

    seen, page = [], desk.get(f"/people?organization={agency.id}")
    while True:
        seen += rows(page)
        onward = BeautifulSoup(page.get_data(as_text=True), "html.parser").find("a", rel="next")
        if onward is None:
            break
        page = desk.get(onward["href"])
    assert seen == [f"Sample {number:02}, Robin" for number in range(60)] + ["Under_score, 100%"]


def test_a_list_costs_the_same_number_of_queries_however_long_it_is(
    desk: FlaskClient, count_queries: Callable[[Callable[[], object]], int]
):
    coc = make_coc()

    def grow(number: int) -> None:
        for _ in range(number):
            agency = make_organization(coc=coc)
            make_project(agency, coc)
            make_person(agency, Role.END_USER)
            make_person(agency, Role.END_USER, password_hash="x")
        db.session.commit()

    lists, costs = ("/people", "/organizations", "/projects"), []
    for number in (2, 20):
        grow(number)
        costs.append([count_queries(lambda path=path: desk.get(path)) for path in lists])

    assert costs[0] == costs[1]
    assert max(costs[1]) <= 12


def test_record_pages_cost_a_constant_number_of_queries(
    desk: FlaskClient, admin: Person, count_queries: Callable[[Callable[[], object]], int]
):
    coc = make_coc()
    agency = make_organization(coc=coc)

    def costs() -> list[int]:
        paths = (f"/people/{admin.id}", f"/organizations/{agency.id}", f"/organizations/{coc.id}", "/account")
        return [count_queries(lambda path=path: desk.get(path)) for path in paths]

    make_project(agency, coc)
    make_person(agency, Role.END_USER)
    few = costs()
    for _ in range(15):
        make_project(agency, coc)
        make_person(agency, Role.END_USER)
        desk.get("/people")

    assert costs() == few


def test_exports_hold_exactly_what_is_listed_and_no_formulas(desk: FlaskClient):
    agency = make_organization(name="=cmd|' /C calc'!A0")
    make_person(agency, Role.END_USER, first_name="+Dana", last_name="Reed", job_title="@home")

    sheet = desk.get("/people?q=reed&format=csv")
    lines = list(csv.DictReader(io.StringIO(sheet.get_data(as_text=True).lstrip("\ufeff"))))
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/people?q=reed&format=xlsx").get_data()))

    assert sheet.headers["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert [(line["First name"], line["Works at"], line["Job title"]) for line in lines] == [
        ("'+Dana", "'=cmd|' /C calc'!A0", "'@home")
    ]
    assert [cell.value for cell in book.active[2]][:2] == ["Reed", "+Dana"]
    assert "f" not in {cell.data_type for cell in book.active[2]}
    for path in ("/organizations?format=csv&state=ended", "/projects?format=csv"):
        assert desk.get(path).get_data(as_text=True).count("\n") == 1


def test_organizations_and_projects_are_filtered_by_kind_coc_and_type(desk: FlaskClient):
    east, west = make_coc(name="East CoC"), make_coc(name="West CoC")
    oxbow, alder = make_organization(coc=east, name="Oxbow"), make_organization(coc=west, name="Alder")
    make_organization(OrganizationKind.VENDOR, name="Softworks")
    make_project(oxbow, east, name="Beds", project_type=1)
    make_project(alder, west, name="Doors", project_type=13, hmis_id="77")

    assert rows(desk.get("/organizations?kind=agency")) == ["Alder", "Oxbow"]
    assert rows(desk.get(f"/organizations?coc={east.id}")) == ["East CoC", "Oxbow"]
    assert rows(desk.get("/organizations?kind=agency&sort=-name")) == ["Oxbow", "Alder"]
    assert rows(desk.get("/projects?type=13")) == ["Doors"]
    assert rows(desk.get(f"/projects?agency={oxbow.id}")) == ["Beds"]
    assert rows(desk.get("/projects?q=77")) == ["Doors"]
    assert rows(desk.get("/projects?state=ended")) == []


def test_empty_lists_say_why_and_what_to_do_next(desk: FlaskClient):
    filtered, empty = desk.get("/people?q=nobody"), desk.get("/projects")

    assert text(filtered, ".empty__why") == ["Nobody matches these filters."]
    assert text(filtered, ".empty a") == ["Clear filters"]
    assert text(empty, ".empty__why") == ["No project is in the register yet."]
    assert text(empty, ".empty a") == ["Add the first one"]


def test_holidays_are_added_and_removed(desk: FlaskClient):
    coc = make_coc(short_name="Kestrel CoC")
    path = f"/organizations/{coc.id}/holidays"

    send(desk, path, day="2026-05-29", name="Kestrel Day")
    send(desk, path + "/federal", page=path, year="2026")
    again = send(desk, path, day="2026-05-29", name="Again")
    listed = text(desk.get(path), "tbody th")
    held = next(one for one in queries.holidays_listed(coc.id, date(2026, 1, 1)) if one.name == "Kestrel Day")
    send(desk, f"{path}/{held.id}/remove", page=path)

    assert complaint(again) == "This day is on the list already."
    assert (len(listed), listed[0]) == (13, "Jan 1, 2026")
    assert date(2026, 5, 29) not in queries.holidays(coc.id)
    assert send(desk, path + "/federal", page=path, year="1999").status_code == 400
    assert text(desk.get(f"/organizations/{coc.id}"), ".usa-list li")[0] == "May 25, 2026 · Memorial Day"


def test_an_agency_administrator_sees_the_own_agency_and_nothing_to_change(app: Flask, admin: Person, sign_in: Enter):
    coc = make_coc()
    mine, other = make_organization(coc=coc, name="Mine"), make_organization(coc=coc, name="Other")
    project = make_project(mine, coc, name="My beds")
    make_project(other, coc, name="Other beds")
    head = make_person(mine, Role.AGENCY_ADMIN, first_name="Head", last_name="Agency")
    colleague = make_person(mine, Role.END_USER, first_name="Team", last_name="Agency")
    make_person(other, Role.END_USER)
    client = sign_in(app.test_client(), head)

    page = client.get(f"/organizations/{mine.id}")

    assert rows(client.get("/organizations")) == ["Mine"]
    assert rows(client.get("/projects")) == ["My beds"]
    assert rows(client.get("/people")) == ["Agency, Head", "Agency, Team"]
    assert text(page, ".page-head__actions a, .page-head__actions button") == []
    assert text(page, ".plain-table th[scope=row]") == ["My beds", "Head Agency", "Team Agency"]
    assert client.get(f"/projects/{project.id}").status_code == 200
    assert client.get(f"/projects/{project.id}/edit").status_code == 403
    assert client.get(f"/people/{colleague.id}").status_code == 200
    assert client.get(f"/organizations/{coc.id}").status_code == 404


def test_coc_governance_sees_its_own_coc(app: Flask, admin: Person, sign_in: Enter):
    east, west = make_coc(name="East CoC"), make_coc(name="West CoC")
    here, there = make_organization(coc=east, name="Here"), make_organization(coc=west, name="There")
    make_project(here, east, name="Beds here")
    make_project(there, west, name="Beds there")
    client = sign_in(app.test_client(), make_person(east, Role.COC_GOVERNANCE))

    assert rows(client.get("/organizations")) == ["East CoC", "Here"]
    assert rows(client.get("/projects")) == ["Beds here"]
    assert client.get(f"/organizations/{there.id}").status_code == 404
    assert client.get(f"/organizations/{west.id}").status_code == 404


def test_an_end_user_sees_only_the_own_record(app: Flask, admin: Person, sign_in: Enter):
    person = make_person(make_organization(), Role.END_USER, first_name="Just", last_name="Me")
    colleague = make_person(person.home, Role.END_USER)
    client = sign_in(app.test_client(), person)

    assert rows(client.get("/people")) == ["Me, Just"]
    assert client.get(f"/people/{person.id}").status_code == 200
    assert client.get(f"/people/{colleague.id}").status_code == 404


def test_other_packages_put_panels_beside_a_record(desk: FlaskClient, admin: Person):
    slot = panels.slot("person.side")

    def filling(person: Person) -> Markup:
        return Markup("<p class='from-outside'>3 trainings of {}</p>").format(person.first_name)

    slot.fill(filling)
    try:
        page = desk.get(f"/people/{admin.id}")
    finally:
        slot.fillings.remove(filling)

    assert text(page, ".columns__side .from-outside") == ["3 trainings of Ada"]


def test_the_account_page_lists_sessions_and_ends_them(app: Flask, admin: Person, settings: Settings):
    give_password(admin, settings, MONDAY)
    here, phone = app.test_client(), app.test_client()
    phone.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone) Version/19.0 Safari/604.1"
    for client in (here, phone):
        try_to_enter(client, admin.email, PASSWORD)

    page = here.get("/account")
    sessions = text(page, ".plain-table tbody th")
    ended = here.post(f"/account/sessions/{2}/end", data=form_of(page))

    assert sessions == ["A browser This one", "Safari on iPhone Sign out"]
    assert ended.headers["Location"] == "/account"
    assert phone.get("/account").status_code == 302
    assert here.post("/account/sessions/999/end", data=form_of(here.get("/account"))).status_code == 404


def test_shortcuts_can_be_switched_off(desk: FlaskClient, admin: Person):
    send(desk, "/account/shortcuts", page="/account", on="0")

    assert db.session.get(Person, admin.id).shortcuts_on is False


def test_staff_sign_somebody_out_everywhere(app: Flask, desk: FlaskClient, sign_in: Enter):
    person = make_person(make_organization(), password_hash="x")
    elsewhere = sign_in(app.test_client(), person)

    send(desk, f"/people/{person.id}/sign-out", page=f"/people/{person.id}")

    assert elsewhere.get("/account").status_code == 302


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**30])
def test_numbers_that_no_row_can_have_are_not_found(desk: FlaskClient, admin: Person, number: int):
    paths = [f"/{kind}/{number}" for kind in ("people", "organizations", "projects")]
    hidden = form_of(desk.get("/account"))
    coc = make_coc()

    assert [desk.get(path).status_code for path in paths] == [404, 404, 404]
    assert desk.post(f"/account/sessions/{number}/end", data=hidden).status_code == 404
    assert desk.post(f"/organizations/{coc.id}/holidays/{number}/remove", data=hidden).status_code == 404
    assert desk.get(f"/people/{admin.id}/roles/{number}/end").status_code == 404


def test_errors_are_calm_pages_with_a_way_home(app: Flask, desk: FlaskClient):
    found_nothing = desk.get("/people/999999")

    assert found_nothing.status_code == 404
    assert headings(found_nothing) == ["We found nothing here"]
    assert text(found_nothing, "main a") == ["Go to my home page"]
    assert headings(app.test_client().get("/nowhere")) == ["We found nothing here"]


def test_when_the_database_is_away_the_page_asks_it_nothing(
    app: Flask, desk: FlaskClient, count_queries: Callable[[Callable[[], object]], int]
):
    with app.test_request_context("/"):
        pages: list[str] = []
        asked = count_queries(lambda: pages.append(render_template("away.html")))

    assert asked == 0
    assert "It cannot reach its database right now." in pages[0]


def test_people_are_found_by_the_kind_of_their_job(desk: FlaskClient):
    agency = make_organization()
    make_person(agency, last_name="Intake", job_kind=JobKind.INTAKE)
    analyst = make_person(agency, last_name="Numbers", job_kind=JobKind.ANALYSIS)
    make_person(agency, last_name="Nobody")
    db.session.commit()

    assert rows(desk.get("/people?job=analysis")) == ["Numbers, Robin"]
    assert facts(desk.get(f"/people/{analyst.id}"))["Kind of job"] == "Analyst"


def test_ending_a_person_says_what_happens_and_what_others_add(desk: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    person = make_person(make_organization(name="Oxbow House"), Role.END_USER)
    db.session.commit()
    slot = panels.slot("people.end_person")

    monkeypatch.setattr(slot, "fillings", [])
    alone = text(desk.get(f"/people/{person.id}/end"), ".group li, .group p")
    monkeypatch.setattr(slot, "fillings", [lambda who: Markup(f"<p>The license of {who.first_name} ends too.</p>")])
    told = text(desk.get(f"/people/{person.id}/end"), ".group p")

    assert alone[2] == "loses the role end user at Oxbow House;"
    assert alone[-1] == "This ends access to this portal. No license in the HMIS is known to it here."
    assert told[-1] == "The license of Robin ends too."


def test_an_agency_shows_the_time_zone_and_holidays_of_its_coc(desk: FlaskClient):
    coc = make_coc(name="Plover CoC", short_name="Plover", time_zone="America/Denver")
    agency = make_organization(coc=coc)
    db.session.add(Holiday(coc_id=coc.id, day=date(2026, 5, 25), name="Memorial Day"))
    db.session.commit()

    page = desk.get(f"/organizations/{agency.id}")

    assert facts(page)["Time zone"] == "Mountain, from Plover"
    assert [words for words in text(page, ".panel li") if "Memorial" in words] == ["May 25, 2026 · Memorial Day"]
