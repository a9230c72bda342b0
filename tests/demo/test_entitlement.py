"""Who is entitled in the filled community: requirements, evidence, licenses, seats, reports, each in all its states."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.db import db
from portal.hmis_csv import queries as exports
from portal.hmis_csv.models import ExportProblem, HmisExport, HmisUser, ProjectMonth
from portal.hmis_csv.rules.loading import ExportState
from portal.licenses import queries
from portal.licenses.models import (
    AccessAnswer,
    AccessRequest,
    AccessReview,
    AuditDutyRun,
    FollowUp,
    Leaver,
    License,
    Suspension,
    WorkItem,
)
from portal.licenses.rules import (
    Answer,
    Column,
    DutyResult,
    DutyState,
    LicenseState,
    ProposalState,
    Tone,
    duty_state,
)
from portal.people import queries as people
from portal.people.models import ComparableDatabase, Inventory, Organization, Person, ProjectParticipation
from portal.policy import Actor, Role
from portal.scheduler import Run, RunState
from portal.standing import queries as standing
from portal.standing.models import (
    Evidence,
    EvidenceBatch,
    EvidenceClaim,
    LoginReport,
    RegisterNote,
    Requirement,
    RequirementVersion,
    Waiver,
)
from portal.standing.rules import ClaimState, State
from portal.tickets.models import Queue, Ticket
from portal.tickets.rules import State as TicketState
from tests.conftest import MONDAY

pytestmark = pytest.mark.xdist_group("demo")

EVENING = MONDAY.replace(hour=0)


def count(*criteria: Any) -> int:
    return db.session.scalar(select(func.count()).where(*criteria)) or 0


def counted(column: Any) -> dict[Any, int]:
    return {row[0]: row[1] for row in db.session.execute(select(column, func.count()).group_by(column))}


def boss() -> Actor:
    return people.staff(MONDAY.date())[0].actor_on(MONDAY.date())


def test_licenses_are_there_in_every_state(app: Flask) -> None:
    states = counted(License.state)

    assert set(states) == set(LicenseState)
    assert 170 <= states.pop(LicenseState.ACTIVE) <= 190
    assert states == {
        LicenseState.REQUESTED: 4,
        LicenseState.DECLINED: 2,
        LicenseState.WITHDRAWN: 1,
        LicenseState.APPROVED: 2,
        LicenseState.SUSPENDED: 1,
        LicenseState.REVOKED: 7,
    }


def test_who_may_log_in_to_the_hmis_is_an_end_user_and_nobody_else_is(app: Flask) -> None:
    held = select(License.person_id).where(License.state.in_((LicenseState.ACTIVE, LicenseState.APPROVED)))
    suspended = select(License.person_id).where(License.state == LicenseState.SUSPENDED)
    users = {one.id for one in people.holders(MONDAY.date(), Role.END_USER)}

    assert users == {*db.session.scalars(held), *db.session.scalars(suspended)}
    assert count(License.state == LicenseState.ACTIVE, License.login_id == "") == 0


def test_compliance_is_mostly_green_some_amber_and_a_few_red(app: Flask) -> None:
    rows = queries.compliance(boss(), MONDAY, {Column.CONSISTENCY: exports.consistency_cells})
    known = [column for column in Column if column is not Column.FINDINGS]
    tones = Counter(row.cells[column].tone for row in rows for column in known)
    red = {(row.agency.short_name, column) for row in rows for column in known if row.cells[column].tone is Tone.BAD}

    assert len(rows) == 12
    assert tones == {Tone.GOOD: 46, Tone.WARN: 7, Tone.BAD: 7}
    assert red == {
        ("Redstem Shelter", Column.LICENSES),
        ("Redstem Shelter", Column.CONSISTENCY),
        ("Redstem Shelter", Column.TRAINING),
        ("Tannery Bend", Column.LICENSES),
        ("Tannery Bend", Column.TRAINING),
        ("Tannery Bend", Column.AGREEMENT),
        ("Windrow HA", Column.CHECKLIST),
    }


def test_the_first_day_was_not_all_red(app: Flask) -> None:
    first = EVENING - timedelta(days=540)
    told = standing.verdicts_of_people(None, MONDAY, first.date(), first.date())
    states = Counter(one.state for verdicts in told.values() for one in verdicts)

    assert states[State.OVERDUE] == 0
    assert states[State.CURRENT] > 500


def test_every_state_of_standing_is_there(app: Flask) -> None:
    told = [*standing.verdicts_of_people(None, MONDAY).values()]
    told += standing.verdicts_of_organizations(None, MONDAY).values()

    assert {one.state for verdicts in told for one in verdicts} == set(State)


def test_leavers_were_ended_in_time_and_late_and_two_clocks_run(app: Flask) -> None:
    leavers = db.session.scalars(select(Leaver).order_by(Leaver.told_at)).all()

    assert [(one.ended_at is not None, one.clock.is_late(EVENING)) for one in leavers] == [
        (True, False),
        (True, True),
        (True, True),
        (True, False),
        (False, True),
        (False, False),
    ]
    assert count(Person.ended_on.is_not(None)) == 6
    assert [one.person.name for one in leavers if one.person.is_active] == []


def test_work_in_the_hmis_waits_for_leavers_and_for_new_colleagues(app: Flask) -> None:
    waits = Counter(item.kind.value for item in db.session.scalars(queries.work_to_do()))

    assert waits == {"grant": 2, "revoke": 2}
    assert count(WorkItem.done_at.is_not(None)) > 190


def test_a_suspension_was_approved_another_waits_and_a_third_could_be_proposed(app: Flask) -> None:
    waiting = queries.proposed()

    assert counted(Suspension.state) == {ProposalState.APPROVED: 1, ProposalState.WAITING: 1}
    assert [one.proposed_by_id == one.license.person_id for one in waiting] == [False]
    assert {one.license.agency.short_name for one in queries.overdue(MONDAY)} == {"Redstem Shelter", "Tannery Bend"}


def test_nobody_has_approved_what_they_entered_or_asked_for(app: Flask) -> None:
    assert count(Evidence.approved_by_id == Evidence.recorded_by_id) == 0
    assert count(EvidenceClaim.decided_by_id == EvidenceClaim.entered_by_id, EvidenceClaim.batch_id.is_(None)) == 0
    assert count(Suspension.decided_by_id == Suspension.proposed_by_id) == 0
    assert count(Evidence.approved_by_id == Evidence.person_id) == 0


def test_evidence_came_from_files_and_by_hand_and_some_waits_for_a_second_person(app: Flask) -> None:
    assert counted(EvidenceBatch.state)[ClaimState.WAITING] == 1
    assert counted(EvidenceBatch.state)[ClaimState.APPROVED] > 40
    assert count(EvidenceClaim.state == ClaimState.WAITING, EvidenceClaim.batch_id.is_(None)) == 5
    assert count(EvidenceClaim.state == ClaimState.REFUSED, EvidenceClaim.why_refused != "") == 1
    assert count(Evidence.is_imported) > 1000
    assert counted(Run.state) == {RunState.DONE: count(EvidenceBatch.id > 0) + 3}
    assert [run.id for run in db.session.scalars(select(Run).order_by(Run.id)) if run.refused] == []


def test_a_change_of_a_requirement_is_being_written_and_waivers_run(app: Flask) -> None:
    assert count(Requirement.id > 0) == 9
    assert count(RequirementVersion.published_at.is_(None)) == 1
    assert count(Waiver.ends_on >= MONDAY.date()) == 3


def test_seats_are_never_oversold_and_two_agencies_ask_for_more_than_they_have(app: Flask) -> None:
    rows = queries.seat_rows(boss(), MONDAY.date())

    assert [row.agency for row in rows if row.count.is_over] == []
    assert len([row for row in rows if row.count.will_be_over]) in (1, 2)
    assert sum(row.count.bought for row in rows) > 180


def test_agencies_attested_their_people_and_two_have_still_to_answer(app: Flask) -> None:
    assert count(AccessReview.id > 0) == 22
    assert set(counted(AccessAnswer.answer)) == {Answer.KEEP, Answer.CHANGE}
    assert count(AccessRequest.review_id.is_(None)) == 2
    assert count(FollowUp.done_at.is_(None)) > 0
    assert count(FollowUp.done_at.is_not(None)) > 0


def test_reports_of_the_hmis_are_overdue_due_soon_and_planned_and_the_latest_have_their_files(app: Flask) -> None:
    states = [duty_state(one.due_on, MONDAY.date()) for one in db.session.scalars(queries.duties())]

    assert states == [DutyState.OVERDUE, DutyState.DUE_SOON, DutyState.PLANNED]
    assert counted(AuditDutyRun.result)[DutyResult.FINDINGS] == 1
    assert count(AuditDutyRun.file_id.is_not(None)) == 9


def test_last_logins_were_loaded_and_the_register_is_noted(app: Flask) -> None:
    assert count(LoginReport.id > 0) == 4
    assert list(standing.unnoted(MONDAY)) == []
    assert count(RegisterNote.person_id.is_not(None)) == count(Person.id > 0)


def test_two_agencies_have_nobody_for_a_post(app: Flask) -> None:
    gaps = {row.agency.short_name for row in queries.contacts(boss(), MONDAY.date()) if row.gaps}

    assert gaps == {"High Butte", "Windrow HA"}
    assert count(Organization.id > 0) == 20


def test_the_projects_are_described_by_an_export_of_the_hmis_and_the_next_one_waits(app: Flask) -> None:
    assert counted(HmisExport.state) == {ExportState.APPLIED: 1, ExportState.READY: 1}
    assert count(ExportProblem.id > 0) == 0
    assert (count(ProjectParticipation.id > 0), count(Inventory.id > 0)) == (40, 28)
    assert count(HmisUser.person_id.is_not(None)) > 140
    assert {one.value for one in counted(ProjectMonth.verdict)} == {"seen", "late", "batch", "silent", "not_expected"}


def test_the_comparable_database_was_checked_and_its_next_check_comes(app: Flask) -> None:
    database = db.session.scalars(select(ComparableDatabase)).one()

    assert database.agency.short_name == "Marigold Place"
    assert [one.checked_on < one.next_due_on for one in database.checks] == [True, True]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SIGNED_IN])
def test_whoever_enters_the_demo_finds_something_on_the_first_page(role: Role, app: Flask) -> None:
    """Staff and governance see their queues and numbers; others have a ticket that waits on them or their agency."""
    entered = next(one.person for one in people.people_by_role_for_demo(MONDAY.date()) if one.role is role)
    waiting = select(Ticket).where(Ticket.state == TicketState.WAITING)
    of_agency = waiting.join(Person, Person.id == Ticket.requester_id).where(Person.home_id == entered.home_id)
    own = waiting.where(Ticket.requester_id == entered.id)

    if role in (Role.LEAD_STAFF, Role.LEAD_ADMIN):
        own = select(Ticket).where(Ticket.queue.has(Queue.members.any(person_id=entered.id)), Ticket.is_open)
    elif role is Role.COC_GOVERNANCE:
        own = select(Ticket).where(Ticket.coc_id == entered.home_id)
    elif role in (Role.AGENCY_ADMIN, Role.AGENCY_EXECUTIVE):
        own = of_agency

    assert len(db.session.scalars(own).all()) > 0
