"""What describes a project, in HUD's words: what may stand there, who takes part, what an export may bring twice."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.audit import Act, AuditEvent
from portal.db import db
from portal.errors import Refused
from portal.people import actions, queries
from portal.people.models import Organization, Project
from portal.people.rules import (
    ELEMENTS,
    Descriptor,
    OrganizationKind,
    Participation,
    Shape,
    codes,
    overlap,
    participation_difference,
    problem_of,
)
from tests.conftest import MONDAY
from tests.factories import make_coc, make_organization, make_project

ACT = Act(at=MONDAY)
TODAY = MONDAY.date()
LAST_YEAR = date(2025, 1, 1)
FACTS: dict[Descriptor, dict[str, Any]] = {
    Descriptor.PARTICIPATION: {"type": 1, "starts_on": LAST_YEAR},
    Descriptor.FUNDING: {"funder": 2, "grant_id": "XX0001L8T012607", "starts_on": LAST_YEAR},
    Descriptor.LOCATION: {"coc_code": "XX-501", "geocode": "123456", "zip": "80000", "geography_type": 1},
    Descriptor.INVENTORY: {
        "coc_code": "XX-501",
        "household_type": 1,
        "units": 10,
        "beds": 20,
        "starts_on": LAST_YEAR,
    },
    Descriptor.COORDINATED_ENTRY: {"access_point": 1, "receives_referrals": 0, "starts_on": LAST_YEAR},
}


@pytest.fixture
def project(app: Flask, clock_at: Callable[[datetime], None]) -> Project:
    coc = make_coc()
    return make_project(make_organization(coc=coc, name="Oxbow House"), coc, name="Oxbow Night Shelter")


def events() -> list[tuple[str, dict[str, Any]]]:
    return [(one.name, one.facts) for one in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]


# ── Rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.pure
def test_every_code_list_that_an_element_names_is_shipped():
    named = {one.codes for elements in ELEMENTS.values() for one in elements if one.shape is Shape.CODE}

    assert {name: bool(codes(name)) for name in named} == dict.fromkeys(named, True)


@pytest.mark.pure
def test_a_year_knows_only_its_own_codes():
    assert (47 in codes("2.06.1", 2024), 47 in codes("2.06.1"), 47 in codes("2.06.1", None)) == (True, False, True)
    assert (56 in codes("2.06.1", 2024), 56 in codes("2.06.1")) == (False, True)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        (Descriptor.PARTICIPATION, {"type": None}, "“Takes part by” must be filled in."),
        (Descriptor.PARTICIPATION, {"type": 7}, "“Takes part by” has no code 7 in HUD's list 2.08.1."),
        (
            Descriptor.PARTICIPATION,
            {"ended_on": date(2024, 12, 31)},
            "The last day (Dec 31, 2024) lies before the first day (Jan 1, 2025).",
        ),
        (Descriptor.LOCATION, {"coc_code": "501"}, "“CoC number” must look like XX-501."),
        (Descriptor.LOCATION, {"zip": "8000"}, "“ZIP code” must look like 80000."),
        (Descriptor.INVENTORY, {"beds": -1}, "“Beds” must be a number from 0 to 999,999."),
        (Descriptor.FUNDING, {"grant_id": "x" * 101}, "“Grant number” must have at most 100 characters."),
    ],
)
def test_an_unfit_fact_is_named_in_a_sentence(kind: Descriptor, changes: dict[str, Any], sentence: str):
    assert problem_of(kind.elements, {**FACTS[kind], **changes}) == sentence


@pytest.mark.pure
@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ((1, 5), (5, 9), False),
        ((1, 5), (6, None), False),
        ((1, 6), (5, 9), True),
        ((1, None), (5, 9), True),
        ((5, 9), (1, None), True),
        ((5, None), (5, None), True),
        ((1, None), (5, None), True),
    ],
)
def test_periods_overlap_when_they_share_more_than_the_day_of_handing_over(one: Any, other: Any, answer: bool):
    def period(days: Any) -> tuple[date, date | None]:
        first, last = days
        return date(2026, 1, first), date(2026, 1, last) if last else None

    assert overlap(period(one), period(other)) is answer


@pytest.mark.pure
@pytest.mark.parametrize(
    ("participation", "types", "sentence"),
    [
        (Participation.PARTICIPATING, (1, 0), None),
        (Participation.PARTICIPATING, (), None),
        (
            Participation.PARTICIPATING,
            (0, 0),
            "The agency is registered as participating, but none of its projects takes part in HMIS today.",
        ),
        (
            Participation.NOT_PARTICIPATING,
            (1, 1, 0),
            "The agency is registered as not taking part in HMIS, but 2 of its projects take part in HMIS today.",
        ),
        (Participation.VSP, (2,), None),
        (None, (1,), None),
    ],
)
def test_an_agency_and_its_projects_are_compared(participation: Any, types: tuple[int, ...], sentence: str | None):
    assert participation_difference(participation, types) == sentence


# ── What happens ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", FACTS)
def test_a_row_that_comes_twice_is_put_in_once_and_leaves_one_trace(project: Project, kind: Descriptor):
    first = actions.put_descriptor(ACT, project, kind, hmis_id="s_1", **FACTS[kind])
    again = actions.put_descriptor(ACT, project, kind, hmis_id="s_1", **FACTS[kind])

    assert again is first
    assert events() == [("descriptor.added", {"descriptor": kind.value, "row": first.id})]


def test_a_changed_row_says_which_facts_changed(project: Project):
    kind = Descriptor.INVENTORY
    row = actions.put_descriptor(ACT, project, kind, hmis_id="7", **FACTS[kind])

    actions.put_descriptor(ACT, project, kind, hmis_id="7", **{**FACTS[kind], "beds": 25, "youth_beds": 5})

    assert (row.beds, row.youth_beds, row.units) == (25, 5, 10)
    assert events()[-1] == (
        "descriptor.changed",
        {"descriptor": "inventory", "row": row.id, "fields": ["beds", "youth_beds"]},
    )


def test_a_row_that_the_hmis_moved_to_another_project_moves_here_too(project: Project):
    other = make_project(project.agency, project.coc)
    row = actions.put_descriptor(ACT, other, Descriptor.FUNDING, hmis_id="9", **FACTS[Descriptor.FUNDING])

    actions.put_descriptor(ACT, project, Descriptor.FUNDING, hmis_id="9", **FACTS[Descriptor.FUNDING])

    assert row.project is project
    assert [name for name, _ in events()] == ["descriptor.added", "descriptor.removed", "descriptor.changed"]


def test_overlapping_participation_is_refused(project: Project):
    kind = Descriptor.PARTICIPATION
    actions.put_descriptor(ACT, project, kind, type=0, starts_on=LAST_YEAR)

    with pytest.raises(Refused, match=r"the one from Jan 1, 2025 must end before the one from Mar 2, 2026 begins"):
        actions.put_descriptor(ACT, project, kind, type=1, starts_on=TODAY)


def test_an_export_may_end_one_period_and_begin_the_next_in_any_order(project: Project):
    kind = Descriptor.PARTICIPATION
    actions.put_descriptor(ACT, project, kind, hmis_id="a", type=0, starts_on=LAST_YEAR)

    actions.put_descriptors(
        ACT,
        project,
        kind,
        [
            {"hmis_id": "b", "type": 1, "starts_on": TODAY},
            {"hmis_id": "a", "type": 0, "starts_on": LAST_YEAR, "ended_on": TODAY},
        ],
    )

    assert [(row.hmis_id, row.ended_on) for row in queries.descriptors_of_kind(project, kind)] == [
        ("b", None),
        ("a", TODAY),
    ]
    assert queries.participation_on([project.agency_id], TODAY) == {project.agency_id: {project.id: 1}}
    assert queries.participation_on([project.agency_id], LAST_YEAR) == {project.agency_id: {project.id: 0}}


def test_a_period_ends_once_and_not_before_it_began(project: Project):
    row = actions.put_descriptor(ACT, project, Descriptor.PARTICIPATION, type=1, starts_on=LAST_YEAR)

    with pytest.raises(Refused, match="cannot end before its first day, Jan 1, 2025"):
        actions.end_descriptor(ACT, row, date(2024, 12, 31))
    actions.end_descriptor(ACT, row, TODAY)
    with pytest.raises(Refused, match="ended already, on Mar 2, 2026"):
        actions.end_descriptor(ACT, row, TODAY)


def test_a_removed_row_is_gone_and_on_record(project: Project):
    row = actions.put_descriptor(ACT, project, Descriptor.LOCATION, **FACTS[Descriptor.LOCATION])

    actions.remove_descriptor(ACT, row)

    assert queries.descriptors_of_kind(project, Descriptor.LOCATION) == []
    assert events()[-1] == ("descriptor.removed", {"descriptor": "location", "row": row.id})


def test_a_project_is_affiliated_with_another_one(project: Project):
    other = make_project(project.agency, project.coc)

    actions.put_descriptor(ACT, project, Descriptor.AFFILIATION, residential_id=other.id)

    assert [row.residential for row in queries.descriptors_of_kind(project, Descriptor.AFFILIATION)] == [other]
    with pytest.raises(Refused, match="Choose another project"):
        actions.put_descriptor(ACT, project, Descriptor.AFFILIATION, residential_id=project.id)


def test_no_project_of_a_victim_service_provider_takes_part_in_hmis(project: Project):
    vsp = make_organization(coc=project.coc, name="Harbor", participation=Participation.VSP)
    safe = make_project(vsp, project.coc)
    kind = Descriptor.PARTICIPATION

    with pytest.raises(Refused, match="Harbor is a victim service provider and may by law not enter clients in HMIS"):
        actions.put_descriptor(ACT, safe, kind, type=1, starts_on=LAST_YEAR)
    actions.put_descriptor(ACT, safe, kind, type=1, starts_on=LAST_YEAR, ended_on=date(2025, 6, 30))
    actions.put_descriptor(ACT, safe, kind, type=2, starts_on=date(2025, 7, 1))

    assert queries.participation_on([vsp.id], TODAY) == {vsp.id: {safe.id: 2}}


def test_an_agency_with_a_participating_project_cannot_become_a_victim_service_provider(project: Project):
    actions.put_descriptor(ACT, project, Descriptor.PARTICIPATION, type=1, starts_on=LAST_YEAR)
    agency, coc_ids = project.agency, project.agency.coc_ids
    vsp = make_organization(coc=project.coc, name="Harbor", participation=Participation.VSP)

    with pytest.raises(Refused, match="Oxbow Night Shelter takes part in HMIS"):
        actions.edit_organization(ACT, agency, coc_ids=coc_ids, participation=Participation.VSP)
    with pytest.raises(Refused, match="Oxbow Night Shelter takes part in HMIS"):
        actions.edit_project(ACT, project, agency=vsp, coc=project.coc)


def test_differences_are_told_for_each_agency(project: Project):
    silent = make_organization(coc=project.coc)
    outside = make_organization(coc=project.coc, participation=Participation.NOT_PARTICIPATING)
    entering = make_project(outside, project.coc)
    actions.put_descriptor(ACT, project, Descriptor.PARTICIPATION, type=0, starts_on=LAST_YEAR)
    actions.put_descriptor(ACT, entering, Descriptor.PARTICIPATION, type=1, starts_on=LAST_YEAR)
    vendor = make_organization(OrganizationKind.VENDOR)

    found = queries.participation_differences([project.agency, silent, outside, vendor], TODAY)

    assert found == {
        project.agency_id: (
            "The agency is registered as participating, but none of its projects takes part in HMIS today."
        ),
        outside.id: (
            "The agency is registered as not taking part in HMIS, but one of its projects takes part in HMIS today."
        ),
    }


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"housing_type": 9}, "“Housing type” has no code 9 in HUD's list 2.02.D."),
        ({"project_type": 5}, "HUD's list 2.02.6 has no project type 5."),
    ],
)
def test_a_project_takes_only_known_codes(project: Project, facts: dict[str, int], sentence: str):
    with pytest.raises(Refused, match=sentence):
        actions.edit_project(ACT, project, agency=project.agency, coc=project.coc, **facts)


def test_an_edit_that_changes_nothing_leaves_no_trace(project: Project):
    agency: Organization = project.agency

    actions.edit_project(ACT, project, agency=agency, coc=project.coc, name=project.name)
    actions.edit_organization(ACT, agency, coc_ids=agency.coc_ids, name=agency.name)

    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 0
