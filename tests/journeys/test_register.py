"""The register in a real browser: a shelter that may not enter clients in HMIS, its database, and how it once stood."""

from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal import clock
from portal.audit import Act
from portal.db import db
from portal.people import actions as people
from portal.people.models import Organization
from portal.people.rules import OrganizationKind, Participation
from tests.journeys.steps import demand_accessible, fill, press, sign_in
from tests.journeys.town import Town

Enter = Callable[..., Page]


def safe_house() -> int:
    """A project of a victim service provider, in the register for a month; its id."""
    act = Act(at=clock.now() - timedelta(days=30))
    coc = db.session.scalars(select(Organization).where(Organization.name == "Kestrel CoC")).one()
    agency = people.add_organization(
        act,
        kind=OrganizationKind.AGENCY,
        name="Harbor Light",
        short_name="Harbor Light",
        coc_ids=[coc.id],
        participation=Participation.VSP,
    )
    project = people.add_project(
        act, agency=agency, coc=coc, name="Harbor Safe House", project_type=0, starts_on=date(2024, 1, 1)
    )
    db.session.commit()
    made = project.id
    db.session.remove()
    return made


def follow(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("link", name=words).first.click()


def select_label(page: Page, label: str, option: str) -> None:
    page.get_by_role("main").get_by_label(label).first.select_option(label=option)


def test_a_shelter_keeps_out_of_hmis_is_checked_and_is_found_as_it_was(town: Town, enter: Enter) -> None:
    project_id = safe_house()
    admin, phone, plain = enter(), enter(width=360), enter(java_script_enabled=False)
    sign_in(admin, town.admin)

    admin.goto("/organizations?part=database_missing")
    demand_accessible(admin)
    follow(admin, "Harbor Light")
    demand_accessible(admin)
    follow(admin, "Say which database it keeps")
    fill(admin, "Product", "Safe Notes")
    press(admin, "Save")
    follow(admin, "Go through the checklist")
    select_label(admin, "No client of the agency is entered in HMIS", "Yes")
    select_label(admin, "Copies are made", "Partly")
    demand_accessible(admin)
    press(admin, "Record the check")
    expect(admin.get_by_role("main")).to_contain_text("1 yes, 1 partly, 13 not looked at")
    demand_accessible(admin)

    admin.goto(f"/projects/{project_id}")
    follow(admin, "Add the HMIS participation")
    select_label(admin, "Takes part by", "HMIS")
    fill(admin, "First day", "2024-01-01")
    press(admin, "Add HMIS participation")
    expect(admin.get_by_role("alert")).to_contain_text("may by law not enter clients in HMIS")
    demand_accessible(admin)
    select_label(admin, "Takes part by", "Comparable database")
    press(admin, "Add HMIS participation")
    expect(admin.get_by_role("main")).to_contain_text("since Jan 1, 2024")
    demand_accessible(admin)

    follow(admin, "Edit")
    select_label(admin, "Project type", "Transitional housing")
    press(admin, "Save changes")
    follow(admin, "History")
    expect(admin.get_by_role("main")).to_contain_text(
        "Project type: from “Emergency shelter, entry and exit (0)” to “Transitional housing (2)”"
    )
    demand_accessible(admin)

    for page in (phone, plain):
        sign_in(page, town.staff)
        page.goto(f"/projects/{project_id}/history")
        demand_accessible(page)
        press(page, "Show that day")
        expect(page.get_by_role("main")).to_contain_text("Emergency shelter, entry and exit (0)")
        expect(page.get_by_role("main").get_by_role("link", name="Edit")).to_have_count(0)
        demand_accessible(page)
        page.goto(f"/projects?{page.url.partition('?')[2]}")
        demand_accessible(page)
        follow(page, "Harbor Safe House")
        follow(page, "Show it as it is today")
        expect(page.get_by_role("main")).to_contain_text("Transitional housing (2)")
        demand_accessible(page)
