"""A victim service provider's comparable database: named, checked, due again, found in the list."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.people import actions, queries
from portal.people.models import ComparableDatabase, Organization, Person
from portal.people.rules import (
    CheckAnswer,
    DatabaseState,
    Descriptor,
    Participation,
    PartInHmis,
    RegisterChoiceName,
    check_items,
    check_words,
    database_state,
    months_after,
)
from tests.conftest import MONDAY
from tests.factories import make_coc, make_organization, make_project
from tests.people.steps import complaint, facts, rows, send, text

ACT = Act(at=MONDAY)
TODAY = MONDAY.date()
ALL_YES = {item.code: CheckAnswer.YES for item in check_items()}


@pytest.fixture
def vsp(app: Flask, clock_at: Callable[[datetime], None]) -> Organization:
    return make_organization(coc=make_coc(), name="Harbor Light", participation=Participation.VSP)


def named(vsp: Organization) -> ComparableDatabase:
    return actions.put_comparable_database(ACT, vsp, product="Safe Notes", vendor="Lantern")


@pytest.mark.pure
@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, then: date):
    assert months_after(day, months) == then


@pytest.mark.pure
def test_a_database_is_due_from_the_day_that_was_set():
    states = [database_state(True, due, TODAY) for due in (None, date(2026, 3, 3), TODAY, date(2026, 3, 1))]

    assert states == [DatabaseState.UNCHECKED, DatabaseState.CHECKED, DatabaseState.DUE, DatabaseState.DUE]
    assert database_state(False, None, TODAY) is DatabaseState.MISSING


@pytest.mark.pure
def test_every_item_says_what_it_rests_on_and_has_a_code_of_its_own():
    items = check_items()

    assert len({item.code for item in items}) == len(items)
    assert [item.code for item in items if not item.source or not item.words.endswith(".")] == []


@pytest.mark.pure
def test_answers_are_counted_and_an_item_that_came_later_was_not_looked_at():
    number = len(check_items())

    assert check_words({"apart": "yes", "logs": "no", "gone": "yes"}) == f"1 yes, 1 no, {number - 2} not looked at"


def test_a_check_makes_the_next_one_due_as_the_lead_chose(vsp: Organization):
    database = named(vsp)
    first = actions.record_check(ACT, database, checked_on=date(2026, 1, 31), answers=ALL_YES)
    actions.choose(ACT, RegisterChoiceName.CHECK_MONTHS, 1)
    second = actions.record_check(ACT, database, checked_on=date(2026, 2, 28), answers=ALL_YES)

    assert (first.next_due_on, second.next_due_on) == (date(2027, 1, 31), date(2026, 3, 28))
    assert queries.comparable_database(vsp.id).latest is second
    kept = queries.open_version(vsp).facts["comparable"]
    assert (kept["product"], kept["latest"]["checked_on"]) == ("Safe Notes", "2026-02-28")


def test_what_cannot_be_is_refused(vsp: Organization):
    agency = make_organization(coc=make_coc(), name="Oxbow House")
    database = named(vsp)

    with pytest.raises(Refused, match="Oxbow House is not a victim service provider"):
        actions.put_comparable_database(ACT, agency, product="Safe Notes", vendor="")
    with pytest.raises(Refused, match="Mar 3, 2026 lies ahead"):
        actions.record_check(ACT, database, checked_on=date(2026, 3, 3), answers=ALL_YES)
    with pytest.raises(Refused, match="Answer at least one item"):
        actions.record_check(ACT, database, checked_on=TODAY, answers=dict.fromkeys(ALL_YES, CheckAnswer.NOT_LOOKED_AT))


def test_the_list_finds_agencies_by_their_part_in_hmis(vsp: Organization, desk: FlaskClient):
    coc = vsp.memberships[0].coc
    due, checked = (make_organization(coc=coc, name=name, participation=Participation.VSP) for name in ("Due", "Good"))
    for one, day in ((due, date(2025, 3, 2)), (checked, date(2025, 3, 3))):
        actions.record_check(ACT, named(one), checked_on=day, answers=ALL_YES)
    oxbow = make_organization(coc=coc, name="Oxbow House")
    actions.put_descriptor(ACT, make_project(oxbow, coc), Descriptor.PARTICIPATION, type=0, starts_on=date(2025, 1, 1))
    make_organization(coc=coc, name="Silent House")
    make_organization(coc=coc, name="Outside", participation=Participation.NOT_PARTICIPATING)
    db.session.commit()

    found = {part: rows(desk.get(f"/organizations?part={part}")) for part in PartInHmis}

    assert found == {
        PartInHmis.PARTICIPATING: ["Oxbow House", "Silent House"],
        PartInHmis.VSP: ["Due", "Good", "Harbor Light"],
        PartInHmis.NOT_PARTICIPATING: ["Outside"],
        PartInHmis.DIFFERS: ["Oxbow House"],
        PartInHmis.DATABASE_MISSING: ["Harbor Light"],
        PartInHmis.DATABASE_DUE: ["Due"],
    }


def test_an_administrator_names_the_database_and_records_a_check(vsp: Organization, desk: FlaskClient, admin: Person):
    db.session.commit()
    path = f"/organizations/{vsp.id}/comparable-database"

    early = desk.get(f"{path}/checks/new")
    send(desk, f"{path}/edit", product="Safe Notes", vendor="Lantern Software")
    ahead = send(desk, f"{path}/checks/new", checked_on="2026-03-09", item_apart="yes", **rest("apart"))
    send(
        desk, f"{path}/checks/new", checked_on="2026-02-27", item_apart="partly", note="Mended by May.", **rest("apart")
    )
    page = desk.get(path)

    assert early.headers["Location"] == f"{path}/edit"
    assert complaint(ahead) == "Mar 9, 2026 lies ahead. Choose the day on which the check took place."
    assert facts(page) == {
        "Product": "Safe Notes",
        "Vendor": "Lantern Software",
        "State": "Checked",
        "Checked": "Feb 27, 2026 by Ada Moss",
        "Next check due": "Feb 27, 2027",
    }
    answers = [answer for answer in text(page, ".tag") if answer in {one.words for one in CheckAnswer}]
    assert answers.count("Partly") == 1
    assert facts(desk.get(f"/organizations/{vsp.id}"))["Product"] == "Safe Notes"


def rest(*besides: str) -> dict[str, str]:
    """All other items, looked at and well."""
    return {f"item_{item.code}": "yes" for item in check_items() if item.code not in besides}


def test_only_victim_service_providers_have_a_page_for_it(vsp: Organization, desk: FlaskClient):
    agency = make_organization(coc=make_coc())
    db.session.commit()

    assert desk.get(f"/organizations/{agency.id}/comparable-database").status_code == 404


def test_how_often_checks_come_round_is_the_leads_choice(vsp: Organization, desk: FlaskClient):
    db.session.commit()

    wrong = send(desk, "/settings/register", check_months="0")
    send(desk, "/settings/register", check_months="6")

    assert complaint(wrong) == "Months between checks of a comparable database: Type 1 to 60 months."
    assert queries.register_choice(RegisterChoiceName.CHECK_MONTHS) == 6
