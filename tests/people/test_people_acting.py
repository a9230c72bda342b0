"""What happens to people and their register, and what is refused."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.audit import Act, AuditEvent
from portal.db import db
from portal.errors import Refused
from portal.mail import outbox
from portal.people import actions, jobs, notices, queries
from portal.people.models import LinkAsked, MailedLink, Organization, Person, SignedInSession, SignInTry
from portal.people.rules import OrganizationKind, Participation
from portal.policy import Role
from portal.scheduler import run_job
from portal.settings import Settings
from portal.web import SubmittedForm
from tests.conftest import MONDAY
from tests.factories import make_coc, make_lead, make_organization, make_person, make_project
from tests.people.steps import give_password, letters_to

ACT = Act(at=MONDAY)
TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def on_monday(app: Flask, clock_at: Callable[[datetime], None]) -> None:
    """Every test has a portal and the same moment."""


def names_of(subject: object) -> list[str]:
    found = select(AuditEvent.name).where(AuditEvent.kind == subject.__tablename__, AuditEvent.subject_id == subject.id)
    return list(db.session.scalars(found.order_by(AuditEvent.id)))


def test_a_person_is_added_with_roles_and_invited():
    agency = make_organization()

    person = actions.add_person(
        ACT,
        home=agency,
        email=" Dana@Oxbow.example.org",
        first_name="Dana",
        last_name="Reed",
        roles=(Role.END_USER, Role.AGENCY_ADMIN),
    )
    actions.invite(ACT, person)
    db.session.commit()

    assert person.email == "dana@oxbow.example.org"
    assert [(role.role, role.organization_id, role.starts_on) for role in person.roles] == [
        (Role.END_USER, agency.id, TODAY),
        (Role.AGENCY_ADMIN, agency.id, TODAY),
    ]
    assert names_of(person) == ["person.added", "role.granted", "role.granted", "person.invited"]
    (letter,) = letters_to("dana@oxbow.example.org")
    assert letter.subject == "Set your password by Mar 9, 2026, 11:00 am ET"
    assert agency.name in letter.text
    assert "http://127.0.0.1:8000/link/" in letter.text
    assert "http://127.0.0.1:8000/link/" in letter.html


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "taken@example.org"}, "Somebody in the register has this e-mail address already."),
        ({"email": "not an address"}, "Type the e-mail address in full"),
        ({"roles": (Role.LEAD_ADMIN,)}, "The role “HMIS Lead administrator” does not fit"),
        ({"roles": (Role.END_USER, Role.END_USER)}, "Dana Reed is end user at"),
    ],
)
def test_a_person_who_cannot_be_added_is_refused_with_a_sentence(changes: dict[str, object], sentence: str):
    agency = make_organization()
    make_person(agency, email="taken@example.org")
    facts = {"email": "dana@example.org", "first_name": "Dana", "last_name": "Reed", **changes}

    with pytest.raises(Refused, match=sentence):
        actions.add_person(ACT, home=agency, **facts)


def test_an_ended_organization_takes_nobody():
    with pytest.raises(Refused, match="has ended"):
        actions.add_person(ACT, home=make_organization(ended_on=TODAY), email="a@example.org")


def test_ending_a_person_ends_roles_links_and_sessions(settings: Settings):
    person = make_person(make_organization(), Role.END_USER)
    actions.invite(ACT, person)
    give_password(person, settings, MONDAY)
    token = actions.open_session(ACT, person)

    actions.end_person(ACT, person)
    db.session.commit()

    assert person.ended_on == TODAY
    assert [role.ended_on for role in person.roles] == [TODAY]
    assert queries.signed_in(token, MONDAY, settings) is None
    assert db.session.scalars(select(MailedLink.used_at)).all() == [MONDAY]
    with pytest.raises(Refused, match="ended already"):
        actions.end_person(ACT, person)


def test_a_person_brought_back_starts_without_roles_and_without_a_password(settings: Settings):
    person = give_password(make_person(make_organization(), Role.END_USER), settings, MONDAY)
    actions.end_person(ACT, person)

    actions.return_person(ACT, person)
    actions.invite(ACT, person)

    assert (person.ended_on, person.password_hash) == (None, None)
    assert person.actor_on(TODAY).grants == ()


def test_the_last_administrator_can_neither_be_ended_nor_lose_the_role():
    lead = make_lead()
    admin = make_person(lead, Role.LEAD_ADMIN)

    for refused in (lambda: actions.end_person(ACT, admin), lambda: actions.end_role(ACT, admin.roles[0])):
        with pytest.raises(Refused, match="last HMIS Lead administrator"):
            refused()

    make_person(lead, Role.LEAD_ADMIN)
    actions.end_role(ACT, admin.roles[0])
    assert admin.roles[0].ended_on == TODAY


def test_who_can_sign_in_is_not_invited_again(settings: Settings):
    person = give_password(make_person(make_organization()), settings, MONDAY)

    with pytest.raises(Refused, match="can sign in already"):
        actions.invite(ACT, person)


def test_the_first_administrator_comes_from_the_command_line_once():
    link = actions.first_admin(ACT, "Boss@lead.example.org")
    db.session.commit()

    assert link.startswith("http://127.0.0.1:8000/link/")
    assert queries.hmis_lead().name == "HMIS Lead"
    with pytest.raises(Refused, match="administrator already"):
        actions.first_admin(ACT, "other@lead.example.org")
    actions.first_admin(ACT, "other@lead.example.org", another=True)
    assert db.session.scalar(select(func.count()).select_from(Organization)) == 1


def test_a_link_is_mailed_only_to_who_has_a_way_in(settings: Settings):
    home = make_organization()
    ready = give_password(make_person(home, email="ready@example.org"), settings, MONDAY)
    invited = make_person(home, email="invited@example.org")
    actions.invite(ACT, invited)
    make_person(home, email="added@example.org")
    ended = give_password(make_person(home, email="ended@example.org"), settings, MONDAY)
    actions.end_person(ACT, ended)
    for address in ("ready@example.org", "INVITED@example.org", "added@example.org", "ended@example.org", "x"):
        actions.ask_link(ACT, address, settings)
    db.session.commit()

    run = run_job(jobs.JOBS[0], MONDAY)

    assert (run.done, run.failed) == (4, 0)
    assert [letter.notice for letter in letters_to(ready.email)] == ["people/reset"]
    assert [letter.notice for letter in letters_to(invited.email)] == ["people/invitation", "people/reset"]
    assert letters_to("added@example.org") == letters_to("ended@example.org") == []
    assert db.session.scalar(select(func.count()).select_from(LinkAsked)) == 0
    assert run_job(jobs.JOBS[0], MONDAY).done == 0


def test_a_letter_about_a_link_that_is_void_is_not_due(settings: Settings):
    person = make_person(make_organization())
    actions.invite(ACT, person)
    (letter,) = letters_to(person.email)
    is_due = notices.STILL_DUE[letter.still_due]

    due = [is_due(letter, MONDAY), is_due(letter, MONDAY + timedelta(days=8))]
    give_password(person, settings, MONDAY)

    assert due == [True, False]
    assert not is_due(letter, MONDAY)


def test_every_letter_reads_well_in_both_dresses(settings: Settings):
    person = give_password(make_person(make_organization(), first_name="Ana", last_name="O’Neil"), settings, MONDAY)
    old = person.email
    actions.set_password(ACT, person, "seven lamps and a kettle", settings)
    actions.ask_link(ACT, person.email, settings)
    db.session.commit()
    run_job(jobs.JOBS[0], MONDAY)
    actions.edit_person(ACT, person, email="ana.new@example.org", home=person.home)
    db.session.commit()

    letters = [*letters_to(old), *letters_to("ana.new@example.org")]

    assert [letter.notice for letter in letters] == [
        "people/password_changed",
        "people/reset",
        "people/address_changed",
        "people/address_changed",
    ]
    for letter in letters:
        assert letter.text.startswith("Hello Ana O’Neil,\n\n")
        assert "None" not in letter.text + letter.html
        assert "{{" not in letter.text + letter.html
        assert "\n\n\n" not in letter.text
    assert isinstance(letters[0], outbox.Letter)


def test_there_is_one_hmis_lead():
    make_lead()

    with pytest.raises(Refused, match="serves one"):
        actions.add_organization(ACT, kind=OrganizationKind.HMIS_LEAD, name="Two", short_name="Two")


def test_ending_an_agency_ends_its_projects_and_the_roles_held_there():
    coc = make_coc()
    agency = make_organization(coc=coc)
    project, person = make_project(agency, coc), make_person(agency, Role.END_USER)

    actions.end_organization(ACT, agency)
    db.session.commit()

    assert (agency.ended_on, project.ended_on, person.roles[0].ended_on) == (TODAY, TODAY, TODAY)
    assert person.ended_on is None
    assert names_of(agency) == ["organization.ended"]
    assert names_of(person) == ["role.ended"]
    actions.return_organization(ACT, agency)
    actions.return_project(ACT, project)
    assert (agency.ended_on, project.ended_on) == (None, None)


def test_what_others_depend_on_cannot_be_ended():
    lead, coc = make_lead(), make_coc()
    make_organization(coc=coc)

    with pytest.raises(Refused, match="runs this portal"):
        actions.end_organization(ACT, lead)
    with pytest.raises(Refused, match="still belong to"):
        actions.end_organization(ACT, coc)


def test_an_agency_cannot_leave_a_coc_in_which_it_has_projects():
    east, west = make_coc(), make_coc()
    agency = make_organization(coc=east)
    make_project(agency, east)
    facts = {"name": agency.name, "short_name": "Short", "participation": Participation.VSP}

    with pytest.raises(Refused, match="has projects in"):
        actions.edit_organization(ACT, agency, coc_ids=[west.id], **facts)
    db.session.rollback()
    db.session.add(agency)


def test_a_project_lies_in_a_coc_of_its_agency():
    east, west = make_coc(), make_coc()
    agency = make_organization(coc=east)
    facts = {"name": "Doors", "project_type": 1, "starts_on": date(2024, 1, 1)}

    project = actions.add_project(ACT, agency=agency, coc=east, **facts)

    with pytest.raises(Refused, match="does not work in"):
        actions.edit_project(ACT, project, agency=agency, coc=west, **facts)
    with pytest.raises(Refused, match="before it started"):
        actions.end_project(ACT, project, date(2023, 12, 31))


def test_holidays_are_kept_for_each_coc():
    coc = make_coc()

    added = actions.add_default_holidays(ACT, coc, 2026), actions.add_default_holidays(ACT, coc, 2026)
    with pytest.raises(Refused, match="on the list already"):
        actions.add_holiday(ACT, coc, day=date(2026, 7, 3), name="Again")
    with pytest.raises(Refused, match="for each CoC"):
        actions.add_holiday(ACT, make_organization(), day=date(2026, 7, 3), name="Again")

    assert added == (12, 0)
    assert queries.holidays(coc.id)[:2] == (date(2026, 1, 1), date(2026, 1, 19))


def test_outworn_rows_are_swept_and_young_ones_stay(settings: Settings):
    person: Person = make_person(make_organization())
    for age in (timedelta(days=1), timedelta(days=3), timedelta(days=8), timedelta(days=31), timedelta(days=91)):
        then = Act(at=MONDAY - age)
        db.session.add(SignInTry(bucket="b", at=then.at))
        db.session.add(SubmittedForm(key=str(age), location="/", at=then.at))
        db.session.add(
            MailedLink(kind="reset", person=person, token_hash=str(age), made_at=then.at, expires_at=then.at)
        )
        actions.open_session(then, person)
    db.session.commit()

    run = run_job(jobs.JOBS[1], MONDAY)

    left = [
        db.session.scalar(select(func.count()).select_from(kind))
        for kind in (SignInTry, SubmittedForm, MailedLink, SignedInSession)
    ]
    assert (run.done, run.failed) == (4, 0)
    assert left == [1, 2, 3, 4]
    assert run_job(jobs.JOBS[1], MONDAY).done == 0


def test_a_session_costs_two_queries(settings: Settings, count_queries: Callable[[Callable[[], object]], int]):
    coc = make_coc()
    person = make_person(make_organization(coc=coc), Role.END_USER, Role.AGENCY_ADMIN)
    token = actions.open_session(ACT, person)
    name = person.name
    db.session.commit()

    def read() -> None:
        reader = queries.signed_in(token, MONDAY, settings)
        assert (reader.name, str(reader.zone)) == (name, "America/Chicago")
        assert len(reader.actor.grants) == 2

    db.session.expunge_all()

    assert count_queries(read) == 2
