"""A license from the request to the end, and what is refused on the way."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.app import JOBS
from portal.audit import AuditEvent
from portal.db import db
from portal.errors import Refused
from portal.licenses import actions, jobs, queries
from portal.licenses.models import License, WorkItem
from portal.licenses.rules import ClockName, LicenseState, Move, Reason, WorkKind
from portal.mail.letters import Letter
from portal.people import actions as people_actions
from portal.people import queries as people
from portal.people.models import Person
from portal.policy import Role
from portal.scheduler import run_job
from portal.standing.rules import State
from tests.licenses.conftest import Community
from tests.people.steps import letters_to

HOUR = timedelta(hours=1)


def steps(held: License) -> list[tuple[Move, LicenseState, Reason, int | None]]:
    db.session.expire_all()
    return [(step.move, step.state, step.reason, step.by_id) for step in held.steps]


def work(held: License) -> list[tuple[WorkKind, bool]]:
    db.session.expire_all()
    return [(item.kind, item.is_open) for item in held.work]


def test_somebody_new_is_added_invited_approved_and_given_access(community: Community):
    held = community.ask()

    assert (held.state, held.person.email, held.person.home_id) == (
        LicenseState.REQUESTED,
        "new@oxbow.example.org",
        community.agency.id,
    )
    assert held.coc_id == community.coc.id
    assert [one.subject[:16] for one in letters_to("new@oxbow.example.org")] == ["Set your passwor"]

    actions.approve(community.act(community.staff), held)
    db.session.flush()
    assert [(one.role, one.organization_id) for one in held.person.roles] == [(Role.END_USER, community.agency.id)]
    assert work(held) == [(WorkKind.GRANT, True)]

    community.confirm(held, "nvale")
    assert (held.state, held.login_id) == (LicenseState.ACTIVE, "nvale")
    assert work(held) == [(WorkKind.GRANT, False)]
    assert steps(held) == [
        (Move.REQUEST, LicenseState.REQUESTED, Reason.NEW_COLLEAGUE, community.head.id),
        (Move.APPROVE, LicenseState.APPROVED, Reason.ALL_MET, community.staff.id),
        (Move.ACTIVATE, LicenseState.ACTIVE, Reason.DONE_IN_HMIS, community.staff.id),
    ]
    assert letters_to("new@oxbow.example.org")[-1].subject == "You have access to the HMIS now"
    assert letters_to(community.head.email)[-1].subject == "HMIS license of Noor Vale: active"
    assert len(letters_to(community.head.email)) == 1


def test_a_grant_needs_the_login_id_and_is_confirmed_once(community: Community):
    held = community.ask()
    actions.approve(community.act(community.staff), held)
    item = held.open_work

    with pytest.raises(Refused, match="Write down the login ID"):
        actions.confirm_work(community.act(community.staff), item)
    actions.confirm_work(community.act(community.staff), item, login_id="nvale")
    with pytest.raises(Refused, match="This was done already"):
        actions.confirm_work(community.act(community.staff), item, login_id="nvale")


def test_one_person_has_one_open_license_at_an_agency_and_another_after_it_ended(community: Community):
    held = community.ask()
    with pytest.raises(Refused, match="This person has a license at this agency"):
        community.ask()
    actions.withdraw(community.act(community.head), held, reason=Reason.MISTAKE)
    again = community.ask()

    assert (held.state, again.state, again.person_id) == (
        LicenseState.WITHDRAWN,
        LicenseState.REQUESTED,
        held.person_id,
    )


def test_a_victim_service_provider_gets_no_license(community: Community):
    with pytest.raises(Refused, match="By law a victim service provider"):
        actions.request_license(
            community.act(community.staff), community.vsp, email="x@safe.example.org", reason=Reason.NEW_COLLEAGUE
        )


def test_an_unknown_address_needs_the_name(community: Community):
    with pytest.raises(Refused, match="Type the first and the last name too"):
        actions.request_license(
            community.act(community.head), community.agency, email="x@oxbow.example.org", reason=Reason.NEW_COLLEAGUE
        )


def test_a_requirement_that_is_not_met_holds_the_license_back_until_it_is_met(community: Community):
    community.require()
    held = community.ask()
    needed = queries.prerequisites(held, community.at)

    assert [(one.state, one.is_asked_for) for one in needed.unmet] == [(State.NEVER_MET, True)]
    with pytest.raises(Refused, match="Requirements are not met yet"):
        actions.approve(community.act(community.staff), held)

    community.met(held.person, date(2026, 2, 20))
    actions.approve(community.act(community.staff), held)
    assert held.state is LicenseState.APPROVED


def test_only_an_administrator_overrides_and_only_with_a_reason(community: Community):
    community.require()
    held = community.ask()

    with pytest.raises(Refused, match="Only an HMIS Lead administrator"):
        actions.approve(community.act(community.staff), held, override=True, note="Urgent")
    with pytest.raises(Refused, match="Say why this license is approved"):
        actions.approve(community.act(community.admin), held, override=True, by_admin=True)
    actions.approve(community.act(community.admin), held, override=True, by_admin=True, note="Training is on Friday.")

    last = queries.one_license(held.id).steps[-1]
    assert (last.reason, last.note.words) == (Reason.OVERRIDDEN, "Training is on Friday.")
    facts = db.session.scalars(select(AuditEvent.facts).where(AuditEvent.name == "license.checked")).one()
    assert len(facts["unmet"]) == 1


def test_suspending_restoring_and_revoking_each_make_work_and_drop_what_was_open(community: Community):
    held = community.active()
    staff = community.act(community.staff)

    actions.suspend(staff, held, reason=Reason.SECURITY)
    assert work(held) == [(WorkKind.GRANT, False), (WorkKind.SUSPEND, True)]
    actions.restore(staff, held, reason=Reason.CLEARED)
    assert work(held)[1:] == [(WorkKind.SUSPEND, False), (WorkKind.RESTORE, True)]
    actions.revoke(staff, held, reason=Reason.NO_NEED)
    assert work(held)[2:] == [(WorkKind.RESTORE, False), (WorkKind.REVOKE, True)]
    assert [role.ended_on for role in held.person.roles] == [community.at.date()]
    with pytest.raises(Refused, match="This license is revoked by now"):
        actions.suspend(staff, held, reason=Reason.SECURITY)


def test_a_leaver_loses_the_portal_at_once_and_the_clock_runs_from_leaving(community: Community):
    held = community.active()
    left = community.at - 3 * HOUR
    leaver = actions.end_access(community.act(community.head), held.person, agency=community.agency, left_at=left)

    person = people.person(held.person_id)
    assert (person.is_active, [role.ended_on for role in person.roles]) == (False, [community.at.date()])
    assert (held.state, leaver.due_at, leaver.ended_at) == (LicenseState.REVOKED, left + 24 * HOUR, None)
    item = held.open_work
    assert (item.kind, item.starts_at, item.due_at) == (WorkKind.REVOKE, left, left + 24 * HOUR)
    told = letters_to(community.staff.email)[-1]
    assert told.subject == "Somebody left: end the access of Noor Vale in the HMIS"
    assert "Mar 3, 2026, 6:00 am CT" in told.text

    community.confirm(held, later=2 * HOUR)
    clock = queries.leaver(leaver.id).clock
    assert (clock.agency_took, clock.staff_took(community.at), clock.is_late(community.at)) == (
        3 * HOUR,
        2 * HOUR,
        False,
    )


def test_who_works_elsewhere_too_keeps_that(community: Community):
    held = community.active()
    held.person.home_id = community.other.id
    db.session.commit()

    actions.end_access(community.act(community.head), held.person, agency=community.agency, left_at=community.at)

    assert (held.person.is_active, [one.ended_on for one in held.person.roles]) == (True, [community.at.date()])


def test_a_leaver_whose_license_was_only_asked_for_has_nothing_to_end_in_the_hmis(community: Community):
    held = community.ask()
    leaver = actions.end_access(
        community.act(community.head), held.person, agency=community.agency, left_at=community.at
    )

    assert (held.state, leaver.ended_at, work(held)) == (LicenseState.WITHDRAWN, community.at, [])


@pytest.mark.parametrize("hours", [1, -24 * 400])
def test_a_leaver_cannot_have_left_in_the_time_to_come_or_long_ago(community: Community, hours: int):
    with pytest.raises(Refused, match="Choose when the person left"):
        actions.end_access(
            community.act(community.head), community.user, agency=community.agency, left_at=community.at + hours * HOUR
        )


def test_staff_are_told_at_half_time_and_administrators_when_it_is_late(community: Community):
    held = community.ask()
    actions.approve(community.act(community.staff), held)
    db.session.commit()
    item_id = held.open_work.id

    def subjects(person: Person) -> list[str]:
        found = select(Letter.subject).where(Letter.to_person_id == person.id, Letter.notice == "licenses/work_waits")
        return list(db.session.scalars(found.order_by(Letter.id)))

    assert queries.to_remind(community.at + 35 * HOUR) == []
    assert queries.to_remind(community.at + 36 * HOUR) == [item_id]
    actions.remind(community.act(later=36 * HOUR), item_id)
    db.session.commit()
    assert queries.to_remind(community.at + 71 * HOUR) == []
    actions.remind(community.act(later=72 * HOUR), item_id)
    db.session.commit()
    assert queries.to_remind(community.at + 500 * HOUR) == []
    half, late = (f"{words}: give access of Noor Vale in the HMIS" for words in ("Half of the time is over", "Late"))
    assert (subjects(community.staff), subjects(community.admin)) == ([half, late], [late])


def test_the_job_of_reminders_runs_twice_without_harm(community: Community):
    held = community.ask()
    actions.approve(community.act(community.staff, -80 * HOUR), held)
    db.session.commit()

    assert [run_job(jobs.JOBS[0], community.at).done for _ in range(2)] == [1, 0]


def test_the_hours_of_a_clock_hold_for_work_that_comes_after(community: Community):
    first = community.ask()
    actions.approve(community.act(community.staff), first)
    actions.set_clocks(community.act(community.admin), {ClockName.GRANT: 8})
    second = community.ask("two@oxbow.example.org")
    actions.approve(community.act(community.staff), second)

    assert [one.open_work.due_at - community.at for one in (first, second)] == [72 * HOUR, 8 * HOUR]


APRIL = timedelta(days=40)


def overdue_in_april(community: Community) -> License:
    community.require()
    held = community.ask()
    community.met(held.person, date(2025, 3, 10))
    actions.approve(community.act(community.staff), held)
    community.confirm(held, "nvale")
    db.session.commit()
    return held


def test_suspensions_are_proposed_and_approved_by_two_people(community: Community):
    held = overdue_in_april(community)

    assert queries.overdue(community.at) == []
    found = queries.overdue(community.at + APRIL)
    assert [(one.license.id, [v.state for v in one.verdicts]) for one in found] == [(held.id, [State.OVERDUE])]
    assert actions.propose_suspensions(community.act(community.staff, APRIL), {held.id}) == 1
    assert queries.overdue(community.at + APRIL) == []
    with pytest.raises(Refused, match="Whoever proposed a suspension cannot approve it"):
        actions.approve_suspensions(community.act(community.staff, APRIL), {held.id})
    assert actions.approve_suspensions(community.act(community.second, APRIL), {held.id}) == (1, 0, 0)
    db.session.expire_all()
    assert (held.state, held.steps[-1].reason, held.open_work.kind) == (
        LicenseState.SUSPENDED,
        Reason.EVIDENCE_MISSING,
        WorkKind.SUSPEND,
    )
    assert letters_to(held.person.email)[-1].subject == "Your HMIS license is suspended"


def test_a_suspension_whose_reason_was_cleared_meanwhile_is_dropped(community: Community):
    held = overdue_in_april(community)
    actions.propose_suspensions(community.act(community.staff, APRIL), {held.id})
    community.met(held.person, date(2026, 4, 1))

    assert actions.approve_suspensions(community.act(community.second, APRIL), {held.id}) == (0, 1, 0)
    assert (held.state, list(queries.proposed())) == (LicenseState.ACTIVE, [])


def test_seats_keep_their_history_and_say_when_they_are_over(community: Community):
    admin = community.act(community.admin)
    reader = community.admin.actor_on(community.at.date())
    for starts_on, number in ((date(2026, 1, 1), 2), (date(2026, 3, 1), 1), (date(2026, 6, 1), 9)):
        actions.record_seats(admin, community.agency, coc=community.coc, starts_on=starts_on, number=number)
    community.active()
    community.active("two@oxbow.example.org")
    community.ask("three@oxbow.example.org")

    row = queries.seat_rows(reader, community.at.date(), community.agency.id)[0]
    assert (row.count.bought, row.count.used, row.count.requested, row.count.is_over) == (1, 2, 1, True)
    assert row.count.forecast == "1 request waits; granted, 2 would be missing."
    june = queries.seat_rows(reader, date(2026, 6, 1), community.agency.id)[0]
    assert (june.count.bought, june.count.free) == (9, 7)
    with pytest.raises(Refused, match="does not work in Plover CoC"):
        actions.record_seats(admin, community.agency, coc=community.other_coc, starts_on=date(2026, 1, 1), number=1)


def test_every_open_work_item_is_the_only_one_of_its_license(community: Community):
    held = community.active()
    actions.suspend(community.act(community.staff), held, reason=Reason.AWAY)
    actions.restore(community.act(community.staff), held, reason=Reason.CAME_BACK)
    db.session.commit()

    open_items = db.session.scalars(select(WorkItem).where(WorkItem.done_at.is_(None), WorkItem.dropped_at.is_(None)))
    assert [item.kind for item in open_items] == [WorkKind.RESTORE]


def test_nobody_confirms_work_on_the_own_login(community: Community):
    held = actions.request_license(
        community.act(community.second), community.staff.home, email=community.staff.email, reason=Reason.NEW_DUTIES
    )
    actions.approve(community.act(community.second), held)
    db.session.commit()
    item = queries.one_license(held.id).open_work

    with pytest.raises(Refused, match="Nobody confirms work on their own login"):
        actions.confirm_work(community.act(community.staff), item, login_id="dwhit")
    actions.confirm_work(community.act(community.second), item, login_id="dwhit")

    assert held.state is LicenseState.ACTIVE


def test_a_batch_leaves_out_what_the_approver_proposed_or_is_about(community: Community):
    """One proposed by a colleague, one by the approver, one about the approver."""
    community.require()
    made = {}
    for who, agency in (("one", community.agency), ("two", community.other), ("own", community.staff.home)):
        email = community.second.email if who == "own" else f"{who}@example.org"
        held = actions.request_license(
            community.act(community.staff),
            agency,
            email=email,
            first_name=who,
            last_name="Vale",
            reason=Reason.NEW_DUTIES,
        )
        actions.approve(community.act(community.admin), held, override=True, by_admin=True, note="Urgent.")
        community.confirm(held, who)
        made[who] = held.id
    db.session.commit()
    actions.propose_suspensions(community.act(community.staff, APRIL), {made["one"], made["own"]})
    actions.propose_suspensions(community.act(community.second, APRIL), {made["two"]})
    db.session.flush()

    decided = actions.approve_suspensions(community.act(community.second, APRIL), set(made.values()))

    assert decided == (1, 0, 2)
    assert {who: queries.one_license(one).state for who, one in made.items()} == {
        "one": LicenseState.SUSPENDED,
        "two": LicenseState.ACTIVE,
        "own": LicenseState.ACTIVE,
    }
    with pytest.raises(Refused, match="Nobody decides about the suspension of their own license"):
        actions.drop_suspensions(community.act(community.second, APRIL), {made["own"]})
    letters = [
        one.subject for one in db.session.scalars(select(Letter).where(Letter.to_person_id == community.admin.id))
    ]
    assert [one for one in letters if one.startswith("Approve")] == [
        "Approve: 2 suspensions wait for a second person",
        "Approve: 1 suspension waits for a second person",
    ]


def test_whoever_is_ended_in_the_register_loses_the_license_at_once(community: Community):
    held = community.active()
    people_actions.end_person(community.act(community.admin), held.person)
    db.session.commit()

    for _ in range(2):
        ran = run_job(next(job for job in JOBS if job.name == "licenses.end_left"), community.at)
        assert ran.failed == 0, ran.last_error
    db.session.expire_all()

    held = queries.one_license(held.id)
    assert (held.state, held.open_work.kind, held.open_work.leaver.told_at) == (
        LicenseState.REVOKED,
        WorkKind.REVOKE,
        community.at,
    )
    assert [one.subject for one in db.session.scalars(select(Letter).where(Letter.to_person_id == community.staff.id))][
        -1
    ] == "Somebody left: end the access of Noor Vale in the HMIS"


def test_nobody_ends_the_own_access(community: Community):
    with pytest.raises(Refused, match="You cannot end your own access"):
        actions.end_access(community.act(community.head), community.head, agency=community.agency, left_at=community.at)
