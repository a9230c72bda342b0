"""A license in a real browser: asked for, approved, given in the HMIS; and a leaver's ended within minutes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal import clock
from portal.audit import Act
from portal.db import db
from portal.people import actions as people
from portal.people.models import Organization
from portal.policy import Role
from tests import factories
from tests.journeys.steps import demand_accessible, fill, press, sign_in
from tests.journeys.town import PASSWORD, Town

PATHS = ("seats", "compliance", "suspensions", "access", "access/asked", "access/follow-ups", "duties", "contacts")

Enter = Callable[..., Page]


def agency_admin(town: Town) -> str:
    """Somebody of Oxbow House who asks for licenses."""
    agency = db.session.scalars(select(Organization).where(Organization.name == "Oxbow House")).one()
    made = factories.make_person(agency, Role.AGENCY_ADMIN, first_name="Ada", last_name="Holt")
    people.set_password(Act(at=clock.now(), by=made.id), made, PASSWORD, town.settings)
    db.session.commit()
    address = made.email
    db.session.remove()
    return address


def follow(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("link", name=words).first.click()


@pytest.mark.parametrize(
    ("width", "options"), [(1360, {}), (360, {"java_script_enabled": False})], ids=["scripted", "plain"]
)
def test_an_agency_asks_for_a_colleague_and_ends_a_leaver_and_staff_do_it_in_the_hmis(
    town: Town, enter: Enter, width: int, options: dict[str, bool]
) -> None:
    head, staff, phone = enter(width=width, **options), enter(), enter(width=360)
    sign_in(head, agency_admin(town))
    sign_in(staff, town.staff)

    head.goto("/licenses")
    follow(head, "Ask for a license")
    fill(head, "E-mail address", "noor@oxbow.example.org")
    fill(head, "First name", "Noor")
    fill(head, "Last name", "Vale")
    head.get_by_role("main").get_by_label("Why").select_option(label="A new colleague")
    demand_accessible(head)
    press(head, "Ask for the license")
    expect(head.get_by_role("heading", level=1)).to_contain_text("License of Noor Vale")
    demand_accessible(head)

    staff.goto("/licenses")
    demand_accessible(staff)
    follow(staff, "Vale, Noor")
    follow(staff, "Approve")
    demand_accessible(staff)
    press(staff, "Approve license")
    follow(staff, "Confirm what was done")
    fill(staff, "Login ID in the HMIS", "nvale")
    demand_accessible(staff)
    press(staff, "Confirm: done in the HMIS")
    expect(staff.get_by_text("Confirmed: give access for Noor Vale.")).to_be_visible()

    head.reload()
    expect(head.get_by_role("main")).to_contain_text("nvale")
    follow(head, "End the access of Noor Vale")
    demand_accessible(head)
    press(head, "End the access of Noor Vale")
    expect(head.get_by_role("heading", level=1)).to_contain_text("Leavers")
    demand_accessible(head)
    letters = [str(letter["Subject"]) for letter in town.letters_to(town.staff)]
    assert letters == ["Somebody left: end the access of Noor Vale in the HMIS"]

    sign_in(phone, town.staff)
    phone.goto("/licenses/work")
    demand_accessible(phone)
    follow(phone, "Vale, Noor")
    press(phone, "Confirm: done in the HMIS")
    phone.goto("/licenses/leavers")
    expect(phone.get_by_role("main")).to_contain_text("Ended in time")
    for path in PATHS:
        for page in (staff, phone):
            page.goto(f"/licenses/{path}")
            demand_accessible(page)
