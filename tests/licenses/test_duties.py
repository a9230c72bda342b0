"""Audit and access reports of the HMIS on a calendar."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from portal.db import db
from portal.errors import Refused
from portal.licenses import actions, jobs, queries
from portal.licenses.models import AuditDuty
from portal.licenses.rules import DutyResult, DutyState, duty_state
from portal.people.models import Person
from portal.scheduler import run_job
from tests.licenses.conftest import Community
from tests.people.steps import complaint, letters_to, rows, send

Browser = Callable[[Person], FlaskClient]


def duty(community: Community, due_on: date = date(2026, 3, 31), months: int = 3) -> AuditDuty:
    made = actions.add_duty(
        community.act(community.admin),
        title="Sign-ins by night",
        about="Look for people who left.",
        runner=community.staff,
        months=months,
        due_on=due_on,
    )
    db.session.commit()
    return made


@pytest.mark.pure
def test_a_duty_is_planned_due_soon_and_overdue():
    due = date(2026, 3, 10)
    states = {day: duty_state(due, date(2026, 3, day)) for day in (2, 3, 10, 11)}
    assert states == {2: DutyState.PLANNED, 3: DutyState.DUE_SOON, 10: DutyState.DUE_SOON, 11: DutyState.OVERDUE}


def test_what_was_run_plans_the_next_one_from_its_due_day(community: Community):
    held = duty(community, due_on=date(2025, 11, 30), months=1)
    actions.record_duty(
        community.act(community.staff), held, ran_on=community.at.date(), result=DutyResult.CLEAN, findings=""
    )
    assert (held.due_on, held.runs[0].due_on) == (date(2026, 3, 30), date(2025, 11, 30))


@pytest.mark.parametrize(
    ("days", "result", "sentence"),
    [(1, DutyResult.CLEAN, "Choose the day on which it was run"), (0, DutyResult.FINDINGS, "Say what was found")],
)
def test_what_cannot_be_attested_is_refused(community: Community, days: int, result: DutyResult, sentence: str):
    held = duty(community)
    with pytest.raises(Refused, match=sentence):
        actions.record_duty(
            community.act(community.staff), held, ran_on=community.at.date() + timedelta(days=days), result=result
        )


def test_the_runner_is_reminded_once_for_each_due_day(community: Community):
    held = duty(community, due_on=date(2026, 3, 9))
    remind = next(job for job in jobs.JOBS if job.name == "licenses.remind_duties")
    assert [run_job(remind, community.at).done for _ in range(2)] == [1, 0]
    assert [one.subject for one in letters_to(community.staff.email)] == ["Run by Mar 9, 2026: Sign-ins by night"]

    held = queries.duty(held.id)
    actions.record_duty(community.act(community.staff), held, ran_on=community.at.date(), result=DutyResult.CLEAN)
    db.session.commit()
    assert queries.duties_to_tell(community.at) == []
    assert queries.duties_to_tell(community.at + timedelta(days=95)) == [held.id]


def test_staff_attach_the_report_and_read_it_again(community: Community, browser: Browser):
    admin, staff = browser(community.admin), browser(community.staff)
    sent = send(
        admin,
        "/licenses/duties/new",
        title="Who has access",
        runner_id=str(community.staff.id),
        months="12",
        due_on="2026-03-01",
    )
    assert sent.headers["Location"] == "/licenses/duties"
    page = staff.get("/licenses/duties")
    assert (rows(page), "Overdue" in page.get_data(as_text=True)) == (["Who has access"], True)

    held = db.session.scalars(db.select(AuditDuty)).one()
    path = f"/licenses/duties/{held.id}"
    empty = send(staff, path, ran_on="2026-03-02", result="findings")
    assert (empty.status_code, complaint(empty)[:18]) == (409, "Say what was found")
    report = (BytesIO(b"user,last login\nrash,2026-03-01\n"), "access.csv")
    assert send(staff, path, ran_on="2026-03-02", result="clean", file=report).status_code == 302
    db.session.expire_all()
    run = queries.duty(held.id).runs[0]
    assert staff.get(f"{path}?file={run.file_id}").data == b"user,last login\nrash,2026-03-01\n"
    assert staff.get(f"{path}?file=999").status_code == 404
    assert browser(community.head).get(path).status_code == 404
    assert browser(community.head).get("/licenses/duties").status_code == 403
