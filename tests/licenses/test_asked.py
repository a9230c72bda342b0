"""User-access reports that come round: asked, reminded of, answered, and followed up until it is done."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.app import JOBS
from portal.db import db
from portal.errors import Refused
from portal.licenses import actions, queries
from portal.licenses.models import AccessRequest, AccessSchedule, FollowUp
from portal.licenses.rules import Answer, Rhythm, first_on, period
from portal.mail.letters import Letter
from portal.people.models import Person
from portal.scheduler import run_job
from portal.standing.rules import add_months
from tests.licenses.conftest import Community
from tests.people.steps import complaint, send

Browser = Callable[[Person], FlaskClient]


def work(clock_at: Callable[[datetime], None], at: datetime) -> None:
    """What the worker does with the reports at this moment."""
    db.session.commit()
    clock_at(at)
    jobs = {job.name: job for job in JOBS}
    for name in ("licenses.ask_reports", "licenses.remind_requests", "licenses.remind_follow_ups"):
        ran = run_job(jobs[name], at)
        assert ran.failed == 0, ran.last_error
    db.session.expire_all()


def letters() -> list[tuple[str, str]]:
    """To whom and about what, in order; then the outbox is looked at anew."""
    rows = db.session.scalars(select(Letter).order_by(Letter.id)).all()
    return [(one.to_name, one.subject) for one in rows]


def scheduled(community: Community, *agencies: object, rhythm: Rhythm = Rhythm.MONTHLY, day: int = 5) -> AccessSchedule:
    made = actions.add_schedule(
        community.act(community.admin), rhythm=rhythm, day=day, days_to_answer=14, agencies=agencies
    )
    db.session.commit()
    return made


def march(day: int) -> datetime:
    return datetime(2026, 3, day, 15, 0, tzinfo=UTC)


@pytest.mark.pure
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 28), st.sampled_from(list(Rhythm)))
def test_periods_of_one_schedule_touch_and_never_overlap(today: date, day: int, rhythm: Rhythm):
    first = first_on(day, today)
    since, until = period(rhythm, first)
    then_since, then_until = period(rhythm, add_months(first, rhythm.months))

    assert (today <= first, first.day) == (True, day)
    assert then_since == until + timedelta(days=1)
    assert since < until < then_until


def test_agencies_are_asked_on_the_day_reminded_ahead_and_staff_told_once_it_is_late(
    community: Community, clock_at: Callable[[datetime], None]
):
    scheduled(community, community.agency)

    work(clock_at, march(4))
    assert letters() == []
    work(clock_at, march(5))
    work(clock_at, march(6))
    assert letters() == [("Ada Holt", "Attest by Mar 19, 2026: who has access at Oxbow House")]
    work(clock_at, march(16))
    work(clock_at, march(17))
    assert letters()[1:] == [("Ada Holt", "Due Mar 19, 2026: attest who has access at Oxbow House")]
    work(clock_at, march(20))
    work(clock_at, march(21))
    late = "Overdue since Mar 19, 2026: attest who has access at Oxbow House"
    assert sorted(letters()[2:]) == [(name, late) for name in ("Ada Holt", "Dana Whit", "Ines Roe", "Lou Hale")]

    (asked,) = db.session.scalars(select(AccessRequest))
    assert (asked.since, asked.until) == (date(2026, 2, 5), date(2026, 3, 4))


def test_without_a_choice_every_participating_agency_is_asked_and_one_without_an_administrator_comes_to_staff(
    community: Community, clock_at: Callable[[datetime], None]
):
    scheduled(community)

    work(clock_at, march(5))

    asked = db.session.scalars(select(AccessRequest).order_by(AccessRequest.agency_id)).all()
    assert [one.agency.name for one in asked] == ["Oxbow House", "Millrace"]
    assert {name for name, subject in letters() if "Millrace" in subject} == {"Dana Whit", "Ines Roe", "Lou Hale"}


def test_days_that_went_by_while_nobody_worked_are_asked_for_once(
    community: Community, clock_at: Callable[[datetime], None]
):
    held = scheduled(community, community.agency)

    work(clock_at, datetime(2026, 6, 20, 15, 0, tzinfo=UTC))

    assert len(db.session.scalars(select(AccessRequest)).all()) == 1
    assert queries.schedule(held.id).next_on == date(2026, 7, 5)


def test_a_stopped_schedule_asks_nobody(community: Community, clock_at: Callable[[datetime], None]):
    held = scheduled(community, community.agency)
    actions.stop_schedule(community.act(community.admin), held)

    work(clock_at, march(5))

    assert db.session.scalars(select(AccessRequest)).all() == []
    with pytest.raises(Refused, match="stopped already"):
        actions.stop_schedule(community.act(community.admin), held)


def test_an_answer_ends_the_asking_and_every_change_and_end_is_followed_until_it_is_done(
    community: Community, browser: Browser, clock_at: Callable[[datetime], None]
):
    held = community.active()
    scheduled(community, community.agency)
    work(clock_at, march(5))
    head = browser(community.head)
    waiting = head.get("/licenses/access/asked").get_data(as_text=True)
    assert "Waits for the agency" in waiting
    path = f"/organizations/{community.agency.id}/access/attest?since=2026-02-05&until=2026-03-04"
    answers = {
        f"person-{community.head.id}": "keep",
        f"person-{community.executive.id}": "keep",
        f"person-{community.user.id}": "change",
        f"person-{held.person_id}": "end",
    }
    silent = send(head, path, **answers)
    assert complaint(silent) == "Say what should change for Robin Ash."
    guarded = send(head, path, **{**answers, f"wish-{community.user.id}": "SSN 219-09-9999"})
    assert guarded.status_code == 409
    send(head, path, **{**answers, f"wish-{community.user.id}": "Day Center alone"})

    (asked,) = db.session.scalars(select(AccessRequest))
    assert asked.review_id is not None
    changed, ended = db.session.scalars(select(FollowUp).order_by(FollowUp.answer)).all()
    assert [(one.answer, one.wish, one.done_at) for one in (changed, ended)] == [
        (Answer.CHANGE, "Day Center alone", None),
        (Answer.END, "", None),
    ]
    actions.confirm_follow_up(community.act(community.staff, timedelta(days=4)), changed)
    item = queries.one_license(held.id).open_work
    actions.confirm_work(community.act(community.staff, timedelta(days=4)), item)
    db.session.commit()
    shown = browser(community.staff).get("/licenses/access/follow-ups").get_data(as_text=True)
    assert "Nothing is left to follow up." in shown
    assert [one.done_by.first_name for one in (changed, ended)] == ["Dana", "Dana"]
    number = len(letters())
    work(clock_at, march(25))
    assert len(letters()) == number


def test_what_is_late_is_told_to_staff_once_and_shown(
    community: Community, browser: Browser, clock_at: Callable[[datetime], None]
):
    answers = dict.fromkeys((community.head.id, community.executive.id), Answer.KEEP)
    actions.attest_access(
        community.act(community.head),
        community.agency,
        since=date(2026, 2, 1),
        until=date(2026, 3, 1),
        answers={**answers, community.user.id: Answer.CHANGE},
        wishes={community.user.id: "Another project"},
    )
    work(clock_at, march(8))
    assert letters() == []

    work(clock_at, march(10))
    work(clock_at, march(11))

    late = "Late: change for Robin Ash (Oxbow House)"
    assert sorted(letters()) == [(name, late) for name in ("Dana Whit", "Ines Roe", "Lou Hale")]
    assert "Late" in browser(community.staff).get("/licenses/access/follow-ups").get_data(as_text=True)


def test_nobody_confirms_a_change_of_the_own_access_or_an_end_without_the_hmis(community: Community):
    lead = community.staff.home
    report = queries.access_report(lead.id, date(2026, 2, 1), date(2026, 3, 2))
    answers = {one.person.id: Answer.KEEP for one in report}
    actions.attest_access(
        community.act(community.admin),
        lead,
        since=date(2026, 2, 1),
        until=date(2026, 3, 2),
        answers={**answers, community.staff.id: Answer.CHANGE},
        wishes={community.staff.id: "No exports"},
    )
    (held,) = db.session.scalars(select(FollowUp))

    with pytest.raises(Refused, match="Somebody else confirms"):
        actions.confirm_follow_up(community.act(community.staff), held)
    actions.confirm_follow_up(community.act(community.second), held)
    with pytest.raises(Refused, match="confirmed already"):
        actions.confirm_follow_up(community.act(community.second), held)


def test_a_schedule_is_added_and_stopped_in_the_browser(community: Community, browser: Browser):
    admin = browser(community.admin)
    send(admin, "/licenses/access/schedules/new", rhythm="quarterly", day="1", days_to_answer="10")

    shown = admin.get("/licenses/access/schedules").get_data(as_text=True)
    assert ("Every three months, on day 1" in shown, "Apr 1, 2026" in shown) == (True, True)
    send(admin, f"/licenses/access/schedules/{queries.schedules_due(date(2030, 1, 1))[0]}/stop")

    assert "Nobody is asked on a schedule yet." in admin.get("/licenses/access/schedules").get_data(as_text=True)
    assert browser(community.head).get("/licenses/access/schedules").status_code == 403


def test_an_agency_sees_its_own_reports_and_follow_ups_alone(
    community: Community, browser: Browser, clock_at: Callable[[datetime], None]
):
    scheduled(community)
    work(clock_at, march(5))

    text = browser(community.head).get("/licenses/access/asked").get_data(as_text=True)

    assert ("Oxbow House" in text, "Millrace" in text) == (True, False)
    assert browser(community.user).get("/licenses/access/follow-ups").status_code == 403
