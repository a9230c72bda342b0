"""How the register stood on a past day is what it was on that day."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_migrate import downgrade
from flask_migrate import upgrade as upgrade_to
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from portal.audit import Act
from portal.db import db
from portal.people import actions, queries
from portal.people.models import Organization, Person, Project, RegisterVersion
from portal.people.rules import Descriptor, JobKind, OrganizationKind, Participation, RegisterKind
from portal.policy import Role
from portal.settings import data_dir
from tests.conftest import MONDAY

CHICAGO = ZoneInfo("America/Chicago")
START = MONDAY - timedelta(days=60)


class Register:
    """A small register in which something happens; each deed takes place at a moment of its own."""

    def __init__(self) -> None:
        act = Act(at=START)
        lead = actions.add_organization(
            act, kind=OrganizationKind.HMIS_LEAD, name="Lead", short_name="Lead", time_zone="America/Chicago"
        )
        self.coc = actions.add_organization(
            act, kind=OrganizationKind.COC, name="Kestrel", short_name="K", time_zone="America/Chicago", code="XX-501"
        )
        self.agency = actions.add_organization(
            act,
            kind=OrganizationKind.AGENCY,
            name="Oxbow",
            short_name="O",
            coc_ids=[self.coc.id],
            participation=Participation.PARTICIPATING,
        )
        facts = {"name": "Night Shelter", "project_type": 1, "starts_on": date(2024, 1, 1)}
        self.project = actions.add_project(act, agency=self.agency, coc=self.coc, **facts)
        self.person = actions.add_person(
            act, home=self.agency, email="dana@example.org", first_name="Dana", last_name="Reed", roles=[Role.END_USER]
        )
        self.other = actions.add_person(
            act, home=lead, email="noor@example.org", first_name="Noor", last_name="Hale", roles=[Role.LEAD_ADMIN]
        )
        self.number = 0

    @property
    def rows(self) -> tuple[Organization | Project | Person, ...]:
        return self.coc, self.agency, self.project, self.person, self.other

    def happen(self, deed: str, at: datetime) -> None:
        self.number += 1
        getattr(self, deed)(Act(at=at, by=self.other.id))
        db.session.flush()
        for row in self.rows:
            db.session.refresh(row)

    def rename(self, act: Act) -> None:
        actions.edit_organization(act, self.agency, coc_ids=[self.coc.id], name=f"Oxbow {self.number}")

    def call_differently(self, act: Act) -> None:
        name = ("Penny", "Quinn")[self.number % 2]
        facts = {"first_name": name, "job_kind": JobKind.INTAKE, "job_title": f"Desk {self.number}"}
        actions.edit_person(act, self.person, email=self.person.email, home=self.agency, **facts)

    def give_and_take(self, act: Act) -> None:
        held = [role for role in self.person.roles if role.role is Role.AGENCY_ADMIN and not role.ended_on]
        if held:
            actions.end_role(act, held[0])
        else:
            actions.grant_role(act, self.person, role=Role.AGENCY_ADMIN, organization=self.agency)

    def retype(self, act: Act) -> None:
        kind = 2 if self.project.project_type == 1 else 1
        actions.edit_project(act, self.project, agency=self.agency, coc=self.coc, project_type=kind)

    def fund(self, act: Act) -> None:
        facts = {"funder": 2, "grant_id": f"G{self.number}", "starts_on": date(2025, 1, 1)}
        actions.put_descriptor(act, self.project, Descriptor.FUNDING, hmis_id=f"f{self.number % 3}", **facts)

    def close(self, act: Act) -> None:
        day = (date(2026, 1, 1) + timedelta(days=self.number)).replace(year=2027)
        if day not in queries.holidays(self.coc.id):
            actions.add_holiday(act, self.coc, day=day, name="Closed")


DEEDS = ("rename", "call_differently", "give_and_take", "retype", "fund", "close")


@pytest.fixture
def on_monday(app: Flask, clock_at: Callable[[datetime], None]) -> None:
    """A portal and a clock."""


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 40)), max_size=12))
def test_each_past_day_is_found_again_as_it_ended(on_monday: None, deeds: list[tuple[str, int]]):
    """Deeds come at two-hour steps, so that some fall on one day and some days are quiet."""
    register = Register()
    shown: dict[date, list[queries.Snapshot]] = {}
    at, last_day = START, START.astimezone(CHICAGO).date()
    for deed, pause in deeds:
        at += timedelta(hours=2 + pause)
        _remember(shown, register, last_day, at.astimezone(CHICAGO).date())
        last_day = at.astimezone(CHICAGO).date()
        register.happen(deed, at)
    _remember(shown, register, last_day, last_day + timedelta(days=1))

    found = {day: [_as_of(row, day) for row in register.rows] for day in shown}
    assert found == shown
    db.session.rollback()


def _remember(shown: dict[date, list[queries.Snapshot]], register: Register, first: date, until: date) -> None:
    """What stands now stood on each day from the first until the day before `until`."""
    now = [queries.snapshot(row) for row in register.rows]
    while first < until:
        shown[first] = now
        first += timedelta(days=1)


def _as_of(row: Any, day: date) -> queries.Snapshot | None:
    kept = queries.version_before(row, queries.end_of(day, CHICAGO))
    return queries.Snapshot(kept.title, kept.facts, kept.words) if kept else None


def test_before_a_row_was_added_the_register_knew_nothing_of_it(on_monday: None):
    register = Register()

    assert queries.version_before(register.person, START) is None
    assert queries.kept_since() == START


def test_a_day_ends_where_the_community_is(on_monday: None):
    """Mar 2, 23:30 in Chicago is Mar 3 in UTC and still Mar 2 here."""
    register = Register()
    register.happen("rename", datetime(2026, 3, 2, 23, 30, tzinfo=CHICAGO))

    assert _as_of(register.agency, date(2026, 3, 1)).title == "Oxbow"
    assert _as_of(register.agency, date(2026, 3, 2)).title == "Oxbow 1"


def test_several_changes_of_one_act_are_one_version_and_no_change_is_none(on_monday: None):
    register = Register()
    act = Act(at=MONDAY)

    actions.end_person(act, register.person)
    actions.edit_person(
        act, register.other, email="noor@example.org", home=register.other.home, first_name="Noor", last_name="Hale"
    )

    number = select(func.count()).select_from(RegisterVersion).where(RegisterVersion.kind == RegisterKind.PERSON)
    assert db.session.scalar(number) == 3


def test_what_a_row_was_called_then_is_told_for_all_at_once(on_monday: None):
    register = Register()
    register.happen("rename", MONDAY)
    wanted = {RegisterKind.ORGANIZATION: [register.agency.id, register.coc.id], RegisterKind.PERSON: [999]}

    before, after = (queries.titles_before(moment, wanted) for moment in (MONDAY, MONDAY + timedelta(seconds=1)))

    kind = RegisterKind.ORGANIZATION
    assert before == {(kind, register.agency.id): "Oxbow", (kind, register.coc.id): "Kestrel"}
    assert after == {(kind, register.agency.id): "Oxbow 1", (kind, register.coc.id): "Kestrel"}


def test_the_step_that_brings_versions_keeps_what_stands(on_monday: None):
    """It writes the very facts that the actions would."""
    register = Register()
    for deed in DEEDS:
        register.happen(deed, MONDAY)
    expected = {(queries.kind_of(row), row.id): queries.snapshot(row) for row in register.rows}
    db.session.execute(delete(RegisterVersion))
    db.session.commit()

    folder = str(data_dir("migrations"))
    downgrade(folder, "0007")
    upgrade_to(folder, "head")

    kept = {(one.kind, one.subject_id): one for one in db.session.scalars(select(RegisterVersion))}
    assert {key: (one.title, one.facts, one.words) for key, one in kept.items() if key in expected} == {
        key: (one.title, _without_job(one.facts), one.words) for key, one in expected.items()
    }


def _without_job(facts: dict[str, Any]) -> dict[str, Any]:
    """The kind of job came with the same step, so that it is empty after going down and up."""
    return {**facts, "job_kind": None} if "job_kind" in facts else facts


def test_what_is_told_late_changes_what_is_known_last(on_monday: None):
    """A deed of yesterday that is put in today after another one: the chain of states never overlaps."""
    register = Register()
    register.happen("rename", MONDAY)
    register.happen("rename", MONDAY - timedelta(days=1))

    chain = select(RegisterVersion).where(
        RegisterVersion.kind == RegisterKind.ORGANIZATION, RegisterVersion.subject_id == register.agency.id
    )
    assert [(one.title, one.since, one.until) for one in db.session.scalars(chain.order_by(RegisterVersion.id))] == [
        ("Oxbow", START, MONDAY),
        ("Oxbow 2", MONDAY, None),
    ]


def test_two_who_change_one_project_at_once_leave_one_chain_with_what_both_did(app: Flask, on_monday: None):
    project_id = Register().project.id
    db.session.commit()
    at_once = Barrier(4)

    def fund(number: int) -> None:
        with app.app_context():
            at_once.wait()
            for grant in range(3):
                project = queries.project(project_id)
                act = Act(at=MONDAY + timedelta(minutes=10 * grant + number))
                facts = {"funder": 2, "grant_id": f"{number}-{grant}", "starts_on": date(2025, 1, 1)}
                actions.put_descriptor(act, project, Descriptor.FUNDING, **facts)
                db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fund, range(4)))

    project = queries.project(project_id)
    assert len(queries.descriptors_of_kind(project, Descriptor.FUNDING)) == 12
    assert queries.open_version(project).facts == queries.snapshot(project).facts
