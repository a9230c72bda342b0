"""A staff list in a real browser: loaded, looked over, confirmed; then the register shows who is entitled."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from portal import clock
from portal.app import JOBS
from portal.audit import Act
from portal.db import db
from portal.people import queries as people
from portal.policy import Role
from portal.scheduler import run_job
from portal.standing import actions as standing
from portal.standing.rules import Audience, Authority, Recurrence, SubjectKind
from tests.journeys.steps import demand_accessible, fill, press, sign_in
from tests.journeys.town import Town

Enter = Callable[..., Page]
LIST = """Staff of Oxbow House,,,,,,
First name,Last name,E-mail,Agency,License,Login ID,Role
Noor,Vale,noor@oxbow.example.org,Oxbow House,yes,nvale,
Kim,Ness,kim@oxbow.example.org,Oxbow House,,,agency HMIS administrator
Pat,Lowe,no address,Oxbow House,,,
Robin,Ash,robin.ash@oxbow.example.org,Oxbow House,yes,rash,
"""


def work() -> None:
    for job in JOBS:
        if job.name in ("runs.work", "standing.note_register"):
            ran = run_job(job, clock.now())
            assert ran.failed == 0, ran.last_error
    db.session.remove()


def follow(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("link", name=words).first.click()


@pytest.fixture
def bound(town: Town) -> Town:
    """End users must have taken the privacy training."""
    admin = people.person_by_email(town.admin)
    assert admin is not None
    act = Act(at=clock.now() - timedelta(days=200), by=admin.id)
    made = standing.add_requirement(
        act,
        code="privacy",
        title="Privacy training",
        authority=Authority.LOCAL,
        kind="training",
        key="privacy",
        subject_kind=SubjectKind.PERSON,
        audience=Audience(roles=frozenset({Role.END_USER})),
        recurrence=Recurrence.ROLLING,
        months=12,
        effective_on=date(2025, 1, 1),
    )
    standing.publish(act, made)
    known = people.person_by_email(town.user)
    assert known is not None
    today = clock.now().date()
    standing.record_evidence(act, "training", SubjectKind.PERSON, known.id, "privacy", today - timedelta(days=30))
    db.session.commit()
    db.session.remove()
    return town


@pytest.mark.parametrize(
    ("width", "options"), [(1360, {}), (360, {}), (768, {"java_script_enabled": False})], ids=["wide", "phone", "plain"]
)
def test_a_staff_list_is_loaded_looked_over_confirmed_and_the_register_shows_who_is_entitled(
    bound: Town, enter: Enter, width: int, options: dict[str, bool]
) -> None:
    page = enter(width=width, **options)
    sign_in(page, bound.admin)
    page.goto("/licenses/lists")
    demand_accessible(page)
    follow(page, "Load a list")
    page.get_by_label("What the file holds").select_option(label="Staff list")
    page.locator("input[type=file]").set_input_files(
        {"name": "staff.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    demand_accessible(page)
    press(page, "Load file")
    expect(page.get_by_role("heading", level=1)).to_have_text("Which column holds what?")
    expect(page.get_by_label("Login ID in the HMIS")).to_have_value("Login ID")
    demand_accessible(page)
    press(page, "Read the rows")
    demand_accessible(page)
    work()

    page.goto(page.url)
    main = page.get_by_role("main")
    expect(main).to_contain_text("2 changes wait for you to carry them out. 1 row looks like somebody known")
    expect(main).to_contain_text(f"Robin Ash ({bound.user}) is there already. Is it the same person?")
    demand_accessible(page)
    press(page, "The same person")
    expect(main).to_contain_text("3 changes wait for you")
    follow(page, "New")
    expect(main).to_contain_text("HMIS license at Oxbow House, login ID nvale")
    demand_accessible(page)
    follow(page, "Refused")
    expect(main).to_contain_text("“no address” is not an e-mail address.")
    press(page, "Carry out 3 changes")
    work()

    page.goto(page.url)
    expect(main).to_contain_text("The list is carried out.")
    demand_accessible(page)
    follow(page, "Invite them")
    demand_accessible(page)
    press(page, "Invite all 2")
    expect(page.get_by_text("2 invitations are on the way.")).to_be_visible()
    assert [str(one["Subject"])[:21] for one in bound.letters_to("noor@oxbow.example.org")] == ["Set your password by "]

    page.goto("/licenses")
    expect(main).to_contain_text("Vale, Noor")
    demand_accessible(page)
    follow(page, "Ash, Robin")
    expect(main).to_contain_text("rash")
    expect(main).to_contain_text("Current")
    page.goto("/licenses")
    follow(page, "Vale, Noor")
    expect(main).to_contain_text("Never met")
    expect(main).to_contain_text("there already when a staff list was loaded")
    demand_accessible(page)
    page.goto("/licenses/compliance")
    expect(main).to_contain_text("1 of 2 valid")


def test_the_same_list_again_changes_nothing_and_its_columns_are_remembered(bound: Town, enter: Enter) -> None:
    page = enter()
    sign_in(page, bound.admin)
    for number in range(2):
        page.goto("/licenses/lists/new")
        page.get_by_label("What the file holds").select_option(label="Staff list")
        page.locator("input[type=file]").set_input_files(
            {"name": f"staff {number}.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
        )
        press(page, "Load file")
        if number:
            expect(page.get_by_role("main")).to_contain_text("A file with these columns was loaded before.")
        press(page, "Read the rows")
        work()
        page.goto(page.url)
        if not number:
            press(page, "Carry out 2 changes")
            work()

    expect(page.get_by_role("main")).to_contain_text("Nothing of this list would change the register.")
    expect(page.get_by_role("button", name="Carry out")).to_have_count(0)


def test_a_file_that_is_no_table_is_told_in_a_sentence(bound: Town, enter: Enter) -> None:
    page = enter(width=360)
    sign_in(page, bound.admin)
    page.goto("/licenses/lists/new")
    page.get_by_label("What the file holds").select_option(label="Last-login report")
    page.locator("input[type=file]").set_input_files({"name": "empty.csv", "mimeType": "text/csv", "buffer": b"\n\n"})
    fill(page, "As of", clock.now().date().isoformat())

    press(page, "Load file")

    expect(page.get_by_role("alert")).to_contain_text("No headings were found.")
    demand_accessible(page)
