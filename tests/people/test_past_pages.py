"""The register of a past day in the browser, and what changed from one day to the next."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.audit import Act
from portal.db import db
from portal.people import actions
from portal.people.models import Organization, RegisterVersion
from portal.people.rules import Descriptor, Line, OrganizationKind, Participation, RegisterKind, changes
from portal.policy import Role
from tests.conftest import MONDAY
from tests.people.conftest import Enter
from tests.people.steps import facts, headings, rows, text

LONG_AGO, LATER = Act(at=MONDAY - timedelta(days=30)), Act(at=MONDAY - timedelta(days=10))
"""Jan 31 and Feb 20, 2026."""


class Town:
    """An agency, a project and a person, each of them changed once."""

    def __init__(self) -> None:
        kinds = OrganizationKind
        self.coc = actions.add_organization(
            LONG_AGO, kind=kinds.COC, name="Kestrel CoC", short_name="Kestrel", time_zone="America/Chicago"
        )
        self.oxbow = self.agency("Oxbow House")
        self.other = self.agency("Willow House")
        self.project = actions.add_project(
            LONG_AGO, agency=self.oxbow, coc=self.coc, name="Night Shelter", project_type=1, starts_on=date(2024, 1, 1)
        )
        self.dana = actions.add_person(
            LONG_AGO,
            home=self.oxbow,
            email="dana@example.org",
            first_name="Dana",
            last_name="Reed",
            roles=[Role.END_USER],
        )
        self.change()
        db.session.commit()

    def agency(self, name: str) -> Organization:
        return actions.add_organization(
            LONG_AGO,
            kind=OrganizationKind.AGENCY,
            name=name,
            short_name=name,
            coc_ids=[self.coc.id],
            participation=Participation.PARTICIPATING,
        )

    def change(self) -> None:
        actions.edit_organization(LATER, self.oxbow, coc_ids=[self.coc.id], name="Oxbow Homes", phone="555-0111")
        actions.edit_project(LATER, self.project, agency=self.oxbow, coc=self.coc, project_type=2)
        actions.put_descriptor(LATER, self.project, Descriptor.FUNDING, funder=2, starts_on=date(2026, 1, 1))
        actions.edit_person(
            LATER, self.dana, email="dana@example.org", home=self.other, first_name="Dana", last_name="Reed-Moss"
        )


@pytest.fixture
def town(app: Flask, clock_at: Callable[[datetime], None]) -> Town:
    return Town()


def test_a_record_shows_how_it_stood_and_nothing_to_do(town: Town, desk: FlaskClient):
    then = desk.get(f"/organizations/{town.oxbow.id}?as_of=2026-02-19")
    now = desk.get(f"/organizations/{town.oxbow.id}?as_of=2026-02-20")

    assert (headings(then), headings(now)) == (["Oxbow House"], ["Oxbow Homes"])
    assert facts(then)["Part in HMIS"] == "participating agency"
    assert "Phone" not in facts(then)
    assert facts(now)["Phone"] == "555-0111"
    (said,) = text(then, ".notice")
    assert said == (
        "This is how the register stood at the end of Feb 19, 2026 (Central time). Nothing can be changed here. "
        "Show it as it is today"
    )
    assert text(then, "main form[method=post]") == []


def test_a_project_of_the_past_names_its_agency_as_it_was_called_then(town: Town, desk: FlaskClient):
    then = desk.get(f"/projects/{town.project.id}?as_of=2026-02-19")
    now = desk.get(f"/projects/{town.project.id}?as_of=2026-02-21")

    assert (facts(then)["Agency"], facts(then)["Project type"]) == (
        "Oxbow House",
        "Emergency shelter, night by night (1)",
    )
    assert (facts(now)["Agency"], facts(now)["Project type"]) == ("Oxbow Homes", "Transitional housing (2)")
    assert "Funding sources" not in text(then, ".panel__title")
    assert facts(now)["Funder and program"] == "CoC, permanent supportive housing"


def test_a_person_of_the_past_has_the_home_and_roles_of_then(town: Town, desk: FlaskClient):
    then = desk.get(f"/people/{town.dana.id}?as_of=2026-02-19")

    assert headings(then) == ["Reed, Dana"]
    assert (facts(then)["Works at"], facts(then)["Role"]) == ("Oxbow House", "end user at Oxbow House")


def test_before_it_was_kept_the_page_says_so(town: Town, desk: FlaskClient):
    page = desk.get(f"/people/{town.dana.id}?as_of=2026-01-30")

    assert headings(page) == ["Person"]
    (said,) = text(page, ".notice")
    assert said.startswith("How this stood on Jan 30, 2026 is not known")
    assert "since Jan 31, 2026, 9:00 am CT" in said


@pytest.mark.parametrize("asked", ["2026-03-02", "2027-01-01", "soon", ""])
def test_today_and_what_is_no_past_day_show_the_page_of_today(town: Town, desk: FlaskClient, asked: str):
    assert text(desk.get(f"/projects/{town.project.id}?as_of={asked}"), ".notice") == []


def test_lists_show_what_was_there_then(town: Town, desk: FlaskClient):
    actions.end_project(Act(at=MONDAY - timedelta(days=5)), town.project, date(2026, 2, 25))
    db.session.commit()

    assert rows(desk.get("/organizations?as_of=2026-02-19&kind=agency")) == ["Oxbow House", "Willow House"]
    assert rows(desk.get("/organizations?as_of=2026-02-21&q=homes")) == ["Oxbow Homes"]
    assert rows(desk.get("/projects?as_of=2026-02-19")) == ["Night Shelter"]
    assert rows(desk.get(f"/projects?as_of=2026-02-19&type=2&agency={town.oxbow.id}")) == []
    assert rows(desk.get("/projects?as_of=2026-02-28")) == []
    assert rows(desk.get("/projects?as_of=2026-02-28&state=ended")) == ["Night Shelter"]
    assert rows(desk.get(f"/people?as_of=2026-02-19&organization={town.oxbow.id}")) == ["Reed, Dana"]
    assert rows(desk.get(f"/people?as_of=2026-02-21&organization={town.oxbow.id}")) == []
    assert rows(desk.get("/people?as_of=2026-01-15")) == []


def test_a_list_of_the_past_goes_into_a_file(town: Town, desk: FlaskClient):
    answer = desk.get("/projects?as_of=2026-02-19&format=csv")
    (row,) = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="hmis-projects-2026-02-19.csv"'
    assert row == {
        "Name": "Night Shelter",
        "Agency": "Oxbow House",
        "Continuum of Care": "Kestrel CoC",
        "Project type": "Emergency shelter, night by night (1)",
        "Operating since": "Jan 1, 2024",
        "Ended": "",
    }


def test_one_sees_of_the_past_what_was_ones_own_to_see(town: Town, app: Flask, sign_in: Enter):
    """Dana works at Willow House now: its administrator sees her, and not where she worked before."""
    head = actions.add_person(
        LONG_AGO,
        home=town.other,
        email="head@example.org",
        first_name="Wil",
        last_name="Low",
        roles=[Role.AGENCY_ADMIN],
    )
    db.session.commit()
    browser = sign_in(app.test_client(), head)

    assert rows(browser.get("/people?as_of=2026-02-19")) == ["Low, Wil"]
    assert rows(browser.get("/people?as_of=2026-02-21")) == ["Low, Wil", "Reed-Moss, Dana"]
    assert headings(browser.get(f"/people/{town.dana.id}?as_of=2026-02-19")) == ["Person"]
    assert "Oxbow" not in browser.get(f"/people/{town.dana.id}?as_of=2026-02-19").get_data(as_text=True)


def test_history_says_what_changed_from_what_to_what(town: Town, desk: FlaskClient):
    project = desk.get(f"/projects/{town.project.id}/history")
    agency = desk.get(f"/organizations/{town.oxbow.id}/history")

    assert text(project, ".timeline__detail li") == [
        "Project type: from “Emergency shelter, night by night (1)” to “Transitional housing (2)”",
        "Funded by the CoC or ESG program: from “No” to “As its funding sources say”",
        "Funding sources: added Funder and program CoC, permanent supportive housing; First day Jan 1, 2026",
    ]
    assert text(agency, ".timeline__detail li") == [
        "Name: from “Oxbow House” to “Oxbow Homes”",
        "Phone: from nothing to “555-0111”",
    ]


def test_history_does_not_tell_an_agency_where_a_person_worked_before(town: Town, app: Flask, sign_in: Enter):
    """What changed is told to those who could see the state from which it changed."""
    head = actions.add_person(
        LONG_AGO,
        home=town.other,
        email="head@example.org",
        first_name="Wil",
        last_name="Low",
        roles=[Role.AGENCY_ADMIN],
    )
    db.session.commit()

    page = sign_in(app.test_client(), head).get(f"/people/{town.dana.id}/history")

    assert text(page, ".timeline__detail li") == []


def test_a_page_of_the_past_costs_few_queries(town: Town, desk: FlaskClient, count_queries: Callable[..., int]):
    for number in range(30):
        actions.add_project(
            LONG_AGO,
            agency=town.oxbow,
            coc=town.coc,
            name=f"House {number}",
            project_type=1,
            starts_on=date(2024, 1, 1),
        )
    db.session.commit()
    desk.get("/projects?as_of=2026-02-19")

    many = count_queries(lambda: desk.get("/projects?as_of=2026-02-19"))
    few = count_queries(lambda: desk.get("/projects?as_of=2026-02-19&q=Night"))

    assert many == few


@pytest.mark.pure
def test_changes_name_rows_that_came_went_and_changed():
    before = [Line("Role", "end user", "Roles", "1"), Line("From", "Jan 1", "Roles", "1"), Line("Phone", "5")]
    after = [
        Line("Role", "end user", "Roles", "1"),
        Line("From", "Jan 2", "Roles", "1"),
        Line("Role", "head", "Roles", "2"),
    ]

    assert changes(before, after) == [
        "Roles, From: from “Jan 1” to “Jan 2”",
        "Phone: from “5” to nothing",
        "Roles: added Role head",
    ]
    assert changes(after[2:], []) == ["Roles: removed Role head"]


def test_a_past_whose_words_were_emptied_still_says_who_was_what(town: Town, desk: FlaskClient):
    """Names can be forgotten; ids, codes and dates stay."""
    for kept in db.session.scalars(db.select(RegisterVersion).where(RegisterVersion.kind == RegisterKind.PERSON)):
        kept.title, kept.words = "", {}
    db.session.commit()

    page = desk.get(f"/people/{town.dana.id}?as_of=2026-02-19")

    assert headings(page) == ["Somebody"]
    assert facts(page)["Role"] == "end user at Oxbow House"
    assert "Reed" not in page.get_data(as_text=True)
    assert "Somebody" in text(desk.get("/people?as_of=2026-02-19"), ".work-list__title a")


def test_an_organization_of_the_past_has_the_projects_and_people_of_then(town: Town, desk: FlaskClient):
    then = desk.get(f"/organizations/{town.oxbow.id}?as_of=2026-02-19")
    now = desk.get(f"/organizations/{town.oxbow.id}?as_of=2026-02-21")
    coc = desk.get(f"/organizations/{town.coc.id}?as_of=2026-02-19")

    assert text(then, ".panel td, .panel tbody th") == [
        "Night Shelter",
        "Emergency shelter, night by night (1)",
        "Reed, Dana",
        "end user at Oxbow House",
    ]
    assert text(now, ".panel td, .panel tbody th") == ["Night Shelter", "Transitional housing (2)"]
    assert text(coc, ".panel td, .panel tbody th") == ["Night Shelter", "Emergency shelter, night by night (1)"]
    assert [rows(desk.get(path)) for path in hrefs(then, ".panel__link")] == [["Night Shelter"], ["Reed, Dana"]]


def hrefs(page: TestResponse, selector: str) -> list[str]:
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    return [str(link["href"]) for link in soup.select(selector)]
