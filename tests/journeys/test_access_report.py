"""A user-access report in a real browser: scheduled, asked for, answered person by person, followed to its end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal import clock
from portal.app import JOBS
from portal.db import db
from portal.scheduler import run_job
from tests.journeys.steps import demand_accessible, press, sign_in
from tests.journeys.test_licenses import agency_admin, follow
from tests.journeys.town import Town

Enter = Callable[..., Page]


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["scripted", "plain"])
def test_an_agency_is_asked_answers_and_staff_follow_it_up(town: Town, enter: Enter, options: dict[str, bool]) -> None:
    lead, head, staff = enter(), enter(width=360, **options), enter(width=768)
    address = agency_admin(town)
    sign_in(lead, town.admin)
    sign_in(head, address)
    sign_in(staff, town.staff)

    lead.goto("/licenses/access/schedules")
    demand_accessible(lead)
    follow(lead, "Add a schedule")
    demand_accessible(lead)
    lead.get_by_label("How often").select_option(label="Every month")
    lead.get_by_label("Day of the month").fill("1")
    lead.get_by_text("Oxbow House", exact=True).click()
    press(lead, "Save schedule")
    expect(lead.get_by_role("main")).to_contain_text("Every month, on day 1")
    demand_accessible(lead)

    ran = run_job(next(job for job in JOBS if job.name == "licenses.ask_reports"), clock.now() + timedelta(days=32))
    assert ran.failed == 0, ran.last_error
    db.session.remove()
    _answer(head)
    _carry_out(staff)
    head.goto("/licenses/access/follow-ups?show=all")
    expect(head.get_by_role("main")).to_contain_text("The night shelter alone")
    expect(head.get_by_role("main")).to_contain_text("Done")
    demand_accessible(head)


def _answer(page: Page) -> None:
    """Keep one, change one, and no way to end the own access."""
    page.goto("/licenses/access")
    demand_accessible(page)
    follow(page, "Attest")
    main = page.get_by_role("main")
    demand_accessible(page)
    for name, answer in (("Robin Ash", "Change"), ("Sam Lind", "Keep"), ("Ada Holt", "Keep")):
        main.get_by_role("group", name=name).get_by_text(answer, exact=True).click()
    expect(main.get_by_role("group", name="Ada Holt").get_by_text("End access")).to_have_count(0)
    press(page, "Attest this report")
    expect(page.get_by_role("alert")).to_contain_text("Say what should change for Robin Ash.")
    main.get_by_role("group", name="Robin Ash").get_by_role("textbox").fill("The night shelter alone")
    press(page, "Attest this report")
    expect(page.get_by_text("The report is attested. 1 answer is followed up until it is done.")).to_be_visible()


def _carry_out(page: Page) -> None:
    page.goto("/licenses/access/follow-ups")
    demand_accessible(page)
    follow(page, "Ash, Robin")
    expect(page.get_by_role("main")).to_contain_text("The night shelter alone")
    demand_accessible(page)
    press(page, "Confirm: the change is made")
    expect(page.get_by_role("main")).to_contain_text("Nothing is left to follow up.")
