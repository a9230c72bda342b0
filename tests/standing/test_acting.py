"""What happens to evidence, requirements and waivers."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.audit import AuditEvent
from portal.db import db
from portal.errors import Refused
from portal.files import ALLOWED_WORDS, Upload
from portal.mail.letters import Letter
from portal.people import actions as people
from portal.people.models import Person
from portal.policy import Role
from portal.scheduler import run_job
from portal.standing import actions, jobs, queries
from portal.standing.models import Evidence, EvidenceClaim, RegisterNote, RequirementVersion
from portal.standing.rules import Audience, Authority, ClaimState, Recurrence, State, SubjectKind
from tests.standing.conftest import Community

Put = Callable[[datetime], None]
PERSON, ORGANIZATION = SubjectKind.PERSON, SubjectKind.ORGANIZATION
DAY = date(2026, 2, 20)


def terms(**facts: object) -> dict[str, object]:
    return {
        "title": "Refresher",
        "authority": Authority.LOCAL,
        "kind": "training",
        "key": "refresher",
        "subject_kind": PERSON,
        "audience": Audience(roles=frozenset({Role.END_USER})),
        "recurrence": Recurrence.ROLLING,
        "months": 12,
        "due_soon_days": 30,
        "effective_on": date(2025, 1, 1),
        **facts,
    }


def state_of(community: Community, person: Person, code: str, **dates: date) -> State:
    requirement = community.requirement(code)
    found = queries.verdicts_of_person(person.id, community.at, **dates)
    return next(one.state for one in found if one.requirement_id == requirement.id)


def privacy(community: Community, person: Person, on: date = DAY) -> Evidence:
    """Recorded on the very day."""
    act = community.act(community.staff, at=datetime.combine(on, time(18), UTC))
    return actions.record_evidence(act, "training", PERSON, person.id, "privacy", on)


def test_the_shipped_requirements_are_published_once(community: Community):
    assert [one.code for one in queries.requirements()] == [
        "agency-monitoring",
        "data-security-training",
        "end-user-agreement",
        "participation-agreement",
        "privacy-training",
        "security-certification",
        "security-checklist",
        "software-training",
    ]
    assert actions.load_defaults(community.act(community.admin)) == 0


def test_evidence_pushed_by_another_package_counts_at_once(community: Community):
    before = state_of(community, community.user, "privacy-training")
    evidence = privacy(community, community.user)

    assert (before, state_of(community, community.user, "privacy-training")) == (State.OVERDUE, State.CURRENT)
    assert (evidence.source_kind, evidence.is_imported, evidence.approved_by_id) == ("", False, None)
    assert state_of(community, community.colleague, "privacy-training") is State.OVERDUE


def test_evidence_with_a_key_that_is_no_code_is_a_mistake_of_the_caller(community: Community):
    with pytest.raises(ValueError, match="needs a key"):
        actions.record_evidence(community.act(), "training", PERSON, community.user.id, "Privacy!", DAY)


def test_evidence_taken_back_stays_and_counts_no_more(community: Community):
    evidence = privacy(community, community.user)
    actions.void_evidence(community.act(community.staff), evidence)

    assert state_of(community, community.user, "privacy-training") is State.OVERDUE
    assert [row.is_void for row in db.session.scalars(db.select(Evidence).order_by(Evidence.id))] == [False, True]


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE evidence SET key = 'other'",
        "DELETE FROM evidence",
        "UPDATE requirement_version SET title = 'Other'",
        "DELETE FROM requirement_version WHERE number = 1",
        "UPDATE waiver SET ends_on = '2030-01-01'",
        "DELETE FROM waiver",
    ],
)
def test_the_database_refuses_to_change_what_was_kept(community: Community, deed: str):
    privacy(community, community.user)
    _waived(community)
    db.session.commit()

    with pytest.raises(DBAPIError, match="only ever added"):
        db.session.execute(text(deed))
    db.session.rollback()


def test_a_published_version_is_refused_by_the_model_before_the_database(community: Community):
    version = community.requirement("privacy-training").published[0]
    version.months = 24

    with pytest.raises(ValueError, match="never changes"):
        db.session.flush()
    db.session.rollback()


def test_a_draft_can_be_written_anew_and_binds_nobody(community: Community):
    act = community.act(community.admin)
    requirement = actions.add_requirement(act, code="refresher", **terms())
    actions.draft_change(act, requirement, **terms(months=6))
    db.session.commit()

    assert [(one.number, one.months, one.published_at) for one in requirement.versions] == [(1, 6, None)]
    assert requirement.id not in {
        one.requirement_id for one in queries.verdicts_of_person(community.user.id, community.at)
    }


def test_a_published_change_is_a_new_version_and_the_old_one_stays(community: Community):
    act = community.act(community.admin)
    privacy(community, community.user, on=date(2025, 6, 1))
    requirement = community.requirement("privacy-training")
    before = queries.preview(requirement, community.at)
    latest = requirement.latest
    held = {name: getattr(latest, name) for name in ("title", "authority", "kind", "key", "subject_kind", "audience")}
    actions.draft_change(
        act, requirement, **held, recurrence=Recurrence.ROLLING, months=6, effective_on=date(2026, 3, 2)
    )
    preview = queries.preview(requirement, community.at)
    actions.publish(act, requirement)
    db.session.commit()

    assert before is None
    assert [(flip.subject_id, flip.before.state, flip.after.state) for flip in preview.flips] == [
        (community.user.id, State.CURRENT, State.OVERDUE)
    ]
    assert [(row.organization_id, row.worse, row.better) for row in preview.places] == [(community.agency.id, 1, 0)]
    assert [version.number for version in requirement.published] == [1, 2]
    assert state_of(community, community.user, "privacy-training") is State.OVERDUE
    assert state_of(community, community.user, "privacy-training", as_of=date(2026, 3, 1)) is State.CURRENT
    assert (
        state_of(community, community.user, "privacy-training", as_of=date(2026, 3, 2), known_on=date(2026, 3, 1))
        is State.CURRENT
    )


def test_a_change_may_not_hold_before_the_version_it_follows(community: Community):
    act = community.act(community.admin)
    requirement = actions.add_requirement(act, code="refresher", **terms())
    actions.publish(act, requirement)
    actions.draft_change(act, requirement, **terms(effective_on=date(2024, 12, 31)))

    with pytest.raises(Refused, match="holds from a later day"):
        actions.publish(act, requirement)


def test_a_retired_requirement_asks_nobody(community: Community):
    act = community.act(community.admin)
    requirement = actions.add_requirement(act, code="refresher", **terms())
    actions.publish(act, requirement)
    before = state_of(community, community.user, "refresher")
    actions.draft_change(act, requirement, **terms(is_retired=True, effective_on=date(2026, 3, 1)))
    actions.publish(act, requirement)

    assert (before, state_of(community, community.user, "refresher")) == (State.OVERDUE, State.NOT_REQUIRED)


def test_a_new_text_of_an_agreement_asks_everybody_anew(community: Community):
    act = community.act(community.staff)
    actions.record_evidence(act, "agreement", PERSON, community.user.id, "end-user", date(2025, 5, 1))
    requirement = community.requirement("end-user-agreement")
    actions.ask_anew(community.act(community.admin), requirement, evidence_from=date(2026, 3, 1), first_days=30)

    assert state_of(community, community.user, "end-user-agreement") is State.DUE_SOON
    assert state_of(community, community.user, "end-user-agreement", as_of=date(2026, 4, 1)) is State.OVERDUE
    actions.record_evidence(act, "agreement", PERSON, community.user.id, "end-user", date(2026, 3, 2))
    assert state_of(community, community.user, "end-user-agreement", as_of=date(2026, 4, 1)) is State.CURRENT


def test_a_draft_that_was_never_published_is_discarded_with_its_requirement(community: Community):
    act = community.act(community.admin)
    requirement = actions.add_requirement(act, code="refresher", **terms())
    db.session.commit()
    actions.discard_draft(act, requirement)
    db.session.commit()

    assert queries.requirement_by_code("refresher") is None
    assert db.session.scalar(db.select(db.func.count(RequirementVersion.id))) == 8


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"code": "No Code"}, "Use small letters, digits and hyphens for the code, such as privacy-training."),
        ({"code": "privacy-training"}, "There is a requirement with this code already."),
        ({"key": "Not a key"}, "Use small letters, digits and hyphens for the key of the evidence, such as end-user."),
        ({"months": 0}, "Say after how many months."),
    ],
)
def test_terms_that_make_no_sense_are_refused(community: Community, facts: dict[str, object], sentence: str):
    with pytest.raises(Refused) as refusal:
        actions.add_requirement(community.act(community.admin), **{"code": "refresher", **terms(), **facts})

    assert refusal.value.sentence == sentence


def test_the_community_start_keeps_older_gaps_out_of_overdue(community: Community):
    actions.set_community_start(community.act(community.admin), starts_on=date(2026, 3, 1))

    assert state_of(community, community.user, "privacy-training") is State.NEVER_MET
    assert state_of(community, community.user, "privacy-training", as_of=date(2026, 5, 31)) is State.OVERDUE
    assert state_of(community, community.user, "privacy-training", known_on=date(2026, 3, 1)) is State.OVERDUE


# ── By hand ───────────────────────────────────────────────────────────────────────────────────────────────────────


def entered(community: Community, by: Person | None = None, **facts: object) -> EvidenceClaim:
    given = {
        "kind": "training",
        "key": "privacy",
        "subject_kind": PERSON,
        "subject_id": community.user.id,
        "on": DAY,
        **facts,
    }
    claim = actions.enter_evidence(community.act(by or community.staff), **given)
    db.session.commit()
    return claim


def test_evidence_by_hand_counts_once_a_second_person_approved_it(community: Community):
    claim = entered(community, note="Sign-in sheet", uploads=[Upload("sheet.pdf", b"%PDF-1.7 sheet")])
    before = state_of(community, community.user, "privacy-training")
    evidence = actions.approve_claim(community.act(community.admin), claim)

    assert (before, state_of(community, community.user, "privacy-training")) == (State.OVERDUE, State.CURRENT)
    assert (evidence.recorded_by_id, evidence.approved_by_id) == (community.staff.id, community.admin.id)
    assert [held.name for held in queries.evidence(evidence.id).claim.files] == ["sheet.pdf"]


def test_nobody_approves_or_refuses_the_own_entry(community: Community):
    claim = entered(community)

    for deed in (actions.approve_claim, lambda act, claim: actions.refuse_claim(act, claim, why="No")):
        with pytest.raises(Refused, match="Whoever entered it cannot approve it"):
            deed(community.act(community.staff), claim)


def test_an_entry_is_decided_once(community: Community):
    claim = entered(community)
    actions.refuse_claim(community.act(community.admin), claim, why="The sheet is of another person.")

    with pytest.raises(Refused, match="This entry is refused already"):
        actions.approve_claim(community.act(community.admin), claim)
    assert state_of(community, community.user, "privacy-training") is State.OVERDUE


def test_only_its_author_withdraws_an_entry(community: Community):
    claim = entered(community)

    with pytest.raises(Refused, match="Only whoever entered it"):
        actions.withdraw_claim(community.act(community.admin), claim)
    actions.withdraw_claim(community.act(community.staff), claim)
    assert claim.state is ClaimState.WITHDRAWN


def test_the_same_fact_is_not_taken_twice(community: Community):
    claim = entered(community)
    other = entered(community, by=community.admin)
    actions.approve_claim(community.act(community.admin), claim)

    with pytest.raises(Refused, match="This is on file already"):
        entered(community)
    with pytest.raises(Refused, match="come on file meanwhile"):
        actions.approve_claim(community.act(community.staff), other)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"on": date(2026, 3, 9)}, "The day lies ahead. Enter what has happened."),
        ({"until": date(2026, 1, 1)}, "It cannot end before it began."),
        (
            {"uploads": [Upload("tool.exe", b"MZ")]},
            f"The file “tool.exe” was not accepted. Send {ALLOWED_WORDS}.",
        ),
    ],
)
def test_entries_that_make_no_sense_are_refused(community: Community, facts: dict[str, object], sentence: str):
    with pytest.raises(Refused) as refusal:
        entered(community, **facts)

    assert refusal.value.sentence == sentence


def test_a_correction_takes_the_place_of_what_it_corrects_from_its_approval_on(community: Community):
    wrong = privacy(community, community.user)
    db.session.commit()
    claim = entered(community, on=date(2024, 2, 20), corrects=wrong)
    before = state_of(community, community.user, "privacy-training")
    actions.approve_claim(community.act(community.admin), claim)

    assert (before, state_of(community, community.user, "privacy-training")) == (State.CURRENT, State.OVERDUE)
    assert queries.superseding(wrong.id).on == date(2024, 2, 20)
    with pytest.raises(Refused, match="corrected meanwhile"):
        actions.approve_claim(community.act(community.admin), entered(community, is_void=True, corrects=wrong))


# ── Waivers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _waived(community: Community, **facts: object) -> object:
    given = {
        "subject_kind": PERSON,
        "subject_id": community.user.id,
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2026, 4, 30),
        "reason": "On leave.",
        **facts,
    }
    requirement = community.requirement("privacy-training")
    return actions.grant_waiver(community.act(community.admin), requirement, **given)


def test_a_waiver_holds_and_can_be_ended_before_its_time(community: Community):
    waiver = _waived(community)
    db.session.commit()
    held = state_of(community, community.user, "privacy-training", as_of=date(2026, 4, 30))
    actions.end_waiver(community.act(community.admin), waiver, last_day=date(2026, 3, 2))
    db.session.commit()

    assert held is State.WAIVED
    assert state_of(community, community.user, "privacy-training") is State.WAIVED
    assert state_of(community, community.user, "privacy-training", as_of=date(2026, 4, 30)) is State.OVERDUE


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"reason": " "}, "Say why it is waived."),
        ({"ends_on": date(2027, 6, 1)}, "A waiver ends after it starts, and within a year."),
        ({"ends_on": date(2026, 2, 1)}, "A waiver ends after it starts, and within a year."),
    ],
)
def test_waivers_without_reason_or_end_are_refused(community: Community, facts: dict[str, object], sentence: str):
    with pytest.raises(Refused) as refusal:
        _waived(community, **facts)

    assert refusal.value.sentence == sentence


def test_nobody_waives_a_requirement_for_themselves(community: Community):
    with pytest.raises(Refused, match="Nobody waives a requirement for themselves"):
        _waived(community, subject_id=community.admin.id)


# ── What is known ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_role_given_later_does_not_change_what_was_known(community: Community, clock_at: Put):
    note = jobs.JOBS[0]
    run_job(note, community.at)
    later = community.at + timedelta(days=10)
    clock_at(later)
    grant = next(role for role in community.officer.roles)
    people.grant_role(
        community.act(community.admin, at=later),
        community.officer,
        role=Role.END_USER,
        organization=grant.organization,
        starts_on=date(2025, 1, 1),
    )
    db.session.commit()
    again = run_job(note, later)
    requirement = community.requirement("end-user-agreement")

    def state(**dates: date) -> State:
        found = queries.verdicts_of_person(community.officer.id, later, **dates)
        return next(one.state for one in found if one.requirement_id == requirement.id)

    assert again.done == 1
    assert run_job(note, later).done == 0
    assert state() is State.OVERDUE
    assert state(as_of=date(2026, 3, 2)) is State.OVERDUE
    assert state(as_of=date(2026, 3, 2), known_on=date(2026, 3, 2)) is State.NOT_REQUIRED


def test_an_agency_that_left_hmis_was_asked_before(community: Community, clock_at: Put):
    run_job(jobs.JOBS[0], community.at)
    later = community.at + timedelta(days=10)
    clock_at(later)
    community.agency.participation = "not_participating"
    db.session.commit()
    run_job(jobs.JOBS[0], later)
    requirement = community.requirement("participation-agreement")

    def state(**dates: date) -> State:
        found = queries.verdicts_of_organization(community.agency.id, later, **dates)
        return next(one.state for one in found if one.requirement_id == requirement.id)

    assert state() is State.NOT_REQUIRED
    assert state(as_of=date(2026, 3, 5)) is State.OVERDUE
    assert state(as_of=date(2026, 3, 5), known_on=date(2026, 3, 5)) is State.OVERDUE


def test_notes_hold_codes_and_dates_and_no_names(community: Community):
    run_job(jobs.JOBS[0], community.at)
    note = db.session.scalars(db.select(RegisterNote).where(RegisterNote.person_id == community.user.id)).one()

    assert note.facts == {
        "home": community.agency.id,
        "added": "2024-01-01",
        "ended": None,
        "roles": [["end_user", community.agency.id, "2024-01-01", ""]],
    }


def test_last_logins_make_idle_measurable(community: Community):
    act = community.act(community.admin)
    requirement = actions.add_requirement(
        act, code="idle", **terms(recurrence=Recurrence.IDLE, idle_days=90, key="back", first_days=30)
    )
    actions.publish(act, requirement)
    before = state_of(community, community.user, "idle")
    actions.record_logins(
        act, date(2026, 3, 1), {community.user.id: date(2025, 11, 1), community.colleague.id: date(2026, 2, 27)}
    )

    assert before is State.NOT_MEASURABLE
    assert state_of(community, community.user, "idle") is State.OVERDUE
    assert state_of(community, community.colleague, "idle") is State.NOT_REQUIRED
    assert state_of(community, community.stranger, "idle") is State.NOT_MEASURABLE
    with pytest.raises(Refused, match="days that lie ahead"):
        actions.record_logins(act, date(2026, 3, 1), {community.user.id: date(2026, 3, 2)})


# ── Letters and the record ────────────────────────────────────────────────────────────────────────────────────────


def test_staff_are_told_once_a_day_that_something_of_others_waits(community: Community, clock_at: Put):
    entered(community)
    entered(community, key="data-security")
    tell = jobs.JOBS[1]
    for later, key in ((timedelta(), ""), (timedelta(minutes=30), "software"), (timedelta(days=1), "")):
        clock_at(community.at + later)
        run_job(tell, community.at + later)
        if key:
            entered(community, key=key)

    told = db.session.scalars(
        db.select(Letter).where(Letter.notice == "standing/evidence_waits").order_by(Letter.id)
    ).all()
    assert [(letter.to_address, letter.subject) for letter in told] == [
        (community.admin.email, "Approve evidence: 2 entries to look at"),
        (community.admin.email, "Approve evidence: 3 entries to look at"),
    ]
    assert "http://127.0.0.1:8000/evidence/waiting" in told[0].text


def test_nobody_is_told_before_seven_in_the_morning(community: Community):
    entered(community)

    assert queries.to_tell(community.at - timedelta(hours=3)) == []


def test_every_step_is_on_record_without_typed_words(community: Community):
    claim = entered(community, note="Seen by Dana")
    actions.approve_claim(community.act(community.admin), claim)
    db.session.commit()
    events = db.session.scalars(
        db.select(AuditEvent).where(AuditEvent.kind.in_(("evidence", "evidence_claim"))).order_by(AuditEvent.id)
    ).all()

    assert [event.name for event in events] == ["claim.entered", "evidence.recorded", "claim.approved"]
    assert all("Dana" not in str(event.facts) for event in events)


def test_organizations_are_subjects_too(community: Community):
    act = community.act(community.staff)
    agreement = ("agreement", ORGANIZATION, community.agency.id, "participation")
    actions.record_evidence(act, *agreement, date(2024, 5, 1))
    found = queries.verdicts_of_organizations(None, community.at)
    requirement = community.requirement("participation-agreement")
    states = {
        place: next(one.state for one in verdicts if one.requirement_id == requirement.id)
        for place, verdicts in found.items()
    }

    assert states == {
        community.coc.id: State.NOT_REQUIRED,
        community.lead.id: State.NOT_REQUIRED,
        community.agency.id: State.CURRENT,
        community.other_agency.id: State.OVERDUE,
    }
